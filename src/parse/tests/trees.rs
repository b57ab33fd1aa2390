//! What exactly is read, where the shape is easily got wrong.

use super::{expr, file, process, workflow};
use crate::ast::*;

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
        script("script \"\"\"\n  echo // no comment '{ ('\n\"\"\""),
        "echo // no comment '{ ('\n"
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
