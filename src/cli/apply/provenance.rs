//! Where the files of an apply come from, and who started it, for its report.
//!
//! The variables of a pipeline tell it, or else git. Anyone may have set them, so each value is escaped.

use super::super::config;
use super::super::git::Repository;
use super::super::key::{KeyArgs, known_keys};
use super::arguments::{ApplyArgs, ApplyFormat};
use crate::escape;
use crate::source::folder_of;
use camino::Utf8Path;

/// The variables of GitHub and GitLab that name the commit.
const COMMITS: [&str; 2] = ["GITHUB_SHA", "CI_COMMIT_SHA"];

/// Their variables that name the user who started the pipeline.
const ACTORS: [&str; 2] = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN"];

/// The commit of the files and the user; `None` if nothing tells.
#[derive(Debug, Default)]
pub(super) struct Provenance {
    pub(super) commit: Option<String>,
    pub(super) actor: Option<String>,
}

impl Provenance {
    /// Finds them for formats that show them.
    pub(super) fn of(args: &ApplyArgs) -> Self {
        let file = config::main_file(&args.making.config);
        let folder = args.plan.is_none().then(|| folder_of(&file));
        match args.format {
            ApplyFormat::Text => Self::default(),
            ApplyFormat::Json | ApplyFormat::Ndjson | ApplyFormat::Markdown => {
                Self::find(folder, &args.live.key)
            }
        }
    }

    /// Asks git in the folder of the files. A saved plan has none.
    fn find(folder: Option<&Utf8Path>, key: &KeyArgs) -> Self {
        let variable = |names: [&str; 2]| {
            let values = names.into_iter().filter_map(|name| std::env::var(name).ok());
            values.into_iter().find(|value| !value.trim().is_empty())
        };
        let repository = folder.and_then(|folder| Repository::of(folder).ok());
        let commit = variable(COMMITS).filter(|commit| is_commit(commit));
        let actor = variable(ACTORS);
        let shown = |actor: String| {
            let without_keys = known_keys(Some(key)).iter().fold(actor, |text, key| key.redact(&text));
            escape::excerpt(&without_keys)
        };
        Self {
            commit: commit.or_else(|| repository.as_ref()?.head()),
            actor: actor.or_else(|| repository.as_ref()?.user()).map(shown),
        }
    }
}

/// Whether a text is the identifier of a commit, of SHA-1 or SHA-256.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
