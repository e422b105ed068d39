use crate::{
    library::{LibraryFunction, library_functions},
    syntax::{TokenKind, Tree},
};

use super::Session;

/// What may follow at the end of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Where in the text the word begins that is completed, in bytes.
    pub start: usize,
    /// The words that fit, sorted.
    pub words: Vec<String>,
}

impl Session {
    /// The words that may stand at the end of a text: fields and methods behind a dot, functions and variables elsewhere.
    pub fn completion(&mut self, text: &str) -> Completion {
        let is_word = |character: char| character == '_' || character.is_alphanumeric();
        let start = text
            .char_indices()
            .rev()
            .take_while(|(_, character)| is_word(*character))
            .last()
            .map_or(text.len(), |(at, _)| at);
        let word = &text[start..];
        let mut words = match text[..start].strip_suffix('.') {
            Some(before) => self.after_dot(before.strip_suffix('?').unwrap_or(before)),
            None => self.at_begin(),
        };
        words.retain(|own| own.starts_with(word));
        words.sort();
        words.dedup();
        Completion { start, words }
    }

    /// The fields of what a chain of names stands for, as the schema knows them; of the whole schema where nobody can tell.
    pub fn fields(&mut self, chain: &str) -> Option<Vec<String>> {
        let place = self.evaluate(chain).ok()?.place?;
        let node = self.node_at(&place.pointer)?;
        Some(self.snapshot().fields(node))
    }

    fn node_at(&self, pointer: &str) -> Option<assize_snapshot::NodeId> {
        let snapshot = self.snapshot();
        let document = &snapshot.document;
        if pointer == document.pointer(snapshot.root()).as_str() {
            return Some(snapshot.root());
        }
        let pointer = assize_finding::Pointer::from(pointer.to_owned());
        document.resolve(document.root(), &pointer)
    }

    fn after_dot(&mut self, before: &str) -> Vec<String> {
        let mut words = match chain_at_end(before) {
            // What a chain of names and indexes gives is looked up; anything else would run for a key press.
            Some(chain) => self.fields(chain),
            None => None,
        }
        .unwrap_or_else(|| self.every_field());
        let methods = library_functions().filter(|function| function.is_method());
        words.extend(methods.map(|function| function.name.to_owned()));
        words
    }

    fn every_field(&self) -> Vec<String> {
        let kind = self.snapshot().kind.as_ref();
        let names = kind
            .into_iter()
            .flat_map(|kind| kind.shapes().field_names());
        names.map(assize_snapshot::name_of).collect()
    }

    fn at_begin(&self) -> Vec<String> {
        let functions = library_functions().filter(|function| function.is_function());
        let mut words: Vec<String> = functions.map(|function| function.name.to_owned()).collect();
        words.extend(
            [
                "snapshot", "params", "now", "let", "if", "switch", "for", "true", "false",
            ]
            .map(str::to_owned),
        );
        words.extend(self.variables());
        words
    }
}

/// What the library says of a function, by its name.
pub fn documentation(name: &str) -> Vec<&'static LibraryFunction> {
    library_functions()
        .filter(|function| function.name == name)
        .collect()
}

/// The names, dots and indexes that a text ends with: `a.b[0]`.
fn chain_at_end(text: &str) -> Option<&str> {
    let tree = Tree::of(text);
    let mut start = text.len();
    for token in tree.tokens.iter().rev() {
        let own = token.text(text);
        let is_part = match token.kind {
            TokenKind::Word | TokenKind::Number | TokenKind::Text => true,
            TokenKind::Symbol => matches!(own, "." | "?." | "[" | "?[" | "]"),
            _ => false,
        };
        if !is_part || token.span.end as usize != start {
            break;
        }
        start = token.span.start as usize;
    }
    let chain = &text[start..];
    chain
        .starts_with(|first: char| first == '_' || first.is_alphabetic())
        .then_some(chain)
}

/// Whether a text cannot be whole yet: a bracket, a text or a comment is still open.
pub fn is_incomplete(text: &str) -> bool {
    let tree = Tree::of(text);
    let mut open = 0_i64;
    for token in &tree.tokens {
        let own = token.text(text);
        match token.kind {
            TokenKind::Symbol if matches!(own, "(" | "[" | "?[" | "{" | "#{") => open += 1,
            TokenKind::Symbol if matches!(own, ")" | "]" | "}") => open -= 1,
            TokenKind::TemplateHead => open += 1,
            TokenKind::TemplateTail => open -= 1,
            TokenKind::Unknown if own.starts_with(['`', '/']) => return true,
            _ => {}
        }
    }
    open > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_names_dots_and_indexes() {
        assert_eq!(chain_at_end("1 + a.b[0].c"), Some("a.b[0].c"));
        assert_eq!(chain_at_end("f(a).b"), None);
        assert_eq!(chain_at_end("!a?.b"), Some("a?.b"));
    }

    #[test]
    fn open_brackets_and_texts_go_on() {
        for text in ["f(", "#{ a: [1,", "`a ${b", "`a", "/* a", "l.filter(|x| {"] {
            assert!(is_incomplete(text), "{text}");
        }
        for text in ["", "f()", "`a ${b}`", "\"a", ")", "a }"] {
            assert!(!is_incomplete(text), "{text}");
        }
    }
}
