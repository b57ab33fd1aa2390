//! Random inputs for what reads files that others may have written: the parser and the passes behind it, settings, the
//! manifest of an earlier compile, and the journals. None panics, none takes longer than in proportion to its size.
//!
//! `FLOWC_FUZZ=10000000` makes that many inputs of each kind (lines, of the journals; a thousandth, of what is tried on a
//! disk); without it a few thousand.

use std::time::{Duration, Instant};

use flowc::diagnostics::Warnings;
use flowc::disk::Disk;
use flowc::pipeline::{self, Input};
use flowc::settings::Settings;
use flowc::source::{Source, SourceId, Sources};
use flowc::{format, parse};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestError, TestRunner};

use crate::support;

mod journals;
mod manifest;

/// Words and signs of the language, and what does not belong into it.
const PIECES: [&str; 64] = [
    "process",
    "workflow",
    "param",
    "record",
    "import",
    "container",
    "for",
    "in",
    "if",
    "else",
    "where",
    "repeat",
    "until",
    "publish",
    "as",
    "after",
    "on failure",
    "ignore",
    "env",
    "secret",
    "retry",
    "with",
    "cost",
    "time",
    "memory",
    "pack",
    "never",
    "fuse",
    "at most",
    "once",
    "script",
    "\"\"\"",
    "\"\"\"\"",
    "\"",
    "'",
    "{",
    "}",
    "{{",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "->",
    "=",
    "==",
    "..",
    "..=",
    "??",
    "?",
    "&&",
    "!",
    "-",
    "1",
    "0",
    "99999999999999999999",
    "1.5",
    "36h",
    "4GB",
    "5%",
    "//",
    "///",
    "é\u{202e}\0",
];

/// A change to a text: where, how many characters go, and what comes there.
type Edit = (Index, usize, Put);

