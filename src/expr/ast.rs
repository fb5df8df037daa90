//! What was written, and how to write it canonically.

use crate::text::quantity::{self, Quantity};
use std::fmt::{self, Display, Formatter};
use std::ops::Range;

/// An expression and where it stands in its text [bytes]. Equal when the same is meant, wherever it stands.
#[derive(Clone, Debug)]
pub struct Ast {
    pub node: Node,
    pub range: Range<usize>,
}

impl PartialEq for Ast {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Quantity(Quantity),
    Truth(bool),
    /// Dotted: `case.system`.
    Name(String),
    /// A level of a categorical attribute, in quotes.
    Word(String),
    Negate(Box<Ast>),
    Not(Box<Ast>),
    Binary(Binary, Box<[Ast; 2]>),
    In(Box<Ast>, Vec<Ast>),
    /// Condition, value when true, value when false.
    If(Box<[Ast; 3]>),
    Call(Function, Vec<Ast>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    Or,
    And,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Equal,
    NotEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    Min,
    Max,
    Abs,
    Floor,
    Ceil,
    Exp,
    Ln,
    Sqrt,
    Pow,
}

impl Binary {
    pub fn sign(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::More => ">",
            Self::MoreOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }

    /// How tightly the operator binds.
    pub(super) const fn power(self) -> i64 {
        match self {
            Self::Or => power::OR,
            Self::And => power::AND,
            Self::Add | Self::Subtract => power::SUM,
            Self::Multiply | Self::Divide => power::PRODUCT,
            _ => power::COMPARISON,
        }
    }
}

impl Function {
    pub const ALL: [(&str, Self); 9] = [
        ("min", Self::Min),
        ("max", Self::Max),
        ("abs", Self::Abs),
        ("floor", Self::Floor),
        ("ceil", Self::Ceil),
        ("exp", Self::Exp),
        ("ln", Self::Ln),
        ("sqrt", Self::Sqrt),
        ("pow", Self::Pow),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, f)| *f == self).map_or("", |(name, _)| name)
    }
}

/// Binding powers; the looser the smaller.
pub(super) mod power {
    pub const IF: i64 = 0;
    pub const OR: i64 = 1;
    pub const AND: i64 = 2;
    pub const NOT: i64 = 3;
    pub const COMPARISON: i64 = 4;
    pub const SUM: i64 = 5;
    pub const PRODUCT: i64 = 6;
    pub const NEGATE: i64 = 7;
    pub const ATOM: i64 = 8;
}

impl Ast {
    fn power(&self) -> i64 {
        match &self.node {
            Node::If(_) => power::IF,
            Node::Not(_) => power::NOT,
            Node::In(..) => power::COMPARISON,
            Node::Binary(op, _) => op.power(),
            Node::Negate(_) => power::NEGATE,
            _ => power::ATOM,
        }
    }

    /// The text as an operand of something that binds with at least `least`.
    fn operand(&self, least: i64) -> String {
        if self.power() < least { format!("({self})") } else { self.to_string() }
    }
}

impl Display for Ast {
    /// Canonical text with the fewest parentheses; parsing it gives an equal tree.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let list = |items: &[Ast]| items.iter().map(Ast::to_string).collect::<Vec<_>>().join(", ");
        match &self.node {
            Node::Quantity(q) => f.write_str(&quantity::print(q.value, q.dim)),
            Node::Truth(truth) => write!(f, "{truth}"),
            Node::Name(name) => f.write_str(name),
            Node::Word(word) if word.contains('\'') => write!(f, "\"{word}\""),
            Node::Word(word) => write!(f, "'{word}'"),
            Node::Negate(a) => write!(f, "-{}", a.operand(power::NEGATE)),
            Node::Not(a) => write!(f, "not {}", a.operand(power::NOT)),
            Node::Binary(op, sides) => {
                // Comparisons do not chain, everything else groups to the left.
                let power = op.power();
                let left = sides[0].operand(power + i64::from(power == power::COMPARISON));
                write!(f, "{left} {} {}", op.sign(), sides[1].operand(power + 1))
            }
            Node::In(a, items) => write!(f, "{} in ({})", a.operand(power::SUM), list(items)),
            Node::If(parts) => {
                let [condition, yes, no] = &**parts;
                write!(f, "if {condition} then {yes} else {no}")
            }
            Node::Call(function, items) => write!(f, "{}({})", function.name(), list(items)),
        }
    }
}
