//! One value of the tree as a number, text or other simple thing, or the diagnostic that says why not.

use super::quantity;
use super::schema::{Kind, Sign};
use super::tree::{Node, Text, Value};
use super::weekly::{self, Interval};
use crate::diag::{Diagnostic, suggest};
use crate::units::Dim;
use jiff::civil;

/// "expected a duration, found a list", with an example.
pub(super) fn wrong_kind(node: &Node, kind: &Kind) -> Diagnostic {
    let expected = kind.expected();
    node.error(format!("expected {expected}, found {}", node.value.describe()))
        .label(format!("expected {expected}"))
        .hint(format!("for example {}", kind.example()))
}

pub(super) fn text<'a>(node: &'a Node, kind: &Kind) -> Result<Text<'a>, Diagnostic> {
    node.as_text().ok_or_else(|| wrong_kind(node, kind))
}

/// A number in base units.
pub(super) fn quantity(node: &Node, dim: Dim, sign: Sign) -> Result<f64, Diagnostic> {
    let kind = Kind::Quantity(dim, sign);
    let value = match &node.value {
        Value::Integer(i) => bare(node, *i as f64, dim)?,
        Value::Float(f) => bare(node, *f, dim)?,
        Value::Text { .. } => {
            let text = text(node, &kind)?;
            quantity::parse_as(text.value, dim).map_err(|m| text.diagnostic(m))?
        }
        _ => return Err(wrong_kind(node, &kind)),
    };
    let allowed = match sign {
        Sign::Any => value.is_finite(),
        Sign::NonNegative => value >= 0.0 && value.is_finite(),
        Sign::Positive => value > 0.0 && value.is_finite(),
    };
    if allowed { Ok(value) } else { Err(out_of_range(node, &kind)) }
}

pub(super) fn share(node: &Node) -> Result<f64, Diagnostic> {
    let value = quantity(node, Dim::NUMBER, Sign::Any)?;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(out_of_range(node, &Kind::Share)) }
}

pub(super) fn count(node: &Node) -> Result<u64, Diagnostic> {
    match node.value {
        Value::Integer(i) => u64::try_from(i).map_err(|_| out_of_range(node, &Kind::Count)),
        _ => Err(wrong_kind(node, &Kind::Count)),
    }
}

pub(super) fn flag(node: &Node) -> Result<bool, Diagnostic> {
    if let Value::Bool(flag) = node.value { Ok(flag) } else { Err(wrong_kind(node, &Kind::Flag)) }
}

/// The position of the word in the list of words.
pub(super) fn choice(
    node: &Node,
    words: &'static [(&'static str, &'static str)],
) -> Result<usize, Diagnostic> {
    let kind = Kind::Choice(words);
    let text = text(node, &kind)?;
    words.iter().position(|(w, _)| *w == text.value).ok_or_else(|| {
        let d = node.error(format!("`{}` is not one of the choices", text.value)).label(kind.expected());
        match suggest(text.value, words.iter().map(|(w, _)| *w)) {
            Some(hint) => d.hint(hint),
            None => d,
        }
    })
}

/// [s since midnight]
pub(super) fn clock(node: &Node) -> Result<u32, Diagnostic> {
    match &node.value {
        Value::Datetime(written) => weekly::clock(written).map_err(|_| wrong_kind(node, &Kind::Clock)),
        _ => {
            let text = text(node, &Kind::Clock)?;
            weekly::clock(text.value).map_err(|m| text.diagnostic(m))
        }
    }
}

pub(super) fn date(node: &Node) -> Result<civil::Date, Diagnostic> {
    let written = match &node.value {
        Value::Datetime(written) => written.as_str(),
        _ => text(node, &Kind::Date)?.value,
    };
    written.parse().map_err(|_| {
        node.error(format!("`{written}` is not a date"))
            .label("expected year-month-day")
            .hint("for example \"2025-01-06\"")
    })
}

/// Sorted, disjoint stretches of the week, from one text or a list of texts.
pub(super) fn weekly(node: &Node) -> Result<Vec<Interval>, Diagnostic> {
    let one = |node: &Node| {
        let text = text(node, &Kind::Weekly)?;
        weekly::parse(text.value).map_err(|m| text.diagnostic(m))
    };
    match &node.value {
        Value::Array(items) => {
            let each = items.iter().map(one).collect::<Result<Vec<_>, _>>()?;
            Ok(weekly::union(each.into_iter().flatten()))
        }
        _ => one(node),
    }
}

fn bare(node: &Node, value: f64, dim: Dim) -> Result<f64, Diagnostic> {
    if dim == Dim::NUMBER || value == 0.0 {
        return Ok(value);
    }
    Err(node
        .error(format!("a unit is missing: expected {dim}"))
        .label(format!("expected {dim}"))
        .hint(quantity::hint(dim)))
}

fn out_of_range(node: &Node, kind: &Kind) -> Diagnostic {
    node.error("the value is out of range").label(format!("expected {}", kind.expected()))
}
