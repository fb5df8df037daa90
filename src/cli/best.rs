//! `turnaround best`: which arm is the best, with as few runs as it takes to say so.

use super::columns;
use super::exit::Failure;
use super::study::{self, Answer, Study, Told, bounds, text, unknown, worlds};
use crate::experiment::Variants;
use crate::model::Model;
use crate::output::{Column, Table};
use crate::report;
use crate::scenario::{self, Pick};
use crate::stats::kim_nelson::{Selection, SelectionRule, select};
use crate::stats::{Better, Estimate, mean_t};
use crate::text::quantity;
use crate::units::Dim;
use serde_json::{Value, json};

/// Selects the best arm of a scenario on one metric: the sequential procedure of Kim and Nelson.
///
/// Arms run replication by replication, with common random numbers; an arm drops out as soon as another is ahead of it by
/// more than chance explains. The arm that is left is the best with the confidence asked for, or within --delta of the best.
/// What is compared is the mean over replications of each replication's own value.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround best docs/examples/mechanisms.toml --delta \"10 min\"\n  turnaround best docs/examples/mechanisms.toml --arms before,after --confidence 0.99 --json"
)]
pub struct Args {
    #[command(flatten)]
    options: study::Options,
    /// Change a key first, e.g. -S team.clerks.members=4
    #[arg(short = 'S', value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The metric that decides; the primary when absent
    #[arg(long)]
    metric: Option<String>,
    /// The arms to select from, with commas between; all when absent
    #[arg(long, value_delimiter = ',')]
    arms: Vec<String>,
    /// Differences smaller than this do not matter: "30 min", or a share of the control's value such as "2 %"; the smallest
    /// effect that matters of the metric when absent
    #[arg(long, value_name = "AMOUNT")]
    delta: Option<String>,
    /// Probability that the selected arm is the best, or within --delta of it
    #[arg(long, default_value_t = 0.95, value_parser = super::args::confidence)]
    confidence: f64,
    /// Replications of an arm at most
    #[arg(long, default_value_t = 1000)]
    most: u32,
}

/// Replications of the first stage unless asked for otherwise.
const FIRST: u32 = 20;
/// Replications that are run at a time, whatever the number of threads.
const BATCH: u32 = 10;

pub fn run(args: &Args) -> Result<(), Failure> {
    let study = Study::open(&args.options, &args.set, FIRST)?;
    let metric = study.metric(args.metric.as_deref())?;
    let info = study.info(metric);
    let Some(better) = study::better(info) else {
        return Err(Failure::BadInput(format!(
            "error: the metric `{}` does not say which way is better\nhint: give it better = \"lower\" or \"higher\"",
            info.name
        )));
    };
    let zone = zone(args.delta.as_deref(), &study, metric)?;
    let all: Vec<&str> = study.input.arms.iter().map(|(arm, _)| arm.name.as_str()).collect();
    // Those that are left aside are in the race only when they are named.
    let usual = scenario::pick(&study.input.scenario, &Pick::Usual).map_err(Failure::BadInput)?;
    let usual = scenario::arms(&usual);
    let wanted: Vec<&str> = match args.arms.is_empty() {
        true => usual.iter().map(|arm| arm.name.as_str()).collect(),
        false => args.arms.iter().map(String::as_str).collect(),
    };
    let find = |name: &&str| {
        all.iter().find(|arm| *arm == name).copied().ok_or_else(|| unknown("arm", name, all.clone()))
    };
    let names: Vec<&str> = wanted.iter().map(find).collect::<Result<_, _>>()?;
    let named: Vec<(String, Model)> = names
        .iter()
        .map(|name| Ok(((*name).to_owned(), study.world(name, &[], &[])?)))
        .collect::<Result<_, Failure>>()?;
    let labels: Vec<&str> =
        names.iter().map(|name| study.arm(Some(name)).map(|a| a.label.as_str())).collect::<Result<_, _>>()?;

    let asked = format!("{names:?} {metric} {zone:?} {} {}", args.confidence, args.most);
    let planned = named.len() * study.n as usize;
    study.answer("best", &asked, planned, |variants| {
        let mut race = Race { named: &named, metric, sign: sign(better), own: vec![Vec::new(); named.len()] };
        let everyone: Vec<usize> = (0..named.len()).collect();
        race.run(variants, &everyone, study.n)?;
        let control = race.own[0].iter().sum::<f64>() / f64::from(study.n);
        let delta = match zone {
            Zone::Amount(amount) => amount,
            Zone::Share(share) => share * control.abs(),
        };
        if !(delta.is_finite() && delta > 0.0) {
            return Err(Failure::BadInput(
                "error: the differences that do not matter must be larger than zero\nhint: --delta \"2 %\", or an amount with its unit"
                    .to_owned(),
            ));
        }
        let rule = SelectionRule {
            delta,
            confidence: args.confidence,
            first: study.n as usize,
            cap: args.most.max(study.n) as usize,
        };
        let selection = select(named.len(), &rule, |alive, r| race.observe(variants, alive, r))?;
        let view = View { study: &study, metric, labels: &labels, names: &names, selection: &selection, rule, sign: race.sign, runs: variants.runs() };
        let files = vec![("best.csv".to_owned(), view.table().to_csv())];
        Ok(Answer { text: view.text(), json: view.json(), told: view.told(), pictures: Vec::new(), files })
    })
}

