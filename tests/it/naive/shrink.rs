//! Smaller models with the same fault, for the reader of a failed test.

use super::small::*;
use turnaround::activity::{OffShift, Preemption};
use turnaround::model::Dispatch;

/// The smallest model found that still fails.
pub fn shrink(model: &Small, fails: impl Fn(&Small) -> bool) -> Small {
    let mut smallest = model.clone();
    while let Some(simpler) = simpler(&smallest).into_iter().find(&fails) {
        smallest = simpler;
    }
    smallest
}

/// Models with one thing less.
fn simpler(model: &Small) -> Vec<Small> {
    let mut all = Vec::new();
    fewer_cases(model, &mut all);
    fewer_steps(model, &mut all);
    for i in 0..model.steps.len() {
        plainer_step(model, i, &mut all);
    }
    plainer_teams(model, &mut all);
    all
}

/// The model after a change, if there was one.
fn changed(model: &Small, all: &mut Vec<Small>, change: impl FnOnce(&mut Small)) {
    let mut other = model.clone();
    change(&mut other);
    if format!("{other:?}") != format!("{model:?}") {
        all.push(other);
    }
}

fn fewer_cases(model: &Small, all: &mut Vec<Small>) {
    for i in 0..model.sources.len() {
        changed(model, all, |m| drop(m.sources.remove(i)));
    }
    for (i, source) in model.sources.iter().enumerate() {
        let n = if let Comes::At(times) = &source.comes { times.len() } else { 0 };
        for k in 0..n {
            changed(model, all, |m| {
                if let Comes::At(times) = &mut m.sources[i].comes {
                    times.remove(k);
                }
            });
        }
        for attr in 0..N_ATTRIBUTES {
            changed(model, all, |m| m.sources[i].carries[attr] = i64::from(attr == EFFORT));
        }
        changed(model, all, |m| m.sources[i].carries[EFFORT] = source.carries[EFFORT].min(4));
    }
    if model.start != 0 {
        changed(model, all, |m| {
            m.start = 0;
            for source in &mut m.sources {
                if let Comes::At(times) = &mut source.comes {
                    times.iter_mut().for_each(|t| *t += model.start);
                }
            }
        });
    }
}

/// Every mention of a step.
fn mentions(model: &mut Small) -> Vec<&mut usize> {
    let mut all = vec![&mut model.first];
    for step in &mut model.steps {
        all.extend(&mut step.next);
        match &mut step.does {
            Does::Choose(ways) => all.extend(ways.iter_mut().map(|way| &mut way.1)),
            Does::Fork { to, join, .. } => {
                all.extend(to.iter_mut().map(|way| &mut way.1));
                all.push(join);
            }
            Does::Race(of) => all.extend(of),
            Does::Task(work) | Does::Seize(work) => all.extend(work.patience.iter_mut().map(|p| &mut p.1)),
            _ => {}
        }
    }
    all
}

/// Who led to a step leads to another one.
fn redirected(model: &Small, all: &mut Vec<Small>, from: usize, to: usize) {
    changed(model, all, |m| {
        mentions(m).into_iter().filter(|step| **step == from).for_each(|step| *step = to);
        let can_race = |of: &usize| m.steps[*of].next.is_some() && !matches!(m.steps[*of].does, Does::Join);
        let fine = m.steps.iter().all(|step| match &step.does {
            Does::Race(of) => of.iter().all(can_race),
            Does::Fork { join, .. } => matches!(m.steps[*join].does, Does::Join),
            _ => true,
        });
        if !fine {
            *m = model.clone();
        }
    });
}

