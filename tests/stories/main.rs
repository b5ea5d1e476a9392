//! Stories: an organization as it is, the same one as it is to be, and the plan between them, on one screen.
//!
//! `organization` builds both sides with the same words: frozen it is the live organization, otherwise the desired one.
//! `story` plans, checks, and writes the plan as text, with phases and refusals. Everything here is pure: no process is
//! started, and nothing is sent.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a story that can't be told panics")]

mod admin_stories;
mod group_stories;
mod guard_stories;
mod invitation_stories;
mod member_stories;
mod organization;
mod phase_stories;
mod power_stories;
mod story;
mod workspace_stories;
