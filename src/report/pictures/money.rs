//! Pictures of the business case.

use super::{Picture, interval};
use crate::business::{Case, Choice, Of, Ramped, Risk};
use crate::chart::number::{self, signed};
use crate::chart::{
    CashChart, CashSeries, ControlChart, Interval, LinePoint, Role, WaterfallChart, WaterfallStep,
    WeeklyChart, WeeklyEvent, WeeklySeries, WorthChart, WorthSeries,
};
use crate::report::{decimals, money};
use crate::stats::Better;

/// Thousands are drawn.
const K: f64 = 1e-3;

/// All pictures of a case.
pub fn pictures(case: &Case, footer: &str) -> Vec<Picture> {
    let mut all = Vec::new();
    let valued = case.options.iter().any(|o| o.lines.iter().any(|l| !l.kind.cashable));
    all.extend(case.options.first().map(|option| cash(case, option, valued, footer)));
    all.push(worth(case, &Of::Cash, "npv_cash", "in what budgets pay", footer));
    if valued {
        all.push(worth(case, &Of::All, "npv_all", "with what is lost without being paid", footer));
    }
    all.extend(case.options.iter().filter_map(|option| waterfall(case, option, footer)));
    for ramped in &case.ramped {
        all.push(weeks(ramped, footer));
        all.extend(control(ramped, footer));
    }
    all
}

fn thousand(e: Interval) -> Interval {
    Interval::new(e.value * K, e.lower * K, e.upper * K)
}

fn unit(case: &Case) -> String {
    format!("thousand {}", case.currency)
}

fn years(case: &Case) -> String {
    let years = case.months as f64 / 12.0;
    format!("{} years", number::number(years, i32::from(years.fract() != 0.0)))
}

fn percent(share: f64) -> String {
    number::percent(share, i32::from((share * 100.0).fract().abs() > 1e-6))
}

/// What bands and probabilities are about.
fn unknown(case: &Case) -> &'static str {
    match case.input_samples {
        0 => "what chance leaves open, inputs taken as exact",
        _ => "what chance and the inputs leave open",
    }
}

/// Sums of flows over the months: what budgets pay, and with what is valued.
fn cash(case: &Case, option: &Choice, valued: bool, footer: &str) -> Picture {
    let npv = &option.worth[case.view(&Of::Cash)].npv;
    let label = &option.label;
    let title = match option.cash.payback {
        _ if !npv.has_interval() => format!("{label}: too few replications to say when it pays back"),
        Some(months) if months > 0.0 && npv.lower > 0.0 => {
            format!("{label}: pays back after some {} months", number::number(months, 0))
        }
        Some(months) if months == 0.0 && npv.lower > 0.0 => format!("{label}: there is nothing to pay back"),
        None if npv.upper < 0.0 => format!("{label}: does not pay back within {}", years(case)),
        _ => format!("{label}: whether it pays back within {} is not settled", years(case)),
    };
    let both = [("What budgets pay", &option.cash), ("With what is lost without being paid", &option.all)];
    let series = both.into_iter().take(if valued { 2 } else { 1 }).map(|(name, course)| {
        let last = course.sum.len() - 1;
        let end = Interval::new(course.sum[last] * K, course.sum_p5[last] * K, course.sum_p95[last] * K);
        CashSeries {
            name: name.to_owned(),
            last: signed(end.value, end.headline_decimals().min(0)),
            points: (0..=last)
                .map(|m| LinePoint {
                    x: m as f64,
                    value: course.sum[m] * K,
                    lower: course.sum_p5[m] * K,
                    upper: course.sum_p95[m] * K,
                })
                .collect(),
        }
    });
    let mut events = Vec::new();
    if case.lead > 0 {
        events.push((case.lead as f64, "the change takes effect".to_owned()));
    }
    if let Some(months) = option.cash.payback.filter(|m| *m > 0.0) {
        events.push((months, "paid back".to_owned()));
    }
    let chart = CashChart {
        title,
        subtitle: format!(
            "Gains less costs against doing nothing, summed up and not discounted; shaded: between 5 % and 95 % of {}",
            unknown(case)
        ),
        footer: footer.to_owned(),
        x_label: "Months since the decision".to_owned(),
        y_label: format!("Sum of flows [{}]", unit(case)),
        series: series.collect(),
        events,
    };
    Picture {
        name: "cash".to_owned(),
        caption: "The sum of all flows up to each month. Where a curve is above zero, the change has paid for itself by then."
            .to_owned(),
        file: "money.csv",
        svg: chart.svg(),
        title: chart.title,
    }
}

