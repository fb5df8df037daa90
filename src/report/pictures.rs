//! Results as pictures: which charts a run has, what they show, and the finding that is their title.

mod flow;
mod inputs;
mod levels;
mod money;
mod spread;

use super::Picture;
use crate::chart::findings::{self, Compared};
use crate::chart::number;
use crate::chart::{
    BreakdownArm, BreakdownChart, EcdfChart, EcdfGap, EcdfPoint, EcdfSeries, ForestChart, ForestGroup,
    ForestRow, Interval, LinePoint, RampChart, RampSeries, Role, StageTime,
};
use crate::experiment::{ArmResults, Curves, MetricInfo, Results};
use crate::model::{Better, Level};
use crate::stats::quantile_sorted;
use crate::stats::{self, AxisKind, Estimate};
pub use money::pictures as money_pictures;

/// All charts that these results support. `footer` names scenario, seed and version.
pub fn pictures(results: &Results, footer: &str) -> Vec<Picture> {
    let mut all = Vec::new();
    all.extend(distribution(results, footer));
    all.extend(spread::density(results, footer));
    all.extend(spread::more(results, footer));
    all.extend((1..results.arms.len()).map(|arm| changes(results, arm, footer)));
    all.extend((1..results.arms.len()).filter_map(|arm| inputs::shares(results, arm, footer)));
    let compared = if results.arms.len() > 1 { 1..results.arms.len() } else { 0..1 };
    all.extend(compared.filter_map(|arm| levels::tree(results, arm, footer)));
    all.extend(stages(results, footer));
    all.extend(levels::weekly(results, footer));
    all.extend(levels::operating(results, footer));
    all.extend(flow::maps(results, footer));
    all.extend(flow::handovers(results, footer));
    all.extend(flow::utilisation(results, footer));
    all.extend(results.arms.iter().filter_map(|arm| adoption(arm, footer)));
    all
}

fn interval(e: &Estimate) -> Interval {
    Interval::from(e)
}

fn role(arm: usize) -> Role {
    match arm {
        0 => Role::Before,
        1 => Role::After,
        _ => Role::Other,
    }
}

/// A level with as many digits as its error supports, and its unit.
fn level(estimate: &Estimate, metric: &MetricInfo) -> String {
    level_in(estimate, &metric.unit)
}

/// The levels of a metric in the control and an arm, written alike so that they can be compared by eye.
fn levels(results: &Results, arm: usize, metric: usize) -> [String; 2] {
    let both = [0, arm].map(|a| interval(&results.arms[a].estimates[metric]));
    let decimals = both[0].shared_decimals(&both[1], MOST_DIGITS);
    both.map(|i| if i.value == 0.0 { "0".to_owned() } else { number::number(i.value, decimals) })
}

/// Digits of a level, however well it is known.
const MOST_DIGITS: i32 = 5;

fn level_in(estimate: &Estimate, unit: &str) -> String {
    let text = number::number(estimate.value, interval(estimate).decimals());
    if unit.is_empty() { text } else { format!("{text} {unit}") }
}

/// What an arm is called; the scenario's name where there is only one.
fn arm_label(results: &Results, arm: usize) -> String {
    let label = match results.arms.len() {
        1 if results.title.is_empty() => &results.scenario,
        1 => &results.title,
        _ => &results.arms[arm].label,
    };
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A finding about one of several arms, with its name.
fn of_arm(results: &Results, arm: usize, finding: &str) -> String {
    match results.arms.len() {
        0..=2 => finding.to_owned(),
        _ => format!("{}: {}", arm_label(results, arm), flow::uncapitalised(finding)),
    }
}

fn with_unit(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" [{unit}]") }
}

/// What the cases of the charted measure are measured by: the primary's label without "mean" and its like.
fn case_label(results: &Results) -> String {
    let Some(primary) = results.primary else {
        return results.curves.as_ref().map_or_else(String::new, |c| c.measure.clone());
    };
    let label = results.metrics[primary].label.trim();
    let statistics = [", mean", ", average", ", median", " (mean)"];
    let bare = statistics.iter().find_map(|s| label.strip_suffix(s)).unwrap_or(label);
    match bare.strip_prefix("Mean ") {
        Some(rest) => rest[..1].to_uppercase() + &rest[1..],
        None => bare.to_owned(),
    }
}

