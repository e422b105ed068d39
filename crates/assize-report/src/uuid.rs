//! Identifiers that are the same in every run.

use std::fmt::Write;

use sha1::{Digest, Sha1};

/// The namespace of addresses, from RFC 9562.
const URL: [u8; 16] = [
    0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
];

/// A UUID of version 5, made of the names. Of the versions that standards of evidence accept, it is the one without chance or time.
pub(crate) fn uuid(names: &[&str]) -> String {
    let address = format!("https://docs.rs/assize/{}", names.join("/"));
    version_5(URL, &address)
}

fn version_5(namespace: [u8; 16], name: &str) -> String {
    let hash = Sha1::new()
        .chain_update(namespace)
        .chain_update(name)
        .finalize();
    let mut text = String::with_capacity(36);
    for (nth, byte) in hash.iter().take(16).enumerate() {
        if matches!(nth, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let byte = match nth {
            6 => byte & 0x0f | 0x50,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{URL, uuid, version_5};

    #[test]
    fn identifiers_are_those_of_the_standard() {
        let mut dns = URL;
        dns[3] = 0x10;
        // From RFC 9562, appendix A.4.
        assert_eq!(
            version_5(dns, "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2"
        );
        assert_ne!(uuid(&["a", "b"]), uuid(&["a", "c"]));
    }
}
