//! What the parameters say about the nodes of a diagram, as steps.

use super::attributes::Attributes;
use super::batch;
use super::rules;
use super::staff::Staff;
use crate::dist;
use crate::interchange::control::{Content, Steps, Way};
use crate::interchange::diagram::{Node, NodeKind};
use crate::interchange::prosimos::{Parameters, Path, Rules};
use crate::interchange::report::{Kind, Report};
use crate::text::{Table, Value, quantity};
use crate::units::Dim;
use std::collections::BTreeSet;

pub struct Filling<'p> {
    p: &'p Parameters,
    pub staff: Staff,
    pub attributes: Attributes,
    /// Ids of tasks, events and gateways that the diagram has.
    seen: BTreeSet<String>,
}

impl<'p> Filling<'p> {
    pub fn new(p: &'p Parameters, staff: Staff, attributes: Attributes) -> Self {
        Self { p, staff, attributes, seen: BTreeSet::new() }
    }

    /// What the parameters speak of and the diagram does not have.
    pub fn say_unused(&self, report: &mut Report) {
        let lists = [
            ("task", self.p.tasks.iter().map(|(id, _)| id).collect::<Vec<_>>()),
            ("event", self.p.events.iter().map(|(id, _)| id).collect()),
            ("gateway", self.p.gateways.iter().map(|(id, _)| id).filter(|id| !id.is_empty()).collect()),
            ("batch of task", self.p.batches.iter().map(|b| &b.task).collect()),
        ];
        for (what, ids) in lists {
            for id in ids.into_iter().filter(|id| !self.seen.contains(*id)) {
                let text =
                    "the diagram has no such element on a way from its start, or the element decides nothing";
                report.add(Kind::Read, format!("{what} `{id}`"), text);
            }
        }
    }

    fn attributes_after(
        &mut self,
        node: &Node,
        next: &str,
        steps: &mut Steps,
        report: &mut Report,
    ) -> String {
        let list = self.p.event_attributes.iter().filter(|(id, _)| *id == node.id).flat_map(|(_, l)| l);
        let list: Vec<_> = list.cloned().collect();
        if list.is_empty() { next.to_owned() } else { self.attributes.after(&list, next, steps, report) }
    }

    /// The task of a node; without a time where none is known.
    fn task(&mut self, node: &Node, report: &mut Report) -> Table {
        let task = match self.staff.work(&node.id) {
            Some(work) => Table::braces()
                .with("team", work.team.as_str())
                .with_some("skill", work.skill.as_deref())
                .with("time", dist::print(&work.time, Dim::TIME))
                .with("off_shift", "pause"),
            None => {
                report.add(
                    Kind::ToDo,
                    format!("task `{}`", node.title()),
                    "who does it, and how long it takes",
                );
                let team = self.staff.unknown(node.lane.as_deref());
                Table::braces().with("team", team)
            }
        };
        match &self.attributes.priority {
            Some(priority) => task.with("priority", priority.as_str()),
            None => task,
        }
    }

    /// Probabilities and conditions of the ways out of a gateway.
    fn paths(&self, node: &Node, ways: &[Way]) -> Option<Vec<Path>> {
        let by_flow = |list: &[Path], way: &Way| {
            let flow = way.flow?;
            list.iter().find(|p| p.flow == flow.id).cloned()
        };
        let own = self.p.gateways.iter().find(|(id, _)| *id == node.id);
        let any = || self.p.gateways.iter().find(|(id, _)| id.is_empty());
        let (_, list) = own.or_else(any)?;
        let found: Vec<Option<Path>> = ways.iter().map(|w| by_flow(list, w)).collect();
        if found.iter().all(Option::is_none) {
            return None;
        }
        Some(found.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// One probability for each way, which sum to 1.
    fn chances(&mut self, node: &Node, ways: &[Way], inclusive: bool, report: &mut Report) -> Vec<f64> {
        let place = format!("gateway `{}`", node.title());
        let n = ways.len() as f64;
        let Some(paths) = self.paths(node, ways) else {
            report.add(Kind::ToDo, &place, "how often each way is taken; all are given the same chance");
            return vec![1.0 / n; ways.len()];
        };
        let known: f64 = paths.iter().filter_map(|p| p.value).sum();
        let missing = paths.iter().filter(|p| p.value.is_none()).count();
        if inclusive {
            return paths.iter().map(|p| p.value.unwrap_or(0.0).min(1.0)).collect();
        }
        let share = if missing > 0 { ((1.0 - known) / missing as f64).max(0.0) } else { 0.0 };
        if missing > 0 {
            report.add(
                Kind::Read,
                &place,
                "what is left of the probability is shared by the ways that have none",
            );
        }
        let values: Vec<f64> = paths.iter().map(|p| p.value.unwrap_or(share)).collect();
        let sum: f64 = values.iter().sum();
        if sum <= 0.0 {
            report.add(Kind::Error, &place, "its probabilities sum to nothing");
            return vec![1.0 / n; ways.len()];
        }
        if (sum - 1.0).abs() > 1e-6 {
            let what = format!("its probabilities sum to {sum:.4} and were divided by that");
            report.add(Kind::Differs, &place, what);
        }
        values.into_iter().map(|v| v / sum).collect()
    }

    fn rules(&self, path: &Path) -> Option<&'p Rules> {
        let id = path.condition.as_ref()?;
        self.p.branch_rules.iter().find(|(known, _)| known == id).map(|(_, rules)| rules)
    }
}

impl Content for Filling<'_> {
    fn task(&mut self, node: &Node, name: &str, next: &str, steps: &mut Steps, report: &mut Report) {
        self.seen.insert(node.id.clone());
        let next = self.attributes_after(node, next, steps, report);
        let task = Filling::task(self, node, report);
        let p = self.p;
        match p.batches.iter().find(|b| b.task == node.id) {
            Some(b) if task.get("time").is_some() => {
                let at = batch::Place { label: &node.name, name, next: &next };
                batch::write(b, &task, at, steps, &mut self.staff, report);
            }
            _ => steps.add(name, &node.name, "task", task, Some(&next)),
        }
    }

