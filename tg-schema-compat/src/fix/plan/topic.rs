//! Topics that move.

use tg_schema_model::TopicDefinition;
use tg_schema_model::edit::Edit;

use super::Draft;
use crate::check::Ready;

/// A topic at another address: both are there for one release. Where the two may not be, the new one gets a queue of its
/// own.
pub(super) fn moved(
    was: &TopicDefinition,
    is: &TopicDefinition,
    new: &Ready<'_>,
) -> Vec<Vec<Draft>> {
    let topics = &new.version.schema.topics;
    let same = |t: &TopicDefinition| t.name == is.name && t.module == is.module;
    let Some(topic) = topics.iter().position(same) else {
        return Vec::new();
    };
    let taken = |name: &String| topics.iter().any(|topic| topic.name == *name);
    let fresh = (2..100).map(|n| format!("{}_{n}", is.name));
    let Some(fresh) = fresh.into_iter().find(|name| !taken(name)) else {
        return Vec::new();
    };
    let queues = (2..100).map(|n| {
        let (tenant, namespace) = (is.address.tenant(), is.address.namespace());
        let queue = format!("{}-{n}", is.address.queue());
        format!("{}/{tenant}/{namespace}/{queue}", is.address.qos())
    });
    let other = |address: &String| topics.iter().all(|t| t.address.to_string() != *address);
    let own = queues
        .into_iter()
        .find(other)
        .and_then(|address| address.parse().ok());
    let plan = |address: &tg_schema_model::Topic| {
        let both = vec![
            Edit::SetAddress {
                topic,
                address: was.address.clone(),
            },
            Edit::AddTopic {
                beside: topic,
                name: fresh.clone(),
                address: address.clone(),
            },
        ];
        let last = Edit::SetAddress {
            topic,
            address: address.clone(),
        };
        vec![
            Draft {
                text: format!(
                    "release two topics, `{}` as it was and `{address}` under a name of its own, `{fresh}` say; \
                     readers listen to both",
                    was.address
                ),
                edits: both,
            },
            Draft {
                text: format!(
                    "move the writers to `{address}`; when `{}` is drained, release without it",
                    was.address
                ),
                edits: Vec::from_iter((*address != is.address).then_some(last)),
            },
        ]
    };
    [Some(is.address.clone()), own]
        .into_iter()
        .flatten()
        .map(|address| plan(&address))
        .collect()
}
