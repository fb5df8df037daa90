//! The scenario language: what lowers, what is refused and in which words, what printing gives back.

#![allow(clippy::disallowed_methods, reason = "these tests read their scenarios from files")]

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use turnaround::diag::{self, Diagnostic};
use turnaround::model::Model;
use turnaround::scenario::{self, ROOT};
use turnaround::text::schema::{Kind, Table as Schema};
use turnaround::text::{Change, Node, Table, Value};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Files beside the test data.
fn load(file: &str) -> Result<Vec<u8>, String> {
    fs::read(data(file)).map_err(|_| "no such file".to_owned())
}

/// The models of all arms, and what was said.
fn lower(source: &str) -> (Vec<Model>, Vec<Diagnostic>, String) {
    let (scenario, mut found) = scenario::parse("scenario.toml", source);
    let (mut arms, more) = scenario::lower_arms(&scenario, &load);
    if !found.is_empty() {
        arms.clear();
    }
    found.extend(more);
    let text = diag::render(&found, &scenario.sources, false);
    (arms.into_iter().map(|(_, model)| model).collect(), found, text)
}

fn lower_well(source: &str) -> Model {
    let (models, found, said) = lower(source);
    assert!(!found.iter().any(Diagnostic::is_error), "{said}");
    models.into_iter().next().expect("a model")
}

#[test]
fn everything_lowers_and_comes_back() {
    let model = lower_well(&read(&data("everything.toml")));
    let text = scenario::print(&model);
    let again = lower_well(&text);
    assert!(again == model, "printing changes the model");
    assert_eq!(scenario::print(&again), text, "printing is not canonical");
}

/// Every scenario that the project ships, and the test data.
pub(super) fn shipped() -> Vec<PathBuf> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "toml") && !path.ends_with("portfolio.toml") {
                found.push(path);
            }
        }
    }
    let mut found = vec![data("everything.toml")];
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), &mut found);
    found.sort();
    found
}

#[test]
fn every_shipped_scenario_lowers_in_all_arms_and_comes_back() {
    for path in shipped() {
        let source = read(&path);
        let beside = |file: &str| fs::read(path.with_file_name(file)).map_err(|e| e.to_string());
        let (scenario, syntax) = scenario::parse("scenario.toml", &source);
        let (arms, found) = scenario::lower_arms(&scenario, &beside);
        let said = diag::render(&[syntax, found].concat(), &scenario.sources, false);
        assert_eq!(arms.len(), scenario::arms(&scenario).len(), "{}\n{said}", path.display());
        for (arm, model) in arms {
            let text = scenario::print(&model);
            let again = lower_well(&text);
            assert!(again == model, "{}, arm {}: printing changes the model", path.display(), arm.name);
            assert_eq!(scenario::print(&again), text, "{}: printing is not canonical", path.display());
        }
    }
}

/// The example file with some of its lines mangled: whatever still lowers must come back from print, and nothing panics.
#[test]
fn mangled_scenarios_come_back_or_are_refused() {
    let source = read(&data("everything.toml"));
    let lines: Vec<&str> = source.lines().collect();
    let change = prop_oneof![Just("remove"), Just("digits"), Just("swap"), Just("cut"), Just("value")];
    let mangled = prop::collection::vec((0..lines.len(), change, any::<u32>()), 1..4);
    let mut runner = TestRunner::new_with_rng(
        ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() },
        TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]),
    );
    let mut n_lowered = 0;
    let test = |changes: Vec<(usize, &str, u32)>| {
        let mut text: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
        for (i, change, n) in changes {
            text[i] = mangle(&text[i], change, n);
        }
        let (models, found, said) = lower(&text.join("\n"));
        prop_assert_eq!(models.is_empty(), found.iter().any(Diagnostic::is_error), "{}", said);
        for model in models {
            n_lowered += 1;
            let again = lower(&scenario::print(&model)).0;
            prop_assert!(again.first() == Some(&model), "printing changes the model");
        }
        Ok(())
    };
    let test = std::cell::RefCell::new(test);
    runner.run(&mangled, |changes| (test.borrow_mut())(changes)).unwrap();
    assert!(n_lowered > 100, "only {n_lowered} models were left to compare");
}

