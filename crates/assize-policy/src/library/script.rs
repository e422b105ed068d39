//! The functions of the script engine that policies use: nothing is added here, they are only described.

use super::function::LibraryFunction;

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::of_engine(
        "type_of",
        &["type_of(value: any) -> text", "value.type_of() -> text"],
        "The name of a value's type: `string`, `i64`, `f64`, `bool`, `array`, `map`, `()` for nothing, `object or list` for a value of a snapshot with parts.",
    ),
    LibraryFunction::of_engine(
        "to_upper",
        &["to_upper(text: text) -> text", "text.to_upper() -> text"],
        "The text in capital letters.",
    ),
    LibraryFunction::of_engine(
        "to_lower",
        &["to_lower(text: text) -> text", "text.to_lower() -> text"],
        "The text in small letters.",
    ),
    LibraryFunction::of_engine(
        "sub_string",
        &[
            "text.sub_string(start: number, length: number) -> text",
            "text.sub_string(start: number) -> text",
        ],
        "A part of a text, by the number of its first character, from 0; up to the end where no length is given.",
    ),
    LibraryFunction::of_engine(
        "parse_int",
        &[
            "parse_int(text: text) -> number",
            "parse_int(text: text, base: number) -> number",
        ],
        "The whole number that a text is. Another text is an error of the policy; `number` gives nothing instead.",
    ),
    LibraryFunction::of_engine(
        "parse_float",
        &["parse_float(text: text) -> fraction"],
        "The fraction that a text is. Another text is an error of the policy.",
    ),
    LibraryFunction::of_engine(
        "to_int",
        &["number.to_int() -> number"],
        "The whole number without what stands behind the point.",
    ),
    LibraryFunction::of_engine(
        "to_float",
        &["number.to_float() -> fraction"],
        "The number as a fraction.",
    ),
    LibraryFunction::of_engine(
        "abs",
        &["abs(number: any) -> any"],
        "The number without its sign.",
    ),
    LibraryFunction::of_engine(
        "push",
        &["list.push(value: any) -> nothing"],
        "Adds a value at the end of a script's list, in place.",
    ),
    LibraryFunction::of_engine(
        "pop",
        &["list.pop() -> element?"],
        "Takes the last value off a script's list; nothing where it is empty.",
    ),
    LibraryFunction::of_engine(
        "shift",
        &["list.shift() -> element?"],
        "Takes the first value off a script's list; nothing where it is empty.",
    ),
    LibraryFunction::of_engine(
        "insert",
        &["list.insert(at: number, value: any) -> nothing"],
        "Puts a value into a script's list, in place, before the one with the number.",
    ),
    LibraryFunction::of_engine(
        "remove",
        &[
            "list.remove(at: number) -> element?",
            "map.remove(name: text) -> any",
        ],
        "Takes the value with a number or a name out of a script's list or map; nothing where there is none.",
    ),
    LibraryFunction::of_engine(
        "append",
        &["list.append(other: list) -> nothing"],
        "Adds the values of another list at the end of a script's list, in place.",
    ),
    LibraryFunction::of_engine(
        "reverse",
        &["list.reverse() -> nothing"],
        "Turns the order of a script's list round, in place.",
    ),
    LibraryFunction::of_engine(
        "clear",
        &["list.clear() -> nothing"],
        "Empties a script's list, text or map, in place.",
    ),
    LibraryFunction::of_engine(
        "extract",
        &[
            "list.extract(start: number, length: number) -> list",
            "list.extract(start: number) -> list",
        ],
        "A part of a script's list as a list of its own.",
    ),
    LibraryFunction::of_engine(
        "chars",
        &["text.chars() -> any"],
        "The characters of a text, for `for`.",
    ),
    LibraryFunction::of_engine(
        "range",
        &[
            "range(from: number, to: number) -> any",
            "range(from: number, to: number, step: number) -> any",
        ],
        "Whole numbers from one up to, and without, another, for `for`.",
    ),
];
