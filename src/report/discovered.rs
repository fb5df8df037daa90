//! What was discovered in a log, in Markdown: what was found, how sure, and what not.

use super::figures::plain as number;
use crate::calibrate::Choice;
use crate::dist::Dist;
use crate::mining::discover::memory::{Key, Memory, Rule};
use crate::mining::discover::{Arrivals, Discovered, Duty, Ongoing, priorities};
use crate::mining::fidelity::MEASURES;
use crate::text::weekly;
use crate::units::Dim;
use std::fmt::Write;

/// The report on a discovered scenario.
///
/// `under_way`: the cases that are, when the log ends; `begins`: whether the scenario begins with them.
pub fn discovered(
    found: &Discovered,
    choice: &Choice,
    notes: &[String],
    (under_way, begins): (&Ongoing, bool),
    log: &str,
) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# What was found in {log}\n");
    let _ = writeln!(
        out,
        "{} cases, {} rows, {} activities. Made by `turnaround discover`; the inputs are in `scenario.toml`, each with its sample in \
         the register.\n",
        found.cases,
        found.rows,
        found.names.len()
    );
    unsure(&mut out, notes);
    control(&mut out, found);
    arrivals(&mut out, found);
    teams(&mut out, found);
    services(&mut out, found);
    work(&mut out, found);
    timers(&mut out, found);
    gathers(&mut out, found);
    ongoing(&mut out, under_way, begins);
    trials(&mut out, choice);
    out
}

fn unsure(out: &mut String, notes: &[String]) {
    out.push_str("## What could not be identified, or is not in the model\n\n");
    notes.iter().for_each(|note| {
        let _ = writeln!(out, "* {note}");
    });
    out.push('\n');
}

fn control(out: &mut String, found: &Discovered) {
    let names = found.names.iter().map(String::as_str).collect();
    let fits = 100.0 - 100.0 * found.branching.deviations as f64 / found.branching.rows.max(1) as f64;
    let _ = writeln!(out, "## Control flow\n\n```text\n{}\n```\n", found.tree.print(&names));
    let _ = writeln!(out, "{} % of the rows fit. Choices, in the order of the tree:\n", number(fits));
    let rows =
        found.branching.choices.iter().zip(&found.decisions).enumerate().map(|(i, (choice, decision))| {
            let shares: Vec<String> = choice.shares().iter().map(|c| format!("{c:.3}")).collect();
            let what = if choice.is_loop { "again? (first: no)" } else { "one of" };
            [
                format!("choice {}", i + 1),
                what.to_owned(),
                choice.total().to_string(),
                shares.join(" "),
                match &decision.conditions {
                    None => decision.memory.told().to_owned(),
                    Some(c) if decision.memory == Memory::Nothing => c.told(&found.carried),
                    Some(c) => format!("{}; {}", decision.memory.told(), c.told(&found.carried)),
                },
            ]
        });
    table(out, ["", "", "passages", "shares overall", "depends on"], rows);
    conditions(out, found);
}

/// The choices that depend on what cases carry, with the evidence.
fn conditions(out: &mut String, found: &Discovered) {
    let with = found.decisions.iter().enumerate().filter_map(|(i, d)| Some((i, d, d.conditions.as_ref()?)));
    let mut rows: Vec<[String; 5]> = Vec::new();
    for (i, decision, conditions) in with {
        for leaf in 0..conditions.leaves.len() {
            // The last leaf needs no condition where there is no memory.
            let own = |rule: &&Rule| rule.key == Key { leaf: Some(leaf as u32), ..Key::default() };
            let is_last = leaf + 1 == conditions.leaves.len();
            let rule = decision.rules.iter().find(own).or_else(|| decision.rules.last().filter(|_| is_last));
            let shares = rule.map_or(String::new(), |r| {
                r.chances.iter().map(|c| format!("{c:.3}")).collect::<Vec<_>>().join(" ")
            });
            let once = |text: String| if leaf == 0 { text } else { String::new() };
            rows.push([
                once(format!("choice {}", i + 1)),
                conditions.condition(leaf, &found.carried),
                rule.map_or(String::new(), |r| r.n.to_string()),
                shares,
                once(format!(
                    "p {}; gain {} +- {} a case",
                    probability(conditions.p),
                    number(conditions.gain),
                    number(conditions.gain_se)
                )),
            ]);
        }
    }
    if rows.is_empty() {
        if !found.carried.is_empty() && found.options.conditions {
            let names: Vec<String> = found.carried.iter().map(|c| format!("`{}`", c.column)).collect();
            let _ = writeln!(out, "No choice depends on what cases carry ({}).\n", names.join(", "));
        }
        return;
    }
    out.push_str(
        "Conditions on what cases carry. The probability is that of so clear a first division by chance, times the number of divisions \
         tried; the gain is in the logarithm of the probability of the ways of cases that were held back, with its standard error.\n\n",
    );
    table(out, ["", "when", "passages", "shares", "evidence"], rows.into_iter());
}

