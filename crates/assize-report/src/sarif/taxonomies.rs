use std::collections::{BTreeMap, BTreeSet};

use assize_finding::{Control, Rule, Run};
use serde_sarif::sarif::{
    MultiformatMessageString, ReportingDescriptor, ReportingDescriptorReference,
    ReportingDescriptorRelationship, ToolComponent, ToolComponentReference,
};

use super::uri::is_web_address;
use crate::uuid::uuid;

/// The frameworks whose controls the rules bear on, with those controls and no others.
pub(crate) struct Taxonomies<'r> {
    run: &'r Run,
    /// The controls of each framework.
    controls: BTreeMap<&'r str, Vec<&'r str>>,
}

impl<'r> Taxonomies<'r> {
    pub(crate) fn of(run: &'r Run) -> Self {
        let mut controls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for Control { framework, id } in run.rules.iter().flat_map(|rule| &rule.controls) {
            controls.entry(framework).or_default().insert(id);
        }
        let controls = controls.into_iter();
        Self {
            run,
            controls: controls
                .map(|(framework, ids)| (framework, ids.into_iter().collect()))
                .collect(),
        }
    }

    /// What the driver says that it supports.
    pub(crate) fn references(&self) -> Vec<ToolComponentReference> {
        self.controls.keys().map(|id| self.reference(id)).collect()
    }

    fn reference(&self, framework: &str) -> ToolComponentReference {
        ToolComponentReference::builder()
            .name(self.name(framework))
            .guid(guid(framework))
            .build()
    }

    fn name(&self, framework: &str) -> String {
        let known = self.run.framework(framework);
        known.map_or_else(|| framework.to_owned(), |known| known.name.clone())
    }

    /// The members of `run.taxonomies`.
    pub(crate) fn components(&self) -> impl Iterator<Item = ToolComponent> {
        self.controls
            .iter()
            .map(|(framework, ids)| self.component(framework, ids))
    }

    fn component(&self, framework: &str, ids: &[&str]) -> ToolComponent {
        let known = self.run.framework(framework);
        let taxa = ids.iter().map(|id| {
            let mut taxon = ReportingDescriptor::builder().id(*id).build();
            let title = known.and_then(|known| known.title(id));
            taxon.short_description = title.map(text);
            taxon
        });
        let mut component = ToolComponent::builder()
            .name(self.name(framework))
            .guid(guid(framework))
            .is_comprehensive(false)
            .taxa(taxa.collect::<Vec<_>>())
            .build();
        if let Some(known) = known {
            component.version = Some(known.version.clone()).filter(|version| !version.is_empty());
            component.information_uri = Some(known.url.clone()).filter(|url| is_web_address(url));
        }
        component
    }

    /// The controls that a rule bears on. What kind of relation that is, nobody has said, so it is the standard's `relevant`.
    pub(crate) fn relationships(
        &self,
        rule: &Rule,
    ) -> Option<Vec<ReportingDescriptorRelationship>> {
        let controls: BTreeSet<&Control> = rule.controls.iter().collect();
        let relationships: Vec<_> = controls
            .into_iter()
            .filter_map(|control| self.relationship(control))
            .collect();
        (!relationships.is_empty()).then_some(relationships)
    }

    fn relationship(&self, control: &Control) -> Option<ReportingDescriptorRelationship> {
        let ids = self.controls.get(control.framework.as_str())?;
        let index = ids.binary_search(&control.id.as_str()).ok()?;
        let target = ReportingDescriptorReference::builder()
            .id(control.id.as_str())
            .index(i64::try_from(index).ok()?)
            .tool_component(self.reference(&control.framework))
            .build();
        Some(
            ReportingDescriptorRelationship::builder()
                .target(target)
                .build(),
        )
    }
}

fn guid(framework: &str) -> String {
    uuid(&["framework", framework])
}

fn text(title: &str) -> MultiformatMessageString {
    let stop = if title.ends_with('.') { "" } else { "." };
    MultiformatMessageString::builder()
        .text(format!("{title}{stop}"))
        .build()
}
