//! Words what pest could not read: the slips that people make, each told in their terms.
//!
//! Takes the place where pest stopped and what it tried there; gives one error. The slips are tried
//! in order, from the particular to the general; where none fits, `expected` says what could stand
//! here.

use super::error::ParseError;
use super::expected;
use super::rules::{Rule, Stop};
use super::scan::Chunk;
use super::scene::Scene;
use super::words;
use crate::diagnostics::closest;
use crate::source::{SourceId, Span};

type Slip = fn(&Scene<'_>) -> Option<ParseError>;

const SLIPS: [Slip; 21] = [
    script_misplaced,
    empty_hole,
    publish_without_value,
    clause_mark,
    reserved,
    colon_for_equals,
    script_quotes,
    missing_type,
    equals_for_colon,
    for_without_in,
    foreign_operator,
    signature,
    missing_brace,
    item,
    clause,
    statement,
    named_for_nothing,
    comma_before,
    missing_comma,
    stray_comma,
    unknown_start,
];

pub(super) fn explain(text: &str, id: SourceId, chunk: Chunk, stop: &Stop) -> ParseError {
    let scene = Scene::new(text, id, chunk, stop);
    let slip = SLIPS.iter().find_map(|slip| slip(&scene));
    slip.unwrap_or_else(|| expected::expected(&scene))
}

// ---- texts ----

fn script_misplaced(scene: &Scene<'_>) -> Option<ParseError> {
    let quotes = scene.found()?.text.starts_with("\"\"\"");
    let elsewhere = quotes && !scene.tried(Rule::script_text) && !scene.tried(Rule::clause);
    elsewhere.then(|| ParseError::ScriptMisplaced { span: scene.span() })
}

fn script_quotes(scene: &Scene<'_>) -> Option<ParseError> {
    let text = scene.found()?.text.starts_with('"');
    (text && scene.tried(Rule::script_text))
        .then(|| ParseError::ScriptQuotes { span: scene.span() })
}

fn empty_hole(scene: &Scene<'_>) -> Option<ParseError> {
    let empty = scene.found_is("}") && scene.back_is(1, "{") && scene.tried(Rule::expr);
    let open = scene.back(1).filter(|_| empty)?;
    let span = scene.span_of(open).to(scene.span());
    Some(ParseError::EmptyHole { span })
}

// ---- names and marks ----

fn reserved(scene: &Scene<'_>) -> Option<ParseError> {
    let found = scene.found()?;
    let is_reserved = |word: &str| words::RESERVED.contains(&word);
    // `for = f(x)`: the word was read as the beginning of a loop.
    if let Some(word) = scene.back(1)
        && is_reserved(word.text)
        && scene.back(2).is_some()
        && matches!(found.text, "=" | ":")
        && (words::STATEMENTS.contains(&word.text) || scene.tried_any(&[Rule::name, Rule::path]))
    {
        return Some(ParseError::Reserved {
            word: word.text.to_owned(),
            span: scene.span_of(word),
        });
    }
    let named = scene.all_tried().iter().all(|rule| is_naming(*rule))
        || matches!(scene.behind()?.text, "=" | ":");
    (is_reserved(found.text) && named).then(|| ParseError::Reserved {
        word: found.text.to_owned(),
        span: scene.span(),
    })
}

fn is_naming(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::name
            | Rule::path
            | Rule::input
            | Rule::output
            | Rule::result
            | Rule::field
            | Rule::kw_key
            | Rule::paren_close
    )
}

fn equals_for_colon(scene: &Scene<'_>) -> Option<ParseError> {
    let help = if scene.tried_any(&[Rule::infix_start, Rule::equal]) {
        "arguments and keys are named with `:`: `f(x: 1)`, `v[seed: 42]`; `==` compares"
    } else {
        "a type stands behind `:`, a default behind `=`: `name: TYPE = VALUE`"
    };
    let slip = scene.found_is("=") && scene.tried(Rule::colon);
    slip.then(|| ParseError::EqualsForColon {
        help,
        span: scene.span(),
    })
}

