//! One input at a time, low and high.

use super::Case;
use crate::cli::columns;
use crate::cli::exit::Failure;
use crate::cli::study::{Answer, bounds, text};
use crate::output::{Column, Table};
use crate::report::plain;
use crate::scenario::Range;
use crate::stats::{Estimate, bonferroni_level};
use serde_json::{Value, json};

/// The points of an input's law at which it is tried.
const ENDS: [f64; 2] = [0.05, 0.95];

/// What one input does.
struct Bar<'a> {
    input: &'a Range,
    /// Its values [base units].
    values: [f64; 2],
    /// The outcome there.
    outcomes: [Estimate; 2],
    /// How far it is from the outcome with all inputs as written.
    shifts: [Estimate; 2],
    swing: Estimate,
}

pub fn run(case: &Case, inputs: &[Range]) -> Result<(), Failure> {
    let study = case.study;
    let mut named = case.worlds("as written", &[])?;
    for input in inputs {
        for u in ENDS {
            let value = input.quantile(u);
            let name = format!("{} = {}", input.path, input.unit.text(value));
            named.extend(case.worlds(&name, &input.changes(value))?);
        }
    }
    let keys: Vec<String> =
        inputs.iter().map(|r| format!("{} {:?}", r.path, ENDS.map(|u| r.quantile(u)))).collect();
    let asked = format!("tornado {} {} {:?} {keys:?}", case.arm.name, case.metric, case.terms);
    study.answer("sensitivity", &asked, named.len() * study.n as usize, |variants| {
        let points = case.observe(variants, &named)?;
        let (level, each) = (study.level(), bonferroni_level(study.level(), inputs.len()));
        let written = &points[0];
        let mut bars: Vec<Bar> = inputs
            .iter()
            .zip(points[1..].chunks(2))
            .map(|(input, ends)| Bar {
                input,
                values: ENDS.map(|u| input.quantile(u)),
                outcomes: [case.at(&ends[0], level), case.at(&ends[1], level)],
                shifts: [case.between(written, &ends[0], each), case.between(written, &ends[1], each)],
                swing: case.between(&ends[0], &ends[1], each),
            })
            .collect();
        bars.sort_by(|a, b| b.swing.value.abs().total_cmp(&a.swing.value.abs()));
        let view = View { case, bars: &bars, written: case.at(written, level), runs: variants.runs() };
        let mut files = vec![("tornado.csv".to_owned(), view.table().to_csv())];
        #[cfg(feature = "charts")]
        {
            let svg = view.chart().svg();
            files.push(("tornado.png".to_owned(), crate::chart::svg_to_png(&svg).map_err(Failure::Failed)?));
            files.push(("tornado.svg".to_owned(), svg.into_bytes()));
        }
        Ok(Answer { text: view.text(), json: view.json(), files })
    })
}

struct View<'a> {
    case: &'a Case<'a>,
    bars: &'a [Bar<'a>],
    written: Estimate,
    runs: usize,
}

