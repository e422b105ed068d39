//! Which fields of a kind's schema policies look at, and which policies.
//!
//! It reads the source of policies: what a policy could read counts, whether it ran or not. Fields of one definition that several
//! places of a schema share are one field.

use std::collections::{BTreeMap, BTreeSet};

use assize_snapshot::{Kind, Kinds};

use crate::{
    policy::Policy,
    syntax::{Expr, ExprKind, Node, Tree},
    types::{Type, Types},
};

/// A field of a schema, and who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldUse {
    /// The way to it: `AcceptedDomain[*].DomainName`.
    pub path: String,
    /// The section: the first name of the way.
    pub section: String,
    /// What it means, as the schema says.
    pub description: String,
    /// The ids of the policies that read it, sorted.
    pub policies: Vec<String>,
}

/// Every field of a kind, in the order of its schema, with the policies that read it.
pub fn field_use<'p>(
    kind: &Kind,
    kinds: &Kinds,
    policies: impl IntoIterator<Item = &'p Policy>,
) -> Vec<FieldUse> {
    let mut readers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for policy in policies {
        for (of, path) in Reading::of(policy, kinds).fields {
            if of == kind.name() {
                readers.entry(path).or_default().insert(policy.id.clone());
            }
        }
    }
    let schema = kind.schema();
    let mut seen = BTreeSet::new();
    let fields = schema.places.iter().flat_map(|place| &place.fields);
    let mut used: Vec<FieldUse> = fields
        .filter(|field| seen.insert(field.place))
        .map(|field| {
            let place = schema.place(field.place);
            let policies = readers.get(&place.path).cloned().unwrap_or_default();
            FieldUse {
                path: place.path.replace("[]", "[*]"),
                section: place
                    .path
                    .split(['.', '['])
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                description: place.description.clone(),
                policies: policies.into_iter().collect(),
            }
        })
        .collect();
    let order: Vec<String> = schema
        .place(schema.root())
        .fields
        .iter()
        .map(|field| field.name.clone())
        .collect();
    used.sort_by_key(|field| order.iter().position(|section| *section == field.section));
    used
}

/// The fields that a policy reads, by kind and way.
struct Reading {
    types: Types,
    fields: BTreeSet<(String, String)>,
}

impl Reading {
    fn of(policy: &Policy, kinds: &Kinds) -> Self {
        let source = &policy.source.text;
        let tree = Tree::of(source);
        let mut reading = Self {
            types: Types::of(source, &tree, kinds, &policy.shared.params),
            fields: BTreeSet::new(),
        };
        tree.walk(&mut |path| {
            if let Some(Node::Expr(expression)) = path.last() {
                reading.expression(expression);
            }
            true
        });
        for kind in &policy.header.kinds {
            for query in &policy.header.select {
                for path in selected(query) {
                    reading.fields.insert((kind.clone(), path));
                }
            }
        }
        reading
    }

    fn expression(&mut self, expression: &Expr) {
        match &expression.kind {
            ExprKind::Field { object, name, .. } => {
                let of = self.types.expression(object.id);
                self.named(&of, &name.text);
            }
            ExprKind::Index { object, index, .. } => {
                let of = self.types.expression(object.id);
                for name in self.texts(index) {
                    self.named(&of, &name);
                }
            }
            // `has("A")`, `find_by("A", ..)`: the name of a field of the object, or of the elements.
            ExprKind::Method {
                receiver,
                arguments,
                ..
            } => {
                let of = self.types.expression(receiver.id);
                let element = of.element();
                let names: Vec<String> = arguments
                    .iter()
                    .flat_map(|argument| self.texts(argument))
                    .collect();
                for name in names {
                    self.named(&of, &name);
                    self.named(&element, &name);
                }
            }
            _ => {}
        }
    }

    /// The texts that an expression may be, where they are known.
    fn texts(&self, expression: &Expr) -> Vec<String> {
        if let ExprKind::Text(text) = &expression.kind {
            return vec![text.clone()];
        }
        let of = self.types.expression(expression.id);
        of.texts().into_iter().flatten().cloned().collect()
    }

