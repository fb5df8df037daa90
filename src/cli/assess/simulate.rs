//! The operations of a portfolio, simulated: which, in which worlds, and what was found.

use super::Args;
use super::read::Input;
use crate::activity::Activity;
use crate::assess::portfolio::Operation;
use crate::assess::{
    Mapped, Money, Samples, Simulated, Stage, Studied, Trends, Unknown, Valued, Worlds, stages, worlds,
};
use crate::cli::exit::Failure;
use crate::cli::input::{self, Input as ScenarioInput};
use crate::cli::log_file::{self, Reading};
use crate::cli::{folder, progress, study, work};
use crate::diag::{Diagnostic, Spanned, suggest};
use crate::eventlog::{EventLog, NONE, Names, format};
use crate::experiment::{self, Arm, Threads, Variants, Watch};
use crate::mining::{Study, Who};
use crate::model::Model;
use crate::output::{Parts, manifest};
use crate::report::{Mined, Picture};
use crate::scenario::{self, Sampled, Scenario, Varied};
use crate::stats::latin_hypercube;
use crate::units::Dim;
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What will be run.
pub struct Plan<'a> {
    pub operations: Vec<Planned<'a>>,
    /// Operations of the largest group that rise, without a scenario.
    pub without_scenario: Vec<String>,
    /// Operations whose scenario has a `[money]` or a `[ramp]` of its own, which the portfolio's stand for.
    pub own_money: Vec<String>,
}

/// An operation with its worlds as arms.
pub struct Planned<'a> {
    pub operation: &'a Operation,
    /// Whether steps 3 and 4 look into it.
    diagnose: bool,
    stages: Vec<Stage>,
    worlds: Worlds,
    input: ScenarioInput,
    /// The scenario with the candidates alone.
    bare: Scenario,
    cost: usize,
    /// Parts of the cost that are valued, not paid.
    valued: Vec<usize>,
    metrics: Vec<usize>,
    /// The scenario has a `[money]` or a `[ramp]`.
    own_money: bool,
}

/// What was found in all operations.
#[derive(Default)]
pub struct Found {
    pub studied: Vec<Studied>,
    pub candidates: Vec<Valued>,
    /// Inputs with a range.
    pub unknown: usize,
    pub maps: Vec<Picture>,
}

impl Found {
    pub fn add(&mut self, other: Self) {
        self.studied.extend(other.studied);
        self.candidates.extend(other.candidates);
        self.unknown += other.unknown;
        self.maps.extend(other.maps);
    }
}

impl Plan<'_> {
    pub fn seed(&self) -> u64 {
        self.operations.first().map_or(0, |o| o.model().design.seed)
    }

    /// Everything that the answer rests on besides the portfolio and its ledgers: the scenarios as they were read, with the files
    /// that they name, and the event logs of the operations.
    pub fn asked(&self, input: &Input) -> Result<Vec<Vec<u8>>, Failure> {
        let mut parts = Vec::new();
        for planned in &self.operations {
            parts.push(crate::text::print(&planned.input.scenario.root).into_bytes());
            for (name, bytes) in &planned.input.files {
                parts.extend([name.clone().into_bytes(), bytes.clone()]);
            }
        }
        for name in input.portfolio.operations.iter().filter_map(|o| o.log.as_ref()) {
            let file = input.folder.join(&name.value);
            let trouble =
                |e| Failure::BadInput(format!("error: cannot read the event log {}: {e}", file.display()));
            parts.push(std::fs::read(&file).map_err(trouble)?);
        }
        Ok(parts)
    }

    pub fn replications(&self) -> u32 {
        self.operations.iter().map(|o| o.model().design.replications).min().unwrap_or(0)
    }
}

impl Planned<'_> {
    /// Where the runs of this operation are kept: of the same program, scenario, candidates and samples.
    pub fn runs(&self, output: &Path, samples: Option<(u32, u32)>) -> Result<PathBuf, Failure> {
        let mut parts: Vec<Vec<u8>> = vec![folder::program()?.executable.into_bytes()];
        parts.push(crate::text::print(&self.input.scenario.root).into_bytes());
        parts.push(crate::text::print(&self.bare.root).into_bytes());
        parts.push(format!("{samples:?}").into_bytes());
        parts.extend(self.input.files.values().cloned());
        let key = manifest::key(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
        Ok(output.join("assess-runs").join(key))
    }

    /// The scenario as it is.
    fn model(&self) -> &Model {
        &self.input.arms[0].1
    }
}

