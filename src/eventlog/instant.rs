//! Instants in text: how logs write them, and back.

use super::UNKNOWN;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// In which order a text gives the parts of a date, or what a bare number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// 2026-01-31T15:30:00.250+01:00, 2026/01/31 15:30, 20260131
    Ymd,
    /// 31.01.2026 15:30:00, 31/01/2026 3:30 PM, 31-Jan-2026
    Dmy,
    /// 01/31/2026 15:30, Jan 31, 2026
    Mdy,
    /// A number counted from 1970-01-01T00:00:00Z [seconds, milliseconds, microseconds or nanoseconds].
    Seconds,
    Millis,
    Micros,
    Nanos,
}

/// An instant as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// [microseconds since 1970-01-01T00:00:00Z]; finer digits are cut off
    pub micros: i64,
    /// Whether the text named its zone; without one it is taken as UTC.
    pub zoned: bool,
}

impl Layout {
    pub const ALL: [(&'static str, Self); 7] = [
        ("ymd", Self::Ymd),
        ("dmy", Self::Dmy),
        ("mdy", Self::Mdy),
        ("s", Self::Seconds),
        ("ms", Self::Millis),
        ("us", Self::Micros),
        ("ns", Self::Nanos),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, layout)| *layout == self).map_or("", |(name, _)| name)
    }

    /// The layout that reads most of the samples, and another that reads as many of them otherwise.
    pub fn detect<'a>(samples: impl Iterator<Item = &'a str> + Clone) -> Option<(Self, Option<Self>)> {
        let samples = samples.map(str::trim).filter(|s| !s.is_empty());
        let reads = |layout: Self| samples.clone().filter(|s| layout.read(s).is_some()).count();
        let n = samples.clone().count();
        let dates = [Self::Ymd, Self::Dmy, Self::Mdy].map(|layout| (reads(layout), layout));
        let &(most, first) = dates.iter().rev().max_by_key(|(n, _)| *n)?;
        if 2 * most > n {
            let rival = dates.iter().find(|&&(n, layout)| n == most && layout != first);
            return Some((first, rival.map(|r| r.1)));
        }
        let largest = samples.clone().filter_map(|s| s.parse::<f64>().ok()).map(f64::abs).reduce(f64::max)?;
        let layout = match largest {
            // Until the year 5138 in each unit.
            ..1e11 => Self::Seconds,
            ..1e14 => Self::Millis,
            ..1e17 => Self::Micros,
            _ => Self::Nanos,
        };
        (2 * reads(layout) > n).then_some((layout, None))
    }

    pub fn read(self, text: &str) -> Option<Stamp> {
        let unit = match self {
            Self::Ymd => return plain(text.as_bytes()).or_else(|| civil(text.trim(), self)),
            Self::Dmy | Self::Mdy => return civil(text.trim(), self),
            Self::Seconds => 1e6,
            Self::Millis => 1e3,
            Self::Micros => 1.0,
            Self::Nanos => 1e-3,
        };
        let text = text.trim();
        let micros = match (text.parse::<i64>(), self) {
            (Ok(n), Self::Nanos) => n.div_euclid(1000),
            (Ok(n), _) => n.checked_mul(unit as i64)?,
            _ => text.parse::<f64>().ok().map(|x| x * unit).filter(|x| x.abs() < 9e18)? as i64,
        };
        (micros != UNKNOWN).then_some(Stamp { micros, zoned: true })
    }
}

/// "2026-01-31T15:30:00.250000+00:00", with so many digits of the second; nothing when the instant is not known.
pub fn write(out: &mut Vec<u8>, micros: i64, digits: u32) {
    if micros == UNKNOWN {
        return;
    }
    let unit = 10_i64.pow(6 - digits);
    // To the nearest that can be written, so that a round trip moves no instant by more than half of it.
    let micros = micros.saturating_add(unit / 2).div_euclid(unit) * unit;
    let (days, time) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    let (y, m, d) = civil_from_days(days);
    let seconds = time / SECOND;
    let mut text = *b"0000-00-00T00:00:00.";
    let mut put = |at: usize, n: usize, mut value: i64| {
        for i in (at..at + n).rev() {
            text[i] = b'0' + (value % 10) as u8;
            value /= 10;
        }
    };
    put(0, 4, y.clamp(0, 9999));
    put(5, 2, m);
    put(8, 2, d);
    put(11, 2, seconds / 3600);
    put(14, 2, seconds / 60 % 60);
    put(17, 2, seconds % 60);
    out.extend_from_slice(&text);
    let mut fraction = *b"000000";
    let mut rest = time % SECOND;
    for digit in fraction.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&fraction[..digits as usize]);
    out.extend_from_slice(b"+00:00");
}

