//! Axes of dates: marks at beginnings of hours, days, weeks, months and years, in UTC. Instants are seconds since
//! 1970-01-01T00:00Z.

use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::axes::Mark;
use super::canvas::Type;
use super::theme::{INK, TICK};
use crate::units::{DAY, MONTH, YEAR};

/// From one mark to the next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Hours(i64),
    Days(i64),
    /// from Monday to Monday
    Weeks(i64),
    Months(i64),
    Years(i64),
}

const STEPS: [Step; 18] = [
    Step::Hours(1),
    Step::Hours(2),
    Step::Hours(6),
    Step::Hours(12),
    Step::Days(1),
    Step::Days(2),
    Step::Weeks(1),
    Step::Weeks(2),
    Step::Weeks(4),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(50),
];

/// Marks of an axis of this length [pixels], as many as have room.
pub(super) fn date_marks((lo, hi): (f64, f64), length: f64, look: Type) -> Vec<Mark> {
    let fits = |marks: &Vec<Mark>| {
        let widest = marks.iter().map(|(_, text)| look.width(text)).fold(0.0, f64::max);
        let room = marks.windows(2).map(|w| (w[1].0 - w[0].0) / (hi - lo) * length);
        room.fold(f64::INFINITY, f64::min) >= widest + 26.0
    };
    // A step much shorter than the axis would only be walked in vain.
    let coarse = STEPS.iter().filter(|step| (hi - lo) / step.seconds() < 60.0);
    coarse.map(|step| marks(*step, lo, hi)).find(fits).unwrap_or_default()
}

/// "Date (UTC), 2010 to 2012"
pub(super) fn date_label((lo, hi): (f64, f64)) -> String {
    match (civil(lo).map(|d| d.year()), civil(hi).map(|d| d.year())) {
        (Some(a), Some(b)) if a == b => format!("Date (UTC), {a}"),
        (Some(a), Some(b)) => format!("Date (UTC), {a} to {b}"),
        _ => "Date (UTC)".to_owned(),
    }
}

/// Names for columns of equal length [s] that begin at an instant: (place in columns, date).
pub fn date_columns(from: f64, length: f64, n: usize) -> Vec<(f64, String)> {
    let to = from + n as f64 * length;
    let width = f64::from(super::theme::WIDTH) * 0.7;
    let marks = date_marks((from, to), width, Type::regular(TICK, INK));
    marks.into_iter().map(|(at, text)| ((at - from) / length, text)).collect()
}

fn civil(instant: f64) -> Option<DateTime> {
    let timestamp = Timestamp::from_microsecond((instant * 1e6) as i64).ok()?;
    Some(TimeZone::UTC.to_datetime(timestamp))
}

fn marks(step: Step, lo: f64, hi: f64) -> Vec<Mark> {
    let Some(mut at) = civil(lo).and_then(|from| step.begin(from)) else { return Vec::new() };
    let mut marks = Vec::new();
    loop {
        let Ok(timestamp) = TimeZone::UTC.to_timestamp(at) else { return marks };
        let instant = timestamp.as_microsecond() as f64 / 1e6;
        if instant > hi {
            return marks;
        }
        if instant >= lo {
            marks.push((instant, at.strftime(step.format()).to_string()));
        }
        let Ok(next) = at.checked_add(step.span()) else { return marks };
        at = next;
    }
}

impl Step {
    fn seconds(self) -> f64 {
        match self {
            Self::Hours(n) => 3_600.0 * n as f64,
            Self::Days(n) => DAY * n as f64,
            Self::Weeks(n) => 7.0 * DAY * n as f64,
            Self::Months(n) => MONTH * n as f64,
            Self::Years(n) => YEAR * n as f64,
        }
    }

    fn span(self) -> Span {
        match self {
            Self::Hours(n) => Span::new().hours(n),
            Self::Days(n) => Span::new().days(n),
            Self::Weeks(n) => Span::new().weeks(n),
            Self::Months(n) => Span::new().months(n),
            Self::Years(n) => Span::new().years(n),
        }
    }

    fn format(self) -> &'static str {
        match self {
            Self::Hours(_) => "%-d %b %H:%M",
            Self::Days(_) | Self::Weeks(_) => "%-d %b",
            Self::Months(_) => "%b %Y",
            Self::Years(_) => "%Y",
        }
    }

    /// The last mark at or before an instant.
    fn begin(self, from: DateTime) -> Option<DateTime> {
        let midnight = from.date().at(0, 0, 0, 0);
        let whole = |n: i64, of: i64| of.rem_euclid(n);
        match self {
            Self::Hours(n) => midnight.checked_add(Span::new().hours(i64::from(from.hour()) / n * n)).ok(),
            Self::Days(n) => {
                let day = i64::from(from.day_of_year());
                midnight.checked_sub(Span::new().days(whole(n, day - 1))).ok()
            }
            Self::Weeks(_) => {
                let since = from.weekday().since(Weekday::Monday);
                midnight.checked_sub(Span::new().days(i64::from(since))).ok()
            }
            Self::Months(n) => {
                let first = from.date().first_of_month().at(0, 0, 0, 0);
                first.checked_sub(Span::new().months(whole(n, i64::from(from.month()) - 1))).ok()
            }
            Self::Years(n) => {
                let first = from.date().first_of_year().at(0, 0, 0, 0);
                first.checked_sub(Span::new().years(whole(n, i64::from(from.year())))).ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(from: &str, to: &str) -> Vec<String> {
        let at = |t: &str| t.parse::<Timestamp>().expect("an instant").as_second() as f64;
        let marks = date_marks((at(from), at(to)), 1_000.0, Type::regular(19.0, INK));
        marks.into_iter().map(|m| m.1).collect()
    }

    #[test]
    fn marks_stand_at_round_dates() {
        let quarters = texts("2010-03-31T10:00Z", "2012-06-01T00:00Z");
        assert_eq!((quarters[0].as_str(), quarters.len()), ("Apr 2010", 9));
        // From Monday to Monday.
        assert_eq!(texts("2026-01-01T10:00Z", "2026-02-01T10:00Z"), ["5 Jan", "12 Jan", "19 Jan", "26 Jan"]);
        assert_eq!(texts("2026-01-01T10:30Z", "2026-01-01T13:30Z")[0], "1 Jan 11:00");
        assert_eq!(texts("1905-01-01T10:30Z", "2026-01-01T13:30Z")[..2], ["1910", "1920"]);
    }

    #[test]
    fn a_moment_has_no_marks_and_no_panic() {
        assert!(texts("2026-01-01T10:30Z", "2026-01-01T10:30Z").is_empty());
    }
}
