//! Teams as tables: a *pool* is a team at a site, a *squad* the equal members (one crew) of a pool.

use super::{Cursor, Maker};
use crate::activity::{self, OffShift, Preemption, SiteRef};
use crate::activity::{CodeId, DrawId, Draws, LawId, Program};
use crate::dist::Sampler;
use crate::ids::{AttrId, CalendarId, Id, SiteId, StepId, TeamId};
use crate::model::{Dispatch, Joint, Measure, Model, Team};
use crate::rng::{Purpose, mix};
use crate::units::Time;
use std::ops::Range;

use super::Meter;

/// No site, member, pool.
pub const NONE: u32 = u32::MAX;

#[derive(Clone, Debug, Default)]
pub struct Teams {
    pub pools: Vec<Pool>,
    pub squads: Vec<Squad>,
    pub members: Vec<Member>,
    /// By team.
    pub teams: Vec<TeamPlan>,
    /// By work of the program.
    pub works: Vec<Work>,
    /// Some team keeps members back for joint requests.
    pub keeps_back: bool,
    n_sites: usize,
    n_skills: usize,
    /// `[team][site]`: the pool for a case at this site; the first one where the team has none.
    pool_at: Vec<u32>,
    /// `[squad][skill]`
    skilled: Vec<bool>,
}

#[derive(Clone, Debug)]
pub struct TeamPlan {
    pub pools: Range<u32>,
    pub busy: Meter,
    pub on_shift: Meter,
    pub overtime: Meter,
    pub queue: Meter,
    pub wages: Meter,
    pub busy_wages: Meter,
    pub asking: Meter,
    /// Whether work, and whether shifts, are measured.
    pub books_work: bool,
    pub books_shifts: bool,
}

#[derive(Clone, Debug)]
pub struct Pool {
    pub team: TeamId,
    /// [`NONE`] for a team at a single place.
    pub site: u32,
    pub squads: Range<u32>,
    pub members: Range<u32>,
    pub dispatch: Dispatch,
    pub joint: Joint,
    /// Whether any of its members are ever off shift.
    pub has_shifts: bool,
    /// Any free member will do for whoever asks for members of this team.
    pub plain: bool,
    /// Whether the number of waiting requests is measured.
    pub counts_queue: bool,
}

#[derive(Clone, Debug)]
pub struct Squad {
    pub pool: u32,
    pub members: Range<u32>,
    /// Always on shift when absent.
    pub hours: Option<CalendarId>,
    pub speed: f64,
    /// [$/s]
    pub wage: f64,
    pub overtime_wage: f64,
    /// Probability of being absent for a day, and its random number: by member and day.
    pub absence: f64,
    pub absence_purpose: Purpose,
}

#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Keys the member's random numbers; stays the same when other teams, sites or members are added.
    pub entity: u64,
    pub team: TeamId,
    /// [`NONE`] for a team at a single place.
    pub site: u32,
    pub pool: u32,
    pub squad: u32,
    /// Within the team.
    pub number: u32,
    /// Of its squad.
    pub speed: f64,
    pub has_shifts: bool,
    /// Of its team: whether work is measured, and where.
    pub books_work: bool,
    pub busy: Meter,
    pub busy_wages: Meter,
    /// Of its squad [$/s].
    pub wage: f64,
}

/// [`activity::op::Work`] with its pools looked up.
#[derive(Clone, Debug)]
pub struct Work {
    pub step: StepId,
    pub needs: Vec<Need>,
    pub content: Content,
    pub priority: Option<CodeId>,
    pub off_shift: OffShift,
    pub preemption: Preemption,
    pub patience: Option<(LawId, Purpose)>,
    /// More than one member is needed.
    pub gang: bool,
    /// Any one free member of the pool will do.
    pub plain: bool,
    /// Requests join the end of their pool's queue, and are plain like all others there.
    pub simple: bool,
    /// Then: one member who is always on shift works, and nobody takes the work away.
    pub direct: bool,
    /// Whether the requests that wait there are measured.
    pub counts_queue: bool,
    /// Equal for works that need the same of cases at the same site, or [`Work::SINGULAR`].
    pub kind: u32,
}

/// Work content at speed 1 [s].
#[derive(Clone, Debug)]
pub enum Content {
    /// Of `seize`: members are held, not put to work.
    Held,
    /// The same law for every case: drawn without detours.
    Law(Purpose, Sampler),
    Draw(DrawId),
}

impl Work {
    pub const SINGULAR: u32 = u32::MAX;

    /// Whether members are held, not put to work.
    #[inline]
    pub fn holds(&self) -> bool {
        matches!(self.content, Content::Held)
    }

