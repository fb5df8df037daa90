//! What a search is for: one or two metrics to make better, and limits to keep.

use super::Args;
use crate::business::pareto::Scored;
use crate::cli::exit::Failure;
use crate::cli::study::{self, Study};
use crate::model::Metric;
use crate::stats::{Better, Estimate};
use crate::text::quantity;

#[derive(Clone, Debug)]
pub struct Goals {
    /// Positions in the model of the metrics that are looked at: the goals, then those of limits.
    metrics: Vec<usize>,
    /// Of each goal: 1 to make it small, -1 to make it large.
    signs: Vec<f64>,
    pub limits: Vec<Limit>,
}

/// A limit on a metric.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Position among the metrics that are looked at.
    pub metric: usize,
    /// The metric is to be at most (1), or at least (-1), this.
    sign: f64,
    /// [base units]
    value: f64,
    /// As it was written.
    pub text: String,
}

impl Goals {
    pub fn new(args: &Args, study: &Study) -> Result<Self, Failure> {
        let (first, sign) = match (&args.minimise, &args.maximise) {
            (_, Some(name)) => (name, -1.0),
            (Some(name), None) => (name, 1.0),
            (None, None) => return Err(Failure::BadInput("error: nothing to make better".to_owned())),
        };
        let mut goals =
            Self { metrics: vec![study.metric(Some(first))?], signs: vec![sign], limits: Vec::new() };
        if let Some(name) = &args.and {
            let metric = study.metric(Some(name))?;
            let better = study::better(study.info(metric)).ok_or_else(|| {
                Failure::BadInput(format!(
                    "error: the metric `{name}` does not say which way is better\nhint: give it better = \"lower\" or \"higher\""
                ))
            })?;
            goals.metrics.push(metric);
            goals.signs.push(if better == Better::Lower { 1.0 } else { -1.0 });
        }
        for text in &args.target {
            let limit = goals.limit(text, study)?;
            goals.limits.push(limit);
        }
        Ok(goals)
    }

    fn limit(&mut self, text: &str, study: &Study) -> Result<Limit, Failure> {
        let (sign, parts) = match (text.split_once("<="), text.split_once(">=")) {
            (Some(parts), _) => (1.0, parts),
            (None, Some(parts)) => (-1.0, parts),
            (None, None) => {
                return Err(Failure::BadInput(format!(
                    "error: `{text}` is no limit\nhint: a metric and a value, such as \"restore_time.mean <= 60 h\""
                )));
            }
        };
        let metric = study.metric(Some(parts.0.trim()))?;
        let value = quantity::parse_as(parts.1.trim(), study.info(metric).dim).map_err(|mistake| {
            let hint = mistake.hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            Failure::BadInput(format!("error: `{text}`: {}{hint}", mistake.message))
        })?;
        let known = self.metrics.iter().position(|m| *m == metric);
        let at = known.unwrap_or(self.metrics.len());
        if known.is_none() {
            self.metrics.push(metric);
        }
        Ok(Limit { metric: at, sign, value, text: text.trim().to_owned() })
    }

    /// Positions in the model of the metrics that are looked at.
    pub fn metrics(&self) -> &[usize] {
        &self.metrics
    }

    /// How many of them are goals.
    pub fn count(&self) -> usize {
        self.signs.len()
    }

    pub fn is_single(&self) -> bool {
        self.count() == 1
    }

    /// What the values [base units] of the metrics are worth.
    pub fn score(&self, values: &[f64]) -> Scored {
        let missed = |limit: &Limit| {
            let by = limit.sign * (values[limit.metric] - limit.value);
            let size = if limit.value == 0.0 { 1.0 } else { limit.value.abs() };
            if by > 0.0 {
                by / size
            } else if by.is_nan() {
                f64::NAN
            } else {
                0.0
            }
        };
        Scored {
            objectives: self.signs.iter().zip(values).map(|(sign, x)| sign * x).collect(),
            violation: self.limits.iter().map(missed).sum(),
        }
    }

    /// Of a setting about which nothing is known.
    pub fn unknown(&self) -> Scored {
        Scored { objectives: vec![f64::NAN; self.count()], violation: f64::NAN }
    }
}

impl Limit {
    /// Whether an estimate [display unit of the metric] keeps the limit: None when its interval does not say.
    pub fn is_kept(&self, e: &Estimate, info: &Metric) -> Option<bool> {
        let limit = self.value / info.unit_size;
        let (best, worst) = if self.sign > 0.0 { (e.lower, e.upper) } else { (e.upper, e.lower) };
        match () {
            _ if self.sign * (worst - limit) <= 0.0 => Some(true),
            _ if self.sign * (best - limit) > 0.0 => Some(false),
            _ => None,
        }
    }
}
