//! Where the thing at a place is declared.

use assize_finding::Span;
use assize_policy::syntax::{ExprKind, Node};

use super::{
    Scene,
    cursor::{Cursor, Here},
    fields, names, schema_pointer,
};

/// Where something is declared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// In this source.
    Here(Span),
    /// In the schema of the policy's kind, at a JSON Pointer.
    Schema { kind: String, pointer: String },
    /// In reference data.
    Reference { pack: String, name: String },
}

/// Where the thing at a place is declared.
pub(crate) fn at(scene: &Scene<'_>, offset: u32) -> Option<Target> {
    if let Some(meaning) = names::meaning(scene.tree, offset) {
        return Some(Target::Here(meaning.name().span));
    }
    let path = scene.tree.path_at(offset);
    let Some(Node::Expr(expression)) = path.last() else {
        return None;
    };
    match &expression.kind {
        ExprKind::Field { object, name, .. } if name.span.start <= offset => {
            if fields::is_params(object) {
                let mut params = scene.header.params().into_iter();
                let declared = params.find(|param| param.name.text == name.text)?;
                return Some(Target::Here(declared.name.span));
            }
            let field = fields::named(scene, object, &name.text)?;
            let kind = scene.project.kinds.find(&field.kind)?;
            Some(Target::Schema {
                pointer: schema_pointer::of(kind, &field.path)?,
                kind: field.kind,
            })
        }
        ExprKind::Text(text) => of_text(scene, text, expression.span),
        _ => None,
    }
}

fn of_text(scene: &Scene<'_>, text: &str, span: Span) -> Option<Target> {
    let kind = |name: &str| {
        let kind = scene.project.kinds.find(name)?;
        Some(Target::Schema {
            kind: kind.name().to_owned(),
            pointer: String::new(),
        })
    };
    match Here::at(scene, span.start + 1).cursor {
        Cursor::Argument("reference") => {
            let (pack, name) = text.split_once('/').unwrap_or((scene.pack, text));
            Some(Target::Reference {
                pack: pack.to_owned(),
                name: name.to_owned(),
            })
        }
        Cursor::Argument(_) | Cursor::HeaderText("kind") => kind(text),
        _ => None,
    }
}
