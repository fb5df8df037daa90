//! Optimal alignments: what a case did, set against what the model allows at the least cost.
//!
//! Adriansyah, "Aligning observed and modeled behavior" (PhD thesis, Eindhoven 2014). A row that the model does not follow
//! (a log move) costs 1, an activity of the model that the log lacks (a model move) costs 1, what both do together and silent
//! steps cost nothing. The search is A* over (marking, position in the trace). Its lower bound counts the
//! rows still to come of activities that can no longer happen in the model, and the activities that must still
//! happen in the model and do not come in the trace; it is consistent, so the first way to the end is a cheapest one.

use super::petri::Petri;
use super::sample::traces;
use super::space::Space;
use super::tree::Tree;
use crate::eventlog::{EventLog, NONE};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Larger nets are refused.
const MAX_MARKINGS: usize = 1 << 20;

/// One step of an alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Both(u32),
    LogOnly(u32),
    ModelOnly(u32),
}

/// The alignment of the cases of one variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    pub trace: Vec<u32>,
    pub cases: usize,
    /// log moves and model moves
    pub cost: u32,
    /// 1 - cost / (rows + length of the shortest run of the model)
    pub fitness: f64,
    pub moves: Vec<Move>,
}

/// How well a log and a model agree.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Conformance {
    pub cases: usize,
    /// share of the cases without any deviation
    pub fitting: f64,
    /// mean fitness of the cases
    pub mean_fitness: f64,
    /// 1 - total cost / total of (rows + shortest run): every row counts the same
    pub log_fitness: f64,
    /// deviations by activity, the most first
    pub deviations: Vec<Deviation>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Deviation {
    pub activity: String,
    /// rows that the model did not allow where they came
    pub log_only: usize,
    /// times that the model asked for it and the log had none
    pub model_only: usize,
    pub both: usize,
}

/// The alignments of a log's variants, the most frequent first.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignments {
    /// activities in the shortest run of the model
    pub shortest: u32,
    pub variants: Vec<Alignment>,
}

/// Aligns every variant of a log with a tree over the same activities. `None` when the tree has more than a million
/// markings.
pub fn alignments(log: &EventLog, tree: &Tree) -> Option<Alignments> {
    let space = Space::of(&Petri::of(tree), log.activities.len(), MAX_MARKINGS)?;
    let mut variants: BTreeMap<&[u32], usize> = BTreeMap::new();
    for range in traces(log) {
        *variants.entry(&log.activity[range]).or_default() += 1;
    }
    let shortest = Search::default().run(&space, &[]).0;
    let variants: Vec<_> = variants.into_iter().collect();
    let mut variants: Vec<Alignment> = variants
        .into_par_iter()
        .map_init(Search::default, |search, (trace, cases)| {
            let (cost, moves) = search.run(&space, trace);
            let worst = (trace.len() as u32 + shortest).max(1);
            let fitness = 1.0 - f64::from(cost) / f64::from(worst);
            Alignment { trace: trace.to_vec(), cases, cost, fitness, moves }
        })
        .collect();
    variants.sort_by_key(|a| std::cmp::Reverse(a.cases));
    Some(Alignments { shortest, variants })
}

/// The agreement of a log with a tree; `None` as for [`alignments`].
pub fn conformance(log: &EventLog, tree: &Tree) -> Option<Conformance> {
    let Alignments { shortest, variants } = alignments(log, tree)?;
    let sum =
        |part: &dyn Fn(&Alignment) -> f64| variants.iter().map(|a| a.cases as f64 * part(a)).sum::<f64>();
    let cases = sum(&|_| 1.0);
    let worst = sum(&|a| a.trace.len() as f64 + f64::from(shortest)).max(1.0);
    let empty = |name: &str| Deviation { activity: name.to_owned(), log_only: 0, model_only: 0, both: 0 };
    let mut deviations: Vec<Deviation> = log.activities.iter().map(empty).collect();
    for a in &variants {
        for m in &a.moves {
            match *m {
                Move::Both(x) => deviations[x as usize].both += a.cases,
                Move::LogOnly(x) => deviations[x as usize].log_only += a.cases,
                Move::ModelOnly(x) => deviations[x as usize].model_only += a.cases,
            }
        }
    }
    deviations.sort_by_key(|d| std::cmp::Reverse(d.log_only + d.model_only));
    Some(Conformance {
        cases: cases as usize,
        fitting: sum(&|a| f64::from(u8::from(a.cost == 0))) / cases,
        mean_fitness: sum(&|a| a.fitness) / cases,
        log_fitness: 1.0 - sum(&|a| f64::from(a.cost)) / worst,
        deviations,
    })
}

/// The tables of one search, kept for the next.
#[derive(Default)]
struct Search {
    nodes: Vec<Node>,
    /// numbers of nodes by a hash of their state, or `NONE`
    slots: Vec<u32>,
    /// nodes by their cost so far plus the bound
    buckets: Vec<Vec<u32>>,
    /// at place p of the trace: the rows of each activity from there on, and the set of those that occur
    left: Vec<u32>,
    left_set: Vec<u64>,
}

#[derive(Clone, Copy)]
struct Node {
    marking: u32,
    position: u32,
    cost: u32,
    bound: u32,
    parent: u32,
    /// the move that led here; `None` for a silent one
    by: Option<Move>,
    done: bool,
}

