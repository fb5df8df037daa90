//! Step 5: what could be done, what it is worth, and the recommendation.

use super::funnel::lower_first;
use super::money::Currency;
use crate::assess::portfolio::Sort;
use crate::assess::{Assessment, Valued, choose};
use crate::report::document::{Section, Table};
use crate::report::number;

/// The recommendation in one sentence, and what must be said with it.
pub fn answer(a: &Assessment) -> (String, Vec<String>) {
    let money = Currency(&a.currency);
    let level = format!("{} %", number(100.0 * a.level, 0));
    let horizon = a.money.horizon;
    let mut because = Vec::new();
    let headline = match a.choice.best.map(|best| &a.candidates[best]) {
        None if a.candidates.is_empty() => {
            "Nothing can be recommended: the portfolio names no candidates.".to_owned()
        }
        None => {
            because.push(format!(
                "None of {} candidates has a value whose interval lies above zero ({level} together).",
                a.candidates.len()
            ));
            "Do nothing: no candidate is shown to be worth more than it costs.".to_owned()
        }
        Some(best) => {
            let teams = match best.teams.is_empty() {
                true => String::new(),
                false => format!(" ({})", best.teams.join(", ")),
            };
            because.push(format!(
                "It is worth {} over {horizon} years, and saves {} a year once settled.",
                money.estimate(&best.npv),
                money.estimate(&best.saving)
            ));
            because.extend(best.cash.map(|cash| {
                let paid =
                    if choose::is_beyond(&cash) { "" } else { ", which is not shown to pay by itself" };
                format!(
                    "Of that, {} is what budgets change by{paid}; the rest is valued and not paid.",
                    money.estimate(&cash)
                )
            }));
            because.extend(best.positive.map(|share| {
                format!(
                    "It is worth more than it costs in {} samples of what is not known.",
                    chance(a, share)
                )
            }));
            because.push(match a.choice.rivals.as_slice() {
                [] => format!("No other candidate is worth as much ({level} together)."),
                rivals => {
                    let names: Vec<_> = rivals.iter().map(|i| lower_first(&a.candidates[*i].label)).collect();
                    format!("Not told apart from it: {}.", names.join("; "))
                }
            });
            format!("{}{teams}.", best.label)
        }
    };
    for (i, v) in a.candidates.iter().enumerate().filter(|(i, v)| v.expected && a.choice.best != Some(*i)) {
        let rank = a.choice.order.iter().position(|k| *k == i).map_or(0, |r| r + 1);
        because.push(format!(
            "Where people expected it, {}, the value is {}: number {rank} of {}{}.",
            lower_first(&v.label),
            money.estimate(&v.npv),
            a.candidates.len(),
            match verdict(v) {
                "better" => "",
                "worse" => ", worse than doing nothing",
                _ => ", not told apart from doing nothing",
            }
        ));
    }
    (headline, because)
}

const HEADER: [&str; 10] = [
    "candidate",
    "operation",
    "sort",
    "net present value",
    "in cash",
    "samples above zero",
    "if inputs were exact",
    "saves a year",
    "paid at the start",
    "against nothing",
];

/// The operation, the sort, and what is asked for rather than read.
const PAGE_ONLY: [usize; 3] = [1, 2, 6];

/// A count of the samples of the inputs: "38 of 40".
fn chance(a: &Assessment, share: f64) -> String {
    let (outer, _) = a.samples.unwrap_or_default();
    format!("{} of {outer}", number(share * f64::from(outer), 0))
}

