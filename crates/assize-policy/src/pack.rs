//! Packs: folders of policies with a `pack.toml`, and the ones that ship with assize.

use std::collections::BTreeMap;

use assize_finding::Later;
use serde::Deserialize;

use crate::{
    header::Param,
    limits::Limits,
    page::Page,
    policy::Policy,
    shared::Shared,
    source::{Source, SourceError},
    value::ParamValue,
};

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// What a `pack.toml` says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The pack in a few words.
    pub title: String,
    /// The version of its policies and reference data.
    #[serde(default)]
    pub version: Option<String>,
    /// What its policies are about.
    #[serde(default)]
    pub description: String,
    /// The parameters that every policy of the pack reads, by name.
    #[serde(default)]
    pub params: BTreeMap<String, PackParam>,
    /// The frameworks that its policies name, by the name before the colon of a control.
    #[serde(default)]
    pub frameworks: BTreeMap<String, Framework>,
    /// What is known of controls, by `framework:id`.
    #[serde(default)]
    pub controls: BTreeMap<String, ControlNote>,
    /// Former ids of policies: `"old/id" = "new/id"`.
    #[serde(default)]
    pub aliases: BTreeMap<String, String>,
}

/// A parameter that all policies of a pack share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackParam {
    /// What it means.
    pub doc: String,
    /// Its value where nobody sets one; its type is the parameter's.
    pub default: ParamValue,
}

/// A compliance framework.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its name.
    pub name: String,
    /// The version that the ids belong to.
    pub version: String,
    /// Where to read it.
    #[serde(default)]
    pub url: String,
}

/// What is known of a control.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlNote {
    /// The control in our own short words.
    pub title: String,
    /// Whether somebody has read the framework's text and found that the policy bears on the control.
    #[serde(default)]
    pub verified: bool,
}

impl Pack {
    /// Reads a `pack.toml`.
    pub fn read(text: &str) -> Result<Self, String> {
        let pack: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for (name, param) in &pack.params {
            let is_letter = |character: char| character == '_' || character.is_ascii_alphabetic();
            let is_name = name.starts_with(is_letter)
                && name
                    .chars()
                    .all(|next| is_letter(next) || next.is_ascii_digit());
            if !is_name {
                return Err(format!(
                    "`{name}` is no name of a parameter; expected letters, digits and `_`"
                ));
            }
            if param.doc.trim().is_empty() {
                return Err(format!("the `doc` of parameter `{name}` is empty"));
            }
        }
        Ok(pack)
    }

    /// What stands for a pack that cannot be read.
    pub fn unreadable(message: &str) -> Self {
        Self {
            title: format!("A pack that cannot be read: {message}"),
            ..Self::default()
        }
    }

    /// The parameters that every policy of the pack reads.
    pub fn shared_params(&self) -> Vec<Param> {
        let params = self.params.iter().map(|(name, param)| Param {
            name: name.clone(),
            doc: param.doc.clone(),
            default: param.default.clone(),
        });
        params.collect()
    }
}

/// A policy that ships with assize: its id, its script, and its page.
#[derive(Debug, Clone, Copy)]
pub struct ShippedPolicy {
    /// The id.
    pub id: &'static str,
    /// The kinds that it judges, as its header says.
    pub kinds: &'static [&'static str],
    /// It compares two snapshots, as its header says.
    pub over_time: bool,
    /// The script.
    pub script: &'static str,
    /// The page.
    pub page: Option<&'static str>,
}

impl ShippedPolicy {
    /// Its source and its page.
    pub fn read(&self) -> (Source, Later<Page>) {
        let source = Source {
            path: format!("policies/{}.rhai", self.id),
            text: self.script.to_owned(),
        };
        let Self { id, page, .. } = *self;
        let read = move || Page::read(&format!("policies/{id}.md"), page.unwrap_or_default());
        (source, Later::new(read))
    }

    /// Compiles it with what ships beside it.
    pub fn compile(&self, limits: &Limits) -> Result<Policy, SourceError> {
        let (source, page) = self.read();
        let shared = Shared::shipped(pack_of(self.id)).map_err(|message| source.error(message))?;
        Policy::in_pack(self.id, source, page, &shared, limits)
    }
}

/// The pack of a policy, by its id; empty where it is in none.
pub fn pack_of(id: &str) -> &str {
    id.rsplit_once('/').map_or("", |(pack, _)| pack)
}

/// The shipped policies, sorted by id.
pub fn shipped_policies() -> impl Iterator<Item = ShippedPolicy> {
    POLICIES.iter().copied()
}

/// Name and text of each shipped pack's `pack.toml`.
pub fn shipped_packs() -> impl Iterator<Item = (&'static str, &'static str)> {
    PACKS.iter().copied()
}

/// Pack, name and text of the shipped reference data.
pub(crate) fn shipped_references()
-> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    REFERENCES.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::Pack;

    #[test]
    fn parameters_of_a_pack() {
        let read = |text: &str| Pack::read(&format!("title = \"T\"\nversion = \"1.0.0\"\n{text}"));
        let pack = read("[params.since]\ndoc = \"D\"\ndefault = 2026-11-22").unwrap();
        let param = &pack.shared_params()[0];
        assert_eq!((param.name.as_str(), param.doc.as_str()), ("since", "D"));
        assert_eq!(param.default.to_json(), "2026-11-22");
        let pack = read("[params.a]\ndoc = \"D\"\ndefault = { b = [1, 2.5, true] }").unwrap();
        let json = pack.shared_params()[0].default.to_json();
        assert_eq!(json, serde_json::json!({ "b": [1, 2.5, true] }));
        for (text, expected) in [
            ("[params.a]\ndefault = 1", "missing field `doc`"),
            ("[params.a]\ndoc = \"D\"", "missing field `default`"),
            ("[params.a]\ndoc = \"\"\ndefault = 1", "is empty"),
            (
                "[params.\"a b\"]\ndoc = \"D\"\ndefault = 1",
                "no name of a parameter",
            ),
            ("[params.a]\ndoc = \"D\"\ndefault = nan", "no finite number"),
        ] {
            let message = read(text).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
    }
}
