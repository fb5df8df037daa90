//! What cases carry: attributes of the log that a case has from its start to its end, and how they fall into few groups.
//!
//! An attribute of the case, or of its rows where all rows of a case have the same value. Identifiers are none: a text with too many
//! values that few cases share says nothing of the next case.

use super::durations::fitted;
use super::names::{slug, unique};
use crate::activity::RESERVED;
use crate::dist::{self, Dist, Params};
use crate::eventlog::{EventLog, Value, Values};
use crate::model::AttributeType;
use crate::units::Dim;
use std::collections::BTreeMap;

/// An attribute of the cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// in the log
    pub column: String,
    /// in the scenario
    pub name: String,
    pub kind: AttributeType,
    /// by case: the number, or the index of the level; NaN where there is none
    pub values: Vec<f64>,
    /// the law of the values, and how it was found
    pub law: (Dist, String),
    /// between the groups of a number, ascending: group i is below `cuts[i]`
    cuts: Vec<f64>,
}

/// A text has at most so many levels; rarer ones are put together, if they are few cases in all.
const MOST_LEVELS: usize = 12;
const RARE: f64 = 0.2;
const OTHER: &str = "other";
/// A number is cut at so many places at most.
const MOST_CUTS: usize = 39;
/// An attribute that more than this share of the cases lack is none.
const LACKING: f64 = 0.05;
/// Words that mean something else in expressions, and what the steps keep.
const TAKEN: [&str; 13] = [
    "and",
    "or",
    "not",
    "in",
    "if",
    "then",
    "else",
    "true",
    "false",
    "passes",
    "previous",
    "before_previous",
    "other",
];

/// All that can be used, in the order of the log.
pub fn carried(log: &EventLog) -> Vec<Carried> {
    let mut taken: Vec<String> = TAKEN.iter().map(|word| (*word).to_owned()).collect();
    let columns = log.case_attributes.iter().map(|c| (c.name.as_str(), Some(c.values.clone())));
    let of_rows = log.attributes.iter().map(|c| (c.name.as_str(), constant(log, &c.values)));
    let mut all: Vec<Carried> = Vec::new();
    for (column, values) in columns.chain(of_rows) {
        let Some((kind, values)) = values.and_then(|values| read(log, &values)) else { continue };
        if all.iter().any(|known| known.column == column) {
            continue;
        }
        let name = unique(&slug(column, "attribute"), &taken);
        taken.push(name.clone());
        let is_number = matches!(kind, AttributeType::Number(_));
        let Some(law) = law(&values, is_number) else { continue };
        let cuts = if is_number { cuts(&values) } else { Vec::new() };
        all.push(Carried { column: column.to_owned(), name, kind, values, law, cuts });
    }
    all
}

impl Carried {
    /// Groups of the values: levels, or stretches of a number.
    pub fn groups(&self) -> usize {
        match &self.kind {
            AttributeType::Level(levels) => levels.len(),
            AttributeType::Flag => 2,
            _ => self.cuts.len() + 1,
        }
    }

    /// The group of a case.
    pub fn group(&self, case: u32) -> Option<usize> {
        let value = *self.values.get(case as usize).filter(|v| v.is_finite())?;
        match &self.kind {
            AttributeType::Number(_) => Some(self.cuts.partition_point(|cut| *cut <= value)),
            _ => Some(value as usize),
        }
    }

    /// Whether groups have an order of their own.
    pub fn is_number(&self) -> bool {
        matches!(self.kind, AttributeType::Number(_))
    }

    /// The condition that the case is in one of some groups; those of a number follow each other from the first or to the last.
    pub fn condition(&self, groups: &[usize]) -> String {
        let name = &self.name;
        match &self.kind {
            AttributeType::Number(_) => match (groups.first(), groups.last()) {
                (Some(0), Some(last)) => format!("{name} < {}", self.cuts[*last]),
                (Some(first), _) => format!("{name} >= {}", self.cuts[first - 1]),
                _ => "false".to_owned(),
            },
            AttributeType::Level(levels) => match groups {
                [one] => format!("{name} == '{}'", levels[*one]),
                many => {
                    let each: Vec<String> = many.iter().map(|g| format!("'{}'", levels[*g])).collect();
                    format!("{name} in ({})", each.join(", "))
                }
            },
            _ if groups == [1] => name.clone(),
            _ => format!("not {name}"),
        }
    }
}

