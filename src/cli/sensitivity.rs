//! `turnaround sensitivity`: which inputs move the result.

mod screen;
mod tornado;

use super::exit::Failure;
use super::study::{self, Study, unknown};
use crate::experiment::Variants;
use crate::model::Model;
use crate::output::{Column, Table};
use crate::scenario::{self, Range};
use crate::stats::{Estimate, Resampled};
use crate::text::Change;
use serde_json::{Value, json};

/// Shows how much each uncertain input moves a result: one at a time (tornado), or along paths through all of them (Morris).
///
/// The inputs are those of the assumptions register that have a range, or those given by -S key=low..high. The tornado sets each
/// to its 5 % and its 95 % point with all others as written. --morris R makes R random paths on which one input after another
/// moves, which also shows inputs whose effect depends on others. The result is the change that the arm makes, or with --level
/// the metric in the arm itself. Replications are paired throughout.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround sensitivity docs/examples/stock.toml -n 10\n  turnaround sensitivity docs/examples/stock.toml -n 10 --level --arm before\n  turnaround sensitivity docs/examples/stock.toml -n 4 --morris 4\n  turnaround sensitivity docs/examples/stock.toml -n 10 -S part.gearbox.stock.0.initial=8..16 --json"
)]
pub struct Args {
    #[command(flatten)]
    options: study::Options,
    /// A key and its range, e.g. -S team.clerks.members=2..4, instead of the register's; with one value the key is only changed
    #[arg(short = 'S', value_name = "KEY=LOW..HIGH")]
    set: Vec<String>,
    /// Only these inputs of the register: keys, or how their keys begin, with commas between
    #[arg(long, value_name = "PATH,...", value_delimiter = ',')]
    inputs: Vec<String>,
    /// The metric; the primary when absent
    #[arg(long)]
    metric: Option<String>,
    /// The arm; the first that is not the control when absent
    #[arg(long)]
    arm: Option<String>,
    /// Look at the metric in the arm, not at the change that the arm makes
    #[arg(long)]
    level: bool,
    /// Screen by elementary effects along so many paths
    #[arg(long, value_name = "PATHS", value_parser = clap::value_parser!(u32).range(2..=10_000))]
    morris: Option<u32>,
}

/// Replications of each world unless asked for otherwise.
const MOST: u32 = 20;

pub fn run(args: &Args) -> Result<(), Failure> {
    let (fixed, ranged) = study::split_ranges(&args.set);
    let study = Study::open(&args.options, &fixed, MOST)?;
    let metric = study.metric(args.metric.as_deref())?;
    let inputs = inputs(args, &study, &ranged)?;
    let only_control = study.input.arms.len() == 1;
    let arm = match (&args.arm, only_control) {
        (None, true) => study.input.arms[0].0.clone(),
        (name, _) => study.arm(name.as_deref())?.clone(),
    };
    let case = Case::new(&study, metric, arm, args.level || only_control);
    match args.morris {
        Some(paths) => screen::run(&case, &inputs, paths.max(2)),
        None => tornado::run(&case, &inputs),
    }
}

/// The inputs to vary.
fn inputs(args: &Args, study: &Study, ranged: &[study::Ranged]) -> Result<Vec<Range>, Failure> {
    if !ranged.is_empty() {
        return ranged.iter().map(|r| study.between(&r.path, &r.low, &r.high)).collect();
    }
    let all = scenario::ranges(&study.input.scenario, study.model());
    if all.is_empty() {
        return Err(Failure::BadInput(
            "error: no input has a range\nhint: give one, for example -S team.clerks.members=2..4, or `range` in [[assumption]]"
                .to_owned(),
        ));
    }
    let begins = |path: &str, wanted: &str| path == wanted || path.starts_with(&format!("{wanted}."));
    let mut chosen: Vec<Range> = Vec::new();
    for wanted in &args.inputs {
        let found: Vec<&Range> = all.iter().filter(|r| begins(&r.path, wanted)).collect();
        if found.is_empty() {
            return Err(unknown("input with a range", wanted, all.iter().map(|r| r.path.as_str()).collect()));
        }
        chosen.extend(found.into_iter().filter(|r| !chosen.contains(r)).cloned().collect::<Vec<_>>());
    }
    Ok(if args.inputs.is_empty() { all } else { chosen })
}

/// A table that begins with the inputs.
fn named<'r>(inputs: impl Iterator<Item = &'r Range> + Clone) -> Table {
    let mut table = Table::default();
    table.push("path", Column::Text(inputs.clone().map(|i| i.path.clone()).collect()));
    table.push("label", Column::Text(inputs.map(|i| i.label.clone()).collect()));
    table
}

/// What is looked at: a metric in an arm, or what the arm changes in it.
struct Case<'a> {
    study: &'a Study<'a>,
    metric: usize,
    arm: scenario::Arm,
    /// The worlds of one point, and how they enter the outcome.
    terms: Vec<(String, f64)>,
    unit_size: f64,
}

