//! `turnaround optimise`: the best settings of what a decision can set.

mod goals;
mod view;

use super::exit::Failure;
use super::study::{self, Study};
use crate::business::nsga2::{self, Axis, Effort, Tried};
use crate::business::pareto::{self, Scored};
use crate::experiment::{self, Variants};
use crate::model::Model;
use crate::scenario::{self, Lever};
use crate::stats::Resampled;
use crate::text::Change;
use goals::Goals;
use view::{Candidate, View};

/// Searches for the settings of levers that make a metric best, meet a target at the least cost, or are the best compromises
/// between two metrics.
///
/// Levers are the [lever.NAME] of the scenario, or --lever KEY=LOW..HIGH:STEP; several keys with commas between are set to the
/// same value. All settings are tried when the budget allows it; otherwise a genetic search (NSGA-II) looks for the best. What
/// it finds is run again with fresh replications, beside the scenario as written: these are the figures that are shown, so that
/// the luck of the search is not reported as a result.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround optimise docs/examples/stock.toml --minimise holding --and wait --budget 200 -n 4 --json\n  turnaround optimise docs/examples/stock.toml --minimise holding --target \"wait <= 9 h\" -n 4\n  turnaround optimise docs/examples/stock.toml --minimise wait --lever gearboxes -n 4"
)]
pub struct Args {
    #[command(flatten)]
    options: study::Options,
    /// Change a key first, e.g. -S team.clerks.members=4
    #[arg(short = 'S', value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// A lever: the name of one in the scenario, or keys and their limits; all of the scenario when absent
    #[arg(long, value_name = "KEY=LOW..HIGH[:STEP]")]
    lever: Vec<String>,
    /// The metric to make small
    #[arg(long, value_name = "METRIC", required_unless_present = "maximise")]
    minimise: Option<String>,
    /// The metric to make large
    #[arg(long, value_name = "METRIC", conflicts_with = "minimise")]
    maximise: Option<String>,
    /// A second metric, made better at the same time: the result is a front of compromises
    #[arg(long, value_name = "METRIC")]
    and: Option<String>,
    /// A limit that is to be kept, e.g. "restore_time.mean <= 60 h"
    #[arg(long, value_name = "LIMIT")]
    target: Vec<String>,
    /// The arm whose levers are set; `before` when absent
    #[arg(long)]
    arm: Option<String>,
    /// Runs of the search at most; what it finds is confirmed with runs on top of these
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    budget: u32,
    /// Settings in a generation of the search
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(4..=10_000))]
    population: u32,
    /// Fresh replications of each setting that is shown; four times those of the search when absent
    #[arg(long, value_name = "N")]
    confirm: Option<u32>,
}

/// Replications of a setting in the search unless asked for otherwise.
const MOST: u32 = 10;
/// Settings that are confirmed and shown at most.
const SHOWN: usize = 16;
/// Settings of a search for one metric that are confirmed: the luck of the first may be better than its truth.
const FINALISTS: usize = 5;

