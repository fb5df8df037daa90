//! Numbers with no more digits than their error supports.

/// Significant digits that a number never has more of, however exact it is.
const MOST_DIGITS: i32 = 5;

/// Decimals (negative: tens, hundreds) of a number known to this error: two significant digits of the error when it
/// begins with 1 or 2, one otherwise, so that rounding never adds more than a sixth of the error; but no more than
/// five digits of the number.
///
/// An error that is zero or not known leaves three significant digits of the number.
pub fn decimals(value: f64, error: f64) -> i32 {
    let magnitude = |x: f64| x.abs().log10().floor() as i32;
    let known = value.is_finite() && value != 0.0;
    if error.is_finite() && error > 0.0 {
        let first = error / 10f64.powi(magnitude(error));
        let of_error = i32::from(first < 2.95) - magnitude(error);
        of_error.min(if known { MOST_DIGITS - 1 - magnitude(value) } else { MOST_DIGITS })
    } else if known {
        (2 - magnitude(value)).clamp(0, 9)
    } else {
        0
    }
}

/// A number that is no estimate, with at most three significant digits and no zeros at the end.
pub fn plain(x: f64) -> String {
    let text = number(x, decimals(x, 0.0));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A number with this many decimals (negative: rounded to tens, hundreds), commas between thousands, and a true minus.
pub fn number(x: f64, decimals: i32) -> String {
    if x.is_nan() {
        return "undefined".to_owned();
    }
    if x.is_infinite() {
        return "not reached".to_owned();
    }
    let rounded = if decimals < 0 { (x / 10f64.powi(-decimals)).round() * 10f64.powi(-decimals) } else { x };
    let text = format!("{rounded:.*}", decimals.max(0) as usize);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) if digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) => ("\u{2212}", digits),
        Some(digits) => ("", digits),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    format!("{sign}{}{fraction}", grouped(whole))
}

/// Decimals for one bound of an interval: more of them where it would be rounded to zero though it is not, as a bound decides by its
/// side of zero.
pub fn bound_decimals(x: f64, decimals: i32) -> i32 {
    let vanishes = |digits: i32| x != 0.0 && x.is_finite() && (x.abs() * 10f64.powi(digits)) < 0.5;
    (decimals..decimals + 4).find(|digits| !vanishes(*digits)).unwrap_or(decimals)
}

/// The change that `--json` gives, with the interval of its verdict: what stands in the change itself, and in results of earlier versions
/// in one of these only.
pub fn at_verdict(change: &serde_json::Value) -> &serde_json::Value {
    let found = ["total", "adjusted"].iter().map(|key| &change[*key]).find(|value| value.is_object());
    found.unwrap_or(change)
}

/// "12.3 [11.9, 12.7]" from the bounds that `--json` gives: value, lower and upper, null where unknown.
pub fn number_text(bounds: &serde_json::Value) -> String {
    let at = |key: &str| bounds[key].as_f64();
    let Some(value) = at("value") else { return "undefined".to_owned() };
    match (at("lower"), at("upper")) {
        (Some(lower), Some(upper)) => {
            let digits = decimals(value, (upper - lower) / 2.0);
            format!("{} [{}, {}]", number(value, digits), number(lower, digits), number(upper, digits))
        }
        _ => plain(value),
    }
}

/// The text with its first letter large.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn grouped(whole: &str) -> String {
    let mut grouped = String::with_capacity(whole.len() + whole.len() / 3);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
