//! Titles: the finding in one sentence, guarded. A difference whose interval includes zero is never told as one.

use super::forest::ForestRow;
use super::number::{self, Interval};
use crate::stats::Better;

/// A measure in two arms and its paired change, after minus before; all in `unit`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared<'a> {
    pub before: Interval,
    pub after: Interval,
    pub change: Interval,
    /// "h"; empty for a bare number
    pub unit: &'a str,
}

impl Compared<'_> {
    /// Both levels with the same decimals: those that both errors support, or as many more as the change supports
    /// and it takes to tell them apart. None if they cannot be told apart.
    fn levels(&self) -> Option<(String, String)> {
        let coarse = self.before.headline_decimals().min(self.after.headline_decimals());
        let with = |d: i32| (number::number(self.before.value, d), number::number(self.after.value, d));
        let pair = (coarse..=coarse.max(self.change.headline_decimals()))
            .map(with)
            .find(|(before, after)| before != after);
        pair.map(|(before, after)| (self.with_unit(before), self.with_unit(after)))
    }

    fn amount(&self) -> String {
        self.with_unit(number::number(self.change.value.abs(), self.change.headline_decimals()))
    }

    fn with_unit(&self, number: String) -> String {
        if self.unit.is_empty() { number } else { format!("{number} {}", self.unit) }
    }

    fn is_identical(&self) -> bool {
        self.change.is_known() && self.change.lower == 0.0 && self.change.upper == 0.0
    }

    fn rises(&self) -> bool {
        self.change.value > 0.0
    }

    /// "is 18 h, down from 26 h", or "falls by 0.12 h" where the levels cannot be told apart.
    fn told(&self) -> String {
        match self.levels() {
            Some((before, after)) => {
                format!("is {after}, {} from {before}", if self.rises() { "up" } else { "down" })
            }
            None => format!("{} by {}", if self.rises() { "rises" } else { "falls" }, self.amount()),
        }
    }

    /// The guard: what is said instead if the change is not beyond chance.
    fn guarded(&self, what: &str) -> Option<String> {
        if self.is_identical() {
            return Some(format!("No difference at all in {what}"));
        }
        (!self.change.is_beyond_chance()).then(|| format!("No difference beyond chance in {what}"))
    }
}

/// "Nine in ten buses are back within 31 h, down from 45 h": the quantile at `share` of a duration;
/// `subject` is "buses are back".
pub fn done_within(share: f64, subject: &str, compared: &Compared) -> String {
    let who = format!("{} {subject}", share_in_words(share));
    if let Some(guarded) = compared.guarded(&format!("the time within which {who}")) {
        return guarded;
    }
    let sentence = match compared.levels() {
        Some((before, after)) => {
            format!("{who} within {after}, {} from {before}", if compared.rises() { "up" } else { "down" })
        }
        None => format!("{who} {} {}", compared.amount(), if compared.rises() { "later" } else { "sooner" }),
    };
    capitalised(&sentence)
}

/// "Mean restore time is 18 h, down from 26 h".
pub fn level(name: &str, compared: &Compared) -> String {
    compared.guarded(&listed(&[name])).unwrap_or_else(|| capitalised(&format!("{name} {}", compared.told())))
}

/// "Mean restore time falls by 31 %"; the change is in percent.
pub fn percent_change(name: &str, change: &Interval) -> String {
    if !change.is_beyond_chance() {
        return format!("No difference beyond chance in {name}");
    }
    let verb = if change.value > 0.0 { "rises" } else { "falls" };
    let amount = number::number(change.value.abs(), change.headline_decimals());
    capitalised(&format!("{name} {verb} by {amount} %"))
}

