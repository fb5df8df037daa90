//! From blocks to the steps of a scenario.

use super::branching::{Block, Branching, Kind};
use super::carried::Carried;
use super::memory::{Decision, Key, Memory, Rule};
use crate::activity::{
    Activity, Amount, Batch, BatchRule, BatchWork, Branch, Choose, Delay, DelayUntil, End, Fork, Holds, Join,
    RESERVED, Set, Slot, Task, When, symbols,
};
use crate::diag::{Sink, Span};
use crate::dist::{Constant, Dist};
use crate::eventlog::NONE;
use crate::expr::{self, Expr, Type};
use crate::ids::{AttrId, CalendarId, IdVec, ProcessId, StepId};
use crate::model::{Attribute, AttributeType, Step};
use crate::text::Text;
use crate::units::Dim;
use std::collections::BTreeMap;

/// What an activity is in the scenario.
#[derive(Clone, Debug)]
pub struct Doing {
    /// short name, for the step
    pub key: String,
    /// Somebody works, or time passes.
    pub work: Result<Task, Dist>,
    /// a timer before it, in the hours of a calendar or by the clock
    pub timer: Option<(Dist, Option<CalendarId>)>,
    /// cases that wait for each other
    pub gather: Option<(Vec<BatchRule>, BatchWork)>,
    /// which requests are served first: an expression over what cases carry
    pub priority: Option<String>,
}

/// The steps of a process, the first of them, and what its cases carry.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    pub steps: Vec<Step>,
    pub entry: StepId,
    pub attributes: IdVec<AttrId, Attribute>,
    /// by choice: the step where it is made, where there is one
    pub of_choice: Vec<Option<StepId>>,
    /// by activity
    pub of_activity: Vec<Option<StepId>>,
    /// by activity: the step of its timer
    pub timer_of: Vec<Option<StepId>>,
    /// where each part of a concurrent block begins, and where the parts of each block meet, by their activities
    pub entries: Vec<(Vec<u32>, StepId)>,
    pub joins: Vec<(Vec<u32>, StepId)>,
    /// by line of work: what cases keep of it
    pub memories: BTreeMap<usize, Remembered>,
}

/// The value of a memory before anything was done.
const BEGINNING: &str = "nothing yet";
/// Chances are written with this many digits after the point.
const DIGITS: f64 = 1e4;

/// Lays blocks out as steps of a process. Cases carry the attributes that are `used` first, in this order, then what was done before.
pub fn steps(
    root: &Block,
    branching: &Branching,
    decisions: &[Decision],
    doings: &[Doing],
    carried: &[Carried],
    used: &[usize],
    process: ProcessId,
) -> Steps {
    let mut lay = Lay {
        doings,
        decisions,
        carried,
        process,
        steps: Vec::new(),
        memories: memories(branching, decisions),
        attributes: IdVec::new(),
        symbols: expr::Scope::default(),
        types: IdVec::new(),
        of_choice: vec![None; decisions.len()],
        of_activity: vec![None; doings.len()],
        timer_of: vec![None; doings.len()],
        entries: Vec::new(),
        joins: Vec::new(),
    };
    lay.declare(used);
    let end = lay.add("end", Activity::End(End { terminate: false }), None);
    let entry = lay.block(root, end);
    lay.in_order(entry)
}

/// What a line of work must remember.
#[derive(Clone, Debug, PartialEq)]
pub struct Remembered {
    most: Memory,
    /// levels of its attributes: the beginning, then the activities of the line
    pub activities: Vec<u32>,
    pub previous: AttrId,
    pub before: AttrId,
}

impl Remembered {
    /// Whether `before` is an attribute at all.
    pub fn keeps_two(&self) -> bool {
        self.most == Memory::PreviousTwo
    }
}

