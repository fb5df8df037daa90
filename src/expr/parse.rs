//! Text to syntax tree.

use super::ast::{Ast, Binary, Function, Node, power};
use crate::diag::nearest;
use crate::text::{Mistake, quantity};
use std::ops::Range;
use winnow::combinator::{Infix, Postfix, Prefix, alt, expression, fail, not, separated};
use winnow::error::{ErrMode, ParserError};
use winnow::stream::{LocatingSlice, Location, Stateful, Stream};
use winnow::token::{literal, take_till, take_while};
use winnow::{ModalResult, Parser};

/// Parses a whole text.
pub fn parse(text: &str) -> Result<Ast, Mistake> {
    let mut input = Input { input: LocatingSlice::new(text), state: Budget::default() };
    let ast = anything(&mut input)
        .map_err(|e| e.into_inner().map_or_else(|_| unexpected(text, 0), |f| f.mistake(text)))?;
    let _ = space(&mut input);
    let rest = input.current_token_start();
    if rest < text.len() { Err(leftover(text, rest)) } else { Ok(ast) }
}

/// Parentheses, branches and signs inside each other; protects the stack from endless `((((`.
const DEEPEST: u32 = 64;
/// Operands in one expression; protects the stack from endless `a + a + a`.
const LONGEST: u32 = 500;

const KEYWORDS: [&str; 9] = ["and", "or", "not", "in", "if", "then", "else", "true", "false"];

type Input<'t> = Stateful<LocatingSlice<&'t str>, Budget>;
type Parsed<T> = ModalResult<T, Failure>;

#[derive(Clone, Copy, Debug, Default)]
struct Budget {
    depth: u32,
    operands: u32,
}

/// Where parsing stopped, and why when there is more to say than "a value was expected".
#[derive(Clone, Debug)]
struct Failure {
    at: usize,
    mistake: Option<Mistake>,
}

impl ParserError<Input<'_>> for Failure {
    type Inner = Self;

    fn from_input(input: &Input<'_>) -> Self {
        Self { at: input.current_token_start(), mistake: None }
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

impl Failure {
    fn mistake(self, text: &str) -> Mistake {
        self.mistake.unwrap_or_else(|| unexpected(text, self.at))
    }

    fn cut<T>(mistake: Mistake) -> Parsed<T> {
        Err(ErrMode::Cut(Self { at: mistake.range.start, mistake: Some(mistake) }))
    }
}

fn anything(input: &mut Input<'_>) -> Parsed<Ast> {
    expression(operand).prefix(prefix).infix(infix).postfix(membership).parse_next(input)
}

fn prefix<'t>(input: &mut Input<'t>) -> Parsed<Prefix<Input<'t>, Ast, ErrMode<Failure>>> {
    fn sign<'t>(i: &mut Input<'t>, operand: Ast, node: fn(Box<Ast>) -> Node) -> Parsed<Ast> {
        i.state.depth -= 1;
        let range = operand.range.clone();
        Ok(Ast { node: node(Box::new(operand)), range })
    }
    space(input)?;
    let found = alt((
        '-'.value(Prefix(power::NEGATE, |i: &mut Input<'t>, a| sign(i, a, Node::Negate))),
        keyword("not").value(Prefix(power::NOT, |i: &mut Input<'t>, a| sign(i, a, Node::Not))),
    ))
    .parse_next(input)?;
    deeper(input)?;
    Ok(found)
}

fn infix<'t>(input: &mut Input<'t>) -> Parsed<Infix<Input<'t>, Ast, ErrMode<Failure>>> {
    fn join(op: Binary, a: Ast, b: Ast) -> Parsed<Ast> {
        let range = a.range.start..b.range.end;
        Ok(Ast { node: Node::Binary(op, Box::new([a, b])), range })
    }
    macro_rules! operator {
        ($group:ident, $op:ident) => {
            Infix::$group(Binary::$op.power(), |_, a, b| join(Binary::$op, a, b))
        };
    }
    space(input)?;
    alt((
        keyword("or").value(operator!(Left, Or)),
        keyword("and").value(operator!(Left, And)),
        "<=".value(operator!(Neither, LessOrEqual)),
        ">=".value(operator!(Neither, MoreOrEqual)),
        "==".value(operator!(Neither, Equal)),
        "!=".value(operator!(Neither, NotEqual)),
        '<'.value(operator!(Neither, Less)),
        '>'.value(operator!(Neither, More)),
        alt((
            '+'.value(operator!(Left, Add)),
            '-'.value(operator!(Left, Subtract)),
            '*'.value(operator!(Left, Multiply)),
            '/'.value(operator!(Left, Divide)),
        )),
    ))
    .parse_next(input)
}

/// `in ("a", "b")`
fn membership<'t>(input: &mut Input<'t>) -> Parsed<Postfix<Input<'t>, Ast, ErrMode<Failure>>> {
    space(input)?;
    keyword("in").parse_next(input)?;
    Ok(Postfix(power::COMPARISON, |i: &mut Input<'t>, a| {
        let items = arguments(i, "in")?;
        let range = a.range.start..i.previous_token_end();
        Ok(Ast { node: Node::In(Box::new(a), items), range })
    }))
}

