//! Distributions of Prosimos files [s]: the present form by mean and variance, the older one in the order of SciPy.

use super::json::Json;
use crate::dist::{self, Dist, Params};
use crate::interchange::report::Kind;
use serde_json::Value;

/// The law of a table with `distribution_name`; `None` after its mistakes were reported.
pub fn read(at: &Json) -> Option<Dist> {
    let name = at.need("distribution_name")?.text()?;
    if name == "histogram_sampling" {
        return histogram(&at.get("histogram_data").unwrap_or_else(|| at.clone()));
    }
    let params = at.any(&["distribution_params", "params"]);
    let Some(params) = params else {
        at.note(Kind::Error, "the key `distribution_params` is missing");
        return None;
    };
    // `{"value": x}` in present files; older ones list bare numbers in the order of SciPy.
    let scipy = matches!(params.value, Value::Array(items) if items.iter().any(|i| !i.is_object()));
    let values: Option<Vec<f64>> = params
        .list()
        .iter()
        .map(|item| if item.value.is_object() { item.need("value")?.number() } else { item.number() })
        .collect();
    let law = law(&name, &values?, scipy, at);
    match law {
        Ok(dist) => Some(dist),
        Err(why) => {
            at.note(Kind::Error, format!("the distribution `{name}`: {why}"));
            None
        }
    }
}

/// `values`: the parameters as the file lists them.
pub fn law(name: &str, values: &[f64], scipy: bool, at: &Json) -> Result<Dist, String> {
    let get = |i: usize| values.get(i).copied();
    let need = |i: usize| get(i).ok_or_else(|| format!("it has only {} parameters", values.len()));
    let new = Params::new;
    // How many parameters SciPy's form has, without the bounds that follow.
    let own = match name {
        "exponnorm" | "triang" | "gamma" | "lognorm" => 3,
        _ => 2,
    };
    let scipy = scipy || values.len() == own + 2 && matches!(name, "expon" | "uniform" | "lognorm" | "gamma");
    if scipy && name != "fix" {
        at.note(
            Kind::Read,
            format!("the parameters of `{name}` are in the order of SciPy: shape, loc, scale, bounds"),
        );
    }
    let bounds = |from: usize| (get(from), get(from + 1));
    let (of, (least, most)) = match (name, scipy) {
        ("fix" | "fixed", _) => return constant(need(0)?, at),
        ("default", _) => {
            at.note(Kind::ToDo, "the distribution `default` says nothing; it was read as no time at all");
            return constant(0.0, at);
        }
        ("expon", true) => (shifted(get(0).unwrap_or(0.0), exponential(need(1)?)?)?, bounds(2)),
        ("expon", false) => {
            let (mean, least) = (need(0)?, get(1).unwrap_or(0.0));
            // A mean below the least value is a slip that Prosimos reads as the scale.
            let scale = if mean > least { mean - least } else { mean };
            if scale <= 0.0 {
                return constant(mean.max(least), at);
            }
            (shifted(least, exponential(scale)?)?, bounds(1))
        }
        ("norm", _) => {
            let sd = need(1)?;
            if sd == 0.0 {
                return constant(need(0)?, at);
            }
            (dist::build("normal", &new().with("mean", need(0)?).with("sd", sd))?, bounds(2))
        }
        ("uniform", _) => {
            let (least, second) = (need(0)?, need(1)?);
            let most = if scipy { least + second } else { second };
            if least == most {
                return constant(least, at);
            }
            (dist::build("uniform", &new().with("min", least).with("max", most))?, bounds(2))
        }
        ("lognorm" | "gamma", false) => {
            let (mean, variance) = (need(0)?, need(1)?);
            if variance == 0.0 {
                return constant(mean, at);
            }
            let family = if name == "gamma" { "gamma" } else { "lognormal" };
            let law = new().with("mean", mean).with("cv", variance.max(0.0).sqrt() / mean);
            (dist::build(family, &law)?, bounds(2))
        }
        ("lognorm", true) => {
            let law = new().with("median", need(2)?).with("sigma", need(0)?);
            (shifted(need(1)?, dist::build("lognormal", &law)?)?, bounds(3))
        }
        ("gamma", true) => {
            let law = new().with("shape", need(0)?).with("scale", need(2)?);
            (shifted(need(1)?, dist::build("gamma", &law)?)?, bounds(3))
        }
        ("triang", true) => {
            let (c, loc, scale) = (need(0)?, need(1)?, need(2)?);
            (triangular(loc, loc + c * scale, loc + scale)?, bounds(3))
        }
        ("triang" | "triangular", _) => {
            let (a, b, c) = (need(0)?, need(1)?, need(2)?);
            at.note(
                Kind::Differs,
                "Prosimos has no `triang`; its parameters are read as least, most likely and largest",
            );
            (triangular(a, b, c)?, (None, None))
        }
        ("exponnorm", _) => {
            // A normal plus an exponential variable; no family here is that.
            let (k, loc, scale) = (need(0)?, need(1)?, need(2)?);
            at.note(Kind::Differs, "`exponnorm` became a normal law of the same mean and variance");
            let sd = scale * (1.0 + k * k).sqrt();
            (dist::build("normal", &new().with("mean", loc + k * scale).with("sd", sd))?, bounds(3))
        }
        _ => return Err("no such distribution is known".to_owned()),
    };
    cut(of, least, most, at)
}

