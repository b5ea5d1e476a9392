//! Keys that stand twice, and keys that are none.

use super::support::{ADMIN, Project, faults};

#[test]
fn a_key_that_stands_twice_at_the_top_is_a_fault() {
    let text = format!("members:\n  {ADMIN}\nmembers: {{}}\n");
    assert_eq!(faults(text), ["duplicate_key 3:1 1:1"]);
}

#[test]
fn a_key_that_stands_twice_further_in_is_a_fault() {
    for (text, fault) in [
        ("version: 1\norganization: { name: A, name: A }\n", "duplicate_key 2:26 2:17"),
        ("version: 1\nseats: { vibe: { purchased: 1, purchased: 1 } }\n", "duplicate_key 2:32 2:18"),
        (
            "version: 1\npolicy: { unmanaged: { members: report, members: report } }\n",
            "duplicate_key 2:41 2:24",
        ),
        ("version: 1\ndefaults: { 'roles': [member], roles: [member] }\n", "duplicate_key 2:32 2:13"),
    ] {
        assert_eq!(faults(format!("{text}members:\n  {ADMIN}\n")), [fault], "{text}");
    }
}

#[test]
fn a_key_that_stands_three_times_is_two_faults() {
    let text = "members:\n  ada@acme.example: { roles: [admin], name: A, name: B, name: C }\n";
    assert_eq!(faults(text), ["duplicate_key 2:48 2:39", "duplicate_key 2:57 2:39"]);
}

#[test]
fn one_person_twice_in_one_file_is_a_fault_in_every_spelling() {
    for again in ["ada@acme.example", "'ada@acme.example'", "ADA@Acme.Example"] {
        let text = format!("members:\n  {ADMIN}\n  {again}:\n");
        assert_eq!(faults(text), ["duplicate_member 3:3 2:3"], "{again}");
    }
}

#[test]
fn one_person_in_two_files_is_a_fault_that_shows_both() {
    let main = format!("version: 1\ninclude: [b.yaml, a.yaml]\nmembers:\n  {ADMIN}\n");
    let project = Project::new(&[
        ("orgsync.yaml", main.as_str()),
        ("a.yaml", "members: { Ada@acme.example: , bob@acme.example: }\n"),
        ("b.yaml", "members: { bob@acme.example: }\n"),
    ]);
    let expected = ["duplicate_member a.yaml:1:12 4:3", "duplicate_member a.yaml:1:32 b.yaml:1:12"];
    assert_eq!(project.load().faults(), expected);
}

#[test]
fn keys_at_the_top_must_be_names() {
    let text = format!("members:\n  {ADMIN}\n? [a]\n:\n? {{ b: c }}\n:\n12: x\nnull: x\n: x\ntrue: x\n");
    let expected = [
        "wrong_type 3:3",
        "wrong_type 5:3",
        "unknown_key 7:1",
        "unknown_key 8:1",
        "unknown_key 9:1",
        "unknown_key 10:1",
    ];
    assert_eq!(faults(text), expected);
}

#[test]
fn keys_of_people_must_be_addresses() {
    let text =
        format!("members:\n  {ADMIN}\n  ? [a]\n  :\n  12:\n  null:\n  ? {{ b: c }}\n  : {{}}\n  '':\n");
    let expected =
        ["wrong_type 3:5", "wrong_type 5:3", "wrong_type 6:3", "wrong_type 7:5", "invalid_email 9:3"];
    assert_eq!(faults(text), expected);
}

#[test]
fn a_key_in_another_letter_case_is_unknown_and_the_right_one_is_suggested() {
    let project = Project::new(&[("orgsync.yaml", format!("members:\n  {ADMIN}\nMembers: {{}}\n"))]);
    let (_, text) = project.validate(".");
    assert!(text.contains("did you mean `members`?"), "{text}");
}
