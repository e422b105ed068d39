//! Makes a snapshot small that shows a mistake: whatever can go, goes.

use assize_snapshot::Kinds;
use serde_json::Value as Json;

use super::setting::Setting;

/// Smaller snapshots that are tried.
const MOST_TRIES: usize = 3_000;

/// The smallest setting found that is still `wrong`.
pub(super) fn shrink(
    mut setting: Setting,
    kinds: &Kinds,
    wrong: impl Fn(&Setting) -> bool,
) -> Setting {
    let mut tries = MOST_TRIES;
    let mut attempt = |setting: &mut Setting, smaller: Setting| {
        let is_smaller = tries > 0 && smaller.size(kinds) < setting.size(kinds);
        let takes = is_smaller && {
            tries -= 1;
            wrong(&smaller)
        };
        if takes {
            *setting = smaller;
        }
        takes
    };
    let mut sibling = 0;
    while let Some(less) = setting.without_sibling(sibling) {
        sibling += usize::from(!attempt(&mut setting, less));
    }
    loop {
        let before = setting.size(kinds);
        for part in 0..setting.parts_mut().count() {
            shrink_part(&mut setting, part, kinds, &mut attempt);
        }
        if setting.size(kinds) >= before {
            return setting;
        }
    }
}

fn shrink_part(
    setting: &mut Setting,
    part: usize,
    kinds: &Kinds,
    attempt: &mut impl FnMut(&mut Setting, Setting) -> bool,
) {
    let Some((pointers, base)) = setting
        .parts_mut()
        .nth(part)
        .map(|own| (pointers(&own.json), own.base(kinds)))
    else {
        return;
    };
    // From the end, so that elements before one that goes keep their places.
    for pointer in pointers.iter().rev() {
        for change in [Change::Drop, Change::Restore, Change::Simplify] {
            let mut smaller = setting.clone();
            let done = smaller
                .parts_mut()
                .nth(part)
                .is_some_and(|own| change.apply(&mut own.json, pointer, base.as_ref()));
            if done && attempt(setting, smaller) {
                break;
            }
        }
    }
}

/// One way to make a document smaller.
#[derive(Clone, Copy)]
enum Change {
    /// A member or an element goes.
    Drop,
    /// It is as in the example.
    Restore,
    /// A scalar becomes a plain one.
    Simplify,
}

impl Change {
    /// Changes a place; whether anything is different.
    fn apply(self, whole: &mut Json, pointer: &str, base: Option<&Json>) -> bool {
        match self {
            Self::Drop => {
                let had = whole.pointer(pointer).is_some();
                super::edit::remove(whole, pointer);
                had
            }
            Self::Restore => match (
                whole.pointer_mut(pointer),
                base.and_then(|base| base.pointer(pointer)),
            ) {
                (Some(own), Some(base)) if own != base => {
                    own.clone_from(base);
                    true
                }
                _ => false,
            },
            Self::Simplify => whole.pointer_mut(pointer).is_some_and(simplify),
        }
    }
}

fn simplify(value: &mut Json) -> bool {
    let simple = match value {
        Json::String(text) if !text.is_empty() => Json::from(""),
        Json::Number(number) if number.as_i64() != Some(0) => Json::from(0),
        Json::Bool(true) => Json::from(false),
        _ => return false,
    };
    *value = simple;
    true
}

/// Every place below the data, parents before what they hold.
fn pointers(whole: &Json) -> Vec<String> {
    let start = if whole.get("data").is_some() {
        "/data"
    } else {
        ""
    };
    let mut pointers = vec![start.to_owned()];
    let mut next = 0;
    while next < pointers.len() && pointers.len() < MOST_TRIES {
        let own = pointers[next].clone();
        match whole.pointer(&own) {
            Some(Json::Object(members)) => pointers.extend(
                members
                    .keys()
                    .map(|name| format!("{own}/{}", name.replace('~', "~0").replace('/', "~1"))),
            ),
            Some(Json::Array(elements)) => {
                pointers.extend((0..elements.len()).map(|at| format!("{own}/{at}")));
            }
            _ => {}
        }
        next += 1;
    }
    pointers.remove(0);
    pointers
}
