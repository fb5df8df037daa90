//! Comparisons of made-up records with known answers: no engine is needed to see that the statistics are right.

mod engine;
mod first;
mod inputs;
mod report;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use turnaround::diag::Sink;
use turnaround::experiment::{Arm, Ending, Error, Note, Results, Source, Watch, adoption_curves, run_on};
use turnaround::expr::{Expr, Scope, Type};
use turnaround::ids::{Id, MeasureId, MetricId, ProcessId, StageId, TeamId};
use turnaround::model::{
    Adoption, Better, Crew, Level, Measure, MeasureDef, Metric, MetricOf, Model, Run, Sampled, Spread, Stage,
    Team, WarmUp,
};
use turnaround::record::{Record, Sample, Samples, Stopped};
use turnaround::rng::{Key, Purpose};
use turnaround::stats::{self, Pooled, Sums, Verdict};
use turnaround::text::Text;
use turnaround::units::{Dim, Duration, Time};

const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

/// Positions of the measures and metrics of [`model`].
mod at {
    pub const CYCLE: u32 = 0;
    pub const FAILURES: u32 = 1;
    pub const UPTIME: u32 = 2;
    pub const COST: u32 = 3;
    pub const STAGE: u32 = 4;

    pub const COST_PER_FAILURE: usize = 0;
    pub const MEAN: usize = 1;
    pub const P90: usize = 2;
    pub const MTBF: usize = 4;
    pub const COST_PER_DAY: usize = 5;
    pub const P90_PER_MTBF: usize = 6;
    pub const FAILURE_RATE: usize = 7;
}

/// A formula over the metrics of [`model`], without regard to dimensions.
fn formula(text: &str, children: &[usize]) -> MetricOf {
    let names = ["cost_per_failure", "mean", "p90", "over", "mtbf", "cost", "p90_per_mtbf", "failure_rate"];
    let mut scope = Scope::default();
    for (i, name) in (0..).zip(names) {
        scope.add(name, i, Type::Number(Dim::NUMBER));
    }
    let expr = Expr::read(&Text::new(text, Default::default()), &scope, None, &Sink::default());
    MetricOf::Formula(expr.expect("a formula"), children.iter().map(|i| MetricId::new(*i)).collect())
}

/// Four bins of a day, the first of which is warm-up; a drain of 100 h.
fn model() -> Model {
    let mut model = Model { name: "made_up".into(), title: "Made-up records".into(), ..Model::default() };
    model.run = Run {
        warm_up: WarmUp::Fixed(Duration::DAY),
        window: Duration::from_seconds(3.0 * DAY),
        drain: Duration::from_seconds(100.0 * HOUR),
        bin: Duration::DAY,
        ..Run::default()
    };
    model.stages.push(Stage { name: "waiting for parts".into() });
    for (name, what) in [
        ("restore.time", Measure::Case(ProcessId(0), Sampled::CycleTime)),
        ("failures", Measure::Emergencies(None)),
        ("uptime", Measure::Elapsed),
        ("cost", Measure::PurchaseCost(None)),
        ("parts.time", Measure::Case(ProcessId(0), Sampled::StageTimeAll(StageId(0)))),
    ] {
        model.measures.push(MeasureDef { name: name.into(), what, dim: Dim::TIME, filter: None });
    }
    let m = MeasureId;
    // The first is a parent of metrics that come after it.
    for (name, of, unit, unit_size, better, level) in [
        ("cost_per_failure", formula("cost * mtbf", &[5, 4]), "$", 1.0, Better::Lower, Level::Financial),
        ("restore_time.mean", MetricOf::Mean(m(at::CYCLE)), "h", HOUR, Better::Lower, Level::Operating),
        (
            "restore_time.p90",
            MetricOf::Quantile(m(at::CYCLE), 0.9),
            "h",
            HOUR,
            Better::Lower,
            Level::Operating,
        ),
        (
            "restore_time.over",
            MetricOf::ShareOver(m(at::CYCLE), 10.0 * HOUR),
            "%",
            0.01,
            Better::Lower,
            Level::FrontLine,
        ),
        ("mtbf", MetricOf::Ratio(m(at::UPTIME), m(at::FAILURES)), "d", DAY, Better::Higher, Level::Operating),
        ("cost", MetricOf::Rate(m(at::COST)), "$/d", 1.0 / DAY, Better::Lower, Level::Financial),
        ("p90_per_mtbf", formula("p90 / mtbf", &[2, 4]), "", 1.0, Better::Neutral, Level::Operating),
        ("failure_rate", formula("1 / mtbf", &[4]), "/d", 1.0 / DAY, Better::Lower, Level::Operating),
    ] {
        model.metrics.push(Metric {
            name: name.into(),
            label: name.replace(['_', '.'], " "),
            doc: String::new(),
            level,
            of,
            dim: Dim::NUMBER,
            unit: unit.into(),
            unit_size,
            better,
            matters: None,
            matters_relative: false,
        });
    }
    model.design.primary = Some(MetricId::new(at::MEAN));
    model.design.seed = 7;
    model.design.replications = 20;
    model.design.max_replications = 20;
    model.design.level = 0.95;
    model
}

