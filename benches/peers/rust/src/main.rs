//! Work of a peer, or of turnaround, in a process of its own: one JSON object with the number of units done, the processor time
//! that they took [s], and an answer that all who do this work should agree on.
//!
//! Usage: peers WORK WHAT. `mm1-LIBRARY CUSTOMERS` is M/M/1 (0.9 customers an hour, service 1 h), its answer the mean time in the system
//! [h]; `scenario FILE`: activities of an imported model, with rows; `make FOLDER` writes logs; the others read one.

mod ixa_queue;
mod mining;
mod nexosim_queue;
mod simulate;

use cpu_time::ProcessTime;

/// What was done.
pub struct Answer {
    pub units: u64,
    pub answer: f64,
}

/// Customers an hour; the mean service takes an hour.
pub const RATE: f64 = 0.9;

/// Times of customers who are served in the order of their arrival.
#[derive(Default)]
pub struct Times {
    pub sum: f64,
    pub served: u64,
}

impl Times {
    pub fn answer(&self) -> Answer {
        Answer { units: self.served, answer: self.sum / self.served as f64 }
    }
}

/// Does the work and says how long it took: processor time of all threads [s].
pub fn timed(work: impl FnOnce() -> Answer) -> (f64, Answer) {
    let start = ProcessTime::now();
    let answer = work();
    (start.elapsed().as_secs_f64(), answer)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, what] = &arguments[..] else { panic!("usage: peers WORK WHAT") };
    let number = || what.parse::<u64>().expect("a number");
    let (seconds, answer) = match work.as_str() {
        "make" => return mining::make(what),
        "mm1-turnaround" => simulate::queue(number(), false),
        "mm1-turnaround-rows" => simulate::queue(number(), true),
        "mm1-ixa" => timed(|| ixa_queue::run(number())),
        "mm1-nexosim" => timed(|| nexosim_queue::run(number())),
        "scenario" => simulate::file(what),
        "import" => mining::import(what),
        "import-process_mining" => mining::import_process_mining(what),
        "graph" => mining::graph(what),
        "inductive" => mining::inductive(what),
        "alignments" => mining::alignments(what),
        other => panic!("no work {other}"),
    };
    let Answer { units, answer } = answer;
    println!("{{\"units\": {units}, \"seconds\": {seconds}, \"answer\": {answer}}}");
}
