//! Which sums the metrics need, and how to get them out of a record.

use super::open::Outlook;
use crate::ids::{Id, MeasureId};
use crate::model::{Measure, MetricOf, Model, Run, Sampled, WarmUp};
use crate::record::{Record, Samples};
use crate::units::Duration;
use std::ops::Range;

/// A quantity that adds up over bins and replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Column {
    /// Length of the bin [s].
    Elapsed,
    /// The measure itself; for a case measure the sum over the cases that started in the bin.
    Sum(MeasureId),
    /// Cases behind a case measure.
    Count(MeasureId),
    /// What durations of a case measure exceed the follow-up by [s].
    Excess(MeasureId),
    /// Cases of a case measure that were still open at the end of the run.
    Open(MeasureId),
    /// Cases of a case measure with a value above a limit.
    Over(MeasureId, f64),
}

/// The columns that the metrics and charts of a model need, and the time axis.
#[derive(Clone, Debug)]
pub struct Columns {
    list: Vec<Column>,
    /// Case measures whose single values are needed.
    pools: Vec<MeasureId>,
    /// Whether the values of a measure are durations, for every measure.
    durations: Vec<bool>,
    run: Run,
    n_bins: usize,
    /// Every case is followed for at least this long after its start [s].
    follow_up: f64,
}

/// One replication: a row of column sums for each bin, and the single values that quantiles need.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduced {
    pub(crate) n_columns: usize,
    /// `[bin][column]`, row-major.
    pub(crate) rows: Vec<f64>,
    /// For each pool: its values, ascending.
    pub pools: Vec<Vec<Sample>>,
}

/// A case's value, and the bin in which the case started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// In base units; infinite for a duration that was still running.
    pub value: f64,
    pub bin: u32,
}

impl Columns {
    /// `charted` are case measures that are needed although no metric uses them; of those in `pooled` also the single
    /// values.
    pub fn new(model: &Model, charted: &[MeasureId], pooled: &[MeasureId]) -> Self {
        let run = &model.run;
        let n_bins = bins_until(run, warm_up(run) + run.window);
        let durations = model.measures.iter().map(|m| is_duration(&m.what)).collect();
        let follow_up = if run.drain.ticks() > 0 { run.drain.seconds() } else { f64::INFINITY };
        let mut columns = Self {
            list: vec![Column::Elapsed],
            pools: pooled.to_vec(),
            durations,
            run: run.clone(),
            n_bins,
            follow_up,
        };
        for metric in model.metrics.iter() {
            match metric.of {
                MetricOf::Mean(m) => columns.add_cases(m),
                MetricOf::Quantile(m, _) => {
                    columns.add_cases(m);
                    columns.add_pool(m);
                }
                MetricOf::ShareOver(m, limit) => {
                    columns.add_cases(m);
                    columns.add(Column::Over(m, limit));
                }
                MetricOf::Ratio(above, below) => {
                    columns.add_measure(model, above);
                    columns.add_measure(model, below);
                }
                MetricOf::Rate(m) => columns.add_measure(model, m),
                MetricOf::Formula(..) => {}
            }
        }
        charted.iter().chain(pooled).for_each(|m| columns.add_cases(*m));
        columns
    }

    /// Position of a column.
    pub fn position(&self, column: Column) -> Option<usize> {
        self.list.iter().position(|c| *c == column)
    }

    /// Position among the pools of single values.
    pub fn pool(&self, measure: MeasureId) -> Option<usize> {
        self.pools.iter().position(|m| *m == measure)
    }

    /// Case measures whose single values are kept.
    pub fn pools(&self) -> &[MeasureId] {
        &self.pools
    }

