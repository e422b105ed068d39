/// A compliance framework whose controls the rules of a run bear on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Framework {
    /// The id, as in [`crate::Control::framework`].
    pub id: String,
    /// The name; the id where no pack says it.
    pub name: String,
    /// The version; may be empty.
    pub version: String,
    /// Where to read it; empty, or an address that begins with `https://` or `http://`.
    pub url: String,
    /// What is said of its controls, by id.
    pub titles: Vec<(String, String)>,
}

impl Framework {
    /// The name with the version.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.name, self.version)
            .trim_end()
            .to_owned()
    }

    /// What a control asks for, where a pack says it.
    pub fn title(&self, control: &str) -> Option<&str> {
        let mut titles = self.titles.iter();
        let (_, title) = titles.find(|(id, title)| id == control && !title.is_empty())?;
        Some(title)
    }
}
