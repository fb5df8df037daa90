//! When cases come, and how long a run has to be.

use super::staff::hours;
use crate::dist::{self, Dist};
use crate::interchange::diagram::{Diagram, NodeKind};
use crate::interchange::names::Namer;
use crate::interchange::prosimos::Parameters;
use crate::interchange::report::{Kind, Report};
use crate::text::weekly::{Interval, WEEK};
use crate::text::{Table, Value, quantity};
use crate::units::Dim;

pub struct Arrivals {
    /// Sections of the scenario.
    pub run: Table,
    pub compare: Table,
    pub arrival: Table,
    pub calendar: Option<(String, Vec<Interval>)>,
    /// A process that makes cases, where gaps and opening hours cannot be said otherwise.
    pub processes: Vec<(String, Table)>,
}

/// Cases that a window should hold.
const WANTED: f64 = 1_000.0;
/// From this share of the shortest opening on, moving a gap to the next opening is another thing than letting its clock
/// stand still while it is closed.
const SHORT: f64 = 0.05;

pub fn read(
    p: &Parameters,
    diagram: &Diagram,
    process: &str,
    namer: &mut Namer,
    report: &mut Report,
) -> Arrivals {
    let mut arrivals = Arrivals {
        run: Table::default(),
        compare: Table::default(),
        arrival: Table::default(),
        calendar: None,
        processes: Vec::new(),
    };
    let open = match &p.arrival_calendar {
        Some(periods) => hours(periods),
        None if p.arrival.is_some() => {
            let what = "it is missing; cases come while somebody is there for the first tasks";
            report.add(Kind::Read, "arrival_time_calendar", what);
            hours_of_first_tasks(p, diagram)
        }
        None => Vec::new(),
    };
    let limited = !open.is_empty() && open != [Interval { start: 0, end: WEEK }];
    if p.arrival_calendar.as_ref().is_some_and(|list| list.is_empty()) {
        report.add(Kind::Differs, "arrival_time_calendar", "it is empty; cases come at any time");
    }
    let name = namer.name("arrivals", "arrivals");
    let new = Table::default().with("process", process);
    let shortest = open.iter().map(|i| f64::from(i.end - i.start)).fold(f64::INFINITY, f64::min);
    let in_week: f64 = open.iter().map(|i| f64::from(i.end - i.start)).sum();
    let mut at_once = false;
    // Cases in a week.
    let rate = match &p.arrival {
        None => {
            report.add(Kind::ToDo, "", "how often cases come");
            arrivals.arrival.push(name, new);
            WANTED / 10.0
        }
        Some(gap) if gap.mean() <= 0.0 => {
            let what = "the time between arrivals is zero: a hundred cases come together when the calendar first opens \
                        (Prosimos is told their number when it starts)";
            report.add(Kind::Differs, "arrival_time_distribution", what);
            let first = open.first().map_or(0, |i| i.start);
            let times: Value = [quantity::print(first.into(), Dim::TIME)].into_iter().collect();
            arrivals
                .arrival
                .push(name, new.with("trace", Table::braces().with("times", times)).with("size", 100_u32));
            at_once = true;
            WANTED
        }
        Some(gap) if !limited => {
            arrivals.arrival.push(name, new.with("every", dist::print(gap, Dim::TIME)));
            f64::from(WEEK) / gap.mean()
        }
        Some(gap) if gap.mean() <= SHORT * shortest => {
            let what = "gaps between arrivals are open hours of the arrival calendar (Prosimos lets a gap run on while it is \
                        closed and moves the case to the next opening)";
            report.add(Kind::Differs, "arrival_time_distribution", what);
            let every = new.with("every", dist::print(gap, Dim::TIME)).with("during", "arrival_hours");
            arrivals.arrival.push(name, every);
            arrivals.calendar = Some(("arrival_hours".to_owned(), open));
            in_week / gap.mean()
        }
        Some(gap) => {
            let what = "gaps between arrivals are as long as opening hours: a process of its own lets each gap run, moves the \
                        case to the next opening and counts the next gap from there, as Prosimos does";
            report.add(Kind::Read, "arrival_time_distribution", what);
            let source = namer.name("source_of_cases", "source");
            arrivals.processes.push((source.clone(), source_process(process, gap)));
            let times: Value = ["0 s"].into_iter().collect();
            let once =
                Table::default().with("process", source).with("trace", Table::braces().with("times", times));
            arrivals.arrival.push(name, once);
            arrivals.calendar = Some(("arrival_hours".to_owned(), open));
            f64::from(WEEK) / gap.mean()
        }
    };
    let weeks = (WANTED / rate).ceil().clamp(4.0, 52.0) as u32;
    let (warm_up, drain) = ((weeks / 4).max(1), weeks.max(8));
    let text = |n: u32| if n == 1 { "1 week".to_owned() } else { format!("{n} weeks") };
    let start = Value::Datetime("2026-01-05".to_owned());
    arrivals.run = Table::default()
        .with("start", start)
        .with("warm_up", if at_once { "0 s".to_owned() } else { text(warm_up) })
        .with("window", text(weeks))
        .with("drain", text(drain))
        .with("bin", "1 week");
    let kind = if at_once { "terminating" } else { "steady" };
    let logged: Value = [0_u32].into_iter().collect();
    arrivals.compare = Table::default()
        .with("kind", kind)
        .with("primary", "cycle_time")
        .with("replications", 30_u32)
        .with("seed", 1_u32)
        .with("log", logged);
    arrivals
}

