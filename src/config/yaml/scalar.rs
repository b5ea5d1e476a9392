//! What a plain scalar is.

/// A plain scalar's value under YAML 1.2's core schema.
pub(super) enum Plain<'s> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(&'s str),
}

/// The type of a plain scalar by its spelling (YAML 1.2.2, 10.3.2).
pub(super) fn resolve(text: &str) -> Plain<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Null,
        "true" | "True" | "TRUE" => return Plain::Bool(true),
        "false" | "False" | "FALSE" => return Plain::Bool(false),
        _ => {}
    }
    let first = text.trim_start_matches(['-', '+', '.']).bytes().next();
    if !first.is_some_and(|b| b.is_ascii_digit() || b == b'i' || b == b'I' || b == b'n' || b == b'N') {
        return Plain::Text(text);
    }
    let radix =
        |prefix, radix| text.strip_prefix(prefix).and_then(|d: &str| u64::from_str_radix(d, radix).ok());
    if let Some(value) = text.parse().ok().or_else(|| radix("0x", 16)).or_else(|| radix("0o", 8)) {
        return Plain::Unsigned(value);
    }
    if let Ok(value) = text.parse() {
        return Plain::Signed(value);
    }
    let unsigned = text.trim_start_matches(['-', '+']);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => Plain::Float(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" => Plain::Float(f64::NAN),
        // Rust also reads `inf` and `infinity`; YAML does not.
        _ if unsigned.contains(|c: char| c.is_ascii_digit()) => {
            text.parse().map_or(Plain::Text(text), Plain::Float)
        }
        _ => Plain::Text(text),
    }
}
