use crate::syntax::{Token, TokenKind, Tree};

use super::{
    group::{Gap, Group, GroupKind, closes, opened},
    marks::Marks,
};

/// Where the lines of a source end, as the style wants it.
pub(super) struct Layout<'s> {
    pub(super) source: &'s str,
    /// Without the commas behind the last members of lists.
    pub(super) tokens: Vec<Token>,
    pub(super) marks: Marks,
    /// For each token the line breaks before it in the source.
    pub(super) lines: Vec<usize>,
    /// For each token the group that the gap before it belongs to.
    pub(super) group: Vec<usize>,
    /// For each token the group that it opens.
    pub(super) opens: Vec<Option<usize>>,
    /// For each token where in its group it stands; comments stand where the token behind them does.
    pub(super) gaps: Vec<Gap>,
    pub(super) groups: Vec<Group>,
    /// For each token the last one before it that is no comment.
    pub(super) previous: Vec<Option<usize>>,
    /// For each token the first one behind it that is no comment.
    pub(super) next: Vec<Option<usize>>,
}

impl<'s> Layout<'s> {
    pub(super) fn of(source: &'s str, tree: &Tree) -> Self {
        let mut layout = Self::nested(source, tree.tokens.clone(), Marks::of(source, tree));
        let last_commas = layout.last_commas();
        if last_commas.contains(&true) {
            let mut is_last = last_commas.into_iter();
            layout.tokens.retain(|_| is_last.next() != Some(true));
            layout = Self::nested(source, layout.tokens, layout.marks);
        }
        layout.classify();
        layout.settle();
        layout
    }

    /// With the groups and what follows from the tokens alone.
    fn nested(source: &'s str, tokens: Vec<Token>, marks: Marks) -> Self {
        let mut layout = Self {
            source,
            lines: line_breaks(source, &tokens),
            tokens,
            marks,
            group: Vec::new(),
            opens: Vec::new(),
            gaps: Vec::new(),
            groups: vec![Group::new(GroupKind::Top, 0)],
            previous: Vec::new(),
            next: Vec::new(),
        };
        (layout.previous, layout.next) = (layout.previous(), layout.next());
        layout.nest();
        layout
    }

    /// For each token whether it is a comma behind the last member of a list.
    fn last_commas(&self) -> Vec<bool> {
        let is_last = |at: usize| {
            self.text(at) == ","
                && self.groups[self.group[at]].kind == GroupKind::Members
                && self.next[at].is_some_and(|next| self.closes_group(next))
        };
        (0..self.tokens.len()).map(is_last).collect()
    }

