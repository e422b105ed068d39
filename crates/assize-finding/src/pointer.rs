use std::{borrow::Cow, fmt};

use serde::Serialize;

/// An RFC 6901 JSON Pointer into the artifact as it was written; the empty pointer is the whole document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// Appends a member name, escaping `~` and `/`.
    pub fn push_name(&mut self, name: &str) {
        self.0.push('/');
        for character in name.chars() {
            match character {
                '~' => self.0.push_str("~0"),
                '/' => self.0.push_str("~1"),
                other => self.0.push(other),
            }
        }
    }

    /// Appends an array index.
    pub fn push_index(&mut self, index: usize) {
        use fmt::Write;
        // Writing to a `String` cannot fail.
        let _ = write!(self.0, "/{index}");
    }

    /// The pointer as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The reference tokens, unescaped.
    pub fn tokens(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let unescaped = |token: &str| token.replace("~1", "/").replace("~0", "~");
        self.0.split('/').skip(1).map(move |token| {
            if token.contains('~') {
                Cow::Owned(unescaped(token))
            } else {
                Cow::Borrowed(token)
            }
        })
    }

    /// Whether `self` points at `ancestor` or into it.
    pub fn is_within(&self, ancestor: &Pointer) -> bool {
        self.0
            .strip_prefix(&ancestor.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Takes text that is a pointer already, such as one that a JSON Schema validator reports.
impl From<String> for Pointer {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn names_are_escaped_and_read_back() {
        let mut pointer = Pointer::root();
        pointer.push_name("a/b~c");
        pointer.push_index(3);
        assert_eq!(pointer.as_str(), "/a~1b~0c/3");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["a/b~c", "3"]);
    }

    #[test]
    fn within_compares_whole_tokens() {
        let pointer = Pointer::from("/ab/1".to_owned());
        assert!(pointer.is_within(&Pointer::from("/ab".to_owned())));
        assert!(pointer.is_within(&pointer));
        assert!(!pointer.is_within(&Pointer::from("/a".to_owned())));
    }
}
