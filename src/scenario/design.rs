//! `[run]` and `[compare]`: the time axis of a run, and the design of a comparison.

use super::metrics;
use crate::activity::optional;
use crate::diag::Diagnostic;
use crate::model::{Design, InputDesign, Kind as DesignKind, LEAST_INNER, LEAST_OUTER, Model, Run, WarmUp};
use crate::text::schema::{Field, Kind, Sign, Table as Schema};
use crate::text::{Item, Reader, Table, Value, Words, quantity};
use crate::units::{Dim, Duration};
use jiff::civil::{Date, DateTime, Time};
use std::ops::RangeInclusive;

static KIND: Words<DesignKind, 2> = Words::new([
    (
        "steady",
        DesignKind::Steady,
        "the settled state: what comes after the warm-up; teams must be able to do their work",
    ),
    (
        "terminating",
        DesignKind::Terminating,
        "the whole window, from an empty start to its end, as of a day: there is no warm-up, and queues may grow",
    ),
]);

static INPUTS: Words<InputDesign, 1> = Words::new([(
    "point_estimates_only",
    InputDesign::PointEstimatesOnly,
    "intervals are for exact inputs, whatever the register says",
)]);

const START: Kind = Kind::Other { expected: "a date, or a date and time", example: "2026-01-05" };
const POSITIVE: Kind = Kind::Quantity(Dim::TIME, Sign::Positive);

pub static RUN: Schema = Schema {
    name: "run",
    doc: "The time axis: warm-up, then the window whose cases count, then the drain in which they are followed to their end.",
    fields: &[
        Field::default("start", START, "2026-01-05", "date (and time) at which the clock is zero"),
        Field::default(
            "warm_up",
            Kind::Either(&[Kind::DURATION, Kind::Table(&AT_MOST)]),
            "0 s",
            "left out of the results; `{ at_most = \"26 weeks\" }`: the cut is found by MSER-5",
        ),
        Field::required("window", POSITIVE, "cases that start in it count"),
        Field::default("drain", Kind::DURATION, "0 s", "how long they are followed after it"),
        Field::optional("bin", POSITIVE, "width of the bins of all series; divides warm-up and window"),
    ],
    example: "[run]\nstart = 2026-01-05\nwarm_up = \"13 weeks\"\nwindow = \"52 weeks\"\ndrain = \"90 d\"",
};

static AT_MOST: Schema = Schema {
    name: "automatic warm-up",
    doc: "The warm-up ends where MSER-5 says, on the average series of the primary metric.",
    fields: &[Field::required("at_most", Kind::DURATION, "never later than this")],
    example: "warm_up = { at_most = \"26 weeks\" }",
};

pub static COMPARE: Schema = Schema {
    name: "compare",
    doc: "How arms are compared: paired replications, the primary metric, the precision.",
    fields: &[
        Field::default(
            "kind",
            KIND.kind(),
            "steady",
            "what is compared; how a change comes into effect is [ramp]",
        ),
        Field::optional("primary", Kind::Text, "the metric that the verdict is about"),
        Field::default(
            "replications",
            Kind::Count,
            "30",
            "paired replications; the first batch when a precision is asked for",
        ),
        Field::optional(
            "max_replications",
            Kind::Count,
            "the most, when a precision is asked for; 1,000 when absent",
        ),
        Field::optional(
            "precision",
            Kind::Share,
            "wanted half-width of the primary's interval, as a share of its value",
        ),
        Field::default("level", Kind::Share, "95 %", "confidence level of intervals"),
        Field::default("seed", Kind::Count, "1", "the same seed gives the same results"),
        Field::optional("log", Kind::List(&Kind::Count), "replications whose event log is kept, from 0"),
        Field::optional(
            "inputs",
            Kind::Either(&[INPUTS.kind(), Kind::Table(&TWO_LEVEL)]),
            "carry the ranges of the register into every interval; without it intervals are for exact inputs",
        ),
    ],
    example: "[compare]\nprimary = \"restore_time.mean\"\nreplications = 200\nlog = [0]",
};

static TWO_LEVEL: Schema = Schema {
    name: "two-level design",
    doc: "Samples of the inputs that the register varies, each run with a few paired replications of all arms. Ranges of inputs are \
          then part of every interval, and an arm may only set what the register knows.",
    fields: &[
        Field::default("outer", Kind::Count, "100", "samples of the inputs, 20 or more"),
        Field::default("inner", Kind::Count, "5", "paired replications of each sample, two or more"),
        Field::default(
            "sobol",
            Kind::Count,
            "0",
            "points for Sobol indices of the inputs that drive the primary, with their interactions: as many samples more as this \
             times the drivers and three",
        ),
    ],
    example: "[compare.inputs]\nouter = 100\ninner = 5",
};

