//! Models of other programs: what comes in means what the file says, with known answers; what goes out is read by others.

#![allow(clippy::disallowed_methods, reason = "these tests read model files")]

mod answers;
#[cfg(feature = "cli")]
mod command;
mod hostile;
mod models;
#[cfg(feature = "charts")]
mod oracles;
#[cfg(feature = "charts")]
mod outgoing;

use serde_json::{Value, json};
use std::path::Path;
use turnaround::experiment::Results;
use turnaround::interchange::{self, Imported, Kind, Report, bpmn, prosimos};
use turnaround::text::{self, Table};

/// A diagram in a few words: nodes as "kind id name", flows as "id: from > to".
pub fn diagram(nodes: &str, flows: &str) -> String {
    let mut out = String::from(
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p' name='p'>",
    );
    for node in nodes.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let mut parts = node.splitn(3, ' ');
        let (kind, id, rest) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap_or(""));
        let (attributes, inside) = rest.split_once('|').unwrap_or((rest, ""));
        out += &format!("<{kind} id='{id}' {}>{inside}</{kind}>", attributes.trim());
    }
    for (i, flow) in flows.split([',', '\n']).map(str::trim).filter(|l| !l.is_empty()).enumerate() {
        let (id, ends) =
            flow.split_once(':').map_or_else(|| (format!("f{i}"), flow), |(id, e)| (id.to_owned(), e));
        let (from, to) = ends.split_once('>').expect("a flow");
        out += &format!("<sequenceFlow id='{id}' sourceRef='{}' targetRef='{}'/>", from.trim(), to.trim());
    }
    out + "</process></definitions>"
}

/// A law as Prosimos writes it.
pub fn law(name: &str, values: &[f64]) -> Value {
    let params: Vec<Value> = values.iter().map(|v| json!({ "value": v })).collect();
    json!({ "distribution_name": name, "distribution_params": params })
}

/// Parameters: tasks of one worker (or so many) who is always there, cases every so often.
pub fn parameters(tasks: &[(&str, Value)], members: u32, arrival: Value) -> Value {
    let each = tasks.iter().map(|(id, law)| {
        let mut one = law.clone();
        one["resource_id"] = json!("worker");
        json!({ "task_id": id, "resources": [one] })
    });
    json!({
        "resource_profiles": [{ "id": "staff", "name": "Staff", "resource_list": [
            { "id": "worker", "name": "Worker", "cost_per_hour": "36", "amount": members, "calendar": "always", "assignedTasks": [] }
        ]}],
        "resource_calendars": [{ "id": "always", "name": "Always", "time_periods": [
            { "from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00:00.000", "endTime": "23:59:59.999" }
        ]}],
        "arrival_time_distribution": arrival,
        "arrival_time_calendar": [{ "from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00:00", "endTime": "23:59:59.999" }],
        "gateway_branching_probabilities": [],
        "task_resource_distribution": each.collect::<Vec<_>>(),
        "event_distribution": {},
    })
}

pub fn import(bpmn: &str, json: Option<&Value>) -> Imported {
    let mut report = Report::default();
    let document = bpmn::read(&mut bpmn.as_bytes(), &mut report);
    let json = json.map(ToString::to_string);
    let parameters = json.map(|text| prosimos::read(&mut text.as_bytes(), &mut report));
    let parameters =
        parameters.or_else(|| document.simulation.as_ref().map(|info| prosimos::read_qbp(info, &mut report)));
    interchange::import(&document.diagrams, parameters.as_ref(), "a model", report)
}

/// Of an import that has to go well.
pub fn scenario(bpmn: &str, json: &Value) -> Imported {
    let imported = import(bpmn, Some(json));
    assert!(!imported.report.has_errors(), "{}", imported.report.lines());
    imported
}

/// Simulates an imported scenario with these changes; further tables go to its sections.
pub fn simulate(
    scenario: &Table,
    settings: &[&str],
) -> (Results, Vec<(turnaround::scenario::Arm, turnaround::model::Model)>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("scenario.toml");
    std::fs::write(&file, text::print(scenario)).expect("written");
    let arms = crate::world::arms(&file, settings);
    (crate::world::simulate(&arms), arms)
}

/// Checks metrics against known answers: exactly where nothing is drawn, else within four standard errors.
pub fn expect(imported: &Imported, settings: &[&str], answers: &[(&str, &str)]) {
    let mut root = imported.scenario.clone();
    let rows: text::Value = answers
        .iter()
        .map(|(metric, value)| Table::default().with("metric", *metric).with("value", *value))
        .collect();
    root.push("theory", rows);
    let (results, arms) = simulate(&root, settings);
    let models: Vec<_> = arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
    let checked = turnaround::report::checked(&results, &models);
    assert_eq!(checked.len(), answers.len());
    for c in checked {
        let apart = (c.estimate - c.known).abs();
        let near = apart <= 1e-6 * c.known.abs().max(1.0);
        assert!(
            near || c.z().abs() < 4.0,
            "{} is {} +- {}, not {}\n{}",
            c.metric,
            c.estimate,
            c.se,
            c.known,
            text::print(&imported.scenario)
        );
    }
}

/// The first line of a kind that has these words.
pub fn says(report: &Report, kind: Kind, words: &str) -> bool {
    report.of(kind).any(|n| n.to_string().contains(words))
}

pub fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples").join(name);
    std::fs::read_to_string(path).expect("an example")
}
