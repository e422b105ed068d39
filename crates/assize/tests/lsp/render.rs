//! Answers as people read them.

use std::{fmt::Write as _, path::Path};

use serde_json::Value;

/// An answer, or what was told, in lines.
pub(crate) fn render(method: &str, answer: &Value, root: &Path) -> String {
    if let Some(error) = answer.get("error") {
        return format!("error: {}", error["message"].as_str().unwrap());
    }
    let result = answer.get("result").unwrap_or(answer);
    let text = match method {
        _ if result.is_null() => "nothing".to_owned(),
        "diagnostics" => lines(result, diagnostic),
        "hover" => format!(
            "{}\n{}",
            range(&result["range"]),
            result["contents"]["value"].as_str().unwrap()
        ),
        "completion" => lines(&result["items"], item),
        "definition" => location(result),
        "references" => lines(result, location),
        "highlight" => lines(result, |mark| range(&mark["range"])),
        "folding" => lines(result, |fold| {
            format!("{}-{}", fold["startLine"], fold["endLine"])
        }),
        "symbols" => symbols(result, 0),
        "lens" => lines(result, |lens| {
            format!(
                "{} {}",
                range(&lens["range"]),
                lens["command"]["title"].as_str().unwrap()
            )
        }),
        "actions" => lines(result, |action| {
            action["title"].as_str().unwrap().to_owned()
        }),
        _ => serde_json::to_string_pretty(result).unwrap(),
    };
    let root = format!("file://{}", root.display());
    text.replace(&format!("{root}/"), "")
        .replace(&root, ".")
        .trim_end()
        .to_owned()
}

fn lines(list: &Value, line: impl Fn(&Value) -> String) -> String {
    let list = list.as_array().unwrap();
    if list.is_empty() {
        return "none".to_owned();
    }
    list.iter().map(line).collect::<Vec<_>>().join("\n")
}

pub(crate) fn range(range: &Value) -> String {
    let at = |place: &Value| format!("{}:{}", place["line"], place["character"]);
    format!("{}-{}", at(&range["start"]), at(&range["end"]))
}

fn diagnostic(found: &Value) -> String {
    let severity = ["", "error", "warning", "information", "hint"]
        [found["severity"].as_u64().unwrap() as usize];
    let (code, message) = (
        found["code"].as_str().unwrap(),
        found["message"].as_str().unwrap(),
    );
    format!("{} {severity} {code}: {message}", range(&found["range"]))
}

fn item(item: &Value) -> String {
    let mut text = item["label"].as_str().unwrap().to_owned();
    if let Some(detail) = item["detail"].as_str() {
        let _ = write!(text, "  -- {detail}");
    }
    let new = item["textEdit"]["newText"].as_str().unwrap();
    if new != item["label"] {
        let _ = write!(text, "  => {new}");
    }
    text
}

fn location(place: &Value) -> String {
    format!(
        "{} {}",
        place["uri"].as_str().unwrap(),
        range(&place["range"])
    )
}

fn symbols(list: &Value, depth: usize) -> String {
    let mut text = String::new();
    for symbol in list.as_array().into_iter().flatten() {
        let detail = symbol["detail"]
            .as_str()
            .map(|detail| format!("  -- {detail}"))
            .unwrap_or_default();
        let name = symbol["name"].as_str().unwrap();
        let _ = writeln!(
            text,
            "{}{name}{detail}  {}",
            "  ".repeat(depth),
            range(&symbol["range"])
        );
        text.push_str(&symbols(&symbol["children"], depth + 1));
    }
    text
}
