//! Who is served first: the order of service against the order of coming, where several pieces of work waited for the same people.
//!
//! Whenever somebody begins a piece of work while others wait that the same person could do, a rule of service can be seen at work.
//! Under first come, first served nobody is overtaken; where a piece of work overtakes the one that has waited longest, a rule (an
//! attribute of the case, the activity, the shorter work first) is for it or against it. The sign test says whether more are for it than
//! chance explains. A rule is taken when that is beyond doubt and nearly all services keep to it: what is served has the highest
//! priority of all that wait, wherever priorities differ.

use super::carried::Carried;
use super::delays::{Timer, ready};
use super::pools::Pools;
use crate::eventlog::{EventLog, NONE, UNKNOWN};
use crate::stats::counts::sign_test;

/// What goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// groups of an attribute of the cases (its place in the list)
    Groups(usize),
    /// larger numbers, or smaller ones
    Larger(usize),
    Smaller(usize),
    Activity,
    /// the shorter work
    Shorter,
}

/// The rule of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub by: By,
    /// by group or activity: larger is served first
    pub ranks: Vec<u32>,
    /// services while something of another priority waited, and those that took what has the highest
    pub contested: u64,
    pub kept: u64,
    /// services that overtook what had waited longest: for the rule, and against it
    pub overtaken: [u64; 2],
    /// of the sign test, times the number of rules that were tried
    pub p: f64,
}

impl Rule {
    /// The attribute that it asks for.
    pub fn attribute(&self) -> Option<usize> {
        match self.by {
            By::Groups(a) | By::Larger(a) | By::Smaller(a) => Some(a),
            By::Activity | By::Shorter => None,
        }
    }

    /// The priority of an activity's work, as the scenario writes it.
    pub fn expression(&self, carried: &[Carried], activity: usize) -> Option<String> {
        match self.by {
            By::Shorter => None,
            By::Activity => Some(self.ranks[activity].to_string()),
            By::Larger(a) => Some(carried[a].name.clone()),
            By::Smaller(a) => Some(format!("-{}", carried[a].name)),
            By::Groups(a) => {
                let most = self.ranks.iter().copied().max().unwrap_or(0);
                let class = |rank: u32| -> Vec<usize> {
                    // Those of a number from its end on, for it has conditions of this kind only.
                    let inside = |own: u32| own == rank || carried[a].is_number() && own > rank;
                    (0..self.ranks.len()).filter(|g| inside(self.ranks[*g])).collect()
                };
                let each = (1..=most)
                    .rev()
                    .map(|r| format!("if {} then {r} else ", carried[a].condition(&class(r))));
                Some(each.collect::<String>() + "0")
            }
        }
    }

    /// In words, for a report.
    pub fn told(&self, carried: &[Carried], activities: &[String]) -> String {
        let by_rank = |name: &dyn Fn(usize) -> String| {
            let most = self.ranks.iter().copied().max().unwrap_or(0);
            let class = |rank: u32| {
                let all = (0..self.ranks.len()).filter(|g| self.ranks[*g] == rank).map(name);
                all.collect::<Vec<_>>().join(", ")
            };
            (0..=most).rev().map(class).collect::<Vec<_>>().join("; then ")
        };
        match self.by {
            By::Shorter => "the shorter work first".to_owned(),
            By::Larger(a) => format!("larger `{}` first", carried[a].name),
            By::Smaller(a) => format!("smaller `{}` first", carried[a].name),
            By::Activity => by_rank(&|g| format!("`{}`", activities[g])),
            By::Groups(a) if carried[a].is_number() => {
                format!("by `{}`: {}", carried[a].name, self.expression(carried, 0).unwrap_or_default())
            }
            By::Groups(a) => by_rank(&|g| carried[a].condition(&[g])),
        }
    }
}

/// What one team shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    pub rule: Option<Rule>,
    /// services while others waited, and those that overtook what had waited longest
    pub services: u64,
    pub overtaking: u64,
}

/// A rule by chance: in one of a thousand logs.
const CLEAR: f64 = 0.001;
/// Fewer services that overtake are no rule.
const FEW: u64 = 10;
/// Share of the contested services that keep to a rule.
const NEARLY_ALL: f64 = 0.9;
/// Groups are told apart by a sign test at this level.
const APART: f64 = 0.01;
/// Only so many of those that have waited longest are looked at.
const MOST_WAITING: usize = 32;
/// In a long queue only so many are looked at to find them, and of a long log only so many services.
const MOST_LOOKED_AT: usize = 1_024;
const MOST_SERVICES: usize = 50_000;
/// Those that are gone are cleared away now and then.
const CLEARED_EVERY: usize = 64;
/// Work that began this soon after it was ready has not waited [us].
const INSTANT: i64 = 1_000_000;

