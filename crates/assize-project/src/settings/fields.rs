//! What `assize.toml` may hold, described once: the check of the file, `assize config show` and the JSON Schema are made of it.

use crate::form::{Field, Form};

const SEVERITIES: &[&str] = &["critical", "high", "medium", "low", "info"];
const FAIL_ON: &[&str] = &["critical", "high", "medium", "low", "info", "none"];
const LEVELS: &[&str] = &["ignore", "note", "warn", "error"];

const TEXTS: Form = Form::List(&Form::Text);
const PARAMS: Form = Form::Map(&Form::Map(&Form::Any));
const SEVERITY: Form = Form::Map(&Form::Choice(SEVERITIES));
const DISABLED: Form = Form::Map(&Form::Text);

/// A field that need not be there.
const fn optional(
    name: &'static str,
    form: Form,
    default: &'static str,
    doc: &'static str,
) -> Field {
    Field {
        name,
        doc,
        form,
        is_required: false,
        default,
    }
}

/// A field that must be there.
const fn required(name: &'static str, form: Form, doc: &'static str) -> Field {
    Field {
        name,
        doc,
        form,
        is_required: true,
        default: "",
    }
}

/// The members of `assize.toml`.
pub(crate) const FIELDS: &[Field] = &[
    optional(
        "policies",
        TEXTS,
        "[]",
        "Folders of policies that add to the shipped ones, relative to the file.",
    ),
    optional(
        "kinds",
        TEXTS,
        "[]",
        "Folders of snapshot kinds that add to the shipped ones, relative to the file.",
    ),
    optional("select", TEXTS, "all", "The policies or packs to run."),
    optional("ignore", TEXTS, "[]", "Policies or packs to leave out."),
    optional(
        "params",
        PARAMS,
        "{}",
        "Parameters, by policy or pack and by name.",
    ),
    optional(
        "severity",
        SEVERITY,
        "{}",
        "Severities that take the place of those of policies, by policy or pack.",
    ),
    optional(
        "disabled",
        DISABLED,
        "{}",
        "Policies or packs that judge nothing, with the reason; every report names them.",
    ),
    optional(
        "snapshot",
        Form::List(&Form::Table(SNAPSHOT)),
        "[]",
        "The kind of snapshots that do not say it themselves.",
    ),
    optional(
        "fail_on",
        Form::Choice(FAIL_ON),
        "low",
        "The least severity of the failures that make the exit status 1.",
    ),
    optional(
        "allow_incomplete",
        Form::Flag,
        "false",
        "What could not be judged does not make the exit status 4.",
    ),
    optional(
        "waivers",
        TEXTS,
        "waivers.toml, if it is there",
        "Files of waivers, relative to the file.",
    ),
    optional(
        "lifetime",
        Form::Table(LIFETIME),
        "{}",
        "The longest time for which a waiver may be given, in days, by severity.",
    ),
    optional(
        "gate",
        Form::Table(GATE),
        "{}",
        "How much of what is allowed.",
    ),
    optional(
        "on",
        Form::Table(ON),
        "{}",
        "What to make of what is no verdict.",
    ),
    optional(
        "scope",
        Form::List(&Form::Table(SCOPE)),
        "[]",
        "What holds for some files only; a later scope outranks an earlier one.",
    ),
];

const SNAPSHOT: &[Field] = &[
    required(
        "files",
        Form::Text,
        "The files, as a pattern with `*` and `**`, relative to the file.",
    ),
    required("kind", Form::Text, "The kind of these snapshots."),
];

const LIFETIME: &[Field] = &[
    optional(
        "critical",
        Form::Count,
        "",
        "Days for findings of severity critical.",
    ),
    optional(
        "high",
        Form::Count,
        "",
        "Days for findings of severity high.",
    ),
    optional(
        "medium",
        Form::Count,
        "",
        "Days for findings of severity medium.",
    ),
    optional("low", Form::Count, "", "Days for findings of severity low."),
    optional(
        "info",
        Form::Count,
        "",
        "Days for findings of severity info.",
    ),
];

const GATE: &[Field] = &[
    optional(
        "max",
        Form::Table(MAX),
        "{}",
        "The most failures of a severity; takes the place of `fail_on` for that severity.",
    ),
    optional(
        "compliance",
        Form::Map(&Form::Percent),
        "{}",
        "The least share of passes in per cent, by framework or pack.",
    ),
    optional(
        "max_indeterminate",
        Form::Count,
        "0",
        "The most indeterminate verdicts that do not make the exit status 4.",
    ),
];

const MAX: &[Field] = &[
    optional(
        "critical",
        Form::Count,
        "",
        "The most failures of severity critical.",
    ),
    optional(
        "high",
        Form::Count,
        "",
        "The most failures of severity high.",
    ),
    optional(
        "medium",
        Form::Count,
        "",
        "The most failures of severity medium.",
    ),
    optional("low", Form::Count, "", "The most failures of severity low."),
    optional(
        "info",
        Form::Count,
        "",
        "The most failures of severity info.",
    ),
];

const ON: &[Field] = &[
    optional(
        "no-matching-policy",
        Form::Choice(LEVELS),
        "note",
        "No selected policy judges the kind of a snapshot.",
    ),
    optional(
        "unknown-file",
        Form::Choice(LEVELS),
        "error",
        "A file is of no known kind.",
    ),
    optional(
        "empty-selection",
        Form::Choice(LEVELS),
        "ignore",
        "A policy selects nothing in a snapshot.",
    ),
    optional(
        "expired-waiver",
        Form::Choice(LEVELS),
        "warn",
        "A waiver has expired.",
    ),
    optional(
        "normalised-input",
        Form::Choice(LEVELS),
        "ignore",
        "Values of a snapshot are written in another form than the schema's.",
    ),
    optional(
        "unused-parameter",
        Form::Choice(LEVELS),
        "warn",
        "A parameter is set for a policy that does not run.",
    ),
];

