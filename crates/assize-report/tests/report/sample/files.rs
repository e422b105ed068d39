use assize_finding::{
    Artifact, Encoding, Evaluation, Excerpt, Finding, Judged, Location, Outcome, Pointer, Position,
    Region, Role, Severity, ValueKind,
};

use super::{
    BANNER, DKIM, INVALID_JSON, MAIL_FLOW, NASTY, NEVER_RUN, SCHEMA,
    build::{
        artifact, elsewhere, excerpt, failed, finding, member, object, related, verdict, whole_file,
    },
};

/// The files of the sample run.
pub(crate) fn files() -> Vec<Judged> {
    vec![exchange(), minified(), nasty(), broken(), policy()]
}

/// A file with this many failures.
pub(crate) fn large_file(number: usize, findings: usize) -> Judged {
    let severities = [Severity::Low, Severity::Critical, Severity::Medium];
    let evaluations = (0..findings).map(|index| {
        let line = 10 + 7 * index as u32;
        let domain = format!("tenant{number}-{index}.example");
        let pointer = format!("/data/AcceptedDomain/{index}/Enabled");
        let path = format!("AcceptedDomain[{domain}].Enabled");
        let hash = format!("{:x}:1", 0x1234_5678_9abc_def0_u64 + u64::from(line));
        let place = Location {
            line_hash: Some(hash),
            ..member(&pointer, &path, line, 18)
        };
        let message = format!("DKIM signing is off for {domain}");
        failed(finding(
            DKIM,
            severities[index % severities.len()],
            &message,
            place,
        ))
    });
    let evaluations = evaluations.collect();
    let path = format!("tenants/{number:06}/exchange-online.json");
    Judged {
        artifact: artifact(&path),
        findings: Vec::new(),
        evaluations,
    }
}

/// Every outcome.
fn exchange() -> Judged {
    let domain = |name: &str| {
        object(
            "/data/AcceptedDomain/0",
            &format!("AcceptedDomain[{name}]"),
            7,
        )
    };
    let initial = "Microsoft signs the initial domain itself";
    let eye = member(
        "/data/TransportRule/0/Name",
        "TransportRule[forward].Name",
        50,
        15,
    );
    let intended = "the rule forwards to a partner; is that intended";
    let mut review = failed(finding(MAIL_FLOW, Severity::Critical, intended, eye));
    review.outcome = Outcome::Review;
    let limit = "the limit of 1,000,000 operations was hit";
    let mut evaluations = vec![
        verdict(DKIM, Outcome::Pass, "", domain("fabrikam.com")),
        failed(dkim_off()),
        failed(dkim_absent()),
        verdict(
            DKIM,
            Outcome::NotApplicable,
            initial,
            domain("contoso.onmicrosoft.com"),
        ),
        review,
        verdict(MAIL_FLOW, Outcome::Error, limit, object("", "", 1)),
        verdict(
            BANNER,
            Outcome::Review,
            "a person has to read the banner",
            object("", "", 1),
        ),
    ];
    evaluations.extend((0..5).map(|index| {
        let user = domain(&format!("user{index}@contoso.com"));
        verdict(
            MAIL_FLOW,
            Outcome::Indeterminate,
            "InboxRule was not collected",
            user,
        )
    }));
    let place = member(
        "/data/OrganizationConfig/Nmae",
        "OrganizationConfig.Nmae",
        3,
        5,
    );
    let unknown = "`Nmae` is no field; did you mean `Name`?";
    let findings = vec![finding(SCHEMA, Severity::Medium, unknown, place)];
    Judged {
        artifact: artifact("estate/contoso é #1.json"),
        findings,
        evaluations,
    }
}

fn dkim_off() -> Finding {
    let path = "AcceptedDomain[contoso.com].Enabled";
    let lines = [
        "      \"Domain\": \"contoso.com\",\n      \"Enabled\": ",
        "false",
        ",\n      \"KeySize\": 2048",
    ];
    let place = Location {
        line_hash: Some("a1b2c3d4e5f60718:1".to_owned()),
        excerpt: Some(excerpt(11, lines)),
        ..member("/data/AcceptedDomain/1/Enabled", path, 12, 18)
    };
    let config = object(
        "/data/DkimSigningConfig/0",
        "DkimSigningConfig[contoso.com]",
        40,
    );
    let record = object("/data/Record/3", "Record[contoso.com]", 7);
    let mut places = related(config, "the signing configuration");
    places.push(elsewhere("estate/dns #2.json", record, "the record"));
    Finding {
        related: places,
        ..finding(
            DKIM,
            Severity::High,
            "DKIM signing is off for contoso.com",
            place,
        )
    }
}

