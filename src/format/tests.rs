#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::format;
use crate::ast::File;
use crate::parse::parse;
use crate::source::{Source, SourceId};

fn read(text: &str) -> File {
    let source = Source {
        name: "main.flow".to_owned(),
        text: text.to_owned(),
    };
    parse(&source, SourceId(0)).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
}

/// Formats, and checks that this changes nothing but the layout and that doing it again nothing.
fn formatted(text: &str) -> String {
    let program = read(text);
    let once = format(&program, text);
    let again = read(&once);
    assert_eq!(format(&again, &once), once, "not idempotent");
    assert!(bare(&again) == bare(&program), "changed:\n{once}");
    once
}

/// The tree without places and comments.
fn bare(program: &File) -> String {
    let tree = format!("{program:?}").replace("trailing: [", "comments: [");
    let mut text = String::new();
    let mut rest = tree.as_str();
    while let Some((before, behind)) = rest.split_once("comments: [") {
        text.push_str(before);
        rest = after_list(behind);
    }
    text.push_str(rest);
    let is_place = |word: &str| {
        word.split_once("..")
            .is_some_and(|(start, _)| start.parse::<u32>().is_ok())
    };
    text.split([' ', ',', '(', ')'])
        .filter(|word| !is_place(word))
        .collect()
}

fn after_list(text: &str) -> &str {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        depth += i32::from(c == '[') - i32::from(c == ']');
        if depth == 0 {
            return &text[at..];
        }
    }
    text
}

#[test]
fn the_example_of_the_design_is_in_form() {
    let text = include_str!("../parse/tests/annz.flow");
    assert_eq!(formatted(text), text);
}

#[test]
fn spaces_and_columns_are_set() {
    let text = "param  n:Int=3\nparam m : [ Int ]=[1,2 , 3,]\ncontainer a=\"a.sif\"\ncontainer bcd = \"b.sif\"\nworkflow{\na=f( x,y : 1 )   after b,c\nlonger=g(a.out [k].v, (1+2)*3)\nnotify(a)\nfor x,y in zip( xs,ys ) where x>1{ b=h(x) }\n}";
    let expected = "\
param n: Int = 3
param m: [Int] = [1, 2, 3]
container a   = \"a.sif\"
container bcd = \"b.sif\"

workflow {
  a      = f(x, y: 1) after b, c
  longer = g(a.out[k].v, (1 + 2) * 3)
  notify(a)
  for x, y in zip(xs, ys) where x > 1 {
    b = h(x)
  }
}
";
    assert_eq!(formatted(text), expected);
}

#[test]
fn every_clause_is_written() {
    let text = "process p(x: Int) -> (y: File = \"y\" expect 3 temp, z: Int = stdout) {
  stdin x success 0, 1 uses \"a\", \"b\" container c module \"gcc\" env A = x + 1
  conda \"e\" bind \"/d\" cost 2m + 3s * x time 1h30m slurm \"--raw\"
  retry 2 on memory with memory * 2, partition \"long\" on failure ignore up to 5%
  split x by lines in 10 merge y by concat associative by 16 checkpoint \"d/\" again 99 up to 5
  pack 10 never pack never fuse at most 50 at once was \"old\" service db
  script python \"\"\"\"
      a = \"\"\"b\"\"\"

        c
  \"\"\"\"
  todo
}";
    let expected = "\
process p(x: Int) -> (y: File = \"y\" expect 3 temp, z: Int = stdout) {
  stdin     x
  success   0, 1
  uses      \"a\", \"b\"
  container c
  module    \"gcc\"
  env       A = x + 1
  conda     \"e\"
  bind      \"/d\"
  cost      2m + 3s * x
  time      1h30m
  slurm     \"--raw\"
  retry     2 on memory with memory * 2, partition \"long\"
  on failure ignore up to 5%
  split x by lines in 10
  merge y by concat
  associative by 16
  checkpoint \"d/\"
  again 99 up to 5
  pack 10
  never pack
  never fuse
  at most 50 at once
  was     \"old\"
  service db
  script python \"\"\"\"
    a = \"\"\"b\"\"\"

      c
  \"\"\"\"
  todo
}
";
    assert_eq!(formatted(text), expected);
}

#[test]
fn comments_stay_where_they_are() {
    let text = "\
// the file

/// trains
process p(
  // about a
  a: Int,  // first
  b: Int,
) -> (c: File) {  // body
  // cost
  cost   1m    // a guess
  memory 40GB  // measured

  // the end
}  // behind

workflow {
  // nothing yet
}

record Row {
  key id: Int,  // known by it
  // last
}
// trailing
";
    assert_eq!(formatted(text), text);
}

