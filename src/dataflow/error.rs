//! What can be wrong with values.

use miette::Diagnostic;
use thiserror::Error;

use super::sources::SourceError;
use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum DataflowError {
    #[error("`{name}` is not made")]
    #[diagnostic(
        code(flow::dataflow::not_made),
        help(
            "give what stands in its place: `{name} ?? OTHER`, or move this into the same branch"
        )
    )]
    NotMade {
        name: String,
        holds: &'static str,
        #[label("read here")]
        span: Span,
        #[label("this {holds}; `{name}` is made in the other branch alone")]
        condition: Span,
    },
    #[error(transparent)]
    #[diagnostic(transparent)]
    Source(#[from] SourceError),
    #[error("param `{name}` has no value")]
    #[diagnostic(
        code(flow::dataflow::required_param),
        help("set it with `--set {name}=…`, or give it a default")
    )]
    RequiredParam {
        name: String,
        #[label("required, and not set")]
        span: Span,
    },
    #[error("item `{item}` occurs twice")]
    #[diagnostic(
        code(flow::dataflow::duplicate_item),
        help("shards are known by their items; remove one of the two{more}")
    )]
    DuplicateItem {
        item: String,
        more: &'static str,
        #[label("again here")]
        span: Span,
        #[label("first here")]
        first: Option<Span>,
    },
    #[error("`{collection}` has no item `{item}`")]
    #[diagnostic(code(flow::dataflow::no_such_item))]
    NoSuchItem {
        item: String,
        collection: String,
        #[label("this is `{item}`")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("`{left}` has {lefts} items and `{right}` has {rights}")]
    #[diagnostic(
        code(flow::dataflow::zip_lengths),
        help(
            "`zip` takes the first with the first, and so on: give both as many items; for all pairs write two loops, one in the other"
        )
    )]
    ZipLengths {
        left: String,
        lefts: u64,
        right: String,
        rights: u64,
        #[label("side by side here")]
        span: Span,
    },
    #[error("batches of {size}")]
    #[diagnostic(code(flow::dataflow::batch_size), help("a batch has one item or more"))]
    BatchSize {
        size: i64,
        #[label("this is {size}")]
        span: Span,
    },
    #[error("the result of `{operator}` is too large")]
    #[diagnostic(
        code(flow::dataflow::overflow),
        help("an `Int` holds -9223372036854775808 to 9223372036854775807")
    )]
    Overflow {
        operator: &'static str,
        #[label("does not fit")]
        span: Span,
    },
    #[error("division by zero")]
    #[diagnostic(
        code(flow::dataflow::division_by_zero),
        help("check what the divisor is computed from")
    )]
    DivisionByZero {
        #[label("divided by zero here")]
        span: Span,
    },
    #[error("a range cannot have a step of {step}")]
    #[diagnostic(
        code(flow::dataflow::range_step),
        help("a step is 1 or more; a range goes upwards")
    )]
    RangeStep {
        step: i64,
        #[label("would never end")]
        span: Span,
    },
    #[error("`{function}` of an empty list")]
    #[diagnostic(
        code(flow::dataflow::empty_list),
        help("give the list an item, or take `{function}` of it and a number: `{function}(0, 1)`")
    )]
    EmptyList {
        function: &'static str,
        #[label("there is none")]
        span: Span,
    },
    #[error("`{clause}` cannot be {found}")]
    #[diagnostic(code(flow::dataflow::clause_range))]
    ClauseRange {
        clause: &'static str,
        found: String,
        #[label("this is {found}")]
        span: Span,
        #[help]
        help: &'static str,
    },
    #[error("`{clause}` reads what is known only when the program runs")]
    #[diagnostic(
        code(flow::dataflow::run_time_clause),
        help(
            "resources are asked for before anything runs: use what is known when compiling; only `cost` may be unknown"
        )
    )]
    RunTimeClause {
        clause: &'static str,
        #[label("computed from an input")]
        span: Span,
        #[label("which is the result of another call here")]
        call: Span,
    },
    #[error("`{name}` is published twice")]
    #[diagnostic(code(flow::dataflow::publish_collision))]
    PublishCollision {
        name: String,
        #[label("{shards}")]
        span: Span,
        shards: String,
        #[label("the other is here")]
        first: Option<Span>,
        #[help]
        help: String,
    },
    #[error("`{name}` is temporary, and published")]
    #[diagnostic(
        code(flow::dataflow::publish_temp),
        help(
            "it is removed when all that reads it is done: take `temp` away, or publish what is made from it"
        )
    )]
    PublishTemp {
        name: String,
        #[label("its output is marked `temp`")]
        span: Span,
    },
    #[error("`{name}` leaves the folder of results")]
    #[diagnostic(
        code(flow::dataflow::publish_path),
        help("name a file below `run/results/`: no leading `/`, no `..`, and not empty")
    )]
    PublishPath {
        name: String,
        #[label("not below the folder")]
        span: Span,
    },
    #[error("`{start}…`, a part of a published name, has {bytes} bytes")]
    #[diagnostic(
        code(flow::dataflow::publish_long),
        help(
            "file systems take 255: publish under something shorter, or a list of all outside of the loop"
        )
    )]
    PublishLong {
        start: String,
        bytes: usize,
        #[label("too long for a file")]
        span: Span,
    },
    #[error("the name depends on the loop over `{variable}`, but what is published does not")]
    #[diagnostic(
        code(flow::dataflow::publish_axis),
        help("move `publish` out of the loop, and take its variable out of the name")
    )]
    PublishAxis {
        variable: String,
        #[label("made outside of the loop over `{variable}`")]
        span: Span,
    },
    #[error("{what} not supported yet")]
    #[diagnostic(code(flow::dataflow::not_yet), help("{instead}"))]
    NotYet {
        what: String,
        instead: &'static str,
        #[label("planned, but not there yet")]
        span: Span,
    },
}

