//! Words what pest could not read: the slips that people make, each told in their terms.
//!
//! Takes the place where pest stopped and what it tried there; gives one error. The slips are tried
//! in order, from the particular to the general; where none fits, `expected` says what could stand
//! here.

mod item;
mod operator;
mod statement;

use super::error::SyntaxError;
use super::expected;
use super::rules::{Rule, Stop};
use super::scan::Chunk;
use super::scene::Scene;
use super::words;
use crate::source::SourceId;

type Slip = fn(&Scene<'_>) -> Option<SyntaxError>;

const SLIPS: [Slip; 23] = [
    script_misplaced,
    clock_time,
    empty_hole,
    statement::publish_without_value,
    clause_mark,
    reserved,
    colon_for_equals,
    script_quotes,
    missing_type,
    equals_for_colon,
    statement::for_without_in,
    statement::bind_without_value,
    operator::foreign_operator,
    item::signature,
    item::missing_brace,
    item::item,
    item::clause,
    statement::statement,
    statement::named_for_nothing,
    comma_before,
    missing_comma,
    stray_comma,
    item::unknown_start,
];

pub(super) fn explain(text: &str, id: SourceId, chunk: Chunk, stop: &Stop) -> SyntaxError {
    let scene = Scene::new(text, id, chunk, stop);
    let slip = SLIPS.iter().find_map(|slip| slip(&scene));
    slip.unwrap_or_else(|| expected::expected(&scene))
}

// ---- texts ----

fn script_misplaced(scene: &Scene<'_>) -> Option<SyntaxError> {
    let quotes = scene.found()?.text.starts_with("\"\"\"");
    let elsewhere = quotes && !scene.tried(Rule::script_text) && !scene.tried(Rule::clause);
    elsewhere.then(|| SyntaxError::ScriptMisplaced { span: scene.span() })
}

/// `time 1:00:00`, as SLURM has it.
fn clock_time(scene: &Scene<'_>) -> Option<SyntaxError> {
    let digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
    let (number, behind) = (scene.back(1)?, scene.behind()?);
    let slip = scene.found_is(":") && digits(number.text) && digits(behind.text);
    slip.then(|| SyntaxError::ClockTime {
        span: scene.span_of(number).to(scene.span_of(behind)),
    })
}

fn script_quotes(scene: &Scene<'_>) -> Option<SyntaxError> {
    let text = scene.found()?.text.starts_with('"');
    (text && scene.tried(Rule::script_text))
        .then(|| SyntaxError::ScriptQuotes { span: scene.span() })
}

fn empty_hole(scene: &Scene<'_>) -> Option<SyntaxError> {
    let empty = scene.found_is("}") && scene.back_is(1, "{") && scene.tried(Rule::expr);
    let open = scene.back(1).filter(|_| empty)?;
    let span = scene.span_of(open).to(scene.span());
    Some(SyntaxError::EmptyHole { span })
}

// ---- names and marks ----

fn reserved(scene: &Scene<'_>) -> Option<SyntaxError> {
    let found = scene.found()?;
    let is_reserved = |word: &str| words::RESERVED.contains(&word);
    // `for = f(x)`: the word was read as the beginning of a loop.
    if let Some(word) = scene.back(1)
        && is_reserved(word.text)
        && scene.back(2).is_some()
        && matches!(found.text, "=" | ":")
        && (words::STATEMENTS.contains(&word.text) || scene.tried_any(&[Rule::name, Rule::path]))
    {
        return Some(SyntaxError::Reserved {
            word: word.text.to_owned(),
            span: scene.span_of(word),
        });
    }
    let named = scene.all_tried().iter().all(|rule| is_naming(*rule))
        || matches!(scene.behind()?.text, "=" | ":");
    (is_reserved(found.text) && named).then(|| SyntaxError::Reserved {
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

fn equals_for_colon(scene: &Scene<'_>) -> Option<SyntaxError> {
    let help = if scene.tried_any(&[Rule::infix_start, Rule::equal]) {
        "arguments and keys are named with `:`: `f(x: 1)`, `v[seed: 42]`; `==` compares"
    } else {
        "a type stands behind `:`, a default behind `=`: `name: TYPE = VALUE`"
    };
    let slip = scene.found_is("=") && scene.tried(Rule::colon);
    slip.then(|| SyntaxError::EqualsForColon {
        help,
        span: scene.span(),
    })
}

fn colon_for_equals(scene: &Scene<'_>) -> Option<SyntaxError> {
    let help = match scene.item_word() {
        "container" => "write `container NAME = \"REF\"`",
        "process" => "write `env NAME = VALUE`",
        _ => "a value is named with `=`: `name = call(…)`",
    };
    let slip = scene.found_is(":") && scene.tried(Rule::equals) && !scene.tried(Rule::expr);
    let word = scene.back(1)?.text;
    let advice = words::statement_advice(word).is_some();
    (slip && !advice).then(|| SyntaxError::ColonForEquals {
        help,
        span: scene.span(),
    })
}

fn clause_mark(scene: &Scene<'_>) -> Option<SyntaxError> {
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
    (behind_clause && takes_value).then(|| SyntaxError::ClauseMark {
        word: word.text.to_owned(),
        mark,
        span: scene.span(),
    })
}

/// `param n = 3`, `process p(seed)`
fn missing_type(scene: &Scene<'_>) -> Option<SyntaxError> {
    let (name, found) = (scene.back(1)?, scene.found()?);
    let type_behind = scene.behind().is_some_and(|token| {
        token.text == "[" || token.text.starts_with(|c: char| c.is_ascii_uppercase())
    });
    let ends = matches!(found.text, "," | ")" | "}") || found.text == "=" && !type_behind;
    let untyped = ends && scene.all_tried() == [Rule::colon];
    untyped.then(|| SyntaxError::MissingType {
        name: name.text.to_owned(),
        span: scene.span_of(name),
    })
}

// ---- commas ----

/// `uses "a",` and then the next clause.
fn comma_before(scene: &Scene<'_>) -> Option<SyntaxError> {
    let comma = scene.back(1).filter(|token| token.text == ",")?;
    let closes = scene.tried_any(&[Rule::paren_close, Rule::bracket_close, Rule::brace_close]);
    let list_ends = scene
        .found()
        .is_none_or(|found| found.is_word() || found.text == "}");
    (list_ends && !closes).then(|| SyntaxError::StrayComma {
        span: scene.span_of(comma),
        help: "remove it",
    })
}

fn missing_comma(scene: &Scene<'_>) -> Option<SyntaxError> {
    let in_list = scene.tried_any(&[Rule::paren_close, Rule::bracket_close])
        || scene.item_word() == "record" && scene.tried(Rule::brace_close);
    let between = scene.back(1)?.ends_value() || scene.back_is(1, "?");
    let found = scene.found()?;
    // `Int[]`, and `[f(x) for x in xs]`.
    let foreign = found.text == "[" || words::RESERVED.contains(&found.text);
    let missing = in_list && between && found.begins_value() && !foreign;
    missing.then(|| SyntaxError::MissingComma { span: scene.span() })
}

fn stray_comma(scene: &Scene<'_>) -> Option<SyntaxError> {
    // `publish a, b`, `publish a.x, b.y`
    let published = scene.back_is(2, "publish") || scene.back_is(4, "publish");
    scene.found_is(",").then(|| SyntaxError::StrayComma {
        span: scene.span(),
        help: if published {
            "publish each by itself: `publish a.x publish b.y`"
        } else {
            "remove it"
        },
    })
}
