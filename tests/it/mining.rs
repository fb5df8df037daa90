//! Analyses of logs on cases that can be checked by hand.

use crate::shared_logs::log;
use turnaround::eventlog::EventLog;
use turnaround::mining::{self, Who};

const HOUR: i64 = 3_600_000_000;

/// A log of traces given as words, one letter an activity, an hour each, one after the other.
pub fn words(traces: &[&str]) -> EventLog {
    let cases: Vec<String> = (0..traces.len()).map(|c| c.to_string()).collect();
    let mut rows = Vec::new();
    for (case, trace) in cases.iter().zip(traces) {
        for (i, _) in trace.char_indices() {
            rows.push((case.as_str(), &trace[i..=i], "", i as i64 * HOUR, (i as i64 + 1) * HOUR));
        }
    }
    log(&rows)
}

#[test]
fn the_graph_counts_and_times_what_follows_what() {
    let log = log(&[
        ("1", "a", "", 0, HOUR),
        ("1", "b", "", 2 * HOUR, 5 * HOUR),
        ("1", "b", "", 4 * HOUR, 6 * HOUR),
        ("2", "a", "", 0, HOUR),
        ("2", "b", "", 4 * HOUR, 5 * HOUR),
    ]);
    let graph = mining::dfg(&log);
    let edge = &graph.edges[0];
    assert_eq!((edge.from.as_str(), edge.to.as_str(), edge.count), ("a", "b", 2));
    assert_eq!((edge.waiting.mean, edge.waiting.median, edge.waiting.p90), (2.0, 2.0, 2.8));
    // The second b begins before the first ends: it waited for nothing.
    assert_eq!((graph.edges[1].count, graph.edges[1].waiting.mean), (1, 0.0));
    let b = &graph.activities[1];
    assert_eq!((b.rows, b.starts, b.ends, b.processing.mean), (3, 0, 2, 2.0));
}

#[test]
fn a_graph_of_many_activities_is_counted_the_same_way() {
    // 5,000 activities: more cells than the matrix may have.
    let names: Vec<String> = (0..5_000).map(|a| format!("a{a}")).collect();
    let rows: Vec<_> =
        names.iter().enumerate().map(|(i, n)| ("1", n.as_str(), "", i as i64, i as i64 + 1)).collect();
    let counts = mining::dfg::counts(&log(&rows));
    assert_eq!(counts.edges.len(), 4_999);
    assert!(counts.edges.iter().all(|e| e.2 == 1 && e.3 == 0.0));
    assert_eq!((counts.starts[0], counts.ends[4_999]), (1, 1));
}

#[test]
fn variants_come_by_frequency() {
    let variants = mining::variants(&words(&["ab", "ac", "abc", "ac", "ab", "ab"]));
    let list: Vec<_> = variants.iter().map(|v| (v.activities.concat(), v.cases, v.cumulative)).collect();
    assert_eq!(list, [("ab".into(), 3, 0.5), ("ac".into(), 2, 5.0 / 6.0), ("abc".into(), 1, 1.0)]);
    assert_eq!((variants[0].cycle.mean, variants[2].cycle.max), (2.0, 3.0));
}

#[test]
fn the_summary_divides_cycle_time_into_work_and_waiting() {
    let log = log(&[
        ("1", "a", "x", 0, 2 * HOUR),
        ("1", "b", "y", HOUR, 3 * HOUR),
        ("1", "a", "", 9 * HOUR, 10 * HOUR),
        ("2", "a", "x", 24 * HOUR, 24 * HOUR),
    ]);
    let s = mining::summary(&log);
    assert_eq!(
        (s.cases, s.rows, s.activities, s.variants, s.instant_rows, s.rows_without_resource),
        (2, 4, 2, 2, 1, 1)
    );
    // Overlapping work counts once.
    assert_eq!((s.cycle.max, s.processing.max, s.waiting.max), (10.0, 4.0, 6.0));
    assert_eq!(s.arrivals.per_day, 1.0);
    // 1970-01-01T00:00 was a Thursday.
    assert_eq!((s.arrivals.by_hour_of_week.0[72], s.arrivals.by_hour_of_week.0[96]), (1, 1));
    let r = &s.rework[0];
    assert_eq!((r.activity.as_str(), r.cases, r.repeating, r.repeats, r.immediate), ("a", 2, 1, 1, 0));
    assert_eq!(r.processing, 1.0);
}

