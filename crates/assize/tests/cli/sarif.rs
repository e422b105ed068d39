//! SARIF as tools see it that assize did not write.

use std::process::Command;

use crate::sandbox::{Sandbox, repository};

/// The checker and the real exports lie beside the repository; without them there is nothing to run.
#[test]
fn others_find_nothing_wrong_with_our_sarif() {
    let shared = repository().join("../shared");
    let checker = shared.join("tools/check-sarif");
    if !checker.is_file() {
        eprintln!("skipped: there is no {}", checker.display());
        return;
    }
    let sandbox = Sandbox::new();
    let mut inputs = vec![("tenant".to_owned(), "examples/tenant".into())];
    for kind in std::fs::read_dir(repository().join("snapshots")).unwrap() {
        let kind = kind.unwrap();
        inputs.push((kind.file_name().into_string().unwrap(), kind.path()));
    }
    for name in ["azure-classic", "azure-lb", "scubagear"] {
        inputs.push((name.to_owned(), shared.join("data").join(name)));
    }
    let mut command = Command::new(&checker);
    for (name, path) in inputs {
        let outputs = format!("-o sarif:{name}.full.sarif -o sarif-github:{name}.github.sarif");
        let line = format!(
            "assize check '{}' --root / --at 2026-11-20 {outputs}",
            path.display()
        );
        let status = sandbox.run(&line).status.code();
        assert!(
            matches!(status, Some(0..=4)) && status != Some(2),
            "{line}: {status:?}"
        );
        command.args([format!("{name}.full.sarif"), format!("{name}.github.sarif")]);
    }
    let output = command.current_dir(sandbox.path()).output().unwrap();
    if output.status.code() == Some(2) {
        eprintln!("skipped: the tools cannot be set up here");
        return;
    }
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
