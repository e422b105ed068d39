//! What an expression would be if one place in data held nothing: the way to learn what a condition says of that place.

use crate::syntax::{Block, Expr, ExprKind, Stmt, StmtKind};

use super::Type;
use super::infer::{Infer, Path, Var};

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Known {
    /// It may be anything.
    Unknown,
    Nothing,
    /// Something, be it what it may.
    Something,
    Bool(bool),
    Number(i64),
    Text(String),
    EmptyList,
    /// The script has ended in an error.
    Error,
}

impl Known {
    /// Whether a condition that is this cannot have held, or cannot have failed.
    pub(super) fn rules_out(&self, holds: bool) -> bool {
        matches!(self, Self::Error | Self::Nothing) || *self == Self::Bool(!holds)
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (left, right) if left == right => left,
            // What has ended in an error does not go on.
            (Self::Error, other) | (other, Self::Error) => other,
            (Self::Unknown | Self::Nothing, _) | (_, Self::Unknown | Self::Nothing) => {
                Self::Unknown
            }
            _ => Self::Something,
        }
    }
}

/// How the statements of a block went.
enum Flow {
    /// They ended with a value.
    Went(Known),
    /// The function gave a value.
    Gave(Known),
    /// Nobody knows which of the two.
    Lost,
}

/// Functions and variables that are looked into, one within another.
const DEEPEST: u8 = 8;

impl<'t> Infer<'t> {
    /// What an expression is if a place holds nothing.
    pub(super) fn with_nothing(&mut self, expression: &'t Expr, place: &Path) -> Known {
        let mut trial = Trial {
            infer: self,
            place,
            depth: 0,
        };
        trial.value(expression)
    }
}

struct Trial<'i, 't> {
    infer: &'i mut Infer<'t>,
    place: &'i Path,
    depth: u8,
}

