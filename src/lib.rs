//! orgsync: the members, roles and product seats of a Mistral AI organization, declared in YAML.
//!
//! ```text
//! config files ──▶ Desired ─┐
//!                           ├──▶ Plan ──▶ checks ──▶ shown (render)
//! live (api) ─────▶ Live ───┘                └─────▶ applied ──▶ Report
//! ```
//!
//! The modules, in the order in which they may know each other: [`escape`], [`source`], [`diag`] → [`model`] →
//! [`plan`] → [`config`], [`api`], [`check`], [`sandbox`] → [`export`], [`apply`] → [`render`] → [`cli`]. What decides is pure
//! (`model`, `plan`, `check`); what reads and writes stands at the edge.

pub mod api;
pub mod apply;
pub mod check;
pub mod cli;
pub mod config;
pub mod diag;
pub mod escape;
pub mod export;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
pub mod model;
pub mod plan;
pub mod render;
pub mod sandbox;
pub mod source;
