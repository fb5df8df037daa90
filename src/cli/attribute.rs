//! `turnaround attribute`: which mechanism of a change earns what.

use super::columns;
use super::exit::Failure;
use super::study::{self, Answer, Study, Told, bounds, text, worlds};
use crate::business::Attribution;
use crate::business::shapley;
use crate::model::Model;
use crate::output::{Column, Table};
use crate::report::{self, Picture};
use crate::scenario::{self, Switch};
use crate::stats::Estimate;
use crate::text::Change;
use serde_json::{Value, json};

/// Divides the change that an arm makes among its mechanisms.
///
/// The mechanisms are the [switch.NAME] of the scenario, each a list of changes that turns one mechanism off. The arm is
/// run with every set of switches on, with common random numbers; a mechanism's share is its Shapley value: the mean of
/// what it adds, over all orders in which the mechanisms could be added. The shares, and what the arm changes with all
/// mechanisms off, add up to the change.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround attribute docs/examples/mechanisms.toml\n  turnaround attribute docs/examples/mechanisms.toml --json"
)]
pub struct Args {
    #[command(flatten)]
    options: study::Options,
    /// Change a key first, e.g. -S team.clerks.members=4
    #[arg(short = 'S', value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The metric to show; the primary when absent. The files hold all metrics
    #[arg(long)]
    metric: Option<String>,
    /// The arm whose change is divided; the first that is not the control when absent
    #[arg(long)]
    arm: Option<String>,
}

/// Replications unless asked for otherwise: more worlds than a comparison has, so fewer of each.
const MOST: u32 = 60;

pub fn run(args: &Args) -> Result<(), Failure> {
    let study = Study::open(&args.options, &args.set, MOST)?;
    let shown = study.metric(args.metric.as_deref())?;
    let arm = study.arm(args.arm.as_deref())?.clone();
    let switches = scenario::switches(&study.input.scenario);
    if switches.is_empty() {
        return Err(Failure::BadInput(
            "error: the scenario has no switches\nhint: write one for each mechanism, for example [switch.broadcast] off = { \
             \"channel.tool.mode\" = \"one_by_one\" }"
                .to_owned(),
        ));
    }
    // All worlds are read before the first is run: a bad value is known at once.
    let mut named = vec![("before".to_owned(), study.world("before", &[], &[])?)];
    for on in shapley::coalitions(switches.len()) {
        named.push(coalition(&study, &arm.name, &switches, on)?);
    }
    let planned = named.len() * study.n as usize;
    study.answer("attribution", &format!("{} {shown}", arm.name), planned, |variants| {
        let metrics: Vec<usize> = (0..study.model().metrics.len()).collect();
        let found = variants.observe(&worlds(&named), &metrics, 0..study.n).map_err(study::failure)?;
        let of = |metric: usize| {
            let worth: Vec<_> = found.metrics[1..].iter().map(|world| world[metric].clone()).collect();
            let unit_size = study.info(metric).unit_size;
            Attribution::new(&found.metrics[0][metric], &worth, study.level(), unit_size)
        };
        let all: Vec<Attribution> = metrics.iter().map(|m| of(*m)).collect();
        let view = View { study: &study, arm: &arm, switches: &switches, all: &all, runs: found.runs };
        let files = vec![("attribution.csv".to_owned(), view.table().to_csv())];
        let pictures = view.pictures(shown);
        let told = view.told(shown, &named, &pictures);
        Ok(Answer { text: view.text(shown, &named), json: view.json(), told, pictures, files })
    })
}

/// The arm with these switches on, by name.
fn coalition(study: &Study, arm: &str, switches: &[Switch], on: usize) -> Result<(String, Model), Failure> {
    let off = switches.iter().enumerate().filter(|(i, _)| on & (1 << i) == 0);
    let names: Vec<&str> = off.clone().map(|(_, s)| s.name.as_str()).collect();
    let changes: Vec<Change> = off.flat_map(|(_, s)| s.off.iter().cloned()).collect();
    let name = if names.is_empty() { arm.to_owned() } else { format!("{arm} without {}", names.join(", ")) };
    let world = study.world(arm, &[], &changes);
    let said = |e| match e {
        Failure::BadInput(text) => Failure::BadInput(format!("{name}:\n{text}")),
        e => e,
    };
    Ok((name.clone(), world.map_err(said)?))
}

/// What is shown of the result.
struct View<'a> {
    study: &'a Study<'a>,
    arm: &'a scenario::Arm,
    switches: &'a [Switch],
    /// One for each metric.
    all: &'a [Attribution],
    runs: usize,
}

const REST: &str = "Whatever else the arm changes";

