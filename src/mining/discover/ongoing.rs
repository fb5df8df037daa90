//! Cases that are under way at an instant: where each of them is, how long it has been on its way, and what it remembers.
//!
//! A case is at the end of the last thing that was done in each line of work, or in the middle of what goes on; it is over where the
//! control flow may end there and cases do. The model gets a source for each place, whose cases all come at its start, with the
//! ages of those in the log. Work that goes on has its own step with the law of what is left of it. How often a case has come to a choice
//! before is forgotten, and a timer that was running begins anew.

use super::branching::{Block, Kind, redo_of, stretch};
use super::carried::carried;
use super::delays::usual_duty;
use super::steps::{Remembered, Steps};
use super::{Discovered, PROCESS};
use crate::activity::{Activity, Amount, Branch, Delay, DelayUntil, Fork, OffShift, Task, When};
use crate::dist::{Constant, Dist, Empirical};
use crate::eventlog::{EventLog, NONE, UNKNOWN};
use crate::ids::{AttrId, IdVec, StepId};
use crate::mining::sample::{earliest, timed};
use crate::model::{Arrival, ArrivalPattern, Assumption, AttributeType, Model, Step, WarmUp};
use crate::units::Duration;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a model gets to begin with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ongoing {
    /// one for each place and memory
    pub groups: Vec<Group>,
    /// behind the steps of the model, with the activity that each goes on with
    steps: Vec<(Step, Option<u32>)>,
}

/// Cases that are at the same place and remember the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// in words
    pub place: String,
    /// the step where they begin
    first: StepId,
    attributes: Vec<(AttrId, Amount)>,
    /// [s], ascending
    pub ages: Vec<f64>,
}

/// Where a case is.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// This was done last.
    After(u32),
    /// This goes on.
    In(u32),
    /// Nothing was done yet in a part of a concurrent block, which is told by its activities.
    Before(Vec<u32>),
    /// In the parts of a concurrent block.
    Parts(Vec<u32>, Vec<Place>),
}

/// A row as the past shows it.
#[derive(Clone, Copy, Debug)]
struct Done {
    activity: u32,
    start: i64,
    goes_on: bool,
}

/// Cases that stop where fewer than this share of the cases do are under way.
const STOPS: f64 = 0.05;
/// A case after which nothing has come for so many times the longest wait seen there is given up.
const GIVEN_UP: i64 = 2;
/// Points that stand for the law of what is left of a piece of work.
const POINTS: usize = 20;

/// The cases of a log that are under way at an instant, for a model that was discovered from it, or from a part of it.
pub fn ongoing(log: &EventLog, found: &Discovered, instant: i64) -> Ongoing {
    let known = log.activities.iter().map(|name| found.names.iter().position(|n| n == name));
    let activities: Vec<Option<u32>> = known.map(|place| place.map(|a| a as u32)).collect();
    let stops = Stops::of(log);
    let mut make =
        Make { found, carried: used_values(log, found), out: Ongoing::default(), rests: BTreeMap::new() };
    let mut groups: BTreeMap<(String, String), Group> = BTreeMap::new();
    for range in timed(log) {
        let came = earliest(log, range.clone());
        if came >= instant {
            continue;
        }
        let known = range.clone().map(|row| log.enabled[row]).filter(|t| *t != UNKNOWN).fold(came, i64::min);
        let past: Vec<usize> = range.clone().filter(|&row| log.start[row] < instant).collect();
        let done = |&row: &usize| {
            let activity = activities[log.activity[row] as usize]?;
            let (start, end) = (log.start[row], log.end[row]);
            Some(Done { activity, start, goes_on: end > instant || end == UNKNOWN })
        };
        let rows: Vec<Done> = past.iter().filter_map(done).collect();
        let Some((place, may_end)) = place(&found.block, &rows) else { continue };
        let has_more = past.len() < range.len() || rows.iter().any(|row| row.goes_on);
        if !has_more && stops.is_over(log, &past, may_end, instant) {
            continue;
        }
        let Some(first) = make.first(&place) else { continue };
        rows.iter().filter(|row| row.goes_on).for_each(|row| make.time(row, instant));
        let attributes = make.attributes(&rows, &place, log.case[range.start]);
        let told = make.told(&place);
        let group = groups.entry((told.clone(), format!("{attributes:?}"))).or_insert_with(|| Group {
            place: told,
            first,
            attributes,
            ages: Vec::new(),
        });
        group.ages.push((instant - known) as f64 * 1e-6);
    }
    make.finish_rests();
    make.out.groups = groups.into_values().collect();
    make.out.groups.iter_mut().for_each(|g| g.ages.sort_by(f64::total_cmp));
    make.out
}

