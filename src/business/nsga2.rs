//! A search for the best compromises between objectives, over levers that can be set: NSGA-II.
//!
//! A population of settings is improved by generations: better ones (by front, then by how alone they are) have offspring,
//! which mix two parents (simulated binary crossover) and change a little (polynomial mutation); of parents and offspring
//! the better half goes on. No setting is tried twice. Where so few settings exist that all of them can be tried, all are.
//!
//! Deb, Pratap, Agarwal and Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE Transactions on
//! Evolutionary Computation 6 (2002), 182-197.

use super::pareto::{Scored, crowding, ranks};
use crate::rng::{Key, Purpose, Stream};

/// What a lever can be set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    pub low: f64,
    pub high: f64,
    /// Distance of neighbouring settings; none: any value.
    pub step: Option<f64>,
}

impl Axis {
    /// Settings; none when there is no end of them.
    pub fn count(&self) -> Option<usize> {
        self.step.map(|step| ((self.high - self.low) / step + 1e-9).floor() as usize + 1)
    }

    /// The nearest setting.
    pub fn snap(&self, value: f64) -> f64 {
        let value = value.clamp(self.low, self.high);
        match (self.step, self.count()) {
            (Some(step), Some(count)) => {
                let k = ((value - self.low) / step).round().min(count as f64 - 1.0);
                self.low + k * step
            }
            _ => value,
        }
    }

    fn nth(&self, k: usize) -> f64 {
        self.low + k as f64 * self.step.unwrap_or(0.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// Settings to try at most.
    pub settings: usize,
    /// Settings in a generation.
    pub population: usize,
    pub seed: u64,
}

/// A setting that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    pub setting: Vec<f64>,
    pub scored: Scored,
}

/// Distribution indices of crossover and mutation: the usual ones.
const CROSSOVER: f64 = 15.0;
const MUTATION: f64 = 20.0;
/// Share of offspring that mix their parents.
const MIXED: f64 = 0.9;
/// Attempts to find a setting that was not tried yet.
const ATTEMPTS: u32 = 60;

/// All settings that were tried, in order. `first` are tried before all others; `score` judges a generation.
///
/// # Errors
/// Those of `score`.
pub fn search<E>(
    axes: &[Axis],
    first: &[Vec<f64>],
    effort: &Effort,
    mut score: impl FnMut(&[Vec<f64>]) -> Result<Vec<Scored>, E>,
) -> Result<Vec<Tried>, E> {
    let mut tried: Vec<Tried> = Vec::new();
    let mut run = |settings: Vec<Vec<f64>>, tried: &mut Vec<Tried>| -> Result<(), E> {
        let scored = score(&settings)?;
        tried.extend(settings.into_iter().zip(scored).map(|(setting, scored)| Tried { setting, scored }));
        Ok(())
    };
    if let Some(all) = all_settings(axes, effort.settings) {
        run(all, &mut tried)?;
        return Ok(tried);
    }
    let mut draws = Draws { axes, seed: effort.seed, generation: 0 };
    let mut settings: Vec<Vec<f64>> = Vec::new();
    // The ends of a front are the hardest to come by and the most telling.
    let corners = [|a: &Axis| a.low, |a: &Axis| a.high].map(|end| axes.iter().map(end).collect());
    for setting in first.iter().chain(&corners).take(effort.settings) {
        let snapped: Vec<f64> = setting.iter().zip(axes).map(|(x, axis)| axis.snap(*x)).collect();
        if !settings.contains(&snapped) {
            settings.push(snapped);
        }
    }
    draws.fill(&mut settings, &[], effort.population.min(effort.settings).max(1));
    run(settings, &mut tried)?;
    let mut population: Vec<usize> = (0..tried.len()).collect();
    while tried.len() < effort.settings {
        draws.generation += 1;
        let many = effort.population.min(effort.settings - tried.len());
        let offspring = draws.offspring(&tried, &population, many);
        if offspring.is_empty() {
            break;
        }
        let before = tried.len();
        run(offspring, &mut tried)?;
        population.extend(before..tried.len());
        population = survivors(&tried, &population, effort.population);
    }
    Ok(tried)
}

/// Whether so many settings are all that there are.
pub fn is_complete(axes: &[Axis], settings: usize) -> bool {
    all_settings(axes, settings).is_some()
}

/// Every setting, when there are no more than so many.
fn all_settings(axes: &[Axis], most: usize) -> Option<Vec<Vec<f64>>> {
    let mut count = 1usize;
    for axis in axes {
        count = count.checked_mul(axis.count()?)?;
        if count > most {
            return None;
        }
    }
    let mut all = vec![Vec::new()];
    for axis in axes {
        let values = 0..axis.count()?;
        all = all
            .iter()
            .flat_map(|setting: &Vec<f64>| {
                values.clone().map(move |k| setting.iter().copied().chain([axis.nth(k)]).collect())
            })
            .collect();
    }
    Some(all)
}

/// The better half: whole fronts, and of the last one those that are most alone.
fn survivors(tried: &[Tried], population: &[usize], many: usize) -> Vec<usize> {
    let (rank, alone) = judged(tried, population);
    let mut order: Vec<usize> = (0..population.len()).collect();
    order.sort_by(|&a, &b| {
        rank[a].cmp(&rank[b]).then(alone[b].total_cmp(&alone[a])).then(population[a].cmp(&population[b]))
    });
    order.truncate(many);
    order.into_iter().map(|k| population[k]).collect()
}

/// Front and crowding distance of each member.
fn judged(tried: &[Tried], population: &[usize]) -> (Vec<usize>, Vec<f64>) {
    let scored: Vec<Scored> = population.iter().map(|&i| tried[i].scored.clone()).collect();
    let rank = ranks(&scored);
    let mut alone = vec![0.0; scored.len()];
    for front in 0..=rank.iter().copied().max().unwrap_or(0) {
        let members: Vec<usize> = (0..scored.len()).filter(|&k| rank[k] == front).collect();
        for (k, distance) in members.iter().zip(crowding(&scored, &members)) {
            alone[*k] = distance;
        }
    }
    (rank, alone)
}

/// The chance in the search: every number depends on the generation and the child, not on what came before.
struct Draws<'a> {
    axes: &'a [Axis],
    seed: u64,
    generation: u64,
}

