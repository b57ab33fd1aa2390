//! Types and values of the language.
//!
//! Knows nothing of programs: `hir` and `dataflow` say what has which type.

use std::fmt;

/// A type as programs write it; the axes of a value are not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    Int,
    Float,
    Bool,
    String,
    File,
    Dir,
    /// Seconds; only in resource and cost clauses.
    Duration,
    /// Bytes; only in resource and cost clauses.
    Size,
    List(Box<Type>),
    Optional(Box<Type>),
    /// By its name; fields are found through the program.
    Record(String),
    /// `"knn" | "ann"`
    Enum(Vec<String>),
}

impl Type {
    /// Of a list the type of its items.
    pub fn item(&self) -> Option<&Self> {
        if let Self::List(item) = self {
            Some(item)
        } else {
            None
        }
    }

    /// What a list is a list of; an optional list too, and any other type is its own item.
    pub fn innermost(&self) -> &Self {
        match self {
            Self::List(item) => item,
            Self::Optional(inner) => inner.innermost(),
            Self::Int
            | Self::Float
            | Self::Bool
            | Self::String
            | Self::File
            | Self::Dir
            | Self::Duration
            | Self::Size
            | Self::Record(_)
            | Self::Enum(_) => self,
        }
    }

    /// A `File` or a `Dir`, there or not.
    pub fn is_path(&self) -> bool {
        match self {
            Self::File | Self::Dir => true,
            Self::Optional(inner) => inner.is_path(),
            Self::Int
            | Self::Float
            | Self::Bool
            | Self::String
            | Self::Duration
            | Self::Size
            | Self::List(_)
            | Self::Record(_)
            | Self::Enum(_) => false,
        }
    }

    /// Without the `?`: what a value is where it is there.
    pub fn present(&self) -> &Self {
        if let Self::Optional(inner) = self {
            inner
        } else {
            self
        }
    }

    /// Whether a value of it may be absent.
    pub fn is_optional(&self) -> bool {
        matches!(self, Self::Optional(_))
    }

    /// As it is where it may be absent.
    pub fn optional(self) -> Self {
        if self.is_optional() {
            self
        } else {
            Self::Optional(Box::new(self))
        }
    }

    /// The name of a record.
    pub fn record(&self) -> Option<&str> {
        if let Self::Record(name) = self {
            Some(name)
        } else {
            None
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int => f.write_str("Int"),
            Self::Float => f.write_str("Float"),
            Self::Bool => f.write_str("Bool"),
            Self::String => f.write_str("String"),
            Self::File => f.write_str("File"),
            Self::Dir => f.write_str("Dir"),
            Self::Duration => f.write_str("Duration"),
            Self::Size => f.write_str("Size"),
            Self::List(item) => write!(f, "[{item}]"),
            Self::Optional(inner) => write!(f, "{inner}?"),
            Self::Record(name) => f.write_str(name),
            Self::Enum(words) => {
                let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                f.write_str(&quoted.join(" | "))
            }
        }
    }
}

/// A value known when compiling.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Int(i64),
    Float(f64),
    Bool(bool),
    String(String),
    /// A path as written: relative to the program, or absolute.
    File(String),
    Dir(String),
    /// Seconds.
    Duration(f64),
    /// Bytes.
    Size(f64),
    List(Vec<Value>),
    /// Field values in the order of the record's fields.
    Record(String, Vec<(String, Value)>),
    /// An absent optional.
    Absent,
}

impl Value {
    /// The items of a list; None of anything else.
    pub fn into_list(self) -> Option<Vec<Self>> {
        if let Self::List(items) = self {
            Some(items)
        } else {
            None
        }
    }

    /// The values of a record's fields; None of anything else.
    pub fn into_fields(self) -> Option<Vec<(String, Self)>> {
        if let Self::Record(_, fields) = self {
            Some(fields)
        } else {
            None
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self {
            Some(*number)
        } else {
            None
        }
    }

    /// The text that a script sees. A list has none of its own: its items have.
    pub fn text(&self) -> String {
        match self {
            Self::Int(value) => value.to_string(),
            Self::Float(value) | Self::Duration(value) | Self::Size(value) => float(*value),
            Self::Bool(value) => value.to_string(),
            Self::String(text) | Self::File(text) | Self::Dir(text) => text.clone(),
            Self::List(_) | Self::Record(..) | Self::Absent => String::new(),
        }
    }
}

/// `1.0`, `0.1`, `1e-7`: the shortest text that reads back as the same number.
fn float(value: f64) -> String {
    format!("{value:?}")
}
