//! What the script language allows and policies must not do, because it would defeat the sandbox or the policy itself.

use rhai::{AST, ASTNode, Expr, FnPtr, Position, Stmt};

use crate::{
    engine,
    source::{Source, SourceError},
    trace::RESERVED,
};

/// The functions of the library that policies call by name.
const LIBRARY: [&str; 70] = [
    "add",
    "certificate",
    "collected_at",
    "collector",
    "collector_errors",
    "contains",
    "days",
    "debug",
    "dns_text",
    "ends_with",
    "estate",
    "estate_all",
    "fail",
    "filter_by",
    "filter_by_host",
    "find_by",
    "find_by_host",
    "has",
    "has_estate",
    "has_path",
    "host_covers",
    "host_within",
    "hours",
    "indeterminate",
    "is_empty",
    "is_null",
    "is_raw",
    "join",
    "key_bits",
    "keys",
    "kind_of",
    "len",
    "lists_errors",
    "lower",
    "matches_glob",
    "max",
    "min",
    "minutes",
    "not_applicable",
    "number",
    "pad",
    "parent",
    "print",
    "reference",
    "references",
    "replace",
    "review",
    "same_dns",
    "same_host",
    "same_id",
    "same_text",
    "same_thumbprint",
    "seconds",
    "set",
    "size_bytes",
    "source_of",
    "split",
    "starts_with",
    "tags",
    "thumbprint",
    "time",
    "to_array",
    "to_debug",
    "to_json",
    "to_string",
    "trim",
    "truncations",
    "unique_ids",
    "values",
    "version",
];

/// Functions of the engine that policies must not call: they stop without a word, wait, read data, or forge where a value came from.
const WITHHELD: [&str; 5] = ["exit", "parse_json", "set_tag", "sleep", "timestamp"];

/// The methods that take a function first, call it, and do not keep it.
const CALL_BACK: [&str; 15] = [
    "all",
    "dedup",
    "drain",
    "filter",
    "find",
    "find_map",
    "for_each",
    "index_of",
    "map",
    "reduce",
    "reduce_rev",
    "retain",
    "some",
    "sort",
    "sort_by",
];

/// Refuses what policies must not do.
pub(crate) fn check(source: &Source, ast: &AST) -> Result<(), SourceError> {
    for function in ast.iter_functions() {
        let name = function.name;
        if function.this_type.is_some() {
            let message =
                format!("`fn type.{name}` is not available; functions are called by their names");
            return Err(source.error_at(position_of(source, name), message));
        }
        if name.starts_with(RESERVED) {
            let message = format!(
                "names of functions do not begin with `{RESERVED}`; choose another name than `{name}`"
            );
            return Err(source.error_at(position_of(source, name), message));
        }
        // Whoever calls it means the one that everybody knows: a `fail` that does nothing would make failures pass.
        if LIBRARY.contains(&name) || CALL_BACK.contains(&name) {
            let message = format!("`{name}` is a function of the library; choose another name");
            return Err(source.error_at(position_of(source, name), message));
        }
    }
    let mut refused = None;
    ast.walk(&mut |path| {
        refused = refuse(path);
        refused.is_none()
    });
    match refused {
        Some((position, message)) => Err(source.error_at(position, message)),
        None => hidden_by_parameter(source, ast),
    }
}

