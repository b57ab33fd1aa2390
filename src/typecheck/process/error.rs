//! What can be wrong with a process.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum ProcessError {
    #[error("process `{process}` has two `{clause}` clauses")]
    #[diagnostic(code(flow::typecheck::duplicate_clause), help("keep one of the two"))]
    DuplicateClause {
        process: String,
        clause: &'static str,
        #[label("again here")]
        span: Span,
        #[label("first here")]
        first: Span,
    },
    #[error("`{clause}` contradicts `{other}`")]
    #[diagnostic(
        code(flow::typecheck::conflicting_clauses),
        help("keep one of the two")
    )]
    ConflictingClauses {
        clause: &'static str,
        other: &'static str,
        #[label("`{clause}` here")]
        span: Span,
        #[label("`{other}` here")]
        first: Span,
    },
    #[error("process `{process}` has no script")]
    #[diagnostic(
        code(flow::typecheck::no_script),
        help("add `script \"\"\"…\"\"\"`, or `todo` for one that is written later")
    )]
    NoScript {
        process: String,
        #[label("nothing to run")]
        span: Span,
    },
    #[error("the script of `{process}` is empty")]
    #[diagnostic(
        code(flow::typecheck::empty_script),
        help("write what it runs, or `todo` in its place")
    )]
    EmptyScript {
        process: String,
        #[label("nothing between the quotes")]
        span: Span,
    },
    #[error("`{name}` cannot be the name of an {kind}")]
    #[diagnostic(
        code(flow::typecheck::reserved_name),
        help("rename it, for instance to `{better}`")
    )]
    ReservedName {
        name: String,
        kind: &'static str,
        reason: String,
        better: String,
        #[label("{reason}")]
        span: Span,
    },
    #[error("`{name}` is the name of a file that comes with the input `{base}`")]
    #[diagnostic(
        code(flow::typecheck::derived_name),
        help(
            "the script finds `${base}_list`, `${base}_keys` and `${base}_missing`; rename one of the two"
        )
    )]
    DerivedName {
        name: String,
        base: String,
        #[label("clashes with `{base}`")]
        span: Span,
        #[label("`{base}` is here")]
        first: Span,
    },
    #[error("`{name}` is declared twice in process `{process}`")]
    #[diagnostic(
        code(flow::typecheck::name_clash),
        help("inputs, outputs and `env` are variables of one script; rename one of the two")
    )]
    NameClash {
        process: String,
        name: String,
        #[label("again here")]
        span: Span,
        #[label("first here")]
        first: Span,
    },
    #[error("output `{name}` cannot be a `{found}`")]
    #[diagnostic(
        code(flow::typecheck::output_type),
        help(
            "an output is a `File`, a `Dir`, a value (`Int`, `Float`, `Bool`, `String`, an enumeration), or a list: `[File]`, `[Int]`, `[Float]`, `[String]`"
        )
    )]
    OutputType {
        name: String,
        found: String,
        #[label("a script cannot hand this on")]
        span: Span,
    },
    #[error("output `{name}` leaves the folder of its shard")]
    #[diagnostic(
        code(flow::typecheck::output_path),
        help(
            "name a file below the folder: no leading `/`, no `..`; `publish` brings it elsewhere"
        )
    )]
    OutputPath {
        name: String,
        #[label("not below the folder")]
        span: Span,
    },
    #[error("outputs `{name}` and `{other}` are one file")]
    #[diagnostic(
        code(flow::typecheck::same_output_path),
        help("give each its own file name")
    )]
    SameOutputPath {
        name: String,
        other: String,
        #[label("the same path again")]
        span: Span,
        #[label("first here")]
        first: Span,
    },
    #[error("the path of output `{name}` is not a text")]
    #[diagnostic(
        code(flow::typecheck::output_source),
        help("write a file name, as in `{name}: File = \"{name}.txt\"`, or `stdout`")
    )]
    OutputSource {
        name: String,
        #[label("not a file name")]
        span: Span,
    },
    #[error("output `{name}` is a list of files, and this names one")]
    #[diagnostic(
        code(flow::typecheck::output_pattern),
        help(
            "write a pattern with `*`, `?` or `[…]`, as in `{name}: [File] = \"{name}_*.txt\"`, or declare one `File`"
        )
    )]
    OutputPattern {
        name: String,
        #[label("matches one name alone")]
        span: Span,
    },
    #[error("output `{name}` is a list of values, and this is no file of lines")]
    #[diagnostic(
        code(flow::typecheck::output_lines),
        help("name the file that holds one a line: `{name}: {ty} = lines(\"{name}.txt\")`")
    )]
    OutputLines {
        name: String,
        ty: String,
        #[label("not `lines(…)`")]
        span: Span,
    },
    #[error("output `{name}` is temporary, and a value")]
    #[diagnostic(
        code(flow::typecheck::temp_value),
        help("a value of type `{ty}` is kept in the record: leave `temp` out")
    )]
    TempValue {
        name: String,
        ty: String,
        #[label("there is no file to remove")]
        span: Span,
    },
    #[error("`expect` says how many items a list has, and output `{name}` is one `{found}`")]
    #[diagnostic(
        code(flow::typecheck::expect_one),
        help("leave `expect` out, or declare the output as `[{found}]`")
    )]
    ExpectOne {
        name: String,
        found: String,
        #[label("of one value")]
        span: Span,
    },
    #[error("`checkpoint` is no folder below that of the shard")]
    #[diagnostic(
        code(flow::typecheck::checkpoint_path),
        help(
            "name a folder of its own: `checkpoint \"state/\"`, without `/` at its start and without `..`"
        )
    )]
    CheckpointPath {
        #[label("not below the folder")]
        span: Span,
    },
    #[error("this names no environment")]
    #[diagnostic(
        code(flow::typecheck::conda_name),
        help(
            "write a file (`conda \"env.yml\"`, with the packages under `dependencies:`), or the folder or name of an environment that is there"
        )
    )]
    CondaName {
        #[label("no file, folder or name")]
        span: Span,
    },
    #[error("{what} lies in the folder of `checkpoint`")]
    #[diagnostic(
        code(flow::typecheck::in_checkpoint),
        help("that folder goes when the shard is done; name another one for one of the two")
    )]
    InCheckpoint {
        what: String,
        #[label("in that folder")]
        span: Span,
        #[label("what one attempt leaves to the next")]
        folder: Span,
    },
    #[error("`again` without `checkpoint`")]
    #[diagnostic(
        code(flow::typecheck::again_alone),
        help(
            "write `checkpoint \"state/\"`, the folder from which the next start goes on; for another try from the beginning write `retry`"
        )
    )]
    AgainAlone {
        #[label("from where should it go on?")]
        span: Span,
    },
    #[error("two outputs take what the script of `{process}` prints")]
    #[diagnostic(
        code(flow::typecheck::two_stdout),
        help("give one of them a file, which the script writes")
    )]
    TwoStdout {
        process: String,
        #[label("`stdout` again")]
        span: Span,
        #[label("first here")]
        first: Span,
    },
    #[error("input `{name}` cannot be read on stdin")]
    #[diagnostic(
        code(flow::typecheck::stdin_type),
        help("only one `File` can be; inside the script use `<(…)` or a pipe for others")
    )]
    StdinType {
        name: String,
        found: String,
        #[label("`{name}` is a `{found}`")]
        span: Span,
    },
}

impl Located for ProcessError {
    fn span(&self) -> Span {
        match self {
            Self::DuplicateClause { span, .. }
            | Self::ConflictingClauses { span, .. }
            | Self::NoScript { span, .. }
            | Self::EmptyScript { span, .. }
            | Self::ReservedName { span, .. }
            | Self::DerivedName { span, .. }
            | Self::NameClash { span, .. }
            | Self::OutputType { span, .. }
            | Self::OutputPath { span, .. }
            | Self::SameOutputPath { span, .. }
            | Self::OutputSource { span, .. }
            | Self::OutputPattern { span, .. }
            | Self::OutputLines { span, .. }
            | Self::ExpectOne { span, .. }
            | Self::TempValue { span, .. }
            | Self::CheckpointPath { span }
            | Self::CondaName { span }
            | Self::InCheckpoint { span, .. }
            | Self::AgainAlone { span }
            | Self::TwoStdout { span, .. }
            | Self::StdinType { span, .. } => *span,
        }
    }
}