/// A record of the bins of a model, empty.
fn empty(model: &Model) -> Record {
    let (WarmUp::Fixed(warm_up) | WarmUp::Auto(warm_up)) = model.run.warm_up;
    let n_bins = ((warm_up + model.run.window).ticks() / model.run.bin.ticks()) as usize;
    let cells = model.measures.len() * n_bins;
    let samples = |measure| Samples { measure: Some(MeasureId(measure)), ..Samples::default() };
    Record {
        n_bins,
        sums: vec![0.0; cells],
        counts: vec![0.0; cells],
        samples: vec![samples(at::CYCLE)],
        ..Record::default()
    }
}

fn add(record: &mut Record, measure: u32, bin: usize, amount: f64) {
    record.sums[measure as usize * record.n_bins + bin] += amount;
}

fn add_case(record: &mut Record, bin: usize, time: f64, open: bool) {
    for measure in [at::CYCLE, at::STAGE] {
        add(record, measure, bin, if measure == at::CYCLE { time } else { time / 2.0 });
        record.counts[measure as usize * record.n_bins + bin] += 1.0;
    }
    let samples = &mut record.samples[0];
    samples.cases.push(Sample { value: time, bin: bin as u32, open });
}

/// A replication with exponential times, counts and costs; `speed` divides the times, `luck` keys the numbers.
fn random(model: &Model, luck: u64, speed: f64) -> Record {
    let mut record = empty(model);
    let mut stream = Key::new(99, luck).stream(Purpose::of("made up"), 0, 0);
    for bin in 0..record.n_bins {
        let cases = 3 + (5.0 * stream.uniform()) as usize;
        for _ in 0..cases {
            add_case(&mut record, bin, -8.0 * HOUR * stream.uniform().ln() / speed, false);
        }
        add(&mut record, at::FAILURES, bin, cases as f64);
        add(&mut record, at::UPTIME, bin, 10.0 * DAY * (0.8 + 0.1 * stream.uniform()));
        add(&mut record, at::COST, bin, (2.0 * stream.uniform()).exp() / speed);
    }
    record.n_events = 10;
    record
}

/// Records by arm and replication.
struct MadeUp<F>(F);

impl<F: Fn(usize, u32) -> Record + Sync> Source for MadeUp<F> {
    type Worker<'s>
        = ()
    where
        F: 's;
    fn worker(&self) {}
    fn run(&self, (): &mut (), arm: usize, replication: u32, _: bool, record: &mut Record) {
        *record = (self.0)(arm, replication);
    }
}

fn try_compare(models: &[&Model], record: impl Fn(usize, u32) -> Record + Sync) -> Result<Results, Error> {
    let names = ["before", "after", "other"];
    let arms: Vec<Arm> =
        models.iter().zip(names).map(|(&model, name)| Arm { name, label: name, model }).collect();
    let watch = Watch { progress: &|_, _| {}, cancel: &AtomicBool::new(false) };
    run_on(&MadeUp(record), &arms, true, watch)
}

fn compare(models: &[&Model], record: impl Fn(usize, u32) -> Record + Sync) -> Results {
    try_compare(models, record).expect("results")
}

/// The default comparison: the second arm is 1.5 times as fast.
fn usual(model: &Model) -> Results {
    compare(&[model, model], |arm, r| random(model, u64::from(r), if arm == 0 { 1.0 } else { 1.5 }))
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs().max(1e-300)
}

/// Sums over the window of one measure in one replication.
fn window(record: &Record, measure: u32) -> f64 {
    (1..record.n_bins).map(|bin| record.sum(MeasureId(measure), bin)).sum()
}

