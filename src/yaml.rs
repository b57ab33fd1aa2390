//! Files in YAML: their text → trees that know their places.

use saphyr::{MarkedYaml, ScanError, YamlLoader};
use saphyr_parser::{Event, Parser, SpannedEventReceiver as _};

/// So many lists and mappings may lie in each other: what walks through them does so by recursion.
pub const DEEPEST: usize = 128;

/// The documents of a file.
pub fn documents(text: &str) -> Result<Vec<MarkedYaml<'_>>, ScanError> {
    let mut loader = YamlLoader::default();
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event?;
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth -= 1,
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::Alias(_)
            | Event::Scalar(..) => {}
        }
        if depth > DEEPEST {
            let reason = "it is nested too deeply";
            return Err(ScanError::new_str(span.start, reason));
        }
        loader.on_event(event, span);
    }
    match loader.error() {
        Some(error) => Err(error.clone()),
        None => Ok(loader.into_documents()),
    }
}
