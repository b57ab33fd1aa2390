//! From the text of a site file to [`Site`]; every key is looked at, every error is gathered.

use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::closest;
use crate::source::{SourceId, Span};
use crate::units::{Duration, Walltime};

use super::{DependencyKind, NodeUse, Partition, Runtime, Site, SiteError};

const KEYS: [&str; 17] = [
    "name",
    "container",
    "max_array_size",
    "submit_limit",
    "dependency",
    "startup",
    "container_startup",
    "shell_time",
    "dependency_delay",
    "launch_rate",
    "shard_rate",
    "slots",
    "nodes",
    "cores",
    "node_memory",
    "memory",
    "partition",
];
const PARTITION_KEYS: [&str; 5] = ["name", "time", "memory", "cpus", "gpus"];

type Value<'i> = Spanned<DeValue<'i>>;

impl Site {
    /// Reads a site file; `source` is where its spans point to.
    pub fn parse(source: SourceId, text: &str) -> Result<Self, Vec<SiteError>> {
        let mut reader = Reader {
            source,
            errors: Vec::new(),
        };
        let site = match DeTable::parse(text) {
            Ok(table) => reader.site(table.get_ref()),
            Err(error) => {
                let message = error.message().to_owned();
                let span = reader.span(error.span().unwrap_or_default());
                return Err(vec![SiteError::Syntax { message, span }]);
            }
        };
        if reader.errors.is_empty() {
            Ok(site)
        } else {
            Err(reader.errors)
        }
    }
}

struct Reader {
    source: SourceId,
    errors: Vec<SiteError>,
}

/// A key that is known, and what it is given.
#[derive(Clone, Copy)]
struct Entry<'t> {
    key: &'static str,
    value: &'t Value<'t>,
}

/// What a quantity is called, and an example.
struct Kind {
    name: &'static str,
    example: &'static str,
}

const DURATION: Kind = Kind {
    name: "a duration",
    example: "20s",
};
const SIZE: Kind = Kind {
    name: "a size",
    example: "4GB",
};

impl Reader {
    fn site(&mut self, table: &DeTable<'_>) -> Site {
        let mut site = Site::generic();
        for entry in self.entries(table, &KEYS, "the site file") {
            match entry.key {
                "name" => self.text(entry, &mut site.name),
                "container" => self.word(entry, &mut site.container, &Runtime::WORDS),
                "max_array_size" => self.count(entry, &mut site.max_array_size),
                "submit_limit" => self.count(entry, &mut site.submit_limit),
                "dependency" => self.word(entry, &mut site.dependency, &DependencyKind::WORDS),
                "startup" => self.seconds(entry, &mut site.startup),
                "container_startup" => self.seconds(entry, &mut site.container_startup),
                "shell_time" => self.seconds(entry, &mut site.shell_time),
                "dependency_delay" => self.seconds(entry, &mut site.dependency_delay),
                "launch_rate" => self.rate(entry, &mut site.launch_rate),
                "shard_rate" => self.rate(entry, &mut site.shard_rate),
                "slots" => self.positive(entry, &mut site.slots),
                "nodes" => self.word(entry, &mut site.nodes, &NodeUse::WORDS),
                "cores" => self.positive(entry, &mut site.cores),
                "node_memory" => {
                    let memory = self.quantity(entry, &SIZE);
                    site.node_memory = memory.unwrap_or(site.node_memory);
                }
                "memory" => site.memory = self.quantity(entry, &SIZE),
                "partition" => site.partitions = self.partitions(entry),
                other => unreachable!("`{other}` is a key without a meaning"),
            }
        }
        site
    }

    fn partitions(&mut self, entry: Entry<'_>) -> Vec<Partition> {
        const TABLES: &str = "a list of tables (`[[partition]]`)";
        let Some(items) = entry.value.get_ref().as_array() else {
            self.bad(entry, TABLES);
            return Vec::new();
        };
        let mut partitions = Vec::new();
        for value in items.iter() {
            match value.get_ref().as_table() {
                Some(table) => partitions.push(self.partition(table, value.span())),
                None => self.bad(Entry { value, ..entry }, TABLES),
            }
        }
        partitions
    }

