//! The text of one value in a file.

use std::borrow::Cow;

use crate::types::Type;

/// The value of a cell as scripts will see it, or why it is none.
pub(super) fn checked<'c>(cell: &'c str, ty: &Type, folder: &str) -> Result<Cow<'c, str>, Refused> {
    let trimmed = cell.trim();
    let none = || {
        if trimmed.is_empty() {
            Refused::Empty
        } else {
            Refused::Other
        }
    };
    match ty {
        Type::Int => canonical(trimmed).ok_or_else(none),
        Type::Float => match trimmed.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(trimmed.into()),
            Ok(_) | Err(_) => Err(none()),
        },
        Type::Bool => match trimmed {
            "true" | "false" => Ok(trimmed.into()),
            _ => Err(none()),
        },
        Type::String => Ok(cell.into()),
        Type::Enum(words) if words.iter().any(|word| word == trimmed) => Ok(trimmed.into()),
        Type::Enum(_) => Err(none()),
        Type::File | Type::Dir if trimmed.is_empty() => Err(Refused::Empty),
        Type::File | Type::Dir if folder.is_empty() || trimmed.starts_with('/') => {
            Ok(trimmed.into())
        }
        Type::File | Type::Dir => Ok(format!("{folder}/{trimmed}").into()),
        Type::Optional(inner) if trimmed.is_empty() => {
            debug_assert!(!matches!(**inner, Type::Optional(_)));
            Ok("".into())
        }
        Type::Optional(inner) => checked(cell, inner, folder),
        Type::Duration | Type::Size | Type::List(_) | Type::Record(_) => Err(Refused::Other),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Empty,
    Other,
}

/// The one spelling of a whole number: shards are known by it.
fn canonical(text: &str) -> Option<Cow<'_, str>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.len() < 19
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.is_empty()
        && (!digits.starts_with('0') || text == "0");
    if plain {
        return Some(text.into());
    }
    let number: i64 = text.parse().ok()?;
    Some(number.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_has_one_spelling() {
        for (cell, text) in [("007", "7"), ("-0", "0"), ("+5", "5"), (" 12 ", "12")] {
            assert_eq!(checked(cell, &Type::Int, ""), Ok(text.into()), "{cell}");
        }
        assert_eq!(checked("1.5", &Type::Int, ""), Err(Refused::Other));
        assert_eq!(checked("", &Type::Int, ""), Err(Refused::Empty));
    }

    #[test]
    fn paths_are_relative_to_the_sheet() {
        assert_eq!(checked("a.fq", &Type::File, "data"), Ok("data/a.fq".into()));
        assert_eq!(
            checked("/x/a.fq", &Type::File, "data"),
            Ok("/x/a.fq".into())
        );
    }
}
