//! Reports as one HTML page that needs nothing else: no script, no request, readable on a phone, in the dark, on paper.
//!
//! Each file computes one part of a page as plain values; `page.html` (of a run), `mine.html` (of a log) and `document.html` (of a portfolio, of a study), minijinja
//! templates in the frame `base.html` with the parts of `figure.html` and `parts.html`, say where they go and `page.css` how they look.

mod document;
mod drawing;
mod figure;
mod known;
mod method;
mod mined;
mod rows;
mod summary;
mod uncertain;
mod worlds;

use super::figures::capitalised;
use super::{Picture, table};
use crate::business::Case;
use crate::experiment::Results;
use crate::model::Model;
use crate::scenario::{Arm, Scenario};
pub use document::document_html;
pub use mined::mined_html;
pub use rows::headline;
pub use summary::summary;

use figure::Figure;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

/// What a page is made of.
pub struct Page<'a> {
    /// That this is the first answer of a run that goes on, and what is still to come.
    pub first: Option<&'a str>,
    pub results: &'a Results,
    /// With their models; the control first.
    pub arms: &'a [(Arm, Model)],
    /// The file that the arms change.
    pub scenario: &'a Scenario,
    pub pictures: &'a [Picture],
    /// Money over the years, with its pictures; None when the scenario has no such section.
    pub money: Option<(&'a Case, &'a [Picture])>,
    /// Key of the run folder.
    pub key: &'a str,
    /// Name of the generator of random numbers.
    pub generator: &'a str,
}

/// The text of `report.html`.
///
/// # Errors
/// When the template cannot be rendered, which no input brings about.
pub fn html(page: &Page) -> Result<String, String> {
    let Some((_, model)) = page.arms.first() else { return Err("there is no arm to report on".to_owned()) };
    render("page.html", &context(page, model))
}

/// One of the pages with its values; all share a frame.
fn render(name: &str, values: &impl Serialize) -> Result<String, String> {
    const TEMPLATES: [(&str, &str); 6] = [
        ("base.html", include_str!("base.html")),
        ("figure.html", include_str!("figure.html")),
        ("page.html", include_str!("page.html")),
        ("mine.html", include_str!("mine.html")),
        ("document.html", include_str!("document.html")),
        ("parts.html", include_str!("parts.html")),
    ];
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(|e| e.to_string())?,
    );
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).map_err(|e| e.to_string())?;
    }
    let template = environment.get_template(name).map_err(|e| e.to_string())?;
    let text = template.render(Serde(values)).map_err(|e| format!("{e:#}"))?;
    // A number stays with its sign of percent.
    // So does money with its sign.
    Ok(text.replace(" %", "\u{a0}%").replace("\u{2212}$", "\u{2212}\u{2060}$"))
}

/// The values of the template.
#[derive(Serialize)]
struct Context<'a> {
    css: &'a str,
    title: &'a str,
    question: &'a str,
    description: Vec<String>,
    banner: Option<String>,
    byline: String,
    /// Label of the first arm.
    control: &'a str,
    teams: Vec<Team>,
    tiles: Vec<rows::Tile>,
    tiles_reading: String,
    headline: Vec<rows::Meaning>,
    mechanism: Vec<String>,
    searches: Vec<worlds::Search>,
    channels: Option<worlds::Channels>,
    worlds: Vec<worlds::World>,
    mechanism_figures: Vec<Figure>,
    summary: summary::Summary,
    tables: Vec<rows::Table>,
    reading: Vec<String>,
    known: Option<known::Known>,
    money: Option<Money>,
    figures: Vec<Figure>,
    uncertain: uncertain::Uncertain,
    register: Vec<uncertain::Marked>,
    /// Whether what is not known about the inputs is in the intervals.
    carried: bool,
    method: Vec<method::Line>,
    commands: Vec<method::Command>,
    files: Vec<method::File>,
}

/// The chapter on money.
#[derive(Serialize)]
struct Money {
    text: crate::report::money::Chapter,
    figures: Vec<Figure>,
}

#[derive(Serialize)]
struct Team {
    label: String,
    members: String,
}

fn context<'a>(page: &'a Page, model: &'a Model) -> Context<'a> {
    let results = page.results;
    let title = if results.title.is_empty() { &results.scenario } else { &results.title };
    let mut count = 0;
    let searches = worlds::searches(page.arms, &mut count);
    // Numbered in the order of the page.
    let mechanism_figures = figure::of_mechanism(page.pictures, &mut count);
    let money = page.money.map(|(case, pictures)| Money {
        text: crate::report::money::chapter(case),
        figures: figure::of_money(pictures, &mut count),
    });
    let figures = figure::of_result(page.pictures, &mut count);
    Context {
        css: include_str!("page.css"),
        title,
        question: &model.headline.question,
        description: paragraphs(&model.description),
        banner: banner(page),
        byline: method::byline(page),
        control: results.arms.first().map_or("", |arm| &arm.label),
        teams: model.headline.teams.iter().map(|team| self::team(model, &model.teams[*team])).collect(),
        tiles: rows::tiles(results, model),
        tiles_reading: rows::tiles_reading(results),
        headline: rows::meanings(results, model),
        mechanism: paragraphs(&model.headline.mechanism),
        searches,
        channels: worlds::channels(page.arms),
        worlds: worlds::worlds(page),
        mechanism_figures,
        summary: summary(results, model),
        tables: rows::tables(results, model),
        reading: rows::reading(results),
        known: known::known(page),
        money,
        figures,
        uncertain: uncertain::uncertain(page, model),
        register: uncertain::register(model, results),
        carried: results.inputs.is_some(),
        method: method::lines(page, model),
        commands: method::commands(page),
        files: method::files(page),
    }
}

/// That this is not the whole answer, and what it leaves out.
fn banner(page: &Page) -> Option<String> {
    let notes = page.results.notes.iter().filter(|note| note.is_of_interruption());
    let told: Vec<String> = notes.map(|note| capitalised(&note.to_string()) + ".").collect();
    page.first.map(str::to_owned).or_else(|| (!told.is_empty()).then(|| told.join(" ")))
}

fn team(model: &Model, team: &crate::model::Team) -> Team {
    let places = |crew: &crate::model::Crew| match crew.sites.len() {
        0 => team.sites.len().max(1),
        n => n,
    };
    let members: usize = team.crews.iter().map(|crew| crew.count as usize * places(crew)).sum();
    let plural = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let members = plural(members, "member", "members");
    let at = match team.sites.len() {
        0 => String::new(),
        n => format!(", at {}", plural(n, "site", "sites")),
    };
    Team { label: model.label(&format!("team.{}", team.name)), members: format!("{members}{at}") }
}

/// Paragraphs are apart by an empty line.
fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

/// "95 %"
fn level(results: &Results) -> String {
    table::percent_of(results.level)
}
