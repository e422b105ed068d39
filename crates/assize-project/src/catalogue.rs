//! The catalogue of controls: what is said of the policies of a run, and the verdicts behind each control.

use std::{cmp::Ordering, collections::BTreeMap};

use assize_finding::{
    Catalogue, CatalogueControl, CatalogueExample, CatalogueFramework, CatalogueMapping,
    CataloguePack, CatalogueParam, CataloguePolicy, CatalogueRun, Control, Judged, OutcomeCounts,
};
use assize_policy::{Policy, is_web};
use assize_snapshot::nearest;

use crate::{error::ProjectError, load::Project};

/// The verdicts of a run, counted by policy.
#[derive(Debug, Default)]
pub struct Tally {
    counts: BTreeMap<u32, OutcomeCounts>,
    snapshots: u64,
}

impl Tally {
    /// Counts the verdicts on one artifact in.
    pub fn add(&mut self, judged: &Judged) {
        self.snapshots += u64::from(judged.artifact.role == assize_finding::Role::Snapshot);
        for evaluation in &judged.evaluations {
            let counts = self.counts.entry(evaluation.rule.0).or_default();
            counts[evaluation.outcome as usize] += 1;
        }
    }
}

impl Project {
    /// The catalogue of the policies, of those alone that bear on a framework if one is named.
    pub fn catalogue(
        &self,
        framework: Option<&str>,
        tally: Option<&Tally>,
    ) -> Result<Catalogue, ProjectError> {
        let mut policies: Vec<CataloguePolicy> = Vec::new();
        for policy in self.set.policies() {
            let mut entry = self.entry(policy);
            entry.counts = tally.map(|tally| {
                let counts = tally.counts.get(&self.rule(&policy.id).0);
                counts.copied().unwrap_or_default()
            });
            policies.push(entry);
        }
        let mut frameworks = self.frameworks(&policies);
        if let Some(wanted) = framework {
            check_framework(wanted, &frameworks)?;
            frameworks.retain(|framework| framework.id == wanted);
            policies.retain(|policy| {
                let mut controls = policy.controls.iter();
                controls.any(|mapping| mapping.framework == wanted)
            });
        }
        let judged = tally.map(|tally| CatalogueRun {
            now: self.run.now.clone(),
            snapshots: tally.snapshots,
        });
        Ok(Catalogue {
            version: self.run.version.clone(),
            judged,
            packs: self.catalogue_packs(&policies),
            policies,
            frameworks,
        })
    }

    fn entry(&self, policy: &Policy) -> CataloguePolicy {
        let header = &policy.header;
        let params = policy.declared_params().map(|param| CatalogueParam {
            name: param.name.clone(),
            doc: param.doc.clone(),
            default: param.default.to_json().to_string(),
            is_shared: policy.shares(&param.name),
        });
        let examples = policy.page.examples.iter().map(|example| CatalogueExample {
            title: example.title.clone(),
            verdict: verdict_of(&example.info).to_owned(),
        });
        let pack = policy.pack().unwrap_or_default();
        let controls = header.controls.iter();
        CataloguePolicy {
            id: policy.id.clone(),
            pack: pack.to_owned(),
            title: header.title.clone(),
            severity: header.severity,
            kind: header.kinds.join(", "),
            is_over_time: header.over_time,
            what: policy.page.section("What it checks"),
            why: policy.page.section("Why it matters"),
            fix: policy.page.section("How to fix"),
            params: params.collect(),
            controls: controls
                .map(|control| self.mapping(pack, control))
                .collect(),
            examples: examples.collect(),
            counts: None,
        }
    }

    fn mapping(&self, pack: &str, control: &Control) -> CatalogueMapping {
        let framework = self.packs.framework(&control.framework);
        let note = self.packs.control(pack, control);
        CatalogueMapping {
            framework: control.framework.clone(),
            framework_name: framework.unwrap_or_else(|| control.framework.clone()),
            control: control.id.clone(),
            title: note
                .as_ref()
                .map(|note| note.title.clone())
                .unwrap_or_default(),
            is_verified: note.is_some_and(|note| note.verified),
        }
    }

    fn catalogue_packs(&self, policies: &[CataloguePolicy]) -> Vec<CataloguePack> {
        let mut names: Vec<&str> = policies.iter().map(|policy| policy.pack.as_str()).collect();
        names.dedup();
        let packs = names.into_iter().map(|name| {
            let pack = self.packs.get(name);
            let unnamed = if name.is_empty() {
                "Policies without a pack"
            } else {
                name
            };
            CataloguePack {
                name: name.to_owned(),
                title: pack.map_or(unnamed, |pack| &pack.title).to_owned(),
                version: pack.and_then(|pack| pack.version.clone()),
                description: pack
                    .map(|pack| pack.description.clone())
                    .unwrap_or_default(),
            }
        });
        packs.collect()
    }

