//! Times into a picture: horizontal bars of how many times as long as ours, on a logarithmic scale.
//!
//! A bar to the right of the line is slower than ours, one to the left is faster. The colours suit light and
//! dark pages.

use std::fmt::Write;

use crate::report::Report;
use crate::shapes::MAIN;

const AVRO: [&str; 4] = ["serde_avro_fast", "apache-avro", "prost", "limit"];
const JSON: [&str; 4] = ["serde_json", "sonic-rs", "simd-json", "limit"];
const PANELS: [(&str, &str, [&str; 4]); 4] = [
    ("avro-encode", "Avro, encode", AVRO),
    ("avro-decode", "Avro, decode", AVRO),
    ("json-encode", "JSON, encode", JSON),
    ("json-decode", "JSON, decode", JSON),
];

const WIDTH: f64 = 920.0;
const PANEL: f64 = WIDTH / 2.0;
const ROW: f64 = 15.0;
const SHAPE: f64 = ROW * 4.0 + 10.0;
const HEAD: f64 = 40.0;
const NAMES: f64 = 172.0;
const LABEL: f64 = 46.0;
/// Bars beyond these ratios are cut.
const LEAST: f64 = 0.25;
const MOST: f64 = 64.0;

const STYLE: &str = "
    text { font: 12px system-ui, sans-serif; fill: #24292f; }
    .title { font-size: 14px; font-weight: 600; }
    .shape { font-weight: 600; }
    .soft { fill: #57606a; font-size: 11px; }
    .line { stroke: #24292f; stroke-width: 1; }
    .grid { stroke: #8b949e; stroke-width: 0.5; stroke-dasharray: 2 3; }
    .slower { fill: #4078c0; }
    .faster { fill: #cf5c2b; }
    .limit { fill: #8b949e; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .soft { fill: #9da7b1; }
      .line { stroke: #e6edf3; }
      .slower { fill: #6ea8fe; }
      .faster { fill: #f0883e; }
    }";

/// Where a ratio lies in a panel.
fn position(ratio: f64) -> f64 {
    let share = (ratio.clamp(LEAST, MOST) / LEAST).ln() / (MOST / LEAST).ln();
    NAMES + share * (PANEL - NAMES - LABEL)
}

pub fn svg(report: &Report) -> String {
    let panel = HEAD + SHAPE * 4.0 + 24.0;
    let height = panel * 2.0 + 40.0;
    let mut out = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="How many times as long as tg-schema other libraries take">
  <style>{STYLE}
  </style>
"#
    );
    for (i, (op, title, who)) in PANELS.iter().enumerate() {
        let (x, y) = ((i % 2) as f64 * PANEL, (i / 2) as f64 * panel);
        let _ = writeln!(out, r#"  <g transform="translate({x} {y})">"#);
        panel_into(&mut out, report, op, title, who);
        out.push_str("  </g>\n");
    }
    let _ = write!(
        out,
        r#"  <text class="soft" x="12" y="{}">How many times as long as tg-schema takes, on a logarithmic scale: right of the line is slower, left is faster.</text>
  <text class="soft" x="12" y="{}">&#8220;limit&#8221; is a codec written by hand for that one type; prost writes protocol buffers of the same content.</text>
</svg>
"#,
        panel * 2.0 + 12.0,
        panel * 2.0 + 28.0,
    );
    out
}

fn panel_into(out: &mut String, report: &Report, op: &str, title: &str, who: &[&str]) {
    let bottom = HEAD + SHAPE * 4.0;
    let _ = writeln!(
        out,
        r#"    <text class="title" x="12" y="18">{title}</text>"#
    );
    for ratio in [0.5, 2.0, 4.0, 8.0, 16.0, 32.0] {
        let x = position(ratio);
        let _ = writeln!(
            out,
            r#"    <line class="grid" x1="{x:.1}" x2="{x:.1}" y1="{HEAD}" y2="{bottom}"/><text class="soft" x="{x:.1}" y="{}" text-anchor="middle">{ratio}</text>"#,
            HEAD - 6.0
        );
    }
    for (i, shape) in MAIN.iter().enumerate() {
        let top = HEAD + SHAPE * i as f64 + 5.0;
        let _ = writeln!(
            out,
            r#"    <text class="shape" x="12" y="{:.1}">{shape}</text>"#,
            top + 11.0
        );
        let Some(ours) = report.find(shape, op, "ours") else {
            continue;
        };
        for (k, who) in who.iter().enumerate() {
            let Some(times) = report.find(shape, op, who) else {
                continue;
            };
            let ratio = times.over(ours).median;
            bar_into(out, who, ratio, top + ROW * k as f64);
        }
    }
    let x = position(1.0);
    let _ = writeln!(
        out,
        r#"    <line class="line" x1="{x:.1}" x2="{x:.1}" y1="{HEAD}" y2="{bottom}"/><text class="soft" x="{x:.1}" y="{}" text-anchor="middle">1</text>"#,
        HEAD - 6.0
    );
}

fn bar_into(out: &mut String, who: &str, ratio: f64, y: f64) {
    let class = match who {
        "limit" => "limit",
        _ if ratio < 1.0 => "faster",
        _ => "slower",
    };
    let (one, end) = (position(1.0), position(ratio));
    let (left, width) = (one.min(end), (end - one).abs().max(0.5));
    let digits = if ratio < 10.0 { 2 } else { 0 };
    let _ = writeln!(
        out,
        r#"    <text class="soft" x="{:.1}" y="{:.1}" text-anchor="end">{who}</text><rect class="{class}" x="{left:.1}" y="{y:.1}" width="{width:.1}" height="{:.1}"/><text class="soft" x="{:.1}" y="{:.1}">{ratio:.digits$}&#215;</text>"#,
        NAMES - 6.0,
        y + 11.0,
        ROW - 3.0,
        one.max(end) + 4.0,
        y + 11.0,
    );
}
