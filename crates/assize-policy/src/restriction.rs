//! What the script language allows and policies must not do, because it would defeat the sandbox or the policy itself.

use rhai::{AST, ASTNode, Expr, FnPtr, Position, Stmt};

use crate::{
    engine,
    library::library_functions,
    source::{Source, SourceError},
    trace::RESERVED,
};

/// Functions of the engine that policies must not call: they stop without a word, wait, read data, or forge where a value came from.
const WITHHELD: [&str; 5] = ["exit", "parse_json", "set_tag", "sleep", "timestamp"];

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
        if library_functions().any(|own| own.is_protected && own.name == name) {
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
    library_functions().any(|own| own.name == call.name.as_str() && own.calls_back())
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
    use super::library_functions;

    /// What is described has the names that policies must not take; a policy written for one release runs in the next.
    #[test]
    fn names_of_the_library_are_protected() {
        let protected: std::collections::BTreeSet<&str> = library_functions()
            .filter(|own| own.is_protected)
            .map(|own| own.name)
            .collect();
        let call_back: std::collections::BTreeSet<&str> = library_functions()
            .filter(|own| own.calls_back())
            .map(|own| own.name)
            .collect();
        assert_eq!((protected.len(), call_back.len()), (85, 15));
        assert!(call_back.is_subset(&protected));
    }
}
