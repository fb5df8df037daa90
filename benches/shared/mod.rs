//! What the benchmarks of the engine share.

use std::path::Path;
use std::time::Instant;
use turnaround::model::Model;
use turnaround::scenario;

/// An arm of a scenario of the repository.
pub fn arm(file: &str, arm: &str) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
    let source = std::fs::read_to_string(path).expect("a scenario can be read");
    let (tree, _) = scenario::parse(file, &source);
    let (arms, _) = scenario::lower_arms(&tree, &|name| Err(format!("no file {name}")));
    arms.into_iter().find(|(a, _)| a.name == arm).expect("an arm of this name").1
}

/// Time that this thread has been on a processor [ns]; of the wall where Linux' `/proc` is not there.
pub fn on_cpu(start: Instant) -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let first = stat.as_deref().and_then(|s| s.split(' ').next()?.parse().ok());
    first.unwrap_or_else(|| start.elapsed().as_nanos() as f64)
}
