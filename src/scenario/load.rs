//! How busy teams will be, estimated from the text alone: enough to warn of a queue that grows without end.
//!
//! Flows through the steps solve x = s + P'x (s: cases that begin, P: chances from step to step). Where the text does not
//! say how often a way is taken (conditions, searches, races), the flow is counted as zero, so that the load is a lower
//! bound.

use crate::activity::{Activity, Amount, Call, Fork, Short, Start, Take, Task, When};
use crate::diag::Diagnostic;
use crate::ids::{Id, IdVec, ProcessId, StepId, TeamId};
use crate::model::{Arrival, ArrivalPattern, Calendar, Kind, Mode, Model, RepairEffect};
use crate::text::Reader;
use crate::text::weekly::WEEK;
use statrs::function::gamma::gamma;

/// From this load on, queues are so long that one should know before running.
const HIGH: f64 = 0.98;

/// Warns of teams with more work than they can do, where nothing else is wrong.
pub fn check(root: &Reader, model: &Model, complete: &IdVec<ProcessId, bool>) {
    let readable = complete.iter().all(|c| *c) && !root.sink().has_errors();
    if !readable || model.design.kind == Kind::Terminating {
        return;
    }
    let Some(flows) = flows(model) else { return };
    for (id, team) in model.teams.iter_ids() {
        let load = demand(model, id, &flows) / capacity(model, id);
        if load >= HIGH {
            // A slip of units makes it astronomical.
            let percent =
                if load < 1e6 { format!("{:.0}", load * 100.0) } else { format!("{:.0e}", load * 100.0) };
            let place = root.names().of("team").get(id.index()).map(|name| name.span).unwrap_or_default();
            root.report(
                Diagnostic::warning(format!(
                    "the team `{}` has work for at least {percent} % of its time",
                    team.name
                ))
                .at(place)
                .label(if load >= 1.0 {
                    "its queue will grow without end"
                } else {
                    "its queue will be very long"
                })
                .hint("more members or hours, shorter tasks, or fewer cases"),
            );
        }
    }
}

/// How often each step is entered [1/s]; `None` when cases go round without an end in sight.
fn flows(model: &Model) -> Option<IdVec<StepId, f64>> {
    const SWEEPS: usize = 10_000;
    let start = sources(model);
    let ways: Vec<_> = model.steps.iter().map(|step| ways(model, &step.activity, step.next)).collect();
    let mut flow = start.clone();
    for _ in 0..SWEEPS {
        let mut next = start.clone();
        for (x, ways) in flow.iter().zip(&ways) {
            ways.iter().for_each(|(to, chance)| next[*to] += x * chance);
        }
        let settled = next.iter().zip(flow.iter()).all(|(a, b)| (a - b).abs() <= 1e-9 * a.abs());
        flow = next;
        if settled {
            return Some(flow);
        }
    }
    None
}

/// Cases that begin at each step [1/s].
fn sources(model: &Model) -> IdVec<StepId, f64> {
    let mut start: IdVec<StepId, f64> = model.steps.iter().map(|_| 0.0).collect();
    for arrival in model.arrivals.iter() {
        let first = arrival.first.unwrap_or(model.processes[arrival.process].entry);
        start[first] += rate(arrival, model);
    }
    let mut add = |process: ProcessId, rate: f64| start[model.processes[process].entry] += rate;
    for fleet in model.fleets.iter() {
        let n: f64 = fleet.count.iter().map(|(_, n)| f64::from(*n)).sum();
        let by = |by_calendar: bool| if by_calendar { 1.0 } else { fleet.use_rate };
        let failures = |mode: &Mode| by(mode.by_calendar) * failure_rate(mode);
        add(fleet.process, n * fleet.modes.iter().map(|m| failures(&model.modes[*m])).sum::<f64>());
        fleet.maintenance.iter().for_each(|m| add(m.process, n * by(m.by_calendar) / m.every));
    }
    start
}

