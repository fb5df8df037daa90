//! The page that a run leaves: needs nothing else, says what the results say and no more, and is whole in every case.

#![allow(clippy::disallowed_methods, reason = "these tests read the scenarios that they run")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use turnaround::experiment::{Arm, Results, Watch, run, threads};
use turnaround::model::Model;
use turnaround::report::{self, Page, Picture};
use turnaround::scenario::{self, Scenario};
use turnaround::stats::Estimate;
use turnaround::text::Change;

/// A finished run and its page.
pub struct Report {
    pub html: String,
    results: Results,
}

/// Runs a scenario of the repository with these changes and writes its page.
pub fn report(file: &str, settings: &[&str]) -> Report {
    let source =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a scenario");
    report_on(&source, settings)
}

fn report_on(source: &str, settings: &[&str]) -> Report {
    let (mut tree, found) = scenario::parse("scenario.toml", source);
    assert!(found.is_empty(), "{found:?}");
    let changes: Vec<_> =
        settings.iter().map(|s| Change::from_argument(s, &mut tree.sources).expect("a setting")).collect();
    let (tree, unmade) = scenario::apply(&tree, &changes);
    assert!(unmade.is_empty(), "{unmade:?}");
    let (arms, found) = scenario::lower_arms(&tree, &|name| Err(format!("no file {name}")));
    assert!(!arms.is_empty(), "{found:?}");
    let results = simulate(&arms);
    let html = page(&results, &arms, &tree, &pictures(&results));
    Report { html, results }
}

fn simulate(arms: &[(scenario::Arm, Model)]) -> Results {
    let runs: Vec<Arm> =
        arms.iter().map(|(arm, model)| Arm { name: &arm.name, label: &arm.label, model }).collect();
    let watch = Watch { progress: &|_, _| (), cancel: &AtomicBool::new(false) };
    run(&runs, true, watch, &threads(None).expect("threads")).expect("the runs end")
}

fn page(
    results: &Results,
    arms: &[(scenario::Arm, Model)],
    scenario: &Scenario,
    pictures: &[Picture],
) -> String {
    let page = Page {
        first: None,
        results,
        arms,
        scenario,
        pictures,
        money: None,
        key: "0123456789ab",
        generator: "a generator",
    };
    report::html(&page).expect("a page")
}

#[cfg(feature = "charts")]
fn pictures(results: &Results) -> Vec<Picture> {
    report::pictures(results, "a footer")
}

#[cfg(not(feature = "charts"))]
fn pictures(_: &Results) -> Vec<Picture> {
    Vec::new()
}

/// The bus case, short: numbers mean little, but everything is there.
pub const SHORT_BUS: [&str; 4] =
    ["compare.replications=12", "run.warm_up=\"2 weeks\"", "run.window=\"6 weeks\"", "run.drain=\"4 weeks\""];

const BUS: &str = "scenarios/bus/scenario.toml";

/// Two clerks, or three.
const CLERKS: &str = r#"
title = "Clerks <b>&</b> \"customers\""
[run]
window = "4 weeks"
drain = "1 week"
[team.clerks]
members = 2
[arrival.customers]
process = "visit"
every = { exponential = { mean = "12 min" } }
[process.visit.step.serve]
task = { team = "clerks", time = { exponential = { mean = "20 min" } } }
next = "leave"
[process.visit.step.leave]
end = {}
[metric.wait]
label = "Wait"
unit = "min"
better = "lower"
matters = "10 %"
mean = "visit.waiting"
[compare]
primary = "wait"
replications = 12
[report]
question = "Does a third clerk help?"
teams = ["clerks"]
metrics = ["wait"]
[arm.third]
label = "With a third clerk"
[arm.third.set]
"team.clerks.members" = 3
"#;

/// The values of an attribute, in order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begins = format!(" {name}=\"");
    html.split(begins.as_str()).skip(1).map(|rest| rest.split('"').next().expect("a value")).collect()
}

/// What is between a tag and its end, for elements that do not contain themselves.
fn elements<'a>(html: &'a str, begin: &str, end: &str) -> Vec<&'a str> {
    html.split(begin).skip(1).map(|rest| rest.split(end).next().expect("an end")).collect()
}

