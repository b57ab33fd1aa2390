//! The main job from end to end on a real SLURM: what is submitted, what is run again and what is not, and what is
//! left after anything that may happen to a run.

mod annz;
mod edits;
mod photoz;
mod places;
mod processes;
pub mod project;
mod trouble;
mod values;