/// Cases of a source [1/s], where the text says how many.
pub(super) fn rate(arrival: &Arrival, model: &Model) -> f64 {
    let size = arrival.size.as_ref().map_or(1.0, |size| size.mean());
    let arrivals = match &arrival.pattern {
        _ if arrival.limit.is_some() => 0.0,
        ArrivalPattern::Renewal { gap, working } => {
            working.map_or(1.0, |c| open_share(&model.calendars[c])) / gap.mean()
        }
        ArrivalPattern::Rate { profile, factor } => {
            let profile = &model.profiles[*profile];
            let ends = profile.pieces.iter().skip(1).map(|(start, _)| *start).chain([profile.period]);
            let sum: f64 =
                profile.pieces.iter().zip(ends).map(|((start, value), end)| value * (end - start)).sum();
            factor * sum / profile.period
        }
        ArrivalPattern::Timetable { calendar } => {
            model.calendars[*calendar].weekly.len() as f64 / f64::from(WEEK)
        }
        ArrivalPattern::Trace { .. } => 0.0,
    };
    size * arrivals
}

/// Failures per unit of age, for modes that are renewed by a repair.
fn failure_rate(mode: &Mode) -> f64 {
    match mode.effect {
        RepairEffect::AsNew => 1.0 / (mode.hazard.scale * gamma(1.0 + 1.0 / mode.hazard.shape)),
        _ if mode.hazard.shape == 1.0 => 1.0 / mode.hazard.scale,
        _ => 0.0,
    }
}

/// Where a token goes from here, as far as the text says with which chance.
fn ways(model: &Model, activity: &Activity, next: Option<StepId>) -> Vec<(StepId, f64)> {
    let chance = |when: &When| match when {
        When::Chance(chance) => *chance,
        When::Condition(_) | When::Otherwise => 0.0,
    };
    let entry = |process: &ProcessId| (model.processes[*process].entry, 1.0);
    let on = next.map(|next| (next, 1.0));
    match activity {
        Activity::Choose(choose) => choose.branches.iter().map(|b| (b.to, chance(&b.when))).collect(),
        Activity::Fork(Fork { branches, inclusive: true, .. }) => {
            branches.iter().map(|b| (b.to, chance(&b.when))).collect()
        }
        // What comes behind the join is counted once for each branch, which is too often: not at all is safe.
        Activity::Fork(_) | Activity::Join(_) | Activity::Race(_) | Activity::Ask(_) | Activity::End(_) => {
            Vec::new()
        }
        Activity::Take(Take { short: Short::Go(_), .. }) => Vec::new(),
        Activity::Task(Task { patience: Some(_), .. }) => Vec::new(),
        Activity::Seize(seize) if seize.patience.is_some() => Vec::new(),
        Activity::Call(Call { process }) | Activity::Start(Start { process }) => {
            on.into_iter().chain([entry(process)]).collect()
        }
        _ => on.into_iter().collect(),
    }
}

/// Work for a team [members]: the flow of each of its tasks times its mean duration.
fn demand(model: &Model, team: TeamId, flows: &IdVec<StepId, f64>) -> f64 {
    let of_task = |task: &Task| {
        let members: f64 = task.needs.iter().filter(|n| n.team == team).map(|n| f64::from(n.count)).sum();
        let waits_for_ever = task.patience.is_none() && !task.once;
        if waits_for_ever { members * least_mean(&task.time) } else { 0.0 }
    };
    let steps = model.steps.iter_ids();
    steps
        .map(
            |(id, step)| {
                if let Activity::Task(task) = &step.activity { flows[id] * of_task(task) } else { 0.0 }
            },
        )
        .sum()
}

/// [s]
fn least_mean(amount: &Amount) -> f64 {
    match amount {
        Amount::Law(law) => law.mean(),
        Amount::ByLevel { laws, .. } => laws.iter().map(|law| law.mean()).fold(f64::INFINITY, f64::min),
        Amount::Value(_) => 0.0,
    }
}

/// Work that a team can do [standard members, on average over the week].
fn capacity(model: &Model, team: TeamId) -> f64 {
    let team = &model.teams[team];
    let crews = team.crews.iter().map(|crew| {
        let sites = if crew.sites.is_empty() { team.sites.len().max(1) } else { crew.sites.len() };
        let open = crew.calendar.map_or(1.0, |c| open_share(&model.calendars[c]));
        f64::from(crew.count) * sites as f64 * crew.speed * (1.0 - crew.absence) * open
    });
    crews.sum()
}

fn open_share(calendar: &Calendar) -> f64 {
    calendar.weekly.iter().map(|i| i.end - i.start).sum::<f64>() / f64::from(WEEK)
}
