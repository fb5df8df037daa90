//! What makes a batch begin comes back: a size, an age, a time of the day, several of them; or nothing, where everybody is served alone.

use super::{found, log_of};
use turnaround::activity::BatchWork;
use turnaround::eventlog::Filter;
use turnaround::mining::discover::batching::Rule;
use turnaround::mining::discover::{Discovered, Duty, Options};

fn painted(step: &str, seed: u64) -> Discovered {
    painted_by(2, step, seed)
}

fn painted_by(painters: u32, step: &str, seed: u64) -> Discovered {
    let text = format!(
        "title = \"Batches\"\n[run]\nstart = 2026-01-05\nwindow = \"10 weeks\"\n[calendar.van]\nopen = [\"Mon-Fri 14:30\"]\n\
         [team.painters]\nmembers = {painters}\n\
         [arrival.parts]\nprocess = \"part\"\nevery = {{ exponential = {{ mean = \"1 h\" }} }}\n\
         [process.part.step.clean]\ntask = {{ team = \"painters\", time = {{ uniform = {{ min = \"5 min\", max = \"9 min\" }} }} }}\n\
         next = \"paint\"\n[process.part.step.paint]\n{step}\nnext = \"leave\"\n[process.part.step.leave]\nend = {{}}\n"
    );
    let log = Filter::Through(vec!["paint".to_owned()]).apply(&log_of(&text, seed));
    found(&log, Options::default())
}

const TASK: &str =
    "task = { team = \"painters\", time = { uniform = { min = \"4 min\", max = \"6 min\" } } }";

#[test]
fn what_makes_a_batch_begin_comes_back() {
    let days =
        Duty { open: (0..5).map(|d| d * 86_400 + 14 * 3_600 + 30 * 60).map(|t| (t, t + 60)).collect() };
    let size = Rule::Size(5);
    for (rules, expected) in [
        ("{ size = 5 }", vec![size.clone()]),
        ("{ age = \"3 h\" }", vec![Rule::Age(10_800.0)]),
        ("{ at = \"van\" }", vec![Rule::At(days)]),
        ("{ size = 5 }, { age = \"4 h\" }", vec![size, Rule::Age(14_400.0)]),
    ] {
        for (word, work) in [("sequential", BatchWork::Sequential), ("parallel", BatchWork::Parallel)] {
            let found = painted(&format!("batch = {{ rules = [{rules}], work = \"{word}\", {TASK} }}"), 4);
            let paint = found.names.iter().position(|n| n == "paint").expect("an activity");
            let gather = found.gathers[paint].as_ref().unwrap_or_else(|| panic!("{rules}, {word}"));
            assert_eq!(gather.work, work, "{rules}");
            assert_eq!(gather.rules.len(), expected.len(), "{rules}, {word}: {gather:?}");
            for (rule, exact) in gather.rules.iter().zip(&expected) {
                match (rule, exact) {
                    (Rule::Age(age), Rule::Age(exact)) => assert!((age - exact).abs() < 1.0, "{age} s"),
                    (rule, exact) => assert_eq!(rule, exact, "{rules}, {word}"),
                }
            }
            assert_eq!(found.gathers.iter().flatten().count(), 1);
            // The time of a case, uniform from 4 to 6 minutes; where a batch is done at once that of the longest of as many as there are
            // on average (of a single one large batches say little).
            let n = if work == BatchWork::Parallel { gather.mean_size } else { 1.0 };
            let law = &found.work[paint].as_ref().expect("work").dist;
            let at = |i: i32| law.quantile(((f64::from(i) + 0.5) / 200.0).powf(1.0 / n));
            let (longest, exact) = ((0..200).map(at).sum::<f64>() / 200.0 / 60.0, 4.0 + 2.0 * n / (n + 1.0));
            assert!((longest - exact).abs() < 0.15, "{rules}, {word}: {longest} min is not {exact}");
        }
    }
}

/// One person does everything: whoever begins a batch has just brought its last case. Where there are no batches, cases pile up while that
/// person is busy, and there are none in twenty logs either.
#[test]
fn one_person_who_does_all_makes_batches_too() {
    let found =
        painted_by(1, &format!("batch = {{ rules = [{{ size = 3 }}], work = \"sequential\", {TASK} }}"), 4);
    let paint = found.names.iter().position(|n| n == "paint").expect("an activity");
    assert_eq!(found.gathers[paint].as_ref().map(|g| g.rules.clone()), Some(vec![Rule::Size(3)]));
    let busy = TASK.replace("4 min", "30 min").replace("6 min", "50 min");
    let n = (1..=20).filter(|seed| painted_by(1, &busy, *seed).gathers.iter().any(Option::is_some)).count();
    assert_eq!(n, 0);
}

/// Nobody waits for others: not in forty logs of people who are busy for a sixth or for two thirds of their time, nor where a timer holds
/// every case back for three hours.
#[test]
fn no_batches_where_there_are_none() {
    let busy = TASK.replace("4 min", "60 min").replace("6 min", "100 min");
    let logs = (1..=20).flat_map(|seed| [painted(TASK, seed), painted(&busy, seed)]);
    let n = logs.filter(|found| found.gathers.iter().any(Option::is_some)).count();
    assert_eq!(n, 0);
    let held = format!(
        "delay = {{ time = \"3 h\", recorded = false }}\nnext = \"spray\"\n[process.part.step.spray]\n{TASK}"
    );
    let found = painted_after_delay(&held);
    assert!(found.gathers.iter().all(Option::is_none), "{:?}", found.gathers);
}

fn painted_after_delay(step: &str) -> Discovered {
    let text = format!(
        "title = \"Timer\"\n[run]\nstart = 2026-01-05\nwindow = \"10 weeks\"\n[team.cleaners]\nmembers = 2\n[team.painters]\nmembers = 2\n\
         [arrival.parts]\nprocess = \"part\"\nevery = {{ exponential = {{ mean = \"1 h\" }} }}\n\
         [process.part.step.clean]\ntask = {{ team = \"cleaners\", time = \"7 min\" }}\nnext = \"paint\"\n\
         [process.part.step.paint]\n{step}\nnext = \"leave\"\n[process.part.step.leave]\nend = {{}}\n"
    );
    found(&log_of(&text, 3), Options::default())
}

/// A public log that was made with batches of three, by one person who does everything.
#[test]
fn batches_of_a_public_log_are_found() {
    if crate::shared_logs::folder().is_none() {
        return;
    }
    let found = found(&crate::shared_logs::read("simple_batching.csv.gz"), Options::default());
    let rules: Vec<(&str, &[Rule])> = (found.names.iter().zip(&found.gathers))
        .filter_map(|(name, gather)| Some((name.as_str(), gather.as_ref()?.rules.as_slice())))
        .collect();
    assert_eq!(rules, [("Short-branch", [Rule::Size(3)].as_slice())]);
}
