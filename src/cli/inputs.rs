//! The samples of a scenario's inputs, as the experiment takes them.

use super::input::Input;
use crate::eventlog::format;
use crate::experiment::{self, Arm, Error, Results, Sampling, Store, Threads, Watch};
use crate::model::{InputDesign, Provenance};
use crate::scenario::{Sampled, Varied, varied};
use crate::stats::latin_hypercube;

/// Whether the scenario asks for samples of its inputs and has inputs to vary; else why not.
pub fn plan(input: &Input) -> Option<(Vec<Varied>, [u32; 3])> {
    let model = &input.arms[0].1;
    let InputDesign::TwoLevel { outer, inner, sobol } = model.design.inputs else { return None };
    let mut inputs = varied(&input.scenario, model);
    // Of what stands in `[money]`, which enters no metric, the case follows what is paid once.
    inputs.retain(|input| !input.path().starts_with("money.") || input.path().ends_with(".once"));
    (!inputs.is_empty()).then_some((inputs, [outer, inner, sobol]))
}

/// Carries what is not known about the inputs into the results. False when it was cancelled.
///
/// # Errors
/// As [`experiment::carry`].
pub fn carry(
    input: &Input,
    results: &mut Results,
    arms: &[Arm],
    watch: Watch,
    pool: &Threads,
    store: &dyn Store,
) -> Result<bool, Error> {
    let Some((inputs, [outer, inner, sobol])) = plan(input) else { return Ok(true) };
    let loader = |name: &str| {
        let bytes =
            input.files.get(name).ok_or_else(|| format!("`{name}` is not among the scenario's files"))?;
        format::as_csv(name, bytes.clone())
    };
    let names: Vec<&str> = inputs.iter().map(Varied::path).collect();
    let positions = latin_hypercube(outer as usize, &names, results.seed);
    let sampled = Sampled { scenario: &input.scenario, inputs: &inputs, positions, seed: results.seed };
    let values = sampled.values(&loader);
    let ranks = (inputs.iter().zip(&sampled.positions).zip(&values))
        .map(|((input, positions), values)| match input {
            Varied::Range(_) => positions.clone(),
            Varied::Rows(_) => ranks(values),
        })
        .collect();
    let sampling = Sampling {
        inputs: inputs.iter().map(told).collect(),
        positions: sampled.positions.clone(),
        ranks,
        values,
        samples: outer as usize,
        inner,
        sobol,
        models: &|at| sampled.models(at, &loader),
    };
    experiment::carry(results, arms, &sampling, watch, pool, Some(store))
}

/// An input for reports.
fn told(input: &Varied) -> experiment::Input {
    match input {
        Varied::Range(r) => experiment::Input {
            key: r.path.clone(),
            label: r.label.clone(),
            provenance: if r.provenance == Provenance::Data { "data" } else { "expert" },
            law: r.law.name().to_owned(),
            central: r.unit.short(r.mode),
            low: r.unit.short(r.low),
            high: r.unit.short(r.high),
            unit: r.unit.unit(),
            line: r.line,
        },
        Varied::Rows(rows) => experiment::Input {
            key: rows.path.clone(),
            label: rows.label.clone(),
            provenance: "data",
            law: if rows.fitted { "rows drawn again, refitted" } else { "rows drawn again" }.to_owned(),
            central: rows.file.clone(),
            low: String::new(),
            high: String::new(),
            unit: String::new(),
            line: Some(rows.line),
        },
    }
}

/// Where each value stands among all, 0 to 1.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    for (rank, sample) in order.into_iter().enumerate() {
        ranks[sample] = (rank as f64 + 0.5) / values.len() as f64;
    }
    ranks
}