    fn frameworks(&self, policies: &[CataloguePolicy]) -> Vec<CatalogueFramework> {
        let mut found: BTreeMap<&str, Vec<CatalogueControl>> = BTreeMap::new();
        for policy in policies {
            for mapping in &policy.controls {
                let controls = found.entry(&mapping.framework).or_default();
                add_mapping(controls, policy, mapping);
            }
        }
        let frameworks = found.into_iter().map(|(id, mut controls)| {
            controls.sort_by(|left, right| natural(&left.id, &right.id));
            let known = self.packs.framework_of(id);
            CatalogueFramework {
                id: id.to_owned(),
                name: known.map_or_else(|| id.to_owned(), |known| known.name.clone()),
                version: known.map(|known| known.version.clone()).unwrap_or_default(),
                url: known
                    .map(|known| known.url.clone())
                    .filter(|url| is_web(url))
                    .unwrap_or_default(),
                controls,
            }
        });
        frameworks.collect()
    }
}

fn check_framework(wanted: &str, frameworks: &[CatalogueFramework]) -> Result<(), ProjectError> {
    let ids = frameworks.iter().map(|framework| framework.id.as_str());
    if ids.clone().any(|id| id == wanted) {
        return Ok(());
    }
    let hint = match nearest(wanted, ids.clone()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None if frameworks.is_empty() => "they bear on none".to_owned(),
        None => format!("they bear on {}", ids.collect::<Vec<_>>().join(", ")),
    };
    Err(ProjectError::Unknown(format!(
        "no policy bears on a framework `{wanted}`; {hint}"
    )))
}

fn add_mapping(
    controls: &mut Vec<CatalogueControl>,
    policy: &CataloguePolicy,
    mapping: &CatalogueMapping,
) {
    let known = controls
        .iter()
        .position(|control| control.id == mapping.control);
    let at = known.unwrap_or_else(|| {
        controls.push(CatalogueControl {
            id: mapping.control.clone(),
            title: mapping.title.clone(),
            policies: Vec::new(),
            counts: policy.counts.map(|_| OutcomeCounts::default()),
        });
        controls.len() - 1
    });
    let control = &mut controls[at];
    control
        .policies
        .push((policy.id.clone(), mapping.is_verified));
    if let (Some(sum), Some(counts)) = (&mut control.counts, policy.counts) {
        for (sum, count) in sum.iter_mut().zip(counts) {
            *sum += count;
        }
    }
}

/// The verdict of an example: the first word of its opening line.
fn verdict_of(info: &str) -> &str {
    let word = info.split([' ', ',']).next().unwrap_or_default();
    if word == "not_applicable" {
        "not applicable"
    } else {
        word
    }
}

/// Order in which 2.1.9 comes before 2.1.10.
fn natural(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        let (a, b) = (first_part(left), first_part(right));
        if a.is_empty() || b.is_empty() {
            return a.len().cmp(&b.len());
        }
        let is_number = |part: &str| part.starts_with(|first: char| first.is_ascii_digit());
        let order = if is_number(a) && is_number(b) {
            let digits = |part: &str| part.trim_start_matches('0').len();
            digits(a).cmp(&digits(b)).then_with(|| a.cmp(b))
        } else {
            a.cmp(b)
        };
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (&left[a.len()..], &right[b.len()..]);
    }
}

/// The digits, or what is no digit, at the beginning of a text.
fn first_part(text: &str) -> &str {
    let is_digit = |character: char| character.is_ascii_digit();
    let begins_with_digit = text.starts_with(is_digit);
    let end = text.find(|next: char| is_digit(next) != begins_with_digit);
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_in_the_order_of_their_framework() {
        let mut ids = [
            "2.1.10", "2.1.9", "AC-6(10)", "AC-6", "2.1.9a", "AC-6(9)", "2",
        ];
        ids.sort_by(|left, right| natural(left, right));
        assert_eq!(
            ids,
            [
                "2", "2.1.9", "2.1.9a", "2.1.10", "AC-6", "AC-6(9)", "AC-6(10)"
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn the_order_is_one(a in "[0-9a.]{0,6}", b in "[0-9a.]{0,6}") {
            proptest::prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
        }
    }
}
