//! The metric tree: what people at work see, how the operation runs by it, and what it costs, with the links by which
//! each metric is computed from others.
//!
//! A column for each level. Within a column parts stand indented under what is computed from them; links between columns
//! and second links are curves. A mark is filled only where the change is beyond chance.

use super::canvas::{self, Anchor, Canvas, Point, Rect, Type};
use super::number::{self, Interval};
use super::theme::{self, AFTER, GREY, INK, NOTE, VERMILLION, WHITE};
use crate::stats::Better;

#[derive(Clone, Debug, PartialEq)]
pub struct TreeChart {
    /// The finding in one sentence.
    pub title: String,
    /// Arms, level of the intervals, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// Names of the columns, from the first to the last.
    pub columns: Vec<String>,
    pub nodes: Vec<TreeNode>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TreeNode {
    pub label: String,
    /// Index of its column.
    pub column: usize,
    /// Levels with unit, before and after; one for a single arm.
    pub levels: Vec<String>,
    /// [percent]; None where there is nothing to compare or a percentage makes no sense.
    pub change: Option<Interval>,
    /// The change in the metric's unit, which decides where there is no percentage: from zero, for one.
    pub difference: Option<Interval>,
    /// What is written instead of a percentage.
    pub note: String,
    /// None: not judged.
    pub better: Option<Better>,
    /// Drawn with emphasis.
    pub primary: bool,
    /// Indices of the nodes that this one is computed from.
    pub children: Vec<usize>,
}

/// Room between columns, for the curves [pixels].
const GUTTER: f64 = 84.0;
/// Indent of a part under its whole [pixels].
const INDENT: f64 = 18.0;
/// The tallest row [pixels].
const ROW: f64 = 78.0;

/// A node that has a place.
struct Placed {
    node: usize,
    /// index in `placed` of the node above which it is a part of
    parent: Option<usize>,
    at: Rect,
}

impl TreeChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        self.key(canvas, (inner.left, inner.top + 10.0));
        let space = Rect { top: inner.top + 64.0, ..inner };
        let columns = self.columns.len().max(1) as f64;
        let width = (space.width() - (columns - 1.0) * GUTTER) / columns;
        let outlines: Vec<Vec<(usize, usize, Option<usize>)>> =
            (0..self.columns.len()).map(|c| self.outline(c)).collect();
        let most = outlines.iter().map(Vec::len).max().unwrap_or(0).max(1) as f64;
        let row = (space.height() / most).min(ROW);
        let mut placed: Vec<Placed> = Vec::new();
        for (c, outline) in outlines.iter().enumerate() {
            let left = space.left + c as f64 * (width + GUTTER);
            let heading = Type::bold(19.0, INK);
            let name = heading.wrap(&self.columns[c], width, 1).concat();
            canvas.text((left, space.top - 14.0), Anchor::Start, &name, heading);
            canvas.line(&[(left, space.top - 5.0), (left + width, space.top - 5.0)], GREY, 2.0);
            let first = placed.len();
            for (k, &(node, depth, parent)) in outline.iter().enumerate() {
                let left = left + depth as f64 * INDENT;
                let top = space.top + k as f64 * row;
                let right = space.left + c as f64 * (width + GUTTER) + width;
                let at = Rect::new(left, top + 3.0, right, top + row - 3.0);
                placed.push(Placed { node, parent: parent.map(|p| first + p), at });
            }
        }
        self.draw_links(canvas, &placed);
        for p in &placed {
            self.draw_node(canvas, &self.nodes[p.node], p.at);
        }
    }

    /// The nodes of a column, wholes before their parts: (node, depth, index of the whole in this list).
    fn outline(&self, column: usize) -> Vec<(usize, usize, Option<usize>)> {
        let here = |n: &usize| self.nodes.get(*n).is_some_and(|node| node.column == column);
        let members: Vec<usize> = (0..self.nodes.len()).filter(here).collect();
        // A part stands under the whole that has most parts: the sum, not a quotient.
        let home = |n: usize| {
            let wholes = members.iter().filter(|&&w| w != n && self.nodes[w].children.contains(&n));
            wholes
                .copied()
                .max_by_key(|&w| (self.nodes[w].children.iter().filter(|c| here(c)).count(), usize::MAX - w))
        };
        let homes: Vec<(usize, Option<usize>)> = members.iter().map(|&n| (n, home(n))).collect();
        let mut list = Vec::new();
        let mut done = vec![false; self.nodes.len()];
        for &(root, _) in homes.iter().filter(|(_, home)| home.is_none()) {
            grow(root, 0, None, &homes, &mut done, &mut list);
        }
        // What a circle of links would hide is still shown.
        for &n in &members {
            if !done[n] {
                grow(n, 0, None, &homes, &mut done, &mut list);
            }
        }
        list
    }

    fn draw_links(&self, canvas: &Canvas, placed: &[Placed]) {
        let find = |node: usize| placed.iter().find(|p| p.node == node);
        for whole in placed {
            for part in self.nodes[whole.node].children.iter().filter_map(|&c| find(c)) {
                let is_under = part.parent.is_some_and(|p| placed[p].node == whole.node);
                let color = self.nodes[part.node].mark().color();
                let strong = self.nodes[part.node].mark() != Mark::Unclear;
                let (color, wide) = match strong {
                    true => (theme::faint(color, 0.75), 2.4),
                    false => (theme::faint(GREY, 0.45), 1.6),
                };
                if is_under {
                    let x = whole.at.left + 0.55 * INDENT;
                    let y = (part.at.top + part.at.bottom) / 2.0;
                    canvas.line(&[(x, whole.at.bottom), (x, y), (part.at.left, y)], color, wide);
                    continue;
                }
                let from_y = (part.at.top + part.at.bottom) / 2.0;
                let to_y = (whole.at.top + whole.at.bottom) / 2.0;
                let (from, to) = (self.nodes[part.node].column, self.nodes[whole.node].column);
                let path = match whole.at.left > part.at.right {
                    true if to > from + 1 => {
                        // Past the columns between, in the gap between two rows.
                        let row = part.at.bottom - part.at.top + 6.0;
                        let rows = ((from_y - (part.at.top - 3.0)) / row).round();
                        let y = part.at.top - 3.0 + rows * row;
                        let gutter = GUTTER - 6.0;
                        let mut path = curve((part.at.right, from_y), (part.at.right + gutter, y));
                        let last = whole.at.left - self.nodes.get(whole.node).map_or(0.0, |_| gutter);
                        path.extend(curve((last.max(part.at.right + gutter), y), (whole.at.left, to_y)));
                        path
                    }
                    true => curve((part.at.right, from_y), (whole.at.left, to_y)),
                    // Within a column, or backwards: around the right side.
                    false => hook((part.at.right, from_y), (whole.at.right, to_y), 0.45 * GUTTER),
                };
                canvas.line(&path, color, wide);
            }
        }
    }

    fn draw_node(&self, canvas: &Canvas, node: &TreeNode, at: Rect) {
        let mark = node.mark();
        let fill = match mark {
            Mark::Unclear => theme::faint(GREY, 0.06),
            _ => theme::faint(mark.color(), 0.12),
        };
        canvas.rect(at, WHITE);
        canvas.rect(at, fill);
        let edge = Rect { right: at.left + 4.0, ..at };
        canvas.rect(edge, if mark == Mark::Unclear { theme::faint(GREY, 0.5) } else { mark.color() });
        if node.primary {
            let (l, t, r, b) = (at.left, at.top, at.right, at.bottom);
            canvas.line(&[(l, t), (r, t), (r, b), (l, b), (l, t)], INK, 2.0);
        }
        let size = (0.37 * at.height()).clamp(7.0, 20.0);
        let (left, right) = (at.left + 14.0, at.right - 10.0);
        let name = Type { size, bold: node.primary || mark != Mark::Unclear, color: INK };
        let small = Type::regular(0.94 * size, GREY);
        let change =
            Type::bold(0.94 * size, if mark == Mark::Unclear { GREY } else { theme::as_text(mark.color()) });
        let (first, second) = (at.top + 0.44 * at.height(), at.top + 0.86 * at.height());
        for line in name.wrap(&node.label, right - left, 1) {
            canvas.text((left, first), Anchor::Start, &line, name);
        }
        let told = node.change.as_ref().map_or_else(|| node.note.clone(), told);
        let told_width = if told.is_empty() { 0.0 } else { change.width(&told) + 24.0 };
        let mut x = left;
        let end = right - told_width;
        for (k, level) in node.levels.iter().enumerate() {
            if k > 0 && x + 1.6 * size < end {
                let y = second - 0.33 * small.size;
                canvas.line(&[(x, y), (x + 0.9 * size, y)], GREY, 1.5);
                let tip = x + 1.3 * size;
                let half = 0.22 * size;
                canvas.fill(&[(tip, y), (tip - 2.0 * half, y - half), (tip - 2.0 * half, y + half)], GREY);
                x = tip + 0.45 * size;
            }
            for line in small.wrap(level, (end - x).max(20.0), 1) {
                canvas.text((x, second), Anchor::Start, &line, small);
                x += small.width(&line) + 0.45 * size;
            }
        }
        if !told.is_empty() {
            canvas.text((right, second), Anchor::End, &told, change);
            if node.decisive().is_some() {
                mark.draw(canvas, (right - change.width(&told) - 12.0, second - 0.35 * size), 0.36 * size);
            }
        }
    }

    fn key(&self, canvas: &Canvas, (x, y): Point) {
        let look = Type::regular(NOTE, GREY);
        let middle = y - 0.34 * NOTE;
        let mut x = x;
        let compared = self.nodes.iter().any(|n| n.decisive().is_some());
        for mark in [Mark::Better, Mark::Worse, Mark::Moved, Mark::Unclear] {
            let occurs = |n: &TreeNode| n.decisive().is_some() && n.mark() == mark;
            if compared && self.nodes.iter().any(occurs) {
                mark.draw(canvas, (x + 8.0, middle), 7.0);
                canvas.text((x + 24.0, y), Anchor::Start, mark.meaning(), look);
                x += 24.0 + look.width(mark.meaning()) + 34.0;
            }
        }
        if self.nodes.iter().any(|n| !n.children.is_empty()) {
            canvas.line(&[(x, middle), (x + 30.0, middle)], theme::faint(GREY, 0.6), 2.0);
            canvas.text(
                (x + 40.0, y),
                Anchor::Start,
                "is computed from; without a line: measured in the simulation",
                look,
            );
        }
    }
}

