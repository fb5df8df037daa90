//! What a sweep leaves: a table for people, all metrics of all cells as CSV and Parquet, a heat map of two keys.

use super::grid::{Factor, plain};
use crate::cli::exit::Failure;
use crate::cli::input::Input;
use crate::cli::options::Options;
use crate::output::{Column, Table, folder::write_atomically, manifest};
use crate::report::{at_verdict, number_text};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;

/// A combination of values and the `--json` object of its run.
pub struct Row {
    pub values: Vec<String>,
    /// As numbers, where they lie anywhere between two limits.
    pub numbers: Vec<f64>,
    pub json: Value,
}

/// What the table and the heat map show.
pub struct Shown {
    pub metric: String,
    pub label: String,
    pub unit: String,
    /// None when there is only one arm.
    pub arm: Option<String>,
}

impl Shown {
    pub fn new(base: &Input, metric: Option<&str>, arm: Option<&str>) -> Result<Self, Failure> {
        let model = &base.arms[0].1;
        let unknown = |what: &str, name: &str, known: Vec<&str>| {
            let hint = crate::diag::suggest(name, known).unwrap_or_default();
            Failure::BadInput(format!("error: there is no {what} `{name}`\nhint: {hint}"))
        };
        let names = || model.metrics.iter().map(|m| m.name.as_str()).collect::<Vec<_>>();
        let found = match metric {
            Some(name) => Some(
                model
                    .metrics
                    .iter()
                    .find(|m| m.name == name)
                    .ok_or_else(|| unknown("metric", name, names()))?,
            ),
            None => model.design.primary.map(|id| &model.metrics[id]).or_else(|| model.metrics.iter().next()),
        };
        let Some(found) = found else {
            return Err(Failure::BadInput("error: the scenario has no metric to show".to_owned()));
        };
        let others: Vec<&str> = base.arms.iter().skip(1).map(|(arm, _)| arm.name.as_str()).collect();
        let arm = match arm {
            Some(name) if !others.contains(&name) => return Err(unknown("arm to compare", name, others)),
            Some(name) => Some(name.to_owned()),
            None => others.first().map(|name| (*name).to_owned()),
        };
        let label = if found.label.is_empty() { &found.name } else { &found.label };
        Ok(Self { metric: found.name.clone(), label: label.clone(), unit: found.unit.clone(), arm })
    }
}

/// The table: a row for each cell with the control's value and the change in every other arm.
pub fn table(base: &Input, factors: &[Factor], rows: &[Row], shown: &Shown) -> String {
    let model = &base.arms[0].1;
    let unit = if shown.unit.is_empty() { String::new() } else { format!(" [{}]", shown.unit) };
    let others: Vec<&str> = base.arms.iter().skip(1).map(|(arm, _)| arm.name.as_str()).collect();
    let mut cells: Vec<Vec<String>> = Vec::new();
    let mut header: Vec<String> = factors.iter().map(|f| f.path.clone()).collect();
    header.push("before".to_owned());
    for arm in &others {
        header.extend([format!("change, {arm}"), "in %".to_owned(), "verdict".to_owned()]);
    }
    cells.push(header);
    for row in rows {
        let mut line: Vec<String> = row.values.iter().map(|v| plain(v).to_owned()).collect();
        line.push(number_text(&row.json["arms"]["before"][&shown.metric]));
        for arm in &others {
            let change = &row.json["changes"][arm][&shown.metric];
            let shown = at_verdict(change);
            line.push(number_text(shown));
            line.push(if shown["percent"].is_null() {
                String::new()
            } else {
                number_text(&shown["percent"])
            });
            line.push(change["verdict"].as_str().unwrap_or("not judged").replace('_', " "));
        }
        cells.push(line);
    }
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..cells[0].len()).map(width).collect();
    let level = crate::report::plain(100.0 * model.design.level);
    let mut text = format!(
        "{}\n{}{unit}, with {level} % intervals (changes: at the level of their verdict)\n\n",
        model.title, shown.label
    );
    for row in &cells {
        let padded: Vec<String> = row.iter().zip(&widths).map(|(cell, w)| format!("{cell:<w$}")).collect();
        let _ = writeln!(text, "{}", padded.join("  ").trim_end());
    }
    text.push('\n');
    text
}

/// The object of `--json`.
pub fn object(base: &Input, factors: &[Factor], rows: &[Row]) -> Value {
    let cells = rows.iter().map(|row| {
        let values = factors.iter().zip(&row.values).map(|(f, v)| (f.path.clone(), json!(plain(v))));
        json!({ "values": Value::Object(values.collect()), "result": row.json })
    });
    json!({
        "schema_version": 1,
        "scenario": base.name,
        "keys": factors.iter().map(|f| json!({ "path": f.path, "values": f.values })).collect::<Vec<_>>(),
        "cells": cells.collect::<Vec<_>>(),
    })
}