/// The text of a piece of a page.
fn text(html: &str) -> String {
    let mut out = String::new();
    for (i, part) in html.split('<').enumerate() {
        let shown = if i == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) };
        out.push_str(shown);
    }
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
        .trim()
        .to_owned()
}

pub fn check_structure(html: &str) {
    assert!(html.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"));
    let without_names = html.replace("http://www.w3.org/2000/svg", "");
    for request in
        ["http:", "https:", "<script", " src=", "@import", "url(", "<iframe", "<object", "javascript:"]
    {
        assert!(!without_names.contains(request), "the page asks for something: {request}");
    }
    let ids = attributes(html, "id");
    let unique: BTreeSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "an id comes twice: {ids:?}");
    for named in attributes(html, "aria-labelledby") {
        assert!(ids.contains(&named), "nothing has the id {named}");
    }
    for link in attributes(html, "href").iter().filter_map(|href| href.strip_prefix('#')) {
        assert!(ids.contains(&link), "the link #{link} leads nowhere");
    }
    for svg in elements(html, "<svg ", "</svg>") {
        let title = elements(svg, "<title", "</title>").first().map(|title| text(&format!("<t{title}")));
        assert!(title.is_some_and(|t| !t.is_empty()), "a picture without a title: {}", &svg[..120]);
    }
    for th in elements(html, "<th ", ">") {
        assert!(th.contains("scope="), "a heading of a table without a scope: {th}");
    }
    assert_eq!(html.matches("<h1>").count(), 1);
    for tag in ["table", "figure", "section", "details", "dl", "div", "tr", "td", "main"] {
        let open = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "{tag} is not closed");
    }
    assert!(!html.contains("NaN") && !html.contains("inf,"), "a number that is none");
}

#[test]
fn the_page_of_the_bus_case_is_whole_and_asks_for_nothing() {
    let report = report(BUS, &SHORT_BUS);
    let html = &report.html;
    check_structure(html);
    let words = text(html).replace('\u{a0}', " ");
    for said in [
        "What happens to the buses, and to what they cost",
        "Parts inventory managers",
        "116 members, at 4 sites",
        "How it works",
        "Parts clerks, other sites",
        "one place after the other: the waits add up",
        "all at once: the first useful answer counts",
        "first choice; who will ever have it: Maintenance 60 %",
        "the same and (team: buyers, scope: whole, sees: nothing, right: 97 %)",
        "Fuel injector set, Turbocharger, Engine control unit",
        "Social tool › reply",
        "seed 20260105",
        "turnaround run scenario.resolved.toml",
        "a generator",
    ] {
        assert!(words.contains(said), "the page does not say: {said}");
    }
    // Who sees nothing is asked by none, but may pass on what others wrote.
    let searches = |words: &str| -> Vec<&str> {
        elements(html, "<svg ", "</svg>").into_iter().filter(|svg| svg.contains(words)).collect()
    };
    let (single, to_all) = (searches("ask one place after the other"), searches("ask all places at once"));
    assert!(!single.is_empty() && !single.iter().any(|svg| svg.contains("Parts procurement")));
    assert!(to_all.iter().any(|svg| svg.contains("Parts procurement")));
    // Every table and figure names a file of the run folder.
    let captions =
        elements(html, "<caption", "</caption>").len() + elements(html, "<figcaption", "</figcaption>").len();
    assert_eq!(html.matches("Data: <a href=\"").count(), captions);
    // The answer, with the sum in money, stands before everything else.
    let (top, _) = html.split_once("<nav").expect("contents");
    let top = self::text(top.split_once("id=\"short-title\"").expect("the answer").1);
    for said in [
        "Restore cycle time, mean",
        "Mean time between breakdowns (in service)",
        "Maintenance and what is lost",
    ] {
        assert!(top.contains(said), "the answer does not name: {said}");
    }
    #[cfg(feature = "charts")]
    {
        let pictures = pictures(&report.results).len();
        assert_eq!(html.matches("<figure").count(), pictures + 1);
        // All but two pictures open by the line of their finding.
        assert_eq!(html.matches("<details class=\"fold\">").count(), pictures - 2);
    }
}

