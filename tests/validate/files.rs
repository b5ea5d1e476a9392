//! Files that can't be read, and what includes name.

use super::support::{ADMIN, Project, read};
use orgsync::diag::Code;
use std::process::Command;

fn main_with(include: &str) -> String {
    format!("version: 1\ninclude: {include}\nmembers:\n  {ADMIN}\n")
}

#[test]
fn a_missing_file_is_named_with_what_to_do() {
    let (status, text) = Project::new::<&str>(&[]).validate("orgsync.yaml");
    assert_eq!(status, 3);
    assert!(text.contains("error[file_unreadable]: `orgsync.yaml` can't be read"), "{text}");
    assert!(text.contains("--config"), "{text}");
}

#[test]
fn a_missing_file_with_the_other_ending_is_offered() {
    for (there, config, missing) in [
        ("orgsync.yml", "orgsync.yaml", "orgsync.yaml"),
        ("acme/orgsync.yml", "acme", "acme/orgsync.yaml"),
        ("acme.yaml", "acme.yml", "acme.yml"),
    ] {
        let project = Project::new(&[(there, format!("members:\n  {ADMIN}\n"))]);
        let (status, text) = project.validate(config);
        let help = format!("`{there}` is there: rename it to `{missing}`, or name it: --config {there}");
        assert!(status == 3 && text.contains(&help), "{config}: {text}");
        assert_eq!(project.validate(there).0, 0);
    }
}

