//! The business case of whole scenarios: of one whose money is known by hand, and of what mistakes are refused.

use super::near;
use crate::world;
use turnaround::business::{Case, Flows, Of, OfInputs, case};
use turnaround::diag::Diagnostic;
use turnaround::experiment::{Arm, Results, Watch, run, threads};
use turnaround::model::Model;
use turnaround::scenario;
use turnaround::stats::describe::{mean, sd};
use turnaround::stats::quantile_sorted;
use turnaround::stats::student::{t_factor, t_p_value};

/// A scenario whose costs are constants: what the change brings is known.
pub const KNOWN: &str = r#"
title = "Known money"

[run]
window = "10 weeks"

[compare]
primary = "cost.a"
replications = 12

[team.clerk]
members = 1

[arrival.customers]
process = "visit"
every = { exponential = { mean = "30 h" } }

[process.visit.step.serve]
task = { team = "clerk", time = "1 h" }
next = "done"

[process.visit.step.done]
end = {}

[constant]
a = "$120,000 per year"
b = "$0 per year"

[metric."cost.a"]
unit = "$/y"
better = "lower"
formula = "a"

[metric."cost.b"]
unit = "$ per week"
better = "lower"
formula = "b"

[metric."cost.all"]
unit = "$/y"
better = "lower"
formula = "cost.a + cost.b"

[metric.served]
unit = "per day"
rate = "visit.entries.serve"

[metric.late]
unit = "$/y"
better = "lower"
formula = "slow * a / 1 h"

[metric.slow]
unit = "h"
quantile = { of = "visit.time", p = "90 %" }

[money]
rates = [0.07, 0.02]
line."cost.a" = {}
line."cost.b" = { cashable = false, stakeholder = "riders" }

[money.cost.start]
arms = ["after"]
once = "$100,000"

[money.cost.fee]
arms = ["after"]
running = "$12,000 per year"

[arm.after.set]
"constant.a" = "$60,000 per year"
"constant.b" = "$6,000 per year"
"#;

pub fn lower(source: &str) -> (Vec<(scenario::Arm, Model)>, Vec<Diagnostic>) {
    let (tree, found) = scenario::parse("scenario.toml", source);
    let (arms, more) = scenario::lower_arms(&tree, &|name| Err(name.to_owned()));
    (arms, [found, more].concat())
}

pub fn made(source: &str) -> (Case, Results) {
    let (arms, found) = lower(source);
    assert!(!found.iter().any(Diagnostic::is_error), "{found:?}");
    let results = world::simulate(&arms);
    let models: Vec<_> = arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
    (case(&results, None, &models).expect("a case"), results)
}

/// 60 months of $4,000 in cash against $100,000 at once; $500 a month more are lost by riders. With i = 1.07^(1/12) - 1 the
/// months are worth (1 - 1.07^-5) / i = 50.761714.
#[test]
fn money_that_is_known_by_hand() {
    let (case, _) = made(KNOWN);
    let [option] = case.options.as_slice() else { panic!("one option") };
    let months = (1.0 - 1.07f64.powi(-5)) / (1.07f64.powf(1.0 / 12.0) - 1.0);
    near(months, 50.761_7, 1e-4);
    let npv = |of: Of| option.worth[case.view(&of)].npv;
    near(npv(Of::Cash).value, -100_000.0 + 4_000.0 * months, 1e-6);
    near(npv(Of::All).value, -100_000.0 + 3_500.0 * months, 1e-6);
    near(npv(Of::Stakeholder("riders".to_owned())).value, -500.0 * months, 1e-6);
    // Nothing is random, and the interval says so.
    assert_eq!((npv(Of::Cash).lower, npv(Of::Cash).se), (npv(Of::Cash).value, 0.0));
    let risk = option.worth[0].risk.expect("samples");
    near(risk.p5, npv(Of::Cash).value, 1e-6);
    assert_eq!((risk.positive, risk.evpi), (1.0, 0.0));
    near(option.cash.payback.expect("it pays back"), 25.0, 1e-6);
    assert_eq!(option.cash.paid_back, 1.0);
    near(option.cash.flows[0], -100_000.0, 1e-9);
    near(option.cash.flows[60], 4_000.0, 1e-6);
    near(option.cash.sum[60], 140_000.0, 1e-5);
    // Break-even: 103,047 / 50.7617 months a year less.
    near(option.cash.missing_a_year, -12.0 * npv(Of::Cash).value / months, 1e-6);
    // (1 + irr)^(1/12) - 1 solves 100,000 = 4,000 a(60): 3.1025 % a month by iteration.
    let monthly = (1.0 + option.cash.irr[0]).powf(1.0 / 12.0) - 1.0;
    near((1.0 - (1.0 + monthly).powi(-60)) / monthly, 25.0, 1e-9);
    // Worth more than doing nothing, for certain.
    assert_eq!(option.worth[0].best.0, 0.0);
    near(option.worth[0].best.1, npv(Of::Cash).value, 1e-6);
    assert_eq!(case.nothing[0].1, 0.0);
    // Lines add up.
    let sum: f64 = option.lines.iter().map(|l| l.npv.value).sum();
    near(sum, npv(Of::All).value, 1e-6);
}