/// The numbers of a cell such as `−1.0 [−1.5, −0.6]`, each with half of its last digit.
fn numbers(cell: &str) -> Vec<(f64, f64)> {
    let plain = cell.replace('\u{2212}', "-").replace(',', "");
    let pieces = plain.split(|c: char| !(c.is_ascii_digit() || c == '-' || c == '.'));
    let number = |piece: &str| {
        let decimals = piece.split_once('.').map_or(0, |(_, digits)| digits.len() as i32);
        Some((piece.parse().ok()?, 0.5001 * 10f64.powi(-decimals)))
    };
    pieces.filter_map(number).collect()
}

/// A cell shows an estimate, rounded to no less than a sixth of its half-width.
fn check_estimate(cell: &str, e: &Estimate, what: &str) {
    let shown = numbers(cell);
    if e.is_identical() {
        assert_eq!(cell, "0", "{what}");
        return;
    }
    let wanted = [e.value, e.lower, e.upper];
    assert_eq!(shown.len(), 3, "{what}: {cell}");
    for ((shown, digit), wanted) in shown.into_iter().zip(wanted) {
        let tolerance = digit.max(e.half_width() / 6.0);
        assert!((shown - wanted).abs() <= tolerance, "{what}: {cell} shows {shown}, not {wanted}");
    }
}

#[test]
fn every_number_of_the_tables_is_that_of_the_results() {
    let report = report(BUS, &SHORT_BUS);
    let results = &report.results;
    let tables = elements(&report.html, "<table class=\"cards results\"", "</table>");
    let mut seen = 0;
    for table in tables {
        let heads: Vec<String> =
            elements(table, "<th scope=\"col\"", "</th>").iter().map(|h| text(&format!("<t{h}"))).collect();
        let after = results.arms.iter().position(|arm| arm.label == heads[2]).expect("an arm of this label");
        for row in elements(table, "<th scope=\"row\"", "</tr>") {
            let (head, cells) = row.split_once("</th>").expect("cells");
            let label = text(&format!("<t{head}"));
            // Longest first: some labels begin like others.
            let of = results.metrics.iter().enumerate().filter(|(_, m)| label.starts_with(&m.label));
            let (i, metric) = of.max_by_key(|(_, m)| m.label.len()).expect("a metric of this label");
            let cells: Vec<String> =
                elements(cells, "<td", "</td>").iter().map(|c| text(&format!("<t{c}"))).collect();
            let change = &results.arms[after].changes[i];
            // Large amounts are in millions, which the unit says.
            let size = if label.contains("[million ") { 1e6 } else { 1.0 };
            let scaled = |e: &Estimate| Estimate {
                value: e.value / size,
                se: e.se / size,
                lower: e.lower / size,
                upper: e.upper / size,
                ..*e
            };
            for (cell, arm) in [(&cells[0], 0), (&cells[1], after)] {
                let e = &scaled(&results.arms[arm].estimates[i]);
                let (shown, digit) = numbers(cell)[0];
                let tolerance = digit.max(e.half_width() / 2.0);
                assert!((shown - e.value).abs() <= tolerance, "{}: {cell} is not {}", metric.name, e.value);
            }
            if change.adjusted.has_interval() {
                check_estimate(&cells[2], &scaled(&change.adjusted), &metric.name);
            }
            seen += 1;
        }
    }
    assert_eq!(
        seen,
        results.metrics.len() + (results.arms.len() - 2) * lead(results),
        "a row for each metric, and of the lead ones for each other arm"
    );
}

