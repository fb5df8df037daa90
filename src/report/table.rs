//! The comparison on a terminal: one row per metric, one block per arm.

use super::figures::{bound_decimals, decimals, number, plain};
use super::inputs;
use crate::experiment::{ArmResults, Between, Change, Ending, MetricInfo, Results, forecast};
use crate::model::{Better, Level};
use crate::stats::{Estimate, Verdict};
use std::fmt::Write;

/// Columns of characters that the table keeps within.
pub const WIDTH: usize = 160;
const GAP: usize = 2;
/// The least width of the column of labels.
const USUAL_LABEL: usize = 20;
/// The same where the other columns are wide.
const SHORTEST_LABEL: usize = 12;

/// The results as text; `more` is what else is found, below the metrics, and `run_folder` is named at the end.
pub fn table(results: &Results, more: &str, run_folder: Option<&str>) -> String {
    let mut text = String::new();
    let title = if results.title.is_empty() { &results.scenario } else { &results.title };
    line(&mut text, title);
    match results.arms.as_slice() {
        [only] => {
            block(&mut text, &results.metrics, &single_header(results, only), &|i| single(results, only, i))
        }
        [control, others @ ..] => {
            for arm in others {
                let header = header(results, control, arm);
                block(&mut text, &results.metrics, &header, &|i| compared(results, control, arm, i));
            }
        }
        [] => {}
    }
    text.push_str(more);
    text.push('\n');
    footer(results, run_folder).iter().for_each(|sentence| paragraph(&mut text, sentence));
    results.notes.iter().for_each(|note| paragraph(&mut text, &format!("note: {note}")));
    text
}

/// Rows of the first comparison, or of the only arm, for these metrics.
pub fn excerpt(results: &Results, metrics: &[usize]) -> String {
    let infos: Vec<MetricInfo> = metrics.iter().map(|i| results.metrics[*i].clone()).collect();
    let mut text = String::new();
    match results.arms.as_slice() {
        [control, arm, ..] => {
            let row = |i: usize| compared(results, control, arm, metrics[i]);
            block(&mut text, &infos, &header(results, control, arm), &row);
        }
        [only] => {
            block(&mut text, &infos, &single_header(results, only), &|i| single(results, only, metrics[i]));
        }
        [] => {}
    }
    text
}

/// What has changed from one finished run (A) to another (B), as text.
pub fn comparison(between: &Between, level: f64) -> String {
    let Between { metrics, primary, before, after, changes, .. } = between;
    let header = change_header("A".to_owned(), "B".to_owned(), level, false);
    let row =
        |i: usize| change_row(&metrics[i], *primary == Some(i), &before[i], &after[i], &changes[i], None);
    let mut text = String::new();
    block(&mut text, metrics, &header, &row);
    text
}

/// At which level the changes of [`comparison`] hold, as text.
pub fn comparison_levels(between: &Between, level: f64) -> String {
    let mut text = String::new();
    paragraph(&mut text, &levels_told(&between.metrics, between.primary, level, 1));
    text
}

/// Header and rows, grouped by level.
fn block(
    text: &mut String,
    metrics: &[MetricInfo],
    header: &Vec<String>,
    row: &dyn Fn(usize) -> Vec<String>,
) {
    let rows: Vec<Vec<String>> = (0..metrics.len()).map(row).collect();
    let widest = |column: usize| {
        let cells = rows.iter().chain([header]).map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..header.len()).map(widest).collect();
    let rest: usize = widths[1..].iter().map(|w| w + GAP).sum();
    // As wide as the longest label that has room; the others have lines of their own.
    let room = WIDTH.saturating_sub(rest).max(SHORTEST_LABEL);
    let labels = rows.iter().map(|row| row[0].chars().count());
    let longest = labels.filter(|label| *label <= room).max().unwrap_or(0);
    widths[0] = longest.max(USUAL_LABEL.min(room));
    text.push('\n');
    write_row(text, header, &widths);
    for level in [Level::FrontLine, Level::Operating, Level::Financial] {
        let mut of_level = metrics.iter().zip(&rows).filter(|(m, _)| m.level == level).peekable();
        if of_level.peek().is_some() {
            line(text, level_name(level));
        }
        of_level.for_each(|(_, row)| write_row(text, row, &widths));
    }
}

