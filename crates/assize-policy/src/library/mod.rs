//! The functions that policies call, one file a theme. Each describes its own, as data.

mod base64;
mod certificate;
mod dns;
mod estate;
mod evidence;
mod facts;
mod function;
mod host;
mod identity;
mod list;
mod lookup;
mod number;
mod object;
mod order;
mod origin;
mod reference;
mod script;
mod set;
mod show;
mod sort;
mod text;
mod time;
mod verdict;
mod version;

use rhai::Module;

pub(crate) use facts::Facts;
pub use function::LibraryFunction;
pub(crate) use host::{host_covers, host_within, same_host};
pub(crate) use identity::{same_id, same_thumbprint};
pub(crate) use set::Set;
pub(crate) use text::same_text;
pub(crate) use time::{show_duration, show_time};
pub(crate) use verdict::add as verdicts;
pub(crate) use version::show_version;

/// The themes that have functions for policies.
const THEMES: [&[LibraryFunction]; 20] = [
    certificate::FUNCTIONS,
    dns::FUNCTIONS,
    estate::FUNCTIONS,
    evidence::FUNCTIONS,
    facts::FUNCTIONS,
    host::FUNCTIONS,
    identity::FUNCTIONS,
    list::FUNCTIONS,
    lookup::FUNCTIONS,
    number::FUNCTIONS,
    object::FUNCTIONS,
    reference::FUNCTIONS,
    script::FUNCTIONS,
    set::FUNCTIONS,
    show::FUNCTIONS,
    sort::FUNCTIONS,
    text::FUNCTIONS,
    time::FUNCTIONS,
    verdict::FUNCTIONS,
    version::FUNCTIONS,
];

/// The functions that policies may call, by theme. A name may stand for several: what `len` is of a list, and what of a set.
pub fn library_functions() -> impl Iterator<Item = &'static LibraryFunction> {
    THEMES.into_iter().flatten()
}

/// Everything but the verdict functions, which depend on the limits.
pub(crate) fn module() -> Module {
    let mut module = Module::new();
    certificate::add(&mut module);
    dns::add(&mut module);
    evidence::add(&mut module);
    estate::add(&mut module);
    facts::add(&mut module);
    host::add(&mut module);
    identity::add(&mut module);
    list::add(&mut module);
    lookup::add(&mut module);
    number::add(&mut module);
    object::add(&mut module);
    order::add(&mut module);
    origin::add(&mut module);
    reference::add(&mut module);
    set::add(&mut module);
    show::add(&mut module);
    sort::add(&mut module);
    text::add(&mut module);
    time::add(&mut module);
    version::add(&mut module);
    module
}

#[cfg(test)]
mod tests {
    use super::{LibraryFunction, library_functions};

    /// The names that a theme registers, from its source: the engine does not list them.
    fn registered(file: &str) -> Vec<&str> {
        let mut names = Vec::new();
        for after in file.split("function!(").skip(1) {
            let argument = after.split(',').nth(1).unwrap_or_default().trim();
            names.extend(
                argument
                    .strip_prefix('"')
                    .and_then(|name| name.strip_suffix('"')),
            );
        }
        for after in file.split("for name in [").skip(1) {
            let (list, body) = after.split_once(']').unwrap_or_default();
            if !body
                .trim_start_matches([' ', '{', '\n'])
                .starts_with("function!(module, name")
            {
                continue;
            }
            names.extend(list.split(',').map(|name| name.trim().trim_matches('"')));
        }
        for after in file.split("FuncRegistration::new(\"").skip(1) {
            names.extend(after.split('"').next());
        }
        for after in file.split("set_getter_fn(\"").skip(1) {
            names.extend(after.split('"').next());
        }
        names.retain(|name| name.starts_with(char::is_alphabetic));
        names
    }

    macro_rules! themes {
        ($($theme:ident)*) => {
            [$((super::$theme::FUNCTIONS, include_str!(concat!(stringify!($theme), ".rs")))),*]
        };
    }

    #[test]
    fn every_function_is_described_in_its_theme() {
        let themes = themes!(certificate dns estate evidence facts host identity list lookup number object reference set show
            sort text time verdict version);
        for (functions, file) in themes {
            for name in registered(file) {
                assert!(
                    // How values are shown has a theme of its own.
                    ["to_string", "to_debug"].contains(&name)
                        || functions.iter().any(|own| own.name == name),
                    "`{name}` is not described"
                );
            }
        }
        assert_eq!(
            themes.len() + 1,
            super::THEMES.len(),
            "a theme is missing above; `script` registers nothing"
        );
    }

    #[test]
    fn descriptions_are_whole() {
        for function in library_functions() {
            let LibraryFunction {
                name,
                signatures,
                doc,
                ..
            } = function;
            assert!(doc.ends_with('.') && !signatures.is_empty(), "{name}");
            for way in *signatures {
                assert!(way.contains(name) && way.contains(" -> "), "{way}");
            }
            let is_property = signatures
                .iter()
                .any(|way| way.contains(&format!(".{name} -> ")));
            assert!(
                function.is_method() || function.is_function() || is_property,
                "{name}"
            );
        }
    }
}
