//! Files that a script names: what it reads becomes an input, what it runs is used, what it makes is an output.
//!
//! Only what is certain: a path without other variables than the item of the loop, relative, and there (what is read)
//! or behind `>` or `--out` (what is made). All else stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::parse::{ShellPiece, ShellWord, shell_words};
use crate::source::Files;

use super::items::Item;
use super::mention::Mention;
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

/// What a script does with a path that it names.
enum Role {
    /// Runs the file.
    Program,
    /// Reads the file.
    Input,
    /// Something that is not certain, with what lies in a folder of the project.
    Open,
    /// Nothing that is known.
    Other,
}

struct Finder<'a> {
    moved: bool,
    words: &'a [ShellWord],
    /// Variables, and the mentions of what they are set to.
    assigned: BTreeMap<String, Vec<usize>>,
    mentions: Vec<Mention<'a>>,
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
    let mentions = places.iter().filter_map(|it| Mention::new(&words, it));
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
        mentions: mentions.collect(),
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
        for mention in self.mentions.iter().filter(|it| it.makes()) {
            let Some(path) = self.template(mention.place) else {
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
        for mention in &self.mentions {
            let path = self.template(mention.place);
            let Some(path) = path.filter(|it| !known.contains_key(it)) else {
                add(&mut found.left, mention.pattern().map(str::to_owned));
                continue;
            };
            match self.role(*mention, &path) {
                Role::Program => add(&mut found.uses, Some(path)),
                Role::Input => {
                    let (stem, _) = stem_and_ending(&path);
                    let name = names.fresh(&stem, script);
                    found.inputs.push(Input {
                        name: name.clone(),
                        in_loop: path.contains('{'),
                        path: format!("\"{path}\""),
                    });
                    known.insert(path, name);
                }
                Role::Open => add(&mut found.left, Some(path)),
                Role::Other => {}
            }
        }
        found.script = self.replaced(script, &known);
        found
    }

    /// Variables in the place of paths; a path that a variable holds is replaced where that is set.
    fn replaced(&self, script: &str, known: &BTreeMap<String, String>) -> String {
        let mut text = script.to_owned();
        let mut places: Vec<_> = self.mentions.iter().map(|it| it.place).collect();
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
                    let value = &self.mentions.get(*at)?.place.path;
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

    fn role(&self, mention: Mention, path: &str) -> Role {
        if mention.may_read(path) && self.is_there(path) {
            let is_one = !path.contains('{');
            return match is_one && (mention.runs(path) || self.is_executed(path)) {
                true => Role::Program,
                false => Role::Input,
            };
        }
        let is_open = mention.command() != "mkdir"
            && (mention.seems_made(path) || self.is_in_project(path) || self.files.exists(path));
        match is_open {
            true => Role::Open,
            false => Role::Other,
        }
    }

    /// Whether it is a file that is there: for all items, if it depends on them.
    fn is_there(&self, path: &str) -> bool {
        if !path.contains('{') {
            return is_file(self.files, path);
        }
        let Item::Number(variable, all) = self.item else {
            return false;
        };
        let hole = format!("{{{variable}}}");
        let filled = |number: &u64| path.replace(&hole, &number.to_string());
        !all.is_empty() && all.iter().all(|it| is_file(self.files, &filled(it)))
    }

    /// Whether a file begins as one that the system runs.
    fn is_executed(&self, path: &str) -> bool {
        let content = self.files.read(path).unwrap_or_default();
        content.starts_with(b"#!") || content.starts_with(b"\x7fELF")
    }

    /// Whether a path begins with a folder that is there, or that the script makes.
    fn is_in_project(&self, path: &str) -> bool {
        let Some((first, _)) = path.split_once('/') else {
            return false;
        };
        let mut pairs = self.words.iter().zip(self.words.iter().skip(1));
        pairs.any(|(before, word)| before.text == "-p" && word.text.starts_with(first))
            || self.files.exists(first)
    }
}

/// Adds what is not among these.
fn add(all: &mut Vec<String>, one: Option<String>) {
    all.extend(one.filter(|it| !all.contains(it)));
}
