//! From an event log to a model that runs: control flow, arrivals, teams with their hours, work, waiting for others.
//!
//! ```text
//! log --tree--> control --lay cases on it--> branching --evidence--> decisions --+   (memory, conditions on what cases carry)
//! log --> pools and calendars --> durations net of off-duty time, timers --------+--> model
//! log --> arrivals ---------------------------------------------------------------+
//! ```
//! Each part is a file and can be made in several ways ([`Options`]); which of them describe a log best is decided outside, by
//! simulating and measuring the distance to cases that were held back. Nothing here simulates.

pub mod arrivals;
pub mod batching;
pub mod branching;
mod calendars;
pub mod carried;
pub mod conditions;
pub mod control;
pub mod delays;
pub mod drift;
pub mod durations;
pub mod duty;
pub mod memory;
mod model;
mod names;
mod notes;
pub mod ongoing;
pub mod pools;
pub mod priorities;
mod steps;

pub use arrivals::{Arrivals, Source};
pub use calendars::{Seen, hours};
pub use control::Control;
pub use delays::Delays;
pub use drift::{Drift, drift};
pub use durations::Shape;
pub use duty::Duty;
pub use memory::Memory;
pub use model::{PROCESS, SOURCE, told};
pub use notes::notes;
pub use ongoing::{Ongoing, ongoing};

use super::enabled;
use super::sample::{earliest, latest, timed};
use super::tree::Tree;
use crate::eventlog::{EventLog, UNKNOWN};
use crate::model::Model;
use std::collections::BTreeSet;
use std::ops::Range;

/// The ways in which the parts are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    pub control: Control,
    pub memory: Memory,
    pub source: Source,
    pub shape: Shape,
    pub delays: Delays,
    /// Whether cases may wait for each other.
    pub batches: bool,
    /// Whether choices may depend on what cases carry.
    pub conditions: bool,
    /// Whether forecasts begin with the cases that are under way.
    pub under_way: bool,
    /// Whether something may be served before what came earlier.
    pub priorities: bool,
    /// Only this share of the cases, the latest by arrival, says which way cases go.
    pub recent_flow: f64,
    /// The same for how long things take.
    pub recent_times: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            control: Control::Inductive(0.2),
            memory: Memory::Previous,
            source: Source::Gaps,
            shape: Shape::Family,
            delays: Delays::Working,
            batches: true,
            conditions: true,
            under_way: true,
            priorities: true,
            recent_flow: 1.0,
            recent_times: 1.0,
        }
    }
}

/// A model and what it was made from.
#[derive(Clone, Debug)]
pub struct Discovered {
    pub model: Model,
    pub options: Options,
    pub tree: Tree,
    /// the tree with its choices numbered, and the steps that it became
    pub block: branching::Block,
    pub laid: steps::Steps,
    pub branching: branching::Branching,
    pub decisions: Vec<memory::Decision>,
    pub pools: pools::Pools,
    pub work: Vec<Option<durations::Work>>,
    pub timers: Vec<Option<delays::Timer>>,
    pub gathers: Vec<Option<batching::Gather>>,
    /// by team
    pub services: Vec<priorities::Service>,
    /// what cases carry, and which of it the model needs
    pub carried: Vec<carried::Carried>,
    pub used: Vec<usize>,
    pub arrivals: Option<Arrivals>,
    /// names of the activities in the scenario, by activity of the log
    pub keys: Vec<String>,
    /// and in the log
    pub names: Vec<String>,
    /// cases and rows that it was made from
    pub cases: usize,
    pub rows: usize,
}

