//! A process diagram: what a BPMN file shows, without its pictures.

/// Nodes and flows of one process or sub-process.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagram {
    pub id: String,
    pub name: String,
    pub nodes: Vec<Node>,
    pub flows: Vec<Flow>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub id: String,
    /// May be empty.
    pub name: String,
    pub kind: NodeKind,
    /// The flow that a gateway takes when no condition holds.
    pub default: Option<String>,
    /// Who does it, where the diagram has lanes.
    pub lane: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    Start,
    /// `terminate`: ends everything that still goes on in the case.
    End {
        terminate: bool,
    },
    Task,
    Gateway(Gateway),
    /// Waits for an event; after this long, where the diagram says so [s].
    Catch {
        wait: Option<f64>,
    },
    /// Something is sent or noted; takes no time.
    Throw,
    Sub(Box<Diagram>),
    /// An event on the edge of an activity, which it ends unless it does not interrupt.
    Boundary {
        of: String,
        interrupts: bool,
        wait: Option<f64>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gateway {
    Exclusive,
    Parallel,
    Inclusive,
    /// The first of the events behind it wins.
    Event,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    pub id: String,
    /// May be empty.
    pub name: String,
    /// Numbers of nodes.
    pub from: usize,
    pub to: usize,
    /// An expression of the program that will execute the diagram; it is not understood here.
    pub condition: Option<String>,
}

impl Diagram {
    pub fn node(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|n| n.id == id)
    }

    /// Numbers of the flows that leave each node, in the order of the file.
    pub fn outgoing(&self) -> Vec<Vec<usize>> {
        let mut all = vec![Vec::new(); self.nodes.len()];
        for (i, flow) in self.flows.iter().enumerate() {
            all[flow.from].push(i);
        }
        all
    }

    /// Nodes of this diagram and of those inside it.
    pub fn count(&self, is: &dyn Fn(&NodeKind) -> bool) -> usize {
        let inside = |n: &Node| if let NodeKind::Sub(sub) = &n.kind { sub.count(is) } else { 0 };
        self.nodes.iter().map(|n| usize::from(is(&n.kind)) + inside(n)).sum()
    }
}

impl Node {
    pub fn new(id: impl Into<String>, name: impl Into<String>, kind: NodeKind) -> Self {
        Self { id: id.into(), name: name.into(), kind, default: None, lane: None }
    }

    /// The name, or the id where there is none.
    pub fn title(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}
