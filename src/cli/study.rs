//! What commands that run many variants of one scenario have in common: flags, metrics and arms by name, worlds with
//! changes, the folder of the answer.

mod page;

pub use page::{Told, without_interval};

use super::exit::{Failure, print};
use super::input::{self, Input};
use super::{args, folder, progress, work};
use crate::business::{PRESENT_COST, present_cost};
use crate::eventlog::format;
use crate::experiment::{self, Arm, Threads, Variants, Watch};
use crate::model::{Better, Metric, Model};
use crate::output::{folder as files, manifest};
use crate::stats::{self, Estimate};
use crate::text::Change;
use crate::{report, scenario};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Scenario file, or folder with a scenario.toml
    pub scenario: PathBuf,
    /// Paired replications of each world (of the first stage, where replications are added one by one)
    #[arg(long, short = 'n', value_name = "N")]
    replications: Option<u32>,
    /// Seed of the random numbers
    #[arg(long, value_parser = args::seed)]
    seed: Option<u64>,
    /// Threads; as many as there are processors when absent. Results do not depend on it
    #[arg(long, value_name = "N", value_parser = args::threads)]
    threads: Option<usize>,
    /// Where the folder of the answer goes
    #[arg(long, short, value_name = "DIR", default_value = "output")]
    output: PathBuf,
    /// Run again even if the folder has the answer
    #[arg(long)]
    force: bool,
    /// Print JSON on stdout instead of the table
    #[arg(long)]
    json: bool,
}

/// A scenario whose variants are run.
pub struct Study<'a> {
    options: &'a Options,
    pub input: Input,
    /// Paired replications of each world.
    pub n: u32,
}

/// What is found: the table, the object of `--json`, what the page says, pictures (each becomes SVG and PNG), and further files.
pub struct Answer {
    pub text: String,
    pub json: Value,
    pub told: Told,
    pub pictures: Vec<report::Picture>,
    pub files: Vec<(String, Vec<u8>)>,
}

/// Name of the table's file, and of the JSON object's.
const TABLE: &str = "summary.txt";
const JSON: &str = "results.json";
const PAGE: &str = "report.html";

impl<'a> Study<'a> {
    /// Reads the scenario; `most` replications unless the flags say how many.
    pub fn open(options: &'a Options, set: &[String], most: u32) -> Result<Self, Failure> {
        let seed = options.seed.map(|s| format!("compare.seed={s}"));
        let settings: Vec<String> = set.iter().cloned().chain(seed).collect();
        // Arms that are left aside otherwise may be asked for by name.
        let mut input = input::read_arms(&options.scenario, &settings, &scenario::Pick::All)?;
        input.arms.iter_mut().for_each(|(arm, model)| with_present_cost(model, &arm.name));
        let n = options.replications.unwrap_or(input.arms[0].1.design.replications.clamp(2, most));
        if n < 2 {
            return Err(Failure::BadInput("error: intervals need two replications or more".to_owned()));
        }
        Ok(Self { options, input, n })
    }

    /// The control.
    pub fn model(&self) -> &Model {
        &self.input.arms[0].1
    }

    pub fn level(&self) -> f64 {
        self.model().design.level
    }

    /// Position of the metric of this name; the primary's when absent.
    pub fn metric(&self, name: Option<&str>) -> Result<usize, Failure> {
        metric(self.model(), name)
    }

    pub fn info(&self, metric: usize) -> &Metric {
        &self.model().metrics.as_slice()[metric]
    }

    /// The label of a metric, or its name.
    pub fn label(&self, metric: usize) -> &str {
        let info = self.info(metric);
        if info.label.is_empty() { &info.name } else { &info.label }
    }

    /// "Time to restore a bus [h]"
    pub fn heading(&self, metric: usize) -> String {
        match self.info(metric).unit.as_str() {
            "" => self.label(metric).to_owned(),
            unit => format!("{} [{unit}]", self.label(metric)),
        }
    }

    /// The arm of this name; the first that is not the control when absent.
    pub fn arm(&self, name: Option<&str>) -> Result<&scenario::Arm, Failure> {
        let arms: Vec<&scenario::Arm> = self.input.arms.iter().map(|(arm, _)| arm).collect();
        let found = match name {
            Some(name) => arms.iter().find(|arm| arm.name == name),
            None => arms.get(1),
        };
        found.copied().ok_or_else(|| match name {
            Some(name) => unknown("arm", name, arms.iter().map(|arm| arm.name.as_str()).collect()),
            None => Failure::BadInput(
                "error: the scenario has no arm besides `before`\nhint: write what is different into [arm.after.set]"
                    .to_owned(),
            ),
        })
    }