impl<'t> Trial<'_, 't> {
    fn value(&mut self, expression: &'t Expr) -> Known {
        if self.infer.fuel == 0 {
            return Known::Unknown;
        }
        self.infer.fuel -= 1;
        if self.infer.path(expression).as_ref() == Some(self.place) {
            return Known::Nothing;
        }
        match &expression.kind {
            ExprKind::Bool(value) => Known::Bool(*value),
            ExprKind::Int(Some(value)) => Known::Number(*value),
            ExprKind::Text(text) => Known::Text(text.clone()),
            ExprKind::Unit => Known::Nothing,
            ExprKind::Template(_)
            | ExprKind::Map(_)
            | ExprKind::Float
            | ExprKind::Char
            | ExprKind::Int(None) => Known::Something,
            ExprKind::Array(parts) if parts.is_empty() => Known::EmptyList,
            ExprKind::Array(_) => Known::Something,
            ExprKind::Variable(name) => self.variable(name),
            ExprKind::Field {
                object, if_there, ..
            } => self.below(object, *if_there),
            ExprKind::Index {
                object,
                if_there,
                index,
            } => match self.value(index) {
                Known::Error => Known::Error,
                _ => self.below(object, *if_there),
            },
            ExprKind::Method {
                receiver,
                if_there,
                name,
                arguments,
            } => self.method(receiver, *if_there, &name.text, arguments),
            ExprKind::Call { name, arguments } => self.call(&name.text, arguments),
            ExprKind::Unary { operator, operand } => {
                let value = self.value(operand);
                match (self.infer.source.get(operator.range()), value) {
                    (_, Known::Error | Known::Nothing) => Known::Error,
                    (Some("!"), Known::Bool(value)) => Known::Bool(!value),
                    _ => Known::Unknown,
                }
            }
            ExprKind::Binary {
                operator,
                left,
                right,
            } => {
                let operator = self.infer.source.get(operator.range()).unwrap_or_default();
                self.binary(operator, left, right)
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                let flow = self.branch(condition, then, otherwise.as_ref());
                match flow {
                    Flow::Went(value) => value,
                    _ => Known::Unknown,
                }
            }
            ExprKind::Block(block) => match self.block(block) {
                Flow::Went(value) => value,
                _ => Known::Unknown,
            },
            _ => Known::Unknown,
        }
    }

    fn variable(&mut self, name: &str) -> Known {
        let Some(at) = self.infer.lookup(name) else {
            return Known::Unknown;
        };
        let Some(made) = self.infer.env.vars.get(at).and_then(|var| var.made) else {
            return Known::Unknown;
        };
        // What a variable was made from may name variables that were there before it.
        if self.depth >= DEEPEST {
            return Known::Unknown;
        }
        self.depth += 1;
        let hidden = self.infer.env.vars.split_off(at);
        let value = self.value(made);
        self.infer.env.vars.truncate(at);
        self.infer.env.vars.extend(hidden);
        self.depth -= 1;
        value
    }

    /// What is read below a value.
    fn below(&mut self, object: &'t Expr, if_there: bool) -> Known {
        match self.value(object) {
            Known::Nothing if if_there || self.skips(object) => Known::Nothing,
            Known::Nothing | Known::Error => Known::Error,
            _ => Known::Unknown,
        }
    }

    /// Whether a chain was left at a `?.` before its end.
    fn skips(&mut self, chain: &'t Expr) -> bool {
        let (object, if_there) = match &chain.kind {
            ExprKind::Field {
                object, if_there, ..
            }
            | ExprKind::Index {
                object, if_there, ..
            } => (object, *if_there),
            ExprKind::Method {
                receiver, if_there, ..
            } => (receiver, *if_there),
            _ => return false,
        };
        (if_there && self.value(object) == Known::Nothing) || self.skips(object)
    }

    fn binary(&mut self, operator: &str, left: &'t Expr, right: &'t Expr) -> Known {
        let value = self.value(left);
        if value == Known::Error {
            return Known::Error;
        }
        match (operator, &value) {
            ("&&", Known::Bool(false)) | ("||", Known::Bool(true)) => return value,
            ("&&" | "||", Known::Nothing) => return Known::Error,
            ("??", Known::Nothing) => return self.value(right),
            ("??", _) => return value,
            _ => {}
        }
        let other = self.value(right);
        match (operator, value, other) {
            ("&&", _, Known::Bool(false)) => Known::Bool(false),
            ("||", _, Known::Bool(true)) => Known::Bool(true),
            ("&&" | "||", Known::Bool(_), other) => other,
            ("&&" | "||", ..) => Known::Unknown,
            (_, _, Known::Error) => Known::Error,
            ("==", left, right) => equal(&left, &right).map_or(Known::Unknown, Known::Bool),
            ("!=", left, right) => {
                equal(&left, &right).map_or(Known::Unknown, |equal| Known::Bool(!equal))
            }
            ("<" | "<=" | ">" | ">=" | "-" | "*" | "/" | "%", Known::Nothing, _)
            | ("<" | "<=" | ">" | ">=" | "-" | "*" | "/" | "%", _, Known::Nothing) => Known::Error,
            ("<", Known::Number(left), Known::Number(right)) => Known::Bool(left < right),
            ("<=", Known::Number(left), Known::Number(right)) => Known::Bool(left <= right),
            (">", Known::Number(left), Known::Number(right)) => Known::Bool(left > right),
            (">=", Known::Number(left), Known::Number(right)) => Known::Bool(left >= right),
            ("in", _, Known::EmptyList) => Known::Bool(false),
            ("in", _, Known::Nothing) => Known::Error,
            ("in", wanted, _) => self.within(&wanted, right),
            _ => Known::Unknown,
        }
    }

    /// Whether a value is one of a list that is written out.
    fn within(&mut self, wanted: &Known, list: &'t Expr) -> Known {
        let ExprKind::Array(parts) = &list.kind else {
            return Known::Unknown;
        };
        let mut found = Known::Bool(false);
        for part in parts {
            let part = self.value(part);
            match equal(wanted, &part) {
                Some(true) => return Known::Bool(true),
                Some(false) => {}
                None => found = Known::Unknown,
            }
        }
        found
    }

    fn method(
        &mut self,
        receiver: &'t Expr,
        if_there: bool,
        name: &str,
        arguments: &'t [Expr],
    ) -> Known {
        if let (
            "has",
            [
                Expr {
                    kind: ExprKind::Text(field),
                    ..
                },
            ],
            Some((root, mut steps)),
        ) = (name, arguments, self.infer.path(receiver))
        {
            steps.push(field.clone());
            if (root, steps) == *self.place {
                return Known::Bool(false);
            }
        }
        let own = self.value(receiver);
        if own == Known::Nothing && name == "type_of" {
            return Known::Text("()".to_owned());
        }
        if own == Known::Nothing {
            return if if_there || self.skips(receiver) {
                Known::Nothing
            } else {
                Known::Error
            };
        }
        if own == Known::Error {
            return own;
        }
        let mut values = vec![own];
        for argument in arguments {
            values.push(if matches!(argument.kind, ExprKind::Closure { .. }) {
                Known::Something
            } else {
                self.value(argument)
            });
        }
        library(name, &values)
    }

    fn call(&mut self, name: &str, arguments: &'t [Expr]) -> Known {
        if let Some(nth) = self.infer.function(name, arguments.len()) {
            return self.own_function(nth, arguments);
        }
        let values: Vec<Known> = arguments
            .iter()
            .map(|argument| self.value(argument))
            .collect();
        if values.contains(&Known::Error) {
            return Known::Error;
        }
        library(name, &values)
    }

    /// Goes through a function of the policy; its parameters stand for the places that they are given.
    fn own_function(&mut self, nth: usize, arguments: &'t [Expr]) -> Known {
        if self.depth >= DEEPEST {
            return Known::Unknown;
        }
        let function = &self.infer.tree.functions[nth];
        let count = self.infer.env.vars.len();
        let mut params = Vec::new();
        for (param, argument) in function.params.iter().zip(arguments) {
            let alias = self.infer.path(argument);
            let var = Var {
                name: &param.text,
                of: Type::unknown(),
                declared: param.span,
                alias,
                made: None,
            };
            params.push(var);
        }
        self.infer.env.vars.extend(params);
        let base = self.infer.enter(count);
        self.depth += 1;
        let flow = self.block(&function.body);
        self.depth -= 1;
        self.infer.enter(base);
        self.infer.env.vars.truncate(count);
        match flow {
            Flow::Went(value) | Flow::Gave(value) => value,
            Flow::Lost => Known::Unknown,
        }
    }

    fn block(&mut self, block: &'t Block) -> Flow {
        let count = self.infer.env.vars.len();
        let flow = self.statements(&block.statements);
        self.infer.env.vars.truncate(count);
        flow
    }

    fn statements(&mut self, statements: &'t [Stmt]) -> Flow {
        let mut last = Known::Nothing;
        for (nth, statement) in statements.iter().enumerate() {
            match &statement.kind {
                StmtKind::Let { name, value, .. } => {
                    let alias = value.as_ref().and_then(|value| self.infer.path(value));
                    let var = Var {
                        name: &name.text,
                        of: Type::unknown(),
                        declared: name.span,
                        alias,
                        made: value.as_ref(),
                    };
                    if value
                        .as_ref()
                        .is_some_and(|value| self.value(value) == Known::Error)
                    {
                        return Flow::Gave(Known::Error);
                    }
                    self.infer.push_fixed(var);
                    last = Known::Nothing;
                }
                StmtKind::Return(value) => {
                    let value = value
                        .as_ref()
                        .map_or(Known::Nothing, |value| self.value(value));
                    return Flow::Gave(value);
                }
                StmtKind::Expr(Expr {
                    kind:
                        ExprKind::If {
                            condition,
                            then,
                            otherwise,
                        },
                    ..
                }) => {
                    match self.branch(condition, then, otherwise.as_ref()) {
                        Flow::Went(value) => last = value,
                        Flow::Gave(value) => return Flow::Gave(value),
                        // One way gave a value, or both may have; what the rest gives is the other possibility.
                        Flow::Lost => {
                            return self.either(then, otherwise.as_ref(), &statements[nth + 1..]);
                        }
                    }
                }
                StmtKind::Expr(Expr {
                    kind: ExprKind::Loop { .. } | ExprKind::Switch { .. },
                    ..
                })
                | StmtKind::Try { .. }
                | StmtKind::Throw(_)
                | StmtKind::Break(_)
                | StmtKind::Continue => {
                    return Flow::Lost;
                }
                StmtKind::Expr(value) => match self.value(value) {
                    Known::Error => return Flow::Gave(Known::Error),
                    value => last = value,
                },
                StmtKind::Assign { .. } | StmtKind::Nothing => last = Known::Nothing,
            }
            if statement.is_ended {
                last = Known::Nothing;
            }
        }
        Flow::Went(last)
    }

    /// A condition of which nothing is known: the branch may give a value, else the rest does.
    fn either(&mut self, then: &'t Block, otherwise: Option<&'t Block>, rest: &'t [Stmt]) -> Flow {
        let mut given: Option<Known> = None;
        let mut goes_on = otherwise.is_none();
        for block in std::iter::once(then).chain(otherwise) {
            match self.block(block) {
                Flow::Gave(value) => {
                    given = Some(given.map_or(value.clone(), |given| given.or(value)));
                }
                Flow::Went(_) => goes_on = true,
                Flow::Lost => return Flow::Lost,
            }
        }
        if goes_on {
            match self.statements(rest) {
                Flow::Gave(value) | Flow::Went(value) => {
                    given = Some(given.map_or(value.clone(), |given| given.or(value)));
                }
                Flow::Lost => return Flow::Lost,
            }
        }
        Flow::Gave(given.unwrap_or(Known::Unknown))
    }

    fn branch(
        &mut self,
        condition: &'t Expr,
        then: &'t Block,
        otherwise: Option<&'t Block>,
    ) -> Flow {
        match self.value(condition) {
            Known::Bool(true) => self.block(then),
            Known::Bool(false) => {
                otherwise.map_or(Flow::Went(Known::Nothing), |block| self.block(block))
            }
            Known::Error | Known::Nothing => Flow::Gave(Known::Error),
            _ => match (
                self.block(then),
                otherwise.map_or(Flow::Went(Known::Nothing), |block| self.block(block)),
            ) {
                (Flow::Went(left), Flow::Went(right)) => Flow::Went(left.or(right)),
                (Flow::Gave(left), Flow::Gave(right)) => Flow::Gave(left.or(right)),
                _ => Flow::Lost,
            },
        }
    }
}

