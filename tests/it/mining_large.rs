//! Logs that are large in one direction: very many activities, people in one case, rows at once. What is computed stays in
//! bounds, says so, and is the same as the plain definition where that can be computed.

use crate::shared_logs::log;
use turnaround::eventlog::{EventLog, UNKNOWN};
use turnaround::mining::footprint::WIDEST_MATRIX;
use turnaround::mining::inductive::mined;
use turnaround::mining::network::{MOST_PEOPLE, crowded_cases};
use turnaround::mining::{self, Relation, Who, enabled};

const HOUR: i64 = 3_600_000_000;

/// Cases of three activities that follow each other on a ring of `n`, one case from each activity on.
fn ring(n: usize) -> EventLog {
    let names: Vec<String> = (0..n).map(|a| format!("a{a}")).collect();
    let cases: Vec<String> = (0..n).map(|c| format!("c{c}")).collect();
    let row = |c: usize, k: usize| {
        let at = k as i64 * HOUR;
        (cases[c].as_str(), names[(c + k) % n].as_str(), "", at, at + HOUR)
    };
    log(&(0..n).flat_map(|c| (0..3).map(move |k| (c, k))).map(|(c, k)| row(c, k)).collect::<Vec<_>>())
}

#[test]
fn a_ring_of_many_activities_is_mined_within_a_bounded_effort() {
    let small = mined(&ring(12), 0.2);
    assert!(!small.cut_short, "a small ring is looked through");
    for n in [1_000, 2_000] {
        let log = ring(n);
        let large = mined(&log, 0.2);
        assert!(large.cut_short, "{n} activities");
        // The tree is permissive, and allows the log.
        let replay = mining::replay(&log, &large.tree);
        assert!((replay.log_fitness - 1.0).abs() < 1e-12, "{}", replay.log_fitness);
    }
}

#[test]
fn a_footprint_is_sparse_and_its_matrix_has_a_limit() {
    let few = mining::footprint(&ring(WIDEST_MATRIX));
    let matrix = few.matrix().expect("a matrix");
    assert_eq!(
        (matrix[0][1], matrix[1][0], matrix[0][2]),
        (Relation::Before, Relation::After, Relation::Never)
    );
    let many = mining::footprint(&ring(WIDEST_MATRIX + 1));
    assert!(many.matrix().is_none());
    assert_eq!((many.relation(0, 1), many.relation(1, 0)), (Relation::Before, Relation::After));
}

#[test]
fn a_crowd_makes_no_pairs() {
    let people: Vec<String> = (0..=MOST_PEOPLE).map(|p| format!("p{p}")).collect();
    let crowd = people.iter().map(|p| ("crowd", "a", p.as_str(), 0, HOUR));
    let rows: Vec<_> = crowd.chain(people[..2].iter().map(|p| ("pair", "a", p.as_str(), 0, HOUR))).collect();
    let log = log(&rows);
    let ties = mining::working_together(&log, Who::Resources);
    assert_eq!((ties.len(), ties[0].count, crowded_cases(&log, Who::Resources)), (1, 1, 1));
}

/// Made rows: starts, lengths and activities from a fixed linear congruence.
fn tangled(cases: usize, rows: usize, activities: u64) -> EventLog {
    let mut state = 1u64;
    let mut next = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let cases: Vec<String> = (0..cases).map(|c| c.to_string()).collect();
    let names: Vec<String> = (0..activities).map(|a| a.to_string()).collect();
    let mut made = Vec::new();
    for case in &cases {
        for _ in 0..rows {
            let (start, length, activity) = (next(10) as i64, next(10) as i64, next(activities));
            // The last activity begins when most others are over.
            let start = if activity + 1 == activities { start + 10 } else { start };
            made.push((case.as_str(), names[activity as usize].as_str(), "", start, start + length));
        }
    }
    log(&made)
}

#[test]
fn what_is_concurrent_and_enabled_is_as_defined() {
    let log = tangled(40, 9, 4);
    let ranges = log.case_ranges();
    let overlap = |i: usize, j: usize| {
        let real = log.start[i] < log.end[i] && log.start[j] < log.end[j];
        real && log.start[i] < log.end[j] && log.start[j] < log.end[i]
    };
    let mut pairs = Vec::new();
    for a in 0..4 {
        for b in a + 1..4 {
            let (mut both, mut over) = (0, 0);
            for range in &ranges {
                let of = |x: u32| range.clone().filter(|&i| log.activity[i] == x).collect::<Vec<_>>();
                both += usize::from(!of(a).is_empty() && !of(b).is_empty());
                over += usize::from(of(a).iter().any(|&i| of(b).iter().any(|&j| overlap(i, j))));
            }
            if over > 0 && 4 * over >= 3 * both {
                pairs.push((a, b));
            }
        }
    }
    assert!(!pairs.is_empty() && pairs.len() < 6, "a case with both kinds: {pairs:?}");
    assert_eq!(enabled::concurrent(&log), pairs);
    let found = enabled(&log);
    for range in ranges {
        let first = range.clone().map(|i| log.start[i]).min().unwrap_or(UNKNOWN);
        for row in range.clone() {
            let waits_for = |&i: &usize| {
                let is_concurrent = enabled::are(&pairs, log.activity[i], log.activity[row]);
                i < row && log.end[i] <= log.start[row] && !is_concurrent
            };
            let latest = range.clone().filter(waits_for).map(|i| log.end[i]).max();
            assert_eq!(found[row], latest.unwrap_or(first), "row {row}");
        }
    }
}
