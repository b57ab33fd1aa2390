//! A program as it was written: names are text, nothing is resolved, comments are kept.
//!
//! Given by `parse`; read by `resolve`, `typecheck` and `format`. Holds data only.

use crate::source::{Span, Spanned};

/// An identifier with its place.
pub type Name = Spanned<String>;

/// One file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub items: Vec<Item>,
    /// Comments after the last item, and those of an empty file.
    pub trailing: Vec<Comment>,
}

/// A `//` or `///` comment; the text without the slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub text: String,
    /// `///`: documents what follows.
    pub doc: bool,
    pub span: Span,
    /// Stands behind code on its line rather than on a line of its own.
    pub trailing: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub kind: ItemKind,
    pub span: Span,
    /// Comments on the lines before it, doc comments among them.
    pub comments: Vec<Comment>,
}

impl Item {
    /// What documents it.
    pub fn doc(&self) -> String {
        doc(&self.comments)
    }
}

/// The `///` lines of comments, joined, without the slashes and the space around them.
pub fn doc(comments: &[Comment]) -> String {
    let lines = comments.iter().filter(|comment| comment.doc);
    lines
        .map(|comment| comment.text.trim())
        .collect::<Vec<_>>()
        .join("\n")
}

#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    Import(Import),
    Param(Param),
    Record(Record),
    Container(Container),
    Process(Box<Process>),
    Workflow(Workflow),
}

/// `import "other.flow" as NAME`
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub path: Spanned<String>,
    pub alias: Option<Name>,
}

/// `param NAME: TYPE = EXPR`
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    pub name: Name,
    pub ty: TypeExpr,
    pub default: Option<Expr>,
}

/// `record NAME { key id: TYPE, field: TYPE }`
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub name: Name,
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub key: bool,
    pub name: Name,
    pub ty: TypeExpr,
    pub comments: Vec<Comment>,
}

/// `container NAME = "REF"`
#[derive(Debug, Clone, PartialEq)]
pub struct Container {
    pub name: Name,
    pub image: Spanned<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    pub name: Name,
    pub inputs: Vec<Input>,
    pub outputs: Vec<Output>,
    pub clauses: Vec<Clause>,
}

/// `NAME: TYPE` or `NAME: TYPE = EXPR` in the parentheses of a process or a named workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    pub name: Name,
    pub ty: TypeExpr,
    pub default: Option<Expr>,
    pub comments: Vec<Comment>,
}

/// `NAME: TYPE = SOURCE [expect N] [temp]` behind the arrow.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub name: Name,
    pub ty: TypeExpr,
    /// Where the output is found; without it a file named after the output.
    pub source: Option<Expr>,
    /// `= stdout`
    pub stdout: Option<Span>,
    pub expect: Option<Expr>,
    pub temp: Option<Span>,
    pub span: Span,
    pub comments: Vec<Comment>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    pub kind: ClauseKind,
    /// The word that begins it.
    pub word: Span,
    pub span: Span,
    pub comments: Vec<Comment>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ClauseKind {
    Script(Script),
    Stdin(Name),
    Success(Vec<Expr>),
    Uses(Vec<Spanned<String>>),
    Container(Name),
    Module(Vec<Spanned<String>>),
    Env {
        name: Name,
        /// None: `secret`, a variable that the user has when submitting.
        value: Option<Expr>,
    },
    Conda(Spanned<String>),
    Bind(Vec<Spanned<String>>),
    Cost(Expr),
    /// `time memory cpus gpus tasks nodes tmp partition constraint account`
    Resource {
        resource: Resource,
        value: Expr,
    },
    Slurm(Vec<Spanned<String>>),
    Retry(Retry),
    OnFailure(OnFailure),
    Split {
        input: Name,
        by: SplitBy,
    },
    Merge {
        output: Name,
        by: MergeBy,
    },
    Associative {
        arity: Expr,
    },
    Checkpoint(Spanned<String>),
    Again {
        status: Expr,
        up_to: Expr,
    },
    Pack(Expr),
    NeverPack,
    NeverFuse,
    AtMost(Expr),
    Was(Spanned<String>),
    Service(Name),
    Todo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resource {
    Time,
    Memory,
    Cpus,
    Gpus,
    Tasks,
    Nodes,
    Tmp,
    Partition,
    Constraint,
    Account,
}

impl Resource {
    /// The clause word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Memory => "memory",
            Self::Cpus => "cpus",
            Self::Gpus => "gpus",
            Self::Tasks => "tasks",
            Self::Nodes => "nodes",
            Self::Tmp => "tmp",
            Self::Partition => "partition",
            Self::Constraint => "constraint",
            Self::Account => "account",
        }
    }
}

/// `script """…"""`, `script python """…"""`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// None: bash.
    pub interpreter: Option<Name>,
    /// Common indentation and blank ends removed; ends with one newline unless empty.
    pub text: String,
    /// Variables that a script of bash reads without setting them; empty where that cannot be told.
    pub reads: Vec<Name>,
    /// The text between the quotes, as written.
    pub body: Span,
}

/// `retry N [on CAUSES] [with memory * 2, time * 1.5]`
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    pub count: Expr,
    pub causes: Vec<Name>,
    pub with: Vec<(Spanned<Resource>, Expr)>,
}

