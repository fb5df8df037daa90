//! Conditions on attributes, in the expression language of scenarios.

use super::attributes::Attributes;
use crate::interchange::prosimos::{Comparison, Rule, RuleValue, Rules};
use crate::interchange::report::{Kind, Report};

/// Any of the alternatives; `None` when nothing can be made of them.
pub fn any(rules: &Rules, attributes: &Attributes, report: &mut Report) -> Option<String> {
    let each: Vec<String> = rules.iter().filter_map(|r| all(r, attributes, report)).collect();
    match each.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(several.iter().map(|c| format!("({c})")).collect::<Vec<_>>().join(" or ")),
    }
}

/// Conditions that hold together.
pub fn all(rules: &[Rule], attributes: &Attributes, report: &mut Report) -> Option<String> {
    let each: Option<Vec<String>> = rules.iter().map(|r| one(r, attributes, report)).collect();
    let each = each?;
    if each.is_empty() { None } else { Some(each.join(" and ")) }
}

fn one(rule: &Rule, attributes: &Attributes, report: &mut Report) -> Option<String> {
    let Some(attribute) = attributes.get(&rule.attribute) else {
        let what = "a condition on an attribute that the file does not describe: it never holds here";
        report.add(Kind::Lost, format!("`{}`", rule.attribute), what);
        return None;
    };
    let name = &attribute.name;
    let sign = match rule.comparison {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::In => "in",
    };
    match (&rule.value, &attribute.levels) {
        (RuleValue::Range(low, high), None) => {
            let above = format!("{name} >= {low:?}");
            Some(if high.is_finite() { format!("{above} and {name} <= {high:?}") } else { above })
        }
        (RuleValue::Number(x), None) => Some(format!("{name} {sign} {x:?}")),
        (RuleValue::Text(text), None) if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
            Some(format!("{name} {sign} {:?}", text.trim().parse::<f64>().unwrap_or_default()))
        }
        (value, Some(_)) if sign == "==" || sign == "!=" => {
            let text = match value {
                RuleValue::Text(text) => text.clone(),
                RuleValue::Number(x) => x.to_string(),
                RuleValue::Range(..) => return lost(rule, report),
            };
            Some(format!("{name} {sign} '{}'", attribute.level(&text)?))
        }
        _ => lost(rule, report),
    }
}

fn lost(rule: &Rule, report: &mut Report) -> Option<String> {
    let what = "a condition that does not fit what the attribute holds: it never holds here";
    report.add(Kind::Lost, format!("`{}`", rule.attribute), what);
    None
}

/// Whether no two of the conditions can hold together: each pair wants some attribute to be two different names.
pub fn exclusive(all: &[&Rules]) -> bool {
    let apart = |a: &[Rule], b: &[Rule]| {
        a.iter().any(|x| {
            let same = |y: &&Rule| x.attribute == y.attribute && is_equality(x) && is_equality(y);
            b.iter().filter(same).any(|y| !equal(&x.value, &y.value))
        })
    };
    let pairs = (0..all.len()).flat_map(|i| (0..i).map(move |j| (all[i], all[j])));
    pairs.into_iter().all(|(a, b)| a.iter().all(|a| b.iter().all(|b| apart(a, b))))
}

fn is_equality(rule: &Rule) -> bool {
    rule.comparison == Comparison::Equal && matches!(rule.value, RuleValue::Text(_))
}

/// Texts that are the same number are equal.
fn equal(a: &RuleValue, b: &RuleValue) -> bool {
    let number = |v: &RuleValue| if let RuleValue::Text(t) = v { t.trim().parse::<f64>().ok() } else { None };
    a == b || number(a).is_some_and(|x| number(b) == Some(x))
}
