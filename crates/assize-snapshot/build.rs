//! Compiles the folders of `snapshots/` in: each becomes a kind, with no other file to touch. What is needed of every kind at each
//! start is taken out of the schemas here, so that a schema is only read once a snapshot of its kind turns up.

#![expect(
    clippy::disallowed_methods,
    clippy::unnecessary_debug_formatting,
    reason = "a build script reads its environment and writes code, in which paths stand as literals"
)]

use std::{collections::BTreeSet, env, fmt::Write, fs, path::Path};

use serde_json::{Map, Value};

/// What a kind is known by; the rest of the schema can wait.
const HEAD: [&str; 5] = [
    "title",
    "x-assize-aliases",
    "x-assize-detect",
    "x-assize-source",
    "x-assize-failed-commands",
];

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
    let mut code = "/// Every shipped kind.\nconst SHIPPED: &[ShippedKind] = &[\n".to_owned();
    let mut names = BTreeSet::new();
    for kind in kinds
        .iter()
        .filter(|kind| kind.join("schema.json").is_file())
    {
        let name = kind.file_name().unwrap_or_default().to_string_lossy();
        println!("cargo::rerun-if-changed={}", kind.display());
        let path = kind.join("schema.json");
        println!("cargo::rerun-if-changed={}", path.display());
        let schema = schema(&path);
        collect_names(&schema, &mut names);
        let head: Map<String, Value> = HEAD
            .into_iter()
            .filter_map(|word| Some((word.to_owned(), schema.get(word)?.clone())))
            .collect();
        let head = Value::Object(head).to_string();
        let example = kind.join("example.json");
        let example = if example.is_file() {
            format!("Some(include_str!({example:?}))")
        } else {
            "None".to_owned()
        };
        writeln!(
            code,
            "    ShippedKind {{ name: {name:?}, head: {head:?}, schema: include_str!({path:?}), example: {example} }},"
        )
        .expect("writing to a string");
    }
    let names: Vec<String> = names.into_iter().collect();
    writeln!(
        code,
        "];\n/// The member names that the shipped schemas use.\nconst NAMES: &[&str] = &{names:?};"
    )
    .expect("writing to a string");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("shipped.rs"), code).expect("OUT_DIR is writable");
}

fn schema(path: &Path) -> Value {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of properties, and the strings of annotations that name members, anywhere in a schema.
fn collect_names(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            for (word, value) in members {
                match (word.as_str(), value) {
                    ("properties", Value::Object(properties)) => {
                        names.extend(properties.keys().cloned());
                    }
                    ("required" | "x-assize-key" | "x-assize-flatten", value) => {
                        let listed = value.as_array().map(Vec::as_slice).unwrap_or_default();
                        let texts = listed.iter().chain([value]).filter_map(Value::as_str);
                        names.extend(texts.map(str::to_owned));
                    }
                    _ => {}
                }
                collect_names(value, names);
            }
        }
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| collect_names(element, names)),
        _ => {}
    }
}
