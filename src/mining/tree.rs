//! Process trees: block-structured models, sound by construction.
//!
//! Text form: `seq(…)`, `xor(…)`, `and(…)`, `loop(body, redo, …)`, `silent`, and activities in single quotes, a quote or
//! backslash in a name behind a backslash: `seq('register', xor('check', silent))`.

use crate::eventlog::Names;

/// A process tree over numbered activities.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tree {
    /// nothing happens
    Silent,
    Activity(u32),
    /// one after the other
    Sequence(Vec<Tree>),
    /// exactly one
    Xor(Vec<Tree>),
    /// all, in any interleaving
    And(Vec<Tree>),
    /// the first; then any number of times one of the others and the first again
    Loop(Vec<Tree>),
}

impl Tree {
    /// The text form.
    pub fn print(&self, names: &Names) -> String {
        let block = |word: &str, parts: &[Self]| {
            let parts: Vec<_> = parts.iter().map(|p| p.print(names)).collect();
            format!("{word}({})", parts.join(", "))
        };
        match self {
            Self::Silent => "silent".to_owned(),
            Self::Activity(a) => format!("'{}'", names.name(*a).replace('\\', "\\\\").replace('\'', "\\'")),
            Self::Sequence(parts) => block("seq", parts),
            Self::Xor(parts) => block("xor", parts),
            Self::And(parts) => block("and", parts),
            Self::Loop(parts) => block("loop", parts),
        }
    }

    /// Reads the text form; names are numbered as they come. An error is the byte offset of what was not understood.
    pub fn parse(text: &str, names: &mut Names) -> Result<Self, usize> {
        let mut reader = Reader { text, at: 0, names };
        let tree = reader.tree(0)?;
        reader.space();
        if reader.at == text.len() { Ok(tree) } else { Err(reader.at) }
    }

