//! orgsync: the members, roles and product seats of a Mistral AI organization, declared in YAML.

pub mod escape;
pub mod model;
pub mod sandbox;
pub mod source;