/// A metric in the control and in an arm.
fn compared(results: &Results, arm: usize, metric: usize) -> Compared<'_> {
    let estimate = |a: usize| interval(&results.arms[a].estimates[metric]);
    // At the level of its verdict: adjusted for the number of arms and metrics.
    let change = interval(&results.arms[arm].changes[metric].adjusted);
    Compared { before: estimate(0), after: estimate(arm), change, unit: &results.metrics[metric].unit }
}

/// The change in percent with the interval of its verdict, adjusted for the number of arms and metrics.
fn adjusted_percent(results: &Results, arm: usize, metric: usize) -> Option<Interval> {
    results.arms[arm].changes[metric].adjusted_percent.as_ref().map(interval)
}

/// A finding from intervals that contain more than chance.
fn doubtful(results: &Results, finding: &str) -> String {
    match results.inputs {
        Some(_) => finding.replace("beyond chance", "beyond the uncertainty"),
        None => finding.to_owned(),
    }
}

/// What the intervals of changes are adjusted for.
fn adjusted_for(results: &Results) -> &'static str {
    match results.arms.len() {
        0..=2 => "adjusted for the number of metrics (Holm)",
        _ => "adjusted for the number of metrics (Holm) and arms (Bonferroni)",
    }
}

/// How many cases the curves of the arms that are drawn have: "12,345 and 12,401 cases".
fn cases_of(curves: &Curves) -> String {
    let counts: Vec<String> = curves.arms.iter().take(2).map(|arm| number::number(arm.n as f64, 0)).collect();
    match counts.as_slice() {
        [one, other] if one == other => format!("{one} cases in each arm"),
        counts => format!("{} cases", counts.join(" and ")),
    }
}

