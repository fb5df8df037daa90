//! Pictures of the simulated log: the process map, handovers, and how busy the teams are by hour of the week.

use super::{Picture, arm_label};
use crate::chart::number;
use crate::chart::{
    Aside, HandoverCell, HandoverChart, HoursChart, HoursRow, MapChart, MapLink, MapNode, ProcessMap, Ribbon,
    Waiting,
};
use crate::experiment::{Flow, FlowLink, Results, TeamHours};
use crate::units::YEAR;
use std::collections::BTreeMap;

/// All arrows are drawn where there are no more than this; they can be read.
const FEW: usize = 30;
/// Of more arrows those that together are this share of all, and the strongest into and out of each activity.
const SHOWN: f64 = 0.95;
/// Arrows drawn with emphasis.
const STRONG: usize = 3;

/// The flows that are shown: of the control and of the first other arm that was logged.
fn shown(results: &Results) -> Vec<&Flow> {
    results.flows.iter().take(2).collect()
}

/// One map for each arm shown, with the same boxes and arrows.
pub fn maps(results: &Results, footer: &str) -> Vec<Picture> {
    let flows = shown(results);
    if flows.iter().any(|f| f.cases == 0) {
        return Vec::new();
    }
    let all = Union::new(&flows);
    flows.iter().map(|flow| map(results, flow, &all, footer)).collect()
}

/// Boxes and arrows of several flows, by name.
struct Union {
    /// name and label
    nodes: Vec<(String, String)>,
    links: Vec<(Option<usize>, Option<usize>)>,
    /// share of all transitions that the links are
    share: f64,
}

impl Union {
    fn new(flows: &[&Flow]) -> Self {
        let mut nodes: Vec<(String, String)> = Vec::new();
        let mut counts: BTreeMap<(Option<usize>, Option<usize>), usize> = BTreeMap::new();
        for flow in flows {
            let place: Vec<usize> = (flow.steps.iter())
                .map(|step| {
                    let node = (step.name.clone(), step.label.clone());
                    nodes.iter().position(|n| *n == node).unwrap_or_else(|| {
                        nodes.push(node);
                        nodes.len() - 1
                    })
                })
                .collect();
            for link in &flow.links {
                let at = |end: Option<usize>| end.map(|k| place[k]);
                *counts.entry((at(link.from), at(link.to))).or_default() += link.count;
            }
        }
        let total: usize = counts.values().sum();
        let mut order: Vec<_> = counts.iter().map(|(link, n)| (*link, *n)).collect();
        order.sort_by_key(|(link, n)| (std::cmp::Reverse(*n), *link));
        let mut links: Vec<(Option<usize>, Option<usize>)> = Vec::new();
        let mut sum = 0;
        for (link, n) in &order {
            let first_into = links.iter().all(|l| l.1 != link.1);
            let first_out = links.iter().all(|l| l.0 != link.0);
            let frequent = order.len() <= FEW || (sum as f64) < SHOWN * total as f64;
            if frequent || first_into || first_out {
                links.push(*link);
                sum += n;
            }
        }
        // From the start on, so that the layout begins there.
        links.sort();
        Self { nodes, links, share: sum as f64 / total.max(1) as f64 }
    }

    fn find(&self, flow: &Flow, k: usize) -> Option<usize> {
        let step = &flow.steps[k];
        self.nodes.iter().position(|(name, label)| (name, label) == (&step.name, &step.label))
    }
}