/// "Six of seven metrics improve beyond chance; MTBF does not".
pub fn improvements<'a>(rows: impl IntoIterator<Item = &'a ForestRow>) -> String {
    let rows: Vec<&ForestRow> = rows.into_iter().collect();
    let names = |which: &dyn Fn(&ForestRow) -> bool| -> Vec<&str> {
        rows.iter().filter(|r| which(r)).map(|r| r.label.as_str()).collect()
    };
    let is_better = |r: &ForestRow| (r.change.lower > 0.0) == (r.better == Better::Higher);
    let better = names(&|r| r.change.is_beyond_chance() && is_better(r));
    let worse = names(&|r| r.change.is_beyond_chance() && !is_better(r));
    let unclear = names(&|r| !r.change.is_beyond_chance());
    if let [only] = rows[..] {
        let what = if unclear.is_empty() { "beyond chance" } else { "" };
        return match (better.len(), worse.len()) {
            (1, _) => capitalised(&format!("{} improves {what}", only.label)),
            (_, 1) => capitalised(&format!("{} gets worse {what}", only.label)),
            _ => format!("No difference beyond chance in {}", only.label),
        };
    }
    // Words and figures are not mixed in one sentence.
    let count = |k: usize| if rows.len() <= 12 { count(k) } else { k.to_string() };
    let of = |k: usize| match k == rows.len() {
        true if k == 2 => "both metrics".to_owned(),
        true => format!("all {} metrics", count(k)),
        false => format!("{} of {} metrics", count(k), count(rows.len())),
    };
    let s = |k: usize, one: &'static str, many: &'static str| if k == 1 { one } else { many };
    let sentence = match (better.len(), worse.len()) {
        (0, 0) => format!("no difference beyond chance in any of the {} metrics", count(rows.len())),
        (0, w) => format!("{} {} worse beyond chance, none better", of(w), s(w, "gets", "get")),
        (b, 0) => {
            let rest = match unclear.len() {
                1 | 2 => format!("; {} {} not", listed(&unclear), s(unclear.len(), "does", "do")),
                _ => String::new(),
            };
            format!("{} {} beyond chance{rest}", of(b), s(b, "improves", "improve"))
        }
        (b, w) => {
            let which = if w <= 2 { format!(": {}", listed(&worse)) } else { String::new() };
            let (improve, get) = (s(b, "improves", "improve"), s(w, "gets", "get"));
            format!("{} {improve} beyond chance, {} {get} worse{which}", of(b), count(w))
        }
    };
    capitalised(&sentence)
}

/// "Locating the part takes 4.7 h less, the largest change beyond chance among nine stages": the stage that changes most
/// of those that surely do.
pub fn largest_stage_change(stages: &[(&str, Compared)]) -> String {
    match largest(stages) {
        None => "No difference beyond chance in any stage".to_owned(),
        Some((name, c)) => {
            let more = if c.rises() { "more" } else { "less" };
            let rank = if stages.len() > 1 { rank(stages, " stages") } else { String::new() };
            capitalised(&format!("{name} takes {} {more}{rank}", c.amount()))
        }
    }
}

/// The part of a change that surely is one and is the largest: "One post reaches all changes Time to restore by −1.2 h, the
/// largest of four mechanisms".
pub fn largest_share(what: &str, unit: &str, shares: &[(&str, Interval)]) -> String {
    if !shares.is_empty() && !shares.iter().any(|(_, share)| share.is_known()) {
        return format!("Too few replications to say what any mechanism changes in {what}");
    }
    let sure = shares.iter().filter(|(_, share)| share.is_beyond_chance());
    let Some((name, share)) = sure.max_by(|a, b| a.1.value.abs().total_cmp(&b.1.value.abs())) else {
        return format!("No mechanism changes {what} beyond chance");
    };
    let amount = number::signed(share.value, share.headline_decimals());
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    let size = share.value.abs();
    let alike = shares.iter().filter(|(_, s)| (s.value.abs() - size).abs() <= 1e-9 * size).count();
    let rank = match shares.len() {
        1 => String::new(),
        n if alike > 1 => format!(", as much as {} of {} mechanisms", count(alike), count(n)),
        n => format!(", the largest of {} mechanisms", count(n)),
    };
    capitalised(&format!("{name}: {amount}{unit} in {what}{rank}"))
}

/// The input that surely moves an outcome most: "Reach of the phone moves the change of restore time by 3.1 h, the most of 12
/// inputs".
pub fn widest_swing(what: &str, unit: &str, swings: &[(&str, Interval)]) -> String {
    // What cannot matter has an interval of nothing.
    let told = |i: &Interval| i.is_known() && i.lower < i.upper;
    if swings.iter().any(|(_, swing)| !swing.is_known()) && !swings.iter().any(|(_, swing)| told(swing)) {
        return format!("Too few replications to say which input moves {what}");
    }
    let sure = swings.iter().filter(|(_, swing)| swing.is_beyond_chance());
    let Some((name, swing)) = sure.max_by(|a, b| a.1.value.abs().total_cmp(&b.1.value.abs())) else {
        return format!("No input surely moves {what}");
    };
    let amount = number::number(swing.value.abs(), swing.headline_decimals());
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    let rank = match swings.len() {
        1 => String::new(),
        n => format!(", the most of {n} inputs"),
    };
    capitalised(&format!("{name} moves {what} by {amount}{unit}{rank}"))
}

