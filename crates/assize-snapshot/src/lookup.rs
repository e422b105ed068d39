//! From a keyed path back to the value: `nodes[ADFS01].HttpSys`.

use crate::{document::NodeId, shape::Shape, snapshot::Snapshot, tape::Tag};

impl Snapshot {
    /// The value at a keyed path, case ignored; `None` where there is none. Of two that answer to it, the one with the longer
    /// name.
    pub fn at_path(&self, path: &str) -> Option<NodeId> {
        let wanted = path.trim().to_lowercase();
        let mut rest = wanted.as_str();
        let mut at = self.root();
        let mut shape = self.root_shape();
        while !rest.is_empty() {
            let (child, length) = self.step_to(at, shape, rest)?;
            shape = self.shape_below(shape, at, child);
            rest = &rest[length..];
            rest = rest.strip_prefix('.').unwrap_or(rest);
            at = child;
        }
        Some(at)
    }

    /// The child that a path goes to first, and the bytes of the path that name it.
    fn step_to(
        &self,
        container: NodeId,
        shape: Option<&Shape>,
        path: &str,
    ) -> Option<(NodeId, usize)> {
        let is_container = matches!(
            self.document.entry(container).tag(),
            Tag::Array | Tag::Object
        );
        let children = is_container.then(|| self.document.children(container));
        let named = children.into_iter().flatten().filter_map(|child| {
            let mut step = String::new();
            self.push_step(&mut step, shape, container, child);
            let step = step.to_lowercase();
            let rest = path.strip_prefix(step.as_str())?;
            let ends = rest.is_empty() || rest.starts_with(['.', '[']);
            (ends && !step.is_empty()).then_some((child, step.len()))
        });
        named.max_by_key(|(_, length)| *length)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Kinds, Reader, Snapshot};

    #[test]
    fn every_value_of_an_example_is_found_by_its_path() {
        let kinds = Kinds::shipped().unwrap();
        for kind in kinds.iter() {
            let bytes = kind.example().unwrap().as_bytes().to_vec();
            let document = Reader::default().read(bytes).unwrap();
            let snapshot = Snapshot::new(document, &kinds, None).unwrap();
            let mut open = vec![snapshot.root()];
            while let Some(node) = open.pop() {
                let path = snapshot.path(node);
                let found = snapshot.at_path(&path.to_uppercase());
                let found = found.map(|found| snapshot.path(found));
                assert_eq!(found, Some(path));
                open.extend(snapshot.document.children(node));
            }
        }
    }

    #[test]
    fn names_that_could_be_several_steps_stand_in_quotes() {
        let schema = r#"{ "type": "object", "properties": { "Pending": {
            "type": "object", "additionalProperties": { "type": "object" } } } }"#;
        let mut kinds = Kinds::default();
        kinds.add(crate::Kind::new("sample", schema, None).unwrap());
        let text = r#"{ "Pending": { "contoso.example - AAD": { "Delete": 1 }, "contoso": { "example - AAD": { "Delete": 2 } },
            "a[b]": { "": 3 }, "say \"x\" \\ y": 4, "b]": { "c": 5 }, "plain - name\\": 6 } }"#;
        let document = Reader::default().read(text.as_bytes().to_vec()).unwrap();
        let kind = kinds.find("sample").unwrap();
        let snapshot = Snapshot::new(document, &kinds, Some(kind)).unwrap();
        let mut open = vec![snapshot.root()];
        let mut paths = Vec::new();
        while let Some(node) = open.pop() {
            let path = snapshot.path(node);
            assert_eq!(snapshot.at_path(&path), Some(node), "{path}");
            paths.push(path);
            open.extend(snapshot.document.children(node).rev());
        }
        assert_eq!(
            paths,
            [
                "",
                "Pending",
                r#"Pending["contoso.example - AAD"]"#,
                r#"Pending["contoso.example - AAD"].Delete"#,
                "Pending.contoso",
                "Pending.contoso.example - AAD",
                "Pending.contoso.example - AAD.Delete",
                r#"Pending["a[b]"]"#,
                r#"Pending["a[b]"][""]"#,
                r#"Pending["say \"x\" \\ y"]"#,
                r#"Pending["b]"]"#,
                r#"Pending["b]"].c"#,
                r"Pending.plain - name\",
            ]
        );
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let kinds = Kinds::shipped().unwrap();
        let text = r#"{ "assizeSnapshot": 1, "kind": "adfs", "data": { "nodes": [
            { "ComputerName": "A.b[c]" }, { "ComputerName": "A" } ] } }"#;
        let document = Reader::default().read(text.as_bytes().to_vec()).unwrap();
        let snapshot = Snapshot::new(document, &kinds, None).unwrap();
        for (path, is_there) in [
            ("", true),
            ("nodes", true),
            ("nodes[a]", true),
            ("nodes[A.B[C]]", true),
            ("nodes[a].computername", true),
            ("nodes[A.b]", false),
            ("nodes[1]", false),
            ("nodes[A", false),
            ("node", false),
            ("nodesA", false),
            ("nodes[A].ComputerName.x", false),
            ("[A]", false),
        ] {
            assert_eq!(snapshot.at_path(path).is_some(), is_there, "{path}");
        }
    }
}
