use super::*;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("project/tg-schema.toml")).map_err(|e| e.to_string())
}

#[test]
fn an_empty_file_is_the_defaults_beside_it() {
    let config = parse("").unwrap();
    assert_eq!(config.inputs, [Path::new("project/schemas")]);
    assert_eq!(config.out, Path::new("project/generated"));
    assert_eq!(config.targets, Target::ALL);
    assert_eq!(config.rust, item::Options::default());
}

#[test]
fn every_key_is_read() {
    let config = parse(
        "inputs = ['a', '/b/c.toml']\nout = 'o'\ntargets = ['python', 'rust', 'rust']\n\
         [rust]\ncrate = 'crate::wire'\nserde = 'none'\nnon_exhaustive = true\n[python]\npackage = 'x.y'\n\
         [check]\nagainst = ['git:v1', 'tg-schema.lock']\nrequire = 'avro=full'\npeers = ['tg']\n",
    )
    .unwrap();
    let check = &config.check;
    assert_eq!(check.against, ["git:v1", "tg-schema.lock"]);
    let placed = |words: &[Word]| -> Vec<(String, String)> {
        let words = words.iter();
        let at = |word: &Word| config.sources.place(word.span).unwrap();
        words.map(|word| (word.text.clone(), at(word))).collect()
    };
    let place = |text: &str, at: &str| (text.to_owned(), format!("project/tg-schema.toml:{at}"));
    assert_eq!(placed(&check.require), [place("avro=full", "12:11")]);
    assert_eq!(placed(&check.peers), [place("tg", "13:10")]);
    assert_eq!(
        config.inputs,
        [Path::new("project/a"), Path::new("/b/c.toml")]
    );
    assert_eq!(config.out, Path::new("project/o"));
    assert_eq!(config.targets, [Target::Rust, Target::Python]);
    assert_eq!(config.rust.crate_path, "crate::wire");
    assert_eq!(config.rust.serde, item::Serde::None);
    assert!(config.rust.non_exhaustive);
    assert_eq!(config.python_package.as_deref(), Some("x.y"));
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let text = "input = ['a']\nout = 3\ntargets = ['rsut', 4]\n[rust]\ncrate = 'a b'\nserde = 'brige'\nfast = 1\n\
                [python]\npackage = '1x'\n[pyton]\n[check]\nagainst = 1\nrequire = ['']\npeer = ['tg']\n";
    let error = parse(text).unwrap_err();
    for part in [
        "project/tg-schema.toml:1:1",
        "unknown key `input`",
        "did you mean `inputs`?",
        "tg-schema.toml:2:7",
        "an integer where a path as a string belongs",
        "unknown target `rsut`",
        "did you mean `rust`?",
        "`a b` is not a Rust path",
        "did you mean `bridge`?",
        "unknown key `fast`",
        "`1x` is not the name of a Python package",
        "did you mean `python`?",
        "an integer where an array of strings belongs",
        "an empty string",
        "did you mean `peers`?",
    ] {
        assert!(error.contains(part), "{part} is not in\n{error}");
    }
    assert_eq!(error.matches("error:").count(), 12, "{error}");
}

#[test]
fn python_keywords_are_no_packages() {
    for package in ["class", "a.import", "None"] {
        let error = parse(&format!("[python]\npackage = '{package}'\n")).unwrap_err();
        assert!(
            error.contains("no package that Python can import"),
            "{error}"
        );
    }
    assert!(parse("[python]\npackage = 'classes.match_'\n").is_ok());
}

#[test]
fn broken_toml_and_empty_values_are_errors() {
    for text in [
        "inputs = [",
        "inputs = []",
        "out = ''",
        "rust = 1",
        "out = 'a'\nout = 'b'",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}
