//! Rows from names of files: `glob<Reads>("raw/{id}_{1,2}.fq")`. Each `{field}` captures a part of the name, `{1,2}`
//! stands for one file of the row after the other, in the order of the record's `File` fields.

use std::collections::BTreeMap;

use super::cell;
use super::{Outside, SourceError, article};
use crate::dataflow::DataflowError;
use crate::hir::Record;
use crate::source::Span;
use crate::types::{Type, Value};

/// A pattern for one of the alternatives.
type Pattern = Vec<Part>;

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Literal(char),
    /// Any text without `/`, remembered under this name.
    Capture(String),
    /// `*`: any text without `/`.
    Any,
    /// `?`
    One,
}

/// The rows of a pattern as `typecheck` writes it: `{field}` and `{1,2}` as they are, other braces twice.
pub(in crate::dataflow) fn captured(
    outside: &mut Outside,
    (pattern, span): (&str, Span),
    record: &Record,
) -> Result<Vec<Value>, Vec<DataflowError>> {
    let patterns = expand(pattern);
    let fields = Fields::of(record, &patterns, span).map_err(|error| vec![error.into()])?;
    // what is captured, as the record's fields write it -> a file for each alternative
    let mut rows: BTreeMap<Vec<String>, Vec<Option<String>>> = BTreeMap::new();
    let mut errors = Vec::new();
    for (nth, pattern) in patterns.iter().enumerate() {
        let found = outside.glob(&plain(pattern), span);
        for path in found.map_err(|error| vec![error])? {
            let text: Vec<char> = path.chars().collect();
            let Some(captures) = matched(pattern, &text, &mut BTreeMap::new()) else {
                continue;
            };
            match fields.key(&captures, &path, span) {
                Ok(key) => {
                    let files = rows
                        .entry(key)
                        .or_insert_with(|| vec![None; patterns.len()]);
                    let Some(file) = files.get_mut(nth) else {
                        continue;
                    };
                    match file {
                        Some(first) => errors.push(
                            SourceError::TwoMatches {
                                first: first.clone(),
                                again: path,
                                span,
                            }
                            .into(),
                        ),
                        None => *file = Some(path),
                    }
                }
                Err(error) => errors.push(error.into()),
            }
        }
    }
    let mut all = Vec::with_capacity(rows.len());
    for (key, files) in rows {
        let there = files.iter().flatten().next().cloned().unwrap_or_default();
        let missing = files.iter().zip(&patterns).find(|(file, _)| file.is_none());
        match missing {
            Some((_, pattern)) => errors.push(
                SourceError::MissingPartner {
                    there,
                    missing: fields.name(pattern, &key),
                    span,
                }
                .into(),
            ),
            None => all.push(fields.row(&key, files.into_iter().flatten())),
        }
    }
    errors.truncate(20);
    if errors.is_empty() {
        Ok(all)
    } else {
        Err(errors)
    }
}

/// A pattern without alternatives for each of their combinations, the last alternatives running fastest.
fn expand(pattern: &str) -> Vec<Pattern> {
    let mut all: Vec<Pattern> = vec![Vec::new()];
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        let part = match letter {
            '{' | '}' if letters.peek() == Some(&letter) => {
                letters.next();
                Part::Literal(letter)
            }
            '{' => {
                let inside: String = letters.by_ref().take_while(|it| *it != '}').collect();
                if inside.contains(',') {
                    let ways: Vec<&str> = inside.split(',').collect();
                    let with = |(pattern, way): (&Pattern, &str)| {
                        let mut pattern = pattern.clone();
                        pattern.extend(way.chars().map(Part::Literal));
                        pattern
                    };
                    let every = all
                        .iter()
                        .flat_map(|it| ways.iter().map(move |way| (it, *way)));
                    all = every.map(with).collect();
                    continue;
                }
                Part::Capture(inside)
            }
            '*' => Part::Any,
            '?' => Part::One,
            other => Part::Literal(other),
        };
        all.iter_mut()
            .for_each(|pattern| pattern.push(part.clone()));
    }
    all
}

/// The pattern that finds the files: of the file system, and of the shell at submit.
fn plain(pattern: &Pattern) -> String {
    let part = |part: &Part| match part {
        Part::Literal(letter) => *letter,
        Part::Capture(_) | Part::Any => '*',
        Part::One => '?',
    };
    pattern.iter().map(part).collect()
}

/// What each name stands for; longer texts are tried first, and a name that occurs twice has one text.
fn matched(
    pattern: &[Part],
    text: &[char],
    known: &mut BTreeMap<String, String>,
) -> Option<BTreeMap<String, String>> {
    let Some((part, rest)) = pattern.split_first() else {
        return text.is_empty().then(|| known.clone());
    };
    match part {
        Part::Literal(letter) => {
            let behind = text.strip_prefix(&[*letter])?;
            matched(rest, behind, known)
        }
        Part::One => matched(rest, text.get(1..)?, known),
        Part::Any | Part::Capture(_) => {
            let name = if let Part::Capture(name) = part {
                Some(name)
            } else {
                None
            };
            let most = text.iter().take_while(|letter| **letter != '/').count();
            let least = usize::from(name.is_some());
            for length in (least..=most).rev() {
                let (taken, behind) = text.split_at_checked(length)?;
                let taken: String = taken.iter().collect();
                let before = name.and_then(|name| known.get(name).cloned());
                if before.as_ref().is_some_and(|before| *before != taken) {
                    continue;
                }
                if let Some(name) = name {
                    known.insert(name.clone(), taken);
                }
                let found = matched(rest, behind, known);
                if found.is_some() {
                    return found;
                }
                if let (Some(name), None) = (name, before) {
                    known.remove(name);
                }
            }
            None
        }
    }
}

