//! The stable codes of diagnostics.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A stable code: scripts may rely on it, and a page of the book explains it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as output shows it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The code's page of the book, as Markdown.
            #[must_use]
            pub fn page(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../../docs/src/codes/", $name, ".md")),)*
                }
            }
        }
    };
}

codes! {
    // Reading
    /// A file can't be opened or read.
    FileUnreadable = "file_unreadable",
    /// A file is larger than orgsync reads.
    FileTooLarge = "file_too_large",
    /// A file is not UTF-8 text.
    NotUtf8 = "not_utf8",
    /// The text is not YAML.
    YamlSyntax = "yaml_syntax",
    /// A file holds more than one document.
    MultipleDocuments = "multiple_documents",
    /// Aliases expand to too many values.
    AliasBomb = "alias_bomb",
    /// An unsupported tag.
    UnsupportedTag = "unsupported_tag",
    /// An include pattern matches no file, or is invalid.
    IncludeWithoutFile = "include_without_file",
    // Structure
    /// A key that does not exist here.
    UnknownKey = "unknown_key",
    /// A key is used twice in one mapping.
    DuplicateKey = "duplicate_key",
    /// A required key is missing.
    MissingKey = "missing_key",
    /// A value of the wrong type.
    WrongType = "wrong_type",
    /// An unknown value.
    UnknownValue = "unknown_value",
    /// A value that is out of range or malformed.
    InvalidValue = "invalid_value",
    /// A value listed twice.
    DuplicateValue = "duplicate_value",
    /// `version` is missing or not supported.
    UnsupportedVersion = "unsupported_version",
    /// A key that only the main file may have, in an included file.
    NotInInclude = "not_in_include",
    // People
    /// A value is not an address.
    InvalidEmail = "invalid_email",
    /// One person declared twice.
    DuplicateMember = "duplicate_member",
    /// An address outside `organization.domains` without `external: true`.
    ForeignDomain = "foreign_domain",
    /// A person in a team, workspace or group who is not declared.
    UndeclaredMember = "undeclared_member",
    /// An address that is neither declared nor live, and resembles one that is.
    SimilarAddress = "similar_address",
    /// A value is not a date.
    InvalidDate = "invalid_date",
    /// A person whose every grant has ended.
    NothingLeft = "nothing_left",
    /// More ends on one day than one plan may remove.
    ManyEnds = "many_ends",
    /// An empty list of roles.
    EmptyRoles = "empty_roles",
    /// A former address or name belongs to another entry.
    PreviouslyTaken = "previously_taken",
    /// Accounts are to be created, and a person has no usable name.
    NameNeeded = "name_needed",
    /// A person both declared and removed.
    DeclaredAndRemoved = "declared_and_removed",
    // Workspaces and groups
    /// Roles in a workspace that is not declared, or that is to be archived.
    UndeclaredWorkspace = "undeclared_workspace",
    /// A group nested in one that is not declared.
    UndeclaredGroup = "undeclared_group",
    /// A group nested in itself, directly or through others.
    GroupCycle = "group_cycle",
    /// More workspaces than an organization can have.
    WorkspaceLimit = "workspace_limit",
    // Seats
    /// A seat of a product without an entry under `seats`.
    UnbudgetedProduct = "unbudgeted_product",
    /// More seats in reserve than purchased.
    ReserveAbovePurchased = "reserve_above_purchased",
    /// More seats declared, used or pending than available.
    SeatBudget = "seat_budget",
    /// A workspace role that is of no use without a seat.
    SeatNeeded = "seat_needed",
    // Export
    /// A line that `orgsync export` has marked, because it could not know the value.
    Unfinished = "unfinished",
    // Guards
    /// No declared person is an admin.
    NoAdmin = "no_admin",
    /// Fewer live admins than `min_admins` would remain.
    MinAdmins = "min_admins",
    /// Power that no file grants would remain, and the files refuse that.
    UndeclaredPower = "undeclared_power",
    /// A protected person would be removed or demoted.
    Protected = "protected",
    /// More removals of one kind than `max_removals` allows.
    MaxRemovals = "max_removals",
    /// A live member who leaves and a person who joins have the same name.
    PossibleRename = "possible_rename",
    /// The files declare other roles where a person or group has one that the API can't write.
    LockedRoles = "locked_roles",
    /// Two live members have one address.
    DuplicateLiveMember = "duplicate_live_member",
    // The live organization
    /// Two live workspaces or groups have one name that the files use.
    DuplicateLiveName = "duplicate_live_name",
    /// The files are for another organization.
    OtherOrganization = "other_organization",
    /// The organization has a role, product, plan or status that this version doesn't know.
    UnknownWord = "unknown_word",
    /// People leave, and their API keys can't be read.
    ApiKeysUnknown = "api_keys_unknown",
    /// Groups are declared, and the organization has none.
    GroupsUnavailable = "groups_unavailable",
    /// The files change a group of the identity provider.
    ExternallyManaged = "externally_managed",
    /// The files clear a group's organization role, which the API can't do.
    GroupRole = "group_role",
    /// The default workspace is to be archived.
    DefaultWorkspace = "default_workspace",
    /// A change that can't be undone, without `--allow-irreversible`.
    Irreversible = "irreversible",
}

impl Code {
    /// The page, with each `[words](target)` as its words: outside of the book, the targets lead nowhere.
    #[must_use]
    pub fn page_without_links(self) -> String {
        let (mut text, mut plain) = (self.page(), String::new());
        while let Some((before, (target, after))) =
            text.split_once("](").and_then(|(before, after)| Some((before, after.split_once(')')?)))
        {
            let (start, words) = before.rsplit_once('[').unwrap_or((before, target));
            plain.extend([start, words]);
            text = after;
        }
        plain + text
    }

    /// Whether the fault hides a file or a part of one, so that missing resources may be declared there.
    #[must_use]
    pub fn hides_text(self) -> bool {
        matches!(
            self,
            Self::FileUnreadable
                | Self::FileTooLarge
                | Self::NotUtf8
                | Self::YamlSyntax
                | Self::MultipleDocuments
                | Self::AliasBomb
                | Self::IncludeWithoutFile
        )
    }

    /// Whether the fault is about numbers of seats alone, so that everything else that the files declare is known.
    #[must_use]
    pub fn is_about_budget(self) -> bool {
        matches!(self, Self::SeatBudget | Self::ReserveAbovePurchased)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
