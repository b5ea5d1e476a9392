//! The fenced blocks of a Markdown text, which tests take at their word.

/// A fenced block of a Markdown text, without the fences.
pub(crate) struct Block {
    pub(crate) language: String,
    pub(crate) text: String,
}

/// The fenced blocks of a Markdown text, without the indentation of the list that they may stand in.
pub(crate) fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(Block, usize)> = None;
    for line in markdown.lines() {
        let indent = line.len() - line.trim_start().len();
        match (line.trim().strip_prefix("```"), open.take()) {
            (Some(language), None) => {
                open = Some((Block { language: language.to_owned(), text: String::new() }, indent));
            }
            (Some(_), Some((block, _))) => blocks.push(block),
            (None, Some((mut block, outer))) => {
                block.text.push_str(line.get(outer..).unwrap_or_default());
                block.text.push('\n');
                open = Some((block, outer));
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fenced block has no end");
    blocks
}