fn refuse(path: &[ASTNode<'_>]) -> Option<(Position, String)> {
    match path.last()? {
        ASTNode::Stmt(Stmt::Var(parts, _, position)) => hidden(&parts.0.name, *position),
        ASTNode::Stmt(Stmt::For(parts, _)) => {
            let index = parts.1.as_ref();
            hidden(&parts.0.name, parts.0.pos)
                .or_else(|| index.and_then(|index| hidden(&index.name, index.pos)))
        }
        // Whoever catches an error goes on without what failed, and would pass.
        ASTNode::Stmt(Stmt::TryCatch(_, position)) => {
            let message = "`try` is not available to policies: an error is a verdict of its own";
            Some((*position, message.to_owned()))
        }
        ASTNode::Expr(Expr::FnCall(call, position) | Expr::MethodCall(call, position))
        | ASTNode::Stmt(Stmt::FnCall(call, position)) => {
            let is_withheld =
                WITHHELD.contains(&call.name.as_str()) || call.name.starts_with(RESERVED);
            is_withheld.then(|| {
                (
                    *position,
                    format!("`{}` is not available to policies", call.name),
                )
            })
        }
        ASTNode::Expr(Expr::DynamicConstant(value, position)) => {
            let is_loose = value.is::<FnPtr>() && !is_called_back(path);
            is_loose.then(|| {
                let message = "a function stands only as the first argument of a list method, such as `list.find(|x| ..)`";
                (*position, message.to_owned())
            })
        }
        _ => None,
    }
}

fn hidden(name: &str, position: Position) -> Option<(Position, String)> {
    let is_global = engine::GLOBALS.contains(&name);
    is_global.then(|| {
        (
            position,
            format!("`{name}` is what every policy sees; choose another name"),
        )
    })
}

fn hidden_by_parameter(source: &Source, ast: &AST) -> Result<(), SourceError> {
    for function in ast.iter_functions() {
        // A closure that uses a global has it as a parameter, too.
        let is_closure = function.name.starts_with("anon$");
        let mut parameters = function.params.iter();
        let global = parameters.find(|name| engine::GLOBALS.contains(*name));
        if let (false, Some(global)) = (is_closure, global) {
            let message = format!(
                "`{}` has a parameter `{global}`, which is what every policy sees; choose another name",
                function.name
            );
            return Err(source.error_at(position_of(source, function.name), message));
        }
    }
    Ok(())
}

/// Whether the function at the end of a path, with what it captures, is the first argument of a method that calls it back.
fn is_called_back(path: &[ASTNode<'_>]) -> bool {
    // What a function captures is bound by a call of `curry` in a block of its own.
    let wrapper = path.iter().rev().nth(1);
    let is_bound =
        matches!(wrapper, Some(ASTNode::Expr(Expr::FnCall(call, _))) if call.name == "curry");
    let above = if is_bound {
        path.iter()
            .rposition(|node| matches!(node, ASTNode::Expr(Expr::Stmt(_))))
    } else {
        path.len().checked_sub(1)
    };
    let Some((argument, owner)) = above.and_then(|at| Some((path[at], path[at.checked_sub(1)?])))
    else {
        return false;
    };
    let (ASTNode::Expr(argument), ASTNode::Expr(Expr::MethodCall(call, _))) = (argument, owner)
    else {
        return false;
    };
    CALL_BACK.contains(&call.name.as_str())
        && call
            .args
            .first()
            .is_some_and(|first| std::ptr::eq(first, argument))
}

/// Where a function is defined; the syntax tree does not say.
fn position_of(source: &Source, name: &str) -> Position {
    let start = |line: &str| {
        let mut rest = line;
        while let Some(at) = rest.find("fn ") {
            let after = rest[at + 3..].trim_start();
            let begins = line.len() - after.len();
            if after.strip_prefix(name).is_some_and(|tail| {
                !tail.starts_with(|next: char| next.is_alphanumeric() || next == '_')
            }) {
                return Some(line[..begins].chars().count());
            }
            rest = after;
        }
        None
    };
    let mut lines = source.text.lines().enumerate();
    let found = lines.find_map(|(number, line)| Some((number + 1, start(line)? + 1)));
    match found.map(|(line, column)| (u16::try_from(line), u16::try_from(column))) {
        Some((Ok(line), Ok(column))) => Position::new(line, column),
        _ => Position::NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::{CALL_BACK, LIBRARY};

    #[test]
    fn every_function_of_the_library_is_protected() {
        let files = [
            include_str!("library/certificate.rs"),
            include_str!("library/dns.rs"),
            include_str!("library/evidence.rs"),
            include_str!("library/facts.rs"),
            include_str!("library/estate.rs"),
            include_str!("library/host.rs"),
            include_str!("library/identity.rs"),
            include_str!("library/list.rs"),
            include_str!("library/lookup.rs"),
            include_str!("library/number.rs"),
            include_str!("library/object.rs"),
            include_str!("library/reference.rs"),
            include_str!("library/set.rs"),
            include_str!("library/show.rs"),
            include_str!("library/sort.rs"),
            include_str!("library/text.rs"),
            include_str!("library/time.rs"),
            include_str!("library/verdict.rs"),
            include_str!("library/version.rs"),
        ];
        for file in files {
            for after in file.split("function!(").skip(1) {
                let argument = after.split(',').nth(1).unwrap_or_default().trim();
                let name = argument.trim_matches('"');
                let is_name = argument.starts_with('"') && name.starts_with(char::is_alphabetic);
                assert!(
                    !is_name || LIBRARY.contains(&name) || CALL_BACK.contains(&name),
                    "`{name}` is missing"
                );
            }
        }
    }
}