/// The form in which most programs write instants, "2026-01-31T15:30:00.250+00:00", read at fixed places; `None` for any
/// other, and for what is out of range.
#[inline]
fn plain(text: &[u8]) -> Option<Stamp> {
    let (head, rest) = text.split_first_chunk::<19>()?;
    if !matches!(head, [_, _, _, _, b'-', _, _, b'-', _, _, b'T' | b' ', _, _, b':', _, _, b':', _, _]) {
        return None;
    }
    let digit = |b: u8| Some(i64::from(b.wrapping_sub(b'0'))).filter(|d| *d < 10);
    let two = |i: usize| Some(10 * digit(head[i])? + digit(head[i + 1])?);
    let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_from_civil(100 * two(0)? + two(2)?, two(5)?, two(8)?)?;
    let (mut fraction, mut zone) = (0, rest);
    if let [b'.', digits @ ..] = rest {
        let n = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=6).contains(&n) {
            return None;
        }
        let value = digits[..n].iter().fold(0, |sum, b| 10 * sum + i64::from(b - b'0'));
        fraction = value * 10_i64.pow(6 - n as u32);
        zone = &digits[n..];
    }
    let micros = days * DAY + (3_600 * hour + 60 * minute + second) * SECOND + fraction;
    matches!(zone, b"+00:00" | b"Z").then_some(Stamp { micros, zoned: true })
}

/// A calendar date, perhaps a time of day, perhaps a zone.
fn civil(text: &str, order: Layout) -> Option<Stamp> {
    let mut c = Cursor { bytes: text.as_bytes() };
    let (year, month, day) = c.date(order)?;
    let days = days_from_civil(year, month, day)?;
    let mut micros = days * DAY;
    let mut offset = None;
    if !c.bytes.is_empty() {
        if !c.take(|b| b == b'T' || b == b't') {
            c.take(|b| b == b',');
            c.spaces();
        }
        micros += c.time()?;
        c.spaces();
        offset = c.zone()?;
    }
    c.bytes.is_empty().then_some(Stamp { micros: micros - offset.unwrap_or(0), zoned: offset.is_some() })
}

struct Cursor<'a> {
    bytes: &'a [u8],
}

