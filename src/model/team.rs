//! Teams: people or things that do the work.

use crate::ids::{CalendarId, SiteId, SkillId};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Team {
    pub name: String,
    /// The team has a separate part (pool) at each of these sites. Empty: one pool for everybody.
    pub sites: Vec<SiteId>,
    /// Per site (or once, for a team without sites).
    pub crews: Vec<Crew>,
    pub dispatch: Dispatch,
}

/// Equal members of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct Crew {
    pub name: String,
    /// Members, per site.
    pub count: u32,
    /// Only at these sites of the team; empty: at all.
    pub sites: Vec<SiteId>,
    /// Always on shift when absent.
    pub calendar: Option<CalendarId>,
    /// Work content done in a unit of time; 1 is standard.
    pub speed: f64,
    pub skills: Vec<SkillId>,
    /// Cost of a paid hour on shift [$/s] and beyond it.
    pub wage: f64,
    pub overtime_wage: f64,
    /// Probability that a member is absent for a whole day.
    pub absence: f64,
}

/// Which waiting request a free member takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dispatch {
    /// First come, first served.
    #[default]
    Fifo,
    /// Largest priority first; first come among equals.
    Priority,
    /// Least work first; first come among equals.
    Shortest,
    /// First come, but members with fewer skills are used first, so that specialists stay free.
    Skill,
}