#[test]
fn who_subtracts_the_levels_of_a_tile_gets_its_change() {
    for report in [report(BUS, &SHORT_BUS), report_on(CLERKS, &[])] {
        let mut seen = 0;
        for tile in elements(&report.html, "<div class=\"tile\">", "<p class=\"words\">") {
            let values: Vec<(f64, f64)> = numbers(&text(&elements(tile, "<b>", "</b>").join(" ")));
            let mark = tile.split("</p>").nth(1).expect("a change");
            let change = numbers(text(mark).split('[').next().expect("a value"))[0];
            let (before, after) = (values[0], values[1]);
            let off = (after.0 - before.0 - change.0).abs();
            assert!(off < 0.01 * change.1, "{before:?} {after:?} {change:?} in {tile}");
            seen += 1;
        }
        assert!(seen > 0);
    }
}

/// Metrics that are judged, or that the question is about.
fn lead(results: &Results) -> usize {
    results
        .metrics
        .iter()
        .filter(|m| m.matters.is_some() || m.name == "restore_time.mean" || m.name == "mtbf")
        .count()
}

/// The paragraph of the result.
fn result(html: &str) -> String {
    let section = html.split("id=\"result-title\"").nth(1).expect("a result");
    text(section.split("<table").next().expect("words")).replace('\u{a0}', " ")
}

#[test]
fn a_change_beyond_chance_is_told_with_its_interval() {
    let report = report_on(CLERKS, &[]);
    check_structure(&report.html);
    let change = &report.results.arms[1].changes[0];
    assert!(change.adjusted.upper < 0.0, "a third clerk shortens the wait");
    let said = result(&report.html);
    assert!(said.contains("Wait falls by ") && said.contains(": an improvement, larger than the "), "{said}");
    assert!(
        report.html.contains("Clerks &lt;b&gt;&amp;&lt;&#x2f;b&gt;")
            || report.html.contains("Clerks &lt;b&gt;&amp;&lt;/b&gt;")
    );
    assert!(report.html.contains("Does a third clerk help?") && report.html.contains("2 members"));
    assert!(report.html.contains("The scenario has no register of assumptions"));
    assert!(!report.html.contains("id=\"register\""));
}

#[test]
fn nothing_is_claimed_beyond_the_interval() {
    // Nothing that differs acts on the wait.
    let same = report_on(CLERKS, &["arm.third.set={ \"team.clerks.label\" = \"Clerks\" }"]);
    let said = result(&same.html);
    assert!(said.contains("Wait is the same in every replication"), "{said}");
    // Too few replications for an interval.
    let few = report_on(CLERKS, &["compare.replications=3"]);
    let said = result(&few.html);
    assert!(said.contains("nothing is known about the change"), "{said}");
    assert!(!said.contains("improvement") && !said.contains("falls"), "{said}");
    check_structure(&few.html);
    let table = report::table(&few.results, "", None);
    assert!(!table.contains("Common random numbers") && !table.contains("not known"), "{table}");
    // Slightly faster work in a short run: less than chance does.
    let small = report_on(
        CLERKS,
        &[
            "arm.third.set={ \"process.visit.step.serve.task.time\" = { exponential = { mean = \"19.9 min\" } } }",
            "run.window=\"2 d\"",
            "run.drain=\"1 d\"",
            "metric.wait.matters=\"0.1 %\"",
            "arrival.customers.every=\"15 min\"",
        ],
    );
    check_structure(&small.html);
    for (metric, change) in small.results.metrics.iter().zip(&small.results.arms[1].changes) {
        let said = result(&small.html);
        let claimed = said.contains(&format!("{} falls", metric.label));
        assert_eq!(claimed, change.adjusted.has_interval() && !change.adjusted.contains(0.0), "{said}");
    }
}

#[test]
fn a_single_arm_without_teams_register_or_pictures_makes_a_page() {
    let report = report("scenarios/theory/renewal.toml", &["compare.replications=5"]);
    check_structure(&report.html);
    assert_eq!(report.results.arms.len(), 1);
    for absent in
        ["What differs between the worlds", "Verdict", "id=\"register\"", "The teams", "class=\"search\""]
    {
        assert!(!report.html.contains(absent), "{absent}");
    }
    assert!(report.html.contains("<th scope=\"col\" role=\"columnheader\">Interval</th>"));
    let known = elements(&report.html, "<table class=\"cards results known\"", "</table>");
    assert!(known.len() == 1 && known[0].contains("renewal equation"), "the source of the exact value");
    let (tree, _) = scenario::parse("scenario.toml", CLERKS);
    let (arms, _) = scenario::lower_arms(&tree, &|_| Err(String::new()));
    let bare = page(&simulate(&arms), &arms, &tree, &[]);
    check_structure(&bare);
    assert!(!bare.contains("<figure") && !bare.contains("#pictures"));
}