fn colon_for_equals(scene: &Scene<'_>) -> Option<ParseError> {
    let help = match scene.item_word() {
        "container" => "write `container NAME = \"REF\"`",
        "process" => "write `env NAME = VALUE`",
        _ => "a value is named with `=`: `name = call(…)`",
    };
    let slip = scene.found_is(":") && scene.tried(Rule::equals) && !scene.tried(Rule::expr);
    let word = scene.back(1)?.text;
    let advice = words::statement_advice(word).is_some();
    (slip && !advice).then(|| ParseError::ColonForEquals {
        help,
        span: scene.span(),
    })
}

fn clause_mark(scene: &Scene<'_>) -> Option<ParseError> {
    let (word, found) = (scene.back(1)?, scene.found()?);
    let mark = found
        .text
        .chars()
        .next()
        .filter(|_| matches!(found.text, "=" | ":"))?;
    let behind_clause = scene.item_word() == "process" && words::CLAUSES.contains(&word.text);
    let takes_value = scene.tried_any(&[
        Rule::expr,
        Rule::string,
        Rule::name,
        Rule::path,
        Rule::script_text,
        Rule::resource,
    ]);
    (behind_clause && takes_value).then(|| ParseError::ClauseMark {
        word: word.text.to_owned(),
        mark,
        span: scene.span(),
    })
}

/// `param n = 3`, `process p(seed)`
fn missing_type(scene: &Scene<'_>) -> Option<ParseError> {
    let (name, found) = (scene.back(1)?, scene.found()?);
    let type_behind = scene.behind().is_some_and(|token| {
        token.text == "[" || token.text.starts_with(|c: char| c.is_ascii_uppercase())
    });
    let ends = matches!(found.text, "," | ")" | "}") || found.text == "=" && !type_behind;
    let untyped = ends && scene.all_tried() == [Rule::colon];
    untyped.then(|| ParseError::MissingType {
        name: name.text.to_owned(),
        span: scene.span_of(name),
    })
}

// ---- items ----

/// What is between the name of a process or workflow and its braces.
fn signature(scene: &Scene<'_>) -> Option<ParseError> {
    let name = scene.item_name().to_owned();
    let span = scene.span();
    if scene.tried(Rule::arrow) {
        return Some(ParseError::MissingOutputs { name, span });
    }
    if scene.all_tried() != [Rule::paren_open] {
        return None;
    }
    if scene.back_is(1, "->") {
        return Some(ParseError::OutputParentheses { name, span });
    }
    // The word and the name alone stand before.
    let named = scene.back(2).filter(|_| scene.back(3).is_none())?;
    if named.text == "workflow" && scene.found_is("{") {
        let span = scene.span_of(scene.back(1)?);
        return Some(ParseError::NamedMain { name, span });
    }
    let headed = matches!(named.text, "process" | "workflow");
    headed.then_some(ParseError::MissingInputs { name, span })
}

fn missing_brace(scene: &Scene<'_>) -> Option<ParseError> {
    let wanted = scene.tried_any(&[Rule::block, Rule::brace_open]);
    // In the head of a loop or branch a value may go on: then anything but `:` is another slip.
    let in_value = scene.tried_any(&[Rule::infix_start, Rule::equal]);
    let block_colon = scene.found_is(":");
    let help = if block_colon {
        "blocks stand in braces, not behind `:`: `{ … }`"
    } else {
        "what belongs together stands in braces: `{ … }`"
    };
    let begins = scene.found().is_none_or(|found| found.is_word());
    let missing = wanted && (block_colon || begins && (!in_value || scene.back(1)?.ends_value()));
    missing.then(|| ParseError::MissingBrace {
        help,
        span: scene.span(),
    })
}

