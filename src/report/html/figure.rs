//! Pictures as numbered figures of the page.

use crate::report::Picture;
use minijinja::HtmlEscape;
use serde::Serialize;

/// A figure: its number, what it finds, how to read it, where its numbers are.
#[derive(Serialize)]
pub struct Figure {
    pub number: usize,
    /// Shown when asked for; its title is always there.
    pub folded: bool,
    pub title: String,
    pub caption: String,
    /// Of the run folder.
    pub file: &'static str,
    pub svg: String,
}

/// Pictures that explain how the work goes, rather than what came out, by the beginning of their names.
const OF_MECHANISM: [&str; 3] = ["adoption", "map", "handover"];

/// Pictures of the result that are open at once, and come first; the first of all where there is none of these.
const OPEN: [&str; 2] = ["changes", "stages"];

/// Whether a picture's name begins with one of these.
fn begins(p: &Picture, names: &[&str]) -> bool {
    names.iter().any(|name| p.name.starts_with(name))
}

/// The figures of the mechanism; `count` is the number of figures before them.
pub fn of_mechanism(pictures: &[Picture], count: &mut usize) -> Vec<Figure> {
    let figures = pictures.iter().filter(|p| begins(p, &OF_MECHANISM)).map(|picture| {
        *count += 1;
        Figure { folded: true, ..figure(picture, *count) }
    });
    figures.collect()
}

/// The figures of the result.
pub fn of_result(pictures: &[Picture], count: &mut usize) -> Vec<Figure> {
    let mut result: Vec<&Picture> = pictures.iter().filter(|p| !begins(p, &OF_MECHANISM)).collect();
    // Of several arms the first.
    let open: Vec<&str> =
        OPEN.iter().filter_map(|name| Some(&*result.iter().find(|p| begins(p, &[name]))?.name)).collect();
    let open = if open.is_empty() { result.first().map(|p| &*p.name).into_iter().collect() } else { open };
    let rank = |p: &&Picture| open.iter().position(|name| *name == p.name).unwrap_or(usize::MAX);
    result.sort_by_key(rank);
    let is_folded = |p: &Picture| rank(&p) == usize::MAX;
    let figures = result.into_iter().map(|picture| {
        *count += 1;
        Figure { folded: is_folded(picture), ..figure(picture, *count) }
    });
    figures.collect()
}

/// The figures of the chapter on money: the first three are open.
pub fn of_money(pictures: &[Picture], count: &mut usize) -> Vec<Figure> {
    let number = |(k, picture): (usize, &Picture)| {
        *count += 1;
        Figure { folded: k > 2, ..figure(picture, *count) }
    };
    pictures.iter().enumerate().map(number).collect()
}

/// One picture as the figure of this number.
pub fn figure(picture: &Picture, number: usize) -> Figure {
    Figure {
        number,
        folded: false,
        title: picture.title.clone(),
        caption: picture.caption.clone(),
        file: picture.file,
        svg: inline(&picture.svg, &picture.title, number),
    }
}

/// The picture as a part of a page: it takes its size from there, and its title is an element that can be referred to.
fn inline(svg: &str, title: &str, number: usize) -> String {
    let (head, body) = svg.split_once('>').unwrap_or((svg, ""));
    let mut kept = head.to_owned();
    for attribute in ["width", "height", "role", "aria-label"] {
        kept = without(&kept, attribute);
    }
    format!(
        "{kept} class=\"chart\" role=\"img\" aria-labelledby=\"picture-{number}\"><title id=\"picture-{number}\">{}</title>{body}",
        HtmlEscape(title)
    )
}

/// A tag without one of its attributes.
fn without(tag: &str, attribute: &str) -> String {
    let begins = format!(" {attribute}=\"");
    let Some((before, rest)) = tag.split_once(&begins) else { return tag.to_owned() };
    let after = rest.split_once('"').map_or("", |(_, after)| after);
    format!("{before}{after}")
}
