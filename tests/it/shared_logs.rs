//! Logs for tests: written by hand, or from the data folder beside the project, which may be absent.

#![allow(clippy::disallowed_methods, reason = "these tests read data files")]

use std::path::PathBuf;
use turnaround::eventlog::{EventLog, Instance, NONE, format};

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

/// One of the logs of the data folder.
pub fn read(name: &str) -> EventLog {
    let path = folder().expect("the data folder").join("logs").join(name);
    let (format, _) = format::by_file_name(name).expect("a log format");
    let mut file = std::fs::File::open(path).expect("a log");
    let (mut log, report) = (format.read)(&mut file, &format::ReadOptions::default());
    assert!(!report.has_errors(), "{report}");
    log.sort();
    log
}
