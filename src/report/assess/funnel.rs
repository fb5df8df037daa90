//! Steps 1 to 4: where to look.

use super::money::{Currency, percent, with_interval};
use crate::assess::{Assessment, Elasticity, Origin, Studied};
use crate::report::document::{Section, Table};
use crate::report::{decimals, number, plain};
use crate::stats::trend::MIN_POINTS;
use crate::stats::{Estimate, Trend};

/// Rows of a table in the document; its file has all.
const ROWS: usize = 15;
/// The share that "a few" are asked to hold.
const FEW: f64 = 0.8;

pub fn groups(a: &Assessment) -> Section {
    let money = Currency(&a.currency);
    let total: f64 = a.groups.iter().map(|g| g.cost).sum();
    let driver = match a.groups.first() {
        Some(first) => format!(
            "{} costs most: {} in {}, {} of {}.",
            first.group,
            money.plain(first.cost),
            a.year,
            percent(first.share),
            money.plain(total)
        ),
        None => "The ledger holds no costs.".to_owned(),
    };
    let few = a.groups.iter().position(|g| g.cumulative >= FEW).map_or(a.groups.len(), |i| i + 1);
    let mut text = Vec::new();
    if a.groups.len() > 2 && few < a.groups.len() {
        text.push(format!(
            "The {few} costliest of {} groups make up {}.",
            a.groups.len(),
            percent(a.groups[few - 1].cumulative)
        ));
    }
    let missing = match a.ledger_missing {
        0 => String::new(),
        1 => "; one cell without an amount was left out".to_owned(),
        n => format!("; {} cells without an amount were left out", number(n as f64, 0)),
    };
    text.push(format!("{} ledger lines were read{missing}.", number(a.ledger_lines as f64, 0)));
    let row = |g: &crate::assess::Ranked| {
        vec![g.group.clone(), money.plain(g.cost), percent(g.share), percent(g.cumulative)]
    };
    Section {
        id: "groups",
        title: "1. Who costs most",
        driver,
        text,
        tables: vec![Table::new(
            format!("Cost of each group in {}", a.year),
            "groups.csv",
            &["group", "cost", "share", "cumulated"],
            a.groups.iter().take(ROWS).map(row).collect(),
        )],
        pictures: &["groups"],
    }
}

pub fn trends(a: &Assessment) -> Section {
    let money = Currency(&a.currency);
    let t = &a.trends;
    let shown: Vec<_> = t.operations.iter().filter_map(|o| Some((o, o.trend?))).collect();
    let rising: Vec<_> = shown.iter().filter(|(_, trend)| trend.rises()).collect();
    let level = format!("{} %", number(100.0 * t.level, 0));
    let years = match t.years.as_slice() {
        [] => "no year".to_owned(),
        [one] => format!("one year ({one})"),
        [first, .., last] => format!("{} years ({first} to {last})", t.years.len()),
    };
    let driver = match (shown.is_empty(), rising.first()) {
        (true, _) if t.years.len() == 1 => {
            format!("One year shows no trend: the ledger has only {} of {}.", t.years[0], t.group)
        }
        (true, _) => format!(
            "No trend can be shown: the ledger has {years} of {}, and fewer than {MIN_POINTS} show none.",
            t.group
        ),
        (false, None) => {
            format!("No operation of {} is shown to cost more every year ({level} together).", t.group)
        }
        (false, Some((o, trend))) => format!(
            "{} rises most: by {} a year, {} of its cost.",
            o.operation,
            money.estimate(&as_estimate(trend, 1.0)),
            percent(trend.slope / o.mean())
        ),
    };
    let mut text = Vec::new();
    if rising.len() > 1 {
        let others: Vec<_> = rising[1..].iter().map(|(o, _)| o.operation.as_str()).collect();
        text.push(format!("Also rising: {}.", others.join(", ")));
    }
    if shown.iter().any(|(_, trend)| !trend.has_interval()) {
        text.push(format!(
            "With so few years the interval of a slope is without bounds at this level: {MIN_POINTS} years that all go up are \
             no more than chance brings once in twelve."
        ));
    }
    if !shown.is_empty() {
        text.push(format!(
            "Slopes are medians over all pairs of years (Theil-Sen), with exact intervals that hold together at {level}. They \
             take the years as independent but for the trend, and costs as the ledger has them, inflation included."
        ));
    }
    let row = |o: &crate::assess::OperationTrend| {
        let last =
            o.costs.last().map_or(String::new(), |(year, cost)| format!("{} ({year})", money.plain(*cost)));
        match o.trend {
            Some(trend) => vec![
                name(&o.operation),
                last,
                money.estimate(&as_estimate(&trend, 1.0)),
                with_interval(&as_estimate(&trend, 0.01 * o.mean())),
                told_p(trend.p_value),
                verdict(&trend).to_owned(),
            ],
            None => {
                let n = o.costs.len();
                let years = if n == 1 { "year" } else { "years" };
                vec![
                    name(&o.operation),
                    last,
                    String::new(),
                    String::new(),
                    String::new(),
                    format!("no trend: {n} {years}"),
                ]
            }
        }
    };
    Section {
        id: "trends",
        title: "2. What grows",
        driver,
        text,
        tables: vec![Table::new(
            format!("Operations of {}, over {years}", t.group),
            "trends.csv",
            &["operation", "cost", "a year more", "% a year", "p (Mann-Kendall)", "trend"],
            t.operations.iter().take(ROWS).map(row).collect(),
        )],
        pictures: &["trends"],
    }
}