fn equal(left: &Known, right: &Known) -> Option<bool> {
    match (left, right) {
        (Known::Unknown | Known::Error, _) | (_, Known::Unknown | Known::Error) => None,
        (Known::Nothing, Known::Nothing) => Some(true),
        (Known::Nothing, _) | (_, Known::Nothing) => Some(false),
        (Known::Something, _) | (_, Known::Something) => None,
        (left, right) => Some(left == right),
    }
}

/// What functions of the library give for what is known of their arguments, the receiver first.
fn library(name: &str, values: &[Known]) -> Known {
    let texts: Vec<Option<&str>> = values
        .iter()
        .map(|value| {
            if let Known::Text(text) = value {
                Some(text.as_str())
            } else {
                None
            }
        })
        .collect();
    match (name, values, texts.as_slice()) {
        ("type_of", [Known::Nothing], _) => Known::Text("()".to_owned()),
        ("type_of", ..) => Known::Something,
        (
            "same_text" | "same_host" | "same_dns" | "same_id" | "same_thumbprint" | "matches_glob"
            | "host_within" | "host_covers" | "starts_with" | "ends_with" | "lower" | "trim"
            | "to_lower" | "to_upper" | "number" | "time" | "version" | "size_bytes" | "min"
            | "max" | "days" | "hours" | "minutes" | "split" | "certificate" | "thumbprint",
            values,
            _,
        ) if values.contains(&Known::Nothing) => Known::Error,
        ("same_text", _, [Some(left), Some(right)]) => {
            Known::Bool(crate::library::same_text(left, right))
        }
        ("same_host" | "same_dns", _, [Some(left), Some(right)]) => {
            Known::Bool(crate::library::same_host(left, right))
        }
        ("same_id", _, [Some(left), Some(right)]) => {
            Known::Bool(crate::library::same_id(left, right))
        }
        // Empty ones are of no certificate.
        ("same_thumbprint", _, [Some(""), _] | [_, Some("")]) => Known::Bool(false),
        ("matches_glob", _, [Some(""), Some(pattern)]) => {
            Known::Bool(pattern.chars().all(|character| character == '*'))
        }
        ("starts_with" | "ends_with" | "contains", _, [Some(""), Some(part)]) => {
            Known::Bool(part.is_empty())
        }
        ("lower" | "to_lower", _, [Some(text)]) => Known::Text(text.to_lowercase()),
        ("to_upper", _, [Some(text)]) => Known::Text(text.to_uppercase()),
        ("trim", _, [Some(text)]) => Known::Text(text.trim().to_owned()),
        ("len", [Known::EmptyList], _) => Known::Number(0),
        ("is_empty", [Known::EmptyList], _) => Known::Bool(true),
        ("is_empty", _, [Some(text)]) => Known::Bool(text.is_empty()),
        ("len", _, [Some("")]) => Known::Number(0),
        ("some" | "contains", [Known::EmptyList, _], _) => Known::Bool(false),
        ("all", [Known::EmptyList, _], _) => Known::Bool(true),
        ("find" | "find_by" | "find_by_host", [Known::EmptyList, ..], _) => Known::Nothing,
        (
            "filter" | "map" | "filter_by" | "filter_by_host" | "to_array" | "unique_ids",
            [Known::EmptyList, ..],
            _,
        ) => Known::EmptyList,
        _ => Known::Unknown,
    }
}
