//! The folder of `turnaround mine LOG -o DIR`: what its tables and its page say, and that its pictures can be read, on a made
//! log and on the real ones beside the project.

#![allow(clippy::disallowed_methods, reason = "these tests read what the program wrote")]

use crate::chart::collisions;
use crate::cli::Place;
use crate::shared_logs::{self, log};
use turnaround::eventlog::EventLog;
use turnaround::mining::{self, Relation, Study, WorkingClock};
use turnaround::report::{Mined, mined_pictures};

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// Eight weeks of cases from Monday to Friday, worked on by two people from 8 to 16; every third case is done again.
fn made() -> EventLog {
    let monday = 4 * DAY;
    let names: Vec<String> = (0..120).map(|c| format!("case {c}")).collect();
    let mut rows = Vec::new();
    for (c, name) in names.iter().enumerate() {
        let day = monday + (c as i64 / 3 / 5 * 7 + c as i64 / 3 % 5) * DAY;
        let at = day + (8 + 2 * (c as i64 % 3)) * HOUR;
        let name = name.as_str();
        rows.push((name, "receive", "ann", at, at + HOUR));
        // The last case of a day waits for the next morning.
        let next = if c % 3 == 2 { day + 32 * HOUR } else { at + HOUR };
        rows.push((name, "check", "bob", next, next + HOUR));
        if c % 3 == 0 {
            rows.push((name, "check", "bob", next + 2 * HOUR, next + 3 * HOUR));
        }
        rows.push((
            name,
            "a step whose name is so long that no box can hold it",
            "ann",
            next + 3 * HOUR,
            next + 4 * HOUR,
        ));
    }
    log(&rows)
}

#[test]
fn pictures_can_be_read() {
    let mut logs = vec![("made".to_owned(), made())];
    if shared_logs::folder().is_some() {
        let real = [
            "loan_train.csv",
            "07_bpic2013_incidents.xes.gz",
            "SEPSIS.xes.gz",
            "02_teleclaims.xes.gz",
            "prod_train.csv",
        ];
        logs.extend(real.into_iter().map(|name| (name.to_owned(), shared_logs::read(name))));
    }
    let mut wrong = Vec::new();
    for (name, log) in logs {
        let study = Study::new(log, 0.2);
        let pictures = mined_pictures(&Mined { study: &study, name: &name, filters: "" });
        assert!(pictures.len() >= 8, "{name} has {} pictures", pictures.len());
        for picture in pictures {
            wrong.extend(collisions(&format!("{name}, {}", picture.name), &picture.svg));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_folder_says_what_was_found() {
    let place = Place::new();
    let csv = turnaround::eventlog::format::by_file_name("made.csv").expect("a format").0;
    (csv.write)(&made(), &mut std::fs::File::create(place.path("made.csv")).expect("a file")).expect("a log");
    let said = place.well(&["mine", "made.csv", "-o", "found", "--show", "summary"]);
    assert!(said.contains("Page, charts and tables: found/mine.html"), "{said}");
    let read = |name: &str| std::fs::read_to_string(place.path("found").join(name)).expect("a file");
    let steps = read("tables/steps.csv");
    assert!(steps.starts_with("from,to,count,total [h]"), "{steps}");
    assert!(steps.contains("\nreceive,check,120,"), "{steps}");
    assert_eq!(read("tables/cases.csv").lines().count(), 121);
    assert!(read("tables/rework.csv").contains("check,120,40,40,40,40"), "{}", read("tables/rework.csv"));
    let page = read("mine.html");
    for expected in ["default-src 'none'", "Where the time goes", "tables&#x2f;steps.csv", "<svg", "made.csv"]
    {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(!page.contains("<script") && !page.contains("http-equiv=\"refresh\""));
    let json: serde_json::Value = serde_json::from_str(&read("mine.json")).expect("JSON");
    assert_eq!(json["summary"]["cases"], 120);
    for chart in [
        "map",
        "variants",
        "waiting",
        "spectrum",
        "handovers",
        "resources",
        "week",
        "arrivals",
        "dotted",
        "rework",
    ] {
        assert!(place.path("found/charts").join(format!("{chart}.png")).is_file(), "{chart}");
    }
    // The same log gives the same page.
    place.well(&["mine", "made.csv", "-o", "again", "--show", "summary"]);
    assert_eq!(page, std::fs::read_to_string(place.path("again/mine.html")).expect("a page"));
}

#[test]
fn working_time_leaves_out_nights_and_weekends() {
    let study = Study::new(made(), 0.2);
    assert_eq!(WorkingClock::of(&study.log).hours_a_week(), study.clock().hours_a_week());
    let wait = |graph: &mining::Dfg| {
        let edge = graph.edges.iter().find(|e| e.from == "receive" && e.to == "check").expect("an edge");
        edge.waiting.max
    };
    // From 13:00 to 8:00 the next day; work is seen from 8 to 17 or so.
    assert_eq!(wait(study.dfg()), 19.0);
    let working = wait(study.working_dfg());
    assert!((2.0..8.0).contains(&working), "{working}");
}

#[test]
fn footprints_tell_orders() {
    let f = mining::footprint(&crate::mining::words(&["abcd", "acbd"]));
    let of = |a: usize, b: usize| f.relation(a, b);
    assert_eq!(
        (of(0, 1), of(1, 0), of(1, 2), of(0, 3)),
        (Relation::Before, Relation::After, Relation::Both, Relation::Never)
    );
}
