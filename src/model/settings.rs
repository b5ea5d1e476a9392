//! The settings of a resource, field by field, so that output code need not know the fields.

/// A field of a resource's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting<'s> {
    /// Any text; empty means none. Hostile: escape it before showing.
    Text(&'s str),
    /// One of a few words.
    Word(Option<&'static str>),
}

/// The settings of one type of resource.
pub trait Settings {
    /// All fields, in the order in which they are shown.
    fn fields(&self) -> Vec<(&'static str, Setting<'_>)>;

    /// All fields in one line. Hostile text: escape it before showing.
    fn describe(&self) -> String {
        let describe = |(name, value): (&str, Setting<'_>)| match value {
            Setting::Text(text) => format!("{name} \"{text}\""),
            Setting::Word(word) => format!("{name} {}", word.unwrap_or("none")),
        };
        self.fields().into_iter().map(describe).collect::<Vec<_>>().join(", ")
    }
}
