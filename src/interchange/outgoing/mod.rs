//! Diagrams of what is here: of a process of a scenario, and of a process tree that was mined.

mod of_process;
mod of_tree;

pub use of_process::of_process;
pub use of_tree::of_tree;

use super::diagram::{Diagram, Flow, Gateway, Node, NodeKind};

/// A diagram being drawn.
#[derive(Default)]
struct Drawing {
    diagram: Diagram,
}

impl Drawing {
    fn node(&mut self, name: &str, kind: NodeKind) -> usize {
        let id = format!("node_{}", self.diagram.nodes.len() + 1);
        self.diagram.nodes.push(Node::new(id, name, kind));
        self.diagram.nodes.len() - 1
    }

    fn gateway(&mut self, name: &str, gateway: Gateway) -> usize {
        self.node(name, NodeKind::Gateway(gateway))
    }

    fn flow(&mut self, from: usize, to: usize, name: &str) {
        let id = format!("flow_{}", self.diagram.flows.len() + 1);
        self.diagram.flows.push(Flow { id, name: name.to_owned(), from, to, condition: None });
    }

    /// Where several ways meet at a node that does not wait for all of them, a gateway says so.
    fn with_merges(mut self) -> Diagram {
        for node in 0..self.diagram.nodes.len() {
            let n = self.diagram.flows.iter().filter(|f| f.to == node).count();
            let outgoing = self.diagram.flows.iter().filter(|f| f.from == node).count();
            let meets = matches!(&self.diagram.nodes[node].kind, NodeKind::Gateway(_)) && outgoing == 1;
            if n > 1 && !meets {
                let merge = self.gateway("", Gateway::Exclusive);
                self.diagram.flows.iter_mut().filter(|f| f.to == node).for_each(|f| f.to = merge);
                self.flow(merge, node, "");
            }
        }
        self.diagram
    }
}
