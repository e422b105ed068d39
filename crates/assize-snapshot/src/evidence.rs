//! What a snapshot says of how it was taken, and what it shows of it.

use memchr::memmem;

use crate::{
    document::NodeId,
    envelope::{self, scalar_text},
    snapshot::Snapshot,
    spelling,
    tape::Tag,
    value::Value,
};

/// A command of the collector that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectorError {
    /// The command, where it is named.
    pub command: Option<NodeId>,
    /// What it said.
    pub message: Option<NodeId>,
}

impl Snapshot {
    /// Whether the snapshot is an export as its tool wrote it, without our envelope around it.
    pub fn is_raw(&self) -> bool {
        !envelope::is_envelope(&self.document)
    }

    /// The commands that the collector says have failed.
    pub fn collector_errors(&self) -> Vec<CollectorError> {
        let document = &self.document;
        let in_envelope = self.in_envelope("errors");
        let errors = in_envelope.and_then(|list| envelope::elements(document, list));
        let errors = errors.into_iter().flatten().map(|error| {
            if matches!(document.value(error), Value::Text(_)) {
                return CollectorError {
                    command: Some(error),
                    message: None,
                };
            }
            CollectorError {
                command: document.written_member(error, "command", true),
                message: document.written_member(error, "message", true),
            }
        });
        let kind = self.kind.as_ref();
        let failed = kind
            .map(|kind| self.failed_commands(kind))
            .into_iter()
            .flatten();
        errors
            .chain(failed.map(|command| CollectorError {
                command: Some(command),
                message: None,
            }))
            .collect()
    }

    /// Whether the snapshot has a list of commands that failed, be it empty: without one, nobody knows.
    pub fn lists_errors(&self) -> bool {
        let kind = self.kind.as_ref();
        let raw = kind.is_some_and(|kind| self.lists_of_failed_commands(kind).next().is_some());
        raw || self.in_envelope("errors").is_some()
    }

    /// What the envelope says of the collector.
    pub fn collector(&self) -> Option<NodeId> {
        self.in_envelope("collector")
            .filter(|node| self.document.value(*node) != Value::Null)
    }

    /// What the snapshot was taken of, by name: the members of the envelope's `source`, or what a raw export names.
    pub fn source_facts(&self) -> Vec<(String, String)> {
        let document = &self.document;
        let Some(source) = self.in_envelope("source") else {
            return self.raw_source();
        };
        if document.entry(source).tag() != Tag::Object {
            let text = scalar_text(document, source);
            return if text.is_empty() {
                Vec::new()
            } else {
                vec![("source".to_owned(), text)]
            };
        }
        let members = document.children(source);
        let named = members.map(|member| {
            (
                document.name(member).to_owned(),
                scalar_text(document, member),
            )
        });
        named.filter(|(_, text)| !text.is_empty()).collect()
    }

    /// The values of the data that are not the values themselves but what PowerShell leaves of what lies deeper than `-Depth`,
    /// in their order; at most so many.
    pub fn truncations(&self, most: usize) -> Vec<NodeId> {
        let document = &self.document;
        let text = document.text().as_bytes();
        let may_have = ["System.", "@{"]
            .iter()
            .any(|mark| memmem::find(text, mark.as_bytes()).is_some());
        let mut found = Vec::new();
        let mut open = if may_have {
            vec![self.root()]
        } else {
            Vec::new()
        };
        while let Some(node) = open.pop() {
            let is_cut = match document.value(node) {
                Value::Text(text) => spelling::is_truncated(&text),
                Value::Unreadable(_) => spelling::is_truncated(&document.raw_text(node)),
                Value::Array | Value::Object => {
                    open.extend(document.children(node).rev());
                    false
                }
                _ => false,
            };
            if is_cut {
                found.push(node);
                if found.len() == most {
                    break;
                }
            }
        }
        found
    }

