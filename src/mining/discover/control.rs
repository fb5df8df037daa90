//! The process tree that a scenario's steps are made from.

use crate::eventlog::EventLog;
use crate::mining::enabled::{are, concurrent};
use crate::mining::inductive;
use crate::mining::split::{EPSILON, split};
use crate::mining::tree::Tree;

/// Where the tree comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Control {
    /// The inductive miner's, with what is rarer than this share left out where it prevents a cut.
    Inductive(f64),
    /// The same; what it takes for concurrent but rarely overlaps in time becomes a free sequence.
    Overlapping(f64),
    /// The same miner, guided by what the split miner keeps of what follows what, with its percentile.
    Split(f64),
    /// Any activity may follow any other: all structure is left to the memory of the choices.
    Sequence,
}

/// Below this share of pairs that overlap in time a concurrent block is none.
const OVERLAP_FROM: f64 = 0.5;

/// The tree of a sorted log.
pub fn tree(log: &EventLog, control: Control) -> Tree {
    match control {
        Control::Inductive(noise) => inductive(log, noise),
        Control::Overlapping(noise) => in_sequence(inductive(log, noise), &concurrent(log)).simplified(),
        Control::Split(eta) => split(log, eta, EPSILON).tree,
        Control::Sequence => free(&(0..log.activities.len() as u32).collect::<Vec<_>>()),
    }
}

/// Concurrent blocks whose parts hardly ever overlap become free sequences of their activities.
fn in_sequence(tree: Tree, concurrent: &[(u32, u32)]) -> Tree {
    let each = |parts: Vec<Tree>| parts.into_iter().map(|t| in_sequence(t, concurrent)).collect::<Vec<_>>();
    match tree {
        Tree::And(parts) => {
            let sets: Vec<Vec<u32>> = parts.iter().map(Tree::activities).collect();
            let (mut pairs, mut overlapping) = (0usize, 0usize);
            for (i, first) in sets.iter().enumerate() {
                for second in &sets[i + 1..] {
                    for &a in first {
                        pairs += second.len();
                        overlapping += second.iter().filter(|&&b| are(concurrent, a, b)).count();
                    }
                }
            }
            if overlapping as f64 >= OVERLAP_FROM * pairs as f64 {
                return Tree::And(each(parts));
            }
            let all: Vec<u32> = sets.concat();
            free(&all)
        }
        Tree::Sequence(parts) => Tree::Sequence(each(parts)),
        Tree::Xor(parts) => Tree::Xor(each(parts)),
        Tree::Loop(parts) => Tree::Loop(each(parts)),
        leaf => leaf,
    }
}

/// Some of these activities, any number of times, one after the other.
fn free(activities: &[u32]) -> Tree {
    let mut sorted = activities.to_vec();
    sorted.sort_unstable();
    let each: Vec<Tree> = sorted.into_iter().map(Tree::Activity).collect();
    let body = match each.len() {
        1 => each.into_iter().next().unwrap_or(Tree::Silent),
        _ => Tree::Xor(each),
    };
    Tree::Loop(vec![body, Tree::Silent])
}
