//! Scenario files, simulated as `turnaround run` does, on one thread.

use crate::{Answer, timed};
use turnaround::ids::MeasureId;
use turnaround::plan::Plan;
use turnaround::record::Record;
use turnaround::rng::Key;
use turnaround::scenario;
use turnaround::sim::{RunOptions, Runner};

const MM1: &str = include_str!("../../../../scenarios/theory/mm1.toml");

fn plan(name: &str, text: &str) -> (Plan, MeasureId) {
    let (tree, _) = scenario::parse(name, text);
    let (arms, diagnostics) = scenario::lower_arms(&tree, &|name| Err(format!("no file {name}")));
    let (_, model) = arms.first().unwrap_or_else(|| panic!("{diagnostics:?}"));
    let time = model.measures.iter_ids().find(|(_, m)| m.name.ends_with(".time")).expect("a cycle time").0;
    (Plan::compile(model), time)
}

/// M/M/1: as many replications as it takes.
pub fn queue(n: u64, rows: bool) -> (f64, Answer) {
    let (plan, time) = plan("mm1", MM1);
    timed(|| run(&plan, time, rows, |record| record.n_ended, n))
}

/// An imported model, with rows: a million activities. The answer is the mean cycle time [s].
pub fn file(path: &str) -> (f64, Answer) {
    let text = std::fs::read_to_string(path).expect("a scenario");
    let (plan, time) = plan(path, &text);
    let (seconds, answer) = timed(|| run(&plan, time, true, |record| record.n_activities, 1_000_000));
    (seconds, Answer { answer: answer.answer * 3_600.0, ..answer })
}

/// Replications until so many units are done; the answer is the mean cycle time [h].
fn run(plan: &Plan, measure: MeasureId, rows: bool, units: fn(&Record) -> u64, n: u64) -> Answer {
    let mut runner = Runner::new(plan);
    let mut record = Record::default();
    let (mut done, mut time, mut cases) = (0, 0.0, 0.0);
    for replication in 0.. {
        let options = RunOptions { rows, ..RunOptions::default() };
        runner.run_into(Key::new(1, replication), options, &mut record);
        done += units(&record);
        for bin in 0..record.n_bins {
            time += record.sum(measure, bin) / 3_600.0;
            cases += record.count(measure, bin);
        }
        if done >= n {
            break;
        }
    }
    Answer { units: done, answer: time / cases }
}