fn operand(input: &mut Input<'_>) -> Parsed<Ast> {
    space(input)?;
    let start = input.current_token_start();
    input.state.operands += 1;
    if input.state.operands > LONGEST {
        return Failure::cut(Mistake::new(start..start, "the expression is too long"));
    }
    alt((amount, word, group, branch, call_or_name)).parse_next(input)
}

fn amount(input: &mut Input<'_>) -> Parsed<Ast> {
    let start = input.current_token_start();
    match quantity::scan_prefix(input.peek_finish()) {
        Ok(None) => fail(input),
        Ok(Some((quantity, n_bytes))) => {
            input.next_slice(n_bytes);
            Ok(Ast { node: Node::Quantity(quantity), range: start..start + n_bytes })
        }
        Err(m) => Failure::cut(Mistake { range: start + m.range.start..start + m.range.end, ..m }),
    }
}

fn word(input: &mut Input<'_>) -> Parsed<Ast> {
    let start = input.current_token_start();
    let quote = alt(('"', '\'')).parse_next(input)?;
    let text: &str = take_till(0.., quote).parse_next(input)?;
    let text = text.to_owned();
    if literal::<_, _, ErrMode<Failure>>(quote).parse_next(input).is_err() {
        let end = input.current_token_start();
        return Failure::cut(Mistake::new(start..end, "the quote is not closed"));
    }
    Ok(Ast { node: Node::Word(text), range: start..input.previous_token_end() })
}

/// `( .. )`
fn group(input: &mut Input<'_>) -> Parsed<Ast> {
    '('.parse_next(input)?;
    deeper(input)?;
    let inside = anything(input).map_err(ErrMode::cut)?;
    must(input, ")")?;
    input.state.depth -= 1;
    Ok(inside)
}

/// `if c then a else b`
fn branch(input: &mut Input<'_>) -> Parsed<Ast> {
    let start = input.current_token_start();
    keyword("if").parse_next(input)?;
    deeper(input)?;
    let condition = anything(input).map_err(ErrMode::cut)?;
    must(input, "then")?;
    let yes = anything(input).map_err(ErrMode::cut)?;
    must(input, "else")?;
    let no = anything(input).map_err(ErrMode::cut)?;
    input.state.depth -= 1;
    let range = start..no.range.end;
    Ok(Ast { node: Node::If(Box::new([condition, yes, no])), range })
}

fn call_or_name(input: &mut Input<'_>) -> Parsed<Ast> {
    let (name, range) = identifier.with_span().parse_next(input)?;
    let start = range.start;
    let node = |node| Ast { node, range: range.clone() };
    match name.as_str() {
        "true" => return Ok(node(Node::Truth(true))),
        "false" => return Ok(node(Node::Truth(false))),
        _ => {}
    }
    if !input.peek_finish().trim_start().starts_with('(') {
        return Ok(node(Node::Name(name)));
    }
    let Some((_, function)) = Function::ALL.into_iter().find(|(known, _)| *known == name) else {
        let known = Function::ALL.map(|(known, _)| known);
        let hint = match nearest(&name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("functions: {}", known.join(", ")),
        };
        return Failure::cut(Mistake::new(range, format!("no function is called `{name}`")).hint(hint));
    };
    let items = arguments(input, function.name())?;
    Ok(Ast { node: Node::Call(function, items), range: start..input.previous_token_end() })
}

