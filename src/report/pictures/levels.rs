//! Pictures of many metrics: the tree from the front line to money, and their course over the weeks.

use super::{
    Picture, adjusted_for, adjusted_percent, arm_label, doubtful, level, levels, of_arm, role, with_unit,
};
use crate::chart::findings;
use crate::chart::number;
use crate::chart::{
    Interval, LinePoint, Panel, PanelsChart, TreeChart, TreeNode, WeeklyChart, WeeklyEvent, WeeklySeries,
};
use crate::experiment::{MetricInfo, Results};
use crate::model::{Better, Level};
use crate::stats::{self, Estimate};

const LEVELS: [(Level, &str); 3] =
    [(Level::FrontLine, "Front line"), (Level::Operating, "Operating"), (Level::Financial, "Financial")];
/// More rows than this in a column of the tree: unchanged details are summed up.
const ROWS: usize = 14;

/// The metric tree of an arm against the control; of the control alone where there is no other.
pub fn tree(results: &Results, arm: usize, footer: &str) -> Option<Picture> {
    let metrics = &results.metrics;
    let column = |m: &MetricInfo| LEVELS.iter().position(|(l, _)| *l == m.level).unwrap_or(0);
    let mut nodes: Vec<TreeNode> =
        (0..metrics.len()).map(|i| node(results, arm, i, column(&metrics[i]))).collect();
    // Judged metrics of a column: better beyond chance, worse beyond chance, all.
    let tally = |c: usize| {
        let judged: Vec<&TreeNode> = nodes.iter().filter(|n| n.column == c && n.better.is_some()).collect();
        let with = |better: bool| judged.iter().filter(|n| n.is_better() == Some(better)).count();
        (with(true), with(false), judged.len())
    };
    let tallies: Vec<_> =
        (0..LEVELS.len()).map(|c| (LEVELS[c].1, tally(c))).filter(|(_, t)| t.2 > 0).collect();
    let title = match arm {
        0 => "How the metrics hang together".to_owned(),
        _ => of_arm(results, arm, &doubtful(results, &findings::by_level(&tallies))),
    };
    let columns: Vec<usize> = (0..LEVELS.len()).filter(|c| nodes.iter().any(|n| n.column == *c)).collect();
    let linked = nodes.iter().any(|n| !n.children.is_empty());
    if nodes.len() < 2 || (arm == 0 && !linked) {
        return None;
    }
    if arm > 0 {
        let judged: Vec<bool> = metrics.iter().map(|m| m.matters.is_some()).collect();
        sum_up(&mut nodes, &columns, &judged);
    }
    nodes.iter_mut().for_each(|n| n.column = columns.iter().position(|c| *c == n.column).unwrap_or(0));
    let arms = match arm {
        0 => arm_label(results, 0),
        _ => format!(
            "From {} to {}; filled: beyond {} at {:.0} %, {}; {} paired replications",
            arm_label(results, 0),
            arm_label(results, arm),
            if results.inputs.is_some() { "doubt" } else { "chance" },
            100.0 * results.level,
            adjusted_for(results),
            results.replications
        ),
    };
    let chart = TreeChart {
        title,
        subtitle: arms,
        footer: footer.to_owned(),
        columns: columns.iter().map(|c| LEVELS[*c].1.to_owned()).collect(),
        nodes,
    };
    let name = &results.arms[arm].name;
    Some(Picture {
        name: if arm == 0 { "metrics".to_owned() } else { format!("metrics_{name}") },
        caption: "From what people at work see (left) to how the operation runs and what it costs (right). A line: the metric is computed from the other. Without a line it is measured: it may act on others within the simulation, but no formula says how. Colour: beyond chance."
            .to_owned(),
        file: "metrics.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

fn node(results: &Results, arm: usize, i: usize, column: usize) -> TreeNode {
    let metric = &results.metrics[i];
    let levels = match arm {
        0 => vec![level(&results.arms[0].estimates[i], metric)],
        _ => {
            let [before, after] = levels(results, arm, i);
            vec![before, format!("{after} {}", metric.unit).trim_end().to_owned()]
        }
    };
    let change = if arm > 0 { results.arms[arm].changes.get(i) } else { None };
    let percent = change.and_then(|_| adjusted_percent(results, arm, i));
    let note = match change {
        Some(c) if percent.is_none() && c.adjusted.is_identical() => "identical".to_owned(),
        Some(c) if percent.is_none() && !c.adjusted.has_interval() => "no interval".to_owned(),
        Some(c) if percent.is_none() => {
            let change = Interval::from(&c.adjusted);
            number::signed(change.value, change.headline_decimals())
        }
        _ => String::new(),
    };
    TreeNode {
        label: metric.label.clone(),
        column,
        levels,
        change: percent,
        difference: change.map(|c| Interval::from(&c.adjusted)).filter(Interval::is_known),
        note,
        better: match metric.better {
            Better::Higher => Some(stats::Better::Higher),
            Better::Lower => Some(stats::Better::Lower),
            Better::Neutral => None,
        },
        primary: results.primary == Some(i),
        children: metric.children.clone(),
    }
}

/// In a column with many rows parts of a whole are summed up in one row: first those that did not move, then, from the whole
/// with most of them, those that nobody judges.
fn sum_up(nodes: &mut Vec<TreeNode>, columns: &[usize], judged: &[bool]) {
    let rows = |nodes: &[TreeNode], column: usize| nodes.iter().filter(|n| n.column == column).count();
    for &column in columns.iter().filter(|c| rows(nodes, **c) > ROWS).collect::<Vec<_>>() {
        for whole in 0..nodes.len() {
            let parts = parts(nodes, whole, column, &|i, n| judged.get(i).is_some() && !n.moves());
            replace(nodes, whole, parts);
        }
        while rows(nodes, column) > ROWS {
            let unjudged = |i: usize, _: &TreeNode| judged.get(i) == Some(&false);
            let sets = (0..nodes.len()).map(|whole| (whole, parts(nodes, whole, column, &unjudged)));
            let Some((whole, parts)) = sets.rev().max_by_key(|(_, parts)| parts.len()) else { break };
            if !replace(nodes, whole, parts) {
                break;
            }
        }
    }
    // Removed nodes go, and indices follow.
    let mut next = 0..;
    let places: Vec<Option<usize>> =
        nodes.iter().map(|n| if n.column == GONE { None } else { next.next() }).collect();
    nodes.retain(|n| n.column != GONE);
    for n in nodes {
        n.children = n.children.iter().filter_map(|&c| places[c]).collect();
    }
}

/// The column of nodes that are summed up.
const GONE: usize = usize::MAX;

/// Parts of this whole alone, themselves measured, in this column.
fn parts(
    nodes: &[TreeNode],
    whole: usize,
    column: usize,
    wanted: &dyn Fn(usize, &TreeNode) -> bool,
) -> Vec<usize> {
    let wholes = |c: usize| nodes.iter().filter(|n| n.column != GONE && n.children.contains(&c)).count();
    let is_part = |c: &usize| {
        let n = &nodes[*c];
        n.column == column && n.children.is_empty() && !n.primary && wholes(*c) == 1 && wanted(*c, n)
    };
    match nodes[whole].column {
        GONE => Vec::new(),
        _ => nodes[whole].children.iter().copied().filter(is_part).collect(),
    }
}

/// One row instead of these parts; false where they are too few to save a row.
fn replace(nodes: &mut Vec<TreeNode>, whole: usize, parts: Vec<usize>) -> bool {
    if parts.len() < 3 {
        return false;
    }
    let column = nodes[parts[0]].column;
    let beyond = |better: bool| parts.iter().filter(|&&c| nodes[c].is_better() == Some(better)).count();
    let told: Vec<String> = [(beyond(true), "better"), (beyond(false), "worse")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{n} {what}"))
        .collect();
    let note = if told.is_empty() { "none moves beyond chance".to_owned() } else { told.join(", ") };
    let label = format!("{} parts of \u{201c}{}\u{201d}", parts.len(), nodes[whole].label);
    for &part in &parts {
        nodes[part].column = GONE;
    }
    nodes.push(TreeNode {
        label,
        column,
        levels: Vec::new(),
        change: None,
        difference: None,
        note,
        better: None,
        primary: false,
        children: Vec::new(),
    });
    let last = nodes.len() - 1;
    nodes[whole].children.retain(|c| !parts.contains(c));
    nodes[whole].children.push(last);
    true
}

const WEEK: f64 = 7.0 * 86_400.0;

/// The primary metric over the run, before and after.
pub fn weekly(results: &Results, footer: &str) -> Option<Picture> {
    let primary = results.primary.filter(|&m| has_course(results, m))?;
    let metric = &results.metrics[primary];
    let title = match results.arms.len() {
        1 => format!("{} over the run", metric.label),
        _ => findings::weeks(&metric.label, bin_name(results), &changes(results, primary)),
    };
    let mut events = Vec::new();
    if results.warm_up.seconds > 0.0 {
        events.push(WeeklyEvent { week: results.warm_up.seconds / WEEK, name: "end of warm-up".to_owned() });
    }
    let chart = WeeklyChart {
        title,
        subtitle: format!(
            "{}; shaded: {:.0} % interval of each {}; {} replications",
            metric.label,
            100.0 * results.level,
            bin_name(results),
            results.replications
        ),
        footer: footer.to_owned(),
        x_label: "Weeks since the start of the run".to_owned(),
        y_label: format!("{}{}", metric.label, with_unit(&metric.unit)),
        series: (0..results.arms.len().min(2))
            .map(|arm| WeeklySeries {
                name: arm_label(results, arm),
                role: role(arm),
                points: course(results, arm, primary),
            })
            .collect(),
        events,
    };
    Some(Picture {
        name: "weekly".to_owned(),
        caption: format!(
            "{} over the run, for each {}, averaged over the replications. What lies before the end of the warm-up is not counted.",
            metric.label,
            bin_name(results)
        ),
        file: courses_file(results),
        svg: chart.svg(),
        title: chart.title,
    })
}

/// The most panels of a picture.
const PANELS: usize = 12;

/// The operating metrics over the run, a panel each.
pub fn operating(results: &Results, footer: &str) -> Option<Picture> {
    let is_operating = |m: &usize| results.metrics[*m].level == Level::Operating && has_course(results, *m);
    let all: Vec<usize> = (0..results.metrics.len()).filter(is_operating).collect();
    let judged: Vec<usize> = all.iter().copied().filter(|&m| results.metrics[m].matters.is_some()).collect();
    let mut shown = if judged.len() >= 2 { judged } else { all };
    // The primary first.
    shown.sort_by_key(|m| results.primary != Some(*m));
    shown.truncate(PANELS);
    if shown.len() < 2 {
        return None;
    }
    let compared = results.arms.len() > 1;
    let bins = bin_name(results);
    let note = |m: usize| match compared {
        false => (String::new(), false),
        true => {
            let changes = changes(results, m);
            let beyond = changes.iter().filter(|c| c.is_beyond_chance()).count();
            let unit = if results.metrics[m].unit.is_empty() {
                String::new()
            } else {
                format!("{}; ", results.metrics[m].unit)
            };
            match beyond {
                0 => (format!("{unit}no difference beyond chance"), false),
                n => (format!("{unit}differs beyond chance in {n} of {}", changes.len()), true),
            }
        }
    };
    let panels: Vec<Panel> = shown
        .iter()
        .map(|&m| {
            let (note, differs) = note(m);
            let metric = &results.metrics[m];
            let note = if compared { note } else { metric.unit.clone() };
            Panel {
                label: metric.label.clone(),
                note,
                differs,
                curves: (0..results.arms.len().min(2)).map(|arm| course(results, arm, m)).collect(),
            }
        })
        .collect();
    let moved = panels.iter().filter(|p| p.differs).count();
    let title = match compared {
        false => "The operating metrics over the run".to_owned(),
        true => findings::courses(moved, panels.len(), bins),
    };
    let chart = PanelsChart {
        title,
        subtitle: format!(
            "Each {bins}, mean over {} replications; shaded: {:.0} % interval{}",
            results.replications,
            100.0 * results.level,
            if compared {
                "; beyond chance: adjusted for the number of points and of metrics (Bonferroni)"
            } else {
                ""
            }
        ),
        footer: footer.to_owned(),
        x_label: "Weeks since the start of the run".to_owned(),
        series: (0..results.arms.len().min(2)).map(|arm| (arm_label(results, arm), role(arm))).collect(),
        panels,
        counted_from: (results.warm_up.seconds > 0.0).then_some(results.warm_up.seconds / WEEK),
    };
    Some(Picture {
        name: "operating".to_owned(),
        caption: "The operating metrics over the run, each with its own scale; grey: the warm-up, which is not counted."
            .to_owned(),
        file: courses_file(results),
        svg: chart.svg(),
        title: chart.title,
    })
}

fn has_course(results: &Results, metric: usize) -> bool {
    results.courses.first().is_some_and(|s| s.values.get(metric).is_some_and(|bins| bins.len() > 1))
}

/// "week", "four-week period", or "interval" for others.
fn bin_name(results: &Results) -> &'static str {
    let width = results.spans.iter().map(std::ops::Range::len).max().unwrap_or(1) as f64 * results.bin;
    let names = [
        (3_600.0, "hour"),
        (86_400.0, "day"),
        (WEEK, "week"),
        (2.0 * WEEK, "fortnight"),
        (4.0 * WEEK, "four-week period"),
        (13.0 * WEEK, "quarter"),
        (26.0 * WEEK, "half-year"),
        (52.0 * WEEK, "year"),
    ];
    names.iter().find(|(length, _)| (length - width).abs() < 1.0).map_or("interval", |(_, name)| name)
}

/// The file with the numbers of the courses.
fn courses_file(results: &Results) -> &'static str {
    if results.spans.iter().any(|span| span.len() > 1) { "courses.csv" } else { "weekly.parquet" }
}

fn course(results: &Results, arm: usize, metric: usize) -> Vec<LinePoint> {
    let known = |e: &Estimate, bound: f64| if e.has_interval() { bound } else { f64::NAN };
    let points = results.courses[arm].values[metric].iter();
    points
        .zip(&results.spans)
        .map(|(e, span)| LinePoint {
            x: (span.start + span.end) as f64 / 2.0 * results.bin / WEEK,
            value: e.value,
            lower: known(e, e.lower),
            upper: known(e, e.upper),
        })
        .collect()
}

/// The changes of the first other arm in the bins that count.
fn changes(results: &Results, metric: usize) -> Vec<Interval> {
    let from = (results.warm_up.seconds / results.bin).round() as usize;
    let changes = results.courses.get(1).and_then(|s| s.changes.get(metric));
    let counted = changes.into_iter().flatten().zip(&results.spans).filter(|(_, span)| span.start >= from);
    counted.map(|(change, _)| Interval::from(change)).collect()
}
