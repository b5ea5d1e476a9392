//! Groups, as they are read, and what their members are through them.

use super::support::{ADMIN, Project, Told, faults, read};
use orgsync::diag::Code;
use orgsync::model::{DesiredGroup, Role, WorkspaceRole};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

fn group<'t>(told: &'t Told, name: &str) -> &'t DesiredGroup {
    &told.desired().groups[name]
}

#[test]
fn what_a_group_leaves_out_is_absent_and_what_is_empty_is_empty() {
    let told = read(format!(
        "members:\n  {ADMIN}\ngroups:\n  A: {{}}\n  B: {{ description: '', members: [], parents: [], workspaces: {{}} }}\n"
    ));
    let a = group(&told, "A");
    assert_eq!((&a.description, &a.members, &a.parents, &a.workspaces), (&None, &None, &None, &None));
    let b = group(&told, "B");
    assert_eq!(b.description.as_deref(), Some(""));
    let counts = (b.members.as_ref().unwrap().len(), b.parents.as_ref().unwrap().len());
    assert_eq!((counts, b.workspaces.as_ref().unwrap().len()), ((0, 0), 0));
}

#[test]
fn a_group_is_read_with_all_that_it_has() {
    let told = read(
        "members:
  ada@acme.example: { roles: [admin] }
  eve@acme.example: { expires: 2020-12-31 }
workspaces: { Research: {} }
groups:
  Interns:
    members: [ADA@acme.example, eve@acme.example]
    parents: [Company]
    organization_role: billing_manager
    workspaces: { Research: [user, dev] }
    previously: Students
  Company: {}
",
    );
    let interns = group(&told, "Interns");
    let people: Vec<_> = interns.members.iter().flatten().map(|(email, _)| email.as_str()).collect();
    assert_eq!(people, ["ada@acme.example"]);
    assert_eq!(interns.parents.as_ref().unwrap().keys().collect::<Vec<_>>(), ["Company"]);
    assert_eq!(interns.organization_role.unwrap().0, Role::Billing);
    let (roles, _) = interns.workspaces.as_ref().unwrap()["Research"];
    assert_eq!(roles, WorkspaceRole::User | WorkspaceRole::Dev);
    assert_eq!(interns.previously.as_deref(), Some("Students"));
}

#[test]
fn members_of_a_group_of_admins_are_admins() {
    let text = |role: &str| {
        format!(
            "members: {{ bob@acme.example: }}\ngroups: {{ G: {{ organization_role: {role}, members: [bob@acme.example] }} }}\n"
        )
    };
    assert_eq!(faults(text("admin")), [""; 0]);
    assert_eq!(faults(text("billing")), ["no_admin 1:12"]);
}

#[test]
fn members_of_a_group_that_is_nested_in_a_group_of_admins_are_admins() {
    let text = |up: &str, middle: &str, down: &str| {
        format!(
            "members: {{ bob@acme.example: }}\ngroups:\n  Up: {{ {up} }}\n  Middle: {{ parents: [Up], {middle} }}\n  Down: {{ parents: [Middle], {down} }}\n"
        )
    };
    let (admin, bob) = ("organization_role: admin", "members: [bob@acme.example]");
    assert_eq!(faults(text(admin, "", bob)), [""; 0]);
    // Nothing is passed on to the group in which a group is nested.
    assert_eq!(faults(text(bob, "", admin)), ["no_admin 1:12"]);
}

#[test]
fn admins_through_groups_count_for_min_admins() {
    let text = |min: u8| {
        format!(
            "version: 1\npolicy: {{ min_admins: {min}, unmanaged: remove }}\nmembers:\n  {ADMIN}\n  bob@acme.example:\n  eve@acme.example: {{ expires: 2020-12-31 }}\ngroups: {{ G: {{ organization_role: admin, members: [ada@acme.example, bob@acme.example, eve@acme.example] }} }}\n"
        )
    };
    assert_eq!(faults(text(2)), [""; 0]);
    assert_eq!(faults(text(3)), ["min_admins 4:3"]);
}

#[test]
fn a_group_that_can_t_be_read_leaves_no_admin_missing() {
    for group in ["", "{ organization_role: chief }", "{ members: bob }", "{ parents: [1] }"] {
        let found = faults(format!("members: {{ bob@acme.example: }}\ngroups: {{ G: {group} }}\n"));
        assert!(!found.iter().any(|fault| fault.starts_with("no_admin")), "{group}: {found:?}");
    }
}