/// Which of so many inputs matter: "Two of 12 inputs matter for restore time: reach and latency".
pub fn matter(what: &str, clear: &[&str], of: usize) -> String {
    match clear {
        [] => format!("No input moves {what} beyond noise"),
        [only] => capitalised(&format!("one of {of} inputs moves {what} beyond noise: {only}")),
        [..] if clear.len() <= 3 => capitalised(&format!(
            "{} of {of} inputs move {what} beyond noise: {}",
            count(clear.len()),
            clear.join(", ")
        )),
        [first, ..] => capitalised(&format!(
            "{} of {of} inputs move {what} beyond noise, most of all {first}",
            count(clear.len())
        )),
    }
}

/// The arm that changes a measure most, of all that are compared with the same control; None without any.
/// "A third van run: restore time is 18.0 h, down from 19.8 h, the largest change of three".
pub fn best_arm(what: &str, arms: &[(&str, Compared)]) -> Option<String> {
    if let [(_, only)] = arms {
        return Some(level(what, only));
    }
    Some(match (arms.first()?, largest(arms)) {
        (_, None) => format!(
            "No difference beyond chance in {}, in any of {} arms",
            listed(&[what]),
            count(arms.len())
        ),
        (_, Some((name, c))) => {
            capitalised(&format!("{name}: {} {}{}", listed(&[what]), c.told(), rank(arms, " arms")))
        }
    })
}

