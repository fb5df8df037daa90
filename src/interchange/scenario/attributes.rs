//! What cases carry: attributes of cases, of the whole run, and of tasks.

use super::python;
use super::rules;
use crate::activity::RESERVED;
use crate::dist::{self, Params};
use crate::interchange::control::Steps;
use crate::interchange::names::Namer;
use crate::interchange::prosimos::{self, AttributeKind, Comparison, Parameters, Rule, RuleValue};
use crate::interchange::report::{Kind, Report};
use crate::text::{Table, Value};
use crate::units::Dim;
use std::collections::BTreeMap;

/// Names that an attribute cannot have: words and functions of expressions.
const WORDS: [&str; 19] = [
    "and", "or", "not", "in", "if", "then", "else", "true", "false", "passes", "min", "max", "abs", "floor",
    "ceil", "exp", "ln", "sqrt", "pow",
];

#[derive(Clone, Debug, Default)]
pub struct Attributes {
    known: BTreeMap<String, Known>,
    namer: Namer,
    /// The section `attribute` of the scenario.
    pub table: Table,
    /// What is drawn or computed at the start of a case.
    pub draws: Table,
    /// The attribute that says how urgent a case is.
    pub priority: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Known {
    /// In the scenario.
    pub name: String,
    /// Names as the file has them and as the scenario has them; absent for numbers.
    pub levels: Option<Vec<(String, String)>>,
}

impl Known {
    pub fn level(&self, text: &str) -> Option<&str> {
        let levels = self.levels.as_ref()?;
        levels.iter().find(|(foreign, _)| foreign == text).map(|(_, own)| own.as_str())
    }
}

impl Attributes {
    pub fn new(p: &Parameters, report: &mut Report) -> Self {
        let mut all = Self { namer: Namer::reserving(&WORDS), ..Self::default() };
        let of_events = p.event_attributes.iter().flat_map(|(_, list)| list);
        for attribute in p.case_attributes.iter().chain(&p.global_attributes).chain(of_events) {
            all.declare(attribute, p);
        }
        for attribute in p.global_attributes.iter() {
            if !p.case_attributes.iter().any(|a| a.name == attribute.name) {
                let what = "an attribute of the whole run is drawn for each case here; cases do not share it";
                report.add(Kind::Differs, format!("`{}`", attribute.name), what);
                all.draw(attribute, report);
            }
        }
        p.case_attributes.iter().for_each(|attribute| all.draw(attribute, report));
        all.priorities(p, report);
        all
    }

    pub fn get(&self, name: &str) -> Option<&Known> {
        self.known.get(name)
    }

    /// A further attribute that holds a number.
    pub fn number(&mut self, wanted: &str) -> String {
        let name = self.namer.name(wanted, "number");
        self.table.push(name.as_str(), Table::braces().with("number", "number"));
        name
    }

    fn declare(&mut self, attribute: &prosimos::Attribute, p: &Parameters) {
        let names: Vec<String> = match &attribute.kind {
            AttributeKind::Discrete(choice) => choice.iter().map(|(k, _)| k.clone()).collect(),
            AttributeKind::Markov(rows) => {
                let inner = rows.iter().flat_map(|(k, row)| row.iter().map(|(k, _)| k).chain([k]));
                inner.cloned().collect()
            }
            _ => Vec::new(),
        };
        let compared: Vec<&Rule> = all_rules(p).filter(|r| r.attribute == attribute.name).collect();
        let ordered =
            compared.iter().any(|r| !matches!(r.comparison, Comparison::Equal | Comparison::NotEqual));
        let numeric = names.iter().all(|n| n.trim().parse::<f64>().is_ok_and(f64::is_finite));
        let is_number = names.is_empty() || (ordered && numeric);
        let known = self.known.entry(attribute.name.clone());
        let fresh = matches!(known, std::collections::btree_map::Entry::Vacant(_));
        let known = known
            .or_insert_with(|| Known { name: self.namer.name(&attribute.name, "attribute"), levels: None });
        if is_number {
            if fresh {
                self.table.push(known.name.as_str(), Table::braces().with("number", "number"));
            }
            return;
        }
        let mut levels = known.levels.take().unwrap_or_default();
        let in_rules = compared.iter().filter_map(|r| match &r.value {
            RuleValue::Text(text) => Some(text.clone()),
            RuleValue::Number(x) => Some(x.to_string()),
            RuleValue::Range(..) => None,
        });
        for foreign in names.into_iter().chain(in_rules) {
            if levels.iter().any(|(known, _)| *known == foreign) {
                continue;
            }
            let mut own: String = foreign
                .chars()
                .map(|c| if matches!(c, '\'' | '"' | '\\') || c.is_control() { '_' } else { c })
                .collect();
            while own.is_empty()
                || own == "else"
                || RESERVED.contains(&own.as_str())
                || levels.iter().any(|(_, l)| *l == own)
            {
                own.push('_');
            }
            levels.push((foreign, own));
        }
        let table =
            Table::braces().with("levels", levels.iter().map(|(_, own)| own.as_str()).collect::<Value>());
        match self.table.get_mut(&known.name) {
            Some(node) => node.value = table.into(),
            None => {
                self.table.push(known.name.as_str(), table);
            }
        }
        known.levels = Some(levels);
    }

