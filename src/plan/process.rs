//! Processes as programs: every process that can be started is written out, calls in place.

use super::{Maker, Measures, Meter, NONE};
use crate::activity::{Activity, At, Callee, DrawId, Draws, Expansion, Op, PartRef, Program, Sites};
use crate::ids::{AttrId, Id, ProcessId, StepId};
use crate::model::Model;

#[derive(Clone, Debug, Default)]
pub struct Processes {
    pub program: Program,
    /// By node of the program.
    pub nodes: Vec<Node>,
    /// By latch of the program: its place among the counters of a case.
    pub latches: Vec<u32>,
    /// By process; those that nobody starts begin at [`NONE`].
    pub tops: Vec<Top>,
    /// By arrival: where its cases begin, or [`NONE`] where the process does.
    pub firsts: Vec<u32>,
    /// By step: the part that it takes, brings back, orders or asks for.
    pub parts: Vec<Option<PartRef>>,
    /// Most counters that a case needs.
    pub n_counters: usize,
}

#[derive(Clone, Debug)]
pub struct Top {
    pub start: u32,
    pub entry: StepId,
    pub attributes: Vec<(AttrId, DrawId)>,
}

#[derive(Clone, Copy, Debug)]
pub struct Node {
    pub step: StepId,
    /// Where the case counts its visits; [`NONE`] when it can enter only once.
    pub counter: u32,
    /// Index of the measured stage, or [`NONE`].
    pub stage: u32,
    pub entries: Meter,
}

impl Processes {
    pub(super) fn new(model: &Model, measures: &Measures, maker: &mut Maker) -> (Self, Sites) {
        let mut attributes = Vec::with_capacity(model.processes.len());
        for process in model.processes.iter() {
            let mut draw = |(attr, amount): &(AttrId, _)| {
                let name = format!("{}.{}", process.name, model.attributes[*attr].name);
                (*attr, maker.amount(amount, name))
            };
            attributes.push(process.attributes.iter().map(&mut draw).collect::<Vec<_>>());
        }
        let mut x = Expansion::new(&mut maker.draws, callees(model), race_branches(model));
        let mut starts = Vec::new();
        let mut firsts: Vec<(usize, At)> = Vec::new();
        let started = started(model);
        for (id, process) in model.processes.iter_ids().filter(|(id, _)| started[id.index()]) {
            starts.push(x.top(id, process.name.clone()));
            for (arrival, of) in model.arrivals.iter().enumerate().filter(|(_, a)| a.process == id) {
                firsts.extend(of.first.map(|step| (arrival, x.entry(step))));
            }
            while let Some((pending, path)) = x.pop() {
                let step = &model.steps[pending.step];
                let name = format!("{path}/{}", step.name);
                let stage = step.stage.filter(|s| measures.stages[s.index()] != NONE);
                x.step(pending, name, stage, &step.activity, step.next);
            }
        }
        let n_tops = starts.len();
        starts.extend(firsts.iter().map(|(_, at)| *at));
        let (program, sites) = x.link(&mut starts);
        let addresses = starts.split_off(n_tops);
        let mut of_arrivals = vec![NONE; model.arrivals.len()];
        firsts.iter().zip(&addresses).for_each(|((arrival, _), at)| of_arrivals[*arrival] = at.0);

        let mut starts = starts.into_iter();
        let top = |((id, process), attributes): ((ProcessId, &crate::model::Process), _)| {
            let start = if started[id.index()] { starts.next().map_or(NONE, |at| at.0) } else { NONE };
            Top { start, entry: process.entry, attributes }
        };
        let tops: Vec<_> = model.processes.iter_ids().zip(attributes).map(top).collect();
        let node = |n: &crate::activity::op::Node| {
            let stage = n.stage.map_or(NONE, |s| measures.stages[s.index()]);
            Node { step: n.step, counter: NONE, stage, entries: measures.entries[n.step.index()] }
        };
        let nodes = program.nodes.iter().map(node).collect();
        let latches = vec![NONE; program.n_latches as usize];
        let parts = model.steps.iter().map(|step| step.activity.part()).collect();
        let firsts = of_arrivals;
        let mut processes = Self { program, nodes, latches, tops, firsts, parts, n_counters: 0 };
        let on_circle = processes.on_circles();
        for (i, id) in model.processes.ids().enumerate() {
            let own = model.arrivals.iter().zip(&processes.firsts).filter(|(a, _)| a.process == id);
            let starts: Vec<u32> = std::iter::once(processes.tops[i].start)
                .chain(own.map(|(_, first)| *first))
                .filter(|start| *start != NONE)
                .collect();
            processes.count(&starts, &on_circle);
        }
        processes.skip_idle_entries(&maker.draws.draws);
        (processes, sites)
    }

