//! The five steps: ledgers, trends and choices with known answers here; whole portfolios in `portfolios`.

mod ledgers;
#[cfg(feature = "cli")]
mod portfolios;

use turnaround::assess::choose::{choose, each_level};
use turnaround::assess::portfolio::{self, Sort};
use turnaround::assess::value::valued;
use turnaround::assess::{Candidate, Money, Samples, Unknown, Valued, elasticity};
use turnaround::stats::{Resampled, Sums};
use turnaround::text::{Tree, schema_faults};

/// Costs of replications: a mean, as yearly costs are.
fn mean(values: &[f64]) -> Resampled {
    let mut sums = Sums::new(2);
    values.iter().for_each(|x| sums.push(&[*x, 1.0]));
    sums.jackknife(|s| s[0] / s[1])
}

fn candidate(name: &str, upfront: f64, yearly: f64) -> Candidate {
    Candidate {
        name: name.to_owned(),
        label: name.to_owned(),
        sort: Sort::Tool,
        teams: Vec::new(),
        set: Vec::new(),
        upfront,
        yearly,
        ramp: None,
        expected: false,
    }
}

/// Thirty replications of a cost of 1,000 with this pattern of luck.
fn costs(level: f64, spread: f64, salt: usize) -> Vec<f64> {
    (0..30).map(|r| level + spread * (((r * 7 + salt * 11) % 30) as f64 / 14.5 - 1.0)).collect()
}

#[test]
fn schema_of_portfolios_is_whole() {
    assert_eq!(schema_faults(&portfolio::ROOT), [""; 0]);
}

/// Set UPDATE_REFERENCE=1 to write the document anew.
#[test]
#[allow(clippy::disallowed_methods, reason = "compares a document of the repository")]
fn the_portfolio_reference_is_up_to_date() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/portfolio-reference.md");
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, portfolio::reference()).expect("written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == portfolio::reference(),
        "docs/portfolio-reference.md is old: UPDATE_REFERENCE=1 writes it anew"
    );
    assert!(portfolio::schema()["properties"]["operation"].is_object());
}

/// Five years of 30 at 7 % for 100: 23.005923 (statistics: NPV of -100, 30 x 5). With a ramp of a year the first year has half.
#[test]
fn present_values_are_those_of_the_textbook() {
    let flat = Money { discount: 0.07, horizon: 5, ramp: 0.0 };
    assert!((flat.present(30.0, 100.0, 0.0) - 23.005_923).abs() < 1e-6);
    assert_eq!(flat.flows(30.0, 100.0, 10.0), [-100.0, 20.0, 20.0, 20.0, 20.0, 20.0]);
    let ramp = Money { ramp: 1.0, ..flat };
    assert_eq!(ramp.flows(30.0, 100.0, 0.0), [-100.0, 15.0, 30.0, 30.0, 30.0, 30.0]);
    // Two years: a quarter of the saving in the first on average, three quarters in the second.
    let slow = Money { ramp: 2.0, ..flat };
    assert_eq!(slow.flows(40.0, 0.0, 4.0)[..4], [0.0, 6.0, 26.0, 36.0]);
    // Half a year: three quarters of the first.
    assert_eq!(Money { ramp: 0.5, ..flat }.flows(40.0, 0.0, 0.0)[1], 30.0);
    // Who is hired is paid from the first day; a candidate may say otherwise.
    let tool = candidate("tool", 0.0, 0.0);
    let hired = Candidate { sort: Sort::Other, ..tool.clone() };
    let slowly = Candidate { ramp: Some(2.0), ..hired.clone() };
    assert_eq!([&tool, &hired, &slowly].map(|c| ramp.of(c).ramp), [1.0, 0.0, 2.0]);
}

