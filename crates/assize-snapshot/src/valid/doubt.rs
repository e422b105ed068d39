//! Which values are not proved to follow the schema: for documents that break it in more places than can be told one by one.

use super::{Check, CheckId, Checks, Work, position, scalar_holds, type_of, within};
use crate::{
    document::{Document, NodeId},
    tape::Tag,
};

impl Checks {
    /// Where values begin that may break the schema, in no order; `None` if every value may.
    pub(crate) fn doubtful(&self, document: &Document, root: NodeId) -> Option<Vec<u32>> {
        if !document.knows(self.youngest) {
            return None;
        }
        let mut doubt = Doubt {
            checks: self,
            document,
            starts: Vec::new(),
            work: Vec::new(),
        };
        doubt.value(root, 0);
        while let Some((node, check)) = doubt.work.pop() {
            doubt.container(node, &self.all[check as usize]);
        }
        Some(doubt.starts)
    }
}

struct Doubt<'d> {
    checks: &'d Checks,
    document: &'d Document,
    starts: Vec<u32>,
    /// Containers whose parts are still to be looked at.
    work: Work,
}

impl Doubt<'_> {
    fn value(&mut self, node: NodeId, id: CheckId) {
        let entry = self.document.entry(node);
        for id in &self.checks.all[id as usize].all {
            let check = &self.checks.all[*id as usize];
            if check.is_unsure {
                // What nobody understood may be about any part.
                self.whole(node);
                continue;
            }
            let is_typed = check.types & type_of(entry.tag()) != 0;
            let holds = if entry.is_container() {
                check.scalar.words.is_none()
            } else {
                scalar_holds(self.document, entry, &check.scalar)
            };
            if !is_typed || !holds {
                self.starts.push(entry.start);
            }
            if is_typed && entry.is_container() {
                self.work.push((node, *id));
            }
        }
    }

    fn container(&mut self, node: NodeId, check: &Check) {
        let entry = self.document.entry(node);
        if entry.tag() == Tag::Array {
            if !within(u64::from(entry.b), check.counts) {
                self.starts.push(entry.start);
            }
            if let Some(items) = check.items {
                for child in entry.children() {
                    self.value(NodeId(child), items);
                }
            }
            return;
        }
        let (mut missing, mut next) = (check.required, 0);
        for child in entry.children().map(NodeId) {
            let key = self.document.entry(child).key();
            match position(&check.properties, key, next) {
                Some(at) => {
                    next = at + 1;
                    if at < 64 {
                        missing &= !(1 << at);
                    }
                    self.value(child, check.properties[at].1);
                }
                None => {
                    if let Some(additional) = check.additional {
                        self.value(child, additional);
                    }
                }
            }
        }
        if missing != 0 {
            self.starts.push(entry.start);
        }
    }

    /// A value and all its parts.
    fn whole(&mut self, node: NodeId) {
        self.starts.push(self.document.entry(node).start);
        self.starts.extend(self.document.starts_within(node));
    }
}

#[cfg(test)]
mod tests {
    use crate::{Kinds, Place, Reader, Snapshot};

    #[expect(clippy::disallowed_methods, reason = "the invalid snapshots are files")]
    /// What is in doubt is at least what `jsonschema` minds.
    #[test]
    fn every_violation_is_in_doubt() {
        let kinds = Kinds::shipped().unwrap();
        let mut violations = 0;
        for kind in kinds.iter() {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../snapshots")
                .join(kind.name())
                .join("invalid");
            for file in folder.read_dir().unwrap() {
                let path = file.unwrap().path();
                let bytes = std::fs::read(&path).unwrap();
                let Ok(document) = Reader::default().read(bytes) else {
                    continue;
                };
                let snapshot = Snapshot::new(document, &kinds, None).unwrap();
                let root = snapshot.root();
                let Some(doubtful) = kind.checks().doubtful(&snapshot.document, root) else {
                    continue;
                };
                let rule = format!("schema/{}", kind.name());
                for problem in snapshot
                    .problems
                    .iter()
                    .filter(|problem| problem.rule == rule)
                {
                    let Place::Node(node) = problem.place else {
                        continue;
                    };
                    let start = snapshot.document.entry(node).start;
                    assert!(
                        doubtful.contains(&start),
                        "{}: {}",
                        path.display(),
                        problem.message
                    );
                    violations += 1;
                }
            }
        }
        assert!(violations > 10, "{violations}");
    }
}
