//! Certificates (X.509) and public keys, as text.

use rhai::{Array, Dynamic, Map, Module};
use sha1::{Digest, Sha1};
use x509_parser::{
    certificate::X509Certificate,
    der_parser::asn1_rs::Oid,
    extensions::{GeneralName, ParsedExtension},
    objects::{oid_registry, oid2abbrev},
    prelude::FromDer,
    public_key::PublicKey,
    x509::{SubjectPublicKeyInfo, X509Name},
};

use super::base64;
use super::function::LibraryFunction;
use crate::{
    context::{Answer, indeterminate},
    engine::function,
    node::Time,
};

/// Bytes of the text of a certificate or a key.
const LONGEST: usize = 64 << 10;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// What policies call.
pub(super) const FUNCTIONS: &[LibraryFunction] = &[
    LibraryFunction::new(
        "certificate",
        &[
            "certificate(text: text) -> map {subject: text, issuer: text, serial: text, not_before: time, not_after: time, thumbprint: text, sans: list of text, key_algorithm: text, key_bits: number?, signature_algorithm: text, is_ca: bool, extended_key_usages: list of text}",
        ],
        "What a certificate in base64 or PEM says. Names begin with the common name, as Windows writes them; `extended_key_usages` are object identifiers. Where the text is no certificate, the verdict is indeterminate.",
    ),
    LibraryFunction::new(
        "key_bits",
        &["key_bits(text: text) -> number?"],
        "The bits of a public key in base64, an RSA key or the 32 bytes of an Ed25519 key; nothing for another text.",
    ),
];

/// Adds the functions.
pub(crate) fn add(module: &mut Module) {
    function!(module, "certificate", |text: &str| -> Answer<Map> {
        match certificate(text) {
            Some(certificate) => Ok(certificate),
            None => indeterminate("a certificate cannot be read: it is no X.509 in base64 or PEM"),
        }
    });
    function!(module, "key_bits", |text: &str| key_bits(text)
        .map_or(Dynamic::UNIT, Dynamic::from_int));
}

fn certificate(text: &str) -> Option<Map> {
    let base64 = match text.split_once(BEGIN) {
        Some((_, rest)) => rest.split_once(END)?.0,
        None => text,
    };
    let der = base64::decode(base64, LONGEST)?;
    let (rest, certificate) = X509Certificate::from_der(&der).ok()?;
    if !rest.is_empty() {
        return None;
    }
    let validity = certificate.validity();
    let key = certificate.public_key();
    let (mut sans, mut usages, mut is_ca) = (Array::new(), Array::new(), false);
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => {
                sans.extend(
                    names
                        .general_names
                        .iter()
                        .map(|name| alternative(name).into()),
                );
            }
            ParsedExtension::ExtendedKeyUsage(usage) => usages = purposes(usage),
            ParsedExtension::BasicConstraints(constraints) => is_ca = constraints.ca,
            _ => {}
        }
    }
    let mut map = Map::new();
    let mut put = |name: &str, value: Dynamic| map.insert(name.into(), value);
    put("subject", distinguished(certificate.subject()).into());
    put("issuer", distinguished(certificate.issuer()).into());
    put("serial", hexadecimal(certificate.raw_serial()).into());
    put("not_before", time(validity.not_before.timestamp())?);
    put("not_after", time(validity.not_after.timestamp())?);
    put("thumbprint", hexadecimal(&Sha1::digest(&der)).into());
    put("sans", sans.into());
    put("key_algorithm", key_algorithm(key).into());
    put(
        "key_bits",
        bits(key).map_or(Dynamic::UNIT, Dynamic::from_int),
    );
    let signature = &certificate.signature_algorithm.algorithm;
    put("signature_algorithm", name_of(signature).into());
    put("is_ca", is_ca.into());
    put("extended_key_usages", usages.into());
    Some(map)
}

fn time(seconds: i64) -> Option<Dynamic> {
    seconds
        .checked_mul(1_000_000)
        .map(|micros| Dynamic::from(Time(micros)))
}

fn hexadecimal(bytes: &[u8]) -> String {
    data_encoding::HEXUPPER.encode(bytes)
}