    fn event(&mut self, node: &Node, name: &str, next: &str, steps: &mut Steps, report: &mut Report) {
        self.seen.insert(node.id.clone());
        let own = match node.kind {
            NodeKind::Catch { wait } | NodeKind::Boundary { wait, .. } => wait,
            _ => None,
        };
        let law =
            self.p.events.iter().find(|(id, _)| *id == node.id).map(|(_, law)| dist::print(law, Dim::TIME));
        let time = law.or_else(|| own.map(|s| quantity::print(s, Dim::TIME).into()));
        if time.is_none() {
            report.add(Kind::ToDo, format!("event `{}`", node.title()), "how long a case waits for it");
        }
        let next = self.attributes_after(node, next, steps, report);
        steps.add(name, &node.name, "delay", Table::braces().with_some("time", time), Some(&next));
    }

    fn choice(&mut self, node: &Node, name: &str, ways: &[Way], steps: &mut Steps, report: &mut Report) {
        self.seen.insert(node.id.clone());
        let chances = self.chances(node, ways, false, report);
        if self.paths(node, ways).is_none()
            && ways.iter().any(|w| w.flow.is_some_and(|f| f.condition.is_some()))
        {
            let what = "conditions on flows are written for the program that executes the diagram; chances stand for them";
            report.add(Kind::Lost, format!("gateway `{}`", node.title()), what);
        }
        let label = &node.name;
        let paths = self.paths(node, ways).unwrap_or_default();
        let conditions: Vec<Option<&Rules>> = paths.iter().map(|p| self.rules(p)).collect();
        let default = ways.iter().position(|w| w.flow.is_some_and(|f| Some(&f.id) == node.default.as_ref()));
        let by_chance = |name: &str, steps: &mut Steps| {
            let branches = sum_to_one(&chances);
            let all = ways.iter().zip(&branches).filter(|(_, p)| **p > 0.0);
            let all: Value = all.map(|(w, p)| Table::braces().with("chance", *p).with("to", w.to)).collect();
            steps.add(name, label, "choose", all, None);
        };
        let texts: Vec<Option<String>> = conditions
            .iter()
            .map(|rules| rules.and_then(|r| rules::any(r, &self.attributes, report)))
            .collect();
        if texts.iter().all(Option::is_none) {
            return by_chance(name, steps);
        }
        // Where no condition holds: the default flow, or chance.
        let otherwise = match default {
            Some(i) => ways[i].to.to_owned(),
            None => {
                let by = steps.name(&format!("{name}_by_chance"));
                by_chance(&by, steps);
                by
            }
        };
        let given: Vec<&Rules> = conditions.iter().flatten().copied().collect();
        let last = Table::braces().with("otherwise", true).with("to", otherwise.as_str());
        if rules::exclusive(&given) || given.len() == 1 {
            let each = texts.iter().zip(ways).filter_map(|(text, way)| {
                Some(Table::braces().with("when", text.as_deref()?).with("to", way.to))
            });
            let all: Value = each.chain([last]).collect();
            steps.add(name, label, "choose", all, None);
            return;
        }
        // Several may hold: one of these, by their chances. A drawn number falls into one of as many parts.
        let u = self.attributes.number(&format!("{name}_drawn"));
        let total = self.attributes.number(&format!("{name}_total"));
        let weight = |i: usize| {
            let text = texts[i].as_deref()?;
            Some(format!("(if {text} then {:?} else 0)", chances[i].max(1e-9)))
        };
        let weights: Vec<(usize, String)> = (0..ways.len()).filter_map(|i| Some((i, weight(i)?))).collect();
        let sum = weights.iter().map(|(_, w)| w.as_str()).collect::<Vec<_>>().join(" + ");
        let (adding, choosing) =
            (steps.name(&format!("{name}_weigh")), steps.name(&format!("{name}_choose")));
        let uniform = Table::braces().with("uniform", Table::braces().with("min", 0.0).with("max", 1.0));
        let set = |attribute: &str, to: Table| Table::braces().with("attribute", attribute).with("to", to);
        steps.add(name, "", "set", set(&u, uniform), Some(&adding));
        steps.add(&adding, "", "set", set(&total, Table::braces().with("is", sum)), Some(&choosing));
        let mut below = String::new();
        let mut branches =
            vec![Table::braces().with("when", format!("{total} == 0")).with("to", otherwise.as_str())];
        for (k, (i, weight)) in weights.iter().enumerate() {
            below = if k == 0 { weight.clone() } else { format!("{below} + {weight}") };
            let way = Table::braces();
            let way = match k + 1 == weights.len() {
                true => way.with("otherwise", true),
                false => way.with("when", format!("{u} * {total} < {below}")),
            };
            branches.push(way.with("to", ways[*i].to));
        }
        steps.add(&choosing, label, "choose", branches.into_iter().collect::<Value>(), None);
    }