/// Of 30 that are saved 20 are valued and not paid: 10 a year for five years are worth 41.00 at 7 %, less 100.
#[test]
fn what_is_paid_is_told_apart_from_what_is_valued() {
    let money = Money { discount: 0.07, horizon: 5, ramp: 0.0 };
    let luck = costs(1000.0, 50.0, 1);
    let with = |saved: f64| mean(&luck.iter().map(|x| x - saved).collect::<Vec<_>>());
    let (before, after, paid_before, paid_after) = (with(0.0), with(30.0), with(500.0), with(510.0));
    let v = valued(
        "op",
        &candidate("a", 100.0, 0.0),
        [&before, &after],
        Some([&paid_before, &paid_after]),
        &money,
        0.95,
    );
    let v = v.expect("a value");
    assert!((v.npv.value - 23.005_923).abs() < 1e-6, "{:?}", v.npv);
    assert!((v.cash.expect("paid").value + 58.998_026).abs() < 1e-6, "{:?}", v.cash);
}

/// The value's interval is that of the saving, carried over: the value is linear in it.
#[test]
fn a_value_has_the_interval_of_its_saving() {
    let money = Money { discount: 0.07, horizon: 5, ramp: 0.0 };
    let (before, after) = (mean(&costs(1000.0, 50.0, 1)), mean(&costs(970.0, 50.0, 2)));
    let v =
        valued("op", &candidate("a", 100.0, 0.0), [&before, &after], None, &money, 0.95).expect("a value");
    assert!((v.saving.value - 30.0).abs() < 1e-9 && (v.npv.value - 23.005_923).abs() < 1e-6);
    let annuity = money.present(1.0, 0.0, 0.0);
    assert!((v.npv.lower - (annuity * v.saving.lower - 100.0)).abs() < 1e-9);
    assert!((v.npv.upper - (annuity * v.saving.upper - 100.0)).abs() < 1e-9);
    // And that of the resampled value, where the two are made in different ways.
    let again = v.resampled.estimate(0.95);
    assert!(
        (again.value - v.npv.value).abs() < 1e-9
            && (again.lower - v.npv.lower).abs() < 1e-6 * annuity.max(1.0)
    );
    // What changes nothing costs what it costs.
    let nothing =
        valued("op", &candidate("b", 100.0, 0.0), [&before, &before], None, &money, 0.95).expect("a value");
    assert!(nothing.saving.is_identical());
    assert_eq!((nothing.npv.value, nothing.npv.lower, nothing.npv.upper), (-100.0, -100.0, -100.0));
}

fn value_of(name: &str, operation: &str, before: &[f64], after: &[f64], upfront: f64) -> Valued {
    let (before, after) = (mean(before), mean(after));
    let level = each_level(0.95, 3);
    valued(operation, &candidate(name, upfront, 0.0), [&before, &after], None, &Money::default(), level)
        .expect("a value")
}

#[test]
fn the_largest_value_beyond_nothing_is_chosen() {
    let before = costs(1000.0, 60.0, 1);
    let less = |saving: f64, salt: usize| -> Vec<f64> {
        before.iter().zip(costs(saving, 4.0, salt)).map(|(b, s)| b - s).collect()
    };
    let small = value_of("small", "one", &before, &less(20.0, 2), 10.0);
    let large = value_of("large", "one", &before, &less(60.0, 3), 10.0);
    let loss = value_of("loss", "one", &before, &less(20.0, 4), 500.0);
    let choice = choose(&[small.clone(), loss.clone(), large.clone()], 0.95);
    assert_eq!((choice.best, choice.order.clone()), (Some(2), vec![2, 0, 1]));
    assert!(choice.is_settled(), "{choice:?}");
    // Another order of the list: the same choice.
    let choice = choose(&[large.clone(), small.clone(), loss.clone()], 0.95);
    assert_eq!((choice.best, choice.order), (Some(0), vec![0, 1, 2]));
    // Too near to each other to tell: a rival is named.
    let near = value_of("near", "one", &before, &less(59.9, 5), 10.0);
    let choice = choose(&[large.clone(), near], 0.95);
    assert_eq!((choice.best, choice.rivals.as_slice()), (Some(0), &[1][..]));
    assert!(!choice.is_settled());
    // Only losses, and one that is as likely a gain as not: nothing is done.
    let noisy: Vec<f64> = before.iter().zip(costs(10.0, 400.0, 6)).map(|(b, s)| b - s).collect();
    let unsure = value_of("unsure", "one", &before, &noisy, 10.0);
    assert!(unsure.npv.value > 0.0 && unsure.npv.lower < 0.0, "{:?}", unsure.npv);
    assert_eq!(choose(&[loss.clone(), unsure], 0.95).best, None);
    assert_eq!(choose(&[], 0.95).best, None);
    // Operations draw their own luck: across them the difference is that of independent samples.
    let other = value_of("other", "two", &costs(500.0, 60.0, 8), &costs(441.0, 60.0, 9), 10.0);
    let choice = choose(&[large, other], 0.95);
    assert!(!choice.is_settled(), "{choice:?}");
}

