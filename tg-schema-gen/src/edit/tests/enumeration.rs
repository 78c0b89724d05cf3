//! Enums: symbols, Python values, default and openness change together.

use tg_schema_model::edit::Edit;
use tg_schema_model::{EnumId, Value};

use super::edited;

const E: EnumId = EnumId(0);

fn symbols(names: &[&str], values: &[i64]) -> Edit {
    Edit::SetSymbols {
        enumeration: E,
        symbols: names.iter().map(|name| (*name).to_owned()).collect(),
        values: values.iter().map(|value| Value::Long(*value)).collect(),
    }
}

fn default(symbol: Option<&str>) -> Edit {
    Edit::SetEnumDefault {
        enumeration: E,
        symbol: symbol.map(str::to_owned),
    }
}

fn open(open: bool) -> Edit {
    Edit::SetOpen {
        enumeration: E,
        open,
    }
}

#[test]
fn a_default_goes_with_its_symbol() {
    for (text, expected) in [
        (
            "[enum.E]\nsymbols = [\"x\", \"y\"]\ndefault = \"y\"\n",
            "[enum.E]\nsymbols = [\"x\"]\n",
        ),
        (
            "[enum]\nE = { default = \"y\", symbols = [\"x\", \"y\"] }\n",
            "[enum]\nE = { symbols = [\"x\"] }\n",
        ),
        (
            "[enum]\nE.default = \"y\" # d\nE.symbols = [\"x\", \"y\"]\n",
            "[enum]\n# d\nE.symbols = [\"x\"]\n",
        ),
    ] {
        let is = edited(text, |_| vec![symbols(&["x"], &[])]);
        assert_eq!(is.as_deref(), Ok(expected));
    }
}

#[test]
fn keys_beside_each_other_change_together() {
    for (text, expected) in [
        (
            "[enum]\nE = { symbols = [\"x\", \"y\"], default = \"y\", open = true }\n",
            "[enum]\nE = { symbols = [\"x\"] }\n",
        ),
        (
            "[enum]\nE = { default = \"y\", open = true, symbols = [ # all\n \"y\",\n \"x\" ] }\n",
            "[enum]\nE = { symbols = [ # all\n \"x\" ] }\n",
        ),
    ] {
        let all = |_: &_| vec![symbols(&["x"], &[]), default(None), open(false)];
        assert_eq!(edited(text, all).as_deref(), Ok(expected));
    }
    let text = "[enum]\nE = { symbols = [\"x\", \"y\"] }\n";
    let all = |_: &_| vec![default(Some("x")), open(true), default(Some("x"))];
    assert_eq!(
        edited(text, all).as_deref(),
        Ok("[enum]\nE = { symbols = [\"x\", \"y\"], default = \"x\", open = true }\n")
    );
    let apart = edited(text, |_| vec![default(Some("x")), default(Some("y"))]);
    assert!(apart.is_err_and(|wrong| wrong.to_string().contains("the same text")));
}

#[test]
fn python_values_keep_step() {
    for (values, expected) in [
        (
            "pulsar = { values = [1, 2, 3] } # old\n",
            "pulsar = { values = [1, 4, 3] } # old\n",
        ),
        (
            "pulsar = { values = { x = 1, y = 2, z = 3 } }\n",
            "pulsar = { values = { x = 1, z = 3, w = 4 } }\n",
        ),
        (
            "pulsar.values = [\n  1, # one\n  2,\n  3,\n]\n",
            "pulsar.values = [\n  1, # one\n  4,\n  3,\n]\n",
        ),
        (
            "[enum.E.pulsar]\nvalues = [1, 2, 3]\n",
            "[enum.E.pulsar]\nvalues = [1, 4, 3]\n",
        ),
        (
            "[enum.E.pulsar.values]\nx = 1\ny = 2 # two\nz = 3\n",
            "[enum.E.pulsar.values]\nx = 1\n# two\nz = 3\nw = 4\n",
        ),
    ] {
        let text = |names: &str, values: &str| format!("[enum.E]\nsymbols = [{names}]\n{values}");
        let before = text("\"x\", \"y\", \"z\"", values);
        let is = edited(&before, |_| vec![symbols(&["x", "w", "z"], &[1, 4, 3])]);
        let expected = text("\"x\", \"w\", \"z\"", expected);
        assert_eq!(is, Ok(expected));
    }
    // Other values of the same symbols, and none any more.
    let text = "[enum.E]\nsymbols = [\"x\", \"y\"]\npulsar = { values = [1, 2] }\n";
    let is = edited(text, |_| vec![symbols(&["x", "y"], &[2, 1])]);
    let expected = "[enum.E]\nsymbols = [\"x\", \"y\"]\npulsar = { values = [2, 1] }\n";
    assert_eq!(is.as_deref(), Ok(expected));
    let is = edited(text, |_| vec![symbols(&["x"], &[])]);
    assert_eq!(is.as_deref(), Ok("[enum.E]\nsymbols = [\"x\"]\n"));
    let is = edited("[enum.E]\nsymbols = [\"x\"]\n", |_| {
        vec![symbols(&["x"], &[7])]
    });
    let expected = "[enum.E]\nsymbols = [\"x\"]\npulsar = { values = [7] }\n";
    assert_eq!(is.as_deref(), Ok(expected));
}

#[test]
fn a_comment_beside_the_bracket_is_of_all_symbols() {
    let text = "[enum.E]\nsymbols = [ # all\n  \"x\", \"y\",\n]\n";
    let is = edited(text, |_| vec![symbols(&["y", "z", "x"], &[])]);
    let expected = "[enum.E]\nsymbols = [ # all\n  \"y\", \"z\", \"x\",\n]\n";
    assert_eq!(is.as_deref(), Ok(expected));
    for text in [
        "[enum.E]\nsymbols = [ \"x\", # ex\n  \"y\",\n]\n",
        "[enum.E]\nsymbols = [ # all\n  \"x\", \"y\", # both\n]\n",
    ] {
        assert!(edited(text, |_| vec![symbols(&["y", "x"], &[])]).is_err());
    }
}

#[test]
fn all_of_the_last_row_goes() {
    let text = "[enum.E]\nsymbols = [\n  \"x\", \"y\", # one\n  \"z\", \"w\" # two\n]\n";
    let is = edited(text, |_| vec![symbols(&["x", "y"], &[])]);
    let expected = "[enum.E]\nsymbols = [\n  \"x\", \"y\" # one\n   # two\n]\n";
    assert_eq!(is.as_deref(), Ok(expected));
}
