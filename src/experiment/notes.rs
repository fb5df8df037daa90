//! Warnings as values that carry the facts.

use super::results::{ArmResults, Ending, MetricInfo, Results};
use crate::ids::StepId;
use crate::model::{Kind, Measure, MetricOf, Model, Step};
use crate::record::Tally;
use crate::stats::MIN_NONZERO_DIFFERENCES;
use serde::Serialize;
use std::fmt;

/// Something the reader has to know to judge the numbers; `Display` says it and what to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The warm-up found takes more than half of the run.
    LateWarmUp {
        seconds: f64,
    },
    FewCases {
        arm: String,
        metric: String,
        cases: f64,
    },
    /// More than 1 % of a metric's cases were still open at the end: the metric and arm with most of them, and the other
    /// metrics that this is true of.
    OpenCases {
        arm: String,
        metric: String,
        share: f64,
        followed: bool,
        others: Vec<String>,
    },
    NotReached {
        metric: String,
        relative: f64,
        replications: usize,
    },
    Cancelled {
        replications: usize,
    },
    /// The run was interrupted before all that was asked for was done.
    Interrupted {
        /// Samples of the inputs were asked for, and are in no interval.
        without_inputs: bool,
        /// The ramp's replications that are there, and all, where not all are.
        ramp: Option<(usize, usize)>,
    },
    /// A team has work for nearly all of its time on shift; where a metric tells how busy it is.
    BusyTeam {
        arm: String,
        team: String,
        share: f64,
    },
    /// Too few replications for the interval of a difference.
    FewReplications {
        replications: usize,
    },
    /// On average over the ranges of the inputs a change is another than at their central values.
    Leaning {
        arm: String,
        metric: String,
        central: f64,
        mean: f64,
        unit: String,
    },
    /// The regression on the inputs explains less than four fifths of what they do to a change.
    Unexplained {
        arm: String,
        metric: String,
        share: f64,
    },
    /// Times of a step were computed as less than nothing, or as no number.
    Misfits {
        arm: String,
        step: String,
        times: u64,
    },
    /// Hardly any case ended; where most of those of the window are.
    Stuck {
        arm: String,
        step: String,
        open: u64,
    },
    /// So many replications would make the interval of a change as narrow as the inputs allow.
    MoreReplications {
        arm: String,
        metric: String,
        enough: usize,
    },
}

