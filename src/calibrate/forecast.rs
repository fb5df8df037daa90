//! What a discovered model says will happen from an instant on.

use crate::eventlog::EventLog;
use crate::ids::MetricId;
use crate::mining::discover::{Discovered, Ongoing};
use crate::model::{Arrival, ArrivalPattern, Model, WarmUp};
use crate::plan::Plan;
use crate::rng::Key;
use crate::sim::{RunOptions, Runner};
use crate::units::Duration;
use rayon::prelude::*;

/// Simulated logs of so many cases, the first of which comes at `start` [us since 1970-01-01T00:00Z]; the others come as the
/// model says. Cases that are under way then take their share of everybody's time, but are not in the logs. Replication r draws the
/// same numbers whatever the model.
pub fn forecast(
    found: &Discovered,
    under_way: &Ongoing,
    start: i64,
    cases: usize,
    runs: u32,
    seed: u64,
) -> Vec<EventLog> {
    let mut model = from(&found.model, start, cases);
    under_way.put_into(&mut model, found);
    let plan = Plan::compile(&model);
    let rows = RunOptions { rows: true, ..RunOptions::default() };
    (0..runs)
        .into_par_iter()
        .map(|run| {
            let mut record = Runner::new(&plan).run(Key::new(seed, u64::from(run)), rows);
            record.rows.without_first(under_way.cases() as u64);
            EventLog::from_rows(&record.rows, &model)
        })
        .collect()
}

/// The model whose clock starts at an instant with the first of so many cases.
fn from(model: &Model, start: i64, cases: usize) -> Model {
    let mut model = model.clone();
    let rest = cases.saturating_sub(1) as u64;
    let mut first: Vec<Arrival> = Vec::new();
    for arrival in model.arrivals.iter_mut() {
        arrival.limit = Some(rest);
        let name = "first".to_owned();
        first.push(Arrival {
            name,
            pattern: ArrivalPattern::Trace { times: vec![0.0] },
            limit: None,
            ..arrival.clone()
        });
    }
    model.arrivals.extend(first.into_iter().take(1));
    let timestamp = jiff::Timestamp::from_microsecond(start).unwrap_or_default();
    model.run.start = jiff::tz::TimeZone::UTC.to_datetime(timestamp);
    model.run.warm_up = WarmUp::Fixed(Duration::ZERO);
    // Arrivals come about as fast as in the log that the model is from; much more time does no harm.
    let weeks = (model.run.window.ticks() / Duration::WEEK.ticks()).max(1);
    model.run.window = Duration::from_ticks(4 * weeks * Duration::WEEK.ticks());
    model.run.drain = model.run.window;
    model.run.bin = model.run.window;
    // Rows are all that is wanted.
    model.measures = crate::ids::IdVec::new();
    model.metrics = crate::ids::IdVec::<MetricId, _>::new();
    model.design.primary = None;
    model.headline.metrics.clear();
    model
}
