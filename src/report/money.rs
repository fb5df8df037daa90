//! The business case in words and tables: sentences that say no more than the intervals do.

use super::figures::{bound_decimals, capitalised, decimals, number, plain};
use crate::business::{BreakEven, Case, Choice, Course, InputWorth, Line, Of, Worth};
use crate::stats::Estimate;
use serde::Serialize;

/// The chapter on money, for the page and for Markdown.
#[derive(Serialize)]
pub struct Chapter {
    /// For the executive: whether the first option pays.
    pub answer: String,
    /// The same with its figures, and which option is worth most.
    pub short: Vec<String>,
    pub sentences: Vec<String>,
    pub tables: Vec<Table>,
    /// How to read them, and what they rest on.
    pub notes: Vec<String>,
}

#[derive(Serialize)]
pub struct Table {
    pub caption: String,
    /// Of the run folder.
    pub file: &'static str,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub folded: bool,
}

/// The chapter of a case.
pub fn chapter(case: &Case) -> Chapter {
    let (cash, all) = (case.view(&Of::Cash), case.view(&Of::All));
    let valued = case.options.iter().any(|o| o.lines.iter().any(|l| !l.kind.cashable));
    let mut sentences: Vec<String> = Vec::new();
    if let Some(first) = case.options.first() {
        sentences.push(worth_told(case, first, cash, &first.cash, "in what budgets pay"));
        if valued {
            sentences.push(worth_told(case, first, all, &first.all, "with what is lost without being paid"));
        }
    }
    sentences.push(best_told(case, cash, "in what budgets pay"));
    if valued {
        sentences.push(best_told(case, all, "with what is lost without being paid"));
    }
    sentences.extend(case.options.iter().filter_map(|option| nothing_to_know(case, option)));
    let mut tables = vec![options(case, cash, "in what budgets pay", |o| &o.cash)];
    if valued {
        tables.push(options(case, all, "with what is lost without being paid", |o| &o.all));
    }
    tables.extend(case.options.iter().enumerate().map(|(k, option)| lines(case, option, k > 0)));
    tables.extend(case.options.iter().enumerate().filter_map(|(k, option)| knowing(case, option, k > 0)));
    tables.push(views(case));
    let short = vec![in_short(case, cash), best_told(case, cash, "in what budgets pay")];
    Chapter { answer: answer(case, cash), short, sentences, tables, notes: notes(case) }
}

/// The answer with the net present value it rests on.
fn in_short(case: &Case, view: usize) -> String {
    let answer = answer(case, view);
    match case.options.first().map(|option| &option.worth[view].npv) {
        Some(npv) if npv.has_interval() => format!(
            "{}: a net present value of {} in what budgets pay.",
            answer.trim_end_matches('.'),
            money_interval(case, npv)
        ),
        _ => answer,
    }
}

