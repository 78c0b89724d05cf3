//! How a consumer comes to a subscription: one that exists is joined or taken over, a new one is begun.

use std::sync::Arc;

use tg_pubsub_backend::profile::SecondExclusive;
use tg_schema::Qos;
use tg_schema::pubsub::{ConsumerOptions, ConsumerType, Error, Feature, InitialPosition};

use crate::connection::Connection;
use crate::member::{End, Member, refused};
use crate::subscription::Subscription;
use crate::topic::{Core, Topic, number};
use crate::wakes::Wakes;

/// Who subscribes, and how.
pub(crate) struct Subscribe<'a> {
    pub(crate) qos: Qos,
    pub(crate) name: &'a str,
    pub(crate) connection: &'a Arc<Connection>,
    pub(crate) options: &'a ConsumerOptions,
}

impl Core {
    pub(crate) fn subscribe(
        &mut self,
        topic: &Arc<Topic>,
        who: &Subscribe<'_>,
        wakes: &mut Wakes,
    ) -> Result<Arc<Member>, Error> {
        if self.deleted {
            return Err(topic.error_of_deleted());
        }
        let known = self.subscriptions.iter().find(|(_, s)| s.name == who.name);
        let id = match known {
            Some((id, _)) => {
                let id = *id;
                self.make_room(topic, id, who, wakes)?;
                id
            }
            None => self.add_subscription(topic, who)?,
        };
        let Some(subscription) = self.subscriptions.get_mut(&id) else {
            return Err(topic.error_of_deleted());
        };
        if subscription.members().is_empty() {
            subscription.consumer_type = who.options.consumer_type;
        }
        let number = number();
        let label = who.options.member.clone();
        let label = label.unwrap_or_else(|| subscription.free_label());
        let member = Arc::new(Member::new(
            (number, id),
            who.connection,
            topic,
            label,
            who.options.prefetch,
            who.options.consumer_type == ConsumerType::KeyShared,
        ));
        subscription.join(member.clone());
        Ok(member)
    }

    /// Sees to it that a consumer may join a subscription that exists.
    fn make_room(
        &mut self,
        topic: &Topic,
        id: u64,
        who: &Subscribe<'_>,
        wakes: &mut Wakes,
    ) -> Result<(), Error> {
        let Some(subscription) = self.subscriptions.get(&id) else {
            return Ok(());
        };
        let what = || format!("subscription {} of {}", who.name, topic.name);
        let durable = who.options.durable && who.qos != Qos::Q0;
        if subscription.durable != durable {
            let message = match subscription.durable {
                true => format!("{} is durable; delete it or use another name", what()),
                false => format!(
                    "{} is temporary; close its consumers or use another name",
                    what()
                ),
            };
            return Err(Error::InvalidOption {
                name: "durable".to_owned(),
                message,
            });
        }
        if subscription.members().is_empty() {
            return Ok(());
        }
        let asked = who.options.consumer_type;
        if subscription.consumer_type != asked {
            return Err(Error::Busy {
                what: what(),
                hint: format!(
                    "its consumers are {}, not {asked}; use one type for all of them",
                    subscription.consumer_type
                ),
            });
        }
        if asked != ConsumerType::Exclusive {
            return Ok(());
        }
        match topic.config.behaves_like().second_exclusive {
            SecondExclusive::Waits => {}
            SecondExclusive::TakesOver => {
                let members: Vec<u64> = subscription.members().iter().map(|m| m.number).collect();
                for member in members {
                    self.end_member(topic, id, member, End::Replaced, wakes);
                }
            }
            SecondExclusive::Refused => {
                return Err(Error::Busy {
                    what: what(),
                    hint: "close the other consumer, or use shared or failover consumers"
                        .to_owned(),
                });
            }
        }
        Ok(())
    }

    fn add_subscription(&mut self, topic: &Topic, who: &Subscribe<'_>) -> Result<u64, Error> {
        let config = &topic.config;
        if self.subscriptions.len() >= config.max_subscriptions {
            return Err(refused(format!(
                "the list of subscriptions of {} is full: it holds {} (`Config::max_subscriptions`)",
                topic.name, config.max_subscriptions
            )));
        }
        let capabilities = (config.behaves_like().capabilities)(who.qos);
        let earliest = who.options.position == InitialPosition::Earliest
            && capabilities.has(Feature::Earliest);
        let cursor = match earliest {
            true => self.log.first(),
            false => self.log.end(),
        };
        for message in self.log.from(cursor) {
            message.need(1, &topic.backlog);
        }
        let lossy = who.qos == Qos::Q0;
        let durable = who.options.durable && !lossy;
        let subscription =
            Subscription::new(who.name, cursor, durable, lossy, config.delayed_messages);
        let id = number();
        self.subscriptions.insert(id, subscription);
        Ok(id)
    }
}