fn header(results: &Results, control: &ArmResults, arm: &ArmResults) -> Vec<String> {
    change_header(control.name.clone(), arm.name.clone(), results.level, results.inputs.is_some())
}

fn change_header(before: String, after: String, level: f64, carried: bool) -> Vec<String> {
    let mut header = vec![String::new(), before, after, format!("change [{} interval]", percent_of(level))];
    match carried {
        true => header.extend(["%", "if inputs were exact", "inputs"].map(str::to_owned)),
        false => header.push("in % [interval]".to_owned()),
    }
    header.extend(["matters".to_owned(), "verdict".to_owned()]);
    header
}

fn compared(results: &Results, control: &ArmResults, arm: &ArmResults, i: usize) -> Vec<String> {
    let primary = results.primary == Some(i);
    let a = results.arms.iter().position(|other| std::ptr::eq(other, arm)).unwrap_or(0);
    let effect = results.inputs.as_ref().and_then(|inputs| inputs.on_changes[a][i].as_ref());
    let share = effect.map(|effect| (effect.share, effect.shown));
    let carried = results.inputs.is_some().then_some(share);
    change_row(&results.metrics[i], primary, control.level(i), arm.level(i), &arm.changes[i], carried)
}

fn change_row(
    metric: &MetricInfo,
    is_primary: bool,
    before: &Estimate,
    after: &Estimate,
    change: &Change,
    carried: Option<Option<(f64, bool)>>,
) -> Vec<String> {
    let scale = Scale::of(&[before, after]);
    // At the level of the verdict, so that the interval never contradicts it.
    let [before, after, difference] = [before, after, &change.adjusted].map(|e| scale.apply(e));
    let digits = level_decimals(&before, &after);
    let mut row = vec![
        metric_label(metric, is_primary, scale),
        value(&before, digits[0]),
        value(&after, digits[1]),
        interval(&difference),
    ];
    match (carried, &change.exact) {
        (Some(share), Some(exact)) => {
            row.push(change.adjusted_percent.as_ref().map_or_else(String::new, percent_value));
            let exact = scale.apply(&exact.adjusted);
            let shown = exact.has_interval() && !exact.is_identical();
            row.push(if shown { bounds(&exact, value_decimals(&exact)) } else { String::new() });
            let told = |(share, shown): (f64, bool)| {
                percent_of(inputs::rounded(share)) + if shown || share == 0.0 { "" } else { "?" }
            };
            // Of a change without an interval there is no share.
            let share = share.filter(|_| difference.has_interval());
            row.push(share.map_or_else(String::new, told));
        }
        _ => row.push(change.adjusted_percent.as_ref().map_or_else(String::new, interval)),
    }
    row.extend([
        change.matters.map_or_else(String::new, |m| plain(m / scale.size)),
        verdict(change, metric.better),
    ]);
    row
}

/// A percent change without its interval: as many digits as that supports, three at most.
fn percent_value(e: &Estimate) -> String {
    number(e.value, if e.value == 0.0 { 0 } else { value_decimals(e).min(decimals(e.value, 0.0)) })
}

/// Large numbers are written in millions, which the unit says.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    size: f64,
    prefix: &'static str,
}

impl Scale {
    pub fn of(levels: &[&Estimate]) -> Self {
        let is_large = |e: &&Estimate| e.value.is_finite() && e.value.abs() >= 1e7;
        match levels.iter().any(is_large) {
            true => Self { size: 1e6, prefix: "million" },
            false => Self { size: 1.0, prefix: "" },
        }
    }

    /// "million $/y"
    pub fn unit(self, unit: &str) -> String {
        [self.prefix, unit].join(" ").trim().to_owned()
    }

