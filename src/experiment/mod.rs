//! Arms in, results out: paired replications on all threads, and the statistics of the comparison.
//!
//! The protocol is that of `docs/statistics.md`: replication r of every arm draws the same random numbers; one
//! warm-up for all; cases count by the bin of their start; every interval is over replications. Results are folded in
//! the order of replications, so they do not depend on the number of threads.

mod adoption;
mod analysis;
mod between;
mod compare;
mod estimate;
mod flow;
mod hours;
mod inputs;
mod keep;
mod notes;
mod phase_in;
mod replicate;
mod results;
mod sample;
mod series;
mod simulator;
mod variants;

pub use adoption::{AdoptionCurve, adoption_curves, new_adopters};
pub use between::{Between, Side, between};
pub use compare::{Pairing, forecast, in_unit, matters};
pub use flow::{Flow, FlowLink, FlowStep, Handover, Party, TimeIn};
pub use hours::{TeamHours, WEEK_HOURS};
pub use inputs::{Effect, Input, Inputs, Sampling, carry};
pub use keep::{PART, Store};
pub use notes::{FEW_CASES, MANY_OPEN, Note};
pub use phase_in::{Course, PhaseIn};
pub use replicate::{Source, Watch};
pub use results::{
    ArmResults, Breakdown, Change, Curves, Efficiency, Ending, Exact, Log, MetricInfo, Results, Risk, Series,
    StageTimes, WarmUpUsed, Work,
};
pub use simulator::Simulator;
pub use variants::{Observed, Variants};

use crate::model::Model;
use estimate::estimate;
use rayon::prelude::*;
use std::fmt;
use std::sync::atomic::AtomicBool;

/// A variant of the scenario. The first arm of a comparison is the control; its design holds for all.
#[derive(Clone, Copy, Debug)]
pub struct Arm<'a> {
    pub name: &'a str,
    /// As people call it.
    pub label: &'a str,
    pub model: &'a Model,
}

/// Why there are no results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The arm does not report the control's metrics, or has another time axis.
    ArmsDiffer { arm: String, what: &'static str },
    /// A run could not be finished.
    Stopped { arm: String, replication: u32, reason: String },
    /// Cancelled before any replication was finished.
    NothingFinished,
    /// A sample of the inputs makes no world that can be simulated.
    NotDrawn { sample: usize, why: String },
    /// Cancelled before all runs of many variants were finished.
    Cancelled { done: usize, planned: usize },
    /// Replications could not be kept, or those kept cannot be read.
    NotKept(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ArmsDiffer { arm, what } => write!(f, "arm {arm} has another {what} than the first arm"),
            Self::Stopped { arm, replication, reason } => {
                write!(f, "replication {replication} of arm {arm} stopped: {reason}")
            }
            Self::NotDrawn { sample, why } => {
                write!(
                    f,
                    "sample {sample} of the inputs cannot be simulated: {why}; narrower ranges may help"
                )
            }
            Self::NotKept(why) => f.write_str(why),
            Self::Cancelled { done, planned } => {
                write!(f, "cancelled after {done} of {planned} runs; nothing is kept")
            }
            Self::NothingFinished => f.write_str("cancelled before any replication was finished"),
        }
    }
}

impl std::error::Error for Error {}

/// The threads that replications run on.
pub type Threads = rayon::ThreadPool;

/// So many threads, or as many as there are processors.
///
/// # Errors
/// When the system gives no threads.
pub fn threads(n: Option<usize>) -> Result<Threads, String> {
    let built = rayon::ThreadPoolBuilder::new().num_threads(n.unwrap_or(0)).build();
    built.map_err(|e| format!("cannot start threads: {e}"))
}

/// Simulates the arms and compares them; the results do not depend on the number of threads.
///
/// # Errors
/// When the arms cannot be compared, a run does not end, or nothing was finished.
pub fn run(arms: &[Arm], crn: bool, watch: Watch, threads: &Threads) -> Result<Results, Error> {
    threads.install(|| run_on(&Simulator::new(arms, crn), arms, crn, watch))
}

/// Takes the first answer: the results of the control and the first other arm, while the others are still to be run.
pub type TakeFirst<'a> = dyn Fn(&Results) -> Result<(), String> + Sync + 'a;

/// Arms that the first answer is about.
pub const FIRST_ARMS: usize = 2;

/// As [`run`], keeping replications as they are finished; goes on after those that the store holds. Who wants the first answer
/// gets it when the replications of its arms are done, which then go first, or when they are cancelled; it is as if there were
/// no other arms. There is none where a precision decides how many replications there are.
///
/// # Errors
/// As [`run`], and when the store fails or the first answer cannot be taken.
pub fn run_kept(
    arms: &[Arm],
    crn: bool,
    watch: Watch,
    threads: &Threads,
    store: &dyn Store,
    first: Option<&TakeFirst>,
) -> Result<Results, Error> {
    threads.install(|| Ok(estimate(&Simulator::new(arms, crn), arms, crn, watch, Some(store), first)?.0))
}

/// Estimates again from the replications that a store holds, without simulating. The results end as
/// [`Ending::Cancelled`] when it holds fewer than were asked for.
///
/// # Errors
/// When the store fails or holds nothing.
pub fn again(arms: &[Arm], crn: bool, threads: &Threads, store: &dyn Store) -> Result<Side, Error> {
    let watch = Watch { progress: &|_, _| (), cancel: &AtomicBool::new(true) };
    let (results, resampled) =
        threads.install(|| estimate(&Simulator::new(arms, crn), arms, crn, watch, Some(store), None))?;
    let metrics = arms[0].model.metrics.as_slice().to_vec();
    Ok(Side { results, metrics, resampled })
}

/// The results of a function that only computes, made side by side on the current pool; in the order of the items.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], each: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().map(each).collect()
}

/// Compares arms whose records come from this source, on the current rayon pool. With `crn` replications of different arms are
/// paired.
pub fn run_on<S: Source>(source: &S, arms: &[Arm], crn: bool, watch: Watch) -> Result<Results, Error> {
    Ok(estimate(source, arms, crn, watch, None, None)?.0)
}

/// All arms must measure the same things over the same time.
fn check(arms: &[Arm]) -> Result<(), Error> {
    let first = arms[0].model;
    for arm in arms {
        let differ = |what| Err(Error::ArmsDiffer { arm: arm.name.to_owned(), what });
        let names =
            |m: &Model| -> Vec<_> { m.metrics.iter().map(|x| (x.name.clone(), x.unit.clone())).collect() };
        let measures = |m: &Model| -> Vec<_> { m.measures.iter().map(|x| x.name.clone()).collect() };
        match arm.model {
            m if names(m) != names(first) => return differ("list of metrics"),
            m if measures(m) != measures(first) => return differ("list of measures"),
            m if m.run != first.run => return differ("run (start, warm-up, window, drain or bin)"),
            _ => {}
        }
    }
    Ok(())
}
