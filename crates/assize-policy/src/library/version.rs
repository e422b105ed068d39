//! Versions, compared part by part.

use rhai::Module;

use super::function::LibraryFunction;
use crate::{context::indeterminate, engine::function, node::Version};

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[LibraryFunction::new(
    "version",
    &[
        "version(text: text) -> version",
        "version(value: version) -> version",
    ],
    "The version that a text such as `10.0.17763` names, compared part by part; for another text the verdict is indeterminate.",
)];

/// Adds `version(text)`, comparisons and text.
pub(crate) fn add(module: &mut Module) {
    function!(
        module,
        "version",
        |text: &str| match assize_snapshot::parse_version(text) {
            Ok(parts) => Ok(Version(parts)),
            Err(reason) => indeterminate(reason),
        }
    );
    function!(module, "version", |version: Version| version);
    macro_rules! compare {
        ($($name:literal $operator:tt),*) => { $(
            function!(module, $name, |left: Version, right: Version| left $operator right);
        )* };
    }
    compare!("==" ==, "!=" !=, "<" <, "<=" <=, ">" >, ">=" >=);
    for name in ["to_string", "to_debug"] {
        function!(module, name, |version: Version| show_version(version));
    }
}

pub(crate) fn show_version(version: Version) -> String {
    version.0.map(|part| part.to_string()).join(".")
}