    /// Draws the attribute at the start of a case.
    fn draw(&mut self, attribute: &prosimos::Attribute, report: &mut Report) {
        let before = self.draws.entries.len();
        let value = self.value(attribute, report, |all, name, law| {
            all.draws.push(name, law);
        });
        let Some(name) = self.get(&attribute.name).map(|known| known.name.clone()) else { return };
        if let Some(value) = value {
            self.draws.push(name, value);
        } else {
            self.draws.entries.truncate(before);
        }
    }

    /// Steps that set the attributes of a task, once it is done. Returns the first, or `next` when there are none.
    pub fn after(
        &mut self,
        list: &[prosimos::Attribute],
        next: &str,
        steps: &mut Steps,
        report: &mut Report,
    ) -> String {
        // Written from the last to the first, each with its name, so that every step knows what follows it.
        let mut sets: Vec<(String, Value)> = Vec::new();
        for attribute in list {
            let mut own = Vec::new();
            let value = self.value(attribute, report, |_, name, law| own.push((name.to_owned(), law)));
            if let (Some(value), Some(known)) = (value, self.get(&attribute.name)) {
                sets.extend(own);
                sets.push((known.name.clone(), value));
            }
        }
        let names: Vec<String> = sets.iter().map(|(name, _)| steps.name(&format!("set_{name}"))).collect();
        for (i, (attribute, to)) in sets.into_iter().enumerate() {
            let set = Table::braces().with("attribute", attribute).with("to", to);
            steps.add(&names[i], "", "set", set, Some(names.get(i + 1).map_or(next, String::as_str)));
        }
        names.first().cloned().unwrap_or_else(|| next.to_owned())
    }

