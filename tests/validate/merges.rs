//! Anchors, aliases and merge keys, also where somebody means harm.

use super::support::{ADMIN, faults, read};
use orgsync::diag::Code;
use orgsync::model::Role;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

#[test]
fn an_alias_stands_for_what_its_anchor_names() {
    let told = read(
        "members:\n  ada@acme.example: &ada { roles: &roles [admin, billing] }\n  bob@acme.example: *ada\n  eve@acme.example: { roles: *roles }\n",
    );
    for address in ["ada@acme.example", "bob@acme.example", "eve@acme.example"] {
        assert_eq!(told.member(address).access.roles, Role::Admin | Role::Billing, "{address}");
    }
}

#[test]
fn an_anchor_can_be_given_anew() {
    let told = read(format!(
        "members:\n  {ADMIN}\n  bob@acme.example: &a {{ roles: [billing] }}\n  eve@acme.example: &a {{ roles: [member] }}\n  zoe@acme.example: *a\n"
    ));
    assert_eq!(told.member("zoe@acme.example").access.roles, Role::Member);
}

#[test]
fn what_is_written_wins_over_what_is_merged_wherever_it_stands() {
    for entry in ["{ <<: *ada, name: Bob }", "{ name: Bob, <<: *ada }"] {
        let told = read(format!(
            "members:\n  ada@acme.example: &ada {{ roles: [admin], name: Ada }}\n  bob@acme.example: {entry}\n"
        ));
        let bob = told.member("bob@acme.example");
        assert_eq!((bob.name.as_deref(), bob.access.roles), (Some("Bob"), Role::Admin.into()), "{entry}");
    }
}

#[test]
fn of_several_merged_mappings_the_earlier_wins() {
    let told = read(
        "members:\n  ada@acme.example: &ada { roles: [admin] }\n  bob@acme.example: &bob { roles: [billing], name: Bob }\n  eve@acme.example: { <<: [*ada, *bob, { name: Eve }] }\n",
    );
    let eve = told.member("eve@acme.example");
    assert_eq!((eve.name.as_deref(), eve.access.roles), (Some("Bob"), Role::Admin.into()));
}

#[test]
fn a_merged_mapping_brings_what_it_has_merged() {
    let told = read(
        "members:\n  ada@acme.example: &ada { roles: [admin] }\n  bob@acme.example: &bob { <<: *ada, name: Bob }\n  eve@acme.example: { <<: *bob }\n",
    );
    assert_eq!(told.member("eve@acme.example").access.roles, Role::Admin);
}

#[test]
fn people_can_be_merged_too() {
    let told = read(format!("members:\n  {ADMIN}\n  <<: {{ bob@acme.example: {{ roles: [billing] }} }}\n"));
    assert_eq!(told.member("bob@acme.example").access.roles, Role::Billing);
}

#[test]
fn a_quoted_merge_key_is_an_ordinary_key() {
    assert_eq!(faults(format!("members:\n  {ADMIN}\n'<<': {{}}\n")), ["unknown_key 3:1"]);
}

#[test]
fn merging_what_is_no_mapping_is_a_fault_among_others() {
    let text = format!(
        "members:\n  {ADMIN}\n  bob@acme.example: {{ <<: [admin, 12], rolse: [] }}\n  eve@acme.example: {{ <<: }}\n"
    );
    let expected = ["wrong_type 3:28", "wrong_type 3:35", "unknown_key 3:40", "wrong_type 4:25"];
    assert_eq!(faults(text), expected);
}

#[test]
fn a_fault_in_something_shared_is_one_fault() {
    let people: String = (0..100).map(|n| format!("  p{n}@acme.example: {{ roles: *roles }}\n")).collect();
    let text = format!("members:\n  ada@acme.example: {{ roles: &roles [admin, admin, chief] }}\n{people}");
    assert_eq!(faults(text), ["duplicate_value 2:45 2:38", "unknown_value 2:52"]);
}

#[test]
fn an_alias_inside_its_own_anchor_is_a_fault() {
    for text in [
        "members: &a\n  b@c.example: *a\n",
        "removed: &a [*a]\n",
        "members: &a { <<: *a }\n",
        "&a { removed: *a }\n",
    ] {
        let found = faults(text);
        assert!(matches!(found.as_slice(), [one] if one.starts_with("invalid_value ")), "{text}: {found:?}");
    }
}

#[test]
fn an_alias_without_an_anchor_is_a_fault() {
    assert_eq!(faults("members: *everybody\n"), ["yaml_syntax 1:10"]);
}

/// Ten times ten times … of something, under keys or in lists.
fn bomb(first: &str, level: impl Fn(usize) -> String) -> String {
    let mut text = format!("version: 1\nmembers:\n  a0@acme.example: &a0 {first}\n");
    for n in 1..12 {
        let _ = writeln!(text, "  a{n}@acme.example: &a{n} {}", level(n - 1));
    }
    text
}

fn is_refused_at_once(text: &str) {
    let start = Instant::now();
    let told = read(text);
    let codes: Vec<_> = told.diagnostics().iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [Code::AliasBomb]);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn a_bomb_of_lists_is_refused() {
    is_refused_at_once(&bomb("[lol]", |n| format!("[{}]", vec![format!("*a{n}"); 10].join(", "))));
}

#[test]
fn a_bomb_of_mappings_is_refused() {
    is_refused_at_once(&bomb("{ k: lol }", |n| {
        let entries: Vec<_> = (0..10).map(|key| format!("k{key}: *a{n}")).collect();
        format!("{{ {} }}", entries.join(", "))
    }));
}

#[test]
fn a_bomb_of_merges_is_refused() {
    is_refused_at_once(&bomb("{ [k]: lol }", |n| {
        format!("{{ <<: [{}] }}", vec![format!("*a{n}"); 10].join(", "))
    }));
}

#[test]
fn many_people_may_share_one_list() {
    let mut text = String::from("members:\n  ada@acme.example: { roles: &roles [admin, billing] }\n");
    for n in 0..20_000 {
        let _ = writeln!(text, "  p{n}@acme.example: {{ roles: *roles }}");
    }
    assert_eq!(read(text).desired().members.len(), 20_001);
}

#[test]
fn a_list_of_a_thousand_faults_shared_by_a_thousand_people_makes_a_thousand_faults() {
    let mut text =
        format!("members:\n  ada@acme.example: {{ roles: &roles [{}] }}\n", vec!["x"; 1000].join(", "));
    for n in 0..1000 {
        let _ = writeln!(text, "  p{n}@acme.example: {{ roles: *roles }}");
    }
    assert_eq!(read(text).diagnostics().len(), 1000);
}