pub fn section(a: &Assessment) -> Section {
    let money = Currency(&a.currency);
    let row = |rank: usize, v: &Valued| {
        vec![
            format!("{rank}. {}", v.label),
            v.operation.clone(),
            match v.sort {
                Sort::Tool => "tool".to_owned(),
                Sort::Other => "other".to_owned(),
            },
            money.estimate(&v.npv),
            money.estimate(v.cash.as_ref().unwrap_or(&v.npv)),
            v.positive.map_or(String::new(), |share| chance(a, share)),
            money.estimate(&v.npv_exact),
            money.estimate(&v.saving),
            money.plain(v.upfront),
            verdict(v).to_owned(),
        ]
    };
    let mut rows: Vec<_> =
        a.choice.order.iter().enumerate().map(|(rank, i)| row(rank + 1, &a.candidates[*i])).collect();
    // Doing nothing is a candidate, too: where its zero falls among the others.
    let above = a.choice.order.iter().filter(|i| a.candidates[**i].npv.value > 0.0).count();
    let mut nothing = vec![String::new(); HEADER.len()];
    (nothing[0], nothing[3]) = ("Do nothing".to_owned(), money.plain(0.0));
    rows.insert(above, nothing);
    let (headline, because) = answer(a);
    let mut text = because;
    if let Some(best) = a.choice.best.map(|best| &a.candidates[best]) {
        text.extend(lever(best));
        text.extend(break_even(a, best));
    }
    if !a.candidates.is_empty() {
        text.push(format!(
            "Every candidate of every operation is simulated, wherever the first four steps point: {} in all. Values are net of what is paid, discounted at \
             {} % a year over {} years; what the tool does grows to its settled value over {}, anything else takes effect at once. Intervals hold together; {}.",
            a.candidates.len(),
            number(100.0 * a.money.discount, 1),
            a.money.horizon,
            match a.money.ramp {
                r if (r - 1.0).abs() < 1e-9 => "a year".to_owned(),
                r => format!("{} years", crate::report::plain(r)),
            },
            carried(a)
        ));
    }
    if !a.own_money.is_empty() {
        text.push(format!(
            "The scenario of {} says in [money] or [ramp] how it weighs money and how a change comes into effect. That is left aside here: all \
             candidates are weighed alike, by the rate, the horizon and the growth of savings of the portfolio.",
            a.own_money.join(", ")
        ));
    }
    Section {
        id: "options",
        title: "5. What to do",
        driver: headline,
        text,
        tables: vec![Table {
            page_only: &PAGE_ONLY,
            ..Table::new(
                format!(
                    "Candidates by net present value over {} years, with {} % interval together",
                    a.money.horizon,
                    number(100.0 * a.level, 0)
                ),
                "candidates.csv",
                &HEADER,
                rows,
            )
        }],
        pictures: &["candidates"],
    }
}

/// What the intervals contain.
fn carried(a: &Assessment) -> String {
    match a.samples {
        Some((outer, inner)) => format!(
            "they contain what is not known about {} inputs with a range ({outer} samples of them, {inner} paired replications of each)",
            a.unknown
        ),
        None => "they are for the inputs as they are written".to_owned(),
    }
}

/// What the value of the best depends on most.
fn lever(best: &Valued) -> Option<String> {
    let lever = best.levers.first()?;
    Some(format!(
        "What is not known of its value comes most from \u{201c}{}\u{201d} ({} to {}), {} % of the variance that the inputs make: it is worth more where that is {}.",
        lever.label,
        lever.low,
        lever.high,
        number(100.0 * lever.share, 0),
        if lever.rises { "high" } else { "low" }
    ))
}

/// Against doing nothing.
pub fn verdict(v: &Valued) -> &'static str {
    match () {
        _ if choose::is_beyond(&v.npv) => "better",
        _ if v.npv.has_interval() && v.npv.upper < 0.0 => "worse",
        _ => "not shown",
    }
}

/// What would change the recommendation: how much less it may save.
fn break_even(a: &Assessment, best: &Valued) -> Option<String> {
    let money = Currency(&a.currency);
    let at = |saving: f64| a.money.present(saving, best.upfront, best.yearly);
    let needed = -at(0.0) / (at(1.0) - at(0.0));
    (needed.is_finite() && best.saving.value > 0.0).then(|| {
        format!(
            "It would be worth nothing if it saved {} a year, {} % of what the simulation finds.",
            money.plain(needed.max(0.0)),
            number(100.0 * needed.max(0.0) / best.saving.value, 0)
        )
    })
}

pub fn method(a: &Assessment) -> Vec<(String, String)> {
    let line = |what: &str, value: String| (what.to_owned(), value);
    let level = number(100.0 * a.level, 0);
    vec![
        line("Step 1", "Sums of the ledger by group in its latest year.".to_owned()),
        line(
            "Step 2",
            format!(
                "Theil-Sen slopes with exact intervals by Kendall's S (Sen 1968), Mann-Kendall test; {level} % together over the operations (Bonferroni)."
            ),
        ),
        line(
            "Step 3",
            format!(
                "Ratio of the changes of the logarithms of cost and metric between paired worlds, jackknife over replications; or Theil-Sen over past years; {level} % together in each operation."
            ),
        ),
        line(
            "Step 4",
            format!(
                "Bottlenecks and handovers of the event log; one paired world for each stage with its times halved; {level} % together over the stages."
            ),
        ),
        line(
            "Step 5",
            format!(
                "One paired world for each candidate with the same random numbers. Half of the error of {level} % is spent on \u{201c}beyond doing nothing\u{201d} (Bonferroni over the candidates), half on \u{201c}the best of all\u{201d} (multiple comparisons with the best, Hsu 1984)."
            ),
        ),
        line(
            "Random numbers",
            format!("Seed {}, {} paired replications of each world.", a.seed, a.replications),
        ),
    ]
}
