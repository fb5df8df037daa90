//! How busy the teams are by hour of the week, from activity rows.

use crate::activity::{Activity, Need, OffShift};
use crate::ids::{Id, StepId, TeamId};
use crate::model::{Model, Team};
use crate::plan::{Clock, Cursor, Hours};
use crate::record::Rows;
use crate::units::{Duration, Time};
use serde::Serialize;

/// Hours of a week, from Monday 00:00 on.
pub const WEEK_HOURS: usize = 168;

/// A team's time in each hour of the week, on average over the weeks of the window.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TeamHours {
    pub label: String,
    /// Members at work on logged activities (asking and answering are not).
    pub busy: Vec<f64>,
    /// Members on shift, absence taken off.
    pub on_shift: Vec<f64>,
}

/// Below this many members on shift an hour counts as off shift: overtime is not the share of a shift.
const HARDLY_ANYBODY: f64 = 0.02;

impl TeamHours {
    /// Share of the time on shift at work, in an hour of the week; None where nobody is on shift.
    pub fn utilisation(&self, hour: usize) -> Option<f64> {
        (self.on_shift[hour] > HARDLY_ANYBODY).then(|| self.busy[hour] / self.on_shift[hour])
    }

    /// The same over the whole week, overtime included.
    pub fn mean_utilisation(&self) -> f64 {
        self.busy.iter().sum::<f64>() / self.on_shift.iter().sum::<f64>()
    }
}

/// The teams that work on logged activities.
pub fn team_hours(model: &Model, logs: &[&Rows], window: (Time, Time)) -> Vec<TeamHours> {
    let week = Week::new(model, window);
    let mut teams: Vec<Option<Tally>> = model.teams.iter().map(|_| None).collect();
    for rows in logs {
        for i in 0..rows.case.len() {
            let Some(team) = rows.team[i] else { continue };
            let same_batch = i > 0
                && (rows.team[i - 1], rows.member[i - 1], rows.step[i - 1])
                    == (Some(team), rows.member[i], rows.step[i])
                && (rows.start[i - 1], rows.complete[i - 1]) == (rows.start[i], rows.complete[i]);
            if same_batch {
                continue;
            }
            let span = (rows.start[i], rows.complete[i]);
            for (need, stops) in needs(model, rows.step[i], team) {
                let tally = teams[need.team.index()]
                    .get_or_insert_with(|| Tally::new(model, &model.teams[need.team], &week));
                tally.add(&week, span, f64::from(need.count), stops);
            }
        }
    }
    let replications = logs.len().max(1) as f64;
    let named = model.teams.iter().zip(teams).filter_map(|(team, tally)| Some((team, tally?)));
    named
        .map(|(team, tally)| TeamHours {
            label: model.label(&format!("team.{}", team.name)),
            busy: week.average(|hour| tally.busy[hour] / replications),
            on_shift: week.average(|hour| tally.on_shift[hour]),
        })
        .collect()
}

/// Who works on a step besides its row's team, and whether work stops when shifts end.
fn needs(model: &Model, step: StepId, team: TeamId) -> Vec<(Need, bool)> {
    let alone = Need { team, count: 1, skill: None, site: crate::activity::SiteRef::Own };
    match &model.steps[step].activity {
        Activity::Task(task) if task.needs.iter().any(|n| n.team == team) => {
            let stops = matches!(task.off_shift, OffShift::Pause | OffShift::HandOver);
            task.needs.iter().map(|n| (n.clone(), stops)).collect()
        }
        _ => vec![(alone, false)],
    }
}

const HOUR: i64 = Duration::HOUR.ticks();

/// The hours of the clock that the window touches.
struct Week {
    /// Monday 00:00 at or before the clock's zero.
    monday: i64,
    from: Time,
    to: Time,
    /// The first of the hours, counted from that Monday.
    first: i64,
    n_hours: usize,
    clock: Clock,
}

impl Week {
    fn new(model: &Model, (from, to): (Time, Time)) -> Self {
        let clock = Clock::new(&model.run);
        let monday = clock.period_start(Duration::WEEK).ticks();
        let first = (from.ticks() - monday).div_euclid(HOUR);
        let last = (to.ticks() - monday + HOUR - 1).div_euclid(HOUR);
        Self { monday, from, to, first, n_hours: (last - first).max(0) as usize, clock }
    }

    /// The part of an hour that lies in the window.
    fn span(&self, hour: usize) -> (Time, Time) {
        let start = Time::from_ticks(self.monday + (self.first + hour as i64) * HOUR);
        (start.max(self.from), (start + Duration::HOUR).min(self.to))
    }

    /// Person-time of the hours [s] as members, by hour of the week.
    fn average(&self, seconds: impl Fn(usize) -> f64) -> Vec<f64> {
        let (mut sum, mut length) = (vec![0.0; WEEK_HOURS], vec![0.0; WEEK_HOURS]);
        for hour in 0..self.n_hours {
            let at = (self.first + hour as i64).rem_euclid(WEEK_HOURS as i64) as usize;
            let (start, end) = self.span(hour);
            sum[at] += seconds(hour);
            length[at] += end.since(start).seconds();
        }
        sum.iter().zip(&length).map(|(s, l)| if *l > 0.0 { s / l } else { 0.0 }).collect()
    }
}

/// Person-time of a team in each hour of the window [s].
struct Tally {
    busy: Vec<f64>,
    on_shift: Vec<f64>,
}

impl Tally {
    fn new(model: &Model, team: &Team, week: &Week) -> Self {
        let mut on_shift = vec![0.0; week.n_hours];
        for crew in &team.crews {
            let sites = if crew.sites.is_empty() { team.sites.len().max(1) } else { crew.sites.len() };
            let members = f64::from(crew.count) * sites as f64 * (1.0 - crew.absence);
            let hours =
                crew.calendar.map_or_else(Hours::always, |c| Hours::new(&model.calendars[c], week.clock));
            let mut cursor = Cursor::default();
            for (hour, sum) in on_shift.iter_mut().enumerate() {
                let (start, end) = week.span(hour);
                *sum += members * hours.between(start, end, &mut cursor).seconds();
            }
        }
        Self { busy: vec![0.0; week.n_hours], on_shift }
    }

    /// Work of so many members; where it `stops` at the end of shifts, hours without anybody on shift are left out.
    fn add(&mut self, week: &Week, (start, end): (Time, Time), members: f64, stops: bool) {
        let (start, end) = (start.max(week.from), end.min(week.to));
        if end <= start {
            return;
        }
        let hour_of = |t: i64| ((t - week.monday).div_euclid(HOUR) - week.first).max(0) as usize;
        let last = hour_of(end.ticks() - 1).min(self.busy.len().saturating_sub(1));
        for hour in hour_of(start.ticks())..=last {
            if stops && self.on_shift[hour] == 0.0 {
                continue;
            }
            let (from, to) = week.span(hour);
            self.busy[hour] += members * to.min(end).since(from.max(start)).seconds().max(0.0);
        }
    }
}
