//! orgsync: the members, roles and product seats of a Mistral AI organization, declared in YAML.

pub mod api;
pub mod check;
pub mod config;
pub mod diag;
pub mod escape;
pub mod model;
pub mod plan;
pub mod sandbox;
pub mod source;