    /// Sorted numbers of the activities in the tree, each once.
    pub fn activities(&self) -> Vec<u32> {
        let mut all = Vec::new();
        self.each(&mut |tree| {
            if let Self::Activity(a) = tree {
                all.push(*a);
            }
        });
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Number of nodes.
    pub fn size(&self) -> usize {
        let mut n = 0;
        self.each(&mut |_| n += 1);
        n
    }

    /// The same language with fewer nodes: blocks of the same kind merged, blocks of one part unwrapped, silent parts of
    /// sequences and concurrency dropped.
    pub fn simplified(self) -> Self {
        match self {
            Self::Sequence(parts) => block(parts, Self::Sequence, |t| match t {
                Self::Sequence(inner) => Ok(inner),
                other => Err(other),
            }),
            Self::And(parts) => block(parts, Self::And, |t| match t {
                Self::And(inner) => Ok(inner),
                other => Err(other),
            }),
            Self::Xor(parts) => {
                let mut flat = Vec::new();
                for part in parts {
                    match part.simplified() {
                        Self::Xor(inner) => flat.extend(inner),
                        other => flat.push(other),
                    }
                }
                let silent = flat.contains(&Self::Silent);
                flat.retain(|t| *t != Self::Silent);
                if silent && !flat.is_empty() {
                    flat.push(Self::Silent);
                }
                unwrap(flat, Self::Xor)
            }
            Self::Loop(parts) => {
                let mut parts: Vec<_> = parts.into_iter().map(Self::simplified).collect();
                if parts.len() < 2 {
                    return parts.pop().unwrap_or(Self::Silent);
                }
                // loop(loop(x, y…), silent) repeats x with y or nothing between.
                if let (Self::Loop(inner), [_, Self::Silent]) = (parts[0].clone(), parts.as_slice()) {
                    parts = inner;
                    if !parts[1..].contains(&Self::Silent) {
                        parts.push(Self::Silent);
                    }
                }
                Self::Loop(parts)
            }
            leaf => leaf,
        }
    }

    fn each(&self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        if let Self::Sequence(parts) | Self::Xor(parts) | Self::And(parts) | Self::Loop(parts) = self {
            parts.iter().for_each(|p| p.each(visit));
        }
    }
}

fn block(parts: Vec<Tree>, make: fn(Vec<Tree>) -> Tree, open: fn(Tree) -> Result<Vec<Tree>, Tree>) -> Tree {
    let mut flat = Vec::new();
    for part in parts {
        match open(part.simplified()) {
            Ok(inner) => flat.extend(inner),
            Err(Tree::Silent) => {}
            Err(other) => flat.push(other),
        }
    }
    unwrap(flat, make)
}

fn unwrap(mut parts: Vec<Tree>, make: fn(Vec<Tree>) -> Tree) -> Tree {
    match parts.len() {
        0 => Tree::Silent,
        1 => parts.swap_remove(0),
        _ => make(parts),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    names: &'a mut Names,
}

/// Deeper trees are refused, so that a hostile text cannot exhaust the stack.
const MAX_DEPTH: usize = 500;

impl Reader<'_> {
    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, token: &str) -> bool {
        self.space();
        let found = self.text[self.at..].starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn tree(&mut self, depth: usize) -> Result<Tree, usize> {
        if depth > MAX_DEPTH {
            return Err(self.at);
        }
        if self.take("silent") {
            return Ok(Tree::Silent);
        }
        if self.take("'") {
            return self.name();
        }
        type Operator = (&'static str, fn(Vec<Tree>) -> Tree);
        let words: [Operator; 4] =
            [("seq(", Tree::Sequence), ("xor(", Tree::Xor), ("and(", Tree::And), ("loop(", Tree::Loop)];
        for (word, make) in words {
            let start = self.at;
            if self.take(word) {
                let mut parts = vec![self.tree(depth + 1)?];
                while self.take(",") {
                    parts.push(self.tree(depth + 1)?);
                }
                let enough = !word.starts_with("loop") || parts.len() > 1;
                return if !enough {
                    Err(start)
                } else if self.take(")") {
                    Ok(make(parts))
                } else {
                    Err(self.at)
                };
            }
        }
        Err(self.at)
    }

    fn name(&mut self) -> Result<Tree, usize> {
        let mut name = String::new();
        let mut chars = self.text[self.at..].char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '\'' => {
                    self.at += i + 1;
                    return Ok(Tree::Activity(self.names.intern(&name)));
                }
                '\\' => name.extend(chars.next().map(|(_, c)| c)),
                c => name.push(c),
            }
        }
        Err(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_comes_back() {
        let text = r"seq('a', xor('it\'s \\ b', silent), and('c', loop('d', 'e', silent)))";
        let mut names = Names::default();
        let tree = Tree::parse(text, &mut names).expect("a tree");
        assert_eq!(tree.print(&names), text);
        assert_eq!(names.name(1), r"it's \ b");
        assert_eq!((tree.size(), tree.activities()), (11, vec![0, 1, 2, 3, 4]));
    }

    #[test]
    fn mistakes_are_placed() {
        for (text, at) in
            [("seq('a'", 7), ("seq('a') x", 9), ("bag('a')", 0), ("'a", 1), ("loop('a')", 0), ("", 0)]
        {
            assert_eq!(Tree::parse(text, &mut Names::default()), Err(at), "{text}");
        }
        let deep = "seq(".repeat(100_000);
        assert!(Tree::parse(&deep, &mut Names::default()).is_err());
    }

    #[test]
    fn simplified_trees_say_the_same_in_fewer_nodes() {
        for (text, simple) in [
            ("seq(seq('a', silent), 'b')", "seq('a', 'b')"),
            ("xor(silent, xor('a', silent))", "xor('a', silent)"),
            ("and('a')", "'a'"),
            ("loop(loop('a', 'b'), silent)", "loop('a', 'b', silent)"),
            ("seq(silent)", "silent"),
        ] {
            let mut names = Names::default();
            let tree = Tree::parse(text, &mut names).expect("a tree");
            assert_eq!(tree.simplified().print(&names), simple);
        }
    }
}
