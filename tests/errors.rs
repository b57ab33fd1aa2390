//! Each `errors/NAME.flow` against `../snapshots/errors/NAME.snap`: what a person is told about it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use flowc::site::{Site, SiteError};
use flowc::source::SourceId;
use miette::Diagnostic;

use crate::support::{self, Outcome};

/// Codes without such a program, and why.
const ELSEWHERE: [(&str, &str); 6] = [
    (
        "flow::code::unreadable",
        "needs a file without permission: bad_input.rs",
    ),
    ("flow::dataflow::too_large", "needs a sheet of 4 GB"),
    ("flow::output::foreign", "about `out/`: bad_input.rs"),
    ("flow::output::io", "about `out/`: bad_input.rs"),
    ("flow::output::manifest", "about `out/`: bad_input.rs"),
    ("flow::output::not_a_folder", "about `out/`: bad_input.rs"),
];

/// Codes whose sections have no examples, and why.
const BARE: [(&str, &str); 3] = [
    ("flow::dataflow::not_yet", "goes when it is there"),
    ("flow::parse::too_deep", "needs 100 brackets"),
    ("flow::parse::too_long", "needs 500 operators"),
];

#[test]
fn errors() {
    insta::glob!("errors/*.flow", |path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        support::snapshot("snapshots/errors", name, &support::outcome(path).said);
    });
}

/// The first error, or where there is none the first warning, gives a program its name; all else
/// that is said is announced: `// also: resolve::unread`.
#[test]
fn names_begin_with_the_code_reported() {
    let mut wrong = Vec::new();
    for path in programs() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = support::read(&path);
        let mut reported = reported(&support::outcome(&path));
        if reported.is_empty() {
            wrong.push(format!("{name}: nothing is reported"));
            continue;
        }
        let first = reported.remove(0);
        if name != slug(&first) && !name.starts_with(&format!("{}_", slug(&first))) {
            wrong.push(format!("{name}: reports {first}"));
        }
        let also = support::heads(&text).find(|(key, _)| *key == "also");
        let announced = also.map_or("", |(_, codes)| codes).split_whitespace();
        let announced: Vec<_> = announced.map(|code| format!("flow::{code}")).collect();
        if announced != reported {
            wrong.push(format!("{name}: also reports {reported:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_code_has_a_program() {
    let mut shown = BTreeSet::new();
    for path in programs() {
        shown.extend(reported(&support::outcome(&path)));
    }
    let elsewhere: BTreeSet<_> = ELSEWHERE
        .iter()
        .map(|(code, _)| (*code).to_owned())
        .collect();
    let known: BTreeSet<_> = codes().into_iter().collect();
    let missing: Vec<_> = known
        .difference(&shown)
        .filter(|code| !elsewhere.contains(*code))
        .collect();
    assert!(
        missing.is_empty(),
        "no program in tests/errors for {missing:#?}"
    );
    assert!(
        elsewhere.is_subset(&known),
        "not a code any more: {:?}",
        elsewhere.difference(&known)
    );
    assert!(
        elsewhere.is_disjoint(&shown),
        "has a program now: {:?}",
        elsewhere.intersection(&shown)
    );
}

/// `docs/codes.md` is what `flowc explain` prints: one section for each code of the source.
#[test]
fn every_code_is_explained() {
    let page = support::read(&support::root("docs/codes.md"));
    let explained: Vec<_> = sections(&page).map(|(code, _)| code.to_owned()).collect();
    assert_eq!(
        explained,
        codes(),
        "docs/codes.md has one section a code, sorted"
    );
}

#[test]
fn examples_of_the_explanations_are_right_about_right_and_wrong() {
    let page = support::read(&support::root("docs/codes.md"));
    let prelude = fences(&page).find(|(info, _)| *info == "flow").unwrap().1;
    let mut faults = Vec::new();
    for (code, section) in sections(&page) {
        let (mut right, mut wrong) = (0, 0);
        for (info, example) in fences(section) {
            let (language, rest) = info.split_once(' ').unwrap();
            let outcome = match language {
                "toml" => site(example),
                _ => {
                    let whole = completed(prelude, example, rest.ends_with("whole"));
                    support::outcome_of("example", &whole, &support::root("tests/errors"))
                }
            };
            let said = reported(&outcome);
            if rest.starts_with("wrong") {
                wrong += 1;
                if !said.iter().any(|it| it == code) {
                    faults.push(format!("{code}: the wrong example gives {said:?}"));
                }
            } else {
                right += 1;
                if !outcome.errors.is_empty() || outcome.warnings.iter().any(|it| it == code) {
                    faults.push(format!("{code}: the right example gives\n{}", outcome.said));
                }
            }
        }
        let needs_both = !ELSEWHERE.iter().chain(&BARE).any(|(it, _)| *it == code);
        if needs_both && (right == 0 || wrong == 0) {
            faults.push(format!("{code}: wants a wrong and a right example"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// An example with the processes that all of them may call, and a workflow where it has none.
fn completed(prelude: &str, example: &str, whole: bool) -> String {
    if whole {
        return example.to_owned();
    }
    let main = match example.contains("workflow {") {
        true => "",
        false => "workflow {\n  m = train(seed: 1)\n  publish m.model\n}\n",
    };
    format!("{example}\n{prelude}\n{main}")
}

/// What is said about a site file.
fn site(text: &str) -> Outcome {
    let errors = Site::parse(SourceId::default(), text)
        .err()
        .unwrap_or_default();
    let code = |error: &SiteError| error.code().unwrap().to_string();
    Outcome {
        compiled: None,
        said: errors.iter().map(ToString::to_string).collect(),
        errors: errors.iter().map(code).collect(),
        warnings: Vec::new(),
    }
}

/// Those in `data/` are imported by others.
fn programs() -> impl Iterator<Item = PathBuf> {
    let found = support::files("tests/errors", "flow").into_iter();
    found.filter(|path| path.parent() == Some(&support::root("tests/errors")))
}

/// Errors, or warnings where there are none.
fn reported(outcome: &Outcome) -> Vec<String> {
    let (errors, warnings) = (outcome.errors.clone(), outcome.warnings.clone());
    if errors.is_empty() { warnings } else { errors }
}

/// `flow::resolve::unread` -> `resolve_unread`
fn slug(code: &str) -> String {
    code.strip_prefix("flow::").unwrap().replace("::", "_")
}

/// The codes of all variants, sorted: what `code(…)` holds in the source, tests apart.
fn codes() -> Vec<String> {
    let mut found = BTreeSet::new();
    for path in support::files("src", "rs") {
        let text = support::read(&path);
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for behind in text.split("code(flow::").skip(1) {
            let code = behind.split(')').next().unwrap();
            if !code.starts_with("test::") {
                found.insert(format!("flow::{code}"));
            }
        }
    }
    found.into_iter().collect()
}

/// Code and text of each section.
fn sections(page: &str) -> impl Iterator<Item = (&str, &str)> {
    let sections = page.split("\n## ").skip(1);
    sections.filter_map(|section| section.split_once('\n'))
}

/// Info string and content of each fenced block.
fn fences(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = text.split("```").skip(1).step_by(2);
    inside.filter_map(|block| block.split_once('\n'))
}

#[test]
fn the_path_of_a_case_is_no_part_of_its_report() {
    for path in support::files("snapshots/errors", "snap") {
        let text = support::read(&path);
        let root = support::root("").display().to_string();
        assert!(!text.contains(&root), "{}", Path::new(&path).display());
    }
}
