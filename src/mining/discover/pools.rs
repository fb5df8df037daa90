//! Who does what: teams, their hours, how many things a member does at once, and what happens at the end of a shift.
//!
//! Resources that share an activity, directly or over others, are one team. Where its members can do different things each
//! is a crew whose skills are its activities.

use super::calendars::{self, Seen};
use super::duty::Duty;
use super::names::{common_beginning, slug, unique};
use crate::activity::OffShift;
use crate::eventlog::{EventLog, NONE};
use crate::mining::workload::rows_of_resources;
use std::collections::{BTreeMap, BTreeSet};

/// Resources that stand in for each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    pub name: String,
    pub label: String,
    /// of the log
    pub resources: Vec<u32>,
    pub crews: Vec<Crew>,
    pub off_shift: OffShift,
    /// rows whose work goes on after the end of a shift, and rows that pause over it
    pub over_and_paused: [usize; 2],
    pub uses_skills: bool,
    /// the members were too different to be kept apart
    pub merged: bool,
}

/// Equal resources of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct Crew {
    pub name: String,
    pub resources: Vec<u32>,
    /// places: resources times what each does at once
    pub members: u32,
    pub at_once: u32,
    /// `None` when they were seen too rarely, or at all hours
    pub duty: Option<Duty>,
    /// activities that they do, ascending
    pub skills: Vec<u32>,
    pub speed: f64,
}

/// All teams, and where to look.
#[derive(Clone, Debug, PartialEq)]
pub struct Pools {
    pub list: Vec<Pool>,
    /// by activity; `None` where no resource is known
    pub of_activity: Vec<Option<usize>>,
    /// by resource: team and crew
    pub of_resource: Vec<Option<(usize, usize)>>,
}

/// More different members than this are not kept apart.
const MOST_CREWS: usize = 60;
/// A resource does as many things at once as in all but this share of its busy time.
const RARELY: f64 = 0.05;
/// Fewer rows over the end of a shift say nothing about it.
const FEW: usize = 3;

pub fn pools(log: &EventLog) -> Pools {
    let rows = rows_of_resources(log);
    let does: Vec<BTreeSet<u32>> =
        rows.iter().map(|rows| rows.iter().map(|&row| log.activity[row]).collect()).collect();
    let mut pools = Pools {
        list: Vec::new(),
        of_activity: vec![None; log.activities.len()],
        of_resource: vec![None; rows.len()],
    };
    let mut taken = Vec::new();
    for resources in components(&does, log.activities.len()) {
        let pool = pool(log, &rows, &does, resources, &mut taken);
        let number = pools.list.len();
        for (c, crew) in pool.crews.iter().enumerate() {
            crew.resources.iter().for_each(|&r| pools.of_resource[r as usize] = Some((number, c)));
            crew.skills.iter().for_each(|&a| pools.of_activity[a as usize] = Some(number));
        }
        pools.list.push(pool);
    }
    pools
}

/// Resources joined by common activities, in the order of their first members.
fn components(does: &[BTreeSet<u32>], activities: usize) -> Vec<Vec<u32>> {
    let mut who: Vec<Vec<u32>> = vec![Vec::new(); activities];
    for (r, set) in does.iter().enumerate() {
        set.iter().for_each(|&a| who[a as usize].push(r as u32));
    }
    let mut seen = vec![false; does.len()];
    let mut all = Vec::new();
    for first in 0..does.len() {
        if seen[first] || does[first].is_empty() {
            continue;
        }
        let mut members = vec![first as u32];
        seen[first] = true;
        let mut at = 0;
        while at < members.len() {
            for &a in &does[members[at] as usize] {
                for r in std::mem::take(&mut who[a as usize]) {
                    if !std::mem::replace(&mut seen[r as usize], true) {
                        members.push(r);
                    }
                }
            }
            at += 1;
        }
        members.sort_unstable();
        all.push(members);
    }
    all
}

