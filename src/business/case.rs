//! The business case: what each option brings month by month, and what that is worth, for whom, at which rate.

use super::cash;
use super::flows::{Flows, OfInputs, Present};
use super::phase_in::{Ramped, ramped};
use super::risk::{BreakEven, Risk, break_even, evpi_of_several, evppi, risk};
use crate::experiment::{ArmResults, Results, adoption_curves, new_adopters};
use crate::ids::AdoptionId;
use crate::model::{Better, CostOf, Model, Money, MoneyCost, MoneyKind};
use crate::stats::{self, Estimate, mcb};
use crate::units::{Duration, MONTH, YEAR};
use serde::Serialize;

/// States of what is not known that distributions are made of.
pub const SAMPLES: usize = 1_000;
/// Money over the years of every option against doing nothing.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    pub currency: String,
    /// From the decision to the horizon.
    pub months: usize,
    /// From the decision to the day on which the change takes effect [months].
    pub lead: usize,
    /// Real, a year; the first is that of the headlines.
    pub rates: Vec<f64>,
    /// Of the intervals.
    pub level: f64,
    pub views: Vec<View>,
    /// Samples of the inputs that are carried into intervals and distributions; 0: inputs are taken as exact.
    pub input_samples: usize,
    /// Doing nothing: the control.
    pub control: String,
    /// Bounds of doing nothing less the best option, for each view.
    pub nothing: Vec<(f64, f64)>,
    /// What perfect information would be worth before choosing among all options and doing nothing, for each view.
    pub knowing: Vec<f64>,
    pub options: Vec<Choice>,
    /// How the change comes into effect, for the options that ramp up.
    pub ramped: Vec<Ramped>,
}

/// Which flows are looked at, and at which rate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View {
    pub of: Of,
    pub rate: f64,
}

/// Whose flows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// What budgets change by.
    Cash,
    /// With what is valued and not paid.
    All,
    Stakeholder(String),
}

/// One option.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Index of its arm in the results.
    pub arm: usize,
    pub name: String,
    pub label: String,
    /// Whether its effect comes by the ramp's experiment; if not, at once.
    pub ramps: bool,
    pub lines: Vec<Line>,
    /// One for each view.
    pub worth: Vec<Worth>,
    /// What budgets change by, month by month; and with what is valued.
    pub cash: Course,
    pub all: Course,
}

/// A line of money of an option.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Of the metric, or of the cost.
    pub name: String,
    pub label: String,
    #[serde(flatten)]
    pub kind: Kind,
    /// The level a year in the settled state, of the control and of the option; None for a cost, which no metric has.
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// Gain a year in the settled state, with what is not known about the inputs; what is paid once is not in it.
    pub yearly: Estimate,
    /// What is paid or received once, as a gain.
    pub once: f64,
    /// At the first rate.
    pub npv: Estimate,
    #[serde(skip)]
    pub flows: Flows,
}

/// As [`MoneyKind`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kind {
    pub cashable: bool,
    pub stakeholder: String,
}

/// What an option is worth in one view.
#[derive(Clone, Debug, Serialize)]
pub struct Worth {
    /// Expected over the inputs, with the interval that chance and, where they are carried, the inputs leave.
    pub npv: Estimate,
    /// At the written inputs, with the interval that chance leaves, as if they were exact.
    pub exact: Estimate,
    /// What it is worth to know an input before deciding, and at which of its values this is worth nothing; the largest
    /// first. None where inputs are taken as exact, and for other rates than the first.
    pub inputs: Vec<InputWorth>,
    /// The same, of what is not known.
    pub risk: Option<Risk>,
    /// Bounds of this option less the best of the others, doing nothing among them, which hold together for all options
    /// (Hsu). An upper bound of 0: not the best; a lower bound of 0: the best.
    pub best: (f64, f64),
    #[serde(skip)]
    pub samples: Vec<f64>,
}

