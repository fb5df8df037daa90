//! Numbers as an analyst writes them: a real minus sign, commas between thousands, and no digit finer than
//! the error supports.

use crate::stats::Estimate;

/// U+2212.
const MINUS: char = '\u{2212}';
/// Numbers outside are written as 1.2×10⁻⁷.
const PLAIN: std::ops::Range<f64> = 1e-5..1e12;

/// A value with its interval, all in the unit that the chart states. Bounds that are not finite mean that the
/// interval is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
}

impl Interval {
    pub const fn new(value: f64, lower: f64, upper: f64) -> Self {
        Self { value, lower, upper }
    }

    /// A value of which no interval is known.
    pub const fn bare(value: f64) -> Self {
        Self { value, lower: f64::NAN, upper: f64::NAN }
    }

    pub fn is_known(&self) -> bool {
        self.lower.is_finite() && self.upper.is_finite()
    }

    /// Whether, read as a change, it is more than chance: the interval is known and leaves out zero.
    pub fn is_beyond_chance(&self) -> bool {
        self.is_known() && (self.lower > 0.0 || self.upper < 0.0)
    }

    /// The decimals that the error supports. A 95 % interval is about four standard errors wide. Where the interval leaves
    /// out zero, no bound is rounded to zero, lest the text contradict the verdict. Without an interval: three digits.
    pub fn decimals(&self) -> i32 {
        if !self.is_known() || self.upper <= self.lower {
            return if self.value == 0.0 { 0 } else { (2 - magnitude(self.value)).max(0) };
        }
        let decimals = decimals((self.upper - self.lower) / 4.0);
        if !self.is_beyond_chance() {
            return decimals;
        }
        let vanishes = |bound: f64, d: i32| bound != 0.0 && bound.abs() < 0.5 * 10f64.powi(-d);
        (decimals..decimals + 3)
            .find(|&d| !vanishes(self.lower, d) && !vanishes(self.upper, d))
            .unwrap_or(decimals)
    }

    /// The decimals for a value that stands without its interval, as in a title: the last one is sure to about
    /// the half-width, so `31 h`, where with its interval it would be `31.2 [29.1, 33.3]`.
    pub fn headline_decimals(&self) -> i32 {
        let half = (self.upper - self.lower) / 2.0;
        if self.is_known() && half > 0.0 { -magnitude(half) } else { self.decimals() }
    }

    /// The decimals for this and another value that are to be compared by eye: those that the surer of them supports, but
    /// no more than `most` digits of the larger number. Where no interval is known: three digits.
    pub fn shared_decimals(&self, other: &Self, most: i32) -> i32 {
        let both = [self, other];
        let known = both.iter().filter(|i| i.is_known() && i.upper > i.lower);
        let top = both.iter().map(|i| i.value.abs()).filter(|v| v.is_finite()).fold(0.0, f64::max);
        let supported = known.map(|i| i.decimals()).max();
        let decimals = supported.unwrap_or(if top == 0.0 { 0 } else { (2 - magnitude(top)).max(0) });
        if top == 0.0 { decimals } else { decimals.min(most - 1 - magnitude(top)) }
    }

    /// `26.0 [25.1, 26.9]`
    pub fn text(&self) -> String {
        self.written(number)
    }

    /// `−31.2 [−34.0, −28.4]`, every number with its sign.
    pub fn signed_text(&self) -> String {
        self.written(signed)
    }

    fn written(&self, number: fn(f64, i32) -> String) -> String {
        let d = self.decimals();
        let value = number(self.value, d);
        match self.is_known() {
            true => format!("{value} [{}, {}]", number(self.lower, d), number(self.upper, d)),
            false => value,
        }
    }
}

impl From<&Estimate> for Interval {
    fn from(estimate: &Estimate) -> Self {
        Self::new(estimate.value, estimate.lower, estimate.upper)
    }
}

/// Decimals for a value with this standard error, by the rule of the Particle Data Group (Review of Particle
/// Physics, Introduction, 5.3): if the three leading digits of the error are 100-354 keep two of them, if 355-949 one,
/// if 950-999 round up to 1000 and keep two. Negative: round to tens, hundreds and so on.
pub fn decimals(standard_error: f64) -> i32 {
    if !(standard_error.is_finite() && standard_error > 0.0) {
        return 0;
    }
    let exponent = magnitude(standard_error);
    let leading = standard_error / 10f64.powi(exponent);
    if leading < 3.545 { 1 - exponent } else { -exponent }
}

