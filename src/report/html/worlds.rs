//! What differs between the arms, and how people ask each other in each of them.

use super::Page;
use super::drawing::{self, Box};
use crate::activity::{Activity, Ask, Place, PlaceScope, Sees};
use crate::ids::{ChannelId, TeamId};
use crate::model::{Channel, ChannelMode, Model};
use crate::report::plain;
use crate::scenario::{Arm, Difference, differences};
use serde::Serialize;

/// An arm and its changes to the file.
#[derive(Serialize)]
pub struct World {
    pub label: String,
    rows: Vec<Changed>,
}

/// A value that an arm changes, or several that it changes alike.
#[derive(Serialize)]
struct Changed {
    what: String,
    keys: Vec<String>,
    before: String,
    after: String,
}

/// A step at which people look for something by asking, drawn for each way in which an arm does it.
#[derive(Serialize)]
pub struct Search {
    number: usize,
    label: String,
    ways: Vec<Way>,
}

/// How people ask in some of the arms.
#[derive(Clone, PartialEq, Serialize)]
struct Way {
    /// "Before; More stock".
    arms: String,
    panels: Vec<Panel>,
    /// What else the search may do, in sentences.
    notes: Vec<String>,
}

#[derive(Clone, PartialEq, Serialize)]
struct Panel {
    channels: String,
    how: &'static str,
    svg: String,
}

/// The channels and what they are like, with their use in each arm.
#[derive(Serialize)]
pub struct Channels {
    arms: Vec<String>,
    rows: Vec<ChannelRow>,
}

#[derive(Serialize)]
struct ChannelRow {
    label: String,
    traits: Vec<String>,
    /// Who uses it, by arm.
    use_by_arm: Vec<String>,
}

/// The changes of each arm but the control.
pub fn worlds(page: &Page) -> Vec<World> {
    let changed = page.arms.iter().skip(1);
    changed.map(|(arm, model)| World { label: arm.label.clone(), rows: rows(page, arm, model) }).collect()
}

/// Changes that differ in one name only share a row.
fn rows(page: &Page, arm: &Arm, model: &Model) -> Vec<Changed> {
    let mut rows: Vec<(Vec<Difference>, usize)> = Vec::new();
    for difference in differences(page.scenario, arm) {
        let shared = rows.last_mut().and_then(|(like, at)| {
            let position = differs_at(&like[0], &difference)?;
            (like.len() == 1 || *at == position).then(|| *at = position)?;
            Some(like)
        });
        match shared {
            Some(like) => like.push(difference),
            None => rows.push((vec![difference], 0)),
        }
    }
    let row = |(like, at): (Vec<Difference>, usize)| Changed {
        what: if like.len() == 1 { in_words(model, &like[0].path) } else { together(model, &like, at) },
        keys: like.iter().map(|d| d.path.clone()).collect(),
        before: like[0].before.clone().unwrap_or_else(|| "none".to_owned()),
        after: like[0].after.clone(),
    };
    rows.into_iter().map(row).collect()
}

/// The only part of the path in which two changes differ, if all else is the same.
fn differs_at(a: &Difference, b: &Difference) -> Option<usize> {
    let (x, y): (Vec<&str>, Vec<&str>) = (a.path.split('.').collect(), b.path.split('.').collect());
    let differing: Vec<usize> =
        x.iter().zip(&y).enumerate().filter(|(_, (x, y))| x != y).map(|(i, _)| i).collect();
    match differing.as_slice() {
        [at] if x.len() == y.len() && a.before == b.before && a.after == b.after && names(&x, *at) => {
            Some(*at)
        }
        _ => None,
    }
}

/// The words of a path that are followed by a name.
const SORTS: [&str; 18] = [
    "process",
    "step",
    "team",
    "crew",
    "channel",
    "adoption",
    "part",
    "topic",
    "calendar",
    "profile",
    "fleet",
    "mode",
    "maintenance",
    "constant",
    "arrival",
    "attribute",
    "stage",
    "sites",
];

fn names(path: &[&str], at: usize) -> bool {
    at > 0 && SORTS.contains(&path[at - 1])
}

/// A path as the labels have it: "Get the part › Locate the part elsewhere › channels".
pub fn in_words(model: &Model, path: &str) -> String {
    words(model, &path.split('.').collect::<Vec<_>>()).join(" › ")
}

fn words(model: &Model, path: &[&str]) -> Vec<String> {
    let mut words = Vec::new();
    let mut i = 0;
    while i < path.len() {
        let is_sort = SORTS.contains(&path[i]) && i + 1 < path.len();
        if is_sort {
            let whole = path[..=i + 1].join(".");
            let short = format!("{}.{}", path[i], path[i + 1]);
            let label = model.labels.get(&whole).cloned().unwrap_or_else(|| model.label(&short));
            words.push(label);
            i += 2;
        } else {
            words.push(path[i].replace('_', " "));
            i += 1;
        }
    }
    words
}

