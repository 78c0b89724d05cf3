//! Sends requests, prints the responses, and ends.

use std::process::ExitCode;

use clap::Parser;
use example_pubsub::{Client, Common, ask, run};

/// Sends requests to complete a text. A service has to run on the same broker.
#[derive(Parser)]
#[command(name = "client")]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    client: Client,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { common, client } = Arguments::parse();
    run("client", common, async |program| {
        ask(program, &client).await
    })
    .await
}
