//! Plans that no cluster, or not this one, can run.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, PartialEq, Error, Diagnostic)]
pub enum PlanError {
    #[error("`{call}` has {tasks} array tasks; an array of this site has at most {limit}")]
    #[diagnostic(
        code(flow::plan::array_too_large),
        help("`pack {pack}` brings it below the limit")
    )]
    ArrayTooLarge {
        call: String,
        tasks: u64,
        limit: u64,
        pack: u64,
        #[label("not packed further: pinned, or started several times")]
        span: Span,
    },

    #[error("the plan has {tasks} array tasks; this site lets a user submit {limit}")]
    #[diagnostic(
        code(flow::plan::too_many_tasks),
        help(
            "remove `never pack` or raise `pack` where shards are many, allow fewer retries or starts, or run a part with `submit.sh --first`"
        )
    )]
    TooManyTasks {
        tasks: u64,
        limit: u64,
        call: String,
        most: String,
        #[label("`{call}` has the most: {most}")]
        span: Span,
    },

    #[error("{what}")]
    #[diagnostic(code(flow::plan::no_partition), help("{help}"))]
    NoPartition {
        what: String,
        help: String,
        #[label("asks for {asks}")]
        span: Span,
        asks: String,
    },

    #[error("site `{site}` has no partition `{partition}`")]
    #[diagnostic(code(flow::plan::unknown_partition), help("{help}"))]
    UnknownPartition {
        site: String,
        partition: String,
        help: String,
        #[label("`{process}` asks for it")]
        span: Span,
        process: String,
    },

    #[error("`{process}` has no `{what}` that a retry could raise")]
    #[diagnostic(code(flow::plan::nothing_to_raise), help("{help}"))]
    NothingToRaise {
        what: &'static str,
        process: String,
        help: String,
        #[label("more of what?")]
        span: Span,
    },

    #[error("retry {attempt} of `{process}` cannot ask for more {what}: {sum}")]
    #[diagnostic(code(flow::plan::no_more), help("{help}"))]
    NoMore {
        process: String,
        what: &'static str,
        attempt: u32,
        /// What it asks for, and what there is.
        sum: String,
        help: String,
        #[label("raised here")]
        span: Span,
    },

    #[error("`{process}` needs {needed} starts: {sum}")]
    #[diagnostic(
        code(flow::plan::few_starts),
        help("write `up to {needed}`, or name a partition that lets a start take longer")
    )]
    FewStarts {
        process: String,
        needed: u64,
        sum: String,
        #[label("allows {up_to}")]
        span: Span,
        up_to: u64,
    },

    #[error("input `{input}` of `{call}` is {what}, which is not there yet")]
    #[diagnostic(code(flow::plan::not_yet), help("{help}"))]
    NotYet {
        call: String,
        input: String,
        what: &'static str,
        help: &'static str,
        #[label("passed here")]
        span: Span,
    },
}

impl Located for PlanError {
    fn span(&self) -> Span {
        match self {
            Self::ArrayTooLarge { span, .. }
            | Self::TooManyTasks { span, .. }
            | Self::NoPartition { span, .. }
            | Self::UnknownPartition { span, .. }
            | Self::NothingToRaise { span, .. }
            | Self::NoMore { span, .. }
            | Self::FewStarts { span, .. }
            | Self::NotYet { span, .. } => *span,
        }
    }
}
