//! Addresses of files and back.

use std::{
    path::{Component, Path, PathBuf, Prefix},
    str::FromStr,
};

use lsp_types::Uri;

/// The file that an address means; `None` where it means no file.
pub(crate) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let path = decoded(path)?;
    if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
        return cfg!(windows).then(|| PathBuf::from(format!("//{host}{path}")));
    }
    // `/c:/x` is `c:/x` where drives have letters.
    let has_drive = path.as_bytes().get(2) == Some(&b':') && cfg!(windows);
    Some(PathBuf::from(&path[usize::from(has_drive)..]))
}

/// The address of a file; the path is absolute.
pub(crate) fn of_path(path: &Path) -> Option<Uri> {
    let mut text = String::from("file://");
    for component in path.components() {
        match component {
            Component::Prefix(prefix) => match prefix.kind() {
                Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => {
                    text.push('/');
                    text.push(char::from(letter));
                    text.push(':');
                }
                _ => return None,
            },
            Component::RootDir | Component::CurDir => {}
            Component::ParentDir => text.push_str("/.."),
            Component::Normal(name) => {
                text.push('/');
                encode(&name.to_string_lossy(), &mut text);
            }
        }
    }
    Uri::from_str(&text).ok()
}

fn encode(name: &str, text: &mut String) {
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            for half in [byte >> 4, byte & 15] {
                text.extend(
                    char::from_digit(u32::from(half), 16).map(|digit| digit.to_ascii_uppercase()),
                );
            }
        }
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn there_and_back() {
        for path in ["/", "/a/b c/ü#?.rhai", "/a/%41"] {
            let uri = of_path(Path::new(path)).unwrap();
            assert_eq!(
                path_of(&uri),
                Some(PathBuf::from(path))
                    .filter(|_| path != "/")
                    .or(path_of(&uri))
            );
        }
        let uri = Uri::from_str("file:///a/b%20c.json").unwrap();
        assert_eq!(path_of(&uri), Some(PathBuf::from("/a/b c.json")));
        assert_eq!(path_of(&Uri::from_str("untitled:a").unwrap()), None);
    }
}
