//! Compiles the folders of `policies/` in: each policy is a script and its page, each pack a folder with a `pack.toml`.

#![expect(
    clippy::disallowed_methods,
    clippy::unnecessary_debug_formatting,
    reason = "a build script reads and writes files, and writes paths as Rust strings"
)]

use std::{
    env,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut code = String::new();
    code.push_str("/// Every shipped policy.\nconst POLICIES: &[ShippedPolicy] = &[\n");
    let packs = entries(&root);
    for pack in packs.iter().filter(|pack| pack.is_dir()) {
        println!("cargo::rerun-if-changed={}", pack.display());
        for script in entries(pack).iter().filter(|file| {
            file.extension()
                .is_some_and(|extension| extension == "rhai")
        }) {
            let id = format!(
                "{}/{}",
                name(pack),
                script.file_stem().unwrap_or_default().to_string_lossy()
            );
            let page = script.with_extension("md");
            println!("cargo::rerun-if-changed={}", script.display());
            println!("cargo::rerun-if-changed={}", page.display());
            let page = if page.is_file() {
                format!("Some(include_str!({page:?}))")
            } else {
                "None".to_owned()
            };
            let (kinds, over_time) = header(script);
            writeln!(
                code,
                "    ShippedPolicy {{ id: {id:?}, kinds: &{kinds:?}, over_time: {over_time}, script: include_str!({script:?}), page: {page} }},"
            )
            .expect("writing to a string");
        }
    }
    code.push_str(
        "];\n/// Name and `pack.toml` of every shipped pack.\nconst PACKS: &[(&str, &str)] = &[\n",
    );
    for pack in packs.iter().filter(|pack| pack.join("pack.toml").is_file()) {
        writeln!(
            code,
            "    ({:?}, include_str!({:?})),",
            name(pack),
            pack.join("pack.toml")
        )
        .expect("writing to a string");
    }
    code.push_str("];\n/// Pack, name and text of the reference data of every shipped pack.\nconst REFERENCES: &[(&str, &str, &str)] = &[\n");
    for pack in packs.iter().filter(|pack| pack.is_dir()) {
        for file in entries(&pack.join("reference")).iter().filter(|file| {
            file.extension()
                .is_some_and(|extension| extension == "json")
        }) {
            println!("cargo::rerun-if-changed={}", file.display());
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            writeln!(
                code,
                "    ({:?}, {stem:?}, include_str!({file:?})),",
                name(pack)
            )
            .expect("writing to a string");
        }
    }
    code.push_str("];\n");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("shipped.rs"), code).expect("OUT_DIR is writable");
}

/// The kinds that a policy judges and whether it compares two snapshots: what has to be known of it before it is compiled. A test
/// holds this short reading to the full one.
fn header(script: &Path) -> (Vec<String>, bool) {
    let text = fs::read_to_string(script).unwrap_or_default();
    let header = text.split("\nfn ").next().unwrap_or_default();
    let field = |name: &str| {
        let line = header
            .lines()
            .find_map(|line| line.trim().strip_prefix(name));
        line.map(|rest| rest.trim_matches([' ', ':', ',', '"']).to_owned())
    };
    let kind = field("kind:").unwrap_or_else(|| panic!("{} names no kind", script.display()));
    let kinds = kind.trim_matches(['[', ']']).split(',');
    let kinds = kinds.map(|kind| kind.trim_matches([' ', '"']).to_owned());
    (kinds.collect(), field("over:").is_some())
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}

fn name(folder: &Path) -> String {
    folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
