//! `[metric.NAME]` and `[constant]`: what is reported, and how financial figures follow from operating ones.

use super::formulas;
use super::measures::{self, Named};
use crate::activity::{Scope, exactly_one, optional};
use crate::diag::{Diagnostic, Span, Spanned, suggest};
use crate::expr::Expr;
use crate::ids::{Id, MeasureId, MetricId};
use crate::model::{Better, Level, Measure, MeasureDef, Metric, MetricOf, Model, Sampled};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Reader, Table, Text, Value, Words, quantity};
use crate::units::Dim;

static LEVEL: Words<Level, 3> = Words::new([
    ("front_line", Level::FrontLine, "what people at work see"),
    ("operating", Level::Operating, "what the operation is run by"),
    ("financial", Level::Financial, "money"),
]);

static BETTER: Words<Better, 3> = Words::new([
    ("lower", Better::Lower, "less is better"),
    ("higher", Better::Higher, "more is better"),
    ("neutral", Better::Neutral, "shown, not judged"),
]);

const MEASURE: Kind = Kind::Text;
pub const CONSTANT: Kind = Kind::Other { expected: "a number with its unit", example: "\"$45.36/h\"" };

pub static SCHEMA: Schema = Schema {
    name: "metric",
    doc: "A figure of the report: a function of measures, or a formula over other metrics. Exactly one of `mean`, `quantile`, \
          `share_over`, `ratio`, `rate` and `formula` says which.",
    fields: &[
        Field::optional(
            "label",
            Kind::Text,
            "what it is called in tables; the name in plain words when absent",
        ),
        Field::default("doc", Kind::Text, "", "one sentence: what it says"),
        Field::default(
            "level",
            LEVEL.kind(),
            "operating",
            "where it stands between the shop floor and money",
        ),
        Field::optional(
            "unit",
            Kind::Text,
            "unit in which it is shown: `\"h\"`, `\"%\"`, `\"$/y\"`, `\"h per 10,000 miles\"`",
        ),
        Field::default("better", BETTER.kind(), "neutral", "which direction is better"),
        Field::optional(
            "matters",
            Kind::Other { expected: "a percentage, or an amount of the metric", example: "\"5 %\"" },
            "the smallest change that matters: relative (`\"5 %\"`), or an amount with its unit",
        ),
        Field::optional("mean", MEASURE, "mean over cases of a measure such as `\"restore.time\"`"),
        Field::optional("quantile", Kind::Table(&QUANTILE), "quantile over cases"),
        Field::optional("share_over", Kind::Table(&SHARE_OVER), "share of cases above a limit"),
        Field::optional("ratio", Kind::List(&MEASURE), "sum of a measure over sum of another"),
        Field::optional(
            "rate",
            MEASURE,
            "sum of a measure by elapsed time; a time average where the measure is a time",
        ),
        Field::optional(
            "formula",
            Kind::Text,
            "an expression over other metrics, constants and numbers with units",
        ),
        Field::optional("where", Kind::Condition, "only cases for which this holds when they end"),
    ],
    example: "[metric.\"restore_time.p90\"]\nunit = \"h\"\nbetter = \"lower\"\nmatters = \"5 %\"\n\
              quantile = { of = \"restore.time\", p = \"90 %\" }",
};

static QUANTILE: Schema = Schema {
    name: "quantile",
    doc: "The value that this share of the cases does not exceed.",
    fields: &[Field::required("of", MEASURE, "the measure"), Field::required("p", Kind::Share, "the share")],
    example: "quantile = { of = \"restore.time\", p = \"90 %\" }",
};

static SHARE_OVER: Schema = Schema {
    name: "share over",
    doc: "The share of the cases above a limit.",
    fields: &[
        Field::required("of", MEASURE, "the measure"),
        Field::required(
            "limit",
            Kind::Other { expected: "an amount of the measure", example: "\"4 h\"" },
            "the limit",
        ),
    ],
    example: "share_over = { of = \"visit.waiting\", limit = \"20 min\" }",
};