fn mangle(line: &str, change: &str, n: u32) -> String {
    let at = line.char_indices().nth(n as usize % line.chars().count().max(1)).map_or(0, |(i, _)| i);
    match change {
        "remove" => String::new(),
        // Other numbers, of the same shape.
        "digits" => line
            .chars()
            .map(|c| if c.is_ascii_digit() && c != '0' { char::from(b'1' + (n % 9) as u8) } else { c })
            .collect(),
        "swap" => line.replace("true", "false").replace("north", "south").replace("_1", "_2"),
        "cut" => line[..at].to_owned(),
        _ => match line.split_once(" = ") {
            Some((key, _)) => format!(
                "{key} = {}",
                ["3", "\"3 h\"", "[]", "{}", "\"x\"", "-1", "2026-01-01"][n as usize % 7]
            ),
            None => line.to_owned(),
        },
    }
}

#[test]
fn the_schema_is_sound() {
    assert_eq!(turnaround::text::schema_faults(&ROOT), [""; 0]);
}

/// Tables of the schema and the keys of them that a text uses; unknown keys are the error.
#[derive(Default)]
struct Use {
    keys: BTreeSet<(&'static str, &'static str)>,
    tables: BTreeSet<&'static str>,
    unknown: Vec<String>,
}

impl Use {
    fn table(&mut self, table: &Table, schema: &'static Schema) {
        self.tables.insert(schema.name);
        for entry in &table.entries {
            match schema.field(&entry.key) {
                Some(field) => {
                    self.keys.insert((schema.name, field.key));
                    self.node(&entry.node, &field.kind);
                }
                None => self.unknown.push(format!("{} in {}", entry.key, schema.name)),
            }
        }
    }

    fn node(&mut self, node: &Node, kind: &'static Kind) {
        match (kind.pick(&node.value), &node.value) {
            (Kind::Table(schema), Value::Table(table)) => self.table(table, schema),
            (Kind::Map(_, of), Value::Table(map)) => map.entries.iter().for_each(|e| self.node(&e.node, of)),
            (Kind::List(of), Value::Array(items)) => items.iter().for_each(|item| self.node(item, of)),
            _ => {}
        }
    }
}

/// All tables of the schema.
fn tables(schema: &'static Schema, all: &mut Vec<&'static Schema>) {
    fn mentioned(kind: &'static Kind, all: &mut Vec<&'static Schema>) {
        match kind {
            Kind::Table(schema) => tables(schema, all),
            Kind::List(of) | Kind::Map(_, of) => mentioned(of, all),
            Kind::Either(kinds) => kinds.iter().for_each(|k| mentioned(k, all)),
            _ => {}
        }
    }
    if !all.iter().any(|t| t.name == schema.name) {
        all.push(schema);
        schema.fields.iter().for_each(|f| mentioned(&f.kind, all));
    }
}

#[test]
fn the_example_file_uses_every_key_of_the_language() {
    let (scenario, _) = scenario::parse("everything.toml", &read(&data("everything.toml")));
    let mut used = Use::default();
    used.table(&scenario.root, &ROOT);
    let mut all = Vec::new();
    tables(&ROOT, &mut all);
    let keys = all.iter().flat_map(|t| t.fields.iter().map(|f| (t.name, f.key)));
    let missing: Vec<_> = keys.filter(|key| !used.keys.contains(key)).collect();
    assert!(missing.is_empty(), "everything.toml lacks {missing:?}");
}

