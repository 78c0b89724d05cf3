//! How fast the codecs are, beside other libraries and beside codecs that were written by hand for one type.
//!
//! | module | what it holds |
//! |---|---|
//! | [`ours`] | every call of the library that is measured, each in one place |
//! | [`messages`] | the shapes, as the library generates them |
//! | [`sample`] | one message of each shape, the same in every run |
//! | [`peers`] | the shapes as users of other libraries would write them |
//! | [`limit`] | codecs by hand: how fast one type can be |
//! | [`case`] | one thing that can be timed, and the check that it does what it claims |
//! | [`shapes`] | all cases |
//! | [`rounds`] | cases into times |
//! | [`goals`] | which ratios are to be reached |
//! | [`report`] | times and goals into text and JSON |
//! | [`chart`] | times into a picture |
//! | [`options`] | what the command line asks for |
//! | [`instructions`] | small cases into counts of instructions |

pub mod case;
pub mod chart;
pub mod goals;
pub mod instructions;
pub mod limit;
pub mod options;
pub mod ours;
pub mod peers;
pub mod report;
pub mod rounds;
pub mod sample;
pub mod shapes;

/// What the build script generated.
#[allow(missing_docs)]
pub mod messages {
    include!(concat!(env!("OUT_DIR"), "/rust/mod.rs"));
}
