//! `turnaround mine` and `turnaround fidelity` on small logs.

use super::Place;
use serde_json::Value;
use std::fmt::Write;

/// Cases of two activities, the second after a wait [min].
fn log(cases: usize, wait: usize) -> String {
    let mut text = "case_id,activity,resource,start_time,end_time\n".to_owned();
    for c in 0..cases {
        let at = |minutes: usize| {
            let minute = c * 60 + minutes;
            format!("2024-03-{:02}T{:02}:{:02}:00Z", 4 + minute / 1440, minute / 60 % 24, minute % 60)
        };
        writeln!(text, "{c},receive,ann,{},{}", at(0), at(10)).expect("text");
        let wait = wait + c % 7;
        writeln!(text, "{c},repair,bob,{},{}", at(10 + wait), at(30 + wait)).expect("text");
    }
    text
}

fn place() -> Place {
    let place = Place::new();
    std::fs::write(place.path("real.csv"), log(60, 5)).expect("a log");
    std::fs::write(place.path("slow.csv"), log(60, 200)).expect("a log");
    place
}

#[test]
fn mine_says_what_is_in_a_log() {
    let place = place();
    let text = place.well(&["mine", "real.csv"]);
    for expected in
        ["60 cases, 120 rows, 2 activities", "receive → repair", "ann → bob", "seq('receive', 'repair')"]
    {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    let json = place.well(&["mine", "real.csv", "--json", "--show", "graph", "--show", "model"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["graph"]["edges"][0]["count"], 60);
    assert_eq!(json["model"]["alignments"]["log_fitness"], 1.0);
    assert!(json.get("summary").is_none());
}

#[test]
fn filters_keep_what_they_say() {
    let place = place();
    let text = place.well(&[
        "mine",
        "real.csv",
        "--show",
        "summary",
        "--from",
        "2024-03-05",
        "--to",
        "2024-03-06T00:00Z",
    ]);
    assert!(text.starts_with("24 cases"), "{text}");
    let text = place.well(&["mine", "real.csv", "--show", "summary", "--activity", "repair"]);
    assert!(text.starts_with("60 cases, 60 rows, 1 activities"), "{text}");
    let none = place.run(&["mine", "real.csv", "--case", "nobody"]);
    assert_eq!((none.code, none.err.contains("no row of real.csv passes the filters")), (2, true));
    let unknown = place.run(&["mine", "docs"]);
    assert_eq!(
        (unknown.code, unknown.err.contains("the formats are csv (.csv")),
        (2, true),
        "{}",
        unknown.err
    );
}

#[test]
fn fidelity_tells_a_slow_log_from_its_own_kind() {
    let place = place();
    let measures = |simulated: &str| {
        let json = place.well(&["fidelity", "real.csv", simulated, "--samples", "50", "--json"]);
        let json: Value = serde_json::from_str(&json).expect("JSON");
        json["measures"].as_array().expect("measures").clone()
    };
    let same = measures("real.csv");
    assert!(same.iter().all(|m| m["distance"]["value"] == 0.0));
    let slow = measures("slow.csv");
    assert_eq!((slow[0]["key"].as_str(), slow[0]["distance"]["value"].as_f64()), (Some("ngd"), Some(0.0)));
    assert!(slow[5]["distance"]["lower"].as_f64() > Some(2.0), "{}", slow[5]);
    let text = place.well(&["fidelity", "real.csv", "slow.csv", "--train", "real.csv", "--samples", "50"]);
    assert!(text.contains("replay floor") && text.contains("By activity"), "{text}");
    assert_eq!(
        text,
        place.well(&["fidelity", "real.csv", "slow.csv", "--train", "real.csv", "--samples", "50"])
    );
}
