//! The split miner's view of a log: which activities are concurrent, and which of the rest follow each other often enough.
//!
//! Augusto, Conforti, Dumas, La Rosa and Polyvyanyy, "Split miner: automated discovery of accurate and simple business process models
//! from event logs" (Knowledge and Information Systems 59, 2019). Two activities that follow each other both ways about as often are
//! concurrent; of others the rarer way is noise. What is left is filtered so that every activity stays on the way from the start to the
//! end that carries most, and besides only arcs are kept that are more frequent than a percentile of the most frequent arcs of the
//! activities. The paper goes on to a diagram with splits and joins; here the relation guides the inductive miner's cuts, so that the
//! result is a process tree as from there.

use super::inductive::{Mined, guided};
use super::sample::traces;
use crate::eventlog::EventLog;
use std::collections::{BTreeMap, BTreeSet};

/// The percentile, and how uneven the two ways between concurrent activities may be: the paper's.
pub const ETA: f64 = 0.4;
pub const EPSILON: f64 = 0.1;

/// The tree of a sorted log: cut as the relation of the split miner says.
pub fn split(log: &EventLog, eta: f64, epsilon: f64) -> Mined {
    let mut variants: BTreeMap<&[u32], u64> = BTreeMap::new();
    for range in traces(log) {
        *variants.entry(&log.activity[range]).or_default() += 1;
    }
    let variants: Vec<(Vec<u32>, u64)> = variants.into_iter().map(|(v, n)| (v.to_vec(), n)).collect();
    let dropped = dropped(&variants, eta, epsilon);
    guided(variants, &dropped)
}

/// Pairs that follow each other in the traces and do not count, ascending.
fn dropped(variants: &[(Vec<u32>, u64)], eta: f64, epsilon: f64) -> BTreeSet<(u32, u32)> {
    let follows = Follows::of(variants);
    let concurrent = |a: u32, b: u32| follows.are_concurrent(a, b, epsilon);
    let mut arcs: BTreeMap<(Node, Node), u64> = BTreeMap::new();
    for (&(a, b), &n) in &follows.pairs {
        // Of two ways that are not concurrent the rarer one is noise; equal ones both stay, as in short loops.
        let rarer = follows.count(b, a) > n && !follows.is_short_loop(a, b);
        if !concurrent(a, b) && !rarer {
            arcs.insert((Node::Activity(a), Node::Activity(b)), n);
        }
    }
    arcs.extend(follows.starts.iter().map(|(a, n)| ((Node::Start, Node::Activity(*a)), *n)));
    arcs.extend(follows.ends.iter().map(|(a, n)| ((Node::Activity(*a), Node::End), *n)));
    let kept = filtered(&arcs, eta);
    let is_dropped = |(a, b): &(u32, u32)| {
        !concurrent(*a, *b) && !kept.contains(&(Node::Activity(*a), Node::Activity(*b)))
    };
    follows.pairs.keys().copied().filter(is_dropped).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Start,
    Activity(u32),
    End,
}

/// What follows what; an activity after itself does not count.
struct Follows {
    pairs: BTreeMap<(u32, u32), u64>,
    starts: BTreeMap<u32, u64>,
    ends: BTreeMap<u32, u64>,
    /// a, b, a
    there_and_back: BTreeMap<(u32, u32), u64>,
    repeats: BTreeSet<u32>,
}

impl Follows {
    fn of(variants: &[(Vec<u32>, u64)]) -> Self {
        let mut all = Self {
            pairs: BTreeMap::new(),
            starts: BTreeMap::new(),
            ends: BTreeMap::new(),
            there_and_back: BTreeMap::new(),
            repeats: BTreeSet::new(),
        };
        for (trace, n) in variants {
            let (Some(first), Some(last)) = (trace.first(), trace.last()) else { continue };
            *all.starts.entry(*first).or_default() += n;
            *all.ends.entry(*last).or_default() += n;
            for pair in trace.windows(2) {
                if pair[0] == pair[1] {
                    all.repeats.insert(pair[0]);
                } else {
                    *all.pairs.entry((pair[0], pair[1])).or_default() += n;
                }
            }
            for three in trace.windows(3).filter(|t| t[0] == t[2] && t[0] != t[1]) {
                *all.there_and_back.entry((three[0], three[1])).or_default() += n;
            }
        }
        all
    }

    fn count(&self, a: u32, b: u32) -> u64 {
        self.pairs.get(&(a, b)).copied().unwrap_or(0)
    }

