//! Base64, base32 and hashes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use super::{Outcome, Table, text};
use crate::go_base64;
use crate::template::value::Value;

pub(super) const TABLE: Table = &[
    ("b64enc", "s", |_, a| {
        Ok(STANDARD.encode(a.text(0)).into_bytes().into())
    }),
    ("b64dec", "s", |_, a| base64_decoded(a.text(0))),
    ("b32enc", "s", |_, a| Ok(base32_encoded(a.text(0)).into())),
    ("b32dec", "s", |_, a| match base32_decoded(a.text(0)) {
        Ok(bytes) => Ok(bytes.into()),
        Err(offset) => text(format!("illegal base32 data at input byte {offset}")),
    }),
    ("sha1sum", "s", |_, a| hexadecimal(&Sha1::digest(a.text(0)))),
    ("sha256sum", "s", |_, a| {
        hexadecimal(&Sha256::digest(a.text(0)))
    }),
    ("sha512sum", "s", |_, a| {
        hexadecimal(&Sha512::digest(a.text(0)))
    }),
    ("adler32sum", "s", |_, a| {
        text(adler32(a.text(0)).to_string())
    }),
];

/// What cannot be decoded becomes the text of Go's error: Sprig returns it as the result.
fn base64_decoded(encoded: &[u8]) -> Outcome {
    let decoded = match std::str::from_utf8(encoded) {
        Ok(encoded) => go_base64::decode(encoded),
        Err(error) => {
            // Any other byte outside the alphabet fails like the one that is no UTF-8.
            let mut bytes = Zeroizing::new(encoded[..=error.valid_up_to()].to_vec());
            bytes[error.valid_up_to()] = b'!';
            go_base64::decode(&String::from_utf8_lossy(&bytes))
        }
    };
    decoded
        .map(Value::from)
        .or_else(|error| text(error.to_string()))
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32_encoded(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(bytes.len().div_ceil(5) * 8);
    for group in bytes.chunks(5) {
        let mut block = [0; 8];
        block[3..3 + group.len()].copy_from_slice(group);
        let bits = u64::from_be_bytes(block);
        let digits = (8 * group.len()).div_ceil(5);
        encoded.extend((0..digits).map(|i| BASE32[(bits >> (35 - 5 * i)) as usize & 31]));
        encoded.resize(encoded.len().next_multiple_of(8), b'=');
    }
    encoded
}

/// Decodes base32, or returns the offset that Go's decoder names.
fn base32_decoded(encoded: &[u8]) -> Result<Vec<u8>, usize> {
    let encoded: Zeroizing<Vec<u8>> = Zeroizing::new(
        encoded
            .iter()
            .copied()
            .filter(|byte| !matches!(byte, b'\r' | b'\n'))
            .collect(),
    );
    let mut decoded = Zeroizing::new(Vec::with_capacity(encoded.len() / 8 * 5));
    for (number, group) in encoded.chunks(8).enumerate() {
        let (start, left) = (8 * number, encoded.len() - 8 * number);
        let digits = base32_digits(group, left).map_err(|offset| start + offset)?;
        let bits = group[..digits]
            .iter()
            .fold(0, |bits, byte| bits << 5 | base32_digit(*byte).unwrap_or(0));
        let bits: u64 = bits << (5 * (8 - digits));
        decoded.extend_from_slice(&bits.to_be_bytes()[3..3 + digits * 5 / 8]);
        if digits < 8 {
            break;
        }
    }
    Ok(std::mem::take(&mut *decoded))
}

/// Returns how many digits come before the padding of a group, which has `left` bytes to the end.
fn base32_digits(group: &[u8], left: usize) -> Result<usize, usize> {
    for i in 0..8 {
        match group.get(i) {
            None => return Err(left - i),
            // Go takes padding for padding only in the last eight characters.
            Some(b'=') if i >= 2 && left - i - 1 < 8 => return padded(group, i, left),
            Some(byte) => base32_digit(*byte).map(drop).ok_or(i)?,
        }
    }
    Ok(8)
}

fn padded(group: &[u8], digits: usize, left: usize) -> Result<usize, usize> {
    if left < 8 {
        return Err(left);
    }
    if let Some(k) = group[digits + 1..].iter().position(|byte| *byte != b'=') {
        return Err(digits + k);
    }
    match digits {
        3 | 6 => Err(digits),
        _ => Ok(digits),
    }
}

fn base32_digit(byte: u8) -> Option<u64> {
    BASE32
        .iter()
        .position(|known| *known == byte)
        .map(|digit| digit as u64)
}

fn hexadecimal(hash: &[u8]) -> Outcome {
    text(
        hash.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>(),
    )
}

fn adler32(bytes: &[u8]) -> u32 {
    let step = |(a, b): (u32, u32), byte: &u8| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    };
    let (a, b) = bytes.iter().fold((1, 0), step);
    b << 16 | a
}