#[test]
fn a_directory_means_the_main_file_in_it() {
    let project = Project::new(&[("here/orgsync.yaml", format!("members:\n  {ADMIN}\n"))]);
    assert_eq!(project.validate("here").0, 0);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_without_waiting_for_it() {
    let project = Project::new(&[("orgsync.yaml", main_with("[pipe]"))]);
    let made = Command::new("mkfifo").arg(project.path().join("pipe")).status();
    assert!(made.unwrap().success());
    // Waiting, this would not end.
    assert_eq!(project.load().faults(), ["file_unreadable"]);
}

#[cfg(unix)]
#[test]
fn a_device_without_an_end_is_refused() {
    let (status, text) = Project::new::<&str>(&[]).validate("/dev/zero");
    assert_eq!(status, 3);
    assert!(text.contains("it is a pipe or device"), "{text}");
}

#[test]
fn a_file_beyond_the_size_limit_is_refused() {
    let project = Project::new(&[("orgsync.yaml", "")]);
    let file = std::fs::File::options().write(true).open(project.path().join("orgsync.yaml")).unwrap();
    // A hole: it takes no space.
    file.set_len(600 * 1024 * 1024).unwrap();
    assert_eq!(project.load().faults(), [Code::FileTooLarge.name()]);
}

/// Whoever may change the files could otherwise read any file of the machine that runs them.
#[cfg(unix)]
#[test]
fn of_a_file_elsewhere_that_is_no_configuration_nothing_is_shown() {
    let secret = "hunter2";
    for include in ["[../token]", "['%/token']", "[link.yaml]"] {
        let project = Project::new(&[("conf/orgsync.yaml", ""), ("token", &format!("{secret}\n"))]);
        let main = main_with(&include.replace('%', project.path().as_str()));
        std::fs::write(project.path().join("conf/orgsync.yaml"), main).unwrap();
        std::os::unix::fs::symlink("../token", project.path().join("conf/link.yaml")).unwrap();
        for main in ["conf/orgsync.yaml", "conf/link.yaml"] {
            let (status, text) = project.validate(main);
            assert!(status == 3 && text.contains("its content is not shown"), "{include}: {text}");
            assert!(!text.contains(secret), "{include}: {text}");
        }
    }
}

#[test]
fn configuration_elsewhere_is_read_like_any_other() {
    let project = Project::new(&[
        ("conf/orgsync.yaml", main_with("[../shared/*.yaml]").as_str()),
        ("shared/people.yaml", "members: { bob@acme.example: }\n"),
    ]);
    assert_eq!(project.validate("conf").0, 0);
}

#[test]
fn a_file_that_two_patterns_name_is_read_once() {
    let project = Project::new(&[
        ("orgsync.yaml", main_with("[teams/*.yaml, './teams/a.yaml', teams/../teams/?.yaml]").as_str()),
        ("teams/a.yaml", "members: { bob@acme.example: }\n"),
    ]);
    let told = project.load();
    assert_eq!((told.desired().members.len(), told.loaded.sources.len()), (2, 2));
}

#[test]
fn a_pattern_that_matches_the_main_file_too_does_not_read_it_twice() {
    let project = Project::new(&[
        ("orgsync.yaml", main_with("['*.yaml']").as_str()),
        ("team.yaml", "members: { bob@acme.example: }\n"),
    ]);
    assert_eq!(project.load().desired().members.len(), 2);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_that_is_read_is_not_read_again() {
    let project = Project::new(&[
        ("orgsync.yaml", main_with("['*.yaml']").as_str()),
        ("team.yaml", "members: { bob@acme.example: }\n"),
    ]);
    std::os::unix::fs::symlink("team.yaml", project.path().join("same.yaml")).unwrap();
    assert_eq!(project.load().desired().members.len(), 2);
}

#[cfg(unix)]
#[test]
fn a_link_to_nowhere_is_a_fault() {
    let project = Project::new(&[("orgsync.yaml", main_with("['*.yaml']"))]);
    std::os::unix::fs::symlink("nowhere", project.path().join("team.yaml")).unwrap();
    assert_eq!(project.load().faults(), ["file_unreadable"]);
}

#[test]
fn hidden_files_and_directories_are_not_matched() {
    let project = Project::new(&[
        ("orgsync.yaml", main_with("['*.yaml']").as_str()),
        (".hidden.yaml", "nonsense"),
        ("folder.yaml/x", ""),
        ("team.yaml", "members: { bob@acme.example: }\n"),
    ]);
    assert_eq!(project.load().desired().members.len(), 2);
}

/// Names of files are bytes. The file is read, because people who are declared there would otherwise seem undeclared.
#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_a_name_like_any_other() {
    use std::os::unix::ffi::OsStrExt as _;
    for pattern in ["'*.yaml'", "'**/*.yaml'", "'*m.y?ml'"] {
        let project = Project::new(&[("orgsync.yaml", main_with(&format!("[{pattern}]")))]);
        let name = |name| project.path().as_std_path().join(std::ffi::OsStr::from_bytes(name));
        std::fs::create_dir(name(b"\xffolder")).unwrap();
        std::fs::write(name(b"\xff.txt"), "nonsense").unwrap();
        std::fs::write(name(b"t\xffm.yaml"), "members: { bob@acme.example: { rolse: [] } }\n").unwrap();
        let (status, text) = project.validate(".");
        assert_eq!(status, 3, "{pattern}: {text}");
        assert!(
            text.contains("error[unknown_key]") && text.contains("t\u{fffd}m.yaml:1:"),
            "{pattern}: {text}"
        );
    }
}

#[cfg(unix)]
#[test]
fn no_link_to_a_directory_is_followed_that_a_wildcard_matches() {
    use std::os::unix::fs::symlink;
    let project = Project::new(&[
        ("conf/orgsync.yaml", main_with("['**/*.yaml', '*/team.yaml', 'named/*.yaml']").as_str()),
        ("conf/teams/team.yaml", "members: { bob@acme.example: }\n"),
        ("elsewhere/other.yaml", "members: { eve@acme.example: }\n"),
    ]);
    let conf = project.path().join("conf");
    // Followed, these make twice as many paths on each level.
    symlink("..", conf.join("teams/one")).unwrap();
    symlink("..", conf.join("teams/two")).unwrap();
    symlink("../elsewhere", conf.join("named")).unwrap();
    let (status, text) = project.validate("conf");
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("3 files, 3 declared members"), "{text}");
}

#[cfg(unix)]
#[test]
fn the_walk_of_all_patterns_together_has_a_limit() {
    let deep = format!("{}team.yaml", "d/".repeat(700));
    let main = main_with("['d/*.yaml', '**/*/**/*/**/*.yaml']");
    let project = Project::new(&[("orgsync.yaml", main.as_str()), (&deep, "")]);
    let (status, text) = project.validate(".");
    assert_eq!(status, 3);
    assert!(text.contains("search more than 200000 files and folders"), "{text}");
    assert!(text.contains("= help: name the folders"), "{text}");
}

#[test]
fn a_pattern_does_not_go_up_behind_a_wildcard() {
    let project = Project::new(&[("orgsync.yaml", main_with("['*/../*.yaml']").as_str()), ("a/b", "")]);
    let (status, text) = project.validate(".");
    assert_eq!(status, 3);
    assert!(text.contains("is not a valid pattern: `..` can't follow a wildcard"), "{text}");
}