#[test]
fn metrics_are_what_their_definition_says() {
    let mut model = model();
    model.design.replications = 1;
    let results = compare(&[&model], |_, _| {
        let mut record = empty(&model);
        add_case(&mut record, 0, 1_000.0 * HOUR, false);
        for (bin, hours) in [(1, 4.0), (1, 8.0), (2, 12.0), (3, 24.0)] {
            add_case(&mut record, bin, hours * HOUR, false);
        }
        for bin in 0..4 {
            add(&mut record, at::FAILURES, bin, 2.0);
            add(&mut record, at::UPTIME, bin, 5.0 * DAY);
            add(&mut record, at::COST, bin, 30.0);
        }
        record
    });
    let values: Vec<f64> = results.arms[0].estimates.iter().map(|e| e.value).collect();
    // Type 7: rank 3 x 0.9 = 2.7 between 12 and 24 h.
    let p90 = 12.0 + 0.7 * 12.0;
    let expected = [30.0 * 2.5, 12.0, p90, 50.0, 2.5, 30.0, p90 / 60.0, 0.4];
    for (i, (value, expected)) in values.iter().zip(expected).enumerate() {
        assert!(close(*value, expected), "{}: {value} instead of {expected}", results.metrics[i].name);
    }
    assert!(results.arms[0].estimates.iter().all(|e| !e.has_interval()), "one replication has no interval");
    assert_eq!(results.arms[0].cases[at::MEAN], Some(4.0));
    assert_eq!(results.arms[0].cases[at::MTBF], Some(6.0));
    assert_eq!(results.arms[0].cases[at::COST_PER_DAY], None);
    assert_eq!(results.window, 3.0 * DAY);
    assert!(results.notes.iter().any(|n| matches!(n, Note::FewCases { metric, .. } if metric == "mtbf")));
}

#[test]
fn a_ratio_has_the_jackknife_interval_of_a_hand_calculation() {
    let mut model = model();
    model.design.replications = 3;
    let results = compare(&[&model], |_, r| {
        let mut record = empty(&model);
        let r = r as usize;
        add(&mut record, at::UPTIME, 1, [1.0, 2.0, 6.0][r] * DAY);
        add(&mut record, at::FAILURES, 3, [1.0, 1.0, 2.0][r]);
        record
    });
    // 9/4; without each replication 8/3, 7/3 and 3/2, mean 13/6; se^2 = 2/3 (1/4 + 1/36 + 4/9).
    let mtbf = results.arms[0].estimates[at::MTBF];
    assert!(close(mtbf.value, 2.25));
    assert!(close(mtbf.se, (2.0 / 3.0 * (0.25 + 1.0 / 36.0 + 4.0 / 9.0_f64)).sqrt()), "{mtbf:?}");
    assert_eq!(results.arms[0].replications[at::MTBF], [1.0, 2.0, 3.0]);
}

#[test]
fn changes_agree_with_the_estimators_of_stats() {
    let model = model();
    let results = usual(&model);
    let record = |arm, r: u32| random(&model, u64::from(r), if arm == 0 { 1.0 } else { 1.5 });
    let sums = |arm| {
        let mut sums = Sums::new(2);
        (0..20).for_each(|r| {
            sums.push(&[window(&record(arm, r), at::CYCLE) / HOUR, {
                (1..4).map(|bin| record(arm, r).count(MeasureId(at::CYCLE), bin)).sum()
            }])
        });
        sums
    };
    let (before, after) = (sums(0), sums(1));
    let mean = |s: &[f64]| s[0] / s[1];
    let change = &results.arms[1].changes[at::MEAN];
    let near = |a: stats::Estimate, b: stats::Estimate| {
        close(a.value, b.value) && (a.lower - b.lower).abs() < 1e-9 && (a.upper - b.upper).abs() < 1e-9
    };
    assert!(near(results.arms[0].estimates[at::MEAN], before.estimate(mean, 0.95)));
    assert!(near(change.difference, Sums::difference(&before, &after, mean, 0.95)), "{change:?}");
    assert!(near(change.percent.unwrap(), Sums::percent(&before, &after, mean, 0.95).unwrap()));
    let pooled = |arm: usize| {
        let columns: Vec<Vec<f64>> = (0..20)
            .map(|r| {
                let record = record(arm, r);
                let cases = record.samples[0].cases.iter();
                cases.filter(|case| case.bin > 0).map(|case| case.value / HOUR).collect()
            })
            .collect();
        Pooled::new(&columns).bootstrap(0.9, model.design.seed)
    };
    let (before, after) = (pooled(0), pooled(1));
    let change = &results.arms[1].changes[at::P90];
    assert!(near(change.difference, stats::Resampled::difference(&before, &after, 0.95)));
    assert!(near(change.percent.unwrap(), stats::Resampled::percent(&before, &after, 0.95).unwrap()));
    // All times are divided by 1.5, so the change in percent is known exactly.
    assert!((change.percent.unwrap().value + 100.0 / 3.0).abs() < 1e-9);
    assert!(change.percent.unwrap().half_width() < 1e-9);
}

