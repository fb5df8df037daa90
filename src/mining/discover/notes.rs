//! What could not be identified, or is not in the model, in sentences.

use super::batching::Rule;
use super::{Discovered, Ongoing};
use crate::dist::Why;
use crate::eventlog::{EventLog, NONE, UNKNOWN};
use crate::mining::{batches, batching, causes, enabled};

/// Rows of an activity below which its work is hardly known.
const FEW: usize = 20;
/// Shares that are worth a sentence.
const WORTH: f64 = 0.05;

/// Everything that whoever uses the model should know, the weightiest first.
///
/// `begin`: the cases that the model begins with.
pub fn notes(log: &EventLog, found: &Discovered, begin: &Ongoing) -> Vec<String> {
    let mut notes = Vec::new();
    let names = |list: &[usize]| {
        let shown: Vec<String> = list.iter().take(6).map(|&a| format!("`{}`", found.names[a])).collect();
        let more = if list.len() > 6 { format!(" and {} more", list.len() - 6) } else { String::new() };
        format!("{}{more}", shown.join(", "))
    };
    let all: Vec<usize> = (0..found.names.len()).collect();
    let timeless = log.start.iter().zip(&log.end).all(|(s, e)| s == e || *e == UNKNOWN);
    if timeless {
        notes.push(
            "The log has one instant for each activity: how long work takes is not in it. Work takes no time in the model; all \
             time is waiting."
                .to_owned(),
        );
    }
    let share = found.branching.deviations as f64 / found.branching.rows.max(1) as f64;
    if share > 0.0 {
        notes.push(format!(
            "{:.1} % of the rows do not fit the control flow: they were left aside when choices were counted.",
            share * 100.0
        ));
    }
    for (share, what) in
        [(found.options.recent_flow, "Choices"), (found.options.recent_times, "Work times and timers")]
    {
        if share < 1.0 {
            notes.push(format!(
                "{what} are those of the latest {} % of the cases. Among late cases those that were not over when the log ends are \
                 missing, so that they may look shorter than they are.",
                share * 100.0
            ));
        }
    }
    let rare: Vec<usize> = all
        .iter()
        .copied()
        .filter(|&a| found.work[a].as_ref().is_some_and(|w| w.fit.n < FEW && w.fit.why != Why::Constant))
        .collect();
    if !rare.is_empty() {
        notes.push(format!("Fewer than {FEW} rows each say how long these take: {}.", names(&rare)));
    }
    let shapeless: Vec<usize> = all
        .iter()
        .copied()
        .filter(|&a| found.work[a].as_ref().is_some_and(|w| w.fit.why == Why::NoFamily))
        .collect();
    if !shapeless.is_empty() {
        notes.push(format!(
            "No family describes the work times of {}; the values themselves are used, so nothing longer or shorter than what was \
             seen can happen.",
            names(&shapeless)
        ));
    }
    let nobody: Vec<usize> = all.iter().copied().filter(|&a| found.pools.of_activity[a].is_none()).collect();
    if !nobody.is_empty() {
        notes.push(format!(
            "Nobody is named who does {}: time passes there without anybody working.",
            names(&nobody)
        ));
    }
    let without = log.resource.iter().filter(|r| **r == NONE).count();
    if without > 0 && nobody.len() < all.len() {
        notes.push(format!("{without} of {} rows name no resource.", log.len()));
    }
    for pool in &found.pools.list {
        if pool.merged {
            notes.push(format!(
                "The {} resources of {} differ so much in what they do that any of them may do anything in the model.",
                pool.resources.len(),
                pool.label
            ));
        }
        let unknown = pool.crews.iter().filter(|c| c.duty.is_none()).count();
        if unknown == pool.crews.len() {
            notes.push(format!(
                "{} was seen at all hours, or too rarely to tell its hours: always on duty.",
                pool.label
            ));
        }
        let [over, paused] = pool.over_and_paused;
        if over.min(paused) as f64 > WORTH * (over + paused) as f64 && over.min(paused) > 3 {
            notes.push(format!(
                "{}: after the end of a shift {over} pieces of work went on and {paused} paused; the model knows one rule.",
                pool.label
            ));
        }
    }
    let enabled = enabled(log);
    for batch in batching(log, &batches(log, &enabled, 2)) {
        let place = found.names.iter().position(|n| *n == batch.activity);
        if let Some(gather) = place.and_then(|a| found.gathers[a].as_ref()) {
            if matches!(gather.rules[..], [Rule::Size(_)]) {
                notes.push(format!(
                    "`{}` waits until there are enough for a batch: cases that are left over at the end of a run wait for ever.",
                    batch.activity
                ));
            }
        } else if batch.share > WORTH {
            notes.push(format!(
                "{:.0} % of the rows of `{}` were done in batches of {:.1} on average; the model does them one by one.",
                batch.share * 100.0,
                batch.activity,
                batch.mean_size
            ));
        }
    }
    let causes = causes(log, &enabled);
    let total: f64 = causes.iter().map(|c| c.total()).sum();
    let overtaken: f64 = causes.iter().map(|c| c.prioritisation).sum();
    let teams = found.pools.list.iter().zip(&found.services);
    let without: Vec<&str> = teams
        .filter(|(_, s)| s.rule.is_none() && s.overtaking as f64 > WORTH * s.services as f64)
        .map(|(pool, _)| pool.label.as_str())
        .collect();
    let ruled = found.services.iter().any(|s| s.rule.is_some());
    if overtaken > WORTH * total && (!ruled || !without.is_empty()) {
        notes.push(format!(
            "{:.0} % of the waiting passed while later cases were served first{}; where no rule could be told the model serves first come, \
             first served.",
            overtaken / total * 100.0,
            if without.is_empty() { String::new() } else { format!(" (at {})", without.join(", ")) },
        ));
    }
    let used: Vec<String> = found.used.iter().map(|&a| format!("`{}`", found.carried[a].name)).collect();
    if used.len() > 1 {
        notes.push(format!("Cases draw {} independently of each other.", used.join(", ")));
    }
    notes.push(match begin.cases() {
        0 => "The model starts empty: cases that were open when the log begins are not in it; the warm-up fills it.".to_owned(),
        n => format!(
            "The model begins with the {n} cases that are under way when the log ends. How often they have come to a choice before is \
             forgotten, and a timer that was running begins anew."
        ),
    });
    notes
}