#[test]
fn the_same_results_give_the_same_bytes() {
    assert!(report_on(CLERKS, &[]).html == report_on(CLERKS, &[]).html);
}

#[test]
fn what_an_arm_changes_is_told_in_plain_words() {
    let source = CLERKS
        .replace(
            "\"team.clerks.members\" = 3",
            r#""team.clerks.members" = 3
"arrival.customers.every" = "15 min"
"team.clerks.label" = "Staff"
"process.visit.step.serve.task.time" = { lognormal = { mean = "20 min", cv = 1 } }
"calendar.office.open" = ["Tue 08:00-12:00", "Mon 08:00-12:00"]
"profile.rush.week" = [{ from = "Mon 00:00", value = 1 }, { from = "Sat 00:00", value = 3 }]
"#,
        )
        .replace(
            "[team.clerks]",
            r#"[calendar.office]
open = ["Mon 08:00-12:00"]
[profile.rush]
week = [{ from = "Mon 00:00", value = 1 }, { from = "Sat 00:00", value = 2 }]
[team.clerks]"#,
        );
    let (tree, found) = scenario::parse("scenario.toml", &source);
    assert!(found.is_empty());
    let arms = scenario::arms(&tree);
    let told: Vec<_> = scenario::differences(&tree, &arms[1])
        .into_iter()
        .map(|d| (d.path, d.before.unwrap_or_else(|| "-".to_owned()), d.after))
        .collect();
    let told: Vec<_> = told.iter().map(|(p, b, a)| (p.as_str(), b.as_str(), a.as_str())).collect();
    assert_eq!(
        told,
        [
            ("team.clerks.members", "2", "3"),
            ("arrival.customers.every", "exponential: (mean: 12 min)", "15 min"),
            ("team.clerks.label", "-", "Staff"),
            (
                "process.visit.step.serve.task.time",
                "exponential: (mean: 20 min)",
                "lognormal: (mean: 20 min, cv: 1)"
            ),
            ("calendar.office.open", "Mon 08:00-12:00", "Tue 08:00-12:00, Mon 08:00-12:00"),
            (
                "profile.rush.week",
                "2 entries",
                "(from: Sat 00:00, value: 3) instead of (from: Sat 00:00, value: 2)"
            ),
        ]
    );
    assert_eq!(scenario::differences(&tree, &arms[0]), []);
}

/// What the page refers to lies beside it.
#[cfg(feature = "cli")]
#[test]
fn every_file_that_the_page_names_is_in_the_run_folder() {
    let place = tempfile::tempdir().expect("a folder");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_turnaround"));
    // As few samples of the inputs and replications of the ramp as there can be: all files are there with these, too.
    command
        .args(["run", BUS, "--inputs", "20x2", "-S", "ramp.replications=2", "--output"])
        .arg(place.path())
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    for setting in SHORT_BUS {
        command.args(["-S", setting]);
    }
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let runs = std::fs::read_dir(place.path().join("bus")).expect("runs");
    let run = runs.map(|e| e.expect("an entry").path()).find(|p| p.is_dir()).expect("a run folder");
    let html = std::fs::read_to_string(run.join("report.html")).expect("a page");
    check_structure(&html);
    let mut named = 0;
    for file in attributes(&html, "href")
        .into_iter()
        .filter(|href| !href.starts_with(['#']) && !href.starts_with("data:"))
    {
        assert!(run.join(file).is_file(), "{file} is not in the run folder");
        named += 1;
    }
    assert!(named > 15, "only {named} links to files");
    // What belongs to one machine or one moment stays outside.
    assert!(
        !html.contains(&place.path().display().to_string()) && !html.contains(env!("CARGO_MANIFEST_DIR"))
    );
}
