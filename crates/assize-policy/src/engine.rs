//! The script engine: what policies may do, and nothing else.

use std::{
    cell::{Cell, RefCell},
    sync::LazyLock,
    time::Instant,
};

use assize_snapshot::intern;
use rhai::{
    AST, Dynamic, Engine, EvalAltResult, LexError, Module, OptimizationLevel, Shared, Token,
    packages::{
        BasicArrayPackage, BasicMapPackage, BasicMathPackage, CorePackage, LogicPackage,
        MoreStringPackage, Package,
    },
};

use crate::{
    budget, context,
    library::{self, Facts, Set},
    limits::Limits,
    node::{Id, Node, Params, Time},
    policy::Policy,
    restriction,
    source::{Source, SourceError},
};

/// The variables that every policy sees.
pub(crate) const GLOBALS: [&str; 4] = ["snapshot", "params", "now", EARLIER];

/// The variable that only policies over time see.
pub(crate) const EARLIER: &str = "earlier";

const WHOLE: Node = Node {
    slot: 0,
    id: Id::Root,
};

const WHOLE_EARLIER: Node = Node {
    slot: Node::EARLIER,
    id: Id::Root,
};

/// Words of the script language that policies may not use: they reach outside, or read code at run time.
/// Function pointers as values could be chained without end: freeing such a chain would exhaust the stack.
const FORBIDDEN: [&str; 8] = [
    "eval",
    "sleep",
    "timestamp",
    "import",
    "export",
    "Fn",
    "call",
    "curry",
];

static PACKAGES: LazyLock<Vec<Shared<Module>>> = LazyLock::new(|| {
    // The last one wins where two have the same function.
    vec![
        CorePackage::new().as_shared_module(),
        LogicPackage::new().as_shared_module(),
        BasicMathPackage::new().as_shared_module(),
        BasicArrayPackage::new().as_shared_module(),
        BasicMapPackage::new().as_shared_module(),
        MoreStringPackage::new().as_shared_module(),
        library::module().into(),
    ]
});

/// An engine with the limits in force.
fn bounded(limits: &Limits) -> Engine {
    let mut engine = Engine::new_raw();
    engine
        .set_max_call_levels(limits.call_depth)
        .set_max_expr_depths(limits.expression_depth, limits.expression_depth)
        .set_max_operations(limits.operations)
        .set_max_string_size(limits.string_bytes)
        .set_max_array_size(limits.array_elements)
        .set_max_map_size(limits.map_members)
        .set_max_variables(256)
        .set_max_functions(256)
        // The interner is one lock for the engine, and it would replace the strings whose origin we know.
        .set_max_strings_interned(0)
        // Optimising could run native functions while compiling, and drops the places of constants.
        .set_optimization_level(OptimizationLevel::None)
        .set_fail_on_invalid_map_property(true)
        // The engine's own comparisons are false for values of two types; the library's are an error.
        .set_fast_operators(false);
    for word in FORBIDDEN {
        engine.disable_symbol(word);
    }
    engine
}

thread_local! {
    /// What is left for the compilation that runs on this thread.
    static COMPILING: RefCell<Compiling> = RefCell::new(Compiling::default());
    /// The policy or page being compiled hit this limit.
    static STOPPED: Cell<bool> = const { Cell::new(false) };
}

#[derive(Default)]
struct Compiling {
    tokens: usize,
    max_tokens: usize,
    max_listed: usize,
    deadline: Option<Instant>,
    /// Separators seen in each open bracket.
    listed: Vec<usize>,
}

impl Compiling {
    /// Counts a token; what is wrong, if a limit is hit.
    fn count(&mut self, token: &Token) -> Option<String> {
        self.tokens += 1;
        if self.tokens > self.max_tokens {
            return Some(format!("limit tokens: more than {}", self.max_tokens));
        }
        if self.tokens.is_multiple_of(64)
            && self
                .deadline
                .is_some_and(|deadline| Instant::now() > deadline)
        {
            return Some("limit compile time".to_owned());
        }
        match token {
            Token::LeftParen | Token::LeftBracket | Token::LeftBrace | Token::MapStart => {
                self.listed.push(0);
            }
            Token::RightParen | Token::RightBracket | Token::RightBrace => {
                self.listed.pop();
            }
            Token::Comma | Token::SemiColon | Token::Let | Token::Const | Token::Else => {
                let listed = self.listed.last_mut()?;
                *listed += 1;
                if *listed > self.max_listed {
                    return Some(format!(
                        "limit list length: more than {} parts",
                        self.max_listed
                    ));
                }
            }
            _ => {}
        }
        None
    }
}

/// Compiles a policy's source within the limits.
pub(crate) fn compile(source: &Source, limits: &Limits) -> Result<AST, SourceError> {
    let ast = parse(source, limits)?;
    restriction::check(source, &ast)?;
    Ok(ast)
}

/// Compiles a policy that was written anew to be watched; as it was before, it has been compiled already.
pub(crate) fn compile_watched(source: &Source, limits: &Limits) -> Result<AST, SourceError> {
    parse(source, limits)
}

