use assize_finding::Span;

use super::{lexer, parser, token::Token};

/// A source, read.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Every token, comments included, in the order of the source.
    pub tokens: Vec<Token>,
    /// `const POLICY = ..`, and whatever else of its like stands at the top level.
    pub constants: Vec<Const>,
    /// The functions, in the order of the source.
    pub functions: Vec<Function>,
    /// Other statements at the top level; policies have none.
    pub statements: Vec<Stmt>,
    /// What could not be read.
    pub errors: Vec<SyntaxError>,
    /// How many expressions there are: their ids are below this.
    pub expressions: u32,
}

/// Something that is not as the language wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What was found and what was expected, without a full stop.
    pub message: String,
}

/// A name where it is declared or used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A constant at the top level.
#[derive(Debug, Clone)]
pub struct Const {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub value: Expr,
    /// From `const` to the semicolon.
    pub span: Span,
}

/// A function of a policy.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub params: Vec<Name>,
    /// What it does.
    pub body: Block,
    /// The comments directly above it, from the first to the last.
    pub comment: Option<Span>,
    /// From `fn` to the closing brace.
    pub span: Span,
}

/// Statements in braces.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Stmt>,
    /// With the braces.
    pub span: Span,
}

/// A statement.
#[derive(Debug, Clone)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// With its semicolon, if it has one.
    pub span: Span,
    /// It ends in a semicolon: its value is dropped.
    pub is_ended: bool,
}

/// What a statement is.
#[derive(Debug, Clone)]
pub enum StmtKind {
    /// `let name = value`, or `const`.
    Let {
        /// What is declared.
        name: Name,
        /// Its value, if it has one.
        value: Option<Expr>,
        /// `const`.
        is_constant: bool,
    },
    /// `target = value`, or with an operator such as `+=`.
    Assign {
        /// What is assigned to.
        target: Expr,
        /// `=`, `+=` ..
        operator: Span,
        /// The value.
        value: Expr,
    },
    /// An expression; `if`, `switch` and loops are ones.
    Expr(Expr),
    /// `return`, with its value.
    Return(Option<Expr>),
    /// `break`, with its value.
    Break(Option<Expr>),
    /// `continue`.
    Continue,
    /// `throw`, with its value.
    Throw(Option<Expr>),
    /// `try { .. } catch (name) { .. }`; policies may not.
    Try {
        /// What is tried.
        body: Block,
        /// The variable that takes the error.
        name: Option<Name>,
        /// What is done about it.
        catch: Block,
    },
    /// A lone semicolon.
    Nothing,
}

/// The number of an expression: below [`Tree::expressions`], its own in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ExprId(pub u32);

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// Its number.
    pub id: ExprId,
    /// What it is.
    pub kind: ExprKind,
    /// The bytes that it covers, parentheses around it left out.
    pub span: Span,
    /// Expressions within it, at the deepest place.
    pub(super) height: u16,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// `true`, `false`.
    Bool(bool),
    /// A whole number; `None` where it is too large.
    Int(Option<i64>),
    /// A fraction.
    Float,
    /// `()`.
    Unit,
    /// A text without expressions in it, as it means.
    Text(String),
    /// `'x'`.
    Char,
    /// A text in backticks with expressions in it.
    Template(Vec<Part>),
    /// `[a, b]`.
    Array(Vec<Expr>),
    /// `#{a: b}`.
    Map(Vec<(Name, Expr)>),
    /// A variable; the name is the span.
    Variable(String),
    /// `f(a, b)`.
    Call {
        /// The function.
        name: Name,
        /// What it is given.
        arguments: Vec<Expr>,
    },
    /// `x.f(a, b)`.
    Method {
        /// Whose.
        receiver: Box<Expr>,
        /// `?.`: not called where the receiver is nothing.
        if_there: bool,
        /// The function.
        name: Name,
        /// What it is given besides.
        arguments: Vec<Expr>,
    },
    /// `x.name`.
    Field {
        /// Whose.
        object: Box<Expr>,
        /// `?.`: nothing where the object is nothing.
        if_there: bool,
        /// The field.
        name: Name,
    },
    /// `x[i]`.
    Index {
        /// Whose.
        object: Box<Expr>,
        /// `?[`: nothing where the object is nothing.
        if_there: bool,
        /// Which.
        index: Box<Expr>,
    },
    /// `!x`, `-x`, `+x`.
    Unary {
        /// The operator.
        operator: Span,
        /// What it works on.
        operand: Box<Expr>,
    },
    /// `a + b`, `a && b`, `a ?? b`, `a in b`, `1..2`.
    Binary {
        /// The operator.
        operator: Span,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// `if a { } else { }`; `else if` is a block of that one expression.
    If {
        /// What decides.
        condition: Box<Expr>,
        /// Where it holds.
        then: Block,
        /// Where it does not.
        otherwise: Option<Block>,
    },
    /// `switch x { a | b if c => d, _ => e }`.
    Switch {
        /// What is looked at.
        subject: Box<Expr>,
        /// The arms.
        arms: Vec<Arm>,
    },
    /// `while`, `loop`, `for` and `do`.
    Loop {
        /// How it goes.
        head: Loop,
        /// What is repeated.
        body: Block,
    },
    /// `|a, b| body`.
    Closure {
        /// The parameters.
        params: Vec<Name>,
        /// An expression, or a block.
        body: Box<Stmt>,
    },
    /// `{ .. }`.
    Block(Block),
    /// Something that could not be read.
    Error,
}

/// A part of a text in backticks.
#[derive(Debug, Clone)]
pub enum Part {
    /// Words as they stand.
    Text(Span),
    /// `${ .. }`.
    Block(Block),
}

/// How a loop goes.
#[derive(Debug, Clone)]
pub enum Loop {
    /// `loop`.
    Forever,
    /// `while x`.
    While(Box<Expr>),
    /// `do { } while x`, `do { } until x`.
    Do(Box<Expr>),
    /// `for x in list`, `for (x, i) in list`.
    For {
        /// The element.
        name: Name,
        /// Its number.
        counter: Option<Name>,
        /// What is gone through.
        over: Box<Expr>,
    },
}

/// An arm of a `switch`.
#[derive(Debug, Clone)]
pub struct Arm {
    /// What it stands for; empty for `_`.
    pub patterns: Vec<Expr>,
    /// `if x`.
    pub guard: Option<Expr>,
    /// What it does.
    pub body: Stmt,
    /// From its first pattern to the end of its body.
    pub span: Span,
}

impl Tree {
    /// Reads a source; never fails.
    pub fn of(source: &str) -> Self {
        if source.len() > super::MAX_BYTES {
            let message = format!(
                "limit source size: {} bytes, more than {}",
                source.len(),
                super::MAX_BYTES
            );
            let error = SyntaxError {
                span: Span::new(0, 0),
                message,
            };
            return Self {
                errors: vec![error],
                ..Self::default()
            };
        }
        parser::parse(source, lexer::tokens(source))
    }

    /// A function by its name and the number of its parameters.
    pub fn function(&self, name: &str, params: usize) -> Option<&Function> {
        let is_it =
            |function: &&Function| function.name.text == name && function.params.len() == params;
        self.functions.iter().find(is_it)
    }

    /// A constant at the top level, such as `POLICY`.
    pub fn constant(&self, name: &str) -> Option<&Const> {
        self.constants
            .iter()
            .find(|constant| constant.name.text == name)
    }
}
