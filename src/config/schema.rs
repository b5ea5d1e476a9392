//! The JSON Schema of configuration files, for editors.
//!
//! Draft-07, because editors in the field read newer drafts as that. Titles, descriptions, examples and defaults come
//! from the types in [`file`](super::file); here they are put as editors show them. All stands where it is used: what
//! is said of a key would give way to what is said of a type that it refers to, and a key whose type is elsewhere is
//! completed without a colon.

use super::file::ConfigFile;
use super::snippets;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema as _, Schema};
use serde_json::{Value, json};

/// Names that files may use beside the one that output shows: a value of the choice that has them, the name, and what
/// it stands for.
const ALIASES: [(&str, &str, &str); 3] = [
    ("admin", "organization_admin", "admin"),
    ("admin", "billing_manager", "billing"),
    ("le_chat", "vibe", "le_chat"),
];

/// The JSON Schema of a configuration file.
#[must_use]
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut generator =
        settings.with_transform(EnumValues).with_transform(Prose).with_transform(NoSizes).into_generator();
    let mut schema = generator.root_schema_for::<ConfigFile>();
    let title = ConfigFile::schema_name();
    schema.insert("$comment".into(), json!(format!("Generated from the types of orgsync ({title}).")));
    schema.insert("defaultSnippets".into(), snippets::files());
    let main: Vec<_> =
        ConfigFile::default().main_keys().iter().map(|(key, _)| json!({ "required": [key] })).collect();
    schema.insert("if".into(), json!({ "anyOf": main }));
    // Not as dependencies of keys: editors mark the whole file then, once for each.
    let needed =
        "A file with `organization`, `include`, `seats`, `policy` or `defaults` begins with `version: 1`.";
    schema.insert("then".into(), json!({ "required": ["version"], "errorMessage": needed }));
    schema.to_value()
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
        let (Some(mut values), Some(mut descriptions)) = (part("const"), part("description")) else { return };
        for (beside, alias, name) in ALIASES {
            if values.iter().any(|value| value == beside) {
                values.push(alias.into());
                descriptions.push(format!("Another name of `{name}`.").into());
            }
        }
        schema.remove("oneOf");
        schema.insert("type".into(), "string".into());
        schema.insert("enum".into(), values.into());
        // The second is for editors that show Markdown without saying so.
        schema.insert("markdownEnumDescriptions".into(), descriptions.clone().into());
        schema.insert("enumDescriptions".into(), descriptions.into());
    }
}

/// Puts a description on one line for each paragraph, with the default at the end, and marks it as Markdown.
#[derive(Debug, Clone)]
struct Prose;

impl Transform for Prose {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        // That of a key that may be absent, which its description puts in words.
        if schema.get("default").is_some_and(Value::is_null) {
            schema.remove("default");
        }
        let Some(written) = schema.get("description").and_then(Value::as_str) else { return };
        let paragraphs: Vec<_> =
            written.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
        let mut text = paragraphs.join("\n\n");
        if let Some(default) = schema.get("default") {
            text += &format!(" Default: `{}`.", flow(default));
        }
        schema.insert("description".into(), text.clone().into());
        schema.insert("markdownDescription".into(), text.into());
    }
}

/// A value as people write it in YAML on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// Removes the size of numbers in the program, which is no format of JSON Schema.
#[derive(Debug, Clone)]
struct NoSizes;

impl Transform for NoSizes {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        if schema.get("format").is_some_and(|format| format == "uint32") {
            schema.remove("format");
        }
    }
}
