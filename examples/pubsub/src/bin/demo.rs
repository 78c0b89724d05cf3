//! Service and client in one process: over memory, or over any other broker.

use std::process::ExitCode;

use clap::Parser;
use example_pubsub::{Client, Common, Work, ask, run, serve};

/// Sends requests to complete a text to a service in the same process.
#[derive(Parser)]
#[command(name = "demo")]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    client: Client,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments {
        common,
        work,
        client,
    } = Arguments::parse();
    run("demo", common, async |program| {
        tokio::select! {
            responder = serve(&program.pubsub, &work) => {
                program.shutdown.add(responder?);
            }
            () = program.signals.next() => return Ok(()),
        }
        ask(program, &client).await
    })
    .await
}