/// Reads the scenarios and makes their worlds.
///
/// # Errors
/// All mistakes of a scenario, of what a candidate changes in it, or of names that it does not have.
pub fn plan<'a>(input: &'a Input, trends: &Trends, args: &Args) -> Result<Plan<'a>, Failure> {
    let operations = &input.portfolio.operations;
    let in_largest = |o: &Operation| o.group.value == trends.group;
    let rises = |o: &Operation| {
        trends
            .operations
            .iter()
            .any(|t| (t.operation == o.ledger.value || t.operation.is_empty()) && t.rises())
    };
    // Where no operation is shown to rise, all of the largest group are looked into.
    let any_rises = operations.iter().any(|o| in_largest(o) && o.scenario.is_some() && rises(o));
    let mut planned = Vec::new();
    for operation in operations.iter().filter(|o| o.scenario.is_some()) {
        let diagnose = in_largest(operation) && (rises(operation) || !any_rises);
        planned.push(prepare(input, operation, diagnose, args)?);
    }
    let described = |name: &str| {
        operations.iter().any(|o| in_largest(o) && o.ledger.value == name && o.scenario.is_some())
    };
    let rising = trends.operations.iter().filter(|t| t.rises() && !described(&t.operation));
    let without_scenario = rising.map(|t| t.operation.clone()).filter(|name| !name.is_empty()).collect();
    let own_money = planned.iter().filter(|p| p.own_money).map(|p| p.operation.label.clone()).collect();
    Ok(Plan { operations: planned, without_scenario, own_money })
}

fn prepare<'a>(
    input: &'a Input,
    operation: &'a Operation,
    diagnose: bool,
    args: &Args,
) -> Result<Planned<'a>, Failure> {
    let file = operation.scenario.as_ref().map_or("", |s| s.value.as_str());
    let mut settings = Vec::new();
    settings.extend(args.replications.map(|n| format!("compare.replications={n}")));
    settings.extend(args.seed.map(|s| format!("compare.seed={s}")));
    let base = input::read(&input.folder.join(file), &settings)?;
    let (adapted, mut found) = crate::assess::worlds::adapted(&base.scenario, operation);
    let refuse = |found: &[Diagnostic], scenario: &crate::scenario::Scenario| {
        Err(Failure::BadInput(input::render(found, scenario)))
    };
    if found.iter().any(Diagnostic::is_error) {
        return refuse(&found, &adapted);
    }
    let stages = match base.arms.first() {
        Some((_, model)) if diagnose => stages(&adapted, model),
        _ => Vec::new(),
    };
    let bare = worlds(&adapted, operation, &[], false).scenario;
    let worlds = worlds(&adapted, operation, &stages, diagnose);
    let (lowered, more) = input::again(&base, worlds.scenario.clone());
    found.extend(more);
    if found.iter().any(Diagnostic::is_error) {
        return refuse(&found, &lowered.scenario);
    }
    let Some((_, model)) = lowered.arms.first() else { return refuse(&found, &lowered.scenario) };
    if model.design.replications < 2 {
        return Err(Failure::BadInput("error: intervals need two replications or more".to_owned()));
    }
    let mut mistakes = Vec::new();
    let mut index = |name: &Spanned<String>| match named(model, name) {
        Ok(i) => Some(i),
        Err(d) => {
            mistakes.push(d);
            None
        }
    };
    let cost = operation.cost.as_ref().and_then(&mut index);
    let metrics: Vec<usize> = operation.metrics.iter().filter_map(|m| index(&m.name)).collect();
    let valued: Vec<usize> = operation.valued.iter().filter_map(&mut index).collect();
    if let (Some(cost), Some(name)) = (cost, &operation.cost)
        && model.metrics.as_slice()[cost].dim != Dim::MONEY.per(Dim::TIME)
    {
        let d = Diagnostic::error(format!("`{}` is no cost", name.value)).at(name.span);
        mistakes.push(d.label("expected a metric in money by time, such as $/y"));
    }
    match cost {
        Some(cost) if mistakes.is_empty() => {
            let own_money = base.arms.iter().any(|(_, model)| model.money.is_some()) || !base.ramp.is_empty();
            Ok(Planned {
                operation,
                diagnose,
                stages,
                worlds,
                input: lowered,
                bare,
                cost,
                valued,
                metrics,
                own_money,
            })
        }
        _ => Err(input.failure(&mistakes)),
    }
}

fn named(model: &Model, name: &Spanned<String>) -> Result<usize, Diagnostic> {
    let metrics = model.metrics.as_slice();
    metrics.iter().position(|m| m.name == name.value).ok_or_else(|| {
        let d = Diagnostic::error(format!("the scenario has no metric `{}`", name.value)).at(name.span);
        let known = metrics.iter().map(|m| m.name.as_str());
        match suggest(&name.value, known) {
            Some(hint) => d.hint(hint),
            None => d,
        }
    })
}

