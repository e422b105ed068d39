use std::io::{self, Write};

use assize_finding::{ExitStatus, Outcome, Run, Status, Summary};
use serde_json::{Value, json};
use serde_sarif::sarif::{Invocation, ToolComponent};

use super::{
    artifact::SOURCE_ROOT, notifications::Notifications, rule, taxonomies::Taxonomies,
    uri::is_web_address,
};
use crate::{
    escape_control,
    json_stream::{JsonArray, write_json, write_open_object},
    json_v1::{DisabledV1, OverrideV1, SummaryV1},
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Where to learn more of the tool, from the manifest.
const HOME: &str = env!("CARGO_PKG_HOMEPAGE");

/// Whom a log is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Auditors and viewers.
    Full,
    /// GitHub, which keeps ten tags of a rule and reads no taxonomies.
    Github,
}

impl Profile {
    fn most_tags(self) -> usize {
        match self {
            Self::Full => usize::MAX,
            Self::Github => 10,
        }
    }
}

/// Writes everything up to the first result, with every rule of the run: a reader sees what was looked for.
pub(crate) fn write_head<W: Write>(out: &mut W, run: &Run, profile: Profile) -> io::Result<()> {
    write!(
        out,
        r#"{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"#
    )?;
    let mut driver = ToolComponent::builder()
        .name("assize")
        .version(run.version.as_str())
        .semantic_version(run.version.as_str())
        .contents(vec![
            Value::from("localizedData"),
            Value::from("nonLocalizedData"),
        ])
        .is_comprehensive(true)
        .build();
    driver.information_uri = (!HOME.is_empty()).then(|| HOME.to_owned());
    let taxonomies = (profile == Profile::Full).then(|| Taxonomies::of(run));
    driver.supported_taxonomies = taxonomies
        .as_ref()
        .map(Taxonomies::references)
        .filter(|references| !references.is_empty());
    out.write_all(b"\"tool\":{\"driver\":")?;
    write_open_object(out, &driver)?;
    out.write_all(b",\"rules\":[")?;
    let mut rules = JsonArray::default();
    for rule in &run.rules {
        let mut descriptor = rule::descriptor(rule, profile.most_tags());
        if let Some(taxonomies) = &taxonomies {
            descriptor.relationships = taxonomies.relationships(rule);
        }
        rules.push(out, &descriptor)?;
    }
    out.write_all(b"]}},")?;
    write_taxonomies(out, taxonomies.as_ref())?;
    write_repository(out, run)?;
    out.write_all(b"\n\"columnKind\":\"utf16CodeUnits\",\"originalUriBaseIds\":")?;
    let root = "The root of the run; in a repository, its root.";
    write_json(
        out,
        &json!({ SOURCE_ROOT: { "description": { "text": root } } }),
    )?;
    out.write_all(b",\n\"results\":[")
}

fn write_taxonomies<W: Write>(out: &mut W, taxonomies: Option<&Taxonomies<'_>>) -> io::Result<()> {
    let Some(taxonomies) = taxonomies else {
        return Ok(());
    };
    out.write_all(b"\n\"taxonomies\":[")?;
    let mut array = JsonArray::default();
    for component in taxonomies.components() {
        array.push(out, &component)?;
    }
    out.write_all(b"],")
}

/// The version of the files; left out where the repository has no address that a log may hold.
fn write_repository<W: Write>(out: &mut W, run: &Run) -> io::Result<()> {
    let known = run.repository.as_ref();
    let Some(repository) = known.filter(|known| is_web_address(&known.uri)) else {
        return Ok(());
    };
    let mut version = json!({
        "repositoryUri": repository.uri,
        "mappedTo": { "uriBaseId": SOURCE_ROOT },
    });
    if let Some(revision) = &repository.revision {
        version["revisionId"] = revision.as_str().into();
    }
    if let Some(branch) = &repository.branch {
        version["branch"] = branch.as_str().into();
    }
    out.write_all(b"\n\"versionControlProvenance\":[")?;
    write_json(out, &version)?;
    out.write_all(b"],")
}

/// How the run went, for its end.
pub(crate) struct End<'a> {
    pub(crate) run: &'a Run,
    pub(crate) summary: &'a Summary,
    pub(crate) status: &'a Status,
    pub(crate) command_line: Option<&'a str>,
    /// Results that were left out for the sake of a limit.
    pub(crate) dropped: u64,
}

/// Writes everything after `results` and `artifacts`.
pub(crate) fn write_end<W: Write>(
    out: &mut W,
    end: &End<'_>,
    notifications: &mut Notifications,
) -> io::Result<()> {
    out.write_all(b",\n\"invocations\":[")?;
    write_open_object(out, &invocation(end))?;
    out.write_all(b",")?;
    notifications.write(out)?;
    out.write_all(b"}],\n\"properties\":")?;
    write_json(out, &run_properties(end))?;
    out.write_all(b"}]}\n")?;
    out.flush()
}

/// There are no times here: the same input gives the same bytes.
fn invocation(end: &End<'_>) -> Invocation {
    let all_judged = end.summary.count(Outcome::Error) == 0 && end.summary.incomplete == 0;
    let mut invocation = Invocation::builder()
        .execution_successful(all_judged && end.status.exit != ExitStatus::Usage)
        .exit_code(i64::from(end.status.exit as u8))
        .build();
    let reason = escape_control(&end.status.reason);
    invocation.exit_code_description = (!reason.is_empty()).then(|| reason.into_owned());
    invocation.command_line = end
        .command_line
        .filter(|line| !line.is_empty())
        .map(str::to_owned);
    invocation
}

fn run_properties(end: &End<'_>) -> Value {
    let mut properties = json!({
        "assize/now": end.run.now,
        "assize/summary": SummaryV1::new(end.summary),
    });
    if !end.run.parameters.is_empty() {
        let parameters = end.run.parameters.iter().map(
            |parameter| json!({ "rule": parameter.rule, "name": parameter.name, "value": parameter.value }),
        );
        properties["assize/parameters"] = parameters.collect();
    }
    if !end.run.disabled.is_empty() {
        let disabled = end.run.disabled.iter().map(DisabledV1::from);
        properties["assize/disabled"] = disabled.map(|one| json!(one)).collect();
    }
    if !end.run.overrides.is_empty() {
        let overrides = end.run.overrides.iter().map(OverrideV1::from);
        properties["assize/overrides"] = overrides.map(|one| json!(one)).collect();
    }
    if end.dropped > 0 {
        properties["assize/droppedResults"] = end.dropped.into();
    }
    properties
}
