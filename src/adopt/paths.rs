//! Files that a script names: what it reads becomes an input, what it runs is used, what it makes is an output.
//!
//! Only what is certain: a path without other variables than the item of the loop, relative, and there (what is read)
//! or behind `>` or `--out` (what is made). All else stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::parse::{ShellPiece, ShellWord, shell_words};
use crate::source::Files;

use super::items::Item;
use super::names::Names;
use super::page::escaped;
use super::place::{BASENAME, Place, named, output, place, stem_and_ending};

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
    /// The script changes its folder; what it names behind that stays as it is.
    pub moved: bool,
    /// Paths that stay relative.
    pub left: Vec<String>,
}

/// Whether it is there, and no folder.
pub(super) fn is_file(files: &dyn Files, path: &str) -> bool {
    files.exists(path) && !files.exists(&format!("{path}/."))
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

struct Finder<'a> {
    moved: bool,
    words: &'a [ShellWord],
    assigned: BTreeMap<String, Vec<usize>>,
    places: &'a [Place],
    item: &'a Item,
    files: &'a dyn Files,
}

/// Looks through a script; `names` gives those of inputs and outputs.
pub(super) fn paths(script: &str, item: &Item, files: &dyn Files, names: &mut Names) -> Paths {
    let words = shell_words(script);
    // Behind a change of folder, none is certain.
    let moved = words
        .iter()
        .position(|it| it.begins && ["cd", "pushd"].contains(&it.text.as_str()));
    let places = (0..moved.unwrap_or(words.len())).filter_map(|at| place(&words, at));
    let places: Vec<_> = places.collect();
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
        moved: moved.is_some(),
        words: &words,
        assigned,
        places: &places,
        item,
        files,
    };
    finder.found(script, names)
}

impl Finder<'_> {
    fn found(&self, script: &str, names: &mut Names) -> Paths {
        let mut found = Paths {
            moved: self.moved,
            ..Paths::default()
        };
        let mut declared = BTreeSet::new();
        // A template that is read or made, and its variable.
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for place in self.places.iter().filter(|it| self.makes(it)) {
            let Some(path) = self.template(place) else {
                continue;
            };
            if self.item.is_looped() && !path.contains('{') {
                found.made.insert(path);
                continue;
            }
            if known.contains_key(&path) {
                continue;
            }
            let (name, output) = output(&path, script, names, &mut declared);
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
                // A path within a path is none.
                ShellPiece::Variable(name) if matches!(self.item, Item::File(variable, _) if *variable == name) =>
                {
                    return None;
                }
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
                ShellPiece::Variable(name) if name.starts_with(BASENAME) => {
                    all.push(ShellPiece::Variable(self.basename(name, depth)?));
                }
                ShellPiece::Variable(name) if !self.item.is(name) => {
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

    /// `stem(x)`, where a script takes the name of a file that it is given, without an ending that all of them have.
    fn basename(&self, name: &str, depth: usize) -> Option<String> {
        let (variable, ending) = named(name)?;
        let all = self.expanded(&[ShellPiece::Variable(variable)], depth.checked_sub(1)?)?;
        let ([ShellPiece::Variable(variable)], Item::File(item, paths)) =
            (all.as_slice(), self.item)
        else {
            return None;
        };
        let function = if ending.is_empty() { "name" } else { "stem" };
        let names = paths.iter().map(|it| {
            let name = it.rsplit('/').next().unwrap_or_default();
            name.strip_suffix(ending.as_str())
        });
        // Each item has a name of its own.
        let names: Option<BTreeSet<_>> = names.collect();
        let same = names.is_some_and(|it| it.len() == paths.len());
        (variable == item && same).then(|| format!("{function}({item})"))
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

    /// Whether the script makes what is named here, whichever way it goes.
    fn makes(&self, place: &Place) -> bool {
        self.may_make(place) && self.word(place).is_some_and(|it| !it.nested)
    }

    fn may_make(&self, place: &Place) -> bool {
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
        let is_named = redirected.is_none_or(|it| it == "<") && (is_path && !self.may_make(place));
        let begins = |it: &ShellWord| it.begins && !it.text.contains('/');
        let is_command = self.word(place).is_some_and(begins) && !place.assigns;
        let is_there = |path: &str| is_file(self.files, path);
        let everywhere = match (path.contains('{'), self.item) {
            (false, _) => is_there(path),
            (true, Item::Number(variable, all)) => {
                let hole = format!("{{{variable}}}");
                let filled = |number: &u64| path.replace(&hole, &number.to_string());
                !all.is_empty() && all.iter().all(|it| is_there(&filled(it)))
            }
            (true, _) => false,
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
        let mut letters = text.chars();
        let is_pattern = text.contains('*')
            && letters
                .next()
                .is_some_and(|it| it.is_ascii_alphanumeric() || it == '.')
            && letters.all(|it| it.is_ascii_alphanumeric() || "._-/*".contains(it));
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
        let ending = stem_and_ending(path).1;
        let named = option.contains("out") || option.contains("dir");
        let has_ending = ending.contains(|it: char| it.is_ascii_alphabetic()) && option != "-m";
        let of_option = option.starts_with('-') && (named || has_ending);
        let mut folders = self.words.iter().zip(self.words.iter().skip(1));
        let first = path.split('/').next().unwrap_or_default();
        let is_made =
            folders.any(|(before, word)| before.text == "-p" && word.text.starts_with(first));
        let is_known = path.contains('/') && (is_made || self.files.exists(first));
        appended || of_option || self.may_make(place) || is_known || self.files.exists(path)
    }
}
