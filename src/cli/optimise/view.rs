//! What a search leaves: the table of the best settings, all that was tried, a picture of the front.

use super::Decision;
use crate::business::nsga2::Tried;
use crate::cli::columns;
use crate::cli::exit::Failure;
use crate::cli::study::{Answer, Told, bounds, text};
use crate::experiment::in_unit;
use crate::output::{Column, Table};
use crate::report::{self, Picture, plain};
use crate::stats::{Estimate, Resampled};
use serde_json::{Value, json};

/// A setting that was run with fresh replications.
pub struct Candidate {
    /// None: the scenario as written.
    pub setting: Option<Vec<f64>>,
    /// One for each metric that is looked at [base units].
    pub found: Vec<Resampled>,
    /// Nobody of those that are shown is better in all goals, with fresh replications.
    pub is_best: bool,
}

pub struct View<'a> {
    pub decision: &'a Decision<'a>,
    pub tried: &'a [Tried],
    /// The scenario as written first.
    pub candidates: &'a [Candidate],
    /// Fresh replications of each.
    pub confirm: u32,
    /// Runs of the search, and of the confirmation.
    pub searched: usize,
    pub confirmed: usize,
    /// All settings were tried.
    pub is_complete: bool,
}

impl View<'_> {
    pub fn answer(&self) -> Result<Answer, Failure> {
        let files = vec![
            ("tried.csv".to_owned(), self.all_tried().to_csv()),
            ("best.csv".to_owned(), self.best().to_csv()),
        ];
        let pictures = self.pictures();
        Ok(Answer { text: self.text(), json: self.json(), told: self.told(&pictures), pictures, files })
    }

    fn metric(&self, k: usize) -> usize {
        self.decision.goals.metrics()[k]
    }

    fn size(&self, k: usize) -> f64 {
        self.decision.study.info(self.metric(k)).unit_size
    }

    /// A metric of a candidate [display unit].
    fn estimate(&self, c: &Candidate, k: usize) -> Estimate {
        in_unit(c.found[k].estimate(self.decision.study.level()), self.size(k))
    }

    /// Its change from the scenario as written.
    fn change(&self, c: &Candidate, k: usize) -> Estimate {
        let written = &self.candidates[0].found[k];
        in_unit(Resampled::difference(written, &c.found[k], self.decision.study.level()), self.size(k))
    }

    /// Whether the limits are kept, in words.
    fn limits(&self, c: &Candidate) -> String {
        let kept = self.decision.goals.limits.iter().map(|limit| {
            let info = self.decision.study.info(self.metric(limit.metric));
            limit.is_kept(&self.estimate(c, limit.metric), info)
        });
        let kept: Vec<Option<bool>> = kept.collect();
        match () {
            _ if kept.contains(&Some(false)) => "missed",
            _ if kept.contains(&None) => "not settled",
            _ => "kept",
        }
        .to_owned()
    }

    /// A lever's value in a candidate, as written.
    fn value(&self, c: &Candidate, lever: usize, short: bool) -> String {
        let set = &self.decision.levers[lever];
        let value = c.setting.as_ref().map_or(set.written(), |setting| setting[lever]);
        if short { set.short(value) } else { set.text(value) }
    }

    /// The table: header and rows.
    fn shown(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let (study, goals) = (self.decision.study, self.decision.goals);
        let n_metrics = goals.metrics().len();
        let mut header: Vec<String> = self.decision.levers.iter().map(|l| l.label.clone()).collect();
        for k in 0..n_metrics {
            header.push(study.heading(self.metric(k)));
        }
        for k in 0..goals.count() {
            header.push(format!("change of {}", study.info(self.metric(k)).name));
        }
        let has_limits = !goals.limits.is_empty();
        if has_limits {
            header.push("limits".to_owned());
        }
        header.push(String::new());
        let row = |c: &Candidate| {
            let mut row: Vec<String> =
                (0..self.decision.levers.len()).map(|l| self.value(c, l, true)).collect();
            row.extend((0..n_metrics).map(|k| text(&self.estimate(c, k))));
            let is_written = c.setting.is_none();
            let change = |k| if is_written { String::new() } else { text(&self.change(c, k)) };
            row.extend((0..goals.count()).map(change));
            if has_limits {
                row.push(self.limits(c));
            }
            row.push(
                match (is_written, c.is_best, goals.is_single()) {
                    (true, ..) => "as written",
                    (false, true, true) => "the best",
                    (false, false, false) => "behind another",
                    _ => "",
                }
                .to_owned(),
            );
            row
        };
        let rows = self.candidates.iter().map(row).collect();
        (header, rows)
    }

    /// The best setting in words, or the front; guarded.
    fn finding(&self, pictures: &[Picture]) -> String {
        if let Some(picture) = pictures.first() {
            return picture.title.clone();
        }
        let best = self.candidates.iter().find(|c| c.is_best && c.setting.is_some());
        match best {
            Some(best) => {
                let info = self.decision.study.info(self.metric(0));
                let levers = self.decision.levers.iter().enumerate();
                let set: Vec<String> = levers
                    .map(|(l, lever)| format!("{} {}", lever.label, self.value(best, l, true)))
                    .collect();
                format!(
                    "The best that was found: {}: {} {} {}",
                    set.join(", "),
                    self.decision.study.label(self.metric(0)),
                    text(&self.estimate(best, 0)),
                    info.unit
                )
            }
            None => "No setting is shown to be better than the scenario as written".to_owned(),
        }
    }

    fn told(&self, pictures: &[Picture]) -> Told {
        let (study, goals) = (self.decision.study, self.decision.goals);
        let (header, rows) = self.shown();
        let level = plain(100.0 * study.level());
        let names: Vec<String> = (0..goals.count()).map(|k| study.label(self.metric(k)).to_owned()).collect();
        let mut because = Vec::new();
        if let (true, Some(best)) =
            (goals.is_single(), self.candidates.iter().find(|c| c.is_best && c.setting.is_some()))
        {
            because.push(format!(
                "Against the scenario as written: a change of {} {}.",
                text(&self.change(best, 0)),
                study.info(self.metric(0)).unit
            ));
        }
        because.extend(goals.limits.iter().map(|limit| format!("Limit: {}.", limit.text)));
        because.push(format!(
            "{} settings were tried; what is shown was run again with {} fresh replications each, because a search over noisy figures finds the \
             lucky ones, too.",
            self.tried.len(),
            self.confirm
        ));
        Told {
            question: format!(
                "Which settings of the levers are best for {}, in \u{201c}{}\u{201d}?",
                names.join(" and "),
                self.decision.arm.label
            ),
            answer: self.finding(pictures),
            because,
            reading: vec![format!(
                "Changes are against the scenario as written, paired replication by replication; {level} % intervals, each by itself. Nothing proves \
                 that no better setting exists."
            )],
            tables: vec![report::document::Table {
                header,
                ..report::document::Table::new("The settings that are shown", "best.csv", &[], rows)
            }],
            method: vec![(
                "Search",
                format!(
                    "{}: {} settings, {} replications each, {} runs; then {} runs of fresh replications.",
                    if self.is_complete { "All settings that there are" } else { "NSGA-II (Deb 2002)" },
                    self.tried.len(),
                    study.n,
                    self.searched,
                    self.confirmed
                ),
            )],
            files: vec![
                ("best.csv", "the settings that are shown, with fresh replications"),
                ("tried.csv", "every setting of the search, with its own replications"),
            ],
        }
    }

    fn text(&self) -> String {
        let (study, goals) = (self.decision.study, self.decision.goals);
        let (header, rows) = self.shown();
        let mut out = format!("{}\n", study.model().title);
        let title = match goals.is_single() {
            true => {
                format!("Best settings for {}, in `{}`", study.label(self.metric(0)), self.decision.arm.name)
            }
            false => format!(
                "Best compromises between {} and {}, in `{}`",
                study.label(self.metric(0)),
                study.label(self.metric(1)),
                self.decision.arm.name
            ),
        };
        out += &columns::aligned(&title, &header, &rows);
        out.push('\n');
        for limit in &goals.limits {
            out += &format!("Limit: {}\n", limit.text);
        }
        let how = if self.is_complete { "all that there are" } else { "NSGA-II" };
        out += &format!(
            "Search: {} settings ({how}), {} replications each, {} runs. Shown: fresh replications, {} of each setting, {} runs; \
             {} % intervals, each by itself; changes are paired.\n",
            self.tried.len(),
            study.n,
            self.searched,
            self.confirm,
            self.confirmed,
            plain(100.0 * study.level())
        );
        out
    }

    fn json(&self) -> Value {
        let (study, goals) = (self.decision.study, self.decision.goals);
        let candidate = |c: &Candidate| {
            let levers = self.decision.levers.iter().enumerate();
            let levers = levers.map(|(l, lever)| (lever.name.clone(), json!(self.value(c, l, false))));
            let metrics = (0..goals.metrics().len()).map(|k| {
                let info = study.info(self.metric(k));
                let mut value = bounds(&self.estimate(c, k));
                value["unit"] = json!(info.unit);
                if c.setting.is_some() {
                    value["change"] = bounds(&self.change(c, k));
                }
                (info.name.clone(), value)
            });
            json!({
                "levers": c.setting.as_ref().map(|_| Value::Object(levers.collect())),
                "metrics": Value::Object(metrics.collect()),
                "limits": if goals.limits.is_empty() { Value::Null } else { json!(self.limits(c)) },
                "best": c.is_best,
            })
        };
        json!({
            "schema_version": 1,
            "scenario": study.input.name,
            "arm": self.decision.arm.name,
            "goals": (0..goals.count()).map(|k| json!(study.info(self.metric(k)).name)).collect::<Vec<_>>(),
            "limits": goals.limits.iter().map(|l| json!(l.text)).collect::<Vec<_>>(),
            "seed": study.model().design.seed,
            "settings": self.tried.len(),
            "complete": self.is_complete,
            "replications": study.n,
            "confirm": self.confirm,
            "runs": self.searched + self.confirmed,
            "as_written": candidate(&self.candidates[0]),
            "found": self.candidates[1..].iter().map(candidate).collect::<Vec<_>>(),
        })
    }

    /// Every setting of the search with what it scored there.
    fn all_tried(&self) -> Table {
        let mut table = Table::default();
        for (l, lever) in self.decision.levers.iter().enumerate() {
            let values = self.tried.iter().map(|t| lever.text(t.setting[l])).collect();
            table.push(lever.name.clone(), Column::Text(values));
        }
        for k in 0..self.decision.goals.count() {
            let sign = self.sign(k);
            let values = self.tried.iter().map(|t| sign * t.scored.objectives[k] / self.size(k)).collect();
            table.push(self.decision.study.info(self.metric(k)).name.clone(), Column::Number(values));
        }
        table.push(
            "limits_missed_by",
            Column::Number(self.tried.iter().map(|t| t.scored.violation).collect()),
        );
        table
    }

    /// Back from "to be made small".
    fn sign(&self, k: usize) -> f64 {
        let mut unit = vec![0.0; self.decision.goals.metrics().len()];
        unit[k] = 1.0;
        self.decision.goals.score(&unit).objectives[k]
    }

    /// The settings that are shown.
    fn best(&self) -> Table {
        let mut table = Table::default();
        let all = || self.candidates.iter();
        for (l, lever) in self.decision.levers.iter().enumerate() {
            table.push(lever.name.clone(), Column::Text(all().map(|c| self.value(c, l, false)).collect()));
        }
        for k in 0..self.decision.goals.metrics().len() {
            let name = &self.decision.study.info(self.metric(k)).name;
            let number = |of: &dyn Fn(&Candidate) -> f64| Column::Number(all().map(of).collect());
            table.push(name.clone(), number(&|c| self.estimate(c, k).value));
            table.push(format!("{name}_lower"), number(&|c| self.estimate(c, k).lower));
            table.push(format!("{name}_upper"), number(&|c| self.estimate(c, k).upper));
        }
        table.push("best", Column::Text(all().map(|c| c.is_best.to_string()).collect()));
        table
    }

    #[cfg(not(feature = "charts"))]
    fn pictures(&self) -> Vec<Picture> {
        Vec::new()
    }

    /// The front, where there are two goals.
    #[cfg(feature = "charts")]
    fn pictures(&self) -> Vec<Picture> {
        if self.decision.goals.is_single() {
            return Vec::new();
        }
        let chart = self.chart();
        vec![Picture {
            name: "front".to_owned(),
            caption: "Each point is a setting; the front is made of those of which none is better in both goals. Small points: every setting of \
                      the search, with the luck of its own replications."
                .to_owned(),
            file: "tried.csv",
            svg: chart.svg(),
            title: chart.title,
        }]
    }

    #[cfg(feature = "charts")]
    fn chart(&self) -> crate::chart::ScatterChart {
        use crate::chart::{Interval, ScatterChart, ScatterKind, ScatterPoint};
        let study = self.decision.study;
        let label = |k: usize| {
            let info = study.info(self.metric(k));
            let unit = if info.unit.is_empty() { String::new() } else { format!(", {}", info.unit) };
            format!("{}{unit}", study.label(self.metric(k)))
        };
        let tried = self.tried.iter().filter(|t| t.scored.violation == 0.0).map(|t| {
            let at = |k: usize| Interval::bare(self.sign(k) * t.scored.objectives[k] / self.size(k));
            ScatterPoint { label: String::new(), x: at(0), y: at(1), kind: ScatterKind::Background }
        });
        let shown = |c: &Candidate| ScatterPoint {
            label: match &c.setting {
                None => "as written".to_owned(),
                Some(setting) if c.is_best => {
                    let values = self.decision.levers.iter().zip(setting).map(|(l, x)| l.short(*x));
                    values.collect::<Vec<_>>().join(" / ")
                }
                Some(_) => String::new(),
            },
            x: Interval::from(&self.estimate(c, 0)),
            y: Interval::from(&self.estimate(c, 1)),
            kind: if c.setting.is_none() { ScatterKind::Reference } else { ScatterKind::Chosen },
        };
        let order = self.candidates[1..].iter().chain(&self.candidates[..1]);
        let best = self.candidates.iter().filter(|c| c.is_best).count();
        let beats = |c: &&Candidate| {
            c.is_best
                && (0..2).all(|k| {
                    let change = self.change(c, k);
                    let worst = if self.sign(k) > 0.0 { change.upper } else { -change.lower };
                    change.has_interval() && worst < 0.0
                })
        };
        let both = self.candidates[1..].iter().filter(beats).count();
        let title = match both {
            0 => format!(
                "No setting is surely better than the scenario as written in both goals; {best} compromises"
            ),
            1 => format!(
                "One of {best} compromises is surely better in both goals than the scenario as written"
            ),
            n if n == best => format!(
                "All {n} best compromises are surely better in both goals than the scenario as written"
            ),
            n => format!(
                "{n} of {best} compromises are surely better in both goals than the scenario as written"
            ),
        };
        let names: Vec<&str> = self.decision.levers.iter().map(|l| l.label.as_str()).collect();
        ScatterChart {
            title,
            subtitle: format!(
                "{} settings were tried; the best ones with fresh replications and {} % intervals; labels: {}",
                self.tried.len(),
                plain(100.0 * study.level()),
                names.join(" / ")
            ),
            footer: format!(
                "{}, seed {}, {} replications in the search, {} fresh ones, turnaround {}",
                study.input.name,
                study.model().design.seed,
                study.n,
                self.confirm,
                env!("CARGO_PKG_VERSION")
            ),
            x_label: label(0),
            y_label: label(1),
            from_zero: false,
            key: [
                "tried in the search (with its own replications)".to_owned(),
                "best compromises, fresh replications".to_owned(),
                "as written".to_owned(),
            ],
            points: tried.chain(order.map(shown)).collect(),
        }
    }
}