    pub fn apply(self, e: &Estimate) -> Estimate {
        let size = self.size;
        Estimate {
            value: e.value / size,
            se: e.se / size,
            lower: e.lower / size,
            upper: e.upper / size,
            ..*e
        }
    }
}

fn single_header(results: &Results, arm: &ArmResults) -> Vec<String> {
    vec![String::new(), arm.name.clone(), format!("{} interval", percent_of(results.level))]
}

fn single(results: &Results, arm: &ArmResults, i: usize) -> Vec<String> {
    let scale = Scale::of(&[&arm.estimates[i]]);
    let e = scale.apply(arm.level(i));
    let digits = value_decimals(&e);
    let bounds = if e.has_interval() { bounds(&e, digits) } else { "none".to_owned() };
    let label = metric_label(&results.metrics[i], results.primary == Some(i), scale);
    vec![label, number(e.value, digits), bounds]
}

/// "Restore time, mean [h]"; the primary has a star.
fn metric_label(metric: &MetricInfo, is_primary: bool, scale: Scale) -> String {
    let MetricInfo { label, name, unit, .. } = metric;
    let label = if label.is_empty() { name } else { label };
    let star = if is_primary { "* " } else { "  " };
    let unit = scale.unit(unit);
    let unit = if unit.is_empty() { String::new() } else { format!(" [{unit}]") };
    format!("{star}{label}{unit}")
}

/// The decimals that the error supports. Where the interval leaves out zero, no bound is rounded to zero, lest the numbers contradict
/// the verdict.
pub(super) fn value_decimals(e: &Estimate) -> i32 {
    let own = decimals(e.value, e.half_width());
    if !e.has_interval() || e.contains(0.0) {
        return own;
    }
    let vanishes = |bound: f64, d: i32| bound != 0.0 && bound.abs() < 0.5 * 10f64.powi(-d);
    (own..own + 3).find(|&d| !vanishes(e.lower, d) && !vanishes(e.upper, d)).unwrap_or(own)
}

/// One rounding for two levels, so that they can be compared by eye; each its own where that would invent digits.
pub(super) fn level_decimals(before: &Estimate, after: &Estimate) -> [i32; 2] {
    let own = [before, after].map(value_decimals);
    let most = own[0].max(own[1]);
    own.map(|digits| if most - digits > 1 { digits } else { most })
}

/// The digits at which two levels and their change are rounded alike: what the change supports, and up to three more, so that a reader
/// who subtracts the levels gets the change. None where that would take too many.
pub(super) fn digits_alike(before: &Estimate, after: &Estimate, change: &Estimate) -> Option<i32> {
    const MOST: i32 = 7;
    let top = before.value.abs().max(after.value.abs());
    if !(top.is_finite() && top > 0.0) || change.value == 0.0 || !change.has_interval() {
        return None;
    }
    let least = value_decimals(change);
    let most = (MOST - 1 - top.log10().floor() as i32).min(least + 3);
    let agree = |digits: &i32| {
        let [before, after, change] =
            [before, after, change].map(|e| (e.value * 10f64.powi(*digits)).round());
        before + change == after
    };
    (least..=most).find(agree)
}

pub(super) fn value(e: &Estimate, digits: i32) -> String {
    // An error that these digits do not show is none.
    if !e.has_interval() || e.half_width() < 0.5 * 10f64.powi(-digits) {
        return number(e.value, if e.value == 0.0 { 0 } else { digits });
    }
    format!("{} \u{b1} {}", number(e.value, digits), number(e.half_width(), digits))
}

pub(super) fn interval(e: &Estimate) -> String {
    interval_with(e, value_decimals(e))
}

pub(super) fn interval_with(e: &Estimate, digits: i32) -> String {
    if e.is_identical() {
        return "0".to_owned();
    }
    if !e.has_interval() {
        return format!("{}, no interval", number(e.value, digits));
    }
    format!("{} {}", number(e.value, digits), bounds(e, digits))
}

pub(super) fn bounds(e: &Estimate, digits: i32) -> String {
    let [lower, upper] = [e.lower, e.upper].map(|x| number(x, bound_decimals(x, digits)));
    format!("[{lower}, {upper}]")
}