/// By attribute that the model needs: the value of each case of a log, in the terms of the model.
fn used_values(log: &EventLog, found: &Discovered) -> Vec<Vec<f64>> {
    if found.used.is_empty() {
        return Vec::new();
    }
    let here = carried(log);
    let each = found.used.iter().map(|&used| {
        let own = &found.carried[used];
        let Some(column) = here.iter().find(|c| c.column == own.column) else { return Vec::new() };
        let (AttributeType::Level(from), AttributeType::Level(to)) = (&column.kind, &own.kind) else {
            return if column.kind == own.kind { column.values.clone() } else { Vec::new() };
        };
        let level = |v: &f64| {
            let place = from.get(*v as usize).and_then(|name| to.iter().position(|n| n == name));
            if v.is_finite() { place.map_or(f64::NAN, |i| i as f64) } else { f64::NAN }
        };
        column.values.iter().map(level).collect()
    });
    each.collect()
}

impl Ongoing {
    /// Cases under way.
    pub fn cases(&self) -> usize {
        self.groups.iter().map(|g| g.ages.len()).sum()
    }

    /// The model as it goes on from an instant [us since 1970-01-01T00:00Z], without warm-up.
    pub fn model_from(&self, found: &Discovered, instant: i64) -> Model {
        let mut model = found.model.clone();
        let start = jiff::Timestamp::from_microsecond(instant).unwrap_or_default();
        model.run.start = jiff::tz::TimeZone::UTC.to_datetime(start);
        model.run.warm_up = WarmUp::Fixed(Duration::ZERO);
        model.design.kind = crate::model::Kind::Terminating;
        self.put_into(&mut model, found);
        model
    }

    /// The model begins with these cases: they come first of all.
    pub fn put_into(&self, model: &mut Model, found: &Discovered) {
        for (step, activity) in &self.steps {
            let id = model.steps.push(step.clone());
            if let Some(a) = activity {
                let name = found.names[*a as usize].clone();
                model.labels.insert(format!("process.{PROCESS}.step.{}", step.name), name.clone());
                model.activity_names.insert(id, name);
            }
        }
        let Some(process) = model.processes.ids().next() else { return };
        let mut arrivals: IdVec<_, Arrival> = IdVec::new();
        for (i, group) in self.groups.iter().enumerate() {
            let name = format!("open_{}", i + 1);
            model.assumptions.push(line(format!("arrival.{name}"), group));
            let n = group.ages.len();
            arrivals.push(Arrival {
                name,
                process,
                pattern: ArrivalPattern::Trace { times: vec![0.0] },
                size: if n > 1 { Constant::new(n as f64).ok().map(Dist::from) } else { None },
                limit: None,
                sites: Vec::new(),
                attributes: group.attributes.clone(),
                first: Some(group.first),
                age: observed(&group.ages),
            });
        }
        for (step, _) in &self.steps {
            let path = super::names::path(&["process", PROCESS, "step", &step.name]);
            model
                .assumptions
                .push(Assumption { value: "cases under way".to_owned(), ..self.rest_line(path) });
        }
        arrivals.extend(std::mem::take(&mut model.arrivals).iter().cloned());
        model.arrivals = arrivals;
    }

    fn rest_line(&self, path: String) -> Assumption {
        let source = format!("{} cases of the log that were under way", self.cases());
        Assumption::of_data(path, String::new(), source)
    }
}

fn line(path: String, group: &Group) -> Assumption {
    let source = format!("cases of the log that were under way: {}", group.place);
    Assumption::of_data(path, format!("{} cases", group.ages.len()), source)
}

