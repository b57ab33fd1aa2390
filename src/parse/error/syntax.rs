//! Items, clauses, statements and expressions.

use miette::Diagnostic;
use thiserror::Error;

use crate::source::Span;

/// A word or mark where the grammar has none.
#[derive(Debug, Clone, PartialEq, Error, Diagnostic)]
pub enum SyntaxError {
    #[error("an expression grows deeper than {limit} operations")]
    #[diagnostic(
        code(flow::parse::too_long),
        help("use a list and `sum`, or read the values from a file")
    )]
    TooLong {
        limit: usize,
        #[label("too many operations on each other")]
        span: Span,
    },

    #[error("bash cannot read this script")]
    #[diagnostic(
        code(flow::parse::bash),
        help(
            "look for a quote or a word such as `if`, `for`, `do` without its counterpart, here or above"
        )
    )]
    Bash {
        #[label("it gets no further than this line")]
        span: Span,
    },

    #[error("`{{}}` in a string holds no value")]
    #[diagnostic(
        code(flow::parse::empty_hole),
        help("put a value in it, or write `{{{{}}}}` for two braces")
    )]
    EmptyHole {
        #[label("nothing is in it")]
        span: Span,
    },

    #[error("a script in single `\"`")]
    #[diagnostic(
        code(flow::parse::script_quotes),
        help("put the script between `\"\"\"` and `\"\"\"`")
    )]
    ScriptQuotes {
        #[label("an ordinary string")]
        span: Span,
    },

    #[error("`\"\"\"` outside of a script")]
    #[diagnostic(
        code(flow::parse::script_misplaced),
        help("only `script` takes a text of several lines; write a string with `\"`")
    )]
    ScriptMisplaced {
        #[label("a string is expected here")]
        span: Span,
    },

    #[error("there is no operator `{found}`")]
    #[diagnostic(code(flow::parse::foreign_operator), help("write {instead}"))]
    ForeignOperator {
        found: String,
        instead: &'static str,
        #[label("not an operator of this language")]
        span: Span,
    },

    #[error("comparisons do not chain")]
    #[diagnostic(
        code(flow::parse::chained_comparison),
        help("compare twice: `a < b && b < c`")
    )]
    ChainedComparison {
        #[label("compares the outcome of a comparison")]
        span: Span,
    },

    #[error("a range of a range")]
    #[diagnostic(
        code(flow::parse::chained_range),
        help("a range has two ends, and a `step`: `0..100 step 5`")
    )]
    ChainedRange {
        #[label("a second `..`")]
        span: Span,
    },

    #[error("`step` without a range")]
    #[diagnostic(
        code(flow::parse::step_without_range),
        help("write it behind a range, once: `0..100 step 5`")
    )]
    StepWithoutRange {
        #[label("no range stands before it")]
        span: Span,
    },

    #[error("unknown item `{word}`")]
    #[diagnostic(code(flow::parse::unknown_item))]
    UnknownItem {
        word: String,
        #[help]
        help: String,
        #[label("no item begins with this word")]
        span: Span,
    },

    #[error("unknown clause `{word}`")]
    #[diagnostic(code(flow::parse::unknown_clause))]
    UnknownClause {
        word: String,
        #[help]
        help: String,
        #[label("no clause of a process begins with this word")]
        span: Span,
    },

    #[error("unknown statement `{word}`")]
    #[diagnostic(code(flow::parse::unknown_statement))]
    UnknownStatement {
        word: String,
        #[help]
        help: String,
        #[label("no statement of a workflow begins like this")]
        span: Span,
    },

    #[error("clause `{word}` outside of a process")]
    #[diagnostic(
        code(flow::parse::misplaced_clause),
        help("move it between the braces of a `process`")
    )]
    MisplacedClause {
        word: String,
        #[label("belongs to a process")]
        span: Span,
    },

    #[error("statement `{word}` outside of a workflow")]
    #[diagnostic(
        code(flow::parse::misplaced_statement),
        help("move it between the braces of a `workflow`")
    )]
    MisplacedStatement {
        word: String,
        #[label("belongs to a workflow")]
        span: Span,
    },

    #[error("a duration is not written with `:`")]
    #[diagnostic(
        code(flow::parse::clock_time),
        help("write it with units, the largest first: `30m`, `1h30m`, `2d12h`")
    )]
    ClockTime {
        #[label("as SLURM and clocks have it")]
        span: Span,
    },

    #[error("`{mark}` behind the clause word `{word}`")]
    #[diagnostic(
        code(flow::parse::clause_mark),
        help("write the value right behind the word: `{word} …`")
    )]
    ClauseMark {
        word: String,
        mark: char,
        #[label("remove it")]
        span: Span,
    },

    #[error("`{word}` is a reserved word")]
    #[diagnostic(
        code(flow::parse::reserved),
        help("choose another name, such as `{word}_` or `the_{word}`")
    )]
    Reserved {
        word: String,
        #[label("cannot be a name")]
        span: Span,
    },

    #[error("the outputs of `{name}` are missing")]
    #[diagnostic(
        code(flow::parse::missing_outputs),
        help(
            "write `-> (name: File = \"file\")` behind the inputs, or `-> ()` where nothing comes out"
        )
    )]
    MissingOutputs {
        name: String,
        #[label("`->` is expected here")]
        span: Span,
    },

    #[error("the outputs of `{name}` are not in parentheses")]
    #[diagnostic(
        code(flow::parse::output_parentheses),
        help("write `-> (name: File = \"file\")`, also for a single output")
    )]
    OutputParentheses {
        name: String,
        #[label("`(` is expected here")]
        span: Span,
    },

    #[error("the inputs of `{name}` are missing")]
    #[diagnostic(
        code(flow::parse::missing_inputs),
        help("write `(name: TYPE, …)` behind the name, or `()` where nothing goes in")
    )]
    MissingInputs {
        name: String,
        #[label("`(` is expected here")]
        span: Span,
    },

    #[error("the main workflow has no name")]
    #[diagnostic(
        code(flow::parse::named_main),
        help(
            "write `workflow {{ … }}`; one with a name has inputs and outputs: `workflow {name}(…) -> (…) {{ … }}`"
        )
    )]
    NamedMain {
        name: String,
        #[label("remove it")]
        span: Span,
    },

    #[error("`=` where `:` belongs")]
    #[diagnostic(code(flow::parse::equals_for_colon), help("{help}"))]
    EqualsForColon {
        help: &'static str,
        #[label("write `:`")]
        span: Span,
    },

    #[error("`:` where `=` belongs")]
    #[diagnostic(code(flow::parse::colon_for_equals), help("{help}"))]
    ColonForEquals {
        help: &'static str,
        #[label("write `=`")]
        span: Span,
    },

    #[error("`{name}` has no type")]
    #[diagnostic(
        code(flow::parse::missing_type),
        help(
            "write `{name}: TYPE`, with `Int`, `Float`, `Bool`, `String`, `File`, `Dir`, `[TYPE]` or a record"
        )
    )]
    MissingType {
        name: String,
        #[label("`: TYPE` is expected behind it")]
        span: Span,
    },

    #[error("`for` without `in`")]
    #[diagnostic(
        code(flow::parse::for_without_in),
        help("write `for {name} in COLLECTION {{ … }}`, such as `for {name} in 0..10 {{ … }}`")
    )]
    ForWithoutIn {
        name: String,
        #[label("`in` is expected here")]
        span: Span,
    },

    #[error("`publish` without a value")]
    #[diagnostic(
        code(flow::parse::publish_without_value),
        help(
            "name the output: `publish table.summary`, or `publish table.summary as \"table.csv\"`"
        )
    )]
    PublishWithoutValue {
        #[label("what is published?")]
        span: Span,
    },

    #[error("a statement that keeps no value")]
    #[diagnostic(
        code(flow::parse::value_without_name),
        help("name it with `name = …`, or make it a file with `publish …`")
    )]
    ValueWithoutName {
        #[label("computed for nothing")]
        span: Span,
    },

    #[error("`{{` is missing")]
    #[diagnostic(code(flow::parse::missing_brace), help("{help}"))]
    MissingBrace {
        help: &'static str,
        #[label("`{{` is expected here")]
        span: Span,
    },

    #[error("`,` is missing")]
    #[diagnostic(
        code(flow::parse::missing_comma),
        help("separate the parts of a list by `,`; the end of a line separates nothing")
    )]
    MissingComma {
        #[label("`,` is expected before this")]
        span: Span,
    },

    #[error("`,` separates nothing here")]
    #[diagnostic(code(flow::parse::stray_comma))]
    StrayComma {
        #[label("nothing is listed here")]
        span: Span,
        #[help]
        help: &'static str,
    },

    #[error("expected {expected}, found {found}")]
    #[diagnostic(code(flow::parse::expected))]
    Expected {
        expected: String,
        found: String,
        #[help]
        help: Option<String>,
        #[label("expected {expected}")]
        span: Span,
    },
}

