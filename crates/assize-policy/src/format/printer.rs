use super::{
    INDENT,
    group::{Gap, Group, GroupKind},
    layout::Layout,
    spacing::has_blank,
    written,
};

/// Writes the tokens with the blanks and lines of the style.
pub(super) fn print(layout: &Layout<'_>) -> String {
    let mut printer = Printer {
        layout,
        text: String::with_capacity(layout.source.len() + layout.source.len() / 8),
        line_indent: 0,
        indents: vec![0; layout.groups.len()],
        last: None,
        gap_is_broken: false,
    };
    for at in 0..layout.tokens.len() {
        printer.token(at);
    }
    if !printer.text.is_empty() {
        printer.text.push('\n');
    }
    printer.text
}

struct Printer<'l, 's> {
    layout: &'l Layout<'s>,
    text: String,
    /// How far the line is indented that is being written.
    line_indent: usize,
    /// For each group that was opened the indentation of the line in which that was.
    indents: Vec<usize>,
    /// The token that was written last.
    last: Option<usize>,
    /// A line has ended since the last token that is no comment.
    gap_is_broken: bool,
}

impl Printer<'_, '_> {
    fn token(&mut self, at: usize) {
        let layout = self.layout;
        if let Some(last) = self.last {
            if self.ends_line(at) {
                self.new_line(at);
            } else if has_blank(layout, last, at) {
                self.text.push(' ');
            }
        }
        if let Some(group) = layout.opens[at] {
            self.indents[group] = self.line_indent;
        }
        self.text
            .push_str(&written(layout.source, layout.tokens[at]));
        if self.needs_comma(at) {
            self.text.push(',');
        }
        self.last = Some(at);
        if !layout.is_comment(at) {
            self.gap_is_broken = false;
        }
    }

    fn group(&self, at: usize) -> Group {
        self.layout.groups[self.layout.group[at]]
    }

    /// The last member of a list that has lines of its own ends with a comma.
    fn needs_comma(&self, at: usize) -> bool {
        let layout = self.layout;
        !layout.is_comment(at)
            && layout.text(at) != ","
            && layout.next[at].is_some_and(|end| {
                let group = self.group(end);
                layout.closes_group(end)
                    && group.kind == GroupKind::Members
                    && group.is_tall
                    && layout.opens[at] != Some(layout.group[end])
            })
    }

    fn ends_line(&self, at: usize) -> bool {
        let layout = self.layout;
        if layout.is_behind_line_comment(at) {
            return true;
        }
        let gap = layout.gaps[at];
        let group = self.group(at);
        let is_wanted = group.is_tall
            && match gap {
                Gap::Open | Gap::Close => true,
                Gap::Item => {
                    !matches!(group.kind, GroupKind::Members | GroupKind::Arguments)
                        || layout.lines[at] > 0
                }
                Gap::Inner => false,
            };
        let is_behind_comment = layout.is_comment(at - 1);
        if layout.is_comment(at) {
            layout.lines[at] > 0
        } else if is_behind_comment {
            layout.lines[at] > 0 || is_wanted && !self.gap_is_broken
        } else if gap == Gap::Inner {
            let is_behind_tall = layout.is_else(at) && self.group(at - 1).is_tall;
            layout.breaks_within(at) && !is_behind_tall
        } else {
            is_wanted
        }
    }

    fn new_line(&mut self, at: usize) {
        self.text.push('\n');
        if self.has_empty_line(at) {
            self.text.push('\n');
        }
        self.gap_is_broken = true;
        self.line_indent = self.indent(at);
        let indent = self.line_indent;
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    fn has_empty_line(&self, at: usize) -> bool {
        let layout = self.layout;
        let is_between = match layout.gaps[at] {
            Gap::Item => true,
            Gap::Open => at > 0 && layout.is_comment(at - 1),
            Gap::Close => layout.is_comment(at),
            Gap::Inner => false,
        };
        let is_wanted = layout.lines[at] > 1 && self.group(at).is_tall;
        is_between && (is_wanted || !self.gap_is_broken && self.is_beside_function(at))
    }

    /// Functions stand apart from what is around them.
    fn is_beside_function(&self, at: usize) -> bool {
        let layout = self.layout;
        let marks = &layout.marks;
        if self.group(at).kind != GroupKind::Top {
            return false;
        }
        let next = if layout.is_comment(at) {
            layout.next[at]
        } else {
            Some(at)
        };
        let begins = next.is_some_and(|next| {
            marks
                .function_starts
                .contains(&layout.tokens[next].span.start)
        });
        let ends = layout.previous[at].is_some_and(|before| {
            marks
                .function_ends
                .contains(&layout.tokens[before].span.end)
        });
        layout.gaps[at] == Gap::Item && (begins || ends)
    }

    fn indent(&self, at: usize) -> usize {
        let layout = self.layout;
        let group = self.group(at);
        if group.kind == GroupKind::Top {
            let is_inner = layout.gaps[at] == Gap::Inner;
            return if is_inner { INDENT } else { 0 };
        }
        let outer = self.indents[layout.group[at]];
        let own = if group.is_tall { outer + INDENT } else { outer };
        match layout.gaps[at] {
            Gap::Close if !layout.is_comment(at) => outer,
            Gap::Inner if layout.is_else(at) => own,
            Gap::Inner => own + INDENT,
            _ if group.is_tall => own,
            _ => own + INDENT,
        }
    }
}
