//! The command: what it writes, says and returns.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "these tests read what the command wrote, and wait for it"
)]

mod discover;
mod edges;
mod finished;
mod inputs;
mod mining;
#[cfg(unix)]
mod signals;
mod sweep;
mod tables;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A fresh folder with the project's scenarios in it, in which commands are run.
pub struct Place(tempfile::TempDir);

/// What came of a command.
pub struct Outcome {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["scenarios", "docs"] {
            std::os::unix::fs::symlink(root.join(name), dir.path().join(name)).expect("a link");
        }
        Self(dir)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_turnaround"));
        command.args(arguments).current_dir(self.0.path());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.command(arguments).output().expect("the command starts").into()
    }

    /// Runs a command that has to go well, and gives its stdout.
    pub fn well(&self, arguments: &[&str]) -> String {
        let outcome = self.run(arguments);
        assert_eq!(outcome.code, 0, "turnaround {}\n{}{}", arguments.join(" "), outcome.out, outcome.err);
        outcome.out
    }

    /// Runs a scenario and gives its run folder, relative to this place.
    pub fn run_folder(&self, arguments: &[&str]) -> String {
        let table = self.well(&[&["run"], arguments].concat());
        let line = table.lines().find_map(|line| line.strip_prefix("Run folder: "));
        line.expect("the table names the run folder").to_owned()
    }

    /// Every file below a folder with its bytes.
    pub fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        fn walk(root: &Path, dir: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(dir).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(root, &path, files);
                } else {
                    let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
                    files.insert(name, fs::read(&path).expect("a file"));
                }
            }
        }
        let (root, mut files) = (self.path(folder), BTreeMap::new());
        walk(&root, &root, &mut files);
        files
    }
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

const MM1: &str = "scenarios/theory/mm1.toml";

#[test]
fn init_makes_a_folder_that_run_takes_at_once_and_overwrites_nothing() {
    let place = Place::new();
    for template in ["blank", "bus"] {
        place.well(&["init", template, "case"]);
        let text = fs::read_to_string(place.path("case/scenario.toml")).expect("a scenario");
        assert!(text.starts_with("#:schema ./scenario.schema.json\n"));
        let schema = fs::read_to_string(place.path("case/scenario.schema.json")).expect("a schema");
        assert_eq!(schema, place.well(&["schema"]));
        assert!(place.well(&["check", "case"]).contains("case/scenario.toml: fine"));
        let again = place.run(&["init", template, "case"]);
        assert_eq!(again.code, 2);
        assert!(
            again.err.contains("case/scenario.toml is there already; nothing was written"),
            "{}",
            again.err
        );
        assert_eq!(fs::read_to_string(place.path("case/scenario.toml")).expect("a scenario"), text);
        if template == "blank" {
            let table = place.well(&["run", "case"]);
            assert!(table.contains("improvement") && !table.contains("note:"), "{table}");
        }
        fs::remove_dir_all(place.path("case")).expect("the folder goes");
    }
}

#[test]
fn several_scenarios_are_a_batch_with_an_index_page() {
    let place = Place::new();
    let arguments = ["run", MM1, "scenarios/theory/tandem.toml", "-n", "10", "--json"];
    let outcome = place.run(&arguments);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    assert_eq!(outcome.err, "", "talk is for a terminal");
    let answers: serde_json::Value = serde_json::from_str(&outcome.out).expect("one JSON value");
    assert_eq!(answers.as_array().expect("a list").len(), 2);
    let page = fs::read_to_string(place.path("output/index.html")).expect("an index page");
    for answer in answers.as_array().expect("a list") {
        let (name, key) =
            (answer["scenario"].as_str().expect("a name"), answer["run"].as_str().expect("a key"));
        let link = page.split("href=\"").find(|l| l.starts_with(&format!("{name}/{key}/"))).expect("a link");
        let link = link.split('"').next().expect("an end");
        assert!(place.path("output").join(link).exists(), "{link}");
    }
    assert!(!page.contains("http://") && !page.contains("https://"), "the page makes a request");
    assert_eq!(place.run(&arguments).out, outcome.out, "answered before");
}

#[test]
fn an_output_that_cannot_be_written_fails_before_the_work() {
    let place = Place::new();
    fs::write(place.path("output"), "in the way").expect("a file");
    let outcome = place.run(&["run", MM1]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.err.starts_with("error: cannot make the folder output/mm1/"), "{}", outcome.err);
}

/// A full disk: the kernel refuses the first byte.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_fails_and_leaves_nothing_half_written() {
    let place = Place::new();
    let run = place.path("wrapped");
    let script = format!(
        "ulimit -f 8; trap '' XFSZ; exec {} run {MM1} -n 10 -o {}",
        env!("CARGO_BIN_EXE_turnaround"),
        run.display()
    );
    let output = Command::new("sh").args(["-c", &script]).current_dir(place.path("")).output().expect("sh");
    let outcome = Outcome::from(output);
    assert_eq!(outcome.code, 1, "{}{}", outcome.out, outcome.err);
    assert!(outcome.err.contains("cannot write"), "{}", outcome.err);
    let names: Vec<_> = place.files("wrapped").into_keys().collect();
    assert!(names.iter().all(|name| !name.contains("tmp") && !name.ends_with("manifest.json")), "{names:?}");
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let place = Place::new();
    let help = place.well(&["--help"]);
    let commands: Vec<&str> = commands(&help);
    assert!(commands.contains(&"run") && commands.contains(&"man"));
    let completions = place.well(&["completions", "bash"]);
    place.well(&["man", "pages"]);
    for command in commands {
        assert!(completions.contains(&format!("turnaround,{command})")), "{command}");
        let page = fs::read_to_string(place.path(&format!("pages/turnaround-{command}.1"))).expect("a page");
        assert!(page.contains(&format!("turnaround\\-{command}")) || page.contains(command), "{command}");
    }
    assert!(place.well(&["man"]).contains(".TH turnaround"));
}

/// The commands that a help text lists.
pub fn commands(help: &str) -> Vec<&str> {
    let list =
        help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    let words = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    words.filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help").collect()
}

#[test]
fn a_mistake_of_toml_hides_no_other() {
    let place = Place::new();
    let text = "title = \"x\"\n[run]\nstart = 2026-13-45\nwindow = \"1 week\"\n[team.m]\nmembers = 2\n[arrival.a]\nprocess = \"q\"\n\
                every = \"1 h\"\n[process.p.step.t]\ntask = { team = \"m\", time = \"1 furlong\" }\nnext = \"e\"\n[process.p.step.e]\nend = {}\n";
    fs::write(place.path("three.toml"), text).expect("a file");
    let outcome = place.run(&["check", "three.toml"]);
    assert_ne!(outcome.code, 0);
    let errors: Vec<_> = outcome.err.lines().filter(|line| line.starts_with("error: ")).collect();
    let expected = [
        "error: invalid date, expected month between 01 and 12",
        "error: no process is called `q`",
        "error: `furlong` is not a unit",
    ];
    assert_eq!(errors, expected, "{}", outcome.err);
}