/// Small ones as powers of ten.
fn probability(p: f64) -> String {
    if p >= 1e-4 || p <= 0.0 { number(p) } else { format!("below 1e{}", p.log10().ceil()) }
}

/// Who is served first, team by team.
fn services(out: &mut String, found: &Discovered) {
    out.push_str("## Order of service\n\n");
    let seen = found.pools.list.iter().zip(&found.services).filter(|(_, s)| s.services > 0);
    let rows: Vec<[String; 6]> = seen
        .map(|(pool, service)| {
            let [for_it, against] = service.rule.as_ref().map_or([0; 2], |r| r.overtaken);
            let told = service.rule.as_ref().map(|r| r.told(&found.carried, &found.names));
            let of_rule = |text: &dyn Fn(&priorities::Rule) -> String| {
                service.rule.as_ref().map_or("-".to_owned(), text)
            };
            [
                pool.label.clone(),
                told.unwrap_or_else(|| "first come, first served".to_owned()),
                format!("{} of {}", service.overtaking, service.services),
                of_rule(&|_| format!("{for_it} for, {against} against")),
                of_rule(&|r| format!("{} of {}", r.kept, r.contested)),
                of_rule(&|r| probability(r.p)),
            ]
        })
        .collect();
    if rows.is_empty() {
        out.push_str("Nothing ever waited while other work was begun: there is nothing to tell.\n\n");
        return;
    }
    out.push_str(
        "Services while other work waited that the same person could do. A rule is taken where overtaking what had waited longest is for \
         it beyond doubt (sign test) and at least nine in ten services keep to it wherever priorities differ.\n\n",
    );
    let header = ["", "rule", "overtook the longest waiting", "of these", "kept to the rule", "by chance"];
    table(out, header, rows.into_iter());
}

fn arrivals(out: &mut String, found: &Discovered) {
    out.push_str("## Arrivals\n\n");
    match &found.arrivals {
        None => out.push_str("All cases came at once: there is nothing to tell of arrivals.\n\n"),
        Some(Arrivals::Gaps { fit, duty }) => {
            let hours = duty.as_ref().map_or("at all hours".to_owned(), told_hours);
            let _ = writeln!(
                out,
                "Gaps between arrivals, counted {hours}: {} ({}).\n",
                law(&fit.dist),
                fit.told()
            );
        }
        Some(Arrivals::Profile { pieces }) => {
            let mean = pieces.iter().map(|p| p.1).fold(0.0, f64::max) * 3_600.0;
            let _ = writeln!(
                out,
                "A rate for each hour of the week, {} pieces; at most {} cases an hour.\n",
                pieces.len(),
                number(mean)
            );
        }
    }
}

fn teams(out: &mut String, found: &Discovered) {
    out.push_str("## Teams\n\n");
    let rows = found.pools.list.iter().flat_map(|pool| {
        pool.crews.iter().map(|crew| {
            let skills = if pool.uses_skills { crew.skills.len().to_string() } else { "all".to_owned() };
            [
                if pool.crews.len() == 1 {
                    pool.label.clone()
                } else {
                    format!("{}: {}", pool.label, crew.name)
                },
                crew.members.to_string(),
                crew.at_once.to_string(),
                skills,
                number(crew.speed),
                crew.duty.as_ref().map_or("always, as far as can be told".to_owned(), told_hours),
            ]
        })
    });
    table(out, ["", "places", "at once each", "activities", "speed", "hours (UTC)"], rows);
}

fn work(out: &mut String, found: &Discovered) {
    out.push_str("## Work times, net of off-duty time\n\n");
    let rows = found.names.iter().zip(&found.work).filter_map(|(name, work)| {
        let work = work.as_ref()?;
        let best = work.fit.candidates.first();
        let others: Vec<String> = (work.fit.candidates.iter().take(3))
            .map(|c| format!("{} {:.0}", c.dist.family().name, c.bic))
            .collect();
        Some([
            name.clone(),
            work.fit.n.to_string(),
            crate::mining::discover::told(work.mean),
            law(&work.dist),
            work.fit.told(),
            others.join(", "),
            best.map_or(String::new(), |c| number(c.aic)),
            best.map_or(String::new(), |c| number(c.ks)),
            best.map_or(String::new(), |c| number(c.ad)),
        ])
    });
    table(out, ["", "n", "mean", "law", "how it was found", "BIC", "AIC", "KS", "AD"], rows);
}