#[test]
fn a_pattern_that_matches_a_directory_alone_matches_no_file() {
    let project = Project::new(&[("orgsync.yaml", main_with("[teams]").as_str()), ("teams/a.yaml", "")]);
    assert_eq!(project.load().faults(), ["include_without_file 2:11"]);
}

#[test]
fn a_directory_named_like_a_pattern_is_taken_by_its_name() {
    let project = Project::new(&[
        ("a[b]*/orgsync.yaml", main_with("['*.yaml']").as_str()),
        ("a[b]*/team.yaml", "members: { bob@acme.example: }\n"),
        ("ab/team.yaml", "nonsense"),
    ]);
    assert_eq!(project.validate("a[b]*").0, 0);
}

#[test]
fn an_empty_included_file_is_fine() {
    for empty in ["", "---\n", "# nobody yet\n"] {
        let project =
            Project::new(&[("orgsync.yaml", main_with("[team.yaml]").as_str()), ("team.yaml", empty)]);
        assert_eq!(project.load().faults(), [""; 0], "{empty:?}");
    }
}

#[test]
fn files_are_not_included_by_included_files() {
    let project = Project::new(&[
        ("orgsync.yaml", main_with("[a.yaml]").as_str()),
        ("a.yaml", "include: [b.yaml]\n"),
        ("b.yaml", "members: { bob@acme.example: }\n"),
    ]);
    assert_eq!(project.load().faults(), ["not_in_include a.yaml:1:1"]);
}

#[test]
fn a_file_that_is_no_yaml_leaves_the_faults_of_the_others_told() {
    let project = Project::new(&[
        ("orgsync.yaml", main_with("['[abc].yaml']").as_str()),
        ("a.yaml", "members: { bob@acme.example: { rolse: [] } }\n"),
        ("b.yaml", "members: { eve@acme.example: \n"),
        ("c.yaml", "removed: [ada@acme.example]\n"),
    ]);
    let told = project.load().faults();
    assert_eq!(told[0], "unknown_key a.yaml:1:32");
    assert!(told[1].starts_with("yaml_syntax b.yaml:1:"), "{told:?}");
    assert_eq!(told[2], "declared_and_removed c.yaml:1:11 4:3");
}

#[test]
fn a_file_that_can_t_be_read_leaves_nobody_missing() {
    let main = "version: 1\ninclude: [team.yaml]\nmembers: { bob@acme.example: }\n";
    let project = Project::new(&[("orgsync.yaml", &b""[..]), ("team.yaml", b"\xff")]);
    std::fs::write(project.path().join("orgsync.yaml"), main).unwrap();
    assert_eq!(project.load().faults(), ["not_utf8"]);
}

#[test]
fn all_faults_of_all_files_are_told_in_the_order_of_the_files() {
    let project = Project::new(&[
        (
            "orgsync.yaml",
            "version: 1\ninclude: [z.yaml, a/*.yaml]\nsaets: {}\nmembers:\n  ada@acme.example: { roles: [chief] }\n",
        ),
        ("z.yaml", "removed: [x]\nmembers: { Ada@acme.example: }\n"),
        ("a/2.yaml", "members:\n  eve@acme.example: { expires: soon }\n"),
        ("a/10.yaml", "members: { bob@acme.example: { seats: [le_chat] } }\npolicy: {}\n"),
    ]);
    let expected = [
        "unknown_key 3:1",
        "unknown_value 5:31",
        "invalid_email z.yaml:1:11",
        "duplicate_member z.yaml:2:12 5:3",
        "unbudgeted_product a/10.yaml:1:40",
        "not_in_include a/10.yaml:2:1",
        "invalid_date a/2.yaml:2:32",
    ];
    assert_eq!(project.load().faults(), expected);
}

#[test]
fn nineteen_places_are_all_shown_and_twenty_no_more() {
    let text = |people: usize| {
        let people: String = (1..people).map(|n| format!("  p{n}@acme.example:\n")).collect();
        format!("version: 1\npolicy: {{ onboarding: create }}\nmembers:\n  {ADMIN}\n{people}")
    };
    for (people, shown, more) in [(19, 19, 0), (20, 10, 10), (3000, 10, 2990)] {
        let told = read(text(people));
        let fault = &told.diagnostics()[0];
        assert_eq!((fault.labels.len(), fault.more), (shown, more), "{people}");
        assert_eq!(told.faults()[0].rsplit(' ').next(), Some(format!("{}:3", people + 3).as_str()));
    }
}
