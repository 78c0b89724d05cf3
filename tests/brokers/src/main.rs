//! Brokers for scripts: `broker start NAME` leaves one running, `broker run NAME` does so until its input ends.

use std::fmt::Display;
use std::io::BufRead as _;
use std::path::PathBuf;
use std::process::ExitCode;

use tg_test_brokers::{Folder, Mosquitto, Pulsar, PulsarSetup, Setup, process_ended, signal};

const USAGE: &str = "usage: broker start|stop|kill|port|admin NAME\n\
    \x20      broker run pulsar [auth] [tls] [listeners] [deduplication] [throughput] [SETTING=VALUE…]\n\
    \x20      broker fetch pulsar\n\
    NAME: mosquitto or pulsar\n\
    start: starts it on free ports of loopback, and prints the port\n\
    port:  prints the port of the one that was started\n\
    admin: prints the port of its administration (pulsar)\n\
    stop:  ends it, and removes its folder\n\
    kill:  ends it without giving it time, and removes its folder\n\
    run:   starts one, prints its ports as NAME=PORT and, with auth, the token of the role admin; does what lines of\n\
    \x20      its input say (kill, stop, restart, token ROLE, expired-token ROLE, foreign-token ROLE), answers each with\n\
    \x20      a line, and ends the broker when its input ends\n\
    fetch: fetches what pulsar consists of, unless it is there";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["run", "pulsar", how @ ..] => run(how),
        ["fetch", "pulsar"] => Pulsar::fetch(),
        [action, name @ ("mosquitto" | "pulsar")] => match *action {
            "start" => start(name),
            "port" | "admin" => read::<u16>(name, action).map(|port| println!("{port}")),
            "stop" => end(name, "TERM"),
            "kill" => end(name, "KILL"),
            _ => return usage(),
        },
        _ => return usage(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("tg-broker-{name}"))
}

fn start(name: &str) -> Result<(), String> {
    let place = folder(name);
    if place.exists() {
        return Err(format!(
            "{} exists: one was started already",
            place.display()
        ));
    }
    let kept = || Folder::kept(place.clone()).map_err(|e| e.to_string());
    let write = |file: &str, value: &dyn Display| {
        std::fs::write(place.join(file), value.to_string()).map_err(|e| e.to_string())
    };
    let (port, pid) = match name {
        "pulsar" => {
            let setup = PulsarSetup::default();
            installed(Pulsar::missing(&setup))?;
            let broker = Pulsar::start_in(kept()?, setup)?;
            write("admin", &broker.admin_port())?;
            (broker.port(), broker.detach())
        }
        _ => {
            let setup = Setup::default();
            installed(Mosquitto::missing(&setup))?;
            let broker = Mosquitto::start_in(kept()?, setup)?;
            (broker.port(), broker.detach())
        }
    };
    write("port", &port)?;
    write("pid", &pid.ok_or("it does not run")?)?;
    println!("{port}");
    Ok(())
}

fn installed(missing: Option<&str>) -> Result<(), String> {
    missing.map_or(Ok(()), |missing| Err(format!("{missing} is not installed")))
}

fn read<T: std::str::FromStr>(name: &str, file: &str) -> Result<T, String> {
    let text = std::fs::read_to_string(folder(name).join(file))
        .map_err(|_| "none was started".to_owned())?;
    let value = text.trim().parse();
    value.map_err(|_| format!("{file}: {text:?} is no number"))
}

fn end(name: &str, with: &str) -> Result<(), String> {
    let pid = read(name, "pid")?;
    let ended = signal(pid, with).and_then(|()| process_ended(pid));
    std::fs::remove_dir_all(folder(name)).map_err(|e| e.to_string())?;
    ended
}

fn run(how: &[&str]) -> Result<(), String> {
    let mut setup = PulsarSetup::default();
    for word in how {
        setup = match (*word, word.split_once('=')) {
            ("auth", _) => setup.auth(),
            ("tls", _) => setup.tls(),
            ("listeners", _) => setup.listeners(),
            ("throughput", _) => setup.throughput(),
            ("deduplication", _) => setup.deduplication(),
            (_, Some((name, value))) => setup.set(name, value),
            _ => return Err(format!("unknown word {word:?}\n{USAGE}")),
        };
    }
    installed(Pulsar::missing(&setup))?;
    let auth = setup.auth;
    let mut broker = Pulsar::start(setup)?;
    print!("port={} admin={}", broker.port(), broker.admin_port());
    print!(
        " tls={} external={}",
        broker.tls_port(),
        broker.external_port()
    );
    if let Some(made) = broker.certificates() {
        print!(" authority={}", made.authority.display());
    }
    if auth {
        print!(" token={}", broker.token("admin")?);
    }
    println!();
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|e| e.to_string())?;
        let answer = match line.split_once(' ').unwrap_or((&line, "")) {
            ("kill", "") => {
                broker.kill();
                "killed".to_owned()
            }
            ("stop", "") => {
                broker.stop();
                "stopped".to_owned()
            }
            ("restart", "") => {
                broker.restart()?;
                "restarted".to_owned()
            }
            ("token", role) => broker.token(role)?,
            ("expired-token", role) => broker.expired_token(role)?,
            ("foreign-token", role) => broker.foreign_token(role)?,
            _ => return Err(format!("unknown line {line:?}\n{USAGE}")),
        };
        println!("{answer}");
    }
    Ok(())
}
