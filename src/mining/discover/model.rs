//! From what was found to a model, with a line in the register for every input.

use super::arrivals::Arrivals;
use super::batching::{self, Gather};
use super::branching::{Block, Branching};
use super::carried::Carried;
use super::delays::Timer;
use super::durations::Work;
use super::duty::Duty;
use super::memory::Decision;
use super::names::{path, slug, unique};
use super::pools::{Pool, Pools};
use super::priorities::{By, Rule, Service};
use super::steps::{Doing, Steps, steps};
use crate::activity::{Amount, BatchRule, Need, OffShift, Preemption, SiteRef, Task};
use crate::dist::{Constant, Dist};
use crate::ids::{AttrId, CalendarId, MeasureId, MetricId, ProcessId, SkillId, StepId, TeamId};
use crate::model::{
    Arrival, ArrivalPattern, Assumption, Better, Calendar, Crew, Design, Dispatch, Headline, Interval, Level,
    Measure, MeasureDef, Metric, MetricOf, Model, Process, Profile, Run, Sampled, Team, WarmUp,
};
use crate::units::{Dim, Duration};
use std::collections::BTreeMap;

/// Everything that a model is made of.
pub struct Parts<'a> {
    pub name: &'a str,
    pub title: &'a str,
    /// names of the activities in the log, and short ones for the scenario
    pub names: &'a [String],
    pub keys: &'a [String],
    pub block: &'a Block,
    pub branching: &'a Branching,
    pub decisions: &'a [Decision],
    pub pools: &'a Pools,
    pub work: &'a [Option<Work>],
    pub timers: &'a [Option<Timer>],
    pub gathers: &'a [Option<Gather>],
    /// by team
    pub services: &'a [Service],
    /// what cases carry, and which of it the model needs
    pub carried: &'a [Carried],
    pub used: &'a [usize],
    pub arrivals: Option<&'a Arrivals>,
    /// first and last instant of the log [us]
    pub span: (i64, i64),
    /// a long cycle time [us]: nine in ten take less
    pub long: i64,
    /// the longest cycle time [us]
    pub longest: i64,
    pub cases: usize,
}

/// The only process.
pub const PROCESS: &str = "case";
/// Its source.
pub const SOURCE: &str = "cases";

/// The model, and the places of choices and activities in it.
pub fn model(parts: &Parts) -> (Model, Steps) {
    let mut make = Make { parts, model: Model::default(), calendars: BTreeMap::new() };
    let teams = make.teams();
    let doings = make.doings(&teams);
    let process = make.model.processes.push(Process {
        name: PROCESS.to_owned(),
        entry: StepId(0),
        attributes: Vec::new(),
    });
    let laid =
        steps(parts.block, parts.branching, parts.decisions, &doings, parts.carried, parts.used, process);
    make.model.attributes = laid.attributes.clone();
    make.model.processes[process].entry = laid.entry;
    laid.steps.iter().for_each(|step| {
        make.model.steps.push(step.clone());
    });
    for (a, step) in laid.of_activity.iter().enumerate().filter_map(|(a, step)| Some((a, (*step)?))) {
        make.model.activity_names.insert(step, parts.names[a].clone());
        let key = format!("process.{PROCESS}.step.{}", parts.keys[a]);
        make.model.labels.insert(key, parts.names[a].clone());
    }
    make.arrival(process);
    make.frame();
    make.metrics(process);
    make.register(&laid);
    (make.model, laid)
}

struct Make<'a> {
    parts: &'a Parts<'a>,
    model: Model,
    calendars: BTreeMap<Duty, CalendarId>,
}

