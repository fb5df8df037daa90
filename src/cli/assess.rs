//! `turnaround assess`: the five steps over a portfolio.

mod read;
mod simulate;

use super::exit::{Failure, print};
use super::{args, progress, work};
use crate::assess::choose::{choose, each_level};
use crate::assess::{Assessment, rank, trends};
use crate::experiment;
use crate::output::{Parts, assessed, folder, manifest};
use crate::report::document::{markdown, terminal};
use crate::report::{self, Picture, assess};
use read::Input;
use simulate::Found;
use std::path::{Path, PathBuf};

/// Fewer replications say little about their own spread.
const FEW: u32 = 5;
/// Name of the table's file, and of the JSON object's.
const TABLE: &str = "summary.txt";
const JSON: &str = "assess.json";

/// Confidence level of the statements of a step together.
const LEVEL: f64 = 0.95;

/// Goes from what an organisation pays to where a tool should be deployed first, if anywhere.
///
/// A portfolio is a folder with a portfolio.toml: ledgers of costs, and operations with their scenarios, metrics and candidates.
/// Five steps: groups by cost; operations whose cost rises; metrics that move it; where the time goes; and every
/// candidate simulated, by net present value with intervals. Where none is shown to be worth its cost, the answer is to do nothing.
/// Writes a page, a text, tables and charts.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround assess scenarios/transit_authority -n 12\n  turnaround assess scenarios/transit_authority/quiet -n 12 --json"
)]
pub struct Args {
    /// A folder with a portfolio.toml, or the file
    portfolio: PathBuf,
    /// Paired replications of each world; those of the scenario when absent
    #[arg(long, short = 'n', value_name = "N")]
    replications: Option<u32>,
    /// Samples of the inputs by their ranges in the registers, and paired replications of each
    #[arg(long, value_name = "SAMPLESxREPLICATIONS", value_parser = args::two_level, default_value = "40x3")]
    inputs: (u32, u32),
    /// Intervals as if all inputs were exact, whatever the registers say
    #[arg(long)]
    point_estimates_only: bool,
    /// Seed of the random numbers; that of the scenario when absent
    #[arg(long, value_parser = args::seed)]
    seed: Option<u64>,
    /// Threads; as many as there are processors when absent. Results do not depend on it
    #[arg(long, value_name = "N", value_parser = args::threads)]
    threads: Option<usize>,
    /// Where the folder of the assessment goes
    #[arg(long, short, value_name = "DIR", default_value = "output")]
    output: PathBuf,
    /// Run again what was run before: the answer of an equal request, and runs of the same scenario and candidates
    #[arg(long)]
    force: bool,
    /// Print one JSON object on stdout instead of the tables
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let pool = experiment::threads(args.threads).map_err(Failure::Failed)?;
    let input = read::read(&args.portfolio)?;
    let Some(year) = input.ledger.years().last().copied() else {
        return Err(Failure::BadInput("error: the ledgers hold no amounts".to_owned()));
    };
    let groups = rank(&input.ledger, year);
    let largest = groups.first().map(|g| g.group.clone()).unwrap_or_default();
    let trends = trends(&input.ledger, &largest, LEVEL);
    let plan = simulate::plan(&input, &trends, args)?;
    if (2..FEW).contains(&plan.replications()) {
        eprintln!(
            "note: {} paired replications: such intervals are wide, and hold the truth less often than they say; take {FEW} or more",
            plan.replications()
        );
    }
    let planned: usize = input.portfolio.operations.iter().map(|o| o.candidates.len()).sum();
    let level = each_level(LEVEL, planned);
    let samples = (!args.point_estimates_only).then_some(args.inputs);
    let path = args.output.join(&input.name).join(format!("assess-{}", key(&input, &plan, args)?));
    let kept = |name: &str| std::fs::read_to_string(path.join(name)).ok();
    if let (false, Some(text), Some(json)) = (args.force, kept(TABLE), kept(JSON)) {
        return shown(args, &text, json.trim_end(), &path);
    }
    let bars = progress::Bars::new(plan.operations.len());
    let mut found = Found::default();
    for operation in &plan.operations {
        let bar = bars.next(&operation.operation.label);
        let levels = simulate::Levels { together: LEVEL, each: level, samples };
        let runs = Parts::within(operation.runs(&args.output.join(&input.name), samples)?, !args.force);
        found.add(simulate::run(operation, &input, levels, &pool, &bar, &runs)?);
        bars.done(&bar, false);
    }
    if work::interruption().load(std::sync::atomic::Ordering::Relaxed) {
        return Err(Failure::Interrupted(
            "what was finished is kept\nhint: the same command goes on from there".to_owned(),
        ));
    }
    let choice = choose(&found.candidates, LEVEL);
    let portfolio = &input.portfolio;
    let assessment = Assessment {
        title: portfolio.title.clone(),
        question: portfolio.question.clone(),
        description: portfolio.description.clone(),
        currency: portfolio.currency.clone(),
        tool: portfolio.tool.clone(),
        money: portfolio.money,
        level: LEVEL,
        seed: plan.seed(),
        replications: plan.replications(),
        ledger_lines: input.ledger.lines,
        ledger_missing: input.ledger.missing,
        year,
        groups,
        trends,
        studied: found.studied,
        without_scenario: plan.without_scenario,
        own_money: plan.own_money,
        samples: samples.filter(|_| found.unknown > 0),
        unknown: found.unknown,
        candidates: found.candidates,
        choice,
    };
    let (text, json) = pool.install(|| write(&path, &assessment, found.maps))?;
    shown(args, &text, &json, &path)
}

