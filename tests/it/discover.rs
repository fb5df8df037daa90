//! Discovery on a log of a known process: its parameters come back. And the way from a log to a folder.

#![allow(clippy::disallowed_methods, reason = "these tests read data files")]

mod batches;
mod service;
mod under_way;

use turnaround::activity::OffShift;
use turnaround::calibrate::{choose, forecast, protocol};
use turnaround::eventlog::{EventLog, Filter, UNKNOWN};
use turnaround::mining::discover::{
    Arrivals, Control, Discovered, Duty, Memory, Ongoing, Options, Shape, Source, discover, drift, notes,
};
use turnaround::model::Model;
use turnaround::plan::Plan;
use turnaround::rng::Key;
use turnaround::scenario;
use turnaround::sim::{RunOptions, Runner};

/// The model of a text, with the files it names.
fn model(text: &str, files: &[(String, String)]) -> Model {
    let (tree, mistakes) = scenario::parse("test", text);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let loader = |name: &str| {
        let file = files.iter().find(|(known, _)| known == name);
        file.map(|(_, text)| text.clone().into_bytes()).ok_or_else(|| "no such file".to_owned())
    };
    let (model, found) = scenario::lower(&tree, &loader);
    model.unwrap_or_else(|| panic!("{found:?}"))
}

/// A log of the known process as an outsider has it: nobody says when work could begin.
fn known(seed: u64) -> EventLog {
    let log = log_of(include_str!("../data/known.toml"), seed);
    // Cases that the end of the run cut off are left out.
    Filter::Through(vec!["answer".to_owned()]).apply(&log)
}

/// The log of one replication of a scenario.
fn log_of(text: &str, seed: u64) -> EventLog {
    let model = model(text, &[]);
    let plan = Plan::compile(&model);
    let options = RunOptions { rows: true, ..RunOptions::default() };
    let mut log = EventLog::from_rows(&Runner::new(&plan).run(Key::new(seed, 0), options).rows, &model);
    log.enabled.fill(UNKNOWN);
    log
}

fn found(log: &EventLog, options: Options) -> Discovered {
    discover(log, "found", "Found", options).expect("a model")
}

fn days(days: std::ops::Range<u32>, from: u32, to: u32) -> Duty {
    Duty { open: days.map(|d| (d * 86_400 + from * 60, d * 86_400 + to * 60)).collect() }
}

#[test]
fn calendars_teams_and_policies_come_back_exactly() {
    for seed in 1..=5 {
        let found = found(&known(seed), Options::default());
        let pool = |name: &str| found.pools.list.iter().find(|p| p.name == name).expect("a team");
        let (clerk, lab) = (pool("clerk"), pool("lab"));
        assert_eq!((clerk.crews.len(), lab.crews.len()), (1, 1), "seed {seed}");
        assert_eq!((clerk.crews[0].members, lab.crews[0].members), (4, 3), "seed {seed}");
        assert_eq!(clerk.crews[0].duty, Some(days(0..5, 9 * 60, 17 * 60)), "seed {seed}");
        assert_eq!(lab.crews[0].duty, Some(days(0..4, 7 * 60 + 30, 15 * 60 + 30)), "seed {seed}");
        assert_eq!((clerk.off_shift, lab.off_shift), (OffShift::Pause, OffShift::Pause));
    }
}

#[test]
fn chances_and_means_come_back_within_their_standard_errors() {
    let log = known(7);
    let found = found(&log, Options::default());
    let names = found.names.iter().map(String::as_str).collect();
    // The inductive miner takes the two skips, which are one, for two.
    assert_eq!(
        found.tree.print(&names),
        "seq('register', xor(and('file', 'test'), silent), xor(loop('review', 'repair'), silent), 'answer')"
    );
    assert_eq!(found.branching.deviations, 0);
    // The skip, and the repetition (way 0 leaves).
    for (choice, exact) in [(0, 0.7), (2, 0.8)] {
        let n = found.branching.choices[choice].total() as f64;
        let chance = found.decisions[choice].rules[0].chances[0];
        let se = (exact * (1.0 - exact) / n).sqrt();
        assert!((chance - exact).abs() < 4.0 * se, "{chance} is not {exact} +- {se}");
        assert_eq!(found.decisions[choice].memory, Memory::Nothing);
    }
    // The second skip knows what the first did: whoever comes from the block is reviewed, and nobody else.
    assert_eq!(found.decisions[1].memory, Memory::Previous);
    assert!(
        found.decisions[1]
            .rules
            .iter()
            .filter(|r| r.key.previous.is_some())
            .all(|r| r.chances.contains(&1.0))
    );
    // Mean and coefficient of variation in minutes.
    for (name, mean, cv) in [
        ("register", 20.0, 0.6),
        ("test", 40.0, 0.5),
        ("file", 12.0, 1.0),
        ("repair", 25.0, 1.0),
        ("answer", 8.0, 1.0),
    ] {
        let a = found.names.iter().position(|n| n == name).expect("an activity");
        let work = found.work[a].as_ref().expect("work times");
        let se = mean * cv / (work.fit.n as f64).sqrt();
        assert!(
            (work.mean / 60.0 - mean).abs() < 4.0 * se,
            "{name}: {} min is not {mean} +- {se}",
            work.mean / 60.0
        );
    }
    let review = found.names.iter().position(|n| n == "review").expect("an activity");
    assert_eq!(found.work[review].as_ref().map(|w| w.dist.mean()), Some(600.0));
    // The wait for the customer, and no other.
    let answer = found.names.iter().position(|n| n == "answer").expect("an activity");
    let timers: Vec<usize> = (0..found.names.len()).filter(|&a| found.timers[a].is_some()).collect();
    assert_eq!(timers, [answer]);
    let timer = found.timers[answer].as_ref().expect("a timer");
    // When the customer answered while the clerk was at other work, nobody knows when: half of that work is a guess, and the
    // mean within a tenth is what can be asked.
    assert!((timer.mean / 3_600.0 - 5.0).abs() < 0.5, "{} h", timer.mean / 3_600.0);
    // Arrivals in office hours.
    let Some(Arrivals::Gaps { fit, duty }) = &found.arrivals else { panic!("gaps") };
    assert_eq!(duty.as_ref(), Some(&days(0..5, 9 * 60, 17 * 60)));
    let se = 30.0 / (fit.n as f64).sqrt();
    assert!((fit.dist.mean() / 60.0 - 30.0).abs() < 4.0 * se, "{} min", fit.dist.mean() / 60.0);
    // Cases that come when nobody is free are seen when somebody is: some of them at the same time.
    assert!(matches!(fit.dist.family().name, "exponential" | "zero_inflated") && fit.zero < 0.05, "{fit:?}");
}