    /// Gives a counter to every node that a case may enter more than once, and to every latch.
    fn count(&mut self, starts: &[u32], on_circle: &[bool]) {
        if starts.is_empty() {
            return;
        }
        let ops = self.reachable(starts);
        let program = &self.program;
        let many = ops.iter().any(|&at| matches!(program.ops[at as usize], Op::Fork(_)));
        // A second token does one step of its own.
        let errands: Vec<u32> = ops.iter().filter_map(|&at| self.errand_entry(at)).collect();
        let mut n = 0;
        let mut next = || {
            n += 1;
            n - 1
        };
        for &at in &ops {
            match program.ops[at as usize] {
                Op::Enter(node) if many || errands.contains(&at) || on_circle[at as usize] => {
                    self.nodes[node as usize].counter = next();
                }
                Op::Once(latch, _) => self.latches[latch as usize] = next(),
                _ => {}
            }
        }
        self.n_counters = self.n_counters.max(n as usize);
    }

    /// By operation: whether a token that has been there may come again. Those are the strongly connected components of more
    /// than one operation (Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1, 1972), and
    /// operations that follow themselves.
    fn on_circles(&self) -> Vec<bool> {
        let n = self.program.ops.len();
        let mut circles = vec![false; n];
        // When each operation was found, and the earliest found one that it leads back to while that is open.
        let (mut found, mut low) = (vec![NONE; n], vec![NONE; n]);
        let mut is_open = vec![false; n];
        let (mut open, mut path) = (Vec::new(), Vec::new());
        let mut clock = 0..;
        for root in 0..n {
            let mut next = (found[root] == NONE).then_some(root);
            while next.is_some() || !path.is_empty() {
                if let Some(at) = next.take() {
                    found[at] = clock.next().unwrap_or(NONE);
                    (low[at], is_open[at]) = (found[at], true);
                    open.push(at);
                    path.push((at, self.program.successors(at as u32)));
                }
                let Some((at, left)) = path.last_mut() else { break };
                let at = *at;
                if let Some(to) = left.pop().map(|to| to as usize) {
                    circles[at] |= to == at;
                    match found.get(to) {
                        Some(&NONE) => next = Some(to),
                        Some(&first) if is_open[to] => low[at] = low[at].min(first),
                        _ => {}
                    }
                    continue;
                }
                path.pop();
                if let Some((before, _)) = path.last() {
                    low[*before] = low[*before].min(low[at]);
                }
                if low[at] == found[at] {
                    let first = open.iter().rposition(|x| *x == at).unwrap_or_default();
                    let is_circle = open.len() - first > 1;
                    for member in open.drain(first..) {
                        is_open[member] = false;
                        circles[member] |= is_circle;
                    }
                }
            }
        }
        circles
    }

    /// Where the step of a search's second token is entered, if the operation is a search that has one.
    fn errand_entry(&self, at: u32) -> Option<u32> {
        let ops = &self.program.ops;
        if !matches!(ops[at as usize], Op::Ask(_)) || !matches!(ops[at as usize + 3], Op::Goto(_)) {
            return None;
        }
        let mut at = self.destination(at + 3);
        while matches!(ops[at as usize], Op::Leave | Op::Won) {
            at = self.destination(at + 1);
        }
        Some(at)
    }

    /// The operation to which jumps from an address lead.
    fn destination(&self, mut at: u32) -> u32 {
        for _ in 0..self.program.ops.len() {
            match self.program.ops[at as usize] {
                Op::Goto(to) => at = to.0,
                _ => break,
            }
        }
        at
    }