/// A node and, under it, its parts.
fn grow(
    node: usize,
    depth: usize,
    parent: Option<usize>,
    homes: &[(usize, Option<usize>)],
    done: &mut [bool],
    list: &mut Vec<(usize, usize, Option<usize>)>,
) {
    if std::mem::replace(&mut done[node], true) {
        return;
    }
    list.push((node, depth, parent));
    let here = list.len() - 1;
    for &(part, _) in homes.iter().filter(|(_, home)| *home == Some(node)) {
        grow(part, depth + 1, Some(here), homes, done, list);
    }
}

/// From left to right, level at both ends.
fn curve(from: Point, to: Point) -> Vec<Point> {
    let bend = |t: f64| t * t * (3.0 - 2.0 * t);
    (0..=24)
        .map(|k| f64::from(k) / 24.0)
        .map(|t| (from.0 + t * (to.0 - from.0), from.1 + bend(t) * (to.1 - from.1)))
        .collect()
}

/// From a right edge to another one, around the right side.
fn hook(from: Point, to: Point, reach: f64) -> Vec<Point> {
    let far = from.0.max(to.0) + reach;
    (0..=24)
        .map(|k| f64::from(k) / 24.0 * std::f64::consts::PI)
        .map(|a| {
            let share = (1.0 - a.cos()) / 2.0;
            let base = from.0 + share * (to.0 - from.0);
            (base + a.sin() * (far - base), from.1 + share * (to.1 - from.1))
        })
        .collect()
}

