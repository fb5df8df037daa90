//! The charts of the five steps.

use super::funnel::{as_estimate, lower_first, most, most_told, origin};
use super::money::Currency;
use crate::assess::portfolio::Sort;
use crate::assess::{Assessment, Studied};
use crate::chart::{ForestChart, ForestGroup, ForestRow, Interval, ParetoBar, ParetoChart};
use crate::report::{Picture, number};
use crate::stats::{Better, Estimate};

/// Money in charts is in thousands.
const THOUSAND: f64 = 1e3;

pub fn pictures(a: &Assessment, maps: Vec<Picture>) -> Vec<Picture> {
    let footer = format!("{}, turnaround {}", a.title, env!("CARGO_PKG_VERSION"));
    let mut all = vec![groups(a, &footer)];
    all.extend(trends(a, &footer));
    all.extend(elasticities(a, &footer));
    all.extend(a.studied.iter().filter_map(|s| stages(a, s, &footer)));
    all.extend(maps);
    all.extend(candidates(a, &footer));
    all
}

fn groups(a: &Assessment, footer: &str) -> Picture {
    let money = Currency(&a.currency);
    let bar = |(i, g): (usize, &crate::assess::Ranked)| ParetoBar {
        label: g.group.clone(),
        share: g.share,
        note: money.plain(g.cost),
        strong: i == 0,
    };
    let chart = ParetoChart {
        title: match a.groups.first() {
            Some(g) => format!("{} costs most: {} % of all", g.group, number(100.0 * g.share, 0)),
            None => "No costs".to_owned(),
        },
        subtitle: format!("Cost by group in {}; each bar begins where the one before it ends", a.year),
        footer: footer.to_owned(),
        x_label: "Cumulated share of the cost [%]".to_owned(),
        bars: a.groups.iter().enumerate().map(bar).collect(),
    };
    Picture {
        name: "groups".to_owned(),
        caption: "Groups by cost, the largest first: a Pareto chart. The dashed line marks 80 %.".to_owned(),
        file: "groups.csv",
        svg: chart.svg(),
        title: chart.title,
    }
}

fn scaled(e: &Estimate, size: f64) -> Interval {
    Interval::new(e.value / size, e.lower / size, e.upper / size)
}

fn row(label: &str, levels: [String; 2], change: Interval, better: Better) -> ForestRow {
    ForestRow { label: label.to_owned(), levels, change, by_chance: None, better, smallest_effect: None }
}