fn fewer_steps(model: &Small, all: &mut Vec<Small>) {
    for (i, step) in model.steps.iter().enumerate() {
        match &step.does {
            // (Not for ever back.)
            Does::Choose(ways) => {
                let onwards = ways.iter().filter(|way| !matches!(way.0, If::PassesBelow(_)));
                onwards.for_each(|way| redirected(model, all, i, way.1));
            }
            Does::Fork { to, join, .. } => {
                redirected(model, all, i, *join);
                to.iter().for_each(|way| redirected(model, all, i, way.1));
                if to.len() > 2 {
                    (0..to.len()).for_each(|k| {
                        changed(model, all, |m| {
                            if let Does::Fork { to, .. } = &mut m.steps[i].does {
                                to.remove(k);
                            }
                        });
                    });
                }
            }
            Does::Race(of) => {
                of.iter().for_each(|to| redirected(model, all, i, *to));
                if of.len() > 2 {
                    (0..of.len()).for_each(|k| {
                        changed(model, all, |m| {
                            if let Does::Race(of) = &mut m.steps[i].does {
                                of.remove(k);
                            }
                        });
                    });
                }
            }
            Does::Join | Does::End { .. } => {}
            _ => step.next.iter().for_each(|next| redirected(model, all, i, *next)),
        }
    }
    without_unused(model, all);
}

/// Steps that nobody leads to are left out.
fn without_unused(model: &Small, all: &mut Vec<Small>) {
    let mut other = model.clone();
    let mut used = vec![false; model.steps.len()];
    let mut open = vec![model.first];
    while let Some(step) = open.pop() {
        if !std::mem::replace(&mut used[step], true) {
            let mut alone = model.clone();
            alone.first = step;
            alone.steps.iter_mut().enumerate().filter(|(i, _)| *i != step).for_each(|(_, other)| {
                *other = SmallStep { does: Does::Join, next: None };
            });
            open.extend(mentions(&mut alone).into_iter().map(|step| *step));
        }
    }
    if used.iter().all(|used| *used) {
        return;
    }
    let place: Vec<usize> = (0..used.len()).map(|i| used[..i].iter().filter(|used| **used).count()).collect();
    mentions(&mut other).into_iter().for_each(|step| *step = place[*step]);
    let mut kept = used.iter();
    other.steps.retain(|_| *kept.next().expect("as many"));
    all.push(other);
}

fn plainer_step(model: &Small, i: usize, all: &mut Vec<Small>) {
    let (Does::Task(work) | Does::Seize(work) | Does::Batch { work, .. }) = &model.steps[i].does else {
        if let Does::Wait(_) = model.steps[i].does {
            changed(model, all, |m| m.steps[i].does = Does::Wait(Wait::Elapsed(Length::Units(0))));
        }
        return;
    };
    let mut change = |how: &dyn Fn(&mut Work)| {
        changed(model, all, |m| {
            if let Does::Task(w) | Does::Seize(w) | Does::Batch { work: w, .. } = &mut m.steps[i].does {
                how(w);
            }
        });
    };
    change(&|w| w.needs.truncate(1));
    for k in 0..work.needs.len() {
        change(&|w| _ = (w.needs.len() > 1).then(|| w.needs.remove(k)));
        change(&|w| w.needs.iter_mut().skip(k).take(1).for_each(|need| need.1 = 1));
    }
    change(&|w| w.patience = None);
    change(&|w| w.urgent = false);
    change(&|w| w.off_shift = OffShift::Finish);
    change(&|w| w.preemption = Preemption::Never);
    for n in [0, 1, 2, 6] {
        // (Only lengths that are not a small number yet.)
        change(&|w| {
            w.time = if matches!(w.time, Length::Units(..=6)) { w.time } else { Length::Units(n) };
        });
    }
}

fn plainer_teams(model: &Small, all: &mut Vec<Small>) {
    for (i, team) in model.teams.iter().enumerate() {
        changed(model, all, |m| m.teams[i].dispatch = Dispatch::Fifo);
        changed(model, all, |m| m.teams[i].reserve = false);
        changed(model, all, |m| m.teams[i].crews.truncate(1));
        for k in 0..team.crews.len() {
            changed(model, all, |m| m.teams[i].crews[k].1 = None);
            changed(model, all, |m| m.teams[i].crews[k].0 = 1);
        }
    }
}