    /// A key with every value between two.
    pub fn between(&self, path: &str, low: &str, high: &str) -> Result<scenario::Range, Failure> {
        let tree = &self.input.scenario;
        let found = scenario::between(tree, path, low, high);
        let mut range = found.map_err(|d| Failure::BadInput(input::render(&[d], tree)))?;
        if range.label.is_empty() {
            range.label.clone_from(&range.path);
        }
        Ok(range)
    }

    /// The scenario's text with these changes.
    pub fn changed(&self, changes: &[Change]) -> Result<scenario::Scenario, Failure> {
        let (tree, diagnostics) = scenario::apply(&self.input.scenario, changes);
        match diagnostics.is_empty() {
            true => Ok(tree),
            false => Err(Failure::BadInput(input::render(&diagnostics, &self.input.scenario))),
        }
    }

    /// The world of an arm where the scenario is changed `first`, then by the arm, and then by `last`.
    pub fn world(&self, arm: &str, first: &[Change], last: &[Change]) -> Result<Model, Failure> {
        let tree = self.changed(first)?;
        let arms = scenario::arms(&tree);
        let own = arms.iter().find(|a| a.name == arm).map_or(&[][..], |a| &a.changes);
        let changes: Vec<Change> = own.iter().chain(last).cloned().collect();
        let (tree, mut diagnostics) = scenario::apply(&tree, &changes);
        let loader = |name: &str| {
            let bytes = self.input.files.get(name).ok_or("it is not among the scenario's own files")?;
            format::as_csv(name, bytes.clone())
        };
        let (model, found) = scenario::lower(&tree, &loader);
        diagnostics.extend(found);
        // What the scenario itself warns of was said when it was read.
        diagnostics.retain(crate::diag::Diagnostic::is_error);
        match model {
            Some(mut model) if diagnostics.is_empty() => {
                model.name.clone_from(&self.model().name);
                with_present_cost(&mut model, arm);
                Ok(model)
            }
            _ => Err(Failure::BadInput(input::render(&diagnostics, &tree))),
        }
    }

    /// "bus, seed 1, 60 paired replications, turnaround 0.1.0"
    pub fn footer(&self) -> String {
        let (name, seed) = (&self.input.name, self.model().design.seed);
        format!(
            "{name}, seed {seed}, {} paired replications, turnaround {}",
            self.n,
            env!("CARGO_PKG_VERSION")
        )
    }

    /// Prints the answer: from its folder, where it was given before, else by running `find`. `asked` is what distinguishes
    /// this request from others about the same scenario; `planned` how many runs it takes at most.
    pub fn answer(
        &self,
        kind: &str,
        asked: &str,
        planned: usize,
        find: impl FnOnce(&mut Variants) -> Result<Answer, Failure>,
    ) -> Result<(), Failure> {
        let asked = format!("{kind} {asked} {}", self.n);
        let request = folder::key(&self.input)?;
        let key = manifest::key(&[request.as_bytes(), asked.as_bytes()]);
        let path = self.options.output.join(&self.input.name).join(format!("{kind}-{key}"));
        let kept = |name: &str| std::fs::read_to_string(path.join(name)).ok();
        let (text, json) = match (self.options.force, kept(TABLE), kept(JSON)) {
            (false, Some(text), Some(json)) => (text, json),
            _ => {
                let pool = self.threads()?;
                let bars = progress::Bars::new(1);
                let bar = bars.next(&format!("{} {kind}", self.input.name));
                let watch = Watch { progress: &progress::on(&bar), cancel: work::interruption() };
                progress::say(&bar, &format!("{kind}: {planned} runs at most"));
                let mut variants = Variants::new(&pool, watch, planned);
                let answer = find(&mut variants)?;
                bars.done(&bar, false);
                let pretty = |v| serde_json::to_string_pretty(v).map_err(|e| Failure::Failed(e.to_string()));
                let json = pretty(&answer.json)? + "\n";
                let mut all = answer.files;
                #[cfg(feature = "charts")]
                for picture in &answer.pictures {
                    let png = crate::chart::svg_to_png(&picture.svg).map_err(Failure::Failed)?;
                    all.push((format!("{}.png", picture.name), png));
                    all.push((format!("{}.svg", picture.name), picture.svg.clone().into_bytes()));
                }
                let html = answer.told.page(self, &answer.pictures).map_err(Failure::Failed)?;
                all.push((PAGE.to_owned(), html.into_bytes()));
                all.push((TABLE.to_owned(), answer.text.clone().into_bytes()));
                all.push((JSON.to_owned(), json.clone().into_bytes()));
                files::write_folder(&path, &all, true).map_err(Failure::Failed)?;
                (answer.text, json)
            }
        };
        match self.options.json {
            true => print(&json),
            false => print(&format!("{text}Folder: {}\n", path.display())),
        }
    }

