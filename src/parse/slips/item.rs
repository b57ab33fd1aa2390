//! Slips where items and clauses begin, and in the heads of items.

use crate::diagnostics::closest;
use crate::parse::error::SyntaxError;
use crate::parse::rules::Rule;
use crate::parse::scene::Scene;
use crate::parse::words;

/// What is between the name of a process or workflow and its braces.
pub(super) fn signature(scene: &Scene<'_>) -> Option<SyntaxError> {
    let name = scene.item_name().to_owned();
    let span = scene.span();
    if scene.tried(Rule::arrow) {
        return Some(SyntaxError::MissingOutputs { name, span });
    }
    if scene.all_tried() != [Rule::paren_open] {
        return None;
    }
    if scene.back_is(1, "->") {
        return Some(SyntaxError::OutputParentheses { name, span });
    }
    // The word and the name alone stand before.
    let named = scene.back(2).filter(|_| scene.back(3).is_none())?;
    if named.text == "workflow" && scene.found_is("{") {
        let span = scene.span_of(scene.back(1)?);
        return Some(SyntaxError::NamedMain { name, span });
    }
    let headed = matches!(named.text, "process" | "workflow");
    headed.then_some(SyntaxError::MissingInputs { name, span })
}

pub(super) fn missing_brace(scene: &Scene<'_>) -> Option<SyntaxError> {
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
    missing.then(|| SyntaxError::MissingBrace {
        help,
        span: scene.span(),
    })
}

/// The beginning of an item, or what stands behind a whole one.
pub(super) fn item(scene: &Scene<'_>) -> Option<SyntaxError> {
    let found = scene.found().filter(|found| found.is_word())?;
    if !scene.at_item_start() && !scene.tried(Rule::EOI) {
        return None;
    }
    let (word, span) = (found.text.to_owned(), scene.span());
    let bind = scene.behind_is("=") || scene.behind_is("(");
    if words::STATEMENTS.contains(&found.text) || bind && words::item_advice(&word).is_none() {
        return Some(SyntaxError::MisplacedStatement { word, span });
    }
    if words::CLAUSES.contains(&found.text) && found.text != "container" {
        return Some(SyntaxError::MisplacedClause { word, span });
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
    Some(SyntaxError::UnknownItem { word, help, span })
}

const UNITS: [&str; 8] = ["s", "m", "h", "d", "KB", "MB", "GB", "TB"];

pub(super) fn clause(scene: &Scene<'_>) -> Option<SyntaxError> {
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
        return Some(SyntaxError::MisplacedStatement { word, span });
    }
    let number = scene
        .back(1)
        .filter(|token| token.text.ends_with(|c: char| c.is_ascii_digit()));
    let help = match (words::clause_advice(&word), closest(&word, words::CLAUSES)) {
        _ if UNITS.contains(&found.text) && number.is_some() => {
            format!(
                "a unit stands right behind its number: `{}{word}`",
                number?.text
            )
        }
        (Some(advice), _) => advice.to_owned(),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("the clauses are {}", listed(&words::CLAUSES)),
    };
    Some(SyntaxError::UnknownClause { word, help, span })
}

pub(super) fn unknown_start(scene: &Scene<'_>) -> Option<SyntaxError> {
    let found = scene.found().filter(|_| scene.at_item_start())?;
    let known = words::ITEMS.contains(&found.text);
    (!known).then(|| SyntaxError::UnknownItem {
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
