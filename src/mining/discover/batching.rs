//! Activities that are done for several cases in one go, always as many.
//!
//! Only a rule that can be told is made: nearly all rows of the activity lie in batches, nearly all of these have one size, and
//! either they follow each other or they are done together. Everything else about batches is said in the notes.

use super::pools::Pools;
use crate::activity::BatchWork;
use crate::eventlog::EventLog;
use crate::mining::batch::{Shape, batches};
use std::collections::BTreeMap;

/// So many cases wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gather {
    pub size: u32,
    pub work: BatchWork,
    /// batches that it was seen in, of all of the activity
    pub seen: usize,
    pub of: usize,
}

/// Share of the rows in batches, and of the batches of one size and shape.
const NEARLY_ALL: f64 = 0.9;
/// Fewer batches are no rule.
const FEW: usize = 10;

/// The rule of each activity, where there is one; `enabled` as from [`enabled`](crate::mining::enabled()).
pub fn gathers(log: &EventLog, pools: &Pools, enabled: &[i64]) -> Vec<Option<Gather>> {
    let mut rows = vec![0usize; log.activities.len()];
    log.activity.iter().for_each(|&a| rows[a as usize] += 1);
    let mut kinds: Vec<BTreeMap<(usize, Shape), usize>> = vec![BTreeMap::new(); rows.len()];
    let mut inside = vec![0usize; rows.len()];
    for batch in batches(log, enabled, 2) {
        let activity = log.activity[batch.rows[0]] as usize;
        *kinds[activity].entry((batch.rows.len(), batch.shape)).or_default() += 1;
        inside[activity] += batch.rows.len();
    }
    let rule = |a: usize| {
        let of: usize = kinds[a].values().sum();
        let (&(size, shape), &seen) = kinds[a].iter().max_by_key(|(_, n)| **n)?;
        let work = match shape {
            Shape::Sequential => BatchWork::Sequential,
            Shape::Parallel => BatchWork::Parallel,
            Shape::Concurrent => return None,
        };
        let is_rule = seen >= FEW
            && seen as f64 >= NEARLY_ALL * of as f64
            && inside[a] as f64 >= NEARLY_ALL * rows[a] as f64
            && pools.of_activity[a].is_some();
        is_rule.then_some(Gather { size: size as u32, work, seen, of })
    };
    (0..rows.len()).map(rule).collect()
}