/// The beginning of an item, or what stands behind a whole one.
fn item(scene: &Scene<'_>) -> Option<ParseError> {
    let found = scene.found().filter(|found| found.is_word())?;
    if !scene.at_item_start() && !scene.tried(Rule::EOI) {
        return None;
    }
    let (word, span) = (found.text.to_owned(), scene.span());
    let bind = scene.behind_is("=") || scene.behind_is("(");
    if words::STATEMENTS.contains(&found.text) || bind && words::item_advice(&word).is_none() {
        return Some(ParseError::MisplacedStatement { word, span });
    }
    if words::CLAUSES.contains(&found.text) && found.text != "container" {
        return Some(ParseError::MisplacedClause { word, span });
    }
    if words::ITEMS.contains(&found.text) {
        return None;
    }
    let near = closest(&word, words::ITEMS);
    let help = match (words::item_advice(&word), near) {
        (Some(advice), _) => advice.to_owned(),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("a file holds {}", listed(&words::ITEMS)),
    };
    Some(ParseError::UnknownItem { word, help, span })
}

// ---- clauses ----

fn clause(scene: &Scene<'_>) -> Option<ParseError> {
    let found = scene.found().filter(|_| scene.tried(Rule::clause))?;
    let (word, span) = (found.text.to_owned(), scene.span());
    if !found.is_word() {
        return None;
    }
    if matches!(found.text, "for" | "if" | "repeat")
        || scene.behind_is("=")
            && scene.back_is(1, "{")
            && words::clause_advice(&word).is_none()
            && closest(&word, words::CLAUSES).is_none()
    {
        return Some(ParseError::MisplacedStatement { word, span });
    }
    let help = match (words::clause_advice(&word), closest(&word, words::CLAUSES)) {
        (Some(advice), _) => advice.to_owned(),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("the clauses are {}", listed(&words::CLAUSES)),
    };
    Some(ParseError::UnknownClause { word, help, span })
}

// ---- statements ----

fn publish_without_value(scene: &Scene<'_>) -> Option<ParseError> {
    let word = scene.back(1).filter(|word| word.text == "publish")?;
    let nothing = scene.tried(Rule::expr) && !scene.found_is("=");
    nothing.then(|| ParseError::PublishWithoutValue {
        span: scene.span_of(word),
    })
}

fn for_without_in(scene: &Scene<'_>) -> Option<ParseError> {
    let name = scene.back(1).filter(|_| scene.tried(Rule::kw_in))?;
    name.is_word().then(|| ParseError::ForWithoutIn {
        name: name.text.to_owned(),
        span: scene.span(),
    })
}

/// A word where a statement begins that begins none.
fn statement(scene: &Scene<'_>) -> Option<ParseError> {
    let found = scene
        .found()
        .filter(|found| found.is_word() && scene.tried(Rule::statement))?;
    let (word, span) = (found.text.to_owned(), scene.span());
    if words::ITEMS.contains(&found.text) && found.text != "container" {
        let help = "items stand side by side, none within another".to_owned();
        return Some(ParseError::UnknownStatement { word, help, span });
    }
    unknown_statement(scene, found.text, span)
}

/// A word that was read as the name of a value or of a call, and neither `=` nor `(` follows.
fn named_for_nothing(scene: &Scene<'_>) -> Option<ParseError> {
    let neither = scene.tried(Rule::paren_open)
        && scene.tried_any(&[Rule::equals, Rule::angle_open, Rule::types]);
    let in_value = scene.tried_any(&[Rule::infix_start, Rule::equal]);
    let word = scene
        .back(1)
        .filter(|word| neither && !in_value && word.is_word())?;
    let span = scene.span_of(word);
    if scene.back_is(2, ".") {
        return Some(ParseError::ValueWithoutName { span });
    }
    unknown_statement(scene, word.text, span).or(Some(ParseError::ValueWithoutName { span }))
}

