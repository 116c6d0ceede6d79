//! Reads a scalar as text or as a value of YAML's core schema (YAML 1.2.2, section 10.3.2).

use super::node::{Scalar, Typed, Value};

/// Returns the value of a scalar. `plain`: neither quoted nor a block. `tag`: a tag of the core
/// schema without its prefix. Returns `None` if the text does not fit the tag.
pub(super) fn value(text: String, plain: bool, tag: Option<&str>) -> Option<Value> {
    let value = match tag {
        Some("str") => typed(text, Typed::Text),
        None if !plain => typed(text, Typed::Text),
        _ => implicit(text),
    };
    let fits = match (tag, &value) {
        (None | Some("str"), _) | (Some("null"), Value::Null) => true,
        (Some(tag), Value::Scalar(scalar)) => match scalar.typed {
            Typed::Text => false,
            Typed::Bool(_) => tag == "bool",
            Typed::Unsigned(_) | Typed::Signed(_) => matches!(tag, "int" | "float"),
            Typed::Float(_) => tag == "float",
        },
        _ => false,
    };
    fits.then_some(value)
}

fn typed(text: String, typed: Typed) -> Value {
    Value::Scalar(Scalar {
        text,
        typed,
        external: None,
    })
}

fn implicit(text: String) -> Value {
    let kind = match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => Typed::Bool(true),
        "false" | "False" | "FALSE" => Typed::Bool(false),
        other => number(other).unwrap_or(Typed::Text),
    };
    typed(text, kind)
}

/// Reads numbers in JSON's range. A number that is not finite stays text: a password may look like
/// `12e4567`.
fn number(text: &str) -> Option<Typed> {
    let radix = |digits: &str, radix: u32| {
        let all = digits.chars().all(|digit| digit.is_digit(radix));
        u64::from_str_radix(digits, radix)
            .ok()
            .filter(|_| all)
            .map(Typed::Unsigned)
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if !text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
    {
        return None;
    }
    let unsigned = text.parse().map(Typed::Unsigned);
    let integer = unsigned.or_else(|_| text.parse().map(Typed::Signed)).ok();
    integer.or_else(|| {
        text.parse()
            .ok()
            .filter(|float: &f64| float.is_finite())
            .map(Typed::Float)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str, plain: bool, tag: Option<&str>) -> Option<Option<Typed>> {
        Some(match value(text.to_owned(), plain, tag)? {
            Value::Scalar(scalar) => {
                assert_eq!(scalar.text, text);
                Some(scalar.typed)
            }
            _ => None,
        })
    }

    #[test]
    fn plain_scalars_are_read_by_the_core_schema() {
        for null in ["", "~", "null", "NULL"] {
            assert_eq!(kind(null, true, None), Some(None), "{null}");
        }
        for (text, typed) in [
            ("true", Typed::Bool(true)),
            ("False", Typed::Bool(false)),
            ("0", Typed::Unsigned(0)),
            ("+7", Typed::Unsigned(7)),
            ("-7", Typed::Signed(-7)),
            ("0xfF", Typed::Unsigned(255)),
            ("0o17", Typed::Unsigned(15)),
            ("1.10", Typed::Float(1.1)),
            (".5", Typed::Float(0.5)),
            ("1e3", Typed::Float(1000.0)),
            (
                "18446744073709551616",
                Typed::Float(18_446_744_073_709_551_616.0),
            ),
        ] {
            assert_eq!(kind(text, true, None), Some(Some(typed)), "{text}");
            assert_eq!(
                kind(text, false, None),
                Some(Some(Typed::Text)),
                "quoted {text}"
            );
        }
        for text in [
            "yes", "tRUE", "0x", "0x+1", "1_000", "12e4567", ".inf", "inf", "nan", "e5", ".", "-",
            "1.2.3", "5s",
        ] {
            assert_eq!(kind(text, true, None), Some(Some(Typed::Text)), "{text}");
        }
    }

    #[test]
    fn tags_must_fit() {
        assert_eq!(kind("5", true, Some("str")), Some(Some(Typed::Text)));
        assert_eq!(
            kind("5", false, Some("int")),
            Some(Some(Typed::Unsigned(5)))
        );
        assert_eq!(kind("", false, Some("null")), Some(None));
        for (text, tag) in [
            ("x", "int"),
            ("1.5", "int"),
            ("5", "bool"),
            ("5", "null"),
            ("5", "map"),
            ("", "str!"),
        ] {
            assert_eq!(kind(text, true, Some(tag)), None, "{tag} {text}");
        }
    }
}
