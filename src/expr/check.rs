//! Syntax tree to checked expression: names are resolved, types and dimensions agree.

use super::Expr;
use super::ast::{Ast, Binary, Function, Node};
use super::code::{Code, Op};
use crate::diag::suggest;
use crate::text::Mistake;
use crate::units::Dim;
use std::collections::BTreeMap;

/// What an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Number(Dim),
    /// True or false.
    Truth,
    /// A level of the categorical scale with this number in the [`Scope`].
    Level(u32),
}

/// The names that an expression may use.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    symbols: BTreeMap<String, (u32, Type)>,
    scales: Vec<Vec<String>>,
}

impl Scope {
    /// Declares a name, dotted or not; `index` is what evaluation asks for.
    pub fn add(&mut self, name: impl Into<String>, index: u32, ty: Type) {
        self.symbols.insert(name.into(), (index, ty));
    }

    /// Declares a categorical scale; its levels are numbered in this order.
    pub fn add_scale(&mut self, levels: impl IntoIterator<Item = impl Into<String>>) -> Type {
        self.scales.push(levels.into_iter().map(Into::into).collect());
        Type::Level(self.scales.len() as u32 - 1)
    }

    fn levels(&self, scale: u32) -> &[String] {
        self.scales.get(scale as usize).map_or(&[], Vec::as_slice)
    }

    fn describe(&self, ty: Type) -> String {
        match ty {
            Type::Number(dim) => dim.to_string(),
            Type::Truth => "true or false".to_owned(),
            Type::Level(scale) => {
                let levels: Vec<_> = self.levels(scale).iter().take(4).map(|l| format!("\"{l}\"")).collect();
                let more = if self.levels(scale).len() > 4 { ", ..." } else { "" };
                format!("one of {}{more}", levels.join(", "))
            }
        }
    }
}

/// Checks a whole expression, which must be a `want` if one is given; returns every mistake.
pub fn check(ast: &Ast, scope: &Scope, want: Option<Type>) -> Result<Expr, Vec<Mistake>> {
    let mut check = Check { scope, mistakes: Vec::new() };
    let checked = match want {
        Some(want) => check.expect(ast, want).map(|ops| (want, ops)),
        None => check.any(ast),
    };
    if let Some((ty, ops)) = checked.filter(|_| check.mistakes.is_empty()) {
        match Code::new(ops) {
            Some(code) => return Ok(Expr { text: ast.to_string(), ty, code }),
            None => check.mistake(ast, "the expression is nested too deeply"),
        }
    }
    Err(check.mistakes)
}

/// Type and operations of a part; `None` after its mistakes were noted.
type Checked = Option<(Type, Vec<Op>)>;

struct Check<'s> {
    scope: &'s Scope,
    mistakes: Vec<Mistake>,
}

