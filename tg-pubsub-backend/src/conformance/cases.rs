//! Every case, in the order in which they are run.

mod faults;
mod limits;
mod lives;
mod messages;
mod settlements;
mod subscriptions;
mod told;

use tg_schema::pubsub::Feature;

use super::case::Need::{Can, Has, Takes};
use super::{Case, Hook};
use crate::conformance_case as case;

/// Every case.
pub const CASES: &[Case] = &[
    case!(
        messages::round_trip,
        "a message of every type arrives as it was sent",
        Q1,
        [],
        Corrupts
    ),
    case!(
        messages::presence,
        "absent and empty arrive as absent and empty",
        Q1,
        [],
        NullsEmpty
    ),
    case!(
        messages::bytes,
        "bytes that are no text arrive as they were",
        Q1,
        [],
        ReplacesBytes
    ),
    case!(
        messages::properties,
        "properties arrive with their order, in Unicode, empty, a hundred",
        Q1,
        [Has(Feature::Properties)],
        LosesProperties
    ),
    case!(
        messages::keys,
        "the key of a message arrives",
        Q1,
        [Has(Feature::Keys)],
        LosesKeys
    ),
    case!(
        messages::order,
        "messages of one producer arrive in their order",
        Q1,
        [],
        Swaps
    ),
    case!(
        settlements::acknowledged,
        "what is acknowledged does not come again, also after opening again",
        Q1,
        [],
        KeepsAcknowledged
    ),
    case!(
        settlements::unsettled_and_closed,
        "what is not settled comes again after closing",
        Q1,
        [Has(Feature::Offline)],
        AcknowledgesEarly
    ),
    case!(
        settlements::unsettled_and_dead,
        "what is not settled comes again after the process died",
        Q1,
        [
            Has(Feature::Offline),
            Has(Feature::CrashRedelivery),
            Can(Hook::Crash)
        ],
        AcknowledgesEarly
    ),
    case!(
        settlements::members,
        "what is not settled comes again to the same member of another instance",
        Q1,
        [
            Takes(Feature::Shared),
            Has(Feature::Offline),
            Has(Feature::CrashRedelivery),
            Can(Hook::Crash)
        ],
        IgnoresMembers
    ),
    case!(
        settlements::dropped,
        "a delivery that is dropped unsettled comes again, to a consumer that is still open",
        Q1,
        [],
        AcknowledgesEarly | KeepsDropped
    ),
    case!(
        settlements::dropped_at_once,
        "a delivery that is dropped unsettled comes again at once",
        Q1,
        [Has(Feature::Nack)],
        DelaysDropped
    ),
    case!(
        settlements::dropped_and_closed,
        "a delivery that is dropped unsettled comes again after closing",
        Q1,
        [Has(Feature::Offline)],
        AcknowledgesEarly
    ),
    case!(
        settlements::nacked,
        "what is acknowledged negatively comes again",
        Q1,
        [Has(Feature::Nack)],
        LosesNacked
    ),
    case!(
        settlements::nacked_at_once,
        "what is acknowledged negatively without a delay comes again at once",
        Q1,
        [Has(Feature::Nack)],
        DelaysNacked
    ),
    case!(
        settlements::nacked_with_delay,
        "a delay is waited for, and others flow meanwhile",
        Q1,
        [Has(Feature::Nack), Has(Feature::NackDelay)],
        HurriesNacked
    ),
    case!(
        settlements::delay_ends,
        "a delay takes at most twice as long as was asked for",
        Q1,
        [Has(Feature::Nack), Has(Feature::NackDelay)],
        StretchesDelays
    ),
    case!(
        settlements::attempts,
        "the count of attempts grows",
        Q1,
        [Has(Feature::Nack), Has(Feature::Attempts)],
        ForgetsAttempts
    ),
    case!(
        settlements::rejected,
        "what is rejected does not come again",
        Q1,
        [],
        KeepsRejected | DelaysRejected
    ),
    case!(
        settlements::out_of_order,
        "of messages settled out of order, only the unsettled ones come again",
        Q1,
        [
            Has(Feature::Offline),
            Has(Feature::CrashRedelivery),
            Can(Hook::Crash)
        ],
        AcknowledgesEarly
    ),
    case!(
        settlements::late,
        "settling after the link was lost fails as lost, and settles no other message",
        Q1,
        [
            Has(Feature::Offline),
            Has(Feature::CrashRedelivery),
            Can(Hook::Cut)
        ],
        SettlesAfterLoss
    ),
    case!(
        subscriptions::competing,
        "consumers of one subscription get each message once, and each gets some",
        Q1,
        [Takes(Feature::Shared)],
        Multiplies
    ),
    case!(
        subscriptions::independent,
        "two subscriptions get everything each",
        Q1,
        [],
        MergesSubscriptions
    ),
    case!(
        subscriptions::tenants,
        "topics of different tenants are different topics",
        Q1,
        [],
        MergesTenants
    ),
    case!(
        subscriptions::exclusive,
        "a second exclusive consumer is refused, takes over or waits, as is declared",
        Q1,
        [Takes(Feature::Exclusive)],
        SharesAll
    ),
    case!(
        subscriptions::failover,
        "a second failover consumer waits, and takes over",
        Q1,
        [Has(Feature::Failover)],
        SharesAll
    ),
    case!(
        subscriptions::key_shared,
        "messages of one key go to one consumer, in their order",
        Q1,
        [Has(Feature::KeyShared), Has(Feature::Keys)],
        MixesKeys
    ),
    case!(
        subscriptions::earliest,
        "a new subscription begins with the earliest message if asked to",
        Q1,
        [Has(Feature::Earliest)],
        ForgetsHistory
    ),
    case!(
        subscriptions::latest,
        "a new subscription begins with what is sent after it was opened, and misses nothing of that",
        Q1,
        [],
        RepeatsHistory
    ),
    case!(
        subscriptions::resumes,
        "a subscription that exists resumes, whatever position is asked for",
        Q1,
        [Has(Feature::Offline)],
        ForgetsSubscriptions
    ),
    case!(
        subscriptions::offline,
        "a durable subscription collects while nobody consumes",
        Q1,
        [Has(Feature::Offline)],
        ForgetsSubscriptions
    ),
    case!(
        subscriptions::temporary,
        "a temporary subscription goes away with its consumer",
        Q1,
        [Has(Feature::Temporary)],
        KeepsTemporary
    ),
    case!(
        subscriptions::closed_and_deleted,
        "closing keeps a subscription",
        Q1,
        [Has(Feature::Offline)],
        ClosesForGood
    ),
    case!(
        subscriptions::unsubscribed,
        "unsubscribing deletes a subscription",
        Q1,
        [Has(Feature::Unsubscribe), Has(Feature::Offline)],
        NeverUnsubscribes
    ),
    case!(
        lives::best_effort,
        "q0 may lose messages and never blocks the sender",
        Q0,
        [Has(Feature::Q0)],
        NeverConfirms
    ),
    case!(
        lives::exactly_once,
        "a message that is sent again under its identity arrives once on q2",
        Q2,
        [Has(Feature::Q2)],
        LosesIdentities
    ),
    case!(
        lives::confirmed,
        "what is confirmed arrives",
        Q1,
        [],
        ConfirmsUnsent
    ),
    case!(
        lives::flushed,
        "flushing waits for what was sent before",
        Q1,
        [],
        FlushesNothing
    ),
    case!(
        lives::prefetch,
        "no more messages are handed out unsettled than was asked for",
        Q1,
        [],
        FetchesAll
    ),
    case!(
        lives::cancelled,
        "receiving that is given up loses no message",
        Q1,
        [],
        LosesCancelled
    ),
    case!(
        lives::many_receivers,
        "several tasks receive from one consumer",
        Q1,
        [],
        ServesOne
    ),
    case!(
        lives::closed,
        "what is used after closing says so",
        Q1,
        [],
        NeverCloses
    ),
    case!(
        lives::topics,
        "topics are created, found, and deleted with what is in them",
        Q1,
        [Has(Feature::TopicAdmin)],
        ForgetsTopics
    ),
    case!(
        lives::many_topics,
        "a thousand topics are opened and closed without a leak",
        Q1,
        [],
        Leaks
    ),
    case!(
        faults::link_lost,
        "a lost link is told to producer and consumer, or healed, and new ones can be opened",
        Q1,
        [Can(Hook::Cut)],
        HidesLoss
    ),
    case!(
        faults::reopened,
        "after a lost link everything unsettled comes to a new consumer",
        Q1,
        [Has(Feature::Offline), Can(Hook::Cut)],
        StaysDown
    ),
    case!(
        faults::broker_killed,
        "nothing that was confirmed is lost when the broker is killed",
        Q1,
        [Has(Feature::Offline), Can(Hook::Restart)],
        ConfirmsUnsent
    ),
    case!(
        faults::broker_down,
        "opening while the broker is down fails as no connection, in time, and succeeds later",
        Q1,
        [Can(Hook::Restart)],
        StaysDown
    ),
    case!(
        faults::intruder,
        "wrong credentials are refused as such within five seconds",
        Q1,
        [Can(Hook::Intruder)],
        LetsIn
    ),
    case!(
        limits::too_large,
        "a message that is too large is refused before it is sent, and the link goes on",
        Q1,
        [],
        TakesAnySize
    ),
    case!(
        limits::large,
        "a message of the largest size, or of ten megabytes, arrives",
        Q1,
        [],
        Corrupts
    ),
    case!(
        limits::subscription_names,
        "a subscription of an illegal name is refused",
        Q1,
        [],
        TakesAnyName
    ),
    case!(
        limits::options,
        "options that the backend does not know are refused",
        Q1,
        [],
        TakesAnyOption
    ),
    case!(
        limits::refusals,
        "what the backend declares that it refuses, it refuses as unsupported",
        Q1,
        [],
        ClaimsLess
    ),
    case!(
        told::health,
        "health tells whether the broker answers",
        Q1,
        [Can(Hook::Restart)],
        LetsIn
    ),
    case!(
        told::published,
        "a message tells when it was published",
        Q1,
        [Has(Feature::PublishTime)],
        ForgetsTimes | ShiftsTimes
    ),
    case!(
        told::sizes,
        "a message tells how many bytes it had",
        Q1,
        [],
        ForgetsSizes | InflatesSizes
    ),
    case!(
        told::health_closed,
        "a handle that is closed does not say that the broker answers",
        Q1,
        [],
        NeverCloses
    ),
    case!(
        told::routed,
        "a receipt tells whether a subscription got the message",
        Q1,
        [Has(Feature::Routed)],
        ForgetsRoutes
    ),
    case!(
        told::extended,
        "a message for which more time is asked for does not come again",
        Q1,
        [Has(Feature::Extend)],
        RefusesExtension | ExtendsNothing
    ),
    case!(
        told::extended_late,
        "asking for more time after the link was lost fails as lost",
        Q1,
        [Has(Feature::Extend), Can(Hook::Cut)],
        ExtendsNothing
    ),
    case!(
        lives::handle_closed,
        "closing a handle keeps its subscriptions and leaves other handles alone",
        Q1,
        [Has(Feature::Offline)],
        ForgetsSubscriptions
    ),
    case!(
        lives::opened_together,
        "many tasks open producers and consumers at the same time",
        Q1,
        [],
        OneAtATime
    ),
];
