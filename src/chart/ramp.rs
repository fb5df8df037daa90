//! How a tool is taken up: the share of each team that uses it, month by month.

use super::lines::{Curve, LinePoint, Lines};
use super::{number, theme};

#[derive(Clone, Debug, PartialEq)]
pub struct RampChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, kind of band, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// "Months since roll-out"
    pub x_label: String,
    /// "Share of the team that uses the tool"
    pub y_label: String,
    pub series: Vec<RampSeries>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RampSeries {
    pub name: String,
    /// x in months; value and band are shares [0..1].
    pub points: Vec<LinePoint>,
}

impl RampChart {
    pub fn svg(&self) -> String {
        let reach = self.series.iter().flat_map(|s| &s.points).flat_map(|p| [p.value, p.upper]);
        let most = reach.filter(|v| v.is_finite()).fold(0.0, f64::max);
        // A ramp that stays low is shown large, in whole steps of 20 %.
        let top = ((most * 5.0 - 1e-9).ceil() / 5.0).clamp(0.2, 1.0);
        Lines {
            title: &self.title,
            subtitle: &self.subtitle,
            footer: &self.footer,
            x_label: &self.x_label,
            y_label: &self.y_label,
            x_steps: &[1.0, 2.0, 3.0, 6.0, 12.0, 24.0],
            y_domain: (0.0, top),
            bars: (self.series.len() > 2).then(|| self.bar_step()),
            write_y: |share, decimals| number::percent(share, (decimals - 2).max(0)),
            curves: self.series.iter().enumerate().map(|(k, s)| s.curve(k)).collect(),
            events: Vec::new(),
        }
        .svg()
    }
}

impl RampChart {
    /// Bars at about four months.
    fn bar_step(&self) -> f64 {
        let months = self.series.iter().flat_map(|s| &s.points).map(|p| p.x).fold(0.0, f64::max);
        [1.0, 2.0, 3.0, 6.0, 12.0].into_iter().find(|step| months / step < 5.0).unwrap_or(24.0)
    }
}

impl RampSeries {
    fn curve(&self, k: usize) -> Curve<'_> {
        let (name, last, color) = (&self.name, last_share(&self.points), theme::nth_color(k));
        Curve { name, last, color, points: &self.points }
    }
}

fn last_share(points: &[LinePoint]) -> String {
    points
        .iter()
        .rev()
        .find(|p| p.value.is_finite())
        .map_or_else(String::new, |p| number::percent(p.value, 0))
}
