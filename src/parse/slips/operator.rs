//! Operators of other languages.

use crate::parse::error::SyntaxError;
use crate::parse::rules::Rule;
use crate::parse::scene::Scene;

pub(super) fn foreign_operator(scene: &Scene<'_>) -> Option<SyntaxError> {
    let found = scene.found()?;
    // `not a`: the word was read as a name.
    if let Some(word) = scene.back(1)
        && word.text == "not"
        && found.begins_value()
    {
        return Some(SyntaxError::ForeignOperator {
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
        "..." | "to" if behind_value && !scene.tried(Rule::up_to) => {
            "`a..b` without `b`, or `a..=b` with it"
        }
        "+=" | "-=" | "++" | "--" | ":=" => "`name = …`: a name is set once",
        "=>" | "<-" => "`->` before outputs, `=` before values",
        _ => return None,
    };
    Some(SyntaxError::ForeignOperator {
        found: found.text.to_owned(),
        instead,
        span: scene.span(),
    })
}
