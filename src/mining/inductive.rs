//! The inductive miner: a process tree that can replay the whole log (IM), or all of it that is not noise (IMf).
//!
//! Leemans, Fahland and van der Aalst, "Discovering block-structured process models from event logs: a
//! constructive approach" (Petri Nets 2013), and "… containing infrequent behaviour" (BPM Workshops 2013). The
//! log is cut at the one place where its directly-follows graph falls apart, the parts are mined in the same way, and
//! where it does not fall apart a fall-through gives a part that is more permissive.

use super::cut::{Cut, Graph};
use super::sample::traces;
use super::tree::Tree;
use crate::eventlog::EventLog;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Mines the tree of a sorted log. `noise` in [0, 1): 0 is IM, whose tree replays every case; with IMf, edges rarer than
/// `noise` times the most frequent one out of the same activity are left out where they prevent a cut. A log of more than
/// 2,000 activities gives the tree that allows everything.
pub fn inductive(log: &EventLog, noise: f64) -> Tree {
    mined(log, noise).tree
}

/// A tree, and whether the whole of it was looked for.
pub struct Mined {
    pub tree: Tree,
    /// So much work was asked for that parts of the log are allowed in any order. The tree replays them, but says little of
    /// them. It depends on the log alone, not on the machine.
    pub cut_short: bool,
}

/// As [`inductive()`].
pub fn mined(log: &EventLog, noise: f64) -> Mined {
    let mut variants: BTreeMap<&[u32], u64> = BTreeMap::new();
    for range in traces(log) {
        *variants.entry(&log.activity[range]).or_default() += 1;
    }
    let variants = variants.into_iter().map(|(v, n)| (v.to_vec(), n)).collect();
    search(variants, noise, None)
}

/// The tree of some variants (traces and how many cases have them) whose cuts pass over pairs that follow each other but do not count.
pub(super) fn guided(variants: Vec<(Vec<u32>, u64)>, dropped: &BTreeSet<(u32, u32)>) -> Mined {
    search(variants, 0.0, Some(dropped))
}

fn search(variants: Vec<(Vec<u32>, u64)>, noise: f64, dropped: Option<&BTreeSet<(u32, u32)>>) -> Mined {
    let effort = Effort { left: Cell::new(EFFORT), cut_short: Cell::new(false), dropped };
    let tree = Sublog::new(variants).mine(noise, &effort).simplified();
    Mined { tree, cut_short: effort.cut_short.get() }
}

/// What all searches for cuts may take [words of 64 bits, see `Graph::work`]: some seconds.
const EFFORT: u64 = 4_000_000_000;

/// How much work is left. Trying whether the rest falls apart without one activity, for each of them, takes more than the
/// cube of their number and may spend the first half only; what is left is for the cuts themselves.
struct Effort<'a> {
    left: Cell<u64>,
    cut_short: Cell<bool>,
    /// pairs that follow each other and do not count, in all parts of the log
    dropped: Option<&'a BTreeSet<(u32, u32)>>,
}

impl Effort<'_> {
    fn spend(&self, work: u64, reserve: u64) -> bool {
        let enough = self.left.get() >= work.saturating_add(reserve);
        match enough {
            true => self.left.set(self.left.get() - work),
            false => self.cut_short.set(true),
        }
        enough
    }

    fn may_cut(&self, graph: &Graph) -> bool {
        self.spend(graph.work(), 0)
    }

    fn may_try(&self, graph: &Graph) -> bool {
        self.spend(graph.work(), EFFORT / 2)
    }
}

/// Larger logs (a column of identifiers taken for activities?) get the model that allows everything.
const MAX_ACTIVITIES: usize = 2_000;

/// What became of a sublog.
enum Step {
    Done(Tree),
    /// one activity runs beside the rest
    Aside {
        activity: Sublog,
        rest: Sublog,
    },
}

/// Distinct traces with their counts. Inside, activities are numbered from 0; `labels` are their numbers in the log.
struct Sublog {
    traces: Vec<(Vec<u32>, u64)>,
    labels: Vec<u32>,
}

