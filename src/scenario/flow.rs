//! What only a process as a whole can be wrong about: steps that are never reached, circles without an exit, joins
//! without forks, processes that call themselves.

use crate::activity::{Activity, Call};
use crate::diag::{Diagnostic, Span};
use crate::ids::{IdVec, ProcessId, StepId};
use crate::model::{Model, Step};
use crate::text::Reader;
use std::collections::{BTreeMap, BTreeSet};

/// Checks the processes whose steps could all be read.
pub fn check(root: &Reader, model: &Model, complete: &IdVec<ProcessId, bool>) {
    let world = World { root, model, places: places(root) };
    for id in model.processes.ids().filter(|id| complete[*id]) {
        world.walk(id);
        world.forks(id);
    }
    if complete.iter().all(|c| *c) {
        world.calls();
    }
}

struct World<'a> {
    root: &'a Reader<'a>,
    model: &'a Model,
    /// Where each step is named.
    places: IdVec<StepId, Span>,
}

/// Where each step is named.
pub fn places(root: &Reader) -> IdVec<StepId, Span> {
    let mut places = IdVec::new();
    for (_, process) in root.map("process") {
        let steps = process.table().map_or_else(Vec::new, |r| r.map("step"));
        places.extend(steps.iter().map(|(name, _)| name.span));
    }
    places
}