/// A cost of 100 + 3 x metric: at a metric of 20 its elasticity is 60/160, between 20 and 10 ln(160/130)/ln(2).
#[test]
fn elasticities_are_ratios_of_logarithms() {
    let metric = |level: f64| -> Vec<f64> { costs(level, 0.5, 3) };
    let cost = |metric: &[f64]| -> Vec<f64> { metric.iter().map(|m| 100.0 + 3.0 * m).collect() };
    let (m0, m1) = (metric(20.0), metric(10.0));
    let (c0, c1) = (cost(&m0), cost(&m1));
    let found = elasticity::between([&mean(&c0), &mean(&c1)], [&mean(&m0), &mean(&m1)], 0.95).expect("moved");
    let exact = (160.0f64 / 130.0).ln() / 2.0f64.ln();
    assert!((found.value - exact).abs() < 1e-12 && found.contains(exact), "{found:?}");
    assert!(found.has_interval() && found.half_width() < 0.02, "{found:?}");
    // A metric that does not move has no elasticity.
    assert!(elasticity::between([&mean(&c0), &mean(&c1)], [&mean(&m0), &mean(&m0)], 0.95).is_none());
    // One that moves by chance only has no interval.
    let shuffled: Vec<f64> = m0.iter().rev().copied().collect();
    let unsure = elasticity::between([&mean(&c0), &mean(&c1)], [&mean(&m0), &mean(&shuffled)], 0.95);
    assert!(unsure.is_none_or(|e| !e.has_interval()));
}

/// Over the years: a cost that is the 0.7th power of its metric.
#[test]
fn elasticities_of_the_past_are_slopes_of_logarithms() {
    let metric = (0..7).map(|k| (2018 + k, 10.0 + k as f64)).collect();
    let costs = (0..9).map(|k| (2016 + k, 5.0 * (8.0 + k as f64).powf(0.7))).collect();
    let (found, years) = elasticity::from_history(&costs, &metric, 0.95).expect("a slope");
    assert_eq!(years, 7);
    assert!((found.value - 0.7).abs() < 1e-9 && found.contains(0.7), "{found:?}");
}

