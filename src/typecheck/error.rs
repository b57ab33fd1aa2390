//! What can be wrong with types, axes and calls.

use miette::Diagnostic;
use thiserror::Error;

use super::branch::BranchError;
use super::failure::FailureError;
use super::flow::RoundError;
use super::loops::LoopError;
use super::pick::PickError;
use super::process::ProcessError;
use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum TypeError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Branch(#[from] BranchError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Loop(#[from] LoopError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Failure(#[from] FailureError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Pick(#[from] PickError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Rounds(#[from] RoundError),
    #[error("expected {wanted}, found {found}")]
    #[diagnostic(code(flow::typecheck::wrong_type))]
    WrongType {
        wanted: String,
        found: String,
        #[label("this is {found}")]
        span: Span,
        #[label("declared here as {wanted}")]
        declared: Option<Span>,
        #[help]
        help: Option<String>,
    },
    #[error("expected one `{wanted}`, found a list: {found}")]
    #[diagnostic(code(flow::typecheck::list_for_one))]
    ListForOne {
        wanted: String,
        found: String,
        #[label("used outside of {loops}: the list over {}", if loops.starts_with("the loops") { "them" } else { "it" })]
        span: Span,
        #[label("made inside of this loop")]
        made: Span,
        loops: String,
        #[help]
        help: String,
    },
    #[error("expected a list `{wanted}`, found one `{found}`")]
    #[diagnostic(code(flow::typecheck::one_for_list))]
    OneForList {
        wanted: String,
        found: String,
        #[label("one value here")]
        span: Span,
        #[label("declared here as `{wanted}`")]
        declared: Option<Span>,
        #[help]
        help: String,
    },
    #[error("`{text}` is not one of {words}")]
    #[diagnostic(code(flow::typecheck::not_in_enumeration))]
    NotInEnumeration {
        text: String,
        words: String,
        #[label("no such word")]
        span: Span,
        #[help]
        help: Option<String>,
    },
    #[error("call of `{process}` lacks {inputs}")]
    #[diagnostic(code(flow::typecheck::missing_argument))]
    MissingArgument {
        process: String,
        inputs: String,
        #[label("{inputs} not given")]
        span: Span,
        #[label("declared here, without a default")]
        declared: Span,
        #[help]
        help: String,
    },
    #[error("`{process}` has no input `{name}`")]
    #[diagnostic(code(flow::typecheck::unknown_argument))]
    UnknownArgument {
        process: String,
        name: String,
        #[label("no such input")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("input `{name}` of `{process}` is given twice")]
    #[diagnostic(
        code(flow::typecheck::duplicate_argument),
        help("remove one of the two")
    )]
    DuplicateArgument {
        process: String,
        name: String,
        #[label("given again here")]
        span: Span,
        #[label("first given here")]
        first: Span,
    },
    #[error("an argument of `{process}` has no name")]
    #[diagnostic(code(flow::typecheck::bare_argument))]
    BareArgument {
        process: String,
        #[label("which input is this for?")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("`{process}` has no output `{name}`")]
    #[diagnostic(code(flow::typecheck::unknown_output))]
    UnknownOutput {
        process: String,
        name: String,
        #[label("no such output")]
        span: Span,
        #[label("`{process}` is declared here")]
        declared: Span,
        #[help]
        help: String,
    },
    #[error("`{record}` has no field `{name}`")]
    #[diagnostic(code(flow::typecheck::unknown_field))]
    UnknownField {
        record: String,
        name: String,
        #[label("no such field")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("{found} has no fields")]
    #[diagnostic(
        code(flow::typecheck::no_fields),
        help("only records and results of calls take a `.`")
    )]
    NoFields {
        found: String,
        #[label("this is {found}")]
        span: Span,
    },
    #[error("`{name}` is a call, not a value")]
    #[diagnostic(code(flow::typecheck::call_as_value))]
    CallAsValue {
        name: String,
        #[label("which of its outputs?")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("`{process}` is called where only constants stand")]
    #[diagnostic(
        code(flow::typecheck::call_outside_workflow),
        help(
            "calls stand in the workflow; params, defaults and clauses are computed when compiling"
        )
    )]
    CallOutsideWorkflow {
        process: String,
        #[label("a call here")]
        span: Span,
    },
    #[error("expected a call")]
    #[diagnostic(
        code(flow::typecheck::no_call),
        help("a statement that binds no name calls a process: `notify(report: table.summary)`")
    )]
    NoCall {
        #[label("this computes a value that nothing reads")]
        span: Span,
    },
    #[error("a loop runs over a list, not over {found}")]
    #[diagnostic(code(flow::typecheck::loop_over_one))]
    LoopOverOne {
        found: String,
        #[label("this is {found}")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("`publish` takes outputs of calls")]
    #[diagnostic(
        code(flow::typecheck::publish_value),
        help("publish an output: `publish result.output`")
    )]
    PublishValue {
        #[label("no output of a call")]
        span: Span,
    },
    #[error("`after` takes calls")]
    #[diagnostic(
        code(flow::typecheck::after_value),
        help("name what a call is bound to; a value is there from the beginning")
    )]
    AfterValue {
        name: String,
        #[label("`{name}` is a value")]
        span: Span,
    },
    #[error("calls of `{process}` cannot be told apart")]
    #[diagnostic(
        code(flow::typecheck::unnamed_call),
        help(
            "bind each to a name of its own: `NAME = {process}(…)`; folders and records are then named `{process}.NAME`"
        )
    )]
    UnnamedCall {
        process: String,
        #[label("this call has no name")]
        span: Span,
        #[label("called here as well")]
        first: Span,
    },
    #[error("`{operator}` does not take {operands}")]
    #[diagnostic(code(flow::typecheck::operands))]
    Operands {
        operator: &'static str,
        operands: String,
        #[label("{operands}")]
        span: Span,
        #[help]
        help: Option<String>,
    },
    #[error("the items of a list differ in type")]
    #[diagnostic(
        code(flow::typecheck::mixed_list),
        help("all items of a list have one type")
    )]
    MixedList {
        found: String,
        wanted: String,
        #[label("this is {found}")]
        span: Span,
        #[label("this is {wanted}")]
        first: Span,
    },
    #[error("the type of an empty list is not known")]
    #[diagnostic(
        code(flow::typecheck::empty_list),
        help("declare it: `param NAME: [Int] = []`")
    )]
    EmptyList {
        #[label("a list of what?")]
        span: Span,
    },
    #[error("`{function}` takes {wanted}, found {found}")]
    #[diagnostic(code(flow::typecheck::argument_count))]
    ArgumentCount {
        function: String,
        wanted: String,
        found: usize,
        #[label("called here")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("`{function}` takes no named arguments")]
    #[diagnostic(
        code(flow::typecheck::named_argument),
        help("functions take their arguments by position: `{form}`")
    )]
    NamedArgument {
        function: String,
        form: &'static str,
        #[label("named")]
        span: Span,
    },
    #[error("`{function}` needs to know what it reads")]
    #[diagnostic(
        code(flow::typecheck::type_argument),
        help("write the type of a row or value: `{function}<Row>(\"…\")`")
    )]
    TypeArgument {
        function: String,
        #[label("no type here")]
        span: Span,
    },
    #[error("a `{found}` cannot stand in a text")]
    #[diagnostic(code(flow::typecheck::text_hole))]
    TextHole {
        found: String,
        #[label("this is a `{found}`")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("record `{record}` has two fields `{name}`")]
    #[diagnostic(code(flow::typecheck::duplicate_field), help("rename one of the two"))]
    DuplicateField {
        record: String,
        name: String,
        #[label("declared again here")]
        span: Span,
        #[label("first declared here")]
        first: Span,
    },
    #[error("record `{record}` has no fields")]
    #[diagnostic(
        code(flow::typecheck::empty_record),
        help("name the columns of the sheet: `key id: String, reads: File`")
    )]
    EmptyRecord {
        record: String,
        #[label("nothing to hold")]
        span: Span,
    },
    #[error("field `{name}` cannot be a `{found}`")]
    #[diagnostic(
        code(flow::typecheck::field_type),
        help("a field is an `Int`, `Float`, `Bool`, `String`, `File`, `Dir` or an enumeration")
    )]
    FieldType {
        name: String,
        found: String,
        #[label("not one cell of a sheet")]
        span: Span,
    },
    #[error("{what} not supported yet")]
    #[diagnostic(code(flow::typecheck::not_yet))]
    NotYet {
        what: String,
        #[label("planned, but not there yet")]
        span: Span,
        #[help]
        help: String,
    },
}