fn memories(branching: &Branching, decisions: &[Decision]) -> BTreeMap<usize, Remembered> {
    let mut memories = BTreeMap::new();
    for decision in decisions.iter().filter(|d| d.memory >= Memory::Previous && d.rules.len() > 1) {
        let memory = memories.entry(decision.scope).or_insert_with(|| Remembered {
            most: Memory::Previous,
            activities: branching.scopes[decision.scope].clone(),
            previous: AttrId(0),
            before: AttrId(0),
        });
        memory.most = memory.most.max(decision.memory);
    }
    memories
}

struct Lay<'a> {
    doings: &'a [Doing],
    decisions: &'a [Decision],
    carried: &'a [Carried],
    process: ProcessId,
    steps: Vec<Step>,
    memories: BTreeMap<usize, Remembered>,
    attributes: IdVec<AttrId, Attribute>,
    symbols: expr::Scope,
    types: IdVec<AttrId, Type>,
    of_choice: Vec<Option<StepId>>,
    of_activity: Vec<Option<StepId>>,
    timer_of: Vec<Option<StepId>>,
    entries: Vec<(Vec<u32>, StepId)>,
    joins: Vec<(Vec<u32>, StepId)>,
}

impl Lay<'_> {
    /// The attributes that cases have from their start, and those that hold what was done before.
    fn declare(&mut self, used: &[usize]) {
        let mut slots = IdVec::new();
        for &a in used {
            let Carried { name, kind, .. } = &self.carried[a];
            let holds = match kind {
                AttributeType::Number(dim) => Holds::Number(*dim),
                AttributeType::Level(names) => Holds::Name { sort: "level", names: names.clone() },
                _ => Holds::Flag,
            };
            slots.push(Slot { name: name.clone(), holds });
            self.attributes.push(Attribute { name: name.clone(), kind: kind.clone() });
        }
        let single = self.memories.len() == 1;
        for (i, memory) in self.memories.values_mut().enumerate() {
            let levels: Vec<String> = std::iter::once(BEGINNING.to_owned())
                .chain(memory.activities.iter().map(|&a| word(&self.doings[a as usize].key)))
                .collect();
            let mut attribute = |what: &str| {
                let name = if single { what.to_owned() } else { format!("{what}_{}", i + 1) };
                let taken: Vec<String> = self.attributes.iter().map(|a| a.name.clone()).collect();
                let name = super::names::unique(&name, &taken);
                let names = levels.clone();
                slots.push(Slot {
                    name: name.clone(),
                    holds: Holds::Name { sort: "level", names: names.clone() },
                });
                self.attributes.push(Attribute { name, kind: AttributeType::Level(names) })
            };
            memory.previous = attribute("previous");
            if memory.most == Memory::PreviousTwo {
                memory.before = attribute("before_previous");
            }
        }
        (self.symbols, self.types) = symbols(&slots);
    }

    fn add(&mut self, name: &str, activity: Activity, next: Option<StepId>) -> StepId {
        let taken: Vec<String> = self.steps.iter().map(|s| s.name.clone()).collect();
        let reserved: Vec<String> = self.doings.iter().map(|d| d.key.clone()).collect();
        let is_doing = reserved.iter().any(|r| r == name)
            && matches!(activity, Activity::Task(_) | Activity::Batch(_) | Activity::Delay(_));
        let others = if is_doing { taken } else { [taken, reserved].concat() };
        let name = super::names::unique(name, &others);
        self.steps.push(Step { name, process: self.process, stage: None, activity, next });
        StepId(self.steps.len() as u32 - 1)
    }

    /// The step where a block begins that leads on to `next`.
    fn block(&mut self, block: &Block, next: StepId) -> StepId {
        match block.kind {
            Kind::Silent => next,
            Kind::Activity => self.activity(block, next),
            Kind::Sequence => block.parts.iter().rev().fold(next, |next, part| self.block(part, next)),
            Kind::Xor(choice) => {
                let ways: Vec<StepId> = block.parts.iter().map(|part| self.block(part, next)).collect();
                self.choice(choice, &ways, None)
            }
            Kind::And => {
                let next = self.remember(block.scope, block.activities[0], next);
                let join = self.add("join", Activity::Join(Join), Some(next));
                self.joins.push((block.activities.clone(), join));
                let mut branches = Vec::new();
                for part in block.parts.iter().filter(|part| part.kind != Kind::Silent) {
                    let entry = self.block(part, join);
                    let entry = self.forget(part.scope, entry);
                    self.entries.push((part.activities.clone(), entry));
                    branches.push(Branch { when: When::Otherwise, to: entry });
                }
                match branches.as_slice() {
                    [one] => one.to,
                    _ => self.add("fork", Activity::Fork(Fork { branches, inclusive: false, join }), None),
                }
            }
            Kind::Loop(choice) => {
                // The choice comes first, for the body leads to it and it leads back.
                let again = self.add("choice", Activity::Choose(Choose { branches: Vec::new() }), None);
                let body = self.block(&block.parts[0], again);
                let mut ways = vec![next];
                for redo in &block.parts[1..] {
                    let way = self.block(redo, body);
                    ways.push(way);
                }
                self.choice(choice, &ways, Some(again));
                body
            }
        }
    }

    fn activity(&mut self, block: &Block, next: StepId) -> StepId {
        let activity = block.activities[0];
        let doing = self.doings[activity as usize].clone();
        let next = self.remember(block.scope, activity, next);
        let priority = doing.priority.and_then(|text| self.expression(&text, Type::Number(Dim::NUMBER)));
        let what = match doing.work.map(|task| Task { priority, ..task }) {
            Ok(task) => match doing.gather {
                None => Activity::Task(task),
                Some((rules, work)) => Activity::Batch(Batch { rules, work, factors: Vec::new(), task }),
            },
            Err(time) => {
                let until = DelayUntil::Elapsed(Amount::Law(time));
                Activity::Delay(Delay { until, recorded: true })
            }
        };
        let step = self.add(&doing.key, what, Some(next));
        self.of_activity[activity as usize] = Some(step);
        let Some((time, calendar)) = doing.timer else { return step };
        let until = match calendar {
            Some(calendar) => DelayUntil::Working(Amount::Law(time), calendar),
            None => DelayUntil::Elapsed(Amount::Law(time)),
        };
        let name = format!("before_{}", doing.key);
        let timer = self.add(&name, Activity::Delay(Delay { until, recorded: false }), Some(step));
        self.timer_of[activity as usize] = Some(timer);
        timer
    }

    /// Steps after an activity that keep what was done.
    fn remember(&mut self, scope: usize, activity: u32, next: StepId) -> StepId {
        let Some(memory) = self.memories.get(&scope) else { return next };
        let (previous, before, two) = (memory.previous, memory.before, memory.most == Memory::PreviousTwo);
        let level = memory.activities.iter().position(|&a| a == activity).map_or(0, |i| i + 1);
        let name = self.doings[activity as usize].key.clone();
        let Ok(value) = Constant::new(level as f64) else { return next };
        let set = Activity::Set(Set { attr: previous, to: Amount::Law(value.into()) });
        let next = self.add(&format!("after_{name}"), set, Some(next));
        if !two {
            return next;
        }
        let source = self.attributes[previous].name.clone();
        let ty = self.types[previous];
        let Some(value) = self.expression(&source, ty) else { return next };
        let set = Activity::Set(Set { attr: before, to: Amount::Value(value) });
        self.add(&format!("keep_after_{name}"), set, Some(next))
    }

    /// A line of work that begins anew has done nothing yet.
    fn forget(&mut self, scope: usize, next: StepId) -> StepId {
        let Some(memory) = self.memories.get(&scope) else { return next };
        let attributes =
            [Some(memory.previous), (memory.most == Memory::PreviousTwo).then_some(memory.before)];
        attributes.into_iter().flatten().fold(next, |next, attr| {
            let Ok(value) = Constant::new(0.0) else { return next };
            let set = Activity::Set(Set { attr, to: Amount::Law(value.into()) });
            self.add("begin", set, Some(next))
        })
    }

    /// The step that makes a choice; `at` is one that was kept for it.
    fn choice(&mut self, number: usize, ways: &[StepId], at: Option<StepId>) -> StepId {
        let decision = self.decisions[number].clone();
        let name = format!("choice_{}", number + 1);
        let (last, first) = match decision.rules.split_last() {
            Some(split) => split,
            None => return ways[0],
        };
        if first.is_empty() {
            let branches = by_chance(last, ways);
            if let ([one], None) = (branches.as_slice(), at) {
                return one.to;
            }
            let step = self.put(&name, branches, at);
            self.of_choice[number] = Some(step);
            return step;
        }
        let mut branches = Vec::new();
        for rule in first {
            let to = self.rule(&name, rule, ways);
            if let Some(when) = self.condition(&decision, &rule.key) {
                branches.push(Branch { when: When::Condition(when), to });
            }
        }
        let to = self.rule(&name, last, ways);
        branches.push(Branch { when: When::Otherwise, to });
        let step = self.put(&name, branches, at);
        self.of_choice[number] = Some(step);
        step
    }

    fn put(&mut self, name: &str, branches: Vec<Branch>, at: Option<StepId>) -> StepId {
        let step = self.add(name, Activity::Choose(Choose { branches }), None);
        let Some(at) = at else { return step };
        // The step that was kept takes over; the new one, which is last, goes.
        if let Some(made) = self.steps.pop() {
            self.steps[at.0 as usize] = made;
        }
        at
    }

    /// Where a rule sends a case: to a choice by chance, or straight on.
    fn rule(&mut self, name: &str, rule: &Rule, ways: &[StepId]) -> StepId {
        let branches = by_chance(rule, ways);
        match branches.as_slice() {
            [one] => one.to,
            _ => {
                let name = format!("{name}_{}", self.told(&rule.key));
                self.add(&name, Activity::Choose(Choose { branches }), None)
            }
        }
    }

    /// The contexts of a rule as part of a name.
    fn told(&self, key: &Key) -> String {
        let name = |a: u32| match a {
            NONE => "nothing".to_owned(),
            a => self.doings[a as usize].key.clone(),
        };
        let context = match (key.passes, key.previous, key.before) {
            (Some(passes), ..) => format!("pass_{passes}"),
            (None, Some(previous), Some(before)) => format!("after_{}_{}", name(before), name(previous)),
            (None, Some(previous), None) => format!("after_{}", name(previous)),
            _ => String::new(),
        };
        match (key.leaf, context.as_str()) {
            (None, "") => "otherwise".to_owned(),
            (None, _) => context,
            (Some(leaf), "") => format!("group_{}", leaf + 1),
            (Some(leaf), _) => format!("group_{}_{context}", leaf + 1),
        }
    }

    fn condition(&self, decision: &Decision, key: &Key) -> Option<Expr> {
        let mut parts: Vec<String> = Vec::new();
        if let (Some(leaf), Some(conditions)) = (key.leaf, &decision.conditions) {
            let tests = &conditions.leaves[leaf as usize];
            parts.extend(tests.iter().map(|test| self.carried[test.attribute].condition(&test.groups)));
        }
        if let Some(passes) = key.passes {
            let sign = if passes == super::branching::PASSES { ">=" } else { "==" };
            parts.push(format!("passes {sign} {passes}"));
        }
        if let Some(previous) = key.previous {
            let memory = self.memories.get(&decision.scope)?;
            let equals = |attr: AttrId, activity: u32| {
                let value = match activity {
                    NONE => BEGINNING.to_owned(),
                    a => word(&self.doings[a as usize].key),
                };
                format!("{} == '{}'", self.attributes[attr].name, value)
            };
            parts.push(equals(memory.previous, previous));
            parts.extend(key.before.map(|before| equals(memory.before, before)));
        }
        self.expression(&parts.join(" and "), Type::Truth)
    }

    fn expression(&self, text: &str, ty: Type) -> Option<Expr> {
        Expr::read(&Text::new(text, Span::default()), &self.symbols, Some(ty), &Sink::default())
    }

    /// Numbers the steps as a reader goes through them.
    fn in_order(self, entry: StepId) -> Steps {
        let mut order: Vec<StepId> = Vec::new();
        let mut place: Vec<Option<u32>> = vec![None; self.steps.len()];
        let mut open = vec![entry];
        while let Some(at) = open.pop() {
            if place[at.0 as usize].is_some() {
                continue;
            }
            place[at.0 as usize] = Some(order.len() as u32);
            order.push(at);
            let step = &self.steps[at.0 as usize];
            let targets: Vec<StepId> = step.activity.targets().into_iter().chain(step.next).collect();
            open.extend(targets.into_iter().rev());
        }
        let moved = |id: StepId| StepId(place[id.0 as usize].unwrap_or(0));
        let branch = |b: &Branch| Branch { when: b.when.clone(), to: moved(b.to) };
        let steps = order
            .iter()
            .map(|&id| {
                let step = &self.steps[id.0 as usize];
                let activity = match &step.activity {
                    Activity::Choose(c) => {
                        Activity::Choose(Choose { branches: c.branches.iter().map(branch).collect() })
                    }
                    Activity::Fork(f) => Activity::Fork(Fork {
                        branches: f.branches.iter().map(branch).collect(),
                        join: moved(f.join),
                        inclusive: f.inclusive,
                    }),
                    other => other.clone(),
                };
                Step { activity, next: step.next.map(moved), ..step.clone() }
            })
            .collect();
        let places = |list: Vec<Option<StepId>>| -> Vec<Option<StepId>> {
            list.into_iter().map(|id| id.and_then(|id| place[id.0 as usize]).map(StepId)).collect()
        };
        let pairs = |list: Vec<(Vec<u32>, StepId)>| {
            let there = |(of, id): (Vec<u32>, StepId)| Some((of, StepId(place[id.0 as usize]?)));
            list.into_iter().filter_map(there).collect()
        };
        Steps {
            steps,
            entries: pairs(self.entries),
            joins: pairs(self.joins),
            memories: self.memories,
            entry: moved(entry),
            attributes: self.attributes,
            of_choice: places(self.of_choice),
            of_activity: places(self.of_activity),
            timer_of: places(self.timer_of),
        }
    }
}

