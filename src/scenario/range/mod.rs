//! Inputs that may have other values: the ranges of the assumptions register as numbers.
//!
//! A line of the register can be varied when it names one quantity (its path, or the keys of `varies` inside it) and says
//! how well that is known: `range = [low, high]`, or the observations behind it (`n`, `cv`, `se`). What is in words
//! stays in words. A sampled value becomes a [`Change`], as arms and `-S` are.

mod law;
mod levers;
mod observations;
mod sampled;
mod written;

pub use law::Law;
pub use observations::Observations;
pub use sampled::{Sampled, Varied, varied};
pub use written::Written;

use super::assumptions::line;
use super::{ROOT, Scenario};
use crate::diag::{Diagnostic, Severity, Sink, Span};
use crate::model::{Assumption, Between, Model, Provenance, RangeLaw};
use crate::text::{Change, Node, Reader, Value, quoted};
use law::Observed;

/// An input with a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The key that holds the quantity.
    pub path: String,
    /// What it is called in pictures and tables.
    pub label: String,
    /// Smallest value, or the 5 % point of a law without an end [base units].
    pub low: f64,
    /// The value as it is written [base units].
    pub mode: f64,
    /// Largest value, or the 95 % point of a law without an end [base units].
    pub high: f64,
    /// How the value is written.
    pub unit: Written,
    pub law: Law,
    pub provenance: Provenance,
    /// The line of the register that it comes from.
    pub line: Option<usize>,
    /// Keys that move with this one, by the same share of their own laws.
    also: Vec<Range>,
    /// The other shares of the same whole, which keep their proportions.
    shares: Vec<Share>,
    span: Span,
}

#[derive(Clone, Debug, PartialEq)]
struct Share {
    path: String,
    value: f64,
    unit: Written,
}

impl Range {
    /// The value [base units] with this share of the law below it, 0 < u < 1.
    pub fn quantile(&self, u: f64) -> f64 {
        self.law.quantile(u)
    }

    /// The changes that write this value [base units] into the scenario: of the key itself, of the other shares of its
    /// whole, and of the keys that move with it.
    pub fn changes(&self, value: f64) -> Vec<Change> {
        let mut changes = self.own_changes(value);
        let u = self.law.below(value);
        changes.extend(self.also.iter().flat_map(|other| other.own_changes(other.quantile(u))));
        changes
    }

    /// All keys that the input changes.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let each = std::iter::once(self).chain(&self.also);
        each.flat_map(|r| std::iter::once(r.path.as_str()).chain(r.shares.iter().map(|s| s.path.as_str())))
    }

    fn own_changes(&self, value: f64) -> Vec<Change> {
        let change = |path: &str, value: Value| Change::new(path, self.span, Node { span: self.span, value });
        let rest: f64 = self.shares.iter().map(|share| share.value).sum();
        // What is left for the others, so that the whole stays what it is.
        let factor = if rest > 0.0 { (rest + self.mode - value) / rest } else { 1.0 };
        let own = change(&self.path, self.unit.node(value));
        let others = self.shares.iter().map(|s| change(&s.path, s.unit.node((s.value * factor).max(0.0))));
        std::iter::once(own).chain(others).collect()
    }
}

/// All inputs of the register that can be varied.
pub fn ranges(scenario: &Scenario, model: &Model) -> Vec<Range> {
    let mut ranges = read(scenario, &Sink::default());
    ranges.iter_mut().filter(|r| r.label.is_empty()).for_each(|r| r.label = label(&r.path, model));
    ranges
}

/// What is wrong with the ranges of the register, and what arms set without one.
pub(super) fn check(scenario: &Scenario) -> Vec<Diagnostic> {
    let sink = Sink::default();
    let ranges = read(scenario, &sink);
    let mut found = sink.into_vec();
    found.extend(levers::check(scenario, &ranges));
    found
}