impl Make<'_> {
    /// The calendar of these hours, made when they are first asked for.
    fn calendar(&mut self, duty: &Duty, owner: &str) -> CalendarId {
        if let Some(id) = self.calendars.get(duty) {
            return *id;
        }
        let taken: Vec<String> = self.model.calendars.iter().map(|c| c.name.clone()).collect();
        let name = unique(&format!("{owner}_hours"), &taken);
        let weekly =
            duty.open.iter().map(|&(start, end)| Interval { start: start.into(), end: end.into() }).collect();
        let id = self.model.calendars.push(Calendar { name, weekly, exceptions: Vec::new() });
        self.calendars.insert(duty.clone(), id);
        id
    }

    fn teams(&mut self) -> Vec<TeamId> {
        let pools = self.parts.pools;
        pools.list.iter().enumerate().map(|(p, pool)| self.team(p, pool)).collect()
    }

    /// The rule by which a team serves what waits, if it is not first come, first served.
    fn rule(&self, pool: usize) -> Option<&Rule> {
        self.parts.services.get(pool)?.rule.as_ref()
    }

    /// What cases have from their start.
    fn given(&self) -> Vec<(AttrId, Amount)> {
        let laws = self.parts.used.iter().map(|&a| self.parts.carried[a].law.clone());
        (0..).map(AttrId).zip(laws).map(|(attr, (law, _))| (attr, Amount::Law(law))).collect()
    }

    fn team(&mut self, number: usize, pool: &Pool) -> TeamId {
        let crews = pool
            .crews
            .iter()
            .map(|crew| {
                let calendar = crew.duty.as_ref().map(|duty| self.calendar(duty, &pool.name));
                let skills = match pool.uses_skills {
                    true => crew.skills.iter().map(|&a| self.skill(a)).collect(),
                    false => Vec::new(),
                };
                Crew {
                    name: crew.name.clone(),
                    count: crew.members,
                    sites: Vec::new(),
                    calendar,
                    speed: crew.speed,
                    skills,
                    wage: 0.0,
                    overtime_wage: 0.0,
                    absence: 0.0,
                }
            })
            .collect();
        let dispatch = match self.rule(number).map(|rule| rule.by) {
            Some(By::Shorter) => Dispatch::Shortest,
            Some(_) => Dispatch::Priority,
            None if pool.uses_skills => Dispatch::Skill,
            None => Dispatch::Fifo,
        };
        if slug(&pool.label, "team") != pool.label {
            self.model.labels.insert(format!("team.{}", pool.name), pool.label.clone());
        }
        self.model.teams.push(Team { name: pool.name.clone(), crews, dispatch, ..Team::default() })
    }

    fn skill(&mut self, activity: u32) -> SkillId {
        let name = &self.parts.keys[activity as usize];
        let known = self.model.skills.iter_ids().find(|(_, n)| *n == name).map(|(id, _)| id);
        known.unwrap_or_else(|| self.model.skills.push(name.clone()))
    }

    fn doings(&mut self, teams: &[TeamId]) -> Vec<Doing> {
        let parts = self.parts;
        let Ok(nothing) = Constant::new(0.0).map(Dist::from) else { return Vec::new() };
        let each = parts.keys.iter().enumerate().map(|(a, name)| {
            let time = parts.work[a].as_ref().map_or_else(|| nothing.clone(), |w| w.dist.clone());
            let pool = parts.pools.of_activity[a];
            let work = match pool {
                None => Err(time),
                Some(p) => {
                    let pool = &parts.pools.list[p];
                    let skill = pool.uses_skills.then(|| self.skill(a as u32));
                    let need = Need { team: teams[p], count: 1, skill, site: SiteRef::Own };
                    Ok(Task {
                        needs: vec![need],
                        time: Amount::Law(time),
                        priority: None,
                        off_shift: if pool.crews.iter().any(|c| c.duty.is_some()) {
                            pool.off_shift
                        } else {
                            OffShift::default()
                        },
                        preemption: Preemption::Never,
                        patience: None,
                        once: false,
                    })
                }
            };
            let timer = parts.timers[a].as_ref().map(|timer| {
                let owner = pool.map_or("open", |p| parts.pools.list[p].name.as_str()).to_owned();
                let calendar = timer.duty.as_ref().map(|duty| self.calendar(duty, &owner));
                (timer.fit.dist.clone(), calendar)
            });
            let rule = pool.and_then(|p| self.rule(p));
            let priority = rule.and_then(|rule| rule.expression(parts.carried, a));
            let gather =
                parts.gathers[a].as_ref().map(|gather| (self.batch_rules(gather, name), gather.work));
            Doing { key: name.clone(), work, timer, gather, priority }
        });
        each.collect()
    }

    fn batch_rules(&mut self, gather: &Gather, name: &str) -> Vec<BatchRule> {
        let each = gather.rules.iter().filter_map(|rule| match rule {
            batching::Rule::Size(n) => Some(BatchRule::Size(*n)),
            batching::Rule::Age(age) => Constant::new(*age).ok().map(|law| BatchRule::Age(law.into())),
            batching::Rule::At(minutes) => Some(BatchRule::At(self.calendar(minutes, name))),
        });
        each.collect()
    }

    fn arrival(&mut self, process: ProcessId) {
        let pattern = match self.parts.arrivals {
            Some(Arrivals::Gaps { fit, duty }) => {
                let working = duty.as_ref().map(|duty| self.calendar(duty, "arrival"));
                ArrivalPattern::Renewal { gap: fit.dist.clone(), working }
            }
            Some(Arrivals::Profile { pieces }) => {
                let week = Duration::WEEK.seconds();
                let profile = Profile { name: "arrivals".to_owned(), period: week, pieces: pieces.clone() };
                ArrivalPattern::Rate { profile: self.model.profiles.push(profile), factor: 1.0 }
            }
            None => ArrivalPattern::Trace { times: vec![0.0] },
        };
        let attributes = self.given();
        self.model.arrivals.push(Arrival {
            name: SOURCE.to_owned(),
            process,
            pattern,
            size: None,
            limit: None,
            sites: Vec::new(),
            attributes,
            first: None,
            age: None,
        });
    }

    /// The time axis: from the Monday of the first week, a warm-up of two long cycle times, a window as long as the log. Cases are
    /// followed for twice the longest cycle time, which costs nothing where they end before: a run ends with its last case.
    fn frame(&mut self) {
        let (first, last) = self.parts.span;
        let weeks = |time: i64| (time as f64 / Duration::WEEK.ticks() as f64).ceil().max(1.0) as i64;
        let long = weeks(2 * self.parts.long);
        let window = weeks(last - first).max(long).max(4);
        let span = |n: i64| Duration::from_ticks(n * Duration::WEEK.ticks());
        let start = jiff::Timestamp::from_microsecond(first).unwrap_or_default();
        let day = jiff::tz::TimeZone::UTC.to_datetime(start).date();
        let monday = day.saturating_sub(jiff::Span::new().days(day.weekday().to_monday_zero_offset()));
        let m = &mut self.model;
        m.name = self.parts.name.to_owned();
        m.title = self.parts.title.to_owned();
        m.currency = "$".to_owned();
        m.run = Run {
            start: monday.at(0, 0, 0, 0),
            warm_up: WarmUp::Fixed(span(long)),
            window: span(window),
            drain: span((2 * long).max(weeks(2 * self.parts.longest))),
            bin: Duration::WEEK,
        };
        if long + window < 5 {
            m.run.bin = Duration::DAY;
        }
        m.design = Design {
            primary: Some(MetricId(0)),
            seed: 1,
            replications: 30,
            max_replications: 30,
            level: 0.95,
            logged: vec![0],
            ..Design::default()
        };
        m.headline = Headline {
            question: "How long do cases take, and what would change it?".to_owned(),
            ..Headline::default()
        };
    }

    fn metrics(&mut self, process: ProcessId) {
        let mut measure = |name: String, what: Measure, dim: Dim| -> MeasureId {
            self.model.measures.push(MeasureDef { name, what, dim, filter: None })
        };
        let time = measure(format!("{PROCESS}.time"), Measure::Case(process, Sampled::CycleTime), Dim::TIME);
        let waiting =
            measure(format!("{PROCESS}.waiting"), Measure::Case(process, Sampled::Waiting), Dim::TIME);
        let started = measure(format!("{PROCESS}.started"), Measure::Cases(process), Dim::NUMBER);
        let loads: Vec<(String, MetricOf)> = self
            .parts
            .pools
            .list
            .iter()
            .enumerate()
            .map(|(i, pool)| {
                let team = TeamId(i as u32);
                let busy = measure(format!("team.{}.busy", pool.name), Measure::Busy(team), Dim::TIME);
                let on = measure(format!("team.{}.on_shift", pool.name), Measure::OnShift(team), Dim::TIME);
                (pool.name.clone(), MetricOf::Ratio(busy, on))
            })
            .collect();
        let hours = |name: &str, label: &str, of: MetricOf, matters: Option<f64>| Metric {
            name: name.to_owned(),
            label: label.to_owned(),
            doc: String::new(),
            level: Level::FrontLine,
            of,
            dim: Dim::TIME,
            unit: "h".to_owned(),
            unit_size: 3_600.0,
            better: Better::Lower,
            matters,
            matters_relative: matters.is_some(),
        };
        let metrics = &mut self.model.metrics;
        metrics.push(hours("cycle_time.mean", "cycle time", MetricOf::Mean(time), Some(0.05)));
        metrics.push(hours(
            "cycle_time.p90",
            "cycle time, nine in ten",
            MetricOf::Quantile(time, 0.9),
            Some(0.05),
        ));
        metrics.push(hours("waiting.mean", "waiting for people", MetricOf::Mean(waiting), None));
        let throughput = hours("cases", "cases", MetricOf::Rate(started), None);
        metrics.push(Metric {
            dim: Dim::NUMBER.per(Dim::TIME),
            level: Level::Operating,
            unit: "per day".to_owned(),
            unit_size: 1.0 / 86_400.0,
            better: Better::Neutral,
            ..throughput
        });
        for (team, of) in loads {
            let load = hours(
                &format!("load.{team}"),
                &format!("time at work, {}", team.replace('_', " ")),
                of,
                None,
            );
            metrics.push(Metric {
                dim: Dim::NUMBER,
                level: Level::Operating,
                unit: "%".to_owned(),
                unit_size: 0.01,
                better: Better::Neutral,
                ..load
            });
        }
        self.model.headline.metrics = vec![MetricId(0), MetricId(2)];
        self.model.headline.teams =
            (0..self.parts.pools.list.len().min(4)).map(|i| TeamId(i as u32)).collect();
    }

    /// Every input with its sample.
    fn register(&mut self, laid: &Steps) {
        let mut lines: Vec<(String, String, String)> = Vec::new();
        let mut line = |path: String, value: String, source: String| lines.push((path, value, source));
        for calendar in self.model.calendars.iter() {
            line(
                path(&["calendar", &calendar.name]),
                "hours of duty".to_owned(),
                "instants of work in the log".to_owned(),
            );
        }
        for pool in &self.parts.pools.list {
            let members: u32 = pool.crews.iter().map(|c| c.members).sum();
            let source = format!("{} resources in the log", pool.resources.len());
            line(path(&["team", &pool.name]), format!("{members} members"), source);
        }
        for &a in self.parts.used {
            let Carried { name, column, law, .. } = &self.parts.carried[a];
            line(
                path(&["arrival", SOURCE, "attributes", name]),
                "how cases differ".to_owned(),
                format!("`{column}` of the log: {}", law.1),
            );
        }
        for profile in self.model.profiles.iter() {
            let source = format!("{} arrivals", self.parts.cases);
            line(path(&["profile", &profile.name]), "cases by hour of the week".to_owned(), source);
        }
        let source = match self.parts.arrivals {
            Some(Arrivals::Gaps { fit, .. }) => fit.told(),
            _ => format!("{} arrivals", self.parts.cases),
        };
        line(path(&["arrival", SOURCE]), "when cases come".to_owned(), source);
        let source = format!(
            "{} cases; steps without a line of their own keep what a case did before",
            self.parts.cases
        );
        line(path(&["process", PROCESS]), format!("{} steps", laid.steps.len()), source);
        let step = |id: StepId| laid.steps[id.0 as usize].name.as_str();
        for (a, place) in laid.of_activity.iter().enumerate() {
            if let (Some(place), Some(work)) = (place, &self.parts.work[a]) {
                let batches = self.parts.gathers[a].as_ref();
                let batches = batches
                    .map_or(String::new(), |g| format!("; {} of {} batches {}", g.seen, g.of, g.told()));
                line(
                    path(&["process", PROCESS, "step", step(*place)]),
                    format!("{} on average", told(work.mean)),
                    work.fit.told() + &batches,
                );
            }
            if let (Some(place), Some(timer)) = (laid.timer_of[a], &self.parts.timers[a]) {
                line(
                    path(&["process", PROCESS, "step", step(place)]),
                    format!("{} on average", told(timer.mean)),
                    timer.fit.told(),
                );
            }
        }
        for (c, place) in laid.of_choice.iter().enumerate() {
            let Some(place) = place else { continue };
            let n = self.parts.branching.choices[c].total();
            let decision = &self.parts.decisions[c];
            let conditions = match decision.conditions.as_ref() {
                Some(conditions) => format!("; {}", conditions.told(self.parts.carried)),
                None => String::new(),
            };
            let source = format!("{n} passages in the log; {}{conditions}", decision.memory.told());
            // The choices for each context bear the name of the choice.
            let name = step(*place);
            let inner = laid.steps.iter().filter(|s| s.name.starts_with(&format!("{name}_")));
            let all: Vec<String> =
                std::iter::once(name.to_owned()).chain(inner.map(|s| s.name.clone())).collect();
            for name in all {
                line(path(&["process", PROCESS, "step", &name]), "chances".to_owned(), source.clone());
            }
        }
        self.model.assumptions =
            lines.into_iter().map(|(path, value, source)| Assumption::of_data(path, value, source)).collect();
    }
}

/// A duration in a unit that fits it.
pub fn told(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 120.0 => (s, "s"),
        s if s < 7_200.0 => (s / 60.0, "min"),
        s if s < 172_800.0 => (s / 3_600.0, "h"),
        s => (s / 86_400.0, "d"),
    };
    format!("{value:.1} {unit}")
}