/// Branches with chances of a few digits that sum to 1; ways that were never taken are left out.
fn by_chance(rule: &Rule, ways: &[StepId]) -> Vec<Branch> {
    let mut parts: Vec<(StepId, f64)> = Vec::new();
    for (&to, &chance) in ways.iter().zip(&rule.chances) {
        match parts.iter_mut().find(|p| p.0 == to) {
            Some(same) => same.1 += chance,
            None => parts.push((to, chance)),
        }
    }
    let mut whole: Vec<i64> = parts.iter().map(|p| (p.1 * DIGITS).floor() as i64).collect();
    let missing = DIGITS as i64 - whole.iter().sum::<i64>();
    let mut by_rest: Vec<usize> = (0..parts.len()).collect();
    by_rest.sort_by(|&a, &b| {
        let rest = |i: usize| parts[i].1 * DIGITS - whole[i] as f64;
        rest(b).total_cmp(&rest(a)).then(a.cmp(&b))
    });
    by_rest.iter().cycle().take(missing.max(0) as usize).for_each(|&i| whole[i] += 1);
    let each = parts.iter().zip(whole).filter(|(_, n)| *n > 0);
    each.map(|((to, _), n)| Branch { when: When::Chance(n as f64 / DIGITS), to: *to }).collect()
}

/// A level of an attribute; some words mean something else there.
fn word(name: &str) -> String {
    if RESERVED.contains(&name) || name == "else" { format!("{name}_") } else { name.to_owned() }
}