/// An input and what an option is worth.
#[derive(Clone, Debug, Serialize)]
pub struct InputWorth {
    pub key: String,
    pub label: String,
    pub unit: String,
    /// Expected value of perfect information about it.
    pub evppi: f64,
    /// Its share in the variance of the worth over the samples, by the regression of [`crate::stats::drivers`].
    pub explains: f64,
    pub break_even: BreakEven,
}

/// Flows month by month, from the decision to the horizon.
#[derive(Clone, Debug, Serialize)]
pub struct Course {
    pub flows: Vec<f64>,
    /// Of the sum up to each month: mean, and 90 % of what is not known lies between.
    pub sum: Vec<f64>,
    pub sum_p5: Vec<f64>,
    pub sum_p95: Vec<f64>,
    /// A year [1].
    pub irr: Vec<f64>,
    /// Of the expected flows, as they are and at the first rate [months]; None: not within the horizon.
    pub payback: Option<f64>,
    pub discounted_payback: Option<f64>,
    /// Share of the samples that pay back within the horizon, and the quantiles of the payback [months] (None: later).
    pub paid_back: f64,
    pub payback_p5: Option<f64>,
    pub payback_p50: Option<f64>,
    pub payback_p95: Option<f64>,
    /// How much more (or, below zero, less) a year in the settled state would make the first rate's value zero, coming into effect
    /// as the change does.
    pub missing_a_year: f64,
}

/// The case of a comparison; `ramp` are the results of the ramp's experiment, `models` those of the arms by name, the control
/// first. None when the scenario has no `[money]`, or there is no option.
pub fn case(results: &Results, ramp: Option<&Results>, models: &[(&str, &Model)]) -> Option<Case> {
    let (_, model) = models.first()?;
    let money = model.money.as_ref()?;
    let months = whole_months(money.horizon).max(1);
    let lead = whole_months(money.lead);
    let views = views(money);
    let design = Setting { results, ramp, money, months, lead };
    let mut options: Vec<Choice> =
        (1..results.arms.len()).filter_map(|arm| design.option(arm, models, &views)).collect();
    if options.is_empty() {
        return None;
    }
    let nothing = compare(&mut options, &views, results.level);
    let samples =
        |v: usize| options.iter().map(|option| option.worth[v].samples.as_slice()).collect::<Vec<_>>();
    let knowing = (0..views.len()).map(|v| evpi_of_several(&samples(v))).collect();
    Some(Case {
        currency: model.currency.clone(),
        months,
        lead,
        rates: money.rates.clone(),
        level: results.level,
        input_samples: results.inputs.as_ref().map_or(0, |inputs| inputs.outer),
        control: results.arms[0].label.clone(),
        nothing,
        knowing,
        options,
        ramped: ramp.map_or_else(Vec::new, |ramp| ramped(ramp, money)),
        views,
    })
}

/// Cash and everything at every rate, then each stakeholder at the first.
fn views(money: &Money) -> Vec<View> {
    let mut views = Vec::new();
    for rate in &money.rates {
        views.extend([Of::Cash, Of::All].map(|of| View { of, rate: *rate }));
    }
    let lines = money.lines.iter().map(|line| &line.kind).chain(money.costs.iter().map(|cost| &cost.kind));
    for MoneyKind { stakeholder, .. } in lines {
        let view = View { of: Of::Stakeholder(stakeholder.clone()), rate: money.rates[0] };
        if !views.contains(&view) {
            views.push(view);
        }
    }
    views
}

impl Of {
    pub fn holds(&self, kind: &Kind) -> bool {
        match self {
            Self::Cash => kind.cashable,
            Self::All => true,
            Self::Stakeholder(name) => kind.stakeholder == *name,
        }
    }
}

/// What the options of a case have in common.
struct Setting<'a> {
    results: &'a Results,
    ramp: Option<&'a Results>,
    money: &'a Money,
    months: usize,
    lead: usize,
}

