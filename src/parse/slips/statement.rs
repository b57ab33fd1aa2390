//! Slips in the statements of a workflow.

use crate::diagnostics::closest;
use crate::parse::error::SyntaxError;
use crate::parse::rules::Rule;
use crate::parse::scene::Scene;
use crate::parse::words;
use crate::source::Span;

pub(super) fn publish_without_value(scene: &Scene<'_>) -> Option<SyntaxError> {
    let word = scene.back(1).filter(|word| word.text == "publish")?;
    let nothing = scene.tried(Rule::expr) && !scene.found_is("=");
    nothing.then(|| SyntaxError::PublishWithoutValue {
        span: scene.span_of(word),
    })
}

/// `b =` and then the next statement.
pub(super) fn bind_without_value(scene: &Scene<'_>) -> Option<SyntaxError> {
    let (mark, name) = (scene.back(2)?, scene.back(1)?);
    let next = mark.text == "=" && name.is_word() && scene.line_ends_between(mark, name);
    (next && scene.found_is("=")).then(|| SyntaxError::Expected {
        expected: "a value".to_owned(),
        found: "the next statement".to_owned(),
        help: None,
        span: scene.span_of(mark),
    })
}

pub(super) fn for_without_in(scene: &Scene<'_>) -> Option<SyntaxError> {
    let name = scene.back(1).filter(|_| scene.tried(Rule::kw_in))?;
    name.is_word().then(|| SyntaxError::ForWithoutIn {
        name: name.text.to_owned(),
        span: scene.span(),
    })
}

/// A word where a statement begins that begins none.
pub(super) fn statement(scene: &Scene<'_>) -> Option<SyntaxError> {
    let found = scene
        .found()
        .filter(|found| found.is_word() && scene.tried(Rule::statement))?;
    let (word, span) = (found.text.to_owned(), scene.span());
    if words::ITEMS.contains(&found.text) && found.text != "container" {
        let help = "items stand side by side, none within another".to_owned();
        return Some(SyntaxError::UnknownStatement { word, help, span });
    }
    unknown_statement(scene, found.text, span)
}

/// A word that was read as the name of a value or of a call, and neither `=` nor `(` follows.
pub(super) fn named_for_nothing(scene: &Scene<'_>) -> Option<SyntaxError> {
    if scene.found_is(".") && scene.tried(Rule::statement) {
        let span = scene.span_of(scene.back(1)?);
        return Some(SyntaxError::ValueWithoutName { span });
    }
    let neither = scene.tried(Rule::paren_open)
        && scene.tried_any(&[Rule::equals, Rule::angle_open, Rule::types]);
    let in_value = scene.tried_any(&[Rule::infix_start, Rule::equal]);
    let word = scene
        .back(1)
        .filter(|word| neither && !in_value && word.is_word())?;
    let span = scene.span_of(word);
    if scene.back_is(2, ".") {
        let first = scene.back(3).map_or(span, |first| scene.span_of(first));
        let span = first.to(span);
        return Some(SyntaxError::ValueWithoutName { span });
    }
    unknown_statement(scene, word.text, span).or(Some(SyntaxError::ValueWithoutName { span }))
}

fn unknown_statement(scene: &Scene<'_>, word: &str, span: Span) -> Option<SyntaxError> {
    let word = word.to_owned();
    let advice = words::statement_advice(&word).map(str::to_owned);
    if advice.is_none()
        && words::CLAUSES.contains(&word.as_str())
        && scene.item_word() == "workflow"
    {
        return Some(SyntaxError::MisplacedClause { word, span });
    }
    let near = || closest(&word, words::STATEMENTS).map(|near| format!("did you mean `{near}`?"));
    let help = advice.or_else(near)?;
    Some(SyntaxError::UnknownStatement { word, help, span })
}
