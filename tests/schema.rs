//! `docs/manifest.schema.json` and the types of the manifest say the same.

use flowc::manifest::Manifest;
use serde_json::Value;

use crate::support;

#[test]
fn emitted_manifests_fit_the_types_and_the_schema() {
    let schema = support::read(&support::root("docs/manifest.schema.json"));
    let schema: Value = serde_json::from_str(&schema).unwrap();
    for case in support::files("tests/cases", "flow") {
        let Ok(compiled) = support::compile(&case) else {
            continue;
        };
        let text = compiled.manifest.to_json();
        let back: Manifest = serde_json::from_str(&text).unwrap();
        assert_eq!(back, compiled.manifest);
        let value = serde_json::from_str(&text).unwrap();
        let mut faults = Vec::new();
        Schema { root: &schema }.check(&schema, &value, "", &mut faults);
        assert!(faults.is_empty(), "{}: {faults:#?}", case.display());
    }
}

/// As much of JSON Schema as ours uses.
struct Schema<'a> {
    root: &'a Value,
}

impl Schema<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        if let Some(name) = schema["$ref"].as_str() {
            let definition = name.strip_prefix("#/$defs/").unwrap();
            return self.check(&self.root["$defs"][definition], value, at, faults);
        }
        if let Some(ty) = schema["type"].as_str()
            && !is_of(ty, value)
        {
            faults.push(format!("{at}: not of type {ty}: {value}"));
        }
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
        {
            faults.push(format!("{at}: not one of {words:?}: {value}"));
        }
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            self.check(&schema["items"], item, &format!("{at}/{index}"), faults);
        }
        let required = schema["required"].as_array().into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if value.get(name).is_none() {
                faults.push(format!("{at}: lacks {name}"));
            }
        }
        for (name, field) in value.as_object().into_iter().flatten() {
            match schema["properties"].get(name) {
                Some(inner) => self.check(inner, field, &format!("{at}/{name}"), faults),
                None => faults.push(format!("{at}: {name} is not in the schema")),
            }
        }
    }
}

fn is_of(ty: &str, value: &Value) -> bool {
    match ty {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        other => panic!("the schema has a type that this test does not know: {other}"),
    }
}
