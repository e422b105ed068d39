//! The schemas of the files that people write are current.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads and writes its own files"
)]
#![allow(clippy::allow_attributes, reason = "the lints differ between targets")]

use std::{fs, path::Path};

use assize_project::WrittenFile;

/// `UPDATE_CASES=1` writes them.
#[test]
fn schemas_are_current() {
    for file in WrittenFile::ALL {
        let name = format!("{}.schema.json", file.as_str());
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("schemas")
            .join(name);
        let text = format!("{:#}\n", file.schema());
        if std::env::var_os("UPDATE_CASES").is_some() {
            fs::write(&path, &text).unwrap();
        }
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            text,
            "{}",
            path.display()
        );
    }
}