    fn threads(&self) -> Result<Threads, Failure> {
        experiment::threads(self.options.threads).map_err(Failure::Failed)
    }
}

/// Where a scenario has `[money]`, what costs over the years are worth today is one metric more.
fn with_present_cost(model: &mut Model, arm: &str) {
    if model.metrics.iter().all(|m| m.name != PRESENT_COST) {
        let metric = present_cost(model, arm);
        model.metrics.extend(metric);
    }
}

/// A key between two values, as `key=low..high` says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranged {
    pub path: String,
    pub low: String,
    pub high: String,
}

/// The settings with one value, and those with a range.
pub fn split_ranges(settings: &[String]) -> (Vec<String>, Vec<Ranged>) {
    let (mut fixed, mut ranged) = (Vec::new(), Vec::new());
    for setting in settings {
        match ranged_setting(setting) {
            Some(found) => ranged.push(found),
            None => fixed.push(setting.clone()),
        }
    }
    (fixed, ranged)
}

/// `key=low..high`, the values with or without quotes, each or together.
pub fn ranged_setting(setting: &str) -> Option<Ranged> {
    let plain = |text: &str| text.trim().trim_matches(['"', '\'']).trim().to_owned();
    let (path, value) = setting.split_once('=')?;
    let (low, high) = value.split_once("..")?;
    let (path, low, high) = (path.trim().to_owned(), plain(low), plain(high));
    (!path.is_empty() && !low.is_empty() && !high.is_empty()).then_some(Ranged { path, low, high })
}

/// Position of the metric of this name; the primary's, or the first, when absent.
pub fn metric(model: &Model, name: Option<&str>) -> Result<usize, Failure> {
    use crate::ids::Id;
    let names = || model.metrics.iter().map(|m| m.name.as_str());
    match name {
        Some(name) => {
            names().position(|n| n == name).ok_or_else(|| unknown("metric", name, names().collect()))
        }
        None => model
            .design
            .primary
            .or_else(|| model.metrics.ids().next())
            .map(Id::index)
            .ok_or_else(|| Failure::BadInput("error: the scenario has no metric".to_owned())),
    }
}

/// A name that does not exist.
pub fn unknown(what: &str, name: &str, known: Vec<&str>) -> Failure {
    let hint = crate::diag::suggest(name, known.iter().copied())
        .unwrap_or_else(|| format!("there are {}", known.join(", ")));
    Failure::BadInput(format!("error: there is no {what} `{name}`\nhint: {hint}"))
}

/// Worlds as the experiment takes them.
pub fn worlds<'m>(named: &'m [(String, Model)]) -> Vec<Arm<'m>> {
    named.iter().map(|(name, model)| Arm { name, label: name, model }).collect()
}

/// Why an experiment has no results.
pub fn failure(e: experiment::Error) -> Failure {
    match e {
        experiment::Error::Cancelled { .. } | experiment::Error::NothingFinished => {
            Failure::Interrupted(e.to_string())
        }
        e => Failure::Failed(e.to_string()),
    }
}

/// Value, lower and upper; null where unknown.
pub fn bounds(e: &Estimate) -> Value {
    json!({ "value": e.value, "lower": e.lower, "upper": e.upper })
}

/// "12.3 [11.9, 12.7]"
pub fn text(e: &Estimate) -> String {
    if e.is_identical() { "0".to_owned() } else { report::number_text(&bounds(e)) }
}

/// Which way a metric gets better.
pub fn better(metric: &Metric) -> Option<stats::Better> {
    match metric.better {
        Better::Lower => Some(stats::Better::Lower),
        Better::Higher => Some(stats::Better::Higher),
        Better::Neutral => None,
    }
}