#[test]
fn a_lead_moves_gains_and_not_what_is_paid_at_once() {
    let (case, _) = made(&KNOWN.replace("rates = [0.07, 0.02]", "lead = \"6 months\""));
    let flows = &case.options[0].cash.flows;
    near(flows[0], -100_000.0, 1e-9);
    near(flows[6], -1_000.0, 1e-6);
    near(flows[7], 4_000.0, 1e-6);
    // Without `rates` there is the usual one.
    assert_eq!(case.rates, [0.07]);
}

#[test]
fn mistakes_of_money_are_told_with_their_place() {
    let said = |from: &str, to: &str| {
        let (arms, found) = lower(&KNOWN.replace(from, to));
        assert!(arms.is_empty(), "{to} is accepted");
        found.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ")
    };
    let line = "line.\"cost.a\" = {}";
    assert!(said(line, "line.\"cost.a\" = {}\nline.\"cost.all\" = {}").contains("would count twice"));
    assert!(said(line, "line.served = {}").contains("not money per time"));
    assert!(said(line, "line.\"cost.c\" = {}").contains("no metric is called `cost.c`"));
    assert!(said(line, "line.late = {}").contains("depends on a quantile"));
    assert!(said("once = \"$100,000\"", "once = \"$100,000\"\nrunning = \"$1 per year\"").contains("once"));
    assert!(said("arms = [\"after\"]", "arms = [\"afterwards\"]").contains("afterwards"));
    assert!(said("rates = [0.07, 0.02]", "rates = [7]").contains("out of range"));
    assert!(said("rates = [0.07, 0.02]", "lead = \"6 years\"").contains("after the horizon"));
    let ramp = |text: &str| said("[money]\n", &format!("[ramp]\n{text}\n\n[money]\n"));
    assert!(ramp("go_live = \"20 weeks\"\nwindow = \"10 weeks\"").contains("after the window"));
    assert!(ramp("go_live = \"36 h\"\nwindow = \"10 weeks\"").contains("middle of a bin"));
    assert!(
        ramp("go_live = \"2 weeks\"\nwindow = \"10 weeks\"\nset = { \"team.clerks.members\" = 2 }")
            .contains("clerks")
    );
    assert!(
        ramp("go_live = \"2 weeks\"\nwindow = \"10 weeks\"\nset = { \"metric.served.unit\" = \"per week\" }")
            .contains("cannot change")
    );
}

/// Two experiments in one sum, against the formulas by hand.
#[test]
fn flows_of_two_experiments() {
    let flows = Flows {
        phase_in: vec![vec![0.0, 24.0], vec![12.0, 36.0]],
        settled: vec![60.0, 72.0, 84.0],
        ..Flows::none(4, 1)
    };
    // Month 1 is before the effect; then 12 and 24 a year, then 72.
    assert_eq!(flows.mean(), [0.0, 0.0, 1.0, 2.0, 6.0]);
    let present = flows.present(0.0);
    let e = present.estimate(0.95);
    near(e.value, 9.0, 1e-12);
    // Replications are worth 1 and 5 in the phase-in, 5, 6 and 7 when settled.
    assert_eq!(
        (present.phase_in.as_slice(), present.settled.as_slice()),
        (&[1.0, 5.0][..], &[5.0, 6.0, 7.0][..])
    );
    let (a, b) = (8.0 / 2.0, 1.0 / 3.0);
    near(e.se, f64::sqrt(a + b), 1e-12);
    let df = (a + b) * (a + b) / (a * a + b * b / 2.0);
    near(e.upper - e.value, e.se * t_factor(0.95, df), 1e-9);
    // Samples have that mean and that spread: 20,000 of them, to four standard errors.
    let sums: Vec<f64> = flows.samples(20_000, 7).iter().map(|f| f.iter().sum()).collect();
    near(mean(&sums), 9.0, 4.0 * e.se / 20_000f64.sqrt());
    near(sd(&sums), e.se, 0.02 * e.se);
    // Against itself nothing is left; against nothing all of it.
    let nothing = present.less(&present).estimate(0.95);
    assert_eq!((nothing.value, nothing.se), (0.0, 0.0));
}

