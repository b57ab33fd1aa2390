//! The stages of a plan.

use std::ops::Index;
use std::rc::Rc;

use crate::dataflow::Dataflow;

use super::{ByCall, Stage};

/// Which of the [`Stages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StageId(pub u32);

/// The stages in an order in which each stands behind all that it reads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stages {
    /// Shared among all trials that have them.
    all: Vec<Rc<Stage>>,
}

impl Stages {
    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn ids(&self) -> impl Iterator<Item = StageId> + use<> {
        (0..self.all.len() as u32).map(StageId)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Stage> {
        self.all.iter().map(Rc::as_ref)
    }

    /// As they are shared.
    pub(super) fn shared(&self) -> impl Iterator<Item = (StageId, &Rc<Stage>)> {
        self.ids().zip(&self.all)
    }

    pub(super) fn into_shared(self) -> Vec<Rc<Stage>> {
        self.all
    }

    /// Array tasks of all.
    pub(super) fn tasks(&self) -> u64 {
        self.iter().map(Stage::tasks).sum()
    }

    /// With another stage in the place of one.
    pub(super) fn with(&self, id: StageId, stage: Stage) -> Self {
        let mut all = self.clone();
        if let Some(slot) = all.all.get_mut(id.0 as usize) {
            *slot = Rc::new(stage);
        }
        all
    }

    /// Each of them rewritten.
    pub(super) fn each(mut self, rewrite: impl Fn(&mut Stage)) -> Self {
        let all = self.all.iter_mut();
        all.for_each(|stage| rewrite(Rc::make_mut(stage)));
        self
    }

    /// The stage of each call.
    pub fn owners(&self, dataflow: &Dataflow) -> ByCall<StageId> {
        let mut owners = ByCall::new(dataflow, StageId(0));
        for (id, stage) in self.shared() {
            for call in stage.calls() {
                owners[call] = id;
            }
        }
        owners
    }
}

impl FromIterator<Rc<Stage>> for Stages {
    fn from_iter<I: IntoIterator<Item = Rc<Stage>>>(stages: I) -> Self {
        Self {
            all: stages.into_iter().collect(),
        }
    }
}

impl Index<StageId> for Stages {
    type Output = Stage;

    fn index(&self, id: StageId) -> &Stage {
        let stage = self.all.get(id.0 as usize);
        stage.unwrap_or_else(|| unreachable!("{id:?} is one of these stages"))
    }
}
