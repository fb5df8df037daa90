//! How work flows through an arm, from the activity rows of its logged replications: the map of the charted process,
//! handovers between those who work, and how busy each team is by hour of the week. Descriptive: no intervals.

use super::hours::{TeamHours, team_hours};
use super::results::Log;
use crate::activity::Activity;
use crate::ids::{Id, ProcessId, StepId};
use crate::model::Model;
use crate::record::Rows;
use crate::stats::describe::mean;
use crate::stats::quantile_sorted;
use crate::units::Time;
use serde::Serialize;
use std::collections::BTreeMap;

/// The flow of work in one arm, over the cases that start in the window.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flow {
    /// Index of the arm.
    pub arm: usize,
    /// Logged replications behind it.
    pub replications: usize,
    /// Length of the window of one replication [s].
    pub seconds: f64,
    /// The process that is mapped, as people call it; all processes when empty.
    pub process: String,
    /// Cases of that process.
    pub cases: usize,
    pub steps: Vec<FlowStep>,
    pub links: Vec<FlowLink>,
    /// Who hands over: teams, then rounds of asking; over the cases of all processes.
    pub parties: Vec<Party>,
    pub handovers: Vec<Handover>,
    pub hours: Vec<TeamHours>,
}

/// An activity of the mapped process.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FlowStep {
    pub name: String,
    pub label: String,
    /// The team that did it most, as people call it; empty where nobody worked.
    pub team: String,
    pub count: usize,
    /// Mean time from start to completion [s].
    pub mean: f64,
}

/// One activity directly after another within a case.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FlowLink {
    /// Index of a step; None: the start of the case.
    pub from: Option<usize>,
    /// Index of a step; None: the end of the case.
    pub to: Option<usize>,
    pub count: usize,
    /// Median time from the completion of the first to the start of the second [s]; zero where they overlap. From the
    /// start of a case: until work on it begins.
    pub median: f64,
    /// Sum of these times [s].
    pub total: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    pub label: String,
    /// Not a team: a round of asking, in which several teams take part.
    pub asking: bool,
}

/// Work on a case goes from one party to another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Handover {
    /// Indices of parties.
    pub from: usize,
    pub to: usize,
    pub count: usize,
    /// From the completion of the one's work to the start of the other's [s]: mean and median.
    pub mean: f64,
    pub median: f64,
}

/// Time that cases spend in, or waiting for, an activity.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeIn {
    pub label: String,
    pub waiting: bool,
    /// Of all cases [s].
    pub seconds: f64,
}

impl Flow {
    /// Where the time of the mapped cases goes, the most first. Work that runs in parallel counts twice.
    pub fn times(&self) -> Vec<TimeIn> {
        let done = self.steps.iter().map(|s| (s.mean * s.count as f64, s.label.clone(), false));
        let waited = self.steps.iter().enumerate().map(|(k, s)| {
            let before = self.links.iter().filter(|l| l.to == Some(k)).map(|l| l.total);
            (before.sum(), s.label.clone(), true)
        });
        let mut times: Vec<TimeIn> = (done.chain(waited))
            .filter(|(seconds, ..)| *seconds > 0.0)
            .map(|(seconds, label, waiting)| TimeIn { label, waiting, seconds })
            .collect();
        times.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
        times
    }
}

/// The flows of all arms that were logged. `window` is the time in which cases count; `charted` the process to map.
pub fn flows(models: &[&Model], logs: &[Log], window: (Time, Time), charted: Option<ProcessId>) -> Vec<Flow> {
    let of_arm = |arm: usize| {
        let logs: Vec<&Rows> = logs.iter().filter(|l| l.arm == arm).map(|l| &l.rows).collect();
        (!logs.is_empty()).then(|| flow(arm, models[arm], &logs, window, charted))
    };
    (0..models.len()).filter_map(of_arm).collect()
}

fn flow(arm: usize, model: &Model, logs: &[&Rows], window: (Time, Time), charted: Option<ProcessId>) -> Flow {
    let cases: Vec<Vec<Work>> = logs.iter().flat_map(|rows| by_case(rows, window)).collect();
    let belongs =
        |case: &&Vec<Work>| charted.is_none_or(|p| case.iter().any(|w| model.steps[w.step].process == p));
    let mapped: Vec<&Vec<Work>> = cases.iter().filter(belongs).collect();
    let (steps, links) = map(model, &mapped);
    let (parties, handovers) = handovers(model, &cases);
    Flow {
        arm,
        replications: logs.len(),
        seconds: window.1.since(window.0).seconds(),
        process: charted
            .map_or_else(String::new, |p| model.label(&format!("process.{}", model.processes[p].name))),
        cases: mapped.len(),
        steps,
        links,
        parties,
        handovers,
        hours: team_hours(model, logs, window),
    }
}

/// A row of the log.
#[derive(Clone, Copy)]
struct Work {
    step: StepId,
    enabled: Time,
    start: Time,
    complete: Time,
    team: Option<usize>,
}