#[test]
fn a_skewed_yearly_cost_has_the_skew_adjusted_interval() {
    let model = model();
    let record = |arm: usize, r: u32| {
        let mut record = empty(&model);
        let u = Key::new(3, u64::from(r)).uniform(Purpose::of("cost"), 0, 0, 0);
        add(&mut record, at::COST, 2, 3.0 * (5.0 * u).exp() / (1.0 + arm as f64));
        record
    };
    let results = compare(&[&model, &model], record);
    let costs = |arm| (0..20).map(|r| window(&record(arm, r), at::COST) / 3.0).collect::<Vec<f64>>();
    assert!(stats::describe::skewness(&costs(0)) > 1.0, "the example is skewed");
    let expected = stats::mean_skew_adjusted(&costs(0), 0.95);
    let cost = results.arms[0].estimates[at::COST_PER_DAY];
    assert!(close(cost.lower, expected.lower) && close(cost.upper, expected.upper), "{cost:?} {expected:?}");
    assert!(cost.upper - cost.value > 1.2 * (cost.value - cost.lower), "the interval leans to the long tail");
    let expected = stats::paired_skew_adjusted(&costs(0), &costs(1), 0.95);
    let change = results.arms[1].changes[at::COST_PER_DAY].difference;
    assert!(close(change.lower, expected.lower) && close(change.upper, expected.upper));
}

#[test]
fn formulas_are_linked_to_their_children() {
    let results = usual(&model());
    let value = |arm: usize, i: usize| results.arms[arm].estimates[i].value;
    for arm in 0..2 {
        let failure_cost = value(arm, at::COST_PER_DAY) * value(arm, at::MTBF);
        assert!(close(value(arm, at::COST_PER_FAILURE), failure_cost));
        assert!(close(value(arm, at::P90_PER_MTBF), value(arm, at::P90) / 24.0 / value(arm, at::MTBF)));
    }
    assert_eq!(results.metrics[at::COST_PER_FAILURE].children, [at::COST_PER_DAY, at::MTBF]);
    assert_eq!(results.metrics[at::MEAN].link_error, None);
    for parent in [at::COST_PER_FAILURE, at::P90_PER_MTBF, at::FAILURE_RATE] {
        assert!(results.metrics[parent].link_error.unwrap() < 1e-9);
    }
    // A formula with a quantile is resampled by the bootstrap with its children. MTBF does not vary here as much as
    // P90, whose relative error it must have at least roughly.
    let relative = |i: usize| results.arms[0].estimates[i].se / value(0, i);
    assert!(results.arms[0].estimates[at::P90_PER_MTBF].has_interval());
    assert!((0.5..2.0).contains(&(relative(at::P90_PER_MTBF) / relative(at::P90))));
}

#[test]
fn open_cases_restrict_durations_in_all_arms() {
    let model = model();
    // Nine cases of 10 h and one of 150 h, which is still open in one replication of the second arm only.
    let results = compare(&[&model, &model], |arm, r| {
        let mut record = empty(&model);
        (0..9).for_each(|_| add_case(&mut record, 1, 10.0 * HOUR, false));
        add_case(&mut record, 1, 150.0 * HOUR, arm == 1 && r == 4);
        record
    });
    // min(150, 100) = 100 h in both arms.
    for arm in 0..2 {
        assert!(close(results.arms[arm].estimates[at::MEAN].value, (9.0 * 10.0 + 100.0) / 10.0));
        // Rank 199 x 0.9 = 179.1 lies between the 180th, 10 h, and the 181st, beyond the follow-up.
        let p90 = results.arms[arm].estimates[at::P90];
        assert!(p90.value.is_infinite() && !p90.has_interval());
    }
    assert_eq!(results.arms[1].changes[at::MEAN].verdict, Some(Verdict::Identical));
    assert!(close(results.arms[1].open[at::MEAN], 1.0 / 200.0));
    assert_eq!(results.arms[0].open[at::MEAN], 0.0);

    // With nothing open, durations are known in full.
    let results = compare(&[&model], |_, _| {
        let mut record = empty(&model);
        add_case(&mut record, 1, 150.0 * HOUR, false);
        record
    });
    assert!(close(results.arms[0].estimates[at::MEAN].value, 150.0));
    assert!(close(results.arms[0].estimates[at::P90].value, 150.0));

    // A case of the warm-up that is still open restricts nothing.
    let results = compare(&[&model], |_, _| {
        let mut record = empty(&model);
        add_case(&mut record, 0, 150.0 * HOUR, true);
        add_case(&mut record, 1, 150.0 * HOUR, false);
        record
    });
    assert!(close(results.arms[0].estimates[at::MEAN].value, 150.0));
    assert_eq!(results.arms[0].open[at::MEAN], 0.0);
}