#[test]
fn work_passes_between_people_and_teams() {
    let mut log = log(&[
        ("1", "a", "x", 0, HOUR),
        ("1", "b", "y", 3 * HOUR, 4 * HOUR),
        ("1", "c", "x", 4 * HOUR, 5 * HOUR),
        ("2", "a", "x", 0, HOUR),
        ("2", "n", "", 2 * HOUR, 3 * HOUR),
        ("2", "b", "y", 5 * HOUR, 6 * HOUR),
    ]);
    let people = mining::handovers(&log, Who::Resources);
    assert_eq!((people[0].from.as_str(), people[0].to.as_str()), ("x", "y"));
    assert_eq!((people[0].count, people[0].cases, people[0].waiting.total), (2, 2, 6.0));
    assert_eq!((people[1].count, people[1].waiting.total), (1, 0.0));
    assert!(mining::handovers(&log, Who::Teams).is_empty());
    let shop = log.teams.intern("shop");
    log.team.fill(shop);
    assert_eq!(mining::handovers(&log, Who::Teams)[0].count, 4);
    let back = mining::subcontracting(&log, Who::Resources);
    assert_eq!((back[0].a.as_str(), back[0].b.as_str(), back[0].count, back.len()), ("x", "y", 1, 1));
    let together = mining::working_together(&log, Who::Resources);
    assert_eq!((together[0].count, together.len()), (2, 1));
}

#[test]
fn activities_that_mostly_overlap_do_not_wait_for_each_other() {
    let log = log(&[
        ("1", "a", "", 0, 2),
        ("1", "b", "", 2, 6),
        ("1", "c", "", 3, 5),
        ("2", "a", "", 0, 2),
        ("2", "b", "", 2, 6),
        ("2", "c", "", 4, 5),
        ("3", "a", "", 0, 2),
        ("3", "b", "", 3, 6),
        ("3", "c", "", 2, 4),
        ("4", "a", "", 0, 2),
        ("4", "b", "", 3, 6),
        ("4", "c", "", 8, 9),
    ]);
    assert_eq!(mining::enabled::concurrent(&log), [(1, 2)]);
    // In case 4 c begins after b has ended and still waited for a only.
    assert_eq!(mining::enabled(&log), [0, 2, 2, 0, 2, 2, 0, 2, 2, 0, 2, 2]);
}

#[test]
fn waiting_is_divided_by_cause() {
    // Case 1 is enabled at 0 and waits: x works on case 2 (enabled before), then on case 3 (enabled later), then nothing.
    let mut l = log(&[
        ("1", "a", "x", 6 * HOUR, 7 * HOUR),
        ("2", "b", "x", 0, 2 * HOUR),
        ("3", "c", "x", 2 * HOUR, 5 * HOUR),
    ]);
    l.enabled = vec![HOUR, 0, 2 * HOUR];
    let causes = mining::causes(&l, &mining::enabled(&l));
    let c = &causes[0];
    assert_eq!((c.batching, c.contention, c.prioritisation), (0.0, 1.0, 3.0));
    assert_eq!(c.unavailability + c.extraneous, 1.0);
    assert_eq!(c.total(), 5.0);
    assert_eq!(causes[1].total(), 0.0);

    // Every weekday from 8 to 16 somebody works; what is enabled on Friday at 15:00 and begins on Monday at 9:00
    // was off duty for all but two hours.
    let day = 24 * HOUR;
    let monday = 4 * day;
    let names: Vec<String> = (0..60).map(|i| i.to_string()).collect();
    let mut rows: Vec<_> = (0..40)
        .map(|i| {
            let start = monday + (i / 5 * 7 + i % 5) * day + 8 * HOUR;
            (names[i as usize].as_str(), "work", "x", start, start + 8 * HOUR)
        })
        .collect();
    let friday = monday + 8 * 7 * day + 4 * day + 15 * HOUR;
    rows.push(("50", "late", "x", friday + 66 * HOUR, friday + 67 * HOUR));
    let mut l = log(&rows);
    *l.enabled.last_mut().expect("a row") = friday;
    let late = mining::causes(&l, &mining::enabled(&l)).pop().expect("a row");
    assert_eq!((late.unavailability, late.extraneous), (63.0, 3.0));
}