    /// The value of an attribute; `help` takes further attributes that have to be drawn before it.
    fn value(
        &mut self,
        attribute: &prosimos::Attribute,
        report: &mut Report,
        mut help: impl FnMut(&mut Self, &str, Value),
    ) -> Option<Value> {
        let place = format!("attribute `{}`", attribute.name);
        let known = self.get(&attribute.name)?.clone();
        let choice = |choice: &[(String, f64)]| -> Option<Value> {
            let sum: f64 = choice.iter().map(|(_, p)| p).sum();
            if sum <= 0.0 {
                return None;
            }
            let Some(_) = &known.levels else {
                let values: Vec<f64> = choice.iter().filter_map(|(k, _)| k.trim().parse().ok()).collect();
                let weights: Vec<f64> = choice.iter().map(|(_, p)| *p).collect();
                let params = Params::new().with("values", values).with("weights", weights);
                return dist::build("empirical", &params).ok().map(|d| dist::print(&d, Dim::NUMBER));
            };
            let each = choice.iter().filter_map(|(k, p)| Some((known.level(k)?, *p)));
            let table = each.fold(Table::braces(), |t, (level, p)| t.with(level, p));
            Some(Table::braces().with("choose", table).into())
        };
        match &attribute.kind {
            AttributeKind::Discrete(list) => {
                let value = choice(list);
                if value.is_none() {
                    report.add(Kind::Error, place, "its probabilities sum to nothing");
                }
                value
            }
            AttributeKind::Markov(rows) => {
                let mut table = Table::braces().with("by", known.name.as_str());
                for (state, row) in rows {
                    let (Some(level), Some(value)) = (known.level(state), choice(row)) else {
                        report.add(Kind::Error, place, "the chances from a state sum to nothing");
                        return None;
                    };
                    table.push(level, value);
                }
                let all_states = known.levels.as_ref().is_some_and(|l| l.len() == rows.len());
                if !all_states {
                    // A state without a row is kept as the first one.
                    let first = known.levels.as_ref().and_then(|l| l.first())?.1.clone();
                    report.add(
                        Kind::Differs,
                        &place,
                        "a state from which nothing leads on leads to the first state",
                    );
                    table.push("else", first);
                }
                Some(table.into())
            }
            AttributeKind::Continuous(law) => Some(dist::print(law, Dim::NUMBER)),
            AttributeKind::Expression(text) => {
                let read = self.formula(text, &known.name, report, &place, &mut help)?;
                Some(Table::braces().with("is", read).into())
            }
            AttributeKind::Tree(branches) => {
                let mut parts = Vec::new();
                for (conditions, text) in branches {
                    let formula = self.formula(text, &known.name, report, &place, &mut help)?;
                    parts.push((rules::all(conditions, self, report), conditions.is_empty(), formula));
                }
                // The first whose conditions hold; the old value when none does.
                let mut text = known.name.clone();
                for (condition, always, formula) in parts.into_iter().rev() {
                    text = match condition {
                        Some(condition) => format!("if {condition} then {formula} else {text}"),
                        None if always => formula,
                        None => text,
                    };
                }
                Some(Table::braces().with("is", text).into())
            }
        }
    }

    /// A formula in the language of Python, with further attributes for what it draws.
    fn formula(
        &mut self,
        text: &str,
        for_name: &str,
        report: &mut Report,
        place: &str,
        help: &mut impl FnMut(&mut Self, &str, Value),
    ) -> Option<String> {
        let read = python::read(text, &|foreign| {
            let known = self.get(foreign)?;
            known.levels.is_none().then(|| known.name.clone())
        });
        match read {
            Ok(python::Formula { mut text, draws }) => {
                for (mark, law) in draws {
                    let name = self.number(&format!("{for_name}_drawn"));
                    text = text.replace(&mark, &name);
                    help(self, &name, dist::print(&law, Dim::NUMBER));
                }
                Some(text)
            }
            Err(why) => {
                report.add(Kind::Lost, place, format!("the formula cannot be carried over: {why}"));
                None
            }
        }
    }

    fn priorities(&mut self, p: &Parameters, report: &mut Report) {
        let mut levels: Vec<_> = p.priorities.iter().collect();
        if levels.is_empty() {
            return;
        }
        levels.sort_by_key(|(level, _)| *level);
        let most = levels.last().map_or(0, |(level, _)| level + 1);
        let mut text = "0".to_owned();
        for (level, conditions) in levels.into_iter().rev() {
            if let Some(condition) = rules::any(conditions, self, report) {
                text = format!("if {condition} then {} else {text}", most - level);
            }
        }
        let name = self.number("priority");
        self.draws.push(name.as_str(), Table::braces().with("is", text));
        let what = "levels became numbers of which the largest is served first; a case without a rule comes last. A case of \
                    low priority waits only while there is other work (Prosimos lets it wait longer)";
        report.add(Kind::Differs, "prioritisation_rules", what);
        self.priority = Some(name);
    }
}

fn all_rules(p: &Parameters) -> impl Iterator<Item = &Rule> {
    let branches = p.branch_rules.iter().flat_map(|(_, rules)| rules);
    let priorities = p.priorities.iter().flat_map(|(_, rules)| rules);
    let trees = p.event_attributes.iter().flat_map(|(_, list)| list).filter_map(|a| match &a.kind {
        AttributeKind::Tree(branches) => Some(branches.iter().map(|(rules, _)| rules)),
        _ => None,
    });
    branches.chain(priorities).chain(trees.flatten()).flatten()
}