/// A table of samples: what the inputs do, and errors of two replications each of variance 8 over a chance that all share.
fn table(inputs: &[f64]) -> Vec<Vec<f64>> {
    let n = inputs.len();
    let errors = [super::shuffled(n, 0.0, 8f64.sqrt()), super::shuffled(n, 1e-9, 8f64.sqrt())];
    (0..n).map(|b| vec![inputs[b] + errors[0][b] + 30.0, inputs[b] + errors[1][b] - 30.0]).collect()
}

/// Replications of variance 8, two of them: the estimate's variance is 4. Samples of variance 21 by the inputs and 4 by the error of
/// their two replications show 21; an input that has half come into effect shows a quarter of that. What chance does to all
/// samples alike counts nowhere.
#[test]
fn inputs_come_on_top_without_the_error_of_their_few_replications() {
    let flows = |reached: f64, inputs: Vec<f64>| Flows {
        settled: vec![70.0, 74.0],
        reached: vec![reached; 12],
        inputs: OfInputs { yearly: table(&inputs), ..OfInputs::default() },
        ..Flows::none(12, 0)
    };
    let by = |mean: f64, variance: f64| super::shuffled(4_001, mean, f64::sqrt(variance));
    let whole = flows(1.0, by(0.0, 21.0)).present(0.0);
    near(whole.estimate(0.95).value, 72.0, 1e-9);
    near(whole.exact(0.95).se, 2.0, 1e-12);
    near(whole.estimate(0.95).se, 5.0, 0.05);
    let half = flows(0.5, by(0.0, 21.0)).present(0.0);
    near(half.estimate(0.95).se, (4.0 + 21.0 / 4.0f64).sqrt(), 0.02);
    let sums: Vec<f64> = flows(1.0, by(0.0, 21.0)).samples(4_001, 3).iter().map(|f| f.iter().sum()).collect();
    near(sd(&sums), 5.0, 0.2);
    // What is paid is known exactly in every sample.
    let paid = OfInputs { paid: vec![vec![-3.0, 3.0]], paid_at: vec![0], ..OfInputs::default() };
    let once = Flows { inputs: paid, ..Flows::none(12, 0) }.present(0.07);
    assert_eq!(once.of_inputs(), [-3.0, 3.0]);
    // Twice the same differs from itself in nothing.
    let same = whole.less(&whole).estimate(0.95);
    assert_eq!((same.value, same.se), (0.0, 0.0));
    // An input that is worth nothing but noise adds nothing, or next to it.
    let noise = flows(1.0, vec![0.0; 4_001]).present(0.0).estimate(0.95);
    near(noise.se, 2.0, 0.1);
}

/// Ranges that lean: the written inputs are at the edge of what they may be. The value is the expected one, 20 less than at
/// the written inputs; where the lean is within the error of two replications nothing is moved.
#[test]
fn ranges_that_lean_move_the_expected_value() {
    let flows = |inputs: Vec<f64>| Flows {
        settled: vec![70.0, 74.0],
        inputs: OfInputs { yearly: table(&inputs), ..OfInputs::default() },
        ..Flows::none(12, 0)
    };
    // An exponential law of mean 20 below the written value: variance 400, skewness -2.
    let above = |z: f64| {
        let outside = t_p_value(z, 1e9);
        if z > 0.0 { outside / 2.0 } else { 1.0 - outside / 2.0 }
    };
    let below: Vec<f64> = super::shuffled(4_001, 0.0, 1.0).iter().map(|z| 20.0 * above(*z).ln()).collect();
    let present = flows(below.clone()).present(0.0);
    let e = present.estimate(0.95);
    near(present.exact(0.95).value, 72.0, 1e-9);
    near(e.value, 52.0, 0.1);
    // Chance 4, inputs 400, and the mean of the samples is known to the error of two replications at the written inputs.
    near(e.se, f64::sqrt(4.0 + 400.0 + 4.0), 0.3);
    assert!(e.value - e.lower > 1.4 * (e.upper - e.value), "{e:?}");
    // Nine tenths of an exponential law lie below 2.3 times its mean.
    let mut sums: Vec<f64> = flows(below).samples(4_001, 3).iter().map(|f| f.iter().sum()).collect();
    sums.sort_by(f64::total_cmp);
    near(quantile_sorted(&sums, 0.1), 72.0 - 20.0 * 10f64.ln(), 1.0);
    let little = flows(super::shuffled(4_001, 1.0, 5.0)).present(0.0).estimate(0.95);
    near(little.value, 72.0, 1e-9);
}