/// Somebody begins a row while others wait, which are given in the order in which they became ready.
struct Begin {
    row: usize,
    waiting: Vec<usize>,
    /// the first of them was ready before the row
    overtakes: bool,
}

/// What each team shows; `enabled` as from [`enabled`](crate::mining::enabled()), `net` the time that rows take [s].
pub fn services(
    log: &EventLog,
    pools: &Pools,
    carried: &[Carried],
    enabled: &[i64],
    net: &[f64],
    timers: &[Option<Timer>],
) -> Vec<Service> {
    let ready = ready(log, pools, enabled);
    // How long a case waited for its first work is not known, unless the log says it.
    let ranges = log.case_ranges();
    let came = |row: usize| {
        let first = log.start[ranges[log.case[row] as usize].start];
        log.start[row] != UNKNOWN && (log.enabled[row] != UNKNOWN || log.start[row] > first)
    };
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); pools.list.len()];
    for row in (0..log.len()).filter(|&row| ready[row] != UNKNOWN && came(row)) {
        if let Some((pool, _)) = place(log, pools, row) {
            rows[pool].push(row);
        }
    }
    let each = rows.into_iter().map(|rows| {
        let begins = begins(log, pools, &ready, rows);
        let overtaking = begins.iter().filter(|b| b.overtakes).count() as u64;
        let rule = if overtaking < FEW { None } else { rule(log, carried, net, timers, &begins) };
        Service { rule, services: begins.len() as u64, overtaking }
    });
    each.collect()
}

fn place(log: &EventLog, pools: &Pools, row: usize) -> Option<(usize, usize)> {
    let resource = log.resource[row];
    if resource == NONE { None } else { pools.of_resource[resource as usize] }
}

fn begins(log: &EventLog, pools: &Pools, ready: &[i64], mut rows: Vec<usize>) -> Vec<Begin> {
    rows.sort_by_key(|&row| (log.start[row], ready[row], row));
    let mut coming = rows.clone();
    coming.sort_by_key(|&row| (ready[row], log.start[row], row));
    let mut coming = coming.into_iter().peekable();
    // In the order in which they became ready.
    let mut waiting: Vec<usize> = Vec::new();
    let mut begins = Vec::new();
    for (i, &row) in rows.iter().enumerate() {
        let now = log.start[row];
        while let Some(next) = coming.next_if(|&next| ready[next] < now) {
            waiting.push(next);
        }
        if i % CLEARED_EVERY == 0 {
            waiting.retain(|&other| log.start[other] > now);
        }
        let Some((pool, crew)) = place(log, pools, row) else { continue };
        let able = |other: usize| {
            let pool = &pools.list[pool];
            !pool.uses_skills || pool.crews[crew].skills.binary_search(&log.activity[other]).is_ok()
        };
        let others: Vec<usize> = waiting
            .iter()
            .copied()
            .take(MOST_LOOKED_AT)
            .filter(|&other| other != row && log.start[other] > now + INSTANT && able(other))
            .take(MOST_WAITING)
            .collect();
        if let Some(&first) = others.first() {
            let overtakes = ready[first] + INSTANT < ready[row].min(now);
            begins.push(Begin { row, waiting: others, overtakes });
        }
        if begins.len() == MOST_SERVICES {
            break;
        }
    }
    begins
}

/// The rule that the services of a team keep to, if there is one.
fn rule(
    log: &EventLog,
    carried: &[Carried],
    net: &[f64],
    timers: &[Option<Timer>],
    begins: &[Begin],
) -> Option<Rule> {
    let mut tried = 0;
    let mut best: Option<Rule> = None;
    let mut look = |rule: Option<Rule>| {
        tried += 1;
        let Some(rule) = rule else { return };
        let kept = rule.kept as f64 >= NEARLY_ALL * rule.contested as f64;
        let enough = rule.overtaken[0] + rule.overtaken[1] >= FEW;
        // Of several rules that are kept to, the one that explains most.
        let explained = |r: &Rule| r.overtaken[0] as i64 - r.overtaken[1] as i64;
        if kept && enough && best.as_ref().is_none_or(|best| explained(&rule) > explained(best)) {
            best = Some(rule);
        }
    };
    for (a, attribute) in carried.iter().enumerate() {
        let group = |row: usize| attribute.group(log.case[row]);
        if !attribute.is_number() {
            look(by_groups(begins, attribute.groups(), By::Groups(a), group));
        } else {
            by_cut(begins, attribute.groups(), By::Groups(a), group)
                .into_iter()
                .for_each(|rule| look(Some(rule)));
            let value = |row: usize| attribute.values[log.case[row] as usize];
            look(by_value(begins, By::Larger(a), value));
            look(by_value(begins, By::Smaller(a), |row| -value(row)));
        }
    }
    // Where an activity waits for others besides people, its order of coming is not known.
    let alike =
        |row: usize| timers[log.activity[row] as usize].is_none().then_some(log.activity[row] as usize);
    look(by_groups(begins, log.activities.len(), By::Activity, alike));
    look(by_value(begins, By::Shorter, |row| -net[row]));
    let mut best = best?;
    best.p = (best.p * f64::from(tried)).min(1.0);
    (best.p < CLEAR).then_some(best)
}