impl Setting<'_> {
    fn option(&self, arm: usize, models: &[(&str, &Model)], views: &[View]) -> Option<Choice> {
        let own = &self.results.arms[arm];
        let (_, model) = models.iter().find(|(name, _)| *name == own.name)?;
        let ramps = self.ramp.is_some_and(|ramp| ramp.arms.iter().any(|a| a.name == own.name));
        let reached = if ramps { reached(model, self.months) } else { Vec::new() };
        let ramp = self.ramp.and_then(|r| Some((r, r.arms.iter().position(|a| a.name == own.name)?)));
        let metrics = self
            .money
            .lines
            .iter()
            .map(|line| self.metric(arm, line.metric.0 as usize, &line.kind, ramp, &reached));
        // The arm's own amounts: an arm may have another price.
        let costs = model.money.iter().flat_map(|money| &money.costs);
        let costs = costs.filter(|cost| cost.arms.contains(&own.name)).map(|cost| self.cost(cost, model));
        let lines: Vec<Line> = metrics.chain(costs).collect();
        let worth = views.iter().map(|view| self.worth(arm, &lines, view)).collect();
        Some(Choice {
            arm,
            name: own.name.clone(),
            label: own.label.clone(),
            ramps: ramp.is_some(),
            worth,
            cash: self.course(&self.sum(&lines, &Of::Cash)),
            all: self.course(&self.sum(&lines, &Of::All)),
            lines,
        })
    }

    /// A metric that is money.
    fn metric(
        &self,
        arm: usize,
        metric: usize,
        kind: &MoneyKind,
        ramp: Option<(&Results, usize)>,
        reached: &[f64],
    ) -> Line {
        let info = &self.results.metrics[metric];
        // The units of money per time, as amounts a year.
        let yearly = info.unit_size * YEAR;
        let sign = if info.better == Better::Higher { yearly } else { -yearly };
        let gain = |before: &[f64], after: &[f64]| -> Vec<f64> {
            before.iter().zip(after).map(|(b, a)| sign * (a - b)).collect()
        };
        let of = |arm: &ArmResults| arm.pseudo[metric].clone();
        let phase_in = ramp.and_then(|(ramp, arm)| {
            let phase_in = ramp.phase_in.as_ref()?;
            let at = phase_in.position(metric)?;
            let of = |arm: usize| &phase_in.months.values[arm][at];
            Some(of(0).iter().zip(of(arm)).map(|(before, after)| gain(before, after)).collect())
        });
        let arms = &self.results.arms;
        let inputs = self.results.inputs.as_ref().map_or_else(OfInputs::default, |inputs| {
            let table = |arm: usize| &inputs.tables[arm][metric];
            let gains = |at: &dyn Fn(usize) -> Vec<f64>| gain(&at(0), &at(arm));
            let written = gains(&|arm| table(arm).written.clone());
            let sample = |b: usize| {
                let gains = gains(&|arm| table(arm).samples[b].clone());
                gains.iter().zip(&written).map(|(x, w)| x - w).collect()
            };
            OfInputs { yearly: (0..inputs.outer).map(sample).collect(), ..OfInputs::default() }
        });
        let flows = Flows {
            inputs,
            phase_in: phase_in.unwrap_or_default(),
            settled: gain(&of(&arms[0]), &of(&arms[arm])),
            reached: reached.to_vec(),
            ..Flows::none(self.months, self.lead)
        };
        let exact = &arms[arm].changes[metric].difference;
        let effect = self.results.inputs.as_ref().and_then(|i| i.on_changes[arm][metric].as_ref());
        let change = effect.map_or(*exact, |effect| effect.spread.total(exact, self.results.level));
        Line {
            before: Some(arms[0].estimates[metric].value * yearly),
            after: Some(arms[arm].estimates[metric].value * yearly),
            yearly: scaled(&change, sign),
            once: 0.0,
            ..self.line(&info.name, &info.label, kind, flows)
        }
    }

    /// What is paid and in no metric.
    fn cost(&self, cost: &MoneyCost, model: &Model) -> Line {
        let known = paid(cost, model, self.months);
        let mut flows = Flows { known, ..Flows::none(self.months, self.lead) };
        let yearly = if let CostOf::Running(rate) = cost.what { -rate * YEAR } else { 0.0 };
        let first = whole_months(cost.after);
        let mut varies = |key: &str, month: usize, gain: &dyn Fn(f64) -> f64| {
            if let Some(samples) =
                self.sampled(&format!("money.cost.{}.{key}", cost.name)).filter(|_| month <= self.months)
            {
                flows.inputs.paid.push(samples.iter().map(|x| gain(*x)).collect());
                flows.inputs.paid_at.push(month);
            }
        };
        match cost.what {
            CostOf::Once(amount) => varies("once", first, &|x| amount - x),
            CostOf::Residual(amount) => varies("residual", self.months, &|x| x - amount),
            CostOf::Running(_) | CostOf::Training(_) => (),
        }
        let once = if yearly == 0.0 { flows.known.iter().sum() } else { 0.0 };
        let certain = Estimate { value: yearly, lower: yearly, upper: yearly, ..self.certain() };
        Line { yearly: certain, once, ..self.line(&cost.name, &cost.label, &cost.kind, flows) }
    }

    fn line(&self, name: &str, label: &str, kind: &MoneyKind, flows: Flows) -> Line {
        Line {
            name: name.to_owned(),
            label: label.to_owned(),
            kind: Kind { cashable: kind.cashable, stakeholder: kind.stakeholder.clone() },
            before: None,
            after: None,
            yearly: self.certain(),
            once: 0.0,
            npv: flows.present(self.money.rates[0]).estimate(self.results.level),
            flows,
        }
    }

    /// The samples of an input that is varied.
    fn sampled(&self, key: &str) -> Option<&Vec<f64>> {
        let inputs = self.results.inputs.as_ref()?;
        let at = inputs.inputs.iter().position(|input| input.key == key)?;
        inputs.values.get(at)
    }

    /// Independent states of what is not known behind the distributions.
    fn states(&self) -> usize {
        self.results.inputs.as_ref().map_or(SAMPLES, |inputs| inputs.outer)
    }

    fn certain(&self) -> Estimate {
        Estimate::identical(self.results.replications, self.results.level)
    }

    fn sum(&self, lines: &[Line], of: &Of) -> Flows {
        let mut sum = Flows::none(self.months, self.lead);
        lines.iter().filter(|line| of.holds(&line.kind)).for_each(|line| sum.add(&line.flows));
        sum
    }

    fn worth(&self, arm: usize, lines: &[Line], view: &View) -> Worth {
        let flows = self.sum(lines, &view.of);
        let rate = cash::per_month(view.rate);
        let samples: Vec<f64> =
            flows.samples(SAMPLES, self.results.seed).iter().map(|flows| cash::npv(flows, rate)).collect();
        let present = flows.present(view.rate);
        let npv = present.estimate(self.results.level);
        Worth {
            exact: present.exact(self.results.level),
            risk: risk(&samples, self.states()),
            best: (0.0, 0.0),
            inputs: if view.rate == self.money.rates[0] {
                self.inputs(&present, |input| self.may_act(input, arm, lines, view))
            } else {
                Vec::new()
            },
            npv,
            samples,
        }
    }

    /// What each input has to do with the worth, the largest value of information first.
    fn inputs(&self, present: &Present, may_act: impl Fn(usize) -> bool) -> Vec<InputWorth> {
        let Some(inputs) = &self.results.inputs else { return Vec::new() };
        let written = present.exact(self.results.level).value;
        let worth: Vec<f64> = present.of_inputs().iter().map(|x| written + x).collect();
        // With few samples and many inputs chance explains much: only inputs that pass the test of drivers are told of.
        let scores: Vec<Vec<f64>> = (inputs.scores.iter().enumerate())
            .map(|(j, scores)| if may_act(j) { scores.clone() } else { vec![0.0; scores.len()] })
            .collect();
        let Some(drivers) = stats::drivers(&scores, &worth, 0.0).filter(|_| worth.len() == inputs.outer)
        else {
            return Vec::new();
        };
        let mut all: Vec<InputWorth> = (drivers.drivers.iter())
            .map(|driver| {
                let (input, values) = (&inputs.inputs[driver.input], &inputs.values[driver.input]);
                InputWorth {
                    key: input.key.clone(),
                    label: input.label.clone(),
                    unit: input.unit.clone(),
                    evppi: evppi(values, &worth),
                    explains: driver.share,
                    break_even: break_even(values, &worth),
                }
            })
            .collect();
        all.sort_by(|a, b| b.evppi.total_cmp(&a.evppi).then(b.explains.total_cmp(&a.explains)));
        all
    }

    /// Whether an input may move the flows of a view: by a metric on which it may act, or as the amount of a cost.
    fn may_act(&self, input: usize, arm: usize, lines: &[Line], view: &View) -> bool {
        let Some(inputs) = &self.results.inputs else { return false };
        lines.iter().filter(|line| view.of.holds(&line.kind)).any(|line| {
            let metric = self.results.metrics.iter().position(|m| m.name == line.name);
            let is_cost = inputs.inputs[input].key.starts_with(&format!("money.cost.{}.", line.name));
            is_cost || metric.is_some_and(|m| inputs.may_act(input, arm, m))
        })
    }

    fn course(&self, flows: &Flows) -> Course {
        let rate = cash::per_month(self.money.rates[0]);
        let mean = flows.mean();
        let samples = flows.samples(SAMPLES, self.results.seed);
        let sums: Vec<Vec<f64>> = samples.iter().map(|flows| running(flows)).collect();
        let at = |month: usize, p: f64| {
            let mut values: Vec<f64> = sums.iter().map(|sum| sum[month]).collect();
            values.sort_by(f64::total_cmp);
            stats::quantile_sorted(&values, p)
        };
        let band = |p: f64| (0..mean.len()).map(|month| at(month, p)).collect();
        let mut paybacks: Vec<f64> =
            samples.iter().map(|flows| cash::payback(flows).unwrap_or(f64::INFINITY)).collect();
        paybacks.sort_by(f64::total_cmp);
        // An order statistic: between a payback and none there is nothing.
        let payback = |p: f64| {
            let rank = ((p * paybacks.len() as f64).ceil() as usize).clamp(1, paybacks.len()) - 1;
            Some(paybacks[rank]).filter(|months| months.is_finite())
        };
        Course {
            sum: running(&mean),
            sum_p5: band(0.05),
            sum_p95: band(0.95),
            irr: cash::irr(&mean).rates().iter().map(|rate| cash::per_year(*rate)).collect(),
            payback: cash::payback(&mean),
            discounted_payback: cash::payback(&cash::discounted(&mean, rate)),
            paid_back: paybacks.iter().filter(|months| months.is_finite()).count() as f64
                / paybacks.len() as f64,
            payback_p5: payback(0.05),
            payback_p50: payback(0.5),
            payback_p95: payback(0.95),
            missing_a_year: -cash::npv(&mean, rate) / flows.years(self.money.rates[0]),
            flows: mean,
        }
    }
}

