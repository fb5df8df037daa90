//! Timetables compiled to prefix sums of working time.

use crate::model::{Calendar, Interval, Run, WarmUp};
use crate::units::{Duration, Time};
use jiff::civil::DateTime;

/// Where the clock's zero lies in the week, and how far a run can go.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// From Monday 00:00 to the clock's zero, and from 00:00 of the first day.
    since_monday: i64,
    since_midnight: i64,
    /// The end of the longest possible run.
    pub end: Time,
}

/// Opening hours on the run's clock.
///
/// The open stretches of the run are unrolled; behind them the week repeats for ever. Stretches that touch are one.
/// Every question takes a [`Cursor`]: questions in rising time cost a few nanoseconds, others a search.
#[derive(Clone, Debug)]
pub struct Hours {
    unrolled: Vec<Stretch>,
    /// The open stretches of one week from `tail` on, `before` counted within the week; empty when nothing repeats.
    week: Vec<Stretch>,
    /// Worked in one week, and before the tail.
    per_week: i64,
    before_tail: i64,
}

/// Where the last question was answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor(u32);

/// An open stretch, and the working time of all before it [ticks].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    start: i64,
    end: i64,
    before: i64,
}

const WEEK: i64 = Duration::WEEK.ticks();
const DAY: i64 = Duration::DAY.ticks();
const NEVER: i64 = Time::NEVER.ticks();

impl Clock {
    pub fn new(run: &Run) -> Self {
        let (WarmUp::Fixed(warm_up) | WarmUp::Auto(warm_up)) = run.warm_up;
        let end = Time::ZERO + warm_up + run.window + run.drain;
        Self::starting(run.start, end)
    }

    pub fn starting(start: DateTime, end: Time) -> Self {
        let time = start.time();
        let seconds =
            (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
        let since_midnight = seconds * Duration::SECOND.ticks() + i64::from(time.subsec_nanosecond()) / 1_000;
        let days = i64::from(start.weekday().to_monday_zero_offset());
        Self { since_monday: days * DAY + since_midnight, since_midnight, end }
    }

    /// The day of a time, counted from the first day of the run.
    #[inline]
    pub fn day(&self, time: Time) -> i64 {
        (time.ticks() + self.since_midnight).div_euclid(DAY)
    }

    /// When a day begins.
    #[inline]
    pub fn midnight(&self, day: i64) -> Time {
        Time::from_ticks(day * DAY - self.since_midnight)
    }

    /// When the period of a pattern that holds the clock's zero began: Monday 00:00 for a week, 00:00 for a day.
    pub fn period_start(&self, period: Duration) -> Time {
        Time::from_ticks(-self.since_monday.rem_euclid(period.ticks().max(1)))
    }
}

impl Hours {
    /// Never closed.
    pub fn always() -> Self {
        let whole = Stretch { start: -WEEK, end: NEVER, before: 0 };
        Self { unrolled: vec![whole], week: Vec::new(), per_week: 0, before_tail: 0 }
    }

    pub fn new(calendar: &Calendar, clock: Clock) -> Self {
        let week = cyclic(&calendar.weekly);
        let per_week: i64 = week.iter().map(|s| s.1 - s.0).sum();
        let last_day = calendar.exceptions.iter().map(|e| clock.midnight(i64::from(e.day) + 2).ticks()).max();
        let span = clock.end.ticks().min(NEVER / 4).max(last_day.unwrap_or(0));
        let n_weeks = (span + clock.since_monday) / WEEK + 2;

        let monday = |w: i64| w * WEEK - clock.since_monday;
        let shift = |w: i64, s: &(i64, i64)| (monday(w) + s.0, monday(w) + s.1);
        let mut open: Vec<_> = (-1..n_weeks).flat_map(|w| week.iter().map(move |s| shift(w, s))).collect();
        for exception in &calendar.exceptions {
            let midnight = clock.midnight(i64::from(exception.day)).ticks();
            open = open.iter().flat_map(|&s| without(s, (midnight, midnight + DAY))).collect();
            open.extend(exception.open.iter().map(|i| (midnight + ticks(i.start), midnight + ticks(i.end))));
        }
        let mut open = merged(open);
        open.retain(|s| s.1 > 0);
        let repeats = per_week > 0 && per_week < WEEK;
        if per_week >= WEEK
            && let Some(last) = open.last_mut()
        {
            last.1 = NEVER;
        }
        let (unrolled, before_tail) = prefix_sums(open);
        let tail: Vec<_> = week.iter().map(|s| shift(n_weeks, s)).collect();
        let week = if repeats { prefix_sums(tail).0 } else { Vec::new() };
        Self { unrolled, week, per_week, before_tail }
    }

