//! Who asks whom: one place after the other, or all at once. Drawn in the colours of the page.

use minijinja::HtmlEscape;
use std::fmt::Write;

/// A place that can be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Box {
    pub label: String,
    /// What people there look at.
    pub note: &'static str,
    /// One box for a place at each of several sites.
    pub several: bool,
}

/// [units of the view box]
const WIDTH: f64 = 520.0;
const ASKER: (f64, f64) = (132.0, 68.0);
const PLACE: (f64, f64) = (258.0, 64.0);
const GAP: f64 = 26.0;
const EDGE: f64 = 10.0;
/// Characters that fit into a box.
const ASKER_LINE: usize = 15;
const PLACE_LINE: usize = 30;

/// The asker goes to the first place, and to the next when that has no answer.
pub fn one_by_one(asker: &str, places: &[Box], name: &str) -> String {
    let geometry = Geometry::of(places.len());
    let mut body = geometry.boxes(asker, places);
    let (from, left) = (geometry.asker_exit(), geometry.place_left());
    if !places.is_empty() {
        let y = geometry.middle(0);
        let bend = from.0 + 34.0;
        let _ = write!(body, "<path class=\"way\" d=\"M{} {}H{bend}V{y}H{}\"/>", from.0, from.1, left - 9.0);
        arrow(&mut body, (left, y), Heading::Right);
    }
    for k in 1..places.len() {
        let x = left + PLACE.0 / 2.0;
        let (top, bottom) = (geometry.top(k - 1) + PLACE.1, geometry.top(k));
        let _ = write!(body, "<path class=\"way\" d=\"M{x} {top}V{}\"/>", bottom - 9.0);
        arrow(&mut body, (x, bottom), Heading::Down);
        let _ = write!(
            body,
            "<text class=\"note\" x=\"{}\" y=\"{}\">no answer: next</text>",
            x + 12.0,
            top + 17.0
        );
    }
    geometry.svg(name, &body)
}

/// The asker reaches all places at the same time.
pub fn broadcast(asker: &str, places: &[Box], name: &str) -> String {
    let geometry = Geometry::of(places.len());
    let mut body = geometry.boxes(asker, places);
    let (from, left) = (geometry.asker_exit(), geometry.place_left());
    let bend = from.0 + 34.0;
    for k in 0..places.len() {
        let y = geometry.middle(k);
        let _ = write!(
            body,
            "<path class=\"way strong\" d=\"M{} {}H{bend}V{y}H{}\"/>",
            from.0,
            from.1,
            left - 9.0
        );
        arrow(&mut body, (left, y), Heading::Right);
    }
    geometry.svg(name, &body)
}

struct Geometry {
    height: f64,
}

enum Heading {
    Right,
    Down,
}

impl Geometry {
    fn of(places: usize) -> Self {
        let n = places.max(1) as f64;
        Self { height: n * PLACE.1 + (n - 1.0) * GAP + 2.0 * EDGE }
    }

    fn top(&self, k: usize) -> f64 {
        EDGE + k as f64 * (PLACE.1 + GAP)
    }

    fn middle(&self, k: usize) -> f64 {
        self.top(k) + PLACE.1 / 2.0
    }

    fn place_left(&self) -> f64 {
        WIDTH - PLACE.0 - EDGE
    }

    fn asker_exit(&self) -> (f64, f64) {
        (EDGE + ASKER.0, self.height / 2.0)
    }

    fn boxes(&self, asker: &str, places: &[Box]) -> String {
        let mut body = String::new();
        let top = (self.height - ASKER.1) / 2.0;
        rect(&mut body, "box asker", (EDGE, top), ASKER);
        let lines = wrapped(asker, ASKER_LINE);
        let first = self.height / 2.0 + 5.0 - 9.0 * (lines.len() as f64 - 1.0);
        text(&mut body, "name", (EDGE + ASKER.0 / 2.0, first), &lines);
        for (k, place) in places.iter().enumerate() {
            let corner = (self.place_left(), self.top(k));
            if place.several {
                rect(&mut body, "box behind", (corner.0 + 6.0, corner.1 - 6.0), PLACE);
            }
            rect(&mut body, "box", corner, PLACE);
            let lines = wrapped(&place.label, PLACE_LINE);
            let x = corner.0 + PLACE.0 / 2.0;
            let first = corner.1 + if lines.len() > 1 { 20.0 } else { 28.0 };
            text(&mut body, "name", (x, first), &lines);
            let y = first + 18.0 * lines.len() as f64;
            text(&mut body, "note", (x, y), &[place.note.to_owned()]);
        }
        body
    }

    fn svg(&self, name: &str, body: &str) -> String {
        // Its words are elements of the page; the label sums them up.
        format!(
            "<svg class=\"drawing\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\"><title>{}</title>{body}</svg>",
            self.height,
            HtmlEscape(name)
        )
    }
}

fn rect(body: &mut String, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
    let _ = write!(
        body,
        "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
    );
}

fn text(body: &mut String, class: &str, (x, y): (f64, f64), lines: &[String]) {
    for (k, line) in lines.iter().enumerate() {
        let y = y + 18.0 * k as f64;
        let _ = write!(
            body,
            "<text class=\"{class}\" text-anchor=\"middle\" x=\"{x}\" y=\"{y}\">{}</text>",
            HtmlEscape(line)
        );
    }
}

fn arrow(body: &mut String, (x, y): (f64, f64), heading: Heading) {
    let [a, b] = match heading {
        Heading::Right => [(x - 10.0, y - 5.0), (x - 10.0, y + 5.0)],
        Heading::Down => [(x - 5.0, y - 10.0), (x + 5.0, y - 10.0)],
    };
    let _ = write!(body, "<path class=\"head\" d=\"M{x} {y}L{} {}L{} {}Z\"/>", a.0, a.1, b.0, b.1);
}

/// At most two lines; what does not fit ends in an ellipsis.
fn wrapped(label: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let cut = lines.len() > 2;
    lines.truncate(2);
    let last = lines.len().saturating_sub(1);
    for (k, line) in lines.iter_mut().enumerate() {
        if line.chars().count() > width || (cut && k == last) {
            *line = line.chars().take(width - 1).collect::<String>() + "…";
        }
    }
    lines
}
