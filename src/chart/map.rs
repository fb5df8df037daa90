//! A process map: activities as boxes, what follows directly on what as arrows, from the start to the end of cases.
//!
//! Laid out by dagre (Sugiyama's method); drawn here. The layout depends on labels and links only, not on their numbers,
//! so the maps of two arms with the same links can be compared place by place.

use std::collections::BTreeMap;

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel};

use super::canvas::{self, Anchor, Canvas, Color, Point, Rect, Type};
use super::labels::{Label, place};
use super::number;
use super::theme::{self, GREY, GRID, INK, NOTE, VERMILLION, WHITE};

#[derive(Clone, Debug, PartialEq)]
pub struct MapChart {
    /// The finding in one sentence.
    pub title: String,
    /// Which cases, how many, what the numbers are.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    pub map: ProcessMap,
    /// Lists at the side.
    pub asides: Vec<Aside>,
}

/// Activities and what follows directly on what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcessMap {
    pub nodes: Vec<MapNode>,
    pub links: Vec<MapLink>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MapNode {
    pub label: String,
    /// Who does it; empty: nobody.
    pub who: String,
    /// How often it occurs.
    pub count: usize,
    /// Mean time from start to completion [s].
    pub seconds: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapLink {
    /// Index of a node; None: the start of the case.
    pub from: Option<usize>,
    /// Index of a node; None: the end of the case.
    pub to: Option<usize>,
    /// How often; zero is drawn as a dotted line.
    pub count: usize,
    /// Median time between the two [s].
    pub seconds: f64,
    /// Drawn with emphasis.
    pub strong: bool,
}

/// A short list beside the map: "Longest in all", rows of name and number.
#[derive(Clone, Debug, PartialEq)]
pub struct Aside {
    pub title: String,
    pub rows: Vec<(String, String)>,
}

const ASIDE: f64 = 390.0;
const START: &str = "start";
const END: &str = "end";

impl MapChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        let has_aside = self.asides.iter().any(|a| !a.rows.is_empty());
        let right = if has_aside { inner.right - ASIDE - 40.0 } else { inner.right };
        let space = Rect::new(inner.left, inner.top - 6.0, right, inner.bottom + 6.0);
        if !self.map.nodes.is_empty() {
            let layout = Layout::fitting(&self.map, space.width(), space.height());
            draw_map(canvas, &self.map, &layout, space);
        }
        if has_aside {
            self.draw_asides(canvas, Rect { left: inner.right - ASIDE, ..inner });
        }
    }

    fn draw_asides(&self, canvas: &Canvas, space: Rect) {
        let heading = Type::bold(NOTE, INK);
        let look = Type::regular(NOTE, INK);
        let mut y = space.top + 20.0;
        for aside in &self.asides {
            for line in heading.wrap(&aside.title, space.width(), 2) {
                canvas.text((space.left, y), Anchor::Start, &line, heading);
                y += heading.line_height();
            }
            canvas.line(&[(space.left, y - 12.0), (space.right, y - 12.0)], GRID, 1.5);
            y += 10.0;
            for (name, value) in &aside.rows {
                let width = look.width(value) + 16.0;
                let lines = look.wrap(name, space.width() - width, 2);
                if y + look.line_height() * lines.len() as f64 > space.bottom {
                    return;
                }
                canvas.text((space.right, y), Anchor::End, value, look);
                canvas.lines((space.left, y), Anchor::Start, &lines, look);
                y += look.line_height() * lines.len() as f64 + 8.0;
            }
            y += 26.0;
        }
        self.key(canvas, space, y + 4.0);
    }

    fn key(&self, canvas: &Canvas, space: Rect, y: f64) {
        let look = Type::regular(15.0, GREY);
        let strong = self.map.links.iter().any(|l| l.strong);
        let rows: [(&str, &dyn Fn(Point)); 3] = [
            ("box: times done, mean time (darker: longer)", &|(x, y)| {
                canvas.rect(Rect::new(x, y - 7.0, x + 28.0, y + 7.0), theme::shade(0.4));
            }),
            ("arrow: times followed, median wait", &|(x, y)| {
                canvas.line(&[(x, y), (x + 22.0, y)], GREY, 3.0);
                arrow_head(canvas, (x + 16.0, y), (x + 28.0, y), GREY, 3.0);
            }),
            ("most waiting in all", &|(x, y)| {
                canvas.line(&[(x, y), (x + 22.0, y)], VERMILLION, 3.0);
                arrow_head(canvas, (x + 16.0, y), (x + 28.0, y), VERMILLION, 3.0);
            }),
        ];
        let mut y = y;
        for (text, draw) in rows.into_iter().take(if strong { 3 } else { 2 }) {
            if y + 12.0 > space.bottom {
                return;
            }
            draw((space.left, y - 5.0));
            canvas.text((space.left + 40.0, y), Anchor::Start, text, look);
            y += 26.0;
        }
    }
}