impl View<'_> {
    /// The parts of the metric's change: share, what it adds on its own, and last.
    fn rows(&self, shown: usize) -> Vec<[String; 4]> {
        let found = &self.all[shown];
        let row =
            |label: &str, value: &Estimate| [label.to_owned(), text(value), String::new(), String::new()];
        let mut rows = vec![row(self.before(), &found.before), row(REST, &found.rest)];
        for (switch, share) in self.switches.iter().zip(&found.shares) {
            rows.push([switch.label.clone(), text(&share.value), text(&share.alone), text(&share.last)]);
        }
        rows.push(row(&self.arm.label, &found.after));
        rows.push(row("Change in all", &found.total));
        rows
    }

    /// That a mechanism adds nothing to the others, or that there is no interval.
    fn notes(&self, shown: usize, named: &[(String, Model)]) -> Vec<String> {
        let found = &self.all[shown];
        let mut notes = Vec::new();
        for (i, switch) in self.switches.iter().enumerate() {
            let whole = shapley::coalitions(self.switches.len()).end - 1;
            let (with, without) = (&named[1 + whole].1, &named[1 + whole - (1 << i)].1);
            if with == without {
                notes.push(format!(
                    "The switch `{}` changes nothing in the arm `{}`.",
                    switch.name, self.arm.name
                ));
            }
        }
        let shares = found.shares.iter().map(|share| &share.value);
        notes.extend(study::without_interval(self.study.n, shares.chain([&found.total])));
        notes
    }

    fn text(&self, shown: usize, named: &[(String, Model)]) -> String {
        let rows = self.rows(shown);
        let level = crate::report::plain(100.0 * self.study.level());
        let title = format!("{}: what each mechanism earns", self.study.heading(shown));
        let mut out = format!("{}\n", self.study.model().title);
        out += &columns::table(&title, ["", "share", "on its own", "added last"], &rows);
        out += &format!(
            "\n{} worlds, {} paired replications, {} runs. Shares are Shapley values; with \"{REST}\" they add up to the change.\n\
             {level} % intervals; those of the shares hold together.\n",
            named.len(),
            self.study.n,
            self.runs,
        );
        for note in self.notes(shown, named) {
            out += &format!("note: {note}\n");
        }
        out
    }

    fn told(&self, shown: usize, named: &[(String, Model)], pictures: &[Picture]) -> Told {
        let found = &self.all[shown];
        let unit = self.study.info(shown).unit.as_str();
        let label = self.study.label(shown);
        let level = crate::report::plain(100.0 * self.study.level());
        let mut because = vec![format!(
            "In all, from \u{201c}{}\u{201d} to \u{201c}{}\u{201d}: a change of {} {unit}.",
            self.before(),
            self.arm.label,
            text(&found.total)
        )];
        because.extend(self.notes(shown, named));
        Told {
            question: format!("Which mechanism of \u{201c}{}\u{201d} earns what in {label}?", self.arm.label),
            answer: pictures.first().map_or_else(|| self.study.heading(shown), |p| p.title.clone()),
            because,
            reading: vec![format!(
                "A share is the mean of what a mechanism adds, over all orders in which the mechanisms could be added; with \u{201c}{REST}\u{201d} \
                 the shares add up to the change. Beside it: what the mechanism adds on its own, to nothing but that; and what it adds last, to \
                 all others. {level} % intervals; those of the shares hold together."
            )],
            tables: vec![report::document::Table::new(
                format!("{}: what each mechanism earns", self.study.heading(shown)),
                "attribution.csv",
                &["", "share", "on its own", "added last"],
                self.rows(shown).into_iter().map(Vec::from).collect(),
            )],
            method: vec![
                (
                    "Worlds",
                    format!(
                        "The arm with every set of mechanisms on, and the control: {} worlds of {} paired replications, {} runs.",
                        named.len(),
                        self.study.n,
                        self.runs
                    ),
                ),
                (
                    "Shares",
                    "Shapley values (Shapley 1953) with intervals over the replications, adjusted for the number of mechanisms \
                     (Bonferroni)."
                        .to_owned(),
                ),
            ],
            files: vec![("attribution.csv", "the parts of the change of every metric")],
        }
    }

    fn before(&self) -> &str {
        &self.study.input.arms[0].0.label
    }

    fn json(&self) -> Value {
        let metrics = self.all.iter().enumerate().map(|(i, found)| {
            let info = self.study.info(i);
            let shares = self.switches.iter().zip(&found.shares).map(|(switch, share)| {
                let value = json!({
                    "label": switch.label,
                    "share": bounds(&share.value),
                    "alone": bounds(&share.alone),
                    "last": bounds(&share.last),
                });
                (switch.name.clone(), value)
            });
            let value = json!({
                "unit": info.unit,
                "before": bounds(&found.before),
                "rest": bounds(&found.rest),
                "switches": Value::Object(shares.collect()),
                "after": bounds(&found.after),
                "total": bounds(&found.total),
            });
            (info.name.clone(), value)
        });
        json!({
            "schema_version": 1,
            "scenario": self.study.input.name,
            "arm": self.arm.name,
            "seed": self.study.model().design.seed,
            "replications": self.study.n,
            "runs": self.runs,
            "level": self.study.level(),
            "metrics": Value::Object(metrics.collect()),
        })
    }

    /// All metrics: a row for each part.
    fn table(&self) -> Table {
        let mut rows: Vec<(usize, String, String, [Option<Estimate>; 3])> = Vec::new();
        for (m, found) in self.all.iter().enumerate() {
            let mut plain = |name: &str, label: &str, e| {
                rows.push((m, name.to_owned(), label.to_owned(), [Some(e), None, None]));
            };
            plain("before", self.before(), found.before);
            plain("rest", REST, found.rest);
            for (switch, share) in self.switches.iter().zip(&found.shares) {
                let all = [Some(share.value), Some(share.alone), Some(share.last)];
                rows.push((m, switch.name.clone(), switch.label.clone(), all));
            }
            let mut plain = |name: &str, label: &str, e| {
                rows.push((m, name.to_owned(), label.to_owned(), [Some(e), None, None]));
            };
            plain(&self.arm.name, &self.arm.label, found.after);
            plain("total", "Change in all", found.total);
        }
        let mut table = Table::default();
        let names = |of: &dyn Fn(usize) -> String| rows.iter().map(|r| of(r.0)).collect();
        table.push("metric", Column::Text(names(&|m| self.study.info(m).name.clone())));
        table.push("unit", Column::Text(names(&|m| self.study.info(m).unit.clone())));
        table.push("part", Column::Text(rows.iter().map(|r| r.1.clone()).collect()));
        table.push("label", Column::Text(rows.iter().map(|r| r.2.clone()).collect()));
        for (k, prefix) in ["", "alone_", "last_"].into_iter().enumerate() {
            let number = |of: fn(&Estimate) -> f64| {
                Column::Number(rows.iter().map(|r| r.3[k].as_ref().map_or(f64::NAN, of)).collect())
            };
            table.push(format!("{prefix}value"), number(|e| e.value));
            table.push(format!("{prefix}lower"), number(|e| e.lower));
            table.push(format!("{prefix}upper"), number(|e| e.upper));
        }
        table
    }

    #[cfg(not(feature = "charts"))]
    fn pictures(&self, _: usize) -> Vec<Picture> {
        Vec::new()
    }

    #[cfg(feature = "charts")]
    fn pictures(&self, shown: usize) -> Vec<Picture> {
        let chart = self.chart(shown);
        vec![Picture {
            name: "waterfall".to_owned(),
            caption:
                "From the control to the arm in parts that add up; each bar begins where the one before ends."
                    .to_owned(),
            file: "attribution.csv",
            svg: chart.svg(),
            title: chart.title,
        }]
    }

    #[cfg(feature = "charts")]
    fn chart(&self, shown: usize) -> crate::chart::WaterfallChart {
        use crate::chart::{Interval, WaterfallChart, WaterfallStep, findings};
        let (found, info) = (&self.all[shown], self.study.info(shown));
        let interval = |e: &Estimate| Interval::from(e);
        let shares: Vec<(&str, Interval)> = (self.switches.iter().zip(&found.shares))
            .map(|(switch, share)| (switch.label.as_str(), interval(&share.value)))
            .collect();
        let label = self.study.label(shown);
        let mut steps = vec![
            WaterfallStep::level(self.before(), interval(&found.before)),
            WaterfallStep::change(REST, interval(&found.rest)),
        ];
        steps.extend(shares.iter().map(|(name, share)| WaterfallStep::change(*name, *share)));
        steps.push(WaterfallStep::level(self.arm.label.as_str(), interval(&found.after)));
        let level = crate::report::plain(100.0 * self.study.level());
        WaterfallChart {
            title: findings::largest_share(label, &info.unit, &shares),
            subtitle: format!(
                "{label} from \"{}\" to \"{}\": Shapley value of each mechanism, over all orders in which they could be added; \
                 {level} % intervals, of the mechanisms together",
                self.before(),
                self.arm.label
            ),
            footer: self.study.footer(),
            x_label: if info.unit.is_empty() { label.to_owned() } else { format!("{label}, {}", info.unit) },
            better: study::better(info),
            steps,
        }
    }
}