impl Located for DataflowError {
    fn span(&self) -> Span {
        match self {
            Self::Source(error) => error.span(),
            Self::RequiredParam { span, .. }
            | Self::DuplicateItem { span, .. }
            | Self::Overflow { span, .. }
            | Self::DivisionByZero { span }
            | Self::RangeStep { span, .. }
            | Self::NotMade { span, .. }
            | Self::EmptyList { span, .. }
            | Self::ClauseRange { span, .. }
            | Self::RunTimeClause { span, .. }
            | Self::PublishCollision { span, .. }
            | Self::PublishPath { span, .. }
            | Self::PublishTemp { span, .. }
            | Self::PublishLong { span, .. }
            | Self::PublishAxis { span, .. }
            | Self::NoSuchItem { span, .. }
            | Self::ZipLengths { span, .. }
            | Self::BatchSize { span, .. }
            | Self::NotYet { span, .. } => *span,
        }
    }
}

/// What is fine but does nothing.
#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum Warning {
    #[error("`{collection}` is empty")]
    #[diagnostic(
        severity(Warning),
        code(flow::dataflow::empty_collection),
        help("the loops over it run nothing, and their gathers get an empty list")
    )]
    EmptyCollection {
        collection: String,
        #[label("no items")]
        span: Span,
    },
    #[error("`{cell}` begins or ends with a blank")]
    #[diagnostic(
        severity(Warning),
        code(flow::dataflow::blank_ends),
        help(
            "with and without it are two texts, and so two groups or shards; remove it if it is not meant"
        )
    )]
    BlankEnds {
        cell: String,
        column: String,
        #[label("in `{column}`")]
        span: Span,
    },
}

impl Located for Warning {
    fn span(&self) -> Span {
        match self {
            Self::EmptyCollection { span, .. } | Self::BlankEnds { span, .. } => *span,
        }
    }
}
