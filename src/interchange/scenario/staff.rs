//! Teams from resources: who can do a common task is in one team; who can do what, where that differs, is a skill.

use crate::dist::{self, Dist, Params};
use crate::interchange::names::Namer;
use crate::interchange::prosimos::{Calendar, Parameters, Period, Resource};
use crate::interchange::report::{Kind, Report};
use crate::text::weekly::{self, Interval, WEEK};
use crate::text::{Table, Value, quantity};
use crate::units::Dim;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default)]
pub struct Staff {
    pub teams: Vec<Team>,
    /// By the id of a task.
    tasks: BTreeMap<String, Work>,
    /// Names of calendars that are used, with their hours.
    calendars: Vec<(String, Vec<Interval>)>,
    calendar_namer: Namer,
    namer: Namer,
}

#[derive(Clone, Debug, Default)]
pub struct Team {
    pub name: String,
    label: String,
    crews: Vec<Crew>,
    /// Queues are served by priority.
    by_priority: bool,
}

#[derive(Clone, Debug, Default)]
struct Crew {
    name: String,
    members: u32,
    calendar: Option<String>,
    /// [currency per hour]
    wage: f64,
    speed: f64,
    absence: f64,
    skills: BTreeSet<String>,
}

/// Who does a task, and for how long.
#[derive(Clone, Debug)]
pub struct Work {
    pub team: String,
    pub skill: Option<String>,
    /// Work at speed 1 [s].
    pub time: Dist,
}

impl Staff {
    pub fn new(p: &Parameters, report: &mut Report) -> Self {
        let mut staff = Self::default();
        let mut resources: BTreeMap<&str, (&Resource, &str)> = BTreeMap::new();
        let mut order = Vec::new();
        for pool in &p.pools {
            for resource in &pool.resources {
                // The same person may stand in several pools: one for each task, say.
                match resources.insert(&resource.id, (resource, &pool.name)) {
                    None => order.push(resource.id.as_str()),
                    Some((known, _)) if known != resource => {
                        let what =
                            "a resource stands in several pools with other figures; the last ones count";
                        report.add(Kind::Differs, format!("resource `{}`", resource.id), what);
                    }
                    Some(_) => {}
                }
            }
        }
        let mut tasks: BTreeMap<&str, Vec<(&str, &Dist)>> = BTreeMap::new();
        for (task, who) in &p.tasks {
            let known = who.iter().filter(|(id, _)| match resources.get(id.as_str()) {
                Some((resource, _)) => resource.amount > 0,
                None => {
                    let what = format!("nobody has the id `{id}` that a task names");
                    report.add(Kind::Error, format!("task `{task}`"), what);
                    false
                }
            });
            tasks.insert(task, known.map(|(id, law)| (id.as_str(), law)).collect());
        }
        let used: BTreeSet<&str> = tasks.values().flatten().map(|(id, _)| *id).collect();
        for id in order.iter().filter(|id| !used.contains(**id)) {
            report.add(Kind::Read, format!("resource `{id}`"), "no task is given to it; it was left out");
        }
        order.retain(|id| used.contains(id));
        let groups = groups(&order, &tasks);
        let group_of: BTreeMap<&str, usize> = groups
            .iter()
            .enumerate()
            .flat_map(|(g, members)| members.iter().map(move |id| (*id, g)))
            .collect();
        let mut own = vec![Vec::new(); groups.len()];
        for (task, who) in &tasks {
            if let Some((first, _)) = who.first() {
                own[group_of[first]].push((*task, who));
            }
        }
        for (members, own) in groups.iter().zip(own) {
            staff.team(members, &resources, own, p, report);
        }
        staff
    }

