use lsp_types::{
    Documentation, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, SignatureHelp,
    SignatureHelpParams, SignatureInformation,
};

use crate::{
    editor::{library, signature},
    fault::Fault,
    place::{At, policy_of},
    state::State,
};

pub(crate) fn answer(
    state: &State,
    params: SignatureHelpParams,
) -> Result<Option<SignatureHelp>, Fault> {
    let place = params.text_document_position_params;
    let Some(file) = policy_of(state, &place.text_document.uri)? else {
        return Ok(None);
    };
    let at = At::of(state, &place)?;
    let call = signature::at(&file.scene(), at.offset);
    Ok(call.map(|call| SignatureHelp {
        active_signature: Some(0),
        active_parameter: Some(call.argument),
        signatures: call
            .ways
            .into_iter()
            .map(|(label, doc)| way(label, doc))
            .collect(),
    }))
}

fn way(label: String, doc: String) -> SignatureInformation {
    let params = library::params(&label)
        .into_iter()
        .map(|param| ParameterInformation {
            label: ParameterLabel::Simple(param.to_owned()),
            documentation: None,
        });
    let params = params.collect();
    SignatureInformation {
        parameters: Some(params),
        documentation: (!doc.is_empty()).then_some(Documentation::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: doc,
        })),
        label,
        active_parameter: None,
    }
}
