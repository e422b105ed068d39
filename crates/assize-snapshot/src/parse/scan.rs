//! Finds what ends the plain part of a string: most bytes of a document are looked at here and nowhere else.
//!
//! On x86-64 the processor compares sixteen bytes at a time. The only thing unsafe about that is to use instructions that a
//! processor may lack, and the module is compiled only where the whole program needs SSE2 to run at all. No pointer is involved:
//! a block goes in as a number. Without it, a search takes two to three times as long, and every file some per cent.

/// The next quote, backslash or control character from `at` on, or the end.
#[inline]
pub(super) fn find_special(bytes: &[u8], mut at: usize) -> usize {
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        if let Some(nth) = block::first_special(block) {
            return at + nth;
        }
        at += block.len();
    }
    while bytes
        .get(at)
        .is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20))
    {
        at += 1;
    }
    at
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod block {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x,
        _mm_set1_epi8,
    };

    #[inline]
    pub(super) fn first_special(block: &[u8; 16]) -> Option<usize> {
        // SAFETY: the module is compiled only for processors that have SSE2.
        #[expect(
            unsafe_code,
            reason = "a function with a target feature can be called in no other way; the proof is above"
        )]
        let hits = unsafe { specials(u128::from_le_bytes(*block)) };
        (hits != 0).then_some(hits.trailing_zeros() as usize)
    }

    /// The bits of the bytes that are special.
    #[inline]
    #[target_feature(enable = "sse2")]
    fn specials(block: u128) -> u32 {
        let text = _mm_set_epi64x((block >> 64) as i64, block as i64);
        let is = |byte: u8| _mm_cmpeq_epi8(text, _mm_set1_epi8(byte.cast_signed()));
        // The smaller of a byte and the largest control character is the byte itself where it is one.
        let control = _mm_cmpeq_epi8(_mm_min_epu8(text, _mm_set1_epi8(0x1F)), text);
        let special = _mm_or_si128(_mm_or_si128(is(b'"'), is(b'\\')), control);
        _mm_movemask_epi8(special).cast_unsigned()
    }
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
use words as block;

/// Eight bytes at a time, as one number, anywhere.
#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
mod words {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "it is called like the other one, whose blocks are larger"
    )]
    #[inline]
    pub(super) fn first_special(block: &[u8; 8]) -> Option<usize> {
        let word = u64::from_le_bytes(*block);
        let quote = word ^ (ONES * u64::from(b'"'));
        let backslash = word ^ (ONES * u64::from(b'\\'));
        // Of a byte below 0x80, the high bit gets set here exactly where it is zero, or below 0x20; borrows only reach bytes
        // after the first hit, and only the first counts.
        let borrows = quote.wrapping_sub(ONES)
            | backslash.wrapping_sub(ONES)
            | word.wrapping_sub(ONES * 0x20);
        let hits = borrows & !word & HIGHS;
        (hits != 0).then_some((hits.trailing_zeros() / 8) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::{find_special, words};

    fn is_special(byte: u8) -> bool {
        matches!(byte, b'"' | b'\\' | 0..0x20)
    }

    #[test]
    fn every_byte_is_told_at_every_place() {
        for byte in 0..=u8::MAX {
            for around in [b'a', 0x7F, 0x80, 0xFF, b' ', b'!', b'#', b'[', b']'] {
                for at in 0..36 {
                    let mut text = [around; 36];
                    text[at] = byte;
                    let expected = if is_special(byte) { at } else { 36 };
                    assert_eq!(find_special(&text, 0), expected, "{byte} at {at}");
                }
                for at in 0..8 {
                    let mut text = [around; 8];
                    text[at] = byte;
                    let expected = is_special(byte).then_some(at);
                    assert_eq!(words::first_special(&text), expected, "{byte} at {at}");
                }
            }
        }
    }

    #[test]
    fn the_first_of_several_counts() {
        let texts = [
            "abc\"d\\ef\n",
            "abcdefg\\\"\"",
            "\"\"\"\"\"\"\"\"\"\"\"",
            "!\"!\u{1}\u{7F}",
            "a text of several blocks, with ü, and \\ and \" far behind the first",
        ];
        for text in texts.map(str::as_bytes) {
            for start in 0..=text.len() {
                let plain = text[start..].iter().take_while(|byte| !is_special(**byte));
                let expected = start + plain.count();
                assert_eq!(find_special(text, start), expected);
                if let Some(block) = text[start..].first_chunk() {
                    let first = Some(expected - start).filter(|nth| *nth < block.len());
                    assert_eq!(words::first_special(block), first);
                }
            }
        }
        assert_eq!(find_special(b"abc", 7), 7);
    }
}
