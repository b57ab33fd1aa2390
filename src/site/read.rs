//! From the text of a site file to [`Site`]; every key is looked at, every error is gathered.

use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::closest;
use crate::source::{SourceId, Span};
use crate::units::{Duration, Size, Walltime};

use super::{DependencyStyle, NodeUse, Partition, Runtime, Site, SiteError};

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

/// What a quantity is called, and an example.
const DURATION: (&str, &str) = ("a duration", "20s");
const SIZE: (&str, &str) = ("a size", "4GB");

impl Reader {
    fn site(&mut self, table: &DeTable<'_>) -> Site {
        let mut site = Site::generic();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => self.text("name", value, &mut site.name),
                "container" => self.word("container", value, &mut site.container, &Runtime::WORDS),
                "max_array_size" => self.count("max_array_size", value, &mut site.max_array_size),
                "submit_limit" => self.count("submit_limit", value, &mut site.submit_limit),
                "dependency" => {
                    let words = &DependencyStyle::WORDS;
                    self.word("dependency", value, &mut site.dependency, words);
                }
                "startup" => self.seconds("startup", value, &mut site.startup),
                "container_startup" => {
                    self.seconds("container_startup", value, &mut site.container_startup);
                }
                "shell_time" => self.seconds("shell_time", value, &mut site.shell_time),
                "dependency_delay" => {
                    self.seconds("dependency_delay", value, &mut site.dependency_delay);
                }
                "launch_rate" => self.rate("launch_rate", value, &mut site.launch_rate),
                "shard_rate" => self.rate("shard_rate", value, &mut site.shard_rate),
                "slots" => self.positive("slots", value, &mut site.slots),
                "nodes" => self.word("nodes", value, &mut site.nodes, &NodeUse::WORDS),
                "cores" => self.positive("cores", value, &mut site.cores),
                "node_memory" => {
                    let memory = self.quantity("node_memory", SIZE, value);
                    site.node_memory = memory.unwrap_or(site.node_memory);
                }
                "memory" => site.memory = self.quantity::<Size>("memory", SIZE, value),
                "partition" => self.partitions(value, &mut site),
                other => self.unknown(other, key.span(), "the site file", &KEYS),
            }
        }
        site
    }

    fn partitions(&mut self, value: &Value<'_>, site: &mut Site) {
        let Some(tables) = value.get_ref().as_array() else {
            return self.bad("partition", "a list of tables (`[[partition]]`)", value);
        };
        for item in tables.iter() {
            match item.get_ref().as_table() {
                Some(table) => {
                    let partition = self.partition(table, item.span());
                    site.partitions.push(partition);
                }
                None => self.bad("partition", "a list of tables (`[[partition]]`)", item),
            }
        }
    }

    fn partition(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Partition {
        let mut partition = Partition::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => self.text("name", value, &mut partition.name),
                "time" => {
                    let time = self.quantity::<Duration>("time", DURATION, value);
                    partition.time = time.map(Walltime::from);
                }
                "memory" => partition.memory = self.quantity::<Size>("memory", SIZE, value),
                "cpus" => self.count("cpus", value, &mut partition.cpus),
                "gpus" => self.count("gpus", value, &mut partition.gpus),
                other => self.unknown(other, key.span(), "a partition", &PARTITION_KEYS),
            }
        }
        if partition.name.is_empty() {
            let span = self.span(span);
            self.errors.push(SiteError::UnnamedPartition { span });
        }
        partition
    }

    fn text(&mut self, key: &'static str, value: &Value<'_>, into: &mut String) {
        match value.get_ref().as_str() {
            Some(text) => text.clone_into(into),
            None => self.bad(key, "a text", value),
        }
    }

    fn word<T: Copy>(
        &mut self,
        key: &'static str,
        value: &Value<'_>,
        into: &mut T,
        words: &[(&'static str, T)],
    ) {
        let text = value.get_ref().as_str();
        match words.iter().find(|(word, _)| text == Some(*word)) {
            Some((_, meant)) => *into = *meant,
            None => {
                let names: Vec<_> = words
                    .iter()
                    .map(|(word, _)| format!("\"{word}\""))
                    .collect();
                self.bad_with(key, "one of a few words", value, names.join(", "));
            }
        }
    }

    fn count<T: From<u64>>(&mut self, key: &'static str, value: &Value<'_>, into: &mut T) {
        let integer = value.get_ref().as_integer();
        let number = integer.and_then(|it| u64::from_str_radix(it.as_str(), it.radix()).ok());
        match number {
            Some(number) => *into = T::from(number),
            None => self.bad(key, "a whole number", value),
        }
    }

    /// A count of at least one.
    fn positive(&mut self, key: &'static str, value: &Value<'_>, into: &mut u64) {
        self.count(key, value, into);
        if *into == 0 {
            self.bad(key, "a whole number above 0", value);
        }
    }

    /// So many a second, more than none.
    fn rate(&mut self, key: &'static str, value: &Value<'_>, into: &mut f64) {
        let number = match value.get_ref() {
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
            None => self.bad(key, "a number above 0", value),
        }
    }

    fn seconds(&mut self, key: &'static str, value: &Value<'_>, into: &mut f64) {
        if let Some(Duration(seconds)) = self.quantity(key, DURATION, value) {
            *into = seconds;
        }
    }

    /// A duration or a size in the language's own spelling.
    fn quantity<Q: FromStr>(
        &mut self,
        key: &'static str,
        (kind, example): (&'static str, &'static str),
        value: &Value<'_>,
    ) -> Option<Q> {
        let quantity = value.get_ref().as_str().and_then(|text| text.parse().ok());
        if quantity.is_none() {
            let help = format!("write it as a text with its unit: `{key} = \"{example}\"`");
            self.bad_with(key, kind, value, help);
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

    fn bad(&mut self, key: &'static str, expected: &'static str, value: &Value<'_>) {
        self.bad_with(key, expected, value, format!("write {expected}"));
    }

    fn bad_with(
        &mut self,
        key: &'static str,
        expected: &'static str,
        value: &Value<'_>,
        help: String,
    ) {
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
