//! `pom.xml` into the class path of the broker, by Maven.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// Maven's plugin and goal that write a class path.
const GOAL: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";

/// The program that is missing, if one is.
pub(super) fn missing() -> Option<&'static str> {
    if !process::is_installed("mvn") {
        return Some("Maven");
    }
    let version = Command::new("java").arg("-version").output();
    let recent = version.is_ok_and(|said| is_recent(&String::from_utf8_lossy(&said.stderr)));
    (!recent).then_some("Java 17 or newer")
}

/// Whether `java -version` names 17 or a later version.
fn is_recent(said: &str) -> bool {
    let number = said
        .split_once("version \"")
        .and_then(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next());
    number
        .and_then(|n| n.parse::<u32>().ok())
        .is_some_and(|n| n >= 17)
}

/// The class path. The first time on a machine, Maven fetches the jars into its local repository.
pub(super) fn class_path() -> Result<String, String> {
    let sources = sources();
    let folder = sources.join("../../../target/pulsar-broker");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    // Tests in other processes wait for the one that fetches.
    let lock = File::create(folder.join("lock")).map_err(|e| e.to_string())?;
    lock.lock().map_err(|e| e.to_string())?;
    let (pom, kept) = (sources.join("pom.xml"), folder.join("class-path"));
    if let Some(path) = still_good(&pom, &kept) {
        return Ok(path);
    }
    if maven(&pom, &kept, true).is_err() {
        maven(&pom, &kept, false)?;
    }
    std::fs::read_to_string(&kept).map_err(|e| format!("{}: {e}", kept.display()))
}

/// The folder of `pom.xml` and the broker's configuration.
pub(super) fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pulsar")
}

/// The class path that was written last, if it is newer than `pom.xml` and its jars are there.
fn still_good(pom: &Path, kept: &Path) -> Option<String> {
    let changed = |file: &Path| std::fs::metadata(file).and_then(|m| m.modified()).ok();
    if changed(kept)? <= changed(pom)? {
        return None;
    }
    let path = std::fs::read_to_string(kept).ok()?;
    let there = std::env::split_paths(&path).all(|jar| jar.is_file());
    there.then_some(path)
}

fn maven(pom: &Path, into: &Path, offline: bool) -> Result<(), String> {
    let mut command = Command::new("mvn");
    command.args(["-q", "-B"]);
    if offline {
        command.arg("-o");
    }
    command
        .arg("-f")
        .arg(pom)
        .arg(GOAL)
        .arg("-DincludeScope=runtime");
    let mut output = std::ffi::OsString::from("-Dmdep.outputFile=");
    output.push(into);
    command.arg(output);
    let done = command.output().map_err(|e| format!("mvn: {e}"))?;
    match done.status.success() {
        true => Ok(()),
        // Maven tells what is wrong on its standard output.
        false => Err(format!("mvn: {}", String::from_utf8_lossy(&done.stdout))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_java() {
        let said = |version: &str| format!("openjdk version \"{version}\" 2025-04-15\n");
        for (version, recent) in [
            ("17.0.15", true),
            ("21", true),
            ("1.8.0_452", false),
            ("11.0.2", false),
        ] {
            assert_eq!(is_recent(&said(version)), recent, "{version}");
        }
        assert!(!is_recent("command not found"));
    }
}