/// The key with every value between two, as `-S key=low..high` says it.
///
/// # Errors
/// When the key holds no single quantity, or the ends are none for it.
pub fn between(scenario: &Scenario, path: &str, low: &str, high: &str) -> Result<Range, Diagnostic> {
    let target = target(scenario, path, Span::default())?;
    let (low, high) = ends(&target.unit, low, high)?;
    let law = Law::of_range(RangeLaw::Uniform, (low, target.mode, high), false, false);
    let law = law.map_err(Diagnostic::error)?;
    Ok(target.range(low, high, law, Provenance::Expert))
}

fn read(scenario: &Scenario, sink: &Sink) -> Vec<Range> {
    // Mistakes of the text are reported where it is lowered.
    let elsewhere = Sink::default();
    let root = Reader::open(scenario, &ROOT, &elsewhere);
    let mut ranges: Vec<Range> = Vec::new();
    for (i, item) in root.list("assumption").iter().enumerate() {
        let Some(r) = item.table() else { continue };
        let Some(assumption) = line(&r, scenario) else { continue };
        // A line that brings its value along may be about no key of this file.
        if r.has("value") && scenario.get(&assumption.path).is_none() {
            continue;
        }
        let found = of_line(&assumption, scenario, &|key| r.place_of(key));
        let Some(Some(range)) = sink.take(found) else { continue };
        let twice = ranges.iter().find_map(|old| old.keys().find(|key| range.keys().any(|new| new == *key)));
        if let Some(key) = twice {
            let d = Diagnostic::error(format!("`{key}` is varied by two lines of the register"));
            sink.push(d.at(r.place_of("path")).hint("let one line vary it, or make one of them `fixed`"));
            continue;
        }
        ranges.push(Range { line: Some(i), ..range });
    }
    ranges
}

/// The range of a line of the register; none when it is not to be varied, or is in words.
fn of_line(
    a: &Assumption,
    scenario: &Scenario,
    place: &dyn Fn(&str) -> Span,
) -> Result<Option<Range>, Diagnostic> {
    if matches!(a.provenance, Provenance::Fixed | Provenance::Policy) {
        return Ok(None);
    }
    let line_ends = match &a.range {
        Some(Between::Ends(low, high)) => Some((low.as_str(), high.as_str())),
        _ => None,
    };
    let counted = a.n.is_some() || a.cv.is_some() || a.se.is_some();
    let known = a.varies.iter().any(|v| v.ends.is_some()) || line_ends.is_some() || counted;
    if !known && a.provenance == Provenance::Data && a.varies.iter().all(|v| from_file(scenario, a, &v.key)) {
        return Ok(None);
    }
    if !known {
        let d = || {
            Diagnostic::error(format!("`{}` is to be varied, but nothing says between which values", a.path))
        };
        let hint = "give range = [low, high], or the observations behind it: n, cv, se";
        return if a.varies.is_empty() { Ok(None) } else { Err(d().at(place("varies")).hint(hint)) };
    }
    if a.varies.is_empty() {
        let single = scenario.get(&a.path).is_some_and(|n| Written::of(n, kind(scenario, &a.path)).is_some());
        return match (single, counted) {
            (true, _) => of_key(a, &a.path, line_ends, scenario, place),
            // A range in the prose of a line about a whole table.
            (false, false) => Ok(None),
            (false, true) => Err(no_quantity(&a.path).at(place("path"))),
        };
    }
    let mut all = Vec::new();
    for varied in &a.varies {
        let path = inside(scenario, &a.path, &varied.key);
        let own = varied.ends.as_ref().map(|(low, high)| (low.as_str(), high.as_str()));
        let Some(range) = of_key(a, &path, own.or(line_ends), scenario, place)? else { return Ok(None) };
        all.push(range);
    }
    let mut all = all.into_iter();
    Ok(all.next().map(|first| Range { also: all.collect(), ..first }))
}

