//! Quantities as text: "45 min", "1 h 30 min", "$28.35/h", "114 h per 10,000 miles", "12 %".
//!
//! ```text
//! quantity = [-] amount { ("per" | "/") [number] unit }
//! amount   = currency number [unit] | number unit { number unit } | number
//! unit     = word { "-" word }          (a product: "bus-day" style, such as "person-h")
//! ```
//! A year is 365 d and a month 365/12 d. `$`, `€`, `£` are all money: a scenario has one currency.
//! Values are in base units: second, dollar, mile, item.

use super::tree::Mistake;
use crate::diag::nearest;
use crate::units::{DAY, Dim, MONTH, YEAR};
use std::ops::Range;

/// A number in base units, and what it measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    pub value: f64,
    pub dim: Dim,
}

/// Reads a whole text as a quantity of any dimension.
pub fn parse(text: &str) -> Result<Quantity, Mistake> {
    let mut scan = Scan { text, at: 0, thousands: true };
    scan.space();
    let negative = scan.eat("-") || scan.eat("\u{2212}");
    scan.space();
    let quantity = scan.quantity()?;
    scan.space();
    if scan.at < text.len() {
        return Err(scan.leftover());
    }
    Ok(if negative { Quantity { value: -quantity.value, ..quantity } } else { quantity })
}

/// Reads a whole text as a quantity of dimension `dim`; a bare zero has every dimension.
pub fn parse_as(text: &str, dim: Dim) -> Result<f64, Mistake> {
    let quantity = parse(text)?;
    if quantity.dim == dim || (quantity.value == 0.0 && quantity.dim == Dim::NUMBER) {
        return Ok(quantity.value);
    }
    let message = match quantity.dim {
        Dim::NUMBER => format!("a unit is missing: expected {dim}"),
        found => format!("expected {dim}, found {found}"),
    };
    Err(Mistake::new(0..text.len(), message).label(format!("expected {dim}")).hint(hint(dim)))
}

/// Reads the quantity at the start of a longer text, in which commas and `/` have other meanings: there is
/// no thousands comma, and `/` belongs to the quantity only without spaces before a unit ("$28.35/h").
/// Returns the bytes used; `None` when the text does not start with a digit, a point or a currency sign.
pub fn scan_prefix(text: &str) -> Result<Option<(Quantity, usize)>, Mistake> {
    let starts = |c: char| c.is_ascii_digit() || c == '.' || CURRENCIES.contains(&c);
    if !text.starts_with(starts) {
        return Ok(None);
    }
    let mut scan = Scan { text, at: 0, thousands: false };
    let quantity = scan.quantity()?;
    Ok(Some((quantity, scan.at)))
}

/// The text of a finite value; parsing it gives back the same bits. Chooses the unit that reads best.
pub fn print(value: f64, dim: Dim) -> String {
    let mut best: Option<((bool, usize, f64), String)> = None;
    for style in styles(dim) {
        let Some((number, text)) = style.print(value, dim) else { continue };
        let handy = value == 0.0 || (1.0..10_000.0).contains(&number.abs());
        let rank = (!handy, digits(number).len(), number.abs());
        if best.as_ref().is_none_or(|(r, _)| rank < *r) {
            best = Some((rank, text));
        }
    }
    best.map_or_else(|| format!("{value:?}"), |(_, text)| text)
}

/// A quantity of the dimension, as an example to follow.
pub fn example(dim: Dim) -> String {
    let common = [
        (Dim::NUMBER, "1.5"),
        (Dim::TIME, "45 min"),
        (Dim::MONEY, "$12.50"),
        (Dim::DISTANCE, "7,499 miles"),
        (Dim::ITEMS, "3 items"),
        (Dim::RATE, "8.4 per day"),
        (Dim::MONEY.per(Dim::TIME), "$28.35/h"),
        (Dim::MONEY.per(Dim::DISTANCE), "$2.94 per mile"),
        (Dim::MONEY.per(Dim::ITEMS), "$150 per item"),
        (Dim::TIME.per(Dim::DISTANCE), "114 h per 10,000 miles"),
        (Dim::DISTANCE.per(Dim::TIME), "46,364 miles per year"),
        (Dim::MONEY.per(Dim::ITEMS).per(Dim::TIME), "$12 per person-month"),
    ];
    match common.into_iter().find(|(d, _)| *d == dim) {
        Some((_, text)) => text.to_owned(),
        None => print(1.0, dim),
    }
}

