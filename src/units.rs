//! Time, duration and physical dimensions.
//!
//! Inside the program every physical value is an `f64` in *base units*: second, dollar, mile, item.
//! Simulated instants and spans are integers, so that sums are exact and ties are ties.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// Ticks in one second: the clock counts microseconds.
pub const TICKS_PER_SECOND: i64 = 1_000_000;

/// A year is 365 days and a month a twelfth of it, wherever lengths of time are counted [s]: a ledger of twelve months is one
/// year, and what costs so much a year costs as much in each. Dates are calendar dates all the same.
pub const DAY: f64 = 86_400.0;
pub const YEAR: f64 = 365.0 * DAY;
pub const MONTH: f64 = YEAR / 12.0;

/// A span of simulated time [microseconds].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// An instant on the simulated clock [microseconds since the scenario's start].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Duration {
    pub const ZERO: Self = Self(0);
    pub const MAX: Self = Self(i64::MAX / 4);
    pub const SECOND: Self = Self(TICKS_PER_SECOND);
    pub const MINUTE: Self = Self(60 * TICKS_PER_SECOND);
    pub const HOUR: Self = Self(3_600 * TICKS_PER_SECOND);
    pub const DAY: Self = Self(86_400 * TICKS_PER_SECOND);
    pub const WEEK: Self = Self(7 * 86_400 * TICKS_PER_SECOND);

    pub const fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    /// Rounds to the nearest tick; saturates at [`Duration::MAX`]; NaN and negatives become zero.
    #[inline]
    pub fn from_seconds(seconds: f64) -> Self {
        let ticks = seconds * TICKS_PER_SECOND as f64;
        if ticks > 0.0 { Self((ticks.min(Self::MAX.0 as f64) + 0.5) as i64) } else { Self::ZERO }
    }

    #[inline]
    pub const fn ticks(self) -> i64 {
        self.0
    }

    #[inline]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / TICKS_PER_SECOND as f64
    }

    pub fn hours(self) -> f64 {
        self.0 as f64 / Self::HOUR.0 as f64
    }

    pub fn days(self) -> f64 {
        self.0 as f64 / Self::DAY.0 as f64
    }
}

impl Time {
    pub const ZERO: Self = Self(0);
    /// Later than every instant a run can reach.
    pub const NEVER: Self = Self(i64::MAX / 2);

    pub const fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    #[inline]
    pub const fn ticks(self) -> i64 {
        self.0
    }

    #[inline]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration(self.0 - earlier.0)
    }

    /// Seconds since the scenario's start.
    #[inline]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / TICKS_PER_SECOND as f64
    }
}

impl Add<Duration> for Time {
    type Output = Self;
    /// Saturates at [`Time::NEVER`].
    #[inline]
    fn add(self, d: Duration) -> Self {
        let sum = self.0.saturating_add(d.0);
        Self(if sum > Self::NEVER.0 { Self::NEVER.0 } else { sum })
    }
}

impl Sub<Duration> for Time {
    type Output = Self;
    #[inline]
    fn sub(self, d: Duration) -> Self {
        Self(self.0 - d.0)
    }
}

impl Add for Duration {
    type Output = Self;
    #[inline]
    fn add(self, o: Self) -> Self {
        Self(self.0 + o.0)
    }
}

impl AddAssign for Duration {
    #[inline]
    fn add_assign(&mut self, o: Self) {
        self.0 += o.0;
    }
}

impl Sub for Duration {
    type Output = Self;
    #[inline]
    fn sub(self, o: Self) -> Self {
        Self(self.0 - o.0)
    }
}

impl SubAssign for Duration {
    #[inline]
    fn sub_assign(&mut self, o: Self) {
        self.0 -= o.0;
    }
}

impl Neg for Duration {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// What a number measures: exponents of the base units second, dollar, mile and item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dim {
    pub time: i8,
    pub money: i8,
    pub distance: i8,
    pub items: i8,
}

impl Dim {
    /// A bare number, a probability, a share.
    pub const NUMBER: Self = Self { time: 0, money: 0, distance: 0, items: 0 };
    pub const TIME: Self = Self { time: 1, ..Self::NUMBER };
    pub const MONEY: Self = Self { money: 1, ..Self::NUMBER };
    pub const DISTANCE: Self = Self { distance: 1, ..Self::NUMBER };
    pub const ITEMS: Self = Self { items: 1, ..Self::NUMBER };
    /// Events per time.
    pub const RATE: Self = Self { time: -1, ..Self::NUMBER };

    pub const fn times(self, o: Self) -> Self {
        Self {
            time: self.time + o.time,
            money: self.money + o.money,
            distance: self.distance + o.distance,
            items: self.items + o.items,
        }
    }

    /// The product, unless an exponent leaves the range that people can mean.
    pub fn checked_times(self, o: Self) -> Option<Self> {
        let sum = |a: i8, b: i8| a.checked_add(b).filter(|s| (-8..=8).contains(s));
        Some(Self {
            time: sum(self.time, o.time)?,
            money: sum(self.money, o.money)?,
            distance: sum(self.distance, o.distance)?,
            items: sum(self.items, o.items)?,
        })
    }

    pub const fn inverse(self) -> Self {
        Self { time: -self.time, money: -self.money, distance: -self.distance, items: -self.items }
    }

    pub const fn per(self, o: Self) -> Self {
        self.times(o.inverse())
    }
}

impl fmt::Display for Dim {
    /// In words a person would use: "a duration", "money per distance", "a number".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(words) = match *self {
            Self::NUMBER => Some("a number"),
            Self::TIME => Some("a duration"),
            Self::MONEY => Some("an amount of money"),
            Self::DISTANCE => Some("a distance"),
            Self::ITEMS => Some("a number of items"),
            Self::RATE => Some("a rate per time"),
            _ => None,
        } {
            return f.write_str(words);
        }
        let part = |names: &mut Vec<String>, exponent: i8, name: &str| match exponent.abs() {
            0 => {}
            1 => names.push(name.to_owned()),
            n => names.push(format!("{name}^{n}")),
        };
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for (exponent, name) in
            [(self.money, "money"), (self.distance, "distance"), (self.items, "items"), (self.time, "time")]
        {
            part(if exponent > 0 { &mut above } else { &mut below }, exponent, name);
        }
        if above.is_empty() {
            above.push("number".to_owned());
        }
        f.write_str(&above.join(" times "))?;
        below.iter().try_for_each(|name| write!(f, " per {name}"))
    }
}