    #[inline]
    pub fn is_open(&self, at: Time, cursor: &mut Cursor) -> bool {
        self.stretch(self.find(at, cursor)).start <= at.ticks()
    }

    /// `at` when open, else the next opening.
    #[inline]
    pub fn open_from(&self, at: Time, cursor: &mut Cursor) -> Time {
        Time::from_ticks(self.stretch(self.find(at, cursor)).start.max(at.ticks()))
    }

    /// The first opening at `at` or later; that one is already open does not count.
    #[inline]
    pub fn next_start(&self, at: Time, cursor: &mut Cursor) -> Time {
        let i = self.find(at, cursor);
        let here = self.stretch(i);
        Time::from_ticks(if here.start >= at.ticks() { here.start } else { self.stretch(i + 1).start })
    }

    /// End of the open stretch; `at` when closed.
    #[inline]
    pub fn closes(&self, at: Time, cursor: &mut Cursor) -> Time {
        let here = self.stretch(self.find(at, cursor));
        Time::from_ticks(if here.start <= at.ticks() { here.end } else { at.ticks() })
    }

    /// The open stretch that `at` lies in or that comes next.
    #[inline]
    pub fn stretch_from(&self, at: Time, cursor: &mut Cursor) -> (Time, Time) {
        let here = self.stretch(self.find(at, cursor));
        (Time::from_ticks(here.start), Time::from_ticks(here.end))
    }

    /// When `work` has been done, counted from `at` in open hours. At the end of a stretch, not at the next opening.
    #[inline]
    pub fn add(&self, at: Time, work: Duration, cursor: &mut Cursor) -> Time {
        if work <= Duration::ZERO {
            return at;
        }
        let i = self.find(at, cursor);
        let here = self.stretch(i);
        let begin = here.start.max(at.ticks());
        let end = begin.saturating_add(work.ticks());
        if end <= here.end {
            return Time::from_ticks(end.min(NEVER));
        }
        self.add_over_stretches(i, here.before + (begin - here.start) + work.ticks())
    }

    /// Open time from `from` to `to`.
    #[inline]
    pub fn between(&self, from: Time, to: Time, cursor: &mut Cursor) -> Duration {
        if to <= from {
            return Duration::ZERO;
        }
        let first = self.stretch(self.find(from, cursor));
        if to.ticks() <= first.end {
            return Duration::from_ticks((to.ticks() - first.start.max(from.ticks())).max(0));
        }
        let last = self.stretch(self.find(to, &mut cursor.clone()));
        let worked = |s: Stretch, t: Time| s.before + (t.ticks() - s.start).max(0);
        Duration::from_ticks(worked(last, to) - worked(first, from))
    }

    /// The stretch in which the total working time first reaches `target`.
    fn add_over_stretches(&self, mut i: usize, target: i64) -> Time {
        for _ in 0..8 {
            i += 1;
            let s = self.stretch(i);
            if s.start >= NEVER {
                return Time::NEVER;
            }
            if s.before + (s.end - s.start) >= target {
                return Time::from_ticks(s.start + (target - s.before));
            }
        }
        // Far away: skip whole weeks, then search.
        if target > self.before_tail && self.per_week > 0 {
            let weeks = (target - self.before_tail - 1) / self.per_week;
            i = i.max(self.unrolled.len() + weeks as usize * self.week.len());
        } else {
            i = i.max(self.unrolled.partition_point(|s| s.before + (s.end - s.start) < target));
        }
        loop {
            let s = self.stretch(i);
            if s.start >= NEVER {
                return Time::NEVER;
            }
            if s.before + (s.end - s.start) >= target {
                return Time::from_ticks((s.start + (target - s.before)).min(NEVER));
            }
            i += 1;
        }
    }

    /// Number of the first stretch that ends after `at`.
    #[inline]
    fn find(&self, at: Time, cursor: &mut Cursor) -> usize {
        let at = at.ticks();
        let mut i = cursor.0 as usize;
        if i > 0 && self.stretch(i - 1).end > at {
            i = self.search(at);
        } else {
            let mut steps = 0;
            while self.stretch(i).end <= at {
                i += 1;
                steps += 1;
                if steps == 16 {
                    i = self.search(at);
                    break;
                }
            }
        }
        cursor.0 = i as u32;
        i
    }

