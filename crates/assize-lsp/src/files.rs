//! What is written to the file system: copies of what ships with assize, to be looked at.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Writes a copy that an editor can open, and gives its place. It is not there to be changed.
#[expect(
    clippy::disallowed_methods,
    reason = "an editor shows files only; this is the edge"
)]
pub(crate) fn copy_to_show(name: &Path, text: &str) -> io::Result<PathBuf> {
    let folder = std::env::temp_dir().join(concat!("assize-", env!("CARGO_PKG_VERSION")));
    fs::create_dir_all(&folder)?;
    let path = folder.join(name.file_name().unwrap_or_default());
    if assize_project::files::read_text(&path).is_ok_and(|there| there == text) {
        return Ok(path);
    }
    // What lies there may be somebody else's link: it is replaced and not written through.
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::write(&path, text)?;
    let mut permissions = fs::metadata(&path)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions)?;
    Ok(path)
}