/// A metric on its way: everything but what it is of.
struct Head {
    metric: Metric,
    place: Span,
}

pub fn read(root: &Reader, model: &mut Model, scope: &Scope) {
    let known = measures::all(model);
    let constants = formulas::constants(root);
    let readers = root.map("metric");
    let mut of: Vec<Option<(MetricOf, Dim)>> = Vec::new();
    let mut asts = Vec::new();
    for (name, item) in &readers {
        check_name(root, *name, &constants);
        let read = item.table().and_then(|r| direct(&r, &known, model, scope));
        let formula = item.table().and_then(|r| formulas::parse(&r, &constants));
        of.push(read);
        asts.push(formula);
    }
    formulas::link(root, &readers, &mut of, &asts, &constants);
    let mut numbers: Vec<Option<MetricId>> = Vec::new();
    for ((name, item), of) in readers.iter().zip(of) {
        let finished = item.table().and_then(|r| match of {
            Some((of, dim)) => finish(&r, Head { metric: head(name.value, of, dim), place: name.span }),
            None => {
                mistakes_besides(&r);
                None
            }
        });
        numbers.push(finished.map(|metric| model.metrics.push(metric)));
    }
    // A metric with mistakes is left out, and the others move up: money asks what formulas are made of.
    for metric in model.metrics.iter_mut() {
        let MetricOf::Formula(_, needs) = &mut metric.of else { continue };
        *needs = needs.iter().filter_map(|n| numbers[n.index()]).collect();
    }
    measure_stages(model);
}

/// The stages of every duration that a metric is about: the breakdown of a report shows them all.
fn measure_stages(model: &mut Model) {
    let durations: Vec<MeasureDef> = (model.measures.iter())
        .filter(|m| matches!(m.what, Measure::Case(_, Sampled::CycleTime)))
        .cloned()
        .collect();
    let stages: Vec<_> = model.stages.iter_ids().map(|(id, stage)| (id, stage.name.clone())).collect();
    for duration in durations {
        let Measure::Case(process, _) = duration.what else { continue };
        for (id, stage) in &stages {
            let name = format!("{}.stage_all.{stage}", model.processes[process].name);
            let what = Measure::Case(process, Sampled::StageTimeAll(*id));
            let def = MeasureDef { name, what, ..duration.clone() };
            if model.measures.iter().all(|m| *m != def) {
                model.measures.push(def);
            }
        }
    }
}

pub fn print(model: &Model) -> Table {
    let mut section = Table::default();
    let measure = |id: MeasureId| model.measures[id].name.as_str();
    for metric in model.metrics.iter() {
        let table = Table::default()
            .with("label", metric.label.as_str())
            .with_other("doc", metric.doc.as_str(), "")
            .with("level", LEVEL.word(metric.level))
            .with("unit", metric.unit.as_str())
            .with("better", BETTER.word(metric.better))
            .with_some("matters", metric.matters.map(|m| print_matters(m, metric)));
        let table = match &metric.of {
            MetricOf::Mean(m) => table.with("mean", measure(*m)),
            MetricOf::Quantile(m, p) => {
                table.with("quantile", Table::braces().with("of", measure(*m)).with("p", *p))
            }
            MetricOf::ShareOver(m, limit) => {
                let limit = print_amount(*limit, model.measures[*m].dim);
                table.with("share_over", Table::braces().with("of", measure(*m)).with("limit", limit))
            }
            MetricOf::Ratio(a, b) => {
                table.with("ratio", [measure(*a), measure(*b)].into_iter().collect::<Value>())
            }
            MetricOf::Rate(m) => table.with("rate", measure(*m)),
            MetricOf::Formula(expr, _) => table.with("formula", expr.text()),
        };
        let filter = measures_of(&metric.of).into_iter().find_map(|m| model.measures[m].filter.as_ref());
        section.push(metric.name.as_str(), table.with_some("where", filter.map(Expr::text)));
    }
    section
}

