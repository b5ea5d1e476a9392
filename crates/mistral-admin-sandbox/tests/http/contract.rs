//! The vendor's OpenAPI document, as a judge of answers.

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};

/// Fails the test when an answer is none that the vendor documents.
pub(crate) fn check(method: &str, path: &str, status: u16, answer: &Value) {
    if (400..500).contains(&status) {
        assert!(
            is_general_error(answer) || is_validation_error(answer),
            "{method} {path}: {status} {answer}"
        );
    } else {
        assert!([200, 201, 204].contains(&status), "{method} {path}: {status} {answer}");
    }
    let Some(document) = document() else { return };
    let schema = match status {
        200 | 201 | 204 => {
            let documented = &operation(document, method, path)["responses"][status.to_string()];
            assert!(documented.is_object(), "{method} {path}: {status} is not documented");
            if documented["content"].is_null() {
                assert!(answer.is_null(), "{method} {path}: {status} has a body: {answer}");
                return;
            }
            in_json(documented)
        }
        422 => json!({"$ref": "#/components/schemas/HTTPValidationError"}),
        _ => return,
    };
    let faults: Vec<String> = validator(document, schema)
        .iter_errors(answer)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{method} {path}: {faults:#?}\n{answer:#}");
}

/// Whether a request's body is one that the vendor documents; nothing where the document is absent.
pub(crate) fn permits(method: &str, path: &str, body: &Value) -> Option<bool> {
    let document = document()?;
    let schema = in_json(&operation(document, method, path)["requestBody"]);
    Some(validator(document, schema).is_valid(body))
}

fn document() -> Option<&'static Value> {
    static DOCUMENT: OnceLock<Option<Value>> = OnceLock::new();
    DOCUMENT.get_or_init(load).as_ref()
}

fn validator(document: &Value, schema: Value) -> &'static Validator {
    static VALIDATORS: Mutex<Option<HashMap<String, &'static Validator>>> = Mutex::new(None);
    let mut validators = VALIDATORS.lock().unwrap();
    validators.get_or_insert_default().entry(schema.to_string()).or_insert_with(|| {
        let mut whole = schema;
        whole["components"] = document["components"].clone();
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        Box::leak(Box::new(options.build(&whole).unwrap()))
    })
}

fn is_general_error(answer: &Value) -> bool {
    let keys: Vec<&str> = answer.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    keys == ["code", "message", "object", "param", "type"]
        && answer["object"] == "error"
        && ["message", "type", "code"].iter().all(|key| answer[key].is_string())
}

fn is_validation_error(answer: &Value) -> bool {
    let told =
        |fault: &Value| fault["loc"].is_array() && fault["msg"].is_string() && fault["type"].is_string();
    answer["detail"].as_array().is_some_and(|faults| !faults.is_empty() && faults.iter().all(told))
}

fn load() -> Option<Value> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/admin-api/openapi.yaml");
    let path = std::env::var_os("ORGSYNC_OPENAPI").map_or_else(beside, PathBuf::from);
    let Ok(text) = fs_err::read_to_string(&path) else {
        let on_purpose = std::env::var("ORGSYNC_OPENAPI").is_ok_and(|path| path == "absent");
        assert!(
            on_purpose || std::env::var_os("CI").is_none(),
            "{} is absent: set ORGSYNC_OPENAPI=absent if that is on purpose",
            path.display()
        );
        eprintln!("{} is absent: answers are not held against it", path.display());
        return None;
    };
    let mut document = serde_yaml::from_str(&text).unwrap();
    distinct_enums(&mut document);
    Some(document)
}

/// The document lists one value of an enum twice, which JSON Schema forbids.
fn distinct_enums(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if let (true, Value::Array(values)) = (key == "enum", &mut *value) {
                    let mut seen = Vec::new();
                    values.retain(|value| !seen.contains(value) && (seen.push(value.clone()), true).1);
                }
                distinct_enums(value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(distinct_enums),
        _ => {}
    }
}

fn operation<'a>(document: &'a Value, method: &str, path: &str) -> &'a Value {
    let path = path.split('?').next().unwrap();
    let fits = |template: &str| {
        let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        template.len() == path.len()
            && template.iter().zip(&path).all(|(step, given)| step.starts_with('{') || step == given)
    };
    let paths = document["paths"].as_object().unwrap().iter();
    // Of two that fit, the one with fewer places for ids, as servers do.
    let (_, operations) =
        paths.filter(|(path, _)| fits(path)).min_by_key(|(path, _)| path.matches('{').count()).unwrap();
    &operations[method.to_lowercase()]
}

fn in_json(place: &Value) -> Value {
    place["content"]["application/json"]["schema"].clone()
}