#[test]
fn groups_may_be_nested_in_several_that_meet_again() {
    let text = "groups: { A: { parents: [B, C] }, B: { parents: [D] }, C: { parents: [D] }, D: {} }";
    assert_eq!(faults(format!("members:\n  {ADMIN}\n{text}\n")), [""; 0]);
}

#[test]
fn a_link_that_is_taken_off_each_circle_leaves_none() {
    let text = "members:\n  ada@acme.example: { roles: [admin] }\ngroups:\n  A: { parents: [A, B] }\n  B: { parents: [C, A] }\n  C: { parents: [A] }\n";
    let expected = ["group_cycle 4:18", "group_cycle 4:21 5:21", "group_cycle 4:21 5:18 6:18"];
    assert_eq!(faults(text), expected);
}

fn nested(count: usize, parents: impl Fn(usize) -> String) -> String {
    let mut text = format!("members:\n  {ADMIN}\ngroups:\n");
    for n in 0..count {
        let _ = writeln!(text, "  g{n}: {{ parents: [{}] }}", parents(n));
    }
    text
}

/// Reads a text, in no more time than a crowded machine may need.
fn soon(text: &str) -> Told {
    let start = Instant::now();
    let told = read(text);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    told
}

#[test]
fn groups_may_be_nested_as_deep_as_there_are_groups() {
    let text = nested(50_000, |n| if n == 0 { String::new() } else { format!("g{}", n - 1) });
    assert_eq!(soon(&text).desired().groups.len(), 50_000);
}

#[test]
fn one_circle_through_all_groups_is_one_fault() {
    let told = soon(&nested(50_000, |n| format!("g{}", (n + 1) % 50_000)));
    let [fault] = told.diagnostics() else { panic!("{:?}", told.faults()) };
    assert_eq!((fault.code, fault.labels.len() + fault.more), (Code::GroupCycle, 50_000));
    assert!(fault.message.len() < 200, "{}", fault.message);
}

#[test]
fn many_circles_are_found_in_the_time_of_one() {
    let told = soon(&nested(20_000, |n| format!("g{}, g0", (n + 1) % 20_000)));
    // The last group has only one way back, listed twice.
    assert_eq!(told.diagnostics().len(), 20_001);
}

#[test]
fn a_hundred_thousand_people_in_one_group_are_read() {
    let mut text = String::from("members:\n  ada@acme.example: { roles: [admin] }\n");
    for n in 0..100_000 {
        let _ = writeln!(text, "  p{n}@acme.example:");
    }
    text += "groups:\n  All:\n    members:\n";
    for n in 0..100_000 {
        let _ = writeln!(text, "    - p{n}@acme.example");
    }
    let told = soon(&text);
    assert_eq!(group(&told, "All").members.as_ref().unwrap().len(), 100_000);
}

#[test]
fn everybody_in_hundreds_of_groups_is_read() {
    let mut text = String::from("members:\n  ada@acme.example: { roles: [admin] }\n");
    for n in 0..1300 {
        let _ = writeln!(text, "  p{n}@acme.example:");
    }
    text += "groups:\n";
    let people: Vec<_> = (0..1300).map(|n| format!("p{n}@acme.example")).collect();
    let people = people.join(",\n    ");
    for n in 0..240 {
        let _ = writeln!(text, "  g{n}: {{ members: [{people}] }}");
    }
    let told = soon(&text);
    let all = told.desired().groups.values().all(|group| group.members.as_ref().unwrap().len() == 1300);
    assert!(all);
}

#[test]
fn ten_thousand_strangers_in_a_group_are_all_told() {
    let mut text = format!("members:\n  {ADMIN}\n");
    for n in 0..10_000 {
        let _ = writeln!(text, "  p{n}@acme.example:");
    }
    let strangers: Vec<_> = (0..10_000).map(|n| format!("q{n}@acme.example")).collect();
    let _ = writeln!(text, "groups:\n  All: {{ members: [{}] }}", strangers.join(",\n    "));
    assert_eq!(soon(&text).diagnostics().len(), 10_000);
}

#[test]
fn an_undeclared_person_is_compared_by_name_and_not_by_the_shared_domain() {
    let told = |name: &str| {
        let project = Project::new(&[(
            "orgsync.yaml",
            format!(
                "members:\n  {ADMIN}\n  alan.turing@acme.example:\ngroups: {{ G: {{ members: [{name}@acme.example] }} }}\n"
            ),
        )]);
        let (status, text) = project.validate("orgsync.yaml");
        assert_eq!(status, 3, "{text}");
        text
    };
    assert!(told("alan.turin").contains("did you mean alan.turing@acme.example?"));
    assert!(!told("zoe").contains("did you mean"), "another name at the same domain");
}