/// What to write for a quantity of the dimension: an example and its units.
pub fn hint(dim: Dim) -> String {
    let mut units = Vec::new();
    let mut add = |exponent: i8, words: &'static str| {
        if exponent != 0 {
            units.push(words);
        }
    };
    add(dim.money, "$, €, £");
    add(dim.time, "s, min, h, d, week, month, year");
    add(dim.distance, "mile, km");
    add(dim.items, "item, piece, part, person, user, member, case, asset");
    match units.is_empty() {
        true => format!("for example \"{}\"", example(dim)),
        false => format!("for example \"{}\"; units: {}", example(dim), units.join("; ")),
    }
}

const CURRENCIES: [char; 3] = ['$', '€', '£'];

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;

/// Every unit word, its factor to base units and its dimension. Longer forms of a word follow its short one.
const UNITS: &[(&[&str], f64, Dim)] = &[
    (&["s", "sec", "secs", "second", "seconds"], 1.0, Dim::TIME),
    (&["ms", "millisecond", "milliseconds"], 1e-3, Dim::TIME),
    (&["min", "mins", "minute", "minutes"], MINUTE, Dim::TIME),
    (&["h", "hr", "hrs", "hour", "hours"], HOUR, Dim::TIME),
    (&["d", "day", "days"], DAY, Dim::TIME),
    (&["week", "weeks", "wk", "wks"], 7.0 * DAY, Dim::TIME),
    (&["month", "months"], MONTH, Dim::TIME),
    (&["year", "years", "yr", "yrs", "y"], YEAR, Dim::TIME),
    (&["mile", "miles", "mi"], 1.0, Dim::DISTANCE),
    (&["km", "kilometre", "kilometres", "kilometer", "kilometers"], 1.0 / 1.609_344, Dim::DISTANCE),
    (&["item", "items", "piece", "pieces", "part", "parts"], 1.0, Dim::ITEMS),
    (&["person", "persons", "people", "user", "users", "member", "members"], 1.0, Dim::ITEMS),
    (&["case", "cases", "asset", "assets"], 1.0, Dim::ITEMS),
    (&["USD", "EUR", "GBP", "dollar", "dollars", "euro", "euros"], 1.0, Dim::MONEY),
    (&["%", "percent"], 0.01, Dim::NUMBER),
];

