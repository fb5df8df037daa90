//! What other simulators reached, for the row beside ours.

/// A published row; `None` where nothing was published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    pub log: &'static str,
    pub simulator: &'static str,
    /// NGD, AED [h], CED [h], RED [h], CTD [h]
    pub distances: [Option<f64>; 5],
}

/// The measures of [`Published`].
pub const PUBLISHED_MEASURES: [&str; 5] = ["ngd", "aed", "ced", "red", "ctd"];

const fn row(log: &'static str, simulator: &'static str, distances: [Option<f64>; 5]) -> Published {
    Published { log, simulator, distances }
}

/// Temporal split, as many cases as the test part has from its first arrival on, mean of ten runs.
///
/// Loan: Kirchdorfer, Blümel, Kampik, van der Aa and Stuckenschmidt, "AgentSimulator: an agent-based approach for data-driven
/// business process simulation" (ICPM 2024), and its repository lukaskirchdorfer/AgentSimulator. Production: the file of
/// AdaptiveBProcess/DeepSimulator, which is not the published one; Simod and AgentSimulator were run on it for this table.
pub const PUBLISHED: &[Published] = &[
    row("Loan", "Simod", [Some(0.150), Some(13.55), Some(0.402), Some(9.23), Some(20.4)]),
    row("Loan", "DeepGenerator", [Some(0.219), Some(212.0), Some(13.4), Some(5.26), Some(9.39)]),
    row("Loan", "AgentSimulator", [Some(0.069), Some(2.97), Some(0.271), Some(1.66), Some(2.71)]),
    row("Production", "Simod", [Some(0.687), None, None, Some(234.0), Some(353.0)]),
    row("Production", "AgentSimulator", [Some(0.496), None, None, Some(97.6), Some(186.0)]),
];
