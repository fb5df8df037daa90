//! Changes of many metrics side by side: the paired change in percent with its interval, as a mark and in words.
//!
//! A mark is filled only if the interval leaves out zero: a disc is better, a diamond is worse. Intervals that reach
//! beyond the axis end in an arrow, and of what lies wholly beyond it there is nothing but that; the numbers at the right
//! always tell the whole.

mod key;

use super::axes::{self, X_AXIS};
use super::canvas::{self, Anchor, Canvas, Color, Rect, Type};
use super::number::{self, Interval};
use super::scale::Scale;
use super::theme::{self, AFTER, GREY, GRID, INK, NOTE, VERMILLION, WHITE};
use crate::stats::Better;
use key::Key;

#[derive(Clone, Debug, PartialEq)]
pub struct ForestChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, level of the intervals, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// "Change, %"
    pub x_label: String,
    /// Headings of the columns of levels: "Before", "After".
    pub level_labels: [String; 2],
    /// Heading of the numbers at the right: "Change in % [95 % interval]".
    pub interval_label: String,
    /// What a mark beyond chance means: a disc, and a diamond. "better", "worse".
    pub meanings: [&'static str; 2],
    /// The primary group first.
    pub groups: Vec<ForestGroup>,
    /// The axis [percent]; None: wide enough for the first group, and for what of the others is not far wider.
    pub x_range: Option<(f64, f64)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ForestGroup {
    /// Empty: no heading.
    pub name: String,
    pub rows: Vec<ForestRow>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ForestRow {
    pub label: String,
    /// The levels behind the change, with their unit: "26.0 h", "17.9 h". May be empty.
    pub levels: [String; 2],
    /// [percent]
    pub change: Interval,
    /// The part of the interval that chance alone makes [percent], drawn as a thicker bar within it.
    pub by_chance: Option<Interval>,
    pub better: Better,
    /// The smallest effect that matters [percent], drawn as a grey zone around zero.
    pub smallest_effect: Option<f64>,
}

/// Room between columns [pixels].
const GAP: f64 = 34.0;
/// The height of a group's heading, at most [pixels].
const HEADING: f64 = 46.0;

impl ForestChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let rows: Vec<&ForestRow> = self.groups.iter().flat_map(|g| &g.rows).collect();
        let (lo, hi) = self.range();
        let key = Key::new(self, &rows, (lo, hi));
        let top = inner.top + 62.0 + key.more(inner.width());
        let space = Rect { top, bottom: inner.bottom - X_AXIS, ..inner };
        let headings = self.groups.iter().filter(|g| !g.name.is_empty()).count() as f64;
        let heading = (space.height() / (rows.len() as f64 + headings).max(1.0)).min(HEADING);
        let row_height = (space.height() - headings * heading) / rows.len().max(1) as f64;
        let size = (0.62 * row_height).clamp(6.0, 20.0);
        let columns = Columns::new(self, &rows, space, Type::regular(size, INK));
        let plot = columns.plot;

        let x = Scale::new((lo, hi), (plot.left, plot.right));
        let marks = axes::x_marks((lo, hi), plot.width(), None, number::signed);
        axes::x_grid(canvas, plot, &x, &marks);
        axes::x_axis(canvas, plot, &x, &marks, &self.x_label);
        key.draw(canvas, (inner.left, inner.top + 10.0), inner.width());
        columns.headings(canvas, self);

        // The grey zones and the zero line lie below all marks.
        let mut y = plot.top;
        let mut placed = Vec::new();
        for group in &self.groups {
            if !group.name.is_empty() {
                let look = Type::bold(size, INK);
                let name = look.wrap(&group.name, inner.width(), 1).pop().unwrap_or_default();
                canvas.text((inner.left, y + heading - 0.5 * size), Anchor::Start, &name, look);
                y += heading;
            }
            for row in &group.rows {
                canvas.line(&[(inner.left, y), (inner.right, y)], GRID, 1.0);
                placed.push((row, y + row_height / 2.0));
                y += row_height;
            }
        }
        for &(row, y) in &placed {
            if let Some(smallest) = row.smallest_effect.filter(|s| *s > 0.0) {
                let half = (0.36 * row_height).min(40.0);
                let zone = Rect::new(x.at(-smallest), y - half, x.at(smallest), y + half);
                canvas.rect(zone, theme::faint(GREY, 0.16));
            }
        }
        canvas.line(&[(x.at(0.0), plot.top), (x.at(0.0), plot.bottom)], INK, 3.0);
        for (row, y) in placed {
            columns.row(canvas, row, y, row_height);
            Mark::new(row).draw(canvas, &row.change, row.by_chance.as_ref(), &x, y, row_height);
        }
    }

    /// The axis always holds zero and the first group. Of the others it holds each value and bound that reaches no farther than three
    /// times the reach of the first group and of the median row, or ten times, where the change is beyond chance: what the title
    /// tells of is to be seen. The rest ends in an arrow.
    fn range(&self) -> (f64, f64) {
        if let Some((lo, hi)) = self.x_range.filter(|(lo, hi)| lo < hi) {
            return (lo.min(0.0), hi.max(0.0));
        }
        let ends = |c: &Interval| [c.value, c.lower, c.upper].into_iter().filter(|v| v.is_finite());
        let reach = |row: &ForestRow| ends(&row.change).fold(0.0, |m: f64, v| m.max(v.abs()));
        let mut all: Vec<f64> = self.groups.iter().flat_map(|g| &g.rows).map(reach).collect();
        all.sort_by(f64::total_cmp);
        let first = self.groups.first().into_iter().flat_map(|g| &g.rows).map(reach).fold(0.0, f64::max);
        let median = all.get(all.len() / 2).copied().unwrap_or(0.0);
        let usual = first.max(median);
        let limit = |c: &Interval| match usual > 0.0 {
            true => usual * if c.is_beyond_chance() { 10.0 } else { 3.0 },
            false => f64::INFINITY,
        };
        let held =
            |r: &ForestRow| ends(&r.change).filter(|v| v.abs() <= limit(&r.change)).collect::<Vec<_>>();
        let held: Vec<f64> = self.groups.iter().flat_map(|g| &g.rows).flat_map(held).collect();
        let lo = held.iter().copied().fold(0.0, f64::min);
        let hi = held.iter().copied().fold(0.0, f64::max);
        let length = if hi > lo { hi - lo } else { 1.0 };
        (lo - 0.08 * length, hi + 0.08 * length)
    }
}