    /// Mean of a pool's measure in a row of column sums.
    pub fn pool_mean(&self, pool: usize, row: &[f64]) -> f64 {
        let at = |column| self.position(column).map_or(f64::NAN, |at| row[at]);
        at(Column::Sum(self.pools[pool])) / at(Column::Count(self.pools[pool]))
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Bins from the start of the run to the end of the window.
    pub fn n_bins(&self) -> usize {
        self.n_bins
    }

    /// Bins of the warm-up that is given, or allowed at most.
    pub fn warm_up_bins(&self) -> usize {
        bins_until(&self.run, warm_up(&self.run))
    }

    /// Time from the start of the run to the start of a bin, or to the end of the window [s].
    pub fn start_of(&self, bin: usize) -> f64 {
        let end = warm_up(&self.run) + self.run.window;
        Duration::from_ticks((bin as i64).saturating_mul(self.run.bin.ticks())).min(end).seconds()
    }

    /// Durations beyond this are not known for every case [s]; infinite when the run has no drain, where Kaplan-Meier
    /// estimates stand for what is not known.
    pub fn follow_up(&self) -> f64 {
        self.follow_up
    }

    /// The sums of one replication. Samples of cases that started before bin `from` are left out.
    pub fn reduce(&self, record: &Record, from: usize) -> Reduced {
        let (n, n_bins) = (self.list.len(), self.n_bins.min(record.n_bins));
        let outlooks = self.outlooks(record, from);
        let outlook = |m: MeasureId| outlooks.iter().find(|o| o.0 == m);
        let mut rows = vec![0.0; n * self.n_bins];
        for (at, column) in self.list.iter().enumerate() {
            let mut fill = |value: &dyn Fn(usize) -> f64| {
                (0..n_bins).for_each(|bin| rows[bin * n + at] = value(bin));
            };
            match *column {
                Column::Elapsed => fill(&|bin| self.start_of(bin + 1) - self.start_of(bin)),
                Column::Sum(m) => {
                    fill(&|bin| record.sum(m, bin));
                    if let Some((_, samples, outlook)) = outlook(m).filter(|_| self.follow_up.is_infinite()) {
                        for (i, mean) in outlook.means() {
                            let case = samples.cases[i];
                            self.adjust(&mut rows, at, case.bin, mean - case.value);
                        }
                    }
                }
                Column::Count(m) => fill(&|bin| record.count(m, bin)),
                Column::Excess(m) => self.add_up(record, m, at, &mut rows, |x, _| {
                    if self.follow_up.is_finite() { (x - self.follow_up).max(0.0) } else { 0.0 }
                }),
                Column::Open(m) => self.add_up(record, m, at, &mut rows, |_, open| f64::from(u8::from(open))),
                Column::Over(m, limit) => {
                    self.add_up(record, m, at, &mut rows, |x, _| f64::from(u8::from(x > limit)));
                    if let Some((_, samples, outlook)) = outlook(m) {
                        for (i, share) in outlook.shares_over(limit) {
                            let case = samples.cases[i];
                            let known = f64::from(u8::from(case.value > limit));
                            self.adjust(&mut rows, at, case.bin, share - known);
                        }
                    }
                }
            }
        }
        let pool = |m: &MeasureId| {
            let found = outlook(*m).filter(|_| self.follow_up.is_infinite());
            self.values(record, *m, from, found.map(|o| &o.2))
        };
        let pools = self.pools.iter().map(pool).collect();
        Reduced { n_columns: n, rows, pools }
    }

    /// Case measures of which some duration was still running at the end, in any of these replications, for cases that
    /// started in bin `from` or later.
    pub fn open<'a>(&self, replications: impl Iterator<Item = &'a Reduced>, from: usize) -> Vec<MeasureId> {
        let columns: Vec<(usize, MeasureId)> = (self.list.iter().enumerate())
            .filter_map(|(at, column)| match *column {
                Column::Open(m) if self.durations[m.index()] => Some((at, m)),
                _ => None,
            })
            .collect();
        let mut open = vec![false; columns.len()];
        for reduced in replications {
            for row in reduced.rows.chunks_exact(reduced.n_columns).skip(from) {
                for (flag, (at, _)) in open.iter_mut().zip(&columns) {
                    *flag |= row[*at] > 0.0;
                }
            }
        }
        columns.into_iter().zip(open).filter(|(_, open)| *open).map(|((_, m), _)| m).collect()
    }

    /// Restricts the sums of these case measures to the follow-up.
    pub fn restrict(&self, reduced: &mut Reduced, measures: &[MeasureId]) {
        for m in measures {
            let (Some(sum), Some(excess)) =
                (self.position(Column::Sum(*m)), self.position(Column::Excess(*m)))
            else {
                continue;
            };
            for row in reduced.rows.chunks_exact_mut(reduced.n_columns) {
                row[sum] -= std::mem::take(&mut row[excess]);
            }
        }
    }

    fn add_up(
        &self,
        record: &Record,
        measure: MeasureId,
        at: usize,
        rows: &mut [f64],
        of: impl Fn(f64, bool) -> f64,
    ) {
        for (bin, value, open) in samples(record, measure) {
            if let Some(cell) = rows.get_mut(bin as usize * self.list.len() + at) {
                *cell += of(value, open);
            }
        }
    }