/// The metric with this name; also what the primary metric and known answers refer to.
pub fn named(text: &Text, root: &Reader, model: &Model) -> Option<MetricId> {
    if let Some((id, _)) = model.metrics.iter_ids().find(|(_, m)| m.name == text.value) {
        return Some(id);
    }
    // A metric with mistakes of its own is still known by name.
    let known = root.map("metric");
    if known.iter().all(|(name, _)| name.value != text.value) {
        let d = Diagnostic::error(format!("no metric is called `{}`", text.value)).at(text.span);
        root.report(match suggest(text.value, known.iter().map(|(name, _)| name.value)) {
            Some(hint) => d.hint(hint),
            None => d.hint("the scenario declares no metric"),
        });
    }
    None
}

/// An amount of this dimension: bare where it is a number.
pub fn read_amount(item: &Item, dim: Dim) -> Option<f64> {
    item.sink().take(item.node().quantity(dim, crate::text::schema::Sign::Any))
}

pub fn print_amount(value: f64, dim: Dim) -> Value {
    if dim == Dim::NUMBER { value.into() } else { quantity::print(value, dim).into() }
}

fn check_name(root: &Reader, name: Spanned<&str>, constants: &formulas::Constants) {
    let word = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    if !name.value.split('.').all(word) {
        let d = Diagnostic::error(format!("`{}` cannot be the name of a metric", name.value)).at(name.span);
        root.report(d.label("names are words of letters, digits and `_`, joined by points"));
    }
    if constants.contains_key(name.value) {
        let d = Diagnostic::error(format!("`{}` is the name of a constant, too", name.value)).at(name.span);
        root.report(d.hint("a formula could mean either: rename one"));
    }
}

/// What a metric is of, where that is no formula.
fn direct(r: &Reader, known: &[Named], model: &mut Model, scope: &Scope) -> Option<(MetricOf, Dim)> {
    let way = exactly_one(r, &["mean", "quantile", "share_over", "ratio", "rate", "formula"])?;
    let filter = optional(r, "where", || scope.condition(&r.text("where")?, r.sink()))?;
    let mut find = |text: Text, sampled: bool| measure(text, sampled, r, known, filter.as_ref(), model);
    let (of, dim) = match way {
        "mean" => {
            let (m, dim) = find(r.text("mean")?, true)?;
            (MetricOf::Mean(m), dim)
        }
        "quantile" => {
            let inner = r.table("quantile")?;
            let (m, dim) = find(inner.text("of")?, true)?;
            (MetricOf::Quantile(m, inner.quantity("p")?.value), dim)
        }
        "share_over" => {
            let inner = r.table("share_over")?;
            let (m, dim) = find(inner.text("of")?, true)?;
            (MetricOf::ShareOver(m, read_amount(&inner.item("limit")?, dim)?), Dim::NUMBER)
        }
        "ratio" => {
            let pair: Vec<_> = r.list("ratio").iter().filter_map(|item| item.text()).collect();
            if r.item("ratio").is_none_or(|item| item.node().as_array().is_none()) {
                return None;
            }
            let [a, b] = pair.as_slice() else {
                let d = Diagnostic::error("a ratio is of two measures").at(r.place_of("ratio"));
                r.report(d.hint("for example ratio = [\"parts.filled\", \"parts.demanded\"]"));
                return None;
            };
            let (a, b) = (find(*a, false), find(*b, false));
            let ((a, above), (b, below)) = (a?, b?);
            (MetricOf::Ratio(a, b), above.per(below))
        }
        "rate" => {
            let (m, dim) = find(r.text("rate")?, false)?;
            (MetricOf::Rate(m), dim.per(Dim::TIME))
        }
        _ => {
            if r.has("where") {
                let d = Diagnostic::error("a formula has no `where`").at(r.place_of("where"));
                r.report(d.hint("filter the metrics that it uses"));
            }
            return None;
        }
    };
    let sampled = measures_of(&of).into_iter().any(|m| measures::is_sampled(&model.measures[m].what));
    if filter.is_some() && !sampled {
        let d = Diagnostic::error("`where` filters cases, but this metric has no measure of cases")
            .at(r.place_of("where"));
        r.report(d.hint(
            "measures of cases are PROCESS.time, PROCESS.stage.STAGE, PROCESS.attribute.NAME and so on",
        ));
        return None;
    }
    Some((of, dim))
}

