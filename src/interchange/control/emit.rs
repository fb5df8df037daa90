//! Steps from the working graph, in the order in which a case comes to them.

use super::graph::{Graph, NOWHERE, What};
use super::joins;
use crate::interchange::diagram::{Diagram, Flow, Node, NodeKind};
use crate::interchange::names::{Namer, slug};
use crate::interchange::report::{Kind, Report};
use crate::text::{Table, Value};

/// A way out of a gateway.
#[derive(Clone, Copy, Debug)]
pub struct Way<'d> {
    /// Absent for a way that the diagram does not show.
    pub flow: Option<&'d Flow>,
    /// The step that it leads to.
    pub to: &'d str,
}

/// What a model says about the nodes of a diagram: who, how long, how often. Each method writes the steps of one node,
/// the first of them under `name`.
pub trait Content {
    fn task(&mut self, node: &Node, name: &str, next: &str, steps: &mut Steps, report: &mut Report);
    fn event(&mut self, node: &Node, name: &str, next: &str, steps: &mut Steps, report: &mut Report);
    fn choice(&mut self, node: &Node, name: &str, ways: &[Way], steps: &mut Steps, report: &mut Report);
    /// Any number of the ways; they meet at `join`.
    fn inclusive(
        &mut self,
        node: &Node,
        name: &str,
        ways: &[Way],
        join: &str,
        steps: &mut Steps,
        report: &mut Report,
    );
}

/// The steps of a process, being written.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    pub table: Table,
    pub namer: Namer,
}

impl Steps {
    /// `activity` is the value of `kind`, such as "task"; a step without `next` leads on by itself.
    pub fn add(
        &mut self,
        name: &str,
        label: &str,
        kind: &str,
        activity: impl Into<Value>,
        next: Option<&str>,
    ) {
        // A label that the name says already is left out.
        let label = (!label.is_empty() && label != name.replace('_', " ")).then_some(label);
        let step = Table::default().with_some("label", label).with(kind, activity).with_some("next", next);
        self.table.push(name, step);
    }

    /// A name for one more step of a node.
    pub fn name(&mut self, wanted: &str) -> String {
        self.namer.name(wanted, "step")
    }
}

/// Writes a diagram as processes: sub-processes first, each under its own name. Returns the name of the outermost.
pub fn process(
    diagram: &Diagram,
    content: &mut impl Content,
    namer: &mut Namer,
    processes: &mut Vec<(String, Table)>,
    report: &mut Report,
) -> Option<String> {
    let mut graph = Graph::of(diagram, report)?;
    joins::find(&mut graph, diagram, report);
    let order = order(&graph);
    say_unreached(&graph, &order, diagram, report);
    let mut steps = Steps::default();
    let names = names(&graph, &order, diagram, &mut steps.namer);
    // Ids that a program made up say nothing to people.
    let made_up = diagram.id.bytes().filter(u8::is_ascii_digit).count() > 4;
    let title = match diagram.name.is_empty() {
        true if made_up => "process",
        true => &diagram.id,
        false => &diagram.name,
    };
    let name = namer.name(title, "process");
    for &node in &order {
        let to: Vec<&str> = graph.arcs[node].iter().map(|a| names[through(&graph, a.to)].as_str()).collect();
        let next = to.first().copied();
        let step = names[node].as_str();
        let of = |i: usize| &diagram.nodes[i];
        let ways: Vec<Way> = graph.arcs[node]
            .iter()
            .zip(&to)
            .map(|(a, to)| Way { flow: a.flow.map(|f| &diagram.flows[f]), to })
            .collect();
        match graph.nodes[node] {
            What::Pass => {}
            What::Task(i) => content.task(of(i), step, next.unwrap_or_default(), &mut steps, report),
            What::Event(i) => content.event(of(i), step, next.unwrap_or_default(), &mut steps, report),
            What::Choice(i) => content.choice(of(i), step, &ways, &mut steps, report),
            What::Call(i) => {
                let NodeKind::Sub(sub) = &of(i).kind else { continue };
                match process(sub, content, namer, processes, report) {
                    Some(called) => {
                        let call = Table::braces().with("process", called.as_str());
                        steps.add(step, &of(i).name, "call", call, next);
                    }
                    None => content.event(of(i), step, next.unwrap_or_default(), &mut steps, report),
                }
            }
            What::Race(i) => race(step, &graph, node, &to, of(i), &mut steps),
            What::Fork { of: i, inclusive, join } => {
                let join = if join == NOWHERE { "" } else { names[join].as_str() };
                if inclusive && ways.iter().all(|w| w.flow.is_some()) {
                    content.inclusive(of(i), step, &ways, join, &mut steps, report);
                } else {
                    let fork = Table::braces().with("to", to.iter().copied().collect::<Value>());
                    steps.add(step, gateway_label(of(i)), "fork", fork.with("join", join), None);
                }
            }
            What::Join { of: i, .. } => {
                let label = i.map_or("", |i| gateway_label(of(i)));
                steps.add(step, label, "join", Table::braces(), next);
            }
            What::End { of: i, terminate } => {
                let end = Table::braces().with_other("terminate", terminate, false);
                steps.add(step, i.map_or("", |i| of(i).name.as_str()), "end", end, None);
            }
        }
    }
    let first = names[through(&graph, graph.entry)].as_str();
    let label = (!diagram.name.is_empty()).then_some(diagram.name.as_str());
    let table = Table::default().with_some("label", label).with("first", first).with("step", steps.table);
    processes.push((name.clone(), table));
    Some(name)
}

