//! What is fuzzed: every reader of a file that somebody else wrote. Each function may do anything but panic, hang, or fill the
//! memory.

use turnaround::assess::{Ledger, ledger as ledgers, portfolio as portfolios};
use turnaround::eventlog::format::{self, ReadOptions};
use turnaround::interchange::{self, Report, bpmn, prosimos};
use turnaround::mining::Tree;
use turnaround::text;

pub type Target = fn(&[u8]);

/// Name and function; the corpus of a target is in `corpus/NAME`.
pub const ALL: &[(&str, Target)] = &[
    ("csv", csv),
    ("xes", xes),
    ("ocel_json", ocel_json),
    ("ocel_xml", ocel_xml),
    ("bpmn", bpmn_alone),
    ("prosimos", with_parameters),
    ("scenario", scenario),
    ("tree", tree),
    ("portfolio", portfolio),
    ("ledger", ledger),
    ("units", units),
    ("expression", expression),
    ("setting", setting),
    ("data_file", data_file),
];

fn log(name: &str, mut data: &[u8]) {
    let Some(format) = format::by_name(name) else { return };
    let (log, report) = (format.read)(&mut data, &ReadOptions::default());
    assert!(log.case.iter().all(|&c| (c as usize) < log.cases.len()));
    assert!(report.n_left_out <= report.n_events);
    // What was read can be written and read again.
    let mut bytes = Vec::new();
    if (format.write)(&log, &mut bytes).is_ok() {
        let (again, _) = (format.read)(&mut &bytes[..], &ReadOptions::default());
        assert!(again.len() <= 2 * log.len());
    }
}

pub fn csv(data: &[u8]) {
    log("csv", data);
}

pub fn xes(data: &[u8]) {
    log("xes", data);
}

pub fn ocel_json(data: &[u8]) {
    log("ocel-json", data);
}

pub fn ocel_xml(data: &[u8]) {
    log("ocel-xml", data);
}

fn lowered(imported: &interchange::Imported) {
    let text = text::print(&imported.scenario);
    let (tree, found) = turnaround::scenario::parse("fuzz", &text);
    assert!(found.is_empty(), "{text}");
    turnaround::scenario::lower_arms(&tree, &|_| Err("no file".to_owned()));
}

/// A diagram, with what QBP wrote into it.
pub fn bpmn_alone(mut data: &[u8]) {
    let mut report = Report::default();
    let document = bpmn::read(&mut data, &mut report);
    let parameters = document.simulation.as_ref().map(|info| prosimos::read_qbp(info, &mut report));
    let imported = interchange::import(&document.diagrams, parameters.as_ref(), "fuzz", report);
    if !imported.report.has_errors() {
        lowered(&imported);
    }
}

/// Parameters of the example diagram.
pub fn with_parameters(mut data: &[u8]) {
    const DIAGRAM: &str = include_str!("../docs/examples/claims.bpmn");
    let mut report = Report::default();
    let document = bpmn::read(&mut DIAGRAM.as_bytes(), &mut report);
    let parameters = prosimos::read(&mut data, &mut report);
    let imported = interchange::import(&document.diagrams, Some(&parameters), "fuzz", report);
    if !imported.report.has_errors() {
        lowered(&imported);
    }
}

/// A scenario: every model that it becomes can be compiled, printed, and read again.
pub fn scenario(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (tree, mut found) = turnaround::scenario::parse("fuzz", text);
    let (models, more) = turnaround::scenario::lower_arms(&tree, &|_| Err("no file".to_owned()));
    found.extend(more);
    found.extend(turnaround::scenario::lower_ramp(&tree, &|_| Err("no file".to_owned())).1);
    let refused = found.iter().any(turnaround::diag::Diagnostic::is_error);
    turnaround::diag::render(&found, &tree.sources, false);
    if refused {
        return;
    }
    models.iter().for_each(|(_, model)| drop(turnaround::plan::Plan::compile(model)));
    let (again, found) = turnaround::scenario::parse("fuzz", &text::print(&tree.root));
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(
        turnaround::scenario::lower_arms(&again, &|_| Err("no file".to_owned())).0.len(),
        models.len()
    );
}

/// A change of one key, as `-S` takes it, to a scenario that uses everything.
pub fn setting(data: &[u8]) {
    let Ok(argument) = std::str::from_utf8(data) else { return };
    let (mut tree, _) = turnaround::scenario::parse("everything", EVERYTHING);
    let Ok(change) = text::Change::from_argument(argument, &mut tree.sources) else { return };
    let (changed, mut found) = turnaround::scenario::apply(&tree, &[change]);
    found.extend(turnaround::scenario::lower_arms(&changed, &|_| Err("no file".to_owned())).1);
    turnaround::diag::render(&found, &changed.sources, false);
}