impl Located for TypeError {
    fn span(&self) -> Span {
        match self {
            Self::Branch(error) => error.span(),
            Self::Loop(error) => error.span(),
            Self::Process(error) => error.span(),
            Self::Failure(error) => error.span(),
            Self::Pick(error) => error.span(),
            Self::Rounds(error) => error.span(),
            Self::WrongType { span, .. }
            | Self::ListForOne { span, .. }
            | Self::OneForList { span, .. }
            | Self::NotInEnumeration { span, .. }
            | Self::MissingArgument { span, .. }
            | Self::UnknownArgument { span, .. }
            | Self::DuplicateArgument { span, .. }
            | Self::BareArgument { span, .. }
            | Self::UnknownOutput { span, .. }
            | Self::UnknownField { span, .. }
            | Self::NoFields { span, .. }
            | Self::CallAsValue { span, .. }
            | Self::CallOutsideWorkflow { span, .. }
            | Self::NoCall { span }
            | Self::LoopOverOne { span, .. }
            | Self::PublishValue { span }
            | Self::AfterValue { span, .. }
            | Self::UnnamedCall { span, .. }
            | Self::Operands { span, .. }
            | Self::MixedList { span, .. }
            | Self::EmptyList { span }
            | Self::ArgumentCount { span, .. }
            | Self::NamedArgument { span, .. }
            | Self::TypeArgument { span, .. }
            | Self::TextHole { span, .. }
            | Self::DuplicateField { span, .. }
            | Self::EmptyRecord { span, .. }
            | Self::FieldType { span, .. }
            | Self::NotYet { span, .. } => *span,
        }
    }
}
