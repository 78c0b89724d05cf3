//! Service and client in one process: over memory, or over any other broker.

use std::process::ExitCode;

use clap::Parser;
use example_pubsub::{Client, Common, Work, ask, asked_to_end, run, serve};

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
    run("demo", common, async |mut program| {
        let asked = asked_to_end()?;
        let responder = serve(&program.pubsub, &work).await?;
        program.shutdown.add(responder);
        tokio::select! {
            requester = ask(&program.pubsub, &client) => {
                program.shutdown.add(requester?);
            }
            () = asked => {}
        }
        Ok(program)
    })
    .await
}