/// A race begins with steps that take time; where the diagram has none, one of no length stands for it.
fn race(name: &str, graph: &Graph, node: usize, to: &[&str], of: &Node, steps: &mut Steps) {
    let mut branches = Vec::new();
    let mut instant = Vec::new();
    for (arc, to) in graph.arcs[node].iter().zip(to) {
        match graph.nodes[through(graph, arc.to)] {
            What::Task(_) | What::Event(_) | What::Call(_) => branches.push((*to).to_owned()),
            _ => {
                let begin = steps.name(&format!("{name}_at_once"));
                branches.push(begin.clone());
                instant.push((begin, (*to).to_owned()));
            }
        }
    }
    let race = Table::braces().with("of", branches.into_iter().collect::<Value>());
    let label = if matches!(of.kind, NodeKind::Gateway(_)) { of.name.as_str() } else { "" };
    steps.add(name, label, "race", race, None);
    for (name, to) in instant {
        steps.add(&name, "", "delay", Table::braces().with("time", "0 s"), Some(&to));
    }
}

fn gateway_label(node: &Node) -> &str {
    if matches!(node.kind, NodeKind::Gateway(_)) { &node.name } else { "" }
}

/// The node that a passage leads to. A circle of passages leads to itself.
fn through(graph: &Graph, node: usize) -> usize {
    let mut at = node;
    for _ in 0..graph.nodes.len() {
        match (graph.nodes[at], graph.arcs[at].first()) {
            (What::Pass, Some(arc)) => at = arc.to,
            _ => break,
        }
    }
    at
}

/// Nodes that become steps, depth first.
fn order(graph: &Graph) -> Vec<usize> {
    let mut seen = vec![false; graph.nodes.len()];
    let mut open = vec![graph.entry];
    let mut order = Vec::new();
    while let Some(node) = open.pop() {
        let node = through(graph, node);
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        order.push(node);
        open.extend(graph.arcs[node].iter().rev().map(|a| a.to));
    }
    // Joins and ends read better behind what leads to them.
    let late = |n: &usize| matches!(graph.nodes[*n], What::End { .. });
    let (ends, rest): (Vec<usize>, Vec<usize>) = order.into_iter().partition(late);
    rest.into_iter().chain(ends).collect()
}

fn names(graph: &Graph, order: &[usize], diagram: &Diagram, namer: &mut Namer) -> Vec<String> {
    let mut names = vec![String::new(); graph.nodes.len()];
    for &node in order {
        let of = |i: usize, kind: &str| {
            let named = &diagram.nodes[i].name;
            if slug(named).is_empty() { kind.to_owned() } else { named.clone() }
        };
        let gateway = |i: usize, kind: &str| {
            let is_gateway = matches!(diagram.nodes[i].kind, NodeKind::Gateway(_));
            if is_gateway { of(i, kind) } else { kind.to_owned() }
        };
        let wanted = match graph.nodes[node] {
            What::Pass => continue,
            What::Task(i) => of(i, "task"),
            What::Event(i) => of(i, "wait"),
            What::Call(i) => of(i, "part"),
            What::Choice(i) => gateway(i, "choice"),
            What::Race(i) => gateway(i, "race"),
            What::Fork { of: i, .. } => gateway(i, "split"),
            What::Join { of: Some(i), .. } => gateway(i, "join"),
            What::Join { of: None, .. } => "join".to_owned(),
            What::End { of: Some(i), .. } => of(i, "end"),
            What::End { of: None, .. } => "end".to_owned(),
        };
        names[node] = namer.name(&wanted, "step");
    }
    names
}

fn say_unreached(graph: &Graph, order: &[usize], diagram: &Diagram, report: &mut Report) {
    let mut seen = vec![false; diagram.nodes.len()];
    let mut circles = false;
    for &node in order {
        match graph.nodes[node] {
            What::Task(i) | What::Event(i) | What::Call(i) => seen[i] = true,
            What::Pass => circles = true,
            _ => {}
        }
    }
    if circles {
        report.add(Kind::Error, "", "gateways lead to each other in a circle without any activity");
    }
    for (i, node) in diagram.nodes.iter().enumerate() {
        if matches!(node.kind, NodeKind::Task | NodeKind::Catch { .. } | NodeKind::Sub(_)) && !seen[i] {
            report.add(Kind::Lost, node.title(), "never reached from the start; it was left out");
        }
    }
}
