//! Compiles the folders of `snapshots/` in: each becomes a kind, with no other file to touch.

#![expect(
    clippy::disallowed_methods,
    clippy::unnecessary_debug_formatting,
    reason = "a build script reads its environment and writes code, in which paths stand as literals"
)]

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut kinds: Vec<_> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    kinds.sort();
    let mut code = "/// Name, schema and example of every shipped kind.\nconst SHIPPED: &[(&str, &str, Option<&str>)] = &[\n".to_owned();
    for kind in kinds
        .iter()
        .filter(|kind| kind.join("schema.json").is_file())
    {
        let name = kind.file_name().unwrap_or_default().to_string_lossy();
        println!("cargo::rerun-if-changed={}", kind.display());
        let schema = kind.join("schema.json");
        let example = kind.join("example.json");
        let example = if example.is_file() {
            format!("Some(include_str!({example:?}))")
        } else {
            "None".to_owned()
        };
        writeln!(code, "    ({name:?}, include_str!({schema:?}), {example}),")
            .expect("writing to a string");
    }
    code.push_str("];\n");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("shipped.rs"), code).expect("OUT_DIR is writable");
}
