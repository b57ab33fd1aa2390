//! Files that a script names: what it reads becomes an input, what it runs is used, what it makes is an output.
//!
//! Only what is certain: a path without other variables than the item of the loop, relative, and there (what is read)
//! or behind `>` or `--out` (what is made). All else stays as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::parse::{ShellPiece, ShellWord, shell_pieces, shell_words};
use crate::source::Files;

use super::names::{Names, pattern};
use super::page::escaped;

/// A file that the script reads.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub name: String,
    /// As an expression of the language.
    pub path: String,
    /// Its path depends on the item.
    pub in_loop: bool,
}

/// A file that the script makes.
#[derive(Debug, Clone)]
pub(super) struct Output {
    /// `stats: File = "stats.csv"`
    pub declared: String,
    /// ` as "results/{seed}.csv"` or nothing; None where it stays in its shard's folder.
    pub published: Option<String>,
}

impl Output {
    pub fn name(&self) -> &str {
        let name = self.declared.split(':').next();
        name.unwrap_or_default()
    }
}

/// What the paths of a script become.
#[derive(Debug, Default)]
pub(super) struct Paths {
    pub script: String,
    pub inputs: Vec<Input>,
    pub uses: Vec<String>,
    pub outputs: Vec<Output>,
    /// What every element of an array would make.
    pub made: BTreeSet<String>,
    /// Paths that stay relative.
    pub left: Vec<String>,
}

/// The item of the loop that a script is for.
pub(super) struct Item<'a> {
    /// What a path may name it by; empty where there is no loop, or the items are paths themselves.
    pub variable: &'a str,
    pub looped: bool,
    /// All numbers that it takes, where it is one.
    pub numbers: &'a [u64],
}

/// Options behind which a file is made.
const MAKES: [&str; 8] = [
    "-o",
    "--out",
    "--output",
    "--outfile",
    "--out-file",
    "--output-file",
    "-out",
    "--save",
];
/// Commands to which `-o` is something else.
const OTHERWISE: [&str; 15] = [
    "egrep", "fgrep", "find", "grep", "ls", "mount", "mpirun", "ps", "rg", "scp", "set", "shopt",
    "srun", "ssh", "sshfs",
];
/// Programs whose first argument is a program.
const RUNNERS: [&str; 17] = [
    ".", "bash", "julia", "node", "octave", "perl", "php", "python", "python2", "python3", "R",
    "Rscript", "ruby", "sh", "source", "tclsh", "root",
];
const CODE: [&str; 10] = [
    ".py", ".R", ".r", ".jl", ".pl", ".sh", ".m", ".rb", ".awk", ".C",
];

/// A path in its pieces, where it stands, and what in front of it stays.
struct Place {
    range: Range<usize>,
    path: Vec<ShellPiece>,
    word: usize,
    /// `--out` of `--out=x`, `OUT` of `OUT=x`
    option: String,
    assigns: bool,
}

struct Finder<'a> {
    words: &'a [ShellWord],
    assigned: BTreeMap<String, Vec<usize>>,
    places: &'a [Place],
    item: &'a Item<'a>,
    files: &'a dyn Files,
}

/// Looks through a script; `names` gives those of inputs and outputs.
pub(super) fn paths(script: &str, item: &Item<'_>, files: &dyn Files, names: &mut Names) -> Paths {
    let words = shell_words(script);
    let places: Vec<_> = (0..words.len())
        .filter_map(|at| place(&words, at))
        .collect();
    let mut assigned = BTreeMap::<String, Vec<usize>>::new();
    for (at, place) in places.iter().enumerate().filter(|(_, it)| it.assigns) {
        assigned.entry(place.option.clone()).or_default().push(at);
    }
    // What loops and `read` set has no one value.
    for (before, word) in words.iter().zip(words.iter().skip(1)) {
        if ["for", "read", "local", "select"].contains(&before.text.as_str()) {
            assigned.remove(&word.text);
        }
    }
    let finder = Finder {
        words: &words,
        assigned,
        places: &places,
        item,
        files,
    };
    finder.found(script, names)
}

/// The path that a word may be.
fn place(words: &[ShellWord], at: usize) -> Option<Place> {
    let word = words.get(at)?;
    let attached = pattern(r"^(--?[A-Za-z][\w-]*|[A-Za-z_]\w*)=").captures(&word.text);
    let option = attached.and_then(|it| Some(it.get(1)?.as_str().to_owned()));
    let option = option.unwrap_or_default();
    let offset = if option.is_empty() {
        0
    } else {
        option.len() + 1
    };
    Some(Place {
        range: word.start + offset..word.end,
        path: shell_pieces(word.text.get(offset..)?).unwrap_or_default(),
        word: at,
        assigns: !option.is_empty() && !option.starts_with('-'),
        option,
    })
}

