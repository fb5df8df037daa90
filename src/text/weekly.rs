//! Stretches of the week as text: "Mon-Fri 07:00-17:00", "Sat,Sun 06:00-14:00", "Mon-Sun 22:00-06:00".
//!
//! The week starts on Monday 00:00. A stretch whose end is not after its start runs past midnight; days
//! without a time are whole days. Several times may follow the days: "Mon-Fri 07:00-12:00, 13:00-17:00".
//! A time alone is a moment, such as the departure of a van: a stretch of one second.

use super::tree::Mistake;
use crate::diag::nearest;

/// Seconds in a day and in a week.
pub const DAY: u32 = 86_400;
pub const WEEK: u32 = 7 * DAY;

pub const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// How long a moment lasts [s].
pub const MOMENT: u32 = 1;

/// A stretch of the week, `start <= t < end` [s since Monday 00:00].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    pub start: u32,
    pub end: u32,
}

/// Parses one text into sorted, disjoint intervals.
pub fn parse(text: &str) -> Result<Vec<Interval>, Mistake> {
    let mut days = [false; 7];
    let mut spans = Vec::new();
    // Days come first; the first piece with a digit starts the times.
    let split = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let (day_part, time_part) = text.split_at(split);
    for (at, piece) in pieces(day_part, 0) {
        mark_days(&mut days, piece, at)?;
    }
    if !days.contains(&true) {
        let end = text.len().min(split.max(1));
        return Err(mistake(0..end, "expected days of the week"));
    }
    for (at, piece) in pieces(time_part, split) {
        spans.push(clock_range(piece, at)?);
    }
    if time_part.is_empty() {
        spans.push((0, DAY));
    }
    let each = (0..7).filter(|&d| days[d as usize]).flat_map(|d| {
        spans.iter().map(move |&(from, to)| {
            let length = if to > from { to - from } else { to + DAY - from };
            (d * DAY + from, length)
        })
    });
    Ok(union(each.flat_map(|(start, length)| wrap(start, length))))
}

/// Parses the stretches of one day, "07:00-12:00, 13:00-17:00" [s since midnight]. One whose end is not after its start
/// runs into the next day.
pub fn parse_day(text: &str) -> Result<Vec<Interval>, Mistake> {
    pieces(text, 0)
        .map(|(at, piece)| {
            let (start, end) = clock_range(piece, at)?;
            Ok(Interval { start, end: if end > start { end } else { end + DAY } })
        })
        .collect()
}

/// Parses a clock time "HH:MM" or "HH:MM:SS", up to "24:00" [s since midnight].
pub fn clock(text: &str) -> Result<u32, Mistake> {
    let wrong = || {
        Mistake::new(0..text.len(), format!("`{text}` is not a time of day"))
            .label("expected a time such as 07:00")
    };
    let mut parts = [0; 3];
    let mut n_parts = 0;
    for piece in text.trim().split(':') {
        let short = matches!(piece.len(), 1..=2) && piece.bytes().all(|b| b.is_ascii_digit());
        if !short || n_parts == 3 {
            return Err(wrong());
        }
        parts[n_parts] = piece.parse::<u32>().map_err(|_| wrong())?;
        n_parts += 1;
    }
    let seconds = parts[0] * 3_600 + parts[1] * 60 + parts[2];
    let valid = n_parts >= 2 && parts[1] < 60 && parts[2] < 60 && seconds <= DAY;
    if valid { Ok(seconds) } else { Err(wrong()) }
}

/// "07:00", or "07:00:30" when there are seconds.
pub fn print_clock(seconds: u32) -> String {
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if s == 0 { format!("{h:02}:{m:02}") } else { format!("{h:02}:{m:02}:{s:02}") }
}

/// "07:00-17:00", "22:00-06:00" into the next day, or "09:00" for a moment [s since midnight].
pub fn print_stretch(from: u32, to: u32) -> String {
    match to - from {
        MOMENT => print_clock(from),
        _ => format!("{}-{}", print_clock(from), print_clock(if to > DAY { to - DAY } else { to })),
    }
}

