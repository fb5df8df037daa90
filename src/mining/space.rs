//! All markings of a net and the moves between them, with what a search needs to know about each.

use super::petri::Petri;
use crate::eventlog::NONE;
use std::collections::BTreeMap;

/// The reachable markings; number 0 is the initial one.
pub(super) struct Space {
    /// (activity or `NONE` for a silent move, marking) of the moves out of each marking
    pub moves: Vec<Vec<(u32, u32)>>,
    /// the marking with a token in the last place only
    pub last: u32,
    /// words of 64 activities in the sets below
    pub words: usize,
    /// activities that may still happen, one row of bits for each marking
    may: Vec<u64>,
    /// activities that must still happen
    must: Vec<u64>,
}

impl Space {
    /// `None` when there are more than `limit` markings, or when the net has no way to its end.
    pub fn of(net: &Petri, activities: usize, limit: usize) -> Option<Self> {
        let cells = net.places.div_ceil(64);
        let bits = |places: &[usize]| {
            let mut bits = vec![0u64; cells];
            places.iter().for_each(|p| bits[p / 64] |= 1 << (p % 64));
            bits
        };
        let transitions: Vec<_> = net
            .transitions
            .iter()
            .map(|t| (t.label.unwrap_or(NONE), bits(&t.inputs), bits(&t.outputs)))
            .collect();
        let mut index = BTreeMap::from([(bits(&[net.initial]), 0u32)]);
        let mut markings = vec![bits(&[net.initial])];
        let mut moves = Vec::new();
        while moves.len() < markings.len() {
            let marking = markings[moves.len()].clone();
            let mut out = Vec::new();
            for (label, inputs, outputs) in &transitions {
                if marking.iter().zip(inputs).any(|(m, i)| m & i != *i) {
                    continue;
                }
                let parts = marking.iter().zip(inputs).zip(outputs);
                let next: Vec<u64> = parts.map(|((m, i), o)| (m & !i) | o).collect();
                let number = *index.entry(next).or_insert_with_key(|next| {
                    markings.push(next.clone());
                    markings.len() as u32 - 1
                });
                out.push((*label, number));
            }
            if markings.len() > limit {
                return None;
            }
            moves.push(out);
        }
        let last = *index.get(&bits(&[net.last]))?;
        let words = activities.div_ceil(64).max(1);
        let mut space = Self { moves, last, words, may: Vec::new(), must: Vec::new() };
        space.may = space.fixpoint(0, |row, label, next| {
            row.iter_mut().zip(next).for_each(|(r, n)| *r |= n);
            if label != NONE {
                row[label as usize / 64] |= 1 << (label % 64);
            }
        });
        space.must = space.fixpoint(u64::MAX, |row, label, next| {
            let own =
                |w: usize| if label != NONE && label as usize / 64 == w { 1u64 << (label % 64) } else { 0 };
            row.iter_mut().zip(next).enumerate().for_each(|(w, (r, n))| *r &= n | own(w));
        });
        Some(space)
    }

    pub fn may(&self, marking: u32) -> &[u64] {
        &self.may[marking as usize * self.words..][..self.words]
    }

    pub fn must(&self, marking: u32) -> &[u64] {
        &self.must[marking as usize * self.words..][..self.words]
    }

    /// A set for each marking, changed by each move out of it until nothing changes; nothing for the last one.
    fn fixpoint(&self, start: u64, change: impl Fn(&mut [u64], u32, &[u64])) -> Vec<u64> {
        let w = self.words;
        let mut sets = vec![start; self.moves.len() * w];
        sets[self.last as usize * w..][..w].fill(0);
        let mut row = vec![0; w];
        loop {
            let mut changed = false;
            for marking in (0..self.moves.len()).rev().filter(|&m| m != self.last as usize) {
                row.copy_from_slice(&sets[marking * w..][..w]);
                for &(label, next) in &self.moves[marking] {
                    change(&mut row, label, &sets[next as usize * w..][..w]);
                }
                changed |= row != sets[marking * w..][..w];
                sets[marking * w..][..w].copy_from_slice(&row);
            }
            if !changed {
                return sets;
            }
        }
    }
}