impl World<'_> {
    fn report(&self, step: StepId, d: Diagnostic) {
        self.root.report(d.at(self.places.get(step).copied().unwrap_or_default()));
    }

    fn steps(&self, process: ProcessId) -> impl Iterator<Item = (StepId, &Step)> {
        self.model.steps.iter_ids().filter(move |(_, s)| s.process == process)
    }

    /// Where a step leads to.
    fn leads_to(&self, step: StepId) -> Vec<StepId> {
        let Step { activity, next, .. } = &self.model.steps[step];
        activity.targets().into_iter().chain(*next).collect()
    }

    fn reached_from(&self, start: StepId) -> BTreeSet<StepId> {
        self.reached_from_any(vec![start])
    }

    fn reached_from_any(&self, starts: Vec<StepId>) -> BTreeSet<StepId> {
        let mut seen: BTreeSet<StepId> = starts.iter().copied().collect();
        let mut open = starts;
        while let Some(step) = open.pop() {
            open.extend(self.leads_to(step).into_iter().filter(|next| seen.insert(*next)));
        }
        seen
    }

    fn is_end(&self, step: StepId) -> bool {
        matches!(self.model.steps[step].activity, Activity::End(_))
    }

    /// Of steps, and all that they lead to, those from which an end is reached: from the ends backwards, each way once.
    fn ending(&self, steps: &BTreeSet<StepId>) -> BTreeSet<StepId> {
        let mut before: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
        for &step in steps {
            self.leads_to(step).into_iter().for_each(|next| before.entry(next).or_default().push(step));
        }
        let mut open: Vec<StepId> = steps.iter().copied().filter(|id| self.is_end(*id)).collect();
        let mut ending: BTreeSet<StepId> = open.iter().copied().collect();
        while let Some(step) = open.pop() {
            open.extend(before.remove(&step).into_iter().flatten().filter(|id| ending.insert(*id)));
        }
        ending
    }

    /// Every step is reached, and from every step an end is.
    fn walk(&self, process: ProcessId) {
        let name = &self.model.processes[process].name;
        let others = self.model.arrivals.iter().filter(|a| a.process == process).filter_map(|a| a.first);
        let starts = std::iter::once(self.model.processes[process].entry).chain(others).collect();
        let reached = self.reached_from_any(starts);
        for (id, step) in self.steps(process).filter(|(id, _)| !reached.contains(id)) {
            let d = Diagnostic::error(format!("the step `{}` of `{name}` is never reached", step.name));
            let near = "no step leads to it: remove it, or let a `next` or a branch name it";
            self.report(id, d.hint(near));
        }
        let ending = self.ending(&reached);
        let mut stuck = reached.difference(&ending);
        let Some(first) = stuck.next() else { return };
        let others = stuck.count();
        let d = match self.steps(process).any(|(id, _)| self.is_end(id)) {
            true => Diagnostic::error(format!(
                "from the step `{}` no end can be reached",
                self.model.steps[*first].name
            ))
            .label(match others {
                0 => "cases would stay here for ever".to_owned(),
                1 => "cases would go round for ever, here and in one more step".to_owned(),
                n => format!("cases would go round for ever, here and in {n} more steps"),
            })
            .hint("add a way out, for example a branch of a choice that leads to an end"),
            false => Diagnostic::error(format!("the process `{name}` has no end"))
                .hint(format!("add one: [process.{name}.step.done] end = {{}}")),
        };
        self.report(*first, d);
    }

    fn forks(&self, process: ProcessId) {
        let forks: Vec<_> = self
            .steps(process)
            .filter_map(
                |(id, s)| if let Activity::Fork(fork) = &s.activity { Some((id, s, fork)) } else { None },
            )
            .collect();
        for (id, step, fork) in &forks {
            let join = &self.model.steps[fork.join];
            if !matches!(join.activity, Activity::Join(_)) {
                let d = Diagnostic::error(format!(
                    "the branches of `{}` meet at `{}`, which is no join",
                    step.name, join.name
                ));
                let process = &self.model.processes[process].name;
                let hint = format!("make it one: [process.{process}.step.{}] join = {{}}", join.name);
                self.report(*id, d.hint(hint));
            } else if !fork.branches.iter().any(|b| self.reached_from(b.to).contains(&fork.join)) {
                let d = Diagnostic::error(format!(
                    "no branch of the fork `{}` leads to its join `{}`",
                    step.name, join.name
                ));
                self.report(*id, d);
            }
        }
        for (id, step) in self.steps(process) {
            match &step.activity {
                Activity::Join(_) if !forks.iter().any(|(.., fork)| fork.join == id) => {
                    let d = Diagnostic::error(format!("the join `{}` has no fork", step.name));
                    self.report(
                        id,
                        d.hint(format!(
                            "a fork names its join: fork = {{ to = [...], join = \"{}\" }}",
                            step.name
                        )),
                    );
                }
                Activity::Race(race) => {
                    let instant =
                        race.branches.iter().map(|b| &self.model.steps[*b]).find(|b| b.next.is_none());
                    if let Some(branch) = instant {
                        let d = Diagnostic::error(format!(
                            "the race `{}` cannot start with `{}`",
                            step.name, branch.name
                        ));
                        self.report(id, d.hint("a branch starts with a step that takes time and has a `next`, such as a task or a delay"));
                    }
                }
                _ => {}
            }
        }
    }

    /// A process must not call itself, not even through others.
    fn calls(&self) {
        let called = |process: ProcessId| {
            let call = |s: &Step| {
                if let Activity::Call(Call { process }) = s.activity { Some(process) } else { None }
            };
            self.steps(process).filter_map(|(id, s)| Some((id, call(s)?))).collect::<Vec<_>>()
        };
        let mut reported: BTreeSet<ProcessId> = BTreeSet::new();
        for start in self.model.processes.ids() {
            let mut chain = vec![start];
            let mut open: Vec<(Vec<ProcessId>, StepId)> =
                called(start).into_iter().map(|(s, p)| (vec![start, p], s)).collect();
            while let Some((path, step)) = open.pop() {
                let last = path[path.len() - 1];
                if last == start && !reported.contains(&start) {
                    let names: Vec<_> =
                        path.iter().map(|p| format!("`{}`", self.model.processes[*p].name)).collect();
                    let d = Diagnostic::error(format!("a process calls itself: {}", names.join(" calls ")));
                    self.report(
                        step,
                        d.hint("for a repetition let a step lead back; to begin another case use `start`"),
                    );
                    reported.extend(path);
                } else if !chain.contains(&last) {
                    chain.push(last);
                    open.extend(
                        called(last).into_iter().map(|(_, p)| ([path.as_slice(), &[p]].concat(), step)),
                    );
                }
            }
        }
    }
}