/// Several paths that differ in the name at `at`: the names, then what they have in common.
fn together(model: &Model, like: &[Difference], at: usize) -> String {
    let name = |d: &Difference| {
        let path: Vec<&str> = d.path.split('.').collect();
        words(model, &path[..=at]).pop().unwrap_or_default()
    };
    let names: Vec<String> = like.iter().map(name).collect();
    let path: Vec<&str> = like[0].path.split('.').collect();
    let before = words(model, &path[..at - 1]);
    let after = words(model, &path[at + 1..]);
    let names = names.join(", ");
    before.into_iter().chain([names]).chain(after).collect::<Vec<_>>().join(" › ")
}

/// A drawing for each step that asks; `count` counts the figures.
pub fn searches(arms: &[(Arm, Model)], count: &mut usize) -> Vec<Search> {
    let Some((_, first)) = arms.first() else { return Vec::new() };
    let asking = first.steps.iter().filter(|step| matches!(step.activity, Activity::Ask(_)));
    let searches = asking.map(|step| {
        let process = &first.processes[step.process].name;
        let mut ways: Vec<Way> = Vec::new();
        for (arm, model) in arms {
            let same = model
                .steps
                .iter()
                .find(|s| s.name == step.name && model.processes[s.process].name == *process);
            let Some(Activity::Ask(ask)) = same.map(|s| &s.activity) else { continue };
            let way = Way { arms: String::new(), panels: panels(model, ask), notes: notes(model, ask) };
            match ways.iter_mut().find(|w| w.panels == way.panels && w.notes == way.notes) {
                Some(known) => known.arms = format!("{}; {}", known.arms, arm.label),
                None => ways.push(Way { arms: arm.label.clone(), ..way }),
            }
        }
        *count += 1;
        Search { number: *count, label: first.label(&format!("process.{process}.step.{}", step.name)), ways }
    });
    searches.collect()
}

fn team(model: &Model, team: TeamId) -> String {
    model.label(&format!("team.{}", model.teams[team].name))
}

fn channel(model: &Model, channel: ChannelId) -> String {
    model.label(&format!("channel.{}", model.channels[channel].name))
}

/// A panel for channels in a row of the same mode, in the order in which they are tried.
fn panels(model: &Model, ask: &Ask) -> Vec<Panel> {
    let boxes: Vec<Box> = ask.places.iter().map(|place| place_box(model, place)).collect();
    // Who sees nothing is never asked one by one, and passes on what others wrote to all.
    let seeing = ask.places.iter().filter(|place| place.sees != Sees::Nothing);
    let seeing: Vec<Box> = seeing.map(|place| place_box(model, place)).collect();
    let asker = team(model, ask.asker);
    let groups = ask.channels.chunk_by(|a, b| model.channels[*a].mode == model.channels[*b].mode);
    let panel = |group: &[ChannelId]| {
        let labels: Vec<String> = group.iter().map(|c| channel(model, *c)).collect();
        let channels = labels.join(", then ");
        match model.channels[group[0]].mode {
            ChannelMode::OneByOne => Panel {
                svg: drawing::one_by_one(
                    &asker,
                    &seeing,
                    &format!("{asker} ask one place after the other by {channels}"),
                ),
                channels,
                how: "one place after the other: the waits add up",
            },
            ChannelMode::Broadcast => Panel {
                svg: drawing::broadcast(
                    &asker,
                    &boxes,
                    &format!("{asker} ask all places at once by {channels}"),
                ),
                channels,
                how: "all at once: the first useful answer counts",
            },
        }
    };
    groups.map(panel).collect()
}

fn place_box(model: &Model, place: &Place) -> Box {
    let label = team(model, place.team);
    let several = place.scope == PlaceScope::OtherSites;
    Box {
        label: if several { format!("{label}, other sites") } else { label },
        note: match place.sees {
            Sees::Shelf => "look on the shelf",
            Sees::Record => "look into the record",
            Sees::Mind => "know it, or do not",
            Sees::Nothing => "pass on what others wrote",
        },
        several,
    }
}