#[test]
fn open_cases_without_a_drain_are_reported() {
    let mut model = model();
    model.run.drain = Duration::ZERO;
    let results = compare(&[&model], |_, _| {
        let mut record = empty(&model);
        (0..10).for_each(|i| add_case(&mut record, 1, 10.0 * HOUR, i == 0));
        record
    });
    // The one in ten goes on for as long as anybody knows: to the end of a window of 72 h.
    assert!(close(results.arms[0].estimates[at::MEAN].value, (9.0 * 10.0 + 72.0) / 10.0));
    let note = results.notes.iter().find(|n| matches!(n, Note::OpenCases { followed: false, .. }));
    assert!(note.expect("a note").to_string().contains("give the run a drain"));
}

#[test]
fn the_warm_up_is_found_once_for_all_arms() {
    let mut model = model();
    model.run.warm_up = WarmUp::Auto(Duration::from_seconds(30.0 * DAY));
    model.run.window = Duration::from_seconds(90.0 * DAY);
    // The second arm takes 15 days to settle, the first none.
    let record = |model: &Model, arm: usize, r: u32| {
        let mut record = empty(model);
        let mut stream = Key::new(5, u64::from(r)).stream(Purpose::of("times"), 0, 0);
        for bin in 0..record.n_bins {
            let transient = if arm == 1 && bin < 15 { 3.0 } else { 1.0 };
            add_case(&mut record, bin, transient * (8.0 + stream.uniform()) * HOUR, false);
        }
        record
    };
    let results = compare(&[&model, &model], |arm, r| record(&model, arm, r));
    assert_eq!(results.warm_up.seconds, 15.0 * DAY);
    assert!(results.warm_up.automatic);
    assert_eq!(results.window, 105.0 * DAY);
    assert_eq!(results.arms[1].changes[at::MEAN].verdict, Some(Verdict::Identical), "both are cut at day 15");
    assert_eq!(results.arms[1].changes[at::P90].verdict, Some(Verdict::Identical), "samples too");
    assert_eq!(results.arms[0].cases[at::MEAN], Some(20.0 * 105.0));
    assert!(!results.notes.iter().any(|n| matches!(n, Note::LateWarmUp { .. })));

    // A transient longer than the longest warm-up allowed is reported.
    model.run.warm_up = WarmUp::Auto(Duration::from_seconds(10.0 * DAY));
    let results = compare(&[&model, &model], |arm, r| record(&model, arm, r));
    assert_eq!(results.warm_up.seconds, 10.0 * DAY);
    assert!(results.notes.iter().any(|n| matches!(n, Note::LateWarmUp { .. })));
}

#[test]
fn equal_arms_are_identical_by_construction() {
    let model = model();
    let results = compare(&[&model, &model], |_, r| random(&model, u64::from(r), 1.0));
    for (info, change) in results.metrics.iter().zip(&results.arms[1].changes) {
        assert!(change.difference.is_identical(), "{}", info.name);
        assert_eq!(change.verdict, (info.better != Better::Neutral).then_some(Verdict::Identical));
        assert_eq!(change.words, "identical by construction");
    }
    let series = &results.series[1];
    assert!(series.changes.iter().flatten().all(|e| e.is_identical()));
}

#[test]
fn secondaries_share_the_error_by_holm_and_arms_by_bonferroni() {
    let model = model();
    let arm = |model: &Model, arm: usize, r: u32| {
        // Small independent disturbances of every measure.
        let mut record = random(model, u64::from(r), 1.0);
        let mut stream = Key::new(8, u64::from(r)).stream(Purpose::of("disturb"), arm as u64, 0);
        for x in &mut record.sums {
            *x *= 1.0 + arm as f64 * (0.02 + 0.1 * (stream.uniform() - 0.5));
        }
        record
    };
    for arms in [2, 3] {
        let models: Vec<&Model> = vec![&model; arms];
        let results = compare(&models, |a, r| arm(&model, a, r));
        let level = 1.0 - 0.05 / (arms - 1) as f64;
        let changes = &results.arms[1].changes;
        assert_eq!(changes[at::MEAN].difference.level, 0.95);
        assert!(close(changes[at::MEAN].adjusted.level, level), "the primary is adjusted for arms only");
        assert!(close(changes[at::P90_PER_MTBF].adjusted.level, level), "what is not judged is no test");
        let judged: Vec<usize> = (0..results.metrics.len())
            .filter(|i| ![at::MEAN, at::P90_PER_MTBF].contains(i) && !changes[*i].difference.is_identical())
            .collect();
        assert!(judged.len() >= 3, "{judged:?}");
        let p: Vec<f64> = judged.iter().map(|i| changes[*i].difference.p_value()).collect();
        for (i, holm) in judged.iter().zip(stats::holm(&p, level)) {
            assert!(close(changes[*i].adjusted.level, holm.level), "{}", results.metrics[*i].name);
            assert_eq!(!changes[*i].adjusted.contains(0.0), holm.rejected);
        }
    }
}