/// What the options may be worth.
fn worth(case: &Case, of: &Of, name: &str, whose: &str, footer: &str) -> Picture {
    let view = case.view(of);
    let surely = |o: &&Choice| o.worth[view].npv.has_interval() && o.worth[view].npv.lower > 0.0;
    let paying: Vec<&str> = case.options.iter().filter(surely).map(|o| o.label.as_str()).collect();
    let mut title = match paying.as_slice() {
        [] => format!("No option pays beyond chance, {whose}"),
        [only] => format!("{only}: the only option that pays beyond chance, {whose}"),
        several if several.len() == case.options.len() => format!("Every option pays beyond chance, {whose}"),
        several => format!("{} of {} options pay beyond chance, {whose}", several.len(), case.options.len()),
    };
    if let [only] = case.options.as_slice() {
        title = match surely(&only) {
            true => format!("{}: pays beyond chance, {whose}", only.label),
            false => format!("{}: no gain beyond chance, {whose}", only.label),
        };
    }
    let series = case.options.iter().map(|o| {
        let worth = &o.worth[view];
        let npv = thousand(interval(&worth.npv));
        let positive = |r: Risk| format!("; above zero: {}", money::probability(r.positive, r.n));
        let positive = worth.risk.map_or_else(String::new, positive);
        WorthSeries {
            name: o.label.clone(),
            note: format!("{}{positive}", npv.signed_text()),
            samples: worth.samples.iter().map(|x| x * K).collect(),
        }
    });
    let chart = WorthChart {
        title,
        subtitle: format!(
            "Net present value over {} at {} real, against doing nothing: how likely it is at most so much, by {}; \
             beside the names: value with {} interval",
            years(case),
            percent(case.rates[0]),
            unknown(case),
            percent(case.level)
        ),
        footer: footer.to_owned(),
        x_label: format!("Net present value [{}]", unit(case)),
        series: series.collect(),
    };
    Picture {
        name: name.to_owned(),
        caption: "A curve further right is worth more; where it crosses the line at zero it says how likely a loss is."
            .to_owned(),
        file: "options.csv",
        svg: chart.svg(),
        title: chart.title,
    }
}

/// More steps than this: the smallest are taken together.
const STEPS: usize = 9;