impl Sublog {
    /// From traces of the log's numbers, which may repeat.
    fn new(traces: Vec<(Vec<u32>, u64)>) -> Self {
        let mut labels: Vec<u32> = traces.iter().flat_map(|t| t.0.iter().copied()).collect();
        labels.sort_unstable();
        labels.dedup();
        let mut counted: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
        for (mut trace, n) in traces {
            for a in &mut trace {
                *a = labels.partition_point(|l| l < a) as u32;
            }
            *counted.entry(trace).or_default() += n;
        }
        Self { traces: counted.into_iter().collect(), labels }
    }

    fn mine(mut self, noise: f64, effort: &Effort) -> Tree {
        // A loop, so that many activities set aside one after the other need no deep stack.
        let mut beside = Vec::new();
        loop {
            match self.step(noise, effort) {
                Step::Done(tree) if beside.is_empty() => return tree,
                Step::Done(tree) => {
                    beside.push(tree);
                    return Tree::And(beside);
                }
                Step::Aside { activity, rest } => {
                    beside.push(activity.mine(noise, effort));
                    self = rest;
                }
            }
        }
    }

    fn step(mut self, noise: f64, effort: &Effort) -> Step {
        if self.labels.is_empty() {
            return Step::Done(Tree::Silent);
        }
        if self.labels.len() > MAX_ACTIVITIES {
            effort.cut_short.set(true);
            return Step::Done(self.flower());
        }
        if let Some(empty) = self.without_empty(noise) {
            let tree = self.mine(noise, effort);
            return Step::Done(if empty { Tree::Xor(vec![tree, Tree::Silent]) } else { tree });
        }
        if let Some(tree) = self.single(noise) {
            return Step::Done(tree);
        }
        let mut graph = Graph::of(self.labels.len(), &self.traces);
        if let Some(dropped) = effort.dropped {
            graph.drop(|a, b| dropped.contains(&(self.labels[a], self.labels[b])));
        }
        if !effort.may_cut(&graph) {
            return Step::Done(self.flower());
        }
        let cut = graph.cut().or_else(|| (noise > 0.0).then(|| graph.filtered(noise).cut()).flatten());
        match cut {
            Some(cut) => {
                drop(graph);
                Step::Done(self.divided(cut, noise, effort))
            }
            None => self.fall_through(graph, noise, effort),
        }
    }

    /// Drops the empty trace; says whether the tree must allow it, or `None` when there is none.
    fn without_empty(&mut self, noise: f64) -> Option<bool> {
        let empty = self.traces.first().filter(|t| t.0.is_empty())?.1;
        self.traces.remove(0);
        let all: u64 = self.traces.iter().map(|t| t.1).sum::<u64>() + empty;
        Some(empty as f64 >= noise * all as f64)
    }

    /// The base case: one activity. IMf lets it happen once when fewer than `noise` of the traces repeat it.
    fn single(&self, noise: f64) -> Option<Tree> {
        let [label] = *self.labels else { return None };
        let all: u64 = self.traces.iter().map(|t| t.1).sum();
        let repeating: u64 = self.traces.iter().filter(|t| t.0.len() > 1).map(|t| t.1).sum();
        let activity = Tree::Activity(label);
        let once = repeating == 0 || (repeating as f64) < noise * all as f64;
        Some(if once { activity } else { Tree::Loop(vec![activity, Tree::Silent]) })
    }

    fn divided(&self, cut: Cut, noise: f64, effort: &Effort) -> Tree {
        let group = |groups: &[Vec<usize>]| {
            let mut of = vec![0; self.labels.len()];
            groups.iter().enumerate().for_each(|(g, members)| members.iter().for_each(|&a| of[a] = g));
            of
        };
        let (groups, make): (_, fn(Vec<Tree>) -> Tree) = match &cut {
            Cut::Xor(groups) => (groups, Tree::Xor),
            Cut::Sequence(groups) => (groups, Tree::Sequence),
            Cut::And(groups) => (groups, Tree::And),
            Cut::Loop(groups) => (groups, Tree::Loop),
        };
        let of = group(groups);
        let mut parts: Vec<Vec<(Vec<u32>, u64)>> = vec![Vec::new(); groups.len()];
        for (trace, n) in &self.traces {
            let mut put = |g: usize, rows: &[u32]| {
                let kept = rows.iter().filter(|&&a| of[a as usize] == g).map(|&a| self.labels[a as usize]);
                parts[g].push((kept.collect(), *n));
            };
            match &cut {
                Cut::And(groups) => (0..groups.len()).for_each(|g| put(g, trace)),
                Cut::Xor(groups) => {
                    let rows = |g: usize| trace.iter().filter(|&&a| of[a as usize] == g).count();
                    let best = (0..groups.len()).rev().max_by_key(|&g| rows(g)).unwrap_or(0);
                    put(best, trace);
                }
                Cut::Sequence(groups) => {
                    let mut from = 0;
                    for g in 0..groups.len() {
                        let to = if g + 1 == groups.len() { trace.len() } else { split(trace, from, g, &of) };
                        put(g, &trace[from..to]);
                        from = to;
                    }
                }
                Cut::Loop(_) => {
                    // Body and redo take turns; where two redos meet, or a trace begins or ends with one, the
                    // body was skipped.
                    let mut before = None;
                    for run in trace.chunk_by(|a, b| of[*a as usize] == of[*b as usize]) {
                        let g = of[run[0] as usize];
                        if g != 0 && before.is_none_or(|b| b != 0) {
                            put(0, &[]);
                        }
                        put(g, run);
                        before = Some(g);
                    }
                    if before != Some(0) {
                        put(0, &[]);
                    }
                }
            }
        }
        make(parts.into_iter().map(|part| Self::new(part).mine(noise, effort)).collect())
    }