pub fn read_run(root: &Reader, model: &mut Model) {
    let Some(r) = root.table("run") else { return };
    let start = r.item("start").and_then(|item| start(&item));
    let warm_up = r.item("warm_up").and_then(|item| warm_up(&item));
    let duration = |key: &str| r.duration(key).map(|d| d.value);
    let (Some(window), Some(drain)) = (duration("window"), duration("drain")) else { return };
    let warm_up = warm_up.unwrap_or_default();
    let (WarmUp::Fixed(warm) | WarmUp::Auto(warm)) = warm_up;
    let bin = duration("bin").unwrap_or_else(|| usual_bin(warm, window));
    for (what, key, span) in [("window", "window", window), ("warm-up", "warm_up", warm)] {
        if bin.ticks() > 0 && span.ticks() % bin.ticks() != 0 {
            let text = |d: Duration| quantity::print(d.seconds(), Dim::TIME);
            let d = Diagnostic::error(format!(
                "the {what} of {} is not a multiple of the bin of {}",
                text(span),
                text(bin)
            ));
            let key = if r.has("bin") { "bin" } else { key };
            r.report(
                d.at(r.place_of(key))
                    .hint("series are cut into bins: make warm-up and window whole numbers of bins"),
            );
        }
    }
    if warm > window {
        let d = Diagnostic::warning(
            "the warm-up is longer than the window: more than half the run is thrown away",
        );
        r.report(
            d.at(r.place_of("warm_up")).hint("lengthen the window, or let { at_most = ... } find the cut"),
        );
    }
    model.run = Run { start: start.unwrap_or_default(), warm_up, window, drain, bin };
}

