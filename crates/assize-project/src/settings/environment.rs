//! Options from variables of the environment. They outrank the file, and the command line outranks them.

use std::ffi::OsString;

use assize_snapshot::nearest;

use crate::toml_tree::{At, Node, Placed};

/// How a variable is read.
#[derive(Clone, Copy)]
enum Reading {
    /// A list of paths, separated as the system separates them in `PATH`.
    Paths,
    /// A list of names with commas.
    Names,
    Text,
    Flag,
}

/// The variables, and the fields that they set.
const VARIABLES: [(&str, &str, Reading); 7] = [
    ("ASSIZE_POLICIES", "policies", Reading::Paths),
    ("ASSIZE_KINDS", "kinds", Reading::Paths),
    ("ASSIZE_SELECT", "select", Reading::Names),
    ("ASSIZE_IGNORE", "ignore", Reading::Names),
    ("ASSIZE_WAIVERS", "waivers", Reading::Paths),
    ("ASSIZE_FAIL_ON", "fail_on", Reading::Text),
    ("ASSIZE_ALLOW_INCOMPLETE", "allow_incomplete", Reading::Flag),
];

/// Variables that commands read by themselves.
const OTHERS: [&str; 2] = ["ASSIZE_CONFIG", "ASSIZE_NO_CONFIG"];

/// Puts what variables say in the place of what the table says.
pub(crate) fn overlay(
    table: &mut Vec<(String, At, Placed)>,
    variables: &[(String, OsString)],
) -> Result<(), String> {
    for (name, value) in variables {
        let known = VARIABLES.iter().find(|(own, ..)| own == name);
        let Some((own, field, reading)) = known else {
            check_name(name)?;
            continue;
        };
        let at = At::Environment(own);
        let node = node(*reading, value, &at);
        table.retain(|(present, ..)| present != field);
        table.push(((*field).to_owned(), at.clone(), Placed { node, at }));
    }
    Ok(())
}

/// Other variables with the prefix are other people's, unless they look like a slip of the finger.
fn check_name(name: &str) -> Result<(), String> {
    if OTHERS.contains(&name) {
        return Ok(());
    }
    let known = VARIABLES.iter().map(|(own, ..)| *own).chain(OTHERS);
    let close = known.filter(|own| own.len().abs_diff(name.len()) <= 2);
    match nearest(name, close).filter(|nearest| differs_little(nearest, name)) {
        Some(nearest) => Err(format!(
            "nothing reads the variable {name}; did you mean {nearest}?"
        )),
        None => Ok(()),
    }
}

/// All variables begin alike, so that only their ends tell.
fn differs_little(known: &str, name: &str) -> bool {
    let rest = |text: &str| text.trim_start_matches("ASSIZE_").to_owned();
    let (known, name) = (rest(known), rest(name));
    nearest(&name, [known.as_str()]).is_some()
}

fn node(reading: Reading, value: &OsString, at: &At) -> Node {
    let text = value.to_string_lossy().into_owned();
    let list = |texts: Vec<String>| {
        let placed = |text: String| Placed {
            node: Node::Text(text),
            at: at.clone(),
        };
        Node::List(texts.into_iter().map(placed).collect())
    };
    match reading {
        Reading::Paths => {
            let paths = std::env::split_paths(value);
            let paths = paths.filter(|path| !path.as_os_str().is_empty());
            list(
                paths
                    .map(|path| path.to_string_lossy().into_owned())
                    .collect(),
            )
        }
        Reading::Names => {
            let names = text
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty());
            list(names.map(str::to_owned).collect())
        }
        Reading::Text => Node::Text(text),
        Reading::Flag => match text.as_str() {
            "1" | "true" => Node::Flag(true),
            "" | "0" | "false" => Node::Flag(false),
            _ => Node::Text(text),
        },
    }
}
