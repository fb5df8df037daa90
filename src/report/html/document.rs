//! The page of a document in sections: of an assessment, of a study.

use super::figure::{Figure, figure};
use crate::report::Picture;
use crate::report::document::{Document, words};
use serde::Serialize;

/// The text of the page. `files` are those beside it, each with what it holds.
///
/// # Errors
/// When the template cannot be rendered, which no input brings about.
pub fn document_html(
    document: &Document,
    pictures: &[Picture],
    files: &[(&str, &str)],
) -> Result<String, String> {
    super::render("document.html", &context(document, pictures, files))
}

/// The values of the template.
#[derive(Serialize)]
struct Context<'a> {
    css: &'a str,
    title: &'a str,
    question: &'a str,
    description: &'a [String],
    lead: &'a str,
    answer: &'a str,
    because: &'a [String],
    byline: &'a str,
    sections: Vec<Section<'a>>,
    lines: Vec<Line<'a>>,
    files: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    what: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Section<'a> {
    id: &'a str,
    title: &'a str,
    driver: &'a str,
    text: &'a [String],
    figures: Vec<Figure>,
    tables: Vec<Table<'a>>,
}

#[derive(Serialize)]
struct Table<'a> {
    caption: &'a str,
    file: &'a str,
    header: &'a [String],
    rows: &'a [Vec<String>],
    /// Columns of words.
    words: Vec<bool>,
}

/// Pictures that are shown when asked for.
const FOLDED: [&str; 2] = ["map", "handovers"];

fn context<'a>(d: &'a Document, pictures: &[Picture], files: &[(&'a str, &'a str)]) -> Context<'a> {
    let mut count = 0;
    let sections = d.sections.iter().map(|section| {
        let begins = |p: &&Picture, names: &[&str]| names.iter().any(|name| p.name.starts_with(name));
        let own = pictures.iter().filter(|p| begins(p, section.pictures));
        let figures = own.map(|p| {
            count += 1;
            Figure { folded: begins(&p, &FOLDED), ..figure(p, count) }
        });
        let tables = section.tables.iter().filter(|table| !table.rows.is_empty());
        Section {
            id: section.id,
            title: section.title,
            driver: &section.driver,
            text: &section.text,
            figures: figures.collect(),
            tables: tables
                .map(|t| Table {
                    caption: &t.caption,
                    file: t.file,
                    header: &t.header,
                    rows: &t.rows,
                    words: words(&t.rows, t.header.len()),
                })
                .collect(),
        }
    });
    Context {
        css: include_str!("page.css"),
        title: &d.title,
        question: &d.question,
        description: &d.description,
        lead: d.lead,
        answer: &d.answer,
        because: &d.because,
        byline: &d.byline,
        sections: sections.collect(),
        lines: d.method.iter().map(|(what, value)| Line { what, value }).collect(),
        files: files.iter().map(|&(what, value)| Line { what, value }).collect(),
    }
}