fn by_value(begins: &[Begin], by: By, value: impl Fn(usize) -> f64) -> Option<Rule> {
    measured(begins, by, Vec::new(), |row| Some(value(row)).filter(|v| v.is_finite()))
}

/// Groups in the order in which they overtake each other; those that do not are served alike.
fn by_groups(begins: &[Begin], n: usize, by: By, group: impl Fn(usize) -> Option<usize>) -> Option<Rule> {
    let mut over = vec![0u64; n * n];
    for begin in begins.iter().filter(|b| b.overtakes) {
        if let (Some(a), Some(b)) = (group(begin.row), group(begin.waiting[0])) {
            over[a * n + b] += 1;
        }
    }
    let lead = |a: usize| {
        let each = (0..n).filter(|b| *b != a).map(|b| {
            let (wins, losses) = (over[a * n + b] as f64, over[b * n + a] as f64);
            if wins + losses > 0.0 { (wins - losses) / (wins + losses) } else { 0.0 }
        });
        each.sum::<f64>()
    };
    let leads: Vec<f64> = (0..n).map(lead).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| leads[a].total_cmp(&leads[b]).then(a.cmp(&b)));
    // From the last to the first: a group joins the one below it unless it clearly goes before it.
    let mut classes: Vec<Vec<usize>> = Vec::new();
    for group in order {
        let apart = classes.last().is_none_or(|below| {
            let wins = below.iter().map(|b| over[group * n + b]).sum();
            let losses = below.iter().map(|b| over[b * n + group]).sum();
            wins > losses && sign_test(wins, losses) < APART
        });
        match classes.last_mut() {
            Some(below) if !apart => below.push(group),
            _ => classes.push(vec![group]),
        }
    }
    if classes.len() < 2 {
        return None;
    }
    let mut ranks = vec![0; n];
    for (rank, class) in classes.iter().enumerate() {
        class.iter().for_each(|&g| ranks[g] = rank as u32);
    }
    let known = ranks.clone();
    measured(begins, by, ranks, |row| group(row).map(|g| f64::from(known[g])))
}

/// What is above a cut of a number before what is below it, or the other way round: all cuts.
fn by_cut(begins: &[Begin], n: usize, by: By, group: impl Fn(usize) -> Option<usize>) -> Vec<Rule> {
    let cut = |cut: usize, above: bool| {
        let ranks: Vec<u32> = (0..n).map(|g| u32::from((g >= cut) == above)).collect();
        let known = ranks.clone();
        measured(begins, by, ranks, |row| group(row).map(|g| f64::from(known[g])))
    };
    (1..n).flat_map(|at| [cut(at, true), cut(at, false)]).flatten().collect()
}

/// How the services keep to a rule.
fn measured(
    begins: &[Begin],
    by: By,
    ranks: Vec<u32>,
    priority: impl Fn(usize) -> Option<f64>,
) -> Option<Rule> {
    let (mut contested, mut kept, mut overtaken) = (0, 0, [0; 2]);
    for begin in begins {
        let Some(own) = priority(begin.row) else { continue };
        let others: Vec<f64> = begin.waiting.iter().filter_map(|&row| priority(row)).collect();
        if others.iter().any(|other| *other != own) {
            contested += 1;
            kept += u64::from(others.iter().all(|other| *other <= own));
        }
        if let (true, Some(first)) = (begin.overtakes, priority(begin.waiting[0]))
            && first != own
        {
            overtaken[usize::from(first > own)] += 1;
        }
    }
    let p = sign_test(overtaken[0], overtaken[1]);
    (overtaken[0] > overtaken[1]).then_some(Rule { by, ranks, contested, kept, overtaken, p })
}
