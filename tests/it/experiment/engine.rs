//! The engine and the statistics together, on queues whose values are known.

use crate::build::{Build, exponential, task};
use std::sync::atomic::AtomicBool;
use turnaround::activity::Activity;
use turnaround::experiment::{Arm, Note, Results, Watch, run, threads};
use turnaround::ids::{Id, MeasureId, MetricId, TeamId};
use turnaround::model::{Better, Measure, MeasureDef, MetricOf, Model, Sampled};
use turnaround::stats::Verdict;

const MEAN: usize = 1;
const P90: usize = 0;
const BUSY: usize = 2;

/// M/M/1 with arrival rate 0.8 and this mean service time [s].
pub fn queue(service: f64) -> Model {
    let mut b = Build::new(1_000.0, 5_000.0, 1_000.0);
    let team = b.team("server", 1);
    let p = b.process("p");
    let end = b.end(p);
    b.step(p, "serve", Activity::Task(task(team, exponential(service))), Some(end));
    b.arrivals("in", p, exponential(1.0 / 0.8));
    let stay = b.sampled(Measure::Case(p, Sampled::CycleTime));
    let busy = b.measure(Measure::Busy(team));
    let mut model = b.model;
    let p90 = model.metrics[MetricId::new(P90)].clone();
    for (name, of, better) in
        [("mean", MetricOf::Mean(stay), Better::Lower), ("busy", MetricOf::Rate(busy), Better::Neutral)]
    {
        let metric = turnaround::model::Metric { name: name.into(), of, better, ..p90.clone() };
        model.metrics.push(metric);
    }
    model.design.primary = Some(MetricId::new(MEAN));
    model.design.seed = 11;
    model.design.replications = 40;
    model.design.level = 0.95;
    model.design.logged = vec![2];
    model
}

fn compare_on(n_threads: usize, before: &Model, after: &Model, crn: bool) -> Results {
    let arm = |name, model| Arm { name, label: name, model };
    let watch = Watch { progress: &|_, _| {}, cancel: &AtomicBool::new(false) };
    let threads = threads(Some(n_threads)).expect("threads");
    run(&[arm("before", before), arm("after", after)], crn, watch, &threads).expect("results")
}

fn compare(before: &Model, after: &Model, crn: bool) -> Results {
    compare_on(2, before, after, crn)
}

#[test]
fn two_queues_differ_as_theory_says() {
    let (before, after) = (queue(1.0), queue(0.8));
    let results = compare(&before, &after, true);
    let agrees = |e: turnaround::stats::Estimate, exact: f64| {
        assert!((e.value - exact).abs() < 4.0 * e.se, "{} +- {} is not {exact}", e.value, e.se);
        assert!(e.se < 0.05 * exact.abs(), "{} +- {} proves nothing", e.value, e.se);
    };
    // W = 1 / (mu - lambda), exponential.
    let stay = [1.0 / 0.2, 1.0 / 0.45];
    for (arm, stay) in results.arms.iter().zip(stay) {
        agrees(arm.estimates[MEAN], stay);
        agrees(arm.estimates[P90], stay * 10.0_f64.ln());
    }
    agrees(results.arms[0].estimates[BUSY], 0.8);
    agrees(results.arms[1].estimates[BUSY], 0.64);
    let change = &results.arms[1].changes[MEAN];
    agrees(change.difference, stay[1] - stay[0]);
    assert_eq!(change.verdict, Some(Verdict::Improvement));
    assert!(results.arms.iter().all(|arm| arm.open[MEAN] == 0.0), "the drain is long enough");
    assert!(results.arms[0].work.cases_started > 40 * 4_000);

    let log = &results.logs;
    assert_eq!(log.iter().map(|l| (l.arm, l.replication)).collect::<Vec<_>>(), [(0, 2), (1, 2)]);
    assert!(log[0].rows.case.len() > 4_000);

    // Common random numbers are worth their name; without them the pairs are independent.
    let efficiency = results.arms[1].efficiency.expect("a comparison");
    let with = efficiency.variance_reduction.expect("a factor");
    let without = compare(&before, &after, false).arms[1].efficiency.and_then(|e| e.variance_reduction);
    assert!(with > 1.5 && (0.5..1.5).contains(&without.expect("a factor")), "{with} {without:?}");
}

#[test]
fn equal_models_are_identical_only_with_common_random_numbers() {
    let model = queue(1.0);
    let paired = compare(&model, &model, true);
    assert!(paired.arms[1].changes.iter().all(|c| c.difference.is_identical()));
    let independent = compare(&model, &model, false);
    assert!(independent.arms[1].changes.iter().all(|c| !c.difference.is_identical()));
}

#[test]
fn the_engine_gives_the_same_bytes_with_any_number_of_threads() {
    let (before, after) = (queue(1.0), queue(0.8));
    let bytes = |n_threads: usize| {
        let results = compare_on(n_threads, &before, &after, true);
        (serde_json::to_string(&results).expect("JSON"), results.logs)
    };
    assert!(bytes(1) == bytes(2));
}

#[test]
fn a_team_without_a_free_minute_is_told() {
    let with_load = |service| {
        let mut model = queue(service);
        let def =
            |model: &Model, what: Measure| MeasureDef { what, ..model.measures[MeasureId::new(0)].clone() };
        let team = TeamId::new(0);
        let (busy, shift) = (def(&model, Measure::Busy(team)), def(&model, Measure::OnShift(team)));
        let (busy, shift) = (model.measures.push(busy), model.measures.push(shift));
        let mean = model.metrics[MetricId::new(MEAN)].clone();
        model.metrics.push(turnaround::model::Metric { of: MetricOf::Ratio(busy, shift), ..mean });
        model.design.replications = 10;
        model
    };
    let results = compare(&with_load(1.0), &with_load(1.4), true);
    let told: Vec<_> = (results.notes.iter())
        .filter_map(|note| match note {
            Note::BusyTeam { arm, team, share } => Some((arm.as_str(), team.as_str(), *share)),
            _ => None,
        })
        .collect();
    let [("after", "server", share)] = told[..] else { panic!("{told:?}") };
    assert!((0.98..=1.0).contains(&share), "{share}");
}
