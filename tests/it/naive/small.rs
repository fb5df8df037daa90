//! Small models in which nothing is left to chance: what the naive simulator reads, and the same for the engine.

use crate::build::*;
use std::fmt::Write;
use turnaround::activity::{
    Activity, Amount, Batch, BatchRule, BatchWork, Branch, Choose, Delay, DelayUntil, End, Fork, Join, Need,
    OffShift, PASSES, Patience, Preemption, Race, Release, Seize, Set, Task, When,
};
use turnaround::expr::{Expr, Scope, Type};
use turnaround::ids::*;
use turnaround::model::{ArrivalPattern, AttributeType, Crew, Dispatch, Interval, Joint, Measure, Sampled};
use turnaround::units::Dim;

/// Times are counted in units of ten minutes: so coarse that many things fall together.
pub const UNIT: f64 = 600.0;
pub const WEEK: i64 = 7 * 24 * 6;
/// When a run ends.
pub const END: i64 = 3 * WEEK;

#[derive(Clone, Debug)]
pub struct Small {
    /// When the run starts, from Monday 00:00.
    pub start: i64,
    /// Open stretches of the week: from, to.
    pub calendars: Vec<Vec<(i64, i64)>>,
    pub teams: Vec<SmallTeam>,
    pub sources: Vec<Source>,
    pub steps: Vec<SmallStep>,
    pub first: usize,
}

#[derive(Clone, Debug)]
pub struct SmallTeam {
    /// Members of each crew, and their calendar.
    pub crews: Vec<(u32, Option<usize>)>,
    pub dispatch: Dispatch,
    /// Free members are kept back for a request for several.
    pub reserve: bool,
}

/// Where cases come from, with these attributes.
#[derive(Clone, Debug)]
pub struct Source {
    pub comes: Comes,
    pub carries: [i64; N_ATTRIBUTES],
}

#[derive(Clone, Debug)]
pub enum Comes {
    At(Vec<i64>),
    /// The first so many times that a calendar opens.
    Openings {
        calendar: usize,
        n: usize,
    },
}

pub const N_ATTRIBUTES: usize = 3;
const ATTRIBUTES: [(&str, Dim); N_ATTRIBUTES] =
    [("effort", Dim::TIME), ("urgency", Dim::NUMBER), ("sort", Dim::NUMBER)];
pub const EFFORT: usize = 0;
pub const URGENCY: usize = 1;
pub const SORT: usize = 2;

#[derive(Clone, Debug)]
pub struct SmallStep {
    pub does: Does,
    pub next: Option<usize>,
}

#[derive(Clone, Debug)]
pub enum Does {
    Task(Work),
    Seize(Work),
    Release(usize),
    Wait(Wait),
    /// The first way whose condition holds.
    Choose(Vec<(If, usize)>),
    /// `any`: each branch whose condition holds; else all.
    Fork {
        any: bool,
        to: Vec<(If, usize)>,
        join: usize,
    },
    Join,
    Race(Vec<usize>),
    Batch {
        size: Option<usize>,
        age: Option<i64>,
        at: Option<usize>,
        parallel: bool,
        /// Multiplies the work of each, by the nearest size.
        factors: Vec<(u32, i64)>,
        work: Work,
    },
    /// Adds to the urgency or the sort.
    Add(usize, i64),
    End {
        terminate: bool,
    },
}

/// What a task or a batch needs; of `seize`, needs, urgency and patience count.
#[derive(Clone, Debug)]
pub struct Work {
    /// Team and number of members.
    pub needs: Vec<(usize, usize)>,
    pub time: Length,
    /// Whether its priority is the case's urgency, or 0.
    pub urgent: bool,
    pub off_shift: OffShift,
    pub preemption: Preemption,
    /// How long, and the step where the case goes then.
    pub patience: Option<(i64, usize)>,
}

#[derive(Clone, Copy, Debug)]
pub enum Length {
    Units(i64),
    /// The case's effort, so many times.
    Effort(i64),
}

#[derive(Clone, Debug)]
pub enum Wait {
    Elapsed(Length),
    Working(Length, usize),
    Open(usize),
}

#[derive(Clone, Copy, Debug)]
pub enum If {
    SortIs(i64),
    PassesBelow(i64),
    Otherwise,
}

impl Small {
    /// The same for the engine.
    pub fn build(&self) -> Build {
        let mut b = Build::new(0.0, END as f64 * UNIT, 0.0);
        let start = jiff::SignedDuration::from_secs(self.start * UNIT as i64);
        b.model.run.start = b.model.run.start.checked_add(start).expect("a date");
        for (i, open) in self.calendars.iter().enumerate() {
            let interval =
                |&(from, to): &(i64, i64)| Interval { start: from as f64 * UNIT, end: to as f64 * UNIT };
            let id = b.calendar(&format!("calendar{i}"), &[]);
            b.model.calendars[id].weekly = open.iter().map(interval).collect();
        }
        for (name, dim) in ATTRIBUTES {
            let id = b.attribute(name);
            b.model.attributes[id].kind = AttributeType::Number(dim);
        }
        for (i, team) in self.teams.iter().enumerate() {
            let crew = |(k, &(n, calendar)): (usize, &(u32, Option<usize>))| Crew {
                calendar: calendar.map(CalendarId::new),
                ..b.crew(&format!("crew{k}"), n)
            };
            let crews = team.crews.iter().enumerate().map(crew).collect();
            let id = b.team_of(&format!("team{i}"), crews, team.dispatch);
            b.measure(Measure::Busy(id));
            b.measure(Measure::Overtime(id));
            b.model.teams[id].joint = if team.reserve { Joint::Reserve } else { Joint::Greedy };
        }
        let p = b.process("p");
        b.measure(Measure::Case(p, Sampled::Waiting));
        b.measure(Measure::Case(p, Sampled::Working));
        for (i, step) in self.steps.iter().enumerate() {
            let activity = activity(&step.does);
            b.step(p, &format!("s{i}"), activity, step.next.map(StepId::new));
        }
        b.model.processes[p].entry = StepId::new(self.first);
        for (i, source) in self.sources.iter().enumerate() {
            let pattern = match &source.comes {
                Comes::At(times) => {
                    ArrivalPattern::Trace { times: times.iter().map(|t| *t as f64 * UNIT).collect() }
                }
                Comes::Openings { calendar, .. } => {
                    ArrivalPattern::Timetable { calendar: CalendarId::new(*calendar) }
                }
            };
            let id = b.arrivals_by(&format!("in{i}"), p, pattern);
            if let Comes::Openings { n, .. } = source.comes {
                b.model.arrivals[id].limit = Some(n as u64);
            }
            let value = |(attr, value): (usize, &i64)| {
                let unit = if attr == EFFORT { UNIT } else { 1.0 };
                (AttrId::new(attr), Amount::Law(constant(*value as f64 * unit)))
            };
            b.model.arrivals[id].attributes = source.carries.iter().enumerate().map(value).collect();
        }
        b
    }