    fn team(
        &mut self,
        members: &[&str],
        resources: &BTreeMap<&str, (&Resource, &str)>,
        own: Vec<(&str, &Vec<(&str, &Dist)>)>,
        p: &Parameters,
        report: &mut Report,
    ) {
        let pools: BTreeSet<&str> = members.iter().map(|id| resources[id].1).collect();
        let first = resources[members[0]];
        let label = match (members, pools.len()) {
            ([_], _) => first.0.name.clone(),
            (_, 1) => first.1.to_owned(),
            _ => format!("{} and others", first.1),
        };
        let speeds = speeds(members, &own);
        if speeds.is_none() {
            let what = "its members take different times for the same task, and not by a factor of their own: whoever does a \
                        task here takes a time of one of them at random";
            report.add(Kind::Differs, format!("`{label}`"), what);
        }
        let speed = |id: &str| speeds.as_ref().and_then(|s| s.get(id)).copied().unwrap_or(1.0);
        let team = self.namer.name(&label, "team");
        let mut crew_namer = Namer::default();
        let mut crews: BTreeMap<&str, Crew> = BTreeMap::new();
        for id in members {
            let resource = resources[id].0;
            let (calendar, absence) = self.calendar(resource, p, report);
            let name =
                if members.len() == 1 { team.clone() } else { crew_namer.name(&resource.name, "crew") };
            let crew = Crew {
                name,
                members: resource.amount,
                calendar,
                wage: resource.cost,
                speed: speed(id),
                absence,
                skills: BTreeSet::new(),
            };
            crews.insert(id, crew);
        }
        // One skill for each set of people that is not everybody.
        let mut skills: BTreeMap<BTreeSet<&str>, String> = BTreeMap::new();
        let mut skill_namer = Namer::default();
        for (task, who) in own {
            let able: BTreeSet<&str> = who.iter().map(|(id, _)| *id).collect();
            let skill = (able.len() < members.len()).then(|| {
                let new = || skill_namer.name(&format!("{team}_skill"), "skill");
                skills.entry(able.clone()).or_insert_with(new).clone()
            });
            for id in &able {
                if let (Some(crew), Some(skill)) = (crews.get_mut(id), &skill) {
                    crew.skills.insert(skill.clone());
                }
            }
            let contents: Vec<(f64, Dist)> = who
                .iter()
                .map(|(id, law)| {
                    let content = law.scaled(speed(id)).unwrap_or_else(|_| (*law).clone());
                    (f64::from(resources[id].0.amount), content)
                })
                .collect();
            let Some(time) = mixture(&contents) else { continue };
            self.tasks.insert(task.to_owned(), Work { team: team.clone(), skill, time });
        }
        let crews = members.iter().filter_map(|id| crews.remove(id)).collect();
        let by_priority = !p.priorities.is_empty();
        self.teams.push(Team { name: team, label, crews, by_priority });
    }

    /// The name of a resource's calendar, none when it is always there; and how often it is absent.
    fn calendar(
        &mut self,
        resource: &Resource,
        p: &Parameters,
        report: &mut Report,
    ) -> (Option<String>, f64) {
        let Some(id) = &resource.calendar else { return (None, 0.0) };
        let Some(calendar) = p.calendars.iter().find(|c| c.id == *id) else {
            let what = format!("its calendar `{id}` is not in the file");
            report.add(Kind::Error, format!("resource `{}`", resource.id), what);
            return (None, 0.0);
        };
        let there = hours(&calendar.periods);
        if there.is_empty() {
            report.add(Kind::Error, format!("calendar `{id}`"), "it is never open");
        }
        let absence = absence(calendar);
        if absence > 0.0 {
            let what = "probabilities of being there, by hour, became one share of whole days off";
            report.add(Kind::Differs, format!("calendar `{id}`"), what);
        }
        let always = there == [Interval { start: 0, end: WEEK }];
        ((!always).then(|| self.named(&calendar.name, there)), absence)
    }

    /// The name of a calendar with these hours.
    fn named(&mut self, wanted: &str, hours: Vec<Interval>) -> String {
        if let Some((name, _)) = self.calendars.iter().find(|(_, known)| *known == hours) {
            return name.clone();
        }
        let name = self.calendar_namer.name(wanted, "calendar");
        self.calendars.push((name.clone(), hours));
        name
    }

    /// The name of a calendar of these moments.
    pub fn moments(&mut self, moments: Vec<Interval>) -> String {
        self.named("batch_times", moments)
    }

    pub fn work(&self, task: &str) -> Option<&Work> {
        self.tasks.get(task)
    }

    /// The team of a lane, or of nobody in particular; one member until somebody says how many.
    pub fn unknown(&mut self, lane: Option<&str>) -> String {
        let label = lane.unwrap_or("Staff");
        if let Some(team) = self.teams.iter().find(|t| t.label == label) {
            return team.name.clone();
        }
        let name = self.namer.name(label, "team");
        let crew = Crew { name: name.clone(), members: 1, speed: 1.0, ..Crew::default() };
        self.teams.push(Team {
            name: name.clone(),
            label: label.to_owned(),
            crews: vec![crew],
            by_priority: false,
        });
        name
    }

    pub fn has_wages(&self, team: &Team) -> bool {
        team.crews.iter().any(|c| c.wage > 0.0)
    }

    pub fn calendars(&self, more: Option<(String, Vec<Interval>)>) -> Table {
        let all = self.calendars.iter().cloned().chain(more);
        let print = |hours: &[Interval]| weekly::print(hours).into_iter().collect::<Value>();
        all.fold(Table::default(), |t, (name, hours)| {
            t.with(name, Table::default().with("open", print(&hours)))
        })
    }

    pub fn teams(&self) -> Table {
        let mut section = Table::default();
        for team in &self.teams {
            let mut table = Table::default().with("label", team.label.as_str());
            if team.by_priority {
                table.push("dispatch", "priority");
            }
            match team.crews.as_slice() {
                [crew] if crew.name == team.name => table = crew.print(table),
                crews => {
                    let each = crews.iter().fold(Table::default(), |t, crew| {
                        t.with(crew.name.as_str(), crew.print(Table::default()))
                    });
                    table.push("crew", each);
                }
            }
            section.push(team.name.as_str(), table);
        }
        section
    }
}

impl Team {
    pub fn label(&self) -> &str {
        &self.label
    }
}

