//! What was decided where: the cases are laid on the tree, and each choice notes which way was taken after what.
//!
//! Every activity stands at one place of the tree, so a case falls apart by activities: what belongs to the parts of a sequence
//! or of a concurrent block is told by name, a choice is made by most rows, and a repetition begins anew where its body cannot
//! go on. Rows that do not fit are counted and left aside, as the inductive miner does when it splits a log.

use crate::eventlog::{EventLog, NONE};
use crate::mining::tree::Tree;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a choice could know when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Context {
    /// how often the case has come to this choice, this time included; at most [`PASSES`]
    pub passes: u32,
    /// the activity before it in the same line of work, and the one before that; [`NONE`] at the beginning. For a concurrent block
    /// stands the activity with the smallest number in it.
    pub previous: u32,
    pub before: u32,
}

/// More passes than this are not told apart.
pub const PASSES: u32 = 4;

/// A choice of the tree: an exclusive block, or the end of a repetition (way 0 leaves it).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    pub ways: usize,
    /// counts of the ways by context
    pub taken: BTreeMap<Context, Vec<u64>>,
    /// its line of work
    pub scope: usize,
    pub is_loop: bool,
    /// every time it was made, in the order of the log
    pub passages: Vec<Passage>,
}

/// A choice that a case made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    pub context: Context,
    pub case: u32,
    pub way: u32,
}

impl Choice {
    pub fn total(&self) -> u64 {
        self.taken.values().flatten().sum()
    }

    /// The share of each way in all passages.
    pub fn shares(&self) -> Vec<f64> {
        let of_way = |w: usize| self.taken.values().map(|n| n[w]).sum::<u64>();
        let total = self.total().max(1) as f64;
        (0..self.ways).map(|w| of_way(w) as f64 / total).collect()
    }
}

/// All choices of a tree in the order in which its text names them, and how well the cases fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branching {
    pub choices: Vec<Choice>,
    /// activities of each line of work: the whole process, then each part of a concurrent block
    pub scopes: Vec<Vec<u32>>,
    pub rows: u64,
    /// rows that the tree did not follow, and activities that it asked for in vain
    pub deviations: u64,
}

/// Lays cases of a sorted log, each given by its rows, on a tree over its activities.
pub fn branching(log: &EventLog, cases: &[Range<usize>], tree: &Tree) -> (Block, Branching) {
    let mut walk = Walk::default();
    walk.found.scopes.push(tree.activities());
    let root = walk.number(tree, 0);
    for range in cases {
        let trace = &log.activity[range.clone()];
        walk.passes.fill(0);
        walk.case = log.case[range.start];
        walk.found.rows += trace.len() as u64;
        walk.follow(&root, trace, &mut [NONE; 2]);
    }
    (root, walk.found)
}

/// A node of the tree with its activities and the number of its choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub kind: Kind,
    pub activities: Vec<u32>,
    pub parts: Vec<Block>,
    /// the line of work that it belongs to
    pub scope: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Silent,
    Activity,
    Sequence,
    Xor(usize),
    And,
    Loop(usize),
}

#[derive(Default)]
struct Walk {
    found: Branching,
    passes: Vec<u32>,
    case: u32,
}

impl Walk {
    /// Numbers choices in the order of the text.
    fn number(&mut self, tree: &Tree, scope: usize) -> Block {
        let (kind, parts): (Kind, &[Tree]) = match tree {
            Tree::Silent => (Kind::Silent, &[]),
            Tree::Activity(_) => (Kind::Activity, &[]),
            Tree::Sequence(parts) => (Kind::Sequence, parts),
            Tree::Xor(parts) => (Kind::Xor(self.choice(parts.len(), scope, false)), parts),
            Tree::And(parts) => (Kind::And, parts),
            Tree::Loop(parts) => (Kind::Loop(self.choice(parts.len(), scope, true)), parts),
        };
        let each = |walk: &mut Self, part: &Tree| {
            if kind != Kind::And {
                return walk.number(part, scope);
            }
            walk.found.scopes.push(part.activities());
            let own = walk.found.scopes.len() - 1;
            walk.number(part, own)
        };
        let parts = parts.iter().map(|part| each(self, part)).collect();
        Block { kind, activities: tree.activities(), parts, scope }
    }

