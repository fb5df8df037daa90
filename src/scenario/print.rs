//! From the model back to text: reading the text gives the same model.

use super::*;
use crate::model::Model;
use crate::text::{Table, Value};

/// The text of a model, in the order of the reference.
pub fn print(model: &Model) -> String {
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
        ("arm", theory::print_arms(model)),
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
    crate::text::print(&root)
}
