//! The slips that people make, and what each is told.

use super::{SourceId, code, codes, errors, expression};
use crate::diagnostics;
use crate::source::Source;

/// Each mistake with the code that it is reported under.
const SLIPS: [(&str, &str); 111] = [
    // items
    ("proces p() -> () { todo }", "unknown_item"),
    ("def f(x):\n  return x", "unknown_item"),
    ("rule align:\n  input: \"a\"", "unknown_item"),
    ("channel = Channel.of(1)", "unknown_item"),
    ("param n: Int = 3\nlet x = 3", "unknown_item"),
    ("\"text\"", "unknown_item"),
    ("param n: Int = 3\n4", "expected"),
    ("memory 4GB", "misplaced_clause"),
    ("for x in xs { a = f(x) }", "misplaced_statement"),
    ("run = f(x)", "misplaced_statement"),
    ("param n: Int = 3\nrun = f(x)", "misplaced_statement"),
    ("param n: Int = 3, param m: Int", "stray_comma"),
    ("param n: Int = 3;", "semicolon"),
    ("param process: Int", "reserved"),
    ("param in: Int = 3", "reserved"),
    ("param n = 3", "missing_type"),
    ("param n = Int", "equals_for_colon"),
    ("param n Int = 3", "expected"),
    ("param n: = 3", "expected"),
    ("param n: Int =", "expected"),
    ("param", "expected"),
    ("param n: Int = 'a'", "single_quotes"),
    ("param n: String = “a”", "character"),
    ("# comment\nparam n: Int", "hash_comment"),
    ("param n: Int = 1M", "number"),
    ("param n: Int = .5", "expected"),
    ("param n: Int = 7 % 2", "percent_operator"),
    ("param n: Int = 7%2", "percent_operator"),
    ("param n: Int = $x", "character"),
    ("param n: Int = a ** 2", "foreign_operator"),
    ("param n: Bool = a and b", "foreign_operator"),
    ("param n: Bool = not a", "foreign_operator"),
    ("param n: Bool = a === b", "foreign_operator"),
    ("param n: Bool = a = b", "foreign_operator"),
    ("param n: Bool = a ? 1 : 2", "foreign_operator"),
    ("param n: Bool = a < b < c", "chained_comparison"),
    ("param n: [Int] = 0..1..2", "chained_range"),
    ("param n: [Int] = 3 step 2", "step_without_range"),
    ("param n: [Int] = [1 2]", "missing_comma"),
    ("param n: [Int] = [1,, 2]", "stray_comma"),
    ("param n: [Int] = [,1]", "stray_comma"),
    ("param n: Row = { id: 1 }", "expected"),
    ("param n: String = \"a{}\"", "empty_hole"),
    ("param n: String = \"\\d\"", "unknown_escape"),
    ("param n: String = \"\"\"\na\n\"\"\"", "script_misplaced"),
    ("import \"{x}.flow\"", "hole_in_fixed_text"),
    ("import other", "expected"),
    ("container a: \"x\"", "colon_for_equals"),
    ("container a \"x\"", "expected"),
    ("record Row { id: Int\n name: String }", "missing_comma"),
    ("record Row { id = Int }", "equals_for_colon"),
    ("record Row { Int id }", "expected"),
    // signatures
    ("process p { todo }", "missing_inputs"),
    ("process p(x: Int) { todo }", "missing_outputs"),
    ("process p(x: Int) (y: File) { todo }", "missing_outputs"),
    (
        "process p(x: Int) => (y: File) { todo }",
        "foreign_operator",
    ),
    (
        "process p(x: Int) -> y: File { todo }",
        "output_parentheses",
    ),
    ("process p(x: Int) -> File { todo }", "output_parentheses"),
    ("process p(x) -> () { todo }", "missing_type"),
    ("process p(x = Int) -> () { todo }", "equals_for_colon"),
    ("process p(Int x) -> () { todo }", "expected"),
    ("process p(record: Int) -> () { todo }", "reserved"),
    ("process p(x: Int y: Int) -> () { todo }", "missing_comma"),
    ("process p() -> () todo", "missing_brace"),
    ("process p() -> ():\n  todo", "missing_brace"),
    ("process for() -> () { todo }", "reserved"),
    ("workflow main { }", "named_main"),
    ("workflow: x", "missing_brace"),
    // clauses
    ("process p() -> () { memroy 4GB }", "unknown_clause"),
    ("process p() -> () { cpu 4 }", "unknown_clause"),
    (
        "process p() -> () { shell \"\"\"\n a \"\"\" }",
        "unknown_clause",
    ),
    ("process p() -> () { input: x }", "unknown_clause"),
    ("process p() -> () { memory = 4GB }", "clause_mark"),
    ("process p() -> () { memory: 4GB }", "clause_mark"),
    ("process p() -> () { time 1:00:00 }", "clock_time"),
    ("process p() -> () { time 2-00:00:00 todo }", "clock_time"),
    ("process p() -> () { time 02:30 }", "clock_time"),
    ("process p() -> () { container = \"x\" }", "clause_mark"),
    ("process p() -> () { container \"x\" }", "expected"),
    ("process p() -> () { script \"echo\" }", "script_quotes"),
    ("process p() -> () { uses \"a\",\n cost 1m }", "stray_comma"),
    ("process p() -> () { memory 4GB, time 1h }", "stray_comma"),
    ("process p() -> () { retry 3 times }", "unknown_clause"),
    (
        "process p() -> () { on failure ignore up to 5 }",
        "expected",
    ),
    ("process p() -> () { on error stop }", "expected"),
    ("process p() -> () { x = f(y) }", "misplaced_statement"),
    (
        "process p() -> () { for x in xs { } }",
        "misplaced_statement",
    ),
    // statements
    ("workflow { for x = xs { } }", "for_without_in"),
    ("workflow { for (x in xs) { } }", "expected"),
    ("workflow { for x in xs: a = f(x) }", "missing_brace"),
    ("workflow { for x in xs a = f(x) }", "missing_brace"),
    ("workflow { if a = b { } }", "foreign_operator"),
    ("workflow { if a and b { } }", "foreign_operator"),
    ("workflow { publish }", "publish_without_value"),
    ("workflow { pubish a.b }", "unknown_statement"),
    ("workflow { let x = f(y) }", "unknown_statement"),
    ("workflow { memory 4GB }", "misplaced_clause"),
    ("workflow { run.stats }", "value_without_name"),
    ("workflow { a: f(x) }", "colon_for_equals"),
    ("workflow { a = f(x = 1) }", "equals_for_colon"),
    ("workflow { a = f(x: 1 y: 2) }", "missing_comma"),
    ("workflow { a =\n b = f(x) }", "expected"),
    ("workflow { x = [f(s) for s in xs] }", "expected"),
    ("workflow { for i in 1 to 3 { } }", "foreign_operator"),
    ("workflow { publish a.b to \"x\" }", "unknown_statement"),
    ("workflow { f(a).out }", "value_without_name"),
    ("process p(x: Int[]) -> () { todo }", "expected"),
    ("process p(x: List<Int>) -> () { todo }", "expected"),
    ("process p() -> () { retry 2 with mem * 2 }", "expected"),
    ("process p() -> () { cost 3 h }", "unknown_clause"),
    ("workflow { for = f(x) }", "reserved"),
];

#[test]
fn each_slip_has_its_message() {
    let mut wrong = Vec::new();
    for (text, expected) in SLIPS {
        let found = codes(text);
        if found != [expected] {
            wrong.push(format!(
                "{text}
  expected {expected}, found {found:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_message_speaks_of_rules() {
    for (text, _) in SLIPS {
        let source = Source {
            name: "main.flow".to_owned(),
            text: text.to_owned(),
        };
        let shown = diagnostics::plain(&errors(text), &[source]);
        assert!(
            !shown.contains("kw_") && !shown.contains("something else"),
            "{shown}"
        );
    }
}

#[test]
fn an_expression_reports_its_own_mistakes() {
    let code_of = |text| code(&expression(text, SourceId(0)).unwrap_err()[0]);
    assert_eq!(code_of(""), "expected");
    assert_eq!(code_of("1 +"), "expected");
    assert_eq!(code_of("[1, 2"), "unclosed");
    assert_eq!(code_of("4G"), "number");
    assert_eq!(code_of("1 2"), "expected");
}
