//! Along paths through the ranges of all inputs: elementary effects (Morris).

use super::Case;
use crate::cli::columns;
use crate::cli::exit::Failure;
use crate::cli::study::Answer;
use crate::output::{Column, Table};
use crate::report::plain as number;
use crate::scenario::Range;
use crate::stats::describe::mean;
use crate::stats::morris::{LEVELS, STEP, Screened, moves, screened, trajectories};
use crate::stats::student::t_factor;
use serde_json::{Value, json};

/// The grid lies between these points of each input's law.
const GRID: [f64; 2] = [0.05, 0.95];

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
            let mut named = Vec::new();
            for (k, point) in walk.points.iter().enumerate() {
                let at = |(input, u): (&Range, &f64)| {
                    input.changes(input.quantile(GRID[0] + (GRID[1] - GRID[0]) * u))
                };
                let changes: Vec<_> = inputs.iter().zip(point).flat_map(at).collect();
                named.extend(case.worlds(&format!("point {k} of a path"), &changes)?);
            }
            let found = case.observe(variants, &named)?;
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
        let mut files = vec![("morris.csv".to_owned(), view.table().to_csv())];
        #[cfg(feature = "charts")]
        {
            let svg = view.chart().svg();
            files.push(("morris.png".to_owned(), crate::chart::svg_to_png(&svg).map_err(Failure::Failed)?));
            files.push(("morris.svg".to_owned(), svg.into_bytes()));
        }
        Ok(Answer { text: view.text(), json: view.json(), files })
    })
}

struct View<'a> {
    case: &'a Case<'a>,
    all: &'a [Effect<'a>],
    paths: u32,
    runs: usize,
}

impl View<'_> {
    fn text(&self) -> String {
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
        let rows: Vec<[String; 7]> = self.all.iter().map(row).collect();
        let mut out = format!("{}\n", study.model().title);
        let title = format!("{}: elementary effects of inputs", self.case.outcome());
        out += &columns::table(&title, ["input", "from – to", "mu", "mu*", "sigma", "noise", ""], &rows);
        out += &format!(
            "\n{} paths on {LEVELS} levels between the 5 % and 95 % points of each range; effects are per whole range.\n\
             mu*: mean size of an effect; sigma: its spread (bends, or depends on other inputs); noise: the mu* that replications alone give.\n\
             {} paired replications, {} runs.\n",
            self.paths, study.n, self.runs
        );
        out
    }

    fn json(&self) -> Value {
        let (case, study) = (self.case, self.case.study);
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
        json!({
            "schema_version": 1,
            "scenario": study.input.name,
            "method": "morris",
            "metric": study.info(case.metric).name,
            "unit": study.info(case.metric).unit,
            "arm": case.arm.name,
            "of": if case.is_change() { "change" } else { "level" },
            "seed": study.model().design.seed,
            "replications": study.n,
            "paths": self.paths,
            "runs": self.runs,
            "inputs": self.all.iter().map(input).collect::<Vec<_>>(),
        })
    }

    fn table(&self) -> Table {
        let mut table = Table::default();
        let all = || self.all.iter();
        table.push("path", Column::Text(all().map(|e| e.input.path.clone()).collect()));
        table.push("label", Column::Text(all().map(|e| e.input.label.clone()).collect()));
        let number = |of: fn(&Effect) -> f64| Column::Number(all().map(of).collect());
        table.push("mu", number(|e| e.found.mu));
        table.push("mu_star", number(|e| e.found.mu_star));
        table.push("mu_star_se", number(|e| e.found.mu_star_se));
        table.push("sigma", number(|e| e.found.sigma));
        table.push("noise", number(|e| e.noise));
        table
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
        let what =
            format!("{}{}", if case.is_change() { "the change of " } else { "" }, study.label(case.metric));
        let unit = study.info(case.metric).unit.as_str();
        let unit = if unit.is_empty() { String::new() } else { format!(", {unit}") };
        ScatterChart {
            title: findings::matter(&what, &clear, self.all.len()),
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
