//! A server for tests, as helpful, broken or hostile as it is told to be.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

/// A server for one test. It tells the heads of the requests that it got.
pub struct Server {
    pub address: String,
    pub heads: Receiver<String>,
}

/// Starts a server that answers a path.
pub fn serve(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (told, heads) = channel();
    let answer = std::sync::Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (answer, told) = (answer.clone(), told.clone());
            std::thread::spawn(move || one(stream, &told, &*answer));
        }
    });
    Server { address, heads }
}

fn one(mut stream: TcpStream, told: &Sender<String>, answer: &dyn Fn(&str, &mut TcpStream)) {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while reader.read_line(&mut head).is_ok_and(|n| n > 2) {}
    let path = head.split(' ').nth(1).unwrap_or("").to_owned();
    let _ = told.send(head);
    answer(&path, &mut stream);
}

/// Answers with a status and a body.
pub fn send(stream: &mut TcpStream, status: &str, body: &str) {
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}
