//! Values that are likely to make a difference to a policy.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::syntax::{ExprKind, Node, Tree};

/// Texts and numbers of a policy, and values of an example by the name of their field.
#[derive(Default, Clone)]
pub(super) struct Pool {
    pub(super) texts: Vec<String>,
    pub(super) numbers: Vec<i64>,
    by_field: BTreeMap<String, Vec<Json>>,
    /// When the example was taken, in microseconds.
    pub(super) now: i64,
}

/// Values of one field that are kept.
const MOST_OF_FIELD: usize = 50;

impl Pool {
    /// The constants of a source, the header left out except for what parameters are by default.
    pub(super) fn of(source: &str) -> Self {
        let mut pool = Self::default();
        let tree = Tree::of(source);
        tree.walk(&mut |path| {
            if let Some(Node::Expr(expression)) = path.last() {
                match &expression.kind {
                    ExprKind::Int(Some(number)) => pool.numbers.push(*number),
                    ExprKind::Text(text) if matches!(path[0], Node::Function(_)) => {
                        pool.texts.push(text.clone());
                    }
                    _ => {}
                }
            }
            true
        });
        pool
    }

    /// The same with the values of an example.
    pub(super) fn with_example(&self, whole: &Json) -> Self {
        let mut pool = self.clone();
        let taken = whole.get("collectedAt").and_then(Json::as_str);
        let now = taken.and_then(|text| assize_snapshot::parse_time(text, true).ok());
        pool.now = now.unwrap_or_default();
        pool.collect("", whole.get("data").unwrap_or(whole));
        pool
    }

    fn collect(&mut self, field: &str, value: &Json) {
        match value {
            Json::Object(members) => {
                for (name, member) in members {
                    self.collect(name, member);
                }
            }
            Json::Array(elements) => elements.iter().for_each(|own| self.collect(field, own)),
            scalar => {
                let known = self.by_field.entry(field.to_owned()).or_default();
                if known.len() < MOST_OF_FIELD && !known.contains(scalar) {
                    known.push(scalar.clone());
                }
            }
        }
    }

    /// Scalars that a field has in the example.
    pub(super) fn of_field(&self, field: &str) -> &[Json] {
        self.by_field.get(field).map_or(&[], Vec::as_slice)
    }
}
