//! What the elements of an array work on, as a loop.

use std::collections::BTreeSet;

use crate::source::Files;

use super::Loop;
use super::array::Array;
use super::names::{Names, identifier, pattern};
use super::page::quoted;
use super::paths::is_file;
use super::pick::{Kind, List, Pick, picks, words};

/// A loop, and the script that takes its item from a variable.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub loops: Option<Loop>,
    pub script: String,
    pub notes: Vec<String>,
    pub item: Item,
    pub index: Option<Index>,
}

/// The item of the loop that a script is for, as its paths may name it.
#[derive(Debug, Default)]
pub(super) enum Item {
    /// There is no loop.
    #[default]
    None,
    /// It can be no part of a path.
    Unnamed,
    Text(String),
    /// The variable, and all that it is; none where that is not known.
    Number(String, Vec<u64>),
    /// The variable, and all that it is; a path may have the names of these files in it.
    File(String, Vec<String>),
}

impl Item {
    pub fn is_looped(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether a variable of the script is the item.
    pub fn is(&self, name: &str) -> bool {
        match self {
            Self::None | Self::Unnamed => false,
            Self::Text(variable) | Self::Number(variable, _) | Self::File(variable, _) => {
                variable == name
            }
        }
    }
}

/// The variable in the place of `$SLURM_ARRAY_TASK_ID`.
#[derive(Debug)]
pub(super) struct Index {
    pub variable: String,
    /// Nothing but the script itself is seen to read it.
    pub alone: bool,
}

const INDEX: &str = "SLURM_ARRAY_TASK_ID";

/// Finds what a script loops over; `array` is what it asks for.
pub(super) fn items(
    script: &str,
    array: Option<&Array>,
    files: &dyn Files,
    names: &mut Names,
) -> Items {
    if array.is_none() && !script.contains(INDEX) {
        return Items {
            script: script.to_owned(),
            ..Items::default()
        };
    }
    let picks = picks(script);
    let lists = || {
        picks
            .iter()
            .filter_map(|pick| Some((pick, pick.list.as_ref()?)))
    };
    let listed = lists().find_map(|(pick, list)| Some((pick, list, items_of(list, array, files)?)));
    let mut items = match listed {
        Some((pick, list, listed)) => over_list(pick, list, &listed, files, names),
        None => {
            let index = picks.iter().find(|it| it.list.is_none());
            let mut items = over_numbers(script, index, array, names);
            items.notes.extend(lists().map(|(_, list)| {
                let why = match list.kind {
                    Kind::Lines => "it is not there, or its lines are not",
                    Kind::Files => "its files are not",
                    Kind::Words => "they are not",
                };
                let of = &list.of;
                format!("{of}: not looped over, as {why} those of the array, each once")
            }));
            items
        }
    };
    if array.is_none() && items.index.is_some() {
        items.notes.push(format!(
            "${INDEX}: the script does not say which indices; `sbatch --array=…` did"
        ));
    }
    items
}

/// The lines, files or words, where they are the elements of the array one by one.
fn items_of(list: &List, array: Option<&Array>, files: &dyn Files) -> Option<Vec<String>> {
    let items: Vec<_> = match list.kind {
        Kind::Lines => {
            let text = String::from_utf8(files.read(&list.of).ok()?).ok()?;
            text.lines().map(str::to_owned).collect()
        }
        Kind::Files => {
            let found = files.glob(&list.of).ok()?;
            found.iter().all(|it| is_file(files, it)).then_some(found)?
        }
        Kind::Words => words(&list.of),
    };
    let all: BTreeSet<_> = items.iter().collect();
    let numbers = (list.first..).take(items.len());
    let fits = array.is_none_or(|array| array.indices.iter().copied().eq(numbers));
    let is_plain = all.len() == items.len() && items.iter().all(|it| !it.trim().is_empty());
    (fits && is_plain && !items.is_empty()).then_some(items)
}

fn over_list(
    pick: &Pick,
    list: &List,
    listed: &[String],
    files: &dyn Files,
    names: &mut Names,
) -> Items {
    let (variable, script) = taken(pick, names);
    let param = names.fresh(&plural(&variable), &script);
    let (source, what, from) = match list.kind {
        Kind::Lines => (format!("lines({})", quoted(&list.of)), "lines", &list.of),
        Kind::Files => (format!("glob({})", quoted(&list.of)), "files", &list.of),
        Kind::Words => {
            let words: Vec<_> = listed.iter().map(|it| quoted(it)).collect();
            (format!("[{}]", words.join(", ")), "words", &param)
        }
    };
    let is_file = listed.iter().all(|it| is_file(files, it));
    let has_paths = is_file || listed.iter().any(|it| it.contains('/'));
    let ty = if is_file { "File" } else { "String" };
    let mut items = Items {
        item: match (is_file, has_paths) {
            (true, _) => Item::File(variable.clone(), listed.to_vec()),
            (false, true) => Item::Unnamed,
            (false, false) => Item::Text(variable.clone()),
        },
        ..Items::default()
    };
    let mut loops = Loop {
        params: vec![format!("param {param}: [{ty}] = {source}")],
        head: format!("for {variable} in {param}"),
        variables: vec![(variable.clone(), ty.to_owned())],
    };
    if has_paths && !is_file {
        items.notes.push(format!(
            "{from}: paths in it are texts, as not all of them are there: they are to be full paths"
        ));
    }
    items.script = script;
    if items.script.contains(INDEX) {
        let first = list.first;
        let last = first + listed.len() as u64 - 1;
        let index = names.fresh("task", &items.script);
        loops.head = format!("for {variable}, {index} in zip({param}, {first}..={last})");
        loops.variables.push((index.clone(), "Int".to_owned()));
        items.notes.push(format!(
            "{first}..={last} are the numbers of the {what}, as the script uses them, too: to be changed with {from}"
        ));
        items.item = Item::Number(index.clone(), (first..=last).collect());
        with_index(&mut items, index);
    }
    items.loops = Some(loops);
    items
}

fn over_numbers(
    script: &str,
    pick: Option<&Pick>,
    array: Option<&Array>,
    names: &mut Names,
) -> Items {
    let (variable, script) = match pick {
        Some(pick) => taken(pick, names),
        None => (names.fresh("task", script), script.to_owned()),
    };
    let param = names.fresh(&plural(&variable), &script);
    let written = array.map_or("0..1", |it| it.written.as_str());
    let mut items = Items {
        item: Item::Number(
            variable.clone(),
            array.map(|it| it.indices.clone()).unwrap_or_default(),
        ),
        loops: Some(Loop {
            params: vec![format!("param {param}: [Int] = {written}")],
            head: format!("for {variable} in {param}"),
            variables: vec![(variable.clone(), "Int".to_owned())],
        }),
        script,
        ..Items::default()
    };
    let is_read = items.script.contains(INDEX);
    match pick.is_some() && !is_read {
        true => {
            items.index = Some(Index {
                variable,
                alone: true,
            });
        }
        false => with_index(&mut items, variable),
    }
    items
}

/// The loop's variable, and the script in which it is what the picked line sets.
fn taken(pick: &Pick, names: &mut Names) -> (String, String) {
    let mut lines: Vec<_> = pick.script.lines().map(str::to_owned).collect();
    let name = &pick.variable;
    let mut rest = lines.clone();
    rest.remove(pick.line);
    let set_again = pattern(&format!(
        r"(?m:^|[\s;(]){name}\+?=|\b(for|read|local)\b[^\n;]*\b{name}\b"
    ))
    .is_match(&rest.join("\n"));
    if identifier(name) == *name && !set_again && names.fresh(name, "") == *name {
        return (name.clone(), rest.join("\n") + "\n");
    }
    let variable = names.fresh(name, &pick.script);
    if let Some(line) = lines.get_mut(pick.line) {
        let front = line.split(name.as_str()).next().unwrap_or_default();
        *line = format!("{front}{name}=\"${variable}\"");
    }
    (variable, lines.join("\n") + "\n")
}

/// The variable in the place of `SLURM_ARRAY_TASK_ID`; where others than the shell may read that, it is set.
fn with_index(items: &mut Items, variable: String) {
    let mentions = items.script.lines().filter(|line| line.contains(INDEX));
    let mut alone = mentions.clone().count() > 0 && !items.script.contains("<<");
    let read = pattern(&format!(r"\$\{{?{INDEX}|\$\(\([^)]*{INDEX}"));
    for line in mentions {
        alone &=
            !line.contains('\'') && read.find_iter(line).count() == line.matches(INDEX).count();
    }
    items.script = match alone {
        true => items.script.replace(INDEX, &variable),
        false => format!("export {INDEX}=\"${variable}\"\n{}", items.script),
    };
    items.index = Some(Index { variable, alone });
}

/// `seeds` of `seed`
fn plural(word: &str) -> String {
    match word.ends_with('s') {
        true => format!("{word}_list"),
        false => format!("{word}s"),
    }
}