/// The verdict in a cell. What is beyond chance, but may be less than what matters, is said to be better or worse all the same.
pub(super) fn verdict(change: &Change, better: Better) -> String {
    let difference = &change.adjusted;
    let clear = difference.has_interval() && !difference.contains(0.0);
    let open = match (clear, (difference.value > 0.0) == (better == Better::Higher)) {
        (false, _) => "not settled",
        (true, true) => "better; size not settled",
        (true, false) => "worse; size not settled",
    };
    match change.verdict {
        Some(Verdict::NotSettled { more_replications: Some(more) }) => {
            format!("{open} (+{})", number(forecast(more) as f64, 0))
        }
        Some(Verdict::NotSettled { more_replications: None }) => open.to_owned(),
        Some(verdict) => verdict.key().replace('_', " "),
        None if difference.is_identical() => "identical".to_owned(),
        None if !difference.has_interval() || difference.contains(0.0) => "no change shown".to_owned(),
        None if difference.value < 0.0 => "lower".to_owned(),
        None => "higher".to_owned(),
    }
}

fn footer(results: &Results, run_folder: Option<&str>) -> Vec<String> {
    let mut lines = vec![runs(results)];
    for arm in results.arms.iter().skip(1) {
        lines.extend(efficiency(results, arm));
    }
    if results.arms.len() > 1 {
        let arms = results.arms.len() - 1;
        lines.push(levels_told(&results.metrics, results.primary, results.level, arms));
    }
    lines.extend(inputs::carried(results));
    lines.extend(driven(results));
    lines.push(open_cases(results));
    lines.extend(run_folder.map(|folder| format!("Run folder: {folder}")));
    lines
}

/// What the inputs do to the primary, arm by arm.
fn driven(results: &Results) -> Vec<String> {
    let (Some(inputs), Some(primary)) = (&results.inputs, results.primary) else { return Vec::new() };
    let arms = results.arms.iter().zip(&inputs.on_changes).enumerate().skip(1);
    arms.filter_map(|(a, (arm, effects))| {
        let told = inputs::told(inputs, effects[primary].as_ref()?, &results.metrics[primary]);
        let indices = inputs::indices(inputs, a).map_or_else(String::new, |told| format!(" {told}."));
        Some(format!("Change of the primary (*) in {}: {told}{indices}", arm.name))
    })
    .collect()
}

pub(super) fn runs(results: &Results) -> String {
    let several = results.arms.len() > 1;
    let paired = if several && results.crn { "paired " } else { "" };
    let each = if several { " of each arm" } else { "" };
    let ending = match results.ending {
        Ending::Planned => "",
        Ending::Precise => " (the precision asked for was reached)",
        Ending::Capped => " (the most allowed; the precision asked for was not reached)",
        Ending::Cancelled => " (stopped early)",
    };
    let n = results.replications;
    let warm_up = match (results.warm_up.seconds, results.warm_up.automatic) {
        (0.0, false) => "no warm-up".to_owned(),
        (seconds, false) => format!("after a warm-up of {}", span(seconds)),
        (seconds, true) => format!("after a warm-up of {}, found by MSER-5", span(seconds)),
    };
    let window = span(results.window);
    format!("{n} {paired}replications{each}{ending}, seed {}; window {window}, {warm_up}.", results.seed)
}

/// What common random numbers were worth; None where that is not known.
pub(super) fn efficiency(results: &Results, arm: &ArmResults) -> Option<String> {
    let (efficiency, primary) = (arm.efficiency?, &results.metrics[results.primary?]);
    // Without it the plan is a guess: too few replications, or a difference that does not vary.
    let factor = plain(efficiency.variance_reduction?);
    let count = |n: Option<usize>| n.map_or("more than 10 million".to_owned(), |n| number(n as f64, 0));
    let goal = plain(efficiency.half_width);
    let unit = if primary.unit.is_empty() { String::new() } else { format!(" {}", primary.unit) };
    Some(format!(
        "Common random numbers, {} on the primary (*): variance reduction factor {factor}; \u{b1}{goal}{unit} needs {} replications, {} without.",
        arm.name,
        count(efficiency.needed.with_crn),
        count(efficiency.needed.without_crn)
    ))
}

