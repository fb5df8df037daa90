//! A diagram as a BPMN 2.0 file, with where everything stands, so that modelling programs open it.

use crate::eventlog::xml::escaped;
use crate::interchange::diagram::{Diagram, Gateway, NodeKind};

/// Where the nodes and flows of a diagram stand [pixels]; both in the order of the diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Middle of each node.
    pub nodes: Vec<(f64, f64)>,
    pub flows: Vec<Vec<(f64, f64)>>,
}

/// Room around the picture [pixels].
const MARGIN: f64 = 60.0;

/// Width and height of each node of a diagram, as modelling programs draw them [pixels].
pub fn sizes(diagram: &Diagram) -> Vec<(f64, f64)> {
    let size = |kind: &NodeKind| match kind {
        NodeKind::Gateway(_) => (50.0, 50.0),
        NodeKind::Task | NodeKind::Sub(_) => (100.0, 80.0),
        _ => (36.0, 36.0),
    };
    diagram.nodes.iter().map(|n| size(&n.kind)).collect()
}

/// The text of a file. Without a layout it has no picture.
pub fn write(diagram: &Diagram, layout: Option<&Layout>) -> String {
    let mut out = Vec::new();
    let mut text = |s: &str| out.extend_from_slice(s.as_bytes());
    text(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" ",
        "xmlns:bpmndi=\"http://www.omg.org/spec/BPMN/20100524/DI\" ",
        "xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\" xmlns:di=\"http://www.omg.org/spec/DD/20100524/DI\" ",
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" id=\"definitions\" ",
        "targetNamespace=\"http://bpmn.io/schema/bpmn\" exporter=\"Turnaround\">\n",
    ));
    text(&format!(
        "  <bpmn:process id=\"{}\"{} isExecutable=\"false\">\n",
        escaped(&diagram.id),
        attribute("name", &diagram.name)
    ));
    let outgoing = diagram.outgoing();
    for (i, node) in diagram.nodes.iter().enumerate() {
        let incoming = diagram.flows.iter().filter(|f| f.to == i);
        let mut inside: String =
            incoming.map(|f| format!("      <bpmn:incoming>{}</bpmn:incoming>\n", escaped(&f.id))).collect();
        for f in &outgoing[i] {
            inside += &format!("      <bpmn:outgoing>{}</bpmn:outgoing>\n", escaped(&diagram.flows[*f].id));
        }
        let (tag, definition) = tag(&node.kind);
        inside += definition;
        let default = node.default.as_deref().unwrap_or_default();
        text(&format!(
            "    <bpmn:{tag} id=\"{}\"{}{}>\n{inside}    </bpmn:{tag}>\n",
            escaped(&node.id),
            attribute("name", &node.name),
            attribute("default", default),
        ));
    }
    for flow in &diagram.flows {
        let (from, to) = (&diagram.nodes[flow.from].id, &diagram.nodes[flow.to].id);
        let head = format!(
            "    <bpmn:sequenceFlow id=\"{}\"{} sourceRef=\"{}\" targetRef=\"{}\"",
            escaped(&flow.id),
            attribute("name", &flow.name),
            escaped(from),
            escaped(to)
        );
        text(&match &flow.condition {
            Some(condition) => format!(
                "{head}>\n      <bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\">{}</bpmn:conditionExpression>\n    </bpmn:sequenceFlow>\n",
                escaped(condition)
            ),
            None => format!("{head}/>\n"),
        });
    }
    text("  </bpmn:process>\n");
    if let Some(layout) = layout {
        text(&picture(diagram, layout));
    }
    text("</bpmn:definitions>\n");
    String::from_utf8(out).unwrap_or_default()
}

/// The element of a node, and what stands inside it.
fn tag(kind: &NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Start => ("startEvent", ""),
        NodeKind::End { terminate: true } => ("endEvent", "      <bpmn:terminateEventDefinition/>\n"),
        NodeKind::End { terminate: false } => ("endEvent", ""),
        NodeKind::Task => ("task", ""),
        // Collapsed: what is inside is a diagram of its own.
        NodeKind::Sub(_) => ("subProcess", ""),
        NodeKind::Gateway(Gateway::Exclusive) => ("exclusiveGateway", ""),
        NodeKind::Gateway(Gateway::Parallel) => ("parallelGateway", ""),
        NodeKind::Gateway(Gateway::Inclusive) => ("inclusiveGateway", ""),
        NodeKind::Gateway(Gateway::Event) => ("eventBasedGateway", ""),
        NodeKind::Catch { .. } | NodeKind::Boundary { .. } => {
            ("intermediateCatchEvent", "      <bpmn:timerEventDefinition/>\n")
        }
        NodeKind::Throw => ("intermediateThrowEvent", ""),
    }
}

fn picture(diagram: &Diagram, layout: &Layout) -> String {
    let mut out = format!(
        "  <bpmndi:BPMNDiagram id=\"diagram\">\n    <bpmndi:BPMNPlane id=\"plane\" bpmnElement=\"{}\">\n",
        escaped(&diagram.id)
    );
    let bounds = |x: f64, y: f64, w: f64, h: f64| {
        format!(
            "<dc:Bounds x=\"{:.0}\" y=\"{:.0}\" width=\"{w:.0}\" height=\"{h:.0}\"/>",
            x + MARGIN,
            y + MARGIN
        )
    };
    for ((node, (x, y)), (w, h)) in diagram.nodes.iter().zip(&layout.nodes).zip(sizes(diagram)) {
        let id = escaped(&node.id);
        let marked = matches!(node.kind, NodeKind::Gateway(Gateway::Exclusive));
        let marker = match node.kind {
            _ if marked => " isMarkerVisible=\"true\"",
            NodeKind::Sub(_) => " isExpanded=\"false\"",
            _ => "",
        };
        out += &format!("      <bpmndi:BPMNShape id=\"{id}_shape\" bpmnElement=\"{id}\"{marker}>\n");
        out += &format!("        {}\n", bounds(x - w / 2.0, y - h / 2.0, w, h));
        // Names of events and gateways stand below them.
        if w < 60.0 && !node.name.is_empty() {
            let label = bounds(x - 45.0, y + h / 2.0 + 5.0, 90.0, 14.0);
            out += &format!("        <bpmndi:BPMNLabel>{label}</bpmndi:BPMNLabel>\n");
        }
        out += "      </bpmndi:BPMNShape>\n";
    }
    for (flow, path) in diagram.flows.iter().zip(&layout.flows) {
        let id = escaped(&flow.id);
        out += &format!("      <bpmndi:BPMNEdge id=\"{id}_edge\" bpmnElement=\"{id}\">\n");
        let between = [layout.nodes[flow.from], layout.nodes[flow.to]];
        for (x, y) in if path.len() < 2 { &between[..] } else { path.as_slice() } {
            out += &format!("        <di:waypoint x=\"{:.0}\" y=\"{:.0}\"/>\n", x + MARGIN, y + MARGIN);
        }
        out += "      </bpmndi:BPMNEdge>\n";
    }
    out + "    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n"
}

/// ` name="value"`; nothing for an empty value.
fn attribute(name: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!(" {name}=\"{}\"", escaped(value)) }
}
