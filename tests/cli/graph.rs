//! `flowc graph`: each picture against the file that is beside this one, written anew by `FLOWC_EXPECT=1`.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::annz;
use crate::support::{self, Ended};

const FORMATS: [(&str, &str); 4] = [
    ("mermaid", "mmd"),
    ("dot", "dot"),
    ("svg", "svg"),
    ("drawio", "drawio"),
];

fn graph(program: &Path, more: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowc"));
    Ended::of(command.arg("graph").arg(program).args(more))
}

/// In all formats, as they stand beside this file.
fn compare(program: &Path, name: &str, more: &[&str]) {
    for (format, ending) in FORMATS {
        let drawn = graph(program, &[&["--format", format], more].concat()).fine();
        let expected = support::root(&format!("tests/cli/graph/{name}.{ending}"));
        if std::env::var_os("FLOWC_EXPECT").is_some() {
            fs::write(&expected, &drawn).unwrap();
        }
        let expected = support::read(&expected);
        assert!(drawn == expected, "{name}.{ending}: {drawn}");
    }
}

#[test]
fn calls_are_drawn_in_four_formats() {
    let annz = support::root("examples/annz/annz.flow");
    compare(&annz, "annz", &[]);
    compare(&support::root("tests/cli/graph/many.flow"), "many", &[]);
}

#[test]
fn jobs_are_drawn_in_four_formats() {
    let chain = support::root("tests/cases/fuse_a_chain.flow");
    compare(&chain, "jobs", &["--jobs"]);
}

#[test]
fn every_pattern_is_drawn() {
    let mut programs = support::files("tests/cases/patterns", "flow");
    // The others are imported.
    programs.retain(|it| it.parent().unwrap().file_name() == it.file_stem());
    for program in programs.iter().chain(&support::files("examples", "flow")) {
        let text = support::read(program);
        let folder = program.parent().unwrap();
        let options = support::heads(&text).filter_map(|(key, value)| match key {
            "set" => Some(["--set".to_owned(), value.to_owned()]),
            "params" => Some([
                "--params".to_owned(),
                folder.join(value).display().to_string(),
            ]),
            _ => None,
        });
        let options: Vec<_> = options.flatten().collect();
        let options: Vec<_> = options.iter().map(String::as_str).collect();
        for what in [&["--format", "svg"][..], &["--format", "svg", "--jobs"]] {
            let drawn = graph(program, &[what, &options].concat());
            assert_eq!(drawn.status, 0, "{}: {}", program.display(), drawn.stderr);
            assert!(
                drawn.stdout.contains("<g class=\"step"),
                "{}",
                program.display()
            );
        }
    }
}

#[test]
fn more_arrows_than_mermaid_draws_are_told() {
    let folder = annz();
    let readers = |n: usize| format!("process p{n}(x: File) -> (y: File) {{ todo }}\n");
    let calls = |n: usize| format!("  c{n} = p{n}(x: a.y)\n  publish c{n}.y as \"{n}\"\n");
    let processes: String = (0..260).map(readers).collect();
    let calls: String = (0..260).map(calls).collect();
    let program = format!(
        "process first() -> (y: File) {{ todo }}\n{processes}workflow {{\n  a = first()\n{calls}}}\n"
    );
    folder.write("wide.flow", program);
    let ended = folder.flowc(&["graph", "wide.flow"]);
    assert_eq!(ended.status, 0);
    assert!(
        ended.stderr.starts_with("note: 520 arrows"),
        "{}",
        ended.stderr
    );
    assert_eq!(
        folder
            .flowc(&["graph", "wide.flow", "--format", "dot"])
            .stderr,
        ""
    );
}

#[test]
fn the_picture_of_the_readme_is_that_of_the_example() {
    let readme = support::read(&support::root("README.md"));
    let (_, behind) = readme.split_once("```mermaid\n").unwrap();
    let (shown, _) = behind.split_once("```").unwrap();
    assert_eq!(
        shown,
        support::read(&support::root("tests/cli/graph/annz.mmd"))
    );
}

#[test]
fn the_ending_of_the_file_says_the_format() {
    let folder = annz();
    for (name, start) in [
        ("a.svg", "<svg "),
        ("a.mmd", "flowchart "),
        ("a.mermaid", "flowchart "),
        ("a.gv", "digraph "),
        ("a.DOT", "digraph "),
        ("a.drawio", "<mxfile "),
    ] {
        let ended = folder.flowc(&["graph", "annz.flow", "-o", name]);
        assert_eq!(
            (ended.status, ended.stdout.as_str()),
            (0, ""),
            "{}",
            ended.stderr
        );
        let drawn = folder.read(name);
        assert!(drawn.starts_with(start), "{name}: {drawn}");
    }
    for name in ["a.png", "a", ".svg"] {
        let ended = folder.flowc(&["graph", "annz.flow", "-o", name]);
        assert_eq!(ended.status, 2);
        assert_eq!(
            ended.stderr,
            format!(
                "error: `{name}` does not say in which format to draw\n  \
                 help: let it end with .svg, .mmd, .dot, .gv or .drawio, or say it: `--format svg`\n"
            )
        );
        assert!(!folder.path(name).exists());
    }
    let said = ["graph", "annz.flow", "-o", "a.txt", "--format", "dot"];
    assert_eq!(folder.flowc(&said).status, 0);
    assert!(folder.read("a.txt").starts_with("digraph "));
}