pub fn run(args: &Args) -> Result<(), Failure> {
    let study = Study::open(&args.options, &args.set, MOST)?;
    let levers = levers(args, &study)?;
    let goals = Goals::new(args, &study)?;
    let arm = match &args.arm {
        Some(name) => study.arm(Some(name))?.clone(),
        None => study.input.arms[0].0.clone(),
    };
    let settings = (args.budget / study.n) as usize;
    if settings < 2 {
        return Err(Failure::BadInput(format!(
            "error: {} runs are fewer than two settings of {} replications\nhint: a larger --budget, or a smaller -n",
            args.budget, study.n
        )));
    }
    let axes: Vec<Axis> = levers
        .iter()
        .map(|lever| {
            let (low, high) = lever.limits();
            Axis { low, high, step: lever.step }
        })
        .collect();
    let confirm = args.confirm.unwrap_or(4 * study.n).max(2);
    let decision = Decision { study: &study, arm: &arm, levers: &levers, goals: &goals };
    let written: Vec<f64> = levers.iter().map(Lever::written).collect();
    decision.model(&axes.iter().zip(&written).map(|(a, x)| a.snap(*x)).collect::<Vec<_>>())?;

    let limits: Vec<String> = levers
        .iter()
        .map(|l| format!("{:?} {:?} {:?}", l.paths().collect::<Vec<_>>(), l.limits(), l.step))
        .collect();
    let asked = format!("{limits:?} {} {goals:?} {} {} {confirm}", arm.name, args.budget, args.population);
    let effort =
        Effort { settings, population: args.population.max(4) as usize, seed: study.model().design.seed };
    study.answer("optimise", &asked, settings * study.n as usize + SHOWN * confirm as usize, |variants| {
        let tried = nsga2::search(&axes, std::slice::from_ref(&written), &effort, |generation| {
            decision.score(variants, generation)
        })?;
        let searched = variants.runs();
        let candidates = decision.confirm(variants, &tried, confirm)?;
        let view = View {
            decision: &decision,
            tried: &tried,
            candidates: &candidates,
            confirm,
            searched,
            confirmed: variants.runs() - searched,
            is_complete: nsga2::is_complete(&axes, settings),
        };
        view.answer()
    })
}

fn levers(args: &Args, study: &Study) -> Result<Vec<Lever>, Failure> {
    let written = scenario::levers(&study.input.scenario);
    if args.lever.is_empty() {
        return match written.is_empty() {
            true => Err(Failure::BadInput(
                "error: there is nothing to set\nhint: --lever team.clerks.members=2..6, or write [lever.clerks] into the scenario"
                    .to_owned(),
            )),
            false => Ok(written),
        };
    }
    let one = |text: &String| -> Result<Lever, Failure> {
        let Some(ranged) = study::ranged_setting(text) else {
            let found = written.iter().find(|lever| lever.name == *text);
            let known = || written.iter().map(|lever| lever.name.as_str()).collect();
            return found.cloned().ok_or_else(|| study::unknown("lever", text, known()));
        };
        let keys: Vec<&str> = ranged.path.split(',').map(str::trim).collect();
        let (high, step) = match ranged.high.split_once(':') {
            Some((high, step)) => (high.trim().to_owned(), Some(step.trim().to_owned())),
            None => (ranged.high.clone(), None),
        };
        let name = keys.first().copied().unwrap_or_default();
        let tree = &study.input.scenario;
        Lever::new(tree, (name, name), &keys, (&ranged.low, &high), step.as_deref())
            .map_err(|d| Failure::BadInput(super::input::render(&[d], tree)))
    };
    args.lever.iter().map(one).collect()
}

/// What can be set, and what for.
struct Decision<'a> {
    study: &'a Study<'a>,
    arm: &'a scenario::Arm,
    levers: &'a [Lever],
    goals: &'a Goals,
}

