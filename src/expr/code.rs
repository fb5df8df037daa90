//! What runs: a flat list of operations on a small stack.

/// Operations in postfix order; a value never needs more than [`Code::DEEPEST`] numbers at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    ops: Box<[Op]>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    Number(f64),
    /// The value of a symbol.
    Load(u32),
    Negate,
    Not,
    Add,
    Subtract,
    Multiply,
    Divide,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
    /// Pops no, yes, condition; both branches have been computed.
    Select,
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

impl Code {
    pub const DEEPEST: usize = 32;

    /// `None` when the operations need a deeper stack.
    pub(super) fn new(ops: Vec<Op>) -> Option<Self> {
        let (mut height, mut deepest) = (0, 0);
        for op in &ops {
            height = height + 1 - op.takes();
            deepest = deepest.max(height);
        }
        (deepest <= Self::DEEPEST).then(|| Self { ops: ops.into() })
    }

    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// The symbols that the value depends on, in order of first use, each once.
    pub fn loads(&self) -> Vec<u32> {
        let mut all = Vec::new();
        for op in &self.ops {
            if let Op::Load(i) = *op
                && !all.contains(&i)
            {
                all.push(i);
            }
        }
        all
    }

    /// The value in base units; `load` gives the value of each symbol index.
    #[inline]
    pub fn eval(&self, mut load: impl FnMut(u32) -> f64) -> f64 {
        let truth = |t: bool| f64::from(u8::from(t));
        let mut stack = [0.0; Self::DEEPEST];
        let mut height = 0;
        for op in &self.ops {
            // Operands lie at `height` after popping, in the order written.
            height -= op.takes();
            let [a, b, c] = [0, 1, 2].map(|i| stack[(height + i) % Self::DEEPEST]);
            stack[height] = match *op {
                Op::Number(number) => number,
                Op::Load(i) => load(i),
                Op::Negate => -a,
                Op::Not => truth(a == 0.0),
                Op::Add => a + b,
                Op::Subtract => a - b,
                Op::Multiply => a * b,
                Op::Divide => a / b,
                Op::Less => truth(a < b),
                Op::LessOrEqual => truth(a <= b),
                Op::More => truth(a > b),
                Op::MoreOrEqual => truth(a >= b),
                Op::Equal => truth(a == b),
                Op::NotEqual => truth(a != b),
                Op::And => truth(a != 0.0 && b != 0.0),
                Op::Or => truth(a != 0.0 || b != 0.0),
                Op::Select => {
                    if a != 0.0 {
                        b
                    } else {
                        c
                    }
                }
                Op::Min => a.min(b),
                Op::Max => a.max(b),
                Op::Abs => a.abs(),
                Op::Floor => a.floor(),
                Op::Ceil => a.ceil(),
                Op::Exp => a.exp(),
                Op::Ln => a.ln(),
                Op::Sqrt => a.sqrt(),
                Op::Pow => a.powf(b),
            };
            height += 1;
        }
        stack[0]
    }
}

impl Op {
    /// How many numbers the operation takes from the stack; each puts one back.
    #[inline]
    const fn takes(self) -> usize {
        match self {
            Self::Number(_) | Self::Load(_) => 0,
            Self::Negate | Self::Not | Self::Abs | Self::Floor | Self::Ceil => 1,
            Self::Exp | Self::Ln | Self::Sqrt => 1,
            Self::Select => 3,
            _ => 2,
        }
    }
}
