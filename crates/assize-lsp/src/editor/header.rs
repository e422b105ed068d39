//! `const POLICY = #{..}` as it stands in a source that need not be whole.

use assize_finding::Span;
use assize_policy::syntax::{Expr, ExprKind, Name, Tree};

/// The fields of a header, and what each is for.
pub(crate) const FIELDS: [(&str, &str); 8] = [
    (
        "title",
        "One sentence that says what is in order, without a full stop.",
    ),
    (
        "severity",
        "How bad a failure is: `critical`, `high`, `medium`, `low` or `info`.",
    ),
    (
        "kind",
        "The snapshot kind that is judged, or a list of kinds; `*` for every kind.",
    ),
    (
        "select",
        "The objects that are judged, one verdict each: an RFC 9535 query such as `$.AcceptedDomain[*]`, or a list of them. Without it, the snapshot itself.",
    ),
    (
        "controls",
        "The controls of compliance frameworks that the policy bears on: `framework:id`.",
    ),
    (
        "params",
        "Values that a project may set: `name: #{ doc: \"..\", \"default\": .. }`.",
    ),
    (
        "expect",
        "`some`: selecting nothing is indeterminate. `any`: one of the sections of several queries is enough.",
    ),
    (
        "over",
        "`time`: `fn change(before, after)` judges what changed since an earlier snapshot.",
    ),
];

/// How bad a failure can be.
pub(crate) const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

/// The header of a policy; without members where there is none.
#[derive(Clone, Copy, Default)]
pub(crate) struct Header<'t> {
    pub(crate) members: &'t [(Name, Expr)],
    pub(crate) span: Span,
}

/// A parameter, as it is declared.
pub(crate) struct Param<'t> {
    pub(crate) name: &'t Name,
    pub(crate) doc: Option<&'t str>,
    /// From its name to the end of what is said of it.
    pub(crate) span: Span,
}

impl<'t> Header<'t> {
    pub(crate) fn of(tree: &'t Tree) -> Self {
        let Some(constant) = tree.constant("POLICY") else {
            return Self::default();
        };
        Self {
            members: members(&constant.value),
            span: constant.span,
        }
    }

    pub(crate) fn member(&self, name: &str) -> Option<&'t Expr> {
        member(self.members, name)
    }

    /// The texts of a member: one, or those of a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<(&'t str, Span)> {
        let Some(value) = self.member(name) else {
            return Vec::new();
        };
        let text = |value: &'t Expr| Some((text_of(value)?, value.span));
        match &value.kind {
            ExprKind::Array(parts) => parts.iter().filter_map(text).collect(),
            _ => text(value).into_iter().collect(),
        }
    }

    pub(crate) fn params(&self) -> Vec<Param<'t>> {
        let declared = self.member("params").map(members).unwrap_or_default();
        let param = |(name, value): &'t (Name, Expr)| Param {
            name,
            doc: member(members(value), "doc").and_then(text_of),
            span: Span::new(name.span.start, value.span.end),
        };
        declared.iter().map(param).collect()
    }

    /// It compares two snapshots.
    pub(crate) fn is_over_time(&self) -> bool {
        self.member("over").is_some()
    }
}

/// The members of a literal map.
pub(crate) fn members(value: &Expr) -> &[(Name, Expr)] {
    match &value.kind {
        ExprKind::Map(members) => members,
        _ => &[],
    }
}

fn member<'t>(members: &'t [(Name, Expr)], name: &str) -> Option<&'t Expr> {
    let found = members.iter().find(|(own, _)| own.text == name);
    found.map(|(_, value)| value)
}

fn text_of(value: &Expr) -> Option<&str> {
    match &value.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}