fn constant(value: f64, at: &Json) -> Result<Dist, String> {
    if value < 0.0 {
        at.note(Kind::Differs, "a negative time became zero");
    }
    dist::build("constant", &Params::new().with("value", value.max(0.0)))
}

fn exponential(mean: f64) -> Result<Dist, String> {
    dist::build("exponential", &Params::new().with("mean", mean))
}

fn triangular(least: f64, likely: f64, most: f64) -> Result<Dist, String> {
    dist::build("triangular", &Params::new().with("min", least).with("mode", likely).with("max", most))
}

fn shifted(by: f64, of: Dist) -> Result<Dist, String> {
    if by == 0.0 { Ok(of) } else { dist::build("shifted", &Params::new().with("by", by).with("of", of)) }
}

/// What lies outside the bounds, or below zero, is drawn again: the law given that it lies inside.
fn cut(of: Dist, least: Option<f64>, most: Option<f64>, at: &Json) -> Result<Dist, String> {
    let (low, high) = of.support();
    let least = least.unwrap_or(0.0).max(0.0);
    let most = most.filter(|m| m.is_finite());
    if let Some(most) = most
        && most <= least.max(low)
    {
        at.note(Kind::Differs, "bounds that leave nothing between them were left out");
        return cut(of, None, None, at);
    }
    let (min, max) = ((least > low).then_some(least), most.filter(|m| *m < high));
    if min.is_none() && max.is_none() {
        return Ok(of);
    }
    let inside = of.cdf(max.unwrap_or(high)) - of.cdf(min.unwrap_or(low));
    if inside < 1e-6 {
        return Err("hardly any value lies between its bounds".to_owned());
    }
    dist::build("truncated", &Params::new().with("of", of).with_some("min", min).with_some("max", max))
}

/// `cdf` and `bin_midpoints`: the midpoint of the first bin whose cdf is not below a uniform number.
fn histogram(at: &Json) -> Option<Dist> {
    let numbers = |key: &str| -> Option<Vec<f64>> { at.need(key)?.list().iter().map(Json::number).collect() };
    let (cdf, values) = (numbers("cdf")?, numbers("bin_midpoints")?);
    let n = cdf.len().min(values.len());
    if n == 0 || cdf.len() != values.len() {
        at.note(Kind::Error, format!("{} values of `cdf` for {} bins", cdf.len(), values.len()));
        return None;
    }
    let weights: Vec<f64> =
        (0..n).map(|i| (cdf[i] - if i == 0 { 0.0 } else { cdf[i - 1] }).max(0.0)).collect();
    let values: Vec<f64> = values.into_iter().map(|v| v.max(0.0)).collect();
    let law = dist::build("empirical", &Params::new().with("values", values).with("weights", weights));
    law.map_err(|why| at.note(Kind::Error, why)).ok()
}