fn unit(word: &str) -> Option<(f64, Dim)> {
    UNITS.iter().find(|(words, ..)| words.contains(&word)).map(|&(_, factor, dim)| (factor, dim))
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// Whether commas may group digits; they do so in a text that is nothing but a quantity.
    thousands: bool,
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    /// Tries a part; takes back what it ate when it fails.
    fn attempt<T>(&mut self, part: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.at;
        let result = part(self);
        if result.is_none() {
            self.at = start;
        }
        result
    }

    fn quantity(&mut self) -> Result<Quantity, Mistake> {
        let currency = self.rest().chars().next().filter(|c| CURRENCIES.contains(c));
        self.at += currency.map_or(0, char::len_utf8);
        self.space();
        let mut total = self.number()?;
        let mut dim = if currency.is_some() { Dim::MONEY } else { Dim::NUMBER };
        if let Some((factor, of)) = self.attempt(Self::unit_after_space) {
            (total, dim) = (total * factor, self.product(dim, of)?);
            while of == Dim::TIME
                && let Some(more) = self.attempt(Self::more_time)
            {
                total += more;
            }
        }
        let mut divisor = 1.0;
        while let Some((factor, of)) = self.per()? {
            (divisor, dim) = (divisor * factor, self.product(dim, of.inverse())?);
        }
        Ok(Quantity { value: total / divisor, dim })
    }

    fn number(&mut self) -> Result<f64, Mistake> {
        let start = self.at;
        let mut digits = String::new();
        self.digits(&mut digits);
        while self.thousands
            && !digits.is_empty()
            && self.rest().starts_with(',')
            && self.rest()[1..].bytes().take_while(u8::is_ascii_digit).count() == 3
        {
            self.at += 1;
            self.digits(&mut digits);
        }
        if self.rest().starts_with('.') && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) {
            self.at += 1;
            digits.push('.');
            self.digits(&mut digits);
        }
        if digits.is_empty() {
            let end = self.at + self.rest().chars().next().map_or(0, char::len_utf8);
            return Err(Mistake::new(self.at..end, "expected a number")
                .hint("write a number and its unit, for example \"45 min\""));
        }
        self.attempt(|s| s.exponent(&mut digits));
        digits.parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(|| {
            Mistake::new(start..self.at, "the number is too large").hint("the largest is about 1e308")
        })
    }

    fn digits(&mut self, digits: &mut String) {
        let n = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        digits.push_str(&self.rest()[..n]);
        self.at += n;
    }

    fn exponent(&mut self, digits: &mut String) -> Option<()> {
        if !(self.eat("e") || self.eat("E")) {
            return None;
        }
        let minus = self.eat("-");
        if !minus {
            self.eat("+");
        }
        let mut exponent = String::new();
        self.digits(&mut exponent);
        if exponent.is_empty() {
            return None;
        }
        digits.push_str(if minus { "e-" } else { "e" });
        digits.push_str(&exponent);
        Some(())
    }

    fn word(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        if rest.starts_with('%') {
            self.at += 1;
            return Some("%");
        }
        if let Some(c) = rest.chars().next().filter(|c| CURRENCIES.contains(c)) {
            self.at += c.len_utf8();
            return Some("USD");
        }
        let part = |c: char| c.is_alphanumeric() || c == '_' || (!self.thousands && c == '.');
        let n = rest.find(|c| !part(c)).unwrap_or(rest.len());
        if n == 0 || !rest.starts_with(char::is_alphabetic) {
            return None;
        }
        // In an expression, a word before "(" is a function: "2 / min(a, b)".
        if !self.thousands && rest[n..].starts_with('(') {
            return None;
        }
        self.at += n;
        Some(&rest[..n])
    }

    fn unit_after_space(&mut self) -> Option<(f64, Dim)> {
        self.space();
        let (mut factor, mut dim) = unit(self.word()?)?;
        while let Some((f, d)) = self.attempt(|s| if s.eat("-") { s.word().and_then(unit) } else { None }) {
            (factor, dim) = (factor * f, dim.checked_times(d)?);
        }
        Some((factor, dim))
    }

    fn product(&self, a: Dim, b: Dim) -> Result<Dim, Mistake> {
        a.checked_times(b).ok_or_else(|| Mistake::new(0..self.at, "too many units are multiplied"))
    }

    /// The "30 min" of "1 h 30 min".
    fn more_time(&mut self) -> Option<f64> {
        self.space();
        let number = self.number().ok()?;
        let (factor, dim) = self.unit_after_space()?;
        (dim == Dim::TIME).then_some(number * factor)
    }

    fn per(&mut self) -> Result<Option<(f64, Dim)>, Mistake> {
        let start = self.at;
        if !self.thousands && self.eat("/") {
            // Elsewhere in an expression `/` divides.
            let tight = !self.rest().starts_with(char::is_whitespace);
            let unit = if tight { self.attempt(Self::unit_after_space) } else { None };
            if unit.is_none() {
                self.at = start;
            }
            return Ok(unit);
        }
        self.space();
        let slash = self.thousands && self.eat("/");
        if !slash && self.attempt(|s| s.word().filter(|w| *w == "per")).is_none() {
            self.at = start;
            return Ok(None);
        }
        self.space();
        let number = if self.rest().starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            let start = self.at;
            let number = self.number()?;
            if number == 0.0 {
                return Err(Mistake::new(start..self.at, "expected a number above zero"));
            }
            number
        } else {
            1.0
        };
        match self.attempt(Self::unit_after_space) {
            Some((factor, dim)) => Ok(Some((number * factor, dim))),
            None => {
                self.space();
                Err(self.leftover())
            }
        }
    }

    /// What cannot be read: most often an unknown unit.
    fn leftover(&self) -> Mistake {
        let rest = self.rest();
        let word = rest.split(char::is_whitespace).next().unwrap_or(rest);
        let range: Range<usize> = self.at..self.at + word.len();
        if word.is_empty() {
            return Mistake::new(range, "expected a unit").hint("for example \"8.4 per day\"");
        }
        let known = UNITS.iter().flat_map(|(words, ..)| words.iter().copied());
        let hint = match nearest(word, known.filter(|k| k.len() > 1)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "known units: s, min, h, d, week, month, year; $, €, £; mile, km; item, person; %".to_owned()
            }
        };
        Mistake::new(range, format!("`{word}` is not a unit")).label("unknown unit").hint(hint)
    }
}

