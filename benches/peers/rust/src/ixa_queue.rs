//! ixa: plans on its context.

use crate::{Answer, RATE, Times};
use ixa::prelude::*;
use rand_distr::Exp;
use std::collections::VecDeque;

define_rng!(Arrivals);
define_rng!(Services);

#[derive(Default)]
struct Queue {
    /// When those who wait or are served arrived.
    arrived: VecDeque<f64>,
    times: Times,
    left: u64,
}

define_data_plugin!(QueuePlugin, Queue, Queue::default());

fn arrive(context: &mut Context) {
    let now = context.get_current_time();
    let queue = context.get_data_mut(QueuePlugin);
    queue.arrived.push_back(now);
    queue.left -= 1;
    let (more, idle) = (queue.left > 0, queue.arrived.len() == 1);
    if more {
        let gap: f64 = context.sample_distr(Arrivals, Exp::new(RATE).expect("a rate"));
        context.add_plan(now + gap, arrive);
    }
    if idle {
        serve(context);
    }
}

fn serve(context: &mut Context) {
    let time: f64 = context.sample_distr(Services, Exp::new(1.0).expect("a rate"));
    context.add_plan(context.get_current_time() + time, depart);
}

fn depart(context: &mut Context) {
    let now = context.get_current_time();
    let queue = context.get_data_mut(QueuePlugin);
    if let Some(arrived) = queue.arrived.pop_front() {
        queue.times.sum += now - arrived;
        queue.times.served += 1;
    }
    if !queue.arrived.is_empty() {
        serve(context);
    }
}

pub fn run(n: u64) -> Answer {
    let mut context = Context::new();
    context.init_random(1);
    context.get_data_mut(QueuePlugin).left = n;
    context.add_plan(0.0, arrive);
    context.execute();
    context.get_data(QueuePlugin).times.answer()
}
