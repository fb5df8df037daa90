//! What requests for members are wrong about: urgency that nobody looks at, patience of zero, and members that a case waits
//! for while it holds them itself; and shelves that run empty for ever.

use super::flow::places;
use crate::activity::{Activity, Call, Need, PartRef, Short, SiteRef, Take, TakeFrom};
use crate::diag::{Diagnostic, Span};
use crate::dist::Dist;
use crate::ids::{IdVec, ProcessId, StepId, TeamId};
use crate::model::{Dispatch, Model, Policy, Step};
use crate::text::Reader;
use std::collections::BTreeSet;

/// Checks scenarios whose steps could all be read.
pub fn check(root: &Reader, model: &Model, complete: &IdVec<ProcessId, bool>) {
    if !complete.iter().all(|c| *c) {
        return;
    }
    let spans = places(root);
    let world = World { root, model, spans };
    for (id, step) in model.steps.iter_ids() {
        world.urgency(id, step);
        world.patience(id, step);
        world.shelf(id, step);
        world.transfer(id, step);
    }
    for process in model.processes.ids() {
        for team in model.teams.ids() {
            world.held(process, team);
        }
    }
}

struct World<'a> {
    root: &'a Reader<'a>,
    model: &'a Model,
    /// Where each step is named.
    spans: IdVec<StepId, Span>,
}

