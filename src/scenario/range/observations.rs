//! Laws from files, whose rows can be drawn again: the bootstrap of an input that data speak for.

use super::super::assumptions::line;
use super::super::{ROOT, Scenario};
use super::{inside, label};
use crate::diag::Sink;
use crate::dist::RESAMPLE;
use crate::model::{Model, Provenance};
use crate::text::{Change, Node, Reader, Value};

/// A law that comes from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Observations {
    /// The key that holds the law.
    pub path: String,
    pub label: String,
    pub file: String,
    pub column: String,
    /// The family is chosen and fitted again for each drawing.
    pub fitted: bool,
    /// The line of the register.
    pub line: usize,
}

impl Observations {
    /// The change that draws the rows again.
    pub fn change(&self, number: u64) -> Change {
        let node = Node { span: crate::diag::Span::default(), value: Value::Integer(number as i64) };
        Change::new(&format!("{}.empirical.{RESAMPLE}", self.path), crate::diag::Span::default(), node)
    }
}

/// All laws from files that a line of the register with provenance `data` is about.
pub fn observations(scenario: &Scenario, model: &Model) -> Vec<Observations> {
    let elsewhere = Sink::default();
    let root = Reader::open(scenario, &ROOT, &elsewhere);
    let mut found = Vec::new();
    for (i, item) in root.list("assumption").iter().enumerate() {
        let Some(a) = item.table().and_then(|r| line(&r, scenario)) else { continue };
        if a.provenance != Provenance::Data {
            continue;
        }
        let keys = match a.varies.as_slice() {
            [] => vec![a.path.clone()],
            varies => varies.iter().map(|v| inside(scenario, &a.path, &v.key)).collect(),
        };
        for path in keys {
            let text = |key: &str| {
                let node = scenario.get(&format!("{path}.empirical.{key}"))?;
                node.as_text().map(|text| text.value.to_owned())
            };
            let (Some(file), Some(column)) = (text("file"), text("column")) else { continue };
            let fitted = matches!(
                scenario.get(&format!("{path}.empirical.fitted")),
                Some(Node { value: Value::Bool(true), .. })
            );
            let label = a.label.clone().unwrap_or_else(|| label(&path, model));
            found.push(Observations { path, label, file, column, fitted, line: i });
        }
    }
    found
}