fn unknown_statement(scene: &Scene<'_>, word: &str, span: Span) -> Option<ParseError> {
    let word = word.to_owned();
    let advice = words::statement_advice(&word).map(str::to_owned);
    if advice.is_none()
        && words::CLAUSES.contains(&word.as_str())
        && scene.item_word() == "workflow"
    {
        return Some(ParseError::MisplacedClause { word, span });
    }
    let near = || closest(&word, words::STATEMENTS).map(|near| format!("did you mean `{near}`?"));
    let help = advice.or_else(near)?;
    Some(ParseError::UnknownStatement { word, help, span })
}

// ---- operators ----

fn foreign_operator(scene: &Scene<'_>) -> Option<ParseError> {
    let found = scene.found()?;
    // `not a`: the word was read as a name.
    if let Some(word) = scene.back(1)
        && word.text == "not"
        && found.begins_value()
    {
        return Some(ParseError::ForeignOperator {
            found: word.text.to_owned(),
            instead: "`!`",
            span: scene.span_of(word),
        });
    }
    let behind_value = scene.tried_any(&[
        Rule::infix_start,
        Rule::equal,
        Rule::and,
        Rule::or,
        Rule::coalesce,
    ]);
    let instead = match found.text {
        "not" if scene.behind_is("in") => "a comparison: there is no operator for membership",
        "and" if behind_value => "`&&`",
        "or" if behind_value => "`||`",
        "is" | "===" | "eq" if behind_value => "`==` to compare",
        "=" if behind_value && !scene.tried(Rule::colon) => "`==` to compare",
        "!==" | "<>" | "ne" if behind_value => "`!=`",
        "&" if behind_value => "`&&`",
        "|" if behind_value => "`||`, or a call for a pipe: `b = second(a.out)`",
        "**" if behind_value => "a product: there are no powers",
        "?" if behind_value => {
            "`a ?? b` for a default, or `if … { … } else { … }` around statements"
        }
        "div" if behind_value => "`/`",
        "mod" if behind_value => "`rem(a, b)`",
        "..." if behind_value => "`a..b` without `b`, or `a..=b` with it",
        "+=" | "-=" | "++" | "--" | ":=" => "`name = …`: a name is set once",
        "=>" | "<-" => "`->` before outputs, `=` before values",
        _ => return None,
    };
    Some(ParseError::ForeignOperator {
        found: found.text.to_owned(),
        instead,
        span: scene.span(),
    })
}

// ---- commas ----

/// `uses "a",` and then the next clause.
fn comma_before(scene: &Scene<'_>) -> Option<ParseError> {
    let comma = scene.back(1).filter(|token| token.text == ",")?;
    let closes = scene.tried_any(&[Rule::paren_close, Rule::bracket_close, Rule::brace_close]);
    let list_ends = scene
        .found()
        .is_none_or(|found| found.is_word() || found.text == "}");
    (list_ends && !closes).then(|| ParseError::StrayComma {
        span: scene.span_of(comma),
    })
}

fn missing_comma(scene: &Scene<'_>) -> Option<ParseError> {
    let in_list = scene.tried_any(&[Rule::paren_close, Rule::bracket_close])
        || scene.item_word() == "record" && scene.tried(Rule::brace_close);
    let between = scene.back(1)?.ends_value() || scene.back_is(1, "?");
    let missing = in_list && between && scene.found()?.begins_value();
    missing.then(|| ParseError::MissingComma { span: scene.span() })
}

fn stray_comma(scene: &Scene<'_>) -> Option<ParseError> {
    scene
        .found_is(",")
        .then(|| ParseError::StrayComma { span: scene.span() })
}

// ---- whatever else begins an item ----

fn unknown_start(scene: &Scene<'_>) -> Option<ParseError> {
    let found = scene.found().filter(|_| scene.at_item_start())?;
    let known = words::ITEMS.contains(&found.text);
    (!known).then(|| ParseError::UnknownItem {
        word: found.text.to_owned(),
        help: format!("a file holds {}", listed(&words::ITEMS)),
        span: scene.span(),
    })
}

/// `a`, `b` and `c`
fn listed(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some(_) | None => quoted.concat(),
    }
}