impl Check<'_> {
    fn mistake(&mut self, at: &Ast, message: impl Into<String>) {
        self.mistakes.push(Mistake::new(at.range.clone(), message));
    }

    /// A part of a known type. Words and a bare zero get their meaning from it.
    fn expect(&mut self, ast: &Ast, want: Type) -> Option<Vec<Op>> {
        match (&ast.node, want) {
            (Node::Word(word), Type::Level(scale)) => return self.level(ast, word, scale),
            (Node::Quantity(q), Type::Number(_)) if q.value == 0.0 && q.dim == Dim::NUMBER => {
                return Some(vec![Op::Number(0.0)]);
            }
            (Node::If(parts), _) => {
                let [condition, yes, no] = &**parts;
                let condition = self.expect(condition, Type::Truth);
                let (yes, no) = (self.expect(yes, want), self.expect(no, want));
                return Some(fold([condition?, yes?, no?], Op::Select));
            }
            _ => {}
        }
        let (found, ops) = self.any(ast)?;
        if found == want {
            return Some(ops);
        }
        let (want_words, found_words) = (self.scope.describe(want), self.scope.describe(found));
        let mut wrong =
            Mistake::new(ast.range.clone(), format!("expected {want_words}, found {found_words}"))
                .label(format!("this is {found_words}"));
        if let (Node::Quantity(_), Type::Number(Dim::NUMBER), Type::Number(dim)) = (&ast.node, found, want) {
            wrong = wrong.hint(crate::text::quantity::hint(dim));
        }
        self.mistakes.push(wrong);
        None
    }

    fn any(&mut self, ast: &Ast) -> Checked {
        match &ast.node {
            Node::Quantity(q) => Some((Type::Number(q.dim), vec![Op::Number(q.value)])),
            Node::Truth(truth) => Some((Type::Truth, vec![Op::Number(f64::from(u8::from(*truth)))])),
            Node::Name(name) => self.name(ast, name),
            Node::Word(word) => {
                self.mistakes.push(
                    Mistake::new(ast.range.clone(), format!("\"{word}\" is compared with nothing"))
                        .hint("write for example case.system == \"engine\""),
                );
                None
            }
            Node::Negate(a) => {
                let (ty, ops) = self.number(a)?;
                Some((Type::Number(ty), fold([ops], Op::Negate)))
            }
            Node::Not(a) => Some((Type::Truth, fold([self.expect(a, Type::Truth)?], Op::Not))),
            Node::Binary(op, sides) => self.binary(*op, &sides[0], &sides[1]),
            Node::In(a, items) => self.membership(a, items),
            Node::If(parts) => {
                let [condition, yes, no] = &**parts;
                let condition = self.expect(condition, Type::Truth);
                let (ty, [yes, no]) = self.same(yes, no)?;
                Some((ty, fold([condition?, yes, no], Op::Select)))
            }
            Node::Call(function, items) => self.call(ast, *function, items),
        }
    }

    fn name(&mut self, ast: &Ast, name: &str) -> Checked {
        if let Some(&(index, ty)) = self.scope.symbols.get(name) {
            return Some((ty, vec![Op::Load(index)]));
        }
        let wrong = Mistake::new(ast.range.clone(), format!("no value is called `{name}`"));
        self.mistakes.push(match suggest(name, self.scope.symbols.keys().map(String::as_str)) {
            Some(hint) => wrong.hint(hint),
            None => wrong,
        });
        None
    }

    fn level(&mut self, ast: &Ast, word: &str, scale: u32) -> Option<Vec<Op>> {
        let levels = self.scope.levels(scale);
        if let Some(i) = levels.iter().position(|l| l == word) {
            return Some(vec![Op::Number(i as f64)]);
        }
        let wrong = Mistake::new(ast.range.clone(), format!("`{word}` is not one of the levels"));
        self.mistakes.push(match suggest(word, levels.iter().map(String::as_str)) {
            Some(hint) => wrong.hint(hint),
            None => wrong,
        });
        None
    }

    fn number(&mut self, ast: &Ast) -> Option<(Dim, Vec<Op>)> {
        match self.any(ast)? {
            (Type::Number(dim), ops) => Some((dim, ops)),
            (other, _) => {
                let found = self.scope.describe(other);
                self.mistake(ast, format!("expected a number, found {found}"));
                None
            }
        }
    }

    /// Two parts that must be of one type; the one that says its type decides.
    fn same(&mut self, a: &Ast, b: &Ast) -> Option<(Type, [Vec<Op>; 2])> {
        if is_open(a) {
            let (ty, b) = self.any(b)?;
            return Some((ty, [self.expect(a, ty)?, b]));
        }
        match self.any(a) {
            Some((ty, a)) => Some((ty, [a, self.expect(b, ty)?])),
            None if is_open(b) => None,
            None => {
                self.any(b);
                None
            }
        }
    }

    fn binary(&mut self, op: Binary, a: &Ast, b: &Ast) -> Checked {
        match op {
            Binary::And | Binary::Or => {
                let sides = (self.expect(a, Type::Truth), self.expect(b, Type::Truth));
                let code = if op == Binary::And { Op::And } else { Op::Or };
                Some((Type::Truth, fold([sides.0?, sides.1?], code)))
            }
            Binary::Multiply | Binary::Divide => {
                let sides = (self.number(a), self.number(b));
                let ((dim_a, a_ops), (dim_b, b_ops)) = (sides.0?, sides.1?);
                let (code, factor) = match op {
                    Binary::Multiply => (Op::Multiply, dim_b),
                    _ => (Op::Divide, dim_b.inverse()),
                };
                let Some(dim) = dim_a.checked_times(factor) else {
                    self.mistake(b, "too many units are multiplied");
                    return None;
                };
                Some((Type::Number(dim), fold([a_ops, b_ops], code)))
            }
            Binary::Add | Binary::Subtract => {
                let (ty, sides) = self.same(a, b)?;
                self.must_be_number(a, ty, op)?;
                Some((ty, fold(sides, if op == Binary::Add { Op::Add } else { Op::Subtract })))
            }
            Binary::Equal | Binary::NotEqual => {
                let (_, sides) = self.same(a, b)?;
                Some((Type::Truth, fold(sides, if op == Binary::Equal { Op::Equal } else { Op::NotEqual })))
            }
            Binary::Less | Binary::LessOrEqual | Binary::More | Binary::MoreOrEqual => {
                let (ty, sides) = self.same(a, b)?;
                self.must_be_number(a, ty, op)?;
                let code = match op {
                    Binary::Less => Op::Less,
                    Binary::LessOrEqual => Op::LessOrEqual,
                    Binary::More => Op::More,
                    _ => Op::MoreOrEqual,
                };
                Some((Type::Truth, fold(sides, code)))
            }
        }
    }

    fn must_be_number(&mut self, ast: &Ast, ty: Type, op: Binary) -> Option<Dim> {
        if let Type::Number(dim) = ty {
            return Some(dim);
        }
        let found = self.scope.describe(ty);
        self.mistake(ast, format!("`{}` needs numbers, found {found}", op.sign()));
        None
    }

    /// One comparison for each item.
    fn membership(&mut self, a: &Ast, items: &[Ast]) -> Checked {
        let (ty, a_ops) = self.any(a)?;
        let mut any: Option<Vec<Op>> = None;
        let mut complete = true;
        for item in items {
            let Some(item) = self.expect(item, ty) else {
                complete = false;
                continue;
            };
            let equal = fold([a_ops.clone(), item], Op::Equal);
            any = Some(match any {
                Some(before) => fold([before, equal], Op::Or),
                None => equal,
            });
        }
        any.filter(|_| complete).map(|ops| (Type::Truth, ops))
    }

    fn call(&mut self, ast: &Ast, function: Function, items: &[Ast]) -> Checked {
        let (least, most) = match function {
            Function::Min | Function::Max => (2, usize::MAX),
            Function::Pow => (2, 2),
            _ => (1, 1),
        };
        if !(least..=most).contains(&items.len()) {
            let more = if most > least { " or more" } else { "" };
            let plural = if least > 1 { "s" } else { "" };
            let name = function.name();
            self.mistake(ast, format!("`{name}` takes {least}{more} value{plural}, found {}", items.len()));
            return None;
        }
        let plain = |ops, op| (Type::Number(Dim::NUMBER), fold([ops], op));
        match function {
            Function::Min => self.extreme(items, Op::Min),
            Function::Max => self.extreme(items, Op::Max),
            Function::Abs => {
                self.number(&items[0]).map(|(dim, ops)| (Type::Number(dim), fold([ops], Op::Abs)))
            }
            // Rounding and powers of e would depend on the unit, so they are for plain numbers.
            Function::Floor => Some(plain(self.plain(&items[0])?, Op::Floor)),
            Function::Ceil => Some(plain(self.plain(&items[0])?, Op::Ceil)),
            Function::Exp => Some(plain(self.plain(&items[0])?, Op::Exp)),
            Function::Ln => Some(plain(self.plain(&items[0])?, Op::Ln)),
            Function::Sqrt => {
                let (dim, ops) = self.number(&items[0])?;
                let Some(root) = half(dim) else {
                    self.mistake(&items[0], format!("the square root of {dim} has no unit"));
                    return None;
                };
                Some((Type::Number(root), fold([ops], Op::Sqrt)))
            }
            Function::Pow => self.power(&items[0], &items[1]),
        }
    }

    fn plain(&mut self, ast: &Ast) -> Option<Vec<Op>> {
        self.expect(ast, Type::Number(Dim::NUMBER))
    }

    fn extreme(&mut self, items: &[Ast], op: Op) -> Checked {
        // The first item that says its type decides for all.
        let decisive = items.iter().position(|item| !is_open(item)).unwrap_or(0);
        let (dim, ops) = self.number(&items[decisive])?;
        let mut decided = Some(ops);
        let mut all: Option<Vec<Op>> = None;
        let mut complete = true;
        for (i, item) in items.iter().enumerate() {
            let ops = if i == decisive { decided.take() } else { self.expect(item, Type::Number(dim)) };
            let Some(ops) = ops else {
                complete = false;
                continue;
            };
            all = Some(match all {
                Some(before) => fold([before, ops], op),
                None => ops,
            });
        }
        all.filter(|_| complete).map(|ops| (Type::Number(dim), ops))
    }

    /// A quantity with a unit can only be raised to a whole number that is written out.
    fn power(&mut self, base: &Ast, exponent: &Ast) -> Checked {
        let (base, exponent_ops) = (self.number(base), self.plain(exponent));
        let ((dim, base_ops), exponent_ops) = (base?, exponent_ops?);
        let raised = match *exponent_ops {
            _ if dim == Dim::NUMBER => Some(dim),
            [Op::Number(n)] if n.fract() == 0.0 && n.abs() <= 8.0 => {
                let factor = if n < 0.0 { dim.inverse() } else { dim };
                (0..n.abs() as u32).try_fold(Dim::NUMBER, |product, _| product.checked_times(factor))
            }
            _ => None,
        };
        let Some(raised) = raised else {
            self.mistake(exponent, format!("{dim} can only be raised to a small whole number"));
            return None;
        };
        Some((Type::Number(raised), fold([base_ops, exponent_ops], Op::Pow)))
    }
}

/// Whether the part takes its type from the other side.
fn is_open(ast: &Ast) -> bool {
    match &ast.node {
        Node::Word(_) => true,
        Node::Quantity(q) => q.value == 0.0 && q.dim == Dim::NUMBER,
        _ => false,
    }
}

/// Operands, then the operation; computed at once when the operands are numbers.
fn fold<const N: usize>(operands: [Vec<Op>; N], op: Op) -> Vec<Op> {
    let known = operands.iter().all(|ops| matches!(**ops, [Op::Number(_)]));
    let mut ops: Vec<_> = operands.into_iter().flatten().collect();
    ops.push(op);
    if known
        && let Some(value) = Code::new(ops.clone()).map(|code| code.eval(|_| f64::NAN))
        && value.is_finite()
    {
        return vec![Op::Number(value)];
    }
    ops
}

fn half(dim: Dim) -> Option<Dim> {
    let Dim { time, money, distance, items } = dim;
    let even = [time, money, distance, items].iter().all(|e| e % 2 == 0);
    even.then_some(Dim { time: time / 2, money: money / 2, distance: distance / 2, items: items / 2 })
}
