//! A mined log as tables: one function for each file. Times are hours, instants UTC.

use super::rows::Rows;
use super::table::Table;
use crate::eventlog::{EventLog, UNKNOWN};
use crate::mining::{Causes, Handover, Spread, Study, Tie, Week, Who, cases, picture};

/// A table with its file's name, without ending, and what it holds.
pub type Named = (&'static str, &'static str, Table);

/// Tables of what was found; those without rows are left out.
pub fn tables(study: &Study) -> Vec<Named> {
    let network = |who| study.network(who);
    let (people, teams) = (network(Who::Resources), network(Who::Teams));
    let all = [
        ("activities", "each activity: work, waiting and its causes, share of the time", activities(study)),
        ("steps", "what follows what, how often and after which time", steps(study)),
        ("variants", "sequences of activities, the most frequent first", variants(study)),
        ("handovers_teams", "from team to team, with the waiting there", handovers(&teams.handovers)),
        (
            "handovers_resources",
            "from person to person, with the waiting there",
            handovers(&people.handovers),
        ),
        ("together", "pairs of resources by the cases that both worked on", ties(&people.working_together)),
        ("together_teams", "pairs of teams by the cases that both worked on", ties(&teams.working_together)),
        ("subcontracting", "work given away and taken back between resources", ties(&people.subcontracting)),
        ("subcontracting_teams", "work given away and taken back between teams", ties(&teams.subcontracting)),
        ("resources", "workload of each resource", resources(study)),
        (
            "calendar",
            "events, arrivals and the busy time of each resource by hour of the week",
            calendar(study),
        ),
        ("batches", "work done in batches", batches(study)),
        ("rework", "activities done again in the same case", rework(study)),
        ("footprint", "which orders of two activities the log shows", footprint(study)),
        ("deviations", "where the log differs from the model", deviations(study)),
    ];
    all.into_iter().filter(|(_, _, table)| table.n_rows() > 0).collect()
}

/// Feature frames, for other tools: one row for each case, and for each activity instance.
pub fn frames(study: &Study) -> Vec<Named> {
    vec![
        ("cases", "one line for each case: times, size, repeats, variant", case_frame(&study.log)),
        ("rows", "one line for each activity instance: enabled, waiting by cause, work", row_frame(study)),
    ]
}

fn spread(rows: &mut Rows, prefix: &str, s: &Spread) {
    for (name, value) in [("mean", s.mean), ("median", s.median), ("p90", s.p90), ("max", s.max)] {
        rows.number(&format!("{prefix}{name} [h]"), Some(value));
    }
}

fn causes(rows: &mut Rows, c: &Causes) {
    for (name, value) in [
        ("batching", c.batching),
        ("contention", c.contention),
        ("prioritisation", c.prioritisation),
        ("unavailability", c.unavailability),
        ("extraneous", c.extraneous),
    ] {
        rows.number(&format!("{name} [h]"), Some(value));
    }
}

fn activities(study: &Study) -> Table {
    let mut rows = Rows::default();
    let node = |graph: &crate::mining::Dfg, name: &str| {
        graph.activities.iter().find(|n| n.name == name).map(|n| (n.starts, n.ends, n.processing))
    };
    for b in study.bottlenecks() {
        let Some((starts, ends, processing)) = node(study.dfg(), &b.activity) else { continue };
        rows.text("activity", &b.activity);
        rows.integer("rows", b.rows as u64);
        rows.integer("cases that start here", u64::from(starts));
        rows.integer("cases that end here", u64::from(ends));
        rows.number("share of the time", Some(b.share));
        rows.number("work [h]", Some(b.processing));
        spread(&mut rows, "work ", &processing);
        if let Some((_, _, working)) = node(study.working_dfg(), &b.activity) {
            spread(&mut rows, "work in working time ", &working);
        }
        rows.number("waiting [h]", Some(b.waiting));
        rows.number("waiting in working time [h]", Some(b.waiting_working));
        causes(&mut rows, &b.causes);
    }
    rows.table()
}

fn steps(study: &Study) -> Table {
    let mut rows = Rows::default();
    for (edge, working) in study.dfg().edges.iter().zip(&study.working_dfg().edges) {
        rows.text("from", &edge.from);
        rows.text("to", &edge.to);
        rows.integer("count", u64::from(edge.count));
        rows.number("total [h]", Some(edge.waiting.total));
        spread(&mut rows, "", &edge.waiting);
        spread(&mut rows, "working time ", &working.waiting);
    }
    rows.table()
}

fn variants(study: &Study) -> Table {
    let mut rows = Rows::default();
    for (k, variant) in study.variants().iter().enumerate() {
        rows.integer("variant", k as u64 + 1);
        rows.integer("cases", variant.cases as u64);
        rows.number("share", Some(variant.share));
        rows.number("cumulative share", Some(variant.cumulative));
        spread(&mut rows, "cycle time ", &variant.cycle);
        rows.text("activities", &variant.activities.join(" → "));
    }
    rows.table()
}

fn handovers(list: &[Handover]) -> Table {
    let mut rows = Rows::default();
    for handover in list {
        rows.text("from", &handover.from);
        rows.text("to", &handover.to);
        rows.integer("count", handover.count as u64);
        rows.integer("cases", handover.cases as u64);
        rows.number("total [h]", Some(handover.waiting.total));
        spread(&mut rows, "", &handover.waiting);
    }
    rows.table()
}