/// One of these values each time.
fn observed(values: &[f64]) -> Option<Dist> {
    match values {
        [] => None,
        [one] => Constant::new(*one).ok().map(Dist::from),
        many => Empirical::new(many.to_vec(), None, false).ok().map(Dist::from),
    }
}

/// How cases stop.
struct Stops {
    /// by activity: share of its rows that are the last of their case
    shares: Vec<f64>,
    /// the longest time to the next row [us]
    longest: Vec<i64>,
}

impl Stops {
    fn of(log: &EventLog) -> Self {
        let activities = log.activities.len();
        let (mut rows, mut last) = (vec![0.0; activities], vec![0.0; activities]);
        let mut longest = vec![0; activities];
        for range in timed(log) {
            for row in range.clone() {
                let a = log.activity[row] as usize;
                rows[a] += 1.0;
                if row + 1 == range.end {
                    last[a] += 1.0;
                } else if log.start[row + 1] != UNKNOWN && log.end[row] != UNKNOWN {
                    longest[a] = longest[a].max(log.start[row + 1] - log.end[row]);
                }
            }
        }
        let shares = last.iter().zip(&rows).map(|(l, n): (&f64, &f64)| l / n.max(1.0)).collect();
        Self { shares, longest }
    }

    /// Whether a case without further rows is over, or given up: nothing has followed for far longer than ever before.
    fn is_over(&self, log: &EventLog, past: &[usize], may_end: bool, instant: i64) -> bool {
        let Some(&last) = past.iter().max_by_key(|&&row| (log.end[row], row)) else { return true };
        let a = log.activity[last] as usize;
        let stopped = may_end && self.shares[a] >= STOPS;
        stopped || instant - log.end[last] > GIVEN_UP * self.longest[a]
    }
}

struct Make<'a> {
    found: &'a Discovered,
    /// by attribute that the model needs, and case
    carried: Vec<Vec<f64>>,
    out: Ongoing,
    /// by activity that goes on: its step, and the time that has gone into it in each case [s]
    rests: BTreeMap<u32, (StepId, Vec<f64>)>,
}