/// How sure statements are to be, and about what.
#[derive(Clone, Copy)]
pub struct Levels {
    /// Of a step together.
    pub together: f64,
    /// Of the value of one candidate.
    pub each: f64,
    /// Samples of the inputs, and replications of each.
    pub samples: Option<(u32, u32)>,
}

/// Simulates an operation.
///
/// # Errors
/// When a run does not end, or was stopped.
pub fn run(
    planned: &Planned,
    input: &Input,
    levels: Levels,
    pool: &Threads,
    bar: &ProgressBar,
    kept: &Parts,
) -> Result<Found, Failure> {
    let watch = Watch { progress: &progress::on(bar), cancel: work::interruption() };
    let operation = planned.operation;
    let told = |e| stopped(&operation.label, e);
    let arms = planned.input.experiment();
    let n = planned.model().design.replications;
    let parts: Vec<usize> = std::iter::once(planned.cost).chain(planned.valued.iter().copied()).collect();
    let wanted: Vec<usize> = parts.iter().chain(&planned.metrics).copied().collect();
    let inputs = scenario::varied(&planned.bare, planned.model());
    let sampled = levels.samples.filter(|_| !inputs.is_empty() && !operation.candidates.is_empty());
    let more = sampled
        .map_or(0, |(outer, inner)| (1 + operation.candidates.len()) * outer as usize * inner as usize);
    let mut variants = Variants::new(pool, watch, arms.len() * n as usize + more);
    variants.keep(kept);
    let observed = variants.observe(&arms, &wanted, 0..n).map_err(told)?;
    let simulated = Simulated {
        operation,
        model: planned.model(),
        observed: &observed,
        worlds: &planned.worlds.list,
        cost: planned.cost,
        metrics: &planned.metrics,
        n_valued: planned.valued.len(),
    };
    let money = &input.portfolio.money;
    let mut found = Found { candidates: simulated.candidates(money, levels.each), ..Found::default() };
    if let Some((outer, inner)) = sampled {
        let samples = Sampling { planned, parts: &parts, inputs: &inputs, outer, inner };
        found.candidates = samples.carry(found.candidates, &simulated, money, levels.each, &mut variants)?;
        found.unknown = inputs.len();
    }
    if planned.diagnose {
        let (map, pictures) = map(planned, input, pool)?;
        let costs = input.ledger.operations(&operation.group.value);
        let costs = costs.get(operation.ledger.value.as_str()).cloned().unwrap_or_default();
        found.studied.extend(simulated.studied(&planned.stages, &costs, map, levels.together));
        found.maps = pictures;
    }
    Ok(found)
}

/// Why an operation has no answer.
fn stopped(label: &str, e: experiment::Error) -> Failure {
    match e {
        experiment::Error::Cancelled { .. } => Failure::Interrupted(
            "what was finished is kept\nhint: the same command goes on from there".to_owned(),
        ),
        e => Failure::Failed(format!("{label}: {e}")),
    }
}

/// Samples of an operation's inputs.
struct Sampling<'a> {
    planned: &'a Planned<'a>,
    /// The cost and its parts that are valued.
    parts: &'a [usize],
    inputs: &'a [Varied],
    outer: u32,
    inner: u32,
}

impl Sampling<'_> {
    /// Carries what is not known about the inputs into the values of the candidates. The replications of a sample have numbers
    /// that no other has, so that their errors are independent.
    fn carry(
        &self,
        candidates: Vec<Valued>,
        simulated: &Simulated,
        money: &Money,
        level: f64,
        variants: &mut Variants,
    ) -> Result<Vec<Valued>, Failure> {
        let Planned { operation, input, bare, .. } = self.planned;
        let told = |e: String| Failure::Failed(format!("{}: {e}", operation.label));
        let loader = |name: &str| {
            let bytes =
                input.files.get(name).ok_or_else(|| format!("`{name}` is not among the scenario's files"))?;
            format::as_csv(name, bytes.clone())
        };
        let design = &self.planned.model().design;
        let names: Vec<&str> = self.inputs.iter().map(Varied::path).collect();
        let positions = latin_hypercube(self.outer as usize, &names, design.seed);
        let unknown: Vec<Unknown> =
            self.inputs.iter().zip(&positions).map(|(i, p)| told_input(i, p)).collect();
        let worlds = Sampled { scenario: bare, inputs: self.inputs, positions, seed: design.seed };
        let mut samples = vec![(Samples::default(), Samples::default()); operation.candidates.len()];
        for b in 0..self.outer {
            let at: Vec<f64> = worlds.positions.iter().map(|shares| shares[b as usize]).collect();
            let models =
                worlds.models(&at, &loader).map_err(|e| told(format!("with sampled inputs: {e}")))?;
            let arms: Vec<Arm> =
                models.iter().map(|model| Arm { name: "sample", label: "Sample", model }).collect();
            let first = design.replications.saturating_add(b * self.inner);
            let observed = variants.observe(&arms, self.parts, first..first + self.inner);
            let observed = observed.map_err(|e| stopped(&operation.label, e))?;
            let values = simulated.sampled(&observed, money);
            for ((all, paid), values) in samples.iter_mut().zip(values) {
                all.values.push(values.all);
                paid.values.push(values.paid);
            }
        }
        let each = candidates.into_iter().map(|valued| {
            let i = operation.candidates.iter().position(|c| c.name == valued.candidate).unwrap_or_default();
            let (all, paid) = &samples[i];
            valued.with_samples(all.clone(), paid, &unknown, level)
        });
        Ok(each.collect())
    }
}

