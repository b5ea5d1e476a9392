//! What becomes of each workspace, group and team, as numbers: a world that fails can be made smaller piece by piece.

use super::world::CUSTOM;
use crate::world::{ADMIN, BILLING, Bits, MEMBER};
use proptest::collection::vec;
use proptest::option::weighted as maybe;
use proptest::prelude::*;

/// The most people that have a place in genes.
pub(super) const PEOPLE: usize = 12;
pub(super) const WORKSPACES: usize = 5;
pub(super) const GROUPS: usize = 5;

/// What the files say of something that may be live.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pick {
    Same,
    Other(Bits),
}

#[derive(Debug, Clone)]
pub(super) struct PlaceGene {
    pub(super) live: bool,
    pub(super) inside: Vec<Bits>,
    pub(super) declared: bool,
    pub(super) archived: bool,
    pub(super) renamed: bool,
    pub(super) description: Option<bool>,
    pub(super) icon: Option<bool>,
    pub(super) members: Option<Vec<Pick>>,
}

#[derive(Debug, Clone)]
pub(super) struct GroupGene {
    pub(super) live: bool,
    pub(super) external: bool,
    pub(super) rank: (u8, u8),
    pub(super) role: (Option<Bits>, Option<Pick>),
    pub(super) inside: Vec<bool>,
    pub(super) above: Vec<bool>,
    pub(super) assigned: Vec<Bits>,
    pub(super) declared: bool,
    pub(super) renamed: bool,
    pub(super) description: Option<bool>,
    /// Where the files differ from what is live.
    pub(super) members: Option<Vec<bool>>,
    pub(super) parents: Option<Vec<bool>>,
    pub(super) workspaces: Option<Vec<Pick>>,
}

#[derive(Debug, Clone)]
pub(super) struct Genes {
    pub(super) workspaces: Vec<PlaceGene>,
    pub(super) groups: Vec<GroupGene>,
    pub(super) teams: Vec<(Vec<bool>, Vec<Bits>)>,
    /// Groups and people in workspaces and groups that no file declares go.
    pub(super) remove: (bool, bool, bool),
    pub(super) groupless: bool,
    pub(super) apart: bool,
    /// Rules are such that most plans are approved.
    pub(super) tame: bool,
}

fn roles() -> impl Strategy<Value = Bits> {
    prop_oneof![30 => 1..16_u8, 1 => Just(CUSTOM), 1 => Just(CUSTOM | 4)]
}

fn some_roles() -> impl Strategy<Value = Bits> {
    prop_oneof![5 => Just(0), 2 => roles()]
}

fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![6 => Just(Pick::Same), 1 => Just(Pick::Other(0)), 2 => (1..16_u8).prop_map(Pick::Other)]
}

fn place_gene() -> impl Strategy<Value = PlaceGene> {
    let flags = (
        prop::bool::weighted(0.7),
        prop::bool::weighted(0.75),
        prop::bool::weighted(0.12),
        prop::bool::weighted(0.3),
    );
    let text = (maybe(0.5, any::<bool>()), maybe(0.5, any::<bool>()));
    (flags, text, vec(some_roles(), PEOPLE), maybe(0.75, vec(pick(), PEOPLE))).prop_map(
        |((live, declared, archived, renamed), (description, icon), inside, members)| PlaceGene {
            live,
            inside,
            declared,
            archived,
            renamed,
            description,
            icon,
            members,
        },
    )
}

fn group_gene() -> impl Strategy<Value = GroupGene> {
    let flags = (
        prop::bool::weighted(0.7),
        prop::bool::weighted(0.08),
        prop::bool::weighted(0.75),
        prop::bool::weighted(0.3),
    );
    let role = || prop_oneof![Just(ADMIN), Just(BILLING), Just(MEMBER)];
    let wanted = prop_oneof![4 => Just(Pick::Same), 1 => role().prop_map(Pick::Other)];
    let live = (
        vec(prop::bool::weighted(0.25), PEOPLE),
        vec(prop::bool::weighted(0.3), GROUPS),
        vec(prop_oneof![3 => Just(0), 1 => roles()], WORKSPACES),
    );
    let files = (
        maybe(0.5, any::<bool>()),
        maybe(0.8, vec(prop::bool::weighted(0.15), PEOPLE)),
        maybe(0.7, vec(prop::bool::weighted(0.2), GROUPS)),
        maybe(0.8, vec(pick(), WORKSPACES)),
    );
    (flags, (0..4_u8, 0..4_u8), (maybe(0.35, role()), maybe(0.96, wanted)), live, files).prop_map(
        |((live, external, declared, renamed), rank, role, (inside, above, assigned), files)| {
            let (description, members, parents, workspaces) = files;
            GroupGene {
                live,
                external,
                rank,
                role,
                inside,
                above,
                assigned,
                declared,
                renamed,
                description,
                members,
                parents,
                workspaces,
            }
        },
    )
}

pub(super) fn genes(tame: f64) -> impl Strategy<Value = Genes> {
    let team =
        (vec(prop::bool::weighted(0.3), PEOPLE), vec(prop_oneof![2 => Just(0), 1 => 1..16_u8], WORKSPACES));
    let flags = (prop::bool::weighted(0.06), any::<bool>(), prop::bool::weighted(tame));
    let remove = (any::<bool>(), prop::bool::weighted(0.6), prop::bool::weighted(0.7));
    (vec(place_gene(), WORKSPACES), vec(group_gene(), GROUPS), vec(team, 0..3), remove, flags).prop_map(
        |(workspaces, groups, teams, remove, (groupless, apart, tame))| Genes {
            workspaces,
            groups,
            teams,
            remove,
            groupless,
            apart,
            tame,
        },
    )
}