/// What each line adds to what an option is worth.
fn waterfall(case: &Case, option: &Choice, footer: &str) -> Option<Picture> {
    let view = case.view(&Of::All);
    let mut lines: Vec<_> = option.lines.iter().filter(|l| l.npv.value != 0.0).collect();
    if lines.len() < 2 {
        return None;
    }
    // The large ones are shown by themselves, in the order of the scenario.
    let mut sizes: Vec<f64> = lines.iter().map(|l| l.npv.value.abs()).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let smallest = sizes.get(STEPS - 1).copied().unwrap_or(0.0);
    let (large, small): (Vec<_>, Vec<_>) = lines.drain(..).partition(|l| l.npv.value.abs() >= smallest);
    let amount = |level: Option<f64>| level.map(|x| money::amount(case, x, decimals(x, 0.0)));
    let mut steps: Vec<WaterfallStep> = (large.iter())
        .map(|line| WaterfallStep {
            note: match (amount(line.before), amount(line.after)) {
                (Some(before), Some(after)) if before == after => format!("some {after} a year"),
                (Some(before), Some(after)) => format!("from {before} to {after} a year"),
                _ if line.once != 0.0 => "paid once".to_owned(),
                _ => String::new(),
            },
            valued: !line.kind.cashable,
            ..WaterfallStep::change(line.label.clone(), thousand(interval(&line.npv)))
        })
        .collect();
    match small.as_slice() {
        [] => {}
        [one] => steps.push(WaterfallStep {
            valued: !one.kind.cashable,
            ..WaterfallStep::change(one.label.clone(), thousand(interval(&one.npv)))
        }),
        several => {
            let sum: f64 = several.iter().map(|l| l.npv.value * K).sum();
            let label = format!("{} smaller lines", several.len());
            let valued = several.iter().all(|l| !l.kind.cashable);
            steps.push(WaterfallStep { valued, ..WaterfallStep::change(label, Interval::bare(sum)) });
        }
    }
    let npv = &option.worth[view].npv;
    steps.push(WaterfallStep::level("All lines", thousand(interval(npv))));
    let label = &option.label;
    // Rounded as in the tables.
    let size = money::amount(case, npv.value.abs(), decimals(npv.value, npv.se));
    let title = match (interval(npv).is_beyond_chance(), npv.value > 0.0) {
        (false, _) => format!("{label}: gains and losses that are worth nothing beyond chance together"),
        (_, true) => format!("{label}: worth {size} more than it takes"),
        (_, false) => format!("{label}: takes {size} more than it brings"),
    };
    let chart = WaterfallChart {
        title,
        subtitle: format!(
            "What each line is worth over {} at {} real, against doing nothing; {} interval of each",
            years(case),
            percent(case.rates[0]),
            percent(case.level)
        ),
        footer: footer.to_owned(),
        x_label: format!("Net present value [{}]", unit(case)),
        better: Some(Better::Higher),
        steps,
    };
    Some(Picture {
        name: format!("money_{}", option.name),
        caption: "From nothing to the net present value, line by line; each bar begins where the one before ends. Under the \
                  names: what the line is a year, from the control to the option."
            .to_owned(),
        file: "money.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

/// The change of the primary week by week.
fn weeks(ramped: &Ramped, footer: &str) -> Picture {
    let settled = interval(&ramped.settled);
    let with_unit = if ramped.unit.is_empty() { String::new() } else { format!(" {}", ramped.unit) };
    let live = || ramped.weeks.iter().filter(|w| w.day >= 0.0);
    let sure = live().filter(|w| interval(&w.change).is_beyond_chance()).count();
    let title = match settled.is_beyond_chance() {
        true => format!(
            "{}: {} {}{with_unit} in the settled phase",
            ramped.label,
            ramped.metric.to_lowercase(),
            signed(settled.value, settled.headline_decimals())
        ),
        false if sure == 0 => {
            format!("{}: no week differs beyond chance, nor does the settled phase", ramped.label)
        }
        false => format!("{}: no difference beyond chance in the settled phase", ramped.label),
    };
    let points = |wanted: &dyn Fn(f64) -> bool| -> Vec<LinePoint> {
        let of = ramped.weeks.iter().filter(|w| wanted(w.day));
        of.map(|w| LinePoint {
            x: w.day / 7.0,
            value: w.change.value,
            lower: w.change.lower,
            upper: w.change.upper,
        })
        .collect()
    };
    let unit = if ramped.unit.is_empty() { String::new() } else { format!(" [{}]", ramped.unit) };
    let chart = WeeklyChart {
        title,
        subtitle: format!(
            "Change against the control by week in which cases began; shaded: 95 % band of all weeks together (Bonferroni); {} \
             paired replications; settled phase {}{with_unit}",
            ramped.replications,
            settled.signed_text()
        ),
        footer: footer.to_owned(),
        x_label: "Weeks since go-live".to_owned(),
        y_label: format!("Change of {}{unit}", ramped.metric.to_lowercase()),
        series: vec![WeeklySeries {
            name: ramped.label.clone(),
            role: Role::After,
            points: points(&|_| true),
        }],
        events: vec![WeeklyEvent { week: 0.0, name: "go-live; before: the same by construction".to_owned() }],
    };
    Picture {
        name: format!("ramp_{}", ramped.name),
        caption: "How the effect comes after go-live. Before it both worlds are the same; what began shortly before and was \
                  still open may differ."
            .to_owned(),
        file: "ramp.csv",
        svg: chart.svg(),
        title: chart.title,
    }
}

/// What a manager would have seen.
fn control(ramped: &Ramped, footer: &str) -> Option<Picture> {
    let seen = ramped.control.as_ref()?;
    let after = seen.values.len() - seen.baseline;
    let title = match (seen.outside.len(), seen.runs.len()) {
        (0, 0) => format!("In one world a manager sees no signal in {after} weeks after go-live"),
        (1, 0) => format!("In one world a manager sees one week of {after} outside the limits"),
        (n, 0) => format!("In one world a manager sees {n} weeks of {after} outside the limits"),
        (0, _) => format!(
            "In one world a manager sees no week of {after} outside the limits, but a run on one side"
        ),
        (n, _) => format!(
            "In one world a manager sees {n} weeks of {after} outside the limits, and a run on one side"
        ),
    };
    let unit = if ramped.unit.is_empty() { String::new() } else { format!(" [{}]", ramped.unit) };
    let chart = ControlChart {
        title,
        subtitle: format!(
            "{} of the first replication, week by week; limits: three sigma by the moving range of the {} weeks before go-live{}; \
             filled red: outside; ring: eighth or later in a row on one side",
            ramped.metric,
            seen.baseline,
            if seen.log { ", of logarithms" } else { "" }
        ),
        footer: footer.to_owned(),
        x_label: "Weeks since go-live".to_owned(),
        y_label: format!("{}{unit}", ramped.metric),
        points: ramped.weeks.iter().zip(&seen.values).map(|(w, x)| (w.day / 7.0, *x)).collect(),
        baseline: seen.baseline,
        center: seen.center,
        lower: seen.lower,
        upper: seen.upper,
        outside: seen.outside.clone(),
        runs: seen.runs.clone(),
    };
    Some(Picture {
        name: format!("control_{}", ramped.name),
        caption: "One world, not an average: this is what the weekly figures of an authority would look like. A change that the \
                  comparison shows may stay unseen here for long, and weeks outside the limits may be chance."
            .to_owned(),
        file: "ramp.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}
