//! Numbers: whole ones by value, others as text.

use super::{Fault, Parser, fault};
use crate::{
    keys::Symbol,
    tape::{Entry, Tag},
};

impl Parser<'_> {
    pub(super) fn number(&mut self, key: Symbol) -> Result<bool, Fault> {
        let start = self.at;
        let negative = self.bytes[start] == b'-';
        let mut at = start + usize::from(negative);
        let digits = at;
        let mut value: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(at) {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            at += 1;
        }
        let count = at - digits;
        self.at = at;
        if count == 0 {
            return Err(self.expected("a digit"));
        }
        if count > 1 && self.bytes[digits] == b'0' {
            self.at = digits;
            return Err(self.error("a number with a leading zero"));
        }
        let whole = !matches!(self.bytes.get(at), Some(b'.' | b'e' | b'E'));
        // Eighteen digits always fit an i64; -0 is not the integer 0.
        if whole && count <= 18 && !(negative && value == 0) {
            let value = value.cast_signed();
            let value = if negative { -value } else { value };
            self.pending
                .push(Entry::with_i64(Tag::Int, key, start as u32, value));
            return Ok(true);
        }
        self.fraction_and_exponent()?;
        let text = &self.text[start..self.at];
        if let (true, Ok(value)) = (whole && text != "-0", text.parse::<i64>()) {
            self.pending
                .push(Entry::with_i64(Tag::Int, key, start as u32, value));
            return Ok(true);
        }
        // Short digits without an exponent are in range.
        let is_plain = text.len() < 300 && !text.contains(['e', 'E']);
        if !is_plain && !text.parse().is_ok_and(f64::is_finite) {
            return Err(fault(start, "the number is out of range"));
        }
        self.pending.push(Entry::new(
            Tag::Number,
            key,
            start as u32,
            text.len() as u32,
            0,
        ));
        Ok(true)
    }

    fn fraction_and_exponent(&mut self) -> Result<(), Fault> {
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start {
            Err(self.expected("a digit"))
        } else {
            Ok(())
        }
    }
}

/// Whether a whole text is one JSON number in the range of an `f64`.
pub(crate) fn is_number(text: &str) -> bool {
    let digits = |text: &str| {
        let count = text.bytes().take_while(u8::is_ascii_digit).count();
        (count > 0).then_some(count)
    };
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let Some(whole) = digits(unsigned) else {
        return false;
    };
    let mut rest = &unsigned[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let Some(count) = digits(fraction) else {
            return false;
        };
        rest = &fraction[count..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let Some(count) = digits(exponent) else {
            return false;
        };
        rest = &exponent[count..];
    }
    let leading_zero = whole > 1 && unsigned.starts_with('0');
    rest.is_empty() && !leading_zero && text.parse().is_ok_and(f64::is_finite)
}