impl Finder<'_> {
    fn found(&self, script: &str, names: &mut Names) -> Paths {
        let mut found = Paths::default();
        // A template that is read or made, and its variable.
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for place in self.places.iter().filter(|it| self.makes(it)) {
            let Some(path) = self.template(place) else {
                continue;
            };
            let distinct = !self.item.looped || path.contains('{');
            if !distinct {
                found.made.insert(path);
                continue;
            }
            if known.contains_key(&path) {
                continue;
            }
            let (name, output) = output(&path, script, names);
            found.outputs.push(output);
            known.insert(path, name);
        }
        for place in self.places {
            let Some(path) = self.template(place).filter(|it| !known.contains_key(it)) else {
                found
                    .left
                    .extend(self.pattern(place).filter(|it| !found.left.contains(it)));
                continue;
            };
            if self.is_read(place, &path) {
                if self.is_program(place, &path) {
                    if !found.uses.contains(&path) {
                        found.uses.push(path);
                    }
                    continue;
                }
                let (stem, _) = stem_and_ending(&path);
                let name = names.fresh(&stem, script);
                found.inputs.push(Input {
                    name: name.clone(),
                    in_loop: path.contains('{'),
                    path: format!("\"{path}\""),
                });
                known.insert(path, name);
            } else if self.is_left(place, &path) && !found.left.contains(&path) {
                found.left.push(path);
            }
        }
        found.script = self.replaced(script, &known);
        found
    }

    /// Variables in the place of paths; a path that a variable holds is replaced where that is set.
    fn replaced(&self, script: &str, known: &BTreeMap<String, String>) -> String {
        let mut text = script.to_owned();
        let mut places: Vec<_> = self.places.iter().collect();
        places.sort_by_key(|it| it.range.start);
        for place in places.iter().rev() {
            let direct = !matches!(place.path.as_slice(), [ShellPiece::Variable(_)]);
            let name = self.template(place).and_then(|path| known.get(&path));
            if let Some(name) = name.filter(|_| direct) {
                text.replace_range(place.range.clone(), &format!("\"${name}\""));
            }
        }
        text
    }

    /// The path as a text of the language: `results/{seed}.csv`. None where it is not certain, or is no relative path.
    fn template(&self, place: &Place) -> Option<String> {
        let mut template = String::new();
        for piece in self.expanded(&place.path, 5)? {
            match piece {
                ShellPiece::Text(text) => template.push_str(&escaped(&text)),
                ShellPiece::Variable(name) => template.push_str(&format!("{{{name}}}")),
            }
        }
        let is_relative = !template.starts_with(['/', '-', '~', '{'])
            && !template.contains("://")
            && !template.split('/').any(|it| it == "..");
        let template = template.strip_prefix("./").unwrap_or(&template);
        (is_relative && !template.is_empty()).then(|| template.to_owned())
    }

    /// With the texts of variables that are set once; the item stays.
    fn expanded(&self, pieces: &[ShellPiece], depth: usize) -> Option<Vec<ShellPiece>> {
        let mut all = Vec::new();
        for piece in pieces {
            match piece {
                ShellPiece::Variable(name) if name != self.item.variable => {
                    let [at] = self.assigned.get(name)?.as_slice() else {
                        return None;
                    };
                    let value = &self.places.get(*at)?.path;
                    all.extend(self.expanded(value, depth.checked_sub(1)?)?);
                    if value.is_empty() {
                        return None;
                    }
                }
                ShellPiece::Variable(_) | ShellPiece::Text(_) => all.push(piece.clone()),
            }
        }
        Some(all)
    }

    fn word(&self, place: &Place) -> Option<&ShellWord> {
        self.words.get(place.word)
    }

    /// The word in front of a place, in the same command.
    fn before(&self, place: &Place) -> Option<&ShellWord> {
        let is_first = self.word(place).is_none_or(|it| it.begins);
        let before = place.word.checked_sub(1).filter(|_| !is_first)?;
        self.words.get(before)
    }

    /// The command that a word is of.
    fn command(&self, place: &Place) -> Option<&str> {
        let front = self
            .words
            .get(..=place.word)
            .unwrap_or_default()
            .iter()
            .rev();
        let mut begins = front.filter(|it| it.begins && !it.text.starts_with('-'));
        begins.next().map(|it| it.text.as_str())
    }

    /// Whether the script makes what is named here.
    fn makes(&self, place: &Place) -> bool {
        let otherwise = self
            .command(place)
            .is_some_and(|it| OTHERWISE.contains(&it));
        let named = |option: &str| MAKES.contains(&option) && !otherwise;
        match self.word(place).and_then(|it| it.redirection.as_deref()) {
            Some(sign) => [">", "1>", "&>", ">|"].contains(&sign),
            None if place.assigns => false,
            None if !place.option.is_empty() => named(&place.option),
            None => self.before(place).is_some_and(|it| named(&it.text)),
        }
    }

    /// Whether a file is named that is there: for all items, if it depends on them.
    fn is_read(&self, place: &Place, path: &str) -> bool {
        let redirected = self.word(place).and_then(|it| it.redirection.as_deref());
        let written = self.word(place).map_or("", |it| it.text.as_str());
        let is_path = written.contains('/') || path.contains(['/', '.']) || redirected == Some("<");
        let is_named = redirected.is_none_or(|it| it == "<") && (is_path && !self.makes(place));
        let begins = |it: &ShellWord| it.begins && !it.text.contains('/');
        let is_command = self.word(place).is_some_and(begins) && !place.assigns;
        let hole = format!("{{{}}}", self.item.variable);
        let is_there =
            |path: &str| self.files.exists(path) && !self.files.exists(&format!("{path}/."));
        let everywhere = match path.contains('{') {
            true => {
                let numbers = self.item.numbers.iter();
                !self.item.numbers.is_empty()
                    && numbers
                        .clone()
                        .all(|it| is_there(&path.replace(&hole, &it.to_string())))
            }
            false => is_there(path),
        };
        is_named && !is_command && everywhere
    }

    fn is_program(&self, place: &Place, path: &str) -> bool {
        let begins = self.word(place).is_some_and(|it| it.begins) && !place.assigns;
        let front = self
            .words
            .get(..place.word)
            .unwrap_or_default()
            .iter()
            .rev();
        let runner = front
            .take_while(|_| !begins)
            .find(|it| !it.text.starts_with('-'));
        let is_run =
            runner.is_some_and(|it| RUNNERS.contains(&it.text.as_str()) && place.option.is_empty());
        let is_code = CODE.iter().any(|it| path.ends_with(it));
        !path.contains('{') && (begins || is_run || is_code || self.is_executed(path))
    }

    /// Whether a file begins as one that the system runs.
    fn is_executed(&self, path: &str) -> bool {
        let content = self.files.read(path).unwrap_or_default();
        content.starts_with(b"#!") || content.starts_with(b"\x7fELF")
    }

    /// A word like `parts/*.txt`.
    fn pattern(&self, place: &Place) -> Option<String> {
        let text = &self.word(place).filter(|it| !it.begins)?.text;
        let is_pattern = pattern(r"^[\w.][\w./-]*\*[\w./*-]*$").is_match(text);
        is_pattern.then(|| text.clone())
    }

    /// Whether a path that is neither read nor made for certain lies in a folder of the project.
    fn is_left(&self, place: &Place, path: &str) -> bool {
        if self.command(place) == Some("mkdir") {
            return false;
        }
        let word = self.word(place);
        let appended = word.and_then(|it| it.redirection.as_deref()) == Some(">>");
        let option = match place.option.as_str() {
            "" => self.before(place).map_or("", |it| it.text.as_str()),
            option => option,
        };
        let for_output =
            option.starts_with('-') && (option.contains("out") || option.contains("dir"));
        let mut folders = self.words.iter().zip(self.words.iter().skip(1));
        let first = path.split('/').next().unwrap_or_default();
        let is_made =
            folders.any(|(before, word)| before.text == "-p" && word.text.starts_with(first));
        let is_known = path.contains('/') && (is_made || self.files.exists(first));
        appended || for_output || is_known || self.files.exists(path)
    }
}

/// The output for a path, and its name.
fn output(path: &str, script: &str, names: &mut Names) -> (String, Output) {
    let (stem, ending) = stem_and_ending(path);
    let name = names.fresh(&stem, script);
    let output = Output {
        declared: format!("{name}: File = {}", format_args!("\"{stem}{ending}\"")),
        published: Some(format!(" as \"{path}\"")),
    };
    (name, output)
}

/// The parts of the last name in a path, without what depends on the item.
fn stem_and_ending(path: &str) -> (String, String) {
    let last = path.rsplit('/').next().unwrap_or_default();
    let plain = pattern(r"\{[^{}]*\}").replace_all(last, "");
    let (stem, ending) = match plain.split_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (plain.as_ref(), String::new()),
    };
    let stem = stem.trim_matches(|it: char| !it.is_ascii_alphanumeric());
    let stem = if stem.is_empty() { "result" } else { stem };
    (stem.to_owned(), ending)
}
