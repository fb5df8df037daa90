//! `[[assumption]]`: the register that says where the inputs come from.

use super::arms::plain;
use super::{ROOT, Scenario};
use crate::activity::optional;
use crate::diag::{Diagnostic, suggest};
use crate::model::{Assumption, Between, Mark, Model, Provenance, RangeLaw, Varied};
use crate::text::schema::{Field, Keys, Kind, Table as Schema};
use crate::text::{Entry, Item, Node, Reader, Table, Text, Value, Words, quoted};

static MARK: Words<Mark, 3> = Words::new([
    ("S", Mark::Source, "a published source"),
    ("D", Mark::Derived, "derived from public data"),
    ("A", Mark::Assumption, "an assumption, with a range"),
]);

static PROVENANCE: Words<Provenance, 4> = Words::new([
    ("data", Provenance::Data, "estimated from data"),
    ("expert", Provenance::Expert, "an expert's range"),
    ("fixed", Provenance::Fixed, "known exactly"),
    ("policy", Provenance::Policy, "decided, not found"),
]);

static LAW: Words<RangeLaw, 4> = Words::new([
    (
        "pert",
        RangeLaw::Pert,
        "smallest, most likely (the value in the file) and largest value, with a smooth density",
    ),
    ("triangular", RangeLaw::Triangular, "the same with a density of straight lines"),
    ("uniform", RangeLaw::Uniform, "any value between the two is as likely"),
    (
        "range_90",
        RangeLaw::Range90,
        "the two are the 5 % and 95 % points of a lognormal law, or of a normal one of log odds (shares) or values",
    ),
]);

const SCALAR: Kind = Kind::Other { expected: "one value", example: "\"5 min\"" };
const VARIES: Kind = Kind::Either(&[Kind::Text, Kind::TEXTS, Kind::Map(Keys::Free, &RANGE)]);
const RANGE: Kind = Kind::Other { expected: "two values, or text", example: "[\"44 %\", \"60 %\"]" };

pub static SCHEMA: Schema = Schema {
    name: "assumption",
    doc: "Where an input comes from. A line for a table covers everything in it.",
    fields: &[
        Field::required("path", Kind::Text, "the key that holds the input: `\"channel.phone.reach\"`"),
        Field::required("mark", MARK.kind(), "how the figure is known"),
        Field::default("provenance", PROVENANCE.kind(), "expert", "what kind of knowledge it is"),
        Field::default("source", Kind::Text, "", "citation or reason"),
        Field::optional(
            "range",
            RANGE,
            "between which values it may lie; two values for one quantity are drawn from, text is for the reader",
        ),
        Field::optional(
            "varies",
            VARIES,
            "the key inside `path` that the range is of; several move together",
        ),
        Field::optional("law", LAW.kind(), "how a value is drawn from the range; `pert` when absent"),
        Field::optional("n", Kind::Count, "observations behind the value, in place of a range"),
        Field::optional("cv", Kind::NUMBER, "coefficient of variation of one observation, for a mean of `n`"),
        Field::optional("se", SCALAR, "standard error of the value, with its unit, in place of a range"),
        Field::optional("label", Kind::Text, "what the input is called in pictures and tables"),
        Field::optional("owner", Kind::Text, "who answers for it"),
        Field::optional("value", Kind::Text, "the value as text, for an input that is no key of this file"),
    ],
    example: "[[assumption]]\npath = \"channel.phone.reach\"\nmark = \"S\"\nrange = [\"44 %\", \"60 %\"]\nsource = \"a survey\"",
};

/// The sections that hold inputs.
const SECTIONS: [&str; 12] = [
    "profile", "team", "process", "arrival", "part", "topic", "adoption", "channel", "fleet", "constant",
    "calendar", "money",
];

pub fn read(root: &Reader, model: &mut Model, scenario: &Scenario) {
    for r in root.list("assumption").iter().filter_map(|item| item.table()) {
        model.assumptions.extend(line(&r, scenario));
    }
    if !model.assumptions.is_empty() {
        warn_uncovered(root, model, scenario);
    }
}

pub fn print(model: &Model) -> Value {
    let each = model.assumptions.iter().map(|a| {
        Table::default()
            .with("path", a.path.as_str())
            .with("mark", MARK.word(a.mark))
            .with("provenance", PROVENANCE.word(a.provenance))
            .with_other("source", a.source.as_str(), "")
            .with_some("range", a.range.as_ref().map(print_range))
            .with_some("varies", print_varies(&a.varies))
            .with_some("law", a.law.map(|law| LAW.word(law)))
            .with_some("n", a.n.map(|n| n as i64))
            .with_some("cv", a.cv)
            .with_some("se", a.se.clone())
            .with_some("label", a.label.clone())
            .with_some("owner", a.owner.clone())
            .with("value", a.value.as_str())
    });
    each.collect()
}