#[test]
fn verdicts_use_the_smallest_effect_that_matters() {
    let mut model = model();
    let mut verdict_for = |matters: Option<f64>, relative: bool| {
        let metric = &mut model.metrics[MetricId::new(at::MEAN)];
        (metric.matters, metric.matters_relative) = (matters, relative);
        let results = usual(&model);
        let change = results.arms[1].changes[at::MEAN].clone();
        (change.matters, change.verdict.unwrap(), change.words, results.arms[1].efficiency.unwrap())
    };
    let (matters, verdict, words, efficiency) = verdict_for(Some(0.1 * HOUR), false);
    assert_eq!((matters, verdict), (Some(0.1), Verdict::Improvement));
    assert!(words.starts_with("improvement: lower by at least ") && words.ends_with(" h"), "{words}");
    assert!(close(efficiency.half_width, 0.05), "half the smallest effect");
    assert!(efficiency.variance_reduction.unwrap() > 2.0, "pairs share their luck: {efficiency:?}");
    assert!(efficiency.needed.with_crn < efficiency.needed.without_crn);
    let (matters, verdict, words, _) = verdict_for(Some(0.9), true);
    assert!(matters.unwrap() > 5.0, "90 % of about 8 h: {matters:?}");
    assert_eq!(verdict, Verdict::SmallImprovement);
    assert!(words.contains("by less than the"), "{words}");
    assert_eq!(verdict_for(None, false).1, Verdict::Improvement);
}

#[test]
fn the_result_does_not_depend_on_threads() {
    let model = model();
    let bytes = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let results = pool.install(|| usual(&model));
        serde_json::to_string(&results).expect("JSON") + &results.to_json("x").to_string()
    };
    let one = bytes(1);
    assert_eq!(one, bytes(2));
    assert_eq!(one, bytes(5));
    assert_eq!(one, bytes(1), "a rerun");
}

#[test]
fn cancelling_keeps_the_replications_that_are_finished() {
    let mut model = model();
    let (cancel, begun) = (AtomicBool::new(false), AtomicUsize::new(0));
    let arms = [
        Arm { name: "before", label: "before", model: &model },
        Arm { name: "after", label: "after", model: &model },
    ];
    let record = |arm: usize, r: u32| {
        if begun.fetch_add(1, Ordering::Relaxed) == 30 {
            cancel.store(true, Ordering::Relaxed);
        }
        random(&model, u64::from(r), 1.0 + arm as f64)
    };
    let last = AtomicUsize::new(0);
    let progress = |done: usize, total: usize| {
        assert_eq!(total, 40);
        last.fetch_max(done, Ordering::Relaxed);
    };
    let results = run_on(&MadeUp(record), &arms, true, Watch { progress: &progress, cancel: &cancel })
        .expect("results");
    assert_eq!(results.ending, Ending::Cancelled);
    let n = results.replications;
    assert!((13..20).contains(&n), "{n}");
    assert!(last.into_inner() / 2 - n <= 1);
    assert!(results.notes.contains(&Note::Cancelled { replications: n }));

    let watch = Watch { progress: &|_, _| {}, cancel: &AtomicBool::new(true) };
    let nothing = run_on(&MadeUp(record), &arms, true, watch);
    assert_eq!(nothing.err(), Some(Error::NothingFinished));

    // They are those of a run that was planned to be as long.
    model.design.replications = n as u32;
    let planned = compare(&[&model, &model], |arm, r| random(&model, u64::from(r), 1.0 + arm as f64));
    let (planned, results) = (planned.to_json("x"), results.to_json("x"));
    assert!(planned["arms"] == results["arms"] && planned["changes"] == results["changes"]);
    assert_eq!((planned.get("complete"), &results["complete"]), (None, &false.into()));
}

