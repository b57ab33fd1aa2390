//! What comes behind an error, and texts that are made to break a parser.

use super::{codes, errors, expr, file};
use crate::diagnostics::Located;

/// The only error of a text: its code, and where it points.
fn only(text: &str) -> (String, usize) {
    let [code] = &codes(text)[..] else {
        panic!("{text}\n{:#?}", errors(text));
    };
    (code.clone(), errors(text)[0].span().start as usize)
}

#[test]
fn each_item_reports_its_own_error() {
    let text = "param a Int\nparam b: Int = 3\nprocess p( -> () { todo }\nworkflow { a = }\nparam c: Int = 1M\n";
    let found = errors(text);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found.iter().map(|error| error.span().start).is_sorted());
}

#[test]
fn a_missing_brace_is_reported_where_it_was_opened() {
    let text = "workflow {\n  for x in xs {\n    a = f(x)\n}\nparam n: Int = 3\nprocess p() -> () { todo }\n";
    let at = text.find("{\n    a").unwrap();
    assert_eq!(only(text), ("unclosed".to_owned(), at));
}

#[test]
fn what_is_never_closed_points_at_its_opening() {
    for (text, code, mark) in [
        (
            "param a: File = \"data\nparam b: Int",
            "unterminated_string",
            "\"d",
        ),
        ("param a: File = \"{x\"\n", "unclosed_hole", "{x"),
        ("param a: File = \"{x\n", "unterminated_string", "\"{"),
        (
            "process p() -> () {\n script \"\"\"\n  a\n}\n",
            "unterminated_script",
            "\"\"\"",
        ),
        ("workflow { a = f(x }", "mismatched", "(x"),
        ("workflow { a = f(x) ", "unclosed", "{"),
        (
            "process p(x: Int -> () {\n todo\n}\nworkflow { }",
            "unclosed",
            "(x",
        ),
        ("param a: Int = 1)\n", "unexpected_close", ")"),
    ] {
        let at = text.find(mark).unwrap();
        assert_eq!(only(text), (code.to_owned(), at), "{text}");
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let nested = |before: &str, open: &str, close: &str| {
        format!("{before}{}1{}", open.repeat(10_000), close.repeat(10_000))
    };
    for text in [
        nested("param x: Int = ", "(", ")"),
        nested("param x: Int = ", "[", "]"),
        nested("param x: Int = ", "f(", ")"),
        nested("param x: Int = ", "\"{", "}\""),
        nested("param x: ", "[", "]"),
        nested("workflow ", "{ if x ", "}"),
        "(".repeat(100_000),
    ] {
        assert_eq!(codes(&text), ["too_deep"]);
    }
}

#[test]
fn nesting_up_to_the_limit_is_fine() {
    for (open, close, depth) in [
        ("(", ")", 100),
        ("[", "]", 100),
        ("f(", ")", 100),
        ("x[", "]", 100),
        ("\"{", "}\"", 50),
    ] {
        expr(&format!("{}1{}", open.repeat(depth), close.repeat(depth)));
    }
    file(&format!(
        "workflow {{ {}{} }}",
        "if x { ".repeat(99),
        "}".repeat(99)
    ));
}

#[test]
fn long_chains_are_an_error() {
    let count = 10_000;
    for text in [
        format!("param x: Int = 1{}", " + 1".repeat(count)),
        format!("param x: Int = {}1", "-".repeat(count)),
        format!("param x: Int = a{}", ".b".repeat(count)),
        format!("param x: Int = a{}", "[0]".repeat(count)),
        format!("param x: Int = a{}", " where b".repeat(count)),
    ] {
        assert_eq!(codes(&text), ["too_long"]);
    }
    let branches = "else if x { }".repeat(count);
    assert_eq!(
        codes(&format!("workflow {{ if x {{ }} {branches} }}")),
        ["too_deep"]
    );
}

#[test]
fn a_long_line_is_read() {
    let count = 100_000;
    file(&format!("param x: String = \"{}\"", "a{{".repeat(count)));
    file(&format!("// {}", "a".repeat(10 * count)));
    file(&format!(
        "process p() -> () {{ script \"\"\"{}\"\"\" }}",
        "echo \"\" ".repeat(count)
    ));
    file(&format!(
        "param x: [Int] = [{}]",
        "123456789, ".repeat(count / 4)
    ));
}

#[test]
fn odd_texts_are_no_crash() {
    for text in [
        "\\",
        "\"\\",
        "\"\\é\"",
        "é",
        "\u{feff}x",
        "\"{",
        "\"{\"",
        "}",
        "\0",
        "///",
        "\"\"\"",
        "\"\"\"\"",
        "param x: Int = \"\\\n",
    ] {
        let _ = super::try_file(text);
        let _ = super::expression(text, super::SourceId(0));
    }
}

/// The example with any one word or mark missing, doubled or replaced: an error or a program, each
/// error within the text, and never the words of the grammar.
#[test]
fn any_one_slip_is_survived() {
    let text = include_str!("annz.flow");
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    starts.retain(|at| {
        *at == 0 || !is_word(text[*at..].chars().next().unwrap()) || !text[..*at].ends_with(is_word)
    });
    for (&start, &end) in starts.iter().zip(&starts[1..]) {
        let (before, behind) = (&text[..start], &text[end..]);
        for change in ["", "="] {
            let changed = format!("{before}{change}{behind}");
            let Err(found) = super::try_file(&changed) else {
                continue;
            };
            for error in found {
                assert!(error.span().end as usize <= changed.len(), "{error:?}");
                let message = error.to_string();
                assert!(
                    !message.contains("something else") && !message.contains("kw_"),
                    "{message}\n{changed}"
                );
            }
        }
    }
}
