//! The diagram of a process tree: blocks of gateways.

use super::Drawing;
use crate::eventlog::Names;
use crate::interchange::diagram::{Diagram, Gateway, NodeKind};
use crate::mining::Tree;

/// Draws a tree; `names` are those of its activities.
pub fn of_tree(tree: &Tree, names: &Names, title: &str) -> Diagram {
    let mut drawing = Drawing::default();
    (drawing.diagram.id, drawing.diagram.name) = ("process".to_owned(), title.to_owned());
    let start = drawing.node("", NodeKind::Start);
    let last = draw(&mut drawing, tree, names, start);
    let end = drawing.node("", NodeKind::End { terminate: false });
    drawing.flow(last, end, "");
    drawing.with_merges()
}

/// Draws a part behind a node; returns the node behind which to go on.
fn draw(d: &mut Drawing, tree: &Tree, names: &Names, from: usize) -> usize {
    match tree {
        Tree::Silent => from,
        Tree::Activity(a) => {
            let task = d.node(names.name(*a), NodeKind::Task);
            d.flow(from, task, "");
            task
        }
        Tree::Sequence(parts) => parts.iter().fold(from, |at, part| draw(d, part, names, at)),
        Tree::Xor(parts) => block(d, parts, names, from, Gateway::Exclusive),
        Tree::And(parts) => block(d, parts, names, from, Gateway::Parallel),
        Tree::Loop(parts) => {
            let begin = d.gateway("", Gateway::Exclusive);
            d.flow(from, begin, "");
            let body = draw(d, &parts[0], names, begin);
            let again = d.gateway("", Gateway::Exclusive);
            d.flow(body, again, "");
            for redo in &parts[1..] {
                let last = draw(d, redo, names, again);
                d.flow(last, begin, "");
            }
            again
        }
    }
}

fn block(d: &mut Drawing, parts: &[Tree], names: &Names, from: usize, gateway: Gateway) -> usize {
    let split = d.gateway("", gateway);
    d.flow(from, split, "");
    let meet = d.gateway("", gateway);
    for part in parts {
        let last = draw(d, part, names, split);
        d.flow(last, meet, "");
    }
    meet
}
