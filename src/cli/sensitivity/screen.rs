//! Along paths through the ranges of all inputs: elementary effects (Morris).

use super::{Case, named};
use crate::cli::columns;
use crate::cli::exit::Failure;
use crate::cli::study::{Answer, Told};
use crate::output::{Column, Table};
use crate::report::{self, Picture, plain as number};
use crate::scenario::Range;
use crate::stats::describe::mean;
use crate::stats::morris::{LEVELS, STEP, Screened, moves, screened, trajectories};
use crate::stats::student::t_factor;
use serde_json::{Value, json};

/// The grid lies between these points of each input's law.
const GRID: [f64; 2] = [0.05, 0.95];

const HEADER: [&str; 7] = ["input", "from – to", "mu", "mu*", "sigma", "noise", ""];

/// What one input does.
struct Effect<'a> {
    input: &'a Range,
    found: Screened,
    /// The mu* that replications alone would give if the input did nothing.
    noise: f64,
}

impl Effect<'_> {
    /// The interval of mu*, over paths.
    fn half_width(&self, level: f64) -> f64 {
        t_factor(level, self.found.n as f64 - 1.0) * self.found.mu_star_se
    }

    /// Whether mu* is surely more than noise.
    fn is_clear(&self, level: f64) -> bool {
        self.found.mu_star - self.half_width(level) > self.noise
    }
}

pub fn run(case: &Case, inputs: &[Range], paths: u32) -> Result<(), Failure> {
    let study = case.study;
    let walks = trajectories(inputs.len(), paths as usize, study.model().design.seed);
    let points = paths as usize * (inputs.len() + 1);
    let keys: Vec<String> =
        inputs.iter().map(|r| format!("{} {:?}", r.path, GRID.map(|u| r.quantile(u)))).collect();
    let asked = format!("morris {paths} {} {} {:?} {keys:?}", case.arm.name, case.metric, case.terms);
    study.answer("sensitivity", &asked, points * case.terms.len() * study.n as usize, |variants| {
        let mut effects = vec![Vec::new(); inputs.len()];
        // Squared standard errors of the effects.
        let mut errors = vec![Vec::new(); inputs.len()];
        for walk in &walks {
            let mut points_of_walk = Vec::new();
            for (k, point) in walk.points.iter().enumerate() {
                let at = |(input, u): (&Range, &f64)| {
                    input.changes(input.quantile(GRID[0] + (GRID[1] - GRID[0]) * u))
                };
                let changes: Vec<_> = inputs.iter().zip(point).flat_map(at).collect();
                points_of_walk.extend(case.worlds(&format!("point {k} of a path"), &changes)?);
            }
            let found = case.observe(variants, &points_of_walk)?;
            for m in moves(std::slice::from_ref(walk)) {
                let (value, se) = case.effect(&found[m.low], &found[m.high]);
                effects[m.input].push(value / STEP);
                errors[m.input].push((se / STEP).powi(2));
            }
        }
        // The mean size of a normal error.
        let noise = |squares: &[f64]| (2.0 / std::f64::consts::PI * mean(squares)).sqrt();
        let mut all: Vec<Effect> = (inputs.iter().zip(&effects).zip(&errors))
            .map(|((input, effects), errors)| Effect {
                input,
                found: screened(effects),
                noise: noise(errors),
            })
            .collect();
        all.sort_by(|a, b| b.found.mu_star.total_cmp(&a.found.mu_star));
        let view = View { case, all: &all, paths, runs: variants.runs() };
        let files = vec![("morris.csv".to_owned(), view.table().to_csv())];
        let pictures = view.pictures();
        Ok(Answer { text: view.text(), json: view.json(), told: view.told(&pictures), pictures, files })
    })
}

struct View<'a> {
    case: &'a Case<'a>,
    all: &'a [Effect<'a>],
    paths: u32,
    runs: usize,
}