impl World<'_> {
    fn report(&self, step: StepId, d: Diagnostic) {
        self.root.report(d.at(self.spans.get(step).copied().unwrap_or_default()));
    }

    fn urgency(&self, id: StepId, step: &Step) {
        let (needs, priority, preempts) = match &step.activity {
            Activity::Task(t) => (&t.needs, t.priority.is_some(), t.preemption != Default::default()),
            Activity::Batch(b) => {
                (&b.task.needs, b.task.priority.is_some(), b.task.preemption != Default::default())
            }
            Activity::Seize(s) => (&s.needs, s.priority.is_some(), false),
            _ => return,
        };
        let team = |need: &Need| &self.model.teams[need.team];
        if needs.iter().any(|need| team(need).dispatch == Dispatch::Priority) {
            return;
        }
        let keys: Vec<_> = [("`priority`", priority), ("`preempt`", preempts)]
            .into_iter()
            .filter(|(_, written)| *written)
            .map(|(key, _)| key)
            .collect();
        let Some(first) = needs.first().filter(|_| !keys.is_empty()) else { return };
        let have = if keys.len() > 1 { "have" } else { "has" };
        let message = format!("{} {have} no effect at `{}`", keys.join(" and "), step.name);
        let hint = format!("give the team `{}` dispatch = \"priority\", or leave it out", team(first).name);
        self.report(id, Diagnostic::warning(message).hint(hint));
    }

    /// Who has no patience at all leaves before anybody is given out.
    fn patience(&self, id: StepId, step: &Step) {
        let patience = match &step.activity {
            Activity::Task(task) => &task.patience,
            Activity::Seize(seize) => &seize.patience,
            _ => return,
        };
        if patience.as_ref().is_some_and(|p| matches!(p.time, Dist::Constant(_)) && p.time.mean() == 0.0) {
            let message =
                format!("a patience of zero leaves `{}` at once, even where somebody is free", step.name);
            let hint =
                "for a case that is served only where somebody is free write a short one, such as \"1 ms\"";
            self.report(id, Diagnostic::warning(message).hint(hint));
        }
    }

    /// Members of a team (of the whole of it, over all sites).
    fn members(&self, team: TeamId) -> u64 {
        let team = &self.model.teams[team];
        let n_sites = team.sites.len().max(1);
        let at = |sites: usize| if sites == 0 { n_sites } else { sites };
        team.crews.iter().map(|crew| u64::from(crew.count) * at(crew.sites.len()) as u64).sum()
    }

    /// On no way through a process may a case wait for members that it holds itself.
    fn held(&self, process: ProcessId, team: TeamId) {
        let members = self.members(team);
        let count =
            |needs: &[Need]| needs.iter().filter(|n| n.team == team).map(|n| u64::from(n.count)).sum::<u64>();
        let seizes = |s: &Step| matches!(&s.activity, Activity::Seize(seize) if count(&seize.needs) > 0);
        if members == 0 || !self.model.steps.iter().any(|s| s.process == process && seizes(s)) {
            return;
        }
        let entry = self.model.processes[process].entry;
        let mut seen = BTreeSet::from([(entry, 0)]);
        let mut open = vec![(entry, 0)];
        while let Some((id, held)) = open.pop() {
            let Step { name, activity, next, .. } = &self.model.steps[id];
            let (wanted, after) = match activity {
                Activity::Seize(seize) => (held + count(&seize.needs), held + count(&seize.needs)),
                Activity::Task(task) => (count(&task.needs).max(held), held),
                Activity::Batch(batch) => (count(&batch.task.needs).max(held), held),
                Activity::Release(release) if release.team == team => (0, 0),
                _ => (0, held),
            };
            if wanted > members && held > 0 {
                let team = &self.model.teams[team].name;
                let d = Diagnostic::error(format!(
                    "`{name}` asks for members of `{team}` while the case holds {held} of the {members} that there are"
                ));
                let hint = "it would wait for ever; release them before, or give the team more members";
                self.report(id, d.hint(hint));
                return;
            }
            let ways = activity.targets().into_iter().chain(*next).map(|to| (to, after));
            open.extend(ways.filter(|way| seen.insert(*way)));
        }
    }

    /// A shelf that nothing comes to runs empty, and who waits there waits for ever.
    fn shelf(&self, id: StepId, step: &Step) {
        let Activity::Take(Take { part: PartRef::Fixed(part), from, short: Short::Wait, .. }) =
            &step.activity
        else {
            return;
        };
        let returns = |s: &Step| {
            matches!(&s.activity, Activity::Return(back) if match back.part {
                PartRef::Fixed(other) => other == *part,
                PartRef::Attr(_) => true,
            })
        };
        if self.model.steps.iter().any(returns) {
            return;
        }
        let meant: Vec<_> = (self.model.stocks.iter().filter(|s| s.part == *part))
            .filter(|s| match from {
                TakeFrom::Site(SiteRef::At(at)) => *at == s.site,
                _ => true,
            })
            .collect();
        let Some(shelf) = meant.first().filter(|_| meant.iter().all(|s| s.policy == Policy::None)) else {
            return;
        };
        let (site, part) = (&self.model.sites[shelf.site], &self.model.parts[*part].name);
        let d = Diagnostic::warning(format!(
            "`{}` may wait for ever: nothing comes to the shelf of `{part}` at `{site}` after its first {}",
            step.name, shelf.initial
        ));
        let hint = format!(
            "give it a stocking rule: [part.{part}.stock.{site}] policy = ..., or let `short` say what else to do"
        );
        self.report(id, d.hint(hint));
    }

    /// A transfer moves what the case took before.
    fn transfer(&self, id: StepId, step: &Step) {
        if !matches!(step.activity, Activity::Transfer(_)) {
            return;
        }
        // The process itself, those that it calls, and those that call it.
        let mut family = BTreeSet::from([step.process]);
        for _ in self.model.processes.ids() {
            for step in self.model.steps.iter() {
                if let Activity::Call(Call { process }) = step.activity
                    && (family.contains(&step.process) || family.contains(&process))
                {
                    family.extend([step.process, process]);
                }
            }
        }
        let gets = |s: &Step| matches!(s.activity, Activity::Take(_) | Activity::Order(_) | Activity::Ask(_));
        if !self.model.steps.iter().any(|s| family.contains(&s.process) && gets(s)) {
            let d = Diagnostic::warning(format!("`{}` has nothing to move: no step takes a part", step.name));
            self.report(id, d.hint("take the part before, or write a `delay`"));
        }
    }
}