/// The file of observed values that a scenario names: as they are, drawn again, with a law that fits, and as times of arrival.
pub fn data_file(data: &[u8]) {
    for arrivals in [
        r#"every = { empirical = { file = "data", column = "minutes", unit = "min" } }"#,
        r#"every = { empirical = { file = "data", column = "minutes", unit = "min", resample = 1 } }"#,
        r#"every = { empirical = { file = "data", column = "minutes", unit = "min", fitted = true } }"#,
        r#"trace = { file = "data", column = "minutes", unit = "min" }"#,
        r#"trace = { file = "data", column = "received" }"#,
    ] {
        let (tree, found) = turnaround::scenario::parse("desk", &format!("{DESK}{arrivals}\n"));
        assert!(found.is_empty(), "{found:?}");
        let (models, found) = turnaround::scenario::lower_arms(&tree, &|_| Ok(data.to_vec()));
        turnaround::diag::render(&found, &tree.sources, false);
        models.iter().for_each(|(_, model)| drop(turnaround::plan::Plan::compile(model)));
    }
}

/// All but how cases arrive.
const DESK: &str = r#"
title = "Desk"

[run]
window = "4 weeks"

[team.clerks]
members = 1

[process.visit.step]
serve = { task = { team = "clerks", time = "1 min" }, next = "leave" }
leave = { end = {} }

[metric.wait]
unit = "min"
mean = "visit.waiting"

[arrival.visitors]
process = "visit"
"#;

const EVERYTHING: &str = include_str!("../tests/data/everything.toml");

/// Amounts, times of the day and the week.
pub fn units(data: &[u8]) {
    let Ok(written) = std::str::from_utf8(data) else { return };
    if let Ok(read) = text::quantity::parse(written) {
        let again = text::quantity::parse(&text::quantity::print(read.value, read.dim));
        let close = again.is_ok_and(|again| {
            again.dim == read.dim && (again.value - read.value).abs() <= 1e-9 * read.value.abs()
        });
        // What overflows or vanishes in other units cannot come back.
        assert!(close || !(1e-200..1e200).contains(&read.value.abs()), "{written}: {read:?}");
    }
    let _ = text::quantity::scan_prefix(written);
    let _ = text::weekly::clock(written);
    let _ = text::weekly::parse_day(written);
    if let Ok(read) = text::weekly::parse(written) {
        text::weekly::print(&text::weekly::union(read));
    }
}

/// An expression over a few names: what it is checked to be can be evaluated, and its text means the same.
pub fn expression(data: &[u8]) {
    use turnaround::expr::{Expr, Scope, Type};
    use turnaround::units::Dim;
    let Ok(written) = std::str::from_utf8(data) else { return };
    let mut scope = Scope::default();
    scope.add("x", 0, Type::Number(Dim::NUMBER));
    scope.add("t.mean", 1, Type::Number(Dim::TIME));
    scope.add("late", 2, Type::Truth);
    let kind = scope.add_scale(["low", "high"]);
    scope.add("case.kind", 3, kind);
    let read = |written: &str| {
        let sink = turnaround::diag::Sink::default();
        Expr::read(&text::Text::new(written, turnaround::diag::Span::default()), &scope, None, &sink)
    };
    if let Some(expr) = read(written) {
        let load = |i: u32| [0.5, 60.0, 1.0, 1.0][i as usize];
        let again = read(expr.text()).expect("a printed expression reads");
        assert_eq!(expr.eval(load).to_bits(), again.eval(load).to_bits(), "{written} is {}", expr.text());
    }
}

pub fn tree(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut names = turnaround::eventlog::Names::default();
    if let Ok(tree) = Tree::parse(text, &mut names) {
        let again = Tree::parse(&tree.print(&names), &mut names);
        assert_eq!(again.as_ref(), Ok(&tree));
    }
}

/// A portfolio, with its wrong places.
pub fn portfolio(data: &[u8]) {
    let Ok(source) = std::str::from_utf8(data) else { return };
    let (tree, found) = text::Tree::parse("fuzz", source);
    let (portfolio, more) = portfolios::read(&tree);
    turnaround::diag::render(&[found, more].concat(), &tree.sources, false);
    assert!(portfolio.is_none_or(|p| p.ledgers.len() < source.len().max(1)));
}

/// A ledger, long and wide.
pub fn ledger(data: &[u8]) {
    use ledgers::{Columns, Layout};
    let long = Columns {
        group: Some("Group".to_owned()),
        in_group: None,
        operation: Some("Operation".to_owned()),
        in_operation: None,
        year: Some("Year".to_owned()),
        in_year: None,
        layout: Layout::Long { cost: "Cost".to_owned() },
        only: Vec::new(),
        unit: 1.0,
    };
    let years = Layout::Years(vec!["FY2023".to_owned(), "FY2024".to_owned()]);
    let wide = Columns { year: None, layout: years, ..long.clone() };
    for columns in [long, wide] {
        let mut ledger = Ledger::default();
        let result = ledgers::read(data, &columns, &mut ledger);
        assert!(ledger.entries.iter().all(|e| e.cost.is_finite()));
        if let Err(troubles) = result {
            assert!(!troubles.is_empty());
        }
        for year in ledger.years() {
            turnaround::assess::rank(&ledger, year);
        }
    }
}
