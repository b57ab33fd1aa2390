//! What is wrong with a program, as `flowc check` has it.

use std::collections::BTreeMap;

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range,
    Url,
};
use miette::Severity;

use super::OpenFile;
use super::program::{Overlay, absolute, folder, source, url};
use super::text::Lines;
use crate::ast::{self, ItemKind};
use crate::code;
use crate::diagnostics::{Report, Warnings, reports};
use crate::parse;
use crate::pipeline;
use crate::settings::Settings;
use crate::source::{SourceId, Sources, Span};

/// Whom diagnostics are from.
const OURS: &str = "flowc";

/// A param without a value is no mistake of the program: it is given one when it is compiled.
const TO_BE_SET: &str = "flow::dataflow::required_param";

/// What is wrong, by the file that it is in.
pub(super) type Found = BTreeMap<Url, Vec<Diagnostic>>;

/// Looks for mistakes in a file, and in what it imports.
pub(super) fn check(file: OpenFile<'_>) -> Found {
    let mut sources = Sources::default();
    sources.add(source(file.path, &file.document.text));
    let mut warnings = Warnings::default();
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    let input = pipeline::Input {
        name: &stem,
        files: &Overlay::new(file),
        settings: &Settings::default(),
    };
    let errors = if is_part(&sources) {
        pipeline::check_part(input, &mut sources, &mut warnings)
    } else {
        let checked = pipeline::check(input, &mut sources, &mut warnings);
        checked.and_then(|dataflow| code::check(&dataflow, &folder(file.path)).map_err(reports))
    };
    let errors = errors.err().unwrap_or_default();
    let place = Place {
        file,
        sources: &sources,
        lines: sources
            .all()
            .iter()
            .map(|it| Lines::new(&it.text))
            .collect(),
    };
    let mut found = Found::new();
    for report in errors.iter().chain(warnings.iter()) {
        let (url, diagnostic) = place.diagnostic(report);
        found.entry(url).or_default().push(diagnostic);
    }
    for diagnostics in found.values_mut() {
        diagnostics.sort_by_key(|it| (it.range.start.line, it.range.start.character));
        diagnostics.dedup();
    }
    found
}

/// Whether a file is there to be imported: it has neither a workflow of its own nor params.
fn is_part(sources: &Sources) -> bool {
    let Some(source) = sources.all().first() else {
        return false;
    };
    let (file, _) = parse::partial(source, SourceId::default());
    let is_whole = |item: &ast::Item| match &item.kind {
        ItemKind::Param(_) => true,
        ItemKind::Workflow(workflow) => workflow.name.is_none(),
        ItemKind::Import(_)
        | ItemKind::Record(_)
        | ItemKind::Container(_)
        | ItemKind::Process(_) => false,
    };
    !file.items.iter().any(is_whole)
}

/// Where the texts of a program are.
struct Place<'a> {
    file: OpenFile<'a>,
    sources: &'a Sources,
    /// Those of each of the sources.
    lines: Vec<Lines>,
}

impl Place<'_> {
    fn diagnostic(&self, report: &Report) -> (Url, Diagnostic) {
        let labels: Vec<_> = report.labels().into_iter().flatten().collect();
        let labels = labels
            .iter()
            .map(|it| (Span::from(*it.inner()), it.label()));
        let own = report.span();
        // What a pass wrote is no file: then the first label that is in one.
        let places = std::iter::once(own).chain(labels.clone().map(|(span, _)| span));
        let place = places.filter_map(|it| self.location(it)).next();
        let place = place
            .unwrap_or_else(|| Location::new(self.file.document.url.clone(), Range::default()));
        let related = labels.filter(|(span, _)| *span != own);
        let related = related.filter_map(|(span, label)| {
            Some(DiagnosticRelatedInformation {
                location: self.location(span)?,
                message: label.unwrap_or_default().to_owned(),
            })
        });
        let related: Vec<_> = related.collect();
        let code = report.code().map(|it| it.to_string());
        let mut message = report.to_string();
        if let Some(help) = report.help() {
            message.push_str(&format!("\nhelp: {help}"));
        }
        let diagnostic = Diagnostic {
            range: place.range,
            severity: Some(severity(report, code.as_deref())),
            code: code.map(NumberOrString::String),
            source: Some(OURS.to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            ..Diagnostic::default()
        };
        (place.uri, diagnostic)
    }

    /// A place in one of the files.
    fn location(&self, span: Span) -> Option<Location> {
        let at = usize::from(span.source.0);
        let (source, lines) = (self.sources.all().get(at)?, self.lines.get(at)?);
        let range = lines.range(&source.text, span.start as usize, span.end as usize);
        if span.source == SourceId::default() {
            return Some(Location::new(self.file.document.url.clone(), range));
        }
        let path = absolute(&folder(self.file.path), &source.name);
        let is_file = self.file.all.contains_key(&path) || path.is_file();
        let url = url(&path, self.file.all).filter(|_| is_file)?;
        Some(Location::new(url, range))
    }
}

fn severity(report: &Report, code: Option<&str>) -> DiagnosticSeverity {
    match report.severity() {
        _ if code == Some(TO_BE_SET) => DiagnosticSeverity::INFORMATION,
        Some(Severity::Advice) => DiagnosticSeverity::INFORMATION,
        Some(Severity::Warning) => DiagnosticSeverity::WARNING,
        Some(Severity::Error) | None => DiagnosticSeverity::ERROR,
    }
}