impl Decision<'_> {
    /// The world of a setting. A decision has the last word, after the changes of the arm; keys of an arm come before them.
    fn model(&self, setting: &[f64]) -> Result<Model, Failure> {
        let changes = self.levers.iter().zip(setting).flat_map(|(lever, value)| lever.changes(*value));
        let is_of_arm = |c: &Change| c.path.first().is_some_and(|key| key.value == "arm");
        let (first, last): (Vec<Change>, Vec<Change>) = changes.partition(is_of_arm);
        self.study.world(&self.arm.name, &first, &last)
    }

    /// "filters 12, gearboxes 14"
    fn name(&self, setting: &[f64]) -> String {
        let each = self.levers.iter().zip(setting).map(|(l, x)| format!("{} {}", l.label, l.short(*x)));
        each.collect::<Vec<_>>().join(", ")
    }

    fn named(&self, settings: &[Vec<f64>]) -> Result<Vec<(String, Model)>, Failure> {
        settings.iter().map(|s| Ok((self.name(s), self.model(s)?))).collect()
    }

    /// What a generation reaches. A setting whose runs do not end is worse than all others.
    fn score(&self, variants: &mut Variants, settings: &[Vec<f64>]) -> Result<Vec<Scored>, Failure> {
        let named = self.named(settings)?;
        let all = study::worlds(&named);
        let metrics = self.goals.metrics();
        let range = 0..self.study.n;
        let found = match variants.observe(&all, metrics, range.clone()) {
            Ok(found) => found.metrics.into_iter().map(Some).collect::<Vec<_>>(),
            Err(experiment::Error::Stopped { .. }) => {
                let mut each = Vec::new();
                for one in &all {
                    each.push(match variants.observe(&[*one], metrics, range.clone()) {
                        Ok(mut found) => found.metrics.pop(),
                        Err(experiment::Error::Stopped { .. }) => None,
                        Err(e) => return Err(study::failure(e)),
                    });
                }
                each
            }
            Err(e) => return Err(study::failure(e)),
        };
        let scored = |found: Option<Vec<Resampled>>| match found {
            Some(found) => self.goals.score(&found.iter().map(|r| r.value).collect::<Vec<_>>()),
            None => self.goals.unknown(),
        };
        Ok(found.into_iter().map(scored).collect())
    }

    /// The best settings with fresh replications; the scenario as written comes first.
    fn confirm(
        &self,
        variants: &mut Variants,
        tried: &[Tried],
        fresh: u32,
    ) -> Result<Vec<Candidate>, Failure> {
        let scored: Vec<Scored> = tried.iter().map(|t| t.scored.clone()).collect();
        let mut chosen = match self.goals.is_single() {
            true => best_of_one(&scored),
            false => spread(pareto::front(&scored), SHOWN),
        };
        chosen.retain(|i| !scored[*i].objectives.iter().any(|x| x.is_nan()));
        let settings: Vec<Vec<f64>> = chosen.iter().map(|i| tried[*i].setting.clone()).collect();
        let mut named = vec![("as written".to_owned(), self.study.world(&self.arm.name, &[], &[])?)];
        named.extend(self.named(&settings)?);
        let from = self.study.n;
        variants.planned = variants.runs() + named.len() * fresh as usize;
        let found = variants.observe(&study::worlds(&named), self.goals.metrics(), from..from + fresh);
        let found = found.map_err(study::failure)?.metrics;
        let score =
            |found: &[Resampled]| self.goals.score(&found.iter().map(|r| r.value).collect::<Vec<_>>());
        let fresh_scores: Vec<Scored> = found[1..].iter().map(|f| score(f)).collect();
        let still = pareto::ranks(&fresh_scores);
        let written = Candidate { setting: None, found: found[0].clone(), is_best: false };
        let one = |((setting, found), rank): ((Vec<f64>, &Vec<Resampled>), &usize)| Candidate {
            setting: Some(setting),
            found: found.clone(),
            is_best: *rank == 0,
        };
        let others = settings.into_iter().zip(&found[1..]).zip(&still).map(one);
        let mut all: Vec<Candidate> = std::iter::once(written).chain(others).collect();
        // By the first goal, as the fresh replications have it.
        let first = |c: &Candidate| score(&c.found).objectives[0];
        all[1..].sort_by(|a, b| first(a).total_cmp(&first(b)));
        Ok(all)
    }
}

/// The settings that come first when there is one goal: limits kept, then the goal.
fn best_of_one(scored: &[Scored]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scored.len()).collect();
    let key = |i: &usize| (scored[*i].violation, scored[*i].objectives[0]);
    order.sort_by(|a, b| key(a).0.total_cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1)).then(a.cmp(b)));
    order.truncate(FINALISTS);
    order
}

/// At most so many of a front, evenly, with both ends.
fn spread(front: Vec<usize>, most: usize) -> Vec<usize> {
    if front.len() <= most {
        return front;
    }
    (0..most).map(|k| front[k * (front.len() - 1) / (most - 1)]).collect()
}