/// The rows of each case that starts in the window, in the order in which they start.
fn by_case(rows: &Rows, (from, to): (Time, Time)) -> Vec<Vec<Work>> {
    let mut order: Vec<usize> = (0..rows.case.len()).collect();
    order.sort_by_key(|&i| (rows.case[i], rows.start[i], rows.complete[i], i));
    let work = |i: usize| Work {
        step: rows.step[i],
        enabled: rows.enabled[i],
        start: rows.start[i],
        complete: rows.complete[i],
        team: rows.team[i].map(Id::index),
    };
    order
        .chunk_by(|&a, &b| rows.case[a] == rows.case[b])
        .filter(|case| (from..to).contains(&rows.start[case[0]]))
        .map(|case| case.iter().map(|&i| work(i)).collect())
        .collect()
}

fn waited(before: &Work, after: &Work) -> f64 {
    after.start.since(before.complete).seconds().max(0.0)
}

fn map(model: &Model, cases: &[&Vec<Work>]) -> (Vec<FlowStep>, Vec<FlowLink>) {
    let mut durations: BTreeMap<StepId, Vec<f64>> = BTreeMap::new();
    let mut teams: BTreeMap<(StepId, usize), usize> = BTreeMap::new();
    let mut waits: BTreeMap<(Option<StepId>, Option<StepId>), Vec<f64>> = BTreeMap::new();
    for case in cases {
        for w in case.iter() {
            durations.entry(w.step).or_default().push(w.complete.since(w.start).seconds());
            w.team.into_iter().for_each(|team| *teams.entry((w.step, team)).or_default() += 1);
        }
        for pair in case.windows(2) {
            waits
                .entry((Some(pair[0].step), Some(pair[1].step)))
                .or_default()
                .push(waited(&pair[0], &pair[1]));
        }
        let first = case.first().map_or(0.0, |w| w.start.since(w.enabled).seconds());
        waits.entry((None, case.first().map(|w| w.step))).or_default().push(first);
        waits.entry((case.last().map(|w| w.step), None)).or_default().push(0.0);
    }
    let index: BTreeMap<StepId, usize> = durations.keys().enumerate().map(|(k, step)| (*step, k)).collect();
    let team_of = |step: StepId| {
        let of_step = teams.range((step, 0)..=(step, usize::MAX));
        let most = of_step.max_by_key(|((_, team), n)| (**n, std::cmp::Reverse(*team)));
        most.map_or_else(String::new, |((_, team), _)| team_label(model, *team))
    };
    let steps = durations.iter().map(|(step, durations)| FlowStep {
        name: model.steps[*step].name.clone(),
        label: step_label(model, *step),
        team: team_of(*step),
        count: durations.len(),
        mean: mean(durations),
    });
    let links = waits.iter().map(|((from, to), waits)| FlowLink {
        from: from.map(|s| index[&s]),
        to: to.map(|s| index[&s]),
        count: waits.len(),
        median: median(waits),
        total: waits.iter().sum(),
    });
    (steps.collect(), links.collect())
}

/// From party to party; what nobody works on (transport, a supplier's lead time) belongs to the time between.
fn handovers(model: &Model, cases: &[Vec<Work>]) -> (Vec<Party>, Vec<Handover>) {
    let asks = |w: &Work| matches!(model.steps[w.step].activity, Activity::Ask(_));
    let asking: Vec<StepId> = model
        .steps
        .iter_ids()
        .filter(|(_, s)| matches!(s.activity, Activity::Ask(_)))
        .map(|(id, _)| id)
        .collect();
    let party = |w: &Work| match w.team {
        Some(team) => Some(team),
        None if asks(w) => asking.iter().position(|s| *s == w.step).map(|k| model.teams.len() + k),
        None => None,
    };
    let mut waits: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
    for case in cases {
        let manned: Vec<(usize, &Work)> = case.iter().filter_map(|w| Some((party(w)?, w))).collect();
        for pair in manned.windows(2).filter(|pair| pair[0].0 != pair[1].0) {
            waits.entry((pair[0].0, pair[1].0)).or_default().push(waited(pair[0].1, pair[1].1));
        }
    }
    let teams = model.teams.ids().map(|t| Party { label: team_label(model, t.index()), asking: false });
    let rounds = asking.iter().map(|s| Party { label: step_label(model, *s), asking: true });
    let handovers = waits.iter().map(|((from, to), waits)| Handover {
        from: *from,
        to: *to,
        count: waits.len(),
        mean: mean(waits),
        median: median(waits),
    });
    (teams.chain(rounds).collect(), handovers.collect())
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile_sorted(&sorted, 0.5)
}

fn step_label(model: &Model, step: StepId) -> String {
    let s = &model.steps[step];
    model.label(&format!("process.{}.step.{}", model.processes[s.process].name, s.name))
}

fn team_label(model: &Model, team: usize) -> String {
    model.label(&format!("team.{}", model.teams.as_slice()[team].name))
}
