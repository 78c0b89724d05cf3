//! What ties code to Pulsar: one module a rule.

use tg_schema_model::rule::Chapter;

pub mod authentication;
pub mod chunking;
pub mod client_attribute;
pub mod client_class;
pub mod client_helper;
pub mod client_option;
pub mod client_parameter;
pub mod client_subclass;
pub mod command_line_flag;
pub mod connection_call;
pub mod consumer_type;
pub mod environment_variable;
pub mod handed_through;
pub mod initial_position;
pub mod listener_name;
pub mod message_call;
pub mod message_listener;
pub mod producer_call;
pub mod pulsar_client;
pub mod pulsar_consumer;
pub mod pulsar_enum;
pub mod pulsar_exception;
pub mod pulsar_function;
pub mod pulsar_import;
pub mod pulsar_logger;
pub mod pulsar_producer;
pub mod pulsar_reader;
pub mod schema_wrapper;
pub mod send_callback;
pub mod send_option;
pub mod service_url;
pub mod topic_uri;
pub mod wrapped_client;

/// These rules.
pub const CHAPTER: Chapter = Chapter {
    title: "What ties code to Pulsar",
    rules: &[
        &authentication::RULE,
        &chunking::RULE,
        &client_attribute::RULE,
        &client_class::RULE,
        &client_helper::RULE,
        &client_option::RULE,
        &client_parameter::RULE,
        &client_subclass::RULE,
        &command_line_flag::RULE,
        &connection_call::RULE,
        &consumer_type::RULE,
        &environment_variable::RULE,
        &handed_through::RULE,
        &initial_position::RULE,
        &listener_name::RULE,
        &message_call::RULE,
        &message_listener::RULE,
        &producer_call::RULE,
        &pulsar_client::RULE,
        &pulsar_consumer::RULE,
        &pulsar_enum::RULE,
        &pulsar_exception::RULE,
        &pulsar_function::RULE,
        &pulsar_import::RULE,
        &pulsar_logger::RULE,
        &pulsar_producer::RULE,
        &pulsar_reader::RULE,
        &schema_wrapper::RULE,
        &send_callback::RULE,
        &send_option::RULE,
        &service_url::RULE,
        &topic_uri::RULE,
        &wrapped_client::RULE,
    ],
};