const SCOPE: &[Field] = &[
    required(
        "files",
        Form::Text,
        "The files, as a pattern with `*` and `**`, relative to the file.",
    ),
    optional(
        "params",
        PARAMS,
        "{}",
        "Parameters, by policy or pack and by name.",
    ),
    optional(
        "severity",
        SEVERITY,
        "{}",
        "Severities that take the place of those of policies, by policy or pack.",
    ),
    optional(
        "disabled",
        DISABLED,
        "{}",
        "Policies or packs that do not judge these files, with the reason.",
    ),
];

/// The members of a waiver in `waivers.toml`.
pub(crate) const WAIVER: &[Field] = &[
    optional(
        "rule",
        Form::Text,
        "",
        "The policy, by its id or a former one, or the pack.",
    ),
    optional(
        "path",
        Form::Text,
        "",
        "What is accepted: a keyed path such as `AcceptedDomain[contoso.com]`, or a pattern of such paths; `$` is the whole snapshot.",
    ),
    optional(
        "fingerprint",
        Form::Text,
        "",
        "The one finding that is accepted, in place of a path.",
    ),
    optional(
        "snapshot",
        Form::Text,
        "any",
        "The files in which it is accepted, as a pattern with `*` and `**`, relative to the root of the run.",
    ),
    optional(
        "source",
        Form::Text,
        "any",
        "What the snapshot must have been taken of, such as `tenant=contoso.onmicrosoft.com`.",
    ),
    required("owner", Form::Text, "Who answers for the risk."),
    required("reason", Form::Text, "Why it is accepted."),
    required(
        "expires",
        Form::Date,
        "The last day on which it is accepted, in UTC.",
    ),
    optional("ticket", Form::Text, "", "Where it is discussed."),
    optional("approver", Form::Text, "", "Who agreed."),
    optional(
        "created",
        Form::Date,
        "",
        "When it was given; its lifetime counts from then.",
    ),
    optional(
        "while",
        Form::Text,
        "",
        "The `content` of the finding that was accepted: when the value changes, the waiver lapses.",
    ),
];

/// The members of `waivers.toml`.
pub(crate) const WAIVERS: &[Field] = &[optional(
    "waiver",
    Form::List(&Form::Table(WAIVER)),
    "[]",
    "What is accepted, and for how long.",
)];

/// The members of `pack.toml`; the pack itself is read where policies are.
pub(crate) const PACK: &[Field] = &[
    required("title", Form::Text, "The pack in a few words."),
    optional(
        "version",
        Form::Text,
        "",
        "The version of its policies and reference data.",
    ),
    optional(
        "description",
        Form::Text,
        "",
        "What its policies are about.",
    ),
    optional(
        "params",
        Form::Map(&Form::Table(PACK_PARAM)),
        "{}",
        "The parameters that every policy of the pack reads, by name.",
    ),
    optional(
        "frameworks",
        Form::Map(&Form::Table(FRAMEWORK)),
        "{}",
        "The frameworks that its policies name, by the name before the colon of a control.",
    ),
    optional(
        "controls",
        Form::Map(&Form::Table(CONTROL)),
        "{}",
        "What is known of controls, by `framework:id`.",
    ),
    optional(
        "aliases",
        Form::Map(&Form::Text),
        "{}",
        "Former ids of policies, each with the present one.",
    ),
];

const PACK_PARAM: &[Field] = &[
    required("doc", Form::Text, "What it means."),
    required(
        "default",
        Form::Any,
        "Its value where nobody sets one; its type is the parameter's.",
    ),
];

const FRAMEWORK: &[Field] = &[
    required("name", Form::Text, "Its name."),
    required("version", Form::Text, "The version that the ids belong to."),
    optional("url", Form::Text, "", "Where to read it."),
];

const CONTROL: &[Field] = &[
    required("title", Form::Text, "The control in our own short words."),
    optional(
        "verified",
        Form::Flag,
        "false",
        "Whether somebody has read the framework's text and found that the policy bears on the control.",
    ),
];

#[cfg(test)]
mod tests {
    use super::{PACK, WAIVERS};
    use crate::{form::Form, toml_tree::TomlFile};

    fn mistakes(form: Form, text: &str) -> Vec<String> {
        let file = TomlFile::read("x.toml", text).unwrap();
        let mut found = Vec::new();
        form.mistakes("", &file.root, &mut found);
        let told = found
            .iter()
            .map(|mistake| format!("{}: {}", file.place(&mistake.at), mistake.message));
        told.collect()
    }

    #[test]
    fn the_shipped_packs_are_as_described() {
        for (name, text) in assize_policy::shipped_packs() {
            assert_eq!(
                mistakes(Form::Table(PACK), text),
                Vec::<String>::new(),
                "{name}"
            );
        }
    }

    #[test]
    fn what_the_pack_reader_refuses_is_not_described() {
        let found = mistakes(Form::Table(PACK), "title = \"T\"\nversoin = \"1\"");
        assert_eq!(
            found,
            ["x.toml:2:1: there is no key `versoin`; did you mean `version`?"]
        );
        assert!(assize_policy::Pack::read("title = \"T\"\nversoin = \"1\"").is_err());
    }

    #[test]
    fn places_are_those_of_the_value_or_the_name() {
        let text = "[[waiver]]\nowner = 3\nreason = \"é\"\nexpires = 2026-12-31\n";
        let found = mistakes(Form::Table(WAIVERS), text);
        assert_eq!(
            found,
            ["x.toml:2:9: `waiver.owner` is a whole number; expected a text"]
        );
    }
}