fn ramp_of_the_bus_case(settings: &[&str]) -> (Results, Results, Vec<(scenario::Arm, Model)>) {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/bus/scenario.toml");
    let tree = world::changed(&file, settings);
    let pick = scenario::Pick::Named(vec!["after".to_owned()]);
    let tree = scenario::pick(&tree, &pick).expect("an arm of the case");
    let none = |name: &str| Err(name.to_owned());
    let (arms, _) = scenario::lower_arms(&tree, &none);
    let (ramp, found) = scenario::lower_ramp(&tree, &none);
    assert!(!found.iter().any(Diagnostic::is_error), "{found:?}");
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let simulate = |arms: &[(scenario::Arm, Model)]| {
        let runs: Vec<Arm> =
            arms.iter().map(|(a, m)| Arm { name: &a.name, label: &a.label, model: m }).collect();
        let watch = Watch { progress: &|_, _| (), cancel: &cancel };
        run(&runs, true, watch, &threads(None).expect("threads")).expect("the runs end")
    };
    (simulate(&arms), simulate(&ramp), arms)
}

/// Before go-live nothing differs, but for what was still open then; the settled phase of the ramp is the settled world.
#[test]
fn the_ramp_of_the_bus_case_begins_at_nothing_and_ends_in_the_settled_world() {
    let (results, ramp, arms) = ramp_of_the_bus_case(&["compare.replications=30", "ramp.replications=30"]);
    let models: Vec<_> = arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
    let case = case(&results, Some(&ramp), &models).expect("a case");
    let [ramped] = case.ramped.as_slice() else { panic!("one arm ramps up") };
    let before: Vec<_> = ramped.weeks.iter().filter(|w| w.day < 0.0).collect();
    assert_eq!((before.len(), ramped.weeks.len(), ramped.months.len()), (26, 130, 23));
    // Breakdowns of the last weeks may still be open at go-live; a quarter of a year before, none is.
    assert!(before.iter().filter(|w| w.day < -91.0).all(|w| w.by_construction && w.change.is_identical()));
    assert!(ramped.weeks.iter().filter(|w| w.day > 182.0).all(|w| !w.change.is_identical()));
    assert_eq!(ramped.control.as_ref().map(|c| c.baseline), Some(26));
    // Users, and with them licences, come by and by: the first month's are few, the last's are the settled world's.
    let phase_in = ramp.phase_in.as_ref().expect("a ramp");
    let metric = ramp.metrics.iter().position(|m| m.name == "cost.tool").expect("a metric");
    let tool = phase_in.position(metric).expect("a line of money");
    let month = |k: usize| mean(&phase_in.months.values[1][tool][k]) - 40_000.0;
    let settled = results.arms[1].estimates[metric];
    assert!(month(0) < 0.25 * month(22), "{} {}", month(0), month(22));
    let late = &phase_in.settled.values[1][tool][0];
    let se = (sd(late) / (late.len() as f64).sqrt()).hypot(settled.se);
    // By then 97 % have come who will (Bass), and drop-outs differ by some months: within 5 % of the licences.
    near(mean(late), settled.value, 4.0 * se + 0.05 * (settled.value - 40_000.0));
    // What the whole change brings when settled: two experiments, one world, to four standard errors.
    let gain: f64 = case.options[0].lines.iter().filter(|l| l.before.is_some()).map(|l| l.yearly.value).sum();
    let steady_se = case.options[0].worth[case.view(&Of::All)].npv.se / 3.0;
    near(ramped.settled_gain.value, gain, 4.0 * ramped.settled_gain.se.hypot(steady_se));
    // The same bytes of the case, again.
    assert_eq!(case.to_json(), turnaround::business::case(&results, Some(&ramp), &models).unwrap().to_json());
}