/// Below this many cases or events a metric is mostly luck.
pub const FEW_CASES: f64 = 30.0;
/// From this share of its time on shift a team's queue may never settle.
pub const VERY_BUSY: f64 = 0.98;
/// Above this share of open cases the reader is told.
pub const MANY_OPEN: f64 = 0.01;

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LateWarmUp { seconds } => write!(
                f,
                "the warm-up found ({:.0} d) lies in the second half of the run: no settled state is shown; lengthen the window",
                seconds / 86_400.0
            ),
            Self::FewCases { arm, metric, cases } => {
                write!(
                    f,
                    "only {cases:.0} cases or events are behind {metric} in arm {arm}; run more replications"
                )
            }
            Self::OpenCases { arm, metric, share, followed, others } => {
                let what = match followed {
                    true => "durations are restricted to the drain in all arms; lengthen it",
                    false => {
                        "they count with what they would have come to by the Kaplan-Meier estimate, and a time that nobody \
                         was followed for ends with the run; give the run a drain"
                    }
                };
                let open = 100.0 * share;
                write!(
                    f,
                    "{open:.1} % of the cases behind {metric} were still open at the end in arm {arm}: {what}"
                )?;
                match others.as_slice() {
                    [] => Ok(()),
                    others => write!(f, " (also behind {})", others.join(", ")),
                }
            }
            Self::NotReached { metric, relative, replications } => write!(
                f,
                "the precision asked for was not reached: {metric} is known to \u{b1}{:.1} % after {replications} replications, the most allowed",
                100.0 * relative
            ),
            Self::Cancelled { replications } => {
                write!(f, "stopped early: these are the results of the first {replications} replications")
            }
            Self::Interrupted { without_inputs, ramp } => {
                let inputs = "intervals and verdicts are as if all inputs were exact";
                let ramp = match ramp {
                    Some((0, _)) => "every change is taken to be in effect at once".to_owned(),
                    Some((done, asked)) => {
                        format!("how the change comes into effect rests on {done} of {asked} replications")
                    }
                    None => String::new(),
                };
                let told = [if *without_inputs { inputs } else { "" }, &ramp];
                let told: Vec<&str> = told.into_iter().filter(|part| !part.is_empty()).collect();
                write!(f, "interrupted: this is not the whole answer; {}", told.join(", and "))
            }
            Self::BusyTeam { arm, team, share } => write!(
                f,
                "the team {team} is at work for {:.1} % of its time on shift in arm {arm}: its queue may never settle, and waits \
                 say more about the length of the run than about the arm; give it more members or hours, or less work",
                100.0 * share
            ),
            Self::Leaning { arm, metric, central, mean, unit } => write!(
                f,
                "over the ranges of the inputs the change of {metric} in arm {arm} is {} {unit} on average, not the {} {unit} of \
                 their central values: the ranges lean to one side, or the effect bends",
                three(*mean),
                three(*central)
            ),
            Self::Unexplained { arm, metric, share } => write!(
                f,
                "the inputs one by one explain {:.0} % of what they do together to {metric} in arm {arm}: shares of single inputs \
                 leave out interactions and bends",
                100.0 * share
            ),
            Self::Misfits { arm, step, times } => write!(
                f,
                "{times} times of steps (the first at {step}) were computed as less than nothing or as no number in arm {arm}, and \
                 taken as zero: mend the formula, for example by max(0 h, ...)"
            ),
            Self::Stuck { arm, step, open } => write!(
                f,
                "hardly a case ends in arm {arm}: {open} are open, most of them at the step {step}; if they never get on there, look \
                 at what they wait for, else give the run a longer drain"
            ),
            Self::MoreReplications { arm, metric, enough } => write!(
                f,
                "with {enough} replications the interval of {metric} in arm {arm} would be as narrow as the inputs allow"
            ),
            Self::FewReplications { replications } => write!(
                f,
                "{replications} replications are too few for intervals of changes; run at least {}",
                MIN_NONZERO_DIFFERENCES
            ),
        }
    }
}

impl Note {
    /// That the run was interrupted.
    pub fn is_of_interruption(&self) -> bool {
        matches!(self, Self::Cancelled { .. } | Self::Interrupted { .. })
    }
}

/// Three significant digits.
fn three(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    let decimals = (2 - x.abs().log10().floor() as i32).max(0) as usize;
    format!("{x:.decimals$}")
}

/// What the reader of these results of a model has to know; `late` when the warm-up found was.
pub fn notes(results: &Results, model: &Model, late: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    let replications = results.replications;
    if results.ending == Ending::Cancelled {
        notes.push(Note::Cancelled { replications });
    }
    if let (Ending::Capped, Some(primary)) = (results.ending, results.primary) {
        let relative =
            |arm: &ArmResults| arm.estimates[primary].half_width() / arm.estimates[primary].value.abs();
        notes.push(Note::NotReached {
            metric: results.metrics[primary].name.clone(),
            relative: results.arms.iter().map(relative).fold(0.0, f64::max),
            replications,
        });
    }
    if late {
        notes.push(Note::LateWarmUp { seconds: results.warm_up.seconds });
    }
    if results.arms.len() > 1 && replications < MIN_NONZERO_DIFFERENCES {
        notes.push(Note::FewReplications { replications });
    }
    notes.extend(busy_teams(results, model));
    notes.extend(few_cases(results));
    let stuck = stuck(results, model);
    // A drain does not help those who never end.
    if stuck.is_empty() {
        notes.extend(open_cases(results));
    }
    notes.extend(stuck);
    notes.extend(results.arms.iter().filter_map(|arm| {
        let Tally { n: times, step } = arm.work.misfits;
        Some(Note::Misfits { arm: arm.name.clone(), step: step_label(model, step?), times })
    }));
    notes
}

