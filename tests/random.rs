//! Random well-typed workflows, run by bash and evaluated here: each shard holds what the rule of loops says.
//!
//! A case is some programs in one file, so that few processes run many of them. `FLOWC_RANDOM=5000` tries that many
//! programs, `FLOWC_SEED=N` the same ones again; a failure names its seed and the smallest programs that still fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};

use crate::main_job::project::tree;
use crate::support;

/// Programs in a file.
const TOGETHER: usize = 10;

/// Names of loops that a program may have.
const LOOPS: [&str; 3] = ["x", "y", "z"];

/// Collections of a program, and calls that read calls before them.
#[derive(Debug, Clone)]
struct Program {
    /// Items of each collection, each once; there may be none.
    collections: Vec<Vec<i64>>,
    /// What its `if`s ask for.
    flag: bool,
    calls: Vec<Call>,
}

#[derive(Debug, Clone)]
struct Call {
    /// The collections that it stands in, outermost first.
    loops: Vec<usize>,
    /// Earlier calls.
    reads: Vec<usize>,
    branch: Branch,
}

/// Whether a call stands under a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Branch {
    None,
    /// In both branches of an `if` on a param, with a process for each.
    Static,
    /// In both branches of an `if` that each shard decides, by what a call of its own says.
    Each,
    /// In the first branch of such an `if` alone.
    Only,
}

/// What each shard of a call holds, by the items of its loops.
type Shards = BTreeMap<Vec<i64>, String>;

fn program() -> impl Strategy<Value = Program> {
    let collection = proptest::sample::subsequence(vec![4, 7, 12, 31], 0..=3).prop_shuffle();
    let collections = proptest::collection::vec(collection, LOOPS.len());
    let loops = proptest::sample::subsequence(vec![0, 1, 2], 0..=2).prop_shuffle();
    let reads = proptest::collection::vec(any::<prop::sample::Index>(), 0..=2);
    let branch = prop_oneof![
        6 => Just(Branch::None),
        1 => Just(Branch::Static),
        2 => Just(Branch::Each),
        1 => Just(Branch::Only),
    ];
    let call = (loops, reads, branch);
    let calls = proptest::collection::vec(call, 1..=5);
    (collections, any::<bool>(), calls).prop_map(|(collections, flag, calls)| Program {
        collections,
        flag,
        calls: calls
            .into_iter()
            .enumerate()
            .map(|(at, (loops, reads, branch))| Call {
                loops,
                reads: match at {
                    0 => Vec::new(),
                    _ => reads.iter().map(|read| read.index(at)).collect(),
                },
                branch,
            })
            .collect(),
    })
}

impl Program {
    /// Its processes, and its part of the workflow; names begin with `p` and its number.
    fn write(&self, p: usize, processes: &mut String, workflow: &mut String) {
        for (number, items) in self.collections.iter().enumerate() {
            let items: Vec<_> = items.iter().map(i64::to_string).collect();
            let _ = writeln!(
                processes,
                "param p{p}_{}s: [Int] = [{}]",
                LOOPS[number],
                items.join(", ")
            );
        }
        let _ = writeln!(processes, "param p{p}_flag: Bool = {}", self.flag);
        for (number, call) in self.calls.iter().enumerate() {
            for letter in call.branch.letters().chars() {
                self.process((p, number, letter), call, processes);
            }
            if call.branch.is_each() {
                judge((p, number), call, processes);
            }
            for &axis in &call.loops {
                let name = LOOPS[axis];
                let _ = writeln!(workflow, "for {name} in p{p}_{name}s {{");
            }
            let bind = |letter| {
                format!(
                    "p{p}_c{number} = p{p}_{letter}{number}({})",
                    self.arguments(p, call)
                )
            };
            let items = call.loops.iter().map(|&axis| LOOPS[axis]);
            let items = items.collect::<Vec<_>>().join(", ");
            let judged = format!("p{p}_s{number} = p{p}_j{number}({items})");
            let asked = format!("{judged} if p{p}_s{number}.score > 0");
            let _ = match call.branch {
                Branch::Static => writeln!(
                    workflow,
                    "if p{p}_flag {{ {} }} else {{ {} }}",
                    bind('a'),
                    bind('b')
                ),
                Branch::Each => writeln!(
                    workflow,
                    "{asked} {{ {} }} else {{ {} }}",
                    bind('a'),
                    bind('b')
                ),
                Branch::Only => writeln!(workflow, "{asked} {{ {} }}", bind('a')),
                Branch::None => writeln!(workflow, "{}", bind('a')),
            };
            let _ = writeln!(workflow, "{}", "} ".repeat(call.loops.len()));
        }
    }

