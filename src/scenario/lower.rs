//! From the tree to the model: the order in which the sections are read, and what they share.

use super::arms::{self, Arm, apply};
use super::*;
use crate::diag::Sink;
use crate::model::Model;
use crate::text::{Columns, Reader};

/// Reads the bytes of a file that a scenario names, or says why it cannot. The core opens no files.
pub type Loader<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// The model, or all that is wrong with the scenario; warnings come with a model, too.
pub fn lower(scenario: &Scenario, loader: Loader) -> (Option<Model>, Vec<Diagnostic>) {
    let sink = Sink::default();
    let root = Reader::open(scenario, &ROOT, &sink);
    let columns = |file: &str, column: &str| {
        let bytes = loader(file).map_err(|why| format!("the file `{file}` cannot be read: {why}"))?;
        csv_column(&bytes, file, column)
    };
    let model = read(scenario, &root, &columns);
    let model = (!sink.has_errors()).then_some(model);
    (model, sink.into_vec())
}

/// The models of all arms, beginning with the file itself, or all that is wrong with any of them.
pub fn lower_arms(scenario: &Scenario, loader: Loader) -> (Vec<(Arm, Model)>, Vec<Diagnostic>) {
    let mut all = Vec::new();
    let mut diagnostics: Vec<Diagnostic> = range::check(scenario);
    for arm in arms::arms(scenario) {
        let (changed, unmade) = apply(scenario, &arm.changes);
        let (model, found) = lower(&changed, loader);
        // What is wrong with the file is wrong in every arm; once is enough. A warning may differ in its numbers.
        let said =
            |d: &Diagnostic| diagnostics.iter().any(|old| old == d || (!d.is_error() && old.span == d.span));
        let mut new: Vec<_> = unmade.into_iter().chain(found).filter(|d| !said(d)).collect();
        if !arm.changes.is_empty() {
            new.iter_mut().for_each(|d| d.message = format!("in the arm `{}`: {}", arm.name, d.message));
        }
        diagnostics.extend(new);
        all.extend(model.map(|model| (arm, model)));
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        all.clear();
    }
    (all, diagnostics)
}

fn read(scenario: &Scenario, root: &Reader, columns: &Columns) -> Model {
    let text = |key: &str| root.text(key).map(|t| t.value.to_owned()).unwrap_or_default();
    let mut model = Model {
        name: text("name"),
        title: text("title"),
        description: text("description"),
        currency: text("currency"),
        ..Model::default()
    };
    let m = &mut model;
    design::read_run(root, m);
    sites(root, m);
    calendars::read(root, m);
    let profile_dims = profiles::read(root, m);
    teams::read(root, m);
    // Names first, so that everything may be referred to before it is declared.
    parts::declare(root, m);
    channels::declare(root, m);
    fleets::declare(root, m);
    attributes::read(root, m);
    processes::declare(root, m);
    let complete = processes::read(root, m, columns).complete;
    let scope = processes::scope(m, columns);
    parts::read(root, m, &scope);
    channels::read(root, m, &scope);
    fleets::read(root, m, &scope, &profile_dims);
    arrivals::read(root, m, &scope, &profile_dims);
    metrics::read(root, m, &scope);
    design::read_compare(root, m);
    theory::read(root, m);
    headline::read(root, m);
    money::read(root, m);
    ramp::read(root, m, scenario);
    arms::check(root);
    switches::check(root, scenario);
    levers::check(root, scenario);
    sweep::read(root, m, scenario);
    assumptions::read(root, m, scenario);
    limits::check(root, m);
    flow::check(root, m, &complete);
    places::check(root, m, &complete);
    requests::check(root, m, &complete);
    load::check(root, m, &complete);
    draws::check(root, m);
    model
}

fn sites(root: &Reader, model: &mut Model) {
    for (name, item) in root.map("sites") {
        attributes::check_reserved(name.value, name.span, root.sink());
        model.sites.push(name.value.to_owned());
        if let Some(label) = item.text().filter(|label| !label.value.is_empty()) {
            model.labels.insert(format!("sites.{}", name.value), label.value.to_owned());
        }
    }
}

/// Keeps the `label` of a thing.
pub(super) fn label(r: &Reader, key: &str, model: &mut Model) {
    if let Some(label) = r.text("label") {
        model.labels.insert(key.to_owned(), label.value.to_owned());
    }
}

/// A count that fits the model.
pub(super) fn small(r: &Reader, key: &str) -> Option<u32> {
    let count = r.count(key)?;
    let small = u32::try_from(count.value).ok();
    if small.is_none() {
        r.report(Diagnostic::error("the number is too large").at(count.span));
    }
    small
}

/// A rate [1/s] in another unit of time [s]. Fifteen digits undo the rounding of the two conversions.
pub(super) fn per(rate: f64, unit: f64) -> f64 {
    format!("{:.14e}", rate * unit).parse().unwrap_or(rate * unit)
}

/// The text of a rate that the model keeps by this unit.
pub(super) fn print_per(rate: f64, unit: &str) -> String {
    format!("{rate:?} per {unit}")
}

/// One column of a CSV file with a header line; empty cells are left out.
pub(super) fn csv_column(bytes: &[u8], file: &str, column: &str) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let unreadable = |e: csv::Error| format!("`{file}` cannot be read: {e}");
    let headers = reader.headers().map_err(unreadable)?.clone();
    let known: Vec<&str> = headers.iter().collect();
    let i = known.iter().position(|h| *h == column).ok_or_else(|| {
        let hint = crate::diag::suggest(column, known.iter().copied())
            .map_or_else(String::new, |hint| format!(": {hint}"));
        format!("`{file}` has no column `{column}`{hint}")
    })?;
    let cells =
        reader.records().map(|record| Ok(record.map_err(unreadable)?.get(i).unwrap_or_default().to_owned()));
    let cells: Vec<String> = cells.collect::<Result<_, String>>()?;
    let cells: Vec<_> = cells.into_iter().filter(|cell| !cell.is_empty()).collect();
    if cells.is_empty() { Err(format!("`{file}` has no values in column `{column}`")) } else { Ok(cells) }
}