    /// Whether the work has to fit into the shift of the members of this need: the first one's work it is.
    #[inline]
    pub fn has_to_fit(&self, need: usize) -> bool {
        need == 0 && self.off_shift == OffShift::Fit
    }
}

impl Squad {
    /// The shift that is on at a time, or the next one, absences apart.
    #[inline]
    pub fn shift_from(&self, plan: &super::Plan, at: Time, cursor: &mut Cursor) -> (Time, Time) {
        match self.hours {
            Some(hours) => plan.hours[hours].stretch_from(at, cursor),
            None if self.absence > 0.0 => {
                let (clock, day) = (plan.axis.clock, plan.axis.clock.day(at));
                (clock.midnight(day), clock.midnight(day + 1))
            }
            None => (Time::ZERO, Time::NEVER),
        }
    }

    /// Whether its members are ever off shift.
    #[inline]
    pub fn has_shifts(&self) -> bool {
        self.hours.is_some() || self.absence > 0.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    pub team: TeamId,
    pub from: PoolRef,
    pub count: u16,
    /// Index of the skill, or [`NONE`].
    pub skill: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PoolRef {
    Fixed(u32),
    /// The pool at the case's site.
    Own,
    /// The pool at the site in an attribute.
    Attr(AttrId),
}

impl Teams {
    pub(super) fn new(model: &Model, program: &Program, maker: &mut Maker) -> Self {
        let mut teams = Self { n_sites: model.sites.len(), n_skills: model.skills.len(), ..Self::default() };
        for (id, team) in model.teams.iter_ids() {
            teams.add(id, team, maker);
        }
        for work in &program.works {
            teams.works.push(teams.work(work, &maker.draws.draws));
        }
        for id in 0..teams.teams.len() {
            let plain = teams.is_plain(TeamId::new(id));
            let pools = teams.teams[id].pools.clone();
            teams.pools[pools.start as usize..pools.end as usize].iter_mut().for_each(|p| p.plain = plain);
        }
        for work in &mut teams.works {
            if let [Need { team, from: PoolRef::Fixed(_) | PoolRef::Own, .. }] = work.needs[..] {
                let pools = teams.teams[team.index()].pools.clone();
                let pools = &teams.pools[pools.start as usize..pools.end as usize];
                let in_order_of_coming = matches!(pools[0].dispatch, Dispatch::Fifo | Dispatch::Skill);
                work.simple = pools[0].plain
                    && in_order_of_coming
                    && work.priority.is_none()
                    && work.patience.is_none();
                work.counts_queue = pools[0].counts_queue;
                work.direct = work.simple
                    && !work.holds()
                    && work.preemption == Preemption::Never
                    && !pools.iter().any(|pool| pool.has_shifts);
            }
        }
        teams
    }

    /// Whether any free member of the team will do for whoever asks: nobody asks for several or for a skill, and whoever
    /// has seized members does not also ask for members to work.
    fn is_plain(&self, team: TeamId) -> bool {
        let asking = || self.works.iter().filter(|work| work.needs.iter().any(|need| need.team == team));
        let is_mixed = || asking().any(Work::holds) && !asking().all(Work::holds);
        asking().all(|work| work.plain) && !is_mixed()
    }

    /// The pool that serves a site; the team's first pool where it has none at this site.
    #[inline]
    pub fn pool_at(&self, team: TeamId, site: u32) -> u32 {
        match (site as usize) < self.n_sites {
            true => self.pool_at[team.index() * self.n_sites + site as usize],
            false => self.teams[team.index()].pools.start,
        }
    }

    #[inline]
    pub fn has_skill(&self, squad: u32, skill: u32) -> bool {
        skill == NONE || self.skilled[squad as usize * self.n_skills + skill as usize]
    }

    fn add(&mut self, id: TeamId, team: &Team, maker: &mut Maker) {
        let absence_purpose = maker.purpose(format!("{}/absence", team.name));
        let (busy, busy_wages) = (maker.meter(&Measure::Busy(id)), maker.meter(&Measure::BusyWages(id)));
        let (on_shift, overtime) = (maker.meter(&Measure::OnShift(id)), maker.meter(&Measure::Overtime(id)));
        let (wages, queue) = (maker.meter(&Measure::Wages(id)), maker.meter(&Measure::Queue(id)));
        let books_work = [busy, busy_wages, overtime, wages].iter().any(|m| *m != Meter::NONE);
        let sites: Vec<u32> =
            if team.sites.is_empty() { vec![NONE] } else { team.sites.iter().map(|s| s.0).collect() };
        let first_pool = self.pools.len() as u32;
        let first_member = self.members.len() as u32;
        let team_key = u64::from(Purpose::of(&team.name).0);
        for &site in &sites {
            let site_key = match site {
                NONE => 0,
                site => u64::from(Purpose::of(&maker.model.sites[SiteId(site)]).0),
            };
            let pool = self.pools.len() as u32;
            let (squad_from, member_from) = (self.squads.len() as u32, self.members.len() as u32);
            for crew in team.crews_at((site != NONE).then_some(SiteId(site))) {
                let squad = self.squads.len() as u32;
                let from = self.members.len() as u32;
                // By names, so that other teams, sites and crews may come and go.
                let place = mix(team_key, site_key);
                let crew_key = mix(place, u64::from(Purpose::of(&crew.name).0));
                for k in 0..crew.count {
                    self.members.push(Member {
                        entity: mix(crew_key, u64::from(k)),
                        team: id,
                        site,
                        pool,
                        squad,
                        number: self.members.len() as u32 - first_member,
                        speed: crew.speed,
                        has_shifts: crew.calendar.is_some() || crew.absence > 0.0,
                        books_work,
                        busy,
                        busy_wages,
                        wage: crew.wage,
                    });
                }
                self.skilled.extend((0..self.n_skills).map(|s| crew.skills.iter().any(|k| k.index() == s)));
                self.squads.push(Squad {
                    pool,
                    members: from..self.members.len() as u32,
                    hours: crew.calendar,
                    speed: crew.speed,
                    wage: crew.wage,
                    overtime_wage: crew.overtime_wage,
                    absence: crew.absence,
                    absence_purpose,
                });
            }
            self.pools.push(Pool {
                team: id,
                site,
                squads: squad_from..self.squads.len() as u32,
                members: member_from..self.members.len() as u32,
                dispatch: team.dispatch,
                joint: team.joint,
                has_shifts: self.squads[squad_from as usize..].iter().any(Squad::has_shifts),
                plain: true,
                counts_queue: queue != Meter::NONE,
            });
        }
        let pool_of = |site| sites.iter().position(|&s| s == site).unwrap_or(0) as u32 + first_pool;
        self.pool_at.extend((0..self.n_sites as u32).map(pool_of));
        self.keeps_back |= team.joint != Joint::Greedy;
        self.teams.push(TeamPlan {
            pools: first_pool..self.pools.len() as u32,
            busy,
            on_shift,
            overtime,
            queue,
            wages,
            busy_wages,
            asking: maker.meter(&Measure::AskingTime(id)),
            books_work,
            books_shifts: [on_shift, wages].iter().any(|m| *m != Meter::NONE),
        });
    }

    fn work(&self, work: &activity::op::Work, draws: &Draws) -> Work {
        let needs: Vec<_> = work.needs.iter().map(|need| self.need(need)).collect();
        Work {
            step: work.step,
            gang: needs.len() > 1 || needs.iter().any(|n| n.count > 1),
            plain: matches!(needs[..], [Need { count: 1, skill: NONE, .. }])
                && work.off_shift != OffShift::Fit,
            kind: self.kind(&needs, work.off_shift),
            needs,
            content: match work.time {
                None => Content::Held,
                Some(draw) => draws
                    .single_law(draw)
                    .map_or(Content::Draw(draw), |(purpose, law)| Content::Law(purpose, law.clone())),
            },
            simple: false,
            direct: false,
            counts_queue: true,
            priority: work.priority,
            off_shift: work.off_shift,
            preemption: work.preemption,
            patience: work.patience,
        }
    }

    fn kind(&self, needs: &[Need], off_shift: OffShift) -> u32 {
        let by_attribute = needs.iter().any(|need| matches!(need.from, PoolRef::Attr(_)));
        if by_attribute || off_shift == OffShift::Fit {
            return Work::SINGULAR;
        }
        let earlier = self.works.iter().position(|work| work.needs == needs && work.kind != Work::SINGULAR);
        earlier.map_or(self.works.len() as u32, |i| self.works[i].kind)
    }

    fn need(&self, need: &activity::Need) -> Need {
        let pools = &self.teams[need.team.index()].pools;
        let from = match need.site {
            _ if pools.len() == 1 => PoolRef::Fixed(pools.start),
            SiteRef::At(site) => PoolRef::Fixed(self.pool_at(need.team, site.0)),
            SiteRef::Own => PoolRef::Own,
            SiteRef::Attr(attr) => PoolRef::Attr(attr),
        };
        Need { team: need.team, from, count: need.count, skill: need.skill.map_or(NONE, |s| s.0) }
    }
}
