//! Cases beside a page: `tests/<policy>.toml` next to the policy holds tests that nobody wants to read as documentation.

use std::{collections::BTreeMap, ops::Range};

use assize_finding::Region;
use serde::Deserialize;
use serde_json::Value as Json;
use toml::Spanned;

use crate::{
    expectation::Expectation,
    page::{Given, GivenBlock, PageExample},
    source::SourceError,
};

/// A file of cases.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// The file, for messages.
    pub path: String,
    pub(crate) cases: Vec<Case>,
}

/// A case: an example that is written in a file of its own.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// Its `base`s are the names of files.
    pub(crate) example: PageExample,
    pub(crate) expectation: Expectation,
    /// Where the value of `expect` stands in the file.
    pub(crate) expect: Range<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    case: Vec<Spanned<RawCase>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    name: String,
    expect: Spanned<Verdicts>,
    kind: Option<String>,
    now: Option<String>,
    #[serde(default)]
    params: BTreeMap<String, Json>,
    base: Option<String>,
    patch: Option<Spanned<Json>>,
    earlier: Option<RawBlock>,
    #[serde(default)]
    sibling: Vec<RawSibling>,
    #[serde(default)]
    reference: Vec<RawReference>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a verdict such as \"fail at A[x].B\", or a list of them"
)]
enum Verdicts {
    One(String),
    All(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBlock {
    base: Option<String>,
    patch: Option<Spanned<Json>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSibling {
    kind: String,
    base: Option<String>,
    patch: Option<Spanned<Json>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReference {
    name: String,
    content: Spanned<Json>,
}

impl CaseFile {
    /// Reads a file of cases.
    pub fn read(path: &str, text: &str) -> Result<Self, SourceError> {
        let reader = Reader { path, text };
        let raw: RawFile = toml::from_str(text)
            .map_err(|error| reader.error(error.span().unwrap_or(0..0), error.message()))?;
        if raw.case.is_empty() {
            return Err(reader.error(0..0, "the file holds no `[[case]]`"));
        }
        let cases = raw.case.into_iter().map(|case| reader.case(case));
        Ok(Self {
            path: path.to_owned(),
            cases: cases.collect::<Result<_, _>>()?,
        })
    }
}

impl CaseFile {
    /// The names of its cases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cases.iter().map(|case| case.example.title.as_str())
    }
}

impl Case {
    /// The example with its files read.
    pub(crate) fn with_bases(
        &self,
        read: impl Fn(&str) -> Result<String, String>,
    ) -> Result<PageExample, String> {
        let mut example = self.example.clone();
        let given = example.given.iter_mut().map(|given| &mut given.base);
        for base in given.chain([&mut example.base]) {
            if let Some(name) = base {
                *base = Some(read(name)?);
            }
        }
        Ok(example)
    }
}

/// What is known while a file is read.
struct Reader<'f> {
    path: &'f str,
    text: &'f str,
}

impl Reader<'_> {
    fn case(&self, case: Spanned<RawCase>) -> Result<Case, SourceError> {
        let span = case.span();
        let case = case.into_inner();
        let expect = case.expect.span();
        let given = self.given(case.earlier, case.sibling, case.reference)?;
        let info = match case.expect.into_inner() {
            Verdicts::One(text) => text,
            Verdicts::All(texts) => texts.join(", "),
        };
        let verdicts = Expectation::parse_verdicts(&info)
            .map_err(|message| self.error(expect.clone(), &message))?;
        let params = case.params.into_iter();
        let expectation = Expectation {
            verdicts,
            params: params
                .map(|(name, value)| (name, value.to_string()))
                .collect(),
            now: case.now,
            kind: case.kind,
        };
        let example = PageExample {
            title: case.name,
            info,
            text: self.patch(case.patch)?,
            base: case.base,
            line: self.region(span).start.line,
            given,
        };
        Ok(Case {
            example,
            expectation,
            expect,
        })
    }

    fn given(
        &self,
        earlier: Option<RawBlock>,
        siblings: Vec<RawSibling>,
        references: Vec<RawReference>,
    ) -> Result<Vec<GivenBlock>, SourceError> {
        let block = |of, base, patch| {
            let text = self.patch(patch)?;
            Ok(GivenBlock { of, text, base })
        };
        let earlier = earlier.map(|earlier| block(Given::Earlier, earlier.base, earlier.patch));
        let siblings = siblings
            .into_iter()
            .map(|sibling| block(Given::Sibling(sibling.kind), sibling.base, sibling.patch));
        let references = references.into_iter().map(|reference| {
            block(
                Given::Reference(reference.name),
                None,
                Some(reference.content),
            )
        });
        earlier
            .into_iter()
            .chain(siblings)
            .chain(references)
            .collect()
    }

    /// A patch as JSON: a text of it, because TOML has no `null`, or the value itself.
    fn patch(&self, patch: Option<Spanned<Json>>) -> Result<String, SourceError> {
        let Some(patch) = patch else {
            return Ok("{}".to_owned());
        };
        let span = patch.span();
        match patch.into_inner() {
            Json::String(text) => match serde_json::from_str::<Json>(&text) {
                Ok(_) => Ok(text),
                Err(error) => Err(self.error(span, &format!("the text is no JSON: {error}"))),
            },
            value => Ok(value.to_string()),
        }
    }

    fn error(&self, span: Range<usize>, message: &str) -> SourceError {
        SourceError {
            path: self.path.to_owned(),
            region: self.region(span),
            message: message.trim().replace('\n', "; "),
        }
    }

    fn region(&self, span: Range<usize>) -> Region {
        let position = |offset: usize| crate::source::position(self.text, offset);
        Region {
            start: position(span.start),
            end: position(span.end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        CaseFile::read("tests/a.toml", text)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_file_is_read_with_its_places() {
        let text = "[[case]]\nname = \"a\"\nexpect = ['fail at A[x] saying \"b, c\"', \"review\"]\npatch = '{ \"data\": null }'\nparams = { days = 3 }\n\n[[case]]\nname = \"b\"\nexpect = \"pass\"\n[[case.sibling]]\nkind = \"dns\"\n";
        let file = CaseFile::read("tests/a.toml", text).unwrap();
        assert_eq!(file.cases.len(), 2);
        assert_eq!(&text[file.cases[1].expect.clone()], "\"pass\"");
        assert_eq!(
            file.cases[1].example.given[0].of,
            Given::Sibling("dns".to_owned())
        );
        assert_eq!(file.cases[0].expectation.verdicts.len(), 2);
        assert_eq!(file.cases[1].example.line, 7);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, expected) in [
            ("", "tests/a.toml:1:1: missing field `case`"),
            (
                "[[case]]\nname = \"a\"\n",
                "tests/a.toml:1:1: missing field `expect`",
            ),
            (
                "[[case]]\nname = \"a\"\nexpect = \"fial at A\"\n",
                "tests/a.toml:3:10: `fial at A` is no verdict; expected one of pass, fail, not_applicable, indeterminate, review, error; did you mean `fail`?",
            ),
            (
                "[[case]]\nname = \"a\"\nexpect = \"pass\"\npatch = \"{\"\n",
                "tests/a.toml:4:9: the text is no JSON: EOF while parsing an object at line 1 column 1",
            ),
        ] {
            assert_eq!(error(text), expected);
        }
        let unknown = error("[[case]]\nname = \"a\"\nexpects = \"pass\"\n");
        assert!(
            unknown.starts_with("tests/a.toml:3:1: unknown field `expects`, expected one of"),
            "{unknown}"
        );
    }
}