fn shown(args: &Args, text: &str, json: &str, path: &Path) -> Result<(), Failure> {
    match args.json {
        true => print(&format!("{json}\n")),
        false => print(&format!("{text}\nAssessment: {}\n", path.display())),
    }
}

/// What is asked, and which program answers.
fn key(input: &Input, plan: &simulate::Plan, args: &Args) -> Result<String, Failure> {
    let mut parts: Vec<Vec<u8>> = vec![super::folder::program()?.executable.into_bytes()];
    parts.extend(input.bytes.iter().cloned());
    parts.extend(plan.asked(input)?);
    let asked = (args.replications, args.seed, args.inputs, args.point_estimates_only);
    parts.push(format!("{asked:?}").into_bytes());
    Ok(manifest::key(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// Everything that an assessment leaves: the page, the text, tables, charts. Gives the table and the JSON object.
fn write(path: &Path, a: &Assessment, maps: Vec<Picture>) -> Result<(String, String), Failure> {
    let put =
        |name: &str, bytes: &[u8]| folder::write_atomically(&path.join(name), bytes).map_err(Failure::Failed);
    let mut files: Vec<(&str, &str)> = vec![
        (JSON, "everything that was found, for programs"),
        ("assess.md", "this report as text"),
        (TABLE, "the tables of the terminal"),
    ];
    for (name, what, table) in assessed::tables(a) {
        put(name, &table.to_csv())?;
        files.push((name, what));
    }
    let document = assess::document(a);
    #[cfg(feature = "charts")]
    let pictures = assess::assess_pictures(a, maps);
    #[cfg(not(feature = "charts"))]
    let pictures = maps;
    put("assess.md", markdown(&document, &pictures).as_bytes())?;
    let page = report::document_html(&document, &pictures, &files).map_err(Failure::Failed)?;
    put("assess.html", page.as_bytes())?;
    #[cfg(feature = "charts")]
    for (picture, png) in
        pictures.iter().zip(experiment::side_by_side(&pictures, |p| crate::chart::svg_to_png(&p.svg)))
    {
        put(&format!("charts/{}.svg", picture.name), picture.svg.as_bytes())?;
        put(&format!("charts/{}.png", picture.name), &png.map_err(Failure::Failed)?)?;
    }
    let mut json = serde_json::to_value(a).map_err(|e| Failure::Failed(e.to_string()))?;
    json["schema_version"] = 1.into();
    json["recommendation"] = match a.choice.best.map(|best| &a.candidates[best]) {
        Some(best) => serde_json::json!({ "operation": best.operation, "candidate": best.candidate }),
        None => serde_json::Value::Null,
    };
    let json = serde_json::to_string_pretty(&json).map_err(|e| Failure::Failed(e.to_string()))?;
    let text = terminal(&document);
    put(TABLE, text.as_bytes())?;
    // Last: with it the folder has the answer.
    put(JSON, (json.clone() + "\n").as_bytes())?;
    Ok((text, json))
}