/// The fields of a record: captured ones, and those that hold the files.
struct Fields<'r> {
    record: &'r Record,
    captured: Vec<(&'r str, &'r Type)>,
}

impl<'r> Fields<'r> {
    fn of(record: &'r Record, patterns: &[Pattern], span: Span) -> Result<Self, SourceError> {
        let names = patterns.first().into_iter().flatten();
        let names = names.filter_map(|part| match part {
            Part::Capture(name) => Some(name.as_str()),
            Part::Literal(_) | Part::Any | Part::One => None,
        });
        let names: Vec<&str> = names.collect();
        let known: Vec<_> = record
            .fields
            .iter()
            .map(|it| format!("`{}`", it.name.node))
            .collect();
        let stray = names
            .iter()
            .find(|name| record.fields.iter().all(|it| it.name.node != **name));
        if let Some(stray) = stray {
            return Err(SourceError::Capture {
                name: (*stray).to_owned(),
                record: record.name.node.clone(),
                known: known.join(", "),
                span,
            });
        }
        let fields = record
            .fields
            .iter()
            .map(|it| (it.name.node.as_str(), &it.ty));
        let (captured, files): (Vec<_>, Vec<_>) =
            fields.partition(|(name, _)| names.contains(name));
        let odd = files
            .iter()
            .find(|(_, ty)| !matches!(ty, Type::File | Type::Dir));
        if let Some((name, ty)) = odd {
            return Err(SourceError::NotCaptured {
                name: (*name).to_owned(),
                ty: ty.to_string(),
                span,
            });
        }
        if files.len() != patterns.len() {
            return Err(SourceError::PatternFiles {
                record: record.name.node.clone(),
                fields: files.len(),
                files: patterns.len(),
                span,
            });
        }
        Ok(Self { record, captured })
    }

    /// The captured texts in the order of the fields, each in the one spelling of its type.
    fn key(
        &self,
        captures: &BTreeMap<String, String>,
        path: &str,
        span: Span,
    ) -> Result<Vec<String>, SourceError> {
        let text = |(name, ty): &(&str, &Type)| {
            let text = captures.get(*name).map_or("", String::as_str);
            match cell::checked(text, ty, "") {
                Ok(text) => Ok(text.into_owned()),
                Err(cell::Refused::Empty | cell::Refused::Other) => {
                    Err(SourceError::WrongCapture {
                        text: text.to_owned(),
                        path: path.to_owned(),
                        name: (*name).to_owned(),
                        wanted: article(ty),
                        span,
                    })
                }
            }
        };
        self.captured.iter().map(text).collect()
    }

    /// The file that a pattern looks for.
    fn name(&self, pattern: &Pattern, key: &[String]) -> String {
        let value = |wanted: &str| {
            let mut fields = self.captured.iter().zip(key);
            fields
                .find(|((name, _), _)| *name == wanted)
                .map(|(_, text)| text.clone())
        };
        let part = |part: &Part| match part {
            Part::Literal(letter) => letter.to_string(),
            Part::Capture(name) => value(name).unwrap_or_default(),
            Part::Any => "*".to_owned(),
            Part::One => "?".to_owned(),
        };
        pattern.iter().map(part).collect()
    }

    fn row(&self, key: &[String], mut files: impl Iterator<Item = String>) -> Value {
        let mut key = key.iter();
        let fields = self.record.fields.iter().map(|field| {
            let name = field.name.node.clone();
            let captured = self.captured.iter().any(|(it, _)| *it == name);
            let text = if captured {
                key.next().cloned()
            } else {
                files.next()
            };
            let text = text.unwrap_or_default();
            let value = match &field.ty {
                Type::Int => text.parse().map_or(Value::Absent, Value::Int),
                Type::Float => text.parse().map_or(Value::Absent, Value::Float),
                Type::Bool => Value::Bool(text == "true"),
                Type::File => Value::File(text),
                Type::Dir => Value::Dir(text),
                Type::String | Type::Enum(_) | Type::Optional(_) => Value::String(text),
                Type::Duration | Type::Size | Type::List(_) | Type::Record(_) => Value::Absent,
            };
            (name, value)
        });
        Value::Record(self.record.name.node.clone(), fields.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captures(pattern: &str, path: &str) -> Option<String> {
        let text: Vec<char> = path.chars().collect();
        let found = expand(pattern)
            .iter()
            .find_map(|it| matched(it, &text, &mut BTreeMap::new()))?;
        let pairs: Vec<_> = found
            .iter()
            .map(|(name, text)| format!("{name}={text}"))
            .collect();
        Some(pairs.join(" "))
    }

    #[test]
    fn names_are_captured() {
        let found = |pattern, path| captures(pattern, path).unwrap_or_else(|| "no".to_owned());
        assert_eq!(found("raw/{id}_{1,2}.fq", "raw/a_1_2.fq"), "id=a_1");
        assert_eq!(found("{id}/{id}.fq", "a/a.fq"), "id=a");
        assert_eq!(found("{id}/{id}.fq", "a/b.fq"), "no");
        assert_eq!(found("{a}_{b}.txt", "x_y_z.txt"), "a=x_y b=z");
        assert_eq!(found("raw/{id}.fq", "raw/x/a.fq"), "no");
        assert_eq!(found("*/{id}?.{{fq}}", "raw/ab.{fq}"), "id=a");
    }

    #[test]
    fn alternatives_are_told_apart() {
        let plain: Vec<_> = expand("{id}_{L,R}{1,2}.fq").iter().map(plain).collect();
        assert_eq!(plain, ["*_L1.fq", "*_L2.fq", "*_R1.fq", "*_R2.fq"]);
    }
}
