//! From the replications of all arms to the results: warm-up, estimates, comparisons, series, notes.

use super::adoption::adoption_curves;
use super::compare::{Pairing, changes, efficiency, in_unit, matters};
use super::flow::{Flow, flows};
use super::notes::notes;
use super::phase_in::PhaseIn;
use super::results::*;
use super::sample::Sample;
use super::series::{series, span_width, spans};
use super::{Arm, Error};
use crate::ids::{Id, IdVec, MeasureId, MetricId};
use crate::metrics::{Columns, Evaluator, Reduced};
use crate::model::{Measure, MeasureDef, MetricOf, Model, Sampled, WarmUp};
use crate::record::{Record, Rows, Stopped};
use crate::stats::stopping::Precision;
use crate::stats::{
    Density, Ecdf, EcdfGap, Estimate, Resampled, Sums, bonferroni_level, mser5, order_quantile,
};
use crate::units::{Duration, Time};
use rayon::prelude::*;

/// One replication of one arm.
#[derive(Clone)]
pub struct Finished {
    pub reduced: Reduced,
    pub work: Work,
    pub log: Option<Rows>,
}

/// What is known before the first replication.
pub struct Analysis<'a> {
    arms: &'a [Arm<'a>],
    model: &'a Model,
    columns: Vec<Columns>,
    evaluators: Vec<Evaluator>,
    primary: Option<MetricId>,
    /// The case measure whose distribution is charted, with the metric that lends its unit.
    charted: Option<(MeasureId, MetricId)>,
    /// Measures of the time in each stage.
    stages: Vec<MeasureId>,
}

