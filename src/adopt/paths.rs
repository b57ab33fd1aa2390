//! Files that a script names: what it reads becomes an input, what it runs is used, what it makes is an output.
//!
//! Only what is certain: a path without other variables than the item of the loop, relative, and there (what is read)
//! or behind `>` or `--out` (what is made). All else stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::parse::{ShellPiece, ShellWord, shell_words};
use crate::source::Files;

use super::items::Item;
use super::mention::Mention;
use super::names::{Names, pattern};
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
    /// The folder of its own that each element of the array made and went to.
    pub own: Option<String>,
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
    /// The folder that paths are relative to, in that of the program.
    home: &'a str,
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
    let places = places(&words);
    let finder = Finder::new(&words, &places, "", item, files);
    let Some((own, script)) = finder.own_folder(script) else {
        return finder.found(script, names);
    };
    let words = shell_words(&script);
    let places = self::places(&words);
    let found = Finder::new(&words, &places, &own, item, files).found(&script, names);
    Paths {
        own: Some(own),
        ..found
    }
}

/// Where a script changes its folder.
fn moves(words: &[ShellWord]) -> Option<usize> {
    let moves = |it: &ShellWord| it.begins && ["cd", "pushd"].contains(&it.text.as_str());
    words.iter().position(moves)
}

/// Behind a change of folder, none is certain.
fn places(words: &[ShellWord]) -> Vec<Place> {
    let certain = 0..moves(words).unwrap_or(words.len());
    certain.filter_map(|at| place(words, at)).collect()
}

impl<'a> Finder<'a> {
    fn new(
        words: &'a [ShellWord],
        places: &'a [Place],
        home: &'a str,
        item: &'a Item,
        files: &'a dyn Files,
    ) -> Self {
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
        let mentions = places.iter().filter_map(|it| Mention::new(words, it));
        Finder {
            home,
            moved: moves(words).is_some(),
            words,
            assigned,
            mentions: mentions.collect(),
            item,
            files,
        }
    }

    /// `mkdir -p run_$SEED` and `cd run_$SEED`, the only change of folder: that folder, and the script without these lines.
    fn own_folder(&self, script: &str) -> Option<(String, String)> {
        let at = moves(self.words)?;
        let folder = self.words.get(at + 1).filter(|it| !it.begins)?;
        let own = self.template(&place(self.words, at + 1)?)?;
        let text = regex::escape(folder.text.trim_matches('"'));
        let line = pattern(&format!(
            r#"(?m)^(?:[ \t]*mkdir(?: -p)? "?{text}"?[ \t]*(?:&&|;|\n))[ \t]*cd "?{text}"?[ \t]*(?:\|\| *exit(?: \d+)?)?;?[ \t]*(?:#.*)?\n"#
        ));
        let is_only = moves(self.words.get(at + 1..)?).is_none();
        let rest = line.replace(script, "");
        let is_gone = rest.len() < script.len() && is_only && own.contains('{');
        is_gone.then(|| (own, rest.into_owned()))
    }

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
        found.script = self.replaced(script, &known, &found.uses);
        found
    }

    /// Variables in the place of paths; a path that a variable holds is replaced where that is set.
    fn replaced(&self, script: &str, known: &BTreeMap<String, String>, uses: &[String]) -> String {
        let mut text = script.to_owned();
        let mut places: Vec<_> = self.mentions.iter().map(|it| it.place).collect();
        places.sort_by_key(|it| it.range.start);
        for place in places.iter().rev() {
            let direct = !matches!(place.path.as_slice(), [ShellPiece::Variable(_)]);
            let Some(path) = self.template(place).filter(|_| direct) else {
                continue;
            };
            if let Some(name) = known.get(&path) {
                text.replace_range(place.range.clone(), &format!("\"${name}\""));
            } else if uses.contains(&path) && !self.home.is_empty() {
                text.replace_range(place.range.clone(), &path);
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
        let is_number = matches!(self.item, Item::Number(..));
        let is_relative = !template.starts_with(['/', '-', '~'])
            && (is_number || !template.starts_with('{'))
            && !template.contains("://");
        let is_path = is_relative && !template.is_empty();
        joined(self.home, &template).filter(|_| is_path)
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

/// A path below a folder, without `..`; None where it leads out of what is known.
fn joined(folder: &str, path: &str) -> Option<String> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut folders: Vec<_> = folder.split('/').filter(|it| !it.is_empty()).collect();
    let mut rest = path;
    while let Some(below) = rest.strip_prefix("../") {
        folders.pop()?;
        rest = below;
    }
    let known = !rest.split('/').any(|it| it == "..");
    folders.push(rest);
    known.then(|| folders.join("/"))
}

/// Adds what is not among these.
fn add(all: &mut Vec<String>, one: Option<String>) {
    all.extend(one.filter(|it| !all.contains(it)));
}
