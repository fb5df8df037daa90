//! Records to columns, columns to metrics.

use turnaround::diag::Sink;
use turnaround::expr::{Expr, Scope, Type};
use turnaround::ids::{Id, MeasureId, MetricId, ProcessId, StageId, StepId};
use turnaround::metrics::{Column, Columns, Evaluator, QuantileOf, Sample};
use turnaround::model::{Better, Level, Measure, MeasureDef, Metric, MetricOf, Model, Run, Sampled, WarmUp};
use turnaround::record::{self, Record, Samples};
use turnaround::text::Text;
use turnaround::units::{Dim, Duration};

const CYCLE: MeasureId = MeasureId(0);
const ENTRIES: MeasureId = MeasureId(1);
const STAGE: MeasureId = MeasureId(2);

/// Bins 0-10, 10-20, 20-25 s, warm-up 10 s.
fn model(metrics: Vec<MetricOf>) -> Model {
    let run = Run {
        warm_up: WarmUp::Fixed(Duration::from_seconds(10.0)),
        window: Duration::from_seconds(15.0),
        drain: Duration::from_seconds(50.0),
        bin: Duration::from_seconds(10.0),
        ..Run::default()
    };
    let mut model = Model { run, ..Model::default() };
    for what in [
        Measure::Case(ProcessId(0), Sampled::CycleTime),
        Measure::Entries(StepId(0)),
        Measure::Case(ProcessId(0), Sampled::StageTimeAll(StageId(0))),
    ] {
        model.measures.push(MeasureDef { name: String::new(), what, dim: Dim::TIME, filter: None });
    }
    for of in metrics {
        model.metrics.push(Metric {
            name: String::new(),
            label: String::new(),
            doc: String::new(),
            level: Level::Operating,
            of,
            dim: Dim::NUMBER,
            unit: String::new(),
            unit_size: 1.0,
            better: Better::Lower,
            matters: None,
            matters_relative: false,
        });
    }
    model
}

fn case(value: f64, bin: u32, open: bool) -> record::Sample {
    record::Sample { value, bin, open }
}

fn record() -> Record {
    Record {
        n_bins: 3,
        // Cycle time, entries, stage time; each by bin.
        sums: vec![5.0, 140.0, 30.0, 1.0, 2.0, 3.0, 1.0, 40.0, 9.0],
        counts: vec![1.0, 3.0, 1.0, 0.0, 0.0, 0.0, 1.0, 3.0, 1.0],
        samples: vec![Samples {
            measure: Some(CYCLE),
            cases: vec![
                case(20.0, 1, false),
                case(5.0, 0, false),
                case(60.0, 1, false),
                case(30.0, 2, false),
                case(60.0, 1, true),
            ],
            ages: Vec::new(),
        }],
        ..Record::default()
    }
}

fn formula(text: &str, children: &[u32]) -> MetricOf {
    let mut scope = Scope::default();
    (0..4).for_each(|i| scope.add(format!("m{i}"), i, Type::Number(Dim::NUMBER)));
    let expr = Expr::read(&Text::new(text, Default::default()), &scope, None, &Sink::default());
    MetricOf::Formula(expr.expect("a formula"), children.iter().map(|c| MetricId(*c)).collect())
}

#[test]
fn columns_are_those_that_the_metrics_need() {
    let model = model(vec![MetricOf::Rate(ENTRIES), MetricOf::ShareOver(CYCLE, 25.0)]);
    let columns = Columns::new(&model, &[STAGE], &[]);
    for column in [Column::Elapsed, Column::Sum(ENTRIES), Column::Over(CYCLE, 25.0), Column::Sum(STAGE)] {
        assert!(columns.position(column).is_some(), "{column:?}");
    }
    assert_eq!(columns.position(Column::Count(ENTRIES)), None, "entries have no cases");
    assert_eq!(columns.position(Column::Over(CYCLE, 26.0)), None);
    assert!(columns.pools().is_empty(), "nobody needs single values");
}

