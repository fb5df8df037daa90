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

pub fn scenario(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (tree, mut found) = turnaround::scenario::parse("fuzz", text);
    found.extend(turnaround::scenario::lower_arms(&tree, &|_| Err("no file".to_owned())).1);
    turnaround::diag::render(&found, &tree.sources, false);
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
