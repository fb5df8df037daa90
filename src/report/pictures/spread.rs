//! Pictures of variation: between cases, and between replications.

use super::{Picture, arm_label, case_label, cases_of, compared, interval, role, with_unit};
use crate::chart::findings;
use crate::chart::{DensityChart, DensityPoint, DensitySeries, Interval, MoreArm, MoreChart};
use crate::experiment::Results;
use crate::stats::{AxisKind, OrderQuantile};

/// Density of the charted case values in the control and the first other arm.
pub fn density(results: &Results, footer: &str) -> Option<Picture> {
    let curves = results.curves.as_ref()?;
    let shown = &curves.densities[..curves.densities.len().min(2)];
    let log = shown.first()?.axis == AxisKind::Log10;
    let label = case_label(results);
    let primary = results.primary;
    let title = match (primary, shown.len()) {
        (Some(m), 2) => findings::level(&results.metrics[m].label, &compared(results, 1, m)),
        (Some(m), _) => {
            let level = super::level(&results.arms[0].estimates[m], &results.metrics[m]);
            format!("{} is {level}", results.metrics[m].label)
        }
        (None, _) => label.clone(),
    };
    // The metrics of the same cases that have a place on the axis.
    let marked: Vec<usize> = primary.into_iter().chain(curves.quantile.map(|(_, m)| m)).collect();
    let marked: Vec<usize> = marked
        .iter()
        .copied()
        .enumerate()
        .filter(|(k, m)| !marked[..*k].contains(m) && results.metrics[*m].unit == curves.unit)
        .map(|(_, m)| m)
        .collect();
    let name = |m: &usize| match curves.quantile {
        Some((p, quantile)) if quantile == *m => format!("{:.0} % within", 100.0 * p),
        _ => "mean".to_owned(),
    };
    let series = shown.iter().enumerate().map(|(arm, density)| DensitySeries {
        name: arm_label(results, arm),
        role: role(arm),
        points: (density.x.iter().enumerate())
            .map(|(k, &x)| DensityPoint {
                x,
                density: density.density[k],
                lower: density.lower[k],
                upper: density.upper[k],
            })
            .collect(),
        marks: marked.iter().map(|m| interval(&results.arms[arm].estimates[*m])).collect(),
    });
    let zeros = shown.iter().map(|d| d.zero).fold(0.0, f64::max);
    let left_out = match zeros {
        z if z > 0.0005 => format!("; without the {:.0} % that are zero", 100.0 * z),
        _ => String::new(),
    };
    let scale = if log { "of cases on a logarithmic axis" } else { "of cases" };
    let chart = DensityChart {
        title,
        subtitle: format!(
            "Density {scale}; shaded: {:.0} % interval at each point; {}{left_out}",
            100.0 * results.level,
            cases_of(curves),
        ),
        footer: footer.to_owned(),
        x_label: format!("{label}{}", with_unit(&curves.unit)),
        y_label: match (log, curves.unit.as_str()) {
            (true, _) => "Cases [% per doubling of x]".to_owned(),
            (false, "") => "Cases [% per unit of x]".to_owned(),
            (false, unit) => format!("Cases [% per {unit}]"),
        },
        unit: curves.unit.clone(),
        log,
        series: series.collect(),
        marks: marked.iter().map(name).collect(),
    };
    Some(Picture {
        name: "density".to_owned(),
        caption: format!(
            "{label}: where cases pile up. A hump further left is faster; equal areas are equal shares of the cases."
        ),
        file: "density.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

/// Risk and error of the primary metric in all arms.
pub fn more(results: &Results, footer: &str) -> Option<Picture> {
    let primary = results.primary?;
    let metric = &results.metrics[primary];
    let of_order = |q: &OrderQuantile| Interval::new(q.value, q.lower, q.upper);
    let arms: Option<Vec<MoreArm>> = (results.arms.iter().enumerate())
        .map(|(k, arm)| {
            let risk = arm.risk.as_ref()?;
            Some(MoreArm {
                name: arm_label(results, k),
                role: role(k),
                values: arm.replications[primary].clone(),
                mean: interval(&arm.estimates[primary]),
                low: of_order(&risk.low),
                high: of_order(&risk.high),
            })
        })
        .collect();
    let arms = arms?;
    let p = results.arms[0].risk.as_ref()?.p;
    let changes: Vec<_> = (1..arms.len())
        .map(|arm| (results.arms[arm].label.as_str(), compared(results, arm, primary)))
        .collect();
    let open = arms.iter().any(|a| !a.low.lower.is_finite() || !a.high.upper.is_finite());
    let arrow = match open {
        true => "; arrow: not bounded yet",
        false => "",
    };
    let adjusted = match changes.len() {
        0 | 1 => "",
        _ => "; changes adjusted for the number of arms (Bonferroni)",
    };
    let chart = MoreChart {
        title: findings::best_arm(&metric.label, &changes)
            .unwrap_or_else(|| format!("{}: risk and error", metric.label)),
        subtitle: format!(
            "{} in {} replications; box: {:.0}th to {:.0}th percentile; bars: {:.0} % intervals{arrow}",
            metric.label,
            results.replications,
            100.0 * p,
            100.0 * (1.0 - p),
            100.0 * results.level
        ),
        footer: format!(
            "{footer}; MORE plot (Nelson 2008); percentile intervals by order statistics{adjusted}"
        ),
        x_label: format!("{} of a replication{}", metric.label, with_unit(&metric.unit)),
        unit: metric.unit.clone(),
        inside: 1.0 - 2.0 * p,
        arms,
    };
    Some(Picture {
        name: "risk".to_owned(),
        caption: format!(
            "{}: what one run of the process may bring (box and dots: risk, which no number of replications removes) and how well mean and percentiles are known (bars: error, which shrinks with replications).",
            metric.label
        ),
        file: "replications.parquet",
        svg: chart.svg(),
        title: chart.title,
    })
}
