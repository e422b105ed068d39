//! What is said of the thing at a place of a policy.

use std::fmt::Write as _;

use assize_finding::Span;
use assize_policy::syntax::{Expr, ExprKind, Node};
use assize_snapshot::Kind;

use super::{
    Scene,
    completion::plain_comment,
    cursor::{Cursor, Here},
    fields,
    header::FIELDS,
    library,
    names::{self, Meaning},
};

/// A text in Markdown, and what it is said of.
pub(crate) struct Hover {
    pub(crate) span: Span,
    pub(crate) text: String,
}

/// What is said of the thing at a place.
pub(crate) fn at(scene: &Scene<'_>, offset: u32) -> Option<Hover> {
    if scene.header.span.start <= offset && offset <= scene.header.span.end {
        return of_header(scene, offset);
    }
    if let Some(meaning) = names::meaning(scene.tree, offset) {
        return Some(of_meaning(scene, meaning, offset));
    }
    let path = scene.tree.path_at(offset);
    let Some(Node::Expr(expression)) = path.last() else {
        return None;
    };
    of_expression(scene, expression, offset)
}

fn of_expression(scene: &Scene<'_>, expression: &Expr, offset: u32) -> Option<Hover> {
    match &expression.kind {
        ExprKind::Variable(name) => {
            let (_, doc) = library::GLOBALS.iter().find(|(own, _)| own == name)?;
            let text = format!("```assize\n{name}\n```\n\n{doc}");
            Some(Hover {
                span: expression.span,
                text,
            })
        }
        ExprKind::Field { object, name, .. } if covers(name.span, offset) => {
            let text = of_field(scene, object, &name.text)?;
            Some(Hover {
                span: name.span,
                text,
            })
        }
        ExprKind::Call { name, .. } | ExprKind::Method { name, .. }
            if covers(name.span, offset) =>
        {
            let text = library::page(&name.text)?;
            Some(Hover {
                span: name.span,
                text,
            })
        }
        ExprKind::Text(text) => {
            let here = Here::at(scene, expression.span.start + 1);
            let text = match here.cursor {
                Cursor::Argument("reference") => return None,
                Cursor::Argument(_) => kind_words(scene.project.kinds.find(text)?),
                _ => return None,
            };
            Some(Hover {
                span: expression.span,
                text,
            })
        }
        _ => None,
    }
}

fn of_field(scene: &Scene<'_>, object: &Expr, name: &str) -> Option<String> {
    if fields::is_params(object) {
        return param_words(scene, name);
    }
    let field = fields::named(scene, object, name)?;
    let path = if field.path.is_empty() {
        name
    } else {
        &field.path
    };
    Some(fields::page(path, &field))
}

fn param_words(scene: &Scene<'_>, name: &str) -> Option<String> {
    let (_, doc) = scene.params().into_iter().find(|(own, _)| own == name)?;
    let mut text = format!("```assize\nparams.{name}\n```\n\n{doc}");
    let declared = scene
        .header
        .params()
        .into_iter()
        .find(|param| param.name.text == name);
    let literal = declared.map(|param| &scene.source[param.span.range()]);
    if let Some(literal) = literal.filter(|literal| literal.len() < 500) {
        let _ = write!(text, "\n\n```assize\n{literal}\n```");
    }
    Some(text)
}

fn of_meaning(scene: &Scene<'_>, meaning: Meaning<'_>, offset: u32) -> Hover {
    let span = names::uses(scene.tree, meaning)
        .into_iter()
        .find(|span| covers(*span, offset));
    let span = span.unwrap_or_else(|| meaning.name().span);
    let text = match meaning {
        Meaning::Local(local) => of_local(scene, local),
        Meaning::Function(function) => {
            let params: Vec<&str> = function
                .params
                .iter()
                .map(|param| param.text.as_str())
                .collect();
            let mut text = format!(
                "```assize\nfn {}({})\n```",
                function.name.text,
                params.join(", ")
            );
            if let Some(comment) = function.comment {
                let _ = write!(
                    text,
                    "\n\n{}",
                    plain_comment(&scene.source[comment.range()])
                );
            }
            text
        }
    };
    Hover { span, text }
}

