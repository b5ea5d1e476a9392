//! Workspaces, as they are read.

use super::support::{ADMIN, Project, Told, faults, read};
use orgsync::model::{DesiredWorkspace, Email, MOST_WORKSPACES, Unmanaged, WorkspaceRole};
use std::fmt::Write as _;

fn workspace<'t>(told: &'t Told, name: &str) -> &'t DesiredWorkspace {
    &told.desired().workspaces[name]
}

/// A workspace with one person and what teams add.
const TEAMS: &str = "
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
  eve@acme.example: { expires: 2020-12-31 }
teams:
  lab: { members: [ada@acme.example, BOB@acme.example, eve@acme.example], workspaces: { Research: [dev], Ops: [user] } }
workspaces:
  Research: { members: { Ada@acme.example: [workspace_admin, billing], eve@acme.example: [user] } }
  Ops: {}
";

#[test]
fn a_workspace_about_which_nothing_is_said_is_managed_all_the_same() {
    let told = read(format!("members:\n  {ADMIN}\nworkspaces: {{ Research: {{}} }}\n"));
    let research = workspace(&told, "Research");
    assert_eq!((&research.description, &research.icon, &research.previously), (&None, &None, &None));
    assert_eq!((research.archived, research.lists_members, research.members.len()), (None, false, 0));
}

#[test]
fn what_is_empty_is_not_what_is_absent() {
    let text = format!(
        "members:\n  {ADMIN}\nworkspaces: {{ R: {{ description: '', icon: \"\", members: {{}} }} }}\n"
    );
    let told = read(text);
    let workspace = workspace(&told, "R");
    assert_eq!((workspace.description.as_deref(), workspace.icon.as_deref()), (Some(""), Some("")));
    assert!(workspace.lists_members);
}

#[test]
fn a_team_adds_to_what_a_person_has_in_a_workspace_by_their_own_entry() {
    let told = read(TEAMS);
    let ada = Email::parse("ada@acme.example").unwrap();
    let research = workspace(&told, "Research");
    let all = WorkspaceRole::WorkspaceAdmin | WorkspaceRole::Billing | WorkspaceRole::Dev;
    assert_eq!(research.roles_of(&ada), all);
    let teams: Vec<_> = research.members[&ada].iter().map(|grant| grant.through.as_ref()).collect();
    let teams: Vec<_> = teams.into_iter().map(|through| through.map(|through| &*through.team)).collect();
    assert_eq!(teams, [None, Some("lab")]);
}

#[test]
fn a_team_brings_people_into_a_workspace_that_doesn_t_list_members() {
    let told = read(TEAMS);
    let ops = workspace(&told, "Ops");
    assert!(!ops.lists_members);
    let people: Vec<_> = ops.members.keys().map(Email::as_str).collect();
    assert_eq!(people, ["ada@acme.example", "bob@acme.example"]);
}

#[test]
fn people_whose_access_is_over_drop_out_of_workspaces_silently() {
    let told = read(TEAMS);
    let people: Vec<_> = workspace(&told, "Research").members.keys().map(Email::as_str).collect();
    assert_eq!(people, ["ada@acme.example", "bob@acme.example"]);
}

#[test]
fn a_grant_says_where_it_is_written() {
    let told = read(TEAMS);
    let ada = Email::parse("ada@acme.example").unwrap();
    let lines: Vec<_> = workspace(&told, "Research").members[&ada]
        .iter()
        .map(|grant| told.loaded.sources.position(grant.at).line)
        .collect();
    assert_eq!(lines, [9, 7]);
}

#[test]
fn archived_false_is_as_absent() {
    let told = read(format!(
        "members:\n  {ADMIN}\nworkspaces: {{ R: {{ archived: false }}, S: {{ archived: true, description: x }} }}\n"
    ));
    assert_eq!(workspace(&told, "R").archived, None);
    assert!(workspace(&told, "S").archived.is_some());
}

#[test]
fn what_is_to_be_archived_is_called_by_the_name_that_it_has() {
    let text = "workspaces: { S: { archived: true, previously: R } }";
    assert_eq!(faults(format!("members:\n  {ADMIN}\n{text}\n")), ["invalid_value 3:48 3:30"]);
}

