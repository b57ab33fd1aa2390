//! The words that editors highlight are those of the language.

use std::collections::BTreeSet;

use flowc::hir::Function;
use flowc::resolve::TYPES;
use serde_json::Value;

use crate::support;

type Words = BTreeSet<String>;

/// Words that begin an item.
const ITEMS: [&str; 6] = [
    "container",
    "import",
    "param",
    "process",
    "record",
    "workflow",
];

/// Values.
const CONSTANTS: [&str; 3] = ["false", "it", "true"];

/// Kinds of words, with the group that Vim has them in.
pub const GROUPS: [(&str, &str); 7] = [
    ("items", "flowcItem"),
    ("clauses", "flowcClause"),
    ("control", "flowcControl"),
    ("modifiers", "flowcModifier"),
    ("constants", "flowcConstant"),
    ("functions", "flowcFunction"),
    ("types", "flowcType"),
];

#[test]
fn vscode_has_the_words_of_the_grammar() {
    let path = support::root("editors/vscode/syntaxes/flow.tmLanguage.json");
    let grammar: Value = serde_json::from_str(&support::read(&path)).unwrap();
    for (kind, _) in GROUPS {
        let rule = &grammar["repository"][kind];
        let first = &rule["patterns"][0]["match"];
        let pattern = rule["match"].as_str().or(first.as_str()).unwrap();
        assert_eq!(alternatives(pattern), wanted(kind), "{kind}");
    }
}

#[test]
fn vim_has_the_words_of_the_grammar() {
    let syntax = support::read(&support::root("editors/vim/syntax/flowc.vim"));
    for (kind, group) in GROUPS {
        let lines = syntax.lines();
        let lines = lines.filter_map(|line| line.strip_prefix(&format!("syn keyword {group} ")));
        let words = lines.flat_map(str::split_whitespace);
        let words = words.filter(|word| *word != "contained");
        assert_eq!(
            words.map(str::to_owned).collect::<Words>(),
            wanted(kind),
            "{kind}"
        );
    }
}

#[test]
fn all_that_the_extension_names_is_there() {
    let folder = support::root("editors/vscode");
    let package: Value =
        serde_json::from_str(&support::read(&folder.join("package.json"))).unwrap();
    let contributes = &package["contributes"];
    for path in [
        &package["main"],
        &contributes["languages"][0]["configuration"],
        &contributes["grammars"][0]["path"],
    ] {
        assert!(folder.join(path.as_str().unwrap()).is_file(), "{path}");
    }
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
    let configuration = support::read(&folder.join("language-configuration.json"));
    serde_json::from_str::<Value>(&configuration).unwrap();
}

/// The words of a kind, as `grammar/flow.pest` has them.
pub fn wanted(kind: &str) -> Words {
    let grammar = support::read(&support::root("grammar/flow.pest"));
    let items = words(&ITEMS);
    let constants = words(&CONSTANTS);
    let clauses = clauses(&grammar);
    let reserved = alternatives_of(&grammar, "reserved  = @{");
    let control: Words = &(&reserved - &items) - &constants;
    match kind {
        "items" => items,
        "constants" => constants,
        "clauses" => clauses,
        "types" => words(&TYPES),
        "functions" => Function::ALL
            .iter()
            .map(|it| it.word().to_owned())
            .collect(),
        // `on` is reserved, and begins a clause.
        "control" => &control - &clauses,
        "modifiers" => {
            let known = &(&reserved | &clauses) | &items;
            &keywords(&grammar) - &known
        }
        _ => panic!("{kind}"),
    }
}

/// Every word that is a keyword somewhere.
fn keywords(grammar: &str) -> Words {
    let rules = grammar.lines().filter(|line| line.starts_with("kw_"));
    let keywords = rules.filter_map(|line| line.split('"').nth(1));
    let step = keywords.chain(["step"]);
    step.map(str::to_owned).collect()
}

/// The words with which clauses begin.
fn clauses(grammar: &str) -> Words {
    let rules = grammar
        .lines()
        .filter_map(|line| line.split_once("_clause"));
    let rules = rules.filter_map(|(_, rule)| rule.split_once("= { kw_"));
    let first = rules.filter_map(|(_, rule)| rule.split_whitespace().next());
    let first: Words = first.map(str::to_owned).collect();
    &first | &alternatives_of(grammar, "resource = @{")
}

/// The texts in the parentheses of a rule.
fn alternatives_of(grammar: &str, head: &str) -> Words {
    let (_, rule) = grammar.split_once(head).unwrap();
    let (rule, _) = rule.split_once(')').unwrap();
    let texts = rule.split('"').skip(1).step_by(2);
    texts.map(str::to_owned).collect()
}

/// The words of the first `(a|b|c)` of a pattern.
fn alternatives(pattern: &str) -> Words {
    let mut groups = pattern.split('(').filter(|group| !group.starts_with('?'));
    let group = groups.find(|group| group.contains('|')).unwrap();
    let (group, _) = group.split_once(')').unwrap();
    group.split('|').map(str::to_owned).collect()
}

fn words(words: &[&str]) -> Words {
    words.iter().map(|word| (*word).to_owned()).collect()
}
