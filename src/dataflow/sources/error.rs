//! What can be wrong with files that are read when compiling.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;
use crate::units::counted;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum SourceError {
    #[error("cannot read `{path}`: {reason}")]
    #[diagnostic(
        code(flow::dataflow::unreadable),
        help("paths are relative to the folder of the program")
    )]
    Unreadable {
        path: String,
        reason: String,
        #[label("read when compiling")]
        span: Span,
    },
    #[error("`{path}` is not UTF-8 text: line {line}")]
    #[diagnostic(
        code(flow::dataflow::not_utf8),
        help("convert it; if it is Latin-1: `iconv -f LATIN1 -t UTF-8 {path}`")
    )]
    NotUtf8 {
        path: String,
        line: usize,
        #[label("read here")]
        span: Span,
    },
    #[error("nothing matches `{pattern}`")]
    #[diagnostic(
        code(flow::dataflow::empty_glob),
        help(
            "patterns are relative to the folder of the program; `*` stays within a folder, `**` does not"
        )
    )]
    EmptyGlob {
        pattern: String,
        #[label("no such file")]
        span: Span,
    },
    #[error("`{pattern}` is not a pattern: {reason}")]
    #[diagnostic(
        code(flow::dataflow::glob_pattern),
        help("`*` and `?` match in a name, `**` folders, `[ab]` one of some letters")
    )]
    GlobPattern {
        pattern: String,
        reason: String,
        #[label("a pattern here")]
        span: Span,
    },
    #[error("the pattern captures `{name}`, which record `{record}` does not have")]
    #[diagnostic(
        code(flow::dataflow::capture),
        help(
            "its fields are {known}; name one of them, or write `*` for a part that does not matter"
        )
    )]
    Capture {
        name: String,
        record: String,
        known: String,
        #[label("`{{{name}}}` is no field")]
        span: Span,
    },
    #[error("the pattern does not say what `{name}` is")]
    #[diagnostic(
        code(flow::dataflow::not_captured),
        help("capture it: `{{{name}}}` in the pattern; or leave the field out of the record")
    )]
    NotCaptured {
        name: String,
        ty: String,
        #[label("nothing gives `{name}: {ty}`")]
        span: Span,
    },
    #[error("the pattern finds {files} for a row, and `{record}` has {fields} for files",
        files = counted(*files as u64, "file"), fields = counted(*fields as u64, "field"))]
    #[diagnostic(
        code(flow::dataflow::pattern_files),
        help("give `{record}` a `File` for each, or the pattern as many alternatives: `{{1,2}}`")
    )]
    PatternFiles {
        record: String,
        fields: usize,
        files: usize,
        #[label("finds {files} for a row")]
        span: Span,
    },
    #[error("`{there}` has no partner: there is no `{missing}`")]
    #[diagnostic(
        code(flow::dataflow::missing_partner),
        help("add the file, or move the odd one to where the pattern does not find it")
    )]
    MissingPartner {
        there: String,
        missing: String,
        #[label("needs each of the alternatives")]
        span: Span,
    },
    #[error("`{first}` and `{again}` are one row")]
    #[diagnostic(
        code(flow::dataflow::two_matches),
        help(
            "capture the part in which they differ: `{{name}}` in place of `*`; or let the pattern find one of them"
        )
    )]
    TwoMatches {
        first: String,
        again: String,
        #[label("captures the same of both")]
        span: Span,
    },
    #[error("`{text}` in `{path}` is not {wanted}")]
    #[diagnostic(
        code(flow::dataflow::wrong_capture),
        help("give the file another name, or the field another type")
    )]
    WrongCapture {
        text: String,
        path: String,
        name: String,
        wanted: String,
        #[label("`{name}` is {wanted}")]
        span: Span,
    },
    #[error("sheet `{path}` has no header")]
    #[diagnostic(
        code(flow::dataflow::empty_sheet),
        help("its first line names the columns: `{columns}`")
    )]
    EmptySheet {
        path: String,
        columns: String,
        #[label("an empty file")]
        span: Span,
    },
    #[error("sheet `{path}` has no column `{column}`")]
    #[diagnostic(code(flow::dataflow::missing_column))]
    MissingColumn {
        path: String,
        column: String,
        #[label("the header lacks `{column}`")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("sheet `{path}` has two columns `{column}`")]
    #[diagnostic(
        code(flow::dataflow::duplicate_column),
        help("rename or remove one of the two")
    )]
    DuplicateColumn {
        path: String,
        column: String,
        #[label("a second `{column}`")]
        span: Span,
    },
    #[error("a row of {found} under {wanted} columns")]
    #[diagnostic(
        code(flow::dataflow::row_length),
        help("give every column a cell, and put quotes around one that holds a comma")
    )]
    RowLength {
        found: usize,
        wanted: usize,
        #[label("holds {found}, not {wanted}")]
        span: Span,
    },
    #[error("{cell} is not {wanted}")]
    #[diagnostic(code(flow::dataflow::wrong_cell))]
    WrongCell {
        cell: String,
        wanted: String,
        #[label("`{name}` is {wanted}")]
        span: Span,
        name: String,
        #[help]
        help: &'static str,
    },
    #[error("`{path}` holds more text than 4 GB")]
    #[diagnostic(
        code(flow::dataflow::too_large),
        help("leave out columns that the program does not need")
    )]
    TooLarge {
        path: String,
        #[label("read here")]
        span: Span,
    },
    #[error("`{path}` is not JSON: {reason}")]
    #[diagnostic(
        code(flow::dataflow::json_syntax),
        help("check it: `python3 -m json.tool {path}`")
    )]
    JsonSyntax {
        path: String,
        reason: String,
        #[label("here")]
        span: Span,
    },
    #[error("`{at}` in `{path}` is not {wanted}")]
    #[diagnostic(code(flow::dataflow::json_type), help("it holds {found}"))]
    JsonType {
        path: String,
        at: String,
        wanted: String,
        found: String,
        #[label("read here")]
        span: Span,
    },
}

impl Located for SourceError {
    fn span(&self) -> Span {
        match self {
            Self::Unreadable { span, .. }
            | Self::NotUtf8 { span, .. }
            | Self::EmptyGlob { span, .. }
            | Self::GlobPattern { span, .. }
            | Self::Capture { span, .. }
            | Self::NotCaptured { span, .. }
            | Self::PatternFiles { span, .. }
            | Self::MissingPartner { span, .. }
            | Self::TwoMatches { span, .. }
            | Self::WrongCapture { span, .. }
            | Self::EmptySheet { span, .. }
            | Self::MissingColumn { span, .. }
            | Self::DuplicateColumn { span, .. }
            | Self::RowLength { span, .. }
            | Self::WrongCell { span, .. }
            | Self::TooLarge { span, .. }
            | Self::JsonSyntax { span, .. }
            | Self::JsonType { span, .. } => *span,
        }
    }
}
