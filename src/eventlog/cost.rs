//! What an activity instance costs: the wages of the time that its workers were at it.

use crate::activity::{Activity, BatchWork, Need, OffShift, Preemption, Task};
use crate::ids::{IdVec, TeamId};
use crate::model::{Calendar, Crew, Interval, Model};
use crate::record::Rows;

/// Wages by team and member, and the calendars that say when these are paid as overtime.
pub struct Wages<'m> {
    model: &'m Model,
    rosters: IdVec<TeamId, Vec<&'m Crew>>,
    /// Weekday of the start of the clock (Monday is 0) and time of day [s].
    weekday: i64,
    second: f64,
}

const DAY: f64 = 86_400.0;

impl<'m> Wages<'m> {
    /// `None` when nobody has a wage.
    pub fn new(model: &'m Model) -> Option<Self> {
        let paid = model.teams.iter().flat_map(|t| &t.crews).any(|c| c.wage > 0.0 || c.overtime_wage > 0.0);
        let start = model.run.start;
        paid.then(|| Self {
            model,
            rosters: model.teams.iter().map(crate::model::Team::roster).collect(),
            weekday: i64::from(start.date().weekday().to_monday_zero_offset()),
            second: f64::from(start.hour()) * 3_600.0
                + f64::from(start.minute()) * 60.0
                + f64::from(start.second()),
        })
    }

    /// The wages of the work in this row; NaN where the row does not say enough: who the further workers were, or how long
    /// somebody was interrupted.
    pub fn of(&self, rows: &Rows, i: usize) -> f64 {
        let Some(team) = rows.team[i] else { return f64::NAN };
        let task = match &self.model.steps[rows.step[i]].activity {
            Activity::Task(task) => task,
            Activity::Batch(batch) if batch.work == BatchWork::Sequential => &batch.task,
            _ => return f64::NAN,
        };
        let Some(worker) = self.rosters[team].get(rows.member[i] as usize) else { return f64::NAN };
        let (from, to) = (rows.start[i].seconds(), rows.complete[i].seconds());
        let Some((regular, overtime)) = self.time(worker, task, from, to) else { return f64::NAN };
        let pay = |crew: &Crew| regular * crew.wage + overtime * crew.overtime_wage;
        let further = task.needs.iter().enumerate().map(|(k, need)| {
            let beside = f64::from(need.count) - if k == 0 { 1.0 } else { 0.0 };
            if beside == 0.0 { 0.0 } else { self.equal(need).map_or(f64::NAN, |crew| beside * pay(crew)) }
        });
        pay(worker) + further.sum::<f64>()
    }

    /// A crew of a team in which everybody is paid alike.
    fn equal(&self, need: &Need) -> Option<&Crew> {
        let crews = &self.model.teams[need.team].crews;
        let first = crews.first()?;
        let alike = |c: &Crew| c.wage == first.wage && c.overtime_wage == first.overtime_wage;
        crews.iter().all(alike).then_some(first)
    }

    /// Time at work on shift and beyond it [s].
    fn time(&self, worker: &Crew, task: &Task, from: f64, to: f64) -> Option<(f64, f64)> {
        if task.preemption != Preemption::Never {
            return None;
        }
        let on_shift = worker.calendar.map_or(to - from, |c| self.open(&self.model.calendars[c], from, to));
        match task.off_shift {
            OffShift::Finish => Some((on_shift, (to - from - on_shift).max(0.0))),
            // Who has whole days off is not at work then, and the row does not say when.
            OffShift::Pause | OffShift::Fit if worker.absence == 0.0 => Some((on_shift, 0.0)),
            OffShift::HandOver if worker.calendar.is_none() => Some((on_shift, 0.0)),
            _ => None,
        }
    }

    /// Open time of a calendar between two times of the clock [s].
    fn open(&self, calendar: &Calendar, from: f64, to: f64) -> f64 {
        let (first, last) = ((from + self.second).div_euclid(DAY), (to + self.second).div_euclid(DAY));
        let mut sum = 0.0;
        for day in first as i64..=last as i64 {
            // Within the day [s since 00:00].
            let midnight = day as f64 * DAY - self.second;
            let (a, b) = ((from - midnight).max(0.0), (to - midnight).min(DAY));
            let overlap = |start: f64, end: f64| (end.min(b) - start.max(a)).max(0.0);
            let exception = |day: i64| calendar.exceptions.iter().find(move |e| i64::from(e.day) == day);
            sum += match (exception(day), exception(day - 1)) {
                (Some(exception), _) => exception.open.iter().map(|i| overlap(i.start, i.end)).sum::<f64>(),
                (None, before) => {
                    let monday = (self.weekday + day).rem_euclid(7) as f64 * DAY;
                    let week = |i: &Interval| ((i.start - monday).max(0.0), (i.end - monday).min(DAY));
                    // What the day before reaches into this one, and of the week what lies behind that.
                    let until =
                        before.into_iter().flat_map(|e| &e.open).map(|i| i.end - DAY).fold(0.0, f64::max);
                    let rest = calendar.weekly.iter().map(week).map(|(s, e)| overlap(s.max(until), e));
                    overlap(0.0, until) + rest.sum::<f64>()
                }
            };
        }
        sum
    }
}