    fn values(
        &self,
        record: &Record,
        measure: MeasureId,
        from: usize,
        outlook: Option<&Outlook>,
    ) -> Vec<Sample> {
        let duration = self.durations[measure.index()];
        let mut values: Vec<Sample> = samples(record, measure)
            .map(|(bin, value, open)| Sample {
                value: if open && duration { f64::INFINITY } else { value },
                bin,
            })
            .collect();
        for (i, value) in outlook.iter().flat_map(|o| o.values()) {
            values[i].value = value;
        }
        values.retain(|s| (from..self.n_bins).contains(&(s.bin as usize)));
        values.sort_by(|a, b| a.value.total_cmp(&b.value));
        values
    }

    /// What the open cases would have come to, for each measure of a duration of which some are open.
    fn outlooks<'a>(&self, record: &'a Record, from: usize) -> Vec<(MeasureId, &'a Samples, Outlook)> {
        let horizon = self.start_of(self.n_bins) - self.start_of(from) + self.run.drain.seconds();
        let of = |samples: &'a Samples| {
            let measure = samples.measure.filter(|m| self.durations[m.index()])?;
            let is_over = |column: &Column| matches!(*column, Column::Over(m, _) if m == measure);
            if self.follow_up.is_finite() && !self.list.iter().any(is_over) {
                return None;
            }
            let some_open = samples.cases.iter().any(|case| case.open);
            some_open.then(|| (measure, samples, Outlook::new(samples, from, horizon)))
        };
        record.samples.iter().filter_map(of).collect()
    }

    /// Adds to a cell of the table of sums, if the bin is in it.
    fn adjust(&self, rows: &mut [f64], at: usize, bin: u32, change: f64) {
        if let Some(cell) = rows.get_mut(bin as usize * self.list.len() + at) {
            *cell += change;
        }
    }

    fn add(&mut self, column: Column) {
        if !self.list.contains(&column) {
            self.list.push(column);
        }
    }

    fn add_pool(&mut self, measure: MeasureId) {
        if !self.pools.contains(&measure) {
            self.pools.push(measure);
        }
    }

    fn add_cases(&mut self, measure: MeasureId) {
        self.add(Column::Sum(measure));
        self.add(Column::Count(measure));
        self.add(Column::Open(measure));
        if self.durations[measure.index()] {
            self.add(Column::Excess(measure));
        }
    }

    fn add_measure(&mut self, model: &Model, measure: MeasureId) {
        match model.measures[measure].what {
            Measure::Case(..) => self.add_cases(measure),
            _ => self.add(Column::Sum(measure)),
        }
    }
}

impl Reduced {
    /// The column sums of one bin.
    pub fn row(&self, bin: usize) -> &[f64] {
        &self.rows[bin * self.n_columns..(bin + 1) * self.n_columns]
    }

    /// What counts from bin `cut` on, as a single bin.
    pub fn collapsed(&self, cut: usize) -> Self {
        let in_window = |s: &&Sample| s.bin as usize >= cut;
        let pool = |pool: &Vec<Sample>| {
            pool.iter().filter(in_window).map(|s| Sample { value: s.value, bin: 0 }).collect()
        };
        Self {
            n_columns: self.n_columns,
            rows: self.window(cut),
            pools: self.pools.iter().map(pool).collect(),
        }
    }

    /// The column sums of all bins from `cut` on.
    pub fn window(&self, cut: usize) -> Vec<f64> {
        self.sums(cut..usize::MAX)
    }

    /// The column sums of these bins.
    pub fn sums(&self, bins: Range<usize>) -> Vec<f64> {
        let mut total = vec![0.0; self.n_columns];
        for row in self.rows.chunks_exact(self.n_columns).skip(bins.start).take(bins.len()) {
            for (sum, x) in total.iter_mut().zip(row) {
                *sum += x;
            }
        }
        total
    }
}

/// The warm-up that is given, or allowed at most.
fn warm_up(run: &Run) -> Duration {
    let (WarmUp::Fixed(length) | WarmUp::Auto(length)) = run.warm_up;
    length
}

/// Bins that begin before this time; the last may reach beyond it.
fn bins_until(run: &Run, time: Duration) -> usize {
    let width = run.bin.ticks().max(1);
    ((time.ticks() + width - 1) / width) as usize
}

fn is_duration(measure: &Measure) -> bool {
    matches!(measure, Measure::Case(_, sampled) if !matches!(sampled, Sampled::Attribute(_)))
}

/// Bin of the start, value and whether still open, of every sample of a measure.
fn samples(record: &Record, measure: MeasureId) -> impl Iterator<Item = (u32, f64, bool)> + '_ {
    let of = move |s: &&Samples| s.measure == Some(measure);
    record
        .samples
        .iter()
        .filter(of)
        .flat_map(|s| s.cases.iter().map(|case| (case.bin, case.value, case.open)))
}
