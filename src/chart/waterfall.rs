//! In steps that add up: what each part of a change is worth, from one level to another, or from nothing to a sum.
//!
//! A level is a bar from the start of the axis; a step goes on where the one before ended. A whisker is the interval of its
//! step. A step is coloured only if its interval leaves out zero: blue is better, vermillion is worse; light is valued, not paid.

use super::axes::{self, X_AXIS};
use super::canvas::{self, Anchor, Canvas, Color, Rect, Type};
use super::number::{self, Interval};
use super::scale::Scale;
use super::theme::{self, AFTER, GREY, GRID, INK, NOTE, VERMILLION};
use crate::stats::Better;

#[derive(Clone, Debug, PartialEq)]
pub struct WaterfallChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, level of the intervals, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// "Time to restore a bus, h"
    pub x_label: String,
    /// Which way is better; None: steps are not judged.
    pub better: Option<Better>,
    /// Steps up to the next level add up to it, from the level before or, without one, from nothing.
    pub steps: Vec<WaterfallStep>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WaterfallStep {
    pub label: String,
    pub value: Interval,
    /// A level, rather than a change of it.
    pub is_level: bool,
    /// Under the label, in small letters; empty: nothing.
    pub note: String,
    /// Valued, not paid: drawn lighter.
    pub valued: bool,
}

impl WaterfallStep {
    pub fn level(label: impl Into<String>, value: Interval) -> Self {
        Self { is_level: true, ..Self::change(label, value) }
    }

    pub fn change(label: impl Into<String>, value: Interval) -> Self {
        Self { label: label.into(), value, is_level: false, note: String::new(), valued: false }
    }
}

/// Levels are drawn from zero unless the steps would then take less than this share of the axis.
const LEAST_SHARE: f64 = 0.3;

impl WaterfallChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    /// Where each step begins and ends; of a level, its value twice.
    fn ends(&self) -> Vec<(f64, f64)> {
        let mut at = 0.0;
        let end = |step: &WaterfallStep| {
            let from = if step.is_level { step.value.value } else { at };
            at = if step.is_level { step.value.value } else { at + step.value.value };
            (from, at)
        };
        self.steps.iter().map(end).collect()
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let space = Rect { top: inner.top + 54.0, bottom: inner.bottom - X_AXIS, ..inner };
        let row = space.height() / self.steps.len().max(1) as f64;
        let size = (0.4 * row).clamp(10.0, 21.0);
        let look = Type::regular(size, INK);
        let text = |s: &WaterfallStep| if s.is_level { s.value.text() } else { s.value.signed_text() };
        let widest = |width: &dyn Fn(&WaterfallStep) -> f64| self.steps.iter().map(width).fold(0.0, f64::max);
        let small = Type::regular(0.75 * size, GREY);
        let label_width =
            widest(&|s| look.width(&s.label).max(small.width(&s.note))).min(0.32 * space.width()) + 1.0;
        let text_width = widest(&|s| Type::bold(size, INK).width(&text(s)));
        let plot =
            Rect { left: space.left + label_width + 26.0, right: space.right - text_width - 30.0, ..space };

        let ends = self.ends();
        let (lo, hi) = self.range(&ends);
        let x = Scale::new((lo, hi), (plot.left, plot.right));
        let marks = axes::x_marks((lo, hi), plot.width(), None, number::number);
        axes::x_grid(canvas, plot, &x, &marks);
        let cut = if lo > 0.0 || hi < 0.0 { " (the axis does not begin at zero)" } else { "" };
        axes::x_axis(canvas, plot, &x, &marks, &format!("{}{cut}", self.x_label));
        self.key(canvas, (inner.left, inner.top + 10.0));
        let start = if lo > 0.0 { lo } else { hi.min(0.0) };
        if lo <= 0.0 && hi >= 0.0 {
            canvas.line(&[(x.at(0.0), plot.top), (x.at(0.0), plot.bottom)], INK, 2.0);
        }
        for (k, (step, (from, to))) in self.steps.iter().zip(&ends).enumerate() {
            let middle = space.top + (k as f64 + 0.5) * row;
            let half = (0.31 * row).min(34.0);
            canvas.line(&[(inner.left, middle + row / 2.0), (inner.right, middle + row / 2.0)], GRID, 1.0);
            let from = if step.is_level { start } else { *from };
            let (left, right) = (x.at(from.min(*to)), x.at(from.max(*to)));
            let bar = Rect::new(left, middle - half, right.max(left + 2.0), middle + half);
            canvas.rect(bar, self.color(step));
            if k + 1 < self.steps.len() {
                canvas.line(&[(x.at(*to), middle + half), (x.at(*to), middle + row - half)], GREY, 1.5);
            }
            if step.value.is_known() {
                let shift = to - step.value.value;
                let (a, b) = (x.at(step.value.lower + shift), x.at(step.value.upper + shift));
                canvas.line(&[(a, middle), (b, middle)], INK, 2.5);
                for end in [a, b] {
                    canvas.line(&[(end, middle - 0.3 * half), (end, middle + 0.3 * half)], INK, 2.5);
                }
            }
            let look = if step.is_level { Type::bold(size, INK) } else { look };
            let room = ((row - 4.0) / look.line_height()).floor().clamp(1.0, 3.0) as usize;
            let lines = look.wrap(&step.label, label_width, room);
            let small = Type::regular(0.75 * size, GREY);
            let height = lines.len() as f64 * look.line_height();
            // A note without room for it is left out.
            let has_note = !step.note.is_empty() && height + small.line_height() <= row;
            let below = if has_note { small.line_height() } else { 0.0 };
            let first = middle + 0.36 * size - (height - look.line_height() + below) / 2.0;
            canvas.lines((inner.left, first), Anchor::Start, &lines, look);
            if has_note {
                let note = small.wrap(&step.note, label_width, 1);
                canvas.lines((inner.left, first + height - 0.2 * size), Anchor::Start, &note, small);
            }
            let clear = step.is_level || step.value.is_beyond_chance();
            let look = if clear { look } else { Type { color: GREY, ..look } };
            canvas.text((inner.right, middle + 0.36 * size), Anchor::End, &text(step), look);
        }
    }

    /// All ends and intervals; with zero, unless the steps would be too small to see.
    fn range(&self, ends: &[(f64, f64)]) -> (f64, f64) {
        let bounds = self.steps.iter().zip(ends).flat_map(|(step, (from, to))| {
            let shift = to - step.value.value;
            [*from, *to, step.value.lower + shift, step.value.upper + shift]
        });
        let known: Vec<f64> = bounds.filter(|v| v.is_finite()).collect();
        let lo = known.iter().copied().fold(f64::INFINITY, f64::min);
        let hi = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !(lo.is_finite() && hi.is_finite()) {
            return (0.0, 1.0);
        }
        let with_zero = (lo.min(0.0), hi.max(0.0));
        let length = if hi > lo { hi - lo } else { lo.abs().max(1.0) };
        let pad = |lo: f64, hi: f64, of: f64| {
            let below = if lo == 0.0 { 0.0 } else { 0.06 * of };
            let above = if hi == 0.0 { 0.0 } else { 0.06 * of };
            (lo - below, hi + above)
        };
        match (hi - lo) >= LEAST_SHARE * (with_zero.1 - with_zero.0) {
            true => pad(with_zero.0, with_zero.1, with_zero.1 - with_zero.0),
            // Room for the bars of the levels, which begin at the edge.
            false => (lo - 0.35 * length, hi + 0.1 * length),
        }
    }

    fn color(&self, step: &WaterfallStep) -> Color {
        if step.is_level {
            return theme::faint(INK, 0.55);
        }
        if !step.value.is_beyond_chance() {
            return theme::faint(GREY, 0.35);
        }
        let color = match self.better {
            None => GREY,
            Some(better) if (step.value.value > 0.0) == (better == Better::Higher) => AFTER,
            Some(_) => VERMILLION,
        };
        if step.valued { lighter(color) } else { color }
    }

    /// What the colours mean, only of those that occur.
    fn key(&self, canvas: &Canvas, (x, y): (f64, f64)) {
        let look = Type::regular(NOTE, GREY);
        let mut x = x;
        let known = [
            (AFTER, "better"),
            (lighter(AFTER), "better, valued and not paid"),
            (VERMILLION, "worse"),
            (lighter(VERMILLION), "worse, valued and not paid"),
            (GREY, "a change beyond chance"),
            (theme::faint(GREY, 0.35), "not beyond chance"),
        ];
        let changes: Vec<Color> = self.steps.iter().filter(|s| !s.is_level).map(|s| self.color(s)).collect();
        for (color, meaning) in known.into_iter().filter(|(color, _)| changes.contains(color)) {
            canvas.rect(Rect::new(x, y - 14.0, x + 18.0, y + 2.0), color);
            canvas.text((x + 26.0, y), Anchor::Start, meaning, look);
            x += 26.0 + look.width(meaning) + 34.0;
        }
        canvas.line(&[(x, y - 6.0), (x + 26.0, y - 6.0)], INK, 2.5);
        canvas.text((x + 34.0, y), Anchor::Start, "interval of the step", look);
    }
}