    fn partition(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Partition {
        let mut partition = Partition::default();
        for entry in self.entries(table, &PARTITION_KEYS, "a partition") {
            match entry.key {
                "name" => self.text(entry, &mut partition.name),
                "time" => {
                    let time = self.quantity::<Duration>(entry, &DURATION);
                    partition.time = time.map(Walltime::from);
                }
                "memory" => partition.memory = self.quantity(entry, &SIZE),
                "cpus" => self.count(entry, &mut partition.cpus),
                "gpus" => self.count(entry, &mut partition.gpus),
                other => unreachable!("`{other}` is a key without a meaning"),
            }
        }
        if partition.name.is_empty() {
            let span = self.span(span);
            self.errors.push(SiteError::UnnamedPartition { span });
        }
        partition
    }

    /// What a table says under these keys; all else in it is an error.
    fn entries<'t>(
        &mut self,
        table: &'t DeTable<'t>,
        keys: &'static [&'static str],
        place: &'static str,
    ) -> Vec<Entry<'t>> {
        let mut entries = Vec::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match keys.iter().find(|known| **known == name) {
                Some(key) => entries.push(Entry { key, value }),
                None => self.unknown(name, key.span(), place, keys),
            }
        }
        entries
    }

    fn text(&mut self, entry: Entry<'_>, into: &mut String) {
        match entry.value.get_ref().as_str() {
            Some(text) => text.clone_into(into),
            None => self.bad(entry, "a text"),
        }
    }

    fn word<T: Copy>(&mut self, entry: Entry<'_>, into: &mut T, words: &[(&'static str, T)]) {
        let text = entry.value.get_ref().as_str();
        match words.iter().find(|(word, _)| text == Some(*word)) {
            Some((_, meant)) => *into = *meant,
            None => {
                let names: Vec<_> = words
                    .iter()
                    .map(|(word, _)| format!("\"{word}\""))
                    .collect();
                self.bad_with(entry, "one of a few words", names.join(", "));
            }
        }
    }

    fn count<T: From<u64>>(&mut self, entry: Entry<'_>, into: &mut T) {
        let integer = entry.value.get_ref().as_integer();
        let number = integer.and_then(|it| u64::from_str_radix(it.as_str(), it.radix()).ok());
        match number {
            Some(number) => *into = T::from(number),
            None => self.bad(entry, "a whole number"),
        }
    }

    /// A count of at least one.
    fn positive(&mut self, entry: Entry<'_>, into: &mut u64) {
        self.count(entry, into);
        if *into == 0 {
            self.bad(entry, "a whole number above 0");
        }
    }

    /// So many a second, more than none.
    fn rate(&mut self, entry: Entry<'_>, into: &mut f64) {
        let number = match entry.value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::String(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        match number.filter(|rate: &f64| rate.is_finite() && *rate > 0.0) {
            Some(rate) => *into = rate,
            None => self.bad(entry, "a number above 0"),
        }
    }

    fn seconds(&mut self, entry: Entry<'_>, into: &mut f64) {
        if let Some(Duration(seconds)) = self.quantity(entry, &DURATION) {
            *into = seconds;
        }
    }

    /// A duration or a size in the language's own spelling.
    fn quantity<Q: FromStr>(&mut self, entry: Entry<'_>, kind: &Kind) -> Option<Q> {
        let text = entry.value.get_ref().as_str();
        let quantity = text.and_then(|text| text.parse().ok());
        if quantity.is_none() {
            let (key, example) = (entry.key, kind.example);
            let help = format!("write it as a text with its unit: `{key} = \"{example}\"`");
            self.bad_with(entry, kind.name, help);
        }
        quantity
    }

    fn unknown(&mut self, key: &str, span: Range<usize>, place: &'static str, known: &[&str]) {
        let help = match closest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are `{}`", known.join("`, `")),
        };
        let span = self.span(span);
        let key = key.to_owned();
        self.errors.push(SiteError::UnknownKey {
            key,
            place,
            help,
            span,
        });
    }

    fn bad(&mut self, entry: Entry<'_>, expected: &'static str) {
        self.bad_with(entry, expected, format!("write {expected}"));
    }

    fn bad_with(&mut self, entry: Entry<'_>, expected: &'static str, help: String) {
        let Entry { key, value } = entry;
        let found = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            DeValue::Boolean(truth) => truth.to_string(),
            DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                value.get_ref().type_str().to_owned()
            }
        };
        let span = self.span(value.span());
        self.errors.push(SiteError::BadValue {
            key,
            expected,
            found,
            help,
            span,
        });
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range.start, range.end)
    }
}

#[cfg(test)]
mod tests;
