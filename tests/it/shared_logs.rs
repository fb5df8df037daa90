//! Logs for tests: written by hand, or from the data folder beside the project, which may be absent.

#![allow(clippy::disallowed_methods, reason = "these tests read data files")]

use std::path::PathBuf;
use turnaround::eventlog::{EventLog, Instance, NONE};

/// The data folder beside the project; a notice when it is absent.
pub fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    // A worktree lies one level deeper.
    let deeper = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let found = [folder, deeper].into_iter().find(|f| f.is_dir());
    if found.is_none() {
        eprintln!("skipped: no data folder beside the project");
    }
    found
}

/// A log of (case, activity, resource, start, end [us]); an empty resource is none.
pub fn log(rows: &[(&str, &str, &str, i64, i64)]) -> EventLog {
    let mut log = EventLog::default();
    for &(case, activity, resource, start, end) in rows {
        let row = Instance {
            case: log.cases.intern(case),
            activity: log.activities.intern(activity),
            resource: if resource.is_empty() { NONE } else { log.resources.intern(resource) },
            start,
            end,
            ..Instance::default()
        };
        log.push(row);
    }
    log.sort();
    log
}

/// One of the CSV logs of the data folder, gzipped or not.
pub fn read_csv(name: &str) -> EventLog {
    let path = folder().expect("the data folder").join("logs").join(name);
    let bytes = std::fs::read(path).expect("a log");
    let text = if name.ends_with(".gz") {
        std::io::read_to_string(flate2::read::GzDecoder::new(bytes.as_slice())).expect("gzip")
    } else {
        String::from_utf8(bytes).expect("UTF-8")
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().expect("a header").clone();
    let column = |names: &[&str]| {
        names.iter().find_map(|n| headers.iter().position(|h| h == *n)).expect("a column that the log needs")
    };
    let case = column(&["case_id", "case:concept:name"]);
    let activity = column(&["activity", "Activity", "activity_name", "concept:name"]);
    let resource = column(&["resource", "Resource", "org:resource"]);
    let start = column(&["start_time", "start_timestamp"]);
    let end = column(&["end_time", "end_timestamp", "time:timestamp"]);
    let records: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    let rows: Vec<_> = records
        .iter()
        .map(|r| (&r[case], &r[activity], &r[resource], instant(&r[start]), instant(&r[end])))
        .collect();
    log(&rows)
}

/// Microseconds since 1970 of an instant with or without zone.
fn instant(text: &str) -> i64 {
    let timestamp = text.parse::<jiff::Timestamp>().unwrap_or_else(|_| {
        let civil: jiff::civil::DateTime = text.parse().expect("an instant");
        jiff::tz::TimeZone::UTC.to_timestamp(civil).expect("in range")
    });
    timestamp.as_microsecond()
}
