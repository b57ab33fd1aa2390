//! `flowc lsp`, as an editor uses it: messages to the binary, and what comes back.

mod editor;

use std::io::Write;

use serde_json::{Value, json};

use editor::{Editor, LIBRARY, place};

const PROGRAM: &str = r#"import "tools.flow" as tools

/// A 😀 of a name
record Row { key id: String, size: Int }

param rows: [Row] = [Row(id: "ä", size: 3)]

process show(name: String, models: [File]) -> (page: File) {
  script """
    page "😀 $name" "${models[@]}" > "$page"
  """
}

workflow {
  for row in rows {
    run = tools.train(seed: row.size)
  }
  page = show(name: "😀", models: run.model)
  publish page.page
}
"#;

#[test]
fn a_mistake_is_shown_and_gone_when_it_is_mended() {
    let wrong = PROGRAM.replace("\"😀\", models: run", "\"😀\", models: rum");
    let (mut editor, found) = Editor::open(&wrong);
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(
        place(&found[0]),
        (17, 34, 37, "flow::resolve::unknown_name")
    );
    insta::assert_snapshot!(found[0]["message"].as_str().unwrap(), @r"
    unknown name `rum`
    help: did you mean `run`?
    ");
    assert_eq!(editor.change(PROGRAM), json!([]));
    assert_eq!(editor.end(), 0);
}

#[test]
fn a_misspelt_name_or_unit_is_mended_by_a_click() {
    for (right, wrong, spelled) in [
        ("for row in rows", "for row in rowes", vec!["rows"]),
        ("  script", "  memory 4G\n  script", vec!["4GB"]),
        ("  script", "  time 1M\n  script", vec!["1m", "1MB"]),
        (
            "  script",
            "  uses \"tool.flow\"\n  script",
            vec!["\"tools.flow\""],
        ),
    ] {
        let (mut editor, found) = Editor::open(&PROGRAM.replace(right, wrong));
        let asked = json!({
            "textDocument": { "uri": editor.uri("main.flow") },
            "range": found[0]["range"],
            "context": { "diagnostics": found },
        });
        let answer = editor.request("textDocument/codeAction", asked);
        let actions = answer["result"].as_array().unwrap().iter();
        let actions: Vec<_> = actions
            .map(|it| {
                let edit = &it["edit"]["changes"][editor.uri("main.flow")][0];
                assert_eq!(edit["range"], found[0]["range"]);
                edit["newText"].as_str().unwrap()
            })
            .collect();
        assert_eq!(actions, spelled, "{found}");
    }
}

#[test]
fn warnings_and_related_places_are_told_apart() {
    let text = "param n: Int = 1\nparam n: Int = 2\nworkflow { }\n";
    let (_, found) = Editor::open(text);
    let twice = &found[0];
    assert_eq!(
        (&twice["severity"], &twice["source"]),
        (&json!(1), &json!("flowc"))
    );
    let related = &twice["relatedInformation"][0];
    assert_eq!(related["message"], "first declared here");
    assert_eq!(related["location"]["range"]["start"]["line"], 0);
    let unused = PROGRAM.replace("param rows", "param unused: Int = 3\nparam rows");
    let (_, found) = Editor::open(&unused);
    let severities: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["severity"])
        .collect();
    assert_eq!(severities, [2], "{found}");
}

#[test]
fn an_open_import_counts_before_the_file_and_has_diagnostics_of_its_own() {
    let (mut editor, found) = Editor::open(PROGRAM);
    assert_eq!(found, json!([]));
    editor.did_open("tools.flow", LIBRARY);
    assert_eq!(editor.diagnostics("tools.flow"), json!([]));
    editor.change_of(
        "tools.flow",
        &LIBRARY.replace("model: File", "weights: File"),
    );
    let found = editor.diagnostics("main.flow");
    assert_eq!(place(&found[0]).3, "flow::typecheck::unknown_output");
    let related = &found[0]["relatedInformation"][0]["location"];
    assert_eq!(related["uri"], editor.uri("tools.flow"));
    let found = editor.diagnostics("tools.flow");
    assert_eq!(place(&found[0]).3, "flow::typecheck::unused_output");
    editor.change_of("tools.flow", &LIBRARY.replace("4GB", "4G"));
    let found = editor.diagnostics("tools.flow");
    assert_eq!(place(&found[0]), (2, 9, 11, "flow::parse::number"));
    assert_eq!(
        found.as_array().unwrap().len(),
        1,
        "once, though two programs have it"
    );
    let document = json!({ "textDocument": { "uri": editor.uri("tools.flow") } });
    editor.notify("textDocument/didClose", document);
    assert_eq!(
        editor.diagnostics("tools.flow"),
        json!([]),
        "the file is right"
    );
}

