//! Brokers for shell scripts: `broker start mosquitto` prints the port; `broker stop` and `broker kill` end it.

use std::path::PathBuf;
use std::process::ExitCode;

use tg_test_brokers::{Folder, Mosquitto, Setup, signal};

const USAGE: &str = "usage: broker start|stop|kill|port NAME\n\
    NAME: mosquitto\n\
    start: starts it on a free port of loopback, and prints the port\n\
    port:  prints the port of the one that was started\n\
    stop:  ends it, and removes its folder\n\
    kill:  ends it without giving it time, and removes its folder";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [action, name] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if name != "mosquitto" {
        eprintln!("unknown broker {name:?}\n{USAGE}");
        return ExitCode::from(2);
    }
    let done = match action.as_str() {
        "start" => start(),
        "port" => port().map(|port| println!("{port}")),
        "stop" => end("TERM"),
        "kill" => end("KILL"),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn folder() -> PathBuf {
    std::env::temp_dir().join("tg-broker-mosquitto")
}

fn start() -> Result<(), String> {
    if folder().exists() {
        return Err(format!(
            "{} exists: one was started already",
            folder().display()
        ));
    }
    let setup = Setup::default();
    if let Some(missing) = Mosquitto::missing(&setup) {
        return Err(format!("{missing} is not installed"));
    }
    let kept = Folder::kept(folder()).map_err(|e| e.to_string())?;
    let broker = Mosquitto::start_in(kept, setup)?;
    let port = broker.port();
    let pid = broker.detach().ok_or("it does not run")?;
    let write = |name: &str, value: String| {
        std::fs::write(folder().join(name), value).map_err(|e| e.to_string())
    };
    write("port", port.to_string())?;
    write("pid", pid.to_string())?;
    println!("{port}");
    Ok(())
}

fn port() -> Result<u16, String> {
    read("port")
}

fn read<T: std::str::FromStr>(name: &str) -> Result<T, String> {
    let text =
        std::fs::read_to_string(folder().join(name)).map_err(|_| "none was started".to_owned())?;
    let value = text.trim().parse();
    value.map_err(|_| format!("{name}: {text:?} is no number"))
}

fn end(with: &str) -> Result<(), String> {
    let ended = signal(read("pid")?, with);
    std::fs::remove_dir_all(folder()).map_err(|e| e.to_string())?;
    ended
}
