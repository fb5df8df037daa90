//! The stretch of time that pictures show: a log whose first or last hundredth of rows lies far off is shown without it.

use crate::eventlog::UNKNOWN;
use crate::mining::Study;

/// [us]
pub const DAY: i64 = 86_400_000_000;

/// From the first instant shown to the last [us since 1970-01-01T00:00Z].
pub struct Window {
    from: i64,
    to: i64,
    /// Share of the rows that lie outside.
    outside: f64,
}

impl Window {
    pub fn holds(&self, instant: i64) -> bool {
        (self.from..=self.to).contains(&instant)
    }

    /// What a subtitle says about it.
    pub fn told(&self) -> String {
        let percent = (100.0 * self.outside).max(0.1);
        if self.outside > 0.0 {
            format!("; {percent:.1} % of the rows lie outside of these dates")
        } else {
            String::new()
        }
    }
}

/// None when no time passes in the log.
pub fn window(study: &Study) -> Option<Window> {
    let (log, summary) = (&study.log, study.summary());
    let (first, last) = (summary.first, summary.last);
    let span = last.checked_sub(first).filter(|s| *s > 0)?;
    let mut starts: Vec<i64> = log.start.iter().copied().filter(|&t| t != UNKNOWN).collect();
    starts.sort_unstable();
    let n = starts.len();
    let (low, high) = (starts[n / 100], starts[n - 1 - n / 100]);
    if high - low >= span / 2 || high == low {
        return Some(Window { from: first, to: last, outside: 0.0 });
    }
    let margin = (high - low) / 20;
    let window = Window { from: low - margin, to: high + margin, outside: 0.0 };
    let outside = starts.iter().filter(|&&t| !window.holds(t)).count();
    Some(Window { outside: outside as f64 / n as f64, ..window })
}

/// Equal stretches of a window.
pub struct Periods {
    /// A midnight, or one before a Monday [us since 1970-01-01T00:00Z].
    pub from: i64,
    /// [us]
    pub length: i64,
    pub n: usize,
    /// "week"
    pub name: &'static str,
}

/// As short as can be told apart in a picture.
pub fn periods(window: &Window) -> Periods {
    let (length, name) = match (window.to - window.from) / DAY {
        0..=1 => (DAY / 24, "hour"),
        2..=90 => (DAY, "day"),
        91..=1_400 => (7 * DAY, "week"),
        _ => (28 * DAY, "four weeks"),
    };
    // The epoch was a Thursday.
    let offset = if length > DAY { 3 * DAY } else { 0 };
    let from = (window.from + offset).div_euclid(length) * length - offset;
    Periods { from, length, n: ((window.to - from) / length + 1) as usize, name }
}