/// The money of a run for a terminal: a row for each option, of what budgets pay and of everything.
pub fn money_table(case: &Case) -> String {
    let (cash, all) = (case.view(&Of::Cash), case.view(&Of::All));
    let valued = case.options.iter().any(|o| o.lines.iter().any(|l| !l.kind.cashable));
    let level = percent(case.level);
    let header = ["", "option", "NPV [interval]", "P(NPV > 0)", "payback"].map(str::to_owned);
    let mut rows = vec![header];
    let views = [("What budgets pay", cash), ("With what is lost without being paid", all)];
    for (name, view) in views.into_iter().take(if valued { 2 } else { 1 }) {
        for (k, option) in case.options.iter().enumerate() {
            let worth = &option.worth[view];
            rows.push([
                if k == 0 { name.to_owned() } else { String::new() },
                capitalised(&option.label),
                money_interval(case, &worth.npv),
                worth.risk.map_or_else(String::new, |risk| probability(risk.positive, risk.n)),
                payback(case, if view == cash { &option.cash } else { &option.all }),
            ]);
        }
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let mut text = format!(
        "\nMoney over {} at {} real, against doing nothing [{level} interval]\n",
        years(case),
        percent(case.rates[0])
    );
    for row in &rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(k, (cell, width))| match k {
            0 | 1 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text += &format!("{}\n", best_told(case, cash, "in what budgets pay"));
    if valued {
        text += &format!("{}\n", best_told(case, all, "with what is lost without being paid"));
    }
    text
}

/// "The social tool does not pay: ..." or that it is not known.
fn answer(case: &Case, view: usize) -> String {
    let Some(first) = case.options.first() else { return String::new() };
    let npv = &first.worth[view].npv;
    let years = years(case);
    let rate = percent(case.rates[0]);
    let label = capitalised(&first.label);
    match () {
        _ if !npv.has_interval() => format!("{label}: too few replications to say whether it pays."),
        _ if npv.lower > 0.0 => format!("{label}: pays within {years} at {rate}."),
        _ if npv.upper < 0.0 => format!("{label}: does not pay within {years} at {rate}."),
        _ if npv.lower == npv.upper => format!("{label}: changes no money."),
        _ => format!("{label}: whether it pays within {years} at {rate} is not settled."),
    }
}

fn worth_told(case: &Case, option: &Choice, view: usize, course: &Course, whose: &str) -> String {
    let Worth { npv, exact, risk, .. } = &option.worth[view];
    let worth = money_interval(case, npv);
    let mut told = format!(
        "{}, {whose}: a net present value of {worth} over {} at {} real",
        capitalised(&option.label),
        years(case),
        percent(case.rates[0])
    );
    if (npv.value - exact.value).abs() > 0.1 * npv.half_width() && npv.has_interval() {
        let written = amount(case, exact.value, decimals(exact.value, npv.se));
        told += &format!(
            " (expected over the ranges of the inputs; {written} at the inputs as they are written)"
        );
    }
    if let Some(risk) = risk {
        told += &format!("; P(NPV > 0) {}", probability(risk.positive, risk.n));
    }
    told += "; ";
    told += &match (course.payback, course.discounted_payback) {
        (Some(0.0), _) => "there is nothing to pay back".to_owned(),
        (Some(months), Some(discounted)) => {
            format!(
                "the expected flows pay back after {} ({} when discounted)",
                span(months),
                span(discounted)
            )
        }
        (Some(months), None) => {
            format!("the expected flows pay back after {}, but not when discounted", span(months))
        }
        (None, _) => format!("the expected flows do not pay back within {}", years(case)),
    };
    if course.paid_back > 0.0 && course.paid_back < 1.0 {
        told += &format!(", and in {} of the samples they do", probability(course.paid_back, states(case)));
    }
    if npv.upper < 0.0 {
        let missing = amount(case, course.missing_a_year, decimals(course.missing_a_year, npv.se));
        told += &format!(". To break even, the settled gain would have to be {missing} a year higher");
    }
    told + "."
}

/// Which option may be the best, by the bounds against the best of the others.
fn best_told(case: &Case, view: usize, whose: &str) -> String {
    let label = |o: &Choice| format!("“{}”", o.label);
    let mut candidates: Vec<String> = Vec::new();
    let nothing = "doing nothing".to_owned();
    if case.nothing[view].1 > 0.0 {
        candidates.push(nothing);
    }
    candidates.extend(case.options.iter().filter(|o| o.worth[view].best.1 > 0.0).map(label));
    match candidates.as_slice() {
        [only] => format!("Of all options, {only} is worth most {whose}, beyond chance."),
        [] => format!("The options are worth the same {whose}."),
        [others @ .., last] => format!(
            "Which option is worth most {whose} is not settled: it may be {} or {last}. To know everything that is not known before choosing would be \
             worth {}.",
            others.join(", "),
            amount(case, case.knowing[view], decimals(case.knowing[view], case.knowing[view] / 10.0))
        ),
    }
}

/// All options side by side, in one view.
fn options(case: &Case, view: usize, whose: &str, course: fn(&Choice) -> &Course) -> Table {
    let uncertain = case.input_samples > 0;
    let mut header = vec!["Option".to_owned(), format!("NPV [{}]", percent(case.level))];
    header.extend(uncertain.then(|| "if the inputs were exact".to_owned()));
    header.extend(
        ["P(NPV > 0)", "5 % to 95 %", "worst 5 %, mean", "less the best other", "Payback", "IRR"]
            .map(str::to_owned),
    );
    let mut nothing = vec![format!("Doing nothing ({})", case.control), amount(case, 0.0, 0)];
    nothing.extend(uncertain.then(String::new));
    nothing.extend([String::new(), String::new(), String::new(), bounds(case, case.nothing[view])]);
    nothing.extend([String::new(), String::new()]);
    let mut rows = vec![nothing];
    rows.extend(case.options.iter().map(|option| {
        let worth = &option.worth[view];
        let mut row = vec![capitalised(&option.label), money_interval(case, &worth.npv)];
        row.extend(uncertain.then(|| money_interval(case, &worth.exact)));
        let digits = decimals(worth.npv.value, worth.npv.se);
        row.extend(worth.risk.map_or_else(Default::default, |r| {
            [
                probability(r.positive, r.n),
                format!("[{}, {}]", amount(case, r.p5, digits), amount(case, r.p95, digits)),
                amount(case, r.shortfall, digits),
            ]
        }));
        row.push(bounds(case, worth.best));
        row.extend([payback(case, course(option)), irr(course(option))]);
        row
    }));
    Table {
        caption: format!(
            "Options side by side, {whose}, over {} at {} and against doing nothing",
            years(case),
            percent(case.rates[0])
        ),
        file: "options.csv",
        header,
        rows,
        folded: false,
    }
}

/// The lines of an option: cash first, then what is valued.
fn lines(case: &Case, option: &Choice, folded: bool) -> Table {
    let header = ["Line", "Whose", "Before, a year", "After, a year", "Gain a year", "Paid once", "NPV"];
    let mut rows = Vec::new();
    for cashable in [true, false] {
        let of: Vec<&Line> = option.lines.iter().filter(|l| l.kind.cashable == cashable).collect();
        let moved = |l: &&&Line| l.yearly.value != 0.0 || l.once != 0.0;
        rows.extend(of.iter().filter(moved).map(|line| {
            let levels = [line.before, line.after].map(|level| {
                let digits = decimals(level.unwrap_or(0.0), line.yearly.se);
                level.map_or_else(String::new, |level| amount(case, level, digits))
            });
            let [before, after] = levels;
            vec![
                line.label.clone(),
                format!("{}{}", line.kind.stakeholder, if cashable { "" } else { ", valued" }),
                before,
                after,
                if line.yearly.value == 0.0 { String::new() } else { money_interval(case, &line.yearly) },
                if line.once == 0.0 {
                    String::new()
                } else {
                    amount(case, line.once, decimals(line.once, 0.0))
                },
                money_interval(case, &line.npv),
            ]
        }));
        let still = of.len() - of.iter().filter(moved).count();
        if still > 0 {
            let what = if cashable { "cash" } else { "valued" };
            let lines = if still == 1 { "line" } else { "lines" };
            let mut row = vec![format!("{still} more {lines} ({what})"), "no change".to_owned()];
            row.resize(header.len(), String::new());
            rows.push(row);
        }
    }
    for (view, name) in [(Of::Cash, "Cash, all lines"), (Of::All, "All lines")] {
        let mut row = vec![name.to_owned()];
        row.resize(header.len() - 1, String::new());
        row.push(money_interval(case, &option.worth[case.view(&view)].npv));
        rows.push(row);
    }
    Table {
        caption: format!(
            "{}: lines of money, settled a year, and what they are worth over {} at {}",
            capitalised(&option.label),
            years(case),
            percent(case.rates[0])
        ),
        file: "money.csv",
        header: header.map(str::to_owned).to_vec(),
        rows,
        folded,
    }
}

/// So many inputs are named at most.
const INPUTS: usize = 8;

/// Whether the sign of what an option is worth may turn on this input.
fn may_decide(input: &InputWorth) -> bool {
    input.evppi > 0.0 || matches!(input.break_even, BreakEven::At(_))
}

fn decides(worth: &Worth) -> bool {
    worth.inputs.iter().any(may_decide)
}

/// That nothing needs to be found out first, for an option with inputs that move its worth without ever changing its sign.
fn nothing_to_know(case: &Case, option: &Choice) -> Option<String> {
    let worth = [Of::Cash, Of::All].map(|of| &option.worth[case.view(&of)]);
    let moved = worth.iter().any(|w| !w.inputs.is_empty());
    (moved && !worth.iter().any(|w| decides(w))).then(|| {
        format!(
            "Nothing needs to be found out before deciding on \u{201c}{}\u{201d}: no input alone, within its range, changes the sign of \
             what it is worth (by a straight line through {} samples).",
            option.label, case.input_samples
        )
    })
}

/// What it is worth to know an input before deciding on an option; None where no input may change the sign of its worth.
fn knowing(case: &Case, option: &Choice, folded: bool) -> Option<Table> {
    let mut rows = Vec::new();
    for of in [Of::Cash, Of::All] {
        let worth = &option.worth[case.view(&of)];
        let name = if of == Of::Cash { "cash" } else { "all" };
        let evpi = worth.risk.map_or(0.0, |risk| risk.evpi);
        if decides(worth) && evpi > 0.0 {
            rows.push(vec![
                format!("Everything ({name})"),
                amount(case, evpi, decimals(evpi, 0.0)),
                String::new(),
                String::new(),
            ]);
        }
        let deciding = worth.inputs.iter().filter(|input| may_decide(input)).take(INPUTS);
        rows.extend(deciding.map(|input| {
            vec![
                format!("{} ({name})", input.label),
                amount(case, input.evppi, decimals(input.evppi, 0.0)),
                format!("{} %", number(100.0 * input.explains, 0)),
                match input.break_even {
                    BreakEven::At(value) => with_unit(case, value, &input.unit),
                    BreakEven::Above => "worth more than nothing in all of its range".to_owned(),
                    BreakEven::Below => "worth less than nothing in all of its range".to_owned(),
                    BreakEven::Unmoved => String::new(),
                },
            ]
        }));
    }
    let header = ["Input", "Worth knowing, at most", "Explains of the spread", "Breaks even at"];
    (!rows.is_empty()).then(|| Table {
        caption: format!(
            "{}: what would be worth finding out before deciding, and where an input alone makes the value zero",
            capitalised(&option.label)
        ),
        file: "results.json",
        header: header.map(str::to_owned).to_vec(),
        rows,
        folded,
    })
}

/// "$13.2 per month", "4.2 h"
fn with_unit(case: &Case, value: f64, unit: &str) -> String {
    match unit.strip_prefix(&case.currency) {
        Some(rest) if !case.currency.is_empty() => format!("{}{}{rest}", case.currency, plain(value)),
        _ => format!("{} {unit}", plain(value)).trim_end().to_owned(),
    }
}

/// By rate and by stakeholder.
fn views(case: &Case) -> Table {
    let mut header = vec!["Whose flows, at which rate".to_owned()];
    header.extend(case.options.iter().map(|o| capitalised(&o.label)));
    let rows = case.views.iter().enumerate().map(|(v, view)| {
        let of = match &view.of {
            Of::Cash => "cash".to_owned(),
            Of::All => "all".to_owned(),
            Of::Stakeholder(name) => name.clone(),
        };
        let mut row = vec![format!("{of}, {}", percent(view.rate))];
        row.extend(case.options.iter().map(|o| money_interval(case, &o.worth[v].npv)));
        row
    });
    Table {
        caption: "Net present value by stakeholder and by rate".to_owned(),
        file: "options.csv",
        header,
        rows: rows.collect(),
        folded: true,
    }
}

fn notes(case: &Case) -> Vec<String> {
    let level = percent(case.level);
    let mut notes = vec![
        format!(
            "Real money, month by month, discounted at the rates that the scenario names. Gains are above zero, against doing \
             nothing. Intervals ({level}) and probabilities are about {}.",
            match case.input_samples {
                0 => "what chance leaves open in the simulation; they hold if the inputs are exact".to_owned(),
                n => format!(
                    "what chance leaves open in the simulation and what is not known about the inputs ({n} samples of them)"
                ),
            }
        ),
        "“5 % to 95 %” and “worst 5 %, mean”: of the values that 1,000 draws of what is not known give. “Payback”: when the sum of the \
         expected flows stays above zero. “IRR”: the yearly rate of discount at which the value would be zero."
            .to_owned(),
        "“Less the best other”: bounds that hold together for all options, doing nothing among them (multiple comparisons with \
         the best). An upper bound of zero: not the best; a lower bound of zero: the best."
            .to_owned(),
    ];
    let ramps: Vec<&str> = case.options.iter().filter(|o| o.ramps).map(|o| o.label.as_str()).collect();
    let at_once: Vec<&str> = case.options.iter().filter(|o| !o.ramps).map(|o| o.label.as_str()).collect();
    if let Some(ramped) = case.ramped.first() {
        notes.push(format!(
            "“{}” comes into effect as an experiment of its own shows ({} paired replications, {} months after go-live), then \
             stays as the settled comparison has it{}.",
            ramps.join("”, “"),
            ramped.replications,
            ramped.months.len(),
            match at_once.as_slice() {
                [] => String::new(),
                names => format!("; “{}” take effect at once", names.join("”, “")),
            }
        ));
    }
    notes
}

/// "5 years"
fn years(case: &Case) -> String {
    span(case.months as f64)
}

/// A length of time in months, in words.
fn span(months: f64) -> String {
    let (value, unit) = if months >= 23.95 { (months / 12.0, "year") } else { (months, "month") };
    let text = number((value * 10.0).round() / 10.0, 1);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    format!("{text} {unit}{}", if text == "1" { "" } else { "s" })
}

fn payback(case: &Case, course: &Course) -> String {
    match course.payback {
        Some(0.0) => "nothing to pay back".to_owned(),
        Some(months) => span(months),
        None => format!("not within {}", years(case)),
    }
}

fn irr(course: &Course) -> String {
    match course.irr.as_slice() {
        [] => "none".to_owned(),
        [rate] => percent(*rate),
        several => format!("{} rates: not usable", several.len()),
    }
}

fn percent(share: f64) -> String {
    format!("{} %", plain(100.0 * share))
}

/// A share among so many independent states, with Wilson's 95 % interval where they are few. None of n is no proof of zero: the share
/// of all may be what leaves n out once in twenty times.
pub fn probability(share: f64, n: usize) -> String {
    let (states, most) = (n as f64, 1.0 - 0.05_f64.powf(1.0 / n as f64));
    let digits = if most < 0.01 { 1 } else { 0 };
    let most_told = (most * 100.0 * 10f64.powi(digits)).ceil() / 10f64.powi(digits);
    match () {
        _ if share * states < 0.5 => format!("below {} %", plain(most_told)),
        _ if (1.0 - share) * states < 0.5 => format!("above {} %", plain(100.0 - most_told)),
        _ if n >= FEW_STATES => format!("{} %", number(100.0 * share, 0)),
        _ => {
            let z2 = 1.96_f64 * 1.96 / states;
            let middle = (share + z2 / 2.0) / (1.0 + z2);
            let half = (z2 * (share * (1.0 - share) + z2 / 4.0)).sqrt() / (1.0 + z2);
            let [low, high] = [middle - half, middle + half].map(|p| number(100.0 * p, 0));
            format!("{} % [{low}, {high}]", number(100.0 * share, 0))
        }
    }
}

/// Of fewer states a share is told with its interval.
const FEW_STATES: usize = 500;

/// Independent states behind the distributions of a case.
fn states(case: &Case) -> usize {
    if case.input_samples > 0 { case.input_samples } else { crate::business::case::SAMPLES }
}

/// "−$66,000"
pub fn amount(case: &Case, value: f64, digits: i32) -> String {
    let text = number(value, digits.min(0));
    match text.strip_prefix('\u{2212}') {
        Some(rest) => format!("\u{2212}{}{rest}", case.currency),
        None => format!("{}{text}", case.currency),
    }
}

fn bound(case: &Case, value: f64, digits: i32) -> String {
    amount(case, value, bound_decimals(value, digits))
}

/// "−$66,000 [−$80,000, −$52,000]"; alone where it is certain.
pub fn money_interval(case: &Case, e: &Estimate) -> String {
    let digits = decimals(e.value, e.se);
    let value = amount(case, e.value, digits);
    match e.has_interval() && e.lower < e.upper {
        true => format!("{value} [{}, {}]", bound(case, e.lower, digits), bound(case, e.upper, digits)),
        false => value,
    }
}

fn bounds(case: &Case, (lower, upper): (f64, f64)) -> String {
    let digits = decimals(lower.abs().max(upper.abs()), (upper - lower) / 8.0);
    match (lower, upper) {
        (l, u) if l == 0.0 && u == 0.0 => "the same".to_owned(),
        (l, u) => format!("[{}, {}]", bound(case, l, digits), bound(case, u, digits)),
    }
}