/// At which level intervals and verdicts hold, and with how many others; `arms` are compared with the same control.
fn levels_told(metrics: &[MetricInfo], primary: Option<usize>, level: f64, arms: usize) -> String {
    let level = percent_of(level);
    let others = metrics.iter().enumerate().filter(|(i, _)| primary != Some(*i));
    let (neutral, judged): (Vec<_>, Vec<_>) = others.partition(|(_, m)| m.better == Better::Neutral);
    let mut parts = Vec::new();
    if primary.is_some() {
        parts.push(format!("{level} for the primary (*)"));
    }
    match judged.len() {
        0 => {}
        1 => parts.push(format!("{level} for the other judged one")),
        n => parts.push(format!("{level} for the other {n} judged ones together (Holm)")),
    }
    if !neutral.is_empty() {
        parts.push(format!("{level} for each that is not judged"));
    }
    let across = if arms > 1 { format!(", shared by {arms} arms (Bonferroni)") } else { String::new() };
    format!(
        "Changes have the interval of their verdict: {}{across}; \u{b1} of a level holds by itself, at {level}. (+n): so many more \
         replications would settle it.",
        parts.join(", ")
    )
}

pub(super) fn open_cases(results: &Results) -> String {
    let shares = results.arms.iter().flat_map(|arm| arm.open.iter().copied());
    let worst = shares.fold(0.0, f64::max);
    if worst == 0.0 {
        return "Censored: none of the values behind the metrics.".to_owned();
    }
    let restricted = match results.follow_up.is_finite() {
        true => format!("; durations are restricted to {} in all arms", span(results.follow_up)),
        false => String::new(),
    };
    format!("Censored: up to {} % of the cases were still open{restricted}.", plain(100.0 * worst))
}

/// A length of time in words.
pub(super) fn span(seconds: f64) -> String {
    let (size, unit) = match seconds {
        s if s >= 2.0 * 86_400.0 => (86_400.0, "d"),
        s if s >= 2.0 * 3_600.0 => (3_600.0, "h"),
        s if s >= 2.0 * 60.0 => (60.0, "min"),
        _ => (1.0, "s"),
    };
    format!("{} {unit}", plain(seconds / size))
}

pub(super) fn percent_of(level: f64) -> String {
    format!("{} %", plain(100.0 * level))
}

pub(super) fn level_name(level: Level) -> &'static str {
    match level {
        Level::FrontLine => "Front line",
        Level::Operating => "Operating",
        Level::Financial => "Financial",
    }
}

/// The label to the left, figures to the right, the verdict (and what else comes last) to the left. A label without room
/// has a line of its own.
fn write_row(text: &mut String, cells: &[String], widths: &[usize]) {
    let mut row = String::new();
    let is_long = cells[0].chars().count() > widths[0];
    if is_long {
        line(text, &cells[0]);
    }
    for (i, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let gap = if i == 0 { 0 } else { GAP };
        let _ = match i {
            0 => write!(row, "{:<width$}", if is_long { "" } else { cell }),
            _ if i + 1 == cells.len() => write!(row, "{:gap$}{cell:<width$}", ""),
            _ => write!(row, "{:gap$}{cell:>width$}", ""),
        };
    }
    line(text, row.trim_end());
}

/// A paragraph broken at blanks.
fn paragraph(text: &mut String, sentence: &str) {
    let mut row = String::new();
    for word in sentence.split(' ') {
        if !row.is_empty() && row.chars().count() + 1 + word.chars().count() > WIDTH {
            line(text, &row);
            row = "  ".to_owned();
        } else if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(word);
    }
    line(text, &row);
}

fn line(text: &mut String, row: &str) {
    text.push_str(row);
    text.push('\n');
}
