//! One value of the tree as a number, text or other simple thing, or the diagnostic that says why not.

use super::quantity;
use super::schema::{Kind, Sign};
use super::tree::{Node, Text, Value};
use super::weekly::{self, Interval};
use crate::diag::{Diagnostic, suggest};
use crate::units::Dim;
use jiff::civil;

impl Node {
    /// "expected a duration, found a list", with an example.
    pub fn wrong_kind(&self, kind: &Kind) -> Diagnostic {
        let expected = kind.expected();
        let example = kind.example();
        let d = self
            .error(format!("expected {expected}, found {}", self.value.describe()))
            .label(format!("expected {expected}"));
        // An example that shows nothing but braces helps nobody.
        if example.contains("...") { d } else { d.hint(format!("for example {example}")) }
    }

    pub fn text(&self, kind: &Kind) -> Result<Text<'_>, Diagnostic> {
        self.as_text().ok_or_else(|| self.wrong_kind(kind))
    }

    /// A number in base units.
    pub fn quantity(&self, dim: Dim, sign: Sign) -> Result<f64, Diagnostic> {
        let kind = Kind::Quantity(dim, sign);
        let value = match &self.value {
            Value::Integer(i) => self.bare(*i as f64, dim)?,
            Value::Float(f) => self.bare(*f, dim)?,
            Value::Text { .. } => {
                let text = self.text(&kind)?;
                quantity::parse_as(text.value, dim).map_err(|m| text.diagnostic(m))?
            }
            _ => return Err(self.wrong_kind(&kind)),
        };
        let allowed = match sign {
            Sign::Any => value.is_finite(),
            Sign::NonNegative => value >= 0.0 && value.is_finite(),
            Sign::Positive => value > 0.0 && value.is_finite(),
        };
        if allowed { Ok(value) } else { Err(self.out_of_range(&kind)) }
    }

    pub fn share(&self) -> Result<f64, Diagnostic> {
        let value = self.quantity(Dim::NUMBER, Sign::Any)?;
        if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(self.out_of_range(&Kind::Share)) }
    }

    pub fn count(&self) -> Result<u64, Diagnostic> {
        match self.value {
            Value::Integer(i) => u64::try_from(i).map_err(|_| self.out_of_range(&Kind::Count)),
            _ => Err(self.wrong_kind(&Kind::Count)),
        }
    }

    pub fn flag(&self) -> Result<bool, Diagnostic> {
        if let Value::Bool(flag) = self.value { Ok(flag) } else { Err(self.wrong_kind(&Kind::Flag)) }
    }

    /// The position of the word in the list of words.
    pub fn choice(&self, words: &'static [(&'static str, &'static str)]) -> Result<usize, Diagnostic> {
        let kind = Kind::Choice(words);
        let text = self.text(&kind)?;
        words.iter().position(|(w, _)| *w == text.value).ok_or_else(|| {
            let d = self.error(format!("`{}` is not one of the choices", text.value)).label(kind.expected());
            match suggest(text.value, words.iter().map(|(w, _)| *w)) {
                Some(hint) => d.hint(hint),
                None => d,
            }
        })
    }

    /// [s since midnight]
    pub fn clock(&self) -> Result<u32, Diagnostic> {
        match &self.value {
            Value::Datetime(written) => weekly::clock(written).map_err(|_| self.wrong_kind(&Kind::Clock)),
            _ => {
                let text = self.text(&Kind::Clock)?;
                weekly::clock(text.value).map_err(|m| text.diagnostic(m))
            }
        }
    }

    pub fn date(&self) -> Result<civil::Date, Diagnostic> {
        let written = match &self.value {
            Value::Datetime(written) => written.as_str(),
            _ => self.text(&Kind::Date)?.value,
        };
        written.parse().map_err(|_| {
            self.error(format!("`{written}` is not a date"))
                .label("expected year-month-day")
                .hint("for example \"2025-01-06\"")
        })
    }

    /// Sorted, disjoint stretches of the week, from one text or a list of texts.
    pub fn weekly(&self) -> Result<Vec<Interval>, Diagnostic> {
        match &self.value {
            Value::Array(items) => {
                let each = items.iter().map(Self::weekly_text).collect::<Result<Vec<_>, _>>()?;
                Ok(weekly::union(each.into_iter().flatten()))
            }
            _ => self.weekly_text(),
        }
    }

    pub(super) fn weekly_text(&self) -> Result<Vec<Interval>, Diagnostic> {
        let text = self.text(&Kind::Weekly)?;
        weekly::parse(text.value).map_err(|m| text.diagnostic(m))
    }

    fn bare(&self, value: f64, dim: Dim) -> Result<f64, Diagnostic> {
        if dim == Dim::NUMBER || value == 0.0 {
            return Ok(value);
        }
        Err(self
            .error(format!("a unit is missing: expected {dim}"))
            .label(format!("expected {dim}"))
            .hint(quantity::hint(dim)))
    }

    fn out_of_range(&self, kind: &Kind) -> Diagnostic {
        self.error("the value is out of range").label(format!("expected {}", kind.expected()))
    }
}
