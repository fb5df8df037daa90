//! Expressions in scenario texts: conditions, attribute values, links between metrics.
//!
//! ```text
//! text --parse--> Ast --check(scope)--> Expr { text, type, Code } --eval(load)--> f64
//! ```
//! ```text
//! case.system in ("engine", "brakes") and not case.warranty
//! if team.mechanics.busy > 0.9 then 2 h else 30 min
//! labour.hours * $45.36/h + 8.4 per day * downtime.mean * $103.53/h
//! ```
//! From loosest to tightest: `or`; `and`; `not`; `< <= > >= == !=` and `in (..)`; `+ -`; `* /`; `-x`.
//! `if c then a else b` reaches as far right as it can. Functions: `min`, `max`, `abs`, `floor`, `ceil`,
//! `exp`, `ln`, `sqrt`, `pow`. Numbers carry units as in [`crate::text::quantity`], but without thousands
//! commas, and `/` belongs to a unit only when nothing stands between (`$45/h`, but `x / h` divides).
//! Dimensions are checked; a bare 0 has every dimension. Truth is 1 and 0, a level is its position.

mod ast;
mod check;
mod code;
mod parse;

pub use ast::{Ast, Binary, Function, Node};
pub use check::{Scope, Type, check};
pub use code::{Code, Op};
pub use parse::parse;

use crate::diag::Sink;
use crate::text::Text;

/// A checked expression, ready to evaluate.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    text: String,
    ty: Type,
    code: Code,
}

impl Expr {
    /// Reads an expression that must have the type `want`, if one is given; collects every mistake.
    pub fn read(text: &Text, scope: &Scope, want: Option<Type>, sink: &Sink) -> Option<Self> {
        let result = parse(text.value).map_err(|m| vec![m]).and_then(|ast| check(&ast, scope, want));
        result.map_err(|all| all.into_iter().for_each(|m| sink.push(text.diagnostic(m)))).ok()
    }

    /// A constant and weighted values of symbols (name, index, weight), added up: of the type of the constant.
    pub fn weighted_sum(constant: f64, terms: &[(&str, u32, f64)], ty: Type) -> Self {
        let mut ops = vec![Op::Number(constant)];
        let mut text = format!("{constant:?}");
        for (name, index, weight) in terms {
            ops.extend([Op::Load(*index), Op::Number(*weight), Op::Multiply, Op::Add]);
            text.push_str(&format!(" + {name} * {weight:?}"));
        }
        let code = Code::new(ops).expect("three numbers at once");
        Self { text, ty, code }
    }

    /// The canonical text; reading it in the same scope gives the same expression.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn ty(&self) -> Type {
        self.ty
    }

    pub fn code(&self) -> &Code {
        &self.code
    }

    /// The value in base units; `load` gives the value of each symbol index.
    #[inline]
    pub fn eval(&self, load: impl FnMut(u32) -> f64) -> f64 {
        self.code.eval(load)
    }
}