impl SyntaxError {
    /// Where the mistake is.
    pub fn span(&self) -> Span {
        match self {
            Self::TooLong { span, .. }
            | Self::EmptyHole { span, .. }
            | Self::ScriptQuotes { span, .. }
            | Self::ScriptMisplaced { span, .. }
            | Self::ForeignOperator { span, .. }
            | Self::ChainedComparison { span, .. }
            | Self::ChainedRange { span, .. }
            | Self::StepWithoutRange { span, .. }
            | Self::Bash { span }
            | Self::UnknownItem { span, .. }
            | Self::UnknownClause { span, .. }
            | Self::UnknownStatement { span, .. }
            | Self::MisplacedClause { span, .. }
            | Self::MisplacedStatement { span, .. }
            | Self::ClauseMark { span, .. }
            | Self::ClockTime { span }
            | Self::Reserved { span, .. }
            | Self::MissingOutputs { span, .. }
            | Self::OutputParentheses { span, .. }
            | Self::MissingInputs { span, .. }
            | Self::NamedMain { span, .. }
            | Self::EqualsForColon { span, .. }
            | Self::ColonForEquals { span, .. }
            | Self::MissingType { span, .. }
            | Self::ForWithoutIn { span, .. }
            | Self::PublishWithoutValue { span, .. }
            | Self::ValueWithoutName { span, .. }
            | Self::MissingBrace { span, .. }
            | Self::MissingComma { span, .. }
            | Self::StrayComma { span, .. }
            | Self::Expected { span, .. } => *span,
        }
    }
}
