//! Places: lines and columns as an editor counts them, and lines that are shown without harm.

use super::support::{ADMIN, Project, Told, faults, read};

/// What a terminal would obey or hide, but for line breaks.
pub(crate) fn hostile(text: &str) -> String {
    text.chars().filter(|c| *c != '\n' && orgsync::escape::is_hostile(*c)).collect()
}

fn rendered(told: &Told) -> String {
    told.diagnostics().iter().map(|diagnostic| told.rendered(diagnostic)).collect()
}

#[test]
fn a_byte_order_mark_is_no_column() {
    let text = format!("\u{feff}membres: {{}}\nmembers:\n  {ADMIN}\n");
    let told = read(&text);
    assert_eq!(told.faults(), ["unknown_key 1:1"]);
    assert!(rendered(&told).contains("1 | membres: {}\n  | ^^^^^^^\n"), "{}", rendered(&told));
}

#[test]
fn windows_line_endings_are_line_endings() {
    let text = format!("members:\r\n  {ADMIN}\r\n\r\n  bob@acme.example: {{ rolse: [] }}\r\n");
    let told = read(&text);
    assert_eq!(told.faults(), ["unknown_key 4:23"]);
    assert!(rendered(&told).contains("4 |   bob@acme.example: { rolse: [] }\n"), "{}", rendered(&told));
}

#[test]
fn a_fault_at_the_end_of_a_line_of_windows_is_in_that_line() {
    let told = read(format!("members:\r\n  {ADMIN}\r\nseats:\r\nversion: 1\r\n"));
    assert_eq!(told.faults(), ["wrong_type 3:6"]);
    assert_eq!(hostile(&rendered(&told)), "");
}

#[test]
fn a_fault_in_the_end_of_a_line_is_behind_the_line() {
    for text in ["? # \r", "? # \r\n", "? # \r\r\r\n", "members:\r\r\n  a: [\r\r\n"] {
        let told = read(text);
        for diagnostic in told.diagnostics() {
            let shown = told.rendered(diagnostic);
            for label in &diagnostic.labels {
                let place = told.loaded.sources.position(label.span);
                assert!(shown.contains(&format!(":{}:{}\n", place.line, place.column)), "{place}: {shown}");
            }
        }
        assert!(!told.faults().is_empty(), "{text:?}");
    }
}

#[test]
fn an_old_line_ending_alone_is_shown_as_a_mark() {
    let told = read("members:\r  a: {}\r");
    assert!(!told.faults().is_empty());
    assert_eq!(hostile(&rendered(&told)), "");
}

#[test]
fn columns_count_characters_whatever_their_width() {
    for name in ["é", "日", "🔬", "e\u{301}"] {
        let column = 29 + name.chars().count();
        let text = format!("members:\n  {ADMIN}\n  b@acme.example: {{ name: {name}, x: 1 }}\n");
        assert_eq!(faults(&text), [format!("unknown_key 3:{column}")], "{name}");
        let told = read(&text);
        assert!(rendered(&told).contains(&format!("orgsync.yaml:3:{column}\n")), "{}", rendered(&told));
    }
}

#[test]
fn the_mark_stands_under_what_it_means_behind_wide_characters() {
    let told = read(format!("members:\n  {ADMIN}\n  b@acme.example: {{ name: 日本, x: 1 }}\n"));
    let shown = "3 |   b@acme.example: { name: 日本, x: 1 }\n  |                                 ^\n";
    assert!(rendered(&told).contains(shown), "{}", rendered(&told));
}

#[test]
fn a_tab_is_one_column_and_shown_as_spaces() {
    let told = read(format!("members:\n  {ADMIN}\n  b@acme.example:\t{{ x: 1 }}\n"));
    assert_eq!(told.faults(), ["unknown_key 3:21"]);
    let shown = "3 |   b@acme.example:    { x: 1 }\n  |                        ^\n";
    assert!(rendered(&told).contains(shown), "{}", rendered(&told));
}

#[test]
fn indenting_with_tabs_is_a_fault_that_says_so() {
    let told = read("members:\n\tada@acme.example: { roles: [admin] }\n");
    assert_eq!(told.faults(), ["yaml_syntax 2:2"]);
    assert!(told.diagnostics()[0].help.contains("spaces"));
}