pub fn read_compare(root: &Reader, model: &mut Model) {
    let arms = root.map("arm").iter().any(|(name, _)| name.value != "before");
    let automatic = matches!(model.run.warm_up, WarmUp::Auto(_));
    let Some(r) = root.table("compare") else {
        if arms || automatic {
            let d = Diagnostic::error("which metric is the primary one?").at(root.place_of(if arms {
                "arm"
            } else {
                "run"
            }));
            root.report(d.hint("add [compare] primary = \"...\", the metric that the verdict is about"));
        }
        model.design =
            Design { seed: 1, replications: 30, max_replications: 30, level: 0.95, ..Design::default() };
        return;
    };
    let primary = optional(&r, "primary", || metrics::named(&r.text("primary")?, root, model));
    if !r.has("primary") && (arms || automatic || r.has("precision")) {
        let d = Diagnostic::error("missing key `primary`: which metric is the verdict about?").at(r.place());
        r.report(d.hint("the primary metric decides; the others are secondary"));
    }
    let positive = |key: &str, n: u64| {
        if n == 0 {
            r.report(Diagnostic::error("expected at least one replication").at(r.place_of(key)));
        }
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    let replications = positive("replications", r.count("replications").map_or(30, |n| n.value));
    let precision = r.quantity("precision");
    let most = match (r.count("max_replications"), precision) {
        (Some(n), _) => positive("max_replications", n.value),
        (None, Some(_)) => replications.max(1000),
        (None, None) => replications,
    };
    if most < replications {
        let d = Diagnostic::error("`max_replications` is below `replications`")
            .at(r.place_of("max_replications"));
        r.report(d);
    }
    let inside = |key: &str, value: f64| {
        if value <= 0.0 || value >= 1.0 {
            r.report(Diagnostic::error(format!("`{key}` must lie between 0 and 1")).at(r.place_of(key)));
        }
        value
    };
    let kind = r.word("kind", &KIND).unwrap_or_default();
    let cold = is_cold(root);
    if kind == DesignKind::Terminating && !cold {
        let d = Diagnostic::error("a terminating comparison has no warm-up").at(root.place_of("run"));
        root.report(d.hint("leave out `warm_up`, or compare settled states: kind = \"steady\""));
    }
    if kind == DesignKind::Steady && r.has("kind") && cold {
        let d = Diagnostic::warning(
            "a settled state is compared without a warm-up: the empty start is part of it",
        )
        .at(r.place_of("kind"));
        r.report(
            d.hint("a `warm_up` in [run], or kind = \"terminating\" where the start belongs to the question"),
        );
    }
    model.design = Design {
        kind,
        primary: primary.flatten(),
        seed: r.count("seed").map_or(1, |n| n.value),
        replications,
        max_replications: most,
        precision: precision.map(|p| inside("precision", p.value)),
        go_live: None,
        level: r.quantity("level").map_or(0.95, |l| inside("level", l.value)),
        inputs: optional(&r, "inputs", || inputs(&r.item("inputs")?)).flatten().unwrap_or_default(),
        logged: r.list("log").iter().filter_map(|i| u32::try_from(i.count()?.value).ok()).collect(),
    };
}

/// Samples of the inputs, and replications of each: many more than anybody waits for.
const MOST_SAMPLES: u64 = 100_000;

/// The two numbers, or the words that there are none.
fn inputs(item: &Item) -> Option<InputDesign> {
    let r = match item.kind() {
        Kind::Table(_) => item.table()?,
        Kind::Choice(_) => return INPUTS.value(item.choice()?.value),
        // A list, which was refused already.
        _ => return None,
    };
    let at_least = |key: &str, least: u32| {
        let n = r.count(key)?.value;
        if n < u64::from(least) {
            let d = Diagnostic::error(format!("expected {least} or more")).at(r.place_of(key));
            r.report(d.hint("fewer say too little about a variance"));
        }
        if n > MOST_SAMPLES {
            r.report(Diagnostic::error(format!("at most {MOST_SAMPLES} are possible")).at(r.place_of(key)));
        }
        Some(n.min(MOST_SAMPLES) as u32)
    };
    let (outer, inner, sobol) =
        (at_least("outer", LEAST_OUTER)?, at_least("inner", LEAST_INNER)?, at_least("sobol", 0)?);
    Some(InputDesign::TwoLevel { outer, inner, sobol })
}

pub fn print_run(run: &Run) -> Table {
    let text = |d: Duration| quantity::print(d.seconds(), Dim::TIME);
    let start = if run.start.time() == Time::midnight() {
        run.start.date().to_string()
    } else {
        run.start.to_string()
    };
    let warm_up: Value = match run.warm_up {
        WarmUp::Fixed(warm) => text(warm).into(),
        WarmUp::Auto(most) => Table::braces().with("at_most", text(most)).into(),
    };
    Table::default()
        .with("start", Value::Datetime(start))
        .with("warm_up", warm_up)
        .with("window", text(run.window))
        .with("drain", text(run.drain))
        .with("bin", text(run.bin))
}

pub fn print_compare(model: &Model) -> Table {
    let design = &model.design;
    let log: Value = design.logged.iter().copied().collect();
    Table::default()
        .with("kind", KIND.word(design.kind))
        .with_some("primary", design.primary.map(|m| model.metrics[m].name.as_str()))
        .with("replications", design.replications)
        .with("max_replications", design.max_replications)
        .with_some("precision", design.precision)
        .with("level", design.level)
        .with("seed", design.seed as i64)
        .with_other("log", log, Value::Array(Vec::new()))
        .with_some("inputs", print_inputs(design.inputs))
}

fn print_inputs(inputs: InputDesign) -> Option<Value> {
    match inputs {
        InputDesign::Unsaid => None,
        InputDesign::PointEstimatesOnly => Some(INPUTS.word(inputs).into()),
        InputDesign::TwoLevel { outer, inner, sobol } => {
            let table = Table::braces().with("outer", outer).with("inner", inner);
            Some(table.with_other("sobol", sobol, 0u32).into())
        }
    }
}

/// Years in which a run may start: it may take 1,000 of them.
const YEARS: RangeInclusive<i16> = 1900..=8999;

fn start(item: &Item) -> Option<DateTime> {
    let node = item.node();
    let written = match &node.value {
        Value::Datetime(text) | Value::Text { text, .. } => Some(text.as_str()),
        _ => None,
    };
    let read = written.and_then(|text| {
        let date = text.parse::<Date>().map(|date| date.to_datetime(Time::midnight()));
        // A date alone would be read as a date and time, too; a time zone would be ignored in silence.
        if text.len() > 10 {
            text.parse::<DateTime>().ok().filter(|_| !text.ends_with('Z') && !text.contains('+'))
        } else {
            date.ok()
        }
    });
    match read {
        None => item.sink().push(node.wrong_kind(&START)),
        Some(start) if !YEARS.contains(&start.year()) => item.sink().push(
            node.error(format!("a year from {} to {} is expected", YEARS.start(), YEARS.end()))
                .hint("workbooks know no earlier dates, and logs none after the year 9999"),
        ),
        Some(_) => {}
    }
    read
}

fn warm_up(item: &Item) -> Option<WarmUp> {
    match item.kind() {
        Kind::Table(_) => Some(WarmUp::Auto(item.table()?.duration("at_most")?.value)),
        Kind::Quantity(..) => Some(WarmUp::Fixed(item.duration()?.value)),
        _ => Some(WarmUp::default()),
    }
}

/// Whether the run has no warm-up. One with a mistake is one all the same, whatever else of the run is wrong.
fn is_cold(root: &Reader) -> bool {
    let item = root.table("run").and_then(|r| r.item("warm_up"));
    item.is_none_or(|item| warm_up(&item) == Some(WarmUp::default()))
}

/// The longest of the usual bins that divides both and gives a series worth the name.
fn usual_bin(warm: Duration, window: Duration) -> Duration {
    const FEW: i64 = 5;
    let usual = [Duration::WEEK, Duration::DAY, Duration::HOUR, Duration::MINUTE, Duration::SECOND];
    let fits = |bin: &Duration| {
        let n = bin.ticks();
        window.ticks() % n == 0 && warm.ticks() % n == 0 && window.ticks() / n >= FEW
    };
    usual.into_iter().find(fits).unwrap_or(window)
}