    pub(super) fn text(&self, at: usize) -> &'s str {
        self.tokens[at].text(self.source)
    }

    pub(super) fn is_comment(&self, at: usize) -> bool {
        self.tokens[at].kind == TokenKind::Comment
    }

    /// `// ..`, which ends with its line.
    pub(super) fn is_line_comment(&self, at: usize) -> bool {
        self.is_comment(at) && self.text(at).starts_with("//")
    }

    /// For each token the last one before it that is no comment.
    fn previous(&self) -> Vec<Option<usize>> {
        let mut previous = None;
        let each = (0..self.tokens.len()).map(|at| {
            let own = previous;
            if !self.is_comment(at) {
                previous = Some(at);
            }
            own
        });
        each.collect()
    }

    /// For each token the first one behind it that is no comment.
    fn next(&self) -> Vec<Option<usize>> {
        let mut next = None;
        let each = (0..self.tokens.len()).rev().map(|at| {
            let own = next;
            if !self.is_comment(at) {
                next = Some(at);
            }
            own
        });
        let mut each: Vec<Option<usize>> = each.collect();
        each.reverse();
        each
    }

    /// Finds the group of each token.
    fn nest(&mut self) {
        let mut open = 0;
        let mut before = None;
        for (at, token) in self.tokens.iter().enumerate() {
            self.group.push(open);
            if closes(self.source, *token) {
                open = self.groups[open].parent;
            }
            let kind = opened(self.source, *token, before, &self.marks);
            self.opens.push(kind.map(|_| self.groups.len()));
            if let Some(kind) = kind {
                self.groups.push(Group::new(kind, open));
                open = self.groups.len() - 1;
            }
            if !self.is_comment(at) {
                before = Some(*token);
            }
        }
    }

    /// Finds where in its group each token stands.
    fn classify(&mut self) {
        for at in 0..self.tokens.len() {
            self.gaps.push(self.gap(at, self.previous[at]));
        }
        let mut behind = Gap::Close;
        for at in (0..self.tokens.len()).rev() {
            if self.is_comment(at) {
                self.gaps[at] = behind;
            }
            behind = self.gaps[at];
        }
    }

    fn gap(&self, at: usize, before: Option<usize>) -> Gap {
        let kind = self.groups[self.group[at]].kind;
        let is_item = match kind {
            GroupKind::Members | GroupKind::Arguments => {
                before.is_some_and(|before| self.text(before) == ",")
            }
            _ => self.marks.starts.contains(&self.tokens[at].span.start),
        };
        if self.closes_group(at) {
            Gap::Close
        } else if before.is_none_or(|before| self.opens[before] == Some(self.group[at])) {
            Gap::Open
        } else if is_item {
            Gap::Item
        } else {
            Gap::Inner
        }
    }

    pub(super) fn closes_group(&self, at: usize) -> bool {
        closes(self.source, self.tokens[at])
    }

    /// Decides which groups get lines of their own.
    fn settle(&mut self) {
        for at in 0..self.tokens.len() {
            let breaks = match self.gaps[at] {
                Gap::Inner => self.breaks_within(at),
                _ => self.lines[at] > 0 || self.is_behind_line_comment(at),
            };
            let is_forced = self.is_comment(at) || at > 0 && self.is_comment(at - 1);
            if breaks {
                self.groups[self.group[at]].break_at(self.gaps[at], is_forced);
            }
        }
        for at in (1..self.groups.len()).rev() {
            self.groups[at].settle();
            let Group {
                parent,
                is_tall,
                is_broken,
                ..
            } = self.groups[at];
            self.groups[parent].is_broken |= is_tall || is_broken;
        }
    }

    pub(super) fn is_behind_line_comment(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|before| self.is_line_comment(before))
    }

    /// Whether a line ends before a token within an expression: only before operators and dots, and around comments.
    pub(super) fn breaks_within(&self, at: usize) -> bool {
        let is_behind_comment = at > 0 && self.is_comment(at - 1);
        if self.is_comment(at) || is_behind_comment {
            return self.lines[at] > 0 || self.is_behind_line_comment(at);
        }
        if self.is_else(at) {
            return self.lines[at] > 0;
        }
        if !self.may_begin_line(at) {
            return false;
        }
        // A line that ends with an operator is broken before it.
        let ends_line = self.lines.get(at + 1).is_some_and(|lines| *lines > 0);
        self.lines[at] > 0 || ends_line && !self.is_comment(at + 1)
    }

    /// `else`, which may begin a line behind a block of one line.
    pub(super) fn is_else(&self, at: usize) -> bool {
        self.tokens[at].kind == TokenKind::Word && self.text(at) == "else"
    }

    fn may_begin_line(&self, at: usize) -> bool {
        let token = self.tokens[at];
        self.marks.operators.contains(&token.span.start)
            || token.kind == TokenKind::Symbol && matches!(self.text(at), "." | "?.")
    }
}

fn line_breaks(source: &str, tokens: &[Token]) -> Vec<usize> {
    let mut end = 0;
    let mut lines = Vec::with_capacity(tokens.len());
    for token in tokens {
        lines.push(source[end..token.span.start as usize].matches('\n').count());
        end = token.span.end as usize;
    }
    lines
}
