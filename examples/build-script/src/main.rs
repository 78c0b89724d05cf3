//! Definitions become Rust types in a build script. Run it with `cargo run -p example-build-script`.

use tg_schema::{Date, Message, Uuid};

/// What the build script generated.
mod messages {
    include!(concat!(env!("OUT_DIR"), "/rust/mod.rs"));
}
use messages::library::{LOANS, Loan};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let due: Date = "2026-02-28".parse()?;
    let loan = Loan::new("978-0-13-110362-7", Uuid::default(), due).with_note("torn cover");
    let bytes = loan.to_json()?;
    println!("{LOANS}: {}", String::from_utf8_lossy(&bytes));
    assert_eq!(Loan::from_json(&bytes)?, loan);
    println!("{}", Loan::pulsar_schema());
    Ok(())
}