/// A variable: what it is, where that is known.
fn of_local(scene: &Scene<'_>, local: names::Local<'_>) -> String {
    let mut variables = scene.types().variables.iter();
    let variable = variables.find(|variable| variable.declared == local.name.span);
    let of = variable
        .map(|variable| variable.of.clone())
        .filter(|of| !of.is_unknown() && !of.is_never());
    let mut text = match &of {
        Some(of) => format!(
            "```assize\n{}: {of}\n```\n\n{}",
            local.name.text, local.what
        ),
        None => format!("```assize\n{}\n```\n\n{}", local.name.text, local.what),
    };
    if let Some(object) = of.as_ref().and_then(|of| of.objects().next()) {
        let place = scene.types().place(object);
        let _ = write!(text, " `{}`\n\n{}", place.path, place.description);
    }
    text
}

fn of_header(scene: &Scene<'_>, offset: u32) -> Option<Hover> {
    let (name, value) = scene
        .header
        .members
        .iter()
        .find(|(name, value)| covers(name.span, offset) || covers(value.span, offset))?;
    if covers(name.span, offset) {
        let (_, doc) = FIELDS.iter().find(|(own, _)| *own == name.text)?;
        return Some(Hover {
            span: name.span,
            text: (*doc).to_owned(),
        });
    }
    let texts = scene.header.texts(&name.text);
    let (text, span) = texts
        .into_iter()
        .find(|(_, span)| covers(*span, offset))
        .unwrap_or(("", value.span));
    let words = match name.text.as_str() {
        "kind" => kind_words(scene.project.kinds.find(text)?),
        "controls" => control_words(scene, text)?,
        "select" => select_words(scene, text)?,
        _ => return None,
    };
    Some(Hover { span, text: words })
}

/// What a kind is: its title, its description and its sections.
pub(crate) fn kind_words(kind: &Kind) -> String {
    let schema = kind.schema();
    let root = schema.place(schema.root());
    let mut text = format!("**{}** (`{}`)", kind.title(), kind.name());
    if !root.description.is_empty() {
        let _ = write!(text, "\n\n{}", root.description);
    }
    let sections: Vec<String> = root
        .fields
        .iter()
        .map(|field| format!("`{}`", field.name))
        .collect();
    if !sections.is_empty() {
        let _ = write!(text, "\n\nSections: {}", sections.join(", "));
    }
    text
}

fn control_words(scene: &Scene<'_>, text: &str) -> Option<String> {
    let (framework, id) = text.split_once(':')?;
    let control = assize_finding::Control {
        framework: framework.to_owned(),
        id: id.to_owned(),
    };
    let packs = &scene.project.packs;
    let name = packs
        .framework(framework)
        .unwrap_or_else(|| framework.to_owned());
    let note = packs.control(scene.pack, &control);
    let title = note.as_ref().map_or("", |note| note.title.as_str());
    let verified = if note.as_ref().is_some_and(|note| note.verified) {
        ""
    } else {
        "\n\nmapping not verified"
    };
    Some(format!("**{name} {id}**\n\n{title}{verified}"))
}

/// What a query selects, by its last name that the schema knows.
fn select_words(scene: &Scene<'_>, query: &str) -> Option<String> {
    let kind = scene.kind()?;
    let section = query.strip_prefix("$.")?.split(['.', '[']).next()?;
    let schema = kind.schema();
    let field = schema.field(schema.root(), section)?;
    Some(fields::page_of_place(
        section,
        schema.place(field.place),
        field.is_required,
    ))
}

fn covers(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}

/// What is said of the whole policy, where its title is meant.
pub(crate) fn of_title(scene: &Scene<'_>, offset: u32, page: Option<&str>) -> Option<Hover> {
    let value = scene
        .header
        .member("title")
        .filter(|value| covers(value.span, offset))?;
    let page = page?;
    // The examples are tests; they say nothing that the rest does not say in words.
    let words = page.split("\n## Examples").next().unwrap_or(page);
    Some(Hover {
        span: value.span,
        text: words.trim().to_owned(),
    })
}
