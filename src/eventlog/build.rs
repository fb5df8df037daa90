//! From events to activity instances: starts and completions are paired, first in, first out.

use super::attributes::Attributes;
use super::report::{Position, ReadReport, nowhere};
use super::{EventLog, Instance, NONE, UNKNOWN, Values, instant};
use crate::units::YEAR;
use std::collections::BTreeMap;

/// A log being read, event by event.
#[derive(Debug, Default)]
pub struct Builder {
    pub log: EventLog,
    /// Of rows.
    pub attributes: Attributes,
    /// Of cases.
    pub case_attributes: Attributes,
    pub report: ReadReport,
    /// Oldest and newest row of each (case, activity, instance) that has begun and not ended, or that was enabled.
    open: BTreeMap<(u32, u32, u32), (u32, u32)>,
    enabled: BTreeMap<(u32, u32, u32), i64>,
    /// The row that waits behind this one, for rows that are open.
    behind: BTreeMap<u32, u32>,
    /// Where the first instant stands, and some that are far from it.
    seen: Vec<(i64, Position)>,
}

/// Dates that stand for none (9999-12-31, 1900-01-01) lie farther than this from all others [us].
const FAR: i64 = (20.0 * YEAR * 1e6) as i64;
/// Places that are remembered at most.
const MOST_SEEN: usize = 1_000;

/// What an event says about the life of its activity instance (the standard transitions of XES).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    Schedule,
    Start,
    /// The end, or the only thing known.
    Complete,
    /// Between start and end, or before the start: says nothing about either.
    Between,
}

impl Transition {
    /// Names that the standard does not know stand for an event of its own, as does no name.
    pub fn of(name: &str) -> Self {
        let is = |known: &[&str]| known.iter().any(|k| k.eq_ignore_ascii_case(name));
        if is(&["complete", "ate_abort", "pi_abort", "withdraw", "autoskip", "manualskip"]) {
            Self::Complete
        } else if is(&["start"]) {
            Self::Start
        } else if is(&["schedule"]) {
            Self::Schedule
        } else if is(&["assign", "reassign", "suspend", "resume"]) {
            Self::Between
        } else {
            Self::Complete
        }
    }
}

impl Builder {
    /// Adds an event at `time` and gives the row that it belongs to. `row` says who and what; `case` may be any number
    /// that tells cases apart; `instance` is [`NONE`] where the log names none.
    pub fn event(
        &mut self,
        transition: Transition,
        time: i64,
        case: u32,
        instance: u32,
        row: Instance,
        at: impl Fn() -> Position,
    ) -> Option<usize> {
        self.report.n_events += 1;
        [row.enabled, time].into_iter().for_each(|time| self.see(time, &at));
        let key = (case, row.activity, instance);
        match transition {
            Transition::Complete if self.open.is_empty() => {}
            Transition::Complete => {
                if let Some(begun) = self.pop(key) {
                    self.end(begun as usize, time, row);
                    return Some(begun as usize);
                }
            }
            Transition::Start => {
                let enabled = self.enabled.remove(&key).unwrap_or(row.enabled);
                let new = self.log.len() as u32;
                self.log.push(Instance { enabled, start: time, ..row });
                if let Some((_, newest)) = self.open.get_mut(&key) {
                    self.behind.insert(*newest, new);
                    *newest = new;
                } else {
                    self.open.insert(key, (new, new));
                }
                return Some(new as usize);
            }
            Transition::Schedule => {
                self.enabled.insert(key, time);
                return None;
            }
            Transition::Between => {
                let what =
                    "an event between start and end of an activity (suspend, resume, assign) was left out";
                self.report.warn(what, "", || Some(at()));
                self.report.n_left_out += 1;
                return None;
            }
        }
        let enabled = if self.enabled.is_empty() { None } else { self.enabled.remove(&key) };
        self.log.push(Instance { enabled: enabled.unwrap_or(row.enabled), start: time, end: time, ..row });
        Some(self.log.len() - 1)
    }

    /// Adds a row whose start and end are known as far as they ever will be. Where starts are not written at all, or not for
    /// this row, the end is all that is known.
    pub fn instance(&mut self, row: Instance, at: impl Fn() -> Position) -> Option<usize> {
        self.report.n_events += 1;
        [row.enabled, row.start, row.end].into_iter().for_each(|time| self.see(time, &at));
        let start = if row.start == UNKNOWN { row.end } else { row.start };
        self.log.push(Instance { start, ..row });
        Some(self.log.len() - 1)
    }

