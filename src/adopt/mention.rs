//! A path in a script, and what the words around it say of it.

use crate::parse::ShellWord;

use super::place::{Place, stem_and_ending};

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
/// Redirections by which a file is made.
const WRITES: [&str; 4] = [">", "1>", "&>", ">|"];
/// Programs whose first argument is a program.
const RUNNERS: [&str; 17] = [
    ".", "bash", "julia", "node", "octave", "perl", "php", "python", "python2", "python3", "R",
    "Rscript", "ruby", "sh", "source", "tclsh", "root",
];
const CODE: [&str; 10] = [
    ".py", ".R", ".r", ".jl", ".pl", ".sh", ".m", ".rb", ".awk", ".C",
];

#[derive(Clone, Copy)]
pub(super) struct Mention<'a> {
    pub place: &'a Place,
    word: &'a ShellWord,
    /// All words in front of it.
    front: &'a [ShellWord],
}

impl<'a> Mention<'a> {
    pub fn new(words: &'a [ShellWord], place: &'a Place) -> Option<Self> {
        Some(Self {
            place,
            word: words.get(place.word)?,
            front: words.get(..place.word)?,
        })
    }

    /// Whether the script makes what is named here, whichever way it goes.
    pub fn makes(self) -> bool {
        self.may_make() && !self.word.nested
    }

    pub fn may_make(self) -> bool {
        match self.redirection() {
            Some(sign) => WRITES.contains(&sign),
            None => MAKES.contains(&self.option()) && !OTHERWISE.contains(&self.command()),
        }
    }

    /// Whether a file of this path would be read, if it is there.
    pub fn may_read(self, path: &str) -> bool {
        let is_path = self.word.text.contains('/') || path.contains(['/', '.']);
        let is_command = self.is_first() && !self.word.text.contains('/');
        match self.redirection() {
            Some(sign) => sign == "<",
            None => is_path && !is_command && !self.may_make(),
        }
    }

    /// Whether what is read is run.
    pub fn runs(self, path: &str) -> bool {
        let mut behind_options = self.front.iter().rev().filter(|it| !is_option(it));
        let runner = behind_options.next().filter(|_| !self.is_first());
        let is_argument = self.place.option.is_empty();
        let is_run = runner.is_some_and(|it| is_argument && RUNNERS.contains(&it.text.as_str()));
        let is_code = CODE.iter().any(|it| path.ends_with(it));
        self.is_first() || is_run || is_code
    }

    /// Whether a file seems to be meant that is made, or added to.
    pub fn seems_made(self, path: &str) -> bool {
        let option = self.option();
        let (_, ending) = stem_and_ending(path);
        let is_named = option.contains("out") || option.contains("dir");
        let has_ending = ending.contains(|it: char| it.is_ascii_alphabetic()) && option != "-m";
        let of_option = option.starts_with('-') && (is_named || has_ending);
        of_option || self.redirection() == Some(">>") || self.may_make()
    }

    /// A word like `parts/*.txt`.
    pub fn pattern(self) -> Option<&'a str> {
        let text = self.word.text.as_str();
        let mut letters = text.chars();
        let begins = |it: char| it.is_ascii_alphanumeric() || it == '.';
        let is_pattern = text.contains('*')
            && letters.next().is_some_and(begins)
            && letters.all(|it| it.is_ascii_alphanumeric() || "._-/*".contains(it));
        (is_pattern && !self.word.begins).then_some(text)
    }

    /// The command that it is a word of; nothing where none begins.
    pub fn command(self) -> &'a str {
        let mut words = self.front.iter().chain([self.word]).rev();
        let command = words.find(|it| it.begins && !is_option(it));
        command.map_or("", |it| it.text.as_str())
    }

    /// The option or variable whose value it is, or the word in front of it in its command.
    fn option(self) -> &'a str {
        if !self.place.option.is_empty() {
            return &self.place.option;
        }
        let before = self.front.last().filter(|_| !self.word.begins);
        before.map_or("", |it| it.text.as_str())
    }

    fn redirection(self) -> Option<&'a str> {
        self.word.redirection.as_deref()
    }

    /// It is itself a command.
    fn is_first(self) -> bool {
        self.word.begins && !self.place.assigns
    }
}

fn is_option(word: &ShellWord) -> bool {
    word.text.starts_with('-')
}
