//! One input at a time, low and high.

use super::{Case, named};
use crate::cli::columns;
use crate::cli::exit::Failure;
use crate::cli::study::{Answer, Told, bounds, text, without_interval};
use crate::output::{Column, Table};
use crate::report::{self, Picture, plain};
use crate::scenario::Range;
use crate::stats::{Estimate, bonferroni_level};
use serde_json::{Value, json};

/// The points of an input's law at which it is tried.
const ENDS: [f64; 2] = [0.05, 0.95];

const HEADER: [&str; 5] = ["input", "from – to", "when low", "when high", "swing"];

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
    let mut all = case.worlds("as written", &[])?;
    for input in inputs {
        for u in ENDS {
            let value = input.quantile(u);
            let name = format!("{} = {}", input.path, input.unit.text(value));
            all.extend(case.worlds(&name, &input.changes(value))?);
        }
    }
    let keys: Vec<String> =
        inputs.iter().map(|r| format!("{} {:?}", r.path, ENDS.map(|u| r.quantile(u)))).collect();
    let asked = format!("tornado {} {} {:?} {keys:?}", case.arm.name, case.metric, case.terms);
    study.answer("sensitivity", &asked, all.len() * study.n as usize, |variants| {
        let points = case.observe(variants, &all)?;
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
        let files = vec![("tornado.csv".to_owned(), view.table().to_csv())];
        let pictures = view.pictures();
        Ok(Answer { text: view.text(), json: view.json(), told: view.told(&pictures), pictures, files })
    })
}

struct View<'a> {
    case: &'a Case<'a>,
    bars: &'a [Bar<'a>],
    written: Estimate,
    runs: usize,
}

impl View<'_> {
    /// A row for each input that moves anything.
    fn rows(&self) -> Vec<[String; 5]> {
        let row = |bar: &Bar| {
            let ends = bar.values.map(|v| bar.input.unit.short(v)).join(" – ");
            let [low, high] = bar.outcomes.map(|e| text(&e));
            [bar.input.label.clone(), ends, low, high, text(&bar.swing)]
        };
        self.bars.iter().filter(|bar| !bar.swing.is_identical()).map(row).collect()
    }

    /// Those that do not, in a sentence.
    fn still(&self) -> Option<String> {
        let still: Vec<&str> =
            self.bars.iter().filter(|b| b.swing.is_identical()).map(|b| b.input.label.as_str()).collect();
        (!still.is_empty()).then(|| {
            let inputs = if still.len() == 1 { "input changes" } else { "inputs change" };
            format!("{} {inputs} nothing, in no replication: {}.", still.len(), still.join("; "))
        })
    }

    fn notes(&self) -> Vec<String> {
        self.still()
            .into_iter()
            .chain(without_interval(self.case.study.n, self.bars.iter().map(|b| &b.swing)))
            .collect()
    }

    fn text(&self) -> String {
        let study = self.case.study;
        let mut out = format!("{}\n", study.model().title);
        let title = format!("{}: what one input at a time moves", self.case.outcome());
        out += &columns::table(&title, HEADER, &self.rows());
        out += &format!(
            "\nAs written: {}. Each input at the 5 % and 95 % points of its range, all others as written.\n\
             {} paired replications, {} runs. {} % intervals; those of the swings hold together.\n",
            text(&self.written),
            study.n,
            self.runs,
            plain(100.0 * study.level())
        );
        for note in self.notes() {
            out += &format!("note: {note}\n");
        }
        out
    }

    fn told(&self, pictures: &[Picture]) -> Told {
        let (case, study) = (self.case, self.case.study);
        let unit = &study.info(case.metric).unit;
        let mut because = vec![format!("With all inputs as written: {} {unit}.", text(&self.written))];
        because.extend(self.notes());
        Told {
            question: case.question(),
            answer: match pictures.first() {
                Some(picture) => picture.title.clone(),
                None if self.rows().is_empty() => format!("No input moves {}", case.what()),
                None => case.outcome(),
            },
            because,
            reading: vec![format!(
                "Each input is set to the 5 % and to the 95 % point of its range, with all others as written: an input whose effect depends on \
                 others may move more than is seen here. The swing is the difference between the two ends. {} % intervals; those of the swings \
                 hold together.",
                plain(100.0 * study.level())
            )],
            tables: vec![report::document::Table::new(
                format!("{}: what one input at a time moves", case.outcome()),
                "tornado.csv",
                &HEADER,
                self.rows().into_iter().map(Vec::from).collect(),
            )],
            method: vec![(
                "Worlds",
                format!(
                    "All as written, and two for each of {} inputs, {} paired replications each: {} runs.",
                    self.bars.len(),
                    study.n,
                    self.runs
                ),
            )],
            files: vec![("tornado.csv", "every input with its ends, outcomes and swing")],
        }
    }

    fn json(&self) -> Value {
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
        let mut json = self.case.json("tornado", self.runs, self.bars.iter().map(input).collect());
        json["as_written"] = bounds(&self.written);
        json
    }

    fn table(&self) -> Table {
        let bars = || self.bars.iter();
        let mut table = named(bars().map(|b| b.input));
        let words = |of: &dyn Fn(&Bar) -> String| Column::Text(bars().map(of).collect());
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

    #[cfg(not(feature = "charts"))]
    fn pictures(&self) -> Vec<Picture> {
        Vec::new()
    }

    #[cfg(feature = "charts")]
    fn pictures(&self) -> Vec<Picture> {
        if self.rows().is_empty() {
            return Vec::new();
        }
        let chart = self.chart();
        vec![Picture {
            name: "tornado".to_owned(),
            caption: "One bar for each input, from its low end to its high end, the longest first. The middle line is the outcome with all \
                      inputs as written; whiskers are the intervals of the ends."
                .to_owned(),
            file: "tornado.csv",
            svg: chart.svg(),
            title: chart.title,
        }]
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
        let moving = || self.bars.iter().filter(|bar| !bar.swing.is_identical());
        let left_out = moving().count().saturating_sub(SHOWN);
        let rest = if left_out > 0 {
            format!("; {left_out} inputs that move it less are left out")
        } else {
            String::new()
        };
        TornadoChart {
            title: findings::widest_swing(&case.what(), &study.info(case.metric).unit, &swings),
            subtitle: format!(
                "{}: each input at the 5 % and 95 % points of its range, all others as written; {} % intervals of all swings together{rest}",
                case.outcome(),
                plain(100.0 * study.level())
            ),
            footer: study.footer(),
            x_label: case.axis(),
            center: self.written.value,
            rows: moving().take(SHOWN).map(row).collect(),
        }
    }
}