#[test]
fn names_are_exact() {
    let told = read(format!(
        "members:\n  {ADMIN}\nworkspaces: {{ Research: {{}}, research: {{}}, 'Re search': {{}} }}\n"
    ));
    assert_eq!(told.desired().workspaces.len(), 3);
}

#[test]
fn workspaces_and_groups_stand_in_included_files_too() {
    let main = format!(
        "version: 1\ninclude: ['*.yaml']\nmembers:\n  {ADMIN}\ngroups: {{ G: {{ workspaces: {{ W: [user] }} }} }}\n"
    );
    let project = Project::new(&[
        ("orgsync.yaml", main.as_str()),
        ("a.yaml", "workspaces: { W: {} }\ngroups: { H: { parents: [G] } }\n"),
    ]);
    let told = project.load();
    assert_eq!((told.desired().workspaces.len(), told.desired().groups.len()), (1, 2));
}

#[test]
fn as_many_workspaces_as_an_organization_can_have_are_fine() {
    let mut text = format!("members:\n  {ADMIN}\nworkspaces:\n  Old: {{ archived: true }}\n");
    for n in 0..MOST_WORKSPACES {
        let _ = writeln!(text, "  w{n}: {{}}");
    }
    assert_eq!(faults(text), [""; 0]);
}

#[test]
fn what_can_t_be_read_leaves_no_workspace_missing() {
    let project = Project::new(&[
        (
            "orgsync.yaml",
            "version: 1\ninclude: [w.yaml]\nmembers: { bob@acme.example: }\nteams: { t: { members: [eve@acme.example], workspaces: { W: [dev] } } }\ngroups: { G: { members: [eve@acme.example], parents: [H] } }\n",
        ),
        ("w.yaml", "workspaces: { W: {\n"),
    ]);
    let told = project.load().faults();
    assert!(matches!(told.as_slice(), [one] if one.starts_with("yaml_syntax ")), "{told:?}");
}

#[test]
fn one_word_for_what_is_unmanaged_is_for_members_invitations_and_groups() {
    let told = read(format!("version: 1\npolicy: {{ unmanaged: remove }}\nmembers:\n  {ADMIN}\n"));
    let unmanaged = &told.desired().policy.unmanaged;
    let words = [unmanaged.members, unmanaged.invitations, unmanaged.groups, unmanaged.group_members];
    assert_eq!(words.map(|word| word.0), [Unmanaged::Remove; 4]);
    assert_eq!(unmanaged.workspace_members, (Unmanaged::Report, None));
}

#[test]
fn what_a_mapping_by_kind_leaves_out_has_its_default() {
    let told = read(format!(
        "version: 1\npolicy: {{ unmanaged: {{ workspace_members: remove, groups: remove }} }}\nmembers:\n  {ADMIN}\n"
    ));
    let unmanaged = &told.desired().policy.unmanaged;
    let words = [
        unmanaged.members,
        unmanaged.invitations,
        unmanaged.groups,
        unmanaged.workspace_members,
        unmanaged.group_members,
    ];
    let (report, remove) = (Unmanaged::Report, Unmanaged::Remove);
    assert_eq!(words.map(|word| word.0), [report, report, remove, remove, remove]);
}

#[test]
fn the_identifier_of_the_organization_is_read() {
    let text = "version: 1\norganization: { id: 5B0E1F4C-8a54-4a3b-9d0c-6f1d2c7e9a10 }\n";
    let told = read(format!("{text}members:\n  {ADMIN}\n"));
    let (id, _) = told.desired().organization_id.unwrap();
    assert_eq!(id.to_string(), "5b0e1f4c-8a54-4a3b-9d0c-6f1d2c7e9a10");
}

#[test]
fn domains_that_can_t_all_be_read_still_tell_who_is_foreign() {
    let text = |domains: &str| {
        format!("version: 1\norganization: {{ domains: {domains} }}\nmembers:\n  {ADMIN}\n  eve@x.org:\n")
    };
    assert_eq!(faults(text("[acme.example, 12]")), ["wrong_type 2:41", "foreign_domain 5:3"]);
    assert_eq!(faults(text("[acme]")), ["invalid_value 2:27"]);
}