fn dkim_absent() -> Finding {
    let lines = [
        "    },\n    ",
        "{\n\t\t\"Domain\": \"größe.example\",\n\t\t\"漢字\": \"漢字\"\n    }",
        "\n  ]",
    ];
    let place = Location {
        region: Some(Region {
            start: Position::new(15, 5),
            end: Position::new(18, 6),
        }),
        absent: true,
        excerpt: Some(excerpt(14, lines)),
        ..object(
            "/data/AcceptedDomain/2",
            "AcceptedDomain[größe.example].Enabled",
            15,
        )
    };
    Finding {
        fix: Some("create one with `New-DkimSigningConfig`".to_owned()),
        ..finding(
            DKIM,
            Severity::Medium,
            "größe.example has no DKIM signing configuration",
            place,
        )
    }
}

/// Two findings of one rule on the one line there is.
fn minified() -> Judged {
    let banner = |index: u32, severity| -> Evaluation {
        let (pointer, path) = (format!("/{index}/banner"), format!("[{index}].banner"));
        let mut place = member(&pointer, &path, 1, 200_000 * (index + 1));
        place.line_hash = Some("ffff000011112222:1".to_owned());
        let lines = ["…\"banner\":", "\"Alice\"", ",\"x\":1…"];
        place.excerpt = Some(Excerpt {
            cut: true,
            ..excerpt(1, lines)
        });
        failed(finding(BANNER, severity, "the banner names Alice", place))
    };
    let evaluations = vec![banner(0, Severity::Info), banner(1, Severity::Low)];
    let encoding = Some(Encoding::Utf16Le);
    let artifact = Artifact {
        encoding,
        ..artifact("estate/minified.json")
    };
    Judged {
        artifact,
        findings: Vec::new(),
        evaluations,
    }
}

/// Text from a snapshot wherever it can be.
fn nasty() -> Judged {
    let mut pointer = Pointer::root();
    pointer.push_name(NASTY);
    let lines = [
        "\t\u{202e}\"漢\u{200b}\": ",
        "\u{9b}31m\"\t\u{1b}[0m\"",
        ",\r\n",
    ];
    let place = Location {
        value_kind: ValueKind::Value,
        excerpt: Some(excerpt(2, lines)),
        ..member(pointer.as_str(), &format!("[{NASTY}]"), 2, 3)
    };
    let message = format!("the banner is '{NASTY}'");
    let found = Finding {
        fix: Some(NASTY.to_owned()),
        related: related(place.clone(), NASTY),
        ..finding(BANNER, Severity::Info, &message, place.clone())
    };
    let evaluations = vec![
        failed(found),
        verdict(BANNER, Outcome::Error, NASTY, place.clone()),
        verdict(BANNER, Outcome::NotApplicable, NASTY, place),
    ];
    let kind = Some(NASTY.to_owned());
    let artifact = Artifact {
        kind,
        ..artifact(&format!("estate/{NASTY}.json"))
    };
    Judged {
        artifact,
        findings: Vec::new(),
        evaluations,
    }
}

/// A file of which nothing is known but that it cannot be read.
fn broken() -> Judged {
    let message = "expected a value, found the end of the file";
    let unread = Finding {
        incomplete: true,
        ..finding(INVALID_JSON, Severity::High, message, whole_file())
    };
    let artifact = Artifact {
        kind: None,
        encoding: None,
        length: 0,
        ..artifact("estate/broken.json")
    };
    Judged {
        artifact,
        findings: vec![unread],
        evaluations: Vec::new(),
    }
}

/// A policy can have findings of its own.
fn policy() -> Judged {
    let place = Location {
        pointer: None,
        value_kind: ValueKind::Value,
        ..member("", "", 4, 9)
    };
    let lint = finding(NEVER_RUN, Severity::Low, "`config` is never used", place);
    let path = "policies/exchange-online/dkim-enabled.rhai";
    let artifact = Artifact {
        kind: None,
        role: Role::Policy,
        ..artifact(path)
    };
    Judged {
        artifact,
        findings: vec![lint],
        evaluations: Vec::new(),
    }
}
