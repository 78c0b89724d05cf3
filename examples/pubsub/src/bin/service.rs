//! Answers requests until it is asked to end.

use std::process::ExitCode;

use clap::Parser;
use example_pubsub::{Common, Work, run, serve};

/// Answers requests to complete a text, until ctrl-c.
#[derive(Parser)]
#[command(name = "service")]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    work: Work,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { common, work } = Arguments::parse();
    run("service", common, async |program| {
        let mut responder = tokio::select! {
            responder = serve(&program.pubsub, &work) => responder?,
            () = program.signals.next() => return Ok(()),
        };
        println!("service: ready");
        let ended = tokio::select! {
            () = program.signals.next() => Ok(()),
            // Something that waiting does not heal, such as a password that was changed.
            ended = responder.ended() => ended,
        };
        println!("service: draining, {} in progress", responder.active());
        program.shutdown.add(responder);
        Ok(ended?)
    })
    .await
}