fn pool(
    log: &EventLog,
    rows: &[Vec<usize>],
    does: &[BTreeSet<u32>],
    resources: Vec<u32>,
    taken: &mut Vec<String>,
) -> Pool {
    let label = label(log, rows, &resources);
    let name = unique(&slug(&label, "team"), taken);
    taken.push(name.clone());
    let of_team: Vec<usize> = resources.iter().flat_map(|&r| rows[r as usize].iter().copied()).collect();
    let (off_shift, over_and_paused) = at_the_end(log, &of_team);
    let seen = |rows: &[usize]| Seen {
        starts: rows.iter().map(|&row| log.start[row]).collect(),
        ends: match off_shift {
            OffShift::Pause => rows.iter().map(|&row| log.end[row]).collect(),
            _ => Vec::new(),
        },
    };
    // What takes no time says when it is asked for, not when somebody is there.
    let works = of_team.iter().any(|&row| log.end[row] > log.start[row]);
    let team = if works { calendars::hours(&seen(&of_team)) } else { None };
    let duty = |r: u32| {
        let own = seen(&rows[r as usize]);
        let hours = calendars::hours(&own).filter(|hours| match &team {
            Some(team) => hours != team && calendars::has_own(&own, hours, team),
            None => false,
        });
        hours.or_else(|| team.clone()).filter(|hours| !hours.is_always())
    };
    let everything: Vec<u32> = resources
        .iter()
        .flat_map(|&r| &does[r as usize])
        .copied()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut uses_skills = resources.iter().any(|&r| does[r as usize].len() < everything.len());
    let mut merged = false;
    let grouped = |with_skills: bool| {
        let mut groups: BTreeMap<(Vec<u32>, Option<Duty>, u32), Vec<u32>> = BTreeMap::new();
        for &r in &resources {
            let skills = match with_skills {
                true => does[r as usize].iter().copied().collect(),
                false => everything.clone(),
            };
            groups.entry((skills, duty(r), at_once(log, &rows[r as usize]))).or_default().push(r);
        }
        groups
    };
    let mut groups = grouped(uses_skills);
    if groups.len() > MOST_CREWS {
        (uses_skills, merged) = (false, true);
        groups = grouped(false);
    }
    let mut names = Vec::new();
    let single = groups.len() == 1;
    let mut crews: Vec<Crew> = groups
        .into_iter()
        .map(|((skills, duty, at_once), resources)| Crew {
            name: String::new(),
            members: resources.len() as u32 * at_once,
            at_once,
            resources,
            duty,
            skills,
            speed: 1.0,
        })
        .collect();
    crews.sort_by_key(|crew| crew.resources[0]);
    for crew in &mut crews {
        let own: Vec<&str> = crew.resources.iter().map(|&r| log.resources.name(r)).collect();
        let wanted = match own.as_slice() {
            _ if single => name.clone(),
            [one] => slug(one, "team"),
            many => slug(&common_beginning(many), "team"),
        };
        crew.name = if single { wanted } else { unique(&wanted, &names) };
        names.push(crew.name.clone());
    }
    Pool { name, label, resources, crews, off_shift, over_and_paused, uses_skills, merged }
}

/// The team that the log names, or what the names of the resources share.
fn label(log: &EventLog, rows: &[Vec<usize>], resources: &[u32]) -> String {
    let teams: BTreeSet<u32> = resources
        .iter()
        .flat_map(|&r| &rows[r as usize])
        .map(|&row| log.team[row])
        .filter(|&t| t != NONE)
        .collect();
    if teams.len() == 1
        && let Some(&team) = teams.first()
    {
        return log.teams.name(team).to_owned();
    }
    let names: Vec<&str> = resources.iter().map(|&r| log.resources.name(r)).collect();
    let shared = common_beginning(&names);
    // One letter, or the beginning of a number, says nothing.
    if shared.chars().count() >= 3 || resources.len() == 1 { shared } else { "Team".to_owned() }
}

/// What happens to work at the end of a shift, with the rows that show it.
fn at_the_end(log: &EventLog, rows: &[usize]) -> (OffShift, [usize; 2]) {
    const MINUTE: i64 = 60_000_000;
    let starts = rows.iter().map(|&row| log.start[row]).collect();
    let Some(duty) = calendars::hours(&Seen { starts, ends: Vec::new() }).filter(|d| !d.is_always()) else {
        return (OffShift::Finish, [0; 2]);
    };
    let (mut over, mut paused) = (0, 0);
    for &row in rows {
        let (start, end) = (log.start[row], log.end[row]);
        if end > start && !duty.holds(end) {
            over += 1;
        } else if (end - start) - duty.between(start, end) > MINUTE {
            paused += 1;
        }
    }
    let policy = if paused > over && paused >= FEW { OffShift::Pause } else { OffShift::Finish };
    (policy, [over, paused])
}

/// How many things a resource does at once, rare moments aside.
fn at_once(log: &EventLog, rows: &[usize]) -> u32 {
    let mut changes: Vec<(i64, i64)> =
        rows.iter().flat_map(|&row| [(log.start[row], 1), (log.end[row], -1)]).collect();
    changes.sort_unstable();
    let mut time = Vec::new();
    let (mut level, mut since) = (0i64, 0);
    for (at, change) in changes {
        if level > 0 && at > since {
            let k = level as usize;
            time.resize(time.len().max(k + 1), 0);
            time[k] += at - since;
        }
        level += change;
        since = at;
    }
    let busy: i64 = time.iter().sum();
    let mut above = busy;
    for (k, length) in time.iter().enumerate() {
        above -= length;
        if k > 0 && above as f64 <= RARELY * busy as f64 {
            return k as u32;
        }
    }
    1
}