    fn search(&self, at: i64) -> usize {
        let n = self.unrolled.len();
        match self.week.last() {
            Some(last) if self.unrolled.last().is_none_or(|s| s.end <= at) => {
                let weeks = ((at - last.end).div_euclid(WEEK) + 1).max(0);
                let within = self.week.partition_point(|s| s.end + weeks * WEEK <= at);
                n + weeks as usize * self.week.len() + within
            }
            _ => self.unrolled.partition_point(|s| s.end <= at),
        }
    }

    #[inline]
    fn stretch(&self, i: usize) -> Stretch {
        match self.unrolled.get(i) {
            Some(stretch) => *stretch,
            None => self.tail_stretch(i - self.unrolled.len()),
        }
    }

    #[cold]
    fn tail_stretch(&self, i: usize) -> Stretch {
        if self.week.is_empty() {
            return Stretch { start: NEVER, end: i64::MAX, before: self.before_tail };
        }
        let weeks = (i / self.week.len()) as i64;
        let s = self.week[i % self.week.len()];
        let by = weeks.saturating_mul(WEEK);
        Stretch {
            start: s.start.saturating_add(by).min(NEVER),
            end: s.end.saturating_add(by),
            before: self.before_tail + s.before + weeks.saturating_mul(self.per_week),
        }
    }
}

/// The weekly stretches [ticks], touching ones merged, also from Sunday into Monday: the last may end in the next week.
fn cyclic(weekly: &[Interval]) -> Vec<(i64, i64)> {
    let mut week = merged(weekly.iter().map(|i| (ticks(i.start), ticks(i.end))).collect());
    if week.len() > 1
        && let (Some(first), Some(last)) = (week.first().copied(), week.last_mut())
        && first.0 == 0
        && last.1 == WEEK
    {
        last.1 = WEEK + first.1;
        week.remove(0);
    }
    week
}

fn ticks(seconds: f64) -> i64 {
    Duration::from_seconds(seconds).ticks()
}

fn without((start, end): (i64, i64), cut: (i64, i64)) -> impl Iterator<Item = (i64, i64)> {
    [(start, end.min(cut.0)), (start.max(cut.1), end)].into_iter().filter(|s| s.0 < s.1)
}

fn merged(mut open: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    open.sort_unstable();
    let mut result: Vec<(i64, i64)> = Vec::with_capacity(open.len());
    for (start, end) in open.into_iter().filter(|s| s.0 < s.1) {
        match result.last_mut() {
            Some(last) if last.1 >= start => last.1 = last.1.max(end),
            _ => result.push((start, end)),
        }
    }
    result
}

/// The stretches with the work before each, and the work in all.
fn prefix_sums(open: Vec<(i64, i64)>) -> (Vec<Stretch>, i64) {
    let mut before = 0_i64;
    let stretches = open.into_iter().map(|(start, end)| {
        let stretch = Stretch { start, end, before };
        before = before.saturating_add(end - start);
        stretch
    });
    (stretches.collect(), before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Exception;
    use jiff::civil::date;
    use proptest::prelude::*;

    const HOUR: i64 = Duration::HOUR.ticks();

    fn hours(intervals: &[(f64, f64)], exceptions: Vec<Exception>, start: DateTime, weeks: i64) -> Hours {
        let weekly = intervals.iter().map(|i| Interval { start: i.0 * 3600.0, end: i.1 * 3600.0 }).collect();
        let calendar = Calendar { name: String::new(), weekly, exceptions };
        Hours::new(&calendar, Clock::starting(start, Time::from_ticks(weeks * WEEK)))
    }

    fn t(hours: i64) -> Time {
        Time::from_ticks(hours * HOUR)
    }

    fn d(hours: i64) -> Duration {
        Duration::from_ticks(hours * HOUR)
    }

    /// 2026-01-05 is a Monday; a run that starts on Wednesday at 10:00 is 58 hours into the week.
    #[test]
    fn office_week_from_wednesday() {
        let office: Vec<_> = (0..5).map(|day| (day as f64 * 24.0 + 9.0, day as f64 * 24.0 + 17.0)).collect();
        let hours = hours(&office, Vec::new(), date(2026, 1, 7).at(10, 0, 0, 0), 1);
        let c = &mut Cursor::default();
        assert!(hours.is_open(t(0), c));
        assert_eq!(hours.closes(t(0), c), t(7));
        assert!(!hours.is_open(t(7), c));
        assert_eq!(hours.next_start(t(7), c), t(23));
        assert_eq!(hours.open_from(t(8), c), t(23));
        assert_eq!(hours.add(t(0), d(7), c), t(7));
        assert_eq!(hours.add(t(0), d(8), c), t(24));
        assert_eq!(hours.add(t(8), d(1), c), t(24));
        // three days are left in the first week; then Monday 09:00 is 5 x 24 - 1 hours after the start
        assert_eq!(hours.add(t(0), d(7 + 8 + 8 + 1), c), t(120));
        // far beyond the unrolled weeks: 100 weeks have 4,000 hours
        assert_eq!(hours.add(t(0), d(4_000), c), t(16_800));
        assert_eq!(hours.between(t(0), t(16_800), c), d(4_000));
        assert_eq!(hours.between(t(8), t(9), c), d(0));
    }

    #[test]
    fn nights_over_the_end_of_the_week_are_one_stretch() {
        let hours = hours(&[(0.0, 6.0), (166.0, 168.0)], Vec::new(), date(2026, 1, 5).at(0, 0, 0, 0), 3);
        let c = &mut Cursor::default();
        assert_eq!(hours.closes(t(0), c), t(6));
        for week in 1..10 {
            let sunday = week * 168 - 2;
            assert_eq!(hours.stretch_from(t(sunday - 20), c), (t(sunday), t(sunday + 8)));
        }
    }

    #[test]
    fn exceptions_replace_the_day() {
        let half_day = Exception { day: 1, open: vec![Interval { start: 9.0 * 3600.0, end: 12.0 * 3600.0 }] };
        let holiday = Exception { day: 2, open: Vec::new() };
        let daily: Vec<_> = (0..7).map(|day| (day as f64 * 24.0 + 8.0, day as f64 * 24.0 + 16.0)).collect();
        let hours = hours(&daily, vec![half_day, holiday], date(2026, 1, 5).at(0, 0, 0, 0), 2);
        let c = &mut Cursor::default();
        assert_eq!(hours.stretch_from(t(16), c), (t(33), t(36)));
        assert_eq!(hours.stretch_from(t(36), c), (t(80), t(88)));
        assert_eq!(hours.between(t(0), t(96), c), d(8 + 3 + 8));
    }

    #[test]
    fn always_and_never() {
        let start = date(2026, 1, 5).at(0, 0, 0, 0);
        for hours in [Hours::always(), hours(&[(0.0, 100.0), (100.0, 168.0)], Vec::new(), start, 2)] {
            let c = &mut Cursor::default();
            assert_eq!(hours.add(t(5), d(100_000), c), t(100_005));
            assert_eq!(hours.next_start(t(5), c), Time::NEVER);
            assert_eq!(hours.closes(t(5), c), Time::NEVER);
        }
        let never = hours(&[], Vec::new(), start, 2);
        let c = &mut Cursor::default();
        assert_eq!(never.open_from(t(0), c), Time::NEVER);
        assert_eq!(never.add(t(0), d(1), c), Time::NEVER);
    }

    proptest! {
        /// Against a clock that is looked at every hour.
        #[test]
        fn agrees_with_counting_hours(
            open in proptest::collection::vec(any::<bool>(), 168),
            closed_day in 0..30_i32,
            from in 0..1_000_i64,
            work in 1..500_i64,
            other in 0..1_000_i64,
        ) {
            let intervals: Vec<_> =
                (0..168).filter(|h| open[*h]).map(|h| (h as f64, h as f64 + 1.0)).collect();
            let holiday = Exception { day: closed_day, open: Vec::new() };
            let hours = hours(&intervals, vec![holiday], date(2026, 1, 5).at(0, 0, 0, 0), 2);
            let is_open = |h: i64| open[(h % 168) as usize] && h / 24 != i64::from(closed_day);
            let c = &mut Cursor::default();
            prop_assert_eq!(hours.is_open(t(other), c), is_open(other));
            prop_assert_eq!(hours.is_open(t(from), c), is_open(from));
            let counted = (from..other).filter(|h| is_open(*h)).count() as i64;
            prop_assert_eq!(hours.between(t(from), t(other), c), d(counted));
            if !intervals.is_empty() {
                let end = hours.add(t(from), d(work), c);
                prop_assert_eq!(hours.between(t(from), end, c), d(work));
                prop_assert!(is_open(end.ticks() / HOUR - 1));
            }
        }
    }
}
