use serde_json::Value;
use serde_sarif::sarif::PropertyBag;

/// A property bag of these members; `None` where there are none, because an empty bag says nothing.
pub(crate) fn properties<const N: usize>(
    members: [Option<(&str, Value)>; N],
) -> Option<PropertyBag> {
    let members = members.into_iter().flatten();
    let bag = members
        .map(|(name, value)| (name.to_owned(), value))
        .collect::<std::collections::BTreeMap<_, _>>();
    (!bag.is_empty()).then(|| PropertyBag::builder().additional_properties(bag).build())
}
