//! The working graph: one node for each thing that a step will do.

use crate::interchange::diagram::{Diagram, Gateway, NodeKind};
use crate::interchange::report::{Kind, Report};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Nothing: the token goes on.
    Pass,
    /// These are about a node of the diagram.
    Task(usize),
    Event(usize),
    Call(usize),
    Choice(usize),
    Race(usize),
    /// `join` is known once [`super::joins`] has found it.
    Fork {
        of: usize,
        inclusive: bool,
        join: usize,
    },
    /// `must`: a parallel gateway, which always waits.
    Join {
        of: Option<usize>,
        must: bool,
    },
    End {
        of: Option<usize>,
        terminate: bool,
    },
}

/// A way from a node to another; `flow` is the number of the diagram's flow, where it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    pub to: usize,
    pub flow: Option<usize>,
}

#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub nodes: Vec<What>,
    pub arcs: Vec<Vec<Arc>>,
    pub entry: usize,
}

pub const NOWHERE: usize = usize::MAX;

impl Graph {
    pub fn add(&mut self, what: What, arcs: Vec<Arc>) -> usize {
        self.nodes.push(what);
        self.arcs.push(arcs);
        self.nodes.len() - 1
    }

    /// All nodes that can be reached from `from` without going beyond `wall`; the wall itself is not among them.
    pub fn reach(&self, from: &[usize], wall: usize) -> Vec<bool> {
        let mut seen = vec![false; self.nodes.len()];
        let mut open: Vec<usize> = from.iter().copied().filter(|n| *n != wall).collect();
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut seen[node], true) {
                open.extend(self.arcs[node].iter().map(|a| a.to).filter(|n| *n != wall));
            }
        }
        seen
    }

    pub fn targets(&self, node: usize) -> Vec<usize> {
        self.arcs[node].iter().map(|a| a.to).collect()
    }

    /// The graph of a diagram; `None` when there is nothing to begin with.
    pub fn of(diagram: &Diagram, report: &mut Report) -> Option<Self> {
        let outgoing = diagram.outgoing();
        let mut incoming = vec![0; diagram.nodes.len()];
        diagram.flows.iter().for_each(|f| incoming[f.to] += 1);
        let starts: Vec<usize> =
            (0..diagram.nodes.len()).filter(|&i| diagram.nodes[i].kind == NodeKind::Start).collect();
        let first =
            (0..diagram.nodes.len()).find(|&i| incoming[i] == 0 && !is_boundary(&diagram.nodes[i].kind));
        let start = starts.last().copied().or(first);
        let Some(start) = start else {
            report.add(Kind::Error, quoted(diagram), "the process has no start event");
            return None;
        };
        if starts.len() > 1 {
            let what = "the process has several start events; cases begin at the last, as Prosimos has it";
            report.add(Kind::Differs, quoted(diagram), what);
        } else if starts.is_empty() {
            let what = format!("there is no start event; cases begin at `{}`", diagram.nodes[start].title());
            report.add(Kind::Read, quoted(diagram), what);
        }
        let mut build =
            Build { diagram, outgoing, incoming, graph: Self::default(), entries: BTreeMap::new() };
        let nodes = 0..diagram.nodes.len();
        let entries: Vec<usize> = nodes.map(|i| build.node(i, report)).collect();
        let mut graph = build.graph;
        // Arcs name nodes of the diagram until all of these are there.
        for arc in graph.arcs.iter_mut().flatten().filter(|a| a.to >= LATER) {
            arc.to = entries[arc.to - LATER];
        }
        graph.entry = entries[start];
        Some(graph)
    }
}

/// Arcs to nodes of the diagram that have no number yet.
const LATER: usize = 1 << 40;

struct Build<'d> {
    diagram: &'d Diagram,
    outgoing: Vec<Vec<usize>>,
    incoming: Vec<usize>,
    graph: Graph,
    entries: BTreeMap<usize, usize>,
}