/// The measure with this name, declared when it is used for the first time.
fn measure(
    text: Text,
    sampled: bool,
    r: &Reader,
    known: &[Named],
    filter: Option<&Expr>,
    model: &mut Model,
) -> Option<(MeasureId, Dim)> {
    let Some(named) = known.iter().find(|n| n.name == text.value) else {
        if unread(text.value, r, known) {
            return None;
        }
        let d = Diagnostic::error(format!("nothing is measured as `{}`", text.value)).at(text.span);
        r.report(d.hint(match near(text.value, known) {
            Some(hint) => hint,
            None => "docs/scenario-reference.md lists the measures".to_owned(),
        }));
        return None;
    };
    if sampled && !measures::is_sampled(&named.what) {
        let d = Diagnostic::error(format!("`{}` is not measured case by case", text.value)).at(text.span);
        r.report(d.hint("use `rate` (by time) or `ratio` (by another measure)"));
        return None;
    }
    let filter = filter.filter(|_| measures::is_sampled(&named.what)).cloned();
    let def = MeasureDef { name: named.name.clone(), what: named.what.clone(), dim: named.dim, filter };
    let same = model.measures.iter_ids().find(|(_, m)| **m == def).map(|(id, _)| id);
    Some((same.unwrap_or_else(|| model.measures.push(def)), named.dim))
}

/// Is it about something that is declared, but has mistakes of its own?
fn unread(name: &str, r: &Reader, known: &[Named]) -> bool {
    ["fleet", "channel"].into_iter().any(|sort| {
        let declared = r.names().of(sort).iter().map(|n| format!("{sort}.{}.", n.value));
        declared
            .into_iter()
            .any(|start| name.starts_with(&start) && known.iter().all(|k| !k.name.starts_with(&start)))
    })
}

/// The nearest measure, or those that begin in the same way.
fn near(name: &str, known: &[Named]) -> Option<String> {
    let names = || known.iter().map(|n| n.name.as_str());
    if let Some(near) = crate::diag::nearest(name, names()) {
        return Some(format!("did you mean `{near}`?"));
    }
    // From the longest beginning that exists: `team.clerks.` of `team.clerks.happiness`.
    let ends = name.match_indices('.').map(|(i, _)| &name[..=i]).rev();
    let same: Vec<&str> = ends
        .map(|start| names().filter(|n| n.starts_with(start)).collect())
        .find(|all: &Vec<_>| !all.is_empty())?;
    let first: Vec<_> = same.iter().take(12).map(|n| format!("`{n}`")).collect();
    Some(format!("known: {}{}", first.join(", "), if same.len() > 12 { ", ..." } else { "" }))
}

fn head(name: &str, of: MetricOf, dim: Dim) -> Metric {
    Metric {
        name: name.to_owned(),
        label: name.replace(['_', '.'], " "),
        doc: String::new(),
        level: Level::Operating,
        of,
        dim,
        unit: String::new(),
        unit_size: 1.0,
        better: Better::Neutral,
        matters: None,
        matters_relative: false,
    }
}