/// When anybody is there who can do one of the tasks that a case comes to first; empty for always.
fn hours_of_first_tasks(p: &Parameters, diagram: &Diagram) -> Vec<Interval> {
    let outgoing = diagram.outgoing();
    let mut seen = vec![false; diagram.nodes.len()];
    let is_start = |i: &usize| diagram.nodes[*i].kind == NodeKind::Start;
    let mut open: Vec<usize> = (0..diagram.nodes.len()).filter(is_start).collect();
    let mut periods = Vec::new();
    while let Some(node) = open.pop() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        if diagram.nodes[node].kind != NodeKind::Task {
            open.extend(outgoing[node].iter().map(|f| diagram.flows[*f].to));
            continue;
        }
        let who = p.tasks.iter().filter(|(id, _)| *id == diagram.nodes[node].id).flat_map(|(_, who)| who);
        for (id, _) in who {
            let resource = p.pools.iter().flat_map(|pool| &pool.resources).find(|r| r.id == *id);
            let calendar = resource.and_then(|r| r.calendar.as_ref());
            match p.calendars.iter().find(|c| Some(&c.id) == calendar) {
                Some(calendar) => periods.extend(calendar.periods.iter().copied()),
                None => return Vec::new(),
            }
        }
    }
    hours(&periods)
}

/// Cases one after the other: the next opening, a case, a gap.
fn source_process(process: &str, gap: &Dist) -> Table {
    let step = |kind: &str, what: Value, next: Option<&str>| {
        Table::default().with(kind, what).with_some("next", next)
    };
    let braces = Table::braces;
    let more: Value = [
        // A process needs an end, even one that is never reached.
        braces().with("when", "passes >= 1000000000").with("to", "done"),
        braces().with("otherwise", true).with("to", "open"),
    ]
    .into_iter()
    .collect();
    let steps = Table::default()
        .with("open", step("delay", braces().with("until", "arrival_hours").into(), Some("begin")))
        .with("begin", step("start", braces().with("process", process).into(), Some("gap")))
        .with("gap", step("delay", braces().with("time", dist::print(gap, Dim::TIME)).into(), Some("more")))
        .with("more", step("choose", more, None))
        .with("done", step("end", braces().into(), None));
    Table::default().with("first", "open").with("step", steps)
}
