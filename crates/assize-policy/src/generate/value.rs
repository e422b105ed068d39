//! Values as a schema wants them.

use assize_snapshot::format_time;
use serde_json::{Map, Value as Json};

use super::{pool::Pool, random::Random};

/// Levels below which only what is required is made.
const DEEP: usize = 8;
/// Levels below which nothing is made: a schema may refer to itself.
const DEEPEST: usize = 24;
/// Steps from one reference to the next.
const MOST_REFERENCES: usize = 16;
const SECOND: i64 = 1_000_000;

/// Makes values for one kind.
pub(super) struct Maker<'m> {
    root: &'m Json,
    pool: &'m Pool,
    pub(super) random: &'m mut Random,
}

impl<'m> Maker<'m> {
    pub(super) fn new(root: &'m Json, pool: &'m Pool, random: &'m mut Random) -> Self {
        Self { root, pool, random }
    }

    /// All data of a snapshot.
    pub(super) fn whole(&mut self) -> Json {
        self.value(self.root, "", 0)
    }

    /// The schema of the whole.
    pub(super) fn root(&self) -> &'m Json {
        self.root
    }

    /// A schema, or the one that it refers to.
    pub(super) fn resolved(&self, mut schema: &'m Json) -> &'m Json {
        for _ in 0..MOST_REFERENCES {
            let target = schema.get("$ref").and_then(Json::as_str);
            let target = target.and_then(|name| self.root.pointer(name.strip_prefix('#')?));
            match target {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    pub(super) fn value(&mut self, schema: &'m Json, field: &str, depth: usize) -> Json {
        let schema = self.resolved(schema);
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Json::as_array) {
            return self.random.pick(values).cloned().unwrap_or_default();
        }
        for word in ["anyOf", "oneOf"] {
            if let Some(choices) = schema.get(word).and_then(Json::as_array)
                && depth < DEEPEST
                && let Some(choice) = self.random.pick(choices)
            {
                return self.value(choice, field, depth + 1);
            }
        }
        match self.type_of(schema) {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, field, depth),
            "string" => Json::from(self.text(schema, field)),
            "integer" => Json::from(self.integer(schema, field)),
            "number" if self.random.one_in(2) => Json::from(self.integer(schema, field)),
            "number" => Json::from(self.random.below(2_000) as f64 / 8.0),
            "boolean" => Json::from(self.random.one_in(2)),
            _ => Json::Null,
        }
    }

    /// One of the types of a schema; nothing more seldom than the others.
    fn type_of(&mut self, schema: &'m Json) -> &'m str {
        match schema.get("type") {
            Some(Json::String(name)) => name,
            Some(Json::Array(names)) => {
                let names: Vec<&str> = names.iter().filter_map(Json::as_str).collect();
                let others: Vec<&str> =
                    names.iter().copied().filter(|own| *own != "null").collect();
                if others.len() < names.len() && self.random.one_in(8) {
                    return "null";
                }
                self.random.pick(&others).copied().unwrap_or("null")
            }
            _ if schema.get("properties").is_some() => "object",
            _ if schema.get("items").is_some() => "array",
            _ => "string",
        }
    }

    fn object(&mut self, schema: &'m Json, depth: usize) -> Json {
        let mut members = Map::new();
        let Some(properties) = schema.get("properties").and_then(Json::as_object) else {
            return Json::Object(members);
        };
        for (name, own) in properties {
            let is_wanted = depth < DEEP && !self.random.one_in(6);
            if depth < DEEPEST && (is_wanted || is_required(schema, name)) {
                let value = self.value(own, name, depth + 1);
                members.insert(name.clone(), value);
            }
        }
        Json::Object(members)
    }

    fn array(&mut self, schema: &'m Json, field: &str, depth: usize) -> Json {
        let limit = |word| schema.get(word).and_then(Json::as_u64);
        let (least, most) = (
            limit("minItems").unwrap_or(0),
            limit("maxItems").unwrap_or(99),
        );
        let wanted = if depth < DEEP {
            self.random.pick_number(&[0, 1, 1, 2, 2, 3, 5])
        } else {
            0
        };
        let count = (wanted as u64).clamp(least, most.max(least)).min(99);
        let Some(items) = schema.get("items").filter(|_| depth < DEEPEST) else {
            return Json::Array(Vec::new());
        };
        (0..count)
            .map(|_| self.value(items, field, depth + 1))
            .collect()
    }

    fn integer(&mut self, schema: &Json, field: &str) -> i64 {
        let limit = |word| schema.get(word).and_then(Json::as_i64);
        let (least, most) = (limit("minimum"), limit("maximum"));
        let known: Vec<i64> = self
            .pool
            .of_field(field)
            .iter()
            .filter_map(Json::as_i64)
            .collect();
        let number = match self.random.below(4) {
            0 | 1 if !known.is_empty() => self.random.pick(&known).copied(),
            2 => {
                let near = self.random.pick(&self.pool.numbers).copied();
                near.map(|near| near.saturating_add(self.random.below(3) as i64 - 1))
            }
            _ => self
                .random
                .pick(&[0, 1, -1, 2, 443, 65_535, 1 << 31, -(1 << 31), 1 << 53])
                .copied(),
        };
        let number = number.unwrap_or(1);
        number.clamp(
            least.unwrap_or(i64::MIN),
            most.unwrap_or(i64::MAX).max(least.unwrap_or(i64::MIN)),
        )
    }

    fn text(&mut self, schema: &Json, field: &str) -> String {
        let has = |word| {
            schema
                .get(word)
                .is_some_and(|value| *value != Json::Bool(false))
        };
        let known: Vec<&str> = self
            .pool
            .of_field(field)
            .iter()
            .filter_map(Json::as_str)
            .collect();
        // A pattern is for the example to meet.
        let keeps = has("pattern") || !self.random.one_in(3);
        if keeps && let Some(text) = self.random.pick(&known) {
            return (*text).to_owned();
        }
        let text = if has("x-assize-time") {
            self.time()
        } else if has("x-assize-duration") {
            self.random
                .pick(&["00:00:00", "01:30:00", "30.00:00:00", "-1.00:00:00"])
                .copied()
                .unwrap_or_default()
                .to_owned()
        } else if has("x-assize-version") {
            self.random
                .pick(&["0.0", "10.0.17763.1", "15.1.2507.6", "99.9.9.9"])
                .copied()
                .unwrap_or_default()
                .to_owned()
        } else if has("x-assize-boolean") {
            self.random
                .pick(&["True", "False", "true"])
                .copied()
                .unwrap_or_default()
                .to_owned()
        } else if has("x-assize-number") {
            self.integer(schema, field).to_string()
        } else {
            self.word()
        };
        let least = schema.get("minLength").and_then(Json::as_u64).unwrap_or(0);
        if (text.chars().count() as u64) < least {
            "x".repeat(least.min(1_000) as usize)
        } else {
            text
        }
    }

    /// A time near the one at which the example was taken, by as much as the policy counts in.
    fn time(&mut self) -> String {
        let count = self.random.pick(&self.pool.numbers).copied().unwrap_or(1);
        let count = count.clamp(-100_000, 100_000);
        let unit = self
            .random
            .pick(&[1, 60, 3_600, 86_400])
            .copied()
            .unwrap_or(1)
            * SECOND;
        let off = self.random.below(3) as i64 - 1;
        let sign = if self.random.one_in(2) { 1 } else { -1 };
        format_time(self.pool.now + sign * count * unit + off * SECOND)
    }

    fn word(&mut self) -> String {
        const STRANGE: [&str; 12] = [
            "",
            " ",
            "a",
            "*",
            "contoso.com",
            "CONTOSO.COM.",
            "10.0.0.1",
            "::1",
            "0",
            "\u{e9}\u{301}\u{1F600}",
            "\u{200e}x\n\"\\",
            "-1",
        ];
        if !self.random.one_in(3)
            && let Some(text) = self.random.pick(&self.pool.texts)
        {
            return text.clone();
        }
        self.random
            .pick(&STRANGE)
            .copied()
            .unwrap_or_default()
            .to_owned()
    }
}

/// Whether a schema requires a member.
pub(super) fn is_required(schema: &Json, name: &str) -> bool {
    let required = schema.get("required").and_then(Json::as_array);
    required.is_some_and(|names| names.iter().any(|own| own == name))
}