impl View<'_> {
    fn rows(&self) -> Vec<[String; 7]> {
        let study = self.case.study;
        let row = |e: &Effect| {
            let ends = GRID.map(|u| e.input.unit.short(e.input.quantile(u))).join(" – ");
            let mark = if e.is_clear(study.level()) { "" } else { "not beyond noise" };
            let half = number(e.half_width(study.level()));
            [
                e.input.label.clone(),
                ends,
                number(e.found.mu),
                format!("{} ± {half}", number(e.found.mu_star)),
                number(e.found.sigma),
                number(e.noise),
                mark.to_owned(),
            ]
        };
        self.all.iter().map(row).collect()
    }

    fn told(&self, pictures: &[Picture]) -> Told {
        let (case, study) = (self.case, self.case.study);
        let clear = self.all.iter().filter(|e| e.is_clear(study.level())).count();
        let mut header = HEADER;
        header[6] = "told from noise";
        Told {
            question: case.question(),
            answer: pictures.first().map_or_else(|| case.outcome(), |p| p.title.clone()),
            because: vec![format!(
                "{clear} of {} inputs are told from noise. The others may matter less than {} replications along {} paths can show.",
                self.all.len(),
                study.n,
                self.paths
            )],
            reading: vec![
                "Inputs are moved one after another along random paths through all ranges, so that an effect is seen at many settings of the \
                 others. mu: mean effect of an input over its whole range; mu*: its mean size, whatever the sign; sigma: how much it differs from \
                 place to place, because it bends or depends on other inputs; noise: the mu* that an input without any effect would show with so \
                 few replications."
                    .to_owned(),
            ],
            tables: vec![report::document::Table::new(
                format!("{}: elementary effects of inputs", case.outcome()),
                "morris.csv",
                &header,
                self.rows().into_iter().map(Vec::from).collect(),
            )],
            method: vec![(
                "Paths",
                format!(
                    "Elementary effects (Morris 1991): {} paths on {LEVELS} levels between the 5 % and 95 % points of each range, {} paired \
                     replications at each point, {} runs. \u{b1}: {} % interval over paths.",
                    self.paths,
                    study.n,
                    self.runs,
                    number(100.0 * study.level())
                ),
            )],
            files: vec![("morris.csv", "every input with mu, mu*, sigma and noise")],
        }
    }

    fn text(&self) -> String {
        let study = self.case.study;
        let mut out = format!("{}\n", study.model().title);
        let title = format!("{}: elementary effects of inputs", self.case.outcome());
        out += &columns::table(&title, HEADER, &self.rows());
        out += &format!(
            "\n{} paths on {LEVELS} levels between the 5 % and 95 % points of each range; effects are per whole range.\n\
             mu*: mean size of an effect; sigma: its spread (bends, or depends on other inputs); noise: the mu* that replications alone give.\n\
             {} paired replications, {} runs.\n",
            self.paths, study.n, self.runs
        );
        out
    }

    fn json(&self) -> Value {
        let input = |e: &Effect| {
            json!({
                "path": e.input.path,
                "label": e.input.label,
                "mu": e.found.mu,
                "mu_star": e.found.mu_star,
                "mu_star_se": e.found.mu_star_se,
                "sigma": e.found.sigma,
                "noise": e.noise,
            })
        };
        let mut json = self.case.json("morris", self.runs, self.all.iter().map(input).collect());
        json["paths"] = json!(self.paths);
        json
    }

    fn table(&self) -> Table {
        let all = || self.all.iter();
        let mut table = named(all().map(|e| e.input));
        let number = |of: fn(&Effect) -> f64| Column::Number(all().map(of).collect());
        table.push("mu", number(|e| e.found.mu));
        table.push("mu_star", number(|e| e.found.mu_star));
        table.push("mu_star_se", number(|e| e.found.mu_star_se));
        table.push("sigma", number(|e| e.found.sigma));
        table.push("noise", number(|e| e.noise));
        table
    }

    #[cfg(not(feature = "charts"))]
    fn pictures(&self) -> Vec<Picture> {
        Vec::new()
    }

    #[cfg(feature = "charts")]
    fn pictures(&self) -> Vec<Picture> {
        let chart = self.chart();
        vec![Picture {
            name: "morris".to_owned(),
            caption: "Each point is an input: the further right, the more it matters; the higher, the more its effect depends on where it and the \
                      others are. Grey: not told from noise."
                .to_owned(),
            file: "morris.csv",
            svg: chart.svg(),
            title: chart.title,
        }]
    }

    #[cfg(feature = "charts")]
    fn chart(&self) -> crate::chart::ScatterChart {
        use crate::chart::{Interval, ScatterChart, ScatterKind, ScatterPoint, findings};
        let (case, study) = (self.case, self.case.study);
        let level = study.level();
        let point = |e: &Effect| {
            let (mu, half) = (e.found.mu_star, e.half_width(level));
            let clear = e.is_clear(level);
            ScatterPoint {
                label: if clear { e.input.label.clone() } else { String::new() },
                x: Interval::new(mu, mu - half, mu + half),
                y: Interval::bare(e.found.sigma),
                kind: if clear { ScatterKind::Chosen } else { ScatterKind::Background },
            }
        };
        let clear: Vec<&str> =
            self.all.iter().filter(|e| e.is_clear(level)).map(|e| e.input.label.as_str()).collect();
        let unit = study.info(case.metric).unit.as_str();
        let unit = if unit.is_empty() { String::new() } else { format!(", {unit}") };
        ScatterChart {
            title: findings::matter(&case.what(), &clear, self.all.len()),
            subtitle: format!(
                "{}: elementary effects of {} inputs along {} paths, per whole range of the input; bars: {} % intervals over paths",
                case.outcome(),
                self.all.len(),
                self.paths,
                crate::report::plain(100.0 * level)
            ),
            footer: study.footer(),
            x_label: format!("mu*: mean size of the effect{unit}"),
            y_label: format!(
                "sigma: spread of the effect{unit}; high where it bends or depends on other inputs"
            ),
            from_zero: true,
            key: ["not beyond noise".to_owned(), "beyond noise".to_owned(), String::new()],
            points: self.all.iter().rev().map(point).collect(),
        }
    }
}
