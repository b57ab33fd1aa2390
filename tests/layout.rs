//! The rooms of ARCHITECTURE.md: who may import whom, and how large a file may be.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support;

/// A room, and the rooms whose types or functions it may use.
const IMPORTS: [(&str, &[&str]); 37] = [
    ("source", &[]),
    ("types", &[]),
    ("units", &[]),
    ("yaml", &[]),
    ("ast", &["source"]),
    ("diagnostics", &["source"]),
    ("disk", &["source"]),
    ("hir", &["source", "types", "units"]),
    ("parse", &["ast", "diagnostics", "source", "units"]),
    ("format", &["ast", "parse", "source", "units"]),
    ("adopt", &["format", "parse", "source", "units"]),
    ("import", &["ast", "diagnostics", "parse", "source"]),
    (
        "grains",
        &["ast", "diagnostics", "import", "parse", "source"],
    ),
    (
        "resolve",
        &["ast", "diagnostics", "hir", "import", "source"],
    ),
    (
        "typecheck",
        &[
            "ast",
            "diagnostics",
            "hir",
            "import",
            "resolve",
            "source",
            "types",
            "units",
        ],
    ),
    (
        "settings",
        &[
            "ast",
            "diagnostics",
            "hir",
            "parse",
            "source",
            "types",
            "units",
            "yaml",
        ],
    ),
    (
        "dataflow",
        &["diagnostics", "hir", "settings", "source", "types", "units"],
    ),
    ("site", &["diagnostics", "source", "units"]),
    ("code", &["dataflow", "diagnostics", "source", "yaml"]),
    ("version", &["code", "dataflow", "types"]),
    ("learned", &["units"]),
    ("cost", &["dataflow", "learned", "site", "types", "units"]),
    ("simulate", &["site"]),
    (
        "optimise",
        &["cost", "dataflow", "simulate", "site", "units"],
    ),
    (
        "plan",
        &[
            "cost",
            "dataflow",
            "diagnostics",
            "learned",
            "optimise",
            "site",
            "source",
            "types",
            "units",
        ],
    ),
    (
        "emit",
        &[
            "code", "dataflow", "plan", "site", "types", "units", "version",
        ],
    ),
    (
        "manifest",
        &[
            "code", "cost", "dataflow", "emit", "plan", "units", "version",
        ],
    ),
    ("graph", &["dataflow", "plan", "source", "types", "units"]),
    ("output", &["emit", "manifest"]),
    ("records", &[]),
    (
        "report",
        &["emit", "learned", "manifest", "records", "units"],
    ),
    (
        "lsp",
        &[
            "ast",
            "code",
            "diagnostics",
            "disk",
            "format",
            "hir",
            "import",
            "parse",
            "pipeline",
            "resolve",
            "settings",
            "source",
            "typecheck",
        ],
    ),
    ("pipeline", &["*"]),
    ("commands", &["*"]),
    ("testing", &["*"]),
    ("lib", &[]),
    ("main", &[]),
];

/// Lines of a file, tests included.
const LONGEST: usize = 400;

/// The whole tree of a program is one text.
const LONG: [&str; 1] = ["src/ast.rs"];

#[test]
fn rooms_import_what_the_table_allows() {
    let mut faults = Vec::new();
    for path in support::files("src", "rs") {
        let room = room(&path);
        let Some((_, allowed)) = IMPORTS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("{room} is not in the table"));
            continue;
        };
        if allowed.contains(&"*") || is_test(&path) {
            continue;
        }
        for other in imports(&support::read(&path)) {
            if other != room && !allowed.contains(&other.as_str()) {
                faults.push(format!("{}: uses {other}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn files_are_short() {
    let sources = support::files("src", "rs")
        .into_iter()
        .chain(support::files("tests", "rs"));
    let long = sources.filter(|path| support::read(path).lines().count() > LONGEST);
    let unlisted = long.filter(|path| !LONG.iter().any(|known| path.ends_with(known)));
    let unlisted: Vec<_> = unlisted.collect();
    assert!(unlisted.is_empty(), "over {LONGEST} lines: {unlisted:#?}");
}

#[test]
fn every_file_says_what_it_is() {
    let mut silent = support::files("src", "rs");
    silent.retain(|path| !is_test(path));
    silent.retain(|path| {
        !matches!(room(path).as_str(), "lib" | "main") && !support::read(path).starts_with("//!")
    });
    assert!(silent.is_empty(), "without a `//!` head: {silent:#?}");
}

#[test]
fn every_test_file_is_in_the_binary() {
    let main = support::read(&support::root("tests/main.rs"));
    for path in support::files("tests", "rs") {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let is_root = path.parent() == Some(&support::root("tests")) && stem != "main";
        assert!(
            !is_root || main.contains(&format!("mod {stem};")),
            "{stem} has no mod line"
        );
    }
}

#[test]
fn every_snapshot_has_its_case() {
    for snapshot in support::files("snapshots", "snap") {
        let below = snapshot.strip_prefix(support::root("snapshots")).unwrap();
        if below.starts_with("import") {
            let case = support::root("tests").join(below).with_extension("");
            assert!(case.is_dir(), "{} has no case", below.display());
            continue;
        }
        let folder = if below.starts_with("errors") {
            ""
        } else {
            "cases"
        };
        let case = support::root("tests")
            .join(folder)
            .join(below)
            .with_extension("flow");
        assert!(case.exists(), "{} has no case", below.display());
    }
}

#[test]
fn every_file_of_the_library_is_emitted() {
    let emitted = support::read(&support::root("src/emit/library.rs"));
    for ending in ["sh", "awk", "py"] {
        for path in support::files("templates", ending) {
            let name = path.strip_prefix(support::root("templates")).unwrap();
            // those of `flowc new` are no part of it
            if name.starts_with("new") {
                continue;
            }
            let listed = emitted.contains(&format!("\"{}\"", name.display()));
            assert!(listed, "{} is not in src/emit/library.rs", name.display());
        }
    }
}

/// The room of a file: the first part of its path.
fn room(path: &Path) -> String {
    let below = path.strip_prefix(support::root("src")).unwrap();
    let first = below.components().next().unwrap();
    first
        .as_os_str()
        .to_str()
        .unwrap()
        .trim_end_matches(".rs")
        .to_owned()
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
}

/// The rooms behind `crate::`, in front of the tests.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let mut found = BTreeSet::new();
    for behind in code.split("crate::").skip(1) {
        if let Some(list) = behind.strip_prefix('{') {
            let list = list.split("};").next().unwrap();
            found.extend(list.split(',').map(|part| first_name(part.trim())));
        } else {
            found.insert(first_name(behind));
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn first_name(text: &str) -> String {
    let is_name = |character: &char| character.is_ascii_lowercase() || *character == '_';
    text.chars().take_while(is_name).collect()
}
