//! The stable codes of faults and refusals.

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
    /// Aliases blow the document up beyond all measure.
    AliasBomb = "alias_bomb",
    /// A tag that orgsync gives no meaning.
    UnsupportedTag = "unsupported_tag",
    /// An include matches no file, or is no valid pattern.
    IncludeWithoutFile = "include_without_file",
    // Structure
    /// A key that does not exist here.
    UnknownKey = "unknown_key",
    /// A key that stands twice in one mapping.
    DuplicateKey = "duplicate_key",
    /// A key that is needed is not there.
    MissingKey = "missing_key",
    /// A value of the wrong type.
    WrongType = "wrong_type",
    /// A word that is not among those that are known here.
    UnknownValue = "unknown_value",
    /// A value that is out of range or malformed.
    InvalidValue = "invalid_value",
    /// A value listed twice.
    DuplicateValue = "duplicate_value",
    /// `version` is absent or not one that this orgsync reads.
    UnsupportedVersion = "unsupported_version",
    /// A key that only the main file may have, in an included file.
    NotInInclude = "not_in_include",
    // People
    /// A text that is no address.
    InvalidEmail = "invalid_email",
    /// One person declared twice.
    DuplicateMember = "duplicate_member",
    /// An address outside `organization.domains` without `external: true`.
    ForeignDomain = "foreign_domain",
    /// A person in a team, workspace or group who is not declared.
    UndeclaredMember = "undeclared_member",
    /// A text that is no date.
    InvalidDate = "invalid_date",
    /// An empty list of roles.
    EmptyRoles = "empty_roles",
    /// A former address or name that is another's.
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
    /// More kept in reserve than bought.
    ReserveAbovePurchased = "reserve_above_purchased",
    /// More seats declared, used or promised than there are.
    SeatBudget = "seat_budget",
    // Guards
    /// No declared person is an admin.
    NoAdmin = "no_admin",
    /// The live admins would become fewer than `min_admins`.
    MinAdmins = "min_admins",
    /// A protected person would be removed or demoted.
    Protected = "protected",
    /// More removals of one kind than `max_removals` allows.
    MaxRemovals = "max_removals",
    /// A change of roles that the API can't write is asked for.
    LockedRoles = "locked_roles",
    /// Two live members have one address.
    DuplicateLiveMember = "duplicate_live_member",
    // The live organization
    /// Two live workspaces or groups have one name that the files use.
    DuplicateLiveName = "duplicate_live_name",
    /// The files are for another organization.
    OtherOrganization = "other_organization",
    /// Groups are declared, and the organization has none.
    GroupsUnavailable = "groups_unavailable",
    /// A change of a group that belongs to the identity provider is asked for.
    ExternallyManaged = "externally_managed",
    /// A group's organization role is to be taken away, which the API can't do.
    GroupRole = "group_role",
    /// The default workspace is to be archived.
    DefaultWorkspace = "default_workspace",
    /// Something that can't be undone, without leave to do it.
    Irreversible = "irreversible",
}

impl Code {
    /// The fault keeps a file, or a part of one, from being read: what seems to be missing may stand there.
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
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
