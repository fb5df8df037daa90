//! From one sum to another by its parts, each with its interval: a waterfall of gains and losses.

use super::axes::{self, Y_LABEL};
use super::canvas::{self, Anchor, Canvas, Rect, Type};
use super::number::{self, Interval};
use super::scale::{Scale, round_domain};
use super::theme::{self, GREEN, GREY, INK, LABEL, NOTE, VERMILLION};

#[derive(Clone, Debug, PartialEq)]
pub struct GainsChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, level of the intervals, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// With its unit: "Gain a year, thousand $".
    pub y_label: String,
    pub steps: Vec<Gain>,
    /// The sum of all steps.
    pub total: Gain,
}

/// A part of the sum; a gain is above zero. Hollow when it is not beyond chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Gain {
    pub label: String,
    /// Under the label: the level before and after.
    pub note: String,
    pub gain: Interval,
    /// Valued, not paid: drawn lighter.
    pub valued: bool,
}

impl GainsChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    /// Where each step begins and ends.
    fn levels(&self) -> Vec<(f64, f64)> {
        let mut sum = 0.0;
        let step = |s: &Gain| {
            let from = sum;
            sum += s.gain.value;
            (from, sum)
        };
        self.steps.iter().map(step).collect()
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let mut levels = self.levels();
        levels.push((0.0, self.total.gain.value));
        let steps: Vec<&Gain> = self.steps.iter().chain([&self.total]).collect();
        let whisker = |s: &Gain, from: f64| [s.gain.lower, s.gain.upper].map(|v| from + v);
        let reach = steps.iter().zip(&levels).flat_map(|(s, (from, to))| {
            let [low, high] = whisker(s, *from);
            [*from, *to, low, high]
        });
        let reach: Vec<f64> = reach.filter(|v| v.is_finite()).collect();
        let (lo, hi) = (reach.iter().copied().fold(0.0, f64::min), reach.iter().copied().fold(0.0, f64::max));
        let domain = if lo == hi { (-1.0, 1.0) } else { round_domain(lo, hi, 7) };
        let marks = axes::y_marks(domain, 7, number::number);
        let left = inner.left + axes::y_gutter(&marks);
        // Labels under the plot: two lines and a note of two.
        let plot = Rect::new(left, inner.top + Y_LABEL + 18.0, inner.right, inner.bottom - 118.0);
        let y = Scale::new(domain, (plot.bottom, plot.top));
        axes::y_axis(canvas, plot, &y, &marks, &self.y_label, (inner.left, inner.top + 10.0));
        canvas.line(&[(plot.left, y.at(0.0)), (plot.right, y.at(0.0))], GREY, 2.0);
        let pitch = plot.width() / steps.len() as f64;
        let label = Type::bold(if steps.len() > 9 { NOTE } else { LABEL }, INK);
        let value = Type::bold(NOTE + 1.0, INK);
        let note = Type::regular(NOTE - 2.0, GREY);
        for (k, (step, (from, to))) in steps.iter().zip(&levels).enumerate() {
            let middle = plot.left + (k as f64 + 0.5) * pitch;
            let half = (0.36 * pitch).min(70.0);
            let color = match () {
                _ if k == self.steps.len() => INK,
                _ if step.gain.value < 0.0 => VERMILLION,
                _ => GREEN,
            };
            let (top, bottom) = (y.at(from.max(*to)), y.at(from.min(*to)));
            let bar = Rect::new(middle - half, top, middle + half, bottom.max(top + 1.0));
            let fill = if step.valued { theme::towards(color, theme::WHITE, 0.45) } else { color };
            match step.gain.is_beyond_chance() {
                true => canvas.rect(bar, fill),
                false => {
                    let corners = [
                        (bar.left, bar.top),
                        (bar.right, bar.top),
                        (bar.right, bar.bottom),
                        (bar.left, bar.bottom),
                        (bar.left, bar.top),
                    ];
                    canvas.rect(bar, theme::faint(fill, 0.14));
                    canvas.line(&corners, fill, 2.0);
                }
            }
            if k + 1 < self.steps.len() {
                let at = y.at(*to);
                canvas.line(&[(middle + half, at), (middle + pitch - half, at)], GREY, 1.5);
            }
            let [low, high] = whisker(step, *from);
            let mut above = top;
            if low.is_finite() && high.is_finite() && low < high {
                let (low, high) = (y.at(low), y.at(high));
                above = above.min(high);
                canvas.line(&[(middle, low), (middle, high)], INK, 2.0);
                for end in [low, high] {
                    canvas.line(&[(middle - 9.0, end), (middle + 9.0, end)], INK, 2.0);
                }
            }
            let text = number::signed(step.gain.value, step.gain.decimals().min(1));
            canvas.text((middle, above - 10.0), Anchor::Middle, &text, value);
            let lines = label.wrap(&step.label, pitch - 10.0, 3);
            canvas.lines((middle, plot.bottom + 28.0), Anchor::Middle, &lines, label);
            let under = plot.bottom + 28.0 + lines.len() as f64 * label.line_height();
            canvas.lines((middle, under), Anchor::Middle, &note.wrap(&step.note, pitch - 10.0, 2), note);
        }
    }
}
