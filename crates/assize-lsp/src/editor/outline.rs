//! What a policy is made of.

use assize_finding::Span;

use super::{Scene, completion::plain_comment};

/// A part of a document with a name.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) detail: String,
    pub(crate) what: Made,
    /// All of it.
    pub(crate) whole: Span,
    /// Its name.
    pub(crate) named: Span,
    pub(crate) parts: Vec<Part>,
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    Header,
    Param,
    Function,
    Section,
    Example,
}

/// The header with its parameters, then the functions.
pub(crate) fn of_policy(scene: &Scene<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(constant) = scene.tree.constant("POLICY") {
        let title = scene
            .header
            .texts("title")
            .first()
            .map_or("", |(text, _)| *text);
        parts.push(Part {
            name: "POLICY".to_owned(),
            detail: title.to_owned(),
            what: Made::Header,
            whole: constant.span,
            named: constant.name.span,
            parts: params(scene),
        });
    }
    parts.extend(scene.tree.functions.iter().map(|function| {
        let comment = function
            .comment
            .map(|span| plain_comment(&scene.source[span.range()]));
        let params: Vec<&str> = function
            .params
            .iter()
            .map(|param| param.text.as_str())
            .collect();
        Part {
            name: format!("{}({})", function.name.text, params.join(", ")),
            detail: comment
                .and_then(|text| text.lines().next().map(str::to_owned))
                .unwrap_or_default(),
            what: Made::Function,
            whole: function.span,
            named: function.name.span,
            parts: Vec::new(),
        }
    }));
    parts
}

fn params(scene: &Scene<'_>) -> Vec<Part> {
    let params = scene.header.params().into_iter();
    let part = |param: super::header::Param<'_>| Part {
        name: param.name.text.clone(),
        detail: param.doc.unwrap_or_default().to_owned(),
        what: Made::Param,
        whole: param.span,
        named: param.name.span,
        parts: Vec::new(),
    };
    params
        .filter(|param| !param.name.text.is_empty())
        .map(part)
        .collect()
}

/// The headings of a page, each with those below it, and its examples.
pub(crate) fn of_page(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut in_fence = false;
    let mut start = 0_u32;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        in_fence ^= bare.starts_with("```");
        let level = bare.bytes().take_while(|byte| *byte == b'#').count();
        if !in_fence && (1..=3).contains(&level) && bare[level..].starts_with(' ') {
            let named = Span::new(start, start + bare.len() as u32);
            add_heading(&mut parts, level, &bare[level + 1..], named);
        }
        start += line.len() as u32;
    }
    close(&mut parts, text.len() as u32);
    parts
}

fn add_heading(parts: &mut Vec<Part>, level: usize, name: &str, named: Span) {
    let below = match parts.last_mut() {
        Some(part) if level == 3 => &mut part.parts,
        _ => parts,
    };
    below.push(Part {
        name: if name.trim().is_empty() {
            "(empty)".to_owned()
        } else {
            name.trim().to_owned()
        },
        detail: String::new(),
        what: if level == 3 {
            Made::Example
        } else {
            Made::Section
        },
        whole: named,
        named,
        parts: Vec::new(),
    });
}

/// Each part ends where the next begins.
fn close(parts: &mut [Part], end: u32) {
    let starts: Vec<u32> = parts.iter().map(|part| part.whole.start).collect();
    for (nth, part) in parts.iter_mut().enumerate() {
        part.whole.end = starts.get(nth + 1).copied().unwrap_or(end);
        close(&mut part.parts, part.whole.end);
    }
}

/// The spans of parts and of those within them.
pub(crate) fn spans(parts: &[Part]) -> Vec<Span> {
    let within = parts
        .iter()
        .flat_map(|part| std::iter::once(part.whole).chain(spans(&part.parts)));
    within.collect()
}
