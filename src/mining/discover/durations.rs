//! How long work takes: on-duty time of each activity, and how fast each resource is.

use super::duty::Duty;
use super::pools::Pools;
use crate::activity::OffShift;
use crate::dist::{self, Dist, Fit, Why};
use crate::eventlog::{EventLog, NONE, UNKNOWN};
use std::collections::BTreeMap;

/// How laws are made from values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// a family where one fits
    Family,
    /// the values themselves, with straight lines between them
    Observed,
}

/// The law of an activity's work.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    pub dist: Dist,
    pub fit: Fit,
    /// mean [s]
    pub mean: f64,
}

const SECONDS: f64 = 1e-6;

/// On-duty time of each row [s]; NaN where it is not known.
pub fn net(log: &EventLog, pools: &Pools) -> Vec<f64> {
    (0..log.len())
        .map(|row| {
            let (start, end) = (log.start[row], log.end[row]);
            if start == UNKNOWN || end == UNKNOWN {
                return f64::NAN;
            }
            let time = match duty_of(log, pools, row) {
                Some((duty, OffShift::Pause)) => duty.without_closing_seconds().between(start, end),
                _ => end - start,
            };
            time.max(0) as f64 * SECONDS
        })
        .collect()
}

/// The hours of who did a row, and what the team does when they end.
pub fn duty_of<'p>(log: &EventLog, pools: &'p Pools, row: usize) -> Option<(&'p Duty, OffShift)> {
    let resource = log.resource[row];
    let (pool, crew) = if resource == NONE { None } else { pools.of_resource[resource as usize] }?;
    let pool = &pools.list[pool];
    Some((pool.crews[crew].duty.as_ref()?, pool.off_shift))
}

/// The law of each activity, from the net times of its rows and the speeds of who did them; `None` without any.
pub fn durations(log: &EventLog, pools: &Pools, net: &[f64], shape: Shape) -> Vec<Option<Work>> {
    let mut values: Vec<Vec<f64>> = vec![Vec::new(); log.activities.len()];
    for row in (0..log.len()).filter(|&row| net[row].is_finite()) {
        values[log.activity[row] as usize].push(net[row] * speed_of(log, pools, row));
    }
    values.iter().map(|values| work(values, shape)).collect()
}

fn work(values: &[f64], shape: Shape) -> Option<Work> {
    let fit = fitted(values)?;
    let dist = match shape {
        Shape::Observed if values.len() > 1 => dist::interpolated(values)?,
        _ => fit.dist.clone(),
    };
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    Some(Work { dist, fit, mean })
}

/// The law of some durations [s]. Parameters of a family are given to four digits: their standard errors are far larger.
pub fn fitted(values: &[f64]) -> Option<Fit> {
    let fit = dist::fit(values)?;
    if fit.why != Why::Bic {
        return Some(fit);
    }
    let digits = |x: f64| format!("{x:.3e}").parse().unwrap_or(x);
    let value = |x: f64| {
        let unit = [86_400.0, 3_600.0, 60.0].into_iter().find(|unit| x.abs() >= 2.0 * unit).unwrap_or(1.0);
        digits(x / unit) * unit
    };
    let dist = fit.dist.with_params(&value, &digits).unwrap_or_else(|_| fit.dist.clone());
    Some(Fit { dist, ..fit })
}

fn speed_of(log: &EventLog, pools: &Pools, row: usize) -> f64 {
    let resource = log.resource[row];
    let place = if resource == NONE { None } else { pools.of_resource[resource as usize] };
    place.map_or(1.0, |(pool, crew)| pools.list[pool].crews[crew].speed)
}

/// Gives crews of a team different speeds where BIC says that they are: the logarithm of the time is that of the activity plus
/// that of the crew. Crews of several resources are taken apart where these differ.
pub fn speeds(log: &EventLog, pools: &mut Pools, net: &[f64]) {
    for number in 0..pools.list.len() {
        let found = speeds_of(log, pools, number, net);
        let Some(found) = found else { continue };
        let pool = &mut pools.list[number];
        let mut crews = Vec::new();
        for crew in &pool.crews {
            for &resource in &crew.resources {
                let mut own = crew.clone();
                own.name = super::names::slug(log.resources.name(resource), "team");
                own.resources = vec![resource];
                own.members = crew.at_once;
                own.speed = found.get(&resource).copied().unwrap_or(1.0);
                crews.push(own);
            }
        }
        let mut names: Vec<String> = Vec::new();
        for (c, crew) in crews.iter_mut().enumerate() {
            crew.name = super::names::unique(&crew.name, &names);
            names.push(crew.name.clone());
            crew.resources.iter().for_each(|&r| pools.of_resource[r as usize] = Some((number, c)));
        }
        pool.crews = crews;
    }
}

/// The speeds of a team's resources, to two digits, or `None` where they are alike.
fn speeds_of(log: &EventLog, pools: &Pools, number: usize, net: &[f64]) -> Option<BTreeMap<u32, f64>> {
    /// Resources with fewer rows keep the speed of all.
    const FEW: usize = 20;
    /// Smaller differences are not worth a crew each.
    const WORTH: f64 = 0.1;
    const MOST: usize = 60;
    if pools.list[number].resources.len() > MOST {
        return None;
    }
    let mut by: BTreeMap<u32, BTreeMap<u32, Vec<f64>>> = BTreeMap::new();
    for (row, (&r, &net)) in log.resource.iter().zip(net).enumerate() {
        if r != NONE && net > 0.0 && pools.of_resource[r as usize].is_some_and(|p| p.0 == number) {
            by.entry(log.activity[row]).or_default().entry(r).or_default().push(net.ln());
        }
    }
    // Alternating fits of activity and resource effects.
    let mut effect: BTreeMap<u32, f64> = BTreeMap::new();
    let mut rows: BTreeMap<u32, usize> = BTreeMap::new();
    by.values().flatten().for_each(|(r, list)| *rows.entry(*r).or_default() += list.len());
    let n: usize = rows.values().sum();
    let squares = |effect: &BTreeMap<u32, f64>| {
        let mut sum = 0.0;
        let mut residual: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for parts in by.values() {
            let at = |r: &u32| effect.get(r).copied().unwrap_or(0.0);
            let count: usize = parts.values().map(Vec::len).sum();
            let total: f64 = parts.iter().flat_map(|(r, list)| list.iter().map(move |y| y - at(r))).sum();
            let mean = total / count as f64;
            for (r, list) in parts {
                for y in list {
                    let rest = y - mean - at(r);
                    sum += rest * rest;
                    let entry = residual.entry(*r).or_default();
                    entry.0 += y - mean;
                    entry.1 += 1.0;
                }
            }
        }
        (sum, residual)
    };
    let before = squares(&effect).0;
    for _ in 0..20 {
        let (_, residual) = squares(&effect);
        effect =
            residual.iter().filter(|(r, _)| rows[*r] >= FEW).map(|(r, (sum, n))| (*r, sum / n)).collect();
    }
    let after = squares(&effect).0;
    let price = effect.len().saturating_sub(1) as f64 * (n as f64).ln();
    if effect.len() < 2 || after <= 0.0 || n as f64 * (before / after).ln() <= price {
        return None;
    }
    let spread = effect.values().map(|e| e.abs()).fold(0.0, f64::max);
    let rounded = |e: f64| format!("{:.1e}", (-e).exp()).parse().unwrap_or(1.0);
    (spread >= WORTH).then(|| effect.iter().map(|(r, e)| (*r, rounded(*e))).collect())
}