/// Sorts intervals and joins those that touch or overlap.
pub fn union(intervals: impl IntoIterator<Item = Interval>) -> Vec<Interval> {
    let mut sorted: Vec<_> = intervals.into_iter().collect();
    sorted.sort();
    let mut joined: Vec<Interval> = Vec::with_capacity(sorted.len());
    for interval in sorted {
        match joined.last_mut() {
            Some(last) if interval.start <= last.end => last.end = last.end.max(interval.end),
            _ => joined.push(interval),
        }
    }
    joined
}

/// Texts for sorted, disjoint intervals of the week; parsing them gives the same intervals back.
pub fn print(intervals: &[Interval]) -> Vec<String> {
    // Cut at midnight, so that each day is described by its own times.
    let mut by_day: [Vec<(u32, u32)>; 7] = Default::default();
    for &Interval { start, end } in intervals {
        for day in start / DAY..end.div_ceil(DAY).min(7) {
            let (from, to) = (start.max(day * DAY), end.min((day + 1) * DAY));
            by_day[day as usize].push((from - day * DAY, to - day * DAY));
        }
    }
    let mut texts = Vec::new();
    let mut day = 0;
    while day < 7 {
        let times = &by_day[day];
        let run = by_day[day..].iter().take_while(|t| *t == times).count();
        if !times.is_empty() {
            let last = day + run - 1;
            let days = if run == 1 { DAYS[day].to_owned() } else { format!("{}-{}", DAYS[day], DAYS[last]) };
            let clocks = times.iter().map(|&(from, to)| print_stretch(from, to));
            texts.push(format!("{days} {}", clocks.collect::<Vec<_>>().join(", ")));
        }
        day += run;
    }
    texts
}

fn mistake(range: std::ops::Range<usize>, message: impl Into<String>) -> Mistake {
    Mistake::new(range, message).hint("for example \"Mon-Fri 07:00-17:00\" or \"Sat,Sun 22:00-06:00\"")
}

/// The pieces between commas, trimmed, with their positions; empty pieces are left out.
fn pieces(text: &str, base: usize) -> impl Iterator<Item = (usize, &str)> {
    text.split(',').filter(|p| !p.trim().is_empty()).map(move |piece| {
        let trimmed = piece.trim();
        let at = trimmed.as_ptr() as usize - text.as_ptr() as usize;
        (base + at, trimmed)
    })
}

fn mark_days(days: &mut [bool; 7], piece: &str, at: usize) -> Result<(), Mistake> {
    let (first, last) = piece.split_once('-').unwrap_or((piece, piece));
    let first_day = day(first.trim(), at)?;
    let last_day = day(last.trim(), at + piece.len() - last.trim_start().len())?;
    let length = (last_day + 7 - first_day) % 7;
    (first_day..=first_day + length).for_each(|d| days[d % 7] = true);
    Ok(())
}

fn day(word: &str, at: usize) -> Result<usize, Mistake> {
    const LONG: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let same = |name: &&str| name.eq_ignore_ascii_case(word);
    DAYS.iter().position(same).or_else(|| LONG.iter().position(same)).ok_or_else(|| {
        let wrong = mistake(at..at + word.len(), format!("`{word}` is not a day of the week"));
        match nearest(word, DAYS.into_iter().chain(LONG)) {
            Some(near) => wrong.hint(format!("did you mean `{near}`?")),
            None => wrong,
        }
    })
}

fn clock_range(piece: &str, at: usize) -> Result<(u32, u32), Mistake> {
    let shift = |by: usize| move |m: Mistake| Mistake { range: m.range.start + by..m.range.end + by, ..m };
    let Some((from, to)) = piece.split_once('-') else {
        return clock(piece).map(|start| (start, start + MOMENT)).map_err(shift(at));
    };
    let to_at = at + piece.len() - to.len();
    let start = clock(from).map_err(shift(at))?;
    let end = clock(to).map_err(shift(to_at))?;
    if start == DAY {
        return Err(mistake(at..at + from.len(), "a stretch cannot start at 24:00"));
    }
    Ok((start, end))
}

/// Splits what runs past Sunday midnight.
fn wrap(start: u32, length: u32) -> impl Iterator<Item = Interval> {
    let end = start + length;
    let first = Interval { start, end: end.min(WEEK) };
    let rest = (end > WEEK).then(|| Interval { start: 0, end: end - WEEK });
    std::iter::once(first).chain(rest)
}