fn name(operation: &str) -> String {
    if operation.is_empty() { "(not divided)".to_owned() } else { operation.to_owned() }
}

fn verdict(trend: &Trend) -> &'static str {
    match () {
        _ if trend.rises() => "rises",
        _ if trend.falls() => "falls",
        _ => "not shown",
    }
}

fn told_p(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { number(p, 3) }
}

/// The slope of a trend in units of this size; an interval of ranks has no standard error.
pub fn as_estimate(trend: &Trend, size: f64) -> Estimate {
    let bare = Estimate::without_interval(trend.slope / size, trend.n, trend.level);
    match trend.has_interval() {
        true => Estimate { se: 0.0, lower: trend.lower / size, upper: trend.upper / size, ..bare },
        false => bare,
    }
}

pub fn metrics(a: &Assessment) -> Section {
    let drivers = a.studied.iter().map(|s| match most(s) {
        Some(e) => format!(
            "{}: its cost follows {} most; 1 % more of \u{201c}{}\u{201d} goes with {} % more cost.",
            s.label,
            most_told(s, e),
            e.label,
            e.elasticity.as_ref().map(with_interval).unwrap_or_default()
        ),
        None => format!("{}: none of its metrics is shown to move its cost.", s.label),
    });
    let mut drivers: Vec<String> = drivers.collect();
    drivers.extend(a.without_scenario.iter().map(|o| {
        format!("{o} rises, but the portfolio has no scenario of it: nothing is known of what moves it.")
    }));
    if drivers.is_empty() {
        drivers.push(
            "No operation of the largest group has a scenario: metrics cannot be set against cost."
                .to_owned(),
        );
    }
    let row = |s: &Studied, e: &Elasticity| {
        vec![
            s.label.clone(),
            e.label.clone(),
            level(e),
            e.elasticity.as_ref().map_or("not moved".to_owned(), with_interval),
            origin(&e.origin),
        ]
    };
    let rows: Vec<_> = a.studied.iter().flat_map(|s| s.metrics.iter().map(move |e| row(s, e))).collect();
    let mut text = Vec::new();
    if !rows.is_empty() {
        text.push(
            "An elasticity of 0.4 says: where the metric is 1 % higher, the yearly cost of the operation is 0.4 % higher. Simulated ones are the \
             ratio of both changes between two worlds; those from the past are slopes of the logarithms over the years, which go along with \
             whatever else has changed."
                .to_owned(),
        );
    }
    let tables = match rows.is_empty() {
        true => Vec::new(),
        false => vec![Table::new(
            format!(
                "Elasticity of the yearly cost, with {} % interval for each operation together",
                number(100.0 * a.level, 0)
            ),
            "elasticities.csv",
            &["operation", "metric", "now", "elasticity", "known from"],
            rows,
        )],
    };
    Section {
        id: "metrics",
        title: "3. What moves the cost",
        driver: drivers.join(" "),
        text,
        tables,
        pictures: &["elasticities"],
    }
}

/// The metric that cost is known to follow most: by simulation, which holds all else equal, before the past.
pub fn most(s: &Studied) -> Option<&Elasticity> {
    let beyond = |e: &&Elasticity| e.elasticity.is_some_and(|x| x.has_interval() && !x.contains(0.0));
    let rank = |e: &Elasticity| {
        let simulated = !matches!(e.origin, Origin::History(_));
        (simulated, e.elasticity.map_or(0.0, |x| x.value.abs()))
    };
    let compare = |x: &&Elasticity, y: &&Elasticity| {
        let (x, y) = (rank(x), rank(y));
        x.0.cmp(&y.0).then(x.1.total_cmp(&y.1))
    };
    s.metrics.iter().filter(beyond).max_by(compare)
}