    fn process(&self, (p, number, letter): (usize, usize, char), call: &Call, into: &mut String) {
        let items = call
            .loops
            .iter()
            .map(|&axis| format!("{}: Int", LOOPS[axis]));
        let reads = call.reads.iter().enumerate().map(|(n, &read)| {
            match self.free(read, call).is_empty() {
                true => format!("r{n}: String"),
                false => format!("r{n}: [String]"),
            }
        });
        let inputs: Vec<_> = items.chain(reads).collect();
        let items = call
            .loops
            .iter()
            .map(|&axis| format!(" ${{{}}}", LOOPS[axis]));
        let reads = call.reads.iter().enumerate().map(|(n, &read)| {
            match self.free(read, call).is_empty() {
                true => format!(" ${{r{n}}}"),
                false => format!(" [${{r{n}[*]}}]"),
            }
        });
        let text: String = items.chain(reads).collect();
        let _ = writeln!(
            into,
            "process p{p}_{letter}{number}({}) -> (text: String) {{\n  script \"\"\"\n    printf '%s' \"({letter}{number}{text})\" > \"$text\"\n  \"\"\"\n}}",
            inputs.join(", ")
        );
    }

    fn arguments(&self, p: usize, call: &Call) -> String {
        let items = call.loops.iter().map(|&axis| LOOPS[axis].to_owned());
        let reads = call.reads.iter().enumerate();
        let reads = reads.map(|(n, read)| format!("r{n}: p{p}_c{read}.text"));
        items.chain(reads).collect::<Vec<_>>().join(", ")
    }

    /// Loops of a call that one which reads it does not stand in.
    fn free(&self, read: usize, reader: &Call) -> Vec<usize> {
        let loops = self.calls[read].loops.iter().copied();
        loops.filter(|axis| !reader.loops.contains(axis)).collect()
    }

    /// Which process makes a shard, if one does.
    fn letter(&self, number: usize, point: &[i64]) -> Option<char> {
        let other = |holds: bool| if holds { 'a' } else { 'b' };
        match self.calls[number].branch {
            Branch::None => Some('a'),
            Branch::Static => Some(other(self.flag)),
            Branch::Each => Some(other(score(number, point) > 0)),
            Branch::Only => (score(number, point) > 0).then_some('a'),
        }
    }

    /// The rule: inside the same loops it is one value, outside of some of them the list over those.
    /// What reads one that does not exist does not exist; a list holds what exists.
    fn evaluate(&self) -> Vec<Shards> {
        let mut all: Vec<Shards> = Vec::new();
        for (number, call) in self.calls.iter().enumerate() {
            let mut shards = Shards::new();
            'points: for point in self.points(&call.loops) {
                let Some(letter) = self.letter(number, &point) else {
                    continue;
                };
                let at: BTreeMap<usize, i64> =
                    call.loops.iter().copied().zip(point.clone()).collect();
                let mut text = format!("({letter}{number}");
                point
                    .iter()
                    .for_each(|item| write!(text, " {item}").unwrap());
                for &read in &call.reads {
                    let free = self.free(read, call);
                    let values = self.points(&free).into_iter().filter_map(|inner| {
                        let mut at = at.clone();
                        at.extend(free.iter().copied().zip(inner));
                        let key: Vec<i64> =
                            self.calls[read].loops.iter().map(|axis| at[axis]).collect();
                        all[read].get(&key).cloned()
                    });
                    let values = values.collect::<Vec<_>>();
                    if free.is_empty() && values.is_empty() {
                        continue 'points;
                    }
                    let values = values.join(" ");
                    let _ = match free.is_empty() {
                        true => write!(text, " {values}"),
                        false => write!(text, " [{values}]"),
                    };
                }
                shards.insert(point, text + ")");
            }
            all.push(shards);
        }
        all
    }

    /// All items of some loops, the last loop turning fastest.
    fn points(&self, loops: &[usize]) -> Vec<Vec<i64>> {
        loops.iter().fold(vec![Vec::new()], |points, &axis| {
            let longer = |point: &Vec<i64>| {
                let items = self.collections[axis].iter();
                items
                    .map(|item| [&point[..], &[*item]].concat())
                    .collect::<Vec<_>>()
            };
            points.iter().flat_map(longer).collect()
        })
    }

    /// Where its shards lie, and what they hold.
    fn expected(&self, p: usize) -> BTreeMap<String, String> {
        let mut expected = BTreeMap::new();
        for (number, shards) in self.evaluate().into_iter().enumerate() {
            let call = &self.calls[number];
            let folders = |point: &[i64]| -> String {
                let folders = call.loops.iter().zip(point);
                folders
                    .map(|(&axis, item)| format!("{}={item}/", LOOPS[axis]))
                    .collect()
            };
            if call.branch.is_each() {
                for point in self.points(&call.loops) {
                    let path = format!("p{p}_j{number}/{}score", folders(&point));
                    expected.insert(path, score(number, &point).to_string());
                }
            }
            for (point, text) in shards {
                let letter = self.letter(number, &point).unwrap();
                let path = format!("p{p}_{letter}{number}/{}text", folders(&point));
                expected.insert(path, text);
            }
        }
        expected
    }
}