fn parse(source: &Source, limits: &Limits) -> Result<AST, SourceError> {
    if source.text.len() > limits.source_bytes {
        let message = format!(
            "limit source size: {} bytes, more than {}",
            source.text.len(),
            limits.source_bytes
        );
        return Err(source.error(message));
    }
    COMPILING.replace(Compiling {
        max_tokens: limits.tokens,
        max_listed: limits.listed,
        deadline: Some(Instant::now() + limits.compile_time),
        listed: vec![0],
        tokens: 0,
    });
    STOPPED.set(false);
    let mut engine = bounded(limits);
    #[expect(
        deprecated,
        reason = "the engine marks this hook as volatile, not as going away; nothing else bounds its parser"
    )]
    engine.on_parse_token(|token, _, _| {
        if STOPPED.get() {
            return Token::EOF;
        }
        match COMPILING.with_borrow_mut(|compiling| compiling.count(&token)) {
            None => token,
            Some(limit) => {
                STOPPED.set(true);
                Token::LexError(LexError::Runtime(limit).into())
            }
        }
    });
    engine.compile(&source.text).map_err(|error| {
        let mut message = error.err_type().to_string();
        if let Some(word) = FORBIDDEN
            .iter()
            .find(|word| message.contains(&format!("'{word}'")))
        {
            message = format!("`{word}` is not available to policies");
        } else if let Some(word) = reserved_after_dot(&source.text, error.position()) {
            message = if FORBIDDEN.contains(&word.as_str()) {
                format!("`{word}` is not available to policies; a field is read by `[\"{word}\"]`")
            } else {
                format!("`{word}` is a reserved word and cannot follow a dot; write `[\"{word}\"]`")
            };
        } else if let rhai::ParseErrorType::Reserved(word) = error.err_type() {
            message = format!(
                "`{word}` is a reserved word; as the name of a field write it in quotes, `\"{word}\"`"
            );
        }
        source.error_at(error.position(), message)
    })
}

/// The word after a dot at a place where the parser stumbled.
fn reserved_after_dot(text: &str, position: rhai::Position) -> Option<String> {
    let line = text.lines().nth(position.line()?.checked_sub(1)?)?;
    let characters: Vec<char> = line.chars().collect();
    let at = position.position()?.checked_sub(1)?;
    let before = characters
        .get(..at)?
        .iter()
        .rev()
        .find(|character| !character.is_whitespace())?;
    let word: String = characters
        .get(at..)?
        .iter()
        .take_while(|character| character.is_ascii_alphabetic())
        .collect();
    (*before == '.' && !word.is_empty()).then_some(word)
}

/// The field names that a set of policies uses, as properties of snapshot values and of parameters.
pub(crate) fn field_module<'p>(policies: impl Iterator<Item = &'p Policy>) -> Module {
    let mut names: Vec<&String> = policies.flat_map(|policy| &policy.properties).collect();
    names.sort();
    names.dedup();
    let mut module = Module::new();
    for name in names {
        let symbol = intern(name);
        module.set_getter_fn(name, move |node: &mut Node| {
            let node = *node;
            context::with(|context| context.field(node, symbol))
        });
        let own = name.clone();
        module.set_getter_fn(name, move |_: &mut Params| {
            context::with(|context| {
                context
                    .policy
                    .param(&own)
                    .ok_or_else(|| format!("the policy has no parameter `{own}`").into())
            })
        });
        let own = name.clone();
        module.set_getter_fn(name, move |facts: &mut Facts| Ok(facts.get(&own)));
        let own = name.clone();
        module.set_getter_fn(
            name,
            move |(): &mut ()| -> Result<Dynamic, Box<EvalAltResult>> {
                Err(
                    format!("`.{own}` is read from nothing: the value before it is absent or null")
                        .into(),
                )
            },
        );
    }
    module
}

/// An engine that judges: the library, the fields, the clock of the run.
pub(crate) fn judging(limits: &Limits, now: i64) -> Engine {
    let mut engine = bounded(limits);
    for package in PACKAGES.iter() {
        engine.register_global_module(Shared::clone(package));
    }
    let mut globals = Module::new();
    globals.set_var("snapshot", WHOLE);
    globals.set_var("earlier", WHOLE_EARLIER);
    globals.set_var("params", Params);
    globals.set_var("now", Time(now));
    #[expect(
        deprecated,
        reason = "the engine marks this hook as volatile, not as going away; without it, functions in arguments do not see the globals"
    )]
    engine.on_var(move |name, _, scope| {
        Ok(match name {
            "snapshot" => Some(Dynamic::from(WHOLE)),
            "earlier" => Some(Dynamic::from(WHOLE_EARLIER)),
            "params" => Some(Dynamic::from(Params)),
            "now" => Some(Dynamic::from(Time(now))),
            _ if context::is_captured(name) => scope.scope().get(name).and_then(unshared),
            _ => None,
        })
    });
    let findings = limits.findings;
    library::verdicts(&mut globals, findings);
    engine.register_global_module(globals.into());
    engine.register_type_with_name::<Node>("object or list");
    engine.register_type_with_name::<Facts>("named values");
    engine.register_type_with_name::<Set>("set of texts");
    engine.register_type_with_name::<Params>("params");
    engine.register_type_with_name::<Time>("time");
    engine.register_type_with_name::<crate::node::Duration>("duration");
    engine.register_type_with_name::<crate::node::Version>("version");
    engine.on_progress(|_| budget::step().map(Dynamic::from));
    engine.on_print(|_| {});
    engine.on_debug(|_, _, _| {});
    engine
}

/// What a captured variable holds, where no script can change it in place. The engine holds a captured variable until the
/// chain of calls that begins with it is at its end, and refuses it to the functions in that chain; a copy is nobody's.
fn unshared(variable: &Dynamic) -> Option<Dynamic> {
    if !variable.is_shared() {
        return None;
    }
    let value = variable.flatten_clone();
    let is_fixed = value.is::<Node>()
        || value.is::<Facts>()
        || value.is::<Params>()
        || value.is::<Time>()
        || value.is_int()
        || value.is_bool();
    is_fixed.then_some(value)
}

/// Registers a function under a name.
macro_rules! function {
    ($module:expr, $name:expr, $function:expr) => {
        rhai::FuncRegistration::new($name).set_into_module($module, $function)
    };
}
pub(crate) use function;
