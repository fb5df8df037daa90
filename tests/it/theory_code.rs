//! The engine against exact results of queueing theory, on models built in code.
//!
//! Every check is in standard errors over independent replications (seeds are fixed): |z| < 4. Time unit: a second.

use crate::build::*;
use turnaround::activity::*;
use turnaround::dist::Dist;
use turnaround::ids::*;
use turnaround::model::*;

/// One queue, one task; the values are wait, stay and numbers of a stationary queue.
struct Queue {
    build: Build,
    waiting: MeasureId,
    stay: MeasureId,
    busy: MeasureId,
    queue: MeasureId,
    elapsed: MeasureId,
}

fn queue(build: Build, rate: f64, servers: u32, service: Dist) -> Queue {
    let mut b = build;
    let team = b.team("servers", servers);
    let p = b.process("p");
    let end = b.end(p);
    b.step(p, "serve", Activity::Task(task(team, service)), Some(end));
    b.arrivals("in", p, exponential(1.0 / rate));
    let waiting = b.measure(Measure::Case(p, Sampled::Waiting));
    let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
    let busy = b.measure(Measure::Busy(team));
    let queue = b.measure(Measure::Queue(team));
    let elapsed = b.measure(Measure::Elapsed);
    Queue { build: b, waiting, stay, busy, queue, elapsed }
}

#[test]
fn mm1() {
    let q = queue(Build::new(2_000.0, 40_000.0, 2_000.0), 0.9, 1, exponential(1.0));
    let b = &q.build;
    let [wait, stay, busy, length] = b
        .replicate_all(60, |r| {
            let elapsed = b.sum_in_window(r, q.elapsed);
            vec![
                b.mean_in_window(r, q.waiting),
                b.mean_in_window(r, q.stay),
                b.sum_in_window(r, q.busy) / elapsed,
                b.sum_in_window(r, q.queue) / elapsed,
            ]
        })
        .try_into()
        .expect("four");
    wait.agrees(9.0);
    stay.agrees(10.0);
    busy.agrees(0.9);
    length.agrees(8.1);
}
