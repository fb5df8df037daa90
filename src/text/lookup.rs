//! What the schema says about the value at a path.

use super::change::segments;
use super::names::variant;
use super::schema::{Kind, Table as Schema};
use super::tree::{Node, Table, Tree, Value};
use crate::diag::Spanned;

impl Tree {
    /// The kind of the value at a dotted path; none where the schema has no say, as inside a distribution. A value that a
    /// list of changes would set is of the kind of the key that it changes.
    pub fn kind(&self, path: &str, root: &'static Schema) -> Option<&'static Kind> {
        let look = Lookup { tree: self, schema: root };
        look.in_table(&self.root, root, &segments(path, 0))
    }
}

struct Lookup<'t> {
    tree: &'t Tree,
    schema: &'static Schema,
}

impl Lookup<'_> {
    fn in_table(
        &self,
        table: &Table,
        schema: &'static Schema,
        path: &[Spanned<String>],
    ) -> Option<&'static Kind> {
        let [first, rest @ ..] = path else { return None };
        let field = schema.field(&first.value)?;
        self.at(table.get(&first.value)?, &field.kind, rest)
    }

    fn at(&self, node: &Node, kind: &'static Kind, path: &[Spanned<String>]) -> Option<&'static Kind> {
        let kind = kind.pick(&node.value);
        let [first, rest @ ..] = path else { return Some(kind) };
        match (kind, &node.value) {
            (Kind::Table(schema), Value::Table(table)) => self.in_table(table, schema, path),
            (Kind::OneOf(tables), Value::Table(table)) => self.in_table(table, variant(table, tables)?, path),
            (Kind::Map(_, of), Value::Table(table)) => self.at(table.get(&first.value)?, of, rest),
            (Kind::List(of), Value::Array(_)) => self.at(node.child(&first.value)?, of, rest),
            (Kind::Changes, _) => {
                let keys: Vec<_> = path.iter().flat_map(|key| segments(&key.value, 0)).collect();
                self.in_table(&self.tree.root, self.schema, &keys)
            }
            _ => None,
        }
    }
}
