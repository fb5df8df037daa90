//! A diagram and what a simulator knows about it, as the tree of a scenario.

mod arrivals;
mod attributes;
mod batch;
mod content;
mod metrics;
mod python;
mod rules;
mod staff;

use super::control;
use super::diagram::{Diagram, NodeKind};
use super::names::Namer;
use super::prosimos::Parameters;
use super::report::{Kind, Report};
use crate::text::Table;
use content::Filling;

/// What came of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// Printed, it is the text of a scenario.
    pub scenario: Table,
    pub report: Report,
}

/// Most nodes that a file may have; most resources, calendars and laws of tasks.
const MOST_NODES: usize = 5_000;
const MOST_PARTS: usize = 50_000;

/// Makes a scenario of diagrams. Without parameters it is a skeleton: whoever, however long and how often are left out,
/// and the report says where. `title` is what the scenario is called.
pub fn import(
    diagrams: &[Diagram],
    parameters: Option<&Parameters>,
    title: &str,
    mut report: Report,
) -> Imported {
    let nodes: usize = diagrams.iter().map(|d| d.count(&|_| true)).sum();
    if nodes > MOST_NODES {
        report.add(
            Kind::Error,
            "",
            format!("the file has {nodes} nodes; no more than {MOST_NODES} are read"),
        );
    }
    let none = Parameters::default();
    let p = parameters.unwrap_or(&none);
    let resources: usize = p.pools.iter().map(|pool| pool.resources.len()).sum();
    let tasks: usize = p.tasks.iter().map(|(_, who)| who.len()).sum();
    if resources.max(tasks).max(p.calendars.len()) > MOST_PARTS {
        let what = format!(
            "it has {resources} resources, and {tasks} laws of tasks; no more than {MOST_PARTS} are read"
        );
        report.add(Kind::Error, "the parameters", what);
    }
    if report.has_errors() || diagrams.is_empty() {
        return Imported { scenario: Table::default(), report };
    }
    say_what_was_read(diagrams, parameters, &mut report);
    let staff = staff::Staff::new(p, &mut report);
    let attributes = attributes::Attributes::new(p, &mut report);
    let mut filling = Filling::new(p, staff, attributes);
    let mut namer =
        Namer::reserving(&["team", "part", "parts", "channel", "fleet", "records", "asks", "elapsed"]);
    let mut processes = Vec::new();
    let mut tops = Vec::new();
    for diagram in diagrams {
        tops.extend(control::process(diagram, &mut filling, &mut namer, &mut processes, &mut report));
    }
    let Some(main) = tops.first().cloned() else {
        return Imported { scenario: Table::default(), report };
    };
    filling.say_unused(&mut report);
    let arrivals = arrivals::read(p, &diagrams[0], &main, &mut namer, &mut report);
    let mut section = Table::default();
    // The outermost first; what it calls stands behind it in the text as well.
    processes.reverse();
    for (name, mut table) in processes {
        if tops.contains(&name) && !filling.attributes.draws.entries.is_empty() {
            let steps = table.entries.pop();
            table.push("attributes", filling.attributes.draws.clone());
            table.entries.extend(steps);
        }
        section.push(name, table);
    }
    for (name, table) in arrivals.processes {
        section.push(name, table);
    }
    for top in tops.iter().skip(1) {
        report.add(Kind::ToDo, format!("`{top}`"), "when its cases come");
    }
    let calendars = filling.staff.calendars(arrivals.calendar);
    let mut root =
        Table::default().with("title", title).with("run", arrivals.run).with("compare", arrivals.compare);
    let sections = [
        ("calendar", calendars),
        ("team", filling.staff.teams()),
        ("attribute", filling.attributes.table.clone()),
        ("process", section),
        ("arrival", arrivals.arrival),
        ("metric", metrics::of(&main, &filling.staff)),
    ];
    for (key, table) in sections {
        if !table.entries.is_empty() {
            root.push(key, table);
        }
    }
    Imported { scenario: root, report }
}

fn say_what_was_read(diagrams: &[Diagram], parameters: Option<&Parameters>, report: &mut Report) {
    let n = |is: &dyn Fn(&NodeKind) -> bool| diagrams.iter().map(|d| d.count(is)).sum::<usize>();
    let flows: usize = diagrams.iter().map(|d| d.flows.len()).sum();
    let what = format!(
        "{} activities, {} gateways, {} events, {} sub-processes, {flows} flows",
        n(&|k| *k == NodeKind::Task),
        n(&|k| matches!(k, NodeKind::Gateway(_))),
        n(&|k| matches!(k, NodeKind::Catch { .. } | NodeKind::Boundary { .. } | NodeKind::Throw)),
        n(&|k| matches!(k, NodeKind::Sub(_))),
    );
    report.add(Kind::Read, "the diagram", what);
    let Some(p) = parameters else { return };
    let resources: usize = p.pools.iter().map(|pool| pool.resources.len()).sum();
    let what = format!(
        "{} pools with {resources} resources, {} calendars, durations of {} tasks and {} events, {} gateways, {} batches, \
         {} case attributes, {} branch rules, {} priorities",
        p.pools.len(),
        p.calendars.len(),
        p.tasks.len(),
        p.events.len(),
        p.gateways.len(),
        p.batches.len(),
        p.case_attributes.len(),
        p.branch_rules.len(),
        p.priorities.len()
    );
    report.add(Kind::Read, "the parameters", what);
    let always = [
        "a worker who is off shift is never given work while somebody else is on shift, and goes on at the next shift \
         with what is not done (Prosimos books whoever is free first by its own clock)",
        "queues are first come, first served among equal priorities, and nobody waits for a case that has not come yet",
        "of events that race each other the first wins and keeps the delay that won (Prosimos draws it again)",
        "a value outside the bounds of its law is drawn again (Prosimos takes the mean after a hundred tries)",
    ];
    always.into_iter().for_each(|what| report.add(Kind::Differs, "", what));
}
