//! `--array=0-99%20` as a collection.

/// The indices of an array, and how many of them may run at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Array {
    pub indices: Vec<u64>,
    /// As the language writes them.
    pub written: String,
    pub at_once: Option<u64>,
}

/// SLURM's own limit of `MaxArraySize`.
const MOST: u64 = 4_000_001;

/// Reads `0-99`, `1,3,5`, `0-98:2`, `1-4,8%2`; None where SLURM would not.
pub(super) fn array(text: &str) -> Option<Array> {
    let (list, at_once) = match text.split_once('%') {
        Some((list, most)) => (list, Some(most.parse().ok()?)),
        None => (text, None),
    };
    let ranges: Option<Vec<_>> = list.split(',').map(|part| range(part.trim())).collect();
    let ranges = ranges?;
    let mut indices = Vec::new();
    for &(first, last, step) in &ranges {
        indices.extend((first..=last).step_by(usize::try_from(step).ok()?));
    }
    indices.sort_unstable();
    indices.dedup();
    let written = match ranges.as_slice() {
        [(first, last, step)] if first < last => collection(*first, *last, *step),
        _ => {
            let items: Vec<_> = indices.iter().map(ToString::to_string).collect();
            format!("[{}]", items.join(", "))
        }
    };
    Some(Array {
        indices,
        written,
        at_once,
    })
}

/// First, last, step.
fn range(part: &str) -> Option<(u64, u64, u64)> {
    let (range, step) = part.split_once(':').unwrap_or((part, "1"));
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last, step) = (first.parse().ok()?, last.parse().ok()?, step.parse().ok()?);
    (first <= last && last < MOST && step > 0).then_some((first, last, step))
}

fn collection(first: u64, last: u64, step: u64) -> String {
    match (first, step) {
        (0, 1) => format!("0..{}", last + 1),
        (_, 1) => format!("{first}..={last}"),
        _ => format!("{first}..={last} step {step}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_collections() {
        let written = |text| array(text).map(|it| it.written).unwrap_or_default();
        assert_eq!(written("0-99%20"), "0..100");
        assert_eq!(written("1-100"), "1..=100");
        assert_eq!(written("0-98:2"), "0..=98 step 2");
        assert_eq!(written("1,3,5"), "[1, 3, 5]");
        assert_eq!(written("5,1-3,2"), "[1, 2, 3, 5]");
        assert_eq!(written("7"), "[7]");
        assert_eq!(array("0-9%3").and_then(|it| it.at_once), Some(3));
        for wrong in ["", "3-1", "0-9:0", "a-b", "1-", "0-99999999999", "$N"] {
            assert_eq!(array(wrong), None, "{wrong}");
        }
    }
}