impl Draws<'_> {
    fn stream(&self, child: usize, attempt: u32) -> Stream {
        Key::new(self.seed, self.generation).stream(Purpose::of("optimise"), child as u64, attempt)
    }

    fn anywhere(&self, stream: &mut Stream) -> Vec<f64> {
        let value = |axis: &Axis| match axis.count() {
            Some(count) => axis.nth(((stream.uniform() * count as f64) as usize).min(count - 1)),
            None => axis.low + stream.uniform() * (axis.high - axis.low),
        };
        self.axes.iter().map(value).collect()
    }

    /// Fills up with settings from anywhere, none twice.
    fn fill(&self, settings: &mut Vec<Vec<f64>>, tried: &[Tried], many: usize) {
        let mut child = 0;
        while settings.len() < many && child < 20 * many {
            let setting = self.anywhere(&mut self.stream(child, u32::MAX));
            child += 1;
            if !settings.contains(&setting) && !tried.iter().any(|t| t.setting == setting) {
                settings.push(setting);
            }
        }
    }

    fn offspring(&self, tried: &[Tried], population: &[usize], many: usize) -> Vec<Vec<f64>> {
        let (rank, alone) = judged(tried, population);
        let mut settings: Vec<Vec<f64>> = Vec::new();
        for child in 0..many {
            let new = (0..ATTEMPTS).find_map(|attempt| {
                let stream = &mut self.stream(child, attempt);
                let mut parent = || {
                    let mut any = || (stream.uniform() * population.len() as f64) as usize;
                    let (a, b) = (any(), any());
                    let first = (rank[a], -alone[a]) <= (rank[b], -alone[b]);
                    &tried[population[if first { a } else { b }]].setting
                };
                let (mother, father) = (parent(), parent());
                let setting = self.child(mother, father, stream);
                let known = settings.contains(&setting) || tried.iter().any(|t| t.setting == setting);
                (!known).then_some(setting)
            });
            settings.extend(new);
        }
        self.fill(&mut settings, tried, many);
        settings
    }

    fn child(&self, mother: &[f64], father: &[f64], stream: &mut Stream) -> Vec<f64> {
        let mixes = stream.uniform() < MIXED;
        let changes = 1.0 / self.axes.len() as f64;
        let one = |((axis, a), b): ((&Axis, &f64), &f64)| {
            let (mixed, side, spread) = (stream.uniform() < 0.5, stream.uniform(), stream.uniform());
            let mut value = *a;
            if mixes && mixed {
                let beta = match spread < 0.5 {
                    true => (2.0 * spread).powf(1.0 / (CROSSOVER + 1.0)),
                    false => (1.0 / (2.0 * (1.0 - spread))).powf(1.0 / (CROSSOVER + 1.0)),
                };
                let sign = if side < 0.5 { 1.0 } else { -1.0 };
                value = 0.5 * ((a + b) + sign * beta * (a - b));
            }
            let (mutates, u) = (stream.uniform() < changes, stream.uniform());
            if mutates {
                let delta = match u < 0.5 {
                    true => (2.0 * u).powf(1.0 / (MUTATION + 1.0)) - 1.0,
                    false => 1.0 - (2.0 * (1.0 - u)).powf(1.0 / (MUTATION + 1.0)),
                };
                value += delta * (axis.high - axis.low);
                // On a coarse grid a small change would be none.
                if axis.snap(value) == axis.snap(*a) {
                    value = a + delta.signum() * axis.step.unwrap_or(0.0);
                }
            }
            axis.snap(value)
        };
        self.axes.iter().zip(mother).zip(father).map(one).collect()
    }
}
