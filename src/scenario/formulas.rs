//! Formulas of metrics: which metric is computed from which, and in which dimension.

use super::metrics::CONSTANT;
use crate::diag::{Diagnostic, Spanned, suggest};
use crate::expr::{self, Ast, Type};
use crate::ids::MetricId;
use crate::model::MetricOf;
use crate::text::{Item, Mistake, Reader, Text, Value, quantity};
use crate::units::Dim;
use std::collections::BTreeMap;

/// The values of `[constant]`.
pub type Constants = BTreeMap<String, quantity::Quantity>;

pub fn constants(root: &Reader) -> Constants {
    let mut all = Constants::new();
    for (name, item) in root.map("constant") {
        let node = item.node();
        let read = match &node.value {
            Value::Text { .. } => {
                node.text(&CONSTANT).and_then(|t| quantity::parse(t.value).map_err(|m| t.diagnostic(m)))
            }
            Value::Integer(i) => Ok(quantity::Quantity { value: *i as f64, dim: Dim::NUMBER }),
            Value::Float(f) => Ok(quantity::Quantity { value: *f, dim: Dim::NUMBER }),
            _ => Err(node.wrong_kind(&CONSTANT)),
        };
        if let Some(quantity) = item.sink().take(read) {
            all.insert(name.value.to_owned(), quantity);
        }
    }
    all
}

/// The formula of a metric, with constants replaced by their values.
pub fn parse<'a>(r: &Reader<'a>, constants: &Constants) -> Option<(Text<'a>, Ast)> {
    if !r.has("formula") {
        return None;
    }
    let text = r.text("formula")?;
    let mut ast = r.sink().take(expr::parse(text.value).map_err(|m| text.diagnostic(m)))?;
    replace(&mut ast, constants);
    Some((text, ast))
}

fn replace(ast: &mut Ast, constants: &Constants) {
    use expr::Node;
    match &mut ast.node {
        Node::Name(name) => {
            let Some(constant) = constants.get(name) else { return };
            let positive = quantity::Quantity { value: constant.value.abs(), ..*constant };
            let node = Node::Quantity(positive);
            let inner = Ast { node: node.clone(), range: ast.range.clone() };
            ast.node = if constant.value < 0.0 { Node::Negate(Box::new(inner)) } else { node };
        }
        Node::Negate(a) | Node::Not(a) => replace(a, constants),
        Node::Binary(_, sides) => sides.iter_mut().for_each(|a| replace(a, constants)),
        Node::If(parts) => parts.iter_mut().for_each(|a| replace(a, constants)),
        Node::In(a, items) => {
            replace(a, constants);
            items.iter_mut().for_each(|a| replace(a, constants));
        }
        Node::Call(_, items) => items.iter_mut().for_each(|a| replace(a, constants)),
        Node::Quantity(_) | Node::Truth(_) | Node::Word(_) => {}
    }
}

/// The names in an expression.
fn names(ast: &Ast) -> Vec<(&str, &Ast)> {
    use expr::Node;
    match &ast.node {
        Node::Name(name) => vec![(name, ast)],
        Node::Negate(a) | Node::Not(a) => names(a),
        Node::Binary(_, sides) => sides.iter().flat_map(names).collect(),
        Node::If(parts) => parts.iter().flat_map(names).collect(),
        Node::In(a, items) => names(a).into_iter().chain(items.iter().flat_map(names)).collect(),
        Node::Call(_, items) => items.iter().flat_map(names).collect(),
        Node::Quantity(_) | Node::Truth(_) | Node::Word(_) => Vec::new(),
    }
}

/// Checks formulas in the order in which they depend on each other; reports those that go round in a circle.
pub fn link(
    root: &Reader,
    readers: &[(Spanned<&str>, Item)],
    of: &mut [Option<(MetricOf, Dim)>],
    formulas: &[Option<(Text, Ast)>],
    constants: &Constants,
) {
    let index: BTreeMap<&str, usize> =
        readers.iter().enumerate().map(|(i, (name, _))| (name.value, i)).collect();
    let needs: Vec<Vec<usize>> = formulas
        .iter()
        .map(|f| {
            f.as_ref().map_or_else(Vec::new, |(_, ast)| {
                names(ast).into_iter().filter_map(|(name, _)| index.get(name).copied()).collect()
            })
        })
        .collect();
    let known = || index.keys().copied().chain(constants.keys().map(String::as_str)).collect::<Vec<_>>();
    let mut open: Vec<usize> = (0..formulas.len()).filter(|i| formulas[*i].is_some()).collect();
    loop {
        let (ready, rest): (Vec<usize>, Vec<usize>) =
            open.iter().partition(|i| needs[**i].iter().all(|n| !open.contains(n)));
        if ready.is_empty() {
            break;
        }
        for i in ready {
            let Some((text, ast)) = &formulas[i] else { continue };
            if needs[i].iter().all(|n| of[*n].is_some()) {
                of[i] = checked(root, text, ast, readers, of, constants);
                continue;
            }
            // A formula over a metric with mistakes would repeat them; names are its own.
            for (name, place) in names(ast).into_iter().filter(|(name, _)| !index.contains_key(name)) {
                let d = text
                    .diagnostic(Mistake::new(place.range.clone(), format!("no value is called `{name}`")));
                root.report(match suggest(name, known()) {
                    Some(hint) => d.hint(hint),
                    None => d,
                });
            }
        }
        open = rest;
    }
    // Whatever is left is on a circle, or needs what is.
    let on_circle = |start: usize| {
        let mut seen = vec![start];
        let mut next = 0;
        while next < seen.len() {
            for n in &needs[seen[next]] {
                if *n == start {
                    return true;
                }
                if !seen.contains(n) {
                    seen.push(*n);
                }
            }
            next += 1;
        }
        false
    };
    let circle: Vec<usize> = open.into_iter().filter(|i| on_circle(*i)).collect();
    if let Some((text, _)) = circle.first().and_then(|i| formulas[*i].as_ref()) {
        let all: Vec<_> = circle.iter().map(|i| format!("`{}`", readers[*i].0.value)).collect();
        let d = Diagnostic::error(format!(
            "metrics are computed from each other in a circle: {}",
            all.join(", ")
        ));
        root.report(d.at(text.span).label("this formula leads back to itself"));
    }
}

fn checked(
    root: &Reader,
    text: &Text,
    ast: &Ast,
    readers: &[(Spanned<&str>, Item)],
    of: &[Option<(MetricOf, Dim)>],
    constants: &Constants,
) -> Option<(MetricOf, Dim)> {
    let mut scope = expr::Scope::default();
    // Constants have been replaced by their values; their names are known for the sake of suggestions.
    for (name, constant) in constants {
        scope.add(name.as_str(), u32::MAX, Type::Number(constant.dim));
    }
    for (i, ((name, _), of)) in readers.iter().zip(of).enumerate() {
        if let Some((_, dim)) = of {
            scope.add(name.value, i as u32, Type::Number(*dim));
        }
    }
    let expr = match expr::check(ast, &scope, None) {
        Ok(expr) => expr,
        Err(mistakes) => {
            mistakes.into_iter().for_each(|m| root.report(text.diagnostic(m)));
            return None;
        }
    };
    let Type::Number(dim) = expr.ty() else {
        root.report(Diagnostic::error("a formula is a number, not true or false").at(text.span));
        return None;
    };
    let needs = expr.code().loads().into_iter().map(MetricId).collect();
    Some((MetricOf::Formula(expr, needs), dim))
}
