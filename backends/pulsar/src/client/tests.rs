//! The client against brokers that do what real ones seldom do.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use pulsar::proto::command_lookup_topic_response::LookupType;
use pulsar::proto::{
    AuthData, BaseCommand, CommandAuthChallenge, CommandConnect, CommandConnected,
    CommandLookupTopic, CommandLookupTopicResponse, CommandPartitionedTopicMetadataResponse,
    CommandPing, base_command::Type,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{Connection, Pool, Role, frame, owner};
use crate::config::PulsarConfig;
use crate::failure::Failure;
use crate::settings::Settings;

const TOPIC: &str = "persistent://tg/flow/x";
const SOON: Duration = Duration::from_secs(60);

/// How a broker answers lookups.
#[derive(Clone, Copy)]
enum Told {
    /// It has the topic.
    Here,
    /// The broker on this port has it, or knows.
    Elsewhere(u16, LookupType),
    /// The broker on this port has it, by way of this one.
    Behind(u16),
}

/// What a broker was asked.
#[derive(Debug, PartialEq)]
enum Asked {
    Connect(CommandConnect),
    Lookup(CommandLookupTopic),
}

struct Fake {
    port: u16,
    listener: TcpListener,
    asked: mpsc::UnboundedReceiver<Asked>,
    tell: mpsc::UnboundedSender<Asked>,
}

impl Fake {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (tell, asked) = mpsc::unbounded_channel();
        Fake {
            port,
            listener,
            asked,
            tell,
        }
    }
    /// Answers from now on. What it is asked comes back.
    fn run(self, told: Told) -> mpsc::UnboundedReceiver<Asked> {
        let Fake {
            port,
            listener,
            asked,
            tell,
        } = self;
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, port, told, tell.clone()));
            }
        });
        asked
    }
}

fn of(kind: Type) -> BaseCommand {
    BaseCommand {
        r#type: kind.into(),
        ..BaseCommand::default()
    }
}

fn connected() -> BaseCommand {
    BaseCommand {
        connected: Some(CommandConnected {
            server_version: "a fake".to_owned(),
            ..CommandConnected::default()
        }),
        ..of(Type::Connected)
    }
}

async fn write(stream: &mut TcpStream, command: &BaseCommand) {
    let mut output = BytesMut::new();
    frame::write(command, &mut output);
    // The other end may be gone.
    let _gone = stream.write_all(&output).await;
}

async fn read(stream: &mut TcpStream, input: &mut BytesMut) -> Option<BaseCommand> {
    loop {
        if let Some(frame) = frame::read(input, 1_000).expect("a frame") {
            return Some(frame.command);
        }
        if stream.read_buf(input).await.ok()? == 0 {
            return None;
        }
    }
}

async fn serve(mut stream: TcpStream, port: u16, told: Told, asked: mpsc::UnboundedSender<Asked>) {
    let mut input = BytesMut::new();
    while let Some(command) = read(&mut stream, &mut input).await {
        let answer = if let Some(connect) = command.connect {
            let _gone = asked.send(Asked::Connect(connect));
            connected()
        } else if let Some(question) = command.partition_metadata {
            BaseCommand {
                partition_metadata_response: Some(CommandPartitionedTopicMetadataResponse {
                    request_id: question.request_id,
                    ..CommandPartitionedTopicMetadataResponse::default()
                }),
                ..of(Type::PartitionedMetadataResponse)
            }
        } else if let Some(lookup) = command.lookup_topic {
            let (to, response) = match told {
                Told::Here => (port, LookupType::Connect),
                Told::Elsewhere(to, response) => (to, response),
                Told::Behind(to) => (to, LookupType::Connect),
            };
            let request_id = lookup.request_id;
            let _gone = asked.send(Asked::Lookup(lookup));
            BaseCommand {
                lookup_topic_response: Some(CommandLookupTopicResponse {
                    broker_service_url: Some(format!("pulsar://127.0.0.1:{to}")),
                    response: Some(response.into()),
                    request_id,
                    authoritative: Some(true),
                    proxy_through_service_url: Some(matches!(told, Told::Behind(_))),
                    ..CommandLookupTopicResponse::default()
                }),
                ..of(Type::LookupResponse)
            }
        } else {
            continue;
        };
        write(&mut stream, &answer).await;
    }
}

fn config(port: u16) -> PulsarConfig {
    PulsarConfig::new(format!("pulsar://127.0.0.1:{port}"))
}

fn settings(config: &PulsarConfig) -> Settings {
    Settings::of(config).expect("settings")
}

fn lookups(asked: &mut mpsc::UnboundedReceiver<Asked>) -> Vec<(bool, Option<String>)> {
    let mut lookups = Vec::new();
    while let Ok(asked) = asked.try_recv() {
        if let Asked::Lookup(lookup) = asked {
            lookups.push((
                lookup.authoritative.unwrap_or_default(),
                lookup.advertised_listener_name,
            ));
        }
    }
    lookups
}

