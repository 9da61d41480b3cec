//! How Go's YAML reads a plain scalar: the YAML 1.1 rules that Kubernetes tools apply.

/// What Go's YAML makes of an unquoted scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// `~`, `null` or nothing.
    Null,
    /// `yes`, `No`, `on`, `y`, `true`, …
    Bool,
    /// A number in any of the YAML 1.1 notations.
    Number,
    /// A date; tools keep its text.
    Timestamp,
    /// `<<`
    Merge,
    /// Text.
    Text,
}

impl Resolved {
    /// Returns how Go's YAML understands a plain scalar with that text.
    #[must_use]
    pub fn of(plain: &str) -> Self {
        match plain {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "<<" => Self::Merge,
            _ if is_bool(plain) => Self::Bool,
            _ if is_special_float(plain) => Self::Number,
            _ if is_timestamp(plain) => Self::Timestamp,
            _ if is_number(plain) => Self::Number,
            _ => Self::Text,
        }
    }
}

/// Whether kubeseal would seal something else than the text of this unquoted scalar.
///
/// `yes` becomes `true`, `1.10` becomes `1.1`, `0777` becomes `511`, `~` becomes nothing.
#[must_use]
pub fn loses_its_text(plain: &str) -> bool {
    match Resolved::of(plain) {
        Resolved::Null => !plain.is_empty(),
        Resolved::Bool => !matches!(plain, "true" | "false"),
        Resolved::Number => !is_canonical_number(plain),
        Resolved::Timestamp | Resolved::Merge | Resolved::Text => false,
    }
}

/// Whether an older reader takes the text as a base 60 number, as in `1:30`.
#[must_use]
pub fn is_base_60(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = digits.split(':');
    let first = parts.next().unwrap_or_default();
    let (mut rest, all_digits) = (parts.peekable(), |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
    });
    let starts_well = first.starts_with(|c: char| c.is_ascii_digit()) && all_digits(first);
    starts_well && rest.peek().is_some() && rest.all(is_base_60_part)
}

fn is_base_60_part(part: &str) -> bool {
    let whole = part.split_once('.').map_or(part, |(whole, _)| whole);
    let fraction_is_digits = part.split_once('.').is_none_or(|(_, rest)| {
        rest.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
    });
    let bytes = whole.as_bytes();
    let in_range = match bytes {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    };
    in_range && fraction_is_digits
}

fn is_bool(text: &str) -> bool {
    let words = ["y", "yes", "true", "on", "n", "no", "false", "off"];
    let lower = text.to_ascii_lowercase();
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    words.contains(&lower.as_str())
        && (text == lower || text == lower.to_ascii_uppercase() || text == capital(&lower))
}

fn is_special_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

fn is_number(text: &str) -> bool {
    if text.starts_with('.') {
        return is_float(text) || is_go_point_float(text);
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-') {
        return false;
    }
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    is_integer(&plain) || is_float(&plain)
}

/// Go's `ParseInt(…, 0, 64)`: decimal, `0x`, `0o`, `0b`, and octal by a leading zero.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    let is_digits = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    is_digits && u64::from_str_radix(digits, radix).is_ok()
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let some_digits = |part: &str| !part.is_empty() && digits(part);
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => some_digits(fraction),
        Some((whole, fraction)) => some_digits(whole) && digits(fraction),
        None => some_digits(mantissa),
    };
    mantissa_ok
        && exponent.is_none_or(|part| some_digits(part.strip_prefix(['+', '-']).unwrap_or(part)))
}

/// After a leading point Go asks `ParseFloat`, which allows underscores only with a base prefix: none here.
fn is_go_point_float(text: &str) -> bool {
    is_float(text)
}

/// Dates as Go's YAML knows them: `2006-1-2`, and with a time after `T`, `t` or blanks.
fn is_timestamp(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let day_len = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (day, time) = rest.split_at(day_len);
    let number = |part: &str, max: u32| {
        part.parse::<u32>()
            .is_ok_and(|value| (1..=max).contains(&value))
    };
    let date_ok = year.len() == 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && (1..=2).contains(&month.len())
        && (1..=2).contains(&day.len())
        && number(month, 12)
        && number(day, 31);
    date_ok && (time.is_empty() || (time.starts_with(['T', 't', ' ']) && time.contains(':')))
}

/// A number that Go prints just as it is written.
fn is_canonical_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "1"));
    let all_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole_ok = all_digits(whole) && (whole == "0" || !whole.starts_with('0'));
    let fraction_ok = all_digits(fraction) && !fraction.ends_with('0');
    let is_integer = !digits.contains('.');
    let in_range = if is_integer {
        text != "-0"
    } else {
        whole.len() + fraction.len() <= 15
    };
    whole_ok && fraction_ok && in_range
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_1_1_surprises_are_known() {
        for text in [
            "yes", "No", "ON", "y", "N", "1.10", "1.0", "0x10", "010", "0o10", "1e3", "1_000",
            ".inf", "~", "null", "+5", "0b11",
        ] {
            assert!(loses_its_text(text), "{text}");
        }
    }

    #[test]
    fn what_kubeseal_keeps_needs_no_warning() {
        for text in [
            "5",
            "-7",
            "true",
            "false",
            "1.5",
            "2024-01-01",
            "1:30",
            "abc",
            "",
            "18446744073709551615",
            "yEs",
            "1.2.3",
            "0",
        ] {
            assert!(!loses_its_text(text), "{text}");
        }
    }

    #[test]
    fn base_60_is_recognised() {
        assert!(is_base_60("1:30") && is_base_60("190:20:30.15") && is_base_60("-1:5"));
        assert!(!is_base_60("1:60") && !is_base_60("a:1") && !is_base_60("1"));
    }
}