impl Build<'_> {
    /// Adds what a node of the diagram does; returns where it is entered.
    fn node(&mut self, i: usize, report: &mut Report) -> usize {
        let ways: Vec<Arc> = self.outgoing[i]
            .iter()
            .map(|&f| Arc { to: LATER + self.diagram.flows[f].to, flow: Some(f) })
            .collect();
        let (several, meeting) = (ways.len() > 1, self.incoming[i] > 1);
        let fork = |inclusive| What::Fork { of: i, inclusive, join: NOWHERE };
        let g = &mut self.graph;
        match &self.diagram.nodes[i].kind {
            NodeKind::End { terminate } => {
                g.add(What::End { of: Some(i), terminate: *terminate }, Vec::new())
            }
            NodeKind::Gateway(Gateway::Exclusive) if several => g.add(What::Choice(i), ways),
            NodeKind::Gateway(Gateway::Event) if several => g.add(What::Race(i), ways),
            NodeKind::Gateway(kind @ (Gateway::Parallel | Gateway::Inclusive)) => {
                let inclusive = *kind == Gateway::Inclusive;
                let split = match several {
                    true => g.add(fork(inclusive), ways),
                    false => self.pass(i, ways),
                };
                let join = What::Join { of: Some(i), must: !inclusive };
                if meeting { self.graph.add(join, vec![Arc { to: split, flow: None }]) } else { split }
            }
            NodeKind::Gateway(_) | NodeKind::Start | NodeKind::Throw => self.after(i, ways),
            NodeKind::Task | NodeKind::Catch { .. } | NodeKind::Sub(_) | NodeKind::Boundary { .. } => {
                let what = match &self.diagram.nodes[i].kind {
                    NodeKind::Task => What::Task(i),
                    NodeKind::Sub(sub) if sub.nodes.is_empty() => What::Task(i),
                    NodeKind::Sub(_) => What::Call(i),
                    _ => What::Event(i),
                };
                let next = self.after(i, ways);
                let node = self.graph.add(what, vec![Arc { to: next, flow: None }]);
                self.with_boundaries(i, node, report)
            }
        }
    }

    /// What follows a node that is no gateway: several ways at once, one way, or the end.
    fn after(&mut self, i: usize, ways: Vec<Arc>) -> usize {
        if ways.len() > 1 {
            return self.graph.add(What::Fork { of: i, inclusive: false, join: NOWHERE }, ways);
        }
        self.pass(i, ways)
    }

    fn pass(&mut self, i: usize, ways: Vec<Arc>) -> usize {
        match ways.is_empty() {
            true => *self
                .entries
                .entry(i)
                .or_insert_with(|| self.graph.add(What::End { of: None, terminate: false }, Vec::new())),
            false => self.graph.add(What::Pass, ways),
        }
    }

    /// An event that interrupts an activity is a race between the two.
    fn with_boundaries(&mut self, i: usize, node: usize, report: &mut Report) -> usize {
        let id = &self.diagram.nodes[i].id;
        let on_it = |n: &NodeKind| matches!(n, NodeKind::Boundary { of, .. } if of == id);
        let events: Vec<usize> =
            (0..self.diagram.nodes.len()).filter(|&b| on_it(&self.diagram.nodes[b].kind)).collect();
        let mut branches = vec![Arc { to: node, flow: None }];
        for b in events {
            let event = &self.diagram.nodes[b];
            match event.kind {
                NodeKind::Boundary { interrupts: true, wait: Some(_), .. } => {
                    branches.push(Arc { to: LATER + b, flow: None });
                }
                NodeKind::Boundary { interrupts: true, .. } => report.add(
                    Kind::Lost,
                    event.title(),
                    "an event on the edge of an activity that is no timer with a duration: it never happens here",
                ),
                _ => report.add(Kind::Lost, event.title(), "an event that does not interrupt its activity"),
            }
        }
        if branches.len() == 1 { node } else { self.graph.add(What::Race(i), branches) }
    }
}

fn is_boundary(kind: &NodeKind) -> bool {
    matches!(kind, NodeKind::Boundary { .. })
}

fn quoted(diagram: &Diagram) -> String {
    let name = if diagram.name.is_empty() { &diagram.id } else { &diagram.name };
    format!("`{}`", crate::interchange::report::shown(name))
}
