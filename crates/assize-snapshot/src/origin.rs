//! Whose a snapshot is, and of when: what tells which snapshots belong together.

use std::sync::Arc;

use crate::{
    document::{Document, NodeId},
    envelope::{self, scalar_text},
    kind::{Kind, Kinds},
    snapshot::Snapshot,
    spelling,
    tape::Tag,
    value::Value,
};

/// What a snapshot says of itself, read without its data.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The kind, where it is known.
    pub kind: Option<Arc<Kind>>,
    /// What the snapshot was taken of, as [`Snapshot::source`] has it.
    pub source: String,
    /// The tenant, where one is named.
    pub tenant: Option<Tenant>,
}

/// The tenant that a snapshot names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant {
    name: String,
    /// A raw export names its tenant in the words of the tool that wrote it, not in those of our envelope.
    is_raw: bool,
}

/// How a tenant is named. Two names that differ are of two tenants only where their forms can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantForm {
    is_raw: bool,
    is_id: bool,
}

impl TenantForm {
    /// Every form.
    pub const ALL: [Self; 4] = [
        Self::new(false, false),
        Self::new(false, true),
        Self::new(true, false),
        Self::new(true, true),
    ];

    const fn new(is_raw: bool, is_id: bool) -> Self {
        Self { is_raw, is_id }
    }

    /// Whether names of these forms can be compared: a domain in an envelope says nothing of the id in a raw export.
    pub fn is_comparable(self, other: Self) -> bool {
        self.is_raw == other.is_raw || self.is_id && other.is_id
    }
}

impl Tenant {
    /// The name, in lower case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is named.
    pub fn form(&self) -> TenantForm {
        TenantForm::new(self.is_raw, is_guid(&self.name))
    }

    /// Whether two names are of one tenant; `None` where nobody can know.
    pub fn is_same(&self, other: &Self) -> Option<bool> {
        if self.name == other.name {
            return Some(true);
        }
        self.form().is_comparable(other.form()).then_some(false)
    }
}

fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| {
            if matches!(at, 8 | 13 | 18 | 23) {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
}

impl Origin {
    /// Reads what a document says of itself. `kind` overrides what it says of its kind.
    pub fn of(document: Document, kinds: &Kinds, kind: Option<&Arc<Kind>>) -> Self {
        let snapshot = Snapshot::with_kind(document, kinds, kind);
        Self {
            tenant: snapshot.tenant(),
            kind: snapshot.kind,
            source: snapshot.source,
        }
    }
}

impl Snapshot {
    /// The tenant that the snapshot names: `source.tenant` of the envelope, or what a raw export says it was taken of.
    pub fn tenant(&self) -> Option<Tenant> {
        if !self.has_envelope() {
            let name = self.source.to_lowercase();
            return (!name.is_empty()).then_some(Tenant { name, is_raw: true });
        }
        let tenant = self
            .document
            .written_member(self.source_node()?, "tenant", true)?;
        let name = scalar_text(&self.document, tenant).trim().to_lowercase();
        (!name.is_empty()).then_some(Tenant {
            name,
            is_raw: false,
        })
    }

    /// When the snapshot was taken, in microseconds since 1970; `None` where it does not say.
    pub fn collected_at(&self) -> Result<Option<i64>, String> {
        let root = self.document.root();
        let member = self.document.written_member(root, "collectedAt", false);
        let Some(member) = member.filter(|_| self.has_envelope()) else {
            return Ok(None);
        };
        match self.document.value(member) {
            Value::Text(text) => spelling::time(&text, true)
                .map(Some)
                .map_err(|error| format!("`collectedAt` cannot be read: {error}")),
            Value::Null => Ok(None),
            _ => Err("`collectedAt` is no text".to_owned()),
        }
    }

    /// What two snapshots say of their sources that cannot be true of one source; `None` where nothing speaks against it.
    pub fn why_other_source(&self, other: &Self) -> Option<String> {
        let differs = |name: &str, left: &str, right: &str| {
            (!same(left, right))
                .then(|| format!("its {name} is `{right}`, and that of the snapshot is `{left}`"))
        };
        if let (Some(own), Some(others)) = (self.tenant(), other.tenant())
            && own.is_same(&others) == Some(false)
        {
            return differs("tenant", own.name(), others.name());
        }
        if self.has_envelope() != other.has_envelope() {
            return None;
        }
        let others = other.source_members();
        self.source_members().iter().find_map(|(name, own)| {
            let (_, theirs) = others.iter().find(|(other, _)| same(name, other))?;
            differs(name, own, theirs)
        })
    }

    fn has_envelope(&self) -> bool {
        envelope::is_envelope(&self.document)
    }

    fn source_node(&self) -> Option<NodeId> {
        let root = self.document.root();
        self.document.written_member(root, "source", false)
    }

    /// What the source is made of, without the machine that collected.
    fn source_members(&self) -> Vec<(String, String)> {
        let document = &self.document;
        match self.source_node().filter(|_| self.has_envelope()) {
            Some(source) if document.entry(source).tag() == Tag::Object => document
                .children(source)
                .map(|member| {
                    let text = envelope::identity_text(document, member);
                    (document.name(member).to_owned(), text)
                })
                .filter(|(name, text)| name != "host" && !text.is_empty())
                .collect(),
            _ if self.source.is_empty() => Vec::new(),
            _ => vec![("source".to_owned(), self.source.clone())],
        }
    }
}

fn same(left: &str, right: &str) -> bool {
    left == right || left.to_lowercase() == right.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reader;

    fn snapshot(json: &str) -> Snapshot {
        let document = Reader::default().read(json.as_bytes().to_vec()).unwrap();
        Snapshot::new(document, &Kinds::shipped().unwrap(), None).unwrap()
    }

    fn of_source(source: &str) -> Snapshot {
        snapshot(&format!(
            r#"{{"assizeSnapshot": 1, "kind": "certificates", "source": {source}, "data": {{}}}}"#
        ))
    }

    #[test]
    fn tenants_are_compared_where_that_means_something() {
        let tenant = |name: &str| of_source(&format!(r#"{{"tenant": "{name}"}}"#)).tenant();
        let raw = |name: &str| Tenant {
            name: name.to_owned(),
            is_raw: true,
        };
        let contoso = tenant("Contoso.example").unwrap();
        assert_eq!(
            contoso.is_same(&tenant("contoso.EXAMPLE ").unwrap()),
            Some(true)
        );
        assert_eq!(
            contoso.is_same(&tenant("fabrikam.example").unwrap()),
            Some(false)
        );
        let id = "11111111-2222-3333-4444-555555555555";
        assert_eq!(contoso.is_same(&raw(id)), None);
        assert_eq!(tenant(id).unwrap().is_same(&raw(id)), Some(true));
        let other = "11111111-2222-3333-4444-666666666666";
        assert_eq!(tenant(other).unwrap().is_same(&raw(id)), Some(false));
        assert_eq!(tenant(" "), None);
    }

    #[test]
    fn sources_contradict_each_other_in_what_both_name() {
        let (farm, other) = (
            of_source(r#"{"farm": "sts", "host": "A"}"#),
            of_source(r#"{"Farm": "STS", "host": "B", "domain": "x"}"#),
        );
        assert_eq!(farm.why_other_source(&other), None);
        let third = of_source(r#"{"farm": "adfs"}"#);
        assert!(farm.why_other_source(&third).unwrap().contains("`adfs`"));
    }

    #[test]
    fn a_time_that_cannot_be_read_is_no_absent_one() {
        let at = |text: &str| {
            snapshot(&format!(
                r#"{{"assizeSnapshot": 1, "kind": "certificates", "collectedAt": {text}, "data": {{}}}}"#
            ))
            .collected_at()
        };
        assert!(at(r#""2026-11-20T06:00:00Z""#).unwrap().is_some());
        assert_eq!(at("null"), Ok(None));
        assert!(at(r#""20/11/2026 05:52""#).is_err());
        assert!(at("5").is_err());
    }
}
