//! The business case as tables: one function for each file of the run folder.

use super::rows::Rows;
use super::table::Table;
use crate::business::{Case, Of};

/// `money.csv`: the flows of each option by month and line; and their sums with the bands of what is not known.
pub fn flows(case: &Case) -> Table {
    let mut rows = Rows::default();
    for option in &case.options {
        let lines: Vec<(&str, bool, &str, Vec<f64>)> = (option.lines.iter())
            .map(|l| (l.name.as_str(), l.kind.cashable, l.kind.stakeholder.as_str(), l.flows.mean()))
            .collect();
        for month in 0..=case.months {
            for (name, cashable, stakeholder, flows) in &lines {
                rows.text("arm", &option.name);
                rows.integer("month", month as u64);
                rows.text("line", name);
                rows.text("cashable", if *cashable { "yes" } else { "no" });
                rows.text("stakeholder", stakeholder);
                rows.number("flow", Some(flows[month]));
                sums(&mut rows, None);
            }
            for (name, course) in [("(cash)", &option.cash), ("(all)", &option.all)] {
                rows.text("arm", &option.name);
                rows.integer("month", month as u64);
                rows.text("line", name);
                rows.text("cashable", "");
                rows.text("stakeholder", "");
                rows.number("flow", Some(course.flows[month]));
                sums(&mut rows, Some([course.sum[month], course.sum_p5[month], course.sum_p95[month]]));
            }
        }
    }
    rows.table()
}

fn sums(rows: &mut Rows, values: Option<[f64; 3]>) {
    for (k, name) in ["sum", "sum_p5", "sum_p95"].into_iter().enumerate() {
        rows.number(name, values.map(|v| v[k]));
    }
}

/// What the flows of a view are called in tables.
pub fn of(of: &Of) -> String {
    match of {
        Of::Cash => "cash".to_owned(),
        Of::All => "all".to_owned(),
        Of::Stakeholder(name) => format!("stakeholder: {name}"),
    }
}

/// `options.csv`: what each option is worth, by whose flows they are and by rate.
pub fn options(case: &Case) -> Table {
    let mut rows = Rows::default();
    for (v, view) in case.views.iter().enumerate() {
        for option in &case.options {
            let worth = &option.worth[v];
            rows.text("arm", &option.name);
            rows.text("of", &of(&view.of));
            rows.number("rate", Some(view.rate));
            rows.estimate("npv_", Some(&worth.npv));
            rows.number("best_lower", Some(worth.best.0));
            rows.number("best_upper", Some(worth.best.1));
            let risk = worth.risk.as_ref();
            rows.number("p5", risk.map(|r| r.p5));
            rows.number("p50", risk.map(|r| r.p50));
            rows.number("p95", risk.map(|r| r.p95));
            rows.number("positive", risk.map(|r| r.positive));
            rows.number("shortfall", risk.map(|r| r.shortfall));
            rows.number("evpi", risk.map(|r| r.evpi));
        }
    }
    rows.table()
}

/// `ramp.csv`: week by week, from the end of the warm-up on, what the options that ramp up change; None without one.
pub fn ramp(case: &Case) -> Option<Table> {
    let mut rows = Rows::default();
    for ramped in &case.ramped {
        for (k, week) in ramped.weeks.iter().enumerate() {
            rows.text("arm", &ramped.name);
            rows.number("day", Some(week.day));
            rows.text("metric", &ramped.metric);
            rows.text("unit", &ramped.unit);
            rows.estimate("change_", Some(&week.change));
            rows.estimate("gain_", week.gain.as_ref());
            rows.text("by_construction", if week.by_construction { "yes" } else { "no" });
            rows.number("seen", ramped.control.as_ref().map(|c| c.values[k]));
        }
    }
    rows.some()
}
