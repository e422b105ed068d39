//! How deep function calls lie in one another in a query.

/// The most calls within calls of a query, whatever else is wrong with it. Text in quotes counts for nothing.
pub(crate) fn nested_calls(query: &str) -> usize {
    // For each open parenthesis, whether a name stands before it.
    let mut open = Vec::new();
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut quote, mut before) = (None, b' ');
    let mut bytes = query.bytes();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Some(_), b'\\') => {
                bytes.next();
            }
            (Some(mark), _) if mark == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') => {
                let is_call = before.is_ascii_alphanumeric() || before == b'_';
                open.push(is_call);
                depth += usize::from(is_call);
                deepest = deepest.max(depth);
            }
            (None, b')') => depth -= usize::from(open.pop().unwrap_or(false)),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::nested_calls;

    #[test]
    fn calls_count_and_groups_do_not() {
        let cases = [
            ("$.a[?@.b == 1]", 0),
            ("$.a[?((@.b) && (!(@.c)))]", 0),
            ("$.a[?length(@.b) == 1 && length(@.c) == 1]", 1),
            ("$.a[?length( value\n(@.b)) == 1]", 2),
            ("$.a[?any_of(@.b, (length((count(@.c)))))]", 3),
            (r"$.a[?match(@.b, 'x(y(\'z(')]", 1),
            ("$['a(b(c(']", 0),
            ("length(length(length(", 3),
            (")))length(", 1),
            ("'length(", 0),
        ];
        for (query, expected) in cases {
            assert_eq!(nested_calls(query), expected, "{query}");
        }
    }
}
