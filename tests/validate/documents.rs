//! Texts that hold no document, or more than one, and files that are no texts.

use super::support::{ADMIN, faults, read};

#[test]
fn a_second_document_is_a_fault_and_the_first_is_still_checked() {
    for end in ["---\nx: 1\n", "--- {}\n", "...\n---\n", "---\n# nothing\n"] {
        let text = format!("members:\n  {ADMIN}\nseets: {{}}\n{end}");
        let found = faults(&text);
        assert!(found.len() == 2 && found[1].starts_with("multiple_documents"), "{end:?}: {found:?}");
    }
}

#[test]
fn marks_around_one_document_are_fine() {
    for text in [
        format!("---\nmembers:\n  {ADMIN}\n"),
        format!("%YAML 1.2\n---\nmembers:\n  {ADMIN}\n...\n"),
        format!("# x\n---\nmembers:\n  {ADMIN}\n...\n# end\n"),
    ] {
        assert_eq!(faults(&text), [""; 0], "{text}");
    }
}

#[test]
fn a_file_without_content_declares_nobody() {
    for text in [
        "",
        "\n\n",
        "# nobody\n",
        "---\n",
        "---\n# nobody\n...\n",
        "\u{feff}",
        "\u{feff}# nobody",
        "{}",
        "members: {}\n",
    ] {
        let found = faults(text);
        assert!(matches!(found.as_slice(), [one] if one.starts_with("no_admin ")), "{text:?}: {found:?}");
    }
}

#[test]
fn a_document_that_is_no_mapping_is_a_fault() {
    for (text, place) in [
        ("--- null\n", "1:5"),
        ("~", "1:1"),
        ("[]", "1:1"),
        ("- a\n- b\n", "1:1"),
        ("text", "1:1"),
        ("12", "1:1"),
    ] {
        assert_eq!(faults(text), [format!("wrong_type {place}")], "{text:?}");
    }
}

#[test]
fn what_is_not_utf_8_is_refused_with_its_line() {
    for bytes in [&b"members:\n  \xff\xfe: {}\n"[..], b"# x\nn\xe9: 1\n", b"a:\n  \xc3"] {
        let told = read(bytes);
        assert_eq!(told.faults(), ["not_utf8"]);
        assert!(told.diagnostics()[0].message.contains("line 2"), "{}", told.diagnostics()[0].message);
    }
}

#[test]
fn utf_16_is_refused() {
    let bytes: Vec<u8> = "\u{feff}members: {}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(faults(bytes), ["not_utf8"]);
}

#[test]
fn a_nul_is_no_yaml() {
    for text in ["members: {}\0", "\0", "a\0b: 1\n", "members:\n  'a\0b': {}\n"] {
        let found = faults(text);
        assert!(matches!(found.as_slice(), [one] if one.starts_with("yaml_syntax ")), "{text:?}: {found:?}");
    }
}

#[test]
fn a_text_that_breaks_off_is_a_fault_in_its_last_line() {
    for text in ["members:\n  {", "members:\n  \"a", "members: {}\nx: [1,\n", "members: {}\nx: &a"] {
        let found = faults(text);
        assert!(
            found.iter().any(|fault| fault.contains(" 2:") || fault.contains(" 1:")),
            "{text:?}: {found:?}"
        );
    }
}
