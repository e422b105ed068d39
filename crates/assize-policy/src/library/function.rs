//! What is known of a function without calling it: the text that people read, and the types that tools compute with.

/// A function, a method or a property that policies may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LibraryFunction {
    /// Its name.
    pub name: &'static str,
    /// The ways to call it, with the types of what goes in and of what comes out: `same_host(a: text, b: text) -> bool` as a
    /// function, `list.find(test: |element| bool) -> element?` as a method, `duration.days -> number` as a property. A `?`
    /// behind a type stands for "or nothing".
    pub signatures: &'static [&'static str],
    /// What it does and what it gives, in a sentence or two.
    pub doc: &'static str,
    /// No function of a policy may have its name.
    pub(crate) is_protected: bool,
}

impl LibraryFunction {
    pub(super) const fn new(
        name: &'static str,
        signatures: &'static [&'static str],
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            signatures,
            doc,
            is_protected: true,
        }
    }

    /// A function of the script engine, whose name policies may use for another one.
    pub(super) const fn of_engine(
        name: &'static str,
        signatures: &'static [&'static str],
        doc: &'static str,
    ) -> Self {
        Self {
            is_protected: false,
            ..Self::new(name, signatures, doc)
        }
    }

    /// Whether it is written behind a dot, `list.find(..)`.
    pub fn is_method(&self) -> bool {
        self.signatures
            .iter()
            .any(|way| way.contains(&format!(".{}", self.name)))
    }

    /// Whether it is written before what it takes, `same_host(a, b)`.
    pub fn is_function(&self) -> bool {
        let begins = |way: &&str| {
            way.strip_prefix(self.name)
                .is_some_and(|rest| rest.starts_with('('))
        };
        self.signatures.iter().any(begins)
    }

    /// Whether it takes a function first, calls it, and does not keep it.
    pub(crate) fn calls_back(&self) -> bool {
        self.signatures.iter().any(|way| {
            let arguments = way.split_once('(').map_or("", |(_, arguments)| arguments);
            arguments
                .split(',')
                .next()
                .is_some_and(|first| first.contains('|'))
        })
    }
}
