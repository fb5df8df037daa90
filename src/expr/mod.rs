//! Placeholder until the expression language lands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr;