impl<'a> Case<'a> {
    fn new(study: &'a Study, metric: usize, arm: scenario::Arm, level: bool) -> Self {
        let own = (arm.name.clone(), 1.0);
        let control = study.input.arms[0].0.name.clone();
        let terms = if level || arm.name == control { vec![own] } else { vec![(control, -1.0), own] };
        Self { study, metric, arm, terms, unit_size: study.info(metric).unit_size }
    }

    fn is_change(&self) -> bool {
        self.terms.len() > 1
    }

    /// "Change of Restore time [h], With the tool"
    fn outcome(&self) -> String {
        let heading = self.study.heading(self.metric);
        match self.is_change() {
            true => format!("Change of {heading}, {}", self.arm.label),
            false => format!("{heading}, {}", self.arm.label),
        }
    }

    /// As [`outcome`](Self::outcome), for an axis.
    fn axis(&self) -> String {
        let (label, unit) = (self.study.label(self.metric), self.study.info(self.metric).unit.as_str());
        let unit = if unit.is_empty() { String::new() } else { format!(", {unit}") };
        if self.is_change() { format!("Change of {label}{unit}") } else { format!("{label}{unit}") }
    }

    /// "the change of Restore time"
    fn what(&self) -> String {
        format!("{}{}", if self.is_change() { "the change of " } else { "" }, self.study.label(self.metric))
    }

    /// What the page asks.
    fn question(&self) -> String {
        match self.is_change() {
            true => format!(
                "Which inputs move the change that \u{201c}{}\u{201d} makes in {}?",
                self.arm.label,
                self.study.label(self.metric)
            ),
            false => {
                format!(
                    "Which inputs move {} in \u{201c}{}\u{201d}?",
                    self.study.label(self.metric),
                    self.arm.label
                )
            }
        }
    }

    /// What is asked and how, of the object that `--json` prints; `method` is how inputs are moved.
    fn json(&self, method: &str, runs: usize, inputs: Vec<Value>) -> Value {
        json!({
            "schema_version": 1,
            "scenario": self.study.input.name,
            "method": method,
            "metric": self.study.info(self.metric).name,
            "unit": self.study.info(self.metric).unit,
            "arm": self.arm.name,
            "of": if self.is_change() { "change" } else { "level" },
            "seed": self.study.model().design.seed,
            "replications": self.study.n,
            "runs": runs,
            "inputs": inputs,
        })
    }

    /// The worlds of a point.
    fn worlds(&self, name: &str, changes: &[Change]) -> Result<Vec<(String, Model)>, Failure> {
        let world = |(arm, _): &(String, f64)| {
            let model = self.study.world(arm, changes, &[]).map_err(|e| match e {
                Failure::BadInput(text) => Failure::BadInput(format!("{name}:\n{text}")),
                e => e,
            })?;
            Ok((format!("{arm}, {name}"), model))
        };
        self.terms.iter().map(world).collect()
    }

    /// `[point][term]` of these points' worlds.
    fn observe(
        &self,
        variants: &mut Variants,
        named: &[(String, Model)],
    ) -> Result<Vec<Vec<Resampled>>, Failure> {
        let found = variants.observe(&study::worlds(named), &[self.metric], 0..self.study.n);
        let mut found = found.map_err(study::failure)?.metrics.into_iter().flatten().collect::<Vec<_>>();
        let mut points = Vec::new();
        while !found.is_empty() {
            let rest = found.split_off(self.terms.len());
            points.push(std::mem::replace(&mut found, rest));
        }
        Ok(points)
    }

    /// The outcome at a point [display unit].
    fn at(&self, point: &[Resampled], level: f64) -> Estimate {
        let e = match point {
            [control, arm] => Resampled::difference(control, arm, level),
            _ => point[0].estimate(level),
        };
        crate::experiment::in_unit(e, self.unit_size)
    }

    /// How the outcome differs from one point to another [display unit].
    fn between(&self, from: &[Resampled], to: &[Resampled], level: f64) -> Estimate {
        crate::experiment::in_unit(Resampled::contrast(&self.difference(from, to), level), self.unit_size)
    }

    /// As [`between`](Self::between), with its standard error [display unit], of however few replications.
    fn effect(&self, from: &[Resampled], to: &[Resampled]) -> (f64, f64) {
        let change = Resampled::sum(&self.difference(from, to)).estimate(self.study.level());
        (change.value / self.unit_size, change.se / self.unit_size)
    }

    fn difference<'r>(&self, from: &'r [Resampled], to: &'r [Resampled]) -> Vec<(f64, &'r Resampled)> {
        let weights = || self.terms.iter().map(|(_, weight)| weight);
        let before = weights().zip(from).map(|(w, r)| (-w, r));
        before.chain(weights().zip(to).map(|(w, r)| (*w, r))).collect()
    }
}