/// The law of some values: of a number, or shares of levels.
fn law(values: &[f64], is_number: bool) -> Option<(Dist, String)> {
    let mut values: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    let n = values.len();
    if is_number {
        if values.iter().all(|v| *v >= 0.0) {
            let fit = fitted(&values)?;
            let told = fit.told();
            return Some((fit.dist, told));
        }
        return Some((dist::interpolated(&values)?, format!("{n} values, taken as they are")));
    }
    values.sort_by(f64::total_cmp);
    let mut counts: Vec<(f64, f64)> = Vec::new();
    for value in values {
        match counts.last_mut().filter(|last| last.0 == value) {
            Some(last) => last.1 += 1.0,
            None => counts.push((value, 1.0)),
        }
    }
    let (levels, weights): (Vec<f64>, Vec<f64>) = counts.into_iter().unzip();
    let params = Params::new().with("values", levels).with("weights", weights);
    Some((dist::build("empirical", &params).ok()?, format!("shares of {n} cases")))
}

/// A column of rows as one of cases, if no case has two values.
fn constant(log: &EventLog, values: &Values) -> Option<Values> {
    let mut first = vec![usize::MAX; log.cases.len()];
    let mut at = 0;
    // Rows without a value do not count.
    for row in 0..log.len() {
        let Some(value) = values.get(row) else { continue };
        let known = &mut first[log.case[row] as usize];
        if *known == usize::MAX {
            *known = row;
            at += 1;
        } else if values.get(*known) != Some(value) {
            return None;
        }
    }
    if at == 0 {
        return None;
    }
    let case = |row: &usize| values.get(*row);
    Some(match values {
        Values::Text { names, ids } => Values::Text {
            names: names.clone(),
            ids: first.iter().map(|&row| ids.get(row).copied().unwrap_or(crate::eventlog::NONE)).collect(),
        },
        Values::Number(_) => Values::Number(
            first
                .iter()
                .map(|row| if let Some(Value::Number(x)) = case(row) { x } else { f64::NAN })
                .collect(),
        ),
        Values::Bool(_) => Values::Bool(
            first
                .iter()
                .map(|row| if let Some(Value::Bool(b)) = case(row) { Some(b) } else { None })
                .collect(),
        ),
        Values::Instant(_) => return None,
    })
}

/// Kind and values by case; `None` for what says nothing.
fn read(log: &EventLog, values: &Values) -> Option<(AttributeType, Vec<f64>)> {
    let n = log.cases.len();
    let (kind, values): (AttributeType, Vec<f64>) = match values {
        Values::Number(v) => (AttributeType::Number(Dim::NUMBER), v.clone()),
        Values::Bool(v) => {
            (AttributeType::Flag, v.iter().map(|b| b.map_or(f64::NAN, |b| f64::from(u8::from(b)))).collect())
        }
        Values::Text { names, ids } => {
            let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
            ids.iter()
                .filter(|id| (**id as usize) < names.len())
                .for_each(|id| *counts.entry(*id).or_default() += 1);
            let mut by_count: Vec<(u32, usize)> = counts.into_iter().collect();
            by_count.sort_by_key(|(id, n)| (std::cmp::Reverse(*n), *id));
            let kept = if by_count.len() > MOST_LEVELS { MOST_LEVELS - 1 } else { by_count.len() };
            let rest: usize = by_count[kept..].iter().map(|b| b.1).sum();
            if rest as f64 > RARE * n as f64 {
                return None;
            }
            let mut levels: Vec<String> = Vec::new();
            for (id, _) in &by_count[..kept] {
                let level = unique(&word(names.name(*id)), &levels);
                levels.push(level);
            }
            let index = |id: &u32| by_count[..kept].iter().position(|b| b.0 == *id).unwrap_or(kept) as f64;
            let known = |id: &u32| (*id as usize) < names.len();
            let values = ids.iter().map(|id| if known(id) { index(id) } else { f64::NAN }).collect();
            if rest > 0 {
                let other = unique(OTHER, &levels);
                levels.push(other);
            }
            (AttributeType::Level(levels), values)
        }
        Values::Instant(_) => return None,
    };
    let there: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    let lacking = n - there.len().min(n);
    let differ = there.windows(2).any(|w| w[0] != w[1]);
    (differ && lacking as f64 <= LACKING * n as f64).then_some((kind, values))
}

