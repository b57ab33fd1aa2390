//! The head of a script: what it runs in, what it asks of SLURM, and what its author says about it.

/// What stands above the first command.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header<'a> {
    /// What is behind `#!`.
    pub interpreter: &'a str,
    pub options: Vec<Asked>,
    /// The comments, without their marks.
    pub comments: Vec<&'a str>,
    /// All behind it.
    pub body: &'a str,
}

/// One option of `sbatch`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// The long name, without dashes; a short one that SLURM does not have stays one letter.
    pub name: String,
    pub value: Option<String>,
}

/// The short options of `sbatch`.
const SHORT: [(char, &str); 27] = [
    ('A', "account"),
    ('a', "array"),
    ('b', "begin"),
    ('C', "constraint"),
    ('c', "cpus-per-task"),
    ('D', "chdir"),
    ('d', "dependency"),
    ('e', "error"),
    ('F', "nodefile"),
    ('G', "gpus"),
    ('H', "hold"),
    ('i', "input"),
    ('J', "job-name"),
    ('k', "no-kill"),
    ('L', "licenses"),
    ('M', "clusters"),
    ('m', "distribution"),
    ('N', "nodes"),
    ('n', "ntasks"),
    ('O', "overcommit"),
    ('o', "output"),
    ('p', "partition"),
    ('q', "qos"),
    ('s', "oversubscribe"),
    ('t', "time"),
    ('w', "nodelist"),
    ('x', "exclude"),
];

/// Options that take no value, or one only behind `=`.
const FLAGS: [&str; 14] = [
    "contiguous",
    "exclusive",
    "get-user-env",
    "hold",
    "no-kill",
    "no-requeue",
    "overcommit",
    "oversubscribe",
    "parsable",
    "quiet",
    "requeue",
    "spread-job",
    "verbose",
    "wait",
];

/// Reads the head; options count up to the first command, as for SLURM. Marks are those in front of options.
pub(super) fn header<'a>(text: &'a str, marks: &[&str]) -> Header<'a> {
    let mut header = Header::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.trim();
        if let Some(interpreter) = line.strip_prefix("#!").filter(|_| rest.len() == text.len()) {
            header.interpreter = interpreter.trim();
        } else if let Some(words) = marks.iter().find_map(|mark| line.strip_prefix(mark)) {
            header.options.extend(options(words));
        } else if let Some(comment) = line.strip_prefix('#') {
            header.comments.push(comment.trim_end());
        } else if !line.is_empty() {
            break;
        }
        rest = behind;
    }
    header.body = rest;
    header
}

/// `-p gpu --time=1:00:00 # soon`
fn options(words: &str) -> Vec<Asked> {
    let Some(words) = shlex::split(words) else {
        return vec![Asked {
            name: words.trim().to_owned(),
            value: None,
        }];
    };
    let mut found = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let (name, mut value) = named(&word);
        if value.is_none() && !FLAGS.contains(&name.as_str()) {
            value = words.next_if(|it| !it.starts_with('-'));
        }
        found.push(Asked { name, value });
    }
    found
}

/// The long name of an option, and the value that is written in the same word.
fn named(word: &str) -> (String, Option<String>) {
    if let Some(long) = word.strip_prefix("--") {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (long, None),
        };
        return (name.to_owned(), value);
    }
    let mut letters = word.strip_prefix('-').unwrap_or_default().chars();
    let known = letters.next().and_then(|letter| {
        let mut all = SHORT.iter();
        all.find(|(short, _)| *short == letter)
    });
    match known {
        Some((_, name)) => {
            let value = letters.as_str();
            let value = (!value.is_empty()).then(|| value.to_owned());
            ((*name).to_owned(), value)
        }
        None => (word.to_owned(), None),
    }
}

impl std::fmt::Display for Asked {
    /// As on a line of its own: `--time=1:00:00`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let is_long = self
            .name
            .chars()
            .all(|it| it.is_ascii_lowercase() || it == '-');
        let dashes = if is_long && !self.name.starts_with('-') {
            "--"
        } else {
            ""
        };
        match &self.value {
            Some(value) => write!(f, "{dashes}{}={value}", self.name),
            None => write!(f, "{dashes}{}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_slurm_reads_them() {
        let text = "#!/bin/bash -l\n# Trains.\n#SBATCH -p gpu -t1:00:00 --exclusive --mem 4G # soon\n\
            #SBATCH --job-name=\"two words\"\n##SBATCH --no\n\necho\n#SBATCH --late\n";
        let header = header(text, &["#SBATCH"]);
        let told: Vec<_> = header.options.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "--partition=gpu",
                "--time=1:00:00",
                "--exclusive",
                "--mem=4G",
                "--job-name=two words",
            ]
        );
        assert_eq!(header.interpreter, "/bin/bash -l");
        assert_eq!(header.comments, [" Trains.", "#SBATCH --no"]);
        assert_eq!(header.body, "echo\n#SBATCH --late\n");
    }
}