impl<'a> Analysis<'a> {
    pub fn new(arms: &'a [Arm<'a>]) -> Self {
        let model = arms[0].model;
        let primary = model.primary();
        let charted = model.charted();
        let stages = stages(model, charted.map(|(measure, _)| measure));
        let pooled: Vec<MeasureId> = charted.iter().map(|(measure, _)| *measure).collect();
        let columns: Vec<Columns> =
            arms.iter().map(|arm| Columns::new(arm.model, &stages, &pooled)).collect();
        let evaluators = arms.iter().zip(&columns).map(|(arm, c)| Evaluator::new(arm.model, c)).collect();
        Self { arms, model, columns, evaluators, primary, charted, stages }
    }

    pub fn finish(&self, arm: usize, replication: u32, record: &mut Record) -> Result<Finished, Error> {
        if let Some(stopped) = record.stopped {
            let reason = reason(stopped, self.arms[arm].model);
            return Err(Error::Stopped { arm: self.arms[arm].name.to_owned(), replication, reason });
        }
        let reduced = self.columns[arm].reduce(record, self.first_bin());
        let work = Work {
            events: record.n_events,
            activities: record.n_activities,
            cases_started: record.n_started,
            cases_ended: record.n_ended,
            misfits: record.misfits,
            stuck: record.stuck,
        };
        let log = self.model.design.logged.contains(&replication).then(|| std::mem::take(&mut record.rows));
        Ok(Finished { reduced, work, log })
    }

    /// The first bin whose cases may count.
    fn first_bin(&self) -> usize {
        match self.model.run.warm_up {
            WarmUp::Fixed(_) => self.columns[0].warm_up_bins(),
            WarmUp::Auto(_) => 0,
        }
    }

    /// Restricts durations to the follow-up where some are not known beyond it, in all arms alike.
    fn restrict(&self, runs: &mut [Vec<Finished>]) -> Vec<MeasureId> {
        let columns = &self.columns[0];
        if columns.follow_up().is_infinite() {
            return Vec::new();
        }
        let open = columns.open(runs.iter().flatten().map(|f| &f.reduced), self.first_bin());
        for (arm, finished) in runs.iter_mut().flat_map(|row| row.iter_mut().enumerate()) {
            self.columns[arm].restrict(&mut finished.reduced, &open);
        }
        open
    }

    /// Bins to leave out, and whether that is more than half of the run or more than was allowed.
    ///
    /// MSER-5 on the averages over replications of the primary metric in each arm; the latest cut serves all.
    fn cut(&self, runs: &[Vec<Finished>]) -> (usize, bool) {
        let WarmUp::Auto(_) = self.model.run.warm_up else { return (self.columns[0].warm_up_bins(), false) };
        let Some(primary) = self.primary else { return (0, false) };
        let found: Vec<_> = (0..self.arms.len()).map(|arm| mser5(&self.course(arm, runs, primary))).collect();
        let cut = found.iter().map(|w| w.cut).max().unwrap_or(0);
        let late = found.iter().any(|w| w.late) || cut > self.columns[0].warm_up_bins();
        (cut.min(self.columns[0].warm_up_bins()), late)
    }

    /// The metric by bin over all replications of an arm; a quantile is represented by the mean of its measure, and a
    /// bin without a value by the one before.
    fn course(&self, arm: usize, runs: &[Vec<Finished>], metric: MetricId) -> Vec<f64> {
        let (columns, evaluator) = (&self.columns[arm], &self.evaluators[arm]);
        let quantiles = evaluator.quantiles();
        let mut values = vec![0.0; evaluator.len()];
        let mut course: Vec<f64> = Vec::with_capacity(columns.n_bins());
        for bin in 0..columns.n_bins() {
            let mut sums = Sums::new(columns.len());
            runs.iter().for_each(|row| sums.push(row[arm].reduced.row(bin)));
            let means: Vec<f64> =
                quantiles.iter().map(|q| columns.pool_mean(q.pool, sums.totals())).collect();
            evaluator.values(sums.totals(), &means, &mut values);
            course.push(values[metric.index()]);
        }
        let mut last = course.iter().copied().find(|x| x.is_finite()).unwrap_or(0.0);
        for x in &mut course {
            if x.is_finite() {
                last = *x;
            } else {
                *x = last;
            }
        }
        course
    }

    /// The primary metric in every arm with the precision asked for, and its changes, at the level that the arms share, with half
    /// the smallest effect.
    pub fn goals(&self, runs: &mut [Vec<Finished>], precision: f64) -> Vec<(Estimate, Precision)> {
        let Some(primary) = self.primary else { return Vec::new() };
        let restricted = self.restrict(runs);
        let (cut, _) = self.cut(runs);
        let (design, metric) = (&self.model.design, &self.model.metrics[primary]);
        let of = |arm: usize| self.sample(arm, runs, cut, &restricted).metric(primary.index(), design.seed);
        let resampled: Vec<Resampled> = (0..self.arms.len()).into_par_iter().map(of).collect();
        let own = resampled.iter().map(|r| (r.estimate(design.level), Precision::Relative(precision)));
        let smallest = matters(metric, resampled[0].value).map(|m| m * metric.unit_size);
        let level = self.shared_level();
        let change = |arm: &Resampled| Some((Resampled::difference(&resampled[0], arm, level), smallest?));
        let changes = resampled.iter().skip(1).filter_map(change);
        own.chain(changes.map(|(e, smallest)| (e, Precision::Absolute(smallest / 2.0)))).collect()
    }

    /// The level of the primary's changes, which the arms share.
    fn shared_level(&self) -> f64 {
        bonferroni_level(self.model.design.level, self.arms.len().saturating_sub(1))
    }

    fn sample(&self, arm: usize, runs: &[Vec<Finished>], cut: usize, restricted: &[MeasureId]) -> Sample<'_> {
        let replications: Vec<&Reduced> = runs.iter().map(|row| &row[arm].reduced).collect();
        Sample::new(&self.columns[arm], &self.evaluators[arm], &replications, cut, restricted)
    }

    /// All metrics of a few replications, `[arm][replication]` in and `[arm][metric]` out, by the jackknife. `cut`
    /// bins of warm-up are left out.
    pub fn few(&self, by_arm: Vec<Vec<Finished>>, cut: usize) -> Vec<Vec<Resampled>> {
        let mut columns: Vec<_> = by_arm.into_iter().map(Vec::into_iter).collect();
        let mut rows: Vec<Vec<Finished>> = Vec::new();
        while let Some(row) = columns.iter_mut().map(Iterator::next).collect::<Option<Vec<_>>>() {
            rows.push(row);
        }
        let restricted = self.restrict(&mut rows);
        (0..self.arms.len()).map(|arm| self.sample(arm, &rows, cut, &restricted).left_out()).collect()
    }

    /// The results, and what they were estimated from: `[arm][metric]`.
    pub fn results(
        &self,
        mut runs: Vec<Vec<Finished>>,
        ending: Ending,
        crn: bool,
    ) -> (Results, Vec<Vec<Resampled>>) {
        let restricted = self.restrict(&mut runs);
        let (cut, late) = self.cut(&runs);
        let model = self.model;
        let (design, metrics, level) = (&model.design, model.metrics.as_slice(), model.design.level);
        let samples: Vec<Sample> =
            (0..self.arms.len()).map(|arm| self.sample(arm, &runs, cut, &restricted)).collect();
        let resampled: Vec<Vec<Resampled>> = samples.par_iter().map(|s| s.metrics(design.seed)).collect();
        let primary = self.primary.map(Id::index);
        let arm_results = |arm: usize| {
            let (own, control) = (&resampled[arm], &resampled[0]);
            let unit = |i: usize| metrics[i].unit_size;
            let compared = arm > 0;
            ArmResults {
                name: self.arms[arm].name.to_owned(),
                label: self.arms[arm].label.to_owned(),
                total: Vec::new(),
                estimates: own.iter().enumerate().map(|(i, r)| in_unit(r.estimate(level), unit(i))).collect(),
                changes: if compared {
                    changes(metrics, primary, control, own, Pairing::Paired, level, self.arms.len() - 1)
                } else {
                    Vec::new()
                },
                replications: (own.iter().enumerate())
                    .map(|(i, r)| r.own.iter().map(|x| x / unit(i)).collect())
                    .collect(),
                pseudo: (own.iter().enumerate())
                    .map(|(i, r)| r.pseudo_values().unwrap_or_default().iter().map(|x| x / unit(i)).collect())
                    .collect(),
                cases: self.evaluators[arm].cases(samples[arm].totals()),
                open: self.evaluators[arm].open_shares(samples[arm].totals()),
                efficiency: primary
                    .filter(|_| compared)
                    .map(|p| efficiency(&metrics[p], &control[p], &own[p], self.shared_level())),
                risk: primary.and_then(|p| risk(&own[p].own, unit(p), level)),
                adoption: adoption_curves(self.arms[arm].model),
                work: runs.iter().map(|row| row[arm].work).fold(Work::default(), Work::plus),
            }
        };
        let arms: Vec<ArmResults> = (0..self.arms.len()).into_par_iter().map(arm_results).collect();
        let replications = |arm: usize| runs.iter().map(|row| &row[arm].reduced).collect();
        let courses: Vec<_> =
            (0..self.arms.len()).map(|arm| (&self.evaluators[arm], replications(arm))).collect();
        let bins = self.columns[0].n_bins();
        let wide = spans(cut, bins, span_width(bins));
        // The primary is looked at by itself, the others side by side.
        let judged = metrics.iter().filter(|m| m.matters.is_some()).count();
        let others = if judged < 2 { metrics.len() } else { judged };
        let family: Vec<usize> =
            (0..metrics.len()).map(|m| if Some(m) == primary { 1 } else { others }).collect();
        let mut results = Results {
            scenario: model.name.clone(),
            title: model.title.clone(),
            seed: design.seed,
            level,
            crn,
            replications: runs.len(),
            ending,
            warm_up: WarmUpUsed {
                seconds: self.columns[0].start_of(cut),
                automatic: matches!(model.run.warm_up, WarmUp::Auto(_)),
            },
            window: self.columns[0].start_of(bins) - self.columns[0].start_of(cut),
            follow_up: self.columns[0].follow_up(),
            metrics: self.infos(&resampled),
            primary,
            arms,
            series: series(metrics, &courses, &spans(cut, bins, 1), &vec![1; metrics.len()], level),
            courses: series(metrics, &courses, &wide, &family, level),
            spans: wide,
            bin: model.run.bin.seconds(),
            curves: self.curves(&samples),
            breakdown: self.breakdown(&samples),
            flows: Vec::new(),
            notes: Vec::new(),
            inputs: None,
            phase_in: self.phase_in(&courses, cut),
            logs: Vec::new(),
        };
        results.notes = notes(&results, model, late);
        for (replication, row) in (0..).zip(runs) {
            for (arm, finished) in row.into_iter().enumerate() {
                results.logs.extend(finished.log.map(|rows| Log { arm, replication, rows }));
            }
        }
        results.flows = self.flows(&results.logs, cut, bins);
        (results, resampled)
    }

    /// The weeks and months of a ramp, for what money and the primary need.
    fn phase_in(&self, arms: &[(&Evaluator, Vec<&Reduced>)], cut: usize) -> Option<PhaseIn> {
        let go_live = self.model.design.go_live?;
        let money = self.model.money.iter().flat_map(|m| &m.lines).map(|line| line.metric);
        let mut wanted: Vec<usize> = self.primary.into_iter().chain(money).map(Id::index).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let columns = &self.columns[0];
        let bins: Vec<(f64, f64)> =
            (0..columns.n_bins()).map(|bin| (columns.start_of(bin), columns.start_of(bin + 1))).collect();
        let go_live = go_live.since(Time::ZERO).seconds();
        Some(PhaseIn::new(self.model.metrics.as_slice(), arms, &wanted, &bins, cut, go_live))
    }

    fn infos(&self, resampled: &[Vec<Resampled>]) -> Vec<MetricInfo> {
        let link_error = |i: usize| {
            let error = |(evaluator, arm): (&Evaluator, &Vec<Resampled>)| {
                let values: Vec<f64> = arm.iter().map(|r| r.value).collect();
                let again = evaluator.recompute(i, &values)?;
                let both_undefined = again.is_nan() && values[i].is_nan();
                let same = again == values[i] || both_undefined;
                Some(if same { 0.0 } else { ((again - values[i]) / values[i]).abs() })
            };
            self.evaluators.iter().zip(resampled).filter_map(error).reduce(f64::max)
        };
        (self.model.metrics.iter().enumerate())
            .map(|(i, metric)| MetricInfo {
                name: metric.name.clone(),
                label: metric.label.clone(),
                doc: metric.doc.clone(),
                level: metric.level,
                unit: metric.unit.clone(),
                unit_size: metric.unit_size,
                better: metric.better,
                matters: metric
                    .matters
                    .map(|m| if metric.matters_relative { m } else { m / metric.unit_size }),
                matters_relative: metric.matters_relative,
                children: self.evaluators[0].children(i).iter().map(|c| c.index()).collect(),
                link_error: link_error(i),
            })
            .collect()
    }

    fn curves(&self, samples: &[Sample]) -> Option<Curves> {
        let (measure, metric) = self.charted?;
        let pool = self.columns[0].pool(measure)?;
        let (design, metric) = (&self.model.design, &self.model.metrics[metric]);
        let curve = |sample: &Sample| {
            let mut ecdf = Ecdf::clustered(sample.pooled(pool), design.level, design.seed);
            ecdf.x.iter_mut().for_each(|x| *x /= metric.unit_size);
            ecdf
        };
        let arms: Vec<Ecdf> = samples.par_iter().map(curve).collect();
        let after = samples.get(1).and_then(|after| {
            EcdfGap::paired(samples[0].pooled(pool), after.pooled(pool), design.level, design.seed)
        });
        let gap = after.filter(|gap| gap.half_width.is_finite()).map(|mut gap| {
            gap.x.iter_mut().for_each(|x| *x /= metric.unit_size);
            gap
        });
        let densities = densities(samples, pool, design.level, metric.unit_size);
        let known = arms.iter().all(|ecdf| ecdf.n > 0);
        let quantiles = self.model.metrics.iter().enumerate().filter_map(|(i, metric)| match metric.of {
            MetricOf::Quantile(of, p) if of == measure => Some((p, i)),
            _ => None,
        });
        let quantile = quantiles.max_by(|a, b| a.0.total_cmp(&b.0));
        let measure = self.model.measures[measure].name.clone();
        known.then_some(Curves { measure, unit: metric.unit.clone(), quantile, arms, gap, densities })
    }

    /// What the logged replications show, over cases that start in the window.
    fn flows(&self, logs: &[Log], cut: usize, bins: usize) -> Vec<Flow> {
        let models: Vec<&Model> = self.arms.iter().map(|arm| arm.model).collect();
        let process = self.charted.and_then(|(measure, _)| match self.model.measures[measure].what {
            Measure::Case(process, _) => Some(process),
            _ => None,
        });
        let at = |bin: usize| Time::ZERO + Duration::from_seconds(self.columns[0].start_of(bin));
        flows(&models, logs, (at(cut), at(bins)), process)
    }

    fn breakdown(&self, samples: &[Sample]) -> Option<Breakdown> {
        let (whole, metric) = self.charted.filter(|_| !self.stages.is_empty())?;
        let (metric, level) = (&self.model.metrics[metric], self.model.design.level);
        let show = |e| in_unit(e, metric.unit_size);
        // Stages that no case is ever in say nothing; the whole comes last.
        let is_used = |m: &&MeasureId| samples.iter().any(|sample| sample.mean_of(**m).value > 0.0);
        let stages: Vec<MeasureId> = self.stages.iter().filter(is_used).copied().collect();
        let measures = || stages.iter().chain([&whole]);
        let means: Vec<Vec<Resampled>> =
            samples.iter().map(|sample| measures().map(|m| sample.mean_of(*m)).collect()).collect();
        let of_arm = |(i, arm): (usize, &Vec<Resampled>)| {
            let mut stages: Vec<Estimate> = arm.iter().map(|r| show(r.estimate(level))).collect();
            let against = |(b, a), level| show(Resampled::difference(b, a, level));
            // The stages of an arm together hold at the level; the whole by itself.
            let pairs = means[0].iter().zip(arm).take(stages.len() - 1);
            let each = bonferroni_level(level, stages.len() - 1);
            let changes = if i == 0 { Vec::new() } else { pairs.map(|p| against(p, each)).collect() };
            let total = stages.pop()?;
            let total_change =
                if i == 0 { None } else { Some(against((means[0].last()?, arm.last()?), level)) };
            Some(StageTimes { stages, changes, total, total_change })
        };
        let name = |m: &MeasureId| match self.model.measures[*m].what {
            Measure::Case(_, Sampled::StageTimeAll(stage)) => self.model.stages[stage].name.clone(),
            _ => self.model.measures[*m].name.clone(),
        };
        Some(Breakdown {
            unit: metric.unit.clone(),
            labels: (stages.iter().map(name))
                .map(|name| self.model.label(&format!("stage.{name}")))
                .collect(),
            stages: stages.iter().map(name).collect(),
            arms: means.iter().enumerate().filter_map(of_arm).collect(),
        })
    }
}