fn ties(list: &[Tie]) -> Table {
    let mut rows = Rows::default();
    for tie in list {
        rows.text("a", &tie.a);
        rows.text("b", &tie.b);
        rows.integer("count", tie.count as u64);
    }
    rows.table()
}

fn resources(study: &Study) -> Table {
    let mut rows = Rows::default();
    for w in study.workload() {
        rows.text("resource", &w.resource);
        rows.integer("rows", w.rows as u64);
        rows.integer("cases", w.cases as u64);
        rows.integer("activities", w.activities as u64);
        rows.instant("first", w.first);
        rows.instant("last", w.last);
        rows.number("busy [h]", Some(w.busy));
        rows.number("tasks at once", Some(w.at_once));
        spread(&mut rows, "work ", &w.processing);
    }
    rows.table()
}

fn calendar(study: &Study) -> Table {
    let mut rows = Rows::default();
    let mut add = |what: &str, who: &str, unit: &str, week: &Week<f64>| {
        for (hour, value) in week.0.iter().enumerate() {
            rows.text("what", what);
            rows.text("resource", who);
            rows.integer("hour of week", hour as u64);
            rows.number("value", Some(*value));
            rows.text("unit", unit);
        }
    };
    let numbers = |week: &Week<u32>| Week(week.0.map(f64::from));
    add("starts and ends", "", "", &numbers(&picture::events_by_hour(&study.log)));
    add("arrivals", "", "", &numbers(&study.summary().arrivals.by_hour_of_week));
    for w in study.workload() {
        add("busy", &w.resource, "h", &w.by_hour_of_week);
    }
    rows.table()
}

fn batches(study: &Study) -> Table {
    let mut rows = Rows::default();
    for b in study.batching() {
        rows.text("activity", &b.activity);
        rows.text("shape", &format!("{:?}", b.shape).to_lowercase());
        rows.integer("batches", b.batches as u64);
        rows.integer("rows", b.rows as u64);
        rows.number("share of its rows", Some(b.share));
        rows.number("mean size", Some(b.mean_size));
        rows.integer("largest", b.largest as u64);
    }
    rows.table()
}

fn rework(study: &Study) -> Table {
    let mut rows = Rows::default();
    for r in &study.summary().rework {
        rows.text("activity", &r.activity);
        rows.integer("cases", r.cases as u64);
        rows.integer("repeating cases", r.repeating as u64);
        rows.integer("repeats", r.repeats as u64);
        rows.integer("immediate repeats", r.immediate as u64);
        rows.number("work of repeats [h]", Some(r.processing));
    }
    rows.table()
}

fn footprint(study: &Study) -> Table {
    let mut rows = Rows::default();
    let footprint = study.footprint();
    for (a, relations) in footprint.activities.iter().zip(footprint.matrix().unwrap_or_default()) {
        rows.text("activity", a);
        for (b, relation) in footprint.activities.iter().zip(relations) {
            rows.text(b, relation.sign());
        }
    }
    rows.table()
}

fn deviations(study: &Study) -> Table {
    let mut rows = Rows::default();
    for d in study.model().conformance.iter().flat_map(|c| &c.deviations) {
        rows.text("activity", &d.activity);
        rows.integer("not in the model", d.log_only as u64);
        rows.integer("not in the log", d.model_only as u64);
        rows.integer("agree", d.both as u64);
    }
    rows.table()
}

fn case_frame(log: &EventLog) -> Table {
    let mut rows = Rows::default();
    for case in cases(log) {
        rows.text("case", &case.name);
        rows.instant("first", case.first);
        rows.instant("last", case.last);
        rows.number("cycle time [h]", Some(case.cycle));
        rows.number("work [h]", Some(case.processing));
        rows.number("waiting [h]", Some(case.cycle - case.processing));
        rows.integer("rows", case.rows as u64);
        rows.integer("repeats", case.repeats as u64);
        rows.integer("resources", case.resources as u64);
        rows.integer("variant", case.variant as u64 + 1);
    }
    rows.table()
}

fn row_frame(study: &Study) -> Table {
    let mut rows = Rows::default();
    let (log, clock) = (&study.log, study.clock());
    let hours = |micros: i64| micros as f64 / 3_600e6;
    for (row, (&enabled, c)) in study.enabled().iter().zip(study.causes()).enumerate() {
        let (start, end) = (log.start[row], log.end[row]);
        rows.text("case", log.cases.name(log.case[row]));
        rows.text("activity", log.activities.name(log.activity[row]));
        rows.text("resource", log.resources.name(log.resource[row]));
        rows.text("team", log.teams.name(log.team[row]));
        rows.instant("enabled", enabled);
        rows.instant("start", start);
        rows.instant("end", end);
        let between = |a: i64, b: i64| (a != UNKNOWN && b != UNKNOWN).then(|| (b - a).max(0));
        rows.number("waiting [h]", between(enabled, start).map(hours));
        rows.number("waiting in working time [h]", between(clock.at(enabled), clock.at(start)).map(hours));
        causes(&mut rows, c);
        rows.number("work [h]", between(start, end).map(hours));
        rows.number("work in working time [h]", between(clock.at(start), clock.at(end)).map(hours));
    }
    rows.table()
}