/// The metric that cost follows most, and those whose intervals reach as far: these are not told apart from it.
pub fn most_told(s: &Studied, most: &Elasticity) -> String {
    let size = |e: &Elasticity| {
        e.elasticity.map(|x| (x.lower.abs().min(x.upper.abs()), x.lower.abs().max(x.upper.abs())))
    };
    let least = size(most).map_or(0.0, |(low, _)| low);
    let simulated = s.metrics.iter().filter(|e| !matches!(e.origin, Origin::History(_)));
    let near =
        simulated.filter(|e| e.metric == most.metric || size(e).is_some_and(|(_, high)| high >= least));
    let names: Vec<String> = near.map(|e| format!("\u{201c}{}\u{201d}", e.label)).collect();
    match names.len() {
        0 | 1 => format!("\u{201c}{}\u{201d}", most.label),
        _ => names.join(" or "),
    }
}

fn level(e: &Elasticity) -> String {
    let digits = decimals(e.level.value, e.level.se);
    format!("{} {}", number(e.level.value, digits), e.unit).trim_end().to_owned()
}

pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::MovedBy => "simulation: an input moved".to_owned(),
        Origin::Halving(stage) => format!("simulation: {stage} halved"),
        Origin::History(years) => format!("{years} years of the ledger"),
        Origin::Nothing => "simulation: nothing moves it".to_owned(),
    }
}

pub fn stages(a: &Assessment) -> Section {
    let money = Currency(&a.currency);
    let mut drivers = Vec::new();
    let mut text = Vec::new();
    let mut tables = Vec::new();
    for s in &a.studied {
        let saving = s.halved.first();
        drivers.push(match saving {
            Some(h) if h.cost.has_interval() && h.cost.upper < 0.0 => format!(
                "{}: halving the times of \u{201c}{}\u{201d} would save most, {} a year.",
                s.label,
                h.stage,
                money.estimate(&saved(&h.cost))
            ),
            Some(_) => format!("{}: halving no stage is shown to lower the cost.", s.label),
            None => format!("{}: no stage has times that could be halved.", s.label),
        });
        text.extend(map(s));
        if !s.waiting_only.is_empty() {
            text.push(format!(
                "Nothing but waiting for people, so without a time of its own to halve: {}.",
                s.waiting_only.join(", ")
            ));
        }
        if !s.fixed.is_empty() {
            text.push(format!("Not halved, because their times come from files: {}.", s.fixed.join(", ")));
        }
        let metric_names: Vec<&str> =
            s.halved.first().map_or(Vec::new(), |h| h.metrics.iter().map(|m| m.0.as_str()).collect());
        let first = metric_names.first().copied().unwrap_or_default();
        let row = |h: &crate::assess::Halved| {
            let metric = h.metrics.first().and_then(|m| m.1.as_ref());
            vec![
                h.stage.clone(),
                money.estimate(&h.cost),
                h.percent.as_ref().map_or(String::new(), with_interval),
                metric.map_or(String::new(), with_interval),
            ]
        };
        tables.push(Table::new(
            format!(
                "{}: what halving each stage does ({} before: {} a year){}",
                s.label,
                s.cost_label,
                money.estimate(&s.cost),
                if first.is_empty() { String::new() } else { format!("; metric: {first}") }
            ),
            "stages.csv",
            &["stage", "change of the yearly cost", "in %", "change of the metric in %"],
            s.halved.iter().map(row).collect(),
        ));
    }
    if a.studied.is_empty() {
        drivers.push("There is no operation to look into.".to_owned());
    } else {
        text.push(
            "Halving is a question to the model, not a measure that could be taken: all times that are written for the stage are halved, its queues \
             follow. It shows where time is worth money; who could shorten it is the next step's question."
                .to_owned(),
        );
    }
    Section {
        id: "stages",
        title: "4. Where the time goes",
        driver: drivers.join(" "),
        text,
        tables,
        pictures: &["stages", "map", "handovers"],
    }
}

/// What the log of an operation shows.
fn map(s: &Studied) -> Vec<String> {
    let m = &s.map;
    let from = match &m.log {
        Some(file) => format!("The log {file}"),
        None => "A simulated log".to_owned(),
    };
    let mut text = vec![format!(
        "{} of {} has {} cases in {} rows.{}",
        from,
        lower_first(&s.label),
        number(m.cases as f64, 0),
        number(m.rows as f64, 0),
        m.activities.first().map_or(String::new(), |b| format!(
            " The largest share of its time goes into \u{201c}{}\u{201d} and the waiting before it: {}.",
            b.activity,
            percent(b.share)
        ))
    )];
    let between = m.handovers.iter().find(|h| h.from != h.to && h.waiting.total > 0.0);
    text.extend(between.map(|h| {
        format!(
            "Between teams most waiting lies from {} to {}: {} handovers, {} h each on average.",
            h.from,
            h.to,
            number(h.count as f64, 0),
            plain(h.waiting.mean)
        )
    }));
    text
}

/// A change of cost as a saving.
fn saved(e: &Estimate) -> Estimate {
    Estimate { value: -e.value, lower: -e.upper, upper: -e.lower, ..*e }
}

pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), text.chars().nth(1)) {
        // An abbreviation keeps its capitals.
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}
