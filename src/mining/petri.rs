//! Petri nets, as far as conformance needs them: the workflow net of a process tree.

use super::tree::Tree;

/// A net with one place that is marked at first and one that is marked in the end. The net of a tree is safe: no
/// place ever holds two tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Petri {
    pub places: usize,
    pub transitions: Vec<Transition>,
    pub initial: usize,
    pub last: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// the activity; `None` for a silent one
    pub label: Option<u32>,
    pub inputs: Vec<usize>,
    pub outputs: Vec<usize>,
}

impl Petri {
    /// The net that does what the tree says.
    pub fn of(tree: &Tree) -> Self {
        let mut net = Self { places: 2, transitions: Vec::new(), initial: 0, last: 1 };
        net.add(tree, 0, 1, true);
        net
    }

    /// Adds a subtree between two places. `own`: nothing else takes tokens from `from`, so a loop may return them there.
    fn add(&mut self, tree: &Tree, from: usize, to: usize, own: bool) {
        match tree {
            Tree::Silent => self.link(None, vec![from], vec![to]),
            Tree::Activity(a) => self.link(Some(*a), vec![from], vec![to]),
            Tree::Sequence(parts) => {
                let mut at = from;
                for (i, part) in parts.iter().enumerate() {
                    let next = if i + 1 == parts.len() { to } else { self.place() };
                    self.add(part, at, next, own || i > 0);
                    at = next;
                }
            }
            Tree::Xor(parts) => match optional_loop(parts) {
                // As often as you like, or never: one place that the body leaves and comes back to.
                Some(body) => {
                    let at = self.entered(from, own);
                    self.add(body, at, at, true);
                    self.link(None, vec![at], vec![to]);
                }
                None => parts.iter().for_each(|part| self.add(part, from, to, false)),
            },
            Tree::And(parts) => {
                let (begins, ends): (Vec<_>, Vec<_>) =
                    parts.iter().map(|_| (self.place(), self.place())).unzip();
                self.link(None, vec![from], begins.clone());
                for (part, (&begin, &end)) in parts.iter().zip(begins.iter().zip(&ends)) {
                    self.add(part, begin, end, true);
                }
                self.link(None, ends, vec![to]);
            }
            Tree::Loop(parts) => {
                let (begin, end) = (self.entered(from, own), self.place());
                self.add(&parts[0], begin, end, true);
                parts[1..].iter().for_each(|redo| self.add(redo, end, begin, false));
                self.link(None, vec![end], vec![to]);
            }
        }
    }

    fn entered(&mut self, from: usize, own: bool) -> usize {
        if own {
            return from;
        }
        let place = self.place();
        self.link(None, vec![from], vec![place]);
        place
    }

    fn place(&mut self) -> usize {
        self.places += 1;
        self.places - 1
    }

    fn link(&mut self, label: Option<u32>, inputs: Vec<usize>, outputs: Vec<usize>) {
        self.transitions.push(Transition { label, inputs, outputs });
    }
}

/// The body of `xor(loop(body, silent), silent)` when it is an activity: a larger body could begin again from
/// a place that another of its parts also leaves.
fn optional_loop(parts: &[Tree]) -> Option<&Tree> {
    match parts {
        [Tree::Loop(inner), Tree::Silent] => match inner.as_slice() {
            [body @ Tree::Activity(_), Tree::Silent] => Some(body),
            _ => None,
        },
        _ => None,
    }
}
