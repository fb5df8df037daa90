//! A BPMN file as diagrams: the executable processes, without their pictures.

use super::element::{self, Element, quoted};
use crate::interchange::diagram::{Diagram, Flow, Gateway, Node, NodeKind};
use crate::interchange::report::{Kind, Report};
use std::collections::BTreeMap;
use std::io::Read;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    pub diagrams: Vec<Diagram>,
    /// What QBP and BIMP write into a diagram: `processSimulationInfo`.
    pub simulation: Option<Element>,
}

const TASKS: [&str; 9] = [
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "scriptTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
    "callActivity",
];

/// Elements that say nothing about what happens.
const QUIET: [&str; 16] = [
    "sequenceFlow",
    "laneSet",
    "extensionElements",
    "documentation",
    "incoming",
    "outgoing",
    "textAnnotation",
    "association",
    "group",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "ioSpecification",
    "property",
    "auditing",
    "monitoring",
];

/// Reads what can be read; whatever is wrong or is not understood is in the report.
pub fn read(source: &mut dyn Read, report: &mut Report) -> Document {
    let Some(root) = element::read(source, report) else { return Document::default() };
    if root.name != "definitions" {
        let what =
            format!("the file is no BPMN: its first element is {}, not `definitions`", quoted(&root.name));
        report.add(Kind::Error, root.place(), what);
        return Document::default();
    }
    let mut simulation = Vec::new();
    root.find("processSimulationInfo", &mut simulation);
    let mut ids = BTreeMap::new();
    let mut diagrams: Vec<_> = root.all("process").map(|p| diagram(p, &mut ids, report)).collect();
    diagrams.retain(|d| !d.nodes.is_empty());
    // A process without a name is called as its pool.
    for pool in root.all("collaboration").flat_map(|c| c.all("participant")) {
        let of_pool =
            diagrams.iter_mut().find(|d| d.name.is_empty() && pool.get("processRef") == Some(&d.id));
        if let (Some(diagram), Some(name)) = (of_pool, pool.get("name")) {
            name.trim().clone_into(&mut diagram.name);
        }
    }
    if diagrams.is_empty() {
        report.add(Kind::Error, "", "the file has no process with a node");
    }
    if root.find_any("messageFlow") {
        report.add(Kind::Lost, "", "message flows between pools: each pool is a process of its own here");
    }
    Document { diagrams, simulation: simulation.first().map(|e| (*e).clone()) }
}

impl Element {
    fn find_any(&self, name: &str) -> bool {
        self.name == name || self.children.iter().any(|c| c.find_any(name))
    }
}

/// `ids`: those of the whole file, with the line where each was first.
fn diagram(process: &Element, ids: &mut BTreeMap<String, u64>, report: &mut Report) -> Diagram {
    let text = |e: &Element, key: &str| e.get(key).unwrap_or_default().trim().to_owned();
    let mut diagram = Diagram { id: text(process, "id"), name: text(process, "name"), ..Diagram::default() };
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for e in &process.children {
        let Some(kind) = kind(e, ids, report) else { continue };
        let id = text(e, "id");
        if id.is_empty() {
            report.add(Kind::Error, e.place(), format!("a {} has no id; it was left out", e.name));
            continue;
        }
        if let Some(first) = ids.insert(id.clone(), e.line) {
            let what =
                format!("the id {} is already that of line {first}; the element was left out", quoted(&id));
            report.add(Kind::Error, e.place(), what);
            continue;
        }
        numbers.insert(id.clone(), diagram.nodes.len());
        let default = e.get("default").map(str::to_owned);
        diagram.nodes.push(Node { default, ..Node::new(id, text(e, "name"), kind) });
    }
    for lane in process.all("laneSet").flat_map(|set| set.all("lane")) {
        let mut refs = Vec::new();
        lane.find("flowNodeRef", &mut refs);
        for node in refs.iter().filter_map(|r| numbers.get(r.text.trim())) {
            diagram.nodes[*node].lane = Some(text(lane, "name")).filter(|name| !name.is_empty());
        }
    }
    for e in process.all("sequenceFlow") {
        let end = |key: &str| e.get(key).and_then(|id| numbers.get(id.trim())).copied();
        let (Some(from), Some(to)) = (end("sourceRef"), end("targetRef")) else {
            let what = format!("the flow {} begins or ends nowhere; it was left out", quoted(&text(e, "id")));
            report.add(Kind::Error, e.place(), what);
            continue;
        };
        let condition = e.child("conditionExpression").map(|c| c.text.clone()).filter(|c| !c.is_empty());
        diagram.flows.push(Flow { id: text(e, "id"), name: text(e, "name"), from, to, condition });
    }
    diagram
}