/// All mistakes of a portfolio at once, each with its place.
#[test]
fn mistakes_of_a_portfolio_are_told_with_their_place() {
    let source = r#"
title = "Wrong"
[money]
horizon = 0
discount = "7"
[[ledger]]
file = "a.csv"
group = "g"
year = "y"
[[ledger]]
file = "b.csv"
cost = "c"
in_group = "g"
[operation.repair]
group = "Maintenance"
cost = "cost.all"
labels = "Repair"
[operation.other]
group = "Maintenance"
scenario = "x.toml"
[operation.other.metric.time]
history = { now = 3 }
[operation.other.candidate.a]
sort = "toool"
set = { "a.b" = 1 }
"#;
    let (tree, found) = Tree::parse("portfolio.toml", source);
    assert!(found.is_empty());
    let (portfolio, found) = portfolio::read(&tree);
    assert!(portfolio.is_none());
    let said = turnaround::diag::render(&found, &tree.sources, false);
    for part in [
        "a horizon is 1 to 100 years",
        "the value is out of range",
        "exactly one of `cost`, `groups` and `years`",
        "the ledger does not say which year",
        "`cost` needs a scenario to speak about",
        "did you mean `label`?",
        "the operation does not say which metric is its cost",
        "`now` is not a year",
        "did you mean `tool`?",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(said.contains("portfolio.toml:4:11"), "{said}");
}

/// Samples of the inputs: values that spread by the inputs with a variance of 400, and by luck with one of 25.
#[test]
fn what_is_not_known_widens_a_value() {
    let of_inputs: Vec<f64> = (0..40).map(|b| 30.0 * ((b as f64 + 0.5) / 20.0 - 1.0)).collect();
    let luck = [-5.0, 0.0, 5.0];
    let with = |shift: f64| Samples {
        values: of_inputs.iter().map(|x| luck.iter().map(|e| shift + x + e).collect()).collect(),
    };
    let samples = with(50.0);
    let spread = samples.spread().expect("a spread");
    // The luck of a sample's three replications adds its mean, which is zero in all; its variance is 25/3.
    let variance = turnaround::stats::describe::variance(&of_inputs);
    assert!(
        (spread.between - variance).abs() < 1e-9 && (spread.noise - 25.0 / 3.0).abs() < 1e-9,
        "{spread:?}"
    );
    let at = |value: f64| turnaround::stats::Estimate {
        value,
        ..turnaround::stats::Estimate::t(value, 1.0, 20, 0.95)
    };
    // Without the luck they lie closer together.
    let shrink = (spread.input() / spread.between).sqrt();
    let above = |centre: f64| of_inputs.iter().filter(|x| centre + shrink * **x > 0.0).count() as f64 / 40.0;
    assert_eq!(with(20.0).positive(&at(20.0)), Some(above(20.0)));
    // At the written inputs it is worth 40, over their ranges 20: that is expected.
    assert_eq!(with(20.0).positive(&at(40.0)), Some(above(20.0)));

    let before = costs(1000.0, 10.0, 1);
    let saves: Vec<f64> = before.iter().zip(costs(12.0, 1.0, 2)).map(|(b, s)| b - s).collect();
    let exact = value_of("a", "one", &before, &saves, 10.0);
    assert!(
        exact.npv.lower > 0.0 && choose(std::slice::from_ref(&exact), 0.95).best == Some(0),
        "{:?}",
        exact.npv
    );
    let level = each_level(0.95, 3);
    let wide = exact.clone().with_samples(with(exact.npv.value), &Samples::default(), &[], level);
    assert_eq!(wide.npv_exact, exact.npv);
    let se = (spread.input() + exact.npv.se.powi(2)).sqrt();
    assert!((wide.npv.se - se).abs() < 1e-9 && wide.npv.value == exact.npv.value, "{:?}", wide.npv);
    // Beyond nothing if the inputs were exact; with what is not known it is not, and nothing is done.
    assert!(
        wide.npv.lower < 0.0 && choose(std::slice::from_ref(&wide), 0.95).best.is_none(),
        "{:?}",
        wide.npv
    );
    // What two candidates of an operation have in common does not make them harder to tell apart.
    let more: Vec<f64> = saves.iter().map(|c| c - 20.0).collect();
    let better = value_of("b", "one", &before, &more, 10.0);
    let better = better.clone().with_samples(with(better.npv.value), &Samples::default(), &[], level);
    let choice = choose(&[wide, better], 0.95);
    assert_eq!((choice.best, choice.is_settled()), (Some(1), true), "{choice:?}");
}

/// Which input a value depends on.
#[test]
fn the_input_that_matters_is_named() {
    let n = 40;
    let shuffled = |step: usize| -> Vec<f64> {
        (0..n).map(|b| ((b * step) % n) as f64 / n as f64 + 0.5 / n as f64).collect()
    };
    let unknown = |label: &str, positions: Vec<f64>| Unknown {
        label: label.to_owned(),
        low: "1 h".to_owned(),
        high: "3 h".to_owned(),
        positions,
    };
    let inputs =
        [unknown("idle", shuffled(7)), unknown("strong", shuffled(11)), unknown("weak", shuffled(17))];
    let value = |b: usize| {
        let z = |i: usize| turnaround::stats::student::normal_quantile(inputs[i].positions[b]);
        100.0 - 30.0 * z(1) + 10.0 * z(2)
    };
    let samples =
        Samples { values: (0..n).map(|b| vec![value(b) - 1.0, value(b), value(b) + 1.0]).collect() };
    let levers = samples.levers(&inputs);
    let told: Vec<_> = levers.iter().map(|l| (l.label.as_str(), l.rises)).collect();
    assert_eq!(told, [("strong", false), ("weak", true)]);
    assert!((levers[0].share - 0.9).abs() < 0.1, "{levers:?}");
}