    fn choice(&mut self, ways: usize, scope: usize, is_loop: bool) -> usize {
        self.passes.push(0);
        self.found.choices.push(Choice {
            ways,
            scope,
            is_loop,
            taken: BTreeMap::new(),
            passages: Vec::new(),
        });
        self.passes.len() - 1
    }

    fn decide(&mut self, choice: usize, way: usize, last: &[u32; 2]) {
        self.passes[choice] += 1;
        let passes = self.passes[choice].min(PASSES);
        let context = Context { passes, previous: last[0], before: last[1] };
        let choice = &mut self.found.choices[choice];
        choice.taken.entry(context).or_insert_with(|| vec![0; choice.ways])[way] += 1;
        choice.passages.push(Passage { context, case: self.case, way: way as u32 });
    }

    fn follow(&mut self, block: &Block, rows: &[u32], last: &mut [u32; 2]) {
        match block.kind {
            Kind::Silent => self.found.deviations += rows.len() as u64,
            Kind::Activity => {
                self.found.deviations += rows.len().abs_diff(1) as u64;
                *last = [block.activities[0], last[0]];
            }
            Kind::Sequence => {
                self.found.deviations += backwards(block, rows);
                block.parts.iter().for_each(|part| self.follow(part, &of(part, rows), last));
            }
            Kind::And => {
                block.parts.iter().for_each(|part| self.follow(part, &of(part, rows), &mut [NONE; 2]));
                // Whoever comes behind knows that the block was done, by its first activity.
                *last = [block.activities[0], last[0]];
            }
            Kind::Xor(choice) => {
                let hits = |part: &Block| rows.iter().filter(|a| part.has(**a)).count();
                let most = block.parts.iter().map(hits).max().unwrap_or(0);
                let fits = |part: &Block| hits(part) == most && (most > 0 || part.kind == Kind::Silent);
                let empty = || block.parts.iter().position(Block::may_be_empty);
                let Some(way) = block.parts.iter().position(fits).or_else(empty) else {
                    self.found.deviations += 1;
                    return;
                };
                self.found.deviations += (rows.len() - most) as u64;
                self.decide(choice, way, last);
                self.follow(&block.parts[way], &of(&block.parts[way], rows), last);
            }
            Kind::Loop(choice) => self.repeat(block, choice, rows, last),
        }
    }

    fn repeat(&mut self, block: &Block, choice: usize, rows: &[u32], last: &mut [u32; 2]) {
        let (body, redos) = (&block.parts[0], &block.parts[1..]);
        let mut at = 0;
        loop {
            let end = at + stretch(body, &rows[at..]);
            self.follow(body, &rows[at..end], last);
            at = end;
            // What neither goes on nor begins anew is left aside.
            let way = loop {
                let Some(&next) = rows.get(at) else { break None };
                let way = redo_of(block, next);
                if way.is_some() {
                    break way;
                }
                self.found.deviations += 1;
                at += 1;
            };
            let Some(way) = way else {
                self.decide(choice, 0, last);
                return;
            };
            self.decide(choice, way + 1, last);
            let end = at + stretch(&redos[way], &rows[at..]);
            self.follow(&redos[way], &rows[at..end], last);
            at = end;
        }
    }
}

/// The way of a repetition that leads to an activity: through a part behind its body, or back to the body at once.
pub(super) fn redo_of(block: &Block, next: u32) -> Option<usize> {
    let (body, redos) = (&block.parts[0], &block.parts[1..]);
    let redo = redos.iter().position(|r| r.has(next));
    redo.or_else(|| if body.has(next) { redos.iter().position(Block::may_be_empty) } else { None })
}

impl Block {
    pub(super) fn has(&self, activity: u32) -> bool {
        self.activities.binary_search(&activity).is_ok()
    }

    pub(super) fn may_be_empty(&self) -> bool {
        match self.kind {
            Kind::Silent => true,
            Kind::Activity => false,
            Kind::Xor(_) => self.parts.iter().any(Self::may_be_empty),
            Kind::Sequence | Kind::And => self.parts.iter().all(Self::may_be_empty),
            Kind::Loop(_) => self.parts[0].may_be_empty(),
        }
    }

