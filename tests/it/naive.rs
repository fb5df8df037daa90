//! The engine against a naive simulator, on random models in which features meet: every activity of every case begins and
//! ends at the same time, done by the same member, and as much time of each team is booked.
//!
//! What the engine does wrong is left out of the models: see `random`, where each line in parentheses says what.

mod random;
mod shrink;
mod simulator;
mod small;

use simulator::{Booked, Row, Seen, simulate};
use small::{Small, UNIT};
use turnaround::ids::{Id, MeasureId};

/// What the engine says: rows, and the time of each team.
fn simulate_by_engine(model: &Small) -> (Vec<Row>, Vec<Booked>) {
    let record = model.build().run_with_rows(0);
    assert_eq!(record.stopped, None);
    let rows = &record.rows;
    let units = |seconds: f64| {
        let units = (seconds / UNIT * 1e6).round() / 1e6;
        assert_eq!(units.fract(), 0.0, "not a whole number of units");
        units as i64
    };
    let row = |i: usize| Row {
        complete: units(rows.complete[i].seconds()),
        case: rows.case[i] as usize,
        step: rows.step[i].index(),
        start: units(rows.start[i].seconds()),
        enabled: units(rows.enabled[i].seconds()),
        worker: rows.team[i].map(|team| (team.index(), rows.member[i] as usize)),
    };
    let sum = |measure: usize| units(record.sum(MeasureId::new(measure), 0));
    let booked = |team: usize| Booked { busy: sum(2 * team), overtime: sum(2 * team + 1), is_wrong: false };
    ((0..rows.case.len()).map(row).collect(), (0..model.teams.len()).map(booked).collect())
}

/// What both say at the first row, or else about the first team, where they differ.
fn difference(model: &Small) -> Option<String> {
    let (mut engine, mut engine_booked) = simulate_by_engine(model);
    let (mut naive, booked, _) = simulate(model);
    for (engine, naive) in engine_booked.iter_mut().zip(&booked).filter(|(_, naive)| naive.is_wrong) {
        *engine = *naive;
    }
    engine.sort_unstable();
    naive.sort_unstable();
    let row = |rows: &[Row], i: usize| rows.get(i).map_or("nothing".to_owned(), |row| format!("{row:?}"));
    let rows = (0..engine.len().max(naive.len())).map(|i| (row(&engine, i), row(&naive, i)));
    let team = |booked: &[Booked], i: usize| format!("team {i} {:?}", booked[i]);
    let teams = (0..booked.len()).map(|i| (team(&engine_booked, i), team(&booked, i)));
    let (engine, naive) = rows.chain(teams).find(|(engine, naive)| engine != naive)?;
    Some(format!("engine: {engine}\nnaive:  {naive}"))
}

/// A model on which both differ, as small as can be.
fn report(seed: u64, model: &Small) -> String {
    let smallest = shrink::shrink(model, |m| difference(m).is_some());
    let what = difference(&smallest).expect("a difference");
    format!("model {seed}, shrunk, in units of ten minutes:\n{}\n{what}", smallest.text())
}

#[test]
fn the_engine_does_what_a_naive_simulator_does() {
    let mut seen = Seen::default();
    for seed in 0..1_000 {
        let model = random::model(seed);
        assert!(difference(&model).is_none(), "{}", report(seed, &model));
        seen.add(&simulate(&model).2);
    }
    // All that the test is about has happened often enough.
    assert!(seen.all().iter().all(|(_, n)| *n >= 30), "{:?}", seen.all());
}