/// The densities of a pool in all arms, in display units.
fn densities(samples: &[Sample], pool: usize, level: f64, unit_size: f64) -> Vec<Density> {
    let axis = Density::axis(samples.iter().map(|s| s.pooled(pool)));
    let density = |sample: &Sample| {
        let mut density = Density::clustered(sample.pooled(pool), axis, level)?;
        density.rescale(unit_size);
        Some(density)
    };
    let all: Option<Vec<Density>> = samples.par_iter().map(density).collect();
    all.unwrap_or_default()
}

/// The probabilities of the low quantile of [`Risk`]; at level 95 % they need 72, 36, 23 and 13 replications.
const RISK: [f64; 4] = [0.05, 0.1, 0.15, 0.25];

fn risk(own: &[f64], unit_size: f64, level: f64) -> Option<Risk> {
    let mut values: Vec<f64> = own.iter().map(|x| x / unit_size).filter(|x| x.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    // The least that lies below the first of so many values surely enough to bound its quantile.
    let bounded = |p: &f64| (1.0 - p).powi(own.len() as i32) <= (1.0 - level) / 2.0;
    let p = RISK.into_iter().find(bounded).unwrap_or(RISK[RISK.len() - 1]);
    let quantile = |p: f64| order_quantile(&values, p, level);
    (values.len() > 1).then(|| Risk { p, low: quantile(p), high: quantile(1.0 - p) })
}

impl Work {
    fn plus(self, o: Self) -> Self {
        Self {
            events: self.events + o.events,
            activities: self.activities + o.activities,
            cases_started: self.cases_started + o.cases_started,
            cases_ended: self.cases_ended + o.cases_ended,
            misfits: self.misfits.plus(o.misfits),
            stuck: self.stuck.plus(o.stuck),
        }
    }
}

/// The measures of time in each stage, over the cases of the charted measure.
fn stages(model: &Model, charted: Option<MeasureId>) -> Vec<MeasureId> {
    let Some(charted) = charted.map(|m| &model.measures[m]) else { return Vec::new() };
    let of_same_cases = |m: &MeasureDef| match (&m.what, &charted.what) {
        (Measure::Case(process, Sampled::StageTimeAll(_)), Measure::Case(other, _)) => {
            process == other && m.filter == charted.filter
        }
        _ => false,
    };
    let mut stages = ids_where(&model.measures, of_same_cases);
    // In the order of the scenario's list of stages, not in that in which metrics use them.
    stages.sort_by_key(|m| match model.measures[*m].what {
        Measure::Case(_, Sampled::StageTimeAll(stage)) => stage.index(),
        _ => usize::MAX,
    });
    stages
}

fn ids_where<I: Id, T>(items: &IdVec<I, T>, holds: impl Fn(&T) -> bool) -> Vec<I> {
    items.iter_ids().filter(|(_, item)| holds(item)).map(|(id, _)| id).collect()
}

pub(super) fn reason(stopped: Stopped, model: &Model) -> String {
    match stopped {
        Stopped::TooManyCases(limit) => format!(
            "more than {limit} cases were open at once: more work comes in than the teams can do, or cases never end"
        ),
        Stopped::NoTimePasses(step) => {
            format!("step {} was entered again and again without time passing", model.steps[step].name)
        }
        Stopped::NoTimeBetween(process) => {
            let name = &model.processes[process].name;
            format!("cases of {name} came again and again without time passing: give their arrivals a gap")
        }
    }
}
