//! `[arrival.NAME]`: where cases come from.

use super::processes::{print_attributes, read_attributes};
use super::profiles;
use crate::activity::{Scope, exactly_one};
use crate::diag::{Diagnostic, suggest};
use crate::dist::{self, Dist};
use crate::ids::{IdVec, ProcessId, ProfileId, StepId};
use crate::model::{Arrival, ArrivalPattern, Model};
use crate::text::schema::{Field, Keys, Kind, Sign, Table as Schema};
use crate::text::{Reader, Table, Value, quantity};
use crate::units::Dim;
use jiff::civil::DateTime;

pub static SCHEMA: Schema = Schema {
    name: "arrival",
    doc: "A source of cases: gaps between arrivals, a constant or varying rate, a timetable, or recorded times.",
    fields: &[
        Field::required("process", Kind::Name("process"), "what the cases run through"),
        Field::optional("every", Kind::Dist(Dim::TIME), "independent gaps between arrivals"),
        Field::optional(
            "during",
            Kind::Name("calendar"),
            "the gaps of `every` are open hours of this calendar",
        ),
        Field::optional(
            "rate",
            Kind::Quantity(Dim::RATE, Sign::Positive),
            "a constant rate: Poisson arrivals",
        ),
        Field::optional("profile", Kind::Name("profile"), "a rate that varies over the day or week"),
        Field::default("factor", Kind::Quantity(Dim::NUMBER, Sign::Positive), "1", "multiplies the profile"),
        Field::optional("at", Kind::Name("calendar"), "one arrival whenever this calendar opens"),
        Field::optional("trace", Kind::Table(&TRACE), "recorded times of arrival"),
        Field::optional("size", Kind::Dist(Dim::NUMBER), "cases per arrival"),
        Field::optional("limit", Kind::Count, "at most this many arrivals"),
        Field::optional(
            "sites",
            Kind::List(&Kind::Name("site")),
            "where the case is; one of several with equal chances",
        ),
        Field::optional(
            "attributes",
            Kind::Map(Keys::Of("attribute"), &crate::activity::VALUE),
            "set before those of the process",
        ),
        Field::optional(
            "first",
            Kind::Text,
            "the step of the process where its cases begin; its `first` when absent",
        ),
        Field::optional(
            "age",
            Kind::Dist(Dim::TIME),
            "how long its cases have been under way when they come: their cycle time counts it",
        ),
    ],
    example: "[arrival.calls]\nprocess = \"visit\"\nevery = { exponential = { mean = \"12 min\" } }",
};

static TRACE: Schema = Schema {
    name: "trace",
    doc: "Times of arrival, from the start of the clock: written here, or in a column of a CSV or Parquet file (durations, bare numbers of \
          a unit, or dates and times).",
    fields: &[
        Field::optional("times", Kind::List(&Kind::DURATION), "the times themselves"),
        Field::optional(
            "file",
            Kind::Text,
            "a CSV file with a header line, or a Parquet file, beside the scenario",
        ),
        Field::optional("column", Kind::Text, "its column"),
        Field::optional("unit", Kind::Text, "the unit of bare numbers"),
    ],
    example: "trace = { file = \"calls.csv\", column = \"received\" }",
};

pub fn read(root: &Reader, model: &mut Model, scope: &Scope, dims: &IdVec<ProfileId, Option<Dim>>) {
    for (name, item) in root.map("arrival") {
        let read = item.table().and_then(|r| arrival(&r, name.value, model, scope, dims));
        model.arrivals.extend(read);
    }
}

pub fn print(model: &Model, scope: &Scope) -> Table {
    let mut section = Table::default();
    for arrival in model.arrivals.iter() {
        let table = Table::default().with("process", scope.processes[arrival.process].as_str());
        let calendar = |id| scope.calendars[id].as_str();
        let mut table = match &arrival.pattern {
            ArrivalPattern::Renewal { gap, working } => {
                table.with("every", dist::print(gap, Dim::TIME)).with_some("during", working.map(calendar))
            }
            ArrivalPattern::Rate { profile, factor } => table
                .with("profile", model.profiles[*profile].name.as_str())
                .with_other("factor", *factor, 1.0),
            ArrivalPattern::Timetable { calendar: id } => table.with("at", calendar(*id)),
            ArrivalPattern::Trace { times } => {
                let times = times.iter().map(|t| quantity::print(*t, Dim::TIME));
                table.with("trace", Table::braces().with("times", times.collect::<Value>()))
            }
        };
        table = table
            .with_some("size", arrival.size.as_ref().map(|size| dist::print(size, Dim::NUMBER)))
            .with_some("limit", arrival.limit.map(|n| n as i64));
        if !arrival.sites.is_empty() {
            table.push("sites", arrival.sites.iter().map(|s| scope.sites[*s].as_str()).collect::<Value>());
        }
        if !arrival.attributes.is_empty() {
            table.push("attributes", print_attributes(&arrival.attributes, scope));
        }
        table = table
            .with_some("first", arrival.first.map(|step| scope.print_step(step)))
            .with_some("age", arrival.age.as_ref().map(|age| dist::print(age, Dim::TIME)));
        section.push(arrival.name.as_str(), table);
    }
    section
}