fn timers(out: &mut String, found: &Discovered) {
    if found.timers.iter().all(Option::is_none) {
        out.push_str("## Waiting that nobody causes\n\nNone worth a timer.\n\n");
        return;
    }
    out.push_str("## Waiting that nobody causes (timers)\n\n");
    let rows = found.names.iter().zip(&found.timers).filter_map(|(name, timer)| {
        let timer = timer.as_ref()?;
        let clock = if timer.duty.is_some() { "hours of duty" } else { "the clock" };
        Some([
            format!("before {name}"),
            format!("{:.0} %", timer.share * 100.0),
            crate::mining::discover::told(timer.mean),
            clock.to_owned(),
            timer.fit.told(),
        ])
    });
    table(out, ["", "rows that wait", "mean over all", "counted by", "law"], rows);
}

fn ongoing(out: &mut String, under_way: &Ongoing, begins: bool) {
    out.push_str("## Work in process when the log ends\n\n");
    if under_way.cases() == 0 {
        out.push_str("No case is under way.\n\n");
        return;
    }
    let _ = writeln!(
        out,
        "{} cases are under way; {}.\n",
        under_way.cases(),
        if begins {
            "the scenario begins with them"
        } else {
            "`--ongoing` makes a scenario that begins with them"
        }
    );
    let rows = under_way.groups.iter().map(|group| {
        let middle = group.ages[group.ages.len() / 2];
        let oldest = group.ages.last().copied().unwrap_or(middle);
        let told = crate::mining::discover::told;
        [group.place.clone(), group.ages.len().to_string(), told(middle), told(oldest)]
    });
    table(out, ["", "cases", "median age", "oldest"], rows);
}

fn gathers(out: &mut String, found: &Discovered) {
    let rows: Vec<[String; 4]> = found
        .names
        .iter()
        .zip(&found.gathers)
        .filter_map(|(name, gather)| {
            let g = gather.as_ref()?;
            Some([name.clone(), g.told(), format!("{} of {}", g.seen, g.of), number(g.mean_size)])
        })
        .collect();
    if !rows.is_empty() {
        out.push_str("## Batches\n\nThose that tell why they began: whoever did them was free before, or began at the coming of the last case although there had been time for the first.\n\n");
        table(out, ["", "begin", "explained", "mean size"], rows.into_iter());
    }
}

fn trials(out: &mut String, choice: &Choice) {
    out.push_str("## How the parts were chosen\n\n");
    if let Some(drift) = &choice.drift {
        let [rows, late_rows] = drift.rows.map(number);
        let [hours, late_hours] = drift.cycle.map(number);
        let _ = writeln!(
            out,
            "The latest quarter of the cases has {late_rows} rows and takes {late_hours} h on average, those before {rows} and {hours} h. \
             {}\n",
            if drift.is_clear() {
                "Chance does not explain that: choices and times are those of the latest quarter. Among them cases that were not over \
                 when the log ends are missing, so that they may look shorter than they are."
            } else {
                "That may be chance."
            }
        );
    }
    if choice.trials.is_empty() {
        out.push_str("There are too few cases to hold any back: the simplest parts were taken.\n");
        return;
    }
    let _ = writeln!(
        out,
        "Each alternative was discovered {} times from cases that were over (at last from {}) and simulated against those that came \
         next (at last {}). The score is the mean of the distances, each as a share of the first line's; what is taken must be \
         better by 2 %. The control flow is judged by NGD, which must be better by 10 % (by a third where a tree gives way to any \
         activity after any other), among those whose RED and CTD are at most twice the least.\n",
        choice.folds, choice.cases[0], choice.cases[1]
    );
    let at = |key: &str| MEASURES.iter().position(|m| m.key == key).unwrap_or(0);
    let rows = choice.trials.iter().map(|t| {
        let d = |key: &str| number(t.distances[at(key)]);
        let told = format!("{}: {}", t.part, t.told);
        let told = if t.taken { format!("**{told}**") } else { told };
        [told, d("ngd"), d("aed"), d("ced"), d("red"), d("ctd"), number(t.score)]
    });
    table(out, ["", "NGD", "AED h", "CED h", "RED h", "CTD h", "score"], rows);
}

fn table<const N: usize>(out: &mut String, header: [&str; N], rows: impl Iterator<Item = [String; N]>) {
    let line = |cells: &[String]| {
        let escaped: Vec<String> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
        format!("| {} |\n", escaped.join(" | "))
    };
    out.push_str(&line(&header.map(str::to_owned)));
    let _ = writeln!(out, "|{}", "---|".repeat(N));
    rows.for_each(|row| out.push_str(&line(&row)));
    out.push('\n');
}

/// A law as the scenario writes it; long ones are cut.
fn law(dist: &Dist) -> String {
    const LONGEST: usize = 90;
    let node = crate::text::Node { span: Default::default(), value: crate::dist::print(dist, Dim::TIME) };
    let text = node.inline();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{} ...`", &text[..end]),
        None => format!("`{text}`"),
    }
}

fn told_hours(duty: &Duty) -> String {
    let intervals: Vec<weekly::Interval> =
        duty.open.iter().map(|&(start, end)| weekly::Interval { start, end }).collect();
    weekly::print(&intervals).join("; ")
}
