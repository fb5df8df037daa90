//! What no machine can hold: said with its place before anything is made, instead of running out of memory.

use super::load;
use crate::activity::{Activity, Call};
use crate::diag::Diagnostic;
use crate::ids::{IdVec, ProcessId};
use crate::model::{Model, WarmUp};
use crate::text::Reader;
use crate::units::{DAY, YEAR};

/// Members of all teams, and assets of all fleets.
const MOST_MEMBERS: u64 = 1_000_000;
const MOST_ASSETS: u64 = 5_000_000;
/// Steps of a process, with those of all that it calls in their places.
const MOST_STEPS: u64 = 20_000;
/// Open stretches of all calendars, which a plan writes out one by one; and for each dated day it goes over those of its calendar.
const MOST_STRETCHES: f64 = 3e6;
const MOST_VISITS: f64 = 3e8;
/// Cases that one source sends in a replication.
const MOST_CASES: f64 = 1e9;
/// Warm-up, window and drain [years].
const LONGEST: f64 = 1_000.0;
/// Sums that a replication keeps: bins x measures.
const MOST_SUMS: f64 = 5e7;
/// Sums that all replications of all arms keep.
const MOST_KEPT: f64 = 2e9;

pub fn check(root: &Reader, model: &Model) {
    members(root, model);
    assets(root, model);
    steps(root, model);
    let (WarmUp::Fixed(warm_up) | WarmUp::Auto(warm_up)) = model.run.warm_up;
    let measured = (warm_up + model.run.window).seconds();
    let Some(run) = root.table("run") else { return };
    let years = (measured + model.run.drain.seconds()) / YEAR;
    calendars(root, model, years.min(LONGEST));
    cases(root, model, years.min(LONGEST));
    if years > LONGEST {
        let message = format!("a replication of {years:.0} years: at most {LONGEST} are possible");
        run.report(
            Diagnostic::error(message)
                .at(run.place_of("window"))
                .hint("take more replications instead of longer ones: `compare.replications`"),
        );
        return;
    }
    let n_bins = (measured / model.run.bin.seconds().max(1e-6)).ceil();
    let sums = n_bins * model.measures.len().max(1) as f64;
    let place = if run.has("bin") { run.place_of("bin") } else { run.place_of("window") };
    if sums > MOST_SUMS {
        let message = format!("{n_bins:.0} bins of {} measures do not fit into memory", model.measures.len());
        run.report(Diagnostic::error(message).at(place).hint("wider bins: `run.bin`"));
        return;
    }
    let n = f64::from(model.design.replications);
    let n_arms = 1 + root.map("arm").iter().filter(|(name, _)| name.value != "before").count();
    if sums * n * n_arms as f64 > MOST_KEPT {
        let message = format!(
            "{n:.0} replications (arms: {n_arms}) with {n_bins:.0} bins of {} measures do not fit into memory",
            model.measures.len()
        );
        let place = root.table("compare").map_or(place, |compare| compare.place_of("replications"));
        root.report(
            Diagnostic::error(message).at(place).hint("fewer replications, or wider bins: `run.bin`"),
        );
    }
}

fn members(root: &Reader, model: &Model) {
    let of = |team: &crate::model::Team| -> u64 {
        let at = |crew: &crate::model::Crew| {
            if crew.sites.is_empty() { team.sites.len().max(1) } else { crew.sites.len() }
        };
        team.crews.iter().map(|crew| u64::from(crew.count).saturating_mul(at(crew) as u64)).sum()
    };
    let total: u64 = model.teams.iter().map(of).sum();
    if total > MOST_MEMBERS {
        let largest = model.teams.iter().max_by_key(|team| of(team));
        let item =
            root.map("team").into_iter().find(|(name, _)| largest.is_some_and(|t| t.name == name.value));
        let message = format!("the teams have {total} members: at most {MOST_MEMBERS} are possible");
        let place = item.map_or(root.place_of("team"), |(name, _)| name.span);
        root.report(Diagnostic::error(message).at(place).hint("a team without a queue is a `delay`"));
    }
}

