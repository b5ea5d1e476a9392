//! `plan --base-ref`: the files before come from git, and nothing in the repository runs or changes.

use super::harness::{KEY, Run, World, member, run, seed};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const BEFORE: &str = "
version: 1
organization: { name: Acme }
members:
  ada@acme.example: { roles: [admin] }
  bob@acme.example:
";

const AFTER: &str = "
version: 1
organization: { name: Acme }
members:
  ada@acme.example: { roles: [admin] }
  cyd@acme.example: { roles: [billing] }
";

fn live() -> Value {
    let members = [
        member(1, "ada@acme.example", &["A"], &[]),
        member(2, "bob@acme.example", &["M"], &[]),
        member(3, "cyd@acme.example", &["M"], &[]),
        member(4, "dan@acme.example", &["M"], &[]),
    ];
    seed(&members, &[])
}

/// Runs git as somebody who has configured nothing, and returns what it prints.
fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(args).env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@acme.example");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn write(world: &World, name: &str, text: &str) {
    std::fs::create_dir_all(world.path().join(name).parent().unwrap()).unwrap();
    world.write(name, text);
}

fn commit(world: &World) {
    git(world.path(), &["add", "--all"]);
    git(world.path(), &["commit", "--quiet", "--message", "before"]);
}

/// A repository whose branch `main` holds these files.
fn repository(files: &[(&str, &str)]) -> World {
    let world = World::new(BEFORE);
    git(world.path(), &["init", "--quiet", "--initial-branch", "main"]);
    write(&world, ".gitignore", "seed.json\n");
    files.iter().for_each(|(name, text)| write(&world, name, text));
    commit(&world);
    write(&world, "seed.json", &live().to_string());
    world
}

/// The variables that a run with git needs.
fn with_git(world: &World, folder: &Path, args: &[&str], more: &[(&str, &str)]) -> Run {
    let path = std::env::var("PATH").unwrap();
    let seed = world.path().join("seed.json");
    let args = [&["plan", "--sandbox", seed.to_str().unwrap()], args].concat();
    let env =
        [("PATH", path.as_str()), ("GIT_CONFIG_NOSYSTEM", "1"), ("HOME", world.path().to_str().unwrap())];
    run(folder, &args, &[&env, more].concat())
}

fn plan(world: &World, args: &[&str]) -> Run {
    with_git(world, world.path(), args, &[])
}

/// Every file of a folder with its content.
fn contents(folder: &Path) -> BTreeSet<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let each = entries.flat_map(|path| {
        if path.is_dir() {
            contents(&path)
        } else {
            BTreeSet::from([(path.clone(), std::fs::read(path).unwrap())])
        }
    });
    each.collect()
}

