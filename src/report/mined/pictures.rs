//! Which charts a mined log has. What they show, and the finding that is their title, is in the files beside this one.

use super::{Mined, flow, people, time};
use crate::eventlog::EventLog;
use crate::mining::Spread;
use crate::report::Picture;

/// All charts that the log supports.
pub fn mined_pictures(mined: &Mined) -> Vec<Picture> {
    let footer = mined.footer();
    let study = mined.study;
    let all = [
        flow::map(study, &footer),
        flow::variants(study, &footer),
        time::causes(study, &footer),
        time::spectrum(study, &footer),
        people::handovers(study, &footer),
        people::week(study, &footer),
        people::resources(study, &footer),
        time::arrivals(study, &footer),
        time::dotted(study, &footer),
        flow::rework(study, &footer),
    ];
    all.into_iter().flatten().collect()
}

/// [s]
pub const HOUR: f64 = 3_600.0;

/// Microseconds to seconds.
pub fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// The median of a spread [s].
pub fn median(spread: &Spread) -> f64 {
    HOUR * spread.median
}

/// The most frequent activities have colours; of each activity its colour.
pub struct Colors {
    pub names: Vec<String>,
    pub of: Vec<Option<usize>>,
}

/// Colours that one can tell apart.
const COLORS: usize = 12;

impl Colors {
    pub fn of(log: &EventLog, rows_of: &[u32]) -> Self {
        let mut order: Vec<usize> = (0..rows_of.len()).filter(|&a| rows_of[a] > 0).collect();
        order.sort_by_key(|&a| std::cmp::Reverse(rows_of[a]));
        order.truncate(COLORS);
        let names = order.iter().map(|&a| log.activities.name(a as u32).to_owned()).collect();
        let of = (0..rows_of.len()).map(|a| order.iter().position(|&o| o == a)).collect();
        Self { names, of }
    }
}

/// “name”
pub fn quoted(name: &str) -> String {
    format!("\u{201c}{name}\u{201d}")
}
