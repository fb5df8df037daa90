//! Money summed up over the months: when it pays back, and between what it may lie.

use super::lines::{Curve, Event, LinePoint, Lines};
use super::number;
use super::scale::round_domain;
use super::theme;

#[derive(Clone, Debug, PartialEq)]
pub struct CashChart {
    /// The finding in one sentence.
    pub title: String,
    /// Kind of band, rate, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// "Months since the decision"
    pub x_label: String,
    /// With its unit: "Sum of flows, thousand $".
    pub y_label: String,
    pub series: Vec<CashSeries>,
    /// Month and name: go-live, payback.
    pub events: Vec<(f64, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CashSeries {
    pub name: String,
    /// The sum at the end, as it is written behind the name.
    pub last: String,
    /// x in months.
    pub points: Vec<LinePoint>,
}

impl CashChart {
    pub fn svg(&self) -> String {
        let points = || self.series.iter().flat_map(|s| &s.points);
        let all = || points().flat_map(|p| [p.value, p.lower, p.upper]).filter(|v| v.is_finite());
        // From zero, where it begins.
        let (lo, hi) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
        let y_domain = if lo == hi { (-1.0, 1.0) } else { round_domain(lo, hi, 7) };
        Lines {
            title: &self.title,
            subtitle: &self.subtitle,
            footer: &self.footer,
            x_label: &self.x_label,
            y_label: &self.y_label,
            x_steps: &[1.0, 3.0, 6.0, 12.0, 24.0, 60.0],
            y_domain,
            bars: (self.series.len() > 2).then_some(12.0),
            write_y: number::number,
            curves: self.series.iter().enumerate().map(|(k, s)| s.curve(k)).collect(),
            events: self.events.iter().map(|(x, name)| Event { x: *x, name }).collect(),
        }
        .svg()
    }
}

impl CashSeries {
    fn curve(&self, k: usize) -> Curve<'_> {
        Curve { name: &self.name, last: self.last.clone(), color: theme::nth_color(k), points: &self.points }
    }
}
