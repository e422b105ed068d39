use std::path::{Path, PathBuf};

use assize_finding::Pointer;
use assize_snapshot::Reader;
use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, Location};

use crate::{
    document::Document,
    editor::definition::{self, Target},
    fault::Fault,
    files,
    place::{At, location, policy_of},
    policy_file::PolicyFile,
    state::State,
};

pub(crate) fn answer(
    state: &State,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>, Fault> {
    let place = params.text_document_position_params;
    let Some(file) = policy_of(state, &place.text_document.uri)? else {
        return Ok(None);
    };
    let at = At::of(state, &place)?;
    let target = definition::at(&file.scene(), at.offset);
    let found = match target {
        Some(Target::Here(span)) => Some(location(&at.document, span)),
        Some(Target::Schema { kind, pointer }) => in_schema(state, &file, &kind, &pointer),
        Some(Target::Reference { pack, name }) => in_reference(state, &file, &pack, &name),
        None => None,
    };
    Ok(found.map(GotoDefinitionResponse::Scalar))
}

/// The place in the schema of a kind: in its file, or in a copy of one that has none.
fn in_schema(state: &State, file: &PolicyFile, kind: &str, pointer: &str) -> Option<Location> {
    let own = file.workspace.site.kinds.join(kind).join("schema.json");
    let path = if own.is_file() {
        own
    } else {
        let kind = file.workspace.project.kinds.find(kind)?;
        let text = serde_json::to_string_pretty(kind.schema_json()).ok()?;
        shown(&format!("{}.schema.json", kind.name()), &text)?
    };
    let document = state.document_at(&path)?;
    Some(at_pointer(&document, pointer))
}

fn in_reference(state: &State, file: &PolicyFile, pack: &str, name: &str) -> Option<Location> {
    let site = &file.workspace.site;
    let in_pack = |folder: PathBuf| folder.join("reference").join(format!("{name}.json"));
    let own = [
        in_pack(site.policies.join(pack)),
        in_pack(site.policies.clone()),
    ];
    let path = if let Some(path) = own.into_iter().find(|path| path.is_file()) {
        path
    } else {
        let references = file.workspace.project.packs.references();
        let found = references
            .iter()
            .find(|own| own.pack == pack && own.name == name)?;
        shown(&format!("{pack}.{name}.json"), found.text())?
    };
    let document = state.document_at(&path)?;
    Some(at_pointer(&document, ""))
}

/// What ships with assize has no file; a copy of it is shown.
fn shown(name: &str, text: &str) -> Option<PathBuf> {
    files::copy_to_show(Path::new(name), text).ok()
}

fn at_pointer(document: &Document, pointer: &str) -> Location {
    let span = Reader::default()
        .read(document.text().as_bytes().to_vec())
        .ok()
        .and_then(|json| {
            let node = json.resolve(json.root(), &Pointer::from(pointer.to_owned()))?;
            json.name_span(node)
        });
    location(document, span.unwrap_or_default())
}
