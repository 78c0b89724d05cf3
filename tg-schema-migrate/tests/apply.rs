//! Patches of callers: what they change, that `git apply` takes them, and that Python runs what comes out
//! on the generated dataclasses. Needs git and Python 3.10 or newer.

#[path = "apply/shop.rs"]
mod shop;

use shop::{SCHEMA, Shop};

const CALLER: &str = "\
\"\"\"Makes orders.\"\"\"

from __future__ import annotations

from .schema import Color, Item, Order as O, TOPIC


def order(names: list[str]) -> O | None:
    if not names:
        return O(customer='nobody', chunk=None)
    items = [Item(name=name, color=Color.GREEN, weight=1, height=2) for name in names]
    return O(
        customer='x',
        # What was asked for.
        items=items,
        response=None,
        total=len(items),
    )


def show(o: O):
    assert isinstance(o, O)
    print(TOPIC, o.customer, o.total, [(i.name, i.color is Color.GREEN) for i in o.items or []])


def late():
    from shop.schema import Item
    return Item(name='late',
                bogus=(), color=Color.RED)


if __name__ == '__main__':
    show(order([]))
    show(order(['a', 'b']))
    print(late().name)
";

#[test]
fn python_runs_what_comes_out() {
    let shop = Shop::new("runs", &[("shop/use.py", CALLER)]);
    let applied = shop.patch();
    assert_eq!(shop.left(&applied), []);
    assert_eq!(applied.changed.len(), 1);
    shop.apply(&applied.patch);
    let text = shop.get("shop/use.py");
    for line in [
        "from .schema import TOPIC\nfrom messages.schema import Color, Item, Order as O\n",
        "        return O(customer='nobody')\n",
        "Item(name=name, color=Color.GREEN) for name",
        "        items=items,\n        total=len(items),\n",
        "    from messages.schema import Item\n",
        "    return Item(name='late',\n                color=Color.RED)\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // What is not touched needs no Pulsar here.
    shop.put("pulsar/__init__.py", "");
    shop.put(
        "pulsar/schema.py",
        "class Record: pass\nString = Array = Integer = lambda *a: None\n",
    );
    shop.run("python3", &["-m", "py_compile", "shop/use.py"]);
    let said = shop.run("python3", &["-m", "shop.use"]);
    assert_eq!(
        said,
        "orders nobody None []\norders x 2 [('a', True), ('b', True)]\nlate\n"
    );
    let again = shop.patch();
    assert_eq!((again.patch.as_str(), again.left.len()), ("", 0));
}

#[test]
fn an_import_that_is_not_used_stays_beside_one_that_is() {
    let shop = Shop::new(
        "mixed",
        &[
            (
                "shop/use.py",
                "from .schema import Color, Item, Order  # noqa: F401\nprint(Item(name='x', bogus=1).name)\n",
            ),
            (
                "shop/other.py",
                "from .use import Order\nprint(Order(customer='y', bogus=1).customer)\n",
            ),
        ],
    );
    let applied = shop.patch();
    assert_eq!(shop.left(&applied), []);
    assert_eq!(applied.changed.len(), 2);
    shop.apply(&applied.patch);
    assert_eq!(
        shop.get("shop/use.py"),
        "from .schema import Color, Order\nfrom messages.schema import Item  # noqa: F401\nprint(Item(name='x').name)\n"
    );
    assert_eq!(
        shop.get("shop/other.py"),
        "from messages.schema import Order\nprint(Order(customer='y').customer)\n"
    );
}

#[test]
fn what_is_not_understood_is_left() {
    let files = [
        (
            "shop/star.py",
            "from .schema import *\nprint(Order())\n",
            "is not written",
        ),
        (
            "shop/none.py",
            "from .schema import TOPIC\nprint(TOPIC)\n",
            "",
        ),
        (
            "shop/module.py",
            "from . import schema\nschema.Order()\n",
            "reaches a class through a module",
        ),
        (
            "shop/value.py",
            "from .schema import Order\nprint(Order)\n",
            "handed on as a value",
        ),
        (
            "shop/unused.py",
            "from .schema import Order\n",
            "imported and not used",
        ),
        (
            "shop/open.py",
            "from .schema import Order\ndef f(v): return Order(**v)\n",
            "is not known",
        ),
        (
            "shop/call.py",
            "from .schema import Order\nOrder(x=print('hi'))\n",
            "may do something",
        ),
        (
            "shop/comment.py",
            "from .schema import Order\nOrder(x=None # why\n)\n",
            "a comment",
        ),
        (
            "shop/truth.py",
            "from .schema import Order\ndef f(o: Order): return o.nothing\n",
            "has no field",
        ),
        (
            "shop/place.py",
            "from .schema import Order\nOrder('x')\n",
            "have no name",
        ),
        (
            "shop/value2.py",
            "from .schema import Color\nprint(Color.RED.value)\n",
            "may be another",
        ),
        (
            "shop/number.py",
            "from .schema import Item\nItem(color=1)\n",
            "holds a member of `Color`",
        ),
        (
            "shop/kind.py",
            "from .schema import Order\nOrder(total='5')\n",
            "holds a value of type int",
        ),
        (
            "shop/member.py",
            "from .schema import Item\ndef f(): return Item().color.value\n",
            "value of an enum's member",
        ),
        (
            "shop/unknown.py",
            "from .schema import Item\nprint(Item())\ndef f(o): return o.color.value\n",
            "value of an enum's member",
        ),
        (
            "shop/never.py",
            "from .schema import Item\ndef f(c): return Item(color=c, weight=1)\nf(1)\n",
            "a Record may take what `color` of `Item` is given here",
        ),
        (
            "shop/later.py",
            "from .schema import Order\ndef f(n):\n    o = Order(weight=1)\n    o.total = n\n",
            "a Record may take what `total` of `Order` is given here",
        ),
        (
            "shop/gone.py",
            "from .schema import Item\ni = Item()\ndel i.name\n",
            "is deleted",
        ),
        (
            "shop/dict.py",
            "from .schema import Item\nprint(Item(), lambda o: o.__dict__)\n",
            "has no `__dict__`",
        ),
        (
            "shop/vars.py",
            "from .schema import Item\nprint(Item())\ndef f(o): return vars(o)\n",
            "has no `__dict__`",
        ),
        (
            "shop/expects.py",
            "from .schema import Item\ndef f(x):\n    try: return Item(name=x)\n    except (ValueError, TypeError): pass\n",
            "raises TypeError",
        ),
        (
            "shop/test.py",
            "import pytest\nfrom .schema import Item\ndef f(x):\n    with pytest.raises(TypeError): Item(name=x)\n",
            "raises TypeError",
        ),
        (
            "shop/value3.py",
            "from .schema import Color\nprint(Color(1))\n",
            "by its value",
        ),
        (
            "shop/anew.py",
            "from .schema import Order\nOrder()\nOrder = 1\n",
            "bound anew",
        ),
        (
            "shop/sub.py",
            "from .schema import Order\nclass Big(Order): pass\n",
            "defines a Record",
        ),
        (
            "shop/wrapped.py",
            "from pulsar.schema import JsonSchema\nfrom .schema import Order\nOrder()\n",
            "schema objects",
        ),
        (
            "shop/line.py",
            "from .schema import Order; Order()\n",
            "shares its line",
        ),
        (
            "shop/deep/__init__.py",
            "from ..schema import Order\n",
            "others may take",
        ),
    ];
    let written: Vec<(&str, &str)> = files.iter().map(|f| (f.0, f.1)).collect();
    let shop = Shop::new("left", &written);
    let applied = shop.patch();
    assert_eq!(applied.patch, "", "{:?}", applied.changed);
    let left = shop.left(&applied);
    for (file, _, reason) in files {
        let found = left.iter().find(|(path, _)| path == file);
        match reason {
            // Nothing says that there is anything to change.
            "" => assert_eq!(found, None, "{file}"),
            _ => assert!(
                found.is_some_and(|f| f.1.contains(reason)),
                "{file}: {found:?}"
            ),
        }
    }
    for left in &applied.left {
        assert_eq!(left.diagnostic().code, Some("NOT_APPLIED"));
    }
}

#[test]
fn files_that_hand_objects_to_each_other_change_together() {
    let make = "from .schema import Item\ndef make(): return Item(name='a', weight=1)\n";
    // The file in the way, whether it is left itself, and what is told of the other.
    let cases = [
        (
            "from pulsar.schema import JsonSchema\nfrom .make import make\nfrom .schema import Item\n\
             def go(producer): JsonSchema(Item).encode(make())\n",
            true,
            "`Item` changes in all files or in none: other.py:1 is in the way (it uses the client's schema objects)",
        ),
        (
            "from .schema import Order\ndef kind(): return Order\n",
            true,
            "`Item` and `Order` change together or not at all: other.py:2 is in the way (`Order` is handed on",
        ),
        (
            "from .schema import *\nimport pulsar\ndef go(): return pulsar.schema.JsonSchema(Item)\n",
            false,
            "other.py:3 is in the way (it uses the class where it defines or imports it)",
        ),
        (
            "from .make import make\nprint(make().weight)\n",
            false,
            "other.py:2 is in the way (`Item` has no field `weight`)",
        ),
        (
            "from pulsar.schema import Record, Array\nfrom .schema import Item\n\
             class Held:\n    class Box(Record):\n        items = Array(Item())\n",
            true,
            "is not migrated at the top of a file",
        ),
    ];
    for (other, left, reason) in cases {
        let files = [("shop/make.py", make), ("shop/other.py", other)];
        let shop = Shop::new("together", &files);
        let applied = shop.patch();
        assert_eq!(applied.patch, "", "{other}");
        let reasons = shop.left(&applied);
        let told = reasons.iter().find(|(file, _)| file == "shop/make.py");
        let told = &told.expect(other).1;
        let shown = told.replace(&shop.0.join("shop/").display().to_string(), "");
        assert!(shown.contains(reason), "{shown}\n{reason}");
        let named = reasons.iter().any(|(file, _)| file == "shop/other.py");
        assert_eq!(named, left, "{other}");
    }
    // Schemas whose class is known only at run time.
    let other =
        "import importlib, pulsar\nfrom pulsar.schema import JsonSchema\nfrom . import schema\n";
    for (send, reason) in [
        (
            "def go(name): return JsonSchema(getattr(schema, name))\n",
            "is not known, and `getattr(schema, name)` at other.py:4 may give this one",
        ),
        (
            "def go(cls): return JsonSchema(cls)\n\
             def all(m, n): return getattr(importlib.import_module(m), n)\n",
            "is not known, and `getattr(importlib.import_module(m), n)` at other.py:5 may give this one",
        ),
        (
            "import registry\nPRODUCER = pulsar.Client('x').create_producer('t', schema=JsonSchema(registry.load('Item')))\n",
            "the class of the schema at other.py:5 is not known",
        ),
        (
            "def go(cls): return JsonSchema(cls), vars(schema)\n",
            "`vars(schema)` at other.py:4 may give this one",
        ),
    ] {
        let other = format!("{other}{send}");
        let files = [("shop/make.py", make), ("shop/other.py", &other)];
        let shop = Shop::new("dynamic", &files);
        let applied = shop.patch();
        let told = shop.left(&applied);
        let shown = told
            .iter()
            .map(|(_, reason)| reason.replace(&shop.0.join("shop/").display().to_string(), ""));
        let shown: Vec<String> = shown.collect();
        assert_eq!(applied.patch, "", "{send}");
        assert!(
            shown.iter().any(|told| told.contains(reason)),
            "{shown:?}\n{reason}"
        );
    }
    let other = format!("{other}def go(cls): return JsonSchema(cls), getattr(cls, 'x')\n");
    let files = [("shop/make.py", make), ("shop/other.py", &other)];
    let applied = Shop::new("static", &files).patch();
    assert_eq!(applied.changed.len(), 1, "{:?}", applied.left);
    // What only names a class is in nobody's way, nor are classes that nothing joins.
    let schema = format!("{SCHEMA}def first(o: Order) -> Item: return o.items[0]\n");
    let files = [
        ("shop/schema.py", schema.as_str()),
        ("shop/make.py", make),
        ("shop/again.py", "from .schema import Item, Order\n"),
        ("shop/deep/__init__.py", "from ..schema import *\n"),
    ];
    let applied = Shop::new("apart", &files).patch();
    assert_eq!(applied.changed.len(), 1, "{:?}", applied.left);
    let schema = format!("{SCHEMA}def first(): return Order()\n");
    let files = [("shop/schema.py", schema.as_str()), ("shop/make.py", make)];
    let applied = Shop::new("defined", &files).patch();
    assert!(applied.changed.is_empty(), "{:?}", applied.changed);
}

#[test]
fn arguments_go_with_their_commas() {
    for (before, after) in [
        ("Order(x=None)", "Order()"),
        ("Order(x=None,)", "Order()"),
        ("Order(x=None, total=1)", "Order(total=1)"),
        ("Order(total=1, x=None)", "Order(total=1)"),
        ("Order(total=1, x=None, y=2)", "Order(total=1)"),
        ("Order(x=None, y=2, total=1)", "Order(total=1)"),
        (
            "Order(total=1, x=None,\n    customer='')",
            "Order(total=1,\n    customer='')",
        ),
        (
            "Order(x=None,\n    customer='')",
            "Order(\n    customer='')",
        ),
        ("Order(\n    x=None,\n    y={'a': [1]},\n)", "Order(\n)"),
        ("Order(total=1\n    , x=None)", "Order(total=1\n    )"),
    ] {
        let text = format!("from .schema import Order\r\nprint({before})\r\n");
        let shop = Shop::new("comma", &[("shop/one.py", &text)]);
        let applied = shop.patch();
        assert_eq!(shop.left(&applied), [], "{before}");
        shop.apply(&applied.patch);
        let expected = format!("from messages.schema import Order\r\nprint({after})\r\n");
        assert_eq!(shop.get("shop/one.py"), expected, "{before}");
    }
}

#[test]
fn many_calls_of_one_file_are_changed() {
    let calls = |argument: &str| -> String {
        let calls =
            (0..3_000).map(|n| format!("def f{n}():\n    return Order(total={n}{argument})\n"));
        calls.collect()
    };
    let text = format!("from .schema import Order\n{}", calls(", x=None"));
    let shop = Shop::new("many", &[("shop/one.py", &text)]);
    let applied = shop.patch();
    assert_eq!(shop.left(&applied), []);
    shop.apply(&applied.patch);
    let expected = format!("from messages.schema import Order\n{}", calls(""));
    assert!(shop.get("shop/one.py") == expected);
}