/// The number with this many decimals; a negative count rounds to tens, hundreds and so on.
pub fn number(value: f64, decimals: i32) -> String {
    if !value.is_finite() {
        return "\u{2013}".to_owned();
    }
    let rounded = match decimals {
        0.. => value,
        _ => (value / 10f64.powi(-decimals)).round() * 10f64.powi(-decimals),
    };
    if rounded != 0.0 && (!PLAIN.contains(&rounded.abs()) || decimals > 9) {
        return scientific(rounded, decimals);
    }
    let digits = format!("{:.*}", decimals.clamp(0, 9) as usize, rounded.abs());
    let (whole, fraction) = digits.split_once('.').map_or((digits.as_str(), None), |(w, f)| (w, Some(f)));
    let mut text = String::new();
    if rounded < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        text.push(MINUS);
    }
    for (k, digit) in whole.chars().enumerate() {
        if k > 0 && (whole.len() - k).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// As [`number`], with a plus sign before positive numbers.
pub fn signed(value: f64, decimals: i32) -> String {
    let text = number(value, decimals);
    let is_positive = value > 0.0 && text.chars().any(|c| ('1'..='9').contains(&c));
    if is_positive { format!("+{text}") } else { text }
}

/// A share [0..1] in percent: `47 %`.
pub fn percent(share: f64, decimals: i32) -> String {
    format!("{} %", number(100.0 * share, decimals))
}

/// How much of a whole is shown: never rounded up to all of it.
pub fn percent_shown(share: f64) -> String {
    match percent(share, 0) {
        whole if share < 1.0 && whole == percent(1.0, 0) => percent((1000.0 * share).floor() / 1000.0, 1),
        text => text,
    }
}

/// A length of time [s] in the unit that suits it: `45 min`, `3.2 h`, `12 d`.
pub fn span(seconds: f64) -> String {
    let (value, unit) = match seconds.abs() {
        s if s < 89.5 => (seconds, "s"),
        s if s < 89.5 * 60.0 => (seconds / 60.0, "min"),
        s if s < 47.5 * 3_600.0 => (seconds / 3_600.0, "h"),
        _ => (seconds / 86_400.0, "d"),
    };
    let decimals = if value.abs() < 9.95 && unit != "s" { 1 } else { 0 };
    format!("{} {unit}", number(value, decimals))
}

fn scientific(value: f64, decimals: i32) -> String {
    let mut exponent = magnitude(value);
    let places = |exponent: i32| decimals.saturating_add(exponent).clamp(0, 6) as usize;
    let mut mantissa = format!("{:.*}", places(exponent), value.abs() / 10f64.powi(exponent));
    if mantissa.starts_with("10") {
        exponent += 1;
        mantissa = format!("{:.*}", places(exponent), value.abs() / 10f64.powi(exponent));
    }
    let raised = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32('⁰' as u32 + digit as u32 - '0' as u32).unwrap_or(digit),
    };
    let exponent: String = exponent.to_string().chars().map(raised).collect();
    let sign = if value < 0.0 { MINUS.to_string() } else { String::new() };
    format!("{sign}{mantissa}×10{exponent}")
}

/// The power of ten of the leading digit; 0 for zero.
fn magnitude(value: f64) -> i32 {
    if value == 0.0 || !value.is_finite() { 0 } else { value.abs().log10().floor() as i32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_an_analyst_writes_them() {
        let cases = [
            (-31.24, 1, "−31.2"),
            (1_234_567.0, 0, "1,234,567"),
            (-1234.5, 2, "−1,234.50"),
            (31_234.0, -2, "31,200"),
            (-0.04, 1, "0.0"),
            (-0.0, 0, "0"),
            (999.96, 1, "1,000.0"),
            (1.23e-7, 8, "1.2×10⁻⁷"),
            (-9.99e-8, 8, "−1.0×10⁻⁷"),
            (2.5e13, -12, "2.5×10¹³"),
            (f64::NAN, 1, "–"),
        ];
        for (value, decimals, text) in cases {
            assert_eq!(number(value, decimals), text, "{value} with {decimals}");
        }
        assert_eq!(signed(3.1, 1), "+3.1");
        assert_eq!(signed(-3.1, 1), "−3.1");
        assert_eq!(signed(0.01, 1), "0.0");
        assert_eq!(percent(0.473, 0), "47 %");
        let shown = [0.473, 0.9949, 0.996, 0.99999, 1.0].map(percent_shown);
        assert_eq!(shown, ["47 %", "99 %", "99.6 %", "99.9 %", "100 %"]);
    }

    #[test]
    fn a_length_of_time_finds_its_unit() {
        for (seconds, text) in
            [(12.0, "12 s"), (300.0, "5.0 min"), (3_000.0, "50 min"), (15_120.0, "4.2 h"), (4e5, "4.6 d")]
        {
            assert_eq!(span(seconds), text);
        }
    }

    #[test]
    fn digits_follow_the_error() {
        let cases =
            [(0.827, 1), (0.119, 2), (0.367, 1), (0.96, 1), (3.6, 0), (96.0, -1), (120.0, -1), (500.0, -2)];
        for (error, want) in cases {
            assert_eq!(decimals(error), want, "{error}");
        }
        assert_eq!(Interval::new(-31.2, -34.0, -28.4).signed_text(), "−31.2 [−34.0, −28.4]");
        assert_eq!(Interval::new(45_312.0, 40_012.0, 50_612.0).text(), "45,300 [40,000, 50,600]");
        assert_eq!(Interval::new(31.2, 29.1, 33.3).headline_decimals(), 0);
        assert_eq!(Interval::new(31.2, 31.0, 31.4).headline_decimals(), 1);
        assert_eq!(Interval::bare(0.012345).text(), "0.0123");
        assert_eq!(Interval::new(0.0, 0.0, 0.0).signed_text(), "0 [0, 0]");
    }

    #[test]
    fn two_values_are_written_alike() {
        let (sure, unsure) = (Interval::new(66.234, 65.95, 66.52), Interval::new(66.21, 65.4, 67.0));
        assert_eq!(sure.shared_decimals(&unsure, 5), 2);
        assert_eq!(sure.shared_decimals(&unsure, 3), 1);
        assert_eq!(Interval::bare(0.0).shared_decimals(&Interval::bare(0.0000169), 4), 7);
        let money = Interval::new(69_508_123.0, 69_508_000.0, 69_508_246.0);
        assert_eq!(number(money.value, money.shared_decimals(&money, 5)), "69,508,000");
        // An interval that holds zero may say so.
        assert_eq!(Interval::new(0.1618, -0.0002, 0.324).signed_text(), "+0.16 [0.00, +0.32]");
    }

    #[test]
    fn a_bound_that_excludes_zero_never_reads_as_zero() {
        let change = Interval::new(8.0, 0.3, 15.7);
        assert!(change.is_beyond_chance());
        assert_eq!(change.signed_text(), "+8.0 [+0.3, +15.7]");
    }
}
