//! NeXosim: one model that schedules its own events, on one thread.

use crate::{Answer, RATE, Times};
use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSinkReader, Output, SinkState, event_queue};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use rand::SeedableRng;
use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;

#[derive(Serialize, Deserialize)]
struct Queue {
    /// Number of customers served and the sum of their times [h], when the last has gone.
    done: Output<(u64, f64)>,
    #[serde(skip, default = "generator")]
    random: Xoshiro256PlusPlus,
    /// When those who wait or are served arrived [s].
    arrived: VecDeque<f64>,
    sum: f64,
    served: u64,
    n: u64,
    left: u64,
}

fn generator() -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(1)
}

/// A simulated second stands for an hour.
fn now(cx: &Context<Queue>) -> f64 {
    cx.time().duration_since(MonotonicTime::EPOCH).as_secs_f64()
}

#[Model]
impl Queue {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        cx.schedule_event(Duration::from_nanos(1), schedulable!(Self::arrive), ()).expect("a time to come");
    }

    fn draw(&mut self, rate: f64) -> Duration {
        let u: f64 = Exp1.sample(&mut self.random);
        Duration::from_secs_f64(u / rate).max(Duration::from_nanos(1))
    }

    #[nexosim(schedulable)]
    fn arrive(&mut self, _: (), cx: &Context<Self>) {
        self.arrived.push_back(now(cx));
        self.left -= 1;
        if self.left > 0 {
            let gap = self.draw(RATE);
            cx.schedule_event(gap, schedulable!(Self::arrive), ()).expect("a time to come");
        }
        if self.arrived.len() == 1 {
            self.serve(cx);
        }
    }

    fn serve(&mut self, cx: &Context<Self>) {
        let time = self.draw(1.0);
        cx.schedule_event(time, schedulable!(Self::depart), ()).expect("a time to come");
    }

    #[nexosim(schedulable)]
    async fn depart(&mut self, _: (), cx: &Context<Self>) {
        if let Some(arrived) = self.arrived.pop_front() {
            self.sum += now(cx) - arrived;
            self.served += 1;
        }
        if !self.arrived.is_empty() {
            self.serve(cx);
        }
        if self.served == self.n {
            self.done.send((self.served, self.sum)).await;
        }
    }
}

pub fn run(n: u64) -> Answer {
    let mut queue = Queue {
        done: Output::default(),
        random: generator(),
        arrived: VecDeque::new(),
        sum: 0.0,
        served: 0,
        n,
        left: n,
    };
    let (sink, mut done) = event_queue(SinkState::Enabled);
    queue.done.connect_sink(sink);
    let mailbox = Mailbox::new();
    let mut simulation = SimInit::with_num_threads(1)
        .add_model(queue, mailbox, "queue")
        .init(MonotonicTime::EPOCH)
        .expect("a simulation");
    simulation.run().expect("a simulation that ends");
    let (served, sum) = done.try_read().expect("the last customer");
    Times { sum, served }.answer()
}
