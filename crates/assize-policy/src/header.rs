//! `const POLICY = #{...}`: what a policy says of itself. It is a literal, read from the syntax tree; nothing runs.

use assize_finding::{Control, Severity};
use rhai::{AST, ASTFlags, Dynamic, Expr, Stmt};

use crate::{
    source::{Source, SourceError},
    value::ParamValue,
};

/// The kind of a policy that judges snapshots of every kind.
pub(crate) const EVERY_KIND: &str = "*";

const FIELDS: [&str; 8] = [
    "title", "severity", "kind", "select", "controls", "params", "expect", "over",
];

/// What a policy says of itself.
#[derive(Debug, Clone)]
pub struct Header {
    /// One sentence that says what is in order.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// The snapshot kinds it judges, the one that it is written for first; `*` alone for every kind. In snapshots of the further
    /// kinds the sections that it selects from may be left out.
    pub kinds: Vec<String>,
    /// RFC 9535 queries for the judged objects; empty for the snapshot itself.
    pub select: Vec<String>,
    /// Controls of compliance frameworks.
    pub controls: Vec<Control>,
    /// Parameters with their defaults.
    pub params: Vec<Param>,
    /// `over: "time"`: it judges what changed since an earlier snapshot.
    pub over_time: bool,
    /// `expect: "some"`: selecting nothing is indeterminate.
    pub expects_some: bool,
    /// `expect: "any"`: the sections of several queries stand for each other, so that one of them is enough.
    pub expects_any: bool,
}

impl Header {
    /// Whether it judges snapshots of every kind: what it says is about the evidence and not about what was collected.
    pub fn judges_every_kind(&self) -> bool {
        self.kinds == [EVERY_KIND]
    }

    /// The kind that it is written for.
    pub fn first_kind(&self) -> &str {
        self.kinds.first().map_or("", String::as_str)
    }

    /// The kinds that it judges, as one text.
    pub fn kind_names(&self) -> String {
        self.kinds.join(", ")
    }

    /// Whether it judges snapshots of a kind.
    pub fn judges(&self, kind: &str) -> bool {
        self.kinds.iter().any(|own| own == kind) || self.judges_every_kind()
    }
}

/// A parameter of a policy.
#[derive(Debug, Clone)]
pub struct Param {
    /// The name after `params.`.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// Its value where nobody sets one; its type is the parameter's.
    pub default: ParamValue,
}

/// Reads the literal and refuses any other statement at the top level. `shared` are the parameters of the pack.
pub(crate) fn read(source: &Source, ast: &AST, shared: &[Param]) -> Result<Header, SourceError> {
    let mut header = None;
    for statement in ast.statements() {
        match statement {
            Stmt::Var(parts, flags, position) if parts.0.name == "POLICY" => {
                if !flags.intersects(ASTFlags::CONSTANT) {
                    return Err(
                        source.error_at(*position, "`POLICY` is a variable; write `const POLICY`")
                    );
                }
                header = Some(Reader { source, shared }.header(&parts.1)?);
            }
            Stmt::Noop(_) => {}
            other => {
                let message = "only `const POLICY` and functions stand at the top level; functions do not see anything else";
                return Err(source.error_at(other.position(), message));
            }
        }
    }
    header.ok_or_else(|| {
        source.error("the policy has no `const POLICY = #{ title: .., severity: .., kind: .. }`")
    })
}

struct Reader<'s> {
    source: &'s Source,
    shared: &'s [Param],
}