fn told_input(input: &Varied, positions: &[f64]) -> Unknown {
    let (low, high) = match input {
        Varied::Range(r) => (r.unit.short(r.low), r.unit.short(r.high)),
        Varied::Rows(rows) => (rows.file.clone(), rows.file.clone()),
    };
    Unknown { label: input.label().to_owned(), low, high, positions: positions.to_vec() }
}

/// What the event log shows: the one that is given, or one replication of the scenario as it is.
fn map(planned: &Planned, input: &Input, pool: &Threads) -> Result<(Mapped, Vec<Picture>), Failure> {
    let operation = planned.operation;
    let (log, file) = match &operation.log {
        Some(name) => (
            log_file::read(&input.folder.join(&name.value), &Reading::default())?.0,
            Some(name.value.clone()),
        ),
        None => (simulated_log(planned, pool)?, None),
    };
    let study = Study::new(log, 0.2);
    let mapped = Mapped {
        log: file,
        cases: study.summary().cases,
        rows: study.summary().rows,
        activities: study.bottlenecks().to_vec(),
        handovers: study.network(Who::Teams).handovers.clone(),
    };
    Ok((mapped, pictures(&study, operation)))
}

fn simulated_log(planned: &Planned, pool: &Threads) -> Result<EventLog, Failure> {
    let mut model = planned.model().clone();
    (model.design.logged, model.design.replications) = (vec![0], 2);
    // People read it: steps are called by their labels.
    for (id, step) in planned.model().steps.iter_ids() {
        let process = &model.processes[step.process].name;
        let label = model.label(&format!("process.{process}.step.{}", step.name));
        model.activity_names.entry(id).or_insert(label);
    }
    let arm = Arm { name: "before", label: "Before", model: &model };
    let watch = Watch { progress: &|_, _| (), cancel: work::interruption() };
    let results = experiment::run(&[arm], true, watch, pool);
    let results = results.map_err(|e| study::failure(e).of(&planned.operation.label))?;
    let rows = results.logs.first().map(|log| &log.rows);
    let mut log = rows.map_or_else(EventLog::default, |rows| EventLog::from_rows(rows, &model));
    name_teams(&mut log, &model);
    Ok(log)
}

/// Teams by their labels; a round of asking belongs to the team that asks.
fn name_teams(log: &mut EventLog, model: &Model) {
    let label = |name: &str| model.label(&format!("team.{name}"));
    let mut teams = Names::default();
    let renamed: Vec<u32> = log.teams.iter().map(|name| teams.intern(&label(name))).collect();
    let askers: BTreeMap<&str, u32> = (model.steps.iter_ids())
        .filter_map(|(id, step)| match &step.activity {
            Activity::Ask(ask) => {
                let team = teams.intern(&label(&model.teams[ask.asker].name));
                Some((model.activity_names.get(&id)?.as_str(), team))
            }
            _ => None,
        })
        .collect();
    for (team, activity) in log.team.iter_mut().zip(&log.activity) {
        *team = match *team {
            NONE => askers.get(log.activities.name(*activity)).copied().unwrap_or(NONE),
            known => renamed[known as usize],
        };
    }
    log.teams = teams;
}

/// The map and the handovers, named after the operation.
#[cfg(feature = "charts")]
fn pictures(study: &Study, operation: &Operation) -> Vec<Picture> {
    let mined = Mined { study, name: &operation.label, filters: "" };
    let wanted = [("map", "activities.csv"), ("handovers", "handovers.csv")];
    let all = crate::report::mined_pictures(&mined).into_iter();
    all.filter_map(|p| {
        let (name, file) = wanted.iter().find(|(name, _)| *name == p.name)?;
        Some(Picture { name: format!("{name}_{}", operation.name), file, ..p })
    })
    .collect()
}

#[cfg(not(feature = "charts"))]
fn pictures(_: &Study, _: &Operation) -> Vec<Picture> {
    Vec::new()
}