    /// Keeps the place of the first instant and of those that may turn out to stand apart.
    #[inline]
    fn see(&mut self, time: i64, at: impl Fn() -> Position) {
        let is_far = match self.seen.first() {
            Some((first, _)) => time.saturating_sub(*first).saturating_abs() > FAR,
            None => true,
        };
        if is_far && time != UNKNOWN && self.seen.len() < MOST_SEEN {
            self.seen.push((time, at()));
        }
    }

    /// Instants that are farther than [`FAR`] from all others, as seen from the median, become unknown.
    fn without_far(&mut self) {
        let log = &mut self.log;
        let known = || log.start.iter().chain(&log.end).copied().filter(|&t| t != UNKNOWN);
        let (Some(least), Some(most)) = (known().min(), known().max()) else { return };
        let (lower, upper) =
            if most.saturating_sub(least) > FAR { bulk(known().collect()) } else { (least, most) };
        let is_far =
            |t: i64| t != UNKNOWN && (t < lower.saturating_sub(FAR) || t > upper.saturating_add(FAR));
        let mut n = 0;
        for row in 0..log.len() {
            let (start, end) = (log.start[row], log.end[row]);
            n += u64::from(is_far(start)) + u64::from(is_far(end) && end != start);
            n += u64::from(is_far(log.enabled[row]));
            if is_far(end) {
                log.end[row] = UNKNOWN;
            }
            if is_far(start) {
                log.start[row] = log.end[row];
            }
            if is_far(log.enabled[row]) {
                log.enabled[row] = UNKNOWN;
            }
        }
        if n == 0 {
            return;
        }
        let place = self.seen.iter().find(|(time, _)| is_far(*time));
        let mut text = Vec::new();
        if let Some((time, _)) = place {
            instant::write(&mut text, *time, 3);
        }
        let text = String::from_utf8(text).unwrap_or_default();
        let what = "an instant lies more than 20 years from all others, and was taken as not known";
        self.report.warn(what, &text, || place.map(|p| p.1)).count = n;
    }

    /// What began and did not end up to here never will.
    pub fn forget_open(&mut self) {
        self.open.clear();
        self.behind.clear();
        self.enabled.clear();
    }

    /// The finished log, sorted, and what there is to say about the file.
    pub fn finish(mut self) -> (EventLog, ReadReport) {
        self.without_far();
        let mut log = self.log;
        let (mut backwards, mut undated, mut endless) = (0, 0, 0);
        for (start, end) in log.start.iter_mut().zip(&mut log.end) {
            undated += u64::from(*start == UNKNOWN);
            endless += u64::from(*start != UNKNOWN && *end == UNKNOWN);
            if *end < *start && *end != UNKNOWN {
                std::mem::swap(start, end);
                backwards += 1;
            }
        }
        let mut warn = |count, what| {
            if count > 0 {
                self.report.warn(what, "", nowhere).count = count;
            }
        };
        warn(backwards, "an activity ended before it began; its start and end were exchanged");
        warn(undated, "an activity has no time");
        warn(endless, "an activity began and never ended");
        let crowded = self.attributes.left_out + self.case_attributes.left_out;
        warn(crowded, "the file has more than 1,000 attributes; values of further ones were left out");
        log.attributes = self.attributes.finish(log.len());
        log.case_attributes = self.case_attributes.finish(log.cases.len());
        // Some logs name groups and no roles; these are the teams then.
        if log.teams.is_empty()
            && let Some(group) = log.attributes.iter().position(|c| c.name == "org:group")
            && let Values::Text { names, ids } = &mut log.attributes[group].values
        {
            (log.teams, log.team) = (std::mem::take(names), std::mem::take(ids));
            log.attributes.remove(group);
        }
        log.sort();
        (log, self.report)
    }

    fn pop(&mut self, key: (u32, u32, u32)) -> Option<u32> {
        let (oldest, newest) = *self.open.get(&key)?;
        if oldest == newest {
            self.open.remove(&key);
        } else {
            let next = self.behind.remove(&oldest)?;
            self.open.insert(key, (next, newest));
        }
        Some(oldest)
    }

    /// The completion adds what the start did not know.
    fn end(&mut self, i: usize, time: i64, row: Instance) {
        let log = &mut self.log;
        log.end[i] = time;
        if log.start[i] == UNKNOWN {
            log.start[i] = time;
        }
        for (ids, id) in
            [(&mut log.resource, row.resource), (&mut log.team, row.team), (&mut log.site, row.site)]
        {
            if ids[i] == NONE {
                ids[i] = id;
            }
        }
        if log.enabled[i] == UNKNOWN {
            log.enabled[i] = row.enabled;
        }
        if !row.cost.is_nan() {
            log.cost[i] = row.cost;
        }
    }
}

