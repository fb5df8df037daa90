//! Who works with whom: handover of work, subcontracting and working together (van der Aalst, Reijers and Song,
//! "Discovering social networks from event logs", Computer Supported Cooperative Work 14 (2005)), between
//! people, teams or sites.

use super::sample::traces;
use super::spread::Spread;
use crate::eventlog::{EventLog, NONE, Names, UNKNOWN};
use std::collections::{BTreeMap, BTreeSet};

/// Between whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    Resources,
    Teams,
    Sites,
}

impl Who {
    /// The column of the log and its names.
    pub fn of(self, log: &EventLog) -> (&[u32], &Names) {
        match self {
            Self::Resources => (&log.resource, &log.resources),
            Self::Teams => (&log.team, &log.teams),
            Self::Sites => (&log.site, &log.sites),
        }
    }
}

/// Work that passed from one to another (or stayed: `from` equals `to`) between two rows of a case.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Handover {
    pub from: String,
    pub to: String,
    pub count: usize,
    /// cases in which it happens
    pub cases: usize,
    /// from the end of the one row to the start of the next
    pub waiting: Spread,
}

/// Handovers between consecutive rows, the largest total waiting first. Rows without a performer are passed over.
pub fn handovers(log: &EventLog, who: Who) -> Vec<Handover> {
    let (column, names) = who.of(log);
    let mut pairs: BTreeMap<(u32, u32), (Vec<i64>, usize, usize)> = BTreeMap::new();
    for range in traces(log) {
        let case = range.start;
        let mut before: Option<usize> = None;
        for row in range.filter(|&row| column[row] != NONE) {
            if let Some(b) = before {
                let known = log.end[b] != UNKNOWN && log.start[row] != UNKNOWN;
                let wait = if known { (log.start[row] - log.end[b]).max(0) } else { 0 };
                let entry = pairs.entry((column[b], column[row])).or_insert((Vec::new(), 0, usize::MAX));
                entry.0.push(wait);
                entry.1 += usize::from(entry.2 != case);
                entry.2 = case;
            }
            before = Some(row);
        }
    }
    let mut list: Vec<Handover> = pairs
        .into_iter()
        .map(|((from, to), (mut waits, cases, _))| Handover {
            from: names.name(from).to_owned(),
            to: names.name(to).to_owned(),
            count: waits.len(),
            cases,
            waiting: Spread::of(&mut waits),
        })
        .collect();
    list.sort_by(|a, b| b.waiting.total.total_cmp(&a.waiting.total).then(b.count.cmp(&a.count)));
    list
}

/// Two of a kind and a count.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Tie {
    pub a: String,
    pub b: String,
    pub count: usize,
}

/// `a` gives work to `b` and gets it back: the rows a, b, a in a case follow each other.
pub fn subcontracting(log: &EventLog, who: Who) -> Vec<Tie> {
    let (column, names) = who.of(log);
    let mut counts: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for range in traces(log) {
        for w in column[range].windows(3).filter(|w| w[0] == w[2] && w[0] != w[1] && !w.contains(&NONE)) {
            *counts.entry((w[0], w[1])).or_default() += 1;
        }
    }
    ties(counts, names)
}

/// Everybody who worked on a case makes a pair with everybody else: with more people than this a case says nothing about two
/// of them, and its pairs would fill the memory.
pub const MOST_PEOPLE: usize = 300;

fn people(column: &[u32]) -> BTreeSet<u32> {
    column.iter().copied().filter(|&r| r != NONE).collect()
}

/// Cases of more than [`MOST_PEOPLE`].
pub fn crowded_cases(log: &EventLog, who: Who) -> usize {
    let (column, _) = who.of(log);
    traces(log)
        .into_iter()
        .filter(|r| r.len() > MOST_PEOPLE && people(&column[r.clone()]).len() > MOST_PEOPLE)
        .count()
}

/// Pairs by the number of cases that both worked on, each pair once. Cases of more than [`MOST_PEOPLE`] are left out.
pub fn working_together(log: &EventLog, who: Who) -> Vec<Tie> {
    let (column, names) = who.of(log);
    let mut counts: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for range in traces(log) {
        let people = people(&column[range]);
        if people.len() > MOST_PEOPLE {
            continue;
        }
        for &a in &people {
            for &b in people.range(a + 1..) {
                *counts.entry((a, b)).or_default() += 1;
            }
        }
    }
    ties(counts, names)
}

fn ties(counts: BTreeMap<(u32, u32), usize>, names: &Names) -> Vec<Tie> {
    let tie = |((a, b), count)| Tie { a: names.name(a).to_owned(), b: names.name(b).to_owned(), count };
    let mut list: Vec<Tie> = counts.into_iter().map(tie).collect();
    list.sort_by_key(|t| std::cmp::Reverse(t.count));
    list
}