const HEADER: [&str; 4] = ["", "mean of replications", "replications", "race"];

/// What differences do not matter.
#[derive(Clone, Copy, Debug)]
enum Zone {
    /// [base units]
    Amount(f64),
    /// Of the control's value.
    Share(f64),
}

fn zone(text: Option<&str>, study: &Study, metric: usize) -> Result<Zone, Failure> {
    let info = study.info(metric);
    let Some(text) = text else {
        return match info.matters {
            Some(share) if info.matters_relative => Ok(Zone::Share(share)),
            Some(amount) => Ok(Zone::Amount(amount)),
            None => Err(Failure::BadInput(format!(
                "error: nothing says which differences of `{}` matter\nhint: --delta \"2 %\", or `matters` in the metric",
                info.name
            ))),
        };
    };
    let relative = text.trim_end().ends_with('%');
    let dim = if relative { Dim::NUMBER } else { info.dim };
    let value = quantity::parse_as(text, dim).map_err(|mistake| {
        let hint = mistake.hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
        Failure::BadInput(format!("error: --delta \"{text}\": {}{hint}", mistake.message))
    })?;
    Ok(if relative { Zone::Share(value) } else { Zone::Amount(value) })
}

/// Larger is better, as the procedure wants it.
fn sign(better: Better) -> f64 {
    match better {
        Better::Higher => 1.0,
        Better::Lower => -1.0,
    }
}

/// Runs arms some replications ahead.
struct Race<'a> {
    named: &'a [(String, Model)],
    metric: usize,
    sign: f64,
    /// `[arm][replication]` [base units]
    own: Vec<Vec<f64>>,
}

impl Race<'_> {
    fn run(&mut self, variants: &mut Variants, alive: &[usize], more: u32) -> Result<(), Failure> {
        let from = self.own[alive[0]].len() as u32;
        let all = worlds(self.named);
        let some: Vec<_> = alive.iter().map(|i| all[*i]).collect();
        variants.planned = variants.planned.max(variants.runs() + some.len() * more as usize);
        let found = variants.observe(&some, &[self.metric], from..from + more).map_err(study::failure)?;
        for (i, metrics) in alive.iter().zip(found.metrics) {
            if let Some(r) = metrics[0].own.iter().position(|x| !x.is_finite()) {
                return Err(Failure::Failed(format!(
                    "the metric is undefined in replication {} of `{}`, so that arms cannot be compared run by run",
                    from as usize + r,
                    self.named[*i].0
                )));
            }
            self.own[*i].extend(&metrics[0].own);
        }
        Ok(())
    }

    fn observe(&mut self, variants: &mut Variants, alive: &[usize], r: usize) -> Result<Vec<f64>, Failure> {
        if self.own[alive[0]].len() <= r {
            self.run(variants, alive, BATCH)?;
        }
        Ok(alive.iter().map(|i| self.sign * self.own[*i][r]).collect())
    }
}

struct View<'a> {
    study: &'a Study<'a>,
    metric: usize,
    labels: &'a [&'a str],
    names: &'a [&'a str],
    selection: &'a Selection,
    rule: SelectionRule,
    sign: f64,
    runs: usize,
}