impl View<'_> {
    fn text(&self) -> String {
        let study = self.case.study;
        let row = |bar: &Bar| {
            let ends = bar.values.map(|v| bar.input.unit.short(v)).join(" – ");
            let [low, high] = bar.outcomes.map(|e| text(&e));
            [bar.input.label.clone(), ends, low, high, text(&bar.swing)]
        };
        let rows: Vec<[String; 5]> = self.bars.iter().map(row).collect();
        let mut out = format!("{}\n", study.model().title);
        let title = format!("{}: what one input at a time moves", self.case.outcome());
        out += &columns::table(&title, ["input", "from – to", "when low", "when high", "swing"], &rows);
        out += &format!(
            "\nAs written: {}. Each input at the 5 % and 95 % points of its range, all others as written.\n\
             {} paired replications, {} runs. {} % intervals; those of the swings hold together.\n",
            text(&self.written),
            study.n,
            self.runs,
            plain(100.0 * study.level())
        );
        out
    }

    fn json(&self) -> Value {
        let (case, study) = (self.case, self.case.study);
        let input = |bar: &Bar| {
            json!({
                "path": bar.input.path,
                "label": bar.input.label,
                "low": bar.input.unit.text(bar.values[0]),
                "high": bar.input.unit.text(bar.values[1]),
                "at_low": bounds(&bar.outcomes[0]),
                "at_high": bounds(&bar.outcomes[1]),
                "swing": bounds(&bar.swing),
            })
        };
        json!({
            "schema_version": 1,
            "scenario": study.input.name,
            "method": "tornado",
            "metric": study.info(case.metric).name,
            "unit": study.info(case.metric).unit,
            "arm": case.arm.name,
            "of": if case.is_change() { "change" } else { "level" },
            "seed": study.model().design.seed,
            "replications": study.n,
            "runs": self.runs,
            "as_written": bounds(&self.written),
            "inputs": self.bars.iter().map(input).collect::<Vec<_>>(),
        })
    }

    fn table(&self) -> Table {
        let bars = || self.bars.iter();
        let mut table = Table::default();
        let words = |of: &dyn Fn(&Bar) -> String| Column::Text(bars().map(of).collect());
        table.push("path", words(&|b| b.input.path.clone()));
        table.push("label", words(&|b| b.input.label.clone()));
        table.push("low", words(&|b| b.input.unit.text(b.values[0])));
        table.push("high", words(&|b| b.input.unit.text(b.values[1])));
        type Pick = fn(&Bar) -> Estimate;
        let estimates: [(&str, Pick); 3] =
            [("at_low", |b| b.outcomes[0]), ("at_high", |b| b.outcomes[1]), ("swing", |b| b.swing)];
        for (name, of) in estimates {
            let number = |part: fn(Estimate) -> f64| Column::Number(bars().map(|b| part(of(b))).collect());
            table.push(name, number(|e| e.value));
            table.push(format!("{name}_lower"), number(|e| e.lower));
            table.push(format!("{name}_upper"), number(|e| e.upper));
        }
        table
    }

    #[cfg(feature = "charts")]
    fn chart(&self) -> crate::chart::TornadoChart {
        use crate::chart::{Interval, TornadoChart, TornadoRow, findings};
        /// Rows that a picture has room for.
        const SHOWN: usize = 20;
        let (case, study) = (self.case, self.case.study);
        // The ends are drawn where they lie, with the interval of their distance from the middle.
        let end = |bar: &Bar, k: usize| {
            let (shift, at) = (&bar.shifts[k], self.written.value);
            Interval::new(at + shift.value, at + shift.lower, at + shift.upper)
        };
        let row = |bar: &Bar| TornadoRow {
            label: bar.input.label.clone(),
            ends: bar.values.map(|v| bar.input.unit.short(v)),
            low: end(bar, 0),
            high: end(bar, 1),
            swing: Interval::from(&bar.swing),
        };
        let swings: Vec<(&str, Interval)> =
            self.bars.iter().map(|b| (b.input.label.as_str(), Interval::from(&b.swing))).collect();
        let left_out = self.bars.len().saturating_sub(SHOWN);
        let rest = if left_out > 0 {
            format!("; {left_out} inputs that move it less are left out")
        } else {
            String::new()
        };
        let what =
            format!("{}{}", if case.is_change() { "the change of " } else { "" }, study.label(case.metric));
        TornadoChart {
            title: findings::widest_swing(&what, &study.info(case.metric).unit, &swings),
            subtitle: format!(
                "{}: each input at the 5 % and 95 % points of its range, all others as written; {} % intervals of all swings together{rest}",
                case.outcome(),
                plain(100.0 * study.level())
            ),
            footer: study.footer(),
            x_label: case.axis(),
            center: self.written.value,
            rows: self.bars.iter().take(SHOWN).map(row).collect(),
        }
    }
}
