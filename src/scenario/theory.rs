//! `[[theory]]`: known answers, for scenarios that have them.

use super::metrics;
use crate::model::{Averaged, Model, Theory};
use crate::text::schema::{Field, Kind, Sign, Table as Schema};
use crate::text::{Reader, Table, Value, Words};

static AVERAGED: Words<Averaged, 2> = Words::new([
    ("cases", Averaged::Cases, "all cases of all replications weigh alike"),
    ("replications", Averaged::Replications, "the mean of each replication's own value"),
]);

pub static SCHEMA: Schema = Schema {
    name: "theory",
    doc: "What theory says a metric's value is: the results are compared with it.",
    fields: &[
        Field::required("metric", Kind::Text, "the metric"),
        Field::required(
            "value",
            Kind::Other { expected: "an amount of the metric", example: "\"9 h\"" },
            "its exact value",
        ),
        Field::optional(
            "se",
            Kind::Other { expected: "an amount of the metric", example: "\"0.2 h\"" },
            "its standard error, where the value was itself estimated",
        ),
        Field::default("averaged", AVERAGED.kind(), "cases", "what the value is a mean over"),
        Field::default("source", Kind::Text, "", "formula or citation"),
        Field::optional("arm", Kind::Name("arm"), "in this arm; in the scenario itself when absent"),
    ],
    example: "[[theory]]\nmetric = \"wait\"\nvalue = \"9 h\"\nsource = \"rho / (mu - lambda)\"",
};

pub fn read(root: &Reader, model: &mut Model) {
    for r in root.list("theory").iter().filter_map(|item| item.table()) {
        let Some(metric) = r.text("metric").and_then(|text| metrics::named(&text, root, model)) else {
            continue;
        };
        let value = r.item("value").and_then(|item| metrics::read_amount(&item, model.metrics[metric].dim));
        let se = r
            .item("se")
            .map(|item| item.sink().take(item.node().quantity(model.metrics[metric].dim, Sign::NonNegative)));
        let (Some(value), Some(se), Some(averaged)) =
            (value, se.unwrap_or(Some(0.0)), r.word("averaged", &AVERAGED))
        else {
            continue;
        };
        let text = |key: &str| r.text(key).map(|t| t.value.to_owned());
        model.theory.push(Theory {
            arm: text("arm"),
            metric,
            value,
            se,
            averaged,
            source: text("source").unwrap_or_default(),
        });
    }
}

pub fn print(model: &Model) -> Value {
    let each = model.theory.iter().map(|t| {
        let metric = &model.metrics[t.metric];
        Table::default()
            .with("metric", metric.name.as_str())
            .with("value", metrics::print_amount(t.value, metric.dim))
            .with_some("se", (t.se != 0.0).then(|| metrics::print_amount(t.se, metric.dim)))
            .with_other("averaged", AVERAGED.word(t.averaged), "cases")
            .with_other("source", t.source.as_str(), "")
            .with_some("arm", t.arm.clone())
    });
    each.collect()
}