/// `CN=www.contoso.com, O=Contoso, C=US`: the most specific part first, as Windows shows it.
fn distinguished(name: &X509Name<'_>) -> String {
    let parts: Vec<_> = name.iter_rdn().collect();
    let shown = parts.iter().rev().map(|part| {
        let attributes = part.iter().map(|attribute| {
            let kind = attribute.attr_type();
            let known = oid2abbrev(kind, oid_registry()).ok();
            let kind = known.map_or_else(|| kind.to_id_string(), str::to_owned);
            let value = attribute.as_str().map(quoted);
            format!(
                "{kind}={}",
                value.unwrap_or_else(|_| format!("#{}", hexadecimal(attribute.as_slice())))
            )
        });
        attributes.collect::<Vec<_>>().join(" + ")
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// A value that holds what separates values stands in quotes.
fn quoted(value: &str) -> String {
    if value.contains([',', '+', '"', '=', '<', '>', ';', '#', '\n']) || value.trim() != value {
        return format!("\"{}\"", value.replace('"', "\"\""));
    }
    value.to_owned()
}

fn alternative(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(text) | GeneralName::RFC822Name(text) | GeneralName::URI(text) => {
            (*text).to_owned()
        }
        GeneralName::IPAddress(bytes) => address(bytes),
        GeneralName::DirectoryName(name) => distinguished(name),
        GeneralName::RegisteredID(id) => id.to_id_string(),
        other => other.to_string(),
    }
}

fn address(bytes: &[u8]) -> String {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return std::net::Ipv4Addr::from(bytes).to_string();
    }
    match <[u8; 16]>::try_from(bytes) {
        Ok(bytes) => std::net::Ipv6Addr::from(bytes).to_string(),
        Err(_) => hexadecimal(bytes),
    }
}

fn purposes(usage: &x509_parser::extensions::ExtendedKeyUsage<'_>) -> Array {
    let known = [
        (usage.any, "2.5.29.37.0"),
        (usage.server_auth, "1.3.6.1.5.5.7.3.1"),
        (usage.client_auth, "1.3.6.1.5.5.7.3.2"),
        (usage.code_signing, "1.3.6.1.5.5.7.3.3"),
        (usage.email_protection, "1.3.6.1.5.5.7.3.4"),
        (usage.time_stamping, "1.3.6.1.5.5.7.3.8"),
        (usage.ocsp_signing, "1.3.6.1.5.5.7.3.9"),
    ];
    let known = known.iter().filter(|(is_set, _)| *is_set);
    let other = usage.other.iter().map(|id| id.to_id_string().into());
    known.map(|(_, id)| (*id).into()).chain(other).collect()
}

fn key_algorithm(key: &SubjectPublicKeyInfo<'_>) -> String {
    match key.algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.1" => "RSA".to_owned(),
        "1.2.840.10045.2.1" => "EC".to_owned(),
        ED25519 => "Ed25519".to_owned(),
        "1.3.101.113" => "Ed448".to_owned(),
        "1.2.840.10040.4.1" => "DSA".to_owned(),
        other => other.to_owned(),
    }
}

const ED25519: &str = "1.3.101.112";

/// The bits of a key, where its algorithm has that measure.
fn bits(key: &SubjectPublicKeyInfo<'_>) -> Option<i64> {
    let id = key.algorithm.algorithm.to_id_string();
    if id == ED25519 {
        return (key.subject_public_key.data.len() == 32).then_some(256);
    }
    match key.parsed().ok()? {
        PublicKey::RSA(rsa) => Some(modulus_bits(rsa.modulus)),
        PublicKey::EC(_) => {
            let curve = key.algorithm.parameters.as_ref()?.as_oid().ok()?;
            match curve.to_id_string().as_str() {
                "1.2.840.10045.3.1.7" => Some(256),
                "1.3.132.0.34" => Some(384),
                "1.3.132.0.35" => Some(521),
                _ => None,
            }
        }
        _ => None,
    }
}

fn modulus_bits(modulus: &[u8]) -> i64 {
    let first = modulus.iter().position(|byte| *byte != 0);
    let significant = first.map_or(&[][..], |first| &modulus[first..]);
    let leading = significant
        .first()
        .map_or(0, |byte| i64::from(byte.leading_zeros()));
    significant.len() as i64 * 8 - leading
}

/// The name of an algorithm, or its number where it has none.
fn name_of(id: &Oid<'_>) -> String {
    let known = oid_registry().get(id);
    known.map_or_else(|| id.to_id_string(), |entry| entry.sn().to_owned())
}

fn key_bits(text: &str) -> Option<i64> {
    let der = base64::decode(text, LONGEST)?;
    if der.len() == 32 {
        return Some(256);
    }
    if let Ok(([], key)) = SubjectPublicKeyInfo::from_der(&der) {
        return bits(&key);
    }
    // Some publish the key without what says that it is an RSA key.
    match x509_parser::public_key::RSAPublicKey::from_der(&der) {
        Ok(([], key)) => Some(modulus_bits(key.modulus)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{base64, certificate, key_bits};

    const SERVER: &str = include_str!("../../tests/certificates/ed25519.base64");

    proptest::proptest! {
        /// What is broken anywhere is read or refused, and nothing else.
        #[test]
        fn broken_certificates_do_no_harm(changes in proptest::collection::vec((0_usize..600, 0_u8..=255), 1..8)) {
            let mut der = base64::decode(SERVER, super::LONGEST).unwrap();
            let length = der.len();
            for (at, byte) in changes {
                der[at % length] = byte;
            }
            let text = data_encoding::BASE64.encode(&der);
            let _ = (certificate(&text), key_bits(&text));
        }
    }
}
