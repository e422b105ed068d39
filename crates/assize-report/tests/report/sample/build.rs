//! Short ways to make parts of the model.

use assize_finding::{
    Artifact, Encoding, Evaluation, Excerpt, Finding, Fingerprint, Location, Outcome, Pointer,
    Position, Region, Related, Role, RuleIndex, Severity, ValueKind,
};

pub(super) fn artifact(path: &str) -> Artifact {
    let sha256 = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
    Artifact {
        path: path.to_owned(),
        role: Role::Snapshot,
        kind: Some("exchange-online".to_owned()),
        source: None,
        schema: None,
        length: 4321,
        sha256: Some(sha256.to_owned()),
        encoding: Some(Encoding::Utf8),
    }
}

/// A member of an object, five characters wide.
pub(super) fn member(pointer: &str, path: &str, line: u32, column: u32) -> Location {
    let (start, end) = (Position::new(line, column), Position::new(line, column + 5));
    Location {
        pointer: Some(Pointer::from(pointer.to_owned())),
        path: path.to_owned(),
        region: Some(Region { start, end }),
        value_kind: ValueKind::Property,
        absent: false,
        excerpt: None,
        line_hash: None,
        content: None,
    }
}

pub(super) fn object(pointer: &str, path: &str, line: u32) -> Location {
    Location {
        value_kind: ValueKind::Object,
        ..member(pointer, path, line, 5)
    }
}

/// A whole file that is not JSON.
pub(super) fn whole_file() -> Location {
    let value_kind = ValueKind::Value;
    Location {
        pointer: None,
        region: None,
        value_kind,
        ..member("", "", 1, 1)
    }
}

/// Lines with a marked part between what is before and after.
pub(super) fn excerpt(first_line: u32, [before, marked, after]: [&str; 3]) -> Excerpt {
    let highlight = before.len()..before.len() + marked.len();
    let text = [before, marked, after].concat();
    Excerpt {
        first_line,
        text,
        highlight,
        cut: false,
    }
}

pub(super) fn finding(
    rule: RuleIndex,
    severity: Severity,
    message: &str,
    location: Location,
) -> Finding {
    let fingerprint = Fingerprint::of(&[&rule.0.to_string(), &location.path, "finding"]);
    Finding {
        rule,
        severity,
        message: message.to_owned(),
        location,
        related: Vec::new(),
        fix: None,
        fingerprint,
        incomplete: false,
        waiver: None,
        baseline: None,
    }
}

/// A place in another file.
pub(super) fn elsewhere(file: &str, location: Location, message: &str) -> Related {
    Related {
        file: Some(file.to_owned()),
        location,
        message: message.to_owned(),
    }
}

pub(super) fn related(location: Location, message: &str) -> Vec<Related> {
    vec![Related {
        file: None,
        location,
        message: message.to_owned(),
    }]
}

pub(super) fn verdict(
    rule: RuleIndex,
    outcome: Outcome,
    reason: &str,
    object: Location,
) -> Evaluation {
    let fingerprint = Fingerprint::of(&[&rule.0.to_string(), &object.path, "verdict"]);
    let reason = reason.to_owned();
    Evaluation {
        rule,
        outcome,
        reason,
        object,
        fingerprint,
        findings: Vec::new(),
        trace: None,
        baseline: None,
    }
}

/// A failed verdict with one finding.
pub(super) fn failed(finding: Finding) -> Evaluation {
    let bare = verdict(finding.rule, Outcome::Fail, "", finding.location.clone());
    Evaluation {
        findings: vec![finding],
        ..bare
    }
}
