//! Tables of changes: what was, what is, and what comes of it.

/// The cells of a table's rows, without its head: the change, the definition before and after, and the verdicts.
pub fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
}

/// The text that a cell stands for. What begins with no header is fields of a record `R`.
pub fn definition(cell: &str) -> String {
    let mut text = cell.trim().trim_matches('`').replace("; ", "\n");
    let begins = |head: &&str| text.starts_with(*head);
    if !["[", "namespace", "profile"].iter().any(begins) {
        text.insert_str(0, "[record.R.fields]\n");
    }
    text
}
