//! Versions, compared part by part.

use rhai::Module;

use crate::{context::indeterminate, engine::function, node::Version};

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