/// `(a, b, ..)` after `of`
fn arguments(input: &mut Input<'_>, of: &str) -> Parsed<Vec<Ast>> {
    space(input)?;
    if '('.parse_next(input).map_err(|e: ErrMode<Failure>| e).is_err() {
        let at = input.current_token_start();
        return Failure::cut(
            Mistake::new(at..at, format!("expected `(` after `{of}`")).hint("for example in (\"a\", \"b\")"),
        );
    }
    deeper(input)?;
    let items = separated(1.., anything, (space, ',')).parse_next(input).map_err(ErrMode::cut)?;
    must(input, ")")?;
    input.state.depth -= 1;
    Ok(items)
}

/// Dotted letters, digits and `_`; not a keyword.
fn identifier(input: &mut Input<'_>) -> Parsed<String> {
    let start = input.checkpoint();
    let first = |c: char| c.is_alphabetic() || c == '_';
    let name: &str =
        (take_while(1, first), take_while(0.., |c: char| c.is_alphanumeric() || c == '_' || c == '.'))
            .take()
            .parse_next(input)?;
    if KEYWORDS[..7].contains(&name) || name.ends_with('.') || name.contains("..") {
        input.reset(&start);
        return fail(input);
    }
    Ok(name.to_owned())
}

/// A word of the language, not followed by more letters.
fn keyword<'t>(word: &'static str) -> impl Parser<Input<'t>, &'t str, ErrMode<Failure>> {
    let more = take_while(1, |c: char| c.is_alphanumeric() || c == '_' || c == '.');
    (word, not(more)).take()
}

fn must(input: &mut Input<'_>, token: &'static str) -> Parsed<()> {
    space(input)?;
    let at = input.current_token_start();
    let rest = input.peek_finish();
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    if rest.strip_prefix(token).is_some_and(|after| token == ")" || !after.starts_with(letter)) {
        input.next_slice(token.len());
        return Ok(());
    }
    let (range, found) = next_word(rest, at);
    Failure::cut(Mistake::new(range, format!("expected `{token}`, found {found}")))
}

fn space(input: &mut Input<'_>) -> Parsed<()> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

fn deeper(input: &mut Input<'_>) -> Parsed<()> {
    input.state.depth += 1;
    let at = input.current_token_start();
    if input.state.depth > DEEPEST {
        return Failure::cut(Mistake::new(at..at, "the expression is nested too deeply"));
    }
    Ok(())
}

fn next_word(rest: &str, at: usize) -> (Range<usize>, String) {
    let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
    let n = if name > 0 { name } else { rest.chars().next().map_or(0, char::len_utf8) };
    let found = if n == 0 { "the end".to_owned() } else { format!("`{}`", &rest[..n]) };
    (at..at + n, found)
}

fn unexpected(text: &str, at: usize) -> Mistake {
    let at = at + text[at..].len() - text[at..].trim_start().len();
    let (range, found) = next_word(&text[at..], at);
    Mistake::new(range, format!("expected a value, found {found}"))
}

/// What stands where an operator or the end should be.
fn leftover(text: &str, at: usize) -> Mistake {
    let rest = &text[at..];
    let (range, found) = next_word(rest, at);
    let wrong = Mistake::new(range.clone(), format!("expected an operator, found {found}"));
    if ["==", "!=", "<", ">"].iter().any(|op| rest.starts_with(op)) {
        return Mistake::new(range, "comparisons cannot be chained").hint("write `a < b and b < c`");
    }
    let hints = [
        ("=", "`==` compares"),
        ("&", "write `and`"),
        ("|", "write `or`"),
        ("!", "write `not`"),
        ("^", "write `pow(x, 2)`"),
    ];
    match hints.iter().find(|(sign, _)| rest.starts_with(sign)) {
        Some((_, hint)) => wrong.hint(*hint),
        None if rest.starts_with(char::is_alphabetic) => wrong.hint("a unit stands right after its number"),
        None => wrong,
    }
}