/// Whether a key of a line is a law whose rows are drawn again (see [`Observations`]).
fn from_file(scenario: &Scenario, a: &Assumption, key: &str) -> bool {
    scenario.get(&format!("{}.empirical.file", inside(scenario, &a.path, key))).is_some()
}

/// The range of one key of a line.
fn of_key(
    a: &Assumption,
    path: &str,
    range: Option<(&str, &str)>,
    scenario: &Scenario,
    place: &dyn Fn(&str) -> Span,
) -> Result<Option<Range>, Diagnostic> {
    let key = if a.varies.is_empty() { "path" } else { "varies" };
    // A law that was replaced as a whole, by -S for example, has no longer the part that the line varies.
    let severity = if scenario.get(path).is_none() { Severity::Warning } else { Severity::Error };
    let target =
        target(scenario, path, place(key)).map_err(|d| Diagnostic { severity, ..d.at(place(key)) })?;
    let (unit, mode) = (&target.unit, target.mode);
    let (share, positive) = (unit.is_share(), unit.is_positive());
    let at_range = |d: Diagnostic| d.at(place(if a.range.is_some() { "range" } else { "varies" }));
    let data = Observed {
        n: a.n,
        cv: a.cv,
        se: a.se.as_deref().map(|se| unit.read(se)).transpose().map_err(|d| d.at(place("se")))?,
    };
    let named = a.label.clone().unwrap_or_default();
    if data != Observed::default() {
        let law = Law::of_data(mode, data, share, positive).map_err(|why| {
            let key = ["n", "cv", "se"][[a.n.is_some(), a.cv.is_some()].iter().position(|x| *x).unwrap_or(2)];
            let d = Diagnostic::error(format!("`{path}`: {why}")).at(place(key));
            d.hint("or say between which values it may lie: range = [low, high]")
        })?;
        let (low, high) = (law.quantile(0.05), law.quantile(0.95));
        return Ok(Some(Range { label: named, ..target.range(low, high, law, a.provenance) }));
    }
    let Some((low, high)) = range else {
        let d = Diagnostic::error(format!("nothing says between which values `{path}` may lie"));
        return Err(d
            .at(place("varies"))
            .hint("range = [low, high] for the line, or for each key of `varies`"));
    };
    let (low, high) = ends(unit, low, high).map_err(at_range)?;
    if !(low..=high).contains(&mode) {
        let (mode, low, high) = (unit.text(mode), unit.text(low), unit.text(high));
        let d =
            Diagnostic::warning(format!("`{path}` is {mode}, which its range of {low} to {high} leaves out"));
        return Err(at_range(d).hint("it is not varied: mend the value or the range"));
    }
    let law = a.law.unwrap_or(RangeLaw::Pert);
    let law = Law::of_range(law, (low, mode, high), share, positive).map_err(|why| {
        at_range(Diagnostic::error(format!("`{path}`: {why}"))).hint("another `law` may suit the range")
    })?;
    Ok(Some(Range { label: named, ..target.range(low, high, law, a.provenance) }))
}

/// A key that holds one quantity.
struct Target {
    path: String,
    mode: f64,
    unit: Written,
    shares: Vec<Share>,
    span: Span,
}

impl Target {
    fn range(self, low: f64, high: f64, law: Law, provenance: Provenance) -> Range {
        let Self { path, mode, unit, shares, span } = self;
        let (label, line, also) = (String::new(), None, Vec::new());
        Range { path, label, low, mode, high, unit, law, provenance, line, also, shares, span }
    }
}

fn target(scenario: &Scenario, path: &str, span: Span) -> Result<Target, Diagnostic> {
    let Some(node) = scenario.get(path) else {
        let d = Diagnostic::error(format!("the scenario has no key `{path}`, so it is not varied"));
        return Err(d.hint("a range is of a key that is written in the file"));
    };
    let (unit, mode) = Written::of(node, kind(scenario, path)).ok_or_else(|| no_quantity(path))?;
    let shares = shares(scenario, path);
    Ok(Target {
        path: path.to_owned(),
        mode,
        unit,
        shares,
        span: if span == Span::default() { node.span } else { span },
    })
}

