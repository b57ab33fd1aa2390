//! `docs/language.md`: its programs pass, its expressions are worth what it says, and it has every word of the language.

use std::collections::BTreeSet;

use crate::editors;
use crate::support;

/// A program that publishes under one of two names.
const PROBE: &str = r#"
process say(text: String) -> (out: File) { script """echo "$text" > "$out" """ }
workflow {
  said = say("it")
  if (EXPRESSION) == VALUE {
    publish said.out as "as the page says"
  } else {
    publish said.out as "another value"
  }
}
"#;

#[test]
fn programs_pass_without_a_warning() {
    let page = page();
    let programs = page.split("```flow\n").skip(1);
    let programs: Vec<_> = programs
        .map(|block| block.split("```\n").next().unwrap())
        .collect();
    assert!(programs.len() > 2, "{programs:?}");
    for program in programs {
        let outcome = outcome(program);
        assert_eq!(outcome.said, "", "{program}");
    }
}

#[test]
fn expressions_have_the_values_that_it_says() {
    let page = page();
    let expressions = rows(&page, "| expression | value |");
    let functions = rows(&page, "| function | value |");
    let mut count = 0;
    for (expression, value) in expressions.chain(functions) {
        count += 1;
        let program = PROBE
            .replace("EXPRESSION", expression)
            .replace("VALUE", value);
        let outcome = outcome(&program);
        let compiled = outcome.compiled.expect(&outcome.said);
        let plan = compiled.files.iter().find(|it| it.path == "plan.tsv");
        let plan = String::from_utf8_lossy(&plan.unwrap().content);
        assert!(
            plan.contains("as the page says"),
            "{expression} is not {value}"
        );
    }
    assert!(count > 30, "{count} rows");
}

#[test]
fn no_word_is_missing() {
    let page = page();
    let words: BTreeSet<_> = code(&page)
        .flat_map(|code| code.split(|it: char| !it.is_ascii_alphanumeric() && it != '_'))
        .collect();
    for (kind, _) in editors::GROUPS {
        for word in editors::wanted(kind) {
            assert!(words.contains(word.as_str()), "`{word}` is missing");
        }
    }
}

fn page() -> String {
    support::read(&support::root("docs/language.md"))
}

fn outcome(program: &str) -> support::Outcome {
    support::outcome_of("program", program, &support::root("tests/language"))
}

/// The two cells of each row below a head, without their backticks.
fn rows<'a>(page: &'a str, head: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let (_, rest) = page.split_once(head).unwrap();
    let rows = rest.lines().skip(2).take_while(|line| !line.is_empty());
    rows.map(|row| {
        let row = row
            .strip_prefix("| `")
            .and_then(|it| it.strip_suffix("` |"));
        row.and_then(|it| it.split_once("` | `")).unwrap()
    })
}

/// What stands in backticks, and the programs.
fn code(page: &str) -> impl Iterator<Item = &str> {
    page.split('`').skip(1).step_by(2)
}
