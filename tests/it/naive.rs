//! The engine against a naive simulator, on random models in which features meet: every activity of every case begins and
//! ends at the same time, done by the same member, and as much time of each team is booked.
//!
//! What the models leave out: search for "Left out".

mod random;
mod shrink;
mod simulator;
mod small;

use simulator::{Booked, Row, Run, Seen, Spent, simulate};
use small::{Small, UNIT};
use turnaround::ids::{Id, MeasureId};

/// What the engine says.
fn simulate_by_engine(model: &Small) -> Run {
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
    let booked = |team: usize| Booked { busy: sum(2 * team), overtime: sum(2 * team + 1) };
    let n_teams = model.teams.len();
    Run {
        rows: (0..rows.case.len()).map(row).collect(),
        booked: (0..n_teams).map(booked).collect(),
        spent: Spent { waiting: sum(2 * n_teams), working: sum(2 * n_teams + 1) },
        seen: Seen::default(),
    }
}

/// What both say where they first differ: about a row, or else about a team, or about the time of all cases.
fn difference(model: &Small) -> Option<String> {
    let (mut engine, mut naive) = (simulate_by_engine(model), simulate(model));
    engine.rows.sort_unstable();
    naive.rows.sort_unstable();
    let row = |run: &Run, i: usize| run.rows.get(i).map_or("nothing".to_owned(), |row| format!("{row:?}"));
    let n_rows = engine.rows.len().max(naive.rows.len());
    let rows = (0..n_rows).map(|i| (row(&engine, i), row(&naive, i)));
    let team = |run: &Run, i: usize| format!("team {i} {:?}", run.booked[i]);
    let teams = (0..naive.booked.len()).map(|i| (team(&engine, i), team(&naive, i)));
    let spent = (format!("{:?}", engine.spent), format!("{:?}", naive.spent));
    let (engine, naive) = rows.chain(teams).chain([spent]).find(|(engine, naive)| engine != naive)?;
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
        seen.add(&simulate(&model).seen);
    }
    // All that the test is about has happened often enough.
    assert!(seen.all().iter().all(|(_, n)| *n >= 30), "{:?}", seen.all());
}