    /// Whether these rows can be the beginning of a run.
    fn begins_with(&self, rows: &[u32]) -> bool {
        match self.kind {
            Kind::Silent => rows.is_empty(),
            Kind::Activity => rows.len() <= 1,
            Kind::Sequence => {
                backwards(self, rows) == 0 && self.parts.iter().all(|part| part.begins_with(&of(part, rows)))
            }
            Kind::And => self.parts.iter().all(|part| part.begins_with(&of(part, rows))),
            Kind::Xor(_) => {
                rows.is_empty() || {
                    let one = |part: &Self| rows.iter().all(|a| part.has(*a)) && part.begins_with(rows);
                    self.parts.iter().any(one)
                }
            }
            Kind::Loop(_) => rows.iter().all(|a| self.has(*a)),
        }
    }
}

/// The rows of a part.
fn of(part: &Block, rows: &[u32]) -> Vec<u32> {
    rows.iter().copied().filter(|a| part.has(*a)).collect()
}

/// Rows of a sequence that come after a row of a later part.
fn backwards(block: &Block, rows: &[u32]) -> u64 {
    let mut reached = 0;
    let mut wrong = 0;
    for a in rows {
        let Some(part) = block.parts.iter().position(|p| p.has(*a)) else { continue };
        wrong += u64::from(part < reached);
        reached = reached.max(part);
    }
    wrong
}

/// How many of the next rows one run of a block takes.
pub(super) fn stretch(block: &Block, rows: &[u32]) -> usize {
    let mut n = 0;
    while n < rows.len() && block.has(rows[n]) && block.begins_with(&rows[..=n]) {
        n += 1;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eventlog::{Instance, Names};

    fn found(tree: &str, cases: &[&str]) -> Branching {
        let mut names = Names::default();
        let tree = Tree::parse(tree, &mut names).expect("a tree");
        let mut log = EventLog { activities: names, ..EventLog::default() };
        for (c, case) in cases.iter().enumerate() {
            for (i, a) in case.chars().enumerate() {
                let activity = log.activities.intern(&a.to_string());
                let case = log.cases.intern(&c.to_string());
                log.push(Instance { case, activity, start: i as i64, end: i as i64, ..Instance::default() });
            }
        }
        log.sort();
        branching(&log, &log.case_ranges(), &tree).1
    }

    fn ways(choice: &Choice) -> Vec<u64> {
        let mut all = vec![0; choice.ways];
        choice.taken.values().for_each(|n| all.iter_mut().zip(n).for_each(|(a, n)| *a += n));
        all
    }

    #[test]
    fn choices_and_skips_are_counted() {
        let b = found("seq('a', xor('b', 'c'), xor('d', silent))", &["abd", "ac", "ab", "ac"]);
        assert_eq!(b.choices.iter().map(ways).collect::<Vec<_>>(), [vec![2, 2], vec![1, 3]]);
        assert_eq!((b.rows, b.deviations), (9, 0));
    }

    #[test]
    fn a_repetition_begins_anew_where_its_body_cannot_go_on() {
        let b = found("loop(seq('a', 'b'), silent, 'r')", &["ab", "abab", "abrab", "ababrab"]);
        // Exits, empty redos, redos with r.
        assert_eq!(ways(&b.choices[0]), [4, 2, 2]);
        assert_eq!(b.deviations, 0);
        let flower = found("loop(xor('a', 'b'), silent)", &["aab", "b"]);
        assert_eq!(flower.choices.iter().map(ways).collect::<Vec<_>>(), [vec![2, 2], vec![2, 2]]);
    }

    #[test]
    fn contexts_are_the_passes_and_what_came_before() {
        let b = found("loop(xor('a', 'b'), silent)", &["aba"]);
        let a = b.choices[0].taken.keys().map(|c| (c.passes, c.previous, c.before)).collect::<Vec<_>>();
        assert_eq!(a, [(1, 0, NONE), (2, 1, 0), (3, 0, 1)]);
        // What goes on beside has a line of its own.
        let b = found("seq('a', and('b', xor('c', silent)), 'd')", &["abcd", "abd"]);
        assert_eq!(b.scopes, [vec![0, 1, 2, 3], vec![1], vec![2]]);
        assert!(b.choices[0].taken.keys().all(|c| c.previous == NONE && b.choices[0].scope == 2));
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let b = found("seq('a', 'b')", &["ba", "a", "aab"]);
        assert_eq!(b.deviations, 3);
    }
}