impl Reader<'_> {
    fn header(&self, literal: &Expr) -> Result<Header, SourceError> {
        let fields = self.fields(literal, "POLICY")?;
        for (name, value) in &fields {
            if !FIELDS.contains(&name.as_str()) {
                return Err(self.unknown(value, name, "POLICY", &FIELDS));
            }
        }
        let find = |name: &str| {
            fields
                .iter()
                .find(|(own, _)| own == name)
                .map(|(_, value)| *value)
        };
        let required = |name: &str| {
            find(name).ok_or_else(|| {
                self.source
                    .error_at(literal.position(), format!("`POLICY` has no `{name}`"))
            })
        };
        let severity = required("severity")?;
        let expect = find("expect")
            .map(|value| self.text(value, "expect"))
            .transpose()?;
        if let (Some(other), Some(value)) = (
            expect
                .as_deref()
                .filter(|text| !["some", "any"].contains(text)),
            find("expect"),
        ) {
            return Err(self.source.error_at(
                value.position(),
                format!("`expect` is `{other}`; expected \"some\" or \"any\""),
            ));
        }
        let over = find("over")
            .map(|value| Ok((self.text(value, "over")?, value)))
            .transpose()?;
        if let Some((other, value)) = over.as_ref().filter(|(text, _)| text != "time") {
            let message = format!("`over` is `{other}`; expected \"time\"");
            return Err(self.source.error_at(value.position(), message));
        }
        let kinds = self.kinds(required("kind")?)?;
        if let Some(value) = find("select").filter(|_| kinds == [EVERY_KIND]) {
            let message =
                "a policy of every kind judges the snapshot as a whole; leave `select` out";
            return Err(self.source.error_at(value.position(), message));
        }
        Ok(Header {
            title: self.text(required("title")?, "title")?,
            severity: self
                .text(severity, "severity")?
                .parse()
                .map_err(|error: String| self.source.error_at(severity.position(), error))?,
            kinds,
            select: find("select")
                .map(|value| self.texts(value, "select"))
                .transpose()?
                .unwrap_or_default(),
            controls: find("controls")
                .map(|value| self.controls(value))
                .transpose()?
                .unwrap_or_default(),
            params: find("params")
                .map(|value| self.params(value))
                .transpose()?
                .unwrap_or_default(),
            over_time: over.is_some(),
            expects_some: expect.as_deref() == Some("some"),
            expects_any: expect.as_deref() == Some("any"),
        })
    }

    fn unknown(&self, value: &Expr, name: &str, owner: &str, known: &[&str]) -> SourceError {
        let hint = match assize_snapshot::nearest(name, known.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("expected one of {}", known.join(", ")),
        };
        self.source.error_at(
            value.position(),
            format!("`{owner}` has no field `{name}`; {hint}"),
        )
    }

    fn fields<'e>(
        &self,
        literal: &'e Expr,
        owner: &str,
    ) -> Result<Vec<(String, &'e Expr)>, SourceError> {
        let Expr::Map(map, _) = literal else {
            return Err(self.source.error_at(
                literal.position(),
                format!("`{owner}` is not a literal map `#{{ .. }}`"),
            ));
        };
        Ok(map
            .0
            .iter()
            .map(|(name, value)| (name.name.to_string(), value))
            .collect())
    }

    fn text(&self, value: &Expr, name: &str) -> Result<String, SourceError> {
        match value {
            Expr::StringConstant(text, _) if !text.trim().is_empty() => Ok(text.to_string()),
            Expr::StringConstant(..) => Err(self
                .source
                .error_at(value.position(), format!("`{name}` is empty"))),
            _ => Err(self
                .source
                .error_at(value.position(), format!("`{name}` is not a plain string"))),
        }
    }

    fn texts(&self, value: &Expr, name: &str) -> Result<Vec<String>, SourceError> {
        match value {
            Expr::Array(elements, _) => elements
                .iter()
                .map(|element| self.text(element, name))
                .collect(),
            _ => Ok(vec![self.text(value, name)?]),
        }
    }

    fn kinds(&self, value: &Expr) -> Result<Vec<String>, SourceError> {
        let kinds = self.texts(value, "kind")?;
        let is_twice = |nth: usize| kinds[..nth].contains(&kinds[nth]);
        let message = if kinds.is_empty() {
            "`kind` is empty".to_owned()
        } else if kinds.len() > 1 && kinds.iter().any(|kind| kind == EVERY_KIND) {
            "`*` stands for every kind; it is no kind beside others".to_owned()
        } else if let Some(nth) = (0..kinds.len()).find(|nth| is_twice(*nth)) {
            format!("`kind` names `{}` twice", kinds[nth])
        } else {
            return Ok(kinds);
        };
        Err(self.source.error_at(value.position(), message))
    }

    fn controls(&self, value: &Expr) -> Result<Vec<Control>, SourceError> {
        let texts = self.texts(value, "controls")?;
        let controls = texts.into_iter().map(|text| match text.split_once(':') {
            Some((framework, id)) if !framework.is_empty() && !id.is_empty() => Ok(Control {
                framework: framework.to_owned(),
                id: id.to_owned(),
            }),
            _ => {
                let message = format!(
                    "`{text}` is no control; expected `framework:id`, such as `cis-m365-v6:2.1.9`"
                );
                Err(self.source.error_at(value.position(), message))
            }
        });
        controls.collect()
    }

    fn params(&self, value: &Expr) -> Result<Vec<Param>, SourceError> {
        let params = self
            .fields(value, "params")?
            .into_iter()
            .map(|(name, literal)| {
                let fields = self.fields(literal, &name)?;
                if self.shared.iter().any(|param| param.name == name) {
                    let message =
                        format!("the pack has a parameter `{name}` already; choose another name");
                    return Err(self.source.error_at(literal.position(), message));
                }
                if let Some((other, value)) = fields
                    .iter()
                    .find(|(own, _)| own != "doc" && own != "default")
                {
                    return Err(self.unknown(value, other, &name, &["doc", "default"]));
                }
                let find = |field: &str| {
                    let found = fields
                        .iter()
                        .find(|(own, _)| own == field)
                        .map(|(_, value)| *value);
                    found.ok_or_else(|| {
                        self.source.error_at(
                            literal.position(),
                            format!("parameter `{name}` has no `{field}`"),
                        )
                    })
                };
                let default = self.literal(find("default")?, &name)?;
                Ok(Param {
                    doc: self.text(find("doc")?, "doc")?,
                    default: ParamValue::new(default),
                    name,
                })
            });
        params.collect()
    }

    /// The value of a literal.
    fn literal(&self, value: &Expr, name: &str) -> Result<Dynamic, SourceError> {
        match value {
            Expr::Array(elements, _) => {
                let elements: Result<rhai::Array, _> = elements
                    .iter()
                    .map(|element| self.literal(element, name))
                    .collect();
                Ok(elements?.into())
            }
            Expr::Map(map, _) => {
                let members = map
                    .0
                    .iter()
                    .map(|(key, value)| Ok((key.name.as_str().into(), self.literal(value, name)?)));
                Ok(members.collect::<Result<rhai::Map, SourceError>>()?.into())
            }
            _ => value.get_literal_value(None).ok_or_else(|| {
                self.source.error_at(
                    value.position(),
                    format!("the default of `{name}` is not a literal"),
                )
            }),
        }
    }
}