impl Branch {
    fn letters(self) -> &'static str {
        match self {
            Self::None | Self::Only => "a",
            Self::Static | Self::Each => "ab",
        }
    }

    fn is_each(self) -> bool {
        matches!(self, Self::Each | Self::Only)
    }
}

/// What decides about a shard.
fn score(number: usize, point: &[i64]) -> i64 {
    (number as i64 + point.iter().sum::<i64>()) % 2
}

/// The process that says it.
fn judge((p, number): (usize, usize), call: &Call, into: &mut String) {
    let names = || call.loops.iter().map(|&axis| LOOPS[axis]);
    let inputs: Vec<_> = names().map(|name| format!("{name}: Int")).collect();
    let sum: String = names().map(|name| format!(" + {name}")).collect();
    let _ = writeln!(
        into,
        "process p{p}_j{number}({}) -> (score: Int) {{\n  script \"\"\"\n    printf '%s' $((({number}{sum}) % 2)) > \"$score\"\n  \"\"\"\n}}",
        inputs.join(", ")
    );
}

/// What some programs make, against what they should.
fn run(programs: &[Program]) -> Result<(), String> {
    let (mut text, mut workflow) = (String::new(), String::new());
    let mut expected = BTreeMap::new();
    for (p, program) in programs.iter().enumerate() {
        program.write(p, &mut text, &mut workflow);
        expected.extend(program.expected(p));
    }
    let _ = write!(text, "workflow {{\n{workflow}}}\n");
    let folder = tempfile::tempdir().unwrap();
    let outcome = support::outcome_of("random", &text, folder.path());
    let Some(compiled) = outcome.compiled else {
        return Err(format!("{text}\n{}", outcome.said));
    };
    let out = folder.path().join("out");
    for file in &compiled.files {
        let path = out.join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.content).unwrap();
    }
    let mut bash = Command::new("bash");
    let ended = bash
        .arg(out.join("submit.sh"))
        .args(["--local", "-j", "4"])
        .output()
        .unwrap();
    let said = [ended.stdout, ended.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    if !ended.status.success() {
        return Err(format!("{text}\n{said}"));
    }
    let made = made(&out.join("run/work"));
    match made == expected {
        true => Ok(()),
        false => {
            let both: BTreeSet<_> = made.iter().collect();
            let wanted: BTreeSet<_> = expected.iter().collect();
            let [more, less] = [&both - &wanted, &wanted - &both];
            Err(format!("{text}\n{said}\nmade {more:#?}\nnot {less:#?}"))
        }
    }
}

fn made(work: &Path) -> BTreeMap<String, String> {
    if !work.exists() {
        return BTreeMap::new();
    }
    let files = tree(work).into_iter().map(|(path, bytes)| {
        let path = path.to_str().unwrap().to_owned();
        (path, String::from_utf8(bytes).unwrap())
    });
    files.filter(|(path, _)| !path.contains("/.")).collect()
}

#[test]
fn random_programs_make_what_the_rule_says() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let wanted = number("FLOWC_RANDOM").unwrap_or(300);
    let seed = number("FLOWC_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let config = Config {
        cases: u32::try_from(wanted.div_ceil(TOGETHER as u64)).unwrap(),
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let programs = proptest::collection::vec(program(), 1..=2 * TOGETHER - 1);
    let outcome = TestRunner::new(config).run(&programs, |programs| {
        run(&programs).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, programs)) => panic!("FLOWC_SEED={seed}\n{programs:#?}\n{why}"),
        Err(TestError::Abort(why)) => panic!("FLOWC_SEED={seed}: {why}"),
    }
}
