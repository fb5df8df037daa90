//! The diagram of a process of a scenario: its control flow; who, how long and how often stay in the scenario.

use super::Drawing;
use crate::activity::{Activity, Branch, Short, When};
use crate::ids::{ProcessId, StepId};
use crate::interchange::diagram::{Diagram, Gateway, NodeKind};
use crate::model::{Model, Step};
use std::collections::BTreeMap;

/// Draws a process. Steps that lead two ways by themselves (a search, a shelf that may be empty, patience) are followed
/// by a gateway; what only this program knows (parts, restoring, setting attributes) is a task.
pub fn of_process(model: &Model, process: ProcessId) -> Diagram {
    let name = &model.processes[process].name;
    let key = format!("process.{name}");
    let mut d = Drawing::default();
    (d.diagram.id, d.diagram.name) = (name.clone(), model.label(&key));
    let start = d.node("", NodeKind::Start);
    let steps: Vec<(StepId, &Step)> =
        model.steps.iter_ids().filter(|(_, step)| step.process == process).collect();
    // Where a step is entered, and behind which node it is left.
    let mut ends: BTreeMap<StepId, (usize, usize)> = BTreeMap::new();
    for (id, step) in &steps {
        let label = model.label(&format!("{key}.step.{}", step.name));
        ends.insert(*id, node(&mut d, step, &label));
    }
    d.flow(start, ends[&model.processes[process].entry].0, "");
    for (id, step) in &steps {
        let last = ends[id].1;
        for (to, said) in ways(step) {
            d.flow(last, ends[&to].0, &said);
        }
        if let Some(next) = step.next {
            d.flow(last, ends[&next].0, if last == ends[id].0 { "" } else { "otherwise" });
        }
    }
    // The way of a choice that is taken when no condition holds.
    for node in 0..d.diagram.nodes.len() {
        let otherwise = d.diagram.flows.iter().find(|f| f.from == node && f.name == "otherwise");
        if let (NodeKind::Gateway(Gateway::Exclusive | Gateway::Inclusive), Some(flow)) =
            (&d.diagram.nodes[node].kind, otherwise)
        {
            d.diagram.nodes[node].default = Some(flow.id.clone());
        }
    }
    d.with_merges()
}

fn node(d: &mut Drawing, step: &Step, label: &str) -> (usize, usize) {
    let kind = match &step.activity {
        Activity::Delay(_) => NodeKind::Catch { wait: None },
        Activity::Choose(_) => NodeKind::Gateway(Gateway::Exclusive),
        Activity::Fork(fork) if fork.inclusive => NodeKind::Gateway(Gateway::Inclusive),
        Activity::Fork(_) | Activity::Join(_) => NodeKind::Gateway(Gateway::Parallel),
        Activity::Race(_) => NodeKind::Gateway(Gateway::Event),
        Activity::Start(_) => NodeKind::Throw,
        Activity::End(end) => NodeKind::End { terminate: end.terminate },
        Activity::Call(_) => NodeKind::Sub(Box::default()),
        _ => NodeKind::Task,
    };
    // Gateways are named by their ways.
    let name = if matches!(kind, NodeKind::Gateway(_)) { "" } else { label };
    let first = d.node(name, kind);
    let is_gateway = matches!(d.diagram.nodes[first].kind, NodeKind::Gateway(_));
    if is_gateway || step.activity.targets().is_empty() {
        return (first, first);
    }
    let split = d.gateway("", Gateway::Exclusive);
    d.flow(first, split, "");
    (first, split)
}

/// The ways that a step leads by itself, and what to write on them.
fn ways(step: &Step) -> Vec<(StepId, String)> {
    let said = |b: &Branch| match &b.when {
        When::Chance(p) => format!("{} %", (p * 1e4).round() / 100.0),
        When::Condition(condition) => condition.text().to_owned(),
        When::Otherwise => "otherwise".to_owned(),
    };
    let plain = |to: StepId| (to, String::new());
    match &step.activity {
        Activity::Choose(choose) => choose.branches.iter().map(|b| (b.to, said(b))).collect(),
        Activity::Fork(fork) if fork.inclusive => fork.branches.iter().map(|b| (b.to, said(b))).collect(),
        Activity::Fork(fork) => fork.branches.iter().map(|b| plain(b.to)).collect(),
        Activity::Race(race) => race.branches.iter().map(|b| plain(*b)).collect(),
        Activity::Ask(ask) => {
            let parallel = ask.parallel.iter().map(|p| (p.step, "when it is read".to_owned()));
            let both = [(ask.found, "found".to_owned()), (ask.not_found, "not found".to_owned())];
            both.into_iter().chain(parallel).collect()
        }
        Activity::Take(take) => match take.short {
            Short::Go(step) => vec![(step, "too few".to_owned())],
            Short::Wait => Vec::new(),
        },
        activity => activity.targets().into_iter().map(|to| (to, "waited too long".to_owned())).collect(),
    }
}
