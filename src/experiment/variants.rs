//! Many variants of one scenario, each reduced to the metrics that are asked for: what sensitivity, attribution, selection
//! and search run on.
//!
//! Replication r draws the same random numbers in every variant. The warm-up is the one that the scenario gives, or the
//! longest that it allows, so that it is the same in all variants and in all calls. Durations are restricted to the
//! follow-up in all variants alike as soon as one was seen that is not known beyond it. Variants that mean the same are
//! run once.

use super::analysis::reason;
use super::keep::{self, Store};
use super::replicate::{Watch, replicate, tasks};
use super::sample::Sample;
use super::{Arm, Error, Simulator, Threads, check};
use crate::ids::MeasureId;
use crate::metrics::{Columns, Evaluator, Reduced};
use crate::stats::Resampled;
use std::ops::Range;

/// Variants that are compiled at a time: each thread holds the world of every one of them.
const AT_A_TIME: usize = 8;

/// Runs variants; what it has learnt about one set of them holds for the next.
pub struct Variants<'a> {
    threads: &'a Threads,
    watch: Watch<'a>,
    /// Runs that progress is counted against: all that will be asked for, as far as is known.
    pub planned: usize,
    done: usize,
    restricted: Vec<MeasureId>,
    /// Where runs are kept, and how many sets of them were asked for.
    store: Option<&'a dyn Store>,
    sets: usize,
}

/// What was found out about each variant.
#[derive(Clone, Debug)]
pub struct Observed {
    /// `[variant][metric]` [base units], in the order in which they were asked for
    pub metrics: Vec<Vec<Resampled>>,
    /// Runs that it took: variants that are equal count once.
    pub runs: usize,
}

impl<'a> Variants<'a> {
    pub fn new(threads: &'a Threads, watch: Watch<'a>, planned: usize) -> Self {
        Self { threads, watch, planned, done: 0, restricted: Vec::new(), store: None, sets: 0 }
    }

    /// Keeps every set of runs, and takes those that are kept already. The store must be of this very sequence of questions: of the
    /// same variants, replications and program, in the same order.
    pub fn keep(&mut self, store: &'a dyn Store) {
        self.store = Some(store);
    }

    /// Runs so far.
    pub fn runs(&self) -> usize {
        self.done
    }

    /// These metrics (by position) of every variant over these replications. All variants must report the same metrics over
    /// the same time.
    ///
    /// # Errors
    /// When variants differ in what they report, a run does not end, or it was cancelled.
    pub fn observe(
        &mut self,
        variants: &[Arm],
        metrics: &[usize],
        replications: Range<u32>,
    ) -> Result<Observed, Error> {
        let Some(first) = variants.first() else {
            return Ok(Observed { metrics: Vec::new(), runs: 0 });
        };
        check(variants)?;
        let seed = first.model.design.seed;
        // The first of those that are equal stands for the others.
        let mut distinct: Vec<Arm> = Vec::new();
        let mut place = Vec::with_capacity(variants.len());
        for variant in variants {
            let known = distinct.iter().position(|d| d.model == variant.model);
            place.push(known.unwrap_or(distinct.len()));
            if known.is_none() {
                distinct.push(*variant);
            }
        }
        let tables: Vec<(Columns, Evaluator)> = distinct
            .iter()
            .map(|arm| {
                let columns = Columns::new(arm.model, &[], &[]);
                let evaluator = Evaluator::new(arm.model, &columns);
                (columns, evaluator)
            })
            .collect();
        let mut reduced: Vec<Vec<Reduced>> = Vec::with_capacity(distinct.len());
        for (some, tables) in distinct.chunks(AT_A_TIME).zip(tables.chunks(AT_A_TIME)) {
            reduced.extend(self.simulate(some, tables, replications.clone())?);
        }
        self.restrict(&tables, &mut reduced);
        let restricted = &self.restricted;
        let found = self.threads.install(|| {
            let work: Vec<_> = tables.iter().zip(&reduced).collect();
            super::side_by_side(&work, |((columns, evaluator), reduced)| {
                let rows: Vec<&Reduced> = reduced.iter().collect();
                Sample::new(columns, evaluator, &rows, 0, restricted).some(metrics, seed)
            })
        });
        let runs = distinct.len() * replications.len();
        Ok(Observed { metrics: place.into_iter().map(|at| found[at].clone()).collect(), runs })
    }

    /// `[variant][replication]`: the window of each run.
    fn simulate(
        &mut self,
        variants: &[Arm],
        tables: &[(Columns, Evaluator)],
        replications: Range<u32>,
    ) -> Result<Vec<Vec<Reduced>>, Error> {
        let set = self.sets;
        self.sets += 1;
        if let Some(bytes) = self.store.map(|store| store.load(set)).transpose().map_err(Error::NotKept)?.flatten()
            // What is damaged is run again.
            && let Some(kept) = keep::unpack(&bytes, variants.len(), replications.clone())
        {
            self.done += replications.len() * variants.len();
            (self.watch.progress)(self.done, self.planned.max(self.done));
            return Ok(kept);
        }
        let (before, planned) = (self.done, self.planned);
        let progress = |done: usize, _: usize| {
            let done = before + done;
            (self.watch.progress)(done, planned.max(done));
        };
        let watch = Watch { progress: &progress, cancel: self.watch.cancel };
        let tasks = tasks(variants.len(), replications.clone());
        let runs = self.threads.install(|| {
            let simulator = Simulator::new(variants, true);
            replicate(&simulator, &tasks, watch, &[], |task, record| {
                if let Some(stopped) = record.stopped {
                    let variant = &variants[task.arm];
                    return Err(Error::Stopped {
                        arm: variant.name.to_owned(),
                        replication: task.replication,
                        reason: reason(stopped, variant.model),
                    });
                }
                let (columns, _) = &tables[task.arm];
                let cut = columns.warm_up_bins();
                Ok(columns.reduce(record, cut).collapsed(cut))
            })
        })?;
        self.done += runs.len();
        if runs.len() < tasks.len() {
            return Err(Error::Cancelled { done: self.done, planned: self.planned.max(self.done) });
        }
        let mut columns: Vec<Vec<Reduced>> = vec![Vec::with_capacity(replications.len()); variants.len()];
        for (task, reduced) in tasks.iter().zip(runs) {
            columns[task.arm].push(reduced);
        }
        if let Some(store) = self.store {
            store.save(set, &keep::pack(&columns, replications.start)).map_err(Error::NotKept)?;
        }
        Ok(columns)
    }

    /// Restricts what is not known for every case, here and in all that follows.
    fn restrict(&mut self, tables: &[(Columns, Evaluator)], reduced: &mut [Vec<Reduced>]) {
        for ((columns, _), rows) in tables.iter().zip(reduced.iter()) {
            if columns.follow_up().is_finite() {
                self.restricted.extend(columns.open(rows.iter(), 0));
            }
        }
        self.restricted.sort_unstable();
        self.restricted.dedup();
        for ((columns, _), rows) in tables.iter().zip(reduced) {
            rows.iter_mut().for_each(|r| columns.restrict(r, &self.restricted));
        }
    }
}
