//! Diagnostics as text for people and as JSON for machines, in the order of their places.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents,
};
use serde::Serialize;

use super::Located;
use crate::source::{Source, SourceId, Span};

/// Width of reports that are not for a terminal.
const PLAIN_WIDTH: usize = 80;

/// Of a longer line only what is near a label is shown, so many bytes before and behind it.
const LONG_LINE: usize = 400;
const NEAR: usize = 60;

/// Without colours, 80 columns wide: for files and tests.
pub fn plain<'d, D>(diagnostics: impl IntoIterator<Item = &'d D>, sources: &'d [Source]) -> String
where
    D: AsLocated + ?Sized + 'd,
{
    let theme = GraphicalTheme::unicode_nocolor();
    let handler = GraphicalReportHandler::new_themed(theme).with_width(PLAIN_WIDTH);
    report(diagnostics, sources, &handler.with_links(false))
}

/// In colour, for a terminal of that width.
pub fn coloured<'d, D>(
    diagnostics: impl IntoIterator<Item = &'d D>,
    sources: &'d [Source],
    width: usize,
) -> String
where
    D: AsLocated + ?Sized + 'd,
{
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode()).with_width(width);
    report(diagnostics, sources, &handler.with_links(false))
}

/// An array of objects, described by [`Entry`].
pub fn json<'d, D>(diagnostics: impl IntoIterator<Item = &'d D>, sources: &'d [Source]) -> String
where
    D: AsLocated + ?Sized + 'd,
{
    let sorted = sorted(diagnostics, sources);
    let entries: Vec<_> = sorted.iter().map(entry).collect();
    match serde_json::to_string_pretty(&entries) {
        Ok(text) => text + "\n",
        Err(error) => unreachable!("entries are texts and numbers: {error}"),
    }
}

/// Errors of one pass and boxed ones of any are rendered alike.
pub trait AsLocated {
    fn as_located(&self) -> &dyn Located;
}

impl<D: Located> AsLocated for D {
    fn as_located(&self) -> &dyn Located {
        self
    }
}

impl AsLocated for super::Report {
    fn as_located(&self) -> &dyn Located {
        self.as_ref()
    }
}

fn report<'d, D>(
    diagnostics: impl IntoIterator<Item = &'d D>,
    sources: &'d [Source],
    handler: &GraphicalReportHandler,
) -> String
where
    D: AsLocated + ?Sized + 'd,
{
    let mut text = String::new();
    for joined in sorted(diagnostics, sources) {
        if !text.is_empty() {
            text.push('\n');
        }
        let rendered = handler.render_report(&mut text, &joined);
        debug_assert!(rendered.is_ok(), "writing to a string cannot fail");
    }
    text
}

fn sorted<'d, D>(
    diagnostics: impl IntoIterator<Item = &'d D>,
    sources: &'d [Source],
) -> Vec<Joined<'d>>
where
    D: AsLocated + ?Sized + 'd,
{
    let located = diagnostics.into_iter().map(AsLocated::as_located);
    let mut joined: Vec<_> = located.map(|inner| Joined::new(inner, sources)).collect();
    joined.sort_by_key(|joined| (joined.inner.span().source, joined.inner.span().start));
    joined
}

// ---- a diagnostic with its text ----

/// A diagnostic joined with the text that it is about.
struct Joined<'a> {
    inner: &'a dyn Located,
    sources: &'a [Source],
    text: Option<Shown<'a>>,
}

impl<'a> Joined<'a> {
    fn new(inner: &'a dyn Located, sources: &'a [Source]) -> Self {
        let SourceId(id) = inner.span().source;
        let text = sources.get(usize::from(id)).map(Shown);
        Self {
            inner,
            sources,
            text,
        }
    }

    fn all_labels(&self) -> impl Iterator<Item = (Span, LabeledSpan)> {
        let labels = self.inner.labels().into_iter().flatten();
        labels.map(|label| (Span::from(*label.inner()), label))
    }

    /// `FILE:LINE: LABEL` of a label that lies in another text.
    fn elsewhere(&self, place: Span, label: &LabeledSpan) -> Option<String> {
        let label = placed(place, label, self.sources)?;
        let Label {
            file, line, text, ..
        } = label;
        Some(format!("{file}:{line}: {}", text.unwrap_or_default()))
    }
}

impl fmt::Debug for Joined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.inner, f)
    }
}

impl fmt::Display for Joined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.inner, f)
    }
}

impl std::error::Error for Joined<'_> {}

impl Diagnostic for Joined<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.inner.code()
    }

    fn severity(&self) -> Option<Severity> {
        self.inner.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let own = self.inner.help().map(|help| help.to_string());
        let here = self.inner.span().source;
        let others = self.all_labels().filter(|(place, _)| place.source != here);
        let others = others.filter_map(|(place, label)| self.elsewhere(place, &label));
        let lines: Vec<_> = own.into_iter().chain(others).collect();
        (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let here = self.inner.span().source;
        let own = self
            .all_labels()
            .filter(move |(place, _)| place.source == here);
        Some(Box::new(own.map(|(place, label)| {
            let text = label.label().map(str::to_owned);
            let place = (place.start as usize, place.len());
            if label.primary() {
                LabeledSpan::new_primary_with_span(text, place)
            } else {
                LabeledSpan::new_with_span(text, place)
            }
        })))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.text.as_ref().map(|text| text as &dyn SourceCode)
    }
}

/// A source as miette reads it, with very long lines clipped.
struct Shown<'a>(&'a Source);