impl Cursor<'_> {
    fn date(&mut self, order: Layout) -> Option<(i64, i64, i64)> {
        let (first, n) = self.part()?;
        if order == Layout::Ymd && n == 8 {
            return Some((first / 10_000, first / 100 % 100, first % 100));
        }
        self.separator()?;
        let (second, _) = self.part()?;
        self.separator()?;
        let (third, last) = self.part()?;
        match order {
            Layout::Ymd if n == 4 => Some((first, second, third)),
            Layout::Dmy | Layout::Mdy => {
                let year = match last {
                    4 => third,
                    // The pivot of POSIX `strptime`.
                    2 if third < 69 => 2000 + third,
                    2 => 1900 + third,
                    _ => return None,
                };
                if order == Layout::Dmy { Some((year, second, first)) } else { Some((year, first, second)) }
            }
            _ => None,
        }
    }

    /// A number or the name of a month, and its length.
    #[inline]
    fn part(&mut self) -> Option<(i64, usize)> {
        if !self.bytes.first()?.is_ascii_alphabetic() {
            return self.number(8);
        }
        let n = self.bytes.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let word = self.bytes.get(..3)?.to_ascii_lowercase();
        let month = MONTHS.iter().position(|m| m.as_bytes() == word)?;
        self.bytes = &self.bytes[n.max(3)..];
        Some((month as i64 + 1, n))
    }

    fn separator(&mut self) -> Option<()> {
        let n = self.bytes.iter().take_while(|b| b"-/., ".contains(b)).count();
        self.bytes = &self.bytes[n..];
        (1..=2).contains(&n).then_some(())
    }

    /// "15:30", "15:30:00.25", "3:30 PM" [microseconds of the day]
    fn time(&mut self) -> Option<i64> {
        let (hour, _) = self.number(2)?;
        if !self.take(|b| b == b':') {
            return None;
        }
        let (minute, _) = self.number(2)?;
        let (mut second, mut fraction) = (0, 0);
        if self.take(|b| b == b':') {
            second = self.number(2)?.0;
            if self.take(|b| b == b'.' || b == b',') {
                fraction = self.fraction()?;
            }
        }
        let before = self.bytes;
        self.spaces();
        let half = match self.bytes {
            [h @ (b'a' | b'A' | b'p' | b'P'), b'm' | b'M', rest @ ..] => {
                self.bytes = rest;
                Some(h.eq_ignore_ascii_case(&b'p'))
            }
            _ => {
                self.bytes = before;
                None
            }
        };
        let hour = match half {
            Some(_) if !(1..=12).contains(&hour) => return None,
            Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
            None => hour,
        };
        // A leap second is the next second's beginning.
        let fine = hour < 24 && minute < 60 && second <= 60;
        fine.then_some((hour * 3600 + minute * 60 + second) * SECOND + fraction)
    }

    /// "Z", "UTC", "+01:00", "-0530", "+01": its offset [microseconds]; `Some(None)` when there is none.
    fn zone(&mut self) -> Option<Option<i64>> {
        let sign = match self.bytes {
            [] => return Some(None),
            [b'Z' | b'z', rest @ ..] => {
                self.bytes = rest;
                return Some(Some(0));
            }
            [b'U', b'T', b'C', rest @ ..] | [b'G', b'M', b'T', rest @ ..] => {
                self.bytes = rest;
                return Some(Some(0));
            }
            [b'+', ..] => 1,
            [b'-', ..] => -1,
            _ => return None,
        };
        self.bytes = &self.bytes[1..];
        let (hours, _) = self.number(2)?;
        self.take(|b| b == b':');
        let minutes = if self.bytes.is_empty() { 0 } else { self.number(2)?.0 };
        (hours < 24 && minutes < 60).then_some(Some(sign * (hours * 3600 + minutes * 60) * SECOND))
    }

    #[inline]
    fn number(&mut self, most: usize) -> Option<(i64, usize)> {
        let (mut value, mut n) = (0, 0);
        while n < most
            && let Some(digit @ b'0'..=b'9') = self.bytes.get(n)
        {
            value = value * 10 + i64::from(digit - b'0');
            n += 1;
        }
        self.bytes = &self.bytes[n..];
        (n > 0).then_some((value, n))
    }

    /// Digits after the point [microseconds].
    fn fraction(&mut self) -> Option<i64> {
        let n = self.bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        let digits = &self.bytes[..n];
        self.bytes = &self.bytes[n..];
        let value = digits.iter().take(6).fold(0, |v, d| v * 10 + i64::from(d - b'0'));
        (n > 0).then(|| value * 10_i64.pow(6 - n.min(6) as u32))
    }

    #[inline]
    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let found = self.bytes.first().is_some_and(|&b| wanted(b));
        if found {
            self.bytes = &self.bytes[1..];
        }
        found
    }

    fn spaces(&mut self) {
        while self.take(|b| b == b' ') {}
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar; eras of 400 years that begin in March
/// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    let y = year - i64::from(month <= 2);
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Year, month and day (the same source).
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let m = (5 * of_year + 2) / 153;
    let month = if m < 10 { m + 3 } else { m - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * m + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The short way reads what the long way reads, and nothing else.
    #[test]
    fn the_short_way_reads_as_the_long_one() {
        let mut read = 0;
        for date in [
            "2026-01-31",
            "2024-02-29",
            "2026-02-29",
            "1969-12-31",
            "0001-01-01",
            "9999-12-31",
            "2026-13-01",
            "2026/01/31",
            "202a-01-31",
        ] {
            for time in
                ["T15:30:00", " 00:00:59", "T23:59:60", "T24:00:00", "T1:30:00", "t15:30:00", "T15:61:00"]
            {
                for rest in [
                    "",
                    "Z",
                    "+00:00",
                    ".250+00:00",
                    ".1Z",
                    ".123456Z",
                    ".1234567Z",
                    ".Z",
                    "+01:00",
                    ".5-00:30",
                    "Z ",
                    "z",
                ] {
                    let text = format!("{date}{time}{rest}");
                    if let Some(stamp) = plain(text.as_bytes()) {
                        assert_eq!(Some(stamp), civil(&text, Layout::Ymd), "{text}");
                        read += 1;
                    }
                }
            }
        }
        assert_eq!(read, 5 * 2 * 5);
    }

    /// Microseconds of what jiff reads.
    fn iso(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().expect("a timestamp").as_microsecond()
    }

    #[test]
    fn forms_of_the_same_instant_are_read_alike() {
        let expected = iso("2026-01-31T15:30:00Z");
        for (layout, text) in [
            (Layout::Ymd, "2026-01-31T15:30:00Z"),
            (Layout::Ymd, "2026-01-31 15:30"),
            (Layout::Ymd, "2026/01/31 15:30:00.000"),
            (Layout::Ymd, "20260131T15:30:00"),
            (Layout::Ymd, "2026-01-31T16:30:00.000000000+01:00"),
            (Layout::Ymd, "2026-01-31 10:00:00-0530"),
            (Layout::Ymd, "2026-01-31 15:30:00 UTC"),
            (Layout::Dmy, "31.01.2026 15:30"),
            (Layout::Dmy, "31/1/2026 3:30 PM"),
            (Layout::Dmy, "31-Jan-26 15:30:00"),
            (Layout::Mdy, "1/31/2026 03:30:00 pm"),
            (Layout::Mdy, "January 31, 2026 15:30"),
            (Layout::Seconds, "1769873400"),
            (Layout::Seconds, "1769873400.0"),
            (Layout::Millis, "1769873400000"),
            (Layout::Nanos, "1769873400000000999"),
        ] {
            assert_eq!(layout.read(text).map(|s| s.micros), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_not_read() {
        for text in [
            "",
            "x",
            "2026-13-01",
            "2026-02-29",
            "2026-01-31T24:00:00",
            "2026-01-31T10",
            "2026-01-31T10:61",
            "2026-01-31T10:00:00+25:00",
            "2026-01-31T10:00:00 noon",
            "26-01-31",
            "2026-01-31T10:00:00.",
            "2026--",
            "é",
        ] {
            assert_eq!(Layout::Ymd.read(text), None, "{text}");
        }
        assert_eq!(Layout::Dmy.read("12/13/2026"), None);
        assert_eq!(Layout::Seconds.read("9e300"), None);
        assert_eq!(Layout::Seconds.read("9223372036854775807"), None);
    }

    #[test]
    fn written_instants_agree_with_jiff_and_are_read_back() {
        for days in (-200_000..200_000).step_by(37) {
            let micros = days * DAY + (days * 7919 * SECOND + days * 13).rem_euclid(DAY);
            let mut text = Vec::new();
            write(&mut text, micros, 6);
            let text = String::from_utf8(text).expect("ASCII");
            assert_eq!(iso(&text), micros, "{text}");
            assert_eq!(Layout::Ymd.read(&text), Some(Stamp { micros, zoned: true }));
        }
        let mut text = Vec::new();
        write(&mut text, iso("2026-12-31T23:59:59.999500Z"), 3);
        assert_eq!(text, b"2027-01-01T00:00:00.000+00:00");
    }

    #[test]
    fn the_layout_is_found_from_samples_and_doubt_is_said() {
        let detect = |samples: &[&str]| Layout::detect(samples.iter().copied());
        assert_eq!(detect(&["2026-01-02", ""]), Some((Layout::Ymd, None)));
        assert_eq!(detect(&["02/01/2026", "13/01/2026"]), Some((Layout::Dmy, None)));
        assert_eq!(detect(&["02/01/2026", "01/13/2026"]), Some((Layout::Mdy, None)));
        assert_eq!(detect(&["02/01/2026"]), Some((Layout::Dmy, Some(Layout::Mdy))));
        assert_eq!(detect(&["1769873400", "3"]), Some((Layout::Seconds, None)));
        assert_eq!(detect(&["1769873400000"]), Some((Layout::Millis, None)));
        assert_eq!(detect(&["20260131"]), Some((Layout::Ymd, None)));
        assert_eq!((detect(&["x"]), detect(&[])), (None, None));
    }
}
