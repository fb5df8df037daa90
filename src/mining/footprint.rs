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

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Footprint {
    pub activities: Vec<String>,
    /// `[a][b]`
    pub relations: Vec<Vec<Relation>>,
}

/// The footprint of a log.
pub fn footprint(log: &EventLog) -> Footprint {
    let n = log.activities.len();
    let mut follows = vec![vec![false; n]; n];
    counts(log).edges.iter().for_each(|e| follows[e.0 as usize][e.1 as usize] = true);
    let relation = |a: usize, b: usize| match (follows[a][b], follows[b][a]) {
        (false, false) => Relation::Never,
        (true, false) => Relation::Before,
        (false, true) => Relation::After,
        (true, true) => Relation::Both,
    };
    Footprint {
        activities: log.activities.iter().map(str::to_owned).collect(),
        relations: (0..n).map(|a| (0..n).map(|b| relation(a, b)).collect()).collect(),
    }
}
