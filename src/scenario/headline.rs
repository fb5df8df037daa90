//! `[report]`: what a report opens with.

use super::metrics;
use crate::model::{Headline, Model};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Reader, Table, Value};

pub static SCHEMA: Schema = Schema {
    name: "report",
    doc: "What a report opens with: the question, whom it is about, the metrics that matter most, and how the change works.",
    fields: &[
        Field::default("question", Kind::Text, "", "what is asked, in one sentence"),
        Field::optional("teams", Kind::List(&Kind::Name("team")), "whom it is about"),
        Field::optional("metrics", Kind::List(&Kind::Text), "the few metrics that the question is about"),
        Field::default(
            "mechanism",
            Kind::Text,
            "",
            "in words, how the change acts; an empty line begins a paragraph",
        ),
    ],
    example: "[report]\nquestion = \"Does the tool shorten the wait?\"\nteams = [\"clerks\"]\nmetrics = [\"wait\"]\n\
              mechanism = \"A post reaches everybody at once.\"",
};

pub fn read(root: &Reader, model: &mut Model) {
    let Some(r) = root.table("report") else { return };
    let text = |key: &str| r.text(key).map(|t| t.value.trim().to_owned()).unwrap_or_default();
    let named = |text| metrics::named(&text, root, model);
    model.headline = Headline {
        question: text("question"),
        teams: r.list("teams").iter().filter_map(|item| Some(item.name()?.value)).collect(),
        metrics: r.list("metrics").iter().filter_map(|item| item.text().and_then(named)).collect(),
        mechanism: text("mechanism"),
    };
}

pub fn print(model: &Model) -> Table {
    let Headline { question, teams, metrics, mechanism } = &model.headline;
    let none = || Value::Array(Vec::new());
    let teams: Value = teams.iter().map(|team| model.teams[*team].name.as_str()).collect();
    let metrics: Value = metrics.iter().map(|metric| model.metrics[*metric].name.as_str()).collect();
    Table::default()
        .with_other("question", question.as_str(), "")
        .with_other("teams", teams, none())
        .with_other("metrics", metrics, none())
        .with_other("mechanism", mechanism.as_str(), "")
}