/// Where everything goes, for sizes of type that fit.
struct Layout {
    size: f64,
    /// middles
    nodes: BTreeMap<String, Point>,
    boxes: BTreeMap<String, (f64, f64)>,
    /// of each link
    paths: Vec<Vec<Point>>,
    width: f64,
    height: f64,
    /// what everything is multiplied by in the end: (x, y)
    squeeze: (f64, f64),
}

fn id(node: Option<usize>, other: &str) -> String {
    node.map_or_else(|| other.to_owned(), |k| k.to_string())
}

impl Layout {
    /// The largest type with which the map fits, or else a map that is squeezed.
    fn fitting(map: &ProcessMap, width: f64, height: f64) -> Self {
        let sizes = [22.0, 19.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0];
        let fits = |l: &Self| l.width <= width && l.height <= height;
        // Beside each other, and one below the other.
        let tight = [(1.0, 1.0), (0.7, 0.7), (0.7, 0.5)];
        let mut layout = Self::new(map, sizes[0], tight[0]);
        for size in sizes {
            for tight in tight {
                if fits(&layout) {
                    return layout;
                }
                layout = Self::new(map, size, tight);
            }
        }
        if !fits(&layout) {
            layout.squeeze = ((width / layout.width).min(1.0), (height / layout.height).min(1.0));
        }
        layout
    }

    fn new(map: &ProcessMap, size: f64, (across, down): (f64, f64)) -> Self {
        let mut graph: Graph<NodeLabel, EdgeLabel> =
            Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: true });
        let mut boxes = BTreeMap::new();
        let mut add = |graph: &mut Graph<NodeLabel, EdgeLabel>, id: String, (width, height): (f64, f64)| {
            let label = NodeLabel { width, height, ..NodeLabel::default() };
            graph.set_node(id.as_str(), Some(label));
            boxes.insert(id, (width, height));
        };
        add(&mut graph, START.to_owned(), (1.6 * size, 1.6 * size));
        for (k, node) in map.nodes.iter().enumerate() {
            let (first, second) = looks(size);
            // Wide enough for any count and time, so that two arms are laid out alike.
            let lines = name_lines(&node.label, first);
            let name = lines.iter().map(|l| first.width(l)).fold(0.0, f64::max);
            let width = name.max(second.width("00,000 · 00.0 min"));
            let height = (2.6 + NAME_LINE * lines.len().saturating_sub(1) as f64) * size;
            add(&mut graph, k.to_string(), (width + 1.2 * size, height));
        }
        add(&mut graph, END.to_owned(), (1.6 * size, 1.6 * size));
        let most = map.links.iter().map(|l| l.count).max().unwrap_or(1).max(1) as f64;
        for link in &map.links {
            // Strong links are kept straight; in steps, so that small differences between arms do not matter.
            let weight = 1 + (4.0 * (link.count as f64 / most).sqrt()).round() as i32;
            let label = EdgeLabel { weight, ..EdgeLabel::default() };
            let (from, to) = (id(link.from, START), id(link.to, END));
            graph.set_edge(from.as_str(), to.as_str(), Some(label), None);
        }
        let options = LayoutOptions {
            nodesep: 3.4 * size * across,
            edgesep: 1.6 * size * across,
            ranksep: 2.2 * size * down,
            ..LayoutOptions::default()
        };
        dagre::layout(&mut graph, Some(options));
        let middle = |id: &str| {
            let node = graph.node(id)?;
            Some((node.x?, node.y?))
        };
        let mut nodes: BTreeMap<String, Point> =
            boxes.keys().filter_map(|id| Some((id.clone(), middle(id)?))).collect();
        let path = |link: &MapLink| -> Vec<Point> {
            let (from, to) = (id(link.from, START), id(link.to, END));
            let edge = graph.edge(&from, &to, None);
            edge.map_or_else(Vec::new, |e| e.points.iter().map(|p| (p.x, p.y)).collect())
        };
        let mut paths: Vec<Vec<Point>> = map.links.iter().map(path).collect();
        // Moved to the origin, with everything that is drawn inside.
        let corners = nodes.iter().flat_map(|(id, (x, y))| {
            let (w, h) = boxes[id];
            [(x - w / 2.0, y - h / 2.0), (x + w / 2.0, y + h / 2.0)]
        });
        let all: Vec<Point> = corners.chain(paths.iter().flatten().copied()).collect();
        let least = |of: fn(&Point) -> f64| all.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Point) -> f64| all.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        let (left, top) = (least(|p| p.0), least(|p| p.1));
        let (width, height) = (most(|p| p.0) - left, most(|p| p.1) - top);
        let places = nodes.values_mut().chain(paths.iter_mut().flatten());
        places.for_each(|p| *p = (p.0 - left, p.1 - top));
        Self { size, nodes, boxes, paths, width, height, squeeze: (1.0, 1.0) }
    }
}

