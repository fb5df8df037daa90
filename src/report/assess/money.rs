//! Amounts with a currency sign, and no more digits than their error supports.

use crate::report::{decimals, number};
use crate::stats::Estimate;

/// The sign that amounts have.
#[derive(Clone, Copy, Debug)]
pub struct Currency<'a>(pub &'a str);

impl Currency<'_> {
    /// "$38.6 million", "−$12,300": three digits.
    pub fn plain(self, x: f64) -> String {
        let (scaled, unit) = if x.abs() >= LARGE { (x / MILLION, " million") } else { (x, "") };
        let magnitude = if scaled == 0.0 { 2 } else { scaled.abs().log10().floor() as i32 };
        // Cents are for small amounts.
        let most = if unit.is_empty() { 0 } else { 2 };
        self.written(scaled, (2 - magnitude).min(most), unit)
    }

    /// "$1,212,000 [1,010,000, 1,414,000]"; bounds that are not known are said not to be.
    pub fn estimate(self, e: &Estimate) -> String {
        if !e.value.is_finite() {
            return "undefined".to_owned();
        }
        if !e.has_interval() {
            return format!("{}, no interval", self.plain(e.value));
        }
        let reach = e.lower.abs().max(e.upper.abs());
        let size = if reach >= LARGE { MILLION } else { 1.0 };
        let unit = if size > 1.0 { " million" } else { "" };
        let [value, lower, upper] = [e.value, e.lower, e.upper].map(|x| x / size);
        let digits = decimals(value, (upper - lower) / 4.0);
        format!(
            "{}{unit} [{}, {}]",
            self.written(value, digits, ""),
            number(lower, digits),
            number(upper, digits)
        )
    }

    fn written(self, x: f64, decimals: i32, unit: &str) -> String {
        let text = number(x.abs(), decimals);
        let is_zero = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
        let sign = if x < 0.0 && !is_zero { "\u{2212}" } else { "" };
        format!("{sign}{}{text}{unit}", self.0)
    }
}

const MILLION: f64 = 1e6;
/// From here on amounts are told in millions.
const LARGE: f64 = 1e7;

/// A number with its interval: "0.42 [0.31, 0.53]".
pub fn with_interval(e: &Estimate) -> String {
    if !e.value.is_finite() {
        return "undefined".to_owned();
    }
    if !e.has_interval() {
        return format!("{}, no interval", crate::report::plain(e.value));
    }
    let digits = decimals(e.value, (e.upper - e.lower) / 4.0);
    format!("{} [{}, {}]", number(e.value, digits), number(e.lower, digits), number(e.upper, digits))
}

/// "12.3 %"
pub fn percent(share: f64) -> String {
    format!("{} %", number(100.0 * share, 1))
}