fn map(results: &Results, flow: &Flow, all: &Union, footer: &str) -> Picture {
    let arm = &results.arms[flow.arm];
    let node = |k: usize, (_, label): &(String, String)| {
        let step = (0..flow.steps.len()).find(|&s| all.find(flow, s) == Some(k)).map(|s| &flow.steps[s]);
        MapNode {
            label: label.clone(),
            who: step.map_or_else(String::new, |s| s.team.clone()),
            count: step.map_or(0, |s| s.count),
            seconds: step.map_or(0.0, |s| s.mean),
        }
    };
    let at = |end: Option<usize>| end.and_then(|k| all.find(flow, k));
    let own = |link: &(Option<usize>, Option<usize>)| -> Option<&FlowLink> {
        flow.links.iter().find(|l| (at(l.from), at(l.to)) == *link)
    };
    let mut waits: Vec<f64> = all.links.iter().filter_map(own).map(|l| l.total).collect();
    waits.sort_by(|a, b| b.total_cmp(a));
    let least = waits.get(STRONG - 1).copied().unwrap_or(0.0);
    let links = all.links.iter().map(|link| {
        let of = own(link);
        MapLink {
            from: link.0,
            to: link.1,
            count: of.map_or(0, |l| l.count),
            seconds: of.map_or(0.0, |l| l.median),
            strong: of.is_some_and(|l| l.total > 0.0 && l.total >= least),
        }
    });
    let times = flow.times();
    let total: f64 = times.iter().map(|t| t.seconds).sum();
    let percent = |seconds: f64| number::percent(seconds / total.max(1e-9), 0);
    let told =
        |waiting: bool, label: &str| if waiting { format!("waiting for: {label}") } else { label.to_owned() };
    let title = match times.first() {
        Some(top) if top.waiting => {
            format!(
                "Waiting for \u{201c}{}\u{201d} takes the largest share of the time, {}",
                top.label,
                percent(top.seconds)
            )
        }
        Some(top) => format!(
            "\u{201c}{}\u{201d} takes the largest share of the time, {}",
            top.label,
            percent(top.seconds)
        ),
        None => "What follows on what".to_owned(),
    };
    let title = match results.flows.len() {
        1 => title,
        _ => format!("{}: {}", arm_label(results, flow.arm), uncapitalised(&title)),
    };
    let chart = MapChart {
        title,
        subtitle: format!(
            "{}: what follows directly on what, {} cases of {}; {} of all steps from one to the next are drawn",
            arm_label(results, flow.arm),
            number::number(flow.cases as f64, 0),
            if flow.process.is_empty() {
                "all processes".to_owned()
            } else {
                format!("\u{201c}{}\u{201d}", flow.process)
            },
            number::percent_shown(all.share)
        ),
        footer: format!("{footer}; log of {}", replications(flow)),
        map: ProcessMap {
            nodes: all.nodes.iter().enumerate().map(|(k, n)| node(k, n)).collect(),
            links: links.collect(),
        },
        asides: vec![Aside {
            title: format!("Where the time of cases goes ({} in all)", number::span(total)),
            rows: times.iter().take(8).map(|t| (told(t.waiting, &t.label), percent(t.seconds))).collect(),
        }],
    };
    Picture {
        name: format!("map_{}", arm.name),
        caption: format!(
            "{}: the process as the simulated log has it. Box: an activity, how often and how long; arrow: what follows directly, how often and after which median wait. One simulated history, no intervals.",
            arm_label(results, flow.arm)
        ),
        file: "flow.csv",
        svg: chart.svg(),
        title: chart.title,
    }
}

fn replications(flow: &Flow) -> String {
    match flow.replications {
        1 => "one replication".to_owned(),
        n => format!("{n} replications"),
    }
}