/// The colour of what is valued and not paid.
fn lighter(color: Color) -> Color {
    theme::towards(color, theme::WHITE, 0.45)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[(f64, bool)]) -> WaterfallChart {
        let step = |&(value, is_level): &(f64, bool)| WaterfallStep {
            is_level,
            ..WaterfallStep::change("", Interval::new(value, value - 0.1, value + 0.1))
        };
        WaterfallChart {
            title: String::new(),
            subtitle: String::new(),
            footer: String::new(),
            x_label: String::new(),
            better: Some(Better::Lower),
            steps: values.iter().map(step).collect(),
        }
    }

    #[test]
    fn each_step_goes_on_where_the_one_before_ended() {
        let chart = chart(&[(26.0, true), (-3.0, false), (1.0, false), (24.0, true)]);
        assert_eq!(chart.ends(), [(26.0, 26.0), (26.0, 23.0), (23.0, 24.0), (24.0, 24.0)]);
        let (lo, _) = chart.range(&chart.ends());
        assert!(lo > 20.0, "small steps of a high level are seen: {lo}");
        assert_eq!(chart.color(&chart.steps[1]), AFTER);
        assert_eq!(chart.color(&chart.steps[2]), VERMILLION);
    }

    #[test]
    fn without_a_level_steps_begin_at_nothing() {
        let mut chart = chart(&[(-50.0, false), (20.0, false), (-30.0, true)]);
        assert_eq!(chart.ends(), [(0.0, -50.0), (-50.0, -30.0), (-30.0, -30.0)]);
        chart.better = Some(Better::Higher);
        chart.steps[0].valued = true;
        assert_eq!(chart.color(&chart.steps[0]), lighter(VERMILLION));
        assert_eq!(chart.color(&chart.steps[1]), AFTER);
    }

    #[test]
    fn large_steps_are_drawn_from_zero() {
        let chart = chart(&[(10.0, true), (-9.0, false), (1.0, true)]);
        assert_eq!(chart.range(&chart.ends()).0, 0.0);
    }
}
