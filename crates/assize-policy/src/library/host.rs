//! Host names: without case, with or without the trailing dot.

use rhai::Module;

use super::function::LibraryFunction;
use super::text::same_text;
use crate::engine::function;

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "same_host",
        &["same_host(a: text, b: text) -> bool"],
        "Whether two host names are one, without case, blanks around and a dot at the end.",
    ),
    LibraryFunction::new(
        "host_within",
        &["host_within(host: text, domain: text) -> bool"],
        "Whether a host name is a domain or a name below it, as `mail.contoso.com` is within `contoso.com`.",
    ),
    LibraryFunction::new(
        "host_covers",
        &["host_covers(pattern: text, host: text) -> bool"],
        "Whether the name of a certificate stands for a host: in `*.contoso.com` the wildcard is exactly one leftmost label.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "same_host", same_host);
    function!(module, "host_within", host_within);
    function!(module, "host_covers", host_covers);
}

/// Whether two names are one.
pub(crate) fn same_host(left: &str, right: &str) -> bool {
    same_text(bare(left), bare(right))
}

/// Whether a name is a domain, or lies below it.
pub(crate) fn host_within(host: &str, domain: &str) -> bool {
    let (host, domain) = (bare(host), bare(domain));
    if host.is_ascii() && domain.is_ascii() {
        let Some(rest) = host.len().checked_sub(domain.len()) else {
            return false;
        };
        let ends = host[rest..].eq_ignore_ascii_case(domain);
        return ends && !domain.is_empty() && (rest == 0 || host[..rest].ends_with('.'));
    }
    let (host, domain) = (host.to_lowercase(), domain.to_lowercase());
    host.strip_suffix(&domain)
        .is_some_and(|rest| !domain.is_empty() && (rest.is_empty() || rest.ends_with('.')))
}

/// Whether a certificate's name, which may begin with a wildcard label, stands for a host.
pub(crate) fn host_covers(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (bare(pattern), bare(host));
    match pattern.strip_prefix("*.") {
        None => same_text(pattern, host),
        Some(parent) => host
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && same_text(rest, parent)),
    }
}

/// The name without blanks around it and without the dot of the root.
fn bare(host: &str) -> &str {
    let host = host.trim();
    host.strip_suffix('.').unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_compare_by_label() {
        assert!(
            same_host("Contoso.COM.", "contoso.com")
                && same_host("BÜCHER.example", "bücher.example")
        );
        assert!(
            host_within("a.Contoso.com", "contoso.com.")
                && host_within("contoso.com", "contoso.com")
        );
        assert!(host_within("a.BÜCHER.example", "bücher.example"));
        assert!(!host_within("evilcontoso.com", "contoso.com") && !host_within("contoso.com", ""));
        assert!(!host_within("com", "contoso.com"));
        assert!(host_covers("*.contoso.com", "WWW.contoso.com"));
        assert!(
            !host_covers("*.contoso.com", "contoso.com")
                && !host_covers("*.contoso.com", "a.b.contoso.com")
        );
    }
}
