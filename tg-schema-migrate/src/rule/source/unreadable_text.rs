//! A file is not text in the encoding that it declares.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNREADABLE_TEXT",
    level: Level::Error,
    title: "a file is not text in the encoding that it declares",
    what: "\
        A Python file is UTF-8 unless its first or second line declares another encoding (`# -*- \
        coding: latin-1 -*-`). This one holds bytes that its encoding does not have, or declares an \
        encoding that is not read here. Where Python itself knows no such encoding, or the file begins \
        with the mark of UTF-8 and declares another one, it refuses the file, and nothing in it is \
        looked at.",
    why: "Names and strings would be guessed, and a guessed name is another field on the wire.",
    example: r"```python
# -*- coding: utf-16 -*-
```",
    remedy: "\
        Store the file as UTF-8. A file of old tools may be translated with `iconv -f LATIN1 -t \
        UTF-8`.",
};