/// Writes the files of a sweep and gives their folder.
pub fn write(
    options: &Options,
    base: &Input,
    factors: &[Factor],
    rows: &[Row],
    shown: &Shown,
    (text, json): (&str, &Value),
) -> Result<PathBuf, Failure> {
    let run = |row: &Row| row.json["run"].as_str().unwrap_or_default().to_owned();
    let keys: Vec<String> = rows.iter().map(run).collect();
    let asked = format!("{} {:?}", shown.metric, shown.arm);
    let parts: Vec<&[u8]> = keys.iter().map(String::as_bytes).chain([asked.as_bytes()]).collect();
    let path = options.output.join(&base.name).join(format!("sweep-{}", manifest::key(&parts)));
    let write = |name: &str, bytes: &[u8]| write_atomically(&path.join(name), bytes).map_err(Failure::Failed);
    let pretty = serde_json::to_string_pretty(json).map_err(|e| Failure::Failed(e.to_string()))? + "\n";
    write("summary.txt", text.as_bytes())?;
    write("sweep.json", pretty.as_bytes())?;
    let table = long(factors, rows);
    write("sweep.csv", &table.to_csv())?;
    write("sweep.parquet", &table.to_parquet().map_err(Failure::Failed)?)?;
    #[cfg(feature = "charts")]
    if rows.iter().any(|row| !row.numbers.is_empty()) {
        let svg = scatters(base, factors, rows, shown).svg();
        write("scatter.svg", svg.as_bytes())?;
        write("scatter.png", &crate::chart::svg_to_png(&svg).map_err(Failure::Failed)?)?;
    } else if let [down, across] = factors {
        let svg = heat_map(base, [down, across], rows, shown).svg();
        write("heatmap.svg", svg.as_bytes())?;
        write("heatmap.png", &crate::chart::svg_to_png(&svg).map_err(Failure::Failed)?)?;
    }
    Ok(path)
}

/// A metric of an arm of a cell.
struct Line<'a> {
    row: &'a Row,
    arm: &'a str,
    metric: &'a str,
    value: &'a Value,
    change: &'a Value,
}

/// All metrics of all cells: one row for each cell, arm and metric.
fn long(factors: &[Factor], rows: &[Row]) -> Table {
    let mut lines: Vec<Line> = Vec::new();
    for row in rows {
        for (arm, metrics) in row.json["arms"].as_object().into_iter().flatten() {
            let metrics = metrics.as_object().into_iter().flatten();
            let line = |(metric, value)| {
                let (metric, change): (&String, _) = (metric, &row.json["changes"][arm][metric]);
                Line { row, arm, metric, value, change }
            };
            lines.extend(metrics.map(line));
        }
    }
    let text = |of: &dyn Fn(&Line) -> String| Column::Text(lines.iter().map(of).collect());
    let number = |key: &str, of: &dyn Fn(&Line) -> Value| {
        Column::Number(lines.iter().map(|l| of(l)[key].as_f64().unwrap_or(f64::NAN)).collect())
    };
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut table = Table::default();
    for (i, factor) in factors.iter().enumerate() {
        table.push(factor.path.clone(), text(&|l| plain(&l.row.values[i]).to_owned()));
    }
    table.push("run", text(&|l| word(&l.row.json["run"])));
    table.push("arm", text(&|l| l.arm.to_owned()));
    table.push("metric", text(&|l| l.metric.to_owned()));
    table.push("unit", text(&|l| word(&l.value["unit"])));
    for key in ["value", "lower", "upper"] {
        table.push(key, number(key, &|l| l.value.clone()));
    }
    for key in ["value", "lower", "upper"] {
        table.push(format!("change_{key}"), number(key, &|l| l.change.clone()));
    }
    for key in ["value", "lower", "upper"] {
        table.push(format!("percent_{key}"), number(key, &|l| l.change["percent"].clone()));
    }
    table.push("verdict", text(&|l| word(&l.change["verdict"])));
    table
}