/// From line to line of a name [em].
const NAME_LINE: f64 = 1.15;

/// A name in one line, or in two if it is long: boxes that are less wide leave room for larger type.
fn name_lines(label: &str, look: Type) -> Vec<String> {
    look.wrap(label, 10.0 * look.size, 2)
}

/// Name and numbers of a box.
fn looks(size: f64) -> (Type, Type) {
    (Type::bold(size, INK), Type::regular(0.86 * size, INK))
}

fn draw_map(canvas: &Canvas, map: &ProcessMap, layout: &Layout, space: Rect) {
    let (sx, sy) = layout.squeeze;
    let left = space.left + ((space.width() - layout.width * sx) / 2.0).max(0.0);
    let top = space.top + ((space.height() - layout.height * sy) / 2.0).max(0.0);
    let at = |p: &Point| (left + p.0 * sx, top + p.1 * sy);
    let size = layout.size * sx.min(sy).max(0.6);
    let paths: Vec<Vec<Point>> =
        layout.paths.iter().map(|path| smooth(&path.iter().map(at).collect::<Vec<_>>())).collect();
    let most = map.links.iter().map(|l| l.count).max().unwrap_or(1).max(1) as f64;
    let width = |link: &MapLink| 1.4 + 0.42 * size * (link.count as f64 / most).sqrt();
    let color = |link: &MapLink| if link.strong { VERMILLION } else { theme::faint(GREY, 0.85) };

    // Strong links above the others.
    let mut order: Vec<usize> = (0..map.links.len()).collect();
    order.sort_by_key(|&k| (map.links[k].strong, map.links[k].count));
    for &k in &order {
        let (link, path) = (&map.links[k], &paths[k]);
        let [.., before, tip] = path[..] else { continue };
        if link.count == 0 {
            path.windows(2).step_by(2).for_each(|w| canvas.line(w, theme::faint(GREY, 0.5), 1.2));
            continue;
        }
        let w = width(link);
        // The line ends inside of its head, which points where the last stretch does.
        let line = shortened(path, 0.7 * head(w));
        let neck = shortened(path, head(w)).last().copied().unwrap_or(before);
        canvas.line(&line, color(link), w);
        arrow_head(canvas, neck, tip, color(link), w);
    }
    let rooms = draw_nodes(canvas, map, layout, &at, size, (sx, sy));
    draw_link_labels(canvas, map, &paths, &order, rooms, size, space);
}

