//! Hours of duty from the instants at which somebody was seen at work.
//!
//! Hours of the day are taken over all weekdays on which anything happens, because a weekday alone shows little; a weekday
//! keeps hours of its own only where chance cannot explain the difference. The edges of a stretch are then moved to the
//! roundest time that still explains why nothing was seen beyond it.

use super::duty::{Duty, day_and_time};
use crate::mining::week::HOUR;

/// Instants of one resource, or of several with the same hours [us].
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub starts: Vec<i64>,
    /// Left empty where work may go on after the shift: then they say nothing about it.
    pub ends: Vec<i64>,
}

/// An hour belongs to the day when it has this share of what a busy hour has.
const SHARE: f64 = 0.05;
/// A weekday without anything differs from the others when this many were expected: chance leaves none with e^-8.
const EXPECTED: f64 = 8.0;
/// Nothing for so long that this many would be expected: chance leaves none with one in a thousand.
const SILENCE: f64 = 6.9;
/// Round times, the roundest first [s].
const ROUND: [i64; 6] = [3_600, 1_800, 900, 300, 60, 1];
/// Starts at the very end of a stretch that say that its last instant still counts.
const AT_CLOSING: usize = 3;
/// Nobody comes for less [s].
const SHORTEST: u32 = 1_800;
/// With fewer instants nothing can be said.
const FEW: usize = 20;

const DAY: i64 = 24 * HOUR;
const SECOND: i64 = HOUR / 3_600;

/// The hours of duty; `None` when there are too few instants to tell.
pub fn hours(seen: &Seen) -> Option<Duty> {
    // What begins where something else ends is seen once.
    let mut instants: Vec<i64> = seen.starts.iter().chain(&seen.ends).copied().collect();
    instants.sort_unstable();
    instants.dedup();
    let all: Vec<(usize, i64)> = instants.into_iter().map(day_and_time).collect();
    if all.len() < FEW {
        return None;
    }
    let open = hours_by_day(&all);
    if open.iter().all(|day| day.iter().all(|h| *h)) {
        return Some(Duty::always());
    }
    let starts: Vec<(usize, i64)> = seen.starts.iter().map(|&t| day_and_time(t)).collect();
    let mut stretches = Vec::new();
    for (day, hours) in open.iter().enumerate() {
        // Days of the same hours say together where the edges are.
        let alike: Vec<bool> = open.iter().map(|other| other == hours).collect();
        for (from, to) in runs(hours) {
            let near = |list: &[(usize, i64)]| -> Vec<i64> {
                let inside = |t: &i64| (from * HOUR..=to * HOUR).contains(t);
                list.iter().filter(|(d, _)| alike[*d]).map(|(_, t)| *t).filter(inside).collect()
            };
            let opens = if from == 0 { 0 } else { opening(&near(&all)) };
            let closes = if to == 24 { DAY } else { closing(&near(&all), &near(&starts), to) };
            let of_day = day as i64 * DAY;
            if opens < closes {
                stretches.push(((of_day + opens) / SECOND, (of_day + closes) / SECOND));
            }
        }
    }
    let mut open: Vec<(u32, u32)> = Vec::new();
    for (from, to) in stretches {
        let (from, to) = (from as u32, to as u32);
        match open.last_mut() {
            Some(last) if last.1 >= from => last.1 = last.1.max(to),
            _ => open.push((from, to)),
        }
    }
    // Work that is seen at a few moments only says when it is asked for, not when somebody is there.
    let longest = open.iter().map(|(from, to)| to - from).max().unwrap_or(0);
    (longest >= SHORTEST).then_some(Duty { open })
}

/// Which hours of which weekday are open.
fn hours_by_day(all: &[(usize, i64)]) -> [[bool; 24]; 7] {
    let mut counts = [[0.0; 24]; 7];
    all.iter().for_each(|(day, t)| counts[*day][(t / HOUR) as usize] += 1.0);
    let per_day: Vec<f64> = counts.iter().map(|hours| hours.iter().sum()).collect();
    let most = per_day.iter().copied().fold(0.0, f64::max);
    let works: Vec<bool> = per_day.iter().map(|n| *n > SHARE * most).collect();
    let pooled: Vec<f64> =
        (0..24).map(|h| (0..7).filter(|d| works[*d]).map(|d| counts[d][h]).sum()).collect();
    let total: f64 = pooled.iter().sum();
    let peak = pooled.iter().copied().fold(0.0, f64::max);
    let busy: Vec<f64> = pooled.iter().copied().filter(|n| *n >= 0.5 * peak).collect();
    let usual = busy.iter().sum::<f64>() / busy.len() as f64;
    let mut open = [[false; 24]; 7];
    for day in (0..7).filter(|d| works[*d]) {
        for hour in 0..24 {
            let expected = pooled[hour] * per_day[day] / total;
            let seen = counts[day][hour];
            open[day][hour] = if pooled[hour] >= (SHARE * usual).max(2.0) {
                !(expected >= EXPECTED && seen < SHARE * expected)
            } else {
                seen >= (0.2 * usual * per_day[day] / total).max(3.0)
            };
        }
    }
    open
}

/// Stretches of open hours [h, h).
fn runs(hours: &[bool; 24]) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for h in (0..24).filter(|h| hours[*h]) {
        match runs.last_mut() {
            Some(last) if last.1 == h as i64 => last.1 += 1,
            _ => runs.push((h as i64, h as i64 + 1)),
        }
    }
    runs
}