impl Search {
    /// The least cost and the moves of an alignment that has it.
    fn run(&mut self, space: &Space, trace: &[u32]) -> (u32, Vec<Move>) {
        let activities = space.words * 64;
        self.prepare(space, trace, activities);
        self.visit(space, activities, State { marking: 0, position: 0 }, 0, NONE, None);
        let mut level = 0;
        loop {
            let Some(number) = self.buckets[level].pop() else {
                level += 1;
                continue;
            };
            let node = &mut self.nodes[number as usize];
            if node.done || (node.cost + node.bound) as usize != level {
                continue;
            }
            node.done = true;
            let Node { marking, position, cost, .. } = *node;
            let next = trace.get(position as usize).copied();
            if next.is_none() && marking == space.last {
                return (cost, self.path(number));
            }
            let mut visit = |marking, position, cost, by| {
                self.visit(space, activities, State { marking, position }, cost, number, by);
            };
            // The last one put in a bucket is taken first: moves of both go before the others.
            if let Some(a) = next {
                visit(marking, position + 1, cost + 1, Some(Move::LogOnly(a)));
            }
            for &(label, to) in &space.moves[marking as usize] {
                match label {
                    NONE => visit(to, position, cost, None),
                    a => visit(to, position, cost + 1, Some(Move::ModelOnly(a))),
                }
            }
            if let Some(a) = next {
                for &(_, to) in space.moves[marking as usize].iter().filter(|m| m.0 == a) {
                    visit(to, position + 1, cost, Some(Move::Both(a)));
                }
            }
        }
    }

    fn prepare(&mut self, space: &Space, trace: &[u32], activities: usize) {
        self.nodes.clear();
        self.slots.clear();
        self.slots.resize(1 << 10, NONE);
        self.buckets.iter_mut().for_each(Vec::clear);
        self.left.clear();
        self.left.resize((trace.len() + 1) * activities, 0);
        self.left_set.clear();
        self.left_set.resize((trace.len() + 1) * space.words, 0);
        for (p, &a) in trace.iter().enumerate().rev() {
            self.left.copy_within((p + 1) * activities..(p + 2) * activities, p * activities);
            self.left[p * activities + a as usize] += 1;
            self.left_set.copy_within((p + 1) * space.words..(p + 2) * space.words, p * space.words);
            self.left_set[p * space.words + a as usize / 64] |= 1 << (a % 64);
        }
    }

    /// Notes that a state can be reached at a cost, if that is cheaper than before.
    fn visit(
        &mut self,
        space: &Space,
        activities: usize,
        state: State,
        cost: u32,
        parent: u32,
        by: Option<Move>,
    ) {
        if 2 * (self.nodes.len() + 1) > self.slots.len() {
            self.grow();
        }
        let slot = self.slot(state);
        let number = self.slots[slot];
        let bound = if number == NONE {
            let bound = self.bound(space, activities, state);
            self.slots[slot] = self.nodes.len() as u32;
            let State { marking, position } = state;
            self.nodes.push(Node { marking, position, cost, bound, parent, by, done: false });
            bound
        } else {
            let node = &mut self.nodes[number as usize];
            if node.cost <= cost {
                return;
            }
            (node.cost, node.parent, node.by) = (cost, parent, by);
            node.bound
        };
        let level = (cost + bound) as usize;
        if self.buckets.len() <= level {
            self.buckets.resize_with(level + 1, Vec::new);
        }
        self.buckets[level].push(self.slots[slot]);
    }

    /// Moves that no way from here to the end can do without.
    fn bound(&self, space: &Space, activities: usize, state: State) -> u32 {
        let p = state.position as usize;
        let coming = &self.left_set[p * space.words..][..space.words];
        let (may, must) = (space.may(state.marking), space.must(state.marking));
        let mut bound = 0;
        for w in 0..space.words {
            bound += (must[w] & !coming[w]).count_ones();
            let mut lost = coming[w] & !may[w];
            while lost != 0 {
                bound += self.left[p * activities + w * 64 + lost.trailing_zeros() as usize];
                lost &= lost - 1;
            }
        }
        bound
    }

    fn path(&self, last: u32) -> Vec<Move> {
        let mut moves = Vec::new();
        let mut at = last;
        while at != NONE {
            let node = &self.nodes[at as usize];
            moves.extend(node.by);
            at = node.parent;
        }
        moves.reverse();
        moves
    }

    /// Where a state is in the open-addressed table, or where it would go.
    fn slot(&self, state: State) -> usize {
        let mask = self.slots.len() - 1;
        let key = u64::from(state.marking) << 32 | u64::from(state.position);
        let mut slot = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask;
        loop {
            let number = self.slots[slot];
            let same = |n: &Node| (n.marking, n.position) == (state.marking, state.position);
            if number == NONE || same(&self.nodes[number as usize]) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = 4 * self.slots.len();
        self.slots.clear();
        self.slots.resize(size, NONE);
        for number in 0..self.nodes.len() {
            let Node { marking, position, .. } = self.nodes[number];
            let slot = self.slot(State { marking, position });
            self.slots[slot] = number as u32;
        }
    }
}

#[derive(Clone, Copy)]
struct State {
    marking: u32,
    position: u32,
}