/// Each table's example is TOML, shows the table where it belongs, and has no unknown keys.
#[test]
fn every_example_of_the_reference_is_part_of_a_scenario() {
    let mut all = Vec::new();
    tables(&ROOT, &mut all);
    for schema in &all {
        let (tree, syntax) = scenario::parse("example", schema.example);
        assert!(syntax.is_empty(), "{}: {syntax:?}\n{}", schema.name, schema.example);
        let fits = |around: &&&'static Schema| {
            let mut used = Use::default();
            used.table(&tree.root, around);
            used.unknown.is_empty() && used.tables.contains(schema.name)
        };
        assert!(
            all.iter().any(|around| fits(&around)),
            "the example of {} fits nowhere:\n{}",
            schema.name,
            schema.example
        );
    }
}

#[test]
fn the_reference_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario-reference.md");
    let current = scenario::reference();
    if std::env::var("UPDATE_REFERENCE").is_ok() {
        fs::write(&path, &current).unwrap();
    }
    assert!(
        read(&path) == current,
        "docs/scenario-reference.md is old: run this test with UPDATE_REFERENCE=1"
    );
}

#[test]
fn the_json_schema_refers_to_what_it_defines() {
    let schema = scenario::schema();
    let text = schema.to_string();
    for reference in text.split("#/$defs/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schema["$defs"].get(name).is_some(), "{name} is not defined");
    }
    assert_eq!(schema["properties"]["team"]["additionalProperties"]["$ref"], "#/$defs/team");
}

/// Every broken file: all that is said about it, word for word.
#[test]
fn broken_files_are_refused_with_all_their_mistakes() {
    let mut files: Vec<_> = fs::read_dir(data("broken")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 25);
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let (models, found, said) = lower(&read(&file));
        assert_eq!(models.is_empty(), name != "overload", "{name}\n{said}");
        assert!(!found.is_empty(), "{name}");
        insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("broken_{name}"), said);
        });
    }
}

#[test]
fn changes_from_the_command_line_get_the_same_checks() {
    let (mut scenario, _) = scenario::parse("everything.toml", &read(&data("everything.toml")));
    let mut change = |text: &str| Change::from_argument(text, &mut scenario.sources).unwrap();
    let good = [
        change("team.painters.members=7"),
        change("run.window = 4 weeks"),
        change("channel.phone.reach=60 %"),
    ];
    let bad = [change("team.painter.members=7"), change("team.painters.members=many")];
    let (changed, said) = scenario::apply(&scenario, &good);
    assert_eq!(said, []);
    let model = scenario::lower(&changed, &load).0.expect("a model");
    let painters = model.teams.iter().find(|t| t.name == "painters").unwrap();
    assert_eq!(painters.crews[0].count, 7);
    assert_eq!(model.run.window.days(), 28.0);
    assert_eq!(model.channels.iter().next().unwrap().reach, 0.6);
    let (changed, mut said) = scenario::apply(&scenario, &bad);
    said.extend(scenario::lower(&changed, &load).1.into_iter().filter(Diagnostic::is_error));
    insta::assert_snapshot!(diag::render(&said, &changed.sources, false), @r#"
    error: no team is called `painter`
     --> -S:1:6
      |
    1 | team.painter.members=7
      |      ^^^^^^^ expected the name of a team
      |
      = hint: did you mean `painters`?

    error: expected a whole number, zero or more, found text
     --> -S:1:23
      |
    1 | team.painters.members=many
      |                       ^^^^ expected a whole number, zero or more
      |
      = hint: for example 3
    "#);
}

#[test]
fn arms_are_lists_of_changes() {
    let (scenario, _) = scenario::parse("everything.toml", &read(&data("everything.toml")));
    let arms = scenario::arms(&scenario);
    let named: Vec<_> = arms.iter().map(|a| (a.name.as_str(), a.label.as_str(), a.changes.len())).collect();
    assert_eq!(named, [("before", "As it is", 0), ("after", "With the tool for all", 3)]);
    let (models, _) = scenario::lower_arms(&scenario, &load);
    let ceiling = |i: usize| models[i].1.adoptions.iter().next().unwrap().spread[0].ceiling;
    assert_eq!((ceiling(0), ceiling(1)), (0.85, 1.0));
}
