//! `[lever.NAME]`: what a decision can set, and within which limits, for `turnaround optimise`.

use super::{ROOT, Range, Scenario, between};
use crate::diag::{Diagnostic, Sink, Span};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Change, Node, Reader};
use crate::units::Dim;

const KEY: Kind = Kind::Text;
const AMOUNT: Kind = Kind::Other { expected: "a value that the keys can have", example: "2" };

pub static SCHEMA: Schema = Schema {
    name: "lever",
    doc: "What a decision can set: one or several keys that have the same value. `turnaround optimise` looks for the best values. Other \
          commands leave levers aside.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::required("keys", Kind::List(&KEY), "the keys that are set to the value"),
        Field::required("low", AMOUNT, "the smallest value"),
        Field::required("high", AMOUNT, "the largest value"),
        Field::optional(
            "step",
            AMOUNT,
            "distance of neighbouring values; 1 for counts, else any value when absent",
        ),
    ],
    example: "[lever.spares]\nlabel = \"Spare engines\"\nkeys = [\"part.engine.stock.0.initial\", \
              \"part.engine.stock.0.policy.base_stock\"]\nlow = 0\nhigh = 6",
};

/// Keys that are set to one value between limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    pub name: String,
    pub label: String,
    /// One for each key; all hold quantities of one kind.
    keys: Vec<Range>,
    /// Distance of neighbouring values [base units]; none: any value.
    pub step: Option<f64>,
}

impl Lever {
    /// Of keys that have the same value between `low` and `high`.
    ///
    /// # Errors
    /// When a key holds no single quantity, or of another kind than the first, or an amount is none for it.
    pub fn new(
        scenario: &Scenario,
        (name, label): (&str, &str),
        keys: &[&str],
        (low, high): (&str, &str),
        step: Option<&str>,
    ) -> Result<Self, Diagnostic> {
        let ranges: Vec<Range> =
            keys.iter().map(|key| between(scenario, key, low, high)).collect::<Result<_, _>>()?;
        let Some(first) = ranges.first() else {
            return Err(Diagnostic::error(format!("the lever `{name}` has no keys")));
        };
        let other = ranges
            .iter()
            .find(|r| r.unit.dim != first.unit.dim || r.unit.is_count() != first.unit.is_count());
        if let Some(other) = other {
            let message = format!("`{}` and `{}` cannot have the same value", first.path, other.path);
            return Err(Diagnostic::error(message).hint("the keys of a lever hold quantities of one kind"));
        }
        let step = match step {
            Some(text) => Some(first.unit.read(text)?),
            None => first.unit.is_count().then_some(1.0),
        };
        if step.is_some_and(|s| s <= 0.0 || s > first.high - first.low) {
            let d =
                Diagnostic::error(format!("the step of the lever `{name}` does not fit between its limits"));
            return Err(d.hint("the step is larger than zero, and not larger than high less low"));
        }
        Ok(Self { name: name.to_owned(), label: label.to_owned(), keys: ranges, step })
    }

    fn first(&self) -> &Range {
        &self.keys[0]
    }

    /// Limits [base units].
    pub fn limits(&self) -> (f64, f64) {
        (self.first().low, self.first().high)
    }

    /// The value as it is written, of the first key [base units].
    pub fn written(&self) -> f64 {
        self.first().mode
    }

    pub fn dim(&self) -> Dim {
        self.first().unit.dim
    }

    /// A value [base units] as it would be written.
    pub fn text(&self, value: f64) -> String {
        self.first().unit.text(value)
    }

    /// As [`text`](Self::text), with three significant digits.
    pub fn short(&self, value: f64) -> String {
        self.first().unit.short(value)
    }

    /// What sets the lever to this value [base units].
    pub fn changes(&self, value: f64) -> Vec<Change> {
        self.keys.iter().flat_map(|key| key.changes(value)).collect()
    }

    /// All keys.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.path.as_str())
    }
}

/// The levers of a scenario, as far as they are right.
pub fn levers(scenario: &Scenario) -> Vec<Lever> {
    let sink = Sink::default();
    read(&Reader::open(scenario, &ROOT, &sink), scenario)
}

/// Tells what is wrong with levers.
pub fn check(root: &Reader, scenario: &Scenario) {
    read(root, scenario);
}

fn read(root: &Reader, scenario: &Scenario) -> Vec<Lever> {
    let each = |(name, r): (&str, Reader)| {
        let label = r.text("label").map_or_else(|| super::arms::titled(name), |t| t.value.to_owned());
        let keys = r.list("keys");
        let keys: Vec<&str> = keys.iter().filter_map(|item| item.text()).map(|t| t.value).collect();
        let amount = |key: &str| r.item(key).map(|item| super::arms::plain(&Node::clone(&item.node())));
        let (low, high) = (amount("low")?, amount("high")?);
        let place: Span = r.place_of("keys");
        let made = match forbidden(&keys) {
            Some(d) => Err(d),
            None => Lever::new(scenario, (name, &label), &keys, (&low, &high), amount("step").as_deref()),
        };
        r.sink().take(made.map_err(|d| if d.span.is_some() { d } else { d.at(place) }))
    };
    let written = root.map("lever");
    written.iter().filter_map(|(name, item)| each((name.value, item.table()?))).collect()
}

fn forbidden(keys: &[&str]) -> Option<Diagnostic> {
    let is_forbidden = |key: &&&str| {
        let first = key.split('.').next().unwrap_or_default();
        first != "arm" && super::arms::NOT_THE_WORLD.contains(&first)
    };
    let key = keys.iter().find(is_forbidden)?;
    let d = Diagnostic::error(format!("a lever cannot change `{key}`"));
    Some(d.hint("name a key that says how the world is, for example \"team.clerks.members\""))
}
