use std::{path::Path, process::Command};

/// The protocol's own client, as editors use it, where it is installed: `npm install` in the extension's folder.
#[test]
fn the_client_library_of_editors_gets_along() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assize-lsp/vscode");
    let has_node = Command::new("node")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !has_node
        || !folder
            .join("node_modules/vscode-languageserver-protocol")
            .is_dir()
    {
        println!("not run: it needs node, and `npm install` in crates/assize-lsp/vscode");
        return;
    }
    let output = Command::new("node")
        .arg("test/client.js")
        .arg(env!("CARGO_BIN_EXE_assize"))
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
