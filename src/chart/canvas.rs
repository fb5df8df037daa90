//! A thin layer over the SVG backend of plotters: subpixel coordinates, exact baselines, text that can be measured.
//!
//! The backend takes whole numbers, so we draw on a grid ten times finer than a pixel and state that in the view
//! box. It hangs text by `dy` in units of `ex`, which every renderer reads differently, unless the text is anchored
//! at its top: then `dy` is 0.76 em, and the baseline is where we want it.

use std::cell::RefCell;
use std::sync::LazyLock;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

use super::theme::{HEIGHT, WIDTH};

pub(super) const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Roboto-Regular.ttf");
pub(super) const BOLD: &[u8] = include_bytes!("../../assets/fonts/Roboto-Bold.ttf");

/// What a viewer without Roboto may take instead.
const FAMILY: &str = "Roboto, 'Helvetica Neue', Helvetica, Arial, sans-serif";
/// Steps of the grid in a pixel.
const FINE: f64 = 10.0;
/// The backend divides font sizes by this.
const BACKEND_FONT_SCALE: f64 = 1.24;
/// The backend's `dy` of text anchored at its top [em].
const BACKEND_TOP: f64 = 0.76;
/// Roboto's ascent plus descent [em]: `ab_glyph` scales a font by it.
const ROBOTO_LINE: f64 = 2400.0 / 2048.0;

/// Makes the fonts known to plotters, once.
static FONTS: LazyLock<()> = LazyLock::new(|| {
    for (style, bytes) in [(FontStyle::Normal, REGULAR), (FontStyle::Bold, BOLD)] {
        let known = register_font("Roboto", style, bytes);
        debug_assert!(known.is_ok(), "the embedded font is broken");
    }
});

pub(super) type Color = RGBAColor;
pub(super) type Point = (f64, f64);

/// A rectangle [pixels], y downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self { left, top, right, bottom }
    }

    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

/// Which point of the text is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Size [pixels per em], weight and colour of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub size: f64,
    pub bold: bool,
    pub color: Color,
}

impl Type {
    pub const fn regular(size: f64, color: Color) -> Self {
        Self { size, bold: false, color }
    }

    pub const fn bold(size: f64, color: Color) -> Self {
        Self { size, bold: true, color }
    }

    /// From baseline to baseline [pixels].
    pub fn line_height(&self) -> f64 {
        1.25 * self.size
    }

    /// The width of one line of text [pixels].
    pub fn width(&self, text: &str) -> f64 {
        LazyLock::force(&FONTS);
        let style = if self.bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::Name("Roboto"), self.size * ROBOTO_LINE * FINE, style);
        font.layout_box(text).map_or(0.0, |(_, (width, _))| f64::from(width) / FINE)
    }

    /// The text in at most `most` lines of at most `width`; what does not fit ends in an ellipsis. A number stays
    /// with its unit.
    pub fn wrap(&self, text: &str, width: f64, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in words(text) {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}")) <= width => {
                    line.push(' ');
                    line.push_str(&word);
                }
                _ => lines.push(word),
            }
        }
        let cut = lines.len() > most;
        lines.truncate(most);
        let last = lines.len().saturating_sub(1);
        for (k, line) in lines.iter_mut().enumerate() {
            let must_end = cut && k == last;
            if must_end || self.width(line) > width {
                while !line.is_empty() && self.width(&format!("{line}…")) > width {
                    line.pop();
                }
                line.truncate(line.trim_end_matches([' ', ',', ';', ':']).len());
                line.push('…');
            }
        }
        lines
    }
}

/// Words that may be parted: no break after a digit, so that `31 h` stays together.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(|c: char| c == ' ' || c.is_control()).filter(|w| !w.is_empty()) {
        match words.last_mut() {
            Some(last) if last.ends_with(|c: char| c.is_ascii_digit()) && word.chars().count() <= 4 => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// What charts draw on.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
    /// Of every text, in the order in which they are drawn [pixels].
    widths: RefCell<Vec<f64>>,
}

/// The SVG of what `draw` draws; `name` is what a screen reader says.
pub(super) fn svg(name: &str, draw: impl FnOnce(&Canvas)) -> String {
    let mut text = String::new();
    let widths;
    {
        let size = (WIDTH * FINE as u32, HEIGHT * FINE as u32);
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        let canvas = Canvas { area, widths: RefCell::default() };
        canvas.fill(
            &[
                (0.0, 0.0),
                (f64::from(WIDTH), 0.0),
                (f64::from(WIDTH), f64::from(HEIGHT)),
                (0.0, f64::from(HEIGHT)),
            ],
            RGBAColor(255, 255, 255, 1.0),
        );
        draw(&canvas);
        written(canvas.area.present());
        widths = canvas.widths.take();
    }
    let body = with_widths(text.split_once('\n').map_or("", |(_, body)| body), &widths);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {} {}\" \
         role=\"img\" aria-label=\"{}\" stroke-linejoin=\"round\">\n{body}",
        WIDTH * FINE as u32,
        HEIGHT * FINE as u32,
        escaped(name)
    )
}