    /// Entering a step leaves no trace when nothing is drawn or measured there and no token waits there: that operation is
    /// skipped. (Visits are counted for what is drawn.)
    fn skip_idle_entries(&mut self, draws: &Draws) {
        // A second token ends where it would enter another step.
        let is_entry = |at: &u32| matches!(self.program.ops[*at as usize], Op::Enter(_));
        let mut kept = vec![false; self.program.ops.len()];
        for entry in (0..self.program.ops.len() as u32).filter_map(|at| self.errand_entry(at)) {
            let mut open = self.program.successors(entry);
            kept[entry as usize] = true;
            while let Some(at) = open.pop() {
                if !std::mem::replace(&mut kept[at as usize], true) && !is_entry(&at) {
                    open.extend(self.program.successors(at));
                }
            }
        }
        for (at, kept) in kept.iter().enumerate() {
            let Op::Enter(node) = self.program.ops[at] else { continue };
            let node = &self.nodes[node as usize];
            let leaves_trace = node.stage != NONE || node.entries != Meter::NONE;
            let is_idle = match self.program.ops.get(at + 1) {
                Some(Op::Goto(_) | Op::Open(_) | Op::End { .. } | Op::Release(_)) => true,
                Some(Op::Set(_, draw)) => draws.is_same_at_all_visits(*draw),
                _ => false,
            };
            if !kept && !leaves_trace && is_idle {
                self.program.ops[at] = Op::Goto(At(at as u32 + 1));
            }
        }
        let destinations: Vec<_> = (0..kept.len() as u32).map(|at| At(self.destination(at))).collect();
        self.program.redirect(|at| destinations[at.0 as usize]);
        let starts = self.tops.iter_mut().filter(|top| top.start != NONE);
        starts.for_each(|top| top.start = destinations[top.start as usize].0);
    }

    /// Operations that can follow, in rising order.
    fn reachable(&self, from: &[u32]) -> Vec<u32> {
        let n_ops = self.program.ops.len();
        let mut seen = vec![false; n_ops];
        let mut open: Vec<u32> = from.to_vec();
        while let Some(at) = open.pop() {
            if (at as usize) < n_ops && !std::mem::replace(&mut seen[at as usize], true) {
                open.extend(self.program.successors(at));
            }
        }
        (0..n_ops as u32).filter(|&at| seen[at as usize]).collect()
    }
}

fn callees(model: &Model) -> Vec<Callee> {
    let many = |id: ProcessId| {
        model.steps.iter().filter(|s| s.process == id).any(|s| match &s.activity {
            Activity::Fork(_) => true,
            Activity::Ask(ask) => ask.parallel.is_some(),
            _ => false,
        })
    };
    model.processes.iter_ids().map(|(id, p)| Callee { entry: p.entry, many_tokens: many(id) }).collect()
}

/// By step: whether it is the first of a race's branch.
fn race_branches(model: &Model) -> Vec<bool> {
    let mut first = vec![false; model.steps.len()];
    for step in model.steps.iter() {
        if let Activity::Race(race) = &step.activity {
            race.branches.iter().for_each(|s| first[s.index()] = true);
        }
    }
    first
}

/// By process: whether cases of it begin (others are only called).
fn started(model: &Model) -> Vec<bool> {
    let mut started = vec![false; model.processes.len()];
    let mut mark = |id: ProcessId| started[id.index()] = true;
    model.arrivals.iter().for_each(|a| mark(a.process));
    for fleet in model.fleets.iter() {
        mark(fleet.process);
        fleet.maintenance.iter().for_each(|m| mark(m.process));
    }
    for step in model.steps.iter() {
        if let Activity::Start(start) = &step.activity {
            mark(start.process);
        }
    }
    started
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::CodeId;
    use proptest::prelude::*;

    proptest! {
        /// On a circle is what can be reached from what follows it.
        #[test]
        fn circles_are_found(jumps in proptest::collection::vec((0..4_u8, 0..40_u32), 1..40)) {
            let n = jumps.len() as u32;
            let op = |&(kind, to): &(u8, u32)| match kind {
                0 => Op::Leave,
                1 => Op::End { terminate: false },
                2 => Op::Goto(At(to % n)),
                _ => Op::When(CodeId(0), At(to % n)),
            };
            let mut processes = Processes::default();
            processes.program.ops = jumps.iter().map(op).collect();
            let found = processes.on_circles();
            for at in 0..n {
                let follow = processes.reachable(&processes.program.successors(at));
                prop_assert_eq!(found[at as usize], follow.contains(&at), "operation {}", at);
            }
        }
    }
}
