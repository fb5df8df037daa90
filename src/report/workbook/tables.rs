//! The sheets that are tables: changes, register, replications.

use super::Looks;
use crate::experiment::Results;
use crate::model::{Level, Mark, Model};
use crate::report::decimals;
use rust_xlsxwriter::{Format, Table, TableColumn, Worksheet, XlsxError};

/// A native table with these headings over `rows` rows from the second row of the sheet on.
fn native(sheet: &mut Worksheet, name: &str, heads: &[String], rows: u32) -> Result<(), XlsxError> {
    let columns: Vec<TableColumn> = heads.iter().map(|head| TableColumn::new().set_header(head)).collect();
    let table = Table::new().set_name(name).set_columns(&columns);
    // A table has at least one row.
    sheet.add_table(0, 0, rows.max(1), heads.len() as u16 - 1, &table)?;
    sheet.set_freeze_panes(1, 0)?;
    super::on_paper(sheet);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

/// A number shown with so many decimals; the cell holds all of them.
fn number(sheet: &mut Worksheet, row: u32, column: u16, value: f64, decimals: i32) -> Result<(), XlsxError> {
    let places = match decimals {
        ..=0 => String::new(),
        d => format!(".{}", "0".repeat(d.min(9) as usize)),
    };
    // A spreadsheet has no infinity: what is not known stays empty.
    if value.is_finite() {
        sheet.write_with_format(
            row,
            column,
            value,
            &Format::new().set_num_format(format!("#,##0{places}")),
        )?;
    }
    Ok(())
}

/// Every metric of every arm: levels, change with the interval of its verdict.
pub fn changes(sheet: &mut Worksheet, results: &Results) -> Result<(), XlsxError> {
    let heads = [
        "arm",
        "level",
        "metric",
        "unit",
        "before",
        "after",
        "change",
        "lower",
        "upper",
        "in percent",
        "verdict",
        "key",
    ];
    let heads = heads.map(str::to_owned);
    let mut row = 0;
    for arm in results.arms.iter().skip(1) {
        for (m, metric) in results.metrics.iter().enumerate() {
            row += 1;
            let change = &arm.changes[m];
            let level = match metric.level {
                Level::FrontLine => "front line",
                Level::Operating => "operating",
                Level::Financial => "financial",
            };
            for (column, text) in (0..).zip([&arm.label, level, &metric.label, &metric.unit]) {
                sheet.write(row, column, text)?;
            }
            let e = &change.adjusted;
            let values =
                [results.arms[0].estimates[m].value, arm.estimates[m].value, e.value, e.lower, e.upper];
            let digits = decimals(e.value, e.half_width());
            for (column, value) in (4..).zip(values) {
                number(sheet, row, column, value, digits)?;
            }
            let percent = change.adjusted_percent.as_ref();
            let digits = percent.map_or(0, |p| decimals(p.value, p.half_width()));
            number(sheet, row, 9, percent.map_or(f64::NAN, |p| p.value), digits)?;
            sheet.write(row, 10, &change.words)?;
            sheet.write(row, 11, &metric.name)?;
        }
    }
    for (column, width) in (0..).zip([26, 12, 42, 14, 14, 14, 14, 14, 14, 12, 48, 26]) {
        sheet.set_column_width(column, width)?;
    }
    native(sheet, "changes", &heads, row)
}

/// The assumptions register.
pub fn register(sheet: &mut Worksheet, model: &Model, looks: &Looks) -> Result<(), XlsxError> {
    let heads = ["input", "value", "mark", "range", "source", "owner"].map(str::to_owned);
    for (row, a) in (1..).zip(&model.assumptions) {
        let mark = match a.mark {
            Mark::Source => "S: published",
            Mark::Derived => "D: derived from data",
            Mark::Assumption => "A: assumption",
        };
        let range = a.range.as_ref().map_or_else(String::new, ToString::to_string);
        let cells = [&a.path, &a.value, mark, &range, &a.source, a.owner.as_deref().unwrap_or("")];
        for (column, text) in (0..).zip(cells) {
            // A cell holds 32,767 characters.
            let text: String = text.chars().take(2_000).collect();
            sheet.write_with_format(row, column, text, &looks.wrap)?;
        }
    }
    for (column, width) in (0..).zip([44, 40, 20, 30, 80, 16]) {
        sheet.set_column_width(column, width)?;
    }
    native(sheet, "register", &heads, model.assumptions.len() as u32)
}

/// The judged metrics and the money in every single replication.
pub fn replications(sheet: &mut Worksheet, results: &Results) -> Result<(), XlsxError> {
    let shown: Vec<usize> = (0..results.metrics.len())
        .filter(|m| {
            let metric = &results.metrics[*m];
            results.primary == Some(*m) || metric.matters.is_some() || metric.level == Level::Financial
        })
        .collect();
    let mut heads = vec!["arm".to_owned(), "replication".to_owned()];
    heads.extend(shown.iter().map(|m| {
        let metric = &results.metrics[*m];
        if metric.unit.is_empty() {
            metric.name.clone()
        } else {
            format!("{} [{}]", metric.name, metric.unit)
        }
    }));
    let mut row = 0;
    for arm in &results.arms {
        for r in 0..results.replications {
            row += 1;
            sheet.write(row, 0, &arm.name)?;
            sheet.write(row, 1, r as f64)?;
            for (column, m) in (2..).zip(&shown) {
                let value = arm.replications[*m][r];
                number(sheet, row, column, value, decimals(value, 0.0) + 1)?;
            }
        }
    }
    native(sheet, "replications", &heads, row)
}
