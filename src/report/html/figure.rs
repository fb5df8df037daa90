//! Pictures as numbered figures of the page.

use crate::report::Picture;
use minijinja::HtmlEscape;
use serde::Serialize;

/// A figure: its number, what it finds, how to read it, where its numbers are.
#[derive(Serialize)]
pub struct Figure {
    pub number: usize,
    pub title: String,
    pub caption: String,
    /// Of the run folder.
    pub file: &'static str,
    pub svg: String,
}

/// Pictures that explain how the work goes, rather than what came out, by the beginning of their names.
const OF_MECHANISM: [&str; 3] = ["adoption", "map", "handover"];

/// The figures of the mechanism, and those of the result; `count` is the number of figures before them.
pub fn figures(pictures: &[Picture], count: &mut usize) -> (Vec<Figure>, Vec<Figure>) {
    let explains = |p: &&Picture| OF_MECHANISM.iter().any(|name| p.name.starts_with(name));
    let (mechanism, result): (Vec<&Picture>, Vec<&Picture>) = pictures.iter().partition(explains);
    let mut number = |pictures: Vec<&Picture>| -> Vec<Figure> {
        let figures = pictures.into_iter().map(|picture| {
            *count += 1;
            figure(picture, *count)
        });
        figures.collect()
    };
    (number(mechanism), number(result))
}

/// One picture as the figure of this number.
pub fn figure(picture: &Picture, number: usize) -> Figure {
    Figure {
        number,
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