#[test]
fn a_record_becomes_a_row_for_each_bin() {
    let model = model(vec![
        MetricOf::Rate(ENTRIES),
        MetricOf::ShareOver(CYCLE, 25.0),
        MetricOf::Quantile(CYCLE, 0.5),
    ]);
    let columns = Columns::new(&model, &[], &[]);
    let reduced = columns.reduce(&record(), 1);
    let column = |column| {
        let at = columns.position(column).expect("a column");
        let bins: Vec<f64> = (0..3).map(|bin| reduced.row(bin)[at]).collect();
        assert_eq!(reduced.window(1)[at], bins[1] + bins[2]);
        bins
    };
    assert_eq!(column(Column::Elapsed), [10.0, 10.0, 5.0], "the window ends within the last bin");
    assert_eq!(column(Column::Sum(ENTRIES)), [1.0, 2.0, 3.0]);
    assert_eq!(column(Column::Sum(CYCLE)), [5.0, 140.0, 30.0]);
    assert_eq!(column(Column::Count(CYCLE)), [1.0, 3.0, 1.0]);
    assert_eq!(column(Column::Over(CYCLE, 25.0)), [0.0, 2.0, 1.0]);
    assert_eq!(column(Column::Excess(CYCLE)), [0.0, 20.0, 0.0], "twice 60 s less the drain of 50 s");
    assert_eq!(column(Column::Open(CYCLE)), [0.0, 1.0, 0.0]);
    // Ascending, without the warm-up; the open case lasts longer than anybody knows.
    let sample = |value, bin| Sample { value, bin };
    assert_eq!(
        reduced.pools,
        [[sample(20.0, 1), sample(30.0, 2), sample(60.0, 1), sample(f64::INFINITY, 1)]]
    );
}

#[test]
fn durations_are_restricted_where_a_case_is_open() {
    let model = model(vec![MetricOf::Mean(CYCLE), MetricOf::Mean(STAGE)]);
    let columns = Columns::new(&model, &[], &[]);
    let mut reduced = columns.reduce(&record(), 0);
    let open = columns.open(std::iter::once(&reduced), 1);
    assert_eq!(open, [CYCLE]);
    assert_eq!(columns.open(std::iter::once(&reduced), 2), [], "the open case started in bin 1");
    let mean = |row: &[f64]| {
        let at = |column| columns.position(column).expect("a column");
        row[at(Column::Sum(CYCLE))] / row[at(Column::Count(CYCLE))]
    };
    for _ in 0..2 {
        // Doing it twice changes nothing.
        columns.restrict(&mut reduced, &open);
        assert_eq!(mean(&reduced.window(1)), (20.0 + 50.0 + 50.0 + 30.0) / 4.0);
    }
    let mut done = record();
    done.samples[0].cases.iter_mut().for_each(|case| case.open = false);
    assert_eq!(columns.open(std::iter::once(&columns.reduce(&done, 0)), 0), []);
}

#[test]
fn parents_are_evaluated_after_their_children() {
    let metrics = vec![
        formula("m1 + 1", &[1]),
        formula("2 * m2", &[2]),
        MetricOf::Mean(CYCLE),
        MetricOf::Quantile(CYCLE, 0.9),
    ];
    let model = model(metrics);
    let columns = Columns::new(&model, &[], &[]);
    let evaluator = Evaluator::new(&model, &columns);
    assert_eq!(evaluator.quantiles(), [QuantileOf { pool: 0, p: 0.9 }]);
    let row = columns.reduce(&record(), 0).window(1);
    let mut values = vec![0.0; 4];
    evaluator.values(&row, &[55.0], &mut values);
    assert_eq!(values, [86.0, 85.0, 42.5, 55.0]);
    assert_eq!(evaluator.recompute(0, &values), Some(86.0));
    assert_eq!(evaluator.recompute(2, &values), None);
    assert_eq!(evaluator.children(1), [MetricId::new(2)]);
    assert_eq!((0..4).map(|i| evaluator.is_rough(i)).collect::<Vec<_>>(), [false, false, false, true]);
    assert_eq!(evaluator.cases(&row), [Some(4.0); 4]);
    assert_eq!(evaluator.open_shares(&row), [0.25; 4]);
}

#[test]
fn what_is_behind_a_metric_is_counted() {
    let metrics = vec![
        MetricOf::Ratio(STAGE, ENTRIES),
        MetricOf::Ratio(ENTRIES, STAGE),
        MetricOf::Rate(ENTRIES),
        formula("m0 * m1", &[0, 1]),
    ];
    let model = model(metrics);
    let columns = Columns::new(&model, &[], &[]);
    let evaluator = Evaluator::new(&model, &columns);
    let row = columns.reduce(&record(), 0).window(1);
    // The denominator counts: entries, or cases; a formula has the fewest of its children.
    assert_eq!(evaluator.cases(&row), [Some(5.0), Some(4.0), Some(5.0), Some(4.0)]);
    let mut values = vec![0.0; 4];
    evaluator.values(&row, &[], &mut values);
    assert_eq!(values[2], 5.0 / 15.0, "per second of the window");
}
