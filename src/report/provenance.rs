//! Where it comes from: versions, code, images, and the identities of the files that were read.

use serde::Serialize;

use crate::manifest::Items;

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
    let manifest = run.manifest.as_ref();
    let processes = manifest.map_or(&[][..], |it| &it.processes);
    let calls = run.calls.iter().map(|call| {
        let own = processes.iter().find(|it| it.name == call.process);
        let inside = own.and_then(|it| it.container.clone().or_else(|| it.conda.clone()));
        vec![
            Cell::word(&call.name),
            Cell::word(&call.process),
            Cell::code(&call.version),
            inside.map_or_else(Cell::none, Cell::word),
        ]
    });
    let axes = manifest.iter().flat_map(|it| &it.axes).map(|axis| {
        let made = matches!(axis.items, Items::Made { .. });
        let about = if made { "about " } else { "" };
        vec![
            Cell::word(&axis.name),
            Cell::code(&axis.collection),
            Cell::number(
                format!("{about}{}", text::grouped(axis.length)),
                axis.length as f64,
            ),
        ]
    });
    let code = processes.iter().flat_map(|process| {
        let files = process.uses.iter();
        files.map(|file| {
            vec![
                Cell::word(&process.name),
                Cell::word(&file.path),
                Cell::code(&file.sha256),
            ]
        })
    });
    let sources = manifest.iter().flat_map(|it| &it.sources);
    let sources = sources.map(|it| vec![Cell::word(&it.path), Cell::code(&it.sha256)]);
    let tracked = run.tracked.iter().take(TRACKED).map(|file| {
        let size = file.size.map(|it| Cell::bytes(it as f64));
        vec![
            Cell::word(&file.path),
            size.unwrap_or_else(Cell::none),
            Cell::code(&file.identity),
        ]
    });
    let more = run.tracked.len().saturating_sub(TRACKED);
    let mut tables = vec![
        table("Calls", &["call", "process", "version", "runs in"], calls),
        table("Loops", &["axis", "over", "items"], axes),
        table("Code", &["process", "file", "SHA-256"], code),
        table("Read when compiling", &["file", "SHA-256"], sources),
        table(
            "Input files",
            &["file", "size", "identity at the last submission"],
            tracked,
        ),
    ];
    tables.retain(|it| !it.rows.is_empty());
    View {
        name: &run.name,
        tables,
        more: match more {
            0 => Vec::new(),
            _ => vec![format!(
                "{} more stand in files.tsv of the last submission.",
                text::count(more as u64, "file")
            )],
        },
    }
}

fn table(title: &'static str, head: &[&'static str], rows: impl Iterator<Item = Row>) -> Table {
    Table {
        title,
        head: head.to_vec(),
        rows: rows.collect(),
    }
}