/// One way to write a dimension: which units stand above and below.
struct Style {
    time: (&'static str, f64),
    per_distance: (&'static str, f64),
}

/// The ways to write a dimension; base units first, because they are always exact and zero takes the first.
fn styles(dim: Dim) -> Vec<Style> {
    const TIMES: [(&str, f64); 8] = [
        ("s", 1.0),
        ("year", YEAR),
        ("month", MONTH),
        ("week", 7.0 * DAY),
        ("d", DAY),
        ("h", HOUR),
        ("min", MINUTE),
        ("ms", 1e-3),
    ];
    let times = if dim.time == 0 { &TIMES[..1] } else { &TIMES[..] };
    let distances: &[_] =
        if dim.distance < 0 { &[("mile", 1.0), ("10000 miles", 1e4)] } else { &[("mile", 1.0)] };
    let pairs = times.iter().flat_map(|&time| distances.iter().map(move |&d| (time, d)));
    pairs.map(|(time, per_distance)| Style { time, per_distance }).collect()
}

impl Style {
    /// The number and the whole text, when it reads back to the same bits.
    fn print(&self, value: f64, dim: Dim) -> Option<(f64, String)> {
        let power = |factor: f64, exponent: i8| factor.powi(exponent.max(0).into());
        let over = power(self.time.1, dim.time);
        let under = power(self.time.1, -dim.time) * power(self.per_distance.1, -dim.distance);
        let exact = value / over * under;
        let short = format!("{exact:.14e}").parse().unwrap_or(exact);
        [short, exact].into_iter().find_map(|number| {
            let text = self.text(number, dim);
            let same = parse(&text).is_ok_and(|q| q.value.to_bits() == value.to_bits() && q.dim == dim);
            same.then_some((number, text))
        })
    }

    fn text(&self, number: f64, dim: Dim) -> String {
        let plain_money = dim.money == 1 && dim.time <= 0 && dim.distance <= 0 && dim.items <= 0;
        let mut above = Vec::new();
        let mut below = Vec::new();
        let mut add = |exponent: i8, over: &'static str, under: &'static str| {
            above.extend(std::iter::repeat_n(over, exponent.max(0) as usize));
            below.extend(std::iter::repeat_n(under, exponent.min(0).unsigned_abs() as usize));
        };
        if !plain_money {
            add(dim.money, "USD", "USD");
        }
        add(dim.items, "item", "item");
        add(dim.distance, "mile", self.per_distance.0);
        add(dim.time, self.time.0, self.time.0);
        let mut text = match (plain_money, number.is_sign_negative()) {
            (true, false) => format!("${}", digits(number)),
            (true, true) => format!("-${}", digits(-number)),
            (false, _) => digits(number),
        };
        if !above.is_empty() {
            let plural = above.len() == 1 && number != 1.0 && above[0].len() > 3 && above[0] != "USD";
            text = format!("{text} {}{}", above.join("-"), if plural { "s" } else { "" });
        }
        for unit in below {
            text.push_str(&if plain_money && !unit.starts_with('1') {
                format!("/{unit}")
            } else {
                format!(" per {unit}")
            });
        }
        text
    }
}

/// The shortest digits that read back to the same bits.
fn digits(number: f64) -> String {
    let text = format!("{number:?}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
