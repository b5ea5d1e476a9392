//! The JSON Schema of configuration files, for editors.
//!
//! Draft-07, because editors in the field read newer drafts as that.

use super::file::ConfigFile;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema as _, Schema};
use serde_json::{Map, Value, json};

/// Names that files may use beside the one that output shows: schema, name, and what it stands for.
const ALIASES: [(&str, &str, &str); 3] = [
    ("Role", "organization_admin", "admin"),
    ("Role", "billing_manager", "billing"),
    ("Product", "vibe", "le_chat"),
];

/// The JSON Schema of a configuration file.
#[must_use]
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft07().with_transform(EnumValues).into_generator();
    let title = ConfigFile::schema_name().into_owned();
    let mut schema = generator.root_schema_for::<ConfigFile>();
    schema.insert("title".into(), "orgsync configuration".into());
    schema.insert("$comment".into(), json!(format!("Generated from the types of orgsync ({title}).")));
    for (key, _) in ConfigFile::default().main_keys() {
        let needs = schema.ensure_object().entry("dependencies").or_insert_with(|| json!({}));
        if let Some(needs) = needs.as_object_mut() {
            needs.insert(key.into(), json!(["version"]));
        }
    }
    for (definition, alias, name) in ALIASES {
        let definition = schema.pointer_mut(&format!("/definitions/{definition}"));
        if let Some(definition) = definition.and_then(Value::as_object_mut) {
            push(definition, "enum", json!(alias));
            push(definition, "markdownEnumDescriptions", json!(format!("Another name of `{name}`.")));
        }
    }
    schema.to_value()
}

fn push(object: &mut Map<String, Value>, key: &str, value: Value) {
    if let Some(list) = object.get_mut(key).and_then(Value::as_array_mut) {
        list.push(value);
    }
}

/// Turns a choice among constants, as enums are generated, into `enum` with a description for each value: editors
/// complete both, and show only the latter well.
#[derive(Debug, Clone)]
struct EnumValues;

impl Transform for EnumValues {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(choices) = schema.get("oneOf").and_then(Value::as_array) else { return };
        let part =
            |key: &str| choices.iter().map(|choice| choice.get(key).cloned()).collect::<Option<Vec<_>>>();
        let (Some(values), Some(descriptions)) = (part("const"), part("description")) else { return };
        schema.remove("oneOf");
        schema.insert("type".into(), "string".into());
        schema.insert("enum".into(), values.into());
        schema.insert("markdownEnumDescriptions".into(), descriptions.into());
    }
}
