//! What all charts share: canvas, palette, sizes of type, and the frame of title, subtitle and footer.

use plotters::style::RGBAColor;

use super::canvas::{Anchor, Canvas, Color, Point, Rect, Type};

/// The canvas [pixels].
pub const WIDTH: u32 = 1600;
/// The canvas [pixels].
pub const HEIGHT: u32 = 1000;

/// What a series stands for; it decides the colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Before,
    After,
    Other,
}

// The palette of Okabe and Ito, "Color Universal Design" (2008); its yellow is too light for lines on white.
pub(super) const BLUE: Color = RGBAColor(0, 114, 178, 1.0);
pub(super) const VERMILLION: Color = RGBAColor(213, 94, 0, 1.0);
pub(super) const GREEN: Color = RGBAColor(0, 158, 115, 1.0);
pub(super) const PURPLE: Color = RGBAColor(204, 121, 167, 1.0);
pub(super) const ORANGE: Color = RGBAColor(230, 159, 0, 1.0);
pub(super) const SKY: Color = RGBAColor(86, 180, 233, 1.0);

pub(super) const WHITE: Color = RGBAColor(255, 255, 255, 1.0);
/// Text and the zero line.
pub(super) const INK: Color = RGBAColor(31, 41, 55, 1.0);
/// Subtitle, notes, axes, and what is not beyond chance.
pub(super) const GREY: Color = RGBAColor(92, 101, 115, 1.0);
pub(super) const GRID: Color = RGBAColor(226, 229, 233, 1.0);

pub(super) const BEFORE: Color = VERMILLION;
pub(super) const AFTER: Color = BLUE;

/// Light to dark; both ends differ in lightness, so that the order survives print and colour blindness.
const SHADES: [(f64, [u8; 3]); 6] = [
    (0.0, [241, 246, 250]),
    (0.25, [190, 214, 234]),
    (0.5, [106, 168, 212]),
    (0.75, [22, 110, 174]),
    (0.9, [8, 58, 110]),
    (1.0, [4, 26, 56]),
];

/// Sizes of type [pixels per em].
pub(super) const LABEL: f64 = 21.0;
pub(super) const TICK: f64 = 19.0;
pub(super) const NOTE: f64 = 17.0;

/// White space around everything [pixels].
pub(super) const MARGIN: f64 = 56.0;

/// Colours by role; the others take turns, and go over to the colours of before and after last.
pub(super) fn role_colors(roles: &[Role]) -> Vec<Color> {
    let mut others = [GREEN, PURPLE, ORANGE, SKY, INK].into_iter().cycle();
    roles
        .iter()
        .map(|role| match role {
            Role::Before => BEFORE,
            Role::After => AFTER,
            Role::Other => others.next().unwrap_or(GREY),
        })
        .collect()
}

/// Blue from light (0) to dark (1).
pub(super) fn shade(share: f64) -> Color {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let above = SHADES.iter().position(|(at, _)| *at >= share).unwrap_or(SHADES.len() - 1).max(1);
    let ((lo, from), (hi, to)) = (SHADES[above - 1], SHADES[above]);
    let part = (share - lo) / (hi - lo);
    let mix = |k: usize| (f64::from(from[k]) + part * (f64::from(to[k]) - f64::from(from[k]))).round() as u8;
    RGBAColor(mix(0), mix(1), mix(2), 1.0)
}

/// The k-th colour of a list without before and after; darker from the eighth on, lighter from the fifteenth.
pub(super) fn nth_color(k: usize) -> Color {
    let palette = [BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE, GREY];
    let color = palette[k % palette.len()];
    match k / palette.len() {
        0 => color,
        1 => towards(color, RGBAColor(0, 0, 0, 1.0), 0.42),
        n => (1..n).fold(color, |c, _| towards(c, WHITE, 0.5)),
    }
}

/// What has no colour of its own beside those that have.
pub(super) const OTHERS: Color = RGBAColor(188, 193, 200, 1.0);

/// The colour with this opacity.
pub(super) fn faint(color: Color, opacity: f64) -> Color {
    RGBAColor(color.0, color.1, color.2, opacity)
}

/// The colour dark enough for text on white and on a faint tint: a contrast of 4.5 to 1 (WCAG 2.2, criterion 1.4.3) on a
/// ground that is a little darker than white.
pub(super) fn as_text(color: Color) -> Color {
    as_text_on(color, RGBAColor(228, 228, 228, 1.0))
}

