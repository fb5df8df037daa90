//! `turnaround compare`: two finished runs against each other.

use super::exit::{Failure, print};
use super::finished::{self, Finished};
use crate::experiment::{self, Between, Pairing, Side, between};
use crate::report;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Compares two finished runs, arm by arm: what has changed from the first to the second.
///
/// Runs of one scenario with the same seed and as many replications are paired, replication by replication: they drew the same random
/// numbers, so that only what differs between the scenarios shows. Other runs are compared as independent samples
/// (Welch's interval), and the table says so.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround compare output/mm1/*\n  turnaround compare output/mm1/* --arm before:before --json"
)]
pub struct Args {
    /// Run folder to compare with
    run_a: PathBuf,
    /// Run folder to compare
    run_b: PathBuf,
    /// Arms to compare, e.g. before:after; the arms of the same name when absent
    #[arg(long, value_name = "A:B")]
    arm: Vec<String>,
    /// Print one JSON object on stdout instead of the table
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let pool = experiment::threads(None).map_err(Failure::Failed)?;
    let (run_a, run_b) = (finished::open(&args.run_a)?, finished::open(&args.run_b)?);
    let arms = arms(args, &run_a, &run_b)?;
    let (a, b) = (run_a.again(&pool)?, run_b.again(&pool)?);
    let compared: Vec<(String, Between)> = arms
        .into_iter()
        .map(|(from, to)| {
            let (x, y) = (&a.results.arms[from].name, &b.results.arms[to].name);
            let name = if x == y { x.clone() } else { format!("{x}:{y}") };
            (name, between(&a, from, &b, to))
        })
        .collect();
    let comparable = compared.iter().any(|(_, compared)| !compared.metrics.is_empty());
    if !comparable {
        return Err(Failure::BadInput(format!(
            "error: nothing can be compared: {} and {} share no metric of the same name and unit\nhint: give two runs of one scenario, or of scenarios that define the same metrics",
            args.run_a.display(),
            args.run_b.display()
        )));
    }
    let (pairing, why) = a.pairing_with(&b);
    if args.json {
        return print(&format!("{}\n", object((&run_a, &a), (&run_b, &b), pairing, &compared)));
    }
    let mut text = heading("A", &run_a, &a) + &heading("B", &run_b, &b);
    for (name, compared) in &compared {
        text.push_str(&format!("\nArm {name}\n"));
        text.push_str(&report::comparison(compared, a.results.level));
        if !compared.left_out.is_empty() {
            text.push_str(&format!("Only in one of the two: {}\n", compared.left_out.join(", ")));
        }
    }
    text.push('\n');
    if let Some((_, first)) = compared.first() {
        text.push_str(&report::comparison_levels(first, a.results.level));
    }
    text.push_str(&match pairing {
        Pairing::Paired => "Paired: replication r of both runs drew the same random numbers.\n".to_owned(),
        Pairing::Independent => {
            format!("Not paired, because {why}: Welch's intervals, of independent samples.\n")
        }
    });
    print(&text)
}

/// Indices of the arms to compare.
fn arms(args: &Args, a: &Finished, b: &Finished) -> Result<Vec<(usize, usize)>, Failure> {
    let names =
        |run: &Finished| -> Vec<String> { run.input.arms.iter().map(|(arm, _)| arm.name.clone()).collect() };
    let (in_a, in_b) = (names(a), names(b));
    let find = |names: &[String], name: &str, run: &Finished| {
        names.iter().position(|n| n == name).ok_or_else(|| {
            let path = run.path.display();
            let known = names.join(", ");
            Failure::BadInput(format!("error: {path} has no arm `{name}`\nhint: its arms are {known}"))
        })
    };
    if args.arm.is_empty() {
        let same =
            in_a.iter().enumerate().filter_map(|(i, name)| Some((i, in_b.iter().position(|n| n == name)?)));
        return Ok(same.collect());
    }
    let pair = |text: &String| {
        let (from, to) = text.split_once(':').unwrap_or((text, text));
        Ok((find(&in_a, from, a)?, find(&in_b, to, b)?))
    };
    args.arm.iter().map(pair).collect()
}

fn heading(letter: &str, run: &Finished, side: &Side) -> String {
    let (n, seed) = (side.results.replications, side.results.seed);
    format!("{letter}: {} ({}, {n} replications, seed {seed})\n", run.path.display(), run.manifest.scenario)
}

fn object(
    a: (&Finished, &Side),
    b: (&Finished, &Side),
    pairing: Pairing,
    compared: &[(String, Between)],
) -> Value {
    let side = |(run, side): (&Finished, &Side)| {
        json!({
            "scenario": run.manifest.scenario,
            "run": run.manifest.key,
            "seed": side.results.seed,
            "replications": side.results.replications,
        })
    };
    let arms = compared.iter().map(|(name, compared)| {
        let metrics = compared.metrics.iter().enumerate().map(|(i, info)| {
            let change = &compared.changes[i];
            let bounds =
                |e: &crate::stats::Estimate| json!({"value": e.value, "lower": e.lower, "upper": e.upper});
            let value = json!({
                "unit": info.unit,
                "a": bounds(&compared.before[i]),
                "b": bounds(&compared.after[i]),
                "change": bounds(&change.adjusted),
                "percent": change.adjusted_percent.as_ref().map(bounds),
                "verdict": change.verdict.map(|v| v.key()),
                "adjusted": change.adjusted_json(),
                "by_chance": change.by_chance_json(),
            });
            (info.name.clone(), value)
        });
        (name.clone(), Value::Object(metrics.collect()))
    });
    json!({
        "schema_version": 1,
        "a": side(a),
        "b": side(b),
        "paired": pairing == Pairing::Paired,
        "changes": Value::Object(arms.collect::<Map<_, _>>()),
    })
}
