//! How one quantity is written, so that another value can be written the same way: "85 %", "$12 per month", 0.15, 14.

use crate::diag::Diagnostic;
use crate::text::schema::{Kind, Sign};
use crate::text::{Node, Value, quantity};
use crate::units::Dim;

/// The form of a quantity in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    form: Form,
    pub dim: Dim,
    /// The values that the key can hold [base units].
    least: f64,
    most: f64,
}

#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// A whole number.
    Count,
    /// A bare number.
    Number,
    /// A number between two texts, in units of this size: ("$", 12, " per month").
    Text { before: String, after: String, size: f64 },
    /// Several numbers ("1 h 30 min"): another value is written in the unit that reads best.
    Parts,
}

impl Written {
    /// The form and the value [base units] of a quantity; none where the node holds something else.
    pub fn of(node: &Node, kind: Option<&Kind>) -> Option<(Self, f64)> {
        let (form, dim, value) = match &node.value {
            Value::Integer(i) if matches!(kind, Some(Kind::Count)) => (Form::Count, Dim::NUMBER, *i as f64),
            Value::Integer(i) => (Form::Number, Dim::NUMBER, *i as f64),
            Value::Float(x) => (Form::Number, Dim::NUMBER, *x),
            Value::Text { text, .. } => {
                let parsed = quantity::parse(text).ok()?;
                (text_form(text, parsed.dim, parsed.value), parsed.dim, parsed.value)
            }
            _ => return None,
        };
        let (least, most) = match kind {
            Some(Kind::Share) => (0.0, 1.0),
            Some(
                Kind::Count
                | Kind::Quantity(_, Sign::NonNegative | Sign::Positive)
                | Kind::Dist(Dim::TIME)
                | Kind::Amount(Dim::TIME),
            ) => (0.0, f64::INFINITY),
            Some(Kind::Quantity(_, Sign::Any)) | None => (f64::NEG_INFINITY, f64::INFINITY),
            Some(Kind::Dist(_) | Kind::Amount(_) | Kind::Other { .. }) => (f64::NEG_INFINITY, f64::INFINITY),
            Some(_) => return None,
        };
        value.is_finite().then_some((Self { form, dim, least, most }, value))
    }

    /// The value in base units of another quantity for the same key.
    pub fn read(&self, text: &str) -> Result<f64, Diagnostic> {
        let value = quantity::parse_as(text, self.dim).map_err(|mistake| {
            let d = Diagnostic::error(format!("`{text}` is no value for the key: {}", mistake.message));
            Diagnostic { hint: mistake.hint, ..d }
        })?;
        if (self.least..=self.most).contains(&value) {
            return Ok(value);
        }
        let limits = match (self.least, self.most) {
            (0.0, 1.0) => "a share lies between 0 % and 100 %",
            _ => "it cannot be below zero",
        };
        Err(Diagnostic::error(format!("`{text}` is out of range for the key")).hint(limits))
    }

    /// The node that holds this value [base units], rounded to what the key can hold.
    pub fn node(&self, value: f64) -> Value {
        let value = value.clamp(self.least, self.most);
        match &self.form {
            Form::Count => Value::Integer(value.round() as i64),
            Form::Number => Value::Float(rounded(value)),
            Form::Text { before, after, size } => {
                format!("{before}{}{after}", digits(rounded(value / size))).into()
            }
            Form::Parts => quantity::print(value, self.dim).into(),
        }
    }

    /// The value as it is written.
    pub fn text(&self, value: f64) -> String {
        match self.node(value) {
            Value::Text { text, .. } => text,
            Value::Integer(i) => i.to_string(),
            Value::Float(x) => digits(x),
            _ => String::new(),
        }
    }

    /// The value for people: three significant digits.
    pub fn short(&self, value: f64) -> String {
        let size = if let Form::Text { size, .. } = self.form { size } else { 1.0 };
        let three: f64 = format!("{:.2e}", value / size).parse().unwrap_or(value / size);
        grouped(&self.text(three * size))
    }

    /// The number without the unit.
    pub fn number(&self, value: f64) -> f64 {
        rounded(if let Form::Text { size, .. } = self.form { value / size } else { value })
    }

    /// The unit without the number: "%", "$ per month"; empty for a bare number.
    pub fn unit(&self) -> String {
        match &self.form {
            Form::Text { before, after, .. } => format!("{before}{after}").trim().to_owned(),
            _ => String::new(),
        }
    }

    /// Whether the key holds a share of something.
    pub fn is_share(&self) -> bool {
        (self.least, self.most) == (0.0, 1.0)
    }

    /// Whether values below zero make no sense.
    pub fn is_positive(&self) -> bool {
        self.least == 0.0
    }

    /// Whether only whole numbers make sense.
    pub fn is_count(&self) -> bool {
        self.form == Form::Count
    }
}

fn text_form(text: &str, dim: Dim, value: f64) -> Form {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let Some(start) = text.find(is_number) else { return Form::Parts };
    let end = text[start..].find(|c| !is_number(c)).map_or(text.len(), |n| start + n);
    let (before, after) = (text[..start].replace(['-', '\u{2212}'], ""), text[end..].to_owned());
    let number = text[start..end].replace(',', "").parse::<f64>();
    let read = |number: f64| quantity::parse(&format!("{before}{number}{after}")).ok();
    // The form is right when one of its units times any number is the value: not so for "1 h 30 min".
    let (Ok(number), Some(one)) = (number, read(1.0)) else { return Form::Parts };
    let holds = |times: f64| {
        let same = |q: quantity::Quantity| {
            q.dim == dim && (q.value - one.value * number * times).abs() <= 1e-9 * q.value.abs()
        };
        read(number * times).is_some_and(same)
    };
    let whole = (one.value * number - value.abs()).abs() <= 1e-9 * value.abs();
    if one.value > 0.0 && whole && holds(2.0) {
        Form::Text { before, after, size: one.value }
    } else {
        Form::Parts
    }
}

/// Twelve digits: no input is known better, and the text stays short.
fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

fn digits(value: f64) -> String {
    let text = format!("{value}");
    if text == "-0" { "0".to_owned() } else { text }
}

/// Commas between thousands of the first number in a text.
fn grouped(text: &str) -> String {
    let from = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let digits = text[from..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - from);
    let mut out = text[..from].to_owned();
    for (i, digit) in text[from..from + digits].chars().enumerate() {
        if i > 0 && (digits - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + &text[from + digits..]
}
