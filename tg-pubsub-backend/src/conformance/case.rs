//! One case of the suite.

use tg_schema::Qos;
use tg_schema::pubsub::{Feature, Support};

use super::{Boxed, Context, Failure, Hook, Sabotage};

/// One case: something that every backend promises.
#[derive(Debug)]
pub struct Case {
    /// Its name.
    pub name: &'static str,
    /// What is promised.
    pub promise: &'static str,
    /// The quality of service of its topics.
    pub qos: Qos,
    /// Without these it is skipped.
    pub needs: &'static [Need],
    /// A backend that is spoiled so fails it.
    pub sabotage: Sabotage,
    pub(super) run: fn(Context) -> Boxed<Result<(), Failure>>,
}

/// What a case needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The backend holds what the feature promises.
    Has(Feature),
    /// The backend does not refuse the feature.
    Takes(Feature),
    /// The subject can do this to the broker.
    Can(Hook),
}

impl Case {
    /// Why it cannot be run.
    pub(super) fn missing(&self, context: &Context) -> Option<String> {
        let capabilities = context.backend.capabilities(&context.topic("needs"));
        let name = context.backend.name();
        self.needs.iter().find_map(|need| match need {
            Need::Has(feature) if !capabilities.has(*feature) => {
                let note = capabilities.support(*feature).note();
                Some(format!(
                    "{name} declares that it has not: {feature} ({note})"
                ))
            }
            Need::Takes(feature) => match capabilities.support(*feature) {
                Support::Unsupported(note) => Some(format!(
                    "{name} declares that it refuses: {feature} ({note})"
                )),
                _ => None,
            },
            Need::Can(hook) if !context.subject.can(*hook) => {
                Some(format!("the subject has no hook to {}", hook.title()))
            }
            _ => None,
        })
    }
}
