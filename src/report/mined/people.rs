//! Who does it, and when: handovers, the week, resources over time.

use super::pictures::{quoted, seconds};
use super::window::{Periods, periods, window};
use crate::chart::number;
use crate::chart::{HandoverCell, HandoverChart, ShadesChart, ShadesRow, Waiting};
use crate::mining::{Handover, Study, Who, picture};
use crate::report::Picture;

/// Parties whose names can be read side by side.
const PARTIES: usize = 9;

/// Who hands over to whom: between teams where the log names several, else between resources.
pub fn handovers(study: &Study, footer: &str) -> Option<Picture> {
    let many = |who: Who| study.network(who).handovers.iter().any(|h| h.from != h.to);
    let (who, noun) = match () {
        _ if many(Who::Teams) => (Who::Teams, "teams"),
        _ if many(Who::Resources) => (Who::Resources, "resources"),
        _ => return None,
    };
    let all: Vec<&Handover> = study.network(who).handovers.iter().filter(|h| h.from != h.to).collect();
    let total: f64 = all.iter().map(|h| h.waiting.total).sum();
    // Those with the most waiting before or after them; by count where nothing waits.
    let weight = |name: &str| -> f64 {
        let own = all.iter().filter(|h| h.from == name || h.to == name);
        own.map(|h| h.waiting.total + 1e-6 * h.count as f64).sum()
    };
    let mut names: Vec<&str> = all.iter().flat_map(|h| [h.from.as_str(), h.to.as_str()]).collect();
    names.sort_unstable();
    names.dedup();
    let n_all = names.len();
    let mut weighed: Vec<(f64, &str)> = names.into_iter().map(|name| (weight(name), name)).collect();
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    weighed.truncate(PARTIES);
    let parties: Vec<&str> = weighed.iter().map(|w| w.1).collect();
    let place = |name: &str| parties.iter().position(|p| *p == name);
    let cells: Vec<HandoverCell> = (all.iter())
        .filter_map(|h| {
            let waiting = Waiting { count: h.count as f64, seconds: 3_600.0 * h.waiting.mean };
            Some(HandoverCell { from: place(&h.from)?, to: place(&h.to)?, values: vec![Some(waiting)] })
        })
        .collect();
    let worst = all.first()?;
    let title = format!(
        "{} of the waiting between {noun} lies from {} to {}: {} on average",
        number::percent(worst.waiting.total / total.max(1e-9), 0),
        quoted(&worst.from),
        quoted(&worst.to),
        number::span(3_600.0 * worst.waiting.mean)
    );
    let title =
        if worst.waiting.total > 0.0 { title } else { format!("Who hands over to whom: {n_all} {noun}") };
    let of = if n_all > PARTIES {
        format!("; the {PARTIES} of {n_all} {noun} with the most waiting")
    } else {
        String::new()
    };
    let chart = HandoverChart {
        title,
        subtitle: format!("Number of handovers \u{d7} mean time from the one's end to the other's start{of}"),
        footer: footer.to_owned(),
        parties: parties.iter().map(|p| (*p).to_owned()).collect(),
        arms: Vec::new(),
        cells,
        period: "in the log".to_owned(),
    };
    Some(Picture {
        name: "handovers".to_owned(),
        caption: "From row to column: how often a case goes from one to the other, and how long it waits in between. The darker, the more waiting in all."
            .to_owned(),
        file: if who == Who::Teams { "tables/handovers_teams.csv" } else { "tables/handovers_resources.csv" },
        svg: chart.svg(),
        title: chart.title,
    })
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What happens in which hour of the week.
pub fn week(study: &Study, footer: &str) -> Option<Picture> {
    let week = picture::events_by_hour(&study.log);
    let all: u32 = week.0.iter().sum();
    if all == 0 {
        return None;
    }
    let share = |n: u32| f64::from(n) / f64::from(all);
    let day = |d: usize| -> u32 { week.0[24 * d..24 * (d + 1)].iter().sum() };
    let hour = |h: usize| -> u32 { (0..7).map(|d| week.0[24 * d + h]).sum() };
    let busiest_day = (0..7).max_by_key(|&d| day(d)).unwrap_or(0);
    let busiest_hour = (0..24).max_by_key(|&h| hour(h)).unwrap_or(0);
    let weekend = share(day(5) + day(6));
    let chart = ShadesChart {
        title: format!(
            "Busiest from {busiest_hour} to {} o\u{2019}clock and on {}s; {} of the work is at weekends",
            busiest_hour + 1,
            DAYS[busiest_day],
            match weekend {
                w if w < 0.0005 => "none".to_owned(),
                w => number::percent(w, if w < 0.1 { 1 } else { 0 }),
            }
        ),
        subtitle: format!(
            "{} starts and ends of activities by weekday and hour (UTC); opening hours as the log shows them: {} a week",
            number::number(f64::from(all), 0),
            study.clock().hours_a_week()
        ),
        footer: footer.to_owned(),
        measure: "events in that hour".to_owned(),
        rows: (0..7)
            .map(|d| ShadesRow {
                label: DAYS[d].to_owned(),
                cells: (0..24).map(|h| Some(f64::from(week.0[24 * d + h]))).collect(),
                note: number::percent(share(day(d)), 0),
            })
            .collect(),
        n_columns: 24,
        columns: (0..24).step_by(2).map(|h| (h as f64, format!("{h:02}:00"))).collect(),
        group: 0,
    };
    Some(Picture {
        name: "week".to_owned(),
        caption: "When people are at work, as far as the log shows: starts and ends of activities by hour of the week, in UTC."
            .to_owned(),
        file: "tables/calendar.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

/// Resources over time: who works when, and how much.
pub fn resources(study: &Study, footer: &str) -> Option<Picture> {
    const ROWS: usize = 24;
    let log = &study.log;
    let window = window(study)?;
    let Periods { from, length, n, name } = periods(&window);
    let starts = picture::starts_by_resource(log);
    let mut order: Vec<usize> = (0..starts.len()).collect();
    order.sort_by_key(|&r| std::cmp::Reverse(starts[r].len()));
    let all: usize = starts.iter().map(Vec::len).sum();
    let top = *order.first().filter(|_| all > 0)?;
    let mut sum = 0;
    let half = order.iter().take_while(|&&r| {
        let before = sum;
        sum += starts[r].len();
        2 * before < all
    });
    let half = half.count();
    let share = |n: usize| n as f64 / all as f64;
    let title = match order.len() {
        1 => format!("{} does everything", log.resources.name(top as u32)),
        count => format!(
            "{half} of {count} resources do half of the work; {} does most, {}",
            log.resources.name(top as u32),
            number::percent(share(starts[top].len()), 0)
        ),
    };
    let row = |&r: &usize| {
        let own = (starts[r].iter().min(), starts[r].iter().max());
        let counts = picture::by_period(starts[r].iter().copied(), from, length, n);
        let cells = counts.iter().enumerate().map(|(k, count)| {
            let begins = from + k as i64 * length;
            let there = own.0.is_some_and(|first| *first < begins + length)
                && own.1.is_some_and(|last| *last >= begins);
            there.then_some(f64::from(*count))
        });
        ShadesRow {
            label: log.resources.name(r as u32).to_owned(),
            cells: cells.collect(),
            note: number::percent(share(starts[r].len()), 1),
        }
    };
    let chart = ShadesChart {
        title,
        subtitle: format!(
            "Activities begun in each {name}, by resource{}; blank before a resource\u{2019}s first and after its last{}",
            if order.len() > ROWS {
                format!(": the {ROWS} busiest of {}", order.len())
            } else {
                String::new()
            },
            window.told()
        ),
        footer: footer.to_owned(),
        measure: format!("begun in a {name}"),
        rows: order.iter().take(ROWS).map(row).collect(),
        n_columns: n,
        columns: crate::chart::date_columns(seconds(from), seconds(length), n),
        group: 0,
    };
    Some(Picture {
        name: "resources".to_owned(),
        caption: "Who works when: a row for each resource, the busiest first; the darker, the more it begins. At the right its share of all work that has a resource."
            .to_owned(),
        file: "tables/resources.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}