#[test]
fn a_discovered_model_is_its_text() {
    let log = known(3);
    let variants = [
        Options::default(),
        Options {
            control: Control::Sequence,
            memory: Memory::PreviousTwo,
            source: Source::Profile,
            ..Options::default()
        },
        Options { shape: Shape::Observed, control: Control::Overlapping(0.2), ..Options::default() },
    ];
    for options in variants {
        let found = found(&log, options);
        let printed = scenario::print_with_files(&found.model, 12);
        assert!(model(&printed.text, &printed.files) == found.model, "{}", printed.text);
        let whole = scenario::print(&found.model);
        assert!(model(&whole, &[]) == found.model, "{whole}");
        assert!(!notes(&log, &found, &Ongoing::default()).is_empty());
    }
}

/// Cycle times of forecasts come near those of the log: the model as a whole is right, not only its parts.
#[test]
fn forecasts_look_like_the_log() {
    let log = known(11);
    let found = found(&log, Options::default());
    let mean = |log: &EventLog| {
        let each: Vec<f64> = log
            .case_ranges()
            .into_iter()
            .map(|r| {
                let last = r.clone().map(|row| log.end[row]).max().expect("rows");
                (last - log.start[r.start]) as f64 / 3.6e9
            })
            .collect();
        each.iter().sum::<f64>() / each.len() as f64
    };
    let runs = forecast(&found, &Ongoing::default(), log.start[0], 500, 10, 1);
    assert!(runs.iter().all(|run| run.cases.len() == 500));
    let simulated = runs.iter().map(mean).sum::<f64>() / 10.0;
    assert!((simulated / mean(&log) - 1.0).abs() < 0.1, "{simulated} h against {} h", mean(&log));
    // The first case comes at the very instant that was asked for.
    assert!(runs.iter().all(|run| run.start.iter().min() == Some(&log.start[0])));
}

#[test]
fn distances_choose_the_tree_over_free_sequences() {
    let log = known(5);
    let choice = choose(&log, 3, 1);
    assert_ne!(choice.options.control, Control::Sequence);
    assert!(choice.trials.iter().filter(|t| t.taken).count() >= 1);
    assert!(choice.drift.is_some_and(|d| !d.is_clear()));
    // The same again, to the last digit.
    assert_eq!(choose(&log, 3, 1), choice);
}

#[test]
fn a_process_that_changes_is_noticed() {
    let mut log = known(2);
    assert!(!drift(&log).expect("enough cases").is_clear());
    let ranges = log.case_ranges();
    let order = log.by_start();
    // The last quarter takes three days longer.
    for &case in &order[order.len() * 3 / 4..] {
        let last = ranges[case as usize].end - 1;
        log.end[last] += 3 * 24 * 3_600_000_000;
    }
    assert!(drift(&log).expect("enough cases").is_clear());
}

/// The published protocol on the logs of the data folder: at least as near as the best published simulator.
#[test]
fn the_published_row_is_reached() {
    if crate::shared_logs::folder().is_none() {
        return;
    }
    for (name, limits) in
        [("loan", [0.070, 3.5, 0.30, 1.1, 1.75]), ("prod", [0.50, f64::INFINITY, f64::INFINITY, 97.0, 186.0])]
    {
        let read = |part: &str| crate::shared_logs::read(&format!("{name}_{part}.csv"));
        let (train, test) = (read("train"), read("test"));
        let p = protocol(&train, &test, choose(&train, 5, 1), 10, 1).expect("a model");
        let [ngd, aed, _, ced, red, ctd, _] = p.mean;
        eprintln!("{name}: NGD {ngd:.4} AED {aed:.2} CED {ced:.3} RED {red:.3} CTD {ctd:.3}");
        for (value, limit) in [ngd, aed, ced, red, ctd].into_iter().zip(limits) {
            assert!(value <= limit, "{name}: {value} is above {limit}");
        }
    }
}

/// Every log of the data folder gives a scenario that can be read back.
#[test]
fn every_log_at_hand_gives_a_scenario() {
    let Some(folder) = crate::shared_logs::folder() else { return };
    let mut names: Vec<String> = std::fs::read_dir(folder.join("logs"))
        .expect("logs")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    for name in names {
        let log = crate::shared_logs::read(&name);
        let found = found(&log, Options::default());
        let printed = scenario::print_with_files(&found.model, 12);
        assert!(model(&printed.text, &printed.files) == found.model, "{name}");
    }
}
