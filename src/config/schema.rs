//! The JSON Schema of configuration files, for editors.
//!
//! It is Draft-07, because current editors read newer drafts as Draft-07. Titles, descriptions, examples and defaults
//! come from the types in [`file`](super::file), and are adapted here to how editors show them. Everything is inlined:
//! with references, editors would show the description of the type instead of the key, and complete keys without a
//! colon.

use super::file::ConfigFile;
use super::snippets;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema as _, Schema};
use serde_json::{Value, json};

/// Alternative names in files: a value that identifies the enum, the alternative name, and the name in output.
const ALIASES: [(&str, &str, &str); 3] = [
    ("admin", "organization_admin", "admin"),
    ("admin", "billing_manager", "billing"),
    ("le_chat", "vibe", "le_chat"),
];

/// The JSON Schema of a configuration file.
#[must_use]
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let settings = settings.with_transform(EnumValues).with_transform(KeyPatterns);
    let mut generator = settings.with_transform(Prose).with_transform(NoSizes).into_generator();
    let mut schema = generator.root_schema_for::<ConfigFile>();
    let title = ConfigFile::schema_name();
    schema.insert("$comment".into(), json!(format!("Generated from the types of orgsync ({title}).")));
    schema.insert("defaultSnippets".into(), snippets::files());
    let main: Vec<_> =
        ConfigFile::default().main_keys().iter().map(|(key, _)| json!({ "required": [key] })).collect();
    schema.insert("if".into(), json!({ "anyOf": main }));
    // Not as dependencies of keys, for which editors would mark the whole file once per key.
    let needed = "A file with `organization`, `include`, `seats`, `policy` or `defaults` needs `version: 1`.";
    schema.insert("then".into(), json!({ "required": ["version"], "errorMessage": needed }));
    schema.to_value()
}

/// Turns a choice of constants, as generated for enums, into `enum` with a description for each value, which editors
/// show better.
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
        // Some editors render `enumDescriptions` as Markdown, others need `markdownEnumDescriptions`.
        schema.insert("markdownEnumDescriptions".into(), descriptions.clone().into());
        schema.insert("enumDescriptions".into(), descriptions.into());
    }
}

/// Turns a choice of constants for keys into a pattern: editors would offer each constant as a key with itself as the
/// value.
#[derive(Debug, Clone)]
struct KeyPatterns;

impl Transform for KeyPatterns {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let keys = schema.get("propertyNames").and_then(|keys| keys.get("enum")).and_then(Value::as_array);
        let Some(words) = keys.map(|keys| keys.iter().filter_map(Value::as_str).collect::<Vec<_>>()) else {
            return;
        };
        let message = format!("One of {}.", words.join(", "));
        let pattern = format!("^({})$", words.join("|"));
        let keys = json!({ "pattern": pattern, "patternErrorMessage": message });
        schema.insert("propertyNames".into(), keys);
    }
}

/// Joins each paragraph of a description into one line, appends the default, and marks it as Markdown.
#[derive(Debug, Clone)]
struct Prose;

impl Transform for Prose {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        // The description says what happens if an optional key is absent.
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

/// A value as YAML on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(key, value)| format!("{key}: {}", flow(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

/// Removes the Rust integer types, which are not formats of JSON Schema.
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