    /// What a raw export names, by the names of its own members.
    fn raw_source(&self) -> Vec<(String, String)> {
        let document = &self.document;
        let pointers = self.kind.iter().flat_map(|kind| &kind.source);
        let named = pointers.filter_map(|pointer| {
            let node = document.resolve(document.root(), pointer)?;
            let text = scalar_text(document, node);
            let name = pointer.tokens().last()?.into_owned();
            (!text.is_empty()).then_some((name, text))
        });
        named.collect()
    }

    /// A member of the envelope.
    fn in_envelope(&self, name: &str) -> Option<NodeId> {
        let root = self.document.root();
        let member = self.document.written_member(root, name, false);
        member.filter(|_| !self.is_raw())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Kinds, Reader, Snapshot, Value};

    fn snapshot(text: &str) -> Snapshot {
        let document = Reader::default().read(text.as_bytes().to_vec()).unwrap();
        Snapshot::new(document, &Kinds::shipped().unwrap(), None).unwrap()
    }

    #[test]
    fn an_envelope_says_how_it_was_taken() {
        let snapshot = snapshot(
            r#"{ "assizeSnapshot": 1, "kind": "certificates", "source": { "tenant": "Contoso", "n": 3, "x": null },
            "collector": { "name": "c" }, "errors": ["Get-A", { "Command": "Get-B -x", "message": "no right" }, { "message": "m" }],
            "data": { "nodes": [] } }"#,
        );
        let text = |node| match snapshot.document.value(node) {
            Value::Text(text) => text.into_owned(),
            other => format!("{other:?}"),
        };
        let errors: Vec<_> = snapshot
            .collector_errors()
            .into_iter()
            .map(|error| (error.command.map(text), error.message.map(text)))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            errors,
            [
                (some("Get-A"), None),
                (some("Get-B -x"), some("no right")),
                (None, some("m"))
            ]
        );
        let members = snapshot.source_facts();
        let expected = [("tenant", "Contoso"), ("n", "3")];
        assert_eq!(
            members,
            expected.map(|(name, text)| (name.to_owned(), text.to_owned()))
        );
        assert!(snapshot.collector().is_some() && !snapshot.is_raw());
    }

    #[test]
    fn a_list_of_errors_may_be_empty_or_not_there() {
        let lists = |text: &str| snapshot(text).lists_errors();
        assert!(lists(
            r#"{ "assizeSnapshot": 1, "kind": "certificates", "errors": [], "data": { "nodes": [] } }"#
        ));
        assert!(!lists(
            r#"{ "assizeSnapshot": 1, "kind": "certificates", "data": { "nodes": [] } }"#
        ));
        let raw =
            r#"{ "accepted_domains": [], "dkim_config": [], "exo_unsuccessful_commands": [] }"#;
        assert!(lists(raw));
        assert!(!lists(&raw.replace("exo_unsuccessful_commands", "other")));
    }

    #[test]
    fn what_was_cut_off_is_found_wherever_it_stands() {
        let snapshot = snapshot(
            r#"{ "assizeSnapshot": 1, "kind": "adfs", "errors": ["System.Object[]"], "data": { "nodes": [
            { "ComputerName": "A", "HttpSys": "System.Object[]", "More": { "Deep": ["@{a=1; b=2}", "System.Object"] } },
            { "ComputerName": "System.Collections.Hashtable", "UtcNow": "System.Object[] System.Object[]" } ] } }"#,
        );
        let paths = |most| -> Vec<String> {
            let found = snapshot.truncations(most);
            found.into_iter().map(|node| snapshot.path(node)).collect()
        };
        assert_eq!(
            paths(100),
            [
                "nodes[A].HttpSys",
                "nodes[A].More.Deep[0]",
                "nodes[System.Collections.Hashtable].ComputerName",
                "nodes[System.Collections.Hashtable].UtcNow"
            ]
        );
        assert_eq!(paths(2).len(), 2);
    }
}
