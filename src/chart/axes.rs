//! Axes: light grid, round numbers, the unit said once.

use super::canvas::{Anchor, Canvas, Point, Rect, Type};
use super::scale::{Scale, Ticks, round_ticks, step_ticks};
use super::theme::{GREY, GRID, INK, LABEL, TICK};

/// Height under the plot that an x axis with a label takes [pixels].
pub(super) const X_AXIS: f64 = 76.0;
/// Height above the plot that the label of a y axis takes [pixels].
pub(super) const Y_LABEL: f64 = 34.0;

/// A place on an axis and what is written there.
pub(super) type Mark = (f64, String);

const TICK_TYPE: Type = Type::regular(TICK, INK);

/// As many round numbers as have room on an x axis of this length [pixels]. With `steps`, only multiples of those.
pub(super) fn x_marks(
    (lo, hi): (f64, f64),
    length: f64,
    steps: Option<&[f64]>,
    write: impl Fn(f64, i32) -> String,
) -> Vec<Mark> {
    let marks = |most: usize| {
        let ticks = steps.map_or_else(|| round_ticks(lo, hi, most), |s| step_ticks(lo, hi, most, s));
        let widest =
            ticks.values.iter().map(|&v| TICK_TYPE.width(&write(v, ticks.decimals))).fold(0.0, f64::max);
        let room = length * ticks.step / (hi - lo);
        (written(&ticks, &write), widest + 26.0 <= room)
    };
    (3..=13).rev().map(marks).find(|(_, fits)| *fits).map_or_else(|| marks(2).0, |(marks, _)| marks)
}

/// Round numbers for a y axis.
pub(super) fn y_marks((lo, hi): (f64, f64), most: usize, write: impl Fn(f64, i32) -> String) -> Vec<Mark> {
    written(&round_ticks(lo, hi, most), &write)
}

fn written(ticks: &Ticks, write: &impl Fn(f64, i32) -> String) -> Vec<Mark> {
    ticks.values.iter().map(|&v| (v, write(v, ticks.decimals))).collect()
}

/// The width that the numbers of a y axis take, with the gap to the plot [pixels].
pub(super) fn y_gutter(marks: &[Mark]) -> f64 {
    marks.iter().map(|(_, text)| TICK_TYPE.width(text)).fold(0.0, f64::max) + 14.0
}

/// The x axis below the plot: line, marks, numbers and the label in the middle.
pub(super) fn x_axis(canvas: &Canvas, plot: Rect, scale: &Scale, marks: &[Mark], label: &str) {
    canvas.line(&[(plot.left, plot.bottom), (plot.right, plot.bottom)], GREY, 2.0);
    for (value, text) in marks {
        let x = scale.at(*value);
        canvas.line(&[(x, plot.bottom), (x, plot.bottom + 7.0)], GREY, 2.0);
        canvas.text((x, plot.bottom + 29.0), Anchor::Middle, text, TICK_TYPE);
    }
    let look = Type::regular(LABEL, INK);
    for line in look.wrap(label, plot.width(), 1) {
        canvas.text(((plot.left + plot.right) / 2.0, plot.bottom + 65.0), Anchor::Middle, &line, look);
    }
}

/// Vertical grid lines.
pub(super) fn x_grid(canvas: &Canvas, plot: Rect, scale: &Scale, marks: &[Mark]) {
    for (value, _) in marks {
        let x = scale.at(*value);
        canvas.line(&[(x, plot.top), (x, plot.bottom)], GRID, 1.5);
    }
}

/// The y axis: horizontal grid, numbers at the left, and the label upright above them, at `label_at`.
pub(super) fn y_axis(
    canvas: &Canvas,
    plot: Rect,
    scale: &Scale,
    marks: &[Mark],
    label: &str,
    label_at: Point,
) {
    for (value, text) in marks {
        let y = scale.at(*value);
        canvas.line(&[(plot.left, y), (plot.right, y)], GRID, 1.5);
        canvas.text((plot.left - 12.0, y + 0.36 * TICK), Anchor::End, text, TICK_TYPE);
    }
    let look = Type::regular(LABEL, INK);
    for line in look.wrap(label, plot.right - label_at.0, 1) {
        canvas.text(label_at, Anchor::Start, &line, look);
    }
}
