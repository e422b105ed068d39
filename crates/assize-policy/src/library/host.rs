//! Host names: without case, with or without the trailing dot.

use rhai::Module;

use crate::engine::function;

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    // `same_host(a, b)`.
    function!(module, "same_host", |left: &str, right: &str| plain(left)
        == plain(right));
    // `host_within("mail.contoso.com", "contoso.com")`: equal, or a name below it.
    function!(module, "host_within", |host: &str, domain: &str| is_within(
        &plain(host),
        &plain(domain)
    ));
    // `host_covers("*.contoso.com", "www.contoso.com")`: a wildcard stands for exactly one leftmost label.
    function!(module, "host_covers", |pattern: &str, host: &str| covers(
        &plain(pattern),
        &plain(host)
    ));
}

fn plain(host: &str) -> String {
    let host = host.trim();
    host.strip_suffix('.').unwrap_or(host).to_lowercase()
}

fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| !domain.is_empty() && (rest.is_empty() || rest.ends_with('.')))
}

fn covers(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        None => pattern == host,
        Some(parent) => host
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest == parent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_compare_by_label() {
        assert_eq!(plain("Contoso.COM."), "contoso.com");
        assert!(
            is_within("a.contoso.com", "contoso.com") && is_within("contoso.com", "contoso.com")
        );
        assert!(!is_within("evilcontoso.com", "contoso.com") && !is_within("contoso.com", ""));
        assert!(covers("*.contoso.com", "www.contoso.com"));
        assert!(
            !covers("*.contoso.com", "contoso.com") && !covers("*.contoso.com", "a.b.contoso.com")
        );
    }
}