fn print_range(range: &Between) -> Value {
    match range {
        Between::Ends(low, high) => [low.as_str(), high.as_str()].into_iter().collect(),
        Between::Words(words) => words.as_str().into(),
    }
}

fn print_varies(varies: &[Varied]) -> Option<Value> {
    if varies.iter().all(|v| v.ends.is_none()) {
        return (!varies.is_empty()).then(|| varies.iter().map(|v| v.key.as_str()).collect());
    }
    let ends = |(low, high): &(String, String)| Between::Ends(low.clone(), high.clone());
    let mut table = Table::braces();
    for v in varies {
        table.push(v.key.as_str(), v.ends.as_ref().map_or_else(|| "".into(), |e| print_range(&ends(e))));
    }
    Some(table.into())
}

/// One line of the register.
pub(super) fn line(r: &Reader, scenario: &Scenario) -> Option<Assumption> {
    let path = r.text("path")?;
    let value = match r.text("value") {
        Some(value) => Some(value.value.to_owned()),
        None => match scenario.get(path.value) {
            Some(node) => Some(as_text(node)),
            None => {
                r.report(no_key(path, scenario));
                None
            }
        },
    };
    let range = optional(r, "range", || range(&r.item("range")?));
    let varies = optional(r, "varies", || varies(&r.item("varies")?));
    let se = optional(r, "se", || r.item("se").and_then(|item| scalar(&item.node())));
    let (mark, provenance) = (r.word("mark", &MARK)?, r.word("provenance", &PROVENANCE)?);
    let range = range?;
    let decided = matches!(provenance, Provenance::Fixed | Provenance::Policy);
    let has_range = range.is_some() || ["varies", "n", "se"].iter().any(|key| r.has(key));
    if mark == Mark::Assumption && !has_range && !decided {
        let d = Diagnostic::warning(format!("the assumption about `{}` has no range", path.value))
            .at(r.place_of("path"));
        r.report(d.hint("between which values may it lie? range = [\"...\", \"...\"]"));
    }
    let text = |key: &str| r.text(key).map(|t| t.value.to_owned());
    Some(Assumption {
        path: path.value.to_owned(),
        value: value?,
        mark,
        provenance,
        source: text("source")?,
        range,
        varies: varies?.unwrap_or_default(),
        law: r.word("law", &LAW),
        n: r.count("n").map(|n| n.value),
        cv: r.quantity("cv").map(|cv| cv.value),
        se: se?,
        label: text("label"),
        owner: text("owner"),
    })
}

fn range(item: &Item) -> Option<Between> {
    let node = item.node();
    if let Some(text) = node.as_text() {
        return Some(Between::Words(text.value.to_owned()));
    }
    let ends: Option<Vec<String>> = node.as_array().and_then(|items| items.iter().map(scalar).collect());
    match ends.as_deref() {
        Some([low, high]) => Some(Between::Ends(low.clone(), high.clone())),
        _ => {
            item.sink().push(node.wrong_kind(&RANGE));
            None
        }
    }
}

/// One key, several with the range of the line, or several with a range each.
fn varies(item: &Item) -> Option<Vec<Varied>> {
    let plain = |text: Text| Varied { key: text.value.to_owned(), ends: None };
    match item.kind() {
        Kind::Text => Some(vec![plain(item.text()?)]),
        Kind::List(_) => item.list().iter().map(|key| key.text().map(plain)).collect(),
        _ => (item.map().into_iter())
            .map(|(key, item)| match range(&item)? {
                Between::Ends(low, high) => {
                    Some(Varied { key: key.value.to_owned(), ends: Some((low, high)) })
                }
                Between::Words(_) => {
                    item.sink().push(item.node().wrong_kind(&RANGE));
                    None
                }
            })
            .collect(),
    }
}

fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text { text, .. } | Value::Datetime(text) => Some(text.clone()),
        Value::Integer(i) => Some(i.to_string()),
        Value::Float(f) => Some(f.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Table(_) | Value::Array(_) => None,
    }
}

