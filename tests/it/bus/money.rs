//! What the alternatives cost, and what the lines of money are made of.

use crate::world::{self, simulate};
use turnaround::model::CostOf;
use turnaround::scenario::Pick;

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

/// So do the two that are left aside; a floating technician is paid by the shift.
#[test]
fn the_options_that_are_left_aside_cost_what_the_tool_costs() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/bus/scenario.toml");
    let named = Pick::Named(["after", "more_technicians", "vendor_contract"].map(str::to_owned).to_vec());
    let results = simulate(&world::picked(&file, &["compare.replications=10"], &named));
    let change = |arm: usize, metric: &str| {
        let m = results.metrics.iter().position(|m| m.name == metric).expect(metric);
        results.arms[arm].changes[m].difference.value
    };
    let tool = change(1, "cost.tool");
    // A technician is absent now and then, unpaid, and some work runs into overtime.
    let paid = change(2, "cost.running_labour");
    assert!((paid / tool - 1.0).abs() < 0.2, "the technician costs {paid}, the tool {tool}");
    let fee = change(3, "cost.options");
    assert!((fee / tool - 1.0).abs() < 0.05, "the vendor costs {fee}, the tool {tool}");
}

/// What is put on the shelves is paid: the units more than before, at their prices.
#[test]
fn the_first_stock_is_paid() {
    let arms = world::named("bus", &[]);
    let (before, more) =
        (&arms[0].1, &arms.iter().find(|(arm, _)| arm.name == "more_stock").expect("an arm").1);
    let value = |m: &turnaround::model::Model| -> f64 {
        m.stocks.iter().map(|stock| f64::from(stock.initial) * m.parts[stock.part].price).sum()
    };
    let units = value(more) - value(before);
    let cost = before.money.iter().flat_map(|m| &m.costs).find(|c| c.name == "first_stock").expect("a cost");
    assert_eq!((&cost.arms[..], cost.what), (&["more_stock".to_owned()][..], CostOf::Once(units)));
}
