use std::path::Path;

use super::{NewFile, check_name, join, refuse_present};
use crate::error::ProjectError;

/// The `pack.toml` of a new pack.
pub fn new_pack(name: &str, folder: &Path) -> Result<Vec<NewFile>, ProjectError> {
    check_name("pack", name)?;
    let files = vec![NewFile::new(join(folder, &[name, "pack.toml"]), text(name))];
    refuse_present(&files)?;
    Ok(files)
}

fn text(name: &str) -> String {
    let title = name.replace('-', " ");
    let title: String = title
        .chars()
        .take(1)
        .flat_map(char::to_uppercase)
        .chain(title.chars().skip(1))
        .collect();
    format!(
        r#"# What the policies of this pack have in common. A policy is two files in this folder, `NAME.rhai` and `NAME.md`.
title = "{title}"
version = "0.1.0"
description = "Say in one sentence what the policies of this pack judge."

# A parameter that every policy of the pack reads as `params.notice_days`; `--param {name}.notice_days=14` sets it.
# [params.notice_days]
# doc = "Days before a date when somebody is told"
# default = 30

# A framework whose controls policies name: `controls: ["house-rules:1.2"]`.
# [frameworks.house-rules]
# name = "Rules of the house"
# version = "2026"
# url = "https://example.com/rules"

# One of its controls, in words of your own. It is verified when somebody has read it in its source.
# [controls."house-rules:1.2"]
# title = "Administrators use two factors"
# verified = false

# Former ids of policies that were renamed, so that waivers and history go on.
# [aliases]
# "{name}/old-name" = "{name}/new-name"
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_pack_can_be_read_with_its_comments_and_without() {
        let text = text("own-rules");
        assert_eq!(assize_policy::Pack::read(&text).unwrap().title, "Own rules");
        let lines = text.lines().map(|line| {
            let rest = line.strip_prefix("# ").unwrap_or(line);
            let is_data = rest.starts_with(['[', '"']) || rest.contains(" = ");
            if is_data && !line.contains('`') {
                rest
            } else {
                ""
            }
        });
        let filled: Vec<&str> = lines.collect();
        let pack = assize_policy::Pack::read(&filled.join("\n")).unwrap();
        assert_eq!(
            pack.params.len() + pack.frameworks.len() + pack.aliases.len(),
            3
        );
    }
}
