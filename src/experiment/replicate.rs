//! Running replications on all threads, in order, so that what is finished is always the first n of them.

use crate::record::Record;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Where records come from: the engine, or made-up ones in a test.
pub trait Source: Sync {
    /// What a thread keeps from one replication to the next.
    type Worker<'s>
    where
        Self: 's;

    fn worker(&self) -> Self::Worker<'_>;

    /// Fills the record of a replication of an arm, with its activity rows when `rows`. The record comes from an
    /// earlier replication, for its memory.
    fn run(
        &self,
        worker: &mut Self::Worker<'_>,
        arm: usize,
        replication: u32,
        rows: bool,
        record: &mut Record,
    );
}

/// Who looks on.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Called with the replications done and those planned so far, all arms counted.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
    /// Once set, no further replication begins.
    pub cancel: &'a AtomicBool,
}

impl Watch<'_> {
    pub fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

/// Runs a range of replications of all arms and reduces each record at once. Returns one row per replication, with an
/// item per arm: those before the first that was not finished.
///
/// A replication's arms are neighbours in time, so that a stop loses little. An error stops the rest; the first in
/// order is returned, whichever thread met it.
pub fn replicate<S: Source, T: Send, E: Send>(
    source: &S,
    arms: usize,
    replications: Range<u32>,
    watch: Watch,
    logged: &[u32],
    reduce: impl Fn(usize, u32, &mut Record) -> Result<T, E> + Sync,
) -> Result<Vec<Vec<T>>, E> {
    let n_tasks = replications.len() * arms;
    let (done_before, planned) = (replications.start as usize * arms, replications.end as usize * arms);
    let (next, done, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let parts = rayon::broadcast(|_| {
        let (mut worker, mut record, mut finished) = (None, Record::default(), Vec::new());
        while !watch.cancelled() && !failed.load(Ordering::Relaxed) {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= n_tasks {
                break;
            }
            let (arm, replication) = (task % arms, replications.start + (task / arms) as u32);
            let worker = worker.get_or_insert_with(|| source.worker());
            source.run(worker, arm, replication, logged.contains(&replication), &mut record);
            let result = reduce(arm, replication, &mut record);
            if result.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            finished.push((task, result));
            (watch.progress)(done_before + done.fetch_add(1, Ordering::Relaxed) + 1, planned);
        }
        finished
    });
    let mut finished: Vec<_> = parts.into_iter().flatten().collect();
    finished.sort_by_key(|(task, _)| *task);
    // A task that was begun was finished, so the tasks are consecutive; only the last row can be incomplete.
    let mut rows: Vec<Vec<T>> = Vec::with_capacity(replications.len());
    for (task, result) in finished {
        if task % arms == 0 {
            rows.push(Vec::with_capacity(arms));
        }
        if let Some(row) = rows.last_mut() {
            row.push(result?);
        }
    }
    rows.retain(|row| row.len() == arms);
    Ok(rows)
}