#[test]
fn values_of_params_are_drawn() {
    let folder = annz();
    let ended = folder.flowc(&["graph", "annz.flow", "--set", "seeds=0..7"]);
    ended.shows("seed: 7<br/>7 shards");
    let site = folder.path("tiny.toml");
    fs::write(site, "name = \"tiny\"\nsubmit_limit = 51\n").unwrap();
    let ended = folder.flowc(&["graph", "annz.flow", "--jobs", "--site", "tiny.toml"]);
    ended.shows("50 tasks × 2 shards");
}

#[test]
fn a_wrong_program_is_not_drawn() {
    let folder = annz();
    for (program, code) in [
        ("workflow {}\n", "flow::resolve::nothing_called"),
        ("workflow { x = nothing() }\n", "flow::resolve::"),
    ] {
        folder.write("bad.flow", program);
        let ended = folder.flowc(&["graph", "bad.flow", "-o", "bad.svg"]);
        assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
        assert!(ended.stderr.contains(code), "{}", ended.stderr);
        assert!(!folder.path("bad.svg").exists());
    }
}

/// Calls in branches that are not taken are no calls.
#[test]
fn a_workflow_without_calls_is_an_empty_picture() {
    let folder = annz();
    let program = "param wanted: Bool = false\n\
        process a() -> (out: File) { todo }\n\
        workflow { if wanted { x = a() publish x.out } }\n";
    folder.write("none.flow", program);
    let drawn = |format| {
        folder
            .flowc(&["graph", "none.flow", "--format", format])
            .stdout
    };
    assert_eq!(drawn("mermaid"), "flowchart TB\n");
    assert!(drawn("dot").ends_with("}\n"));
    assert!(drawn("svg").contains("viewBox=\"0 0 16 16\""));
    assert!(drawn("drawio").ends_with("</mxfile>\n"));
}

#[test]
fn odd_names_are_text_in_each_format() {
    let folder = annz();
    let program = r##"
process end(x: File) -> (graph: File = "a\"b#c&d<e>`f.txt") { todo }
workflow subgraph(f: File) -> (r: File = e.graph) { e = end(x: f) }
workflow {
  for click in ["a", "x\"y"] {
    a = subgraph(f: "in/{click}/_1_ <b>#quot; %% {{x}}.txt")
    publish a.r as "1. {click}; *bold* \\N 日本"
  }
}
"##;
    folder.write("odd.flow", program);
    let drawn = |format| {
        folder
            .flowc(&["graph", "odd.flow", "--format", format])
            .stdout
    };
    insta::assert_snapshot!(drawn("mermaid"), @r##"
    flowchart TB
      subgraph c0["a: subgraph"]
        n0(["in/{click}/#95;1#95; #60;b#62;#35;quot#59; #37;#37; {x}.txt"]):::files
        n1["end<br/>click: 2<br/>2 shards<br/>todo"]
        n2(["1#46; {click}#59; #42;bold#42; #92;N 日本"]):::files
      end
      n0 -->|"x"| n1
      n1 --> n2
      classDef files fill:none,stroke:#8b949e
    "##);
    insta::assert_snapshot!(drawn("dot"), @r##"
    digraph "odd" {
      node [shape=box, style="rounded,filled", fillcolor="#eef3fa", color="#4878a8", fontname="sans-serif", fontsize=11]
      edge [color="#6e7781", fontcolor="#57606a", fontname="sans-serif", fontsize=10]
      subgraph cluster_0 {
        label="a: subgraph"; color="#b6bcc4"; fontname="sans-serif"
        n0 [label="in/{click}/_1_ <b>#quot; %% {x}.txt", tooltip="read: in/{click}/_1_ <b>#quot; %% {x}.txt", style=rounded, color="#b6bcc4", fontcolor="#57606a"]
        n1 [label="end\nclick: 2\n2 shards\ntodo", tooltip="end"]
        n2 [label="1. {click}; *bold* \\N 日本", tooltip="published: 1. {click}; *bold* \\N 日本", style=rounded, color="#b6bcc4", fontcolor="#57606a"]
      }
      n0 -> n1 [label="x"]
      n1 -> n2
    }
    "##);
    for format in ["svg", "drawio"] {
        let text = drawn(format);
        let name = "in/{click}/_1_ &lt;b&gt;#quot; %% {x}.txt";
        assert!(text.contains(name), "{text}");
        assert!(!text.contains("<b>"), "{text}");
    }
}