/// Places at which a number is cut: between its values, as evenly filled as they allow, in few digits.
fn cuts(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let mut cuts: Vec<f64> = Vec::new();
    for k in 1..=MOST_CUTS {
        let at = n * k / (MOST_CUTS + 1);
        let above = sorted[at];
        let below = sorted[..at].iter().rev().find(|v| **v < above);
        let Some(&below) = below else { continue };
        let cut = short(below, above);
        if cuts.last().is_none_or(|last| *last < cut) {
            cuts.push(cut);
        }
    }
    cuts
}

/// The number of fewest digits that is above the one and at most the other.
fn short(below: f64, above: f64) -> f64 {
    let middle = below + (above - below) / 2.0;
    let candidates = (0..15).filter_map(|digits| format!("{middle:.digits$e}").parse::<f64>().ok());
    candidates.into_iter().find(|x| below < *x && *x <= above).unwrap_or(above)
}

/// A level as the scenario can write it: without quotes, and no word that means something else there.
fn word(text: &str) -> String {
    let clean: String =
        text.trim().chars().map(|c| if c == '\'' || c == '"' || c.is_control() { '_' } else { c }).collect();
    match clean.as_str() {
        "" => "none".to_owned(),
        word if RESERVED.contains(&word) || word == "else" => format!("{word}_"),
        _ => clean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eventlog::{Column, Instance, Names};

    fn log(cases: u32) -> EventLog {
        let mut log = EventLog { activities: ["a"].into_iter().collect(), ..EventLog::default() };
        for case in 0..cases {
            let case = log.cases.intern(&case.to_string());
            for start in 0..2 {
                log.push(Instance { case, activity: 0, start, end: start, ..Instance::default() });
            }
        }
        log
    }

    fn text(values: impl Iterator<Item = String>) -> Values {
        let mut names = Names::default();
        let ids = values.map(|v| names.intern(&v)).collect();
        Values::Text { names, ids }
    }

    #[test]
    fn identifiers_and_what_changes_within_a_case_are_left_out() {
        let mut log = log(100);
        let rows = |f: fn(usize) -> String| text((0..200).map(f));
        let mut add = |name: &str, values| log.attributes.push(Column { name: name.to_owned(), values });
        add("Client Type", rows(|row| ["rich", "by"][row / 2 % 2].to_owned()));
        add("number", rows(|row| (row / 2).to_string()));
        add("changing", rows(|row| (row % 2).to_string()));
        add("same", rows(|_| "x".to_owned()));
        let amounts = (0..200).map(|row| (row / 2) as f64 * 10.0).collect();
        add("amount", Values::Number(amounts));
        let found = carried(&log);
        let names: Vec<&str> = found.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["client_type", "amount"]);
        assert_eq!(found[0].kind, AttributeType::Level(vec!["rich".to_owned(), "by_".to_owned()]));
        assert_eq!(found[0].condition(&[1]), "client_type == 'by_'");
        assert_eq!(found[0].condition(&[0, 1]), "client_type in ('rich', 'by_')");
        let amount = &found[1];
        assert_eq!(amount.groups(), 40);
        assert_eq!(amount.condition(&[0, 1]), format!("amount < {}", amount.cuts[1]));
        assert_eq!(amount.condition(&[39]), format!("amount >= {}", amount.cuts[38]));
        assert!((0..100).all(|c| (amount.cuts.iter().filter(|cut| **cut <= 10.0 * f64::from(c)).count())
            == amount.group(c).unwrap_or(99)));
    }

    #[test]
    fn cuts_have_few_digits() {
        assert_eq!(short(999.3, 1_004.2), 1_000.0);
        assert_eq!(short(0.0, 1.0), 0.5);
        // The greater value is at the cut or above it.
        let close = short(3.0, 3.000_001);
        assert!(3.0 < close && close <= 3.000_001, "{close}");
    }
}
