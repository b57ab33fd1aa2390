//! `docs/cookbook.md`: its programs are those of `cases/patterns`, word for word, and its links lead somewhere.

use std::fs;

use crate::support;

#[test]
fn programs_are_those_that_are_run() {
    let page = support::read(&support::root("docs/cookbook.md"));
    let mut faults = Vec::new();
    let mut count = 0;
    for (name, text) in programs(&page) {
        count += 1;
        let case = support::root(&format!("tests/cases/patterns/{name}/{name}.flow"));
        match fs::read_to_string(&case) {
            Ok(written) if without_options(&written) == text => {}
            Ok(_) => faults.push(format!("{name}: the page has another text than the case")),
            Err(_) => faults.push(format!("{name} is no case")),
        }
    }
    assert!(count > 20, "{count} programs");
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn links_lead_to_sections() {
    let page = support::read(&support::root("docs/cookbook.md"));
    let titles = page.lines().filter_map(|line| line.strip_prefix("### "));
    let anchors: Vec<_> = titles.map(anchor).collect();
    let links = page.split("](#").skip(1);
    let links: Vec<_> = links.map(|rest| rest.split(')').next().unwrap()).collect();
    assert_eq!(links, anchors);
}

/// Name and text of each program: ```` ```flow NAME ````.
fn programs(page: &str) -> impl Iterator<Item = (&str, &str)> {
    let blocks = page.split("```flow ").skip(1);
    blocks.map(|block| {
        let (name, rest) = block.split_once('\n').unwrap();
        (name, rest.split("```\n").next().unwrap())
    })
}

/// Without the comments on the first lines that are options for the test.
fn without_options(text: &str) -> &str {
    let mut rest = text;
    while let Some((line, behind)) = rest.split_once('\n') {
        let option = support::heads(line).next();
        if !option.is_some_and(|(key, _)| ["set", "site", "params"].contains(&key)) {
            break;
        }
        rest = behind;
    }
    rest
}

fn anchor(title: &str) -> String {
    let kept = title.to_lowercase();
    let kept = kept
        .chars()
        .filter(|it| it.is_ascii_alphanumeric() || [' ', '-'].contains(it));
    kept.map(|it| if it == ' ' { '-' } else { it }).collect()
}