/// Empirical distribution of the primary's case values in the control and the first other arm.
fn distribution(results: &Results, footer: &str) -> Option<Picture> {
    let curves = results.curves.as_ref()?;
    let label = case_label(results);
    let title = match (curves.quantile, results.arms.len() > 1) {
        (quantile, true) => {
            let quantile = quantile.map(|(_, m)| (&results.metrics[m].label, compared(results, 1, m)));
            let is_sure = quantile.as_ref().is_some_and(|(_, c)| c.change.is_beyond_chance());
            // What the band below shows is not denied by a quantile that may be chance.
            let by_band = curves.gap.as_ref().filter(|_| !is_sure).and_then(|gap| {
                let point = |(x, share): (&f64, &f64)| {
                    let [value, lower, upper] =
                        [*share, share - gap.half_width, share + gap.half_width].map(|y| 100.0 * y);
                    (*x, Interval::new(value, lower, upper))
                };
                let points: Vec<_> = gap.x.iter().zip(&gap.gap).map(point).collect();
                findings::gap(&curves.unit, &points)
            });
            match (by_band, quantile) {
                (Some(told), _) => of_arm(results, 1, &told),
                (None, Some((name, compared))) => findings::level(name, &compared),
                (None, None) => label.clone(),
            }
        }
        (Some((_, m)), false) => {
            format!(
                "{} is {}",
                results.metrics[m].label,
                level(&results.arms[0].estimates[m], &results.metrics[m])
            )
        }
        (None, false) => label.clone(),
    };
    let shown = curves.arms.len().min(2);
    let series = curves.arms[..shown].iter().enumerate().map(|(arm, ecdf)| EcdfSeries {
        name: arm_label(results, arm),
        role: role(arm),
        points: (ecdf.x.iter().zip(&ecdf.share))
            .map(|(&x, &share)| EcdfPoint {
                x,
                share,
                lower: (share - ecdf.half_width).max(0.0),
                upper: (share + ecdf.half_width).min(1.0),
            })
            .collect(),
        at_reference: curves.quantile.map(|(_, m)| interval(&results.arms[arm].estimates[m])),
    });
    // Wide enough for all but the last cases in a hundred, which would squeeze the rest.
    let last = |e: &crate::stats::Ecdf| {
        let at = e.share.partition_point(|s| *s < 0.985);
        e.x.get(at).or(e.x.last()).copied().unwrap_or(1.0)
    };
    let x_max = curves.arms[..shown].iter().map(last).fold(0.0, f64::max);
    let chart = EcdfChart {
        title,
        subtitle: format!(
            "Share of cases that are over within a time{}; shaded: {:.0} % band of the whole curve, over replications; {}",
            if curves.densities.first().is_some_and(|d| d.axis == AxisKind::Log10) {
                " (logarithmic axis)"
            } else {
                ""
            },
            100.0 * results.level,
            cases_of(curves)
        ),
        footer: footer.to_owned(),
        x_label: format!("{label}{}", with_unit(&curves.unit)),
        y_label: "Share of cases".to_owned(),
        unit: curves.unit.clone(),
        reference: curves.quantile.map(|(p, _)| p),
        series: series.collect(),
        x_max,
        log: curves.densities.first().is_some_and(|d| d.axis == AxisKind::Log10),
        gap: curves.gap.as_ref().map(|gap| EcdfGap {
            label: format!(
                "{} less {}: difference in percentage points, with {:.0} % band of the whole curve",
                arm_label(results, 1),
                arm_label(results, 0),
                100.0 * results.level
            ),
            role: role(1),
            points: (gap.x.iter().zip(&gap.gap))
                .map(|(&x, &value)| LinePoint {
                    x,
                    value,
                    lower: value - gap.half_width,
                    upper: value + gap.half_width,
                })
                .collect(),
        }),
    };
    Some(Picture {
        name: "distribution".to_owned(),
        caption: format!(
            "{label}: the share of cases that are over within each time.{}",
            match shown {
                1 => "",
                _ => {
                    " A curve further left is faster. Below: by how much the two differ; where the band leaves out zero, the difference is beyond chance."
                }
            }
        ),
        file: "distribution.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

/// Changes of an arm against the control in percent: the judged metrics.
fn changes(results: &Results, arm: usize, footer: &str) -> Picture {
    let rows = |wanted: &dyn Fn(usize, &MetricInfo) -> bool| -> Vec<ForestRow> {
        let judged = results
            .metrics
            .iter()
            .enumerate()
            .filter(|(i, m)| m.matters.is_some() && m.better != Better::Neutral && wanted(*i, m));
        judged
            .filter_map(|(i, m)| {
                let change = &results.arms[arm].changes[i];
                let percent = change.adjusted_percent.as_ref()?;
                // A long unit is said once.
                let (label, unit) = match m.unit.chars().count() {
                    0..=8 => (m.label.clone(), m.unit.as_str()),
                    _ => (format!("{}{}", m.label, with_unit(&m.unit)), ""),
                };
                Some(ForestRow {
                    label,
                    levels: levels(results, arm, i)
                        .map(|text| format!("{text} {unit}").trim_end().to_owned()),
                    change: interval(percent),
                    by_chance: change.exact.as_ref().and_then(|e| e.adjusted_percent.as_ref()).map(interval),
                    better: if m.better == Better::Higher {
                        stats::Better::Higher
                    } else {
                        stats::Better::Lower
                    },
                    smallest_effect: m.matters.filter(|_| m.matters_relative).map(|share| 100.0 * share),
                })
            })
            .collect()
    };
    let primary = results.primary;
    let mut groups = vec![ForestGroup { name: "Primary".to_owned(), rows: rows(&|i, _| Some(i) == primary) }];
    for (level, name) in
        [(Level::Operating, "Operating"), (Level::FrontLine, "Front line"), (Level::Financial, "Financial")]
    {
        let group = rows(&|i, m| Some(i) != primary && m.level == level);
        groups.push(ForestGroup { name: name.to_owned(), rows: group });
    }
    groups.retain(|g| !g.rows.is_empty());
    let told = doubtful(results, &findings::improvements(groups.iter().flat_map(|g| &g.rows)));
    let title = of_arm(results, arm, &told);
    let chart = ForestChart {
        title,
        subtitle: format!(
            "{}: change against {} in %, with {:.0} % interval, {}; {} paired replications{}",
            arm_label(results, arm),
            arm_label(results, 0),
            100.0 * results.level,
            adjusted_for(results),
            results.replications,
            inputs::samples(results)
        ),
        footer: footer.to_owned(),
        x_label: "Change [%]".to_owned(),
        level_labels: [0, arm].map(|a| arm_label(results, a)),
        interval_label: format!("change [{:.0} % interval]", 100.0 * results.level),
        groups,
        meanings: ["better", "worse"],
        x_range: None,
    };
    Picture {
        name: format!("changes_{}", results.arms[arm].name),
        caption: format!(
            "Change of each judged metric, {} against {}. A hollow mark: the interval includes zero.{}",
            arm_label(results, arm),
            arm_label(results, 0),
            match results.inputs {
                Some(_) =>
                    " Thick bar: if our inputs were exact; thin bar: with what we do not know about them.",
                None => "",
            }
        ),
        file: "metrics.csv",
        svg: chart.svg(),
        title: chart.title,
    }
}

/// Mean time by stage, control and first other arm.
fn stages(results: &Results, footer: &str) -> Option<Picture> {
    let breakdown = results.breakdown.as_ref()?;
    let title = match breakdown.arms.get(1) {
        Some(after) => {
            let compared: Vec<(&str, Compared)> = (breakdown.labels.iter().zip(&after.changes).enumerate())
                .map(|(s, (name, change))| {
                    let level = |arm: usize| interval(&breakdown.arms[arm].stages[s]);
                    let change = interval(change);
                    (
                        name.as_str(),
                        Compared { before: level(0), after: level(1), change, unit: &breakdown.unit },
                    )
                })
                .collect();
            let told = findings::largest_stage_change(&compared);
            of_arm(results, 1, &told)
        }
        None => "Where the time goes".to_owned(),
    };
    let time = |mean: &Estimate, change: Option<&Estimate>| StageTime {
        mean: interval(mean),
        change: change.map(interval),
    };
    let arms = breakdown.arms.iter().enumerate().map(|(arm, times)| BreakdownArm {
        name: arm_label(results, arm),
        stages: times.stages.iter().enumerate().map(|(s, mean)| time(mean, times.changes.get(s))).collect(),
        total: time(&times.total, times.total_change.as_ref()),
    });
    let chart = BreakdownChart {
        title,
        subtitle: format!(
            "{}: mean time of a case in each stage{}, {:.0} % intervals (changes: all stages together), {} replications",
            case_label(results),
            with_unit(&breakdown.unit),
            100.0 * results.level,
            results.replications
        ),
        footer: footer.to_owned(),
        unit: breakdown.unit.clone(),
        stages: breakdown.labels.clone(),
        arms: arms.collect(),
    };
    Some(Picture {
        name: "stages".to_owned(),
        caption: "Mean time of a case in each stage of its life; the stages add up to the mean of the whole."
            .to_owned(),
        file: "stages.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

/// How the channels of an arm spread; none where nobody adopts anything.
fn adoption(arm: &ArmResults, footer: &str) -> Option<Picture> {
    let series: Vec<RampSeries> = (arm.adoption.iter())
        .filter(|curve| curve.share.iter().any(|s| *s > 0.0))
        .map(|curve| RampSeries {
            name: format!("{} ({})", curve.team_label, curve.members),
            points: (curve.share.iter().enumerate())
                .map(|(month, share)| LinePoint {
                    x: month as f64,
                    value: *share,
                    lower: curve.lower[month],
                    upper: curve.upper[month],
                })
                .collect(),
        })
        .collect();
    let months = series.first()?.points.len();
    let half = |s: &RampSeries| {
        let top = s.points.last().map_or(0.0, |p| p.value);
        s.points.iter().position(|p| p.value >= top / 2.0).unwrap_or(0)
    };
    let mut halves: Vec<f64> = series.iter().map(|s| half(s) as f64).collect();
    halves.sort_by(f64::total_cmp);
    let chart = RampChart {
        title: format!(
            "Half of those who will adopt have done so after {:.0} months",
            quantile_sorted(&halves, 0.5)
        ),
        subtitle: format!(
            "{}: expected share of each team that uses it (Bass diffusion, drop-out included), {} months; {}: 90 % of replications",
            arm.label,
            months - 1,
            if series.len() > 2 { "bars" } else { "shaded" }
        ),
        footer: footer.to_owned(),
        x_label: "Months since go-live".to_owned(),
        y_label: "Users, share of the team".to_owned(),
        series,
    };
    Some(Picture {
        name: format!("adoption_{}", arm.name),
        caption: format!(
            "{}: how the channel spreads in each team. It is an input, not a result.",
            arm.label
        ),
        file: "adoption.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Ecdf;

    #[test]
    fn the_cases_of_the_arms_that_are_drawn_are_told() {
        let told = |counts: &[usize]| {
            let arm = |n: &usize| Ecdf::independent(&vec![1.0; *n], 0.95);
            let arms = counts.iter().map(arm).collect();
            let (measure, unit) = (String::new(), String::new());
            cases_of(&Curves { measure, unit, quantile: None, arms, gap: None, densities: Vec::new() })
        };
        assert_eq!(told(&[20]), "20 cases");
        assert_eq!(told(&[20, 30, 40]), "20 and 30 cases");
        assert_eq!(told(&[30, 30, 40]), "30 cases in each arm");
    }
}
