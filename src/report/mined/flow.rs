//! What follows what: the process map, the variants, and what is done again.

use super::pictures::{Colors, HOUR, median, quoted};
use crate::chart::number;
use crate::chart::{
    Aside, Bar, MapChart, MapLink, MapNode, ProcessMap, StackedChart, VariantRow, VariantsChart,
};
use crate::eventlog::Filter;
use crate::mining::{self, Dfg, Study};
use crate::report::Picture;
use std::collections::BTreeMap;

/// Activities of a map that can be read.
const NODES: usize = 14;
/// Arrows that together are this share of all are drawn, and the strongest into and out of each activity; never more
/// than `LINKS` beside these.
const SHOWN: f64 = 0.9;
const LINKS: usize = 26;
/// Arrows drawn with emphasis.
const STRONG: usize = 3;

/// Frequency and performance in one map.
pub fn map(study: &Study, footer: &str) -> Option<Picture> {
    let log = &study.log;
    let mut order: Vec<_> = study.dfg().activities.iter().collect();
    order.sort_by_key(|node| std::cmp::Reverse(node.rows));
    let rare = order.split_off(NODES.min(order.len()));
    // Without the rare activities, what follows what is counted anew, so that the map stays one of whole cases.
    let filtered = (!rare.is_empty()).then(|| {
        let names = order.iter().map(|node| node.name.clone()).collect();
        mining::dfg(&Filter::Activities(names).apply(log))
    });
    let graph = filtered.as_ref().unwrap_or(study.dfg());
    let (map, share) = process_map(graph);
    let times = times(study);
    let total: f64 = study.bottlenecks().iter().map(|b| b.processing + b.waiting).sum();
    let percent = |hours: f64| number::percent(hours / total.max(1e-9), 0);
    let title = match times.first() {
        Some((what, hours)) if *hours > 0.0 => {
            format!("{what} takes the largest share of the time, {}", percent(*hours))
        }
        _ => "What follows what".to_owned(),
    };
    let left_out = match rare.len() {
        0 => String::new(),
        n => {
            let rows: u32 = rare.iter().map(|node| node.rows).sum();
            let share = f64::from(rows) / log.len() as f64;
            format!("; without the {n} rarest activities ({} of the rows)", number::percent(share, 1))
        }
    };
    let chart = MapChart {
        title,
        subtitle: format!(
            "What follows directly on what in {} cases; drawn: {} of all steps from one to the next{left_out}",
            number::number(graph.cases as f64, 0),
            number::percent_shown(share),
        ),
        footer: footer.to_owned(),
        map,
        asides: vec![Aside {
            title: format!("Work and waiting of all cases ({} in all)", number::span(HOUR * total)),
            rows: times.iter().take(9).map(|(what, hours)| (what.clone(), percent(*hours))).collect(),
        }],
    };
    Some(Picture {
        name: "map".to_owned(),
        caption: "The process as the log has it. Box: an activity, how often it is done and its mean time; arrow: what follows directly, how often and after which median time. Red: the arrows with the most waiting in all."
            .to_owned(),
        file: "tables/steps.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

/// Work and waiting by activity [h], the most first.
fn times(study: &Study) -> Vec<(String, f64)> {
    let parts = study.bottlenecks().iter().flat_map(|b| {
        [(quoted(&b.activity), b.processing), (format!("Waiting for {}", quoted(&b.activity)), b.waiting)]
    });
    let mut times: Vec<_> = parts.collect();
    let total: f64 = times.iter().map(|t| t.1).sum();
    times.retain(|t| t.1 > 0.005 * total);
    times.sort_by(|a, b| b.1.total_cmp(&a.1));
    times
}

/// The frequent arrows of a graph, and which share of all they are.
fn process_map(graph: &Dfg) -> (ProcessMap, f64) {
    let place: BTreeMap<&str, usize> =
        graph.activities.iter().enumerate().map(|(k, node)| (node.name.as_str(), k)).collect();
    let mut all: Vec<MapLink> = Vec::new();
    let mut totals: Vec<f64> = Vec::new();
    let link =
        |from, to, count: u32, seconds| MapLink { from, to, count: count as usize, seconds, strong: false };
    for edge in &graph.edges {
        let (from, to) = (place[edge.from.as_str()], place[edge.to.as_str()]);
        all.push(link(Some(from), Some(to), edge.count, median(&edge.waiting)));
        totals.push(edge.waiting.total);
    }
    for (k, node) in graph.activities.iter().enumerate() {
        for (from, to, count) in [(None, Some(k), node.starts), (Some(k), None, node.ends)] {
            if count > 0 {
                all.push(link(from, to, count, 0.0));
                totals.push(0.0);
            }
        }
    }
    let mut strongest: Vec<usize> = (0..all.len()).filter(|&k| totals[k] > 0.0).collect();
    strongest.sort_by(|&a, &b| totals[b].total_cmp(&totals[a]));
    strongest.iter().take(STRONG).for_each(|&k| all[k].strong = true);
    let total: usize = all.iter().map(|l| l.count).sum();
    all.sort_by_key(|l| (std::cmp::Reverse(l.count), l.from, l.to));
    let mut links: Vec<MapLink> = Vec::new();
    let mut sum = 0;
    for l in all {
        // An activity that only follows itself would stand alone.
        let goes_on = l.from.is_none() || l.from != l.to;
        let first_into = goes_on && links.iter().all(|m| m.to != l.to || m.from == m.to);
        let first_out = goes_on && links.iter().all(|m| m.from != l.from || m.from == m.to);
        let frequent = (sum as f64) < SHOWN * total as f64 && links.len() < LINKS;
        if frequent || first_into || first_out || l.strong {
            sum += l.count;
            links.push(l);
        }
    }
    // From the start on, so that the layout begins there.
    links.sort_by_key(|l| (l.from, l.to));
    let nodes = graph.activities.iter().map(|node| MapNode {
        label: node.name.clone(),
        who: String::new(),
        count: node.rows as usize,
        seconds: if node.processing.n > 0 { HOUR * node.processing.mean } else { 0.0 },
    });
    (ProcessMap { nodes: nodes.collect(), links }, sum as f64 / total.max(1) as f64)
}

/// The most frequent paths.
pub fn variants(study: &Study, footer: &str) -> Option<Picture> {
    const ROWS: usize = 10;
    const STEPS: usize = 18;
    let variants = study.variants();
    let shown = &variants[..ROWS.min(variants.len())];
    let mut rows_of = vec![0; study.log.activities.len()];
    let place = |name: &String| study.log.activities.get(name);
    for variant in shown {
        variant.activities.iter().filter_map(place).for_each(|a| rows_of[a as usize] += variant.cases as u32);
    }
    let colors = Colors::of(&study.log, &rows_of);
    let steps = |names: &[String]| {
        let groups = names.chunk_by(|a, b| a == b);
        let step = |group: &[String]| (place(&group[0]).and_then(|a| colors.of[a as usize]), group.len());
        groups.map(step).take(STEPS).collect()
    };
    let rows = shown.iter().map(|v| VariantRow {
        steps: steps(&v.activities),
        cases: v.cases,
        share: v.share,
        seconds: median(&v.cycle),
    });
    let (all, first) = (variants.len(), shown.first()?);
    let title = match shown.iter().position(|v| v.cumulative >= 0.8) {
        Some(0) => format!("{} of the cases take the same path", number::percent(first.share, 0)),
        Some(k) => format!(
            "{} of {} paths make up {} of the cases",
            k + 1,
            number::number(all as f64, 0),
            number::percent(shown[k].cumulative, 0)
        ),
        None => format!(
            "No path is usual: the {} most frequent of {} make up {} of the cases",
            shown.len(),
            number::number(all as f64, 0),
            number::percent(shown[shown.len() - 1].cumulative, 0)
        ),
    };
    let longest = shown.iter().map(|v| v.activities.chunk_by(|a, b| a == b).count()).max().unwrap_or(0);
    let cut = if longest > STEPS { format!(", their first {STEPS} steps") } else { String::new() };
    let chart = VariantsChart {
        title,
        subtitle: format!(
            "The {} most frequent of {} variants{cut}; \u{d7}: the same activity several times in a row",
            shown.len(),
            number::number(all as f64, 0)
        ),
        footer: footer.to_owned(),
        kinds: colors.names,
        rows: rows.collect(),
    };
    Some(Picture {
        name: "variants".to_owned(),
        caption: "A variant is a sequence of activities; cases of the same variant went the same way. The time is from the first to the last event of a case."
            .to_owned(),
        file: "tables/variants.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

/// What is done more than once in a case.
pub fn rework(study: &Study, footer: &str) -> Option<Picture> {
    let rework = &study.summary().rework;
    let most = rework.iter().max_by_key(|r| r.repeats)?;
    let bars = rework.iter().take(12).map(|r| Bar {
        label: r.activity.clone(),
        values: vec![r.immediate as f64, (r.repeats - r.immediate) as f64],
        note: format!("{} of its cases", number::percent(r.repeating as f64 / r.cases as f64, 0)),
    });
    let all: usize = rework.iter().map(|r| r.repeats).sum();
    let chart = StackedChart {
        title: format!(
            "{} of all work is done again, most of all {}: in {} of its cases",
            number::percent(all as f64 / study.log.len() as f64, 0),
            quoted(&most.activity),
            number::percent(most.repeating as f64 / most.cases as f64, 0)
        ),
        subtitle: format!(
            "Repeats of an activity within a case, beyond the first; {} of {} rows of the log",
            number::number(all as f64, 0),
            number::number(study.log.len() as f64, 0)
        ),
        footer: footer.to_owned(),
        x_label: "Repeats".to_owned(),
        parts: vec!["right after the same activity".to_owned(), "later".to_owned()],
        bars: bars.collect(),
    };
    Some(Picture {
        name: "rework".to_owned(),
        caption: "How often an activity is done again in a case that had it already. What comes right after the same activity is often one piece of work in several entries; what comes later is a return."
            .to_owned(),
        file: "tables/rework.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}