/// The roundest opening time before the first instant that leaves no silence to explain.
fn opening(near: &[i64]) -> i64 {
    let first = near.iter().copied().min().unwrap_or(0);
    let in_an_hour = near.iter().filter(|t| **t - first < HOUR).count() as f64;
    let rate = in_an_hour / HOUR as f64;
    let round = |g: &i64| first / (g * SECOND) * (g * SECOND);
    let fits = |t: &i64| rate * (first - t) as f64 <= SILENCE;
    ROUND.iter().map(round).find(fits).unwrap_or(first)
}

/// The roundest closing time after the last instant; a second later where work begins at that very time.
fn closing(near: &[i64], starts: &[i64], end: i64) -> i64 {
    let last = near.iter().copied().max().unwrap_or(end * HOUR);
    let in_an_hour = near.iter().filter(|t| last - **t < HOUR).count() as f64;
    let rate = in_an_hour / HOUR as f64;
    let round = |g: &i64| (last + g * SECOND - 1) / (g * SECOND) * (g * SECOND);
    let fits = |t: &i64| rate * (t - last) as f64 <= SILENCE;
    let closes = ROUND.iter().map(round).find(fits).unwrap_or(last);
    let at_closing = starts.iter().filter(|t| (closes..closes + SECOND).contains(*t)).count();
    if at_closing >= AT_CLOSING && closes < DAY { closes + SECOND } else { closes }
}

/// Whether hours of its own explain what a resource did so much better than those of its team that they must be its own:
/// instants that are spread over fewer hours are each more likely, and every edge costs as in BIC.
pub fn has_own(seen: &Seen, own: &Duty, team: &Duty) -> bool {
    let instants = seen.starts.iter().chain(&seen.ends);
    let n = instants.clone().count() as f64;
    let outside = |duty: &Duty| instants.clone().filter(|t| !duty.holds(**t)).count() as f64;
    // Outside its hours an instant is taken to be a hundred times less likely.
    let likelihood = |duty: &Duty| -n * (duty.per_week() as f64).ln() - outside(duty) * 100f64.ln();
    let edges = |duty: &Duty| 2.0 * duty.open.len() as f64;
    let price = (edges(own) + 1.0) * n.ln();
    likelihood(own) - likelihood(team) > price
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Key, Purpose};

    const MONDAY: i64 = 4 * DAY;

    fn instants(n: usize, days: &[i64], from: i64, to: i64) -> Vec<i64> {
        let mut u = Key::new(1, 0).stream(Purpose::of("calendars"), n as u64, 0);
        (0..n)
            .map(|i| {
                let day = MONDAY + (i / days.len() / 5) as i64 * 7 * DAY + days[i % days.len()] * DAY;
                day + from + (u.uniform() * (to - from) as f64) as i64
            })
            .collect()
    }

    #[test]
    fn office_hours_come_back() {
        let starts = instants(600, &[0, 1, 2, 3, 4], 8 * HOUR + HOUR / 2, 17 * HOUR);
        let duty = hours(&Seen { starts, ends: Vec::new() }).expect("hours");
        let each: Vec<_> = (0..5).map(|d| (d * 86_400 + 30_600, d * 86_400 + 61_200)).collect();
        assert_eq!(duty.open, each);
    }

    #[test]
    fn a_short_friday_a_break_and_a_night_come_back() {
        let mut starts = instants(800, &[0, 1, 2, 3], 8 * HOUR, 12 * HOUR);
        starts.extend(instants(801, &[0, 1, 2, 3], 13 * HOUR, 17 * HOUR));
        starts.extend(instants(200, &[4], 8 * HOUR, 12 * HOUR));
        let duty = hours(&Seen { starts, ends: Vec::new() }).expect("hours");
        assert_eq!(duty.open.len(), 9);
        assert_eq!(&duty.open[..2], [(28_800, 43_200), (46_800, 61_200)]);
        assert_eq!(duty.open[8], (4 * 86_400 + 28_800, 4 * 86_400 + 43_200));
        let night = instants(600, &[0, 1, 2, 3, 4, 5, 6], 0, DAY);
        assert!(hours(&Seen { starts: night, ends: Vec::new() }).expect("hours").is_always());
    }

    #[test]
    fn work_that_begins_at_closing_time_is_still_in_time() {
        let mut starts = instants(600, &[0, 1, 2, 3, 4], 7 * HOUR, 15 * HOUR);
        starts.extend((0..10).map(|week| MONDAY + week * 7 * DAY + 15 * HOUR));
        let duty = hours(&Seen { starts, ends: Vec::new() }).expect("hours");
        assert_eq!(duty.open[0], (25_200, 54_001));
    }

    #[test]
    fn few_instants_say_nothing_and_a_shift_is_ones_own() {
        assert_eq!(hours(&Seen { starts: vec![MONDAY; 5], ends: Vec::new() }), None);
        let seen = Seen { starts: instants(100, &[0, 1, 2, 3, 4], 6 * HOUR, 14 * HOUR), ends: Vec::new() };
        let day = |from: u32, to: u32| Duty {
            open: (0..5).map(|d| (d * 86_400 + from * 3_600, d * 86_400 + to * 3_600)).collect(),
        };
        assert!(has_own(&seen, &day(6, 14), &day(6, 22)));
        assert!(!has_own(&seen, &day(6, 14), &day(6, 15)));
    }
}