fn arrival(
    r: &Reader,
    name: &str,
    model: &Model,
    scope: &Scope,
    dims: &IdVec<ProfileId, Option<Dim>>,
) -> Option<Arrival> {
    let pattern = pattern(r, model, scope, dims);
    let size = crate::activity::optional(r, "size", || law(r, "size", scope));
    let attributes = match r.item("attributes") {
        Some(item) => read_attributes(&item, scope),
        None => Some(Vec::new()),
    };
    let process = r.name("process")?.value;
    let first = crate::activity::optional(r, "first", || first(r, process, model));
    let age = crate::activity::optional(r, "age", || law(r, "age", scope));
    let sites = r.list("sites").iter().filter_map(|item| item.name()).map(|s| s.value).collect();
    Some(Arrival {
        name: name.to_owned(),
        process,
        pattern: pattern?,
        size: size?,
        limit: r.count("limit").map(|n| n.value),
        sites,
        attributes: attributes?,
        first: first?,
        age: age?,
    })
}

/// The step of the process with the name under `first`.
fn first(r: &Reader, process: ProcessId, model: &Model) -> Option<StepId> {
    let name = r.text("first")?;
    let steps = || model.steps.iter_ids().filter(|(_, step)| step.process == process);
    let found = steps().find(|(_, step)| step.name == name.value).map(|(id, _)| id);
    if found.is_none() {
        let process = &model.processes[process].name;
        let d = Diagnostic::error(format!("`{process}` has no step `{}`", name.value)).at(name.span);
        let names: Vec<&str> = steps().map(|(_, step)| step.name.as_str()).collect();
        r.report(match suggest(name.value, names) {
            Some(hint) => d.hint(hint),
            None => d.hint(format!("declare one: [process.{process}.step.{}]", name.value)),
        });
    }
    found
}

fn pattern(
    r: &Reader,
    model: &Model,
    scope: &Scope,
    dims: &IdVec<ProfileId, Option<Dim>>,
) -> Option<ArrivalPattern> {
    let way = exactly_one(r, &["every", "rate", "profile", "at", "trace"])?;
    for (key, of) in [("during", "every"), ("factor", "profile")] {
        if r.has(key) && way != of {
            r.report(Diagnostic::error(format!("`{key}` goes with `{of}`")).at(r.place_of(key)));
        }
    }
    Some(match way {
        "every" => {
            let gap = law(r, "every", scope)?;
            if gap.mean() <= 0.0 {
                let d = Diagnostic::error("arrivals would never end: there is no time between them");
                let hint = "give the gap a length, or let one arrival bring several cases: size = 10";
                r.report(d.at(r.place_of("every")).hint(hint));
                return None;
            }
            ArrivalPattern::Renewal { gap, working: r.name("during").map(|c| c.value) }
        }
        "rate" => {
            let mean = 1.0 / r.quantity("rate")?.value;
            let gap = dist::build("exponential", &dist::Params::new().with("mean", mean)).ok()?;
            ArrivalPattern::Renewal { gap, working: None }
        }
        "profile" => ArrivalPattern::Rate {
            profile: profiles::named(r, "profile", Dim::RATE, dims)?,
            factor: r.quantity("factor")?.value,
        },
        "at" => ArrivalPattern::Timetable { calendar: r.name("at")?.value },
        _ => ArrivalPattern::Trace { times: trace(&r.table("trace")?, model.run.start, scope)? },
    })
}

fn law(r: &Reader, key: &str, scope: &Scope) -> Option<Dist> {
    dist::read(&r.item(key)?, scope.columns)
}

/// [s since the start], sorted
fn trace(r: &Reader, start: DateTime, scope: &Scope) -> Option<Vec<f64>> {
    let mut times: Vec<f64> = match exactly_one(r, &["times", "file"])? {
        "times" => r.list("times").iter().map(|item| Some(item.quantity()?.value)).collect::<Option<_>>()?,
        _ => {
            let (file, column) = (r.text("file")?, r.text("column"));
            let Some(column) = column else {
                r.report(
                    Diagnostic::error("which column of the file?").at(file.span).hint("add column = \"...\""),
                );
                return None;
            };
            let unit = r.text("unit").map(|unit| unit.value).unwrap_or_default();
            if !unit.is_empty() && quantity::parse_as(&format!("1 {unit}"), Dim::TIME).is_err() {
                let d = Diagnostic::error(format!("`{unit}` is not a unit of time")).at(r.place_of("unit"));
                r.report(d.hint(quantity::hint(Dim::TIME)));
                return None;
            }
            let cells = (scope.columns)(file.value, column.value);
            let cells = r.sink().take(cells.map_err(|why| Diagnostic::error(why).at(file.span)))?;
            let wrong = |row: usize, cell: &str| {
                let d = Diagnostic::error(format!("{}, row {row}: `{cell}` is not a time", file.value))
                    .at(file.span);
                d.hint("durations from the start such as \"3.5 h\", bare numbers with `unit`, or 2026-01-05T08:30")
            };
            let read = |(row, cell): (usize, &String)| {
                since(start, cell)
                    .or_else(|| quantity::parse_as(format!("{cell} {unit}").trim(), Dim::TIME).ok())
                    .ok_or_else(|| wrong(row + 1, cell))
            };
            r.sink().take(cells.iter().enumerate().map(read).collect::<Result<_, _>>())?
        }
    };
    times.sort_by(f64::total_cmp);
    if times.first().is_some_and(|t| *t < 0.0) {
        r.report(Diagnostic::error("the first arrival is before the start of the clock").at(r.place()));
        return None;
    }
    Some(times)
}

/// [s]
fn since(start: DateTime, text: &str) -> Option<f64> {
    let at: DateTime = text.parse().ok()?;
    Some(start.until(at).ok()?.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?.as_secs_f64())
}
