//! Every construct, exact trees where the shape is easily got wrong, recovery and robustness.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm
)]

mod slips;

use super::{ParseError, expression, parse};
use crate::ast::*;
use crate::source::{Source, SourceId};

fn source(text: &str) -> Source {
    Source {
        name: "main.flow".to_owned(),
        text: text.to_owned(),
    }
}

fn try_file(text: &str) -> Result<File, Vec<ParseError>> {
    parse(&source(text), SourceId(0))
}

fn file(text: &str) -> File {
    try_file(text).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
}

fn errors(text: &str) -> Vec<ParseError> {
    try_file(text).expect_err(text)
}

fn expr(text: &str) -> Expr {
    expression(text, SourceId(0)).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
}

fn process(clauses: &str) -> Process {
    let text = format!("process p(x: Int) -> (y: File) {{\n{clauses}\n}}");
    match file(&text).items.remove(0).kind {
        ItemKind::Process(process) => *process,
        other => panic!("{other:?}"),
    }
}

fn workflow(statements: &str) -> Vec<Statement> {
    let text = format!("workflow {{\n{statements}\n}}");
    match file(&text).items.remove(0).kind {
        ItemKind::Workflow(workflow) => workflow.body.statements,
        other => panic!("{other:?}"),
    }
}

/// The tree in brackets: what binds what.
fn shape(expr: &Expr) -> String {
    let list = |items: &[Expr]| items.iter().map(shape).collect::<Vec<_>>().join(", ");
    match &expr.kind {
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Float(value) => value.to_string(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Duration(seconds) => format!("{seconds}s"),
        ExprKind::Size(bytes) => format!("{bytes}B"),
        ExprKind::Name(name) => name.clone(),
        ExprKind::It => "it".to_owned(),
        ExprKind::Text(parts) => format!("{parts:?}"),
        ExprKind::List(items) => format!("[{}]", list(items)),
        ExprKind::Field { of, field } => format!("{}.{}", shape(of), field.node),
        ExprKind::Pick { of, keys } => {
            let keys: Vec<_> = keys.iter().map(|(name, key)| labelled(name, key)).collect();
            format!("{}[{}]", shape(of), keys.join(", "))
        }
        ExprKind::Call { callee, args, .. } => {
            let args: Vec<_> = args
                .iter()
                .map(|arg| labelled(&arg.name, &arg.value))
                .collect();
            format!("{}({})", callee.node, args.join(", "))
        }
        ExprKind::Range {
            start,
            end,
            inclusive,
            step,
        } => {
            let mark = if *inclusive { "..=" } else { ".." };
            let step = step.as_ref().map(|by| format!(" step {}", shape(by)));
            format!(
                "({}{mark}{}{})",
                shape(start),
                shape(end),
                step.unwrap_or_default()
            )
        }
        ExprKind::Where { list, filter } => format!("({} where {})", shape(list), shape(filter)),
        ExprKind::Unary { op, operand } => format!("({op:?} {})", shape(operand)),
        ExprKind::Binary { op, left, right } => {
            format!("({} {op:?} {})", shape(left), shape(right))
        }
    }
}

fn labelled(name: &Option<Name>, value: &Expr) -> String {
    match name {
        Some(name) => format!("{}: {}", name.node, shape(value)),
        None => shape(value),
    }
}

// ---- constructs ----

#[test]
fn the_example_of_the_design_parses() {
    let program = file(include_str!("tests/annz.flow"));
    assert_eq!(program.items.len(), 7);
    assert_eq!(
        program.items[0].comments[0].text,
        " annz.flow: train ANNz with 100 seeds, then summarise the runs"
    );
}

#[test]
fn every_item_parses() {
    for text in [
        "",
        "\u{feff}",
        "// nothing but a comment",
        "param n: Int",
        "param n: Int = 3 param m: Float = 1.5",
        "param s: [Int] = 0..100",
        "param o: File?",
        "param k: \"knn\" | \"ann\" = \"knn\"",
        "param ks: [\"knn\" | \"ann\"]",
        "param rows: [Row] = csv<Row>(\"samples.csv\")",
        "param rows: [lib.Row] = csv<lib.Row>(\"samples.csv\")",
        "param xs: [[Int]?]",
        "record Row { key id: Int, name: String, reads: File?, }",
        "record Row {}",
        "record Row { key: Int }",
        "container a = \"docker://python:3.12-slim\"",
        "import \"other.flow\"",
        "import \"other.flow\" as other",
        "process p() -> () { todo }",
        "process p(a: Int, b: [File] = [],) -> (c: File, d: [File] = \"c_*.fa\" expect 200 temp,) { }",
        "process p(a: Int) -> (n: Int = stdout, m: Dir temp, l: [Int] = lines(\"ids.txt\") temp expect 3) {}",
        "workflow {}",
        "workflow {} workflow align(x: File) -> (y: File = z.out) { z = f(x) }",
        "workflow w() -> () { }",
        "processes: Int",
    ] {
        let read = try_file(text);
        assert_eq!(read.is_ok(), text != "processes: Int", "{text}: {read:?}");
    }
}

#[test]
fn every_clause_parses() {
    for (text, count) in [
        ("script \"\"\"\n  echo\n\"\"\"", 1),
        ("script python \"\"\"\nprint()\n\"\"\"", 1),
        ("stdin x success 0, 1 uses \"a\", \"b/\" uses \"c\"", 4),
        (
            "container annz module \"gcc/12\", \"hdf5\" env A = x + 1 conda \"env.yml\" bind \"/data\"",
            5,
        ),
        ("container lib.annz", 1),
        ("cost 36h", 1),
        (
            "cost 2m + 3s * len(lines(x)) cost 2m + 1s * size(x) / 1GB",
            2,
        ),
        (
            "time 1h memory 4GB * attempt cpus 4 gpus 1 tasks 2 nodes 1 tmp 10GB",
            7,
        ),
        (
            "partition \"long\" constraint \"avx\" account \"x\" slurm \"--raw\", \"--x=1\"",
            4,
        ),
        ("retry 2", 1),
        ("retry 2 on failure stop", 2),
        ("retry 2 with memory * 2, time * 1.5", 1),
        (
            "retry 2 on memory, timeout with memory 8GB, partition \"long\" time 2h",
            2,
        ),
        ("on failure ignore up to 5% on failure ignore", 2),
        ("split x by lines in 1000 split x by items in 50", 2),
        ("merge y by concat merge y by join_all", 2),
        ("associative by 16 checkpoint \"dir/\" again 99 up to 5", 3),
        (
            "pack 10 never pack never fuse at most 50 at once was \"old\" service db todo",
            7,
        ),
        ("cost time * 2 time memory memory cost", 3),
    ] {
        assert_eq!(process(text).clauses.len(), count, "{text}");
    }
}

#[test]
fn every_statement_parses() {
    for (text, count) in [
        ("a = f(x)", 1),
        ("a = f(x) b = g(a.y) after a notify(b) after a, b", 3),
        ("for x in xs { a = f(x) }", 1),
        (
            "for a, b in zip(xs, ys) where a.n > 1 && b.ok { c = f(a, b) }",
            1,
        ),
        ("for start in range(1, chrom.rows + 1, 4) { }", 1),
        (
            "if x.score > 0.5 { a = f(x) } else if x.ok { a = g(x) } else { a = h(x) }",
            1,
        ),
        ("repeat 10 as i { m = f(m) } until m.done repeat 3 { }", 2),
        (
            "publish table.summary publish best.choice as \"best/{model}.json\"",
            2,
        ),
        ("xs = 0..10 step = f(xs)", 2),
        ("ys = zs where it > 3 best = a ?? b", 2),
        (
            "one = v[3] two = v[seed: 42, model: m] three = f(v[1]).out[2]",
            3,
        ),
        ("row = Row(id: 1)", 1),
        ("r = lib.align(reads: x)", 1),
        ("script = f(time, memory) cost = script", 2),
    ] {
        assert_eq!(workflow(text).len(), count, "{text}");
    }
}

#[test]
fn operators_bind_as_documented() {
    for (text, tree) in [
        ("1 + 2 * 3 - 4", "((1 Add (2 Multiply 3)) Subtract 4)"),
        ("0..n + 1", "(0..(n Add 1))"),
        ("0..=n step 2 * k", "(0..=n step (2 Multiply k))"),
        ("(0..n) == (0..m)", "((0..n) Equal (0..m))"),
        ("0..n == 0..m", "((0..n) Equal (0..m))"),
        (
            "a < b && c >= d || !e",
            "(((a Less b) And (c GreaterEqual d)) Or (Not e))",
        ),
        (
            "a.b ?? 0.5 > 0.1 + x",
            "((a.b Else 0.5) Greater (0.1 Add x))",
        ),
        ("a ?? b ?? c", "((a Else b) Else c)"),
        ("-x.y * -2", "((Minus x.y) Multiply (Minus 2))"),
        (
            "xs where it > 1 && it != 3",
            "(xs where ((it Greater 1) And (it NotEqual 3)))",
        ),
        (
            "f(xs where it.ok, n: 1)[k].v",
            "f((xs where it.ok), n: 1)[k].v",
        ),
        ("!(a && b)", "(Not (a And b))"),
        ("2m + 3s * len(x)", "(120s Add (3s Multiply len(x)))"),
        (
            "1s * size(x) / 1GB",
            "((1s Multiply size(x)) Divide 1073741824B)",
        ),
        ("a < b", "(a Less b)"),
        ("[1, 2.5, 1e3,]", "[1, 2.5, 1000]"),
        ("10 // ten\n + 1", "(10 Add 1)"),
    ] {
        assert_eq!(shape(&expr(text)), tree, "{text}");
    }
}

#[test]
fn a_comparison_of_groups_is_no_chain() {
    assert_eq!(
        shape(&expr("(a < b) == (c < d)")),
        "((a Less b) Equal (c Less d))"
    );
}

#[test]
fn templates_keep_text_and_holes() {
    let ExprKind::Text(parts) = expr(r#""in/{{x}}/chr{ chrom.id }_{1,2}\t\"{join(xs, ",")}""#).kind
    else {
        panic!("no text");
    };
    let shown: Vec<_> = parts
        .iter()
        .map(|part| match part {
            TextPart::Literal(text) => text.clone(),
            TextPart::Hole(expr) => format!("<{}>", shape(expr)),
            TextPart::Alternatives(words) => words.join("|"),
        })
        .collect();
    let joined = r#"<join(xs, [Literal(",")])>"#;
    assert_eq!(
        shown,
        ["in/{x}/chr", "<chrom.id>", "_", "1|2", "\t\"", joined]
    );
}

#[test]
fn calls_keep_their_types() {
    let ExprKind::Call {
        callee,
        types,
        args,
    } = expr("glob<Reads>(\"raw/{id}_R1.fq\")").kind
    else {
        panic!("no call");
    };
    assert_eq!(
        (callee.node.as_str(), types.len(), args.len()),
        ("glob", 1, 1)
    );
    assert_eq!(types[0].kind, TypeExprKind::Named("Reads".to_owned()));
}

#[test]
fn scripts_lose_indentation_and_blank_ends() {
    let script = |text: &str| match process(text).clauses.remove(0).kind {
        ClauseKind::Script(script) => script.text,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        script("script \"\"\"\n\n    a\n      b  \n\n    c\n  \n  \"\"\""),
        "a\n  b  \n\nc\n"
    );
    assert_eq!(script("script \"\"\"echo hi\"\"\""), "echo hi\n");
    assert_eq!(script("script \"\"\"echo \"hi\"\"\"\""), "echo \"hi\"\n");
    assert_eq!(
        script("script \"\"\"\"\n x = \"\"\"y\"\"\"\n\"\"\"\""),
        "x = \"\"\"y\"\"\"\n"
    );
    assert_eq!(script("script \"\"\"\n\"\"\""), "");
    assert_eq!(
        script("script \"\"\"\n  // no comment { ( '\n\"\"\""),
        "// no comment { ( '\n"
    );
    assert_eq!(script("script \"\"\"\r\n  a\r\n  b\r\n\"\"\""), "a\nb\n");
}

#[test]
fn clauses_hold_what_they_say() {
    let process = process(
        "retry 2 on memory with memory * 2, partition \"long\"\non failure ignore up to 2.5%",
    );
    let ClauseKind::Retry(retry) = &process.clauses[0].kind else {
        panic!("no retry");
    };
    assert_eq!(retry.causes[0].node, "memory");
    assert_eq!(retry.with[0].0.node, Resource::Memory);
    assert_eq!(shape(&retry.with[0].1), "(memory Multiply 2)");
    assert_eq!(retry.with[1].0.node, Resource::Partition);
    let ClauseKind::OnFailure(OnFailure::IgnoreUpTo(percent)) = &process.clauses[1].kind else {
        panic!("no policy");
    };
    assert!((percent.node - 2.5).abs() < 1e-9);
}

#[test]
fn spans_end_with_the_code() {
    let text = "workflow {\n  a = f(x)\n  // about b\n  b = g(a) after a\n}\n";
    let File { mut items, .. } = file(text);
    let ItemKind::Workflow(workflow) = items.remove(0).kind else {
        panic!("no workflow");
    };
    let [a, b] = workflow.body.statements.as_slice() else {
        panic!("two statements");
    };
    assert_eq!(
        &text[a.span.start as usize..a.span.end as usize],
        "a = f(x)"
    );
    assert_eq!(
        &text[b.span.start as usize..b.span.end as usize],
        "b = g(a) after a"
    );
}

#[test]
fn else_if_nests() {
    let [statement] = &workflow("if a { } else if b { } else { x = f() }")[..] else {
        panic!("one statement");
    };
    let StatementKind::If(outer) = &statement.kind else {
        panic!("no if");
    };
    let inner = &outer.otherwise.as_ref().unwrap().statements;
    let StatementKind::If(inner) = &inner[0].kind else {
        panic!("no else if");
    };
    assert_eq!(inner.otherwise.as_ref().unwrap().statements.len(), 1);
}

// ---- comments ----

#[test]
fn comments_go_to_what_they_stand_at() {
    let text = "\
// the file
/// trains
process p( // inputs
  a: Int, // first
  // second
  b: Int
) -> (c: File) { // body
  // cost
  cost 1m // a guess
  // the end
} // behind
// trailing
";
    let program = file(text);
    let texts = |comments: &[Comment]| {
        comments
            .iter()
            .map(|c| c.text.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let item = &program.items[0];
    assert_eq!(item.doc(), "trains");
    assert_eq!(
        texts(&item.comments),
        ["the file", "trains", "the end", "behind"]
    );
    let ItemKind::Process(process) = &item.kind else {
        panic!("no process");
    };
    assert_eq!(texts(&process.inputs[0].comments), ["inputs", "first"]);
    assert_eq!(texts(&process.inputs[1].comments), ["second"]);
    assert_eq!(
        texts(&process.clauses[0].comments),
        ["body", "cost", "a guess"]
    );
    assert_eq!(texts(&program.trailing), ["trailing"]);
}

// ---- recovery and robustness ----

#[test]
fn each_item_reports_its_own_error() {
    let found = errors(
        "param a Int\nparam b: Int = 3\nprocess p( -> () { todo }\nworkflow { a = }\nparam c: Int = 1M\n",
    );
    let lines: Vec<_> = found.iter().map(|error| error.span().start).collect();
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(lines.is_sorted());
}

#[test]
fn a_missing_brace_is_reported_where_it_was_opened() {
    let text = "workflow {\n  for x in xs {\n    a = f(x)\n}\nparam n: Int = 3\nprocess p() -> () { todo }\n";
    let found = errors(text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        found[0].span().start as usize,
        text.find("{\n    a").unwrap()
    );
    assert!(matches!(
        found[0],
        ParseError::Unclosed {
            mark: '{',
            next: Some(_),
            ..
        }
    ));
}

#[test]
fn unterminated_texts_point_at_their_opening() {
    let at = |text: &str, mark: &str| {
        let found = errors(text);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(
            found[0].span().start as usize,
            text.find(mark).unwrap(),
            "{found:?}"
        );
        found.into_iter().next().unwrap()
    };
    assert!(matches!(
        at("param a: File = \"data\nparam b: Int", "\"d"),
        ParseError::UnterminatedString { .. }
    ));
    assert!(matches!(
        at("param a: File = \"{x\"\n", "{x"),
        ParseError::UnclosedHole { .. }
    ));
    assert!(matches!(
        at("process p() -> () {\n script \"\"\"\n  a\n}\n", "\"\"\""),
        ParseError::UnterminatedScript { .. }
    ));
    assert!(matches!(
        at("workflow { a = f(x }", "(x"),
        ParseError::Mismatched { .. }
    ));
    assert!(matches!(
        at("workflow { a = f(x) ", "{"),
        ParseError::Unclosed { next: None, .. }
    ));
    assert!(matches!(
        at("param a: Int = 1)\n", ")"),
        ParseError::UnexpectedClose { .. }
    ));
}

#[test]
fn deep_nesting_is_an_error() {
    for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("\"{", "}\"")] {
        let text = format!(
            "param x: Int = {}1{}",
            open.repeat(10_000),
            close.repeat(10_000)
        );
        assert!(
            matches!(errors(&text)[..], [ParseError::TooDeep { .. }]),
            "{open}"
        );
    }
    let text = format!("param x: {}Int{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(matches!(errors(&text)[..], [ParseError::TooDeep { .. }]));
    let text = format!(
        "workflow {}{}",
        "{ if x ".repeat(10_000),
        "}".repeat(10_000)
    );
    assert!(matches!(errors(&text)[..], [ParseError::TooDeep { .. }]));
    assert!(matches!(
        errors(&"(".repeat(100_000))[..],
        [ParseError::TooDeep { .. }]
    ));
}

#[test]
fn nesting_up_to_the_limit_is_fine() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("f(", ")"),
        ("x[", "]"),
        ("\"{", "}\""),
    ] {
        let depth = if open.starts_with('"') { 50 } else { 100 };
        expr(&format!("{}1{}", open.repeat(depth), close.repeat(depth)));
    }
    let depth = 99;
    file(&format!(
        "workflow {{ {}{} }}",
        "if x { ".repeat(depth),
        "}".repeat(depth)
    ));
}

#[test]
fn long_chains_are_an_error() {
    for text in [
        format!("param x: Int = 1{}", " + 1".repeat(10_000)),
        format!("param x: Int = {}1", "-".repeat(10_000)),
        format!("param x: Int = a{}", ".b".repeat(10_000)),
        format!("param x: Int = a{}", "[0]".repeat(10_000)),
        format!("param x: Int = a{}", " where b".repeat(10_000)),
        format!(
            "workflow {{ if x {{ }} {} }}",
            "else if x { }".repeat(10_000)
        ),
    ] {
        let found = errors(&text);
        assert!(matches!(
            found[0],
            ParseError::TooLong { .. } | ParseError::TooDeep { .. }
        ));
        assert_eq!(found.len(), 1);
    }
}

#[test]
fn a_long_line_is_read() {
    let million = 1 << 17;
    file(&format!("param x: String = \"{}\"", "a{{".repeat(million)));
    file(&format!("// {}", "a".repeat(10 * million)));
    file(&format!(
        "process p() -> () {{ script \"\"\"{}\"\"\" }}",
        "echo \"\" ".repeat(million)
    ));
    file(&format!(
        "param x: [Int] = [{}]",
        "123456789, ".repeat(million / 4)
    ));
}
