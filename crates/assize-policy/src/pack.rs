//! Packs: folders of policies with a `pack.toml`, and the ones that ship with assize.

use std::collections::BTreeMap;

use serde::Deserialize;

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// What a `pack.toml` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The pack in a few words.
    pub title: String,
    /// What its policies are about.
    #[serde(default)]
    pub description: String,
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
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

/// A policy that ships with assize: its id, its script, and its page.
#[derive(Debug, Clone, Copy)]
pub struct ShippedPolicy {
    /// The id.
    pub id: &'static str,
    /// The script.
    pub script: &'static str,
    /// The page.
    pub page: Option<&'static str>,
}

/// The shipped policies, sorted by id.
pub fn shipped_policies() -> impl Iterator<Item = ShippedPolicy> {
    POLICIES.iter().map(|(id, script, page)| ShippedPolicy {
        id,
        script,
        page: *page,
    })
}

/// Name and text of each shipped pack's `pack.toml`.
pub fn shipped_packs() -> impl Iterator<Item = (&'static str, &'static str)> {
    PACKS.iter().copied()
}