/// Handovers between teams, the arms one above the other in each cell.
pub fn handovers(results: &Results, footer: &str) -> Option<Picture> {
    let flows = shown(results);
    let first = flows.first()?;
    let used = |k: usize| flows.iter().flat_map(|f| &f.handovers).any(|h| h.from == k || h.to == k);
    let parties: Vec<usize> = (0..first.parties.len()).filter(|&k| used(k)).collect();
    if parties.len() < 2 {
        return None;
    }
    let waiting = |flow: &Flow, from: usize, to: usize| {
        let handover = flow.handovers.iter().find(|h| (h.from, h.to) == (parties[from], parties[to]))?;
        let years = flow.seconds * flow.replications as f64 / YEAR;
        Some(Waiting { count: handover.count as f64 / years, seconds: handover.mean })
    };
    let pairs = (0..parties.len()).flat_map(|from| (0..parties.len()).map(move |to| (from, to)));
    let cells: Vec<HandoverCell> = pairs
        .map(|(from, to)| HandoverCell {
            from,
            to,
            values: flows.iter().map(|f| waiting(f, from, to)).collect(),
        })
        .filter(|cell| cell.values.iter().any(Option::is_some))
        .collect();
    let label = |k: usize| {
        let party = &first.parties[parties[k]];
        if party.asking { format!("Asking: {}", party.label) } else { party.label.clone() }
    };
    // The longest waiting of the last arm shown.
    let last = flows.len() - 1;
    let total = |c: &HandoverCell| c.values[last].map_or(0.0, |w| w.total());
    let worst = cells.iter().max_by(|a, b| total(a).total_cmp(&total(b)))?;
    let arm = arm_label(results, flows[last].arm);
    let title = match worst.values[last] {
        Some(w) => format!(
            "Most waiting lies between {} and {}: {} on average",
            label(worst.from),
            label(worst.to),
            number::span(w.seconds)
        ),
        None => "Who hands over to whom".to_owned(),
    };
    let title = if flows.len() > 1 { format!("{arm}: {}", uncapitalised(&title)) } else { title };
    let chart = HandoverChart {
        title,
        subtitle: "Handovers a year \u{d7} mean time from the one's work to the other's, transport and purchase included"
            .to_owned(),
        footer: format!("{footer}; log of {}, no intervals", replications(first)),
        parties: (0..parties.len()).map(label).collect(),
        arms: flows.iter().map(|f| arm_label(results, f.arm)).collect(),
        cells,
        period: "a year".to_owned(),
    };
    Some(Picture {
        name: "handovers".to_owned(),
        caption: "From row to column: how many cases a year go from one team to the other, and how long they wait in between. The darker, the more waiting in all. One simulated history, no intervals."
            .to_owned(),
        file: "handovers.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

pub fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_lowercase().chain(letters).collect())
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Share of the time on shift at work, by team and hour of the week.
pub fn utilisation(results: &Results, footer: &str) -> Option<Picture> {
    let flows = shown(results);
    let first = flows.first()?;
    let names: Vec<&str> = first.hours.iter().map(|t| t.label.as_str()).collect();
    let find = |flow: &'_ Flow, name: &str| flow.hours.iter().position(|t| t.label == name);
    let ribbon = |flow: &Flow, team: &TeamHours| Ribbon {
        name: if flows.len() > 1 { arm_label(results, flow.arm) } else { String::new() },
        cells: (0..team.busy.len()).map(|hour| team.utilisation(hour)).collect(),
        mean: team.mean_utilisation(),
    };
    let mut rows: Vec<HoursRow> = names
        .iter()
        .map(|name| HoursRow {
            name: (*name).to_owned(),
            ribbons: flows.iter().filter_map(|f| Some(ribbon(f, &f.hours[find(f, name)?]))).collect(),
        })
        .collect();
    rows.sort_by(|a, b| mean(b).total_cmp(&mean(a)));
    let busiest = rows.first()?;
    let arm = if flows.len() > 1 { format!(" ({})", arm_label(results, first.arm)) } else { String::new() };
    // Teams that only answer, and things that are only held, do no activity of the log.
    let is_absent = |p: &&crate::experiment::Party| !p.asking && !names.contains(&p.label.as_str());
    let absent: Vec<&str> = first.parties.iter().filter(is_absent).map(|p| p.label.as_str()).collect();
    let absent = match absent[..] {
        [] => String::new(),
        _ => format!("; without activities of their own in the log: {}", absent.join(", ")),
    };
    let title = format!(
        "Busiest{arm}: {}, at work {} of the time on shift",
        busiest.name,
        number::percent(mean(busiest), 0)
    );
    let chart = HoursChart {
        title,
        subtitle: "Work on activities by time on shift, for each hour of the average week (asking and answering are not activities)"
            .to_owned(),
        footer: format!("{footer}; log of {}, no intervals{absent}", replications(first)),
        days: DAYS.map(str::to_owned).to_vec(),
        rows,
    };
    Some(Picture {
        name: "utilisation".to_owned(),
        caption: "How busy each team is in each hour of the average week: share of the time on shift spent on activities. Dark: hardly any time is free, so work waits."
            .to_owned(),
        file: "utilisation.csv",
        svg: chart.svg(),
        title: chart.title,
    })
}

fn mean(row: &HoursRow) -> f64 {
    row.ribbons.first().map_or(0.0, |r| r.mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::FlowStep;

    /// A chain of activities with a rare arrow from each to the next but one.
    fn chain(n: usize) -> Flow {
        let step = |k| FlowStep {
            name: format!("s{k}"),
            label: format!("S{k}"),
            team: String::new(),
            count: 1_000,
            mean: 1.0,
        };
        let link =
            |(from, to, count)| FlowLink { from: Some(from), to: Some(to), count, median: 1.0, total: 1.0 };
        let often = (1..n).map(|k| (k - 1, k, 1_000));
        let rare = (2..n).map(|k| (k - 2, k, 1));
        Flow {
            arm: 0,
            replications: 1,
            seconds: 1.0,
            process: String::new(),
            cases: 1_000,
            steps: (0..n).map(step).collect(),
            links: often.chain(rare).map(link).collect(),
            parties: Vec::new(),
            handovers: Vec::new(),
            hours: Vec::new(),
        }
    }

    #[test]
    fn a_small_map_has_all_its_arrows() {
        let small = chain(10);
        let all = Union::new(&[&small]);
        assert_eq!((all.links.len(), all.share), (small.links.len(), 1.0));
        let large = chain(30);
        let some = Union::new(&[&large]);
        assert!(some.links.len() < large.links.len() && some.share < 1.0);
    }
}