#[test]
fn the_files_before_are_those_of_the_revision() {
    let world = repository(&[("before/orgsync.yaml", BEFORE)]);
    write(&world, "orgsync.yaml", AFTER);
    for format in ["text", "json", "markdown", "github"] {
        let args = ["--format", format, "--today", "2026-11-24", "--detailed-exitcode"];
        let at = |base: &[&str]| {
            let run = plan(&world, &[&args, base].concat());
            let shown = run.shown().replace("before/orgsync.yaml", "main:orgsync.yaml");
            let lines = shown.lines().filter(|line| !line.contains("created_at") && !line.contains("digest"));
            lines.map(str::to_owned).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(at(&["--base-ref", "main"]), at(&["--base", "before"]), "{format}");
    }
    let run = plan(&world, &["--base-ref", "HEAD"]);
    assert!(run.stdout.contains("declared before at HEAD:orgsync.yaml:6"), "{}", run.shown());
    let run = with_git(&world, world.path(), &["--detailed-exitcode"], &[("ORGSYNC_BASE_REF", "main")]);
    assert!(run.status == 2 && run.stdout.contains("── From this change"), "{}", run.shown());
}

#[test]
fn included_files_come_from_the_revision_too_and_have_their_names() {
    let main = "version: 1\ninclude: ['teams/*.yaml', ../shared/people.yaml, 'all/**/*.yaml']\nmembers:\n  ada@acme.example: { roles: [admin] }\n";
    let person = |name: &str| format!("members: {{ {name}@acme.example: }}\n");
    let world = repository(&[
        ("org/orgsync.yaml", main),
        ("org/teams/bob.yaml", &person("bob")),
        ("org/teams/other.txt", "not: [yaml"),
        ("org/teams/below/not.yaml", "not: [yaml"),
        ("shared/people.yaml", &person("cyd")),
        ("org/all/deep/down/dan.yaml", &person("dan")),
    ]);
    write(&world, "org/orgsync.yaml", "version: 1\nmembers:\n  ada@acme.example: { roles: [admin] }\n");
    let names =
        ["main:org/teams/bob.yaml", "main:org/../shared/people.yaml", "main:org/all/deep/down/dan.yaml"];
    for (folder, config) in
        [("", "org"), ("", "org/orgsync.yaml"), ("org", "orgsync.yaml"), ("org/teams", "..")]
    {
        let run = with_git(&world, &world.path().join(folder), &["-c", config, "--base-ref", "main"], &[]);
        let shown = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        for name in names {
            assert!(shown.contains(&format!("declared before at {name}:1")), "{config}: {}", run.shown());
        }
    }
}

#[cfg(unix)]
#[test]
fn files_behind_links_are_read_where_the_link_leads_to_them() {
    let main = "version: 1\ninclude: [linked/bob.yaml, 'more/*.yaml']\nmembers:\n  ada@acme.example: { roles: [admin] }\n";
    let world = repository(&[
        ("orgsync.yaml", main),
        ("real/bob.yaml", "members: { bob@acme.example: }\n"),
        ("more/dan.yaml", "members: { dan@acme.example: }\n"),
        ("people/cyd.txt", "members: { cyd@acme.example: }\n"),
    ]);
    std::os::unix::fs::symlink("real", world.path().join("linked")).unwrap();
    std::os::unix::fs::symlink("../people/cyd.txt", world.path().join("more/cyd.yaml")).unwrap();
    std::os::unix::fs::symlink("loop", world.path().join("loop")).unwrap();
    commit(&world);
    write(&world, "orgsync.yaml", AFTER);
    let run = plan(&world, &["--base-ref", "main"]);
    for name in ["main:linked/bob.yaml", "main:more/dan.yaml"] {
        assert!(run.stdout.contains(&format!("declared before at {name}:1")), "{}", run.shown());
    }
    assert_eq!(run.stderr, "");
    // Whoever writes the files must not read others of this machine.
    let secret = World::new("members: { eve@acme.example: }\n");
    for (to, include) in [(secret.path().join("orgsync.yaml"), "link.yaml"), ("../..".into(), "link.yaml/x")]
    {
        let main = main.replace("linked/bob.yaml", include);
        write(&world, "orgsync.yaml", &main);
        let _ = std::fs::remove_file(world.path().join("link.yaml"));
        std::os::unix::fs::symlink(to, world.path().join("link.yaml")).unwrap();
        commit(&world);
        std::fs::remove_file(world.path().join("link.yaml")).unwrap();
        write(&world, "orgsync.yaml", AFTER);
        let run = plan(&world, &["--base-ref", "main"]);
        assert!(run.status == 1 && run.stderr.contains("outside of the repository"), "{}", run.shown());
    }
}

#[test]
fn files_outside_of_the_repository_have_no_earlier_version() {
    for include in ["../others/*.yaml", "/etc/*.yaml"] {
        let main = BEFORE.replace("version: 1", &format!("version: 1\ninclude: ['{include}']"));
        let world = repository(&[("orgsync.yaml", &main)]);
        write(&world, "orgsync.yaml", AFTER);
        let run = plan(&world, &["--base-ref", "main"]);
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{}", run.shown());
        assert!(
            run.stderr.contains(&format!("`{include}`, which is outside of the repository")),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("--base DIR"), "{}", run.stderr);
    }
}

#[test]
fn faults_of_the_revision_are_told_with_its_names() {
    let broken =
        BEFORE.replace("version: 1", "version: 1\ninclude: [text.yaml]").replace("bob@acme.example:", "bob:");
    let world = repository(&[("orgsync.yaml", &broken)]);
    std::fs::write(world.path().join("text.yaml"), b"members: \xff").unwrap();
    commit(&world);
    write(&world, "orgsync.yaml", AFTER);
    let run = plan(&world, &["--base-ref", "main"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn a_revision_without_the_file_counts_as_no_files_and_names_where_they_may_have_been() {
    let world = repository(&[("old/people.yaml", BEFORE)]);
    std::fs::rename(world.path().join("old"), world.path().join("new")).unwrap();
    let run = plan(&world, &["-c", "new/people.yaml", "--base-ref", "main"]);
    assert_eq!(run.status, 0, "{}", run.shown());
    assert!(run.stdout.contains("there were no previous files"), "{}", run.shown());
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn a_revision_that_is_not_here_leads_to_the_way_on() {
    let origin = repository(&[]);
    git(origin.path(), &["branch", "release"]);
    git(origin.path(), &["commit", "--quiet", "--allow-empty", "--message", "more"]);
    let world = World::new("");
    let url = format!("file://{}", origin.path().display());
    git(world.path(), &["clone", "--quiet", "--depth=1", &url, "clone"]);
    write(&world, "seed.json", &live().to_string());
    let clone = world.path().join("clone");
    git(&clone, &["switch", "--quiet", "--create", "topic"]);
    git(&clone, &["branch", "--quiet", "--delete", "main"]);
    let asked = [
        "main",
        "origin/release",
        "release",
        "HEAD~1",
        "topc",
        "0123456789012345678901234567890123456789",
        "$(x)",
    ];
    let told = asked.map(|revision| {
        let run = with_git(&world, &clone, &["--base-ref", revision], &[]);
        assert_eq!((run.status, run.stdout.as_str()), (64, ""), "{}", run.shown());
        run.stderr
    });
    insta::assert_snapshot!(told.concat());
    let fetch = told[1].split('`').nth(3).unwrap();
    git(&clone, &fetch.split(' ').skip(1).collect::<Vec<_>>());
    let run = with_git(&world, &clone, &["--base-ref", "origin/release"], &[]);
    assert_eq!(run.status, 0, "{}", run.shown());
}

#[test]
fn without_a_repository_or_git_it_is_told_what_to_do() {
    let world = World::new(AFTER);
    write(&world, "seed.json", &live().to_string());
    let run = plan(&world, &["--base-ref", "main"]);
    assert_eq!(run.status, 64, "{}", run.shown());
    assert!(
        run.stderr.contains("`.` is in no git repository") && run.stderr.contains("--base DIR"),
        "{}",
        run.stderr
    );
    let run = with_git(&world, world.path(), &["--base-ref", "main"], &[("PATH", "/nowhere")]);
    assert_eq!(run.status, 1, "{}", run.shown());
    assert!(
        run.stderr.contains("needs the program `git`") && run.stderr.contains("--base DIR"),
        "{}",
        run.stderr
    );
    for args in [
        &["--base-ref", "main", "--base", "."][..],
        &["--base-ref=--all"],
        &["--base-ref", ""],
        &["--base-ref", "a..b"],
    ] {
        assert_eq!(plan(&world, args).status, 64, "{args:?}");
    }
    let run = with_git(&world, world.path(), &["--base-ref", KEY], &[("MISTRAL_ADMIN_API_KEY", KEY)]);
    assert!(run.status == 64 && run.stderr.contains("contains the Admin API key"), "{}", run.shown());
}

#[cfg(unix)]
#[test]
fn nothing_of_the_repository_runs_or_changes() {
    use std::os::unix::fs::PermissionsExt as _;

    let world = repository(&[(".gitattributes", "*.yaml filter=evil diff=evil\n")]);
    let ran = world.path().join(".git/ran");
    let evil = world.path().join(".git/evil");
    std::fs::write(&evil, format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\ncat\n", ran.display())).unwrap();
    std::fs::set_permissions(&evil, std::fs::Permissions::from_mode(0o755)).unwrap();
    let evil = evil.to_str().unwrap();
    for key in
        ["filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor", "core.pager"]
    {
        git(world.path(), &["config", key, evil]);
    }
    for hook in ["post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"] {
        std::fs::copy(evil, world.path().join(".git/hooks").join(hook)).unwrap();
    }
    write(&world, "orgsync.yaml", AFTER);
    let before = contents(world.path());
    let run = plan(&world, &["--base-ref", "main"]);
    assert!(run.status == 0 && run.stdout.contains("main:orgsync.yaml"), "{}", run.shown());
    assert!(!ran.exists(), "{}", std::fs::read_to_string(&ran).unwrap_or_default());
    assert!(contents(world.path()) == before, "the repository changed");
}
