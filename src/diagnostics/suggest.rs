//! Did-you-mean.

/// The candidate that a misspelt name is most likely meant to be, if one is near: about one slip in
/// three letters. Of equally near ones the first.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let allowed = (wanted.chars().count() / 3).max(1);
    let distance =
        |candidate: &str| strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (distance(candidate), candidate))
        // One letter is never a slip of another.
        .filter(|(slips, candidate)| *slips <= allowed && *slips < candidate.chars().count())
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// The spelling that a message proposes, where it says ``did you mean `NAME`?``.
pub fn suggested(message: &str) -> Option<&str> {
    let (_, behind) = message.split_once("did you mean `")?;
    let (name, _) = behind.split_once("`?")?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::{closest, suggested};

    #[test]
    fn a_proposal_is_found_in_a_message() {
        let message = "unknown name `sed`\nhelp: did you mean `seed`?";
        assert_eq!(suggested(message), Some("seed"));
        assert_eq!(suggested("unknown name `sed`"), None);
    }

    #[test]
    fn near_names_are_found() {
        let words = ["process", "param", "publish", "seed"];
        assert_eq!(closest("proces", words), Some("process"));
        assert_eq!(closest("Process", words), Some("process"));
        assert_eq!(closest("pubilsh", words), Some("publish"));
        assert_eq!(closest("seeds", words), Some("seed"));
    }

    #[test]
    fn far_names_are_not() {
        assert_eq!(closest("rule", ["process", "param"]), None);
        assert_eq!(closest("x", ["y", "z"]), None);
        assert_eq!(closest("seed", ["seed"]), None);
        assert_eq!(closest("seed", []), None);
    }
}
