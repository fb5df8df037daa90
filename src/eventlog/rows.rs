//! What a simulation leaves as an event log: the names come back.

use super::attributes::{Attributes, Value};
use super::cost::Wages;
use super::{EventLog, Instance, NONE};
use crate::activity::Activity;
use crate::ids::{AttrId, ProcessId};
use crate::model::{Attribute, AttributeType, Model};
use crate::record::Rows;
use std::collections::{BTreeMap, BTreeSet};

impl EventLog {
    /// The activity instances of one replication, sorted. A case is named after its process and numbered through;
    /// a worker after the team. Delays that are not recorded leave nothing. The case's asset is the case attribute `asset`;
    /// the others are what the process or the arrival gives to its cases at their start.
    /// The cost is the wages of the work. What else a step is about are the attributes `part`, `purchase_order`
    /// and `message_thread`.
    pub fn from_rows(rows: &Rows, model: &Model) -> Self {
        let epoch =
            jiff::tz::TimeZone::UTC.to_timestamp(model.run.start).map_or(0, jiff::Timestamp::as_microsecond);
        let processes = processes(rows, model);
        let mut log = Self::default();
        let mut carried = Carried::new(model);
        let mut of_cases = Attributes::default();
        let asset = of_cases.key("asset");
        let recorded = |step| match &model.steps[step].activity {
            Activity::Delay(delay) => delay.recorded,
            _ => true,
        };
        let activity = |step| model.activity_names.get(&step).unwrap_or(&model.steps[step].name);
        let wages = Wages::new(model);
        let (mut objects, mut n_orders, mut n_threads) = (Attributes::default(), 0, 0);
        let [part, order, thread] =
            ["part", "purchase_order", "message_thread"].map(|name| objects.key(name));
        for (i, number) in rows.case.iter().enumerate().filter(|(i, _)| recorded(rows.step[*i])) {
            let at = log.len();
            let process = processes.get(number).map_or("case", |&p| model.processes[p].name.as_str());
            let case = log.cases.intern(&format!("{process}-{number}"));
            if case as usize == carried.n_cases {
                carried.keep(rows, model, *number, processes.get(number), &mut of_cases);
            }
            if rows.asset[i] > 0 {
                of_cases.set(case as usize, asset, Value::Text(&asset_name(model, rows.asset[i] - 1)));
            }
            let team = rows.team[i].map(|t| model.teams[t].name.as_str());
            let row = Instance {
                case,
                activity: log.activities.intern(activity(rows.step[i])),
                resource: team.map_or(NONE, |t| log.resources.intern(&format!("{t}-{}", rows.member[i] + 1))),
                team: team.map_or(NONE, |t| log.teams.intern(t)),
                site: rows.site[i].map_or(NONE, |s| log.sites.intern(&model.sites[s])),
                enabled: epoch + rows.enabled[i].ticks(),
                start: epoch + rows.start[i].ticks(),
                end: epoch + rows.complete[i].ticks(),
                cost: wages.as_ref().map_or(f64::NAN, |wages| wages.of(rows, i)),
            };
            if let Some(id) = rows.part[i] {
                objects.set(at, part, Value::Text(&model.parts[id].name));
            }
            match &model.steps[rows.step[i]].activity {
                Activity::Order(_) => {
                    n_orders += 1;
                    objects.set(at, order, Value::Text(&format!("order-{n_orders}")));
                }
                Activity::Ask(_) => {
                    n_threads += 1;
                    objects.set(at, thread, Value::Text(&format!("thread-{n_threads}")));
                }
                _ => {}
            }
            log.push(row);
        }
        log.attributes = objects.finish(log.len());
        log.case_attributes = of_cases.finish(log.cases.len());
        log.sort();
        log
    }
}

/// Which attributes the cases of each process have from their start.
struct Carried {
    of: Vec<Vec<AttrId>>,
    /// cases that are through
    n_cases: usize,
}

impl Carried {
    fn new(model: &Model) -> Self {
        let of = |id: ProcessId| {
            let arrivals = model.arrivals.iter().filter(|arrival| arrival.process == id);
            let given = arrivals.flat_map(|arrival| &arrival.attributes);
            let all: BTreeSet<AttrId> =
                given.chain(&model.processes[id].attributes).map(|(attr, _)| *attr).collect();
            all.into_iter().collect()
        };
        Self { of: model.processes.iter_ids().map(|(id, _)| of(id)).collect(), n_cases: 0 }
    }

    /// Keeps the attributes of the next case of the log, whose number in the run is given.
    fn keep(
        &mut self,
        rows: &Rows,
        model: &Model,
        number: u64,
        process: Option<&ProcessId>,
        out: &mut Attributes,
    ) {
        let (case, n) = (self.n_cases, model.attributes.len());
        self.n_cases += 1;
        let Some(process) = process else { return };
        let Some(values) = rows.carried.get(number as usize * n..(number as usize + 1) * n) else { return };
        for &attr in &self.of[process.0 as usize] {
            let Attribute { name, kind } = &model.attributes[attr];
            let value = values[attr.0 as usize];
            let i = value as usize;
            let key = out.key(name);
            let named = match kind {
                AttributeType::Number(_) => {
                    out.set(case, key, Value::Number(value));
                    continue;
                }
                AttributeType::Flag => {
                    out.set(case, key, Value::Bool(value != 0.0));
                    continue;
                }
                AttributeType::Level(levels) => levels.get(i),
                AttributeType::Part => model.parts.iter().nth(i).map(|part| &part.name),
                AttributeType::Site => model.sites.iter().nth(i),
                AttributeType::Mode => model.modes.iter().nth(i).map(|mode| &mode.name),
                AttributeType::Topic => model.topics.iter().nth(i).map(|topic| &topic.name),
            };
            if let Some(name) = named {
                out.set(case, key, Value::Text(name));
            }
        }
    }
}

/// The process of each case: of the processes that its steps belong to, the first that no other calls.
fn processes(rows: &Rows, model: &Model) -> BTreeMap<u64, ProcessId> {
    let called: BTreeSet<ProcessId> = model
        .steps
        .iter()
        .filter_map(|step| match &step.activity {
            Activity::Call(call) => Some(call.process),
            _ => None,
        })
        .collect();
    let mut processes = BTreeMap::new();
    for (&case, &step) in rows.case.iter().zip(&rows.step) {
        let process = model.steps[step].process;
        let known = processes.entry(case).or_insert(process);
        if called.contains(known) && !called.contains(&process) {
            *known = process;
        }
    }
    processes
}

/// The fleet's name and the asset's number in it, from its number over all fleets.
fn asset_name(model: &Model, number: u32) -> String {
    let mut rest = number;
    for fleet in model.fleets.iter() {
        let size: u32 = fleet.count.iter().map(|(_, n)| n).sum();
        if rest < size {
            return format!("{}-{}", fleet.name, rest + 1);
        }
        rest -= size;
    }
    format!("asset-{}", number + 1)
}
