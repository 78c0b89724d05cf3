//! Shapes that are all of one kind, as users of other libraries would write them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::base64;

type Map<T> = BTreeMap<String, T>;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    Planned,
    Started,
    Paused,
    Resumed,
    Finished,
    Cancelled,
    Failed,
    Archived,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    Light,
    Heavy,
}

peers! {
    Mails { mails: Vec<String> }
    Ids { ids: Vec<i64> }
    Person {
        name: String,
        mail: String,
        #[json(default, skip_serializing_if = "Option::is_none")] age: Option<i32>,
        score: f64,
    }
    People { people: Map<Person> }
    Tables { rows: Vec<Map<String>> }
    Phases { list: Vec<Phase>, by: Map<Phase> }
    Flags { flags: Vec<bool> }
    Chat { lines: Vec<String> }
    Index { terms: Map<Vec<String>> }
    Profile {
        #[json(default, skip_serializing_if = "Option::is_none")] first_name: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] last_name: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] email: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] phone: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] street: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] city: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] country: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] age: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] height: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] visits: Option<i64>,
        #[json(default, skip_serializing_if = "Option::is_none")] verified: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] score: Option<f32>,
        #[json(default, skip_serializing_if = "Option::is_none")] tags: Option<Vec<String>>,
        #[json(default, skip_serializing_if = "Option::is_none")] settings: Option<Map<String>>,
        #[json(default, skip_serializing_if = "Option::is_none")] language: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] last_seen: Option<i64>,
    }
    Profiles { profiles: Vec<Profile> }
    Survey {
        #[json(default, skip_serializing_if = "Option::is_none")] answer_00: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_01: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_02: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_03: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_04: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_05: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_06: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_07: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_08: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_09: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_10: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_11: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_12: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_13: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_14: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_15: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_16: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_17: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_18: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_19: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_20: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_21: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_22: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_23: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_24: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_25: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_26: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_27: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_28: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_29: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_30: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_31: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_32: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_33: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_34: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_35: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_36: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_37: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_38: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_39: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_40: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_41: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_42: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_43: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_44: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_45: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_46: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_47: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_48: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_49: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_50: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_51: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_52: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_53: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_54: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_55: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_56: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_57: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_58: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_59: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_60: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_61: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_62: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_63: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_64: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_65: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_66: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_67: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_68: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_69: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_70: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_71: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_72: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_73: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_74: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_75: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_76: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_77: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_78: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] answer_79: Option<bool>,
    }
    Surveys { surveys: Vec<Survey> }
    Outline { name: String, rings: Vec<Vec<Vec<f64>>> }
    Outlines { outlines: Vec<Outline> }
    Prices { prices: Vec<f64> }
    Letters { letters: Vec<String> }
    Meter {
        channel_of_the_meter_00: i32,
        channel_of_the_meter_01: i32,
        channel_of_the_meter_02: i32,
        channel_of_the_meter_03: i32,
        channel_of_the_meter_04: i32,
        channel_of_the_meter_05: i32,
        channel_of_the_meter_06: i32,
        channel_of_the_meter_07: i32,
        channel_of_the_meter_08: i32,
        channel_of_the_meter_09: i32,
        channel_of_the_meter_10: i32,
        channel_of_the_meter_11: i32,
        channel_of_the_meter_12: i32,
        channel_of_the_meter_13: i32,
        channel_of_the_meter_14: i32,
        channel_of_the_meter_15: i32,
        channel_of_the_meter_16: i32,
        channel_of_the_meter_17: i32,
        channel_of_the_meter_18: i32,
        channel_of_the_meter_19: i32,
        channel_of_the_meter_20: i32,
        channel_of_the_meter_21: i32,
        channel_of_the_meter_22: i32,
        channel_of_the_meter_23: i32,
    }
    Meters { meters: Vec<Meter> }
    Gauges { gauges: Vec<Map<f64>> }
    Sensors { device: String, temperatures: Vec<f32>, counts: Vec<i32>, ticks: Vec<i64> }
    Garment {
        phase: Phase,
        #[json(default, skip_serializing_if = "Option::is_none")] before: Option<Phase>,
        phases: Vec<Phase>,
        stock: Map<Phase>,
    }
    Garments { garments: Vec<Garment> }
    Shipment {
        #[avro(rename = "shipmentIdentificationNumber")] #[json(rename = "shipmentIdentificationNumber")] id: String,
        #[avro(rename = "originatingWarehouseCode")] #[json(rename = "originatingWarehouseCode")] from: String,
        #[avro(rename = "destinationAddressLine1")] #[json(rename = "destinationAddressLine1")] line1: String,
        #[avro(rename = "destinationAddressLine2")]
        #[json(rename = "destinationAddressLine2", default, skip_serializing_if = "Option::is_none")]
        line2: Option<String>,
        #[avro(rename = "estimatedDeliveryEpochMillis")]
        #[json(rename = "estimatedDeliveryEpochMillis")]
        estimated: i64,
        #[avro(rename = "actualDeliveryEpochMillis")]
        #[json(rename = "actualDeliveryEpochMillis", default, skip_serializing_if = "Option::is_none")]
        actual: Option<i64>,
        #[avro(rename = "numberOfPackagesInShipment")] #[json(rename = "numberOfPackagesInShipment")] packages: i32,
        #[avro(rename = "requiresSignatureOnDelivery")] #[json(rename = "requiresSignatureOnDelivery")] signed: bool,
    }
    Shipments {
        #[avro(rename = "shipmentsInThisManifest")] #[json(rename = "shipmentsInThisManifest")] shipments: Vec<Shipment>,
    }
    Flat {
        i00: i32,
        i01: i32,
        i02: i32,
        i03: i32,
        i04: i32,
        i05: i32,
        i06: i32,
        i07: i32,
        i08: i32,
        i09: i32,
        i10: i32,
        i11: i32,
        i12: i32,
        i13: i32,
        i14: i32,
        i15: i32,
        i16: i32,
        i17: i32,
        i18: i32,
        i19: i32,
        i20: i32,
        i21: i32,
        i22: i32,
        i23: i32,
        i24: i32,
        i25: i32,
        i26: i32,
        i27: i32,
        i28: i32,
        i29: i32,
        i30: i32,
        i31: i32,
        i32: i32,
        i33: i32,
        i34: i32,
        i35: i32,
        i36: i32,
        i37: i32,
        i38: i32,
        i39: i32,
        i40: i32,
        i41: i32,
        i42: i32,
        i43: i32,
        i44: i32,
        i45: i32,
        i46: i32,
        i47: i32,
        i48: i32,
        i49: i32,
        i50: i32,
        i51: i32,
        i52: i32,
        i53: i32,
        i54: i32,
        i55: i32,
        i56: i32,
        i57: i32,
        i58: i32,
        i59: i32,
    }
    Link {
        name: String,
        #[json(default, skip_serializing_if = "Option::is_none")] next: Option<Box<Link>>,
    }
    Member {
        name: String,
        age: i32,
        #[json(default, skip_serializing_if = "Option::is_none")] mail: Option<String>,
    }
    Groups { groups: Map<Vec<Member>> }
    Strings {
        #[json(default, skip_serializing_if = "Option::is_none")] s00: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s01: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s02: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s03: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s04: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s05: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s06: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s07: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s08: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s09: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s10: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s11: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s12: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s13: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s14: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s15: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s16: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s17: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s18: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s19: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s20: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s21: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s22: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s23: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s24: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s25: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s26: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s27: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s28: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] s29: Option<String>,
    }
    State {
        phase: Phase,
        weight: Weight,
        #[json(default, skip_serializing_if = "Option::is_none")] before: Option<Phase>,
    }
    States { states: Vec<State> }
    Face { width: f64, height: f64, label: String }
    Part {
        #[json(default, skip_serializing_if = "Option::is_none")] front: Option<Face>,
        #[json(default, skip_serializing_if = "Option::is_none")] back: Option<Face>,
        #[json(default, skip_serializing_if = "Option::is_none")] side: Option<Face>,
    }
    Parts { parts: Vec<Part> }
    Empties {
        a: String,
        b: String,
        c: String,
        d: String,
        many: Vec<String>,
        none: Vec<String>,
        nothing: Map<String>,
    }
    Code { file: String, lines: Vec<String> }
    Counts { counts: Vec<i32>, flags: Vec<bool> }
    Matrix { rows: Vec<Vec<f32>> }
    Piece { #[avro(with = "serde_bytes")] #[json(with = "base64")] content: Vec<u8> }
    Pieces { pieces: Vec<Piece> }
    Sparse { rows: Vec<Strings> }
    Journal { lines: Vec<String> }
    Counters { counters: Map<i64>, gauges: Map<f64> }
}
