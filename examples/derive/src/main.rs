//! A Rust service annotates its structs. Run it with `cargo run -p example-derive`.

use std::collections::BTreeMap;

use tg_schema::{Error, Message, Timestamp, tg_schema};

/// How urgent an alarm is.
#[tg_schema(namespace = "org.example.alarm", rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, PartialEq)]
enum Urgency {
    /// Look at it some time. Also what an older reader makes of an urgency that it does not know.
    #[tg(default)]
    Low,
    /// Look at it now.
    High,
}

/// Something that needs a person.
#[tg_schema(namespace = "org.example.alarm", topic = "q1/plant/alarm/raised")]
#[derive(Clone, Debug, PartialEq)]
struct Alarm {
    /// Which machine.
    machine: String,
    /// How urgent it is.
    #[tg(default = "low")]
    urgency: Urgency,
    /// When it was raised.
    at: Timestamp,
    /// What was measured, by sensor.
    readings: Option<BTreeMap<String, f64>>,
    /// What led to it.
    causes: Option<Vec<Alarm>>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let alarm = Alarm {
        machine: "press 4".into(),
        urgency: Urgency::High,
        at: "2026-01-31T13:05:09.250Z".parse()?,
        readings: Some(BTreeMap::from([("temperature".into(), 81.5)])),
        causes: None,
    };

    let json = alarm.to_json()?;
    println!("JSON   {}", String::from_utf8_lossy(&json));
    assert_eq!(Alarm::from_json(&json)?, alarm);

    let avro = alarm.to_avro()?;
    println!("Avro   {} bytes", avro.len());
    assert_eq!(Alarm::from_avro(&avro)?, alarm);

    let schemas = Alarm::schemas();
    println!("Topic  {}", Alarm::topic().ok_or("the alarm has a topic")?);
    println!("CRC-64 {}", schemas.writer.crc64_hex());
    println!("Avro schema:\n{}", schemas.avro);

    // Absent is not empty, and a wrong message says where it is wrong.
    let calm = Alarm::from_json(br#"{"machine":"m","at":"2026-01-31T00:00:00Z","causes":[]}"#)?;
    assert_eq!(
        (calm.urgency, calm.readings, calm.causes),
        (Urgency::Low, None, Some(vec![]))
    );
    let wrong: Result<Alarm, Error> =
        Alarm::from_json(br#"{"machine":"m","readings":{"t":"hot"}}"#);
    if let Err(e) = wrong {
        println!("Error  {e}");
    }
    Ok(())
}