/// The largest of the changes that are beyond chance.
fn largest<'a, 'b>(all: &'a [(&'b str, Compared<'b>)]) -> Option<&'a (&'b str, Compared<'b>)> {
    let beyond = all.iter().filter(|(_, c)| c.change.is_beyond_chance());
    beyond.max_by(|a, b| a.1.change.value.abs().total_cmp(&b.1.change.value.abs()))
}

/// Of what a change is the largest. One that may be chance may be larger still, so it is said which were looked at.
fn rank(all: &[(&str, Compared)], noun: &str) -> String {
    let n = count(all.len());
    match all.iter().filter(|(_, c)| c.change.is_beyond_chance()).count() {
        1 => format!(", the only change beyond chance among {n}{noun}"),
        sure if sure == all.len() => format!(", the largest change of {n}{noun}"),
        _ => format!(", the largest change beyond chance among {n}{noun}"),
    }
}

/// "2.3 percentage points fewer cases are over within 14 h, more within 40 h", from the difference of two
/// curves at each x with a band that holds for all at once; None where the band includes zero everywhere.
pub fn gap(unit: &str, points: &[(f64, Interval)]) -> Option<String> {
    let most = |sign: f64| {
        let sure = points.iter().filter(|(_, i)| i.is_beyond_chance() && sign * i.value > 0.0);
        sure.max_by(|a, b| a.1.value.abs().total_cmp(&b.1.value.abs()))
    };
    let (more, fewer) = (most(1.0), most(-1.0));
    let size = |side: Option<&(f64, Interval)>| side.map_or(0.0, |(_, i)| i.value.abs());
    let (first, second, words) = match size(more) >= size(fewer) {
        true => (more?, fewer, ["more", "fewer"]),
        false => (fewer?, more, ["fewer", "more"]),
    };
    let within = |x: f64| {
        let number = number::number(x, Interval::bare(x).decimals());
        if unit.is_empty() { number } else { format!("{number} {unit}") }
    };
    let change = first.1;
    let amount = number::number(change.value.abs(), change.headline_decimals());
    let other = second.map_or_else(String::new, |(x, _)| format!(", {} within {}", words[1], within(*x)));
    Some(format!("{amount} percentage points {} cases are over within {}{other}", words[0], within(first.0)))
}

/// How many metrics of each level get better and worse beyond chance, of how many:
/// "Front line 3 better, 9 worse of 18; financial 5 worse of 18 (beyond chance)".
pub fn by_level(levels: &[(&str, (usize, usize, usize))]) -> String {
    let all: usize = levels.iter().map(|(_, t)| t.2).sum();
    if levels.iter().all(|(_, t)| (t.0, t.1) == (0, 0)) {
        return format!("No difference beyond chance in any of {} metrics", count(all));
    }
    let told = levels.iter().map(|(name, (better, worse, of))| {
        let parts: Vec<String> = [(better, "better"), (worse, "worse")]
            .into_iter()
            .filter(|(n, _)| **n > 0)
            .map(|(n, what)| format!("{n} {what}"))
            .collect();
        let parts = if parts.is_empty() { "none".to_owned() } else { parts.join(", ") };
        format!("{} {parts} of {of}", listed(&[name]))
    });
    capitalised(&format!("{} (beyond chance)", told.collect::<Vec<_>>().join("; ")))
}

/// "Restore time differs beyond chance in 12 of 52 weeks"; the intervals of the weeks hold together.
pub fn weeks(name: &str, week: &str, changes: &[Interval]) -> String {
    match changes.iter().filter(|c| c.is_beyond_chance()).count() {
        0 => format!("In no {week} does {} differ beyond chance", listed(&[name])),
        n if n == changes.len() => capitalised(&format!("{name} differs beyond chance in every {week}")),
        n => capitalised(&format!("{name} differs beyond chance in {n} of {} {week}s", changes.len())),
    }
}

/// "Two of nine operating metrics differ beyond chance in some week".
pub fn courses(moved: usize, of: usize, bin: &str) -> String {
    match moved {
        0 => format!("In no {bin} does any of {} operating metrics differ beyond chance", count(of)),
        1 => capitalised(&format!(
            "one of {} operating metrics differs beyond chance in some {bin}",
            count(of)
        )),
        n if n == of => {
            capitalised(&format!("all {} operating metrics differ beyond chance in some {bin}", count(of)))
        }
        n => capitalised(&format!(
            "{} of {} operating metrics differ beyond chance in some {bin}",
            count(n),
            count(of)
        )),
    }
}

/// "Adoption by technicians reaches 67 % by month 7".
pub fn reaches(name: &str, share: f64, when: &str) -> String {
    capitalised(&format!("{name} reaches {} by {when}", number::percent(share, 0)))
}

fn share_in_words(share: f64) -> String {
    let words = [(0.5, "half of the"), (0.75, "three in four"), (0.8, "four in five"), (0.9, "nine in ten")];
    match words.iter().find(|(s, _)| (s - share).abs() < 1e-9) {
        Some((_, words)) => (*words).to_owned(),
        None => {
            let is_whole = (100.0 * share - (100.0 * share).round()).abs() < 1e-6;
            format!("{} of", number::percent(share, i32::from(!is_whole)))
        }
    }
}

fn count(n: usize) -> String {
    const WORDS: [&str; 13] = [
        "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    WORDS.get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

/// Names within a sentence: "Asks per part" begins small there, "MTBF" stays.
fn listed(names: &[&str]) -> String {
    let small = |name: &&str| {
        let mut letters = name.chars();
        match (letters.next(), letters.clone().next()) {
            (Some(first), Some(second)) if second.is_lowercase() => {
                first.to_lowercase().chain(letters).collect()
            }
            _ => (*name).to_owned(),
        }
    };
    names.iter().map(small).collect::<Vec<_>>().join(" and ")
}

/// The first letter in upper case, as in a title; names that begin otherwise stay as they are.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(before: (f64, f64), after: (f64, f64), change: (f64, f64)) -> Compared<'static> {
        let interval = |(value, half): (f64, f64)| Interval::new(value, value - half, value + half);
        Compared { before: interval(before), after: interval(after), change: interval(change), unit: "h" }
    }

    #[test]
    fn a_difference_is_told_with_the_digits_that_both_levels_support() {
        let c = compared((45.3, 2.1), (31.2, 2.2), (-14.1, 2.5));
        assert_eq!(
            done_within(0.9, "buses are back", &c),
            "Nine in ten buses are back within 31 h, down from 45 h"
        );
        assert_eq!(level("mean restore time", &c), "Mean restore time is 31 h, down from 45 h");
        let c = compared((31.2, 4.0), (45.3, 4.0), (14.1, 2.5));
        assert_eq!(
            done_within(0.95, "buses are back", &c),
            "95 % of buses are back within 45 h, up from 31 h"
        );
    }

    #[test]
    fn a_small_sure_change_of_uncertain_levels_is_still_told() {
        let c = compared((26.04, 3.0), (25.96, 3.0), (-0.08, 0.02));
        assert_eq!(level("restore time", &c), "Restore time is 25.96 h, down from 26.04 h");
        let c = Compared { change: Interval::new(-0.08, -0.1, -0.06), after: Interval::bare(26.04), ..c };
        assert_eq!(level("restore time", &c), "Restore time falls by 0.08 h");
    }

    #[test]
    fn what_may_be_chance_is_not_told_as_a_difference() {
        let c = compared((45.0, 2.0), (44.0, 2.0), (-1.0, 1.5));
        assert_eq!(
            done_within(0.9, "buses are back", &c),
            "No difference beyond chance in the time within which nine in ten buses are back"
        );
        assert_eq!(level("MTBF", &c), "No difference beyond chance in MTBF");
        assert_eq!(
            level("MTBF", &compared((45.0, 2.0), (45.0, 2.0), (0.0, 0.0))),
            "No difference at all in MTBF"
        );
        let unknown = Interval::bare(-30.0);
        assert_eq!(percent_change("MTBF", &unknown), "No difference beyond chance in MTBF");
        assert_eq!(percent_change("MTBF", &Interval::new(-30.0, -33.0, -27.0)), "MTBF falls by 30 %");
        assert_eq!(largest_stage_change(&[("locate", c)]), "No difference beyond chance in any stage");
    }

    #[test]
    fn the_forest_is_summed_up_with_what_gets_worse() {
        let row = |label: &str, lower: f64, better| ForestRow {
            label: label.to_owned(),
            levels: Default::default(),
            change: Interval::new(lower + 2.0, lower, lower + 4.0),
            by_chance: None,
            better,
            smallest_effect: None,
        };
        let good = |label| row(label, -9.0, Better::Lower);
        let bad = |label| row(label, -9.0, Better::Higher);
        let open = |label| row(label, -2.0, Better::Lower);
        let told = |rows: &[ForestRow]| improvements(rows);
        assert_eq!(
            told(&[good("A"), good("B"), open("MTBF")]),
            "Two of three metrics improve beyond chance; MTBF does not"
        );
        assert_eq!(
            told(&[good("A"), bad("Own-depot fill")]),
            "One of two metrics improves beyond chance, one gets worse: own-depot fill"
        );
        assert_eq!(told(&[bad("A"), bad("B")]), "Both metrics get worse beyond chance, none better");
        assert_eq!(told(&[open("A"), open("B")]), "No difference beyond chance in any of the two metrics");
        assert_eq!(told(&[good("restore time")]), "Restore time improves beyond chance");
        assert_eq!(told(&[open("restore time")]), "No difference beyond chance in restore time");
    }

    #[test]
    fn the_largest_sure_change_of_a_stage_is_named() {
        let locate = compared((6.8, 0.4), (2.1, 0.3), (-4.7, 0.4));
        let wait = compared((90.0, 9.0), (80.0, 9.0), (-10.0, 12.0));
        assert_eq!(
            largest_stage_change(&[("locating the part", locate), ("waiting", wait)]),
            "Locating the part takes 4.7 h less, the only change beyond chance among two stages"
        );
        let diagnosis = compared((9.0, 0.4), (8.0, 0.3), (-1.0, 0.4));
        assert_eq!(
            largest_stage_change(&[
                ("locating the part", locate),
                ("waiting", wait),
                ("diagnosis", diagnosis)
            ]),
            "Locating the part takes 4.7 h less, the largest change beyond chance among three stages"
        );
        assert_eq!(
            largest_stage_change(&[("locating the part", locate), ("diagnosis", diagnosis)]),
            "Locating the part takes 4.7 h less, the largest change of two stages"
        );
        let band = |value: f64| Interval::new(value, value - 1.0, value + 1.0);
        assert_eq!(gap("h", &[(2.0, band(0.9)), (4.0, band(-0.9))]), None);
        assert_eq!(
            gap("h", &[(2.0, band(0.9)), (14.2, band(-3.2)), (20.0, band(-2.0))]).as_deref(),
            Some("3 percentage points fewer cases are over within 14.2 h")
        );
        assert_eq!(
            gap("h", &[(2.0, band(1.4)), (14.2, band(-3.2))]).as_deref(),
            Some("3 percentage points fewer cases are over within 14.2 h, more within 2.00 h")
        );
        assert_eq!(
            reaches("adoption by technicians", 0.666, "month 7"),
            "Adoption by technicians reaches 67 % by month 7"
        );
    }
}
