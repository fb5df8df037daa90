//! How a family describes its parameters, and named parameter values on their way in and out.

use super::Dist;
use super::fit::Fitter;

/// A family of laws, for documentation, schema, reader and tests.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    pub params: &'static [Param],
    /// The alternatives: the parameters of exactly one row must be given. Those in no row are optional.
    pub forms: &'static [&'static [&'static str]],
    /// A TOML inline table.
    pub example: &'static str,
    pub(super) read: fn(&Params) -> Result<Dist, String>,
    /// How its parameters are estimated from a sample; `None` where they are not.
    pub(super) fitter: Option<Fitter>,
}

/// A parameter of a family.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub kind: Kind,
    pub doc: &'static str,
}

/// What a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// a quantity of the same dimension as the value (a duration, money, ...)
    Value,
    /// how often in one unit of the value: "0.9 per h" where the value is a duration
    Rate,
    /// a bare number
    Number,
    /// a number from 0 to 1
    Probability,
    /// true or false
    Flag,
    /// a list of quantities of the same dimension as the value
    Values,
    /// a list of bare numbers
    Numbers,
    /// another law
    Dist,
    /// a list of laws
    Dists,
}

/// The value of a parameter; quantities are in base units already.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamValue {
    Number(f64),
    Flag(bool),
    Numbers(Vec<f64>),
    Dist(Box<Dist>),
    Dists(Vec<Dist>),
}

/// Parameter values by name, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(Vec<(&'static str, ParamValue)>);

impl Family {
    /// Is the parameter free to be left out, whichever form is used?
    pub fn is_optional(&self, name: &str) -> bool {
        !self.forms.iter().any(|form| form.contains(&name))
    }

    pub fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.name == name)
    }

    /// The law with these parameters, or what was expected instead.
    pub fn build(&self, params: &Params) -> Result<Dist, String> {
        for (name, value) in params.iter() {
            let param = self.param(name).ok_or_else(|| format!("{} has no parameter `{name}`", self.name))?;
            if !param.kind.fits(value) {
                return Err(format!("`{name}` must be {}", param.kind.in_words()));
            }
        }
        let given: Vec<_> = params.iter().map(|(name, _)| name).filter(|n| !self.is_optional(n)).collect();
        let complete = |form: &&[&str]| form.len() == given.len() && form.iter().all(|n| given.contains(n));
        if !self.forms.iter().any(complete) {
            return Err(format!("{} needs {}", self.name, self.forms_in_words()));
        }
        (self.read)(params)
    }

    /// "`mean` and `cv`, or `median` and `sigma`".
    pub fn forms_in_words(&self) -> String {
        let quoted = |form: &&[&str]| form.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>();
        let list = |names: Vec<String>| match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => names.concat(),
        };
        self.forms.iter().map(|form| list(quoted(form))).collect::<Vec<_>>().join(", or ")
    }
}

impl Kind {
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Value => "a quantity",
            Self::Rate => "a rate",
            Self::Number => "a number",
            Self::Probability => "a number from 0 to 1",
            Self::Flag => "true or false",
            Self::Values => "a list of quantities",
            Self::Numbers => "a list of numbers",
            Self::Dist => "a distribution",
            Self::Dists => "a list of distributions",
        }
    }

    fn fits(self, value: &ParamValue) -> bool {
        match value {
            ParamValue::Number(x) if self == Self::Probability => (0.0..=1.0).contains(x),
            ParamValue::Number(x) => matches!(self, Self::Value | Self::Rate | Self::Number) && x.is_finite(),
            ParamValue::Flag(_) => self == Self::Flag,
            ParamValue::Numbers(list) => {
                matches!(self, Self::Values | Self::Numbers) && list.iter().all(|x| x.is_finite())
            }
            ParamValue::Dist(_) => self == Self::Dist,
            ParamValue::Dists(_) => self == Self::Dists,
        }
    }
}

impl Params {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with(mut self, name: &'static str, value: impl Into<ParamValue>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Another number for a parameter that is given as one.
    pub(super) fn replaced(mut self, name: &str, x: f64) -> Self {
        for (_, value) in
            self.0.iter_mut().filter(|(n, value)| *n == name && matches!(value, ParamValue::Number(_)))
        {
            *value = ParamValue::Number(x);
        }
        self
    }

    /// Adds the parameter only when there is a value.
    pub fn with_some(self, name: &'static str, value: Option<impl Into<ParamValue>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &ParamValue)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut ParamValue)> {
        self.0.iter_mut().map(|(name, value)| (*name, value))
    }

    pub fn value(&self, name: &str) -> Option<&ParamValue> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    pub fn get(&self, name: &str) -> Option<f64> {
        match self.value(name)? {
            ParamValue::Number(x) => Some(*x),
            _ => None,
        }
    }

    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            ParamValue::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    pub fn list(&self, name: &str) -> Option<&[f64]> {
        match self.value(name)? {
            ParamValue::Numbers(list) => Some(list),
            _ => None,
        }
    }

    pub fn dist(&self, name: &str) -> Option<&Dist> {
        match self.value(name)? {
            ParamValue::Dist(dist) => Some(dist),
            _ => None,
        }
    }

    pub fn dists(&self, name: &str) -> Option<&[Dist]> {
        match self.value(name)? {
            ParamValue::Dists(dists) => Some(dists),
            _ => None,
        }
    }

    pub(super) fn need(&self, name: &str) -> Result<f64, String> {
        self.get(name).ok_or_else(|| format!("`{name}` is missing"))
    }

    pub(super) fn need_dist(&self, name: &str) -> Result<Dist, String> {
        self.dist(name).cloned().ok_or_else(|| format!("`{name}` is missing"))
    }
}

impl From<f64> for ParamValue {
    fn from(x: f64) -> Self {
        Self::Number(x)
    }
}

impl From<bool> for ParamValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Vec<f64>> for ParamValue {
    fn from(list: Vec<f64>) -> Self {
        Self::Numbers(list)
    }
}

impl From<Dist> for ParamValue {
    fn from(dist: Dist) -> Self {
        Self::Dist(Box::new(dist))
    }
}

impl From<Vec<Dist>> for ParamValue {
    fn from(dists: Vec<Dist>) -> Self {
        Self::Dists(dists)
    }
}

/// The checks that families share: the value itself, or what was expected.
pub(super) fn finite(name: &str, x: f64) -> Result<f64, String> {
    if x.is_finite() { Ok(x) } else { Err(format!("`{name}` must be finite")) }
}

pub(super) fn positive(name: &str, x: f64) -> Result<f64, String> {
    if x > 0.0 && x.is_finite() { Ok(x) } else { Err(format!("`{name}` must be above 0")) }
}

pub(super) fn within(name: &str, x: f64, min: f64, max: f64) -> Result<f64, String> {
    if (min..=max).contains(&x) { Ok(x) } else { Err(format!("`{name}` must be from {min} to {max}")) }
}
