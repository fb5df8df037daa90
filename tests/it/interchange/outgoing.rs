//! Diagrams and nets that we write: read back by ourselves here, by others in `oracles`.

use super::*;
use turnaround::eventlog::Names;
use turnaround::interchange::{Diagram, Gateway, NodeKind, outgoing, pnml};
use turnaround::mining::{Petri, Tree};

fn tree() -> (Tree, Names) {
    let mut names = Names::default();
    let text = "seq('A & <B>', xor('c', silent), and('d', seq('e', 'f')), loop('g', 'h', silent))";
    (Tree::parse(text, &mut names).expect("a tree"), names)
}

fn read_back(text: &str) -> Diagram {
    let mut report = Report::default();
    let mut document = bpmn::read(&mut text.as_bytes(), &mut report);
    assert_eq!(report, Report::default());
    document.diagrams.remove(0)
}

fn laid_out(diagram: &Diagram) -> String {
    let links: Vec<_> = diagram.flows.iter().map(|f| (f.from, f.to)).collect();
    let placed = turnaround::chart::layered(&bpmn::sizes(diagram), &links);
    bpmn::write(diagram, Some(&bpmn::Layout { nodes: placed.nodes, flows: placed.links }))
}

#[test]
fn a_diagram_comes_back_as_it_was_written() {
    let (tree, names) = tree();
    let diagram = outgoing::of_tree(&tree, &names, "mined");
    let text = laid_out(&diagram);
    assert_eq!(read_back(&text), diagram);
    let tasks: Vec<&str> =
        diagram.nodes.iter().filter(|n| n.kind == NodeKind::Task).map(|n| n.name.as_str()).collect();
    assert_eq!(tasks, ["A & <B>", "c", "d", "e", "f", "g", "h"]);
    // Every node and flow has its place in the picture.
    assert_eq!(text.matches("<bpmndi:BPMNShape").count(), diagram.nodes.len());
    assert_eq!(text.matches("<bpmndi:BPMNEdge").count(), diagram.flows.len());
}

#[test]
fn nodes_of_a_picture_do_not_lie_upon_each_other() {
    let (tree, names) = tree();
    let diagram = outgoing::of_tree(&tree, &names, "mined");
    let links: Vec<_> = diagram.flows.iter().map(|f| (f.from, f.to)).collect();
    let sizes = bpmn::sizes(&diagram);
    let placed = turnaround::chart::layered(&sizes, &links);
    for i in 0..sizes.len() {
        for j in 0..i {
            let apart = |a: f64, b: f64, x: f64, y: f64| (a - b).abs() >= (x + y) / 2.0;
            let (p, q) = (placed.nodes[i], placed.nodes[j]);
            assert!(
                apart(p.0, q.0, sizes[i].0, sizes[j].0) || apart(p.1, q.1, sizes[i].1, sizes[j].1),
                "{i} {j}"
            );
        }
    }
    assert!(placed.links.iter().all(|path| path.len() >= 2));
    // In reading order: the start is left of the end.
    let at = |is: &dyn Fn(&NodeKind) -> bool| {
        placed.nodes[diagram.nodes.iter().position(|n| is(&n.kind)).expect("a node")].0
    };
    assert!(at(&|k| *k == NodeKind::Start) < at(&|k| matches!(k, NodeKind::End { .. })));
}

#[test]
fn processes_of_scenarios_are_drawn_and_come_back_as_processes() {
    let everything = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/everything.toml");
    let mut all = vec![crate::world::named("bus", &[]), crate::world::named("it_incidents", &[])];
    if let Ok(text) = std::fs::read_to_string(&everything)
        && !text.contains("file =")
    {
        all.push(crate::world::arms(&everything, &[]));
    }
    for arms in all {
        let model = &arms[0].1;
        for (id, process) in model.processes.iter_ids() {
            let diagram = outgoing::of_process(model, id);
            assert_eq!(read_back(&laid_out(&diagram)).flows.len(), diagram.flows.len(), "{}", process.name);
            let steps = model.steps.iter().filter(|s| s.process == id).count();
            assert!(diagram.nodes.len() > steps, "{}", process.name);
            // Without a merge only gateways have several ways in.
            for (i, node) in diagram.nodes.iter().enumerate() {
                let n = diagram.flows.iter().filter(|f| f.to == i).count();
                assert!(
                    n < 2 || matches!(node.kind, NodeKind::Gateway(g) if g != Gateway::Event),
                    "{}",
                    node.title()
                );
            }
        }
    }
}

/// In, out and in again: the same control flow.
#[test]
fn an_imported_diagram_survives_a_round() {
    let json: Value = serde_json::from_str(&example("claims.json")).expect("JSON");
    let imported = scenario(&example("claims.bpmn"), &json);
    let (tree, _) = turnaround::scenario::parse("claims", &text::print(&imported.scenario));
    let (arms, _) = turnaround::scenario::lower_arms(&tree, &|_| Err("no file".to_owned()));
    let model = &arms[0].1;
    let (id, _) = model.processes.iter_ids().next().expect("a process");
    let again = import(&laid_out(&outgoing::of_process(model, id)), None);
    // Gateways lose their names; what stands beside them is written anew.
    const GATEWAYS: [&str; 6] =
        ["complete", "decision", "choice", "choice_2", "decision_by_chance", "decision_choose"];
    let steps = |imported: &Imported| {
        let text = text::print(&imported.scenario);
        let names = text.lines().filter(|l| l.contains(".step.") && l.starts_with('['));
        let mut names: Vec<String> = names
            .map(|l| l.rsplit('.').next().unwrap_or_default().trim_end_matches(']').to_owned())
            .collect();
        names.retain(|n| !GATEWAYS.contains(&n.as_str()));
        names.sort();
        names
    };
    assert_eq!(steps(&again), steps(&imported));
}

#[test]
fn nets_have_marks_on_silent_transitions() {
    let (tree, names) = tree();
    let net = Petri::of(&tree);
    let text = pnml::write(&net, &names, "a & b");
    let silent = net.transitions.iter().filter(|t| t.label.is_none()).count();
    assert_eq!(text.matches("$invisible$").count(), silent);
    assert_eq!(text.matches("<transition ").count(), net.transitions.len());
    assert_eq!(text.matches("<place id=").count(), net.places);
    let arcs: usize = net.transitions.iter().map(|t| t.inputs.len() + t.outputs.len()).sum();
    assert_eq!(text.matches("<arc ").count(), arcs);
    assert!(text.contains("A &amp; &lt;B&gt;"));
}
