//! A measure week by week, one curve for each arm.

use super::canvas::Color;
use super::lines::{Curve, Event, LinePoint, Lines};
use super::number;
use super::scale::round_domain;
use super::theme::{self, Role};

#[derive(Clone, Debug, PartialEq)]
pub struct WeeklyChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, kind of band, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// "Week"
    pub x_label: String,
    /// The measure with its unit: "Mean restore time, h".
    pub y_label: String,
    pub series: Vec<WeeklySeries>,
    pub events: Vec<WeeklyEvent>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WeeklySeries {
    pub name: String,
    pub role: Role,
    /// x in weeks.
    pub points: Vec<LinePoint>,
}

/// Something that happens in a week: "roll-out", "end of warm-up".
#[derive(Clone, Debug, PartialEq)]
pub struct WeeklyEvent {
    pub week: f64,
    pub name: String,
}

impl WeeklyChart {
    pub fn svg(&self) -> String {
        let colors = theme::role_colors(&self.series.iter().map(|s| s.role).collect::<Vec<_>>());
        Lines {
            title: &self.title,
            subtitle: &self.subtitle,
            footer: &self.footer,
            x_label: &self.x_label,
            y_label: &self.y_label,
            x_steps: &[1.0, 2.0, 4.0, 13.0, 26.0, 52.0],
            y_domain: self.y_domain(),
            bars: None,
            write_y: number::number,
            curves: self.series.iter().zip(colors).map(|(s, color)| s.curve(color)).collect(),
            events: self.events.iter().map(|e| Event { x: e.week, name: &e.name }).collect(),
        }
        .svg()
    }

    /// All bands; from zero, unless the values stay far from it.
    fn y_domain(&self) -> (f64, f64) {
        let values = || {
            let all = self.series.iter().flat_map(|s| &s.points).flat_map(|p| [p.value, p.lower, p.upper]);
            all.filter(|v| v.is_finite())
        };
        let lo = values().fold(f64::INFINITY, f64::min);
        let hi = values().fold(f64::NEG_INFINITY, f64::max);
        if lo > hi {
            return (0.0, 1.0);
        }
        let is_near_zero = lo <= 0.6 * hi && hi >= 0.6 * lo;
        let (lo, hi) = if is_near_zero { (lo.min(0.0), hi.max(0.0)) } else { (lo, hi) };
        if lo == hi {
            let half = if lo == 0.0 { 1.0 } else { 0.1 * lo.abs() };
            return round_domain(lo - half, hi + half, 6);
        }
        round_domain(lo, hi, 6)
    }
}

impl WeeklySeries {
    fn curve(&self, color: Color) -> Curve<'_> {
        Curve { name: &self.name, last: String::new(), color, points: &self.points }
    }
}