#[tokio::test]
async fn a_topic_is_where_its_broker_says_by_the_listener_that_was_named() {
    let (first, second, third) = (Fake::new().await, Fake::new().await, Fake::new().await);
    let (one, two, three) = (first.port, second.port, third.port);
    let mut first = first.run(Told::Elsewhere(two, LookupType::Redirect));
    let mut second = second.run(Told::Elsewhere(three, LookupType::Connect));
    let mut third = third.run(Told::Here);
    let pool = Pool::new(settings(&config(one).listener("outside").token("t")));
    let (connection, partitions) = owner(&pool, Role::Produce, TOPIC).await.expect("found");
    assert_eq!(partitions, 0);
    assert!(connection.place().ends_with(&format!(":{three}")));
    let outside = Some("outside".to_owned());
    assert_eq!(lookups(&mut first), [(false, outside.clone())]);
    assert_eq!(lookups(&mut second), [(true, outside)]);
    let Ok(Asked::Connect(connect)) = third.try_recv() else {
        panic!("it was connected to");
    };
    assert_eq!(connect.auth_method_name.as_deref(), Some("token"));
    assert_eq!(connect.auth_data.as_deref(), Some(&b"t"[..]));
    assert_eq!(connect.proxy_to_broker_url, None);
    // The connection is used again, and another one is for consumers.
    let (again, _) = owner(&pool, Role::Produce, TOPIC).await.expect("found");
    assert!(Arc::ptr_eq(&again, &connection));
    let (other, _) = owner(&pool, Role::Consume, TOPIC).await.expect("found");
    assert!(!Arc::ptr_eq(&other, &connection));
}

#[tokio::test]
async fn a_proxy_is_told_where_to_pass_us_on() {
    let proxy = Fake::new().await;
    let port = proxy.port;
    let mut asked = proxy.run(Told::Behind(1));
    let pool = Pool::new(settings(&config(port)));
    let (connection, _) = owner(&pool, Role::Consume, TOPIC).await.expect("found");
    assert!(connection.place().ends_with(&format!(":{port}")));
    let mut passed = Vec::new();
    while let Ok(asked) = asked.try_recv() {
        if let Asked::Connect(connect) = asked {
            passed.push(connect.proxy_to_broker_url);
        }
    }
    assert_eq!(passed, [None, Some("pulsar://127.0.0.1:1".to_owned())]);
}

#[tokio::test]
async fn brokers_that_point_to_each_other_are_left() {
    let (first, second) = (Fake::new().await, Fake::new().await);
    let (one, two) = (first.port, second.port);
    let _first = first.run(Told::Elsewhere(two, LookupType::Redirect));
    let _second = second.run(Told::Elsewhere(one, LookupType::Redirect));
    let pool = Pool::new(settings(&config(one)));
    let found = timeout(SOON, owner(&pool, Role::Produce, TOPIC)).await;
    let failed = found.expect("in time").err().expect("not found");
    assert!(matches!(failed, Failure::NotReady(_)), "{failed:?}");
}

/// A connection to something that does this after it was connected to.
async fn connect<F>(
    config: impl FnOnce(u16) -> PulsarConfig,
    act: impl FnOnce(TcpStream, BytesMut) -> F + Send + 'static,
) -> Connection
where
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut input = BytesMut::new();
        read(&mut stream, &mut input).await.expect("a greeting");
        write(&mut stream, &connected()).await;
        act(stream, input).await;
    });
    let settings = Arc::new(settings(&config(port)));
    let connection = Connection::open(&settings.service, None, &settings).await;
    connection.expect("connected")
}

