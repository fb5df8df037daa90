//! Footprints: for each two activities, which of the two orders the log shows (van der Aalst, Weijters and Maruster, "Workflow
//! mining: discovering process models from event logs", IEEE TKDE 16 (2004)).

use super::dfg::counts;
use crate::eventlog::EventLog;

/// How often one activity comes right after another, by direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// neither right after the other
    Never,
    /// only the first, then the second
    Before,
    /// only the second, then the first
    After,
    /// both orders
    Both,
}

impl Relation {
    /// The usual sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Never => "#",
            Self::Before => "→",
            Self::After => "←",
            Self::Both => "‖",
        }
    }
}

/// Only pairs that follow each other are held: most of a large log's pairs never do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footprint {
    pub activities: Vec<String>,
    /// (a, b), ascending: b comes right after a.
    follows: Vec<(u32, u32)>,
}

/// Beyond so many activities nobody reads a matrix, and it would fill the memory.
pub const WIDEST_MATRIX: usize = 300;

impl Footprint {
    /// How two activities (by position) stand to each other.
    pub fn relation(&self, a: usize, b: usize) -> Relation {
        let has = |a: usize, b: usize| self.follows.binary_search(&(a as u32, b as u32)).is_ok();
        match (has(a, b), has(b, a)) {
            (false, false) => Relation::Never,
            (true, false) => Relation::Before,
            (false, true) => Relation::After,
            (true, true) => Relation::Both,
        }
    }

    /// `[a][b]`; `None` beyond [`WIDEST_MATRIX`] activities.
    pub fn matrix(&self) -> Option<Vec<Vec<Relation>>> {
        let n = self.activities.len();
        (n <= WIDEST_MATRIX).then(|| (0..n).map(|a| (0..n).map(|b| self.relation(a, b)).collect()).collect())
    }
}

/// The footprint of a log.
pub fn footprint(log: &EventLog) -> Footprint {
    Footprint {
        activities: log.activities.iter().map(str::to_owned).collect(),
        follows: counts(log).edges.iter().map(|e| (e.0, e.1)).collect(),
    }
}
