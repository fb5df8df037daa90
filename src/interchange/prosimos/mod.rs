//! Prosimos: what its JSON says about a diagram, in all its dialects, as plain values.
//!
//! `json` reads keys and values with their paths; `laws` knows the distributions; `read` puts the parts together. QBP and BIMP
//! write the same parameters into the BPMN file itself: `qbp`.

mod json;
mod laws;
mod qbp;
mod read;

pub use qbp::read as read_qbp;
pub use read::read;

use crate::dist::Dist;
use serde_json::Value;

/// Everything but the control flow.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    pub pools: Vec<Pool>,
    pub calendars: Vec<Calendar>,
    /// Time between arrivals [s].
    pub arrival: Option<Dist>,
    /// When cases can come; when somebody is there for the first tasks, where it is absent.
    pub arrival_calendar: Option<Vec<Period>>,
    /// By the id of a gateway: probability and condition of each flow.
    pub gateways: Vec<(String, Vec<Path>)>,
    /// By the id of a task: who can do it, and how long each takes [s].
    pub tasks: Vec<(String, Vec<(String, Dist)>)>,
    /// By the id of an event: how long it lets a case wait [s].
    pub events: Vec<(String, Dist)>,
    pub batches: Vec<Batch>,
    pub case_attributes: Vec<Attribute>,
    pub global_attributes: Vec<Attribute>,
    /// By the id of a task.
    pub event_attributes: Vec<(String, Vec<Attribute>)>,
    pub branch_rules: Vec<(String, Rules)>,
    /// 1 is served first.
    pub priorities: Vec<(u32, Rules)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pool {
    pub name: String,
    pub resources: Vec<Resource>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    pub id: String,
    pub name: String,
    /// [currency per hour]
    pub cost: f64,
    pub amount: u32,
    /// Id of a calendar; always there when absent.
    pub calendar: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calendar {
    pub id: String,
    pub name: String,
    pub periods: Vec<Period>,
}

/// A stretch of the week, with the probability that somebody is there (1 but in fuzzy calendars).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    /// [s since Monday 00:00], `start < end <= one week`
    pub start: u32,
    pub end: u32,
    pub probability: f64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    pub flow: String,
    pub value: Option<f64>,
    pub condition: Option<String>,
}

/// Any of these holds; each is a list of conditions that hold together.
pub type Rules = Vec<Vec<Rule>>;

#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub attribute: String,
    pub comparison: Comparison,
    pub value: RuleValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Between two bounds, both included.
    In,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RuleValue {
    Number(f64),
    Text(String),
    /// The upper bound may be infinite.
    Range(f64, f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub task: String,
    pub kind: BatchKind,
    /// Sizes with their probabilities; 1 is working alone.
    pub sizes: Vec<(u32, f64)>,
    /// Sizes with what they multiply the duration of a case by.
    pub factors: Vec<(u32, f64)>,
    pub firing: Rules,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchKind {
    Sequential,
    Parallel,
    Concurrent,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub name: String,
    pub kind: AttributeKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum AttributeKind {
    /// Names with probabilities.
    Discrete(Vec<(String, f64)>),
    /// From each name to the next.
    Markov(Vec<(String, Vec<(String, f64)>)>),
    Continuous(Dist),
    /// A text in the language of Python.
    Expression(String),
    /// The first whose conditions hold gives the formula.
    Tree(Vec<(Vec<Rule>, String)>),
}

/// As the files write them.
const DAYS: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

/// Numbers come as numbers or as texts.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => n.as_f64(),
        Value::String(text) => match text.trim() {
            "inf" | "Infinity" => Some(f64::INFINITY),
            text => text.parse().ok().filter(|x: &f64| x.is_finite()),
        },
        _ => None,
    }
}
