//! The theory scenarios: each file states what theory says, and the engine must agree within four standard errors.

use crate::world::{arms, files, simulate};
use turnaround::report;

#[test]
fn the_engine_agrees_with_theory() {
    let mut wrong = Vec::new();
    let mut n = 0;
    for file in files("scenarios/theory") {
        let arms = arms(&file, &[]);
        let models: Vec<_> = arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
        let checked = report::checked(&simulate(&arms), &models);
        assert!(!checked.is_empty(), "{} states no known answer", file.display());
        n += checked.len();
        for c in checked.iter().filter(|c| c.z().is_nan() || c.z().abs() > 4.0) {
            wrong.push(format!(
                "{}: {} ({}) is {} +- {}, not {}: z = {:.1}",
                file.display(),
                c.metric,
                c.arm,
                c.estimate,
                c.se,
                c.known,
                c.z()
            ));
        }
    }
    assert!(n > 50, "only {n} known answers were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
