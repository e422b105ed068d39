use assize_report::{Format, Options};

use crate::sample;

fn plain() -> Options {
    Options {
        command_line: Some("assize check estate".to_owned()),
        ..Options::default()
    }
}

#[test]
fn whole_outputs() {
    for format in Format::ALL {
        insta::assert_snapshot!(format.as_str(), sample::render(*format, &plain()));
    }
}

#[test]
fn text_with_options() {
    let quiet = Options {
        quiet: true,
        verbose: true,
        ..plain()
    };
    insta::assert_snapshot!("text-quiet", sample::render(Format::Text, &quiet));
    let verbose = Options {
        verbose: true,
        ..plain()
    };
    insta::assert_snapshot!("text-verbose", sample::render(Format::Text, &verbose));
    let color = Options {
        color: true,
        ..plain()
    };
    insta::assert_snapshot!(
        "text-color",
        sample::render(Format::Text, &color)
            .escape_debug()
            .to_string()
            .replace("\\n", "\n")
    );
}

#[test]
fn nothing_is_printed_raw() {
    for format in Format::ALL {
        for quiet in [false, true] {
            let options = Options {
                quiet,
                verbose: true,
                ..plain()
            };
            let output = sample::render(*format, &options);
            let raw = output.chars().find(|character| {
                let layout = match character {
                    '\n' => true,
                    '\t' => matches!(format, Format::Pointers | Format::Html),
                    '\r' => matches!(format, Format::Csv | Format::ActionPlan),
                    _ => false,
                };
                !layout && (character.is_control() || matches!(character, '\u{200b}' | '\u{202e}'))
            });
            assert_eq!(raw, None, "{format:?}");
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for format in Format::ALL {
        assert_eq!(
            sample::render(*format, &plain()),
            sample::render(*format, &plain())
        );
    }
}

#[test]
fn an_empty_run_is_a_whole_output() {
    for format in [Format::Json, Format::Sarif, Format::SarifGithub] {
        let output = sample::render_files(format, &plain(), &[]);
        serde_json::from_str::<serde_json::Value>(&output).unwrap();
    }
}

#[test]
fn pointers_have_three_fields() {
    let output = sample::render(Format::Pointers, &plain());
    assert!(
        output.lines().all(|line| line.split('\t').count() == 3),
        "{output}"
    );
    assert_eq!(output.lines().count(), 5);
}