/// Arms in which 99 in 100 of all cases that started are open.
fn stuck(results: &Results, model: &Model) -> Vec<Note> {
    let of = |arm: &ArmResults| {
        let (started, ended) = (arm.work.cases_started, arm.work.cases_ended);
        let Tally { n: open, step } = arm.work.stuck;
        let never = ended as f64 <= MANY_OPEN * started as f64 && open > 0;
        let step = step_label(model, step.filter(|_| never)?);
        Some(Note::Stuck { arm: arm.name.clone(), step, open })
    };
    results.arms.iter().filter_map(of).collect()
}

fn step_label(model: &Model, step: StepId) -> String {
    let Step { name, process, .. } = &model.steps[step];
    model.label(&format!("process.{}.step.{name}", model.processes[*process].name))
}

/// Every team and arm, where a metric is the team's time at work over its time on shift.
fn busy_teams(results: &Results, model: &Model) -> Vec<Note> {
    let mut notes = Vec::new();
    if model.design.kind == Kind::Terminating {
        return notes;
    }
    for (i, metric) in model.metrics.iter().enumerate() {
        let MetricOf::Ratio(above, below) = metric.of else { continue };
        let (above, below) = (&model.measures[above].what, &model.measures[below].what);
        let (Measure::Busy(team), Measure::OnShift(same)) = (above, below) else { continue };
        for arm in results.arms.iter().filter(|_| team == same) {
            let share = arm.estimates[i].value * metric.unit_size;
            if share >= VERY_BUSY {
                let team = model.label(&format!("team.{}", model.teams[*team].name));
                notes.push(Note::BusyTeam { arm: arm.name.clone(), team, share });
            }
        }
    }
    notes
}

/// For each measured metric with too few cases the arm with the fewest. A formula is as well founded as its
/// children. Nothing at all in one arm is no luck when there is plenty in another: a tool that only one of them has.
fn few_cases(results: &Results) -> Vec<Note> {
    let fewest = |(i, info): (usize, &MetricInfo)| {
        let plenty = results.arms.iter().any(|arm| arm.cases[i].is_some_and(|n| n >= FEW_CASES));
        let absent = |n: f64, arm: &ArmResults| plenty && n == 0.0 && arm.estimates[i].value == 0.0;
        let cases = |arm: &ArmResults| Some((arm.cases[i]?, arm.name.clone()));
        let arms = results.arms.iter().filter(|arm| arm.cases[i].is_none_or(|n| !absent(n, arm)));
        let (cases, arm) = arms.filter_map(cases).min_by(|a, b| a.0.total_cmp(&b.0))?;
        let few = info.children.is_empty() && cases < FEW_CASES;
        few.then(|| Note::FewCases { arm, metric: info.name.clone(), cases })
    };
    results.metrics.iter().enumerate().filter_map(fewest).collect()
}

/// The metric and arm with the largest share of open cases, and the others with many.
fn open_cases(results: &Results) -> Option<Note> {
    let shares =
        results.arms.iter().flat_map(|arm| arm.open.iter().enumerate().map(move |(i, open)| (*open, i, arm)));
    let (share, i, arm) = shares.rev().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (arm, metric) = (arm.name.clone(), results.metrics[i].name.clone());
    let has_many = |k: usize| results.arms.iter().any(|arm| arm.open[k] > MANY_OPEN);
    let others = (0..results.metrics.len()).filter(|k| *k != i && has_many(*k));
    (share > MANY_OPEN).then(|| Note::OpenCases {
        arm,
        metric,
        share,
        followed: results.follow_up.is_finite(),
        others: others.map(|k| results.metrics[k].name.clone()).collect(),
    })
}
