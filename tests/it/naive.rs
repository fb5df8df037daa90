//! The engine against a naive simulator, on random models in which all features meet: every activity of every case begins
//! and ends at the same time.

mod random;
mod shrink;
mod simulator;
mod small;

use simulator::{Row, simulate};
use small::{Small, UNIT};
use turnaround::ids::Id;

/// The rows of the engine, in the order of completion.
fn rows_of_engine(model: &Small) -> Vec<Row> {
    let record = model.build().run_with_rows(0);
    assert_eq!(record.stopped, None);
    let rows = &record.rows;
    let units = |time: turnaround::units::Time| {
        let units = time.seconds() / UNIT;
        assert_eq!(units.fract(), 0.0, "not a whole number of units");
        units as i64
    };
    let row = |i: usize| Row {
        complete: units(rows.complete[i]),
        case: rows.case[i] as usize,
        step: rows.step[i].index(),
        start: units(rows.start[i]),
        enabled: units(rows.enabled[i]),
        worker: rows.team[i].map(|team| (team.index(), rows.member[i] as usize)),
    };
    (0..rows.case.len()).map(row).collect()
}

/// What both say at the first row where they differ.
fn difference(model: &Small) -> Option<(Option<Row>, Option<Row>)> {
    let (mut engine, mut naive) = (rows_of_engine(model), simulate(model).0);
    engine.sort_unstable();
    naive.sort_unstable();
    let n = engine.len().max(naive.len());
    let at = |rows: &[Row], i: usize| rows.get(i).copied();
    (0..n).map(|i| (at(&engine, i), at(&naive, i))).find(|(a, b)| a != b)
}

/// A model on which both differ, as small as can be.
fn report(seed: u64, model: &Small) -> String {
    let smallest = shrink::shrink(model, |m| difference(m).is_some());
    let (engine, naive) = difference(&smallest).expect("a difference");
    let show = |row: Option<Row>| row.map_or("nothing".to_owned(), |row| format!("{row:?}"));
    let both = format!("engine: {}\nnaive:  {}", show(engine), show(naive));
    format!("model {seed}, shrunk:\n{}\n{both}", smallest.text())
}

#[test]
fn the_engine_does_what_a_naive_simulator_does() {
    let n = 300;
    let mut rows = 0;
    for seed in 0..n {
        let model = random::model(seed);
        assert!(difference(&model).is_none(), "{}", report(seed, &model));
        rows += simulate(&model).0.len();
    }
    assert!(rows > 20 * n as usize, "only {rows} rows");
}
