//! Numbers to text and back, as Go's `strconv` does it.

use zeroize::Zeroizing;

use super::Problem;

/// No `f64` has more digits than this; Rust formats no more than 65535.
const MOST_DIGITS: usize = 1100;

/// Reads an integer; `base` 0 goes by its prefix. What does not fit an `i128` becomes its limit.
pub(super) fn parse_int(text: &[u8], base: u32) -> Option<i128> {
    let (negative, digits) = sign(text);
    let (base, digits) = match base {
        0 if !underscores_separate_digits(digits) => return None,
        0 => prefix(digits),
        _ if digits.contains(&b'_') => return None,
        _ => (base, digits),
    };
    let mut digits = digits.iter().filter(|byte| **byte != b'_').peekable();
    digits.peek()?;
    let digit = |byte: &u8| char::from(*byte).to_digit(base).map(i128::from);
    let value = digits.try_fold(0, |value: i128, byte| {
        Some(
            value
                .saturating_mul(base.into())
                .saturating_add(digit(byte)?),
        )
    })?;
    Some(if negative { -value } else { value })
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

fn prefix(digits: &[u8]) -> (u32, &[u8]) {
    match digits {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        _ => (10, digits),
    }
}

/// Every `_` stands between two digits or a base prefix and a digit.
fn underscores_separate_digits(digits: &[u8]) -> bool {
    let (base, rest) = prefix(digits);
    let is_digit = |i: usize| {
        rest.get(i)
            .is_some_and(|b| char::from(*b).is_digit(base.max(10)))
    };
    let after_prefix = rest.len() < digits.len();
    (0..rest.len()).filter(|i| rest[*i] == b'_').all(|i| {
        let before = if i == 0 {
            after_prefix
        } else {
            is_digit(i - 1)
        };
        before && is_digit(i + 1)
    })
}

/// Reads a float; `None` if Go would refuse it.
pub(super) fn parse_float(text: &[u8]) -> Result<Option<f64>, Problem> {
    let (_, unsigned) = sign(text);
    if let [b'0', b'x' | b'X', ..] = unsigned
        && unsigned.iter().any(|byte| matches!(byte, b'p' | b'P'))
    {
        let why = "Sealsmith does not read them";
        return Err(Problem::unsupported("a hexadecimal float", why));
    }
    let is_word = unsigned.first().is_some_and(u8::is_ascii_alphabetic);
    let signed_nan =
        is_word && unsigned.len() < text.len() && unsigned.len() == 3 && unsigned[0] | 32 == b'n';
    if signed_nan || !underscores_separate_digits(unsigned) {
        return Ok(None);
    }
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    plain.extend(text.iter().filter(|byte| **byte != b'_'));
    let value = std::str::from_utf8(&plain)
        .ok()
        .and_then(|plain| plain.parse::<f64>().ok());
    Ok(value.filter(|value| is_word || value.is_finite()))
}

/// Writes a float in the form `e`, `f` or `g`; without a precision, in as few digits as identify it.
pub(super) fn format_float(value: f64, form: char, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let value = value.abs();
    let body = match form {
        _ if value.is_infinite() => {
            return format!("{}Inf", if sign.is_empty() { "+" } else { sign });
        }
        'f' => fixed(value, precision),
        'e' => exponent(&scientific(value, precision)),
        _ => general(value, precision),
    };
    format!("{sign}{body}")
}

fn fixed(value: f64, precision: Option<usize>) -> String {
    match precision {
        None => format!("{value}"),
        Some(digits) => {
            let exact = format!("{value:.*}", digits.min(MOST_DIGITS));
            exact + &"0".repeat(digits.saturating_sub(MOST_DIGITS))
        }
    }
}

/// The digits, with a point after the first, and the exponent.
fn scientific(value: f64, precision: Option<usize>) -> (String, i32) {
    let text = match precision {
        None => format!("{value:e}"),
        Some(digits) => format!("{value:.*e}", digits.min(MOST_DIGITS)),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let zeros = "0".repeat(precision.unwrap_or(0).saturating_sub(MOST_DIGITS));
    (mantissa.to_owned() + &zeros, exponent.parse().unwrap_or(0))
}

fn exponent((mantissa, exponent): &(String, i32)) -> String {
    let sign = if *exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// `%g`: like `f` for exponents near zero, else like `e`, and no trailing zeros in either.
fn general(value: f64, precision: Option<usize>) -> String {
    let (mut mantissa, power) = scientific(value, precision.map(|digits| digits.max(1) - 1));
    if mantissa.contains('.') {
        mantissa.truncate(mantissa.trim_end_matches(['0', '.']).len().max(1));
    }
    let digits = mantissa.replace('.', "");
    let (count, point) = (digits.len() as i32, power + 1);
    let limit = match precision {
        None => 6,
        Some(precision) => match precision.clamp(1, MOST_DIGITS) as i32 {
            wanted if wanted > count && count >= point => count,
            wanted => wanted,
        },
    };
    match power {
        _ if power < -4 || power >= limit => exponent(&(mantissa, power)),
        _ if point <= 0 => format!("0.{}{digits}", "0".repeat(-point as usize)),
        _ if point >= count => digits + &"0".repeat((point - count) as usize),
        _ => format!(
            "{}.{}",
            &digits[..point as usize],
            &digits[point as usize..]
        ),
    }
}

/// A decimal number `digits * 10^exponent`, as exact as Sprig's float functions compute.
#[derive(Clone, Copy)]
pub(super) struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    /// Takes the shortest digits that identify a float; `None` if it is no number.
    pub(super) fn new(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let (mantissa, power) = scientific(value, None);
        let places = mantissa
            .split_once('.')
            .map_or(0, |(_, places)| places.len());
        let digits = mantissa.replace('.', "").parse().ok()?;
        Some(Self {
            digits,
            exponent: power - places as i32,
        })
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let digits = self
            .scaled(exponent)?
            .checked_add(other.scaled(exponent)?)?;
        Some(Self { digits, exponent })
    }

    pub(super) fn sub(self, other: Self) -> Option<Self> {
        self.add(Self {
            digits: -other.digits,
            ..other
        })
    }

    pub(super) fn mul(self, other: Self) -> Option<Self> {
        let digits = self.digits.checked_mul(other.digits)?;
        Some(Self {
            digits,
            exponent: self.exponent + other.exponent,
        })
    }

    /// Divides to 16 places, rounding half away from zero.
    pub(super) fn div(self, other: Self) -> Option<Self> {
        let shift = self.exponent - other.exponent + 16;
        let above = self.digits.checked_mul(power_of_ten(shift.max(0))?)?;
        let below = other.digits.checked_mul(power_of_ten((-shift).max(0))?)?;
        let (quotient, rest) = (above.checked_div(below)?, above.checked_rem(below)?);
        let up = i128::from(rest.checked_abs()?.checked_mul(2)? >= below.checked_abs()?);
        let digits = quotient + up * above.signum() * below.signum();
        Some(Self {
            digits,
            exponent: -16,
        })
    }

    pub(super) fn to_float(self) -> f64 {
        let text = format!("{}e{}", self.digits, self.exponent);
        text.parse().unwrap_or(f64::NAN)
    }

    fn scaled(self, exponent: i32) -> Option<i128> {
        let factor = power_of_ten(self.exponent - exponent)?;
        self.digits.checked_mul(factor)
    }
}

fn power_of_ten(exponent: i32) -> Option<i128> {
    10_i128.checked_pow(u32::try_from(exponent).ok()?)
}