fn told(change: &Interval) -> String {
    match (change.is_known(), change.lower == 0.0 && change.upper == 0.0) {
        (true, true) => "identical".to_owned(),
        _ => {
            let decimals = change.shared_decimals(change, 2).min(change.decimals());
            format!("{} %", number::signed(change.value, decimals))
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Better,
    Worse,
    /// Beyond chance, in a direction that is neither.
    Moved,
    Unclear,
}

impl TreeNode {
    /// The interval that says whether, and to which side, the metric moves.
    fn decisive(&self) -> Option<Interval> {
        let known = [self.change, self.difference].into_iter().flatten().find(Interval::is_known);
        known.or(self.change)
    }

    /// Whether it moves beyond chance.
    pub fn moves(&self) -> bool {
        self.mark() != Mark::Unclear
    }

    /// Whether it moves beyond chance for the better; None where it does not move, or is not judged.
    pub fn is_better(&self) -> Option<bool> {
        match self.mark() {
            Mark::Better => Some(true),
            Mark::Worse => Some(false),
            Mark::Moved | Mark::Unclear => None,
        }
    }

    fn mark(&self) -> Mark {
        let Some(change) = self.decisive().filter(Interval::is_beyond_chance) else { return Mark::Unclear };
        match (self.better, change.lower > 0.0) {
            (None, _) => Mark::Moved,
            (Some(Better::Higher), true) | (Some(Better::Lower), false) => Mark::Better,
            _ => Mark::Worse,
        }
    }
}

impl Mark {
    fn color(self) -> canvas::Color {
        match self {
            Self::Better => AFTER,
            Self::Worse => VERMILLION,
            Self::Moved => INK,
            Self::Unclear => GREY,
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Moved => "changed, neither better nor worse",
            Self::Unclear => "not beyond chance",
        }
    }

    fn draw(self, canvas: &Canvas, (x, y): Point, r: f64) {
        match self {
            Self::Better | Self::Moved => canvas.disc((x, y), r, self.color()),
            Self::Worse => {
                let d = 1.2 * r;
                canvas.fill(&[(x - d, y), (x, y - d), (x + d, y), (x, y + d)], self.color());
            }
            Self::Unclear => {
                canvas.disc((x, y), r, WHITE);
                canvas.ring((x, y), r - 1.0, self.color(), 2.4);
            }
        }
    }
}
