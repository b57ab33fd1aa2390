//! What can be wrong with `split` and `merge`.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum GrainError {
    #[error("`{process}` is cut more than once")]
    #[diagnostic(
        code(flow::grains::split_twice),
        help("cut one input; loops run over the others")
    )]
    SplitTwice {
        process: String,
        #[label("`split` again")]
        span: Span,
        #[label("first here")]
        first: Span,
    },
    #[error("`merge` without `split`")]
    #[diagnostic(
        code(flow::grains::merge_alone),
        help("say what is cut: `split INPUT by lines in 1000`, or `by items in 50`")
    )]
    MergeAlone {
        #[label("of what?")]
        span: Span,
    },
    #[error("`{input}` cannot be split by {unit}")]
    #[diagnostic(code(flow::grains::split_input))]
    SplitInput {
        input: String,
        unit: &'static str,
        #[label("{why}")]
        span: Span,
        why: String,
        #[help]
        help: &'static str,
    },
    #[error("a grain of no {unit}")]
    #[diagnostic(code(flow::grains::grain_size), help("write 1 or more"))]
    GrainSize {
        unit: &'static str,
        #[label("holds nothing")]
        span: Span,
    },
    #[error("output `{output}` of the grains is not merged")]
    #[diagnostic(
        code(flow::grains::not_merged),
        help("write `merge {output} by concat`, or `merge {output} by PROCESS`")
    )]
    NotMerged {
        output: String,
        #[label("each grain makes one")]
        span: Span,
        #[label("cut here")]
        split: Span,
    },
    #[error("`{output}` cannot be merged")]
    #[diagnostic(code(flow::grains::merge_output))]
    MergeOutput {
        output: String,
        #[label("{why}")]
        span: Span,
        why: String,
        #[help]
        help: &'static str,
    },
    #[error("`{process}` cannot merge")]
    #[diagnostic(
        code(flow::grains::merge_process),
        help(
            "it is called with what all grains made, and gives one result: `process NAME(parts: [File]) -> (whole: File) {{ … }}`"
        )
    )]
    MergeProcess {
        process: String,
        #[label("{why}")]
        span: Span,
        why: &'static str,
    },
}

impl Located for GrainError {
    fn span(&self) -> Span {
        match self {
            Self::SplitTwice { span, .. }
            | Self::MergeAlone { span }
            | Self::SplitInput { span, .. }
            | Self::GrainSize { span, .. }
            | Self::NotMerged { span, .. }
            | Self::MergeOutput { span, .. }
            | Self::MergeProcess { span, .. } => *span,
        }
    }
}
