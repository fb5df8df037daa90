//! The whole language: the root of the schema, as JSON Schema for editors and as a reference for people.

use super::*;
use crate::text::schema::{Field, Keys, Kind, Table as Schema};
use crate::{activity, dist};
use std::fmt::Write;

/// A scenario file.
pub static ROOT: Schema = Schema {
    name: "scenario",
    doc: "A scenario is a TOML file. Things are tables keyed by their name, units are always written, and everything may be \
          referred to before it is declared.",
    fields: &[
        Field::default("name", Kind::Text, "", "short name; that of the file's folder when absent"),
        Field::required("title", Kind::Text, "one line"),
        Field::default("description", Kind::Text, "", "what it is about and why"),
        Field::default("currency", Kind::Text, "$", "symbol of money, for display"),
        Field::required("run", Kind::Table(&design::RUN), "the time axis"),
        Field::optional("compare", Kind::Table(&design::COMPARE), "the design of the comparison"),
        Field::optional("report", Kind::Table(&headline::SCHEMA), "what a report opens with"),
        Field::optional(
            "sites",
            Kind::Map(Keys::New("site"), &Kind::Text),
            "places, and what they are called",
        ),
        Field::optional(
            "calendar",
            Kind::Map(Keys::New("calendar"), &Kind::Table(&calendars::SCHEMA)),
            "opening hours",
        ),
        Field::optional(
            "profile",
            Kind::Map(Keys::New("profile"), &Kind::Table(&profiles::SCHEMA)),
            "rates over the week",
        ),
        Field::optional(
            "team",
            Kind::Map(Keys::New("team"), &Kind::Table(&teams::SCHEMA)),
            "who does the work",
        ),
        Field::optional(
            "attribute",
            Kind::Map(Keys::New("attribute"), &Kind::Table(&attributes::SCHEMA)),
            "what cases carry",
        ),
        Field::optional(
            "stage",
            Kind::Map(Keys::New("stage"), &Kind::Text),
            "labels and order of the stages of a case's life",
        ),
        Field::optional(
            "process",
            Kind::Map(Keys::New("process"), &Kind::Table(&processes::SCHEMA)),
            "what cases run through",
        ),
        Field::optional(
            "arrival",
            Kind::Map(Keys::New("arrival"), &Kind::Table(&arrivals::SCHEMA)),
            "where cases come from",
        ),
        Field::optional("part", Kind::Map(Keys::New("part"), &Kind::Table(&parts::SCHEMA)), "stocked items"),
        Field::optional(
            "topic",
            Kind::Map(Keys::New("topic"), &Kind::Table(&channels::TOPIC)),
            "pieces of knowledge",
        ),
        Field::optional(
            "adoption",
            Kind::Map(Keys::New("adoption"), &Kind::Table(&channels::ADOPTION)),
            "how channels spread",
        ),
        Field::optional(
            "channel",
            Kind::Map(Keys::New("channel"), &Kind::Table(&channels::CHANNEL)),
            "ways to ask",
        ),
        Field::optional(
            "fleet",
            Kind::Map(Keys::New("fleet"), &Kind::Table(&fleets::SCHEMA)),
            "assets that fail",
        ),
        Field::optional(
            "constant",
            Kind::Map(Keys::New("constant"), &metrics::CONSTANT),
            "numbers that formulas use by name",
        ),
        Field::optional("metric", Kind::Map(Keys::Free, &Kind::Table(&metrics::SCHEMA)), "what is reported"),
        Field::optional("money", Kind::Table(&money::SCHEMA), "flows of money over the years"),
        Field::optional("ramp", Kind::Table(&ramp::SCHEMA), "how the change is phased in"),
        Field::optional(
            "arm",
            Kind::Map(Keys::New("arm"), &Kind::Table(&arms::SCHEMA)),
            "other worlds to compare with",
        ),
        Field::optional(
            "assumption",
            Kind::List(&Kind::Table(&assumptions::SCHEMA)),
            "where the inputs come from",
        ),
        Field::optional(
            "switch",
            Kind::Map(Keys::New("switch"), &Kind::Table(&switches::SCHEMA)),
            "mechanisms that `turnaround attribute` turns off",
        ),
        Field::optional(
            "lever",
            Kind::Map(Keys::New("lever"), &Kind::Table(&levers::SCHEMA)),
            "what `turnaround optimise` may set",
        ),
        Field::optional("sweep", Kind::List(&Kind::Table(&sweep::SCHEMA)), "what `turnaround sweep` tries"),
        Field::optional("theory", Kind::List(&Kind::Table(&theory::SCHEMA)), "known answers"),
    ],
    example: "title = \"One clerk\"\n\n[run]\nwarm_up = \"1 week\"\nwindow = \"10 weeks\"\n\n[team.clerk]\nmembers = 1\n\n\
              [arrival.customers]\nprocess = \"visit\"\nevery = { exponential = { mean = \"12 min\" } }\n\n\
              [process.visit.step.serve]\ntask = { team = \"clerk\", time = { exponential = { mean = \"10 min\" } } }\nnext = \"leave\"\n\n\
              [process.visit.step.leave]\nend = {}\n\n[metric.wait]\nunit = \"min\"\nbetter = \"lower\"\nmean = \"visit.waiting\"",
};

/// JSON Schema of a scenario file, for editors.
pub fn schema() -> serde_json::Value {
    let values = [("distribution", dist::json_schema()), ("amount", activity::amount_schema())];
    crate::text::json_schema(&ROOT, values)
}

/// The reference of the scenario language, in Markdown.
pub fn reference() -> String {
    let mut out = String::from(
        "# Scenario reference\n\nMade from the program's own lists: every key, what it may hold, its default, what it means.\n\n",
    );
    out.push_str(&crate::text::reference(&ROOT));
    out.push_str(AMOUNTS);
    out.push_str(&dist::reference());
    out.push_str(EXPRESSIONS);
    out.push_str("## measures\n\nWhat metrics are made of. A rate of a time is a time average: `rate = \"team.clerks.busy\"` is the number busy.\n\n");
    out.push_str("| measure | meaning |\n|---|---|\n");
    for (pattern, doc) in measures::patterns() {
        let _ = writeln!(out, "| `{pattern}` | {doc} |");
    }
    out
}

const AMOUNTS: &str = r#"## amounts

Where a distribution is expected for a case (`time`, `working`, `to`, `lead_time`, attributes) there are three ways to write it:

```toml
time = { lognormal = { mean = "2.8 h", cv = 1 } }                       # a law, or one value: "45 min"
time = { by = "system", tyre = "1 h", engine = "4 h", else = "2 h" }    # by the levels of an attribute
time = { is = "hours * 1.5" }                                           # computed, not random
```

For an attribute that holds a name: `"engine"`, or `{ choose = { engine = 0.3, tyre = 0.7 } }` by weight.

"#;

const EXPRESSIONS: &str = r#"## expressions

Conditions (`when`, `where`), computed values (`is`, `priority`) and formulas of metrics share one small typed language.

```toml
when = "passes >= 3"
when = "system == 'engine' and hours > 2 h"
formula = "technician_hours * $45.36/h + failures_per_day * lost_service"
```

From loosest to tightest: `or`; `and`; `not`; `<` `<=` `>` `>=` `==` `!=` and `in ('a', 'b')`; `+` `-`; `*` `/`; `-x`.
`if c then a else b`; functions `min`, `max`, `abs`, `floor`, `ceil`, `exp`, `ln`, `sqrt`, `pow`. Numbers carry units,
without thousands commas; dimensions are checked. `passes` is how often the case has entered the step, this time included;
a step of a called process is a step of its own at each place of a call.

"#;
