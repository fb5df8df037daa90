//! Cases that are under way when a log ends: all are found where they are, and a forecast that begins with them is right from its first
//! day on.

use super::{found, log_of, model};
use turnaround::calibrate::forecast;
use turnaround::eventlog::{EventLog, UNKNOWN};
use turnaround::mining::discover::{Ongoing, Options, ongoing};
use turnaround::scenario;

const DAY: i64 = 86_400_000_000;

/// What an outsider knows of a log at an instant: what has begun, and of that the ends that are past.
fn until(log: &EventLog, instant: i64) -> EventLog {
    let keep: Vec<bool> = log.start.iter().map(|start| *start < instant).collect();
    let mut past = log.select(&keep);
    past.end.iter_mut().filter(|end| **end > instant).for_each(|end| *end = UNKNOWN);
    past
}

/// The cases that come in the week from an instant on.
fn from(log: &EventLog, instant: i64) -> EventLog {
    let mut keep = vec![false; log.len()];
    for range in log.case_ranges().into_iter().filter(|r| !r.is_empty()) {
        keep[range.clone()].fill((instant..instant + 7 * DAY).contains(&log.start[range.start]));
    }
    log.select(&keep)
}

/// Mean cycle time [h].
fn cycle(log: &EventLog) -> f64 {
    let ranges = log.case_ranges();
    let all = ranges.iter().filter(|r| !r.is_empty()).map(|r| {
        let last = r.clone().map(|row| log.end[row]).max().expect("rows");
        (last - log.start[r.start]) as f64 / 3.6e9
    });
    all.sum::<f64>() / ranges.len() as f64
}

/// In the known process every case that has come and has not been answered is under way.
#[test]
fn every_open_case_is_found() {
    for seed in 1..=5 {
        let log = log_of(include_str!("../../data/known.toml"), seed);
        let instant = log.start.iter().min().expect("rows") + 65 * DAY + DAY / 6;
        let past = until(&log, instant);
        let found = found(&past, Options::default());
        let there = ongoing(&past, &found, instant);
        let open = |range: &std::ops::Range<usize>| {
            let last = range.clone().map(|row| log.end[row]).max().unwrap_or(0);
            !range.is_empty() && log.start[range.start] < instant && last > instant
        };
        let exact = log.case_ranges().iter().filter(|r| open(r)).count();
        assert_eq!(there.cases(), exact, "seed {seed}: {:?}", there.groups);
        // The model that begins with them is its text, and says the same after it.
        let begun = there.model_from(&found, instant);
        let printed = scenario::print(&begun);
        assert!(model(&printed, &[]) == begun, "{printed}");
    }
}

/// A desk with more to do than it can: after three weeks some hundred cases wait. Who comes then waits behind them.
#[test]
fn forecasts_begin_with_the_backlog() {
    let text = "title = \"Desk\"\n[run]\nstart = 2026-01-05\nwindow = \"4 weeks\"\ndrain = \"4 weeks\"\n[team.desk]\nmembers = 1\n\
                [arrival.cases]\nprocess = \"visit\"\nevery = { exponential = { mean = \"50 min\" } }\n\
                [process.visit.step.come]\ndelay = { time = \"1 min\" }\nnext = \"serve\"\n\
                [process.visit.step.serve]\ntask = { team = \"desk\", time = { gamma = { mean = \"1 h\", cv = 0.4 } } }\n\
                next = \"leave\"\n[process.visit.step.leave]\nend = {}\n";
    for seed in 1..=3 {
        let log = log_of(text, seed);
        let instant = log.start.iter().min().expect("rows") + 21 * DAY;
        let (past, rest) = (until(&log, instant), from(&log, instant));
        let found = found(&past, Options::default());
        let there = ongoing(&past, &found, instant);
        let start = *rest.start.iter().min().expect("rows");
        let mean = |begin: &Ongoing| {
            let runs = forecast(&found, begin, start, rest.cases.len(), 10, 1);
            assert!(runs.iter().all(|run| run.cases.len() == rest.cases.len()));
            runs.iter().map(cycle).sum::<f64>() / 10.0
        };
        let (with, without, real) = (mean(&there), mean(&Ongoing::default()), cycle(&rest));
        eprintln!(
            "{} under way: {with:.1} h with them, {without:.1} h without, {real:.1} h in truth",
            there.cases()
        );
        // Some 200 new cases vary by some 20 h in total work against arrivals: mean +- 15 h.
        assert!((with - real).abs() < 30.0 && real - without > 50.0, "{with} {without} {real}");
    }
}