/// Whether a change goes on below the axis, and above it.
fn goes_on(change: &Interval, (lo, hi): (f64, f64)) -> [bool; 2] {
    match change.is_known() {
        true => [change.lower < lo, change.upper > hi],
        false => [change.value < lo, change.value > hi],
    }
}

/// The change at the right of its row.
fn in_words(change: &Interval) -> String {
    match (change.is_known(), change.lower == 0.0 && change.upper == 0.0) {
        (true, true) => "identical".to_owned(),
        (true, false) => change.signed_text(),
        (false, _) => format!("{}, no interval", change.signed_text()),
    }
}

/// From left to right: label, level before, level after, plot, change.
struct Columns {
    left: f64,
    label_width: f64,
    /// right edges
    levels: [f64; 2],
    plot: Rect,
    right: f64,
    look: Type,
}

impl Columns {
    /// The widest label and the narrowest plot [pixels].
    const MOST: f64 = 420.0;
    const LEAST_PLOT: f64 = 320.0;
    const HEADING: Type = Type::regular(NOTE, GREY);

    fn new(chart: &ForestChart, rows: &[&ForestRow], space: Rect, look: Type) -> Self {
        let widest = |heading: &str, text: &dyn Fn(&ForestRow) -> f64| {
            let widest = rows.iter().map(|r| text(r)).fold(0.0, f64::max);
            if widest > 0.0 { widest.max(Self::HEADING.width(heading)) + GAP } else { 0.0 }
        };
        let level = |k: usize| widest(&chart.level_labels[k], &|r| look.width(&r.levels[k])).min(240.0);
        let change = widest(&chart.interval_label, &|r| look.width(&in_words(&r.change)));
        let levels = [level(0), level(1)];
        let others = levels[0] + levels[1] + change + 2.0 * GAP;
        let most = (space.width() - others - Self::LEAST_PLOT).clamp(120.0, Self::MOST);
        let label_width = rows.iter().map(|r| look.width(&r.label)).fold(0.0, f64::max).min(most) + 1.0;
        let before = space.left + label_width + levels[0];
        let after = before + levels[1];
        let plot = Rect { left: after + GAP, right: space.right - change - GAP / 2.0, ..space };
        Self { left: space.left, label_width, levels: [before, after], plot, right: space.right, look }
    }

    fn headings(&self, canvas: &Canvas, chart: &ForestChart) {
        let y = self.plot.top - 12.0;
        canvas.text((self.right, y), Anchor::End, &chart.interval_label, Self::HEADING);
        let has_levels =
            |k: usize| chart.groups.iter().flat_map(|g| &g.rows).any(|r| !r.levels[k].is_empty());
        for k in (0..2).filter(|&k| has_levels(k)) {
            canvas.text((self.levels[k], y), Anchor::End, &chart.level_labels[k], Self::HEADING);
        }
    }