fn kind(e: &Element, ids: &mut BTreeMap<String, u64>, report: &mut Report) -> Option<NodeKind> {
    let gateway = |gateway| Some(NodeKind::Gateway(gateway));
    let repeated = |what: &str| e.child(what).is_some();
    if repeated("multiInstanceLoopCharacteristics") || repeated("standardLoopCharacteristics") {
        report.add(
            Kind::Lost,
            e.place(),
            "an activity that is repeated or done for many: it is done once here",
        );
    }
    match e.name.as_str() {
        name if TASKS.contains(&name) => {
            if name == "callActivity" {
                report.add(Kind::Differs, e.place(), "a call activity is one task here");
            }
            Some(NodeKind::Task)
        }
        "startEvent" => Some(NodeKind::Start),
        "endEvent" => Some(NodeKind::End { terminate: repeated("terminateEventDefinition") }),
        "exclusiveGateway" => gateway(Gateway::Exclusive),
        "parallelGateway" => gateway(Gateway::Parallel),
        "inclusiveGateway" => gateway(Gateway::Inclusive),
        "eventBasedGateway" => gateway(Gateway::Event),
        "complexGateway" => {
            report.add(Kind::Differs, e.place(), "a complex gateway is read as an inclusive one");
            gateway(Gateway::Inclusive)
        }
        "intermediateCatchEvent" => Some(NodeKind::Catch { wait: wait(e, report) }),
        "intermediateThrowEvent" => Some(NodeKind::Throw),
        "boundaryEvent" => Some(NodeKind::Boundary {
            of: e.get("attachedToRef").unwrap_or_default().trim().to_owned(),
            interrupts: e.get("cancelActivity") != Some("false"),
            wait: wait(e, report),
        }),
        "subProcess" | "transaction" | "adHocSubProcess" => {
            if e.get("triggeredByEvent") == Some("true") {
                report.add(Kind::Lost, e.place(), "a sub-process that an event starts");
                return None;
            }
            if e.name == "adHocSubProcess" {
                report.add(
                    Kind::Differs,
                    e.place(),
                    "an ad-hoc sub-process is run from its start to its end",
                );
            }
            Some(NodeKind::Sub(Box::new(diagram(e, ids, report))))
        }
        name if QUIET.contains(&name) => None,
        name => {
            report.add(Kind::Lost, e.place(), format!("an element {} is not known", quoted(name)));
            None
        }
    }
}

/// How long a timer waits [s], where the file says so.
fn wait(e: &Element, report: &mut Report) -> Option<f64> {
    let timer = e.child("timerEventDefinition")?;
    let text = timer.child("timeDuration").map(|d| d.text.trim())?;
    let seconds = text.parse::<jiff::Span>().ok().and_then(|span| {
        let days = jiff::SpanRelativeTo::days_are_24_hours();
        let days_only = span.get_years() == 0 && span.get_months() == 0;
        days_only.then(|| span.total((jiff::Unit::Second, days)).ok()).flatten()
    });
    if seconds.is_none() && !text.is_empty() {
        let what = format!("the wait {} is no duration such as PT15M", quoted(text));
        report.add(Kind::Lost, timer.place(), what);
    }
    seconds.filter(|s| *s >= 0.0)
}