struct Frame<'a> {
    name: String,
    caption: &'static str,
    file: &'static str,
    title: String,
    subtitle: String,
    footer: &'a str,
    x_label: &'a str,
    level_labels: [&'a str; 2],
    interval_label: String,
    meanings: [&'static str; 2],
}

/// A picture of intervals, row by row.
fn forest(frame: Frame, groups: Vec<ForestGroup>) -> Picture {
    let chart = ForestChart {
        title: frame.title,
        subtitle: frame.subtitle,
        footer: frame.footer.to_owned(),
        x_label: frame.x_label.to_owned(),
        level_labels: frame.level_labels.map(str::to_owned),
        interval_label: frame.interval_label,
        meanings: frame.meanings,
        groups,
        x_range: None,
    };
    Picture {
        name: frame.name,
        caption: frame.caption.to_owned(),
        file: frame.file,
        svg: chart.svg(),
        title: chart.title,
    }
}

fn level(a: &Assessment) -> String {
    format!("{} %", number(100.0 * a.level, 0))
}

fn trends(a: &Assessment, footer: &str) -> Option<Picture> {
    let t = &a.trends;
    let money = Currency(&a.currency);
    let shown: Vec<_> = t.operations.iter().filter_map(|o| Some((o, o.trend?))).collect();
    let rising = shown.iter().filter(|(_, trend)| trend.rises()).count();
    let rows = shown.iter().map(|(o, trend)| {
        let last = o.costs.last().map_or(String::new(), |(_, cost)| money.plain(*cost));
        let change = scaled(&as_estimate(trend, 0.01 * o.mean()), 1.0);
        row(&o.operation, [last, String::new()], change, Better::Lower)
    });
    let rows: Vec<_> = rows.collect();
    let (first, last) = (t.years.first()?, t.years.last()?);
    let title = match (rising, rows.len()) {
        (0, n) => format!("None of {n} operations is shown to cost more every year"),
        (1, _) => {
            let (o, trend) = shown.iter().find(|(_, trend)| trend.rises())?;
            format!("{} rises by {} % a year", o.operation, number(100.0 * trend.slope / o.mean(), 1))
        }
        (k, n) => format!("{k} of {n} operations cost more every year"),
    };
    (!shown.is_empty()).then(|| forest(
        Frame {
            name: "trends".to_owned(),
            caption: "Yearly growth of each operation's cost. A hollow mark: the interval includes zero, so no trend is shown.",
            file: "trends.csv",
            title,
            subtitle: format!(
                "Theil-Sen slope of the yearly cost in % of its mean, {first} to {last}; {} intervals together",
                level(a)
            ),
            footer,
            x_label: "Change of the yearly cost [% a year]",
            level_labels: ["Cost", ""],
            interval_label: format!("% a year [{} interval]", level(a)),
            meanings: ["falls", "rises"],
        },
        vec![ForestGroup { name: t.group.clone(), rows }],
    ))
}

fn elasticities(a: &Assessment, footer: &str) -> Option<Picture> {
    let group = |s: &Studied| {
        let mut all: Vec<_> = s.metrics.iter().filter_map(|e| Some((e, e.elasticity?))).collect();
        all.sort_by(|x, y| y.1.value.abs().total_cmp(&x.1.value.abs()));
        let rows = all.iter().map(|(e, x)| {
            let known = origin(&e.origin);
            let known = known.strip_prefix("simulation: ").unwrap_or(&known).to_owned();
            row(
                &format!("{} ({known})", e.label),
                [String::new(), String::new()],
                scaled(x, 1.0),
                Better::Higher,
            )
        });
        ForestGroup { name: s.label.clone(), rows: rows.collect() }
    };
    let groups: Vec<_> = a.studied.iter().map(group).filter(|g| !g.rows.is_empty()).collect();
    let title = match a.studied.iter().find_map(|s| Some((s, most(s)?))) {
        Some((s, e)) => format!("The cost of {} follows {} most", lower_first(&s.label), most_told(s, e)),
        None => "No metric is shown to move the cost".to_owned(),
    };
    groups.first()?;
    Some(forest(
        Frame {
            name: "elasticities".to_owned(),
            caption: "How far cost follows each metric, and what moved the metric. A hollow mark: not beyond chance.",
            file: "elasticities.csv",
            title,
            subtitle: format!(
                "Change of the yearly cost for 1 % more of the metric [%]; {} intervals together",
                level(a)
            ),
            footer,
            x_label: "Elasticity of the yearly cost",
            level_labels: ["", ""],
            interval_label: format!("elasticity [{} interval]", level(a)),
            meanings: ["cost rises with it", "cost falls with it"],
        },
        groups,
    ))
}

fn stages(a: &Assessment, s: &Studied, footer: &str) -> Option<Picture> {
    let first = s.halved.first()?;
    let rows = s.halved.iter().map(|h| {
        let saved =
            Interval::new(-h.cost.value / THOUSAND, -h.cost.upper / THOUSAND, -h.cost.lower / THOUSAND);
        row(&h.stage, [String::new(), String::new()], saved, Better::Higher)
    });
    let rows: Vec<_> = rows.collect();
    let title = match first.cost.has_interval() && first.cost.upper < 0.0 {
        true => format!("{}: half the time of \u{201c}{}\u{201d} would save most", s.label, first.stage),
        false => format!("{}: half the time of no stage is shown to save money", s.label),
    };
    Some(forest(
        Frame {
            name: format!("stages_{}", s.operation),
            caption: "What halving the times of each stage would save. A hollow mark: not beyond chance.",
            file: "stages.csv",
            title,
            subtitle: format!(
                "Saved a year if all times of a stage were halved, a question to the model and no measure; {} intervals together; {} paired replications",
                level(a),
                a.replications
            ),
            footer,
            x_label: &format!("Saved [thousand {} a year]", a.currency),
            level_labels: ["", ""],
            interval_label: format!("thousand {} a year [{} interval]", a.currency, level(a)),
            meanings: ["saves", "costs more"],
        },
        vec![ForestGroup { name: String::new(), rows }],
    ))
}

fn candidates(a: &Assessment, footer: &str) -> Option<Picture> {
    let money = Currency(&a.currency);
    let (top, others) = (a.choice.order.first()?, "Not software");
    let rows = |sort: Sort| -> Vec<ForestRow> {
        let own = a.choice.order.iter().map(|i| &a.candidates[*i]).filter(|v| v.sort == sort);
        own.map(|v| {
            let label = if v.expected { format!("{} (expected)", v.label) } else { v.label.clone() };
            row(
                &label,
                [money.plain(v.saving.value), money.plain(v.upfront)],
                scaled(&v.npv, THOUSAND),
                Better::Higher,
            )
        })
        .collect()
    };
    let groups = vec![
        ForestGroup { name: "The tool at each place".to_owned(), rows: rows(Sort::Tool) },
        ForestGroup { name: others.to_owned(), rows: rows(Sort::Other) },
    ];
    let title = match a.choice.best.map(|best| &a.candidates[best]) {
        Some(best) if a.choice.is_settled() => format!("{} is worth most", best.label),
        Some(best) => format!("{} is worth more than it costs", best.label),
        None => format!(
            "Do nothing: not even \u{201c}{}\u{201d} is shown to be worth its cost",
            a.candidates[*top].label
        ),
    };
    Some(forest(
        Frame {
            name: "candidates".to_owned(),
            caption: "What each candidate is worth against doing nothing, the zero line. A hollow mark: not told apart from it.",
            file: "candidates.csv",
            title,
            subtitle: format!(
                "Net present value over {} years at {} % a year, against doing nothing; {} intervals together; {} paired replications",
                a.money.horizon,
                number(100.0 * a.money.discount, 1),
                level(a),
                a.replications
            ),
            footer,
            x_label: &format!("Net present value [thousand {}]", a.currency),
            level_labels: ["Saves a year", "At the start"],
            interval_label: format!("thousand {} [{} interval]", a.currency, level(a)),
            meanings: ["better than nothing", "worse than nothing"],
        },
        groups.into_iter().filter(|g| !g.rows.is_empty()).collect(),
    ))
}