fn assets(root: &Reader, model: &Model) {
    let of = |fleet: &crate::model::AssetGroup| fleet.count.iter().map(|(_, n)| u64::from(*n)).sum::<u64>();
    let total: u64 = model.fleets.iter().map(of).sum();
    if total > MOST_ASSETS {
        let message = format!("the fleets have {total} assets: at most {MOST_ASSETS} are possible");
        root.report(Diagnostic::error(message).at(root.place_of("fleet")));
    }
}

/// Calls are written out in their places: a process that calls another twice, which does the same, and so on, has no end.
fn steps(root: &Reader, model: &Model) {
    let Some((id, total)) = sizes(model).into_iter().max_by_key(|(_, size)| *size) else { return };
    if total > MOST_STEPS {
        let name = model.processes[id].name.as_str();
        let message = format!(
            "the process `{name}` has {total} steps with all that it calls: at most {MOST_STEPS} are possible"
        );
        let item = root.map("process").into_iter().find(|(of, _)| of.value == name);
        let place = item.map_or(root.place_of("process"), |(name, _)| name.span);
        root.report(Diagnostic::error(message).at(place).hint("call a process from fewer places"));
    }
}

/// Steps of each process, with those of all that it calls; without processes that call themselves, which is said elsewhere.
fn sizes(model: &Model) -> Vec<(ProcessId, u64)> {
    let mut sizes: IdVec<ProcessId, Option<u64>> = model.processes.iter().map(|_| None).collect();
    loop {
        let mut next: IdVec<ProcessId, Option<u64>> = model.processes.iter().map(|_| Some(0)).collect();
        for step in model.steps.iter() {
            let called =
                if let Activity::Call(Call { process }) = step.activity { sizes[process] } else { Some(0) };
            let size = next[step.process].zip(called);
            next[step.process] = size.map(|(size, called)| size.saturating_add(called).saturating_add(1));
        }
        if next.iter().eq(sizes.iter()) {
            return sizes.iter_ids().filter_map(|(id, size)| Some((id, (*size)?))).collect();
        }
        sizes = next;
    }
}

fn calendars(root: &Reader, model: &Model, years: f64) {
    let (mut stretches, mut visits) = (0.0, 0.0);
    for calendar in model.calendars.iter() {
        let last = calendar.exceptions.last().map_or(0.0, |e| f64::from(e.day) * DAY);
        let of_this = (last.max(years * YEAR) / (7.0 * DAY)).ceil() * calendar.weekly.len() as f64;
        stretches += of_this;
        visits += of_this * calendar.exceptions.len() as f64;
        if stretches <= MOST_STRETCHES && visits <= MOST_VISITS {
            continue;
        }
        let message = "the calendars have more hours than fit into memory, up to the end of a replication or to their last dates";
        let item = root.map("calendar").into_iter().find(|(name, _)| name.value == calendar.name);
        let place = item.map_or(root.place_of("calendar"), |(name, _)| name.span);
        let hint = "leave out dates far behind the end, and hours that make no difference";
        root.report(Diagnostic::error(message).at(place).label("too many with this one").hint(hint));
        return;
    }
}

/// A slip of units makes a source that never lets time pass.
fn cases(root: &Reader, model: &Model, years: f64) {
    for arrival in model.arrivals.iter() {
        let n = load::rate(arrival, model) * years * YEAR;
        if n > MOST_CASES {
            let message =
                format!("about {n:.0e} cases come in one replication: at most {MOST_CASES:.0e} are possible");
            let item = root.map("arrival").into_iter().find(|(name, _)| name.value == arrival.name);
            let place = item.map_or(root.place_of("arrival"), |(name, _)| name.span);
            root.report(Diagnostic::error(message).at(place).hint("a lower rate, or a shorter `run.window`"));
        }
    }
}
