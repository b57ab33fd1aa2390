//! What of an item takes part in what a shard is known by.

use crate::dataflow::{AxisId, Items};
use crate::types::Type;

use super::feed::Context;

/// How a column takes part in what a shard is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Track {
    /// It is in the key of the shard.
    Key,
    /// Its text enters the inputs.
    Value,
    /// The content of the file that it names enters the inputs.
    File,
    /// Those of the files that it lists do.
    Files,
}

impl Context<'_> {
    /// A file enters with its content whatever else it is; a key is in the directory already.
    pub fn track(&self, axis: AxisId, column: usize, ty: &Type) -> Track {
        if ty.is_path() {
            return Track::File;
        }
        if ty.innermost().is_path() {
            return Track::Files;
        }
        let is_key = match &self.dataflow.axis(axis).items {
            Items::Range { .. } => column == 0,
            // what is read of a made item, but itself, follows from its name
            Items::Made(_) => true,
            Items::Table(table) => table.key.contains(&column),
        };
        match self.dataflow.label(&self.call.axes, axis) {
            Some(_) if is_key => Track::Key,
            Some(_) | None => Track::Value,
        }
    }
}