impl SourceCode for Shown<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        behind: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Self(source) = self;
        let text = source.text.as_str();
        let contents = match clipped(text, span) {
            Some(clip) => clip,
            None => {
                let near = text.read_span(span, before, behind)?;
                // A long line beside the one that matters is left out.
                let mut lines = near.data().split(|byte| *byte == b'\n');
                match lines.any(|line| line.len() > LONG_LINE) {
                    true => text.read_span(span, 0, 0)?,
                    false => near,
                }
            }
        };
        let (line, column, count) = (contents.line(), contents.column(), contents.line_count());
        let (data, place, name) = (contents.data(), *contents.span(), source.name.clone());
        Ok(Box::new(MietteSpanContents::new_named(
            name, data, place, line, column, count,
        )))
    }
}

/// What is near a span that lies in one very long line.
fn clipped<'a>(text: &'a str, span: &SourceSpan) -> Option<Box<dyn SpanContents<'a> + 'a>> {
    let (start, end) = (span.offset(), span.offset() + span.len());
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let line_end = text
        .get(end..)?
        .find('\n')
        .map_or(text.len(), |at| end + at);
    let inside = text.get(start..end)?;
    if line_end - line_start <= LONG_LINE || inside.len() > LONG_LINE || inside.contains('\n') {
        return None;
    }
    let from = boundary_before(text, start.saturating_sub(NEAR).max(line_start));
    let to = boundary_before(text, (end + NEAR).min(line_end));
    let line = text.get(..line_start)?.matches('\n').count();
    let data = text.get(from..to)?.as_bytes();
    let place = (from, to - from).into();
    let contents = MietteSpanContents::new(data, place, line, from - line_start, 1);
    Some(Box::new(contents))
}

fn boundary_before(text: &str, at: usize) -> usize {
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

// ---- for machines ----

/// One diagnostic of `--format json`.
#[derive(Serialize)]
struct Entry {
    code: Option<String>,
    severity: &'static str,
    message: String,
    help: Option<String>,
    labels: Vec<Label>,
}

#[derive(Serialize)]
struct Label {
    file: String,
    /// From 1.
    line: usize,
    /// From 1, in characters, as is the length.
    column: usize,
    length: usize,
    text: Option<String>,
}

fn entry(joined: &Joined<'_>) -> Entry {
    let severity = match joined.severity() {
        Some(Severity::Advice) => "advice",
        Some(Severity::Warning) => "warning",
        Some(Severity::Error) | None => "error",
    };
    let labels = joined.all_labels();
    Entry {
        code: joined.code().map(|code| code.to_string()),
        severity,
        message: joined.to_string(),
        help: joined.inner.help().map(|help| help.to_string()),
        labels: labels
            .filter_map(|(place, label)| placed(place, &label, joined.sources))
            .collect(),
    }
}

fn placed(place: Span, label: &LabeledSpan, sources: &[Source]) -> Option<Label> {
    let source = sources.get(usize::from(place.source.0))?;
    let text = source.text.as_str();
    let start = boundary_before(text, (place.start as usize).min(text.len()));
    let end = boundary_before(text, (place.end as usize).min(text.len()));
    let before = text.get(..start)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Some(Label {
        file: source.name.clone(),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..)?.chars().count() + 1,
        length: text.get(start..end)?.chars().count(),
        text: label.label().map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error, Diagnostic)]
    #[error("`{name}` is odd")]
    #[diagnostic(code(flow::test::odd), help("make it even"), severity(Warning))]
    struct Odd {
        name: &'static str,
        #[label("here")]
        span: Span,
    }

    impl Located for Odd {
        fn span(&self) -> Span {
            self.span
        }
    }

    fn sources() -> Vec<Source> {
        let source = |name: &str, text: String| Source {
            name: name.to_owned(),
            text,
        };
        vec![
            source("main.flow", "one\ntwo é three\n".to_owned()),
            source(
                "rows.csv",
                format!("id\n{}7{}\n", "0,".repeat(50_000), ",0".repeat(50_000)),
            ),
        ]
    }

    fn odd(name: &'static str, source: u16, start: usize) -> Odd {
        let span = Span::new(SourceId(source), start, start + 1);
        Odd { name, span }
    }

    #[test]
    fn diagnostics_come_in_the_order_of_their_places() {
        let found = [odd("b", 0, 11), odd("c", 1, 1), odd("a", 0, 0)];
        let text = plain(&found, &sources());
        let places: Vec<_> = ["`a`", "`b`", "`c`"]
            .iter()
            .map(|name| text.find(name).unwrap())
            .collect();
        assert!(places.is_sorted(), "{text}");
        assert!(
            text.contains("main.flow:2:") && text.contains("rows.csv:1:2"),
            "{text}"
        );
    }

    #[test]
    fn a_long_line_is_clipped() {
        let text = plain(&[odd("x", 1, 100_003)], &sources());
        assert!(text.contains('7') && text.len() < 2000, "{text}");
    }

    #[test]
    fn a_place_outside_of_the_text_is_no_crash() {
        assert!(plain(&[odd("x", 0, 999)], &sources()).contains("`x` is odd"));
        assert!(plain(&[odd("x", 9, 0)], &sources()).contains("`x` is odd"));
        assert!(json(&[odd("x", 0, 999)], &sources()).contains("`x` is odd"));
    }

    #[test]
    fn machines_get_lines_and_columns() {
        let boxed: Vec<super::super::Report> = vec![Box::new(odd("x", 0, 11))];
        let value: serde_json::Value = serde_json::from_str(&json(&boxed, &sources())).unwrap();
        let expected = serde_json::json!([{
            "code": "flow::test::odd",
            "severity": "warning",
            "message": "`x` is odd",
            "help": "make it even",
            "labels": [{"file": "main.flow", "line": 2, "column": 7, "length": 1, "text": "here"}],
        }]);
        assert_eq!(value, expected);
    }
}
