//! `task`: members of one or several teams work on the case. `seize` and `release` hold them over several steps.

use super::Amount;
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