/// The colour dark enough for text on this ground.
pub(super) fn as_text_on(color: Color, ground: Color) -> Color {
    let mut dark = color;
    while (luminance(ground) + 0.05) / (luminance(dark) + 0.05) < 4.5 {
        dark = towards(dark, RGBAColor(0, 0, 0, 1.0), 0.05);
    }
    dark
}

/// White or ink on this colour, or black where neither reaches a contrast of 4.5 to 1.
pub(super) fn text_on(color: Color) -> Color {
    let below = luminance(color) + 0.05;
    match () {
        _ if 1.05 / below >= 4.5 => WHITE,
        _ if below / (luminance(INK) + 0.05) >= 4.5 => INK,
        _ => RGBAColor(0, 0, 0, 1.0),
    }
}

/// A mixture of two colours.
pub(super) fn towards(from: Color, to: Color, share: f64) -> Color {
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).floor() as u8;
    RGBAColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2), from.3)
}

/// Widths of curves that go from left to right [pixels]: the first is wide where another lies on it, so that both are seen.
pub(super) fn curve_widths(curves: &[Vec<Point>]) -> Vec<f64> {
    const NEAR: f64 = 7.0;
    let at = |curve: &[Point], x: f64| {
        let k = curve.partition_point(|p| p.0 < x).min(curve.len().saturating_sub(1));
        curve.get(k).map(|p| p.1)
    };
    let lies_on = |first: &[Point], other: &[Point]| {
        let apart: Vec<f64> = other.iter().filter_map(|p| Some((at(first, p.0)? - p.1).abs())).collect();
        !apart.is_empty() && apart.iter().sum::<f64>() / (apart.len() as f64) < NEAR
    };
    let covered = curves.split_first().is_some_and(|(first, rest)| rest.iter().any(|r| lies_on(first, r)));
    (0..curves.len())
        .map(|k| match (covered, k) {
            (true, 0) => 6.5,
            (true, _) => 3.0,
            (false, _) => 4.0,
        })
        .collect()
}

/// Relative luminance (WCAG 2.2).
fn luminance(color: Color) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.0) + 0.7152 * linear(color.1) + 0.0722 * linear(color.2)
}

/// Draws title, subtitle and footer; returns what is left for the chart.
pub(super) fn frame(canvas: &Canvas, title: &str, subtitle: &str, footer: &str) -> Rect {
    let (left, right) = (MARGIN, f64::from(WIDTH) - MARGIN);
    let width = right - left;
    let mut look = Type::bold(34.0, INK);
    if look.wrap(title, width, 3).len() > 2 {
        look.size = 28.0;
    }
    let lines = look.wrap(title, width, 2);
    canvas.lines((left, 62.0), Anchor::Start, &lines, look);
    let mut y = 62.0 + lines.len().saturating_sub(1) as f64 * look.line_height();

    let look = Type::regular(22.0, GREY);
    let lines = look.wrap(subtitle, width, 2);
    canvas.lines((left, y + 42.0), Anchor::Start, &lines, look);
    if !lines.is_empty() {
        y += 42.0 + (lines.len() - 1) as f64 * look.line_height();
    }

    let look = Type::regular(NOTE, GREY);
    let lines = look.wrap(footer, width, 2);
    let last = f64::from(HEIGHT) - 28.0;
    let first = last - lines.len().saturating_sub(1) as f64 * look.line_height();
    canvas.lines((left, first), Anchor::Start, &lines, look);
    let bottom = if lines.is_empty() { last } else { first - look.size - 14.0 };
    Rect::new(left, y + 32.0, right, bottom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_can_be_read_as_text() {
        for color in [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, GREY, INK] {
            assert!(1.05 / (luminance(as_text(color)) + 0.05) >= 4.5, "{color:?}");
        }
        assert_eq!(text_on(BLUE), WHITE);
        assert_eq!(text_on(ORANGE), INK);
        assert_eq!(text_on(VERMILLION), RGBAColor(0, 0, 0, 1.0));
    }

    #[test]
    fn twelve_stages_have_twelve_colours() {
        let colors: Vec<_> = (0..12).map(nth_color).collect();
        for (k, color) in colors.iter().enumerate() {
            assert!(!colors[..k].contains(color), "colour {k} comes twice");
        }
    }
}