/// The value for a table of the report: in words, or how much there is.
fn as_text(node: &Node) -> String {
    const LONGEST: usize = 120;
    let section = || match &node.value {
        Value::Table(table) if !table.inline => Some(table.entries.len()),
        Value::Array(items) => {
            items.iter().any(|i| i.as_table().is_some_and(|t| !t.inline)).then_some(items.len())
        }
        _ => None,
    };
    match (scalar(node), section()) {
        (Some(text), _) => text,
        (None, Some(1)) => "1 entry".to_owned(),
        (None, Some(n)) => format!("{n} entries"),
        (None, None) => Some(plain(node))
            .filter(|text| text.len() <= LONGEST)
            .unwrap_or_else(|| "see the scenario".to_owned()),
    }
}

fn no_key(path: Text, scenario: &Scenario) -> Diagnostic {
    // The part of the path that exists, and what could follow it.
    let segments: Vec<&str> = path.value.split('.').collect();
    let known = (0..segments.len()).rev().find_map(|n| {
        let table = if n == 0 {
            Some(&scenario.root)
        } else {
            scenario.get(&segments[..n].join(".")).and_then(Node::as_table)
        };
        table.map(|table| (n, table))
    });
    let d = Diagnostic::error(format!("the scenario has no key `{}`", path.value)).at(path.span);
    let Some((n, table)) = known else { return d };
    match suggest(segments[n], table.entries.iter().map(|e| e.key.as_str())) {
        Some(hint) => d.hint(format!("`{}`: {hint}", segments[n])),
        None => d,
    }
}

/// Inputs without a line, in one sentence.
fn warn_uncovered(root: &Reader, model: &Model, scenario: &Scenario) {
    let mut inputs = Vec::new();
    for section in SECTIONS {
        if let (Some(node), Some(field)) = (scenario.root.get(section), ROOT.field(section)) {
            collect(node, &field.kind, section, &mut inputs);
        }
    }
    let covered = |input: &str| {
        model.assumptions.iter().any(|a| {
            input.strip_prefix(a.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let missing: Vec<_> = inputs.iter().filter(|input| !covered(input)).collect();
    if !missing.is_empty() {
        let first: Vec<_> = missing.iter().take(3).map(|path| format!("`{path}`")).collect();
        let more = if missing.len() > 3 { ", ..." } else { "" };
        root.report(
            Diagnostic::warning(format!(
                "{} of {} inputs have no line in the assumptions register",
                missing.len(),
                inputs.len()
            ))
            .at(root.place_of("assumption"))
            .hint(format!(
                "without one: {}{more}; a line for a table covers everything in it",
                first.join(", ")
            )),
        );
    }
}

/// The paths of all written inputs.
fn collect(node: &Node, kind: &'static Kind, path: &str, inputs: &mut Vec<String>) {
    match (kind.pick(&node.value), &node.value) {
        (Kind::Table(schema), Value::Table(table)) => {
            for e in &table.entries {
                if let Some(field) = schema.field(&e.key) {
                    collect(&e.node, &field.kind, &format!("{path}.{}", quoted(&e.key)), inputs);
                }
            }
        }
        (Kind::Map(_, of), Value::Table(table)) => {
            let each = |e: &Entry| collect(&e.node, of, &format!("{path}.{}", quoted(&e.key)), inputs);
            table.entries.iter().for_each(each);
        }
        // The numbers of a list belong together; tables in a list are things of their own.
        (Kind::List(of @ Kind::Table(_)), Value::Array(items)) => {
            items.iter().enumerate().for_each(|(i, item)| collect(item, of, &format!("{path}.{i}"), inputs));
        }
        (
            Kind::Quantity(..) | Kind::Share | Kind::Count | Kind::Dist(_) | Kind::Amount(_) | Kind::Weekly,
            _,
        ) => inputs.push(path.to_owned()),
        (Kind::List(Kind::Quantity(..) | Kind::Other { .. }), _) => inputs.push(path.to_owned()),
        (Kind::Other { .. }, _) if has_number(node) => inputs.push(path.to_owned()),
        _ => {}
    }
}

/// Names and flags are no inputs.
fn has_number(node: &Node) -> bool {
    match &node.value {
        Value::Integer(_) | Value::Float(_) | Value::Datetime(_) => true,
        Value::Text { text, .. } => text.contains(|c: char| c.is_ascii_digit()),
        Value::Bool(_) => false,
        Value::Table(table) => table.entries.iter().any(|e| has_number(&e.node)),
        Value::Array(items) => items.iter().any(has_number),
    }
}