impl View<'_> {
    fn estimate(&self, arm: usize) -> Estimate {
        let size = self.study.info(self.metric).unit_size;
        let own: Vec<f64> =
            self.selection.runners[arm].observed.iter().map(|x| self.sign * x / size).collect();
        mean_t(&own, self.study.level())
    }

    fn delta(&self) -> String {
        let info = self.study.info(self.metric);
        format!("{} {}", crate::report::plain(self.rule.delta / info.unit_size), info.unit)
            .trim_end()
            .to_owned()
    }

    fn rows(&self) -> Vec<[String; 4]> {
        let runners = &self.selection.runners;
        let row = |arm: usize| {
            let end = match runners[arm].dropped {
                Some((r, by)) => format!("out after {r}: behind {}", self.labels[by]),
                None if arm == self.selection.best && self.selection.is_settled => "the best".to_owned(),
                None if arm == self.selection.best => "leads".to_owned(),
                None if self.selection.is_settled => "as good as the best".to_owned(),
                None => "not out".to_owned(),
            };
            let n = runners[arm].observed.len().to_string();
            [self.labels[arm].to_owned(), text(&self.estimate(arm)), n, end]
        };
        (0..runners.len()).map(row).collect()
    }

    /// Which arm is the best, as far as that is settled.
    fn finding(&self) -> String {
        let (best, delta) = (self.labels[self.selection.best], self.delta());
        let confidence = crate::report::plain(100.0 * self.rule.confidence);
        match self.selection.is_settled {
            true => {
                format!("{best} is the best with {confidence} % confidence, or within {delta} of the best.")
            }
            false => format!(
                "Not settled within {} replications: {best} leads. A larger --most, or a larger --delta than {delta}, would settle it.",
                self.rule.cap
            ),
        }
    }

    fn told(&self) -> Told {
        let level = crate::report::plain(100.0 * self.study.level());
        Told {
            question: format!("Which arm is the best in {}?", self.study.label(self.metric)),
            answer: self.finding(),
            because: vec![format!(
                "Differences below {} do not matter: an arm that is left may be behind the best by as much.",
                self.delta()
            )],
            reading: vec![format!(
                "All arms run replication by replication with the same random numbers; one drops out as soon as another is ahead of it by more \
                 than chance explains. The value is the mean over replications of each replication's own value; {level} % intervals, those of each \
                 arm by itself, which are wider than what paired differences show."
            )],
            tables: vec![report::document::Table::new(
                format!("The race: {}", self.study.heading(self.metric)),
                "best.csv",
                &HEADER,
                self.rows().into_iter().map(Vec::from).collect(),
            )],
            method: vec![(
                "Selection",
                format!(
                    "Kim and Nelson (2001), first stage of {} replications, at most {} of an arm; {} runs.",
                    self.rule.first, self.rule.cap, self.runs
                ),
            )],
            files: vec![("best.csv", "every observation of the race")],
        }
    }

    fn text(&self) -> String {
        let title = format!("Which arm is the best? {}", self.study.heading(self.metric));
        let mut out = format!("{}\n", self.study.model().title);
        out += &columns::table(&title, HEADER, &self.rows());
        out += &format!("\n{}\n", self.finding());
        out += &format!(
            "{} runs; first stage {}. Intervals ({} %) are those of each arm by itself.\n",
            self.runs,
            self.rule.first,
            crate::report::plain(100.0 * self.study.level())
        );
        out
    }

    fn json(&self) -> Value {
        let info = self.study.info(self.metric);
        let arms = (0..self.names.len()).map(|i| {
            let runner = &self.selection.runners[i];
            let mut value = bounds(&self.estimate(i));
            value["replications"] = json!(runner.observed.len());
            value["dropped_after"] = json!(runner.dropped.map(|(r, _)| r));
            value["behind"] = json!(runner.dropped.map(|(_, by)| self.names[by]));
            (self.names[i].to_owned(), value)
        });
        json!({
            "schema_version": 1,
            "scenario": self.study.input.name,
            "metric": info.name,
            "unit": info.unit,
            "seed": self.study.model().design.seed,
            "confidence": self.rule.confidence,
            "delta": self.rule.delta / info.unit_size,
            "best": self.names[self.selection.best],
            "settled": self.selection.is_settled,
            "runs": self.runs,
            "arms": Value::Object(arms.collect()),
        })
    }

    /// Every observation of the race.
    fn table(&self) -> Table {
        let size = self.study.info(self.metric).unit_size;
        let runners = || self.selection.runners.iter().enumerate();
        let each =
            || runners().flat_map(|(i, runner)| (0..runner.observed.len()).map(move |r| (i, r, runner)));
        let mut table = Table::default();
        table.push("arm", Column::Text(each().map(|(i, ..)| self.names[i].to_owned()).collect()));
        table.push("replication", Column::Integer(each().map(|(_, r, _)| r as u64).collect()));
        let value = |(_, r, runner): (usize, usize, &crate::stats::kim_nelson::Runner)| {
            self.sign * runner.observed[r] / size
        };
        table.push("value", Column::Number(each().map(value).collect()));
        table
    }
}
