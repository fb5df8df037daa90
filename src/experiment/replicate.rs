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
    /// Called with the runs done and those planned so far: replications, all arms counted.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
    /// Once set, no further replication begins.
    pub cancel: &'a AtomicBool,
}

impl Watch<'_> {
    pub fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

/// One replication of one arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    pub arm: usize,
    pub replication: u32,
}

/// These replications of so many arms. The arms of a replication are neighbours, so that a stop loses little.
pub fn tasks(arms: usize, replications: Range<u32>) -> Vec<Task> {
    replications.flat_map(|replication| (0..arms).map(move |arm| Task { arm, replication })).collect()
}

/// Runs tasks and reduces each record at once. Returns an item per task, in their order: those before the first that was not
/// begun.
///
/// An error stops the rest; the first in order is returned, whichever thread met it.
pub fn replicate<S: Source, T: Send, E: Send>(
    source: &S,
    tasks: &[Task],
    watch: Watch,
    logged: &[u32],
    reduce: impl Fn(Task, &mut Record) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let (next, done, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let parts = rayon::broadcast(|_| {
        let (mut worker, mut record, mut finished) = (None, Record::default(), Vec::new());
        while !watch.cancelled() && !failed.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(&task) = tasks.get(at) else { break };
            let worker = worker.get_or_insert_with(|| source.worker());
            let rows = logged.contains(&task.replication);
            source.run(worker, task.arm, task.replication, rows, &mut record);
            let result = reduce(task, &mut record);
            if result.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            finished.push((at, result));
            (watch.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, tasks.len());
        }
        finished
    });
    // A task that was begun was finished, so they are the first ones.
    let mut finished: Vec<_> = parts.into_iter().flatten().collect();
    finished.sort_by_key(|(at, _)| *at);
    finished.into_iter().map(|(_, result)| result).collect()
}