#[test]
fn replications_are_added_in_tens_until_the_precision_is_reached() {
    let mut model = model();
    let n = |model: &Model| {
        let results = usual(model);
        (results.replications, results.ending, results.notes)
    };
    model.design.max_replications = 300;
    assert_eq!(n(&model).0, 20, "no precision asked for");
    model.design.precision = Some(0.5);
    assert_eq!((n(&model).0, n(&model).1), (20, Ending::Precise), "reached by the first batch");
    model.design.precision = Some(0.04);
    let (reached, ending, _) = n(&model);
    assert_eq!(ending, Ending::Precise);
    assert!(reached > 20 && reached < 300 && reached % 10 == 0, "{reached}");
    let results = usual(&model);
    let relative = |arm: usize| {
        let e = results.arms[arm].estimates[at::MEAN];
        e.half_width() / e.value
    };
    assert!(relative(0) <= 0.04 / 1.04 && relative(1) <= 0.04 / 1.04);
    model.design.precision = Some(0.001);
    model.design.max_replications = 45;
    let (capped, ending, notes) = n(&model);
    assert_eq!((capped, ending), (45, Ending::Capped));
    assert!(notes.iter().any(|note| matches!(note, Note::NotReached { replications: 45, .. })));
}

/// An interval that is narrow enough for one arm need not be for two that share the level.
#[test]
fn the_precision_of_a_change_is_that_of_the_level_that_the_arms_share() {
    let mut model = model();
    let speeds = [1.0, 1.5, 1.1];
    let run = |model: &Model| compare(&[model; 3], |arm, r| random(model, u64::from(r), speeds[arm]));
    let results = run(&model);
    let change = &results.arms[1].changes[at::MEAN];
    let between = (change.difference.half_width() + change.adjusted.half_width()) / 2.0;
    let metric = &mut model.metrics[MetricId::new(at::MEAN)];
    metric.matters = Some(2.0 * between * HOUR);
    model.design.precision = Some(10.0);
    model.design.max_replications = 300;
    assert!(change.difference.half_width() < between && between < change.adjusted.half_width());
    let results = run(&model);
    assert!(results.replications > 20, "{}", results.replications);
    assert!(results.arms[1].changes[at::MEAN].adjusted.half_width() <= between);
}

#[test]
fn a_run_that_stops_early_is_an_error_whichever_thread_meets_it_first() {
    let model = model();
    for _ in 0..5 {
        let error = try_compare(&[&model, &model], |arm, r| {
            let stopped = (arm == 1 && r >= 3).then_some(Stopped::TooManyCases(1_000_000));
            Record { stopped, ..random(&model, u64::from(r), 1.0) }
        });
        let Err(Error::Stopped { arm, replication, reason }) = error else { panic!("no error") };
        assert_eq!((arm.as_str(), replication), ("after", 3));
        assert!(reason.contains("1000000 cases"), "{reason}");
    }
}

#[test]
fn arms_must_measure_the_same() {
    let before = model();
    let mut after = model();
    after.run.window += Duration::DAY;
    let error = try_compare(&[&before, &after], |_, r| random(&before, u64::from(r), 1.0))
        .expect_err("another window");
    assert_eq!(
        error.to_string(),
        "arm after has another run (start, warm-up, window, drain or bin) than the first arm"
    );
    let mut after = model();
    after.metrics[MetricId(1)].name = "other".into();
    assert!(try_compare(&[&before, &after], |_, r| random(&before, u64::from(r), 1.0)).is_err());
}

#[test]
fn series_follow_the_bins() {
    let model = model();
    // Only the last bin differs between the arms.
    let results = compare(&[&model, &model], |arm, r| {
        let mut record = random(&model, u64::from(r), 1.0);
        add(&mut record, at::COST, 3, arm as f64 * (1.0 + 0.1 * f64::from(r)));
        record
    });
    assert_eq!(results.bin, DAY);
    let (before, after) = (&results.series[0], &results.series[1]);
    assert_eq!(before.values[at::MEAN].len(), 4);
    assert!(before.values[at::P90].is_empty() && before.changes.is_empty());
    let in_bin =
        |bin| (0..20).map(|r| random(&model, r, 1.0).sum(MeasureId(at::COST), bin)).sum::<f64>() / 20.0;
    for bin in 0..4 {
        assert!(close(before.values[at::COST_PER_DAY][bin].value, in_bin(bin)));
    }
    let change = &after.changes[at::COST_PER_DAY];
    assert!(change[..3].iter().all(|e| e.is_identical()), "nothing changes before the change");
    assert!((change[3].value - 1.95).abs() < 1e-9);
    assert!(close(change[3].level, 1.0 - 0.05 / 4.0), "a band over four bins");
}

