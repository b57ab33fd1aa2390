//! What could stand where pest stopped, in the user's terms.

use super::error::SyntaxError;
use super::rules::Rule;
use super::scene::{Scene, Token};

/// The message where no particular slip is known.
pub(super) fn expected(scene: &Scene<'_>) -> SyntaxError {
    let mut phrases: Vec<&str> = Vec::new();
    for phrase in scene.all_tried().iter().filter_map(|rule| phrase(*rule)) {
        if !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    if phrases.is_empty() {
        phrases.push("something else");
    }
    SyntaxError::Expected {
        expected: alternatives(&phrases),
        found: scene
            .found()
            .map_or_else(|| "the end of the file".to_owned(), described),
        help: help(scene).map(str::to_owned),
        span: scene.span(),
    }
}

fn described(token: Token<'_>) -> String {
    match token.text {
        text if text.starts_with("\"\"\"") => "a script".to_owned(),
        text if text.starts_with('"') => "a string".to_owned(),
        text => format!("`{text}`"),
    }
}

/// `a, b or c`
fn alternatives(phrases: &[&str]) -> String {
    match phrases.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some(_) | None => phrases.concat(),
    }
}

fn help(scene: &Scene<'_>) -> Option<&'static str> {
    let found = scene.found()?;
    let number_behind = scene
        .behind()
        .is_some_and(|token| token.text.starts_with(|c: char| c.is_ascii_digit()));
    if found.text == "." && number_behind {
        return Some("write a digit before the point: `0.5`");
    }
    if scene.back_is(1, "container") && found.text.starts_with('"') {
        return Some("declare the image outside, `container NAME = \"REF\"`, and name it here");
    }
    if scene.back_is(1, "on") && scene.tried(Rule::kw_failure) {
        return Some("write `on failure stop` or `on failure ignore`");
    }
    if scene.back_is(1, "import") {
        return Some("write the path of the file: `import \"other.flow\"`");
    }
    if found.text == "(" && scene.back_is(1, "for") {
        return Some("no parentheses around a loop's head: `for x in xs { … }`");
    }
    if scene.back_is(1, "repeat") {
        return Some("say how many rounds there are at most: `repeat 100 { … } until CONDITION`");
    }
    if scene.back_is(1, "..") {
        return Some("a range has an end: `0..10`, or `0..n` with `param n: Int = 10`");
    }
    if found.text == "{" && scene.tried(Rule::expr) {
        return Some("a record is written `Name(field: value)`, a list `[a, b]`");
    }
    if scene.tried(Rule::optional) && matches!(found.text, "<" | "[") {
        return Some("the type of a list is written `[TYPE]`: `[Int]`");
    }
    if found.text == "for" {
        return Some(
            "write the loop as a statement, `for x in xs { y = f(x) }`: outside of it `y` is the list",
        );
    }
    if scene.tried_any(&[Rule::raise, Rule::resource]) {
        return Some(
            "resources are `time`, `memory`, `cpus`, `gpus`, `tasks`, `nodes`, `tmp`, `partition`, `constraint` and `account`",
        );
    }
    if scene.tried(Rule::percent) {
        return Some("write a percentage such as `5%`");
    }
    if scene.tried(Rule::colon) && found.is_word() {
        return Some("the name comes first, its type behind `:`: `seed: Int`");
    }
    if scene.tried(Rule::ty) && found.text == "{" {
        return Some("declare the record, `record Row { id: String, … }`; `Row` is the type");
    }
    if scene.tried(Rule::ty) {
        return Some(
            "types are `Int`, `Float`, `Bool`, `String`, `File`, `Dir`, `[TYPE]`, `TYPE?`, records and `\"a\" | \"b\"`",
        );
    }
    None
}

/// What must stand here, by its name; `None` for what only could go on with what stands before.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the rules are not an enum of ours"
)]
fn phrase(rule: Rule) -> Option<&'static str> {
    let phrase = match rule {
        Rule::expr | Rule::collection | Rule::number | Rule::list | Rule::group | Rule::call => {
            "a value"
        }
        Rule::arg => "an argument",
        Rule::name | Rule::path => "a name",
        Rule::ty | Rule::ty_name | Rule::ty_list | Rule::ty_enum => "a type",
        Rule::string => "a string",
        Rule::hole => "a value in `{…}`",
        Rule::script_text => "a script between `\"\"\"`",
        Rule::percent => "a percentage",
        Rule::input => "an input",
        Rule::output | Rule::result => "an output",
        Rule::field => "a field",
        Rule::inputs => "inputs in parentheses",
        Rule::outputs | Rule::results => "outputs in parentheses",
        Rule::clause => "a clause",
        Rule::resource | Rule::raise => "a resource such as `memory`",
        Rule::statement => "a statement",
        Rule::EOI => "the end of the item",
        Rule::colon => "`:`",
        Rule::equals => "`=`",
        Rule::arrow => "`->`",
        Rule::paren_open => "`(`",
        Rule::paren_close => "`)`",
        Rule::bracket_open => "`[`",
        Rule::bracket_close => "`]`",
        Rule::brace_open | Rule::block => "`{`",
        Rule::brace_close => "`}`",
        Rule::angle_close => "`>`",
        Rule::kw_in => "`in`",
        Rule::kw_by => "`by`",
        Rule::kw_lines => "`lines`",
        Rule::kw_items => "`items`",
        Rule::kw_concat => "`concat`",
        Rule::kw_most => "`most`",
        Rule::kw_at => "`at once`",
        Rule::kw_once => "`once`",
        Rule::kw_pack => "`pack`",
        Rule::kw_fuse => "`fuse`",
        Rule::kw_failure => "`failure`",
        Rule::kw_stop => "`stop`",
        Rule::kw_ignore => "`ignore`",
        Rule::up_to => "`up to`",
        Rule::kw_to => "`to`",
        Rule::kw_stdout => "`stdout`",
        _ => return None,
    };
    Some(phrase)
}