/// Why the connection ended.
async fn end(connection: &Connection) -> String {
    let ended = async {
        loop {
            if let Some(why) = connection.ended() {
                return why.text();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SOON, ended).await.expect("an end in time")
}

#[tokio::test]
async fn signs_of_life_are_given_and_missed() {
    let lively = |port| {
        let mut config = config(port);
        config.keep_alive = Duration::from_secs(1);
        config
    };
    let (tell, mut told) = mpsc::unbounded_channel();
    let connection = connect(lively, |mut stream, mut input| async move {
        let ping = BaseCommand {
            ping: Some(CommandPing {}),
            ..of(Type::Ping)
        };
        for _ in 0..3 {
            write(&mut stream, &ping).await;
            let answer = read(&mut stream, &mut input).await.expect("an answer");
            tell.send(answer.pong.is_some()).expect("a test");
        }
        // From now on nothing, and the connection stays.
        while read(&mut stream, &mut input).await.is_some() {}
    })
    .await;
    assert!(end(&connection).await.contains("no sign of life for 2s"));
    for _ in 0..3 {
        assert_eq!(told.recv().await, Some(true));
    }
}

#[tokio::test]
async fn what_no_broker_says_ends_the_connection_and_all_that_wait() {
    let connection = connect(config, |mut stream, mut input| async move {
        read(&mut stream, &mut input).await.expect("a question");
        stream.write_all(&[0x7f; 64]).await.expect("written");
        read(&mut stream, &mut input).await;
    })
    .await;
    let asked = connection.ask("lookup", TOPIC, |number| {
        super::command::partitions(TOPIC, number)
    });
    let answer = timeout(SOON, asked).await.expect("in time");
    assert!(matches!(&answer, Err(Failure::Connection(why)) if why.contains("2139062143 bytes")));
    let late = connection.ask("lookup", TOPIC, |number| {
        super::command::partitions(TOPIC, number)
    });
    assert_eq!(late.await.err(), answer.err());
}

#[tokio::test]
async fn a_broker_that_does_not_answer_is_not_waited_for_longer_than_was_said() {
    let impatient = |port| {
        let mut config = config(port);
        config.operation_timeout = Duration::from_millis(300);
        config
    };
    let connection = connect(impatient, |mut stream, mut input| async move {
        while read(&mut stream, &mut input).await.is_some() {}
    })
    .await;
    let asked = connection.ask("lookup", TOPIC, |number| {
        super::command::partitions(TOPIC, number)
    });
    let after = Duration::from_millis(300);
    assert_eq!(asked.await.err(), Some(Failure::Timeout("lookup", after)));
}

#[tokio::test]
async fn a_server_of_another_protocol_is_told_from_a_broker() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let settings = Arc::new(settings(&config(port)));
    let opening = Connection::open(&settings.service, None, &settings);
    let serving = async {
        let (mut stream, _) = listener.accept().await.expect("a client");
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .expect("written");
        stream
    };
    let (opened, _stream) = tokio::join!(opening, serving);
    let Some(Failure::Connection(why)) = opened.err() else {
        panic!("no broker is there");
    };
    assert!(why.contains("HTTP administration"), "{why}");
}

#[tokio::test]
async fn a_challenge_is_answered_with_the_token() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut input = BytesMut::new();
        read(&mut stream, &mut input).await.expect("a greeting");
        let challenge = BaseCommand {
            auth_challenge: Some(CommandAuthChallenge {
                challenge: Some(AuthData::default()),
                ..CommandAuthChallenge::default()
            }),
            ..of(Type::AuthChallenge)
        };
        let mut answers = Vec::new();
        for _ in 0..2 {
            // Before and after it is connected.
            write(&mut stream, &challenge).await;
            let answer = read(&mut stream, &mut input).await.expect("an answer");
            let answer = answer.auth_response.and_then(|a| a.response);
            answers.push(answer.and_then(|a| a.auth_data).unwrap_or_default());
            write(&mut stream, &connected()).await;
        }
        answers
    });
    let settings = Arc::new(settings(&config(port).token("secret")));
    let connection = Connection::open(&settings.service, None, &settings).await;
    let _connection = connection.expect("connected");
    let answers = timeout(SOON, serving)
        .await
        .expect("in time")
        .expect("answers");
    assert_eq!(answers, [b"secret".to_vec(), b"secret".to_vec()]);
}

/// Many that need one broker make one attempt, and are told its outcome together.
#[tokio::test]
async fn those_that_wait_for_an_attempt_share_its_failure() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let mut config = PulsarConfig::new(format!("pulsar://127.0.0.1:{port}"));
    config.connect_timeout = Duration::from_millis(500);
    let pool = Arc::new(Pool::new(Settings::of(&config).expect("settings")));
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let pool = Arc::clone(&pool);
        waiting.spawn(async move { owner(&pool, Role::Consume, TOPIC).await.err() });
    }
    let mut accepted = Vec::new();
    let told = async {
        let mut told = Vec::new();
        while let Some(failed) = waiting.join_next().await {
            told.push(failed.expect("a task"));
        }
        told
    };
    let accepting = async {
        loop {
            accepted.push(silent.accept().await.expect("a connection"));
        }
    };
    let told = tokio::select! {
        told = timeout(SOON, told) => told.expect("in time"),
        never = accepting => never,
    };
    assert!(
        told.iter()
            .all(|why| matches!(why, Some(Failure::Connection(_)))),
        "{told:?}"
    );
    assert_eq!((told.len(), accepted.len()), (50, 1));
    // The next one tries for itself.
    let (failed, again) = tokio::join!(owner(&pool, Role::Consume, TOPIC), silent.accept());
    assert!(failed.is_err() && again.is_ok());
}
