//! What `assize config` shows.

use serde_json::{Value as Json, json};

use super::{Settings, fields};
use crate::{
    form::{Field, Form},
    toml_tree::{At, Placed},
};

/// A value, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The key.
    pub key: String,
    /// The value, as JSON; for what nobody set, what holds instead, in words.
    pub value: String,
    /// `file:line:column`, the variable, or nothing for what nobody set.
    pub origin: Option<String>,
}

impl Settings {
    /// Every key with its value.
    pub fn shown(&self) -> Vec<Shown> {
        let mut shown = Vec::new();
        let root = self.file.as_ref().map(|file| &file.root);
        self.show(fields::FIELDS, "", root, &mut shown);
        shown
    }

    fn show(&self, fields: &[Field], above: &str, table: Option<&Placed>, shown: &mut Vec<Shown>) {
        for field in fields {
            let key = format!("{above}{}", field.name);
            let value = table.and_then(|table| table.get(field.name));
            match (field.form, value) {
                (Form::Table(inner), value) => self.show(inner, &format!("{key}."), value, shown),
                (_, None) => shown.push(Shown {
                    key,
                    value: or_nothing(field.default),
                    origin: None,
                }),
                (_, Some(value)) => self.show_value(&key, value, shown),
            }
        }
    }

    /// The members of a map come one by one: each has a line of its own.
    fn show_value(&self, key: &str, value: &Placed, shown: &mut Vec<Shown>) {
        if !value.members().is_empty() {
            for (name, _, member) in value.members() {
                let name = if name.contains(['.', '/']) {
                    format!("\"{name}\"")
                } else {
                    name.clone()
                };
                self.show_value(&format!("{key}.{name}"), member, shown);
            }
            return;
        }
        shown.push(Shown {
            key: key.to_owned(),
            value: value.to_json().to_string(),
            origin: Some(self.origin(&value.at)),
        });
    }

    fn origin(&self, at: &At) -> String {
        self.file
            .as_ref()
            .map_or(String::new(), |file| file.place(at))
    }
}

fn or_nothing(default: &str) -> String {
    if default.is_empty() {
        "not set".to_owned()
    } else {
        default.to_owned()
    }
}

/// A file that people write, and that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenFile {
    /// `assize.toml`.
    Assize,
    /// `waivers.toml`.
    Waivers,
    /// `pack.toml`.
    Pack,
}

impl WrittenFile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Assize, Self::Waivers, Self::Pack];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assize => "assize",
            Self::Waivers => "waivers",
            Self::Pack => "pack",
        }
    }

    /// Its JSON Schema, from the description by which the file is checked.
    pub fn schema(self) -> Json {
        let fields = match self {
            Self::Assize => fields::FIELDS,
            Self::Waivers => fields::WAIVERS,
            Self::Pack => fields::PACK,
        };
        let mut schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": format!("{}.toml", self.as_str()),
        });
        if let (Json::Object(whole), Json::Object(table)) =
            (&mut schema, Form::Table(fields).schema())
        {
            whole.extend(table);
        }
        schema
    }
}
