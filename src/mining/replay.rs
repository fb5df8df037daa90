//! Token replay: cases are played on the net; tokens that are missing are lent, and tokens that are left are counted.
//!
//! Rozinat and van der Aalst, "Conformance checking of processes based on monitoring real behavior", Information
//! Systems 33 (2008). Silent steps fire when they bring the token that an activity, or the end, needs: they are
//! found backwards from the place that lacks it, with the fewest firings.

use super::petri::Petri;
use super::sample::traces;
use super::tree::Tree;
use crate::eventlog::EventLog;
use std::collections::BTreeMap;

/// What token replay found.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Replay {
    pub cases: usize,
    /// share of the cases that need no token lent and leave none
    pub fitting: f64,
    /// mean over the cases of (1 - missing / consumed) / 2 + (1 - remaining / produced) / 2
    pub mean_fitness: f64,
    /// the same of the sums over all cases
    pub log_fitness: f64,
    pub tokens: Tokens,
}

/// Tokens of one case, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tokens {
    pub produced: u64,
    pub consumed: u64,
    /// lent because an activity came that the net did not allow
    pub missing: u64,
    /// left over after the end
    pub remaining: u64,
}

impl Tokens {
    pub fn fitness(&self) -> f64 {
        let share = |a: u64, b: u64| if b == 0 { 0.0 } else { a as f64 / b as f64 };
        1.0 - (share(self.missing, self.consumed) + share(self.remaining, self.produced)) / 2.0
    }
}

/// Replays a log on the net of a tree. A row of an activity that the tree does not have is one token lent and one left.
pub fn replay(log: &EventLog, tree: &Tree) -> Replay {
    let net = Petri::of(tree);
    let mut variants: BTreeMap<&[u32], u64> = BTreeMap::new();
    for range in traces(log) {
        *variants.entry(&log.activity[range]).or_default() += 1;
    }
    let mut player = Player::new(&net, log.activities.len());
    let mut all = Tokens::default();
    let (mut cases, mut fitting, mut total) = (0, 0, 0.0);
    for (trace, n) in variants {
        let tokens = player.play(trace);
        cases += n;
        fitting += if tokens.missing + tokens.remaining == 0 { n } else { 0 };
        total += tokens.fitness() * n as f64;
        all.produced += n * tokens.produced;
        all.consumed += n * tokens.consumed;
        all.missing += n * tokens.missing;
        all.remaining += n * tokens.remaining;
    }
    Replay {
        cases: cases as usize,
        fitting: fitting as f64 / cases as f64,
        mean_fitness: total / cases as f64,
        log_fitness: all.fitness(),
        tokens: all,
    }
}

struct Player<'a> {
    net: &'a Petri,
    /// transitions of each activity
    labelled: Vec<Vec<usize>>,
    /// silent transitions into each place
    silent_into: Vec<Vec<usize>>,
    marking: Vec<u32>,
    tokens: Tokens,
}

impl<'a> Player<'a> {
    fn new(net: &'a Petri, activities: usize) -> Self {
        let mut labelled = vec![Vec::new(); activities];
        let mut silent_into = vec![Vec::new(); net.places];
        for (t, transition) in net.transitions.iter().enumerate() {
            match transition.label {
                Some(a) => labelled[a as usize].push(t),
                None => transition.outputs.iter().for_each(|&p| silent_into[p].push(t)),
            }
        }
        Self { net, labelled, silent_into, marking: vec![0; net.places], tokens: Tokens::default() }
    }

    fn play(&mut self, trace: &[u32]) -> Tokens {
        self.marking.fill(0);
        self.marking[self.net.initial] = 1;
        self.tokens = Tokens { produced: 1, consumed: 1, ..Tokens::default() };
        for &a in trace {
            // Of several transitions of one activity the one that needs the fewest silent steps.
            let ways =
                self.labelled[a as usize].iter().map(|&t| (t, self.way_to(&self.net.transitions[t].inputs)));
            let best = ways.min_by_key(|(_, way)| way.as_ref().map_or(usize::MAX, |(steps, _)| steps.len()));
            let Some((t, way)) = best else {
                self.tokens.missing += 1;
                self.tokens.consumed += 1;
                self.tokens.produced += 1;
                self.tokens.remaining += 1;
                continue;
            };
            way.into_iter().for_each(|(steps, _)| steps.into_iter().for_each(|s| self.fire(s)));
            self.fire(t);
        }
        if let Some((steps, _)) = self.way_to(&[self.net.last]) {
            steps.into_iter().for_each(|s| self.fire(s));
        }
        match self.marking[self.net.last] {
            0 => self.tokens.missing += 1,
            _ => self.marking[self.net.last] -= 1,
        }
        self.tokens.remaining += self.marking.iter().map(|&m| u64::from(m)).sum::<u64>();
        self.tokens
    }

    /// Fires; tokens that it needs and that are not there are lent.
    fn fire(&mut self, t: usize) {
        let transition = &self.net.transitions[t];
        for &p in &transition.inputs {
            match self.marking[p] {
                0 => self.tokens.missing += 1,
                _ => self.marking[p] -= 1,
            }
            self.tokens.consumed += 1;
        }
        for &p in &transition.outputs {
            self.marking[p] += 1;
            self.tokens.produced += 1;
        }
    }

    /// The silent steps that put a token into each of these places at once, and the marking after them.
    fn way_to(&self, places: &[usize]) -> Option<(Vec<usize>, Vec<u32>)> {
        let mut held = self.marking.clone();
        let mut steps = Vec::new();
        for &p in places {
            let mut open = vec![false; self.net.places];
            let (more, after) = self.bring(p, held, &mut open)?;
            steps.extend(more);
            held = after;
            // What is kept for the transition must not be taken again.
            held[p] -= 1;
        }
        Some((steps, held))
    }

    /// Silent steps after which place `p` holds a token. `open` are the places that wait for one further up.
    fn bring(&self, p: usize, marking: Vec<u32>, open: &mut [bool]) -> Option<(Vec<usize>, Vec<u32>)> {
        if marking[p] > 0 {
            return Some((Vec::new(), marking));
        }
        if std::mem::replace(&mut open[p], true) {
            return None;
        }
        let mut best: Option<(Vec<usize>, Vec<u32>)> = None;
        for &t in &self.silent_into[p] {
            let mut way = Some((Vec::new(), marking.clone()));
            for &input in &self.net.transitions[t].inputs {
                way = way.and_then(|(mut steps, held): (Vec<usize>, _)| {
                    let (more, mut held) = self.bring(input, held, open)?;
                    steps.extend(more);
                    held[input] -= 1;
                    Some((steps, held))
                });
            }
            if let Some((mut steps, mut held)) = way {
                steps.push(t);
                self.net.transitions[t].outputs.iter().for_each(|&o| held[o] += 1);
                if best.as_ref().is_none_or(|b| steps.len() < b.0.len()) {
                    best = Some((steps, held));
                }
            }
        }
        open[p] = false;
        best
    }
}