fn draw_nodes(
    canvas: &Canvas,
    map: &ProcessMap,
    layout: &Layout,
    at: &dyn Fn(&Point) -> Point,
    size: f64,
    (sx, sy): (f64, f64),
) -> Vec<Rect> {
    let longest = map.nodes.iter().map(|n| n.seconds).fold(0.0, f64::max);
    let mut rooms = Vec::new();
    for (id, place) in &layout.nodes {
        let (x, y) = at(place);
        let (w, h) = layout.boxes[id];
        let room = Rect::new(x - w * sx / 2.0, y - h * sy / 2.0, x + w * sx / 2.0, y + h * sy / 2.0);
        rooms.push(room);
        let Some(node) = id.parse().ok().and_then(|k: usize| map.nodes.get(k)) else {
            let r = room.height().min(room.width()) / 2.0;
            canvas.disc((x, y), r, if id == START { INK } else { WHITE });
            canvas.ring((x, y), r - 1.5, INK, 3.0);
            if id == END {
                canvas.disc((x, y), 0.5 * r, INK);
            }
            continue;
        };
        // Shade by the root, else one long wait makes all others white.
        let shade = if longest > 0.0 { 0.72 * (node.seconds / longest).sqrt() } else { 0.0 };
        let fill = theme::shade(shade);
        rounded(canvas, room, 0.4 * size, fill, theme::faint(INK, 0.75));
        let ink = theme::text_on(fill);
        let (first, second) = looks(size);
        let (first, second) = (Type { color: ink, ..first }, Type { color: ink, ..second });
        let lines = match sx < 1.0 || sy < 1.0 {
            true => first.wrap(&node.label, room.width() - 0.8 * size, 1),
            false => name_lines(&node.label, first),
        };
        // All lines together stand in the middle.
        let rest = NAME_LINE * size * lines.len().saturating_sub(1) as f64;
        let top = y - rest / 2.0 - 0.26 * size;
        for (k, line) in lines.iter().enumerate() {
            canvas.text((x, top + k as f64 * NAME_LINE * size), Anchor::Middle, line, first);
        }
        let count = number::number(node.count as f64, 0);
        let text = match node.seconds {
            s if s >= 1.0 => format!("{count} · {}", number::span(s)),
            _ => count,
        };
        for text in second.wrap(&text, room.width() - 0.6 * size, 1) {
            canvas.text((x, top + rest + 1.1 * size), Anchor::Middle, &text, second);
        }
    }
    rooms
}

/// Numbers beside the arrows, the strongest first; those without room are left out.
fn draw_link_labels(
    canvas: &Canvas,
    map: &ProcessMap,
    paths: &[Vec<Point>],
    order: &[usize],
    mut taken: Vec<Rect>,
    size: f64,
    space: Rect,
) {
    for &k in order.iter().rev() {
        let (link, path) = (&map.links[k], &paths[k]);
        if link.count == 0 || path.len() < 2 {
            continue;
        }
        let color = if link.strong { theme::as_text(VERMILLION) } else { GREY };
        let look = Type { size: 0.8 * size, bold: link.strong, color };
        let count = number::number(link.count as f64, 0);
        let text = match link.seconds {
            s if s >= 60.0 && link.to.is_some() => format!("{count} · {}", number::span(s)),
            _ => count,
        };
        let spots = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8];
        let candidates: Vec<Label> = spots
            .into_iter()
            .flat_map(|share| {
                let p = path[((path.len() - 1) as f64 * share).round() as usize];
                let (dx, baseline) = (0.75 * size, p.1 + 0.36 * look.size);
                [
                    Label::new(text.as_str(), (p.0 + dx, baseline), Anchor::Start, look),
                    Label::new(text.as_str(), (p.0 - dx, baseline), Anchor::End, look),
                    Label::new(text.as_str(), (p.0, baseline), Anchor::Middle, look),
                ]
            })
            .collect();
        let others: Vec<Vec<Point>> =
            paths.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, p)| p.clone()).collect();
        let Some(label) = place(candidates, space, &taken, &others) else { continue };
        let room = label.room();
        let free = taken.iter().all(|t| {
            room.left >= t.right || t.left >= room.right || room.top >= t.bottom || t.top >= room.bottom
        });
        let inside = room.left >= space.left - 30.0 && room.right <= space.right + 30.0;
        if free && inside {
            canvas.rect(room, theme::faint(WHITE, 0.82));
            canvas.text(label.at, label.anchor, &label.text, label.look);
            taken.push(room);
        }
    }
}

