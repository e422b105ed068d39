//! The only place that reads the file system.

use std::{
    fs,
    io::{self, Read},
    path::{Component, Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

/// A file that may be a snapshot, or the reason why a place could not be looked into.
pub(crate) type Found = Result<PathBuf, (PathBuf, String)>;

/// The snapshots at a path: the file itself, or every `.json` file in the folder and below, in a fixed order. Links are
/// followed; a loop of links is an error at its place. Hidden folders are left out.
pub(crate) fn snapshots(path: &Path) -> Vec<Found> {
    if !path.is_dir() {
        return vec![Ok(path.to_owned())];
    }
    let walk = WalkDir::new(path)
        .follow_links(true)
        // Names in one folder differ behind the same beginning; taking the name out of a path is slow.
        .sort_by(|a, b| a.path().as_os_str().cmp(b.path().as_os_str()))
        .into_iter();
    let visible = |entry: &DirEntry| entry.depth() == 0 || !is_hidden(entry);
    walk.filter_entry(visible)
        .filter_map(|entry| found(entry, path))
        .collect()
}

/// The `.json` files of the folder that a file lies in, the file among them, in a fixed order.
pub fn json_beside(path: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = path.parent().unwrap_or(path);
    let inside = WalkDir::new(folder)
        .min_depth(1)
        .max_depth(1)
        .sort_by_file_name();
    let mut files = Vec::new();
    for entry in inside {
        let entry = entry.map_err(io::Error::from)?;
        if entry.file_type().is_file() && is_json(entry.path()) {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_type().is_dir()
        && entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with('.'))
}

fn found(entry: walkdir::Result<DirEntry>, root: &Path) -> Option<Found> {
    match entry {
        Err(error) => {
            let path = error.path().unwrap_or(root).to_owned();
            let reason = match error.loop_ancestor() {
                Some(ancestor) => {
                    format!("a loop of links: it leads back to {}", ancestor.display())
                }
                None => error
                    .io_error()
                    .map_or_else(|| error.to_string(), ToString::to_string),
            };
            Some(Err((path, reason)))
        }
        Ok(entry) => {
            let is_json = is_json(entry.path());
            let kind = entry.file_type();
            match (is_json, kind.is_file(), kind.is_dir()) {
                (true, true, _) => Some(Ok(entry.into_path())),
                // Reading a pipe or a device that lies in a folder could go on for ever.
                (true, _, false) => {
                    Some(Err((entry.into_path(), "it is no regular file".to_owned())))
                }
                _ => None,
            }
        }
    }
}

/// Whether a name ends in `.json`, in any case. A hidden file of that name alone has no extension.
fn is_json(path: &Path) -> bool {
    // Most names tell it by their last bytes; only the others need the path taken apart.
    let bytes = path.as_os_str().as_encoded_bytes();
    let ends = bytes
        .last_chunk::<5>()
        .is_some_and(|end| end.eq_ignore_ascii_case(b".json"));
    let has_stem = bytes
        .len()
        .checked_sub(6)
        .is_some_and(|before| !std::path::is_separator(char::from(bytes[before])));
    ends && has_stem
}

/// The path of a file below the place where it was found, or its name where it is that place itself.
pub(crate) fn relative(path: &Path, root: &Path) -> PathBuf {
    match path.strip_prefix(root) {
        Ok(relative) if !relative.as_os_str().is_empty() => relative.to_owned(),
        _ => PathBuf::from(path.file_name().unwrap_or_default()),
    }
}

/// The last part of a path, for messages.
pub(crate) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Reads a whole file into an empty buffer, unless it is too large for a snapshot.
pub(crate) fn read_snapshot(path: &Path, buffer: Vec<u8>) -> io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length > u64::from(u32::MAX) {
        let message = format!("{length} bytes are too large for a snapshot; the limit is 4 GiB");
        return Err(io::Error::other(message));
    }
    // One byte more, so that reading to the end needs no further room to see that it is the end. What is no regular file
    // may give more than it says, and is cut off where no snapshot would go on.
    let mut bytes = buffer;
    bytes.reserve_exact(usize::try_from(length).unwrap_or(0) + 1);
    file.take(u64::from(u32::MAX) + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a text file of a policy or a kind, refusing absurd sizes before reading.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the edge where files are read"
)]
pub fn read_text(path: &Path) -> io::Result<String> {
    const LARGEST: u64 = 16 << 20;
    let length = fs::metadata(path)?.len();
    if length > LARGEST {
        return Err(io::Error::other(format!(
            "{length} bytes are too large; the limit is {LARGEST}"
        )));
    }
    let text = fs::read_to_string(path)?;
    Ok(text
        .strip_prefix('\u{FEFF}')
        .map(str::to_owned)
        .unwrap_or(text))
}

/// The policies of a folder with their ids: a policy is `<pack>/<policy>.rhai`, or `<policy>.rhai` without a pack. The folder
/// may be a pack itself, known by its `pack.toml`, and a single file may stand for it.
pub(crate) fn policies(place: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let full = place.canonicalize()?;
    let parent = full.parent().unwrap_or(&full);
    let folder = if full.is_dir() {
        full.as_path()
    } else {
        parent
    };
    let base = if folder.join("pack.toml").is_file() {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    let prefix = folder.strip_prefix(base).unwrap_or(Path::new(""));
    let mut files = Vec::new();
    for entry in WalkDir::new(place)
        .follow_links(true)
        .max_depth(8)
        .sort_by_file_name()
    {
        let path = entry.map_err(io::Error::from)?.into_path();
        if path.extension().is_none_or(|own| own != "rhai") || !path.is_file() {
            continue;
        }
        let relative = path.strip_prefix(place).unwrap_or(&path);
        let relative = if relative.as_os_str().is_empty() {
            Path::new(path.file_name().unwrap_or_default())
        } else {
            relative
        };
        let id = prefix.join(relative).with_extension("");
        if id.components().count() > 2 {
            let message = format!(
                "{} lies too deep; expected `<pack>/<policy>.rhai`",
                path.display()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        files.push((slashed(&id), path));
    }
    Ok(files)
}

/// The scripts at a path: the file itself, or every `.rhai` file in the folder and below, in a fixed order.
pub(crate) fn scripts(place: &Path) -> io::Result<Vec<PathBuf>> {
    // Where the place is missing, the system's own words say it best.
    if !place.canonicalize()?.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let visible = |entry: &DirEntry| entry.depth() == 0 || !is_hidden(entry);
    let walk = WalkDir::new(place).follow_links(true).sort_by_file_name();
    let mut scripts = Vec::new();
    for entry in walk.into_iter().filter_entry(visible) {
        let path = entry.map_err(io::Error::from)?.into_path();
        if path.extension().is_some_and(|own| own == "rhai") && path.is_file() {
            scripts.push(path);
        }
    }
    Ok(scripts)
}

/// The folder of a pack that holds its reference data.
pub(crate) const REFERENCE: &str = "reference";

/// The packs at a place of policies, with their names: the folders in it, and the place itself, or the folder around it if it
/// is a file, if a `pack.toml` says that it is a pack.
pub(crate) fn packs(place: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    // Where the place is missing, the system's own words say it best.
    let full = place.canonicalize()?;
    let around = if full.is_dir() {
        place.to_owned()
    } else {
        place.parent().map(Path::to_owned).unwrap_or_default()
    };
    let is_here = |path: &Path| path.as_os_str().is_empty();
    let around = if is_here(&around) {
        PathBuf::from(".")
    } else {
        around
    };
    let name = |path: &Path| -> io::Result<String> {
        let full = path.canonicalize()?;
        Ok(full
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned())
    };
    let mut packs = Vec::new();
    if around.join("pack.toml").is_file() {
        packs.push((name(&around)?, around.clone()));
    }
    if full.is_dir() {
        let inside = WalkDir::new(&around)
            .min_depth(1)
            .max_depth(1)
            .follow_links(true);
        for entry in inside.sort_by_file_name() {
            let path = entry.map_err(io::Error::from)?.into_path();
            if path.join("pack.toml").is_file() || path.join(REFERENCE).is_dir() {
                packs.push((name(&path)?, path));
            }
        }
    }
    Ok(packs)
}

/// The files of reference data of a pack.
pub(crate) fn references(pack: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = pack.join(REFERENCE);
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    let inside = WalkDir::new(&folder)
        .min_depth(1)
        .max_depth(1)
        .follow_links(true);
    for entry in inside.sort_by_file_name() {
        let path = entry.map_err(io::Error::from)?.into_path();
        if path.is_file() && path.extension().is_some_and(|own| own == "json") {
            files.push(path);
        }
    }
    Ok(files)
}

/// The folders in a folder that hold a file of this name.
pub(crate) fn folders_with(folder: &Path, file: &str) -> io::Result<Vec<PathBuf>> {
    // Where the folder is missing, the system's own words say it best.
    folder.canonicalize()?;
    let mut folders = Vec::new();
    for entry in WalkDir::new(folder).max_depth(1).sort_by_file_name() {
        let path = entry.map_err(io::Error::from)?.into_path();
        if path.join(file).is_file() {
            folders.push(path);
        }
    }
    Ok(folders)
}

/// A path as reports show it: relative to the root where it lies below it, with `/` between its parts.
pub(crate) fn display_path(path: &Path, root: &Path) -> String {
    let is_plain = |path: &Path| {
        path.components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    };
    // Asking the file system is slow, and most paths need no asking.
    if is_plain(path) && root.components().all(|part| part == Component::CurDir) {
        return slashed(path);
    }
    if let Ok(relative) = path.strip_prefix(root)
        && is_plain(relative)
        && !relative.as_os_str().is_empty()
    {
        return slashed(relative);
    }
    let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (full, full_root) = (absolute(path), absolute(root));
    match full.strip_prefix(&full_root) {
        Ok(relative) if !relative.as_os_str().is_empty() => slashed(relative),
        _ => slashed(path),
    }
}

fn slashed(path: &Path) -> String {
    let parts = path
        .components()
        .filter(|part| !matches!(part, Component::CurDir));
    let parts: Vec<_> = parts
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let joined = parts.join("/");
    joined
        .strip_prefix("//")
        .map(|rest| format!("/{rest}"))
        .unwrap_or(joined)
}