#[test]
fn a_name_says_what_it_is() {
    let (mut editor, _) = Editor::open(PROGRAM);
    insta::assert_snapshot!(editor.hover("ro", "ws {"), @r#"
    ```flow
    param rows: [Row] = [Row(id: "ä", size: 3)]
    ```
    "#);
    insta::assert_snapshot!(editor.hover("[Ro", "w]"), @r"
    ```flow
    record Row { key id: String, size: Int }
    ```

    A 😀 of a name
    ");
    insta::assert_snapshot!(editor.hover("models: run", ".model"), @r#"
    ```flow
    run = tools.train(seed: row.size)
    ```

    ```flow
    process train(seed: Int, rate: Float = 0.1) -> (model: File = "model.pkl")
    ```

    one for each `row in rows`; outside of the loop it is the list over it
    "#);
    insta::assert_snapshot!(editor.hover("tools.tr", "ain("), @r#"
    ```flow
    process train(seed: Int, rate: Float = 0.1) -> (model: File = "model.pkl")
    ```

    Trains one model

    in `tools.flow`
    "#);
    assert!(
        editor
            .hover("\"😀 $na", "me")
            .contains("(input) name: String")
    );
    assert!(editor.hover("row.si", "ze").contains("(field) size: Int"));
    assert_eq!(
        editor.hover("  scri", "pt \"\"\""),
        "what runs: bash, or another interpreter by its name; inputs and outputs are variables"
    );
    assert_eq!(editor.hover("publi", "sh"), "");
}

#[test]
fn a_name_leads_to_its_declaration_also_in_another_file() {
    let (mut editor, _) = Editor::open(PROGRAM);
    let mut at = |before, behind| editor.places("definition", before, behind);
    assert_eq!(at("tools.tr", "ain("), ["tools.flow:2:9"]);
    assert_eq!(at("(se", "ed: row"), ["tools.flow:2:15"]);
    assert_eq!(at("run.mo", "del"), ["tools.flow:2:49"]);
    assert_eq!(at("\"tools", ".flow\""), ["tools.flow:1:1"]);
    assert_eq!(at("seed: ro", "w.size"), ["main.flow:15:7"]);
    assert_eq!(at("row.si", "ze"), ["main.flow:4:30"]);
    assert_eq!(at("name: \"😀\", mod", "els: run"), ["main.flow:8:28"]);
    assert_eq!(at("work", "flow {"), [""; 0]);
}

#[test]
fn all_uses_of_a_name_are_found() {
    let (mut editor, _) = Editor::open(PROGRAM);
    let places = editor.places("references", "  for ro", "w in");
    assert_eq!(places, ["main.flow:15:7", "main.flow:16:29"]);
    let places = editor.places("references", "run.mo", "del");
    assert_eq!(
        places,
        ["main.flow:18:39", "tools.flow:2:49", "tools.flow:5:49"]
    );
}

#[test]
fn a_name_of_branches_and_rounds_has_several_places() {
    let text = r#"record Row { key id: String, size: Int }
param rows: [Row] = [Row(id: "a", size: 1)]
param quick: Bool = true
process grow(row: Row, x: Int) -> (y: Int) { script """echo "$row_id $x" > "$y" """ }
workflow {
  large = rows where it.size > 0
  for row in large {
    if quick { first = grow(row, x: 1) } else { first = grow(row, x: 2) }
    last = grow(row, x: first.y)
    repeat 3 { last = grow(row, x: last.y) }
    publish last.y as "{row.id}"
  }
}
"#;
    let (mut editor, found) = Editor::open(text);
    assert_eq!(found, json!([]));
    let mut at = |before, behind| editor.places("definition", before, behind);
    assert_eq!(at("x: fi", "rst.y"), ["main.flow:8:16", "main.flow:8:49"]);
    assert_eq!(
        at("publish la", "st.y"),
        ["main.flow:9:5", "main.flow:10:16"]
    );
    assert_eq!(at("it.si", "ze"), ["main.flow:1:30"]);
    assert_eq!(at("\"$row", "_id"), ["main.flow:1:18"]);
    let uses = editor.places("references", "first", ".y");
    assert_eq!(uses, ["main.flow:8:16", "main.flow:8:49", "main.flow:9:25"]);
    let found = editor.completion("where it.", "size");
    assert_eq!(found, ["id", "size"]);
    let found = editor.completion("where ", "it.size");
    assert!(found.contains(&"it".to_owned()));
    let twice = found.iter().filter(|it| *it == "first").count();
    assert_eq!(twice, 1, "{found:?}");
}

#[test]
fn a_program_is_laid_out() {
    let (mut editor, _) = Editor::open(
        &PROGRAM
            .replace("    run = ", "  run=")
            .replace('\n', "\r\n"),
    );
    let params = json!({
        "textDocument": { "uri": editor.uri("main.flow") },
        "options": { "tabSize": 4, "insertSpaces": true },
    });
    let answer = editor.request("textDocument/formatting", params.clone());
    assert_eq!(answer["result"][0]["newText"], PROGRAM);
    let end = json!({ "line": PROGRAM.matches('\n').count(), "character": 0 });
    assert_eq!(answer["result"][0]["range"]["end"], end);
    editor.change("workflow {");
    let answer = editor.request("textDocument/formatting", params);
    assert_eq!(answer["result"], Value::Null);
}

#[test]
fn what_fits_is_offered() {
    let (mut editor, _) = Editor::open(PROGRAM);
    let write = |editor: &mut Editor, from: &str, to: &str| {
        let text = PROGRAM.replace(from, to);
        text.clone_into(&mut editor.text);
        editor.change_of("main.flow", &text);
    };
    assert_eq!(editor.completion("run.", "model"), ["model"]);
    assert_eq!(editor.completion("row.", "size"), ["id", "size"]);
    assert_eq!(editor.completion("tools.", "train"), ["train"]);
    write(&mut editor, "  publish page.page", "  pu");
    let found = editor.completion("  pu", "\n");
    for word in [
        "publish",
        "for",
        "page",
        "run",
        "rows",
        "show",
        "tools.train",
        "csv",
    ] {
        assert!(found.iter().any(|it| it == word), "{word}: {found:?}");
    }
    assert!(
        !found.iter().any(|it| it == "row"),
        "outside of the loop: {found:?}"
    );
    write(&mut editor, "  script", "  me\n  script");
    let found = editor.completion("  me", "\n");
    assert!(found.iter().any(|it| it == "memory") && !found.iter().any(|it| it == "show"));
    write(
        &mut editor,
        "show(name: \"😀\", models: run.model)",
        "show(name: \"😀\", )",
    );
    let found = editor.completion("\"😀\", ", ")\n");
    assert_eq!(found[0], "models:");
    write(&mut editor, "page \"😀 $name\"", "page \"😀 $\"");
    assert_eq!(
        editor.completion("\"😀 $", "\""),
        ["name", "models", "page"]
    );
    write(&mut editor, "models: [File]", "models: [F]");
    assert!(editor.completion("[F", "]").contains(&"Row".to_owned()));
    write(&mut editor, "models: run.model)", "models: run.");
    assert_eq!(
        editor.completion("models: run.", "\n"),
        ["model"],
        "though nothing is closed"
    );
    write(&mut editor, "publish page.page", "// pu");
    assert_eq!(editor.completion("// pu", "\n"), [""; 0]);
}

#[test]
fn a_file_has_an_outline_also_where_a_part_of_it_is_wrong() {
    let (mut editor, _) = Editor::open(&PROGRAM.replace("param rows:", "param rows"));
    let params = json!({ "textDocument": { "uri": editor.uri("main.flow") } });
    let answer = editor.request("textDocument/documentSymbol", params);
    let name = |it: &Value| it["name"].as_str().unwrap().to_owned();
    let symbols = answer["result"].as_array().unwrap().iter();
    let symbols: Vec<_> = symbols
        .map(|it| {
            let children = it["children"].as_array().unwrap().iter();
            let children: Vec<_> = children.map(name).collect();
            format!("{}: {}", name(it), children.join(" "))
        })
        .collect();
    assert_eq!(
        symbols,
        [
            "Row: id size",
            "show: name models page",
            "workflow: row run page"
        ]
    );
}

#[test]
fn what_is_no_right_message_is_answered_with_an_error() {
    let mut editor = Editor::start();
    let code = |answer: &Value| answer["error"]["code"].as_i64().unwrap();
    let early = editor.request("textDocument/hover", json!({}));
    assert_eq!(code(&early), -32002);
    editor.request("initialize", json!({ "capabilities": {} }));
    assert_eq!(
        code(&editor.request("textDocument/hover", json!({}))),
        -32602
    );
    assert_eq!(code(&editor.request("flow/unheardOf", json!({}))), -32601);
    editor.notify("flow/unheardOf", json!({}));
    editor.notify("textDocument/didChange", json!([1, 2]));
    editor
        .input
        .write_all(b"Content-Length: 7\r\n\r\n{broken")
        .unwrap();
    let answer = editor.read_text();
    assert!(
        answer.contains("\"id\":null") && answer.contains("-32700"),
        "{answer}"
    );
    let place = json!({
        "textDocument": { "uri": "file:///nowhere.flow" },
        "position": { "line": 7, "character": 7 },
    });
    let answer = editor.request("textDocument/hover", place);
    assert_eq!(answer["result"], Value::Null);
    assert_eq!(editor.end(), 0);
}

#[test]
fn an_end_that_was_not_announced_is_a_failure() {
    let (mut editor, _) = Editor::open(PROGRAM);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.child.wait().unwrap().code(), Some(1));
    let (mut editor, _) = Editor::open(PROGRAM);
    drop(editor.input);
    assert_eq!(editor.child.wait().unwrap().code(), Some(1));
}
