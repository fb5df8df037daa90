//! Step 1: which groups cost most.

use super::ledger::Ledger;

/// A group and what it costs.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Ranked {
    pub group: String,
    /// In the year that is ranked [money].
    pub cost: f64,
    /// Of the cost of all groups [1].
    pub share: f64,
    /// Of this group and all larger ones [1].
    pub cumulative: f64,
}

/// The groups of a year, the costliest first; equal ones by name. Shares are of the sum of all, credits included.
pub fn rank(ledger: &Ledger, year: i32) -> Vec<Ranked> {
    let mut groups: Vec<(&str, f64)> = ledger.groups(year).into_iter().collect();
    groups.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let total: f64 = groups.iter().map(|(_, cost)| cost).sum();
    let mut sum = 0.0;
    let each = groups.into_iter().map(|(group, cost)| {
        sum += cost;
        Ranked { group: group.to_owned(), cost, share: cost / total, cumulative: sum / total }
    });
    each.collect()
}