/// Each text with the width that it has in Roboto: a viewer that takes another font squeezes it into the same place.
fn with_widths(body: &str, widths: &[f64]) -> String {
    const TEXT: &str = "<text ";
    let mut parts = body.split(TEXT);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for (part, width) in parts.zip(widths) {
        out.push_str(TEXT);
        if *width > 0.0 {
            out.push_str(&format!("textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" ", fine(*width)));
        }
        out.push_str(part);
    }
    out
}

impl Canvas<'_> {
    pub fn line(&self, points: &[Point], color: Color, width: f64) {
        let style = ShapeStyle { color, filled: false, stroke_width: fine(width).max(1) as u32 };
        written(self.area.draw(&PathElement::new(points.iter().map(|&p| at(p)).collect::<Vec<_>>(), style)));
    }

    /// A straight line of dashes.
    pub fn dashes(&self, from: Point, to: Point, color: Color, width: f64) {
        const DASH: f64 = 8.0;
        const GAP: f64 = 7.0;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy);
        let point = |s: f64| (from.0 + dx * s / length, from.1 + dy * s / length);
        let mut s = 0.0;
        while s < length {
            self.line(&[point(s), point((s + DASH).min(length))], color, width);
            s += DASH + GAP;
        }
    }

    /// A filled polygon.
    pub fn fill(&self, points: &[Point], color: Color) {
        written(self.area.draw(&Polygon::new(points.iter().map(|&p| at(p)).collect::<Vec<_>>(), color)));
    }

    pub fn rect(&self, r: Rect, color: Color) {
        let corners = [at((r.left, r.top)), at((r.right, r.bottom))];
        written(self.area.draw(&Rectangle::new(corners, solid(color))));
    }

    pub fn disc(&self, center: Point, radius: f64, color: Color) {
        written(self.area.draw(&Circle::new(at(center), fine(radius), solid(color))));
    }

    pub fn ring(&self, center: Point, radius: f64, color: Color, width: f64) {
        let style = ShapeStyle { color, filled: false, stroke_width: fine(width) as u32 };
        written(self.area.draw(&Circle::new(at(center), fine(radius), style)));
    }

    /// One line of text; `y` is its baseline.
    pub fn text(&self, (x, y): Point, anchor: Anchor, text: &str, look: Type) {
        let horizontal = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let weight = if look.bold { FontStyle::Bold } else { FontStyle::Normal };
        let style = FontDesc::new(FontFamily::Name(FAMILY), look.size * FINE * BACKEND_FONT_SCALE, weight)
            .color(&look.color)
            .pos(Pos::new(horizontal, VPos::Top));
        self.widths.borrow_mut().push(look.width(text));
        written(self.area.draw(&Text::new(legal(text), at((x, y - BACKEND_TOP * look.size)), style)));
    }

    /// Lines of text; `y` is the baseline of the first.
    pub fn lines(&self, (x, y): Point, anchor: Anchor, lines: &[String], look: Type) {
        for (k, line) in lines.iter().enumerate() {
            self.text((x, y + k as f64 * look.line_height()), anchor, line, look);
        }
    }
}

/// Drawing into a string cannot fail.
fn written<E: std::error::Error + Send + Sync>(result: Result<(), DrawingAreaErrorKind<E>>) {
    debug_assert!(result.is_ok(), "a chart could not be drawn into a string");
}

fn solid(color: Color) -> ShapeStyle {
    ShapeStyle { color, filled: true, stroke_width: 0 }
}

fn fine(pixels: f64) -> i32 {
    (pixels * FINE).round() as i32
}

fn at((x, y): Point) -> (i32, i32) {
    (fine(x), fine(y))
}

/// XML has no way to say a control character.
fn legal(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect()
}

fn escaped(text: &str) -> String {
    legal(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::theme::INK;

    #[test]
    fn text_is_measured_as_it_is_drawn() {
        // From the fonts' tables: a digit of Roboto is 1151 of 2048 units wide, of Roboto Bold 1175.
        assert!((Type::regular(20.0, INK).width("0123456789") - 200.0 * 1151.0 / 2048.0).abs() < 0.11);
        assert!((Type::bold(20.0, INK).width("0123456789") - 200.0 * 1175.0 / 2048.0).abs() < 0.11);
    }

    #[test]
    fn text_is_wrapped_between_words_and_a_number_stays_with_its_unit() {
        let look = Type::regular(20.0, INK);
        assert_eq!(
            look.wrap("back within 31 h, down", look.width("back within 31"), 5),
            ["back within", "31 h, down"]
        );
        assert_eq!(look.wrap("one two three", look.width("one two …"), 1), ["one two…"]);
        assert_eq!(look.wrap("indivisible", look.width("indiv…"), 1), ["indiv…"]);
        assert_eq!(look.wrap(" ", 100.0, 1), Vec::<String>::new());
    }
}
