//! Points by two measures, each with its intervals: compromises between two objectives, or what inputs do.

use super::axes::{self, X_AXIS, Y_LABEL};
use super::canvas::{self, Anchor, Canvas, Color, Point, Rect, Type};
use super::labels::{Label, place};
use super::number::{self, Interval};
use super::scale::{Scale, round_domain};
use super::theme::{self, AFTER, BEFORE, GREY, INK, NOTE};

#[derive(Clone, Debug, PartialEq)]
pub struct ScatterChart {
    /// The finding in one sentence.
    pub title: String,
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    pub x_label: String,
    pub y_label: String,
    /// Both axes begin at zero.
    pub from_zero: bool,
    /// What the kinds of points are: for the key, in the order of [`ScatterKind`]; empty: not shown.
    pub key: [String; 3],
    /// What matters most last: it is drawn on top.
    pub points: Vec<ScatterPoint>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScatterPoint {
    /// Empty: none.
    pub label: String,
    pub x: Interval,
    pub y: Interval,
    pub kind: ScatterKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScatterKind {
    /// One of many.
    Background,
    /// One that is talked about.
    Chosen,
    /// What others are compared with.
    Reference,
}

impl ScatterKind {
    const ALL: [Self; 3] = [Self::Background, Self::Chosen, Self::Reference];

    fn color(self) -> Color {
        match self {
            Self::Background => theme::faint(GREY, 0.4),
            Self::Chosen => AFTER,
            Self::Reference => BEFORE,
        }
    }

    fn radius(self) -> f64 {
        if self == Self::Background { 4.5 } else { 8.0 }
    }
}

impl ScatterChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        self.draw_key(canvas, (inner.left, inner.top + 10.0));
        let label_at = (inner.left, inner.top + 10.0 + Y_LABEL);
        let space = Rect { top: label_at.1 + 16.0, bottom: inner.bottom - X_AXIS, ..inner };
        let (x_domain, y_domain) = (self.domain(|p| p.x), self.domain(|p| p.y));
        let y_marks = axes::y_marks(y_domain, 8, number::number);
        let plot = Rect { left: space.left + axes::y_gutter(&y_marks), right: space.right - 12.0, ..space };
        let x = Scale::new(x_domain, (plot.left, plot.right));
        let y = Scale::new(y_domain, (plot.bottom, plot.top));
        let x_marks = axes::x_marks(x_domain, plot.width(), None, number::number);
        axes::x_grid(canvas, plot, &x, &x_marks);
        axes::y_axis(canvas, plot, &y, &y_marks, &self.y_label, label_at);
        axes::x_axis(canvas, plot, &x, &x_marks, &self.x_label);
        let shown: Vec<&ScatterPoint> =
            self.points.iter().filter(|p| p.x.value.is_finite() && p.y.value.is_finite()).collect();
        let at = |p: &ScatterPoint| (x.at(p.x.value), y.at(p.y.value));
        for p in &shown {
            if p.kind != ScatterKind::Background {
                let (px, py) = at(p);
                if p.x.is_known() {
                    canvas.line(&[(x.at(p.x.lower), py), (x.at(p.x.upper), py)], p.kind.color(), 2.0);
                }
                if p.y.is_known() {
                    canvas.line(&[(px, y.at(p.y.lower)), (px, y.at(p.y.upper))], p.kind.color(), 2.0);
                }
            }
            canvas.disc(at(p), p.kind.radius(), p.kind.color());
        }
        let mut taken: Vec<Rect> = shown
            .iter()
            .filter(|p| p.kind != ScatterKind::Background)
            .flat_map(|p| {
                let ((px, py), r) = (at(p), p.kind.radius());
                let mut rooms = vec![Rect::new(px - r, py - r, px + r, py + r)];
                if p.x.is_known() {
                    rooms.push(Rect::new(x.at(p.x.lower), py - 2.0, x.at(p.x.upper), py + 2.0));
                }
                if p.y.is_known() {
                    rooms.push(Rect::new(px - 2.0, y.at(p.y.upper), px + 2.0, y.at(p.y.lower)));
                }
                rooms
            })
            .collect();
        for p in shown.iter().rev().filter(|p| !p.label.is_empty()) {
            if let Some(label) = self.label(p, at(p), plot, &taken) {
                taken.push(label.room());
                canvas.text(label.at, label.anchor, &label.text, label.look);
            }
        }
    }

