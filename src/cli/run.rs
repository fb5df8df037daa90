//! `turnaround run`: simulates the arms of scenarios, compares them, and keeps the results.

use super::exit::{Failure, print};
use super::input::{self, Input};
use super::options::Options;
use super::work::{self, Answer};
use super::{index, progress};
use crate::scenario::Pick;
use std::path::PathBuf;

/// Simulates the arms of one or several scenarios with common random numbers and compares them.
///
/// Prints one row for each metric, and writes tables, charts and the event log into a run folder. A request that was
/// answered before is answered from its run folder. A long run has a first answer on the way: the first change against
/// `before`, as if all inputs were exact, on stderr and in `first` of the run folder. Several scenarios are a batch: they
/// run one after the other, and an index page (index.html in the output folder) links to their reports.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  turnaround run scenarios/theory/mm1.toml\n  turnaround run scenarios/theory/mm1.toml -S team.server.members=2\n  turnaround run scenarios/theory/tandem.toml scenarios/theory/mmc.toml -n 20 --seed 7 --json"
)]
pub struct Args {
    /// Scenario files, or folders with a scenario.toml
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    /// Change a key first, e.g. -S team.clerks.members=4
    #[arg(short = 'S', value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Run these arms beside `before`, those that are left aside among them; `all`: every arm
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    arms: Vec<String>,
    /// Leave out the ramp's experiment: every change takes effect at once
    #[arg(long)]
    no_ramp: bool,
    #[command(flatten)]
    options: Options,
}

impl Args {
    fn pick(&self) -> Pick {
        match self.arms.as_slice() {
            [] => Pick::Usual,
            [all] if all == "all" => Pick::All,
            names => Pick::Named(names.to_vec()),
        }
    }
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let options = &args.options;
    let pool = options.threads()?;
    let settings: Vec<String> = args.set.iter().cloned().chain(options.settings()).collect();
    let inputs: Vec<Input> = args
        .scenarios
        .iter()
        .map(|path| {
            let input = input::read_arms(path, &settings, &args.pick())?.without_sweep();
            Ok(if args.no_ramp { input.without_ramp() } else { input })
        })
        .collect::<Result<_, _>>()?;
    let bars = progress::Bars::new(inputs.len());
    let mut answers: Vec<Answer> = Vec::new();
    let mut ending = Ok(());
    for input in &inputs {
        let bar = bars.next(&input.name);
        let answer = match work::answer(options, input, &pool, &bar, true) {
            // One that fails does not keep the others of a batch from their answers.
            Err(Failure::Failed(why)) if inputs.len() > 1 => {
                progress::say(&bar, &format!("error: {why}"));
                bar.finish_and_clear();
                ending = Err(Failure::Failed("not every scenario has an answer".to_owned()));
                continue;
            }
            answer => answer?,
        };
        bars.done(&bar, answer.kept);
        if !options.json {
            print(&answer.text)?;
        }
        let interrupted = answer.interrupted.clone();
        answers.push(answer);
        if let (Some(kept), Some(last)) = (interrupted, answers.last()) {
            ending = Err(work::interrupted(last, &kept));
            break;
        }
    }
    if options.json {
        print_json(answers.iter().map(|a| a.json.clone()).collect(), inputs.len() == 1)?;
    }
    if inputs.len() > 1 {
        let page = index::write(&options.output)?;
        progress::note(&format!("index: {}", page.display()));
    }
    ending?;
    let imprecise = answers.iter().filter(|answer| answer.imprecise);
    let imprecise: Vec<_> = imprecise.map(|answer| answer.path.display().to_string()).collect();
    match imprecise.as_slice() {
        [] => Ok(()),
        names => {
            Err(Failure::NotPrecise(format!("the precision asked for was not reached: {}", names.join(", "))))
        }
    }
}

/// One object for one scenario, a list for several.
fn print_json(mut answers: Vec<serde_json::Value>, single: bool) -> Result<(), Failure> {
    let value = if single { answers.pop().unwrap_or_default() } else { answers.into() };
    let text = serde_json::to_string(&value).map_err(|e| Failure::Failed(e.to_string()))?;
    print(&(text + "\n"))
}
