//! One case of the suite.

use std::fmt;

use tg_schema::Qos;
use tg_schema::pubsub::Feature;

use super::{Boxed, Context, Failure, Hook, Sabotage};

/// One case: something that every backend promises.
#[derive(Debug)]
pub struct Case {
    /// Its name.
    pub name: &'static str,
    /// What is promised.
    pub promise: &'static str,
    /// The quality of service of its topics. Where the backend refuses `q1` and takes `q2`, that is used instead.
    pub qos: Qos,
    /// Without these it is skipped.
    pub needs: &'static [Need],
    /// A backend that is spoiled in one of these ways fails it.
    pub sabotages: &'static [Sabotage],
    /// What is done.
    pub run: fn(Context) -> Boxed<Result<(), Failure>>,
}

/// One [`Case`]: a function `async fn(Context) -> Result<(), Failure>` in a module, its promise, the quality of service of
/// its topics, what it needs, and each [`Sabotage`] that it notices, divided by `|`. It is named after the function.
///
/// ```
/// use tg_pubsub_backend::conformance::{Case, Need, conformance_case};
/// use tg_schema::pubsub::Feature;
///
/// mod extra {
///     use tg_pubsub_backend::conformance::{Context, Failure};
///
///     pub async fn opens(context: Context) -> Result<(), Failure> {
///         context.producer(&context.topic("t")).await.map(drop)
///     }
/// }
///
/// const CASES: &[Case] = &[conformance_case!(
///     extra::opens,
///     "a producer can be opened",
///     Q2,
///     [Need::Takes(Feature::Q2)],
///     StaysDown
/// )];
/// assert_eq!(CASES[0].name, "opens");
/// ```
#[macro_export]
macro_rules! conformance_case {
    ($module:ident :: $name:ident, $promise:literal, $qos:ident, [$($need:expr),*], $($sabotage:ident)|+) => {
        $crate::conformance::Case {
            name: stringify!($name),
            promise: $promise,
            qos: $crate::conformance::Qos::$qos,
            needs: &[$($need),*],
            sabotages: &[$($crate::conformance::Sabotage::$sabotage),+],
            run: {
                fn run(
                    context: $crate::conformance::Context,
                ) -> $crate::conformance::Boxed<Result<(), $crate::conformance::Failure>> {
                    Box::pin($module::$name(context))
                }
                run
            },
        }
    };
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

/// A table of these suites in Markdown: cases, what they promise, what they need, and which sabotage they notice.
pub fn table(suites: &[&[Case]]) -> String {
    let mut table = "| case | promise | needs | fails where |\n|---|---|---|---|\n".to_owned();
    for case in suites.iter().flat_map(|suite| suite.iter()) {
        let needs: Vec<String> = case.needs.iter().map(Need::to_string).collect();
        let needs = match needs.is_empty() {
            true => "–".to_owned(),
            false => needs.join("; "),
        };
        let titles = case
            .sabotages
            .iter()
            .map(|s| s.title().trim_end_matches('.'));
        let sabotages = titles.collect::<Vec<_>>().join("; ");
        table.push_str(&format!(
            "| `{}` | {} | {needs} | {sabotages} |\n",
            case.name, case.promise,
        ));
    }
    table
}

impl fmt::Display for Need {
    /// For tables.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Need::Has(feature) => write!(f, "{feature}"),
            Need::Takes(feature) => write!(f, "{feature}, be it lowered"),
            Need::Can(hook) => write!(f, "a hook to {}", hook.title()),
        }
    }
}

impl Case {
    /// Why it cannot be run.
    pub(super) fn missing(&self, context: &Context) -> Option<String> {
        let capabilities = context.backend.capabilities(&context.topic("needs"));
        let name = context.backend.name();
        let qos = [Need::Takes(Feature::of_qos(context.qos))];
        qos.iter().chain(self.needs).find_map(|need| match need {
            Need::Has(feature) if !capabilities.has(*feature) => {
                let note = capabilities.support(*feature).note();
                Some(format!(
                    "{name} declares that it has not: {feature} ({note})"
                ))
            }
            Need::Takes(feature) if !capabilities.takes(*feature) => {
                let note = capabilities.support(*feature).note();
                Some(format!(
                    "{name} declares that it refuses: {feature} ({note})"
                ))
            }
            Need::Can(hook) if !context.subject.can(*hook) => {
                Some(format!("the subject has no hook to {}", hook.title()))
            }
            _ => None,
        })
    }
}