#[test]
fn what_escape_sequences_stand_for_is_shown_escaped() {
    let told = read("\"\\e[31m\\x9b\\u202e\\u200b\\n\": {}\n");
    let text = rendered(&told);
    assert!(text.contains(r"the key `\u{1b}[31m\u{9b}\u{202e}\u{200b}\n`"), "{text}");
    assert_eq!(hostile(&text), "");
}

#[test]
fn what_a_terminal_would_obey_is_not_shown_as_it_is_written() {
    for c in
        ["\u{1b}[2J", "\u{9b}2J", "\u{202e}", "\u{200b}", "\u{2066}", "\u{feff}", "\u{e0041}", "\u{7f}", "\0"]
    {
        for text in [format!("a{c}b: 1\n"), format!("seats: {{}} # {c}\n"), format!("x: '{c}' # {c}\n")] {
            assert_eq!(hostile(&rendered(&read(&text))), "", "{text:?}");
        }
    }
}

#[test]
fn hidden_characters_before_a_place_leave_column_and_mark_where_they_belong() {
    let told = read(format!("members:\n  {ADMIN}\n  b@acme.example: {{ name: \u{202e}\u{200b}x, y: 1 }}\n"));
    assert_eq!(told.faults(), ["invalid_value 3:27", "unknown_key 3:32"]);
    let shown = "3 |   b@acme.example: { name: ��x, y: 1 }\n  |                                ^\n";
    assert!(rendered(&told).contains(shown), "{}", rendered(&told));
}

#[test]
fn a_file_name_is_shown_escaped() {
    let name = "te\u{1b}[31m\nam\u{202e}.yaml";
    let main = format!("version: 1\ninclude: ['*.yaml']\nmembers:\n  {ADMIN}\n");
    let project = Project::new(&[("orgsync.yaml", main.as_str()), (name, "team: {}\n")]);
    let (_, text) = project.validate(".");
    assert!(text.contains(r"te\u{1b}[31m\nam\u{202e}.yaml:1:1"), "{text}");
    assert_eq!(hostile(&text), "");
}

#[test]
fn the_name_of_a_file_that_can_t_be_read_is_shown_escaped() {
    let (_, text) = Project::new::<&str>(&[]).validate("no\u{1b}[31m\nsuch\u{9b}.yaml");
    assert!(text.contains(r"no\u{1b}[31m\nsuch\u{9b}.yaml"), "{text}");
    assert_eq!(hostile(&text), "");
}

#[test]
fn a_very_long_line_is_named_and_not_shown() {
    let people: Vec<_> = (0..5000).map(|n| format!("p{n}@acme.example: {{ x: 1 }}")).collect();
    let told = read(format!("members: {{ {}, {ADMIN} }}\n", people.join(", ")));
    assert_eq!(told.diagnostics().len(), 5000);
    let text = told.rendered(&told.diagnostics()[4999]);
    assert!(text.contains("orgsync.yaml:1:148894"), "{text}");
    assert!(text.len() < 500, "{} bytes", text.len());
}

#[test]
fn a_very_long_word_is_cut_in_the_message() {
    let told = read(format!("{}: 1\n'{}@x': 1\n", "k".repeat(1000), "é".repeat(100_000)));
    for diagnostic in told.diagnostics() {
        assert!(diagnostic.message.chars().count() < 200, "{}", diagnostic.message.len());
    }
}

#[test]
fn a_list_or_mapping_of_several_lines_is_marked_at_its_key() {
    let text = format!("version: 1\nseats:\n  le_chat:\n    reserve: 1\nmembers:\n  {ADMIN}\n");
    assert_eq!(faults(text), ["missing_key 3:3"]);
}

#[test]
fn a_list_in_brackets_is_marked_as_a_whole() {
    let told = read(format!("members:\n  {ADMIN}\nremoved: [[a, b]]\n"));
    let shown = "3 | removed: [[a, b]]\n  |           ^^^^^^\n";
    assert!(rendered(&told).contains(shown), "{}", rendered(&told));
}