    /// The texts of a row, centred on `y`; a long label takes as many lines as the row has room for.
    fn row(&self, canvas: &Canvas, row: &ForestRow, y: f64, row_height: f64) {
        let look = self.look;
        let room = ((row_height - 4.0) / look.line_height()).floor().clamp(1.0, 4.0) as usize;
        let label = look.wrap(&row.label, self.label_width, room);
        let baseline = y + 0.36 * look.size;
        let first = baseline - label.len().saturating_sub(1) as f64 * look.line_height() / 2.0;
        canvas.lines((self.left, first), Anchor::Start, &label, look);
        for (level, x) in row.levels.iter().zip(self.levels) {
            for level in look.wrap(level, 240.0 - GAP, 1) {
                canvas.text((x, baseline), Anchor::End, &level, look);
            }
        }
        let color = if row.change.is_beyond_chance() { INK } else { GREY };
        canvas.text((self.right, baseline), Anchor::End, &in_words(&row.change), Type { color, ..look });
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Better,
    Worse,
    Unclear,
}

impl Mark {
    fn new(row: &ForestRow) -> Self {
        match (row.change.is_beyond_chance(), row.better, row.change.lower > 0.0) {
            (false, ..) => Self::Unclear,
            (true, Better::Higher, true) | (true, Better::Lower, false) => Self::Better,
            _ => Self::Worse,
        }
    }

    fn color(self) -> Color {
        match self {
            Self::Better => AFTER,
            Self::Worse => VERMILLION,
            Self::Unclear => GREY,
        }
    }

    fn meaning(self, [better, worse]: [&'static str; 2]) -> &'static str {
        match self {
            Self::Better => better,
            Self::Worse => worse,
            Self::Unclear => "not beyond chance",
        }
    }

    fn shape(self, canvas: &Canvas, at: (f64, f64), radius: f64) {
        match self {
            Self::Better => canvas.disc(at, radius, self.color()),
            Self::Worse => {
                let r = 1.2 * radius;
                let corners = [(at.0 - r, at.1), (at.0, at.1 - r), (at.0 + r, at.1), (at.0, at.1 + r)];
                canvas.fill(&corners, self.color());
            }
            Self::Unclear => {
                canvas.disc(at, radius, WHITE);
                canvas.ring(at, radius - 1.5, self.color(), 3.5);
            }
        }
    }

    fn draw(
        self,
        canvas: &Canvas,
        change: &Interval,
        by_chance: Option<&Interval>,
        x: &Scale,
        y: f64,
        row_height: f64,
    ) {
        let radius = (0.16 * row_height).clamp(4.0, 11.0);
        let [below, above] = goes_on(change, (x.lo, x.hi));
        let is_within = |i: &Interval| i.is_known() && i.upper >= x.lo && i.lower <= x.hi;
        if is_within(change) {
            let (from, to) = (x.at(change.lower), x.at(change.upper));
            canvas.line(&[(from, y), (to, y)], self.color(), (0.4 * radius).max(2.0));
            if let Some(inner) = by_chance.filter(|i| is_within(i)) {
                let ends = [inner.lower, inner.upper].map(|end| (x.at(end), y));
                canvas.line(&ends, self.color(), (1.3 * radius).max(5.0));
            }
            self.end(canvas, from, y, -radius, below);
            self.end(canvas, to, y, radius, above);
        } else {
            // Nothing of it lies on the axis: an arrow at the edge says where to look for it.
            let edges = [(below, x.lo, -radius), (above, x.hi, radius)];
            for (_, edge, radius) in edges.into_iter().filter(|(goes_on, ..)| *goes_on) {
                self.end(canvas, x.at(edge), y, 1.4 * radius, true);
            }
        }
        if x.contains(change.value) {
            self.shape(canvas, (x.at(change.value), y), radius);
        }
    }

    /// A bar across the end of an interval, or an arrow where it goes on beyond the axis.
    fn end(self, canvas: &Canvas, x: f64, y: f64, radius: f64, goes_on: bool) {
        let half = 0.9 * radius.abs();
        if goes_on {
            canvas.fill(
                &[(x + 0.6 * radius, y), (x - 0.9 * radius, y - half), (x - 0.9 * radius, y + half)],
                self.color(),
            );
        } else {
            canvas.line(&[(x, y - half), (x, y + half)], self.color(), (0.35 * radius.abs()).max(2.0));
        }
    }
}