    /// No cut: the first of these that applies, from strict to permissive.
    fn fall_through(&self, graph: Graph, noise: f64, effort: &Effort) -> Step {
        let once = (0..self.labels.len() as u32)
            .find(|&a| self.traces.iter().all(|(t, _)| t.iter().filter(|&&b| b == a).count() == 1));
        if let Some(a) = once.or_else(|| graph.concurrent_activity(&self.traces, || effort.may_try(&graph))) {
            let keep = |wanted: fn(u32, u32) -> bool| {
                let part = self.traces.iter().map(|(trace, n)| {
                    let rows = trace.iter().filter(|&&b| wanted(b, a));
                    (rows.map(|&b| self.labels[b as usize]).collect(), *n)
                });
                Self::new(part.collect())
            };
            return Step::Aside { activity: keep(|b, a| b == a), rest: keep(|b, a| b != a) };
        }
        let strict =
            |before: u32, next: u32| graph.ends[before as usize] > 0 && graph.starts[next as usize] > 0;
        let at_start = |_: u32, next: u32| graph.starts[next as usize] > 0;
        let body = self.repeated(strict).or_else(|| self.repeated(at_start));
        drop(graph);
        Step::Done(match body {
            Some(body) => Tree::Loop(vec![body.mine(noise, effort), Tree::Silent]),
            None => self.flower(),
        })
    }

    /// Any activities in any order, at least one.
    fn flower(&self) -> Tree {
        let activities = self.labels.iter().map(|&l| Tree::Activity(l)).collect();
        let flower = Tree::Loop(vec![Tree::Xor(activities), Tree::Silent]);
        if self.traces.first().is_some_and(|t| t.0.is_empty()) {
            return Tree::Xor(vec![flower, Tree::Silent]);
        }
        flower
    }

    /// The traces cut wherever `between` holds for two neighbours; `None` when that is nowhere.
    fn repeated(&self, between: impl Fn(u32, u32) -> bool) -> Option<Self> {
        let mut parts = Vec::new();
        let mut cuts = 0;
        for (trace, n) in &self.traces {
            for part in trace.chunk_by(|&a, &b| !between(a, b)) {
                parts.push((part.iter().map(|&a| self.labels[a as usize]).collect(), *n));
                cuts += 1;
            }
            cuts -= 1;
        }
        (cuts > 0).then(|| Self::new(parts))
    }
}

/// Where the part of group `g` ends in a trace whose part before `from` is taken: with the fewest rows on the wrong side.
fn split(trace: &[u32], from: usize, g: usize, of: &[usize]) -> usize {
    // Rows of later groups before the end are wrong, and rows of g after it.
    let mut wrong = trace[from..].iter().filter(|&&a| of[a as usize] == g).count() as i64;
    let mut best = (wrong, from);
    for (i, &a) in trace.iter().enumerate().skip(from) {
        match of[a as usize] {
            x if x == g => wrong -= 1,
            x if x > g => wrong += 1,
            _ => {}
        }
        // Among equals the first: what belongs to nobody goes to the later part.
        if wrong < best.0 {
            best = (wrong, i + 1);
        }
    }
    best.1
}