#[test]
fn branches_and_rounds_are_written() {
    let text = "\
workflow {  // start
  if a.b > 1 && !(c || d) {
    x = f(a)
  } else if c {
    x = g(a)
  } else {
    // neither
    if d {
      x = h(a)
    }
  }
  repeat 10 as i {
    x = f(x)
  } until x.done

  ys = (zs where it > 3)[k: 1]  // picked
  publish ys as \"{name(x)}/{1,2}{{}}.txt\"
}

workflow w(a: Int = 3) -> (b: File = x.y, c: Int) {
}
";
    assert_eq!(formatted(text), text);
}

#[test]
fn what_is_too_long_is_broken() {
    let name = "a_rather_long_name_for_a_value";
    let text = format!(
        "workflow {{\n  x = call({name}: {name}, {name}: {name}, third: inner({name}, {name}, {name}))\n}}\nparam ns: [Int] = [{}]\nprocess p({name}_1: [File], {name}_2: [File], {name}_3: File) -> (c: File) {{ todo }}",
        "123456, ".repeat(20)
    );
    let text = formatted(&text);
    assert!(text.lines().all(|line| line.len() <= 100), "{text}");
    assert!(text.contains("  x = call(\n    a_rather"), "{text}");
    assert!(text.contains(") -> (c: File) {\n"), "{text}");
}

#[test]
fn blank_lines_are_one_at_most() {
    let text = "\n\n\nparam a: Int\n\n\n\nparam b: Int\nworkflow {\n\n\n  x = f()\n\n\n\n  y = g()\n\n\n}\n\n\n";
    let expected = "param a: Int\n\nparam b: Int\n\nworkflow {\n  x = f()\n\n  y = g()\n}\n";
    assert_eq!(formatted(text), expected);
    assert_eq!(formatted(""), "");
}

#[test]
fn comments_within_a_line_are_kept() {
    let text = "workflow {\n  x = f(\n    a, // one\n    // two\n    b,\n  )\n}\n";
    let text = formatted(text);
    assert_eq!(text, "workflow {\n  // two\n  x = f(a, b)  // one\n}\n");
}

/// A comment at any place where one may stand is written once, and stays where it then is.
#[test]
fn a_comment_anywhere_is_kept() {
    let text = "\
param xs: [Int] = [1, (2), 3]
record Row { key id: Int, name: String }
process p(a: Int = 1, b: [File]?) -> (c: File = \"c\" temp, d: Int = stdout) {
  uses \"a\", \"b\" retry 2 with memory * 2, time * 2
  script \"\"\"
    echo
  \"\"\"
}
workflow w(a: Int) -> (b: File = x.c) {
  for x, y in zip(xs, ys) where x > 1 { z = f(a: x, b: [y, g(1)])[k: 2].c after u, v }
  if a { notify(b) } else if !b { } else { publish z as \"{z}.txt\" }
  repeat 3 as i { m = f(-m) } until m.done ?? 0..n step 2 == 1
}
";
    let plain = bare(&read(text));
    let script = text.find("\"\"\"").unwrap()..text.rfind("\"\"\"").unwrap() + 3;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_between =
        |at: usize| !(text[..at].ends_with(is_word) && text[at..].starts_with(is_word));
    for at in (0..=text.len())
        .filter(|at| is_between(*at) && !(script.start + 1..script.end).contains(at))
    {
        for comment in [" // note\n", "\n// note\n"] {
            let commented = format!("{}{comment}{}", &text[..at], &text[at..]);
            let source = Source {
                name: String::new(),
                text: commented.clone(),
            };
            let Ok(program) = parse(&source, SourceId(0)) else {
                continue;
            };
            if bare(&program) == plain {
                let once = formatted(&commented);
                assert_eq!(
                    once.matches("// note").count(),
                    1,
                    "{commented}\n---\n{once}"
                );
            }
        }
    }
}

#[test]
fn the_longer_side_of_a_signature_is_broken_first() {
    let outputs = (1..=6).map(|n| format!("number{n}: File = \"{n}.csv\""));
    let outputs: Vec<_> = outputs.collect();
    let text = format!(
        "process many(seed: Int) -> ({}) {{ todo }}",
        outputs.join(", ")
    );
    let broken = formatted(&text);
    assert!(
        broken.starts_with("process many(seed: Int) -> (\n  number1: File = \"1.csv\",\n"),
        "{broken}"
    );
}
