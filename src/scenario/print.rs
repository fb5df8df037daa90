//! From the model back to text: reading the text gives the same model.

use super::*;
use crate::model::Model;
use crate::text::{Entry, Node, Table, Value};

/// The text of a model, in the order of the reference.
pub fn print(model: &Model) -> String {
    crate::text::print(&root(model))
}

/// The text of a model whose long lists of observed values stand in files beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub text: String,
    /// names and contents
    pub files: Vec<(String, String)>,
}

/// As [`print`], with every list of more than `longest` observed values in a CSV file of its own.
pub fn print_with_files(model: &Model, longest: usize) -> Printed {
    let mut root = root(model);
    let mut files = Vec::new();
    let path = &mut Vec::new();
    root.entries.iter_mut().for_each(|entry| move_values(entry, path, longest, &mut files));
    Printed { text: crate::text::print(&root), files }
}

/// Puts the values of empirical laws in an entry into files; `path` are the keys that lead to it.
fn move_values(entry: &mut Entry, path: &mut Vec<String>, longest: usize, files: &mut Vec<(String, String)>) {
    let Value::Table(table) = &mut entry.node.value else { return };
    let values = table.get("values").and_then(Node::as_array).filter(|values| values.len() > longest);
    if let (true, Some(values), None) = (entry.key == "empirical", values, table.get("weights")) {
        let cells = values.iter().filter_map(|v| v.as_text().map(|text| text.value.to_owned()));
        let cells: Vec<String> = cells.collect();
        if cells.len() < values.len() {
            return;
        }
        let file = file_name(path, files);
        let content: String = std::iter::once("value")
            .chain(cells.iter().map(String::as_str))
            .map(|c| format!("{c}\n"))
            .collect();
        let rest = table.entries.drain(..).filter(|e| e.key != "values").collect::<Vec<_>>();
        let mut moved = Table::braces().with("file", file.as_str()).with("column", "value");
        moved.entries.extend(rest);
        *table = moved;
        files.push((file, content));
        return;
    }
    path.push(entry.key.clone());
    table.entries.iter_mut().for_each(|inner| move_values(inner, path, longest, files));
    path.pop();
}

/// A file name from the keys that lead to a law: `check_credit_history_time.csv`.
fn file_name(path: &[String], files: &[(String, String)]) -> String {
    let said = ["process", "step", "task", "delay", "zero_inflated", "of", "arrival"];
    let keys = path.iter().skip(usize::from(path.len() > 2)).filter(|key| !said.contains(&key.as_str()));
    let words: String = keys
        .flat_map(|key| key.chars().chain(['_']))
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    let parts: Vec<&str> = words.split('_').filter(|w| !w.is_empty()).collect();
    let stem = parts.join("_");
    let name = |n: usize| if n == 1 { format!("{stem}.csv") } else { format!("{stem}_{n}.csv") };
    (1..).map(name).find(|name| files.iter().all(|(known, _)| known != name)).unwrap_or_default()
}

fn root(model: &Model) -> Table {
    let none = |_: &str, _: &str| Err(String::new());
    let scope = processes::scope(model, &none);
    let sites = model.sites.iter().fold(Table::default(), |table, site| {
        table.with(site.as_str(), model.labels.get(&format!("sites.{site}")).cloned().unwrap_or_default())
    });
    let mut root = Table::default()
        .with_other("name", model.name.as_str(), "")
        .with("title", model.title.as_str())
        .with_other("description", model.description.as_str(), "")
        .with("currency", model.currency.as_str())
        .with("run", design::print_run(&model.run))
        .with("compare", design::print_compare(model));
    let sections = [
        ("report", headline::print(model)),
        ("sites", sites),
        ("calendar", calendars::print(model)),
        ("profile", profiles::print(model)),
        ("team", teams::print(model)),
        ("attribute", attributes::print(model)),
        ("stage", processes::print_stages(model)),
        ("process", processes::print(model, &scope)),
        ("arrival", arrivals::print(model, &scope)),
        ("part", parts::print(model, &scope)),
        ("topic", channels::print_topics(model)),
        ("adoption", channels::print_adoptions(model)),
        ("channel", channels::print_channels(model)),
        ("fleet", fleets::print(model, &scope)),
        ("metric", metrics::print(model)),
        ("money", money::print(model)),
        ("ramp", ramp::print(model)),
        ("arm", arms::print(model)),
    ];
    for (key, section) in sections {
        if !section.entries.is_empty() {
            root.push(key, section);
        }
    }
    let lists = [
        ("assumption", assumptions::print(model)),
        ("sweep", sweep::print(model)),
        ("theory", theory::print(model)),
    ];
    for (key, lines) in lists {
        if lines != Value::Array(Vec::new()) {
            root.push(key, lines);
        }
    }
    root
}