impl Retry {
    /// What `word * 2` and `word + 4GB` do to the value before; `None` where the expression is a new value.
    pub fn raise<'e>(word: &str, value: &'e Expr) -> Option<(BinaryOp, &'e Expr)> {
        let ExprKind::Binary { op, left, right } = &value.kind else {
            return None;
        };
        let own = matches!(&left.kind, ExprKind::Name(name) if name == word);
        own.then_some((*op, right))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum OnFailure {
    Stop,
    Ignore,
    /// Percent.
    IgnoreUpTo(Spanned<f64>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum SplitBy {
    Lines(Expr),
    Items(Expr),
}

#[derive(Debug, Clone, PartialEq)]
pub enum MergeBy {
    Concat,
    Process(Name),
}

/// `workflow { … }` or `workflow NAME(inputs) -> (outputs) { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// None: the main one.
    pub name: Option<Name>,
    pub inputs: Vec<Input>,
    pub outputs: Vec<WorkflowOutput>,
    pub body: Block,
    pub word: Span,
}

/// `NAME: TYPE [= EXPR]` behind the arrow of a named workflow; without `EXPR` the value of that name.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowOutput {
    pub name: Name,
    pub ty: TypeExpr,
    pub value: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub statements: Vec<Statement>,
    /// Comments before the closing brace.
    pub trailing: Vec<Comment>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub kind: StatementKind,
    pub span: Span,
    pub comments: Vec<Comment>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    /// `name = EXPR [after a, b]`; a call is an expression.
    Bind {
        name: Name,
        value: Expr,
        after: Vec<Name>,
    },
    /// A call whose result nobody names: `notify(x) [after a]`
    Call {
        call: Expr,
        after: Vec<Name>,
    },
    For(For),
    If(If),
    Repeat(Repeat),
    /// `publish V [as "TEMPLATE"]`
    Publish {
        value: Expr,
        template: Option<Expr>,
    },
}

/// `for a, b in COLLECTION where E { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct For {
    pub variables: Vec<Name>,
    pub collection: Expr,
    pub filter: Option<Expr>,
    pub body: Block,
}

#[derive(Debug, Clone, PartialEq)]
pub struct If {
    pub condition: Expr,
    pub then: Block,
    /// `else if` is an `If` alone in the block.
    pub otherwise: Option<Block>,
}

/// `repeat 10 as i { … } until E`
#[derive(Debug, Clone, PartialEq)]
pub struct Repeat {
    pub count: Expr,
    pub variable: Option<Name>,
    pub body: Block,
    pub until: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

impl Expr {
    /// The expressions directly inside of it.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Name(_)
            | ExprKind::It => Vec::new(),
            ExprKind::Text(parts) => parts.iter().filter_map(TextPart::hole).collect(),
            ExprKind::Field { of, .. } => vec![of],
            ExprKind::Pick { of, keys } => {
                let keys = keys.iter().map(|(_, key)| key);
                std::iter::once(&**of).chain(keys).collect()
            }
            ExprKind::Call { args, .. } => args.iter().map(|arg| &arg.value).collect(),
            ExprKind::List(items) => items.iter().collect(),
            ExprKind::Range {
                start, end, step, ..
            } => {
                let step = step.as_deref();
                [&**start, &**end].into_iter().chain(step).collect()
            }
            ExprKind::Where { list, filter } => vec![list, filter],
            ExprKind::Unary { operand, .. } => vec![operand],
            ExprKind::Binary { left, right, .. } => vec![left, right],
        }
    }

    /// It with all that it is made of.
    pub fn all(&self) -> Vec<&Self> {
        let mut found = vec![self];
        let mut next = 0;
        while let Some(expr) = found.get(next).copied() {
            found.extend(expr.parts());
            next += 1;
        }
        found
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    Int(i64),
    Float(f64),
    Bool(bool),
    /// A literal or template: text and `{…}` holes in order.
    Text(Vec<TextPart>),
    /// Seconds.
    Duration(f64),
    /// Bytes.
    Size(f64),
    Name(String),
    /// What a `where` filter on a plain list names its item.
    It,
    /// `value.field`
    Field {
        of: Box<Expr>,
        field: Name,
    },
    /// `v[K]`, `v[seed: K]`
    Pick {
        of: Box<Expr>,
        keys: Vec<(Option<Name>, Expr)>,
    },
    /// `f(…)`: a function, a process, a workflow or a record.
    Call {
        callee: Name,
        types: Vec<TypeExpr>,
        args: Vec<Arg>,
    },
    List(Vec<Expr>),
    /// `a..b`, `a..=b`, `… step s`
    Range {
        start: Box<Expr>,
        end: Box<Expr>,
        inclusive: bool,
        step: Option<Box<Expr>>,
    },
    /// `zs where E`
    Where {
        list: Box<Expr>,
        filter: Box<Expr>,
    },
    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum TextPart {
    /// Braces already undoubled.
    Literal(String),
    Hole(Expr),
    /// `{1,2}` in the pattern of a glob: the texts between the commas, as written.
    Alternatives(Vec<String>),
}

impl TextPart {
    pub fn hole(&self) -> Option<&Expr> {
        match self {
            Self::Hole(expr) => Some(expr),
            Self::Literal(_) | Self::Alternatives(_) => None,
        }
    }
}

/// `name: EXPR`, or an expression alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    pub name: Option<Name>,
    pub value: Expr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Not,
    Minus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `??`
    Else,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TypeExpr {
    pub kind: TypeExprKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TypeExprKind {
    /// `Int`, `File`, a record, …
    Named(String),
    List(Box<TypeExpr>),
    Optional(Box<TypeExpr>),
    /// `"knn" | "ann"`
    Enum(Vec<Spanned<String>>),
}