    /// A label beside its point; none where it would lie on another.
    fn label(&self, p: &ScatterPoint, (px, py): Point, plot: Rect, taken: &[Rect]) -> Option<Label> {
        let look = Type::regular(NOTE, theme::as_text(p.kind.color()));
        let look = if p.kind == ScatterKind::Background { Type { color: GREY, ..look } } else { look };
        let text = look.wrap(&p.label, 360.0, 1).concat();
        let (r, drop) = (p.kind.radius() + 6.0, 0.36 * NOTE);
        let candidates = vec![
            Label::new(text.clone(), (px + r, py + drop), Anchor::Start, look),
            Label::new(text.clone(), (px + r, py - 0.4 * NOTE), Anchor::Start, look),
            Label::new(text.clone(), (px - r, py + drop), Anchor::End, look),
            Label::new(text.clone(), (px, py - r - 2.0), Anchor::Middle, look),
            Label::new(text.clone(), (px, py + r + 0.8 * NOTE), Anchor::Middle, look),
            Label::new(text.clone(), (px + 0.5 * r, py - r), Anchor::Start, look),
            Label::new(text.clone(), (px + r, py + r + 0.5 * NOTE), Anchor::Start, look),
            Label::new(text.clone(), (px - 0.5 * r, py - r), Anchor::End, look),
            Label::new(text, (px - r, py + r + 0.5 * NOTE), Anchor::End, look),
        ];
        let clear = |label: &Label| {
            let room = label.room();
            let inside = room.left >= plot.left && room.right <= plot.right && room.top >= plot.top - 20.0;
            let apart = |t: &Rect| {
                room.right <= t.left || t.right <= room.left || room.bottom <= t.top || t.bottom <= room.top
            };
            inside && room.bottom <= plot.bottom && taken.iter().all(apart)
        };
        place(candidates, plot, taken, &[]).filter(clear)
    }

    fn domain(&self, of: impl Fn(&ScatterPoint) -> Interval) -> (f64, f64) {
        let ends = |p: &ScatterPoint| match (of(p), p.kind) {
            (i, ScatterKind::Background) => [i.value; 3],
            (i, _) => [i.value, i.lower, i.upper],
        };
        let all: Vec<f64> = self.points.iter().flat_map(ends).filter(|v| v.is_finite()).collect();
        let lo = all.iter().copied().fold(if self.from_zero { 0.0 } else { f64::INFINITY }, f64::min);
        let hi = all.iter().copied().fold(if self.from_zero { 0.0 } else { f64::NEG_INFINITY }, f64::max);
        if lo > hi {
            return (0.0, 1.0);
        }
        let pad = if hi > lo { 0.03 * (hi - lo) } else { lo.abs().max(1.0) * 0.1 };
        // What is never negative gets no axis below zero.
        let start = if lo >= 0.0 { (lo - pad).max(0.0) } else { lo - pad };
        round_domain(start, hi + pad, 8)
    }

    fn draw_key(&self, canvas: &Canvas, (x, y): Point) {
        let look = Type::regular(NOTE, GREY);
        let mut x = x;
        for (kind, meaning) in ScatterKind::ALL.into_iter().zip(&self.key) {
            if meaning.is_empty() || !self.points.iter().any(|p| p.kind == kind) {
                continue;
            }
            canvas.disc((x + 9.0, y - 6.0), kind.radius(), kind.color());
            canvas.text((x + 26.0, y), Anchor::Start, meaning, Type { color: INK, ..look });
            x += 26.0 + look.width(meaning) + 34.0;
        }
    }
}
