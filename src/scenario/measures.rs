//! What can be measured, by name: `restore.time`, `team.technicians.busy`, `parts.demanded`.
//!
//! The lists below are the only place that knows the words: reading, printing, suggestions and the reference walk them.

use crate::activity::{Activity, Holds};
use crate::ids::{AssetGroupId, ChannelId, PartId, TeamId};
use crate::model::{Measure, Model, Sampled};
use crate::units::Dim;

/// Word, measure, dimension, meaning.
type Words<M> = &'static [(&'static str, M, Dim, &'static str)];

const CASES: Words<Sampled> = &[
    ("time", Sampled::CycleTime, Dim::TIME, "from start to end of a case"),
    ("waiting", Sampled::Waiting, Dim::TIME, "time of a case spent waiting for teams"),
    ("working", Sampled::Working, Dim::TIME, "time of a case that was worked on"),
];

const TEAM: Words<fn(TeamId) -> Measure> = &[
    ("busy", Measure::Busy, Dim::TIME, "person-time at work, asking and answering included"),
    ("on_shift", Measure::OnShift, Dim::TIME, "person-time on shift"),
    ("overtime", Measure::Overtime, Dim::TIME, "person-time beyond the shift"),
    ("queue", Measure::Queue, Dim::TIME, "request-time waiting"),
    ("wages", Measure::Wages, Dim::MONEY, "wages of the time on shift, and of overtime"),
    ("busy_wages", Measure::BusyWages, Dim::MONEY, "wages of the time at work"),
    ("asking", Measure::AskingTime, Dim::TIME, "person-time spent on asking, reading and answering"),
];

const PART: Words<fn(Option<PartId>) -> Measure> = &[
    (
        "demanded",
        Measure::Demanded,
        Dim::NUMBER,
        "units asked for at the own site (where a case has no site: at the site that the step names)",
    ),
    ("filled", Measure::Filled, Dim::NUMBER, "units of these that the shelf gave at once"),
    ("on_hand", Measure::OnHand, Dim::TIME, "unit-time on shelves"),
    ("backordered", Measure::Backordered, Dim::TIME, "unit-time backordered"),
    ("purchased", Measure::Purchased, Dim::NUMBER, "units received from suppliers"),
    ("purchase_cost", Measure::PurchaseCost, Dim::MONEY, "their price, premiums and fees included"),
    ("emergencies", Measure::Emergencies, Dim::NUMBER, "emergency orders"),
    ("transfers", Measure::Transfers, Dim::NUMBER, "transfers between sites for cases"),
    ("transfer_cost", Measure::TransferCost, Dim::MONEY, "their fees"),
    ("holding_cost", Measure::HoldingCost, Dim::MONEY, "cost of holding stock"),
];

const CHANNEL: Words<fn(ChannelId) -> Measure> = &[
    ("asks", |c| Measure::Asks(Some(c)), Dim::NUMBER, "asks by this channel"),
    ("adopters", Measure::Adopters, Dim::TIME, "worker-time with the channel"),
    ("eligible", Measure::Eligible, Dim::TIME, "worker-time of those it is meant for"),
];

const FLEET: Words<fn(AssetGroupId) -> Measure> = &[
    ("failures", |f| Measure::Failures(f, None), Dim::NUMBER, "failures"),
    ("uptime", Measure::Uptime, Dim::TIME, "asset-time in service"),
    ("downtime", Measure::Downtime, Dim::TIME, "asset-time out of service"),
    // The dimension of `used` is what the fleet counts its use in.
    ("used", Measure::Used, Dim::NUMBER, "use"),
    ("missed", Measure::Missed, Dim::TIME, "asset-time needed but not in service"),
    ("needed", Measure::Needed, Dim::TIME, "asset-time needed"),
    ("time", Measure::AssetTime, Dim::TIME, "asset-time"),
];

const GLOBAL: Words<Measure> = &[
    ("records.looks", Measure::RecordLooks, Dim::NUMBER, "looks at a stock record"),
    (
        "records.right",
        Measure::RecordRight,
        Dim::NUMBER,
        "looks where record and shelf agreed on whether there is any",
    ),
    ("asks.searches", Measure::Searches, Dim::NUMBER, "searches"),
    ("asks.found", Measure::Found, Dim::NUMBER, "searches that found"),
    ("asks.asked", Measure::Asks(None), Dim::NUMBER, "asks, by any channel"),
    ("elapsed", Measure::Elapsed, Dim::TIME, "elapsed time"),
];

/// A measure, its name and its dimension.
pub struct Named {
    pub name: String,
    pub what: Measure,
    pub dim: Dim,
}