/// The outcome against each key.
#[cfg(feature = "charts")]
fn scatters(base: &Input, factors: &[Factor], rows: &[Row], shown: &Shown) -> crate::chart::ScattersChart {
    use crate::chart::{Interval, ScattersChart, ScattersPanel};
    use crate::stats::rank_correlation;
    let outcome = |row: &Row| {
        let value = match &shown.arm {
            Some(arm) => &row.json["changes"][arm][&shown.metric],
            None => &row.json["arms"]["before"][&shown.metric],
        };
        let at = |key: &str| value[key].as_f64().unwrap_or(f64::NAN);
        Interval::new(at("value"), at("lower"), at("upper"))
    };
    let outcomes: Vec<Interval> = rows.iter().map(outcome).collect();
    let panel = |(k, factor): (usize, &Factor)| {
        let numbers: Vec<f64> = rows.iter().map(|row| row.numbers[k]).collect();
        let values: Vec<f64> = outcomes.iter().map(|o| o.value).collect();
        let correlation = rank_correlation(&numbers, &values);
        let note = match correlation.is_finite() {
            true => format!("rank correlation {}", crate::chart::number::number(correlation, 2)),
            false => String::new(),
        };
        let unit = if factor.unit.is_empty() { String::new() } else { format!(", {}", factor.unit) };
        let label = format!("{}{unit}", factor.path);
        (
            correlation.abs(),
            ScattersPanel {
                label,
                note,
                points: numbers.into_iter().zip(outcomes.iter().copied()).collect(),
            },
        )
    };
    let panels: Vec<(f64, ScattersPanel)> = factors.iter().enumerate().map(panel).collect();
    let unit = if shown.unit.is_empty() { String::new() } else { format!(", {}", shown.unit) };
    let what = match &shown.arm {
        Some(arm) => format!("Change of {} by `{arm}`{unit}", shown.label),
        None => format!("{}{unit}", shown.label),
    };
    let strongest = factors.iter().zip(&panels).filter(|(_, p)| p.0.is_finite());
    let strongest = strongest.max_by(|a, b| a.1.0.total_cmp(&b.1.0)).map(|(f, _)| f.path.as_str());
    let replications = rows.iter().filter_map(|row| row.json["replications"].as_u64()).max().unwrap_or(0);
    ScattersChart {
        title: match (strongest, factors.len()) {
            (Some(key), 2..) => format!("{} goes most closely with {key}", shown.label),
            _ => format!("{} over the range", shown.label),
        },
        subtitle: format!(
            "{} runs of {replications} replications, keys anywhere between their limits; bars: intervals of each run",
            rows.len()
        ),
        footer: format!(
            "{}, seed {}, turnaround {}",
            base.name,
            base.arms[0].1.design.seed,
            env!("CARGO_PKG_VERSION")
        ),
        y_label: what,
        panels: panels.into_iter().map(|(_, panel)| panel).collect(),
    }
}

#[cfg(feature = "charts")]
fn heat_map(
    base: &Input,
    [down, across]: [&Factor; 2],
    rows: &[Row],
    shown: &Shown,
) -> crate::chart::HeatMapChart {
    use crate::chart::{HeatMapChart, Interval};
    use crate::model::Better;
    let model = &base.arms[0].1;
    let metric = model.metrics.iter().find(|m| m.name == shown.metric);
    let bounds = |value: &Value| {
        let at = |key: &str| value[key].as_f64().unwrap_or(f64::NAN);
        Interval::new(at("value"), at("lower"), at("upper"))
    };
    let cell = |row: &Row| match &shown.arm {
        Some(arm) => bounds(&row.json["changes"][arm][&shown.metric]["percent"]),
        None => bounds(&row.json["arms"]["before"][&shown.metric]),
    };
    let cells: Vec<Interval> = rows.iter().map(cell).collect();
    let label = |arm: &str| {
        let found = base.arms.iter().find(|(a, _)| a.name == arm);
        found.map_or_else(|| arm.to_owned(), |(a, _)| a.label.clone())
    };
    let replications = rows.iter().filter_map(|row| row.json["replications"].as_u64()).max().unwrap_or(0);
    // What is hollow is said only where it can occur.
    let what = match &shown.arm {
        Some(arm) => {
            let arms = format!("{} against {}", label(arm), label("before"));
            format!("change in %, {arms}; hollow: not beyond chance")
        }
        None if shown.unit.is_empty() => "level".to_owned(),
        None => format!("level [{}]", shown.unit),
    };
    HeatMapChart {
        name: shown.label.clone(),
        unit: if shown.arm.is_some() { "%".to_owned() } else { shown.unit.clone() },
        subtitle: format!("{}: {what}; {replications} replications a cell", shown.label),
        footer: format!(
            "{}, seed {}, turnaround {}",
            base.name,
            model.design.seed,
            env!("CARGO_PKG_VERSION")
        ),
        x_label: across.path.clone(),
        y_label: down.path.clone(),
        x: across.values.iter().map(|v| plain(v).to_owned()).collect(),
        y: down.values.iter().map(|v| plain(v).to_owned()).collect(),
        cells: cells.chunks(across.values.len()).map(<[_]>::to_vec).collect(),
        is_change: shown.arm.is_some(),
        higher_is_better: metric.is_some_and(|m| m.better == Better::Higher),
    }
}