    fn is_short_loop(&self, a: u32, b: u32) -> bool {
        let back = |a, b| self.there_and_back.get(&(a, b)).copied().unwrap_or(0);
        !self.repeats.contains(&a) && !self.repeats.contains(&b) && back(a, b) + back(b, a) > 0
    }

    fn are_concurrent(&self, a: u32, b: u32, epsilon: f64) -> bool {
        let (there, back) = (self.count(a, b) as f64, self.count(b, a) as f64);
        there > 0.0
            && back > 0.0
            && !self.is_short_loop(a, b)
            && (there - back).abs() < epsilon * (there + back)
    }
}

/// The arcs on the ways that carry most, and those more frequent than a percentile of the most frequent arcs of the activities.
fn filtered(arcs: &BTreeMap<(Node, Node), u64>, eta: f64) -> BTreeSet<(Node, Node)> {
    let nodes: BTreeSet<Node> = arcs.keys().flat_map(|(a, b)| [*a, *b]).collect();
    let mut most: Vec<u64> = Vec::new();
    for node in &nodes {
        most.extend(arcs.iter().filter(|((a, _), _)| a == node).map(|(_, n)| *n).max());
        most.extend(arcs.iter().filter(|((_, b), _)| b == node).map(|(_, n)| *n).max());
    }
    most.sort_unstable();
    let threshold = most.get(((most.len() as f64 * eta) as usize).min(most.len().saturating_sub(1))).copied();
    let mut kept: BTreeSet<(Node, Node)> =
        arcs.iter().filter(|(_, n)| Some(**n) > threshold).map(|(arc, _)| *arc).collect();
    kept.extend(widest(arcs, Node::Start, false));
    kept.extend(widest(arcs, Node::End, true));
    kept
}

/// The last arc of the way to each node that carries most, from a node or, backwards, to it: the way whose rarest arc is the most frequent.
fn widest(arcs: &BTreeMap<(Node, Node), u64>, from: Node, backwards: bool) -> Vec<(Node, Node)> {
    let mut width: BTreeMap<Node, u64> = BTreeMap::from([(from, u64::MAX)]);
    let mut by: BTreeMap<Node, (Node, Node)> = BTreeMap::new();
    let mut done: BTreeSet<Node> = BTreeSet::new();
    while let Some((&node, &wide)) =
        width.iter().filter(|(n, _)| !done.contains(n)).max_by_key(|(n, w)| (**w, std::cmp::Reverse(**n)))
    {
        done.insert(node);
        for (&(a, b), &n) in arcs {
            let (here, there) = if backwards { (b, a) } else { (a, b) };
            let through = wide.min(n);
            if here == node
                && !done.contains(&there)
                && width.get(&there).is_none_or(|known| through > *known)
            {
                width.insert(there, through);
                by.insert(there, (a, b));
            }
        }
    }
    by.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eventlog::Instance;

    fn tree(cases: &[(&str, usize)]) -> String {
        let mut log = EventLog::default();
        for (variant, n) in cases {
            for _ in 0..*n {
                let case = log.cases.len().to_string();
                let case = log.cases.intern(&case);
                for (i, a) in variant.chars().enumerate() {
                    let activity = log.activities.intern(&a.to_string());
                    log.push(Instance {
                        case,
                        activity,
                        start: i as i64,
                        end: i as i64,
                        ..Instance::default()
                    });
                }
            }
        }
        log.sort();
        let names = log.activities.iter().collect();
        split(&log, ETA, EPSILON).tree.print(&names)
    }

    #[test]
    fn concurrency_needs_both_orders_about_as_often() {
        assert_eq!(tree(&[("abcd", 50), ("acbd", 48)]), "seq('a', and('b', 'c'), 'd')");
        // Otherwise the rarer order is noise: b comes before c, and cases that have it later do without it there.
        assert_eq!(tree(&[("abcd", 80), ("acbd", 20)]), "seq('a', xor('b', silent), 'c', 'd')");
    }

    #[test]
    fn rare_arcs_are_left_out_and_no_activity_is() {
        // The case that has b last goes past b and c.
        assert_eq!(tree(&[("abd", 50), ("acd", 45), ("adb", 1)]), "seq('a', xor('b', 'c', silent), 'd')");
        // e is rare, and stays: on the way that carries most to it.
        let with = tree(&[("abd", 50), ("acd", 45), ("aed", 2)]);
        assert!(with.contains("'e'"), "{with}");
    }

    #[test]
    fn short_loops_are_no_concurrency() {
        let found = tree(&[("abac", 30), ("ababac", 20), ("ac", 50)]);
        assert_eq!(found, "seq(loop('a', 'b'), 'c')");
    }
}