/// Everything that can be measured in the model, in the order of the reference.
pub fn all(model: &Model) -> Vec<Named> {
    let mut all = Vec::new();
    let mut add = |name: String, what: Measure, dim: Dim| all.push(Named { name, what, dim });
    let slots = super::attributes::slots(model);
    for (id, process) in model.processes.iter_ids() {
        let p = &process.name;
        for (word, sampled, dim, _) in CASES {
            add(format!("{p}.{word}"), Measure::Case(id, *sampled), *dim);
        }
        for (stage, s) in model.stages.iter_ids() {
            add(format!("{p}.stage.{}", s.name), Measure::Case(id, Sampled::StageTime(stage)), Dim::TIME);
            add(
                format!("{p}.stage_all.{}", s.name),
                Measure::Case(id, Sampled::StageTimeAll(stage)),
                Dim::TIME,
            );
        }
        for (attr, slot) in slots.iter_ids() {
            let dim = if let Holds::Number(dim) = slot.holds { dim } else { Dim::NUMBER };
            add(format!("{p}.attribute.{}", slot.name), Measure::Case(id, Sampled::Attribute(attr)), dim);
        }
        add(format!("{p}.started"), Measure::Cases(id), Dim::NUMBER);
        for (step, s) in model.steps.iter_ids().filter(|(_, s)| s.process == id) {
            add(format!("{p}.entries.{}", s.name), Measure::Entries(step), Dim::NUMBER);
            if matches!(s.activity, Activity::Task(_) | Activity::Seize(_) | Activity::Batch(_)) {
                let what = Measure::Case(id, Sampled::WaitingAt(step));
                add(format!("{p}.waiting.{}", s.name), what, Dim::TIME);
            }
        }
    }
    for (id, team) in model.teams.iter_ids() {
        TEAM.iter()
            .for_each(|(word, measure, dim, _)| add(format!("team.{}.{word}", team.name), measure(id), *dim));
    }
    PART.iter().for_each(|(word, measure, dim, _)| add(format!("parts.{word}"), measure(None), *dim));
    for (id, part) in model.parts.iter_ids() {
        PART.iter().for_each(|(word, measure, dim, _)| {
            add(format!("part.{}.{word}", part.name), measure(Some(id)), *dim)
        });
    }
    for (id, channel) in model.channels.iter_ids() {
        CHANNEL.iter().for_each(|(word, measure, dim, _)| {
            add(format!("channel.{}.{word}", channel.name), measure(id), *dim)
        });
    }
    for (id, fleet) in model.fleets.iter_ids() {
        let f = &fleet.name;
        for (word, measure, dim, _) in FLEET {
            add(format!("fleet.{f}.{word}"), measure(id), if *word == "used" { fleet.use_dim } else { *dim });
        }
        for mode in &fleet.modes {
            add(
                format!("fleet.{f}.failures.{}", model.modes[*mode].name),
                Measure::Failures(id, Some(*mode)),
                Dim::NUMBER,
            );
        }
        for (stage, s) in model.stages.iter_ids() {
            add(format!("fleet.{f}.down_in.{}", s.name), Measure::DownInStage(id, stage), Dim::TIME);
        }
    }
    GLOBAL.iter().for_each(|(name, measure, dim, _)| add((*name).to_owned(), measure.clone(), *dim));
    all
}

/// The reference of measures: pattern and meaning.
pub fn patterns() -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add = |pattern: String, doc: &str, dim: Dim| {
        let unit = if dim == Dim::NUMBER { "a count".to_owned() } else { dim.to_string() };
        all.push((pattern, format!("{doc} ({unit})")));
    };
    CASES.iter().for_each(|(word, _, dim, doc)| add(format!("PROCESS.{word}"), doc, *dim));
    add("PROCESS.stage.STAGE".to_owned(), "time of a case in a stage, over cases that entered it", Dim::TIME);
    add(
        "PROCESS.stage_all.STAGE".to_owned(),
        "the same over all cases; zero for those that never entered",
        Dim::TIME,
    );
    add(
        "PROCESS.waiting.STEP".to_owned(),
        "time of a case spent waiting for teams at a step, over cases whose turn came there",
        Dim::TIME,
    );
    add(
        "PROCESS.attribute.ATTRIBUTE".to_owned(),
        "final value of an attribute of a case; true is 1",
        Dim::NUMBER,
    );
    add("PROCESS.started".to_owned(), "cases that started", Dim::NUMBER);
    add("PROCESS.entries.STEP".to_owned(), "entries of a step", Dim::NUMBER);
    TEAM.iter().for_each(|(word, _, dim, doc)| add(format!("team.TEAM.{word}"), doc, *dim));
    PART.iter().for_each(|(word, _, dim, doc)| add(format!("parts.{word}, part.PART.{word}"), doc, *dim));
    CHANNEL.iter().for_each(|(word, _, dim, doc)| add(format!("channel.CHANNEL.{word}"), doc, *dim));
    FLEET.iter().for_each(|(word, _, dim, doc)| add(format!("fleet.FLEET.{word}"), doc, *dim));
    add("fleet.FLEET.failures.MODE".to_owned(), "failures of a mode", Dim::NUMBER);
    add(
        "fleet.FLEET.down_in.STAGE".to_owned(),
        "asset-time out of service while its case is in a stage",
        Dim::TIME,
    );
    GLOBAL.iter().for_each(|(name, _, dim, doc)| add((*name).to_owned(), doc, *dim));
    all
}

/// Does it leave one value for each case?
pub fn is_sampled(measure: &Measure) -> bool {
    matches!(measure, Measure::Case(..))
}