#[derive(Debug, Clone)]
enum Put {
    Text(String),
    /// A piece of the text itself, that many characters from there.
    Copy(Index, usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let put = prop_oneof![
        4 => select(PIECES.to_vec()).prop_map(|piece| Put::Text(format!(" {piece} "))),
        2 => select(PIECES.to_vec()).prop_map(|piece| Put::Text(piece.to_owned())),
        2 => (any::<Index>(), 0..80_usize).prop_map(|(at, len)| Put::Copy(at, len)),
        1 => "\\PC{0,8}".prop_map(Put::Text),
        1 => Just(Put::Text(String::new())),
    ];
    vec((any::<Index>(), 0..30_usize, put), 1..6)
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (at, gone, put) in edits {
        let put: Vec<char> = match put {
            Put::Text(text) => text.chars().collect(),
            Put::Copy(from, len) => {
                let from = from.index(letters.len() + 1);
                letters[from..letters.len().min(from + len)].to_vec()
            }
        };
        let at = at.index(letters.len() + 1);
        let end = letters.len().min(at + gone);
        letters.splice(at..end, put);
    }
    letters.into_iter().collect()
}

/// How often a test is run: `usually`, or as often as makes the inputs that are asked for, of which a run has `inputs`.
#[derive(Clone, Copy)]
struct Runs {
    usually: u32,
    inputs: u32,
}

impl Runs {
    fn count(self) -> u32 {
        let asked = std::env::var("FLOWC_FUZZ").ok();
        asked.map_or(self.usually, |count| {
            count.parse::<u32>().unwrap().div_ceil(self.inputs)
        })
    }
}

fn usually(usually: u32) -> Runs {
    Runs { usually, inputs: 1 }
}

/// Tries inputs; one that fails is made small, and shown.
fn fuzz<T: std::fmt::Debug>(
    runs: Runs,
    strategy: impl Strategy<Value = T>,
    test: impl Fn(T) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases: runs.count(),
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    match TestRunner::new(config).run(&strategy, test) {
        Ok(()) => {}
        Err(TestError::Fail(why, input)) => panic!("{why}\n{input:#?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// The programs of `tests/cases`.
fn programs() -> Vec<String> {
    let files = support::files("tests/cases", "flow");
    files.iter().map(|path| support::read(path)).collect()
}

/// Through all passes up to the dataflow, as `flowc check` does it.
fn check(text: &str) -> bool {
    let mut sources = Sources::default();
    sources.add(Source {
        name: "x.flow".to_owned(),
        text: text.to_owned(),
    });
    let disk = Disk::new(support::root("tests/cases"));
    let input = Input {
        name: "x",
        files: &disk,
        settings: &Settings::default(),
    };
    pipeline::check(input, &mut sources, &mut Warnings::default()).is_ok()
}

#[test]
fn programs_with_slips_do_not_panic() {
    let programs = programs();
    let strategy = (any::<Index>(), edits());
    fuzz(usually(1500), strategy, |(at, edits)| {
        check(&edited(&programs[at.index(programs.len())], &edits));
        Ok(())
    });
}

#[test]
fn texts_of_pieces_do_not_panic() {
    let pieces = vec((select(PIECES.to_vec()), "[ \n]?"), 0..60);
    fuzz(usually(3000), pieces, |pieces| {
        let text: String = pieces
            .iter()
            .map(|(piece, space)| format!("{piece}{space}"))
            .collect();
        check(&text);
        // An expression alone, as behind `--set`.
        parse::expression(&text, SourceId::default()).ok();
        Ok(())
    });
}

/// What is laid out is laid out, and means what it meant.
#[test]
fn formatting_twice_is_formatting_once() {
    let programs = programs();
    fuzz(usually(300), (any::<Index>(), edits()), |(at, edits)| {
        let text = edited(&programs[at.index(programs.len())], &edits);
        let Some(once) = formatted(&text) else {
            return Ok(());
        };
        prop_assert_eq!(formatted(&once), Some(once));
        Ok(())
    });
}

fn formatted(text: &str) -> Option<String> {
    let source = Source {
        name: "x.flow".to_owned(),
        text: text.to_owned(),
    };
    let file = parse::parse(&source, SourceId::default()).ok()?;
    Some(format::format(&file, text))
}

#[test]
fn settings_do_not_panic() {
    let program = "param n: Int = 1\nparam xs: [Int] = [1]\nparam f: File = \"x\"\n\
                   param s: String = \"a\"\nprocess p(n: Int, s: String) -> (o: File = \"o\") \
                   { script \"\"\"echo $n $s\"\"\" }\nworkflow { for x in xs { a = p(n: x, s) } }\n";
    let name = select(vec!["n", "xs", "f", "s", "", "no"]);
    let sign = select(vec!["=", "", "=="]);
    let value = vec(select(PIECES.to_vec()), 0..6).prop_map(|pieces| pieces.concat());
    let json = prop_oneof![
        "\\PC{0,40}",
        Just("{\"n\": [[1]], \"s\": {}}".to_owned()),
        (any::<f64>(), "\\PC{0,9}").prop_map(|(n, s)| format!("{{\"n\": {n}, \"xs\": [{s}]}}")),
    ];
    fuzz(
        usually(1500),
        (name, sign, value, json),
        |(name, sign, value, json)| {
            let mut sources = Sources::default();
            sources.add(Source {
                name: "x.flow".to_owned(),
                text: program.to_owned(),
            });
            let mut settings = Settings::default();
            settings
                .set(&format!("{name}{sign}{value}"), &mut sources)
                .ok();
            settings.params("x.json", &json, &mut sources).ok();
            let disk = Disk::new(support::root("tests/cases"));
            let input = Input {
                name: "x",
                files: &disk,
                settings: &settings,
            };
            pipeline::check(input, &mut sources, &mut Warnings::default()).ok();
            Ok(())
        },
    );
}

// ---- in proportion --------------------------------------------------------------------------------------------------

/// Eight times the input takes less than 24 times as long (a square would be 64), in the best of some tries.
fn in_proportion(what: &str, mut run: impl FnMut(usize) -> Duration) {
    let mut ratio = f64::INFINITY;
    for _ in 0..8 {
        let (small, large) = (run(1), run(8));
        ratio = ratio.min(large.as_secs_f64() / small.as_secs_f64().max(1e-4));
        if ratio < 24.0 {
            return;
        }
    }
    panic!("{what}: eight times the input takes {ratio} times as long");
}

fn time(run: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    run();
    begin.elapsed()
}

/// A text of a size.
type Shape = fn(usize) -> String;

#[test]
fn programs_are_read_in_proportion_to_their_size() {
    let process = |n: usize| {
        format!(
            "process p{n}(x: Int) -> (o: File = \"o\") {{ cost 1s script \"\"\"echo $x >\"$o\"\"\"\" }}\n"
        )
    };
    let shapes: [(&str, Shape); 6] = [
        ("brackets", |n| {
            format!("param x: Int = {}1{}", "(".repeat(n), ")".repeat(n))
        }),
        ("open brackets", |n| {
            format!("param x: Int = {}", "[(".repeat(n))
        }),
        ("a sum", |n| format!("param x: Int = 1{}", " + 1".repeat(n))),
        ("a list", |n| {
            format!("param x: [Int] = [{}1]", "1, ".repeat(n))
        }),
        ("comments", |n| "// a\n/// b\n".repeat(n)),
        ("quotes", |n| {
            format!("param x: String = \"{}", "{{\"".repeat(n))
        }),
    ];
    for (what, shape) in shapes {
        in_proportion(what, |times| {
            let text = shape(100 * times);
            time(|| {
                check(&text);
            })
        });
    }
    in_proportion("processes", |times| {
        let mut text: String = (0..40 * times).map(process).collect();
        text += "workflow {\n";
        for n in 0..40 * times {
            text += &format!("a{n} = p{n}(x: {n})\n");
        }
        text += "}\n";
        time(|| assert!(check(&text)))
    });
}
