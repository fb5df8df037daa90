//! From arms to results: which replications are run when, and what they give.

use super::analysis::{Analysis, Finished};
use super::keep::Keeper;
use super::replicate::{Source, Task, Watch, replicate, tasks};
use super::results::{Ending, Results};
use super::{Arm, Error, FIRST_ARMS, Store, TakeFirst, check};
use crate::record::Record;
use crate::stats::Resampled;
use crate::stats::stopping::{Decision, StoppingRule};
use std::collections::VecDeque;
use std::ops::Range;

/// Runs replications of all arms, as many as the design asks for, but for those that the store holds; the results, and what they were
/// estimated from: `[arm][metric]`.
pub fn estimate<S: Source>(
    source: &S,
    arms: &[Arm],
    crn: bool,
    watch: Watch,
    store: Option<&dyn Store>,
    first: Option<&TakeFirst>,
) -> Result<(Results, Vec<Vec<Resampled>>), Error> {
    let Some(control) = arms.first() else { return Err(Error::NothingFinished) };
    check(arms)?;
    let design = &control.model.design;
    let analysis = Analysis::new(arms);
    let at_once = design.replications.max(1);
    let rule = StoppingRule {
        first: at_once as usize,
        cap: design.max_replications.max(at_once) as usize,
        ..StoppingRule::default()
    };
    let first = first.filter(|_| design.precision.is_none());
    let n_first = if first.is_some() { FIRST_ARMS.min(arms.len()) } else { arms.len() };
    let mut keeper = Keeper::new(store, arms.len());
    let mut gathered = Gathered { rows: Vec::new(), columns: keeper.restore()? };
    let reduce = |task: Task, record: &mut Record| {
        let finished = analysis.finish(task.arm, task.replication, record)?;
        keeper.take(task.arm, task.replication, &finished)?;
        Ok(finished)
    };
    let mut decision = Decision::More(rule.first);
    while let Decision::More(more) = decision {
        let until = gathered.rows.len() + more;
        for some in [0..n_first, n_first..arms.len()] {
            let tasks = gathered.missing(&some, until);
            let before = gathered.done(until);
            let progress = |done: usize, _: usize| (watch.progress)(before + done, until * arms.len());
            let watch = Watch { progress: &progress, ..watch };
            let finished = replicate(source, &tasks, watch, &design.logged, reduce)?;
            let ending = if finished.len() == tasks.len() { Ending::Planned } else { Ending::Cancelled };
            tasks.iter().zip(finished).for_each(|(task, finished)| gathered.push(*task, finished));
            if let Some(first) = first.filter(|_| some.start == 0)
                && let Some(rows) = gathered.rows_of(&some)
            {
                let results = Analysis::new(&arms[some]).results(rows, ending, crn).0;
                first(&results).map_err(Error::NotKept)?;
            }
        }
        gathered.join(until);
        if gathered.rows.len() < until {
            break;
        }
        decision = match design.precision {
            None => Decision::Reached,
            Some(precision) => {
                rule.decide(gathered.rows.len(), &analysis.goals(&mut gathered.rows, precision))
            }
        };
    }
    keeper.flush()?;
    if gathered.rows.is_empty() {
        return Err(Error::NothingFinished);
    }
    let ending = match (decision, design.precision) {
        (Decision::More(_), _) => Ending::Cancelled,
        (_, None) => Ending::Planned,
        (Decision::Reached, _) => Ending::Precise,
        (Decision::Capped, _) => Ending::Capped,
    };
    Ok(analysis.results(gathered.rows, ending, crn))
}

/// Replications that are finished.
struct Gathered {
    /// `[replication][arm]`: the first ones, of all arms.
    rows: Vec<Vec<Finished>>,
    /// `[arm]`: those that follow.
    columns: Vec<VecDeque<Finished>>,
}

impl Gathered {
    /// Replications of an arm.
    fn of(&self, arm: usize) -> usize {
        self.rows.len() + self.columns[arm].len()
    }

    /// All runs that count towards so many replications of each arm.
    fn done(&self, until: usize) -> usize {
        (0..self.columns.len()).map(|arm| self.of(arm).min(until)).sum()
    }

    /// What these arms lack of so many replications.
    fn missing(&self, arms: &Range<usize>, until: usize) -> Vec<Task> {
        let mut tasks = tasks(self.columns.len(), self.rows.len() as u32..until as u32);
        tasks.retain(|task| arms.contains(&task.arm) && task.replication as usize >= self.of(task.arm));
        tasks
    }

    /// The next one of its arm.
    fn push(&mut self, task: Task, finished: Finished) {
        self.columns[task.arm].push_back(finished);
    }

    /// A copy of what follows, for these arms alone; None where there is nothing.
    fn rows_of(&self, arms: &Range<usize>) -> Option<Vec<Vec<Finished>>> {
        let columns = &self.columns[arms.clone()];
        let n = columns.iter().map(VecDeque::len).min().filter(|n| *n > 0)?;
        Some((0..n).map(|r| columns.iter().map(|column| column[r].clone()).collect()).collect())
    }

    /// Replications that all arms have become rows, up to so many.
    fn join(&mut self, until: usize) {
        while self.rows.len() < until && self.columns.iter().all(|column| !column.is_empty()) {
            self.rows.push(self.columns.iter_mut().filter_map(VecDeque::pop_front).collect());
        }
    }
}