    fn inclusive(
        &mut self,
        node: &Node,
        name: &str,
        ways: &[Way],
        join: &str,
        steps: &mut Steps,
        report: &mut Report,
    ) {
        self.seen.insert(node.id.clone());
        let paths = self.paths(node, ways).unwrap_or_default();
        let chances = self.chances(node, ways, true, report);
        let texts: Vec<Option<String>> = paths
            .iter()
            .map(|p| self.rules(p).and_then(|r| rules::any(r, &self.attributes, report)))
            .collect();
        let default = ways.iter().position(|w| w.flow.is_some_and(|f| Some(&f.id) == node.default.as_ref()));
        let conditional = texts.iter().any(Option::is_some);
        let mut branches: Vec<Table> = Vec::new();
        for (i, way) in ways.iter().enumerate() {
            let branch = match texts.get(i).and_then(Option::as_deref) {
                Some(text) => Table::braces().with("when", text),
                None if conditional => continue,
                None => Table::braces().with("chance", chances[i]),
            };
            branches.push(branch.with("to", way.to));
        }
        let otherwise = match default {
            Some(i) if conditional => ways[i].to.to_owned(),
            _ => {
                // None was taken: one of them is, by its chance.
                let by = steps.name(&format!("{name}_one"));
                let sum: f64 = chances.iter().sum();
                let scaled: Vec<f64> = chances
                    .iter()
                    .map(|c| if sum > 0.0 { c / sum } else { 1.0 / ways.len() as f64 })
                    .collect();
                let all = ways.iter().zip(sum_to_one(&scaled)).filter(|(_, p)| *p > 0.0);
                let all: Value =
                    all.map(|(w, p)| Table::braces().with("chance", p).with("to", w.to)).collect();
                steps.add(&by, "", "choose", all, None);
                by
            }
        };
        branches.push(Table::braces().with("otherwise", true).with("to", otherwise));
        let fork = Table::braces().with("any", branches.into_iter().collect::<Value>()).with("join", join);
        steps.add(name, &node.name, "fork", fork, None);
    }
}

/// Rounded so that they read well and sum to 1 exactly: the largest takes what rounding leaves.
fn sum_to_one(chances: &[f64]) -> Vec<f64> {
    let mut rounded: Vec<f64> = chances.iter().map(|c| (c * 1e9).round() / 1e9).collect();
    let largest = (0..rounded.len()).max_by(|a, b| rounded[*a].total_cmp(&rounded[*b]));
    if let Some(i) = largest {
        let rest: f64 = rounded.iter().enumerate().filter(|(k, _)| *k != i).map(|(_, c)| c).sum();
        rounded[i] = ((1.0 - rest) * 1e9).round() / 1e9;
    }
    rounded
}