/// What a cost pays in each month, from the decision to the horizon, as gains: below zero but for what is left at the end.
pub(super) fn paid(cost: &MoneyCost, model: &Model, months: usize) -> Vec<f64> {
    let mut flows = vec![0.0; months + 1];
    let first = whole_months(cost.after);
    match cost.what {
        CostOf::Once(amount) => {
            if let Some(flow) = flows.get_mut(first) {
                *flow -= amount;
            }
        }
        CostOf::Residual(amount) => flows[months] += amount,
        CostOf::Running(rate) => {
            flows.iter_mut().skip(first + 1).for_each(|flow| *flow -= rate * MONTH);
        }
        CostOf::Training(adoption) => {
            let bill = training(model, adoption, months.saturating_sub(first));
            flows.iter_mut().skip(first + 1).zip(bill).for_each(|(flow, amount)| *flow -= amount);
        }
    }
    flows
}

pub(super) fn whole_months(time: Duration) -> usize {
    (time.seconds() / MONTH).round() as usize
}

fn scaled(e: &Estimate, factor: f64) -> Estimate {
    let (a, b) = (e.lower * factor, e.upper * factor);
    // A factor below zero turns the interval round; one times infinity stays what it is.
    Estimate { value: e.value * factor, se: e.se * factor.abs(), lower: a.min(b), upper: a.max(b), ..*e }
}

