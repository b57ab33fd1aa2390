//! Where it comes from: versions, code, images, and the identities of the files that were read.

use serde::Serialize;

use crate::manifest::{Items, Process};

use super::text::{Cell, Row};
use super::{Run, text};

/// So many tracked files are listed.
const TRACKED: usize = 300;

/// A file that the program reads, as it was when it was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracked {
    /// As written in the program.
    pub path: String,
    /// 16 hex digits of SHA-256; of a large file its size and time.
    pub identity: String,
    pub size: Option<u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct View<'a> {
    name: &'a str,
    /// None of them empty.
    tables: Vec<Table>,
    /// Of more files than are listed.
    more: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Table {
    title: &'static str,
    head: Vec<&'static str>,
    rows: Vec<Row>,
}

pub(super) fn view(run: &Run) -> View<'_> {
    let mut tables = vec![
        calls(run),
        loops(run),
        code(run),
        sources(run),
        tracked(run),
    ];
    tables.retain(|it| !it.rows.is_empty());
    View {
        name: &run.name,
        tables,
        more: match run.tracked.len().saturating_sub(TRACKED) {
            0 => Vec::new(),
            more => vec![format!(
                "{} more stand in files.tsv of the last submission.",
                text::count(more as u64, "file")
            )],
        },
    }
}

fn processes(run: &Run) -> impl Iterator<Item = &Process> {
    run.manifest.iter().flat_map(|it| &it.processes)
}

fn calls(run: &Run) -> Table {
    let rows = run.calls.iter().map(|call| {
        let own = processes(run).find(|it| it.name == call.process);
        let inside = own.and_then(|it| it.container.clone().or_else(|| it.conda.clone()));
        vec![
            Cell::word(&call.name),
            Cell::word(&call.process),
            Cell::code(&call.version),
            inside.map_or_else(Cell::none, Cell::word),
        ]
    });
    table("Calls", &["call", "process", "version", "runs in"], rows)
}

fn loops(run: &Run) -> Table {
    let axes = run.manifest.iter().flat_map(|it| &it.axes);
    let rows = axes.map(|axis| {
        let made = matches!(axis.items, Items::Made { .. });
        let about = if made { "about " } else { "" };
        let length = format!("{about}{}", text::grouped(axis.length));
        vec![
            Cell::word(&axis.name),
            Cell::code(&axis.collection),
            Cell::number(length, axis.length as f64),
        ]
    });
    table("Loops", &["axis", "over", "items"], rows)
}

fn code(run: &Run) -> Table {
    let rows = processes(run).flat_map(|process| {
        let files = process.uses.iter();
        files.map(|file| {
            vec![
                Cell::word(&process.name),
                Cell::word(&file.path),
                Cell::code(&file.sha256),
            ]
        })
    });
    table("Code", &["process", "file", "SHA-256"], rows)
}

fn sources(run: &Run) -> Table {
    let sources = run.manifest.iter().flat_map(|it| &it.sources);
    let rows = sources.map(|it| vec![Cell::word(&it.path), Cell::code(&it.sha256)]);
    table("Read when compiling", &["file", "SHA-256"], rows)
}

fn tracked(run: &Run) -> Table {
    let rows = run.tracked.iter().take(TRACKED).map(|file| {
        vec![
            Cell::word(&file.path),
            Cell::of(file.size.map(|it| it as f64), Cell::bytes),
            Cell::code(&file.identity),
        ]
    });
    let head = ["file", "size", "identity at the last submission"];
    table("Input files", &head, rows)
}

fn table(title: &'static str, head: &[&'static str], rows: impl Iterator<Item = Row>) -> Table {
    Table {
        title,
        head: head.to_vec(),
        rows: rows.collect(),
    }
}