/// A box with round corners.
fn rounded(canvas: &Canvas, r: Rect, radius: f64, fill: Color, edge: Color) {
    let corners = [
        (r.right - radius, r.top + radius, -90.0f64),
        (r.right - radius, r.bottom - radius, 0.0),
        (r.left + radius, r.bottom - radius, 90.0),
        (r.left + radius, r.top + radius, 180.0),
    ];
    let mut outline: Vec<Point> = Vec::new();
    for (x, y, from) in corners {
        for k in 0..=6 {
            let a = (from + 15.0 * f64::from(k)).to_radians();
            outline.push((x + radius * a.cos(), y + radius * a.sin()));
        }
    }
    canvas.fill(&outline, WHITE);
    canvas.fill(&outline, fill);
    outline.push(outline[0]);
    canvas.line(&outline, edge, 1.4);
}

/// The path without this length at its end.
fn shortened(path: &[Point], length: f64) -> Vec<Point> {
    let mut left = length;
    let mut kept = path.to_vec();
    while let [.., before, last] = kept[..] {
        let step = (last.0 - before.0).hypot(last.1 - before.1);
        if step > left {
            let end = kept.len() - 1;
            kept[end] = mix(last, before, left / step);
            break;
        }
        left -= step;
        kept.pop();
    }
    kept
}

/// Length of an arrow's head [pixels].
fn head(width: f64) -> f64 {
    6.0 + 1.15 * width
}

fn arrow_head(canvas: &Canvas, before: Point, tip: Point, color: Color, width: f64) {
    let (dx, dy) = (tip.0 - before.0, tip.1 - before.1);
    let length = dx.hypot(dy).max(1e-9);
    let (ux, uy) = (dx / length, dy / length);
    let (long, half) = (head(width), 3.2 + 0.75 * width);
    let base = (tip.0 - ux * long, tip.1 - uy * long);
    canvas.fill(
        &[tip, (base.0 - uy * half, base.1 + ux * half), (base.0 + uy * half, base.1 - ux * half)],
        color,
    );
}

/// A curve through the points: a uniform cubic B-spline that starts and ends at the ends.
fn smooth(points: &[Point]) -> Vec<Point> {
    let [first, .., last] = *points else { return points.to_vec() };
    if points.len() == 2 {
        return (0..=8).map(|k| f64::from(k) / 8.0).map(|t| mix(first, last, t)).collect();
    }
    let ends = |p: Point| [p, p];
    let control: Vec<Point> =
        ends(first).into_iter().chain(points.iter().copied()).chain(ends(last)).collect();
    let mut curve = vec![first];
    for w in control.windows(4) {
        for k in 1..=6 {
            let t = f64::from(k) / 6.0;
            let b = [
                (1.0 - t).powi(3) / 6.0,
                (3.0 * t.powi(3) - 6.0 * t * t + 4.0) / 6.0,
                (-3.0 * t.powi(3) + 3.0 * t * t + 3.0 * t + 1.0) / 6.0,
                t.powi(3) / 6.0,
            ];
            let sum = |of: fn(&Point) -> f64| w.iter().zip(b).map(|(p, b)| b * of(p)).sum();
            curve.push((sum(|p| p.0), sum(|p| p.1)));
        }
    }
    curve
}

fn mix(a: Point, b: Point, t: f64) -> Point {
    (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))
}
