//! What the alternatives cost, and what the lines of money are made of.

use crate::world::{self, simulate};

/// The arms are compared "at the same yearly cost": what the tool costs is what the stock costs to hold, and the van run.
#[test]
fn the_alternatives_cost_what_the_tool_costs() {
    let arms = world::named("bus", &["compare.replications=10"]);
    let results = simulate(&arms);
    let change = |arm: &str, metric: &str| {
        let m = results.metrics.iter().position(|m| m.name == metric).expect(metric);
        results.arms.iter().find(|a| a.name == arm).expect(arm).changes[m].difference.value
    };
    let tool = change("after", "cost.tool");
    let (held, driven) = (change("more_stock", "cost.holding"), change("extra_van_run", "cost.options"));
    assert!((held / tool - 1.0).abs() < 0.1, "holding costs {held}, the tool {tool}");
    assert!((driven / tool - 1.0).abs() < 0.05, "the van costs {driven}, the tool {tool}");
    // More buses in service is no cost: no line of the ledger goes by the miles that happen to be run.
    for arm in ["after", "more_stock", "extra_van_run"] {
        assert_eq!((change(arm, "cost.by_mile"), change(arm, "cost.shop_labour")), (0.0, 0.0), "{arm}");
    }
}