impl Make<'_> {
    fn laid(&self) -> &Steps {
        &self.found.laid
    }

    fn new_step(&mut self, name: &str, activity: Activity, next: Option<StepId>, of: Option<u32>) -> StepId {
        let model = &self.found.model;
        let own = self.out.steps.iter().map(|(step, _)| step.name.clone());
        let taken: Vec<String> = model.steps.iter().map(|s| s.name.clone()).chain(own).collect();
        let id = StepId((model.steps.len() + self.out.steps.len()) as u32);
        let process = model.steps[StepId(0)].process;
        let name = super::names::unique(name, &taken);
        self.out.steps.push((Step { name, process, stage: None, activity, next }, of));
        id
    }

    /// The step where a case begins that is at a place.
    fn first(&mut self, place: &Place) -> Option<StepId> {
        match place {
            Place::After(a) => self.found.model.steps[self.laid().of_activity[*a as usize]?].next,
            Place::In(a) => self.rest(*a),
            Place::Before(part) => self.laid().entries.iter().find(|(of, _)| of == part).map(|e| e.1),
            Place::Parts(block, places) => {
                let join = self.laid().joins.iter().find(|(of, _)| of == block).map(|j| j.1);
                let to: Vec<StepId> = places.iter().map(|p| self.first(p)).collect::<Option<_>>()?;
                if let ([one], _) | ([one, ..], None) = (to.as_slice(), join) {
                    return Some(*one);
                }
                let branches = to.into_iter().map(|to| Branch { when: When::Otherwise, to }).collect();
                let fork = Activity::Fork(Fork { branches, inclusive: false, join: join? });
                let known = self.out.steps.iter().position(|(step, _)| step.activity == fork);
                let n = self.found.model.steps.len();
                Some(known.map_or_else(
                    || self.new_step("side_by_side", fork, None, None),
                    |i| StepId((n + i) as u32),
                ))
            }
        }
    }

    /// The step of what is left of an activity.
    fn rest(&mut self, a: u32) -> Option<StepId> {
        if let Some((step, _)) = self.rests.get(&a) {
            return Some(*step);
        }
        let own = self.laid().of_activity[a as usize]?;
        let step = self.found.model.steps[own].clone();
        let activity = match step.activity {
            Activity::Batch(batch) => Activity::Task(batch.task),
            other => other,
        };
        let id = self.new_step(&format!("rest_of_{}", step.name), activity, step.next, Some(a));
        self.rests.insert(a, (id, Vec::new()));
        Some(id)
    }

    /// Notes how long a piece of work has gone on.
    fn time(&mut self, row: &Done, instant: i64) {
        let pools = &self.found.pools;
        let pool = pools.of_activity[row.activity as usize];
        let pauses = pool.filter(|p| pools.list[*p].off_shift == OffShift::Pause);
        let time = match pauses.and_then(|p| usual_duty(pools, p)) {
            Some(duty) => duty.between(row.start, instant),
            None => instant - row.start,
        };
        if let Some(rest) = self.rests.get_mut(&row.activity) {
            rest.1.push(time as f64 * 1e-6);
        }
    }

    /// The laws of what is left: of each piece of work that goes on, given how long it has gone on.
    fn finish_rests(&mut self) {
        for (a, (step, times)) in std::mem::take(&mut self.rests) {
            let Some(work) = &self.found.work[a as usize] else { continue };
            let left = |&time: &f64| {
                let gone = work.dist.cdf(time);
                (0..POINTS).map(move |i| {
                    let p = (i as f64 + 0.5) / POINTS as f64;
                    (work.dist.quantile(gone + p * (1.0 - gone)) - time).max(0.0)
                })
            };
            let mut values: Vec<f64> = times.iter().flat_map(left).filter(|x| x.is_finite()).collect();
            values.sort_by(f64::total_cmp);
            let law = match crate::dist::interpolated(&values) {
                Some(law) => law,
                None => continue,
            };
            let first = self.found.model.steps.len() as u32;
            let Some((step, _)) = self.out.steps.get_mut(step.0.wrapping_sub(first) as usize) else {
                continue;
            };
            match &mut step.activity {
                Activity::Task(Task { time, .. }) => *time = Amount::Law(law),
                Activity::Delay(Delay { until: DelayUntil::Elapsed(time), .. }) => *time = Amount::Law(law),
                _ => {}
            }
        }
    }

    /// What a case carries, and what it remembers at its place.
    fn attributes(&self, rows: &[Done], place: &Place, case: u32) -> Vec<(AttrId, Amount)> {
        let always = |x: f64| Constant::new(x).ok().map(|law| Amount::Law(law.into()));
        let mut all: Vec<(AttrId, Amount)> = Vec::new();
        for (i, &used) in self.found.used.iter().enumerate() {
            let carried = &self.found.carried[used];
            let value = self.carried[i].get(case as usize).copied().filter(|v| v.is_finite());
            let amount = value.and_then(always).unwrap_or_else(|| Amount::Law(carried.law.0.clone()));
            all.push((AttrId(i as u32), amount));
        }
        for (scope, memory) in &self.laid().memories {
            let mut line = line_of_work(&self.found.block, *scope, rows);
            // The step behind an activity keeps it itself; a block that goes on is not done.
            if is_inside(&self.found.block, place, *scope) {
                line.pop();
            }
            let Remembered { activities, previous, before, .. } = memory;
            let level = |back: usize| {
                let a = line.len().checked_sub(back).and_then(|i| line.get(i));
                a.and_then(|a| activities.iter().position(|b| b == a)).map_or(0.0, |i| i as f64 + 1.0)
            };
            all.extend(always(level(1)).map(|amount| (*previous, amount)));
            if memory.keeps_two() {
                all.extend(always(level(2)).map(|amount| (*before, amount)));
            }
        }
        all
    }

    fn told(&self, place: &Place) -> String {
        let name = |a: u32| self.found.names[a as usize].as_str();
        match place {
            Place::After(a) => format!("after {}", name(*a)),
            Place::In(a) => format!("in {}", name(*a)),
            Place::Before(part) => format!("before {}", part.first().map_or("the end", |a| name(*a))),
            Place::Parts(_, places) => places.iter().map(|p| self.told(p)).collect::<Vec<_>>().join(" and "),
        }
    }
}

