//! Variants: the distinct sequences of activities, and how often each occurs.

use super::sample::{earliest, latest, traces};
use super::spread::Spread;
use crate::eventlog::EventLog;
use std::collections::BTreeMap;

/// One sequence of activities.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Variant {
    pub activities: Vec<String>,
    pub cases: usize,
    /// share of all cases
    pub share: f64,
    /// share of the cases that this variant and those before it in the list hold
    pub cumulative: f64,
    /// from the first start to the last end
    pub cycle: Spread,
}

/// All variants, the most frequent first; among equals the one that the log shows first.
pub fn variants(log: &EventLog) -> Vec<Variant> {
    let groups = grouped(log);
    let all: usize = groups.iter().map(|g| g.1.len()).sum();
    let mut before = 0;
    groups
        .into_iter()
        .map(|(activities, ranges)| {
            before += ranges.len();
            let mut cycles: Vec<i64> = ranges
                .iter()
                .map(|r| latest(log, r.clone()).saturating_sub(earliest(log, r.clone())))
                .collect();
            Variant {
                activities: activities.iter().map(|&a| log.activities.name(a).to_owned()).collect(),
                cases: ranges.len(),
                share: ranges.len() as f64 / all as f64,
                cumulative: before as f64 / all as f64,
                cycle: Spread::of(&mut cycles),
            }
        })
        .collect()
}

/// Sequences with the rows of their cases, the most frequent first.
pub(super) fn grouped(log: &EventLog) -> Vec<(&[u32], Vec<std::ops::Range<usize>>)> {
    let mut groups: BTreeMap<&[u32], Vec<std::ops::Range<usize>>> = BTreeMap::new();
    for range in traces(log) {
        groups.entry(&log.activity[range.clone()]).or_default().push(range);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, ranges)| (std::cmp::Reverse(ranges.len()), ranges[0].start));
    groups
}