fn notes(model: &Model, ask: &Ask) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(search) = &ask.search {
        notes.push(format!(
            "Earlier answers in {} are searched first, as far back as {}.",
            channel(model, search.channel),
            time(search.memory)
        ));
    }
    let shared = ask.channels.iter().any(|c| model.channels[*c].mode == ChannelMode::Broadcast);
    if let Some(parallel) = ask.parallel.as_ref().filter(|_| shared) {
        notes.push(format!(
            "When somebody in {} reads the question, work that will be needed if nothing is found begins meanwhile.",
            team(model, parallel.team)
        ));
    }
    let asks = ask.give_up.asks.map(|n| match shared {
        true => format!("{n} direct asks (a post to all is not one of them)"),
        false => format!("{n} asks"),
    });
    let after = ask.give_up.after.as_ref().map(|after| time(after.mean()));
    let shift = ask.give_up.at_shift_end.then(|| "the end of the shift".to_owned());
    let limits: Vec<String> = asks.into_iter().chain(after).chain(shift).collect();
    if !limits.is_empty() {
        notes.push(format!("The search is given up after {}.", limits.join(" or ")));
    }
    notes
}

/// The channels that some arm uses; none where nobody asks.
pub fn channels(arms: &[(Arm, Model)]) -> Option<Channels> {
    let (_, first) = arms.first()?;
    let used = |model: &Model, id: ChannelId| asks(model).any(|ask| ask.channels.contains(&id));
    let rows: Vec<ChannelRow> = (first.channels.iter_ids())
        .filter(|(id, _)| arms.iter().any(|(_, model)| used(model, *id)))
        .map(|(id, c)| ChannelRow {
            label: channel(first, id),
            traits: traits(c),
            use_by_arm: arms.iter().map(|(_, model)| use_of(model, id)).collect(),
        })
        .collect();
    let labels: Vec<&str> = arms.iter().map(|(arm, _)| arm.label.as_str()).collect();
    (!rows.is_empty()).then(|| grouped(&labels, rows))
}

/// Arms that ask alike share a column.
fn grouped(labels: &[&str], rows: Vec<ChannelRow>) -> Channels {
    let column = |arm: usize| rows.iter().map(|row| row.use_by_arm[arm].as_str()).collect::<Vec<_>>();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for arm in 0..labels.len() {
        match groups.iter_mut().find(|group| column(group[0]) == column(arm)) {
            Some(group) => group.push(arm),
            None => groups.push(vec![arm]),
        }
    }
    let names = |group: &Vec<usize>| group.iter().map(|arm| labels[*arm]).collect::<Vec<_>>().join("; ");
    let row = |row: &ChannelRow| ChannelRow {
        label: row.label.clone(),
        traits: row.traits.clone(),
        use_by_arm: groups.iter().map(|group| row.use_by_arm[group[0]].clone()).collect(),
    };
    Channels { arms: groups.iter().map(names).collect(), rows: rows.iter().map(row).collect() }
}

fn asks(model: &Model) -> impl Iterator<Item = &Ask> {
    model.steps.iter().filter_map(|step| match &step.activity {
        Activity::Ask(ask) => Some(ask),
        _ => None,
    })
}

/// What a channel is like, in few words.
fn traits(channel: &Channel) -> Vec<String> {
    let share = |x: f64| format!("{} %", plain(100.0 * x));
    let mut traits = vec![match channel.mode {
        ChannelMode::OneByOne => "asks one after the other".to_owned(),
        ChannelMode::Broadcast => "asks all at once".to_owned(),
    }];
    if channel.reach < 1.0 {
        traits.push(format!("an attempt reaches somebody with {}", share(channel.reach)));
    }
    if channel.reply < 1.0 {
        traits.push(format!("a reader who could answer does with {}", share(channel.reply)));
    }
    if channel.active < 1.0 {
        traits.push(format!("{} of the members ever write", share(channel.active)));
    }
    traits.push(format!("an answer takes {} (median)", time(channel.latency.quantile(0.5))));
    if channel.visible {
        traits.push("everybody sees the answers".to_owned());
    }
    traits
}

/// How the searches of an arm use a channel, and who has it in the end.
fn use_of(model: &Model, id: ChannelId) -> String {
    let ranks: Vec<usize> =
        asks(model).filter_map(|ask| ask.channels.iter().position(|c| *c == id)).collect();
    let Some(rank) = ranks.into_iter().min() else { return "not used".to_owned() };
    let choice = match rank {
        0 => "first choice".to_owned(),
        1 => "second choice".to_owned(),
        2 => "third choice".to_owned(),
        n => format!("choice {}", n + 1),
    };
    let Some(adoption) = model.channels[id].adoption else { return choice };
    let spread = model.adoptions[adoption].spread.iter();
    let shares: Vec<String> =
        spread.map(|s| format!("{} {} %", team(model, s.team), plain(100.0 * s.ceiling))).collect();
    format!("{choice}; who will ever have it: {}", shares.join(", "))
}

/// A length of time in the largest unit that leaves at least two.
fn time(seconds: f64) -> String {
    crate::report::table::span(seconds)
}
