//! Where the time goes: causes of waiting, the performance spectrum, arrivals and work in progress, the dotted chart.

use super::pictures::{Colors, median, quoted, seconds};
use super::window::{DAY, Periods, periods, window};
use crate::chart::number;
use crate::chart::{
    Bar, Dot, DottedChart, Segment, SpectrumChart, StackedChart, TimelineChart, TimelinePanel,
};
use crate::mining::{Causes, Study, picture};
use crate::report::Picture;

/// Names of the causes, in the order of [`hours`].
const CAUSES: [&str; 5] = [
    "batching: collected to be done together",
    "contention: the resource is busy with earlier work",
    "priority: the resource does later work first",
    "off duty",
    "extraneous: nothing in the log explains it",
];

fn hours(c: &Causes) -> [f64; 5] {
    [c.batching, c.contention, c.prioritisation, c.unavailability, c.extraneous]
}

/// Why work waits.
pub fn causes(study: &Study, footer: &str) -> Option<Picture> {
    let all: f64 = study.bottlenecks().iter().map(|b| b.waiting).sum();
    let mut list: Vec<_> = study.bottlenecks().iter().filter(|b| b.waiting > 0.005 * all).collect();
    list.sort_by(|a, b| b.waiting.total_cmp(&a.waiting));
    let mut sums = [0.0; 5];
    list.iter().for_each(|b| sums.iter_mut().zip(hours(&b.causes)).for_each(|(sum, h)| *sum += h));
    let most = (0..5).max_by(|&a, &b| sums[a].total_cmp(&sums[b]))?;
    let top = list.first()?;
    let share = number::percent(sums[most] / all, 0);
    let told = [
        "being collected in batches",
        "busy resources",
        "later work that was done first",
        "resources off duty",
        "causes outside of the log",
    ][most];
    let days = 24.0;
    let bars = list.iter().take(12).map(|b| Bar {
        label: b.activity.clone(),
        values: hours(&b.causes).map(|h| h / days).to_vec(),
        note: format!(
            "{} of all, mean {}",
            number::percent(b.waiting / all, 0),
            number::span(3_600.0 * b.waiting / b.rows as f64)
        ),
    });
    let chart = StackedChart {
        title: format!(
            "{share} of the waiting is due to {told}; the most waits for {}",
            quoted(&top.activity)
        ),
        subtitle: format!(
            "Waiting from enabled to start, by cause: {} in all, {} of it in opening hours",
            number::span(3_600.0 * all),
            number::percent(list.iter().map(|b| b.waiting_working).sum::<f64>() / all, 0)
        ),
        footer: footer.to_owned(),
        x_label: "Waiting of all cases together, days".to_owned(),
        parts: CAUSES.map(str::to_owned).to_vec(),
        bars: bars.collect(),
    };
    Some(Picture {
        name: "waiting".to_owned(),
        caption: "Time from when work could have begun to its start, divided by what the resource that did it was doing meanwhile. Off duty: hours of the week in which that resource is hardly ever seen at work."
            .to_owned(),
        file: "tables/activities.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

/// The steps with the most waiting, case by case.
pub fn spectrum(study: &Study, footer: &str) -> Option<Picture> {
    const SEGMENTS: usize = 6;
    const LINES: usize = 600;
    let log = &study.log;
    let mut edges: Vec<_> =
        study.dfg().edges.iter().filter(|e| e.waiting.total > 0.0 && e.from != e.to).collect();
    edges.sort_by(|a, b| b.waiting.total.total_cmp(&a.waiting.total));
    edges.truncate(SEGMENTS);
    let top = *edges.first()?;
    let window = window(study)?;
    let mut sampled = false;
    let segments = edges.iter().filter_map(|e| {
        let (a, b) = (log.activities.get(&e.from)?, log.activities.get(&e.to)?);
        let mut passages = picture::spectrum(log, a, b);
        passages.retain(|p| window.holds(p.from) && window.holds(p.to));
        let step = passages.len().div_ceil(LINES).max(1);
        sampled |= step > 1;
        Some(Segment {
            from: e.from.clone(),
            to: e.to.clone(),
            note: format!(
                "{} times, median {}, one in ten over {}",
                number::number(f64::from(e.count), 0),
                number::span(median(&e.waiting)),
                number::span(3_600.0 * e.waiting.p90)
            ),
            passages: passages
                .iter()
                .step_by(step)
                .map(|p| (seconds(p.from), seconds(p.to.max(p.from)), p.quartile))
                .collect(),
        })
    });
    let segments: Vec<_> = segments.collect();
    let chart = SpectrumChart {
        title: format!(
            "From {} to {} takes {} in the median, over {} one time in ten",
            quoted(&top.from),
            quoted(&top.to),
            if median(&top.waiting) < 1.0 {
                "no time".to_owned()
            } else {
                number::span(median(&top.waiting))
            },
            number::span(3_600.0 * top.waiting.p90)
        ),
        subtitle: format!(
            "The {} steps with the most waiting in all; each line is a case, from leaving the one to entering the other{}{}",
            segments.len(),
            if sampled { "; a regular sample of them" } else { "" },
            window.told()
        ),
        footer: footer.to_owned(),
        segments,
    };
    Some(Picture {
        name: "spectrum".to_owned(),
        caption: "Performance spectrum: the flatter a line, the longer the wait. Parallel lines: first come, first served; lines that end together: a batch; crossing lines: some overtake others."
            .to_owned(),
        file: "tables/steps.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

/// Arrivals and cases in progress by date.
pub fn arrivals(study: &Study, footer: &str) -> Option<Picture> {
    let log = &study.log;
    let window = window(study)?;
    let Periods { from, length, n, name } = periods(&window);
    let mut arrivals = picture::arrivals(log);
    arrivals.retain(|&t| window.holds(t));
    arrivals.sort_unstable();
    let counts = picture::by_period(arrivals.iter().copied(), from, length, n);
    let at = |k: usize| seconds(from + k as i64 * length);
    let arrived: Vec<(f64, f64)> =
        (0..=n).map(|k| (at(k), f64::from(*counts.get(k).unwrap_or(&0)))).collect();
    let mut changes = picture::in_progress(log);
    changes.retain(|c| window.holds(c.0));
    // Time average of each of a few hundred slices, so that a long log stays a picture.
    let slices = slices(&changes, 400);
    let mean_wip = average(&changes);
    // Over the periods in which cases still arrive: the log goes on until the last of them is done.
    let last = counts.iter().rposition(|c| *c > 0)? + 1;
    let mut sorted = counts[..last].to_vec();
    sorted.sort_unstable();
    let (low, high) = (sorted[last / 10], sorted[(last - 1) - last / 10]);
    let gone = (arrivals.last()? - arrivals.first()?).max(1) as f64;
    let per_period = (arrivals.len() - 1) as f64 * length as f64 / gone;
    let (rate, unit) =
        if length < DAY { (per_period, "hour") } else { (per_period * DAY as f64 / length as f64, "day") };
    let chart = TimelineChart {
        title: format!(
            "{} cases arrive {} {unit}, and {} are in progress at a time",
            told(rate),
            if unit == "hour" { "an" } else { "a" },
            told(mean_wip)
        ),
        subtitle: format!(
            "{} cases; arrivals by {name}: {low} to {high}, the outer tenths left aside; in progress: from first to last event{}",
            number::number(arrivals.len() as f64, 0),
            window.told()
        ),
        footer: footer.to_owned(),
        panels: vec![
            TimelinePanel { label: format!("Arrivals by {name}"), mean: per_period, steps: arrived },
            TimelinePanel { label: "Cases in progress".to_owned(), mean: mean_wip, steps: slices },
        ],
    };
    Some(Picture {
        name: "arrivals".to_owned(),
        caption: "When cases arrive and how many are under way. Cases that were under way when the log begins or ends are missing or cut, so its first and last weeks look emptier than they were."
            .to_owned(),
        file: "tables/cases.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

fn told(x: f64) -> String {
    let decimals = if x >= 10.0 || x <= 0.0 { 0 } else { (1 - x.log10().floor() as i32).clamp(1, 3) };
    number::number(x, decimals)
}

/// Time average of a step function [(us, value)].
fn average(steps: &[(i64, u32)]) -> f64 {
    let area: f64 = steps.windows(2).map(|w| f64::from(w[0].1) * (w[1].0 - w[0].0) as f64).sum();
    match (steps.first(), steps.last()) {
        (Some(a), Some(b)) if b.0 > a.0 => area / (b.0 - a.0) as f64,
        _ => 0.0,
    }
}

/// The step function with at most `n` steps, each the time average of its stretch.
fn slices(steps: &[(i64, u32)], n: i64) -> Vec<(f64, f64)> {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Vec::new() };
    let length = ((last.0 - first.0) / n).max(1);
    let n = ((last.0 - first.0) / length) as usize;
    let mut areas = vec![0.0; n + 1];
    for pair in steps.windows(2) {
        let (mut at, value) = (pair[0].0, f64::from(pair[0].1));
        while at < pair[1].0 {
            let slice = ((at - first.0) / length) as usize;
            let next = (first.0 + (slice as i64 + 1) * length).min(pair[1].0);
            areas[slice] += value * (next - at) as f64;
            at = next;
        }
    }
    let mut curve: Vec<(f64, f64)> = (areas.iter().take(n).enumerate())
        .map(|(k, area)| (seconds(first.0 + k as i64 * length), area / length as f64))
        .collect();
    curve.push((seconds(last.0), curve.last().map_or(0.0, |c| c.1)));
    curve
}

/// Every case as a line, every row as a dot.
pub fn dotted(study: &Study, footer: &str) -> Option<Picture> {
    const DOTS: f64 = 4_000.0;
    let log = &study.log;
    let summary = study.summary();
    let limit = ((DOTS / summary.rows_per_case) as usize).max(1);
    let window = window(study)?;
    let mut dots = picture::dotted(log, limit);
    dots.retain(|d| window.holds(d.at));
    let mut rows_of = vec![0; log.activities.len()];
    log.activity.iter().for_each(|&a| rows_of[a as usize] += 1);
    let colors = Colors::of(log, &rows_of);
    let mut shown: Vec<u32> = dots.iter().map(|d| d.case).collect();
    shown.dedup();
    let (early, late) = halves(study)?;
    let more = late / early - 1.0;
    let title = match more {
        m if !m.is_finite() || m.abs() < 0.1 => format!(
            "Cases of the second half take as long as those of the first: {} and {} in the median",
            number::span(late),
            number::span(early)
        ),
        m => format!(
            "Cases of the second half take {} {} time: {} in the median, {} in the first",
            number::percent(m.abs(), 0),
            if m > 0.0 { "more" } else { "less" },
            number::span(late),
            number::span(early)
        ),
    };
    let chart = DottedChart {
        title,
        subtitle: format!(
            "{} of {} cases, a line each, a dot for each start of an activity{}",
            number::number(shown.len() as f64, 0),
            number::number(summary.cases as f64, 0),
            window.told()
        ),
        footer: footer.to_owned(),
        kinds: colors.names,
        cases: summary.cases,
        dots: dots
            .iter()
            .map(|d| Dot { at: seconds(d.at), case: d.case as usize, kind: colors.of[d.activity as usize] })
            .collect(),
    };
    Some(Picture {
        name: "dotted".to_owned(),
        caption: "Dotted chart: cases from the first (above) to the last. A bend in the left edge is a change of the arrival rate; vertical stripes are days on which much is done at once; blank stripes are closed days. Cases of the second half may be cut by the end of the log."
            .to_owned(),
        file: "tables/rows.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

/// Median cycle time of the cases of the first and second half by arrival [s].
fn halves(study: &Study) -> Option<(f64, f64)> {
    let mut cases = crate::mining::cases(&study.log);
    cases.sort_by_key(|c| c.first);
    let half = cases.len() / 2;
    let median = |part: &[crate::mining::Case]| {
        let mut cycles: Vec<f64> = part.iter().map(|c| 3_600.0 * c.cycle).collect();
        cycles.sort_by(f64::total_cmp);
        crate::stats::quantile_sorted(&cycles, 0.5)
    };
    (half > 0).then(|| (median(&cases[..half]), median(&cases[half..])))
}
