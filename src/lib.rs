//! orgsync: the members, roles and product seats of a Mistral AI organization, declared in YAML.
//!
//! ```text
//! config files ──▶ Desired ─┐
//!                           ├──▶ Plan ──▶ checks ──▶ shown (render)
//! live (api) ─────▶ Live ───┘                └─────▶ applied ──▶ Report
//! ```
//!
//! The modules, in the order in which they may import each other: [`clock`], [`escape`], [`source`], [`diag`] → [`model`] →
//! [`plan`] → [`config`], [`api`], [`check`], [`plan_file`], [`query`] → [`export`] → [`apply`] → [`render`] → [`cli`].
//! Deciding is pure (`model`, `plan`, `check`); reading and writing is at the edge.

pub mod api;
pub mod apply;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod diag;
pub mod escape;
pub mod export;
pub mod model;
pub mod plan;
pub mod plan_file;
pub mod query;
pub mod render;
pub mod source;
pub mod wrap;
