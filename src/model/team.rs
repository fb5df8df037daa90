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
    pub joint: Joint,
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

/// What becomes of free members while the first request needs more than are free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Joint {
    /// They serve requests behind it.
    #[default]
    Greedy,
    /// They are kept back for it.
    Reserve,
}

impl Team {
    /// The crews that are at a site (`None`: of a team without sites), in the order in which free members are taken.
    pub fn crews_at(&self, site: Option<SiteId>) -> Vec<&Crew> {
        let here =
            |crew: &&Crew| crew.sites.is_empty() || site.is_some_and(|site| crew.sites.contains(&site));
        let mut crews: Vec<_> = self.crews.iter().filter(here).collect();
        if self.dispatch == Dispatch::Skill {
            crews.sort_by_key(|crew| crew.skills.len());
        }
        crews
    }

    /// The crew of each member, in the order in which members are numbered: site by site, crew by crew.
    pub fn roster(&self) -> Vec<&Crew> {
        let sites: Vec<Option<SiteId>> =
            if self.sites.is_empty() { vec![None] } else { self.sites.iter().copied().map(Some).collect() };
        let crews = sites.into_iter().flat_map(|site| self.crews_at(site));
        crews.flat_map(|crew| std::iter::repeat_n(crew, crew.count as usize)).collect()
    }
}