/// The first and the last instant that are no farther than [`FAR`] from the next one, as seen from the median.
fn bulk(mut all: Vec<i64>) -> (i64, i64) {
    all.sort_unstable();
    let middle = all.len() / 2;
    let apart = |i: &usize| all[*i].saturating_sub(all[i - 1]) > FAR;
    let first = (1..=middle).rev().find(apart).unwrap_or(0);
    let last = (middle + 1..all.len()).find(apart).unwrap_or(all.len()) - 1;
    (all[first], all[last])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(events: &[(&str, i64, u32, u32)]) -> (Vec<(i64, i64, i64)>, ReadReport) {
        let mut b = Builder::default();
        b.log.cases.intern("c");
        for &(transition, time, activity, instance) in events {
            let row = Instance { case: 0, activity, ..Instance::default() };
            let at = || Position { line: 1, byte: 0 };
            b.event(Transition::of(transition), time, 0, instance, row, at);
        }
        let (log, report) = b.finish();
        ((0..log.len()).map(|i| (log.enabled[i], log.start[i], log.end[i])).collect(), report)
    }

    #[test]
    fn starts_and_completions_pair_first_in_first_out() {
        let (rows, report) = build(&[
            ("start", 1, 0, NONE),
            ("START", 2, 0, NONE),
            ("start", 3, 0, NONE),
            ("COMPLETE", 10, 0, NONE),
            ("complete", 20, 0, NONE),
            ("complete", 5, 1, NONE),
        ]);
        let x = UNKNOWN;
        assert_eq!(rows, [(x, 1, 10), (x, 2, 20), (x, 3, x), (x, 5, 5)]);
        assert_eq!((report.n_events, report.findings[0].count), (6, 1));
    }

    #[test]
    fn a_named_instance_is_paired_with_itself() {
        let (rows, _) =
            build(&[("start", 1, 0, 7), ("start", 2, 0, 8), ("complete", 9, 0, 8), ("complete", 10, 0, 7)]);
        assert_eq!(rows, [(UNKNOWN, 1, 10), (UNKNOWN, 2, 9)]);
    }

    #[test]
    fn schedule_is_when_the_work_could_begin_and_other_names_are_events() {
        let (rows, report) = build(&[
            ("schedule", 1, 0, NONE),
            ("start", 4, 0, NONE),
            ("suspend", 5, 0, NONE),
            ("In Progress", 3, 1, NONE),
            ("complete", 6, 0, NONE),
        ]);
        assert_eq!(rows, [(UNKNOWN, 3, 3), (1, 4, 6)]);
        assert_eq!(report.n_left_out, 1);
    }

    #[test]
    fn an_end_before_its_start_is_said() {
        let (rows, report) = build(&[("start", 5, 0, NONE), ("complete", 2, 0, NONE)]);
        assert_eq!((rows[0].1, rows[0].2, report.findings.len()), (2, 5, 1));
    }

    #[test]
    fn only_what_stands_apart_is_far() {
        const YEARS: i64 = FAR / 20;
        let read = |instants: &[(i64, i64)]| {
            let mut b = Builder::default();
            b.log.cases.intern("c");
            for (line, &(start, end)) in (1..).zip(instants) {
                let row = Instance { case: 0, activity: 0, start, end, ..Instance::default() };
                b.instance(row, || Position { line, byte: 0 });
            }
            let (log, report) = b.finish();
            let mut rows: Vec<_> = log.start.iter().zip(&log.end).map(|(s, e)| (*s, *e)).collect();
            rows.sort_unstable();
            (rows, report.findings.iter().map(|f| (f.count, f.first.map(|p| p.line))).collect::<Vec<_>>())
        };
        // Sixty years of rows have no gap.
        let long: Vec<_> = (0..7).map(|k| (10 * k * YEARS, 10 * k * YEARS + 1)).collect();
        assert_eq!(read(&long), (long.clone(), vec![]));
        // Before all others, and behind them, whatever came first in the file.
        let far = [(-200 * YEARS, -200 * YEARS), (1, 2), (3, 8_000 * YEARS), (5, 6)];
        let (rows, findings) = read(&far);
        assert_eq!(rows, [(UNKNOWN, UNKNOWN), (1, 2), (3, UNKNOWN), (5, 6)]);
        assert_eq!(findings[0], (2, Some(1)));
    }
}