    /// As a scenario has it.
    pub fn text(&self) -> String {
        let mut text = turnaround::scenario::print(&self.build().model);
        write!(text, "# {self:?}").expect("a text takes it");
        text
    }
}

fn activity(does: &Does) -> Activity {
    match does {
        Does::Task(work) => Activity::Task(task_of(work)),
        Does::Seize(work) => {
            let Task { needs, priority, patience, .. } = task_of(work);
            Activity::Seize(Seize { needs, priority, patience })
        }
        Does::Release(team) => Activity::Release(Release { team: TeamId::new(*team) }),
        Does::Wait(wait) => {
            let until = match wait {
                Wait::Elapsed(length) => DelayUntil::Elapsed(amount(*length)),
                Wait::Working(length, calendar) => {
                    DelayUntil::Working(amount(*length), CalendarId::new(*calendar))
                }
                Wait::Open(calendar) => DelayUntil::Open(CalendarId::new(*calendar)),
            };
            Activity::Delay(Delay { until, recorded: true })
        }
        Does::Choose(ways) => Activity::Choose(Choose { branches: branches(ways) }),
        Does::Fork { any, to, join } => {
            Activity::Fork(Fork { branches: branches(to), inclusive: *any, join: StepId::new(*join) })
        }
        Does::Join => Activity::Join(Join),
        Does::Race(of) => Activity::Race(Race { branches: of.iter().map(|to| StepId::new(*to)).collect() }),
        Does::Batch { size, age, at, parallel, factors, work } => {
            let size = size.map(|n| BatchRule::Size(n as u32));
            let age = age.map(|age| BatchRule::Age(units(age)));
            let at = at.map(|calendar| BatchRule::At(CalendarId::new(calendar)));
            Activity::Batch(Batch {
                rules: [size, age, at].into_iter().flatten().collect(),
                work: if *parallel { BatchWork::Parallel } else { BatchWork::Sequential },
                factors: factors.iter().map(|&(n, factor)| (n, factor as f64)).collect(),
                task: task_of(work),
            })
        }
        Does::Add(attr, by) => {
            let to = Amount::Value(expr(
                &format!("{} + {by}", ATTRIBUTES[*attr].0),
                Type::Number(ATTRIBUTES[*attr].1),
            ));
            Activity::Set(Set { attr: AttrId::new(*attr), to })
        }
        Does::End { terminate } => Activity::End(End { terminate: *terminate }),
    }
}

fn task_of(work: &Work) -> Task {
    let need = |&(team, count): &(usize, usize)| Need { count: count as u16, ..need(TeamId::new(team)) };
    Task {
        needs: work.needs.iter().map(need).collect(),
        time: amount(work.time),
        priority: work.urgent.then(|| expr("urgency", Type::Number(Dim::NUMBER))),
        off_shift: work.off_shift,
        preemption: work.preemption,
        patience: work.patience.map(|(time, to)| Patience { time: units(time), to: StepId::new(to) }),
        once: false,
    }
}

fn units(n: i64) -> turnaround::dist::Dist {
    constant(n as f64 * UNIT)
}

fn expr(text: &str, want: Type) -> Expr {
    let mut scope = Scope::default();
    for (i, (name, dim)) in ATTRIBUTES.into_iter().enumerate() {
        scope.add(name, i as u32, Type::Number(dim));
    }
    scope.add("passes", PASSES, Type::Number(Dim::NUMBER));
    let ast = turnaround::expr::parse(text).expect("an expression");
    turnaround::expr::check(&ast, &scope, Some(want)).expect("a checked expression")
}

fn amount(length: Length) -> Amount {
    match length {
        Length::Units(n) => Amount::Law(units(n)),
        Length::Effort(times) => Amount::Value(expr(&format!("effort * {times}"), Type::Number(Dim::TIME))),
    }
}

fn branches(ways: &[(If, usize)]) -> Vec<Branch> {
    let condition = |text: String| When::Condition(expr(&text, Type::Truth));
    let branch = |&(when, to): &(If, usize)| {
        let when = match when {
            If::SortIs(sort) => condition(format!("sort == {sort}")),
            If::PassesBelow(n) => condition(format!("passes < {n}")),
            If::Otherwise => When::Otherwise,
        };
        Branch { when, to: StepId::new(to) }
    };
    ways.iter().map(branch).collect()
}