fn running(flows: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    flows
        .iter()
        .map(|flow| {
            sum += flow;
            sum
        })
        .collect()
}

/// The expected share of those who will have a channel that have it in each month after go-live, over all teams: what part
/// of the settled effect there may be.
fn reached(model: &Model, months: usize) -> Vec<f64> {
    let curves = adoption_curves(model);
    let users = |month: usize| -> f64 {
        let of = |c: &crate::experiment::AdoptionCurve| {
            let share = c.share.get(month).or(c.share.last()).copied().unwrap_or(0.0);
            share * f64::from(c.members)
        };
        curves.iter().map(of).sum()
    };
    let all = curves.iter().map(|c| c.share.len()).max().map_or(0.0, |n| users(n.saturating_sub(1)));
    if all <= 0.0 {
        return Vec::new();
    }
    // Over a month: between its ends.
    (0..months).map(|month| ((users(month) + users(month + 1)) / 2.0 / all).min(1.0)).collect()
}

/// What the training of new adopters takes, month by month: their time at the mean wage of their team.
fn training(model: &Model, adoption: AdoptionId, months: usize) -> Vec<f64> {
    let time = model.adoptions[adoption].training.seconds();
    let mut bill = vec![0.0; months];
    for (team, adopters) in new_adopters(model, adoption, months) {
        let roster = model.teams[team].roster();
        let wage = roster.iter().map(|crew| crew.wage).sum::<f64>() / roster.len().max(1) as f64;
        bill.iter_mut().zip(adopters).for_each(|(amount, n)| *amount += n * time * wage);
    }
    bill
}

