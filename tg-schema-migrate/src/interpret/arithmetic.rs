//! Arithmetic as Python does it, and why it has no result.

use ruff_python_ast::Operator;

use super::operator::{float, int, plain};
use super::value::Value;

/// A whole number that a float holds exactly: of others Python's rounding is another.
pub(super) fn exact(value: &Value) -> Option<f64> {
    const MOST: i128 = 1 << 53;
    int(value)
        .filter(|v| (-MOST..=MOST).contains(v))
        .map(|v| v as f64)
}

/// Why there is no value of an operator.
pub(super) fn not_computed(op: Operator, left: &Value, right: &Value) -> String {
    let (a, b) = (plain(left), plain(right));
    let numbers = float(&a).zip(float(&b));
    let sign = op.as_str();
    match (op, numbers) {
        (Operator::Div | Operator::FloorDiv | Operator::Mod, Some((_, 0.0))) => {
            format!("Python raises ZeroDivisionError at `{sign}`")
        }
        (Operator::Pow, Some((a, b))) if a == 0.0 && b < 0.0 => {
            format!("Python raises ZeroDivisionError at `{sign}`")
        }
        (_, Some(_)) => format!("what `{sign}` gives is too large or too exact to follow"),
        _ => {
            let (a, b) = (left.type_name(), right.type_name());
            format!("`{sign}` of {a} and {b} is not followed")
        }
    }
}

pub(super) fn float_binary<'a>(op: Operator, a: f64, b: f64) -> Option<Value<'a>> {
    Some(Value::Float(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        Operator::FloorDiv if b != 0.0 => floor_div(a, b),
        Operator::Mod if b != 0.0 => modulo(a, b),
        Operator::Pow => power(a, b)?,
        _ => return None,
    }))
}

/// As Python rounds it: the remainder is taken away first.
fn floor_div(a: f64, b: f64) -> f64 {
    let rest = a % b;
    let down = rest != 0.0 && (rest < 0.0) != (b < 0.0);
    let quotient = (a - rest) / b - f64::from(u8::from(down));
    if quotient == 0.0 {
        return 0.0_f64.copysign(a / b);
    }
    let floor = quotient.floor();
    floor + f64::from(u8::from(quotient - floor > 0.5))
}

/// The remainder, with the sign of the divisor.
fn modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        0.0_f64.copysign(b)
    } else if (rest < 0.0) != (b < 0.0) {
        rest + b
    } else {
        rest
    }
}

/// A power that Python has too: it raises an exception for what is infinite, and has complex numbers.
fn power(a: f64, b: f64) -> Option<f64> {
    let power = a.powf(b);
    let plain = !(a.is_finite() && b.is_finite()) || power.is_finite();
    (plain && !(a == 0.0 && b < 0.0)).then_some(power)
}

pub(super) fn int_binary(op: Operator, a: i128, b: i128) -> Option<i128> {
    match op {
        Operator::Add => a.checked_add(b),
        Operator::Sub => a.checked_sub(b),
        Operator::Mult => a.checked_mul(b),
        Operator::FloorDiv if b != 0 => {
            Some(a.checked_div_euclid(b)? - i128::from(b < 0 && a.checked_rem_euclid(b)? != 0))
        }
        Operator::Mod if b != 0 => match a.checked_rem_euclid(b)? {
            rest if rest != 0 && b < 0 => rest.checked_add(b),
            rest => Some(rest),
        },
        Operator::Pow => a.checked_pow(u32::try_from(b).ok().filter(|b| *b < 128)?),
        Operator::LShift => {
            let shift = u32::try_from(b).ok().filter(|b| *b < 120)?;
            a.checked_mul(1_i128.checked_shl(shift)?)
        }
        Operator::RShift => a.checked_shr(u32::try_from(b).ok()?),
        Operator::BitOr => Some(a | b),
        Operator::BitXor => Some(a ^ b),
        Operator::BitAnd => Some(a & b),
        _ => None,
    }
}
