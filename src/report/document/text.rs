//! The document as Markdown, and as tables for the terminal.

use super::{Document, Table, words};
use crate::report::Picture;
use std::fmt::Write;

/// The report in Markdown.
pub fn markdown(document: &Document, pictures: &[Picture]) -> String {
    let d = document;
    let mut out = format!("# {}\n\n", d.title);
    if !d.question.is_empty() {
        let _ = writeln!(out, "**{}**\n", d.question);
    }
    let _ = writeln!(out, "**{}** {}\n", d.answer, d.because.join(" "));
    for paragraph in &d.description {
        let _ = writeln!(out, "{paragraph}\n");
    }
    for section in &d.sections {
        let _ = writeln!(out, "## {}\n", section.title);
        if !section.driver.is_empty() {
            let _ = writeln!(out, "**{}**\n", section.driver);
        }
        for paragraph in &section.text {
            let _ = writeln!(out, "{paragraph}\n");
        }
        for table in section.tables.iter().filter(|t| !t.rows.is_empty()) {
            let _ = writeln!(out, "{} ({})\n", table.caption, table.file);
            let _ = writeln!(
                out,
                "| {} |\n|{}|",
                table.header.join(" | "),
                vec!["---"; table.header.len()].join("|")
            );
            for row in &table.rows {
                let _ = writeln!(out, "| {} |", row.join(" | "));
            }
            out.push('\n');
        }
        for picture in
            pictures.iter().filter(|p| section.pictures.iter().any(|name| p.name.starts_with(name)))
        {
            let _ = writeln!(out, "![{}](charts/{}.svg)\n", picture.title, picture.name);
        }
    }
    let _ = writeln!(out, "## Method\n");
    for (what, how) in &d.method {
        let _ = writeln!(out, "* {what}: {how}");
    }
    let _ = writeln!(out, "\n{}.", d.byline);
    out
}

/// For a terminal: what each section says first, and the tables.
pub fn terminal(document: &Document) -> String {
    let mut out = format!("{}\n", document.title);
    for section in &document.sections {
        let _ = writeln!(out, "\n{}\n  {}", section.title, section.driver);
        if section.id == "options" {
            section.text.iter().for_each(|line| {
                let _ = writeln!(out, "  {line}");
            });
        }
        for table in section.tables.iter().filter(|t| !t.rows.is_empty()) {
            out.push_str(&aligned(table));
        }
    }
    out
}

/// The first column and those of words to the left, numbers to the right.
fn aligned(table: &Table) -> String {
    let shown: Vec<usize> = (0..table.header.len()).filter(|i| !table.page_only.contains(i)).collect();
    let width = |i: usize| {
        let cells = table.rows.iter().map(|row| row[i].chars().count());
        cells.chain([table.header[i].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table.header.len()).map(width).collect();
    let words = words(&table.rows, table.header.len());
    let line = |cells: &[String]| {
        let mut text = String::new();
        for &i in &shown {
            let (cell, w, gap) = (&cells[i], widths[i], if i == 0 { "" } else { "  " });
            text += gap;
            text += &if i == 0 || words[i] { format!("{cell:<w$}") } else { format!("{cell:>w$}") };
        }
        format!("  {}\n", text.trim_end())
    };
    let mut out = format!("\n  {}\n", table.caption);
    out += &line(&table.header);
    for row in &table.rows {
        out += &line(row);
    }
    out
}