#[test]
fn batches_are_found_and_their_waiting_is_batching() {
    let mut l = log(&[
        ("1", "a", "x", 4 * HOUR, 5 * HOUR),
        ("2", "a", "x", 4 * HOUR, 5 * HOUR),
        ("3", "a", "x", 9 * HOUR, 10 * HOUR),
        ("4", "a", "y", 4 * HOUR, 5 * HOUR),
        ("5", "a", "y", 5 * HOUR, 6 * HOUR),
        ("6", "a", "y", 6 * HOUR, 7 * HOUR),
        ("7", "b", "z", 0, 4 * HOUR),
    ]);
    l.enabled = vec![0, 3 * HOUR, 9 * HOUR, 0, 0, 5 * HOUR, 0];
    let batches = mining::batches(&l, &l.enabled, 2);
    let table = mining::batching(&l, &batches);
    let list: Vec<_> = table.iter().map(|b| (b.shape, b.batches, b.rows)).collect();
    // Row 6 was enabled after the batch of y had begun; from 0 to 4 y was free, and it was no
    // time at which nobody works.
    assert_eq!(list, [(mining::batch::Shape::Parallel, 1, 2), (mining::batch::Shape::Sequential, 1, 2)]);
    let causes = mining::causes(&l, &l.enabled);
    assert_eq!((causes[0].batching, causes[1].batching), (3.0, 0.0));
}

#[test]
fn a_queue_is_no_batch() {
    // x works all the time; what waits is done in the order in which it came.
    let mut l = log(&[
        ("1", "a", "x", 0, 4 * HOUR),
        ("2", "b", "x", 4 * HOUR, 5 * HOUR),
        ("3", "b", "x", 5 * HOUR, 6 * HOUR),
    ]);
    l.enabled = vec![0, HOUR, 2 * HOUR];
    assert!(mining::batches(&l, &l.enabled, 2).is_empty());
    let causes = mining::causes(&l, &l.enabled);
    assert_eq!((causes[1].contention, causes[2].contention, causes[2].batching), (3.0, 3.0, 0.0));
}

#[test]
fn pictures_have_their_data() {
    let l =
        log(&[("1", "a", "", 10, 20), ("1", "b", "", 50, 60), ("2", "a", "", 0, 5), ("2", "b", "", 6, 9)]);
    let dots = mining::picture::dotted(&l, 100);
    assert_eq!((dots.len(), dots[0].at, dots[3].case, dots[3].since), (4, 0, 1, 40));
    assert_eq!(mining::picture::dotted(&l, 1).len(), 2);
    let lines: Vec<_> =
        mining::picture::spectrum(&l, 0, 1).iter().map(|p| (p.from, p.to, p.quartile)).collect();
    assert_eq!(lines, [(5, 6, 0), (20, 50, 2)]);
    assert_eq!(mining::picture::in_progress(&l), [(0, 1), (9, 0), (10, 1), (60, 0)]);
}

#[test]
fn known_trees_are_found() {
    for (traces, tree) in [
        (&["abc"][..], "seq('a', 'b', 'c')"),
        (&["abd", "acd"], "seq('a', xor('b', 'c'), 'd')"),
        (&["abcd", "acbd"], "seq('a', and('b', 'c'), 'd')"),
        (&["ab", "a"], "seq('a', xor('b', silent))"),
        (&["abd", "abcbd", "abcbcbd"], "seq('a', loop('b', 'c'), 'd')"),
        (&["abab", "ab"], "loop(seq('a', 'b'), silent)"),
        (&["a", "aa", "aaa"], "loop('a', silent)"),
        (&["abcd", "acbd", "aed"], "seq('a', xor(and('b', 'c'), 'e'), 'd')"),
        (
            &["abcdefbcg", "acbdefcbg", "abcg", "acbg"],
            "seq('a', loop(and('b', 'c'), seq('d', 'e', 'f')), 'g')",
        ),
        (&["abc", "acb", "bac", "bca", "cab", "cba"], "and('a', 'b', 'c')"),
    ] {
        let l = words(traces);
        assert_eq!(mining::inductive(&l, 0.0).print(&l.activities), tree, "{traces:?}");
    }
}

#[test]
fn noise_is_left_out() {
    let mut traces = vec!["abcd"; 50];
    traces.extend(["acbd"; 50]);
    traces.extend(["adbc", "dabc"]);
    let l = words(&traces);
    assert_eq!(mining::inductive(&l, 0.2).print(&l.activities), "seq('a', and('b', 'c'), 'd')");
    assert_ne!(mining::inductive(&l, 0.0).print(&l.activities), "seq('a', and('b', 'c'), 'd')");
}
