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

/// Reads a whole file into the room of a buffer, whatever that holds, unless it is too large for a snapshot.
pub(crate) fn read_snapshot(path: &Path, buffer: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut file = fs::File::open(path)?;
    let metadata = file.metadata()?;
    let length = metadata.len();
    if length > u64::from(u32::MAX) {
        let message = format!("{length} bytes are too large for a snapshot; the limit is 4 GiB");
        return Err(io::Error::other(message));
    }
    // One byte more than the file has: room that is left shows that there is no more, without asking again.
    let room = usize::try_from(length).unwrap_or(0) + 1;
    let mut bytes = room_of(buffer, room);
    let read = read_once(&mut file, &mut bytes)?;
    bytes.truncate(read);
    if metadata.is_file() && read as u64 == length && length > 0 {
        return Ok(bytes);
    }
    // What is no regular file may give more than it says, or less at a time; it is cut off where no snapshot would go on.
    let most = u64::from(u32::MAX) + 1;
    file.take(most - (read as u64).min(most))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read_once(file: &mut fs::File, bytes: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// A buffer of exactly so many bytes. New ones come from the system as zeros already; kept ones need not be cleared.
fn room_of(mut buffer: Vec<u8>, length: usize) -> Vec<u8> {
    if length > buffer.capacity() {
        return vec![0; length];
    }
    buffer.resize(length, 0);
    buffer
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

/// Reads a report of an earlier run.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the edge where files are read"
)]
pub(crate) fn read_report(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
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

/// The files of cases in a folder, by name; none where there is no such folder.
pub(crate) fn cases(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    let inside = WalkDir::new(folder).min_depth(1).max_depth(1);
    for entry in inside.follow_links(true).sort_by_file_name() {
        let path = entry.map_err(io::Error::from)?.into_path();
        if path.is_file() && path.extension().is_some_and(|own| own == "toml") {
            files.push(path);
        }
    }
    Ok(files)
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
pub fn display_path(path: &Path, root: &Path) -> String {
    let is_plain = |path: &Path| {
        path.components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    };
    if let Some(name) = name_directly_in(root, path) {
        return name.to_owned();
    }
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

/// The name of a file of which the path is that of the folder, letter by letter, and the name.
fn name_directly_in<'p>(folder: &Path, path: &'p Path) -> Option<&'p str> {
    let (folder, path) = (folder.to_str()?, path.to_str()?);
    let name = path
        .strip_prefix(folder)?
        .strip_prefix(std::path::is_separator)?;
    let is_name = !matches!(name, "" | "." | "..") && !name.contains(std::path::is_separator);
    (is_name && !folder.is_empty()).then_some(name)
}

/// The nearest file of this name in a folder or above it, as far as the root of the repository; without a repository, in the
/// folder alone. The path is relative where it can be, so that messages show it as a user would write it.
pub(crate) fn find_above(folder: &Path, name: &str) -> Option<PathBuf> {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let full = std::path::absolute(here).ok()?;
    let mut found = None;
    let mut shown = folder.to_owned();
    for (depth, above) in full.ancestors().enumerate() {
        if depth > 0 {
            shown.push("..");
        }
        if found.is_none() && above.join(name).is_file() {
            found = Some(if depth == 0 {
                folder.join(name)
            } else {
                shown.join(name)
            });
            if depth == 0 {
                return found;
            }
        }
        if above.join(".git").exists() {
            return found;
        }
    }
    None
}

pub(crate) fn slashed(path: &Path) -> String {
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{display_path, name_directly_in, read_snapshot};

    #[test]
    fn a_buffer_that_held_something_else_holds_the_file_and_nothing_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        for length in [0, 1, 31, 32, 8_192, 100_000] {
            let text: Vec<u8> = (0..length).map(|nth| (nth % 251) as u8).collect();
            #[expect(clippy::disallowed_methods, reason = "the test reads what it writes")]
            std::fs::write(&path, &text).unwrap();
            for buffer in [Vec::new(), vec![7; 40], vec![7; 1 << 20]] {
                assert!(read_snapshot(&path, buffer).unwrap() == text, "{length}");
            }
        }
        assert!(read_snapshot(folder.path(), Vec::new()).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_says_it_is_empty_is_read_to_its_end() {
        let text = read_snapshot(Path::new("/proc/self/status"), Vec::new()).unwrap();
        assert!(text.len() > 100 && text.ends_with(b"\n"));
    }

    #[test]
    fn a_name_next_to_its_folder_is_shown_like_any_other() {
        for (folder, path, name) in [
            ("data/in", "data/in/a.json", Some("a.json")),
            (".", "./a.json", Some("a.json")),
            ("data/in/", "data/in//a.json", Some("a.json")),
            ("data/in", "data/in/b/a.json", None),
            ("data/in", "data/inner/a.json", None),
            ("data/in", "data/in/..", None),
            ("data/in", "data/in/.", None),
            ("data/in", "data/in/", None),
            ("data/in", "data/in", None),
            ("", "/a.json", None),
        ] {
            let (folder, path) = (Path::new(folder), Path::new(path));
            assert_eq!(name_directly_in(folder, path), name, "{folder:?} {path:?}");
            if let Some(name) = name {
                let relative = path.strip_prefix(folder).unwrap();
                assert_eq!(relative, Path::new(name));
                assert_eq!(display_path(path, folder), name);
            }
        }
    }
}
