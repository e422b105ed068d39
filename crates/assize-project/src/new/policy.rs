use std::path::Path;

use assize_finding::Severity;
use assize_policy::scaffold::{Wish, draft};

use super::{NewFile, check_name, join, refuse_present};
use crate::{error::ProjectError, load::Project};

/// What a new policy shall be.
#[derive(Debug, Clone)]
pub struct NewPolicy {
    /// `pack/name`.
    pub id: String,
    /// The kind that it judges.
    pub kind: String,
    /// What it selects.
    pub select: Option<String>,
    /// How bad a failure is.
    pub severity: Severity,
    /// What is in order.
    pub title: Option<String>,
}

/// The script and the page of a new policy, and the field that they check for a start.
pub fn new_policy(
    project: &Project,
    new: &NewPolicy,
    folder: &Path,
) -> Result<(Vec<NewFile>, String), ProjectError> {
    let (pack, name) = new.id.split_once('/').ok_or_else(|| {
        ProjectError::Unknown(format!(
            "`{}` is no id of a policy; expected `PACK/NAME`, such as `own/{}`",
            new.id,
            super::suggestion(&new.id)
        ))
    })?;
    check_name("pack", pack)?;
    check_name("policy", name)?;
    let kind = project.kind(&new.kind)?;
    if project.set.cells().iter().any(|policy| policy.id == new.id) {
        return Err(ProjectError::Unknown(format!(
            "there is a policy `{}` already; choose another name",
            new.id
        )));
    }
    let wish = Wish {
        id: new.id.clone(),
        select: new.select.clone(),
        severity: new.severity,
        title: new.title.clone(),
    };
    let draft = draft(&wish, &kind, &project.kinds).map_err(ProjectError::Unknown)?;
    let files = vec![
        NewFile::new(join(folder, &[pack, &format!("{name}.rhai")]), draft.script),
        NewFile::new(join(folder, &[pack, &format!("{name}.md")]), draft.page),
    ];
    refuse_present(&files)?;
    Ok((files, draft.field))
}
