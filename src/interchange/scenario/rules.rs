//! Conditions on attributes, in the expression language of scenarios.

use super::attributes::Attributes;
use crate::interchange::prosimos::{Comparison, Rule, RuleValue, Rules};
use crate::interchange::report::{Kind, Report};

/// Any of the alternatives; `None` when nothing can be made of them.
pub fn any(rules: &Rules, attributes: &Attributes, report: &mut Report) -> Option<String> {
    let each: Option<Vec<String>> = rules.iter().map(|r| all(r, attributes, report)).collect();
    let each = each?;
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

/// Whether no two of the conditions can hold together: equalities of one attribute to different names.
pub fn exclusive(all: &[&Rules]) -> bool {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for rules in all {
        let mut own = Vec::new();
        for alternative in rules.iter() {
            let [Rule { attribute, comparison: Comparison::Equal, value: RuleValue::Text(text) }] =
                alternative.as_slice()
            else {
                return false;
            };
            own.push((attribute.as_str(), text.as_str()));
        }
        let same_attribute =
            seen.iter().chain(&own).all(|(a, _)| seen.first().or(own.first()).is_some_and(|f| f.0 == *a));
        if !same_attribute || own.iter().any(|o| seen.contains(o)) {
            return false;
        }
        seen.extend(own);
    }
    true
}
