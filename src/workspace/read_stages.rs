//! Stages that are read once and resolved for one day after the other, for a command that goes through months.

use super::{Failed, Manifest, Workspace};
use crate::diagnostic::Problems;
use crate::model::{Revenue, Stage};
use crate::resolve::{PriceBook, Request};

/// Manifests with the price sheets that they use.
#[derive(Debug)]
pub struct ReadStages {
    manifests: Vec<Manifest>,
    book: PriceBook,
    /// What is wrong with the sheets, until it is reported.
    problems: Problems,
    /// Whether these are all stages, which are resolved in one currency.
    is_all: bool,
}

impl Workspace {
    /// Reads the stage with a number, a name or a file stem, or all stages.
    ///
    /// # Errors
    /// `unknown-stage`. What is wrong with the files is reported when they are resolved.
    pub fn read_stages(&mut self, name: Option<&str>) -> Failed<ReadStages> {
        let manifests = match name {
            Some(name) => vec![self.manifest(name)?],
            None => self.manifests()?,
        };
        let mut problems = Problems::default();
        let skus = self.skus(&manifests);
        let book = self.price_book(skus, &mut problems);
        Ok(ReadStages { manifests, book, problems, is_all: name.is_none() })
    }

    /// Resolves stages that have been read, by number. All of them are resolved in one currency: that of the first unless the
    /// request names one.
    ///
    /// # Errors
    /// As [`Self::stages`].
    pub fn resolve_read(&mut self, read: &mut ReadStages, request: &Request) -> Failed<Vec<(Stage, Revenue)>> {
        let raw = read.manifests.iter().filter_map(|manifest| manifest.raw.as_ref());
        let first = raw.min_by_key(|raw| raw.stage.value).map(|raw| raw.currency).filter(|_| read.is_all);
        let request = Request { currency: request.currency.or(first), ..request.clone() };
        let again = |manifest: &mut Manifest| Manifest {
            file: manifest.file,
            raw: manifest.raw.clone(),
            problems: std::mem::take(&mut manifest.problems),
        };
        let manifests = read.manifests.iter_mut().map(again).collect();
        let problems = std::mem::take(&mut read.problems);
        let mut stages = self.resolve_with(manifests, &read.book, &request, problems)?;
        stages.sort_by_key(|(stage, _)| stage.id);
        Ok(stages)
    }
}
