//! `task`: members of one or several teams work on the case. `seize` and `release` hold them over several steps.

use super::Amount;
use super::Expansion;
use super::op::{Op, Work};
use crate::dist::Dist;
use crate::expr::Expr;
use crate::ids::{AttrId, SiteId, SkillId, StepId, TeamId};

/// Work by members of teams, all seized at once or none.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The first need is the worker whose speed and calendar govern the work.
    pub needs: Vec<Need>,
    /// Work content at speed 1 [s].
    pub time: Amount,
    /// Larger is served first where the team's dispatch rule is by priority; 0 when absent.
    pub priority: Option<Expr>,
    pub off_shift: OffShift,
    /// Whether, and how, later work of higher priority may take the worker away.
    pub preemption: Preemption,
    pub patience: Option<Patience>,
    /// Runs once for a case; a second token that arrives waits for the first and passes.
    pub once: bool,
}

/// `seize`: like the beginning of a task; what is seized stays with the case until `release` or its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Seize {
    pub needs: Vec<Need>,
    pub priority: Option<Expr>,
    pub patience: Option<Patience>,
}

/// `release`: gives back what the case seized from this team.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    pub team: TeamId,
}

/// So many members of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    pub team: TeamId,
    pub count: u16,
    pub skill: Option<SkillId>,
    pub site: SiteRef,
}

/// Which site's part of a team, shelf or fleet is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteRef {
    /// The case's own site (for a team at a single place: that place).
    Own,
    At(SiteId),
    /// The site that a site-valued attribute of the case names.
    Attr(AttrId),
}

/// What happens to work when its worker's shift ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OffShift {
    /// The worker stops and goes on at the next shift; nobody else takes over.
    Pause,
    /// The worker stays until it is done: overtime.
    #[default]
    Finish,
    /// Not begun unless it fits into what is left of the shift.
    Fit,
    /// The worker leaves; the rest of the work queues for whoever is on shift.
    HandOver,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Preemption {
    /// Once begun, the work is not taken away.
    #[default]
    Never,
    /// The rest of the work is done later.
    Resume,
    /// The same work starts again from its beginning.
    Restart,
    /// A new amount of work is drawn.
    Resample,
}

/// The case leaves the queue after this long and goes to another step.
#[derive(Clone, Debug, PartialEq)]
pub struct Patience {
    /// [s]
    pub time: Dist,
    pub to: StepId,
}

impl Task {
    /// The work without the latch of `once`: its number.
    pub(super) fn work(&self, x: &mut Expansion) -> u32 {
        let time = x.maker.amount(&self.time, x.draw_name("duration"));
        let work = Work {
            step: x.step_id(),
            needs: self.needs.clone(),
            time: Some(time),
            priority: self.priority.as_ref().map(|e| x.maker.code(e)),
            off_shift: self.off_shift,
            preemption: self.preemption,
            patience: self.patience.as_ref().map(|p| (x.maker.law(&p.time), x.purpose("patience"))),
        };
        x.program.works.push(work);
        x.program.works.len() as u32 - 1
    }

    pub(super) fn expand(&self, x: &mut Expansion) {
        let latch = self.once.then(|| {
            x.program.n_latches += 1;
            (x.program.n_latches - 1, x.new_label())
        });
        if let Some((latch, past)) = latch {
            x.emit(Op::Once(latch, past));
        }
        let work = self.work(x);
        x.emit(Op::Work(work));
        if let Some(patience) = &self.patience {
            let gone = latch.map(|(latch, _)| Op::Done(latch, false));
            renege(x, patience, gone);
        }
        if let Some((latch, past)) = latch {
            x.emit(Op::Done(latch, true));
            x.place(past);
        }
    }
}

impl Seize {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let work = Work {
            step: x.step_id(),
            needs: self.needs.clone(),
            time: None,
            priority: self.priority.as_ref().map(|e| x.maker.code(e)),
            off_shift: OffShift::Pause,
            preemption: Preemption::Never,
            patience: self.patience.as_ref().map(|p| (x.maker.law(&p.time), x.purpose("patience"))),
        };
        x.program.works.push(work);
        x.emit(Op::Seize(x.program.works.len() as u32 - 1));
        if let Some(patience) = &self.patience {
            renege(x, patience, None);
        }
    }
}

impl Release {
    pub(super) fn expand(&self, x: &mut Expansion) {
        x.emit(Op::Release(self.team));
    }
}

/// The two ways out of a queue: served, which goes on behind this, and gone.
fn renege(x: &mut Expansion, patience: &Patience, first: Option<Op>) {
    let served = x.new_label();
    x.emit(Op::Goto(served));
    let to = x.exit(patience.to);
    match first {
        None => x.emit(Op::Goto(to)),
        Some(op) => {
            let gone = x.new_label();
            x.emit(Op::Goto(gone));
            x.place(gone);
            x.emit(op);
            x.emit(Op::Goto(to));
        }
    }
    x.place(served);
}
