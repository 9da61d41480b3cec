//! What stands behind base64 around a place where a credential may be.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::needles::{Hit, shared};
use super::shape;
use super::{Form, Sighting};

/// How far around a place is decoded, in groups of four characters: enough for any shape.
const BEFORE: usize = 20;
const AFTER: usize = 80;

/// A line may end anywhere, so what its last group lacks is no reason to refuse the rest.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Returns the credential at a place whose first group of bytes starts so many before it.
pub(super) fn verify(text: &[u8], hit: &Hit, offset: usize) -> Option<Sighting> {
    let first = hit.at.start.checked_sub(shared(offset))?;
    let before = groups_before(&text[..first]);
    let start = first - before * 4;
    let end = first + run(&text[first..], AFTER * 4);
    let decoded = LENIENT.decode(whole(&text[start..end])).ok()?;
    let needle = before * 3 + offset;
    shape::verify(hit.kind, &decoded, needle..needle + hit.len)?;
    Some(Sighting {
        kind: hit.kind,
        at: start..end,
        form: Form::Base64,
    })
}

fn groups_before(text: &[u8]) -> usize {
    let groups = text.rchunks_exact(4).take(BEFORE);
    groups
        .take_while(|group| group.iter().all(is_digit))
        .count()
}

fn run(text: &[u8], most: usize) -> usize {
    text.iter().take(most).take_while(|c| is_digit(c)).count()
}

/// One character alone decodes to nothing.
fn whole(text: &[u8]) -> &[u8] {
    match text.len() % 4 {
        1 => &text[..text.len() - 1],
        _ => text,
    }
}

fn is_digit(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}