    fn named(&mut self, of: &Type, name: &str) {
        for field in self.types.fields(of) {
            if field.name == name && !field.path.is_empty() {
                self.fields.insert((field.kind, field.path));
            }
        }
    }
}

/// The ways that a query goes, those of its filters included, as a schema writes them.
fn selected(query: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut path = String::new();
    let mut rest = query.strip_prefix('$').unwrap_or(query);
    while let Some(first) = rest.chars().next() {
        let step = match first {
            '.' => rest[1..].find(['.', '[']).map_or(rest.len(), |at| at + 1),
            '[' => bracket(rest),
            _ => return paths,
        };
        let (own, behind) = rest.split_at(step);
        rest = behind;
        let inner = own
            .trim_start_matches(['.', '['])
            .trim_end_matches(']')
            .trim();
        let quoted = inner.trim_matches(['\'', '"']);
        if first == '[' && quoted == inner {
            path.push_str("[]");
            paths.extend(in_filter(inner).map(|field| format!("{path}.{field}")));
            continue;
        }
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(quoted);
        paths.push(path.clone());
    }
    paths
}

/// Where the bracket that a text begins with is closed.
fn bracket(text: &str) -> usize {
    let mut open = 0_usize;
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(own), _) if own == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '[') => open += 1,
            (None, ']') => {
                open -= 1;
                if open == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// The fields of the element that a filter reads.
fn in_filter(filter: &str) -> impl Iterator<Item = String> + '_ {
    filter.split('@').skip(1).filter_map(|behind| {
        let names = behind.strip_prefix('.')?;
        let end = names.find(|character: char| {
            !character.is_alphanumeric() && character != '_' && character != '.'
        });
        Some(names[..end.unwrap_or(names.len())].to_owned())
    })
}

#[cfg(test)]
mod tests {
    use assize_snapshot::Kinds;

    use super::*;
    use crate::{Limits, Page, Source};

    #[test]
    fn queries_are_ways() {
        assert_eq!(
            selected("$.A[*].B[?@.C == 'x]' && @.D.E > 1].F"),
            ["A", "A[].B", "A[].B[].C", "A[].B[].D.E", "A[].B[].F"]
        );
        assert_eq!(selected("$['A b'][0]"), ["A b"]);
        assert!(selected("$").is_empty());
    }

    #[test]
    fn helpers_closures_and_names_in_texts_count() {
        let text = r#"
            const POLICY = #{ title: "x", severity: "low", kind: "certificates", select: "$.Certificate[*]" };
            fn check(own) {
                if helper(own) { return; }
                for name in ["Issuer", "KeySize"] { if own[name] == () { return; } }
                let other = snapshot.Certificate.find_by("SerialNumber", "a");
                fail(own, `${snapshot.Certificate.filter(|c| c.NotAfter > now).len()}`);
            }
            fn helper(it) { it.has("Subject") && it.HasPrivateKey }
        "#;
        let source = Source {
            path: "x.rhai".to_owned(),
            text: text.to_owned(),
        };
        let policy = Policy::new("own/x", source, Page::default(), &Limits::default()).unwrap();
        let kinds = Kinds::shipped().unwrap();
        let used = field_use(kinds.find("certificates").unwrap(), &kinds, [&policy]);
        let read: BTreeSet<&str> = used
            .iter()
            .filter(|field| !field.policies.is_empty())
            .map(|field| field.path.as_str())
            .collect();
        let expected = [
            "Certificate",
            "Certificate[*].HasPrivateKey",
            "Certificate[*].Issuer",
            "Certificate[*].KeySize",
            "Certificate[*].NotAfter",
            "Certificate[*].SerialNumber",
            "Certificate[*].Subject",
        ];
        assert_eq!(read.into_iter().collect::<Vec<_>>(), expected);
    }
}