fn finish(r: &Reader, head: Head) -> Option<Metric> {
    let Head { metric, place } = head;
    let unit = unit(r, metric.dim, place);
    let matters = optional(r, "matters", || matters(&r.item("matters")?, metric.dim));
    let (unit, unit_size) = unit?;
    let matters = matters?;
    Some(Metric {
        label: r.text("label").map_or(metric.label, |t| t.value.to_owned()),
        doc: r.text("doc")?.value.to_owned(),
        level: r.word("level", &LEVEL)?,
        unit,
        unit_size,
        better: r.word("better", &BETTER)?,
        matters: matters.map(|(value, _)| value),
        matters_relative: matters.is_some_and(|(_, relative)| relative),
        ..metric
    })
}

/// What is wrong whatever the metric is of, where that could not be read.
fn mistakes_besides(r: &Reader) {
    if let Some(text) = r.text("unit").filter(|t| !t.value.is_empty())
        && let Err(m) = quantity::parse(&format!("1 {}", text.value))
    {
        let d = Diagnostic::error(m.message).at(text.span);
        r.report(m.hint.into_iter().fold(d, Diagnostic::hint));
    }
    if let Some(item) = r.item("matters")
        && let Some(text) = item.node().as_text()
        && let Err(m) = quantity::parse(text.value)
    {
        r.report(text.diagnostic(m));
    }
}

/// The unit in which a metric is shown, and how many base units that is.
fn unit(r: &Reader, dim: Dim, place: Span) -> Option<(String, f64)> {
    let usual = [
        (Dim::NUMBER, ""),
        (Dim::TIME, "h"),
        (Dim::MONEY, "$"),
        (Dim::DISTANCE, "miles"),
        (Dim::RATE, "per day"),
        (Dim::MONEY.per(Dim::TIME), "$/year"),
        (Dim::DISTANCE.per(Dim::TIME), "miles per year"),
    ];
    let (text, span) = match r.text("unit") {
        Some(text) => (text.value, text.span),
        None => (usual.iter().find(|(d, _)| *d == dim).map_or("", |(_, unit)| *unit), place),
    };
    if text.is_empty() && dim == Dim::NUMBER {
        return Some((String::new(), 1.0));
    }
    match quantity::parse(&format!("1 {text}")) {
        Ok(q) if q.dim == dim => return Some((text.to_owned(), q.value)),
        Ok(q) => {
            let d = Diagnostic::error(format!("the metric is {dim}, but the unit is of {}", q.dim)).at(span);
            r.report(d.hint(quantity::hint(dim)));
        }
        Err(m) => {
            let message = if text.is_empty() {
                format!("the metric is {dim}: in which unit is it shown?")
            } else {
                m.message
            };
            let d = Diagnostic::error(message).at(span);
            r.report(d.hint(m.hint.unwrap_or_else(|| quantity::hint(dim))));
        }
    }
    None
}

/// The smallest change that matters, and whether it is relative.
fn matters(item: &Item, dim: Dim) -> Option<(f64, bool)> {
    let node = item.node();
    let relative = node.as_text().is_some_and(|t| t.value.trim_end().ends_with('%'));
    let value = item.sink().take(
        node.quantity(if relative { Dim::NUMBER } else { dim }, crate::text::schema::Sign::NonNegative),
    )?;
    Some((value, relative))
}

fn print_matters(value: f64, metric: &Metric) -> Value {
    if !metric.matters_relative {
        return print_amount(value, metric.dim);
    }
    // Fifteen digits undo the rounding of the division by 100.
    let percent: f64 = format!("{:.14e}", value * 100.0).parse().unwrap_or(value * 100.0);
    format!("{percent} %").into()
}

fn measures_of(of: &MetricOf) -> Vec<MeasureId> {
    match of {
        MetricOf::Mean(m) | MetricOf::Quantile(m, _) | MetricOf::ShareOver(m, _) | MetricOf::Rate(m) => {
            vec![*m]
        }
        MetricOf::Ratio(a, b) => vec![*a, *b],
        MetricOf::Formula(..) => Vec::new(),
    }
}