/// Where a case is that has done this, and whether the block may end there. `None` when none of it belongs to the block.
fn place(block: &Block, rows: &[Done]) -> Option<(Place, bool)> {
    let own = |part: &Block| rows.iter().copied().filter(|r| part.has(r.activity)).collect::<Vec<_>>();
    match block.kind {
        Kind::Silent => None,
        Kind::Activity => {
            let last = rows.iter().rev().find(|r| block.has(r.activity))?;
            Some(match last.goes_on {
                true => (Place::In(last.activity), false),
                false => (Place::After(last.activity), true),
            })
        }
        Kind::Sequence => {
            let at = block.parts.iter().rposition(|part| rows.iter().any(|r| part.has(r.activity)))?;
            let (place, may_end) = place(&block.parts[at], &own(&block.parts[at]))?;
            Some((place, may_end && block.parts[at + 1..].iter().all(Block::may_be_empty)))
        }
        Kind::Xor(_) => {
            let most = block.parts.iter().max_by_key(|part| own(part).len())?;
            place(most, &own(most))
        }
        Kind::And => {
            let mut may_end = true;
            let mut places = Vec::new();
            rows.iter().find(|r| block.has(r.activity))?;
            for part in block.parts.iter().filter(|part| part.kind != Kind::Silent) {
                let at = place(part, &own(part));
                may_end &= at.as_ref().map_or(part.may_be_empty(), |at| at.1);
                places.push(at.map_or_else(|| Place::Before(part.activities.clone()), |at| at.0));
            }
            Some((Place::Parts(block.activities.clone(), places), may_end))
        }
        Kind::Loop(_) => {
            let (part, last, in_body) = last_stretch(block, rows)?;
            let (place, may_end) = place(part, &rows[last])?;
            Some((place, may_end && (in_body || block.parts[0].may_be_empty())))
        }
    }
}

/// The part of a repetition that a case has come to, with its rows there, and whether it is the body.
fn last_stretch<'b>(block: &'b Block, rows: &[Done]) -> Option<(&'b Block, Range<usize>, bool)> {
    let names: Vec<u32> = rows.iter().map(|r| r.activity).collect();
    let mut at = 0;
    let mut last = None;
    while at < names.len() {
        let before = at;
        let body = at + stretch(&block.parts[0], &names[at..]);
        if body > at {
            last = Some((&block.parts[0], at..body, true));
        }
        at = body;
        let Some(&next) = names.get(at) else { break };
        match redo_of(block, next).map(|way| &block.parts[way + 1]) {
            Some(redo) if redo.has(next) => {
                let end = at + stretch(redo, &names[at..]).max(1);
                last = Some((redo, at..end, false));
                at = end;
            }
            Some(_) => {}
            None => at += 1,
        }
        // (Each turn must take a row.)
        at = at.max(before + 1);
    }
    last
}

/// What was done one after the other in a line of work; a concurrent block in it stands by its first activity.
fn line_of_work(block: &Block, scope: usize, rows: &[Done]) -> Vec<u32> {
    let mut line: Vec<u32> = Vec::new();
    let mut last = NONE;
    for row in rows {
        let Some((item, is_block)) = item(block, scope, row.activity) else { continue };
        if !(is_block && last == item) {
            line.push(item);
        }
        last = if is_block { item } else { NONE };
    }
    line
}

/// What an activity is in a line of work.
fn item(block: &Block, scope: usize, activity: u32) -> Option<(u32, bool)> {
    if !block.has(activity) {
        return None;
    }
    match block.kind {
        Kind::Silent => None,
        Kind::Activity => (block.scope == scope).then_some((activity, false)),
        Kind::And if block.scope == scope => Some((block.activities[0], true)),
        _ => block.parts.iter().find_map(|part| item(part, scope, activity)),
    }
}

/// Whether a place lies in a line of work, behind something that was done there or in it.
fn is_inside(block: &Block, place: &Place, scope: usize) -> bool {
    match place {
        Place::After(a) | Place::In(a) => item(block, scope, *a).is_some(),
        Place::Before(_) => false,
        Place::Parts(of, places) => {
            item(block, scope, of[0]).is_some_and(|(_, is_block)| is_block)
                || places.iter().any(|p| is_inside(block, p, scope))
        }
    }
}
