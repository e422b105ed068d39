use rhai::Dynamic;
use serde::Deserialize;
use serde_json::Value as Json;

/// The value of a parameter.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "toml::Value")]
pub struct ParamValue(Dynamic);

impl ParamValue {
    pub(crate) fn new(value: Dynamic) -> Self {
        Self(value)
    }

    pub(crate) fn as_dynamic(&self) -> &Dynamic {
        &self.0
    }

    /// The type, in words.
    pub fn type_name(&self) -> &'static str {
        match &self.0 {
            value if value.is_bool() => "true or false",
            value if value.is_int() => "a whole number",
            value if value.is_float() => "a number",
            value if value.is_string() => "a string",
            value if value.is_array() => "a list",
            value if value.is_map() => "an object",
            _ => "nothing",
        }
    }

    /// Takes a value from outside, if it is of the type of this one. Text that is no JSON is a string.
    pub fn replaced_by(&self, text: &str) -> Result<Self, String> {
        let json = if self.0.is_string() {
            serde_json::from_str(text).unwrap_or_else(|_| Json::String(text.to_owned()))
        } else {
            serde_json::from_str(text)
                .map_err(|_| format!("`{text}` is not {}", self.type_name()))?
        };
        let value = Self(from_json(&json)?);
        let number = self.0.is_float() && value.0.is_int();
        if value.type_name() == self.type_name() {
            return Ok(value);
        }
        match value.0.as_int() {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a parameter that takes fractions takes whole numbers as such"
            )]
            Ok(whole) if number => Ok(Self(Dynamic::from_float(whole as f64))),
            _ => Err(format!(
                "`{text}` is {}, expected {}",
                value.type_name(),
                self.type_name()
            )),
        }
    }

    /// The value as JSON.
    pub fn to_json(&self) -> Json {
        to_json(&self.0)
    }
}

impl TryFrom<toml::Value> for ParamValue {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        from_toml(value).map(Self)
    }
}

/// Deep values are refused by `toml` already. A date is the text that it was written as.
fn from_toml(value: toml::Value) -> Result<Dynamic, String> {
    Ok(match value {
        toml::Value::String(text) => Dynamic::from(text),
        toml::Value::Integer(value) => Dynamic::from_int(value),
        toml::Value::Float(value) if value.is_finite() => Dynamic::from_float(value),
        toml::Value::Float(value) => return Err(format!("`{value}` is no finite number")),
        toml::Value::Boolean(value) => Dynamic::from_bool(value),
        toml::Value::Datetime(value) => Dynamic::from(value.to_string()),
        toml::Value::Array(elements) => elements
            .into_iter()
            .map(from_toml)
            .collect::<Result<rhai::Array, _>>()?
            .into(),
        toml::Value::Table(members) => members
            .into_iter()
            .map(|(name, value)| Ok((name.into(), from_toml(value)?)))
            .collect::<Result<rhai::Map, String>>()?
            .into(),
    })
}

/// Deep values are refused by `serde_json` already.
fn from_json(json: &Json) -> Result<Dynamic, String> {
    Ok(match json {
        Json::Null => Dynamic::UNIT,
        Json::Bool(value) => Dynamic::from_bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Dynamic::from_int(whole),
            (None, Some(fraction)) => Dynamic::from_float(fraction),
            (None, None) => return Err(format!("`{number}` is out of range")),
        },
        Json::String(text) => Dynamic::from(text.clone()),
        Json::Array(elements) => elements
            .iter()
            .map(from_json)
            .collect::<Result<rhai::Array, _>>()?
            .into(),
        Json::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| Ok((name.as_str().into(), from_json(value)?)));
            members.collect::<Result<rhai::Map, String>>()?.into()
        }
    })
}

fn to_json(value: &Dynamic) -> Json {
    if let Ok(value) = value.as_bool() {
        return Json::Bool(value);
    }
    if let Ok(value) = value.as_int() {
        return Json::from(value);
    }
    if let Ok(value) = value.as_float() {
        return Json::from(value);
    }
    if let Some(array) = value.read_lock::<rhai::Array>() {
        return array.iter().map(to_json).collect();
    }
    if let Some(map) = value.read_lock::<rhai::Map>() {
        return Json::Object(
            map.iter()
                .map(|(name, value)| (name.to_string(), to_json(value)))
                .collect(),
        );
    }
    value.clone().into_string().map_or(Json::Null, Json::String)
}