fn ends(unit: &Written, low: &str, high: &str) -> Result<(f64, f64), Diagnostic> {
    let (from, to) = (unit.read(low)?, unit.read(high)?);
    if from < to {
        return Ok((from, to));
    }
    let d = Diagnostic::error(format!("a range begins with its smaller value, not with {low} before {high}"));
    Err(d.hint("range = [low, high]"))
}

fn kind(scenario: &Scenario, path: &str) -> Option<&'static crate::text::schema::Kind> {
    scenario.kind(path, &ROOT)
}

fn no_quantity(path: &str) -> Diagnostic {
    let d = Diagnostic::error(format!("`{path}` holds no single quantity that could be varied"));
    d.hint("name the key inside it with `varies`, for example varies = \"lognormal.mean\"")
}

/// The path of a key inside another. A list of changes has paths for keys, which are quoted.
fn inside(scenario: &Scenario, path: &str, key: &str) -> String {
    let plain = format!("{path}.{key}");
    let whole = format!("{path}.{}", quoted(key));
    if scenario.get(&plain).is_none() && scenario.get(&whole).is_some() { whole } else { plain }
}

/// The other shares of the whole that a key is a share of: the other ways of a choice by chance, the other levels of a
/// draw, the other weights of a mixture.
fn shares(scenario: &Scenario, path: &str) -> Vec<Share> {
    let Some((parent, own)) = path.rsplit_once('.') else { return Vec::new() };
    let (list, last) = parent.rsplit_once('.').unwrap_or(("", parent));
    let share = |path: String| {
        let (unit, value) = Written::of(scenario.get(&path)?, kind(scenario, &path))?;
        Some(Share { path, value, unit })
    };
    let count = |path: &str| scenario.get(path).and_then(Node::as_array).map_or(0, <[Node]>::len);
    let others: Vec<String> = match (own, last) {
        // process.restore.step.quick_or_shop.choose.0.chance
        ("chance", i) => {
            (0..count(list)).filter(|k| k.to_string() != i).map(|k| format!("{list}.{k}.chance")).collect()
        }
        // process.get_part.step.class.set.to.choose.slow
        (_, "choose") => match scenario.get(parent).and_then(Node::as_table) {
            Some(table) => {
                let keys = table.entries.iter().map(|e| quoted(&e.key)).filter(|key| key != own);
                keys.map(|key| format!("{parent}.{key}")).collect()
            }
            None => Vec::new(),
        },
        // ...lead_time.mixture.weights.2
        (i, "weights") => {
            (0..count(parent)).filter(|k| k.to_string() != i).map(|k| format!("{parent}.{k}")).collect()
        }
        _ => Vec::new(),
    };
    others.into_iter().filter_map(share).collect()
}

/// A name for people, from the labels of the things that a path goes through.
fn label(path: &str, model: &Model) -> String {
    if let Some((arm, inner)) = path.strip_prefix("arm.").and_then(|rest| rest.split_once(".set.")) {
        return format!("{} ({})", label(&inner.replace('"', ""), model), arm.replace('_', " "));
    }
    let words = |text: &str| text.replace(['.', '_'], " ");
    if let Some((cost, rest)) = path.strip_prefix("money.cost.").and_then(|rest| rest.split_once('.'))
        && let Some(cost) = model.money.iter().flat_map(|money| &money.costs).find(|c| c.name == cost)
    {
        return format!("{}: {}", cost.label, words(rest));
    }
    let thing = path.match_indices('.').rev().find_map(|(at, _)| {
        let (key, rest) = (&path[..at], &path[at + 1..]);
        Some(format!("{}: {}", model.labels.get(key)?, words(rest)))
    });
    thing.unwrap_or_else(|| words(path.split_once('.').map_or(path, |(_, rest)| rest)))
}
