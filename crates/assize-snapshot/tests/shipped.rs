//! The shipped kinds, their examples, and real exports where they are at hand.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read the repository's own files, and fail by panicking"
)]

use std::{fs, path::Path};

use assize_snapshot::{Kinds, NodeId, Reader, Snapshot, Value, intern};
use serde_json::Value as Json;

fn snapshot(bytes: Vec<u8>, kinds: &Kinds) -> Snapshot {
    let document = Reader::default().read(bytes).unwrap();
    Snapshot::new(document, kinds, None).unwrap()
}

#[test]
fn every_example_is_valid_and_every_invalid_file_is_not() {
    let kinds = Kinds::shipped().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots");
    for kind in kinds.iter() {
        kind.check().unwrap();
        let example = kind
            .example()
            .unwrap_or_else(|| panic!("{} has no example", kind.name()));
        let read = snapshot(example.as_bytes().to_vec(), &kinds);
        assert_eq!(read.problems, [], "{}", kind.name());
        assert_eq!(
            read.kind.as_ref().map(|kind| kind.name()),
            Some(kind.name())
        );
        let mut count = 0;
        for file in fs::read_dir(folder.join(kind.name()).join("invalid")).unwrap() {
            let file = file.unwrap().path();
            let read = snapshot(fs::read(&file).unwrap(), &kinds);
            assert!(!read.problems.is_empty(), "{} is valid", file.display());
            assert!(read.kind.is_some(), "{} is of no kind", file.display());
            count += 1;
        }
        assert!(count > 0, "{} has no invalid files", kind.name());
    }
}

/// Paths and values of everything in the normalised data, without what a spelling may change.
fn lines(snapshot: &Snapshot) -> Vec<String> {
    let mut work: Vec<NodeId> = vec![snapshot.root()];
    let mut lines = Vec::new();
    while let Some(node) = work.pop() {
        let document = &snapshot.document;
        let path = snapshot.path(node);
        let pointer = document.pointer(node);
        assert!(
            document.resolve(document.root(), &pointer).is_some(),
            "{path}: {pointer}"
        );
        lines.push(format!("{path} = {:?}", document.value(node)));
        work.extend(document.children(node));
    }
    lines.sort();
    lines
}

#[test]
fn a_real_export_is_the_same_in_every_spelling() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/scubagear/ProviderSettingsExport-1.8.0.json");
    let Ok(bytes) = fs::read(&file) else {
        println!("skipped: {} is not here", file.display());
        return;
    };
    let kinds = Kinds::shipped().unwrap();
    let as_is = snapshot(bytes.clone(), &kinds);
    assert_eq!(
        as_is.kind.as_ref().map(|kind| kind.name()),
        Some("exchange-online")
    );
    let marked = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut json: Json = serde_json::from_slice(marked).unwrap();
    let indented = serde_json::to_vec_pretty(&json).unwrap();
    let units = ["\u{FEFF}", std::str::from_utf8(marked).unwrap()].concat();
    let utf16: Vec<u8> = units.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(json["dkim_records"].is_object());
    json["dkim_records"] = Json::from(vec![json["dkim_records"].take()]);
    let wrapped = serde_json::to_vec(&json).unwrap();
    let expected = lines(&as_is);
    for bytes in [indented, utf16, wrapped] {
        let other = snapshot(bytes, &kinds);
        assert_eq!(other.problems.len(), as_is.problems.len());
        assert_eq!(other.source, as_is.source);
        let own = lines(&other);
        let different = own
            .iter()
            .zip(&expected)
            .find(|(own, expected)| own != expected);
        assert_eq!(different, None);
        assert_eq!(own.len(), expected.len());
    }
    let records = as_is
        .document
        .member(as_is.root(), intern("DkimRecord"))
        .unwrap();
    assert_eq!(as_is.document.value(records), Value::Array);
    assert_eq!(as_is.document.pointer(records).as_str(), "/dkim_records");
}