/// Fills in how each option compares with the best of the others in each view; gives the same for doing nothing.
fn compare(options: &mut [Choice], views: &[View], level: f64) -> Vec<(f64, f64)> {
    let mut nothing = Vec::new();
    for (v, view) in views.iter().enumerate() {
        let mut worths: Vec<Present> = vec![Present::nothing()];
        for option in options.iter() {
            let mut sum = Flows::none(option.lines[0].flows.months(), option.lines[0].flows.lead);
            option.lines.iter().filter(|l| view.of.holds(&l.kind)).for_each(|l| sum.add(&l.flows));
            worths.push(sum.present(view.rate));
        }
        let bounds = mcb(worths.len(), level, stats::Better::Higher, |i, j, level| {
            worths[i].less(&worths[j]).estimate(level)
        });
        nothing.push(bounds[0]);
        options.iter_mut().zip(&bounds[1..]).for_each(|(option, bound)| option.worth[v].best = *bound);
    }
    nothing
}

impl Case {
    /// The object of `--json`.
    pub fn to_json(&self) -> serde_json::Value {
        // Infinities become null.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The index of a view at the first rate.
    pub fn view(&self, of: &Of) -> usize {
        self.views.iter().position(|view| view.of == *of && view.rate == self.rates[0]).unwrap_or(0)
    }
}