/// The model behind a sorted log; `None` when the log has no case with an instant.
pub fn discover(log: &EventLog, name: &str, title: &str, options: Options) -> Option<Discovered> {
    let ranges = timed(log);
    let recent = latest_cases(log, options.recent_flow);
    let spans: Vec<(i64, i64)> =
        ranges.iter().map(|r| (earliest(log, r.clone()), latest(log, r.clone()))).collect();
    let span = (spans.iter().map(|s| s.0).min()?, spans.iter().map(|s| s.1).max()?);
    let mut cycles: Vec<i64> = spans.iter().map(|s| s.1 - s.0).collect();
    cycles.sort_unstable();
    let long = cycles[(cycles.len() * 9 / 10).min(cycles.len() - 1)];
    let longest = cycles[cycles.len() - 1];

    let tree = control::tree(log, options.control);
    let (block, branching) = branching::branching(log, &recent, &tree);
    let carried = carried::carried(log);
    let known: &[carried::Carried] = if options.conditions { &carried } else { &[] };
    let decisions = memory::decisions(&branching, options.memory, known);
    let mut pools = pools::pools(log);
    let net = durations::net(log, &pools);
    durations::speeds(log, &mut pools, &net);
    let mut is_old = vec![true; log.len()];
    latest_cases(log, options.recent_times).iter().for_each(|range| is_old[range.clone()].fill(false));
    let recent_net: Vec<f64> =
        net.iter().zip(&is_old).map(|(t, old)| if *old { f64::NAN } else { *t }).collect();
    let mut work = durations::durations(log, &pools, &recent_net, options.shape);
    let mut enabled = enabled(log);
    let gathers = match options.batches {
        true => batching::gathers(log, &pools, &enabled),
        false => vec![None; log.activities.len()],
    };
    let all_enabled = enabled.clone();
    batching::single_times(log, &gathers, &mut work, &recent_net);
    enabled.iter_mut().zip(&is_old).filter(|(_, old)| **old).for_each(|(t, _)| *t = UNKNOWN);
    let mut timers = delays::timers(log, &pools, &enabled, &recent_net, options.delays);
    // Cases that wait for each other wait for nothing else.
    timers
        .iter_mut()
        .zip(&gathers)
        .filter(|(_, gather)| gather.is_some())
        .for_each(|(timer, _)| *timer = None);
    let services = match options.priorities {
        true => priorities::services(log, &pools, &carried, &all_enabled, &net, &timers),
        false => vec![priorities::Service::default(); pools.list.len()],
    };
    let used = used(&decisions, &services);
    let arrivals = arrivals::arrivals(&arrivals::instants(log), options.source);
    let keys = names::keys(log.activities.iter());
    let names: Vec<String> = log.activities.iter().map(str::to_owned).collect();
    let parts = model::Parts {
        name,
        title,
        names: &names,
        keys: &keys,
        block: &block,
        branching: &branching,
        decisions: &decisions,
        pools: &pools,
        work: &work,
        timers: &timers,
        gathers: &gathers,
        services: &services,
        carried: &carried,
        used: &used,
        arrivals: arrivals.as_ref(),
        span,
        long,
        longest,
        cases: ranges.len(),
    };
    let (model, laid) = model::model(&parts);
    let (cases, rows) = (ranges.len(), log.len());
    Some(Discovered {
        model,
        options,
        tree,
        block,
        laid,
        branching,
        decisions,
        pools,
        work,
        timers,
        gathers,
        services,
        carried,
        used,
        arrivals,
        keys,
        names,
        cases,
        rows,
    })
}

/// What cases carry that choices or teams ask for, in the order of the log.
fn used(decisions: &[memory::Decision], services: &[priorities::Service]) -> Vec<usize> {
    let of_choices = decisions.iter().filter_map(|d| d.conditions.as_ref()).flat_map(|c| c.attributes());
    let of_teams = services.iter().filter_map(|s| s.rule.as_ref()?.attribute());
    of_choices.chain(of_teams).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The rows of the latest cases by arrival, in the order of the log.
fn latest_cases(log: &EventLog, share: f64) -> Vec<Range<usize>> {
    let mut ranges = timed(log);
    ranges.sort_by_key(|r| (earliest(log, r.clone()), r.start));
    let n = ((ranges.len() as f64 * share).ceil() as usize).max(1);
    let mut kept = ranges.split_off(ranges.len().saturating_sub(n));
    kept.sort_by_key(|r| r.start);
    kept
}
