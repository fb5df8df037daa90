//! What the marks of a forest plot mean, only of those that occur; in as many lines as that takes.

use super::{ForestChart, ForestRow, Mark, goes_on};
use crate::chart::canvas::{Anchor, Canvas, Point, Rect, Type};
use crate::chart::theme::{self, GREY, NOTE};

/// Between a sign and its text, and between two items [pixels].
const NEAR: f64 = 8.0;
const APART: f64 = 34.0;
/// From line to line [pixels].
const LINE: f64 = 1.5 * NOTE;

pub struct Key<'a> {
    items: Vec<Item<'a>>,
}

/// Drawn around a point.
type Sign<'a> = Box<dyn Fn(&Canvas, Point) + 'a>;

struct Item<'a> {
    text: &'static str,
    /// Of the sign before the text [pixels].
    width: f64,
    sign: Sign<'a>,
}

impl<'a> Key<'a> {
    pub fn new(chart: &'a ForestChart, rows: &[&'a ForestRow], axis: (f64, f64)) -> Self {
        let mut key = Self { items: Vec::new() };
        for mark in [Mark::Better, Mark::Worse, Mark::Unclear] {
            if rows.iter().any(|r| Mark::new(r) == mark) {
                let carried = mark == Mark::Unclear && rows.iter().any(|r| r.by_chance.is_some());
                let text = if carried { "not beyond the uncertainty" } else { mark.meaning(chart.meanings) };
                key.add(text, 18.0, move |canvas, at| mark.shape(canvas, at, 8.0));
            }
        }
        if let Some(mark) = rows.iter().find(|r| r.by_chance.is_some()).map(|r| Mark::new(r)) {
            let text = "thick: if our inputs were exact; thin: with what we do not know";
            key.add(text, 40.0, move |canvas, (x, y)| {
                canvas.line(&[(x - 20.0, y), (x + 20.0, y)], mark.color(), 3.0);
                canvas.line(&[(x - 8.0, y), (x + 8.0, y)], mark.color(), 10.0);
            });
        }
        if rows.iter().any(|r| r.smallest_effect.is_some_and(|s| s > 0.0)) {
            key.add("less than the smallest effect that matters", 24.0, |canvas, (x, y)| {
                canvas.rect(Rect::new(x - 12.0, y - 9.0, x + 12.0, y + 9.0), theme::faint(GREY, 0.22));
            });
        }
        let beyond = rows.iter().find(|r| goes_on(&r.change, axis) != [false, false]);
        if let Some(mark) = beyond.map(|r| Mark::new(r)) {
            key.add("goes on beyond the axis: see the number", 26.0, move |canvas, (x, y)| {
                canvas.line(&[(x - 13.0, y), (x + 4.0, y)], mark.color(), 3.0);
                mark.end(canvas, x + 6.0, y, 11.0, true);
            });
        }
        key
    }

    fn add(&mut self, text: &'static str, width: f64, sign: impl Fn(&Canvas, Point) + 'a) {
        self.items.push(Item { text, width, sign: Box::new(sign) });
    }

    /// Where the items begin, each with the number of its line, when lines are so wide [pixels].
    fn places(&self, width: f64) -> Vec<(usize, f64)> {
        let (mut line, mut x) = (0, 0.0);
        let place = |item: &Item| {
            let own = item.width + NEAR + LOOK.width(item.text);
            if x > 0.0 && x + own > width {
                (line, x) = (line + 1, 0.0);
            }
            let place = (line, x);
            x += own + APART;
            place
        };
        self.items.iter().map(place).collect()
    }

    /// What the lines after the first take [pixels].
    pub fn more(&self, width: f64) -> f64 {
        LINE * self.places(width).last().map_or(0.0, |(line, _)| *line as f64)
    }

    /// The first line stands at `y`.
    pub fn draw(&self, canvas: &Canvas, (left, y): Point, width: f64) {
        for (item, (line, x)) in self.items.iter().zip(self.places(width)) {
            let (x, y) = (left + x, y + LINE * line as f64);
            (item.sign)(canvas, (x + item.width / 2.0, y - 0.34 * NOTE));
            canvas.text((x + item.width + NEAR, y), Anchor::Start, item.text, LOOK);
        }
    }
}

const LOOK: Type = Type::regular(NOTE, GREY);