#[test]
fn curves_and_stages_are_those_of_the_primary() {
    let results = usual(&model());
    let curves = results.curves.expect("the primary has cases");
    assert_eq!((curves.measure.as_str(), curves.unit.as_str(), curves.arms.len()), ("restore.time", "h", 2));
    assert_eq!(curves.quantile, Some((0.9, at::P90)));
    // P(T <= 8 h ln 2) = 1/2 for exponential times.
    let ecdf = &curves.arms[0];
    let at = ecdf.x.partition_point(|x| *x <= 8.0 * std::f64::consts::LN_2) - 1;
    let (low, high) = ecdf.band(at);
    assert!(low < 0.5 && 0.5 < high, "{low} {high}");
    let breakdown = results.breakdown.expect("there is a stage");
    assert_eq!(breakdown.stages, ["waiting for parts"]);
    let half = results.arms[1].estimates[at::MEAN].value / 2.0;
    let arm = &breakdown.arms[1];
    assert!(close(arm.stages[0].value, half) && close(arm.total.value, 2.0 * half));
    assert!(arm.changes[0].upper < 0.0);
    assert_eq!(arm.total_change, Some(results.arms[1].changes[at::MEAN].difference));
    assert!(breakdown.arms[0].changes.is_empty());
}

#[test]
fn adoption_follows_bass() {
    // Per year, as in the reference value F(6) = .43924 of Bass (.03, .38).
    let year = 365.0 * DAY;
    let mut model = model();
    let crew = Crew {
        name: String::new(),
        count: 6,
        sites: Vec::new(),
        calendar: None,
        speed: 1.0,
        skills: Vec::new(),
        wage: 0.0,
        overtime_wage: 0.0,
        absence: 0.0,
    };
    model.teams.push(Team { name: "buyers".into(), crews: vec![crew], ..Team::default() });
    let spread = |p, q, ceiling| Spread { team: TeamId(0), p, q, ceiling };
    let adoption = |name: &str, spread, drop_out| Adoption {
        name: name.into(),
        go_live: Time::ZERO,
        spread: vec![spread],
        training: Duration::ZERO,
        drop_out,
    };
    model.adoptions.push(adoption("slow", spread(0.03 / year, 0.38 / year, 1.0), 0.0));
    model.adoptions.push(adoption("leaving", spread(24.0 / year, 0.0, 0.8), 0.5 / year));
    let curves = adoption_curves(&model);
    assert_eq!((curves[0].team.as_str(), curves[0].members), ("buyers", 6));
    assert_eq!(curves[0].share.len(), 61, "a slow spread is shown for five years");
    // F(5) by the closed formula.
    let e = (-0.41_f64 * 5.0).exp();
    assert!(close(curves[0].share[60], (1.0 - e) / (1.0 + 0.38 / 0.03 * e)));
    // Six members, each with probability 0.2 to 0.3: Bin(6, p) has its 5 % and 95 % quantiles at 0 and 3.
    let month = curves[0].share.iter().position(|share| *share > 0.2).expect("a fifth at some time");
    assert!(curves[0].share[month] < 0.3);
    assert_eq!((curves[0].lower[month], curves[0].upper[month]), (0.0, 0.5));
    // With q = 0: A' = c p e^(-pt) - d A, so A = c p (e^(-dt) - e^(-pt)) / (p - d).
    for (month, share) in curves[1].share.iter().enumerate() {
        let t = month as f64 / 12.0;
        let exact = 0.8 * 24.0 * ((-0.5 * t).exp() - (-24.0 * t).exp()) / 23.5;
        assert!((share - exact).abs() < 1e-5, "month {month}: {share} {exact}");
    }
}

#[test]
#[ignore = "prints how long the statistics of a large comparison take"]
fn time_of_the_statistics() {
    let mut model = model();
    model.run.window = Duration::from_seconds(52.0 * DAY);
    for k in 0..32 {
        let mut metric = model.metrics
            [MetricId::new([at::MEAN, at::MTBF, at::COST_PER_DAY, at::COST_PER_FAILURE][k % 4])]
        .clone();
        metric.name = format!("extra {k}");
        model.metrics.push(metric);
    }
    model.design.replications = 200;
    let records: Vec<Record> = (0..200)
        .map(|r| {
            let mut record = random(&model, r, 1.0);
            let mut stream = Key::new(1, r).stream(Purpose::of("more"), 0, 0);
            (0..3_000)
                .for_each(|i| add_case(&mut record, i % 53, -8.0 * HOUR * stream.uniform().ln(), false));
            record
        })
        .collect();
    for arms in [2, 4] {
        let models = vec![&model; arms];
        let start = cpu_time();
        let results = compare(&models[..arms.min(3)], |arm, r| {
            let mut record = records[r as usize].clone();
            record.sums.iter_mut().for_each(|x| *x *= 1.0 + 0.1 * arm as f64);
            record
        });
        println!(
            "{} arms, {} metrics: {:.2} s",
            results.arms.len(),
            results.metrics.len(),
            cpu_time() - start
        );
    }
}

/// Wall-clock time [s].
#[allow(clippy::disallowed_types, reason = "a measurement")]
fn cpu_time() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}