impl Crew {
    fn print(&self, table: Table) -> Table {
        let per_second = self.wage / 3_600.0;
        let wage = (self.wage > 0.0).then(|| quantity::print(per_second, Dim::MONEY.per(Dim::TIME)));
        let skills: Value = self.skills.iter().map(String::as_str).collect();
        table
            .with("members", self.members)
            .with_some("calendar", self.calendar.as_deref())
            .with_some("wage", wage)
            .with_other("speed", self.speed, 1.0)
            .with_other("skills", skills, Value::Array(Vec::new()))
            .with_other("absence", self.absence, 0.0)
    }
}

/// Open stretches: touching periods joined.
pub fn hours(periods: &[Period]) -> Vec<Interval> {
    let open = periods.iter().filter(|p| p.probability > 0.0);
    weekly::union(open.map(|p| Interval { start: p.start, end: p.end }))
}

/// What probabilities below 1 take away from the open hours, as a share.
fn absence(calendar: &Calendar) -> f64 {
    let open = || calendar.periods.iter().filter(|p| p.probability > 0.0);
    let length = |p: &Period| f64::from(p.end - p.start);
    let (all, there) =
        (open().map(length).sum::<f64>(), open().map(|p| p.probability * length(p)).sum::<f64>());
    if all > 0.0 && there < all { ((1.0 - there / all) * 1e4).round() / 1e4 } else { 0.0 }
}

/// Resources that share tasks, directly or through others; in the order of the file.
fn groups<'p>(order: &[&'p str], tasks: &BTreeMap<&str, Vec<(&'p str, &Dist)>>) -> Vec<Vec<&'p str>> {
    let number: BTreeMap<&str, usize> = order.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    let mut root: Vec<usize> = (0..order.len()).collect();
    fn top(root: &mut [usize], mut i: usize) -> usize {
        while root[i] != i {
            root[i] = root[root[i]];
            i = root[i];
        }
        i
    }
    for who in tasks.values() {
        let mut who = who.iter().map(|(id, _)| number[id]);
        let Some(first) = who.next() else { continue };
        for other in who {
            let (a, b) = (top(&mut root, first), top(&mut root, other));
            root[a.max(b)] = a.min(b);
        }
    }
    let mut all: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (i, id) in order.iter().enumerate() {
        all.entry(top(&mut root, i)).or_default().push(id);
    }
    all.into_values().collect()
}

/// A speed for each resource with which all times of a task are the same work; `None` when there are none.
fn speeds<'p>(
    members: &[&'p str],
    tasks: &[(&str, &Vec<(&'p str, &Dist)>)],
) -> Option<BTreeMap<&'p str, f64>> {
    let mut speeds: BTreeMap<&str, f64> = BTreeMap::from([(members[0], 1.0)]);
    let mut left: Vec<&Vec<(&str, &Dist)>> = tasks.iter().map(|(_, who)| *who).collect();
    while !left.is_empty() {
        let n = left.len();
        let mut fine = true;
        left.retain(|who| {
            let Some((known, law)) = who.iter().find(|(id, _)| speeds.contains_key(id)) else { return true };
            let content = law.scaled(speeds[known]).ok();
            for (id, law) in who.iter() {
                let ratio = content.as_ref().map_or(f64::NAN, |c| c.mean() / law.mean());
                let ratio = if *law == content.as_ref().unwrap_or(law) { 1.0 } else { ratio };
                let speed = *speeds.entry(id).or_insert(if ratio > 0.0 { ratio } else { 1.0 });
                fine &= content.as_ref().is_some_and(|c| law.scaled(speed).is_ok_and(|own| alike(&own, c)));
            }
            false
        });
        if !fine {
            return None;
        }
        if left.len() == n {
            // Tasks that no member with a known speed does; members of a group are connected, so there are none.
            return None;
        }
    }
    Some(speeds)
}

fn alike(a: &Dist, b: &Dist) -> bool {
    let near = |x: f64, y: f64| (x - y).abs() <= 1e-6 * (x.abs() + y.abs()) + 1e-9;
    a == b || [0.01, 0.25, 0.5, 0.75, 0.99].iter().all(|p| near(a.quantile(*p), b.quantile(*p)))
}

/// One of several laws by weight; one law where all are the same.
fn mixture(laws: &[(f64, Dist)]) -> Option<Dist> {
    let mut distinct: Vec<(f64, Dist)> = Vec::new();
    for (weight, law) in laws {
        match distinct.iter_mut().find(|(_, known)| alike(known, law)) {
            Some((sum, _)) => *sum += weight,
            None => distinct.push((*weight, law.clone())),
        }
    }
    let first = distinct.first().map(|(_, law)| law.clone());
    if distinct.len() > 1 {
        let (weights, of): (Vec<f64>, Vec<Dist>) = distinct.into_iter().unzip();
        if let Ok(law) = dist::build("mixture", &Params::new().with("weights", weights).with("of", of)) {
            return Some(law);
        }
    }
    first
}
