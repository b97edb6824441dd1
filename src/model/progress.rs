//! Who hears how far a long computation is.

use std::fmt;
use std::sync::Arc;

/// Who hears how far a long computation is: nobody, unless a program asks.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<Listener>>);

/// The steps of a part of a whole.
const PART: u64 = 1000;

type Listener = dyn Fn(u64, u64) + Send + Sync;

impl Progress {
    /// Reports to a function: how many steps are done, of how many.
    ///
    /// ```
    /// use std::sync::Mutex;
    /// use std::sync::Arc;
    /// use costplan::model::Progress;
    ///
    /// let heard = Arc::new(Mutex::new(Vec::new()));
    /// let progress = Progress::to({
    ///     let heard = Arc::clone(&heard);
    ///     move |done, all| heard.lock().unwrap().push((done, all))
    /// });
    /// progress.report(1, 2);
    /// assert_eq!(*heard.lock().unwrap(), [(1, 2)]);
    /// ```
    pub fn to(listener: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// The progress of one of several parts that take about as long, by its place from 0.
    #[must_use]
    pub fn part(&self, place: u64, parts: u64) -> Self {
        let Some(whole) = self.0.clone() else { return Self(None) };
        Self::to(move |done, all| {
            // As a part of a thousand, so that a step of a small part is not lost.
            let of_part = (u128::from(done) * u128::from(PART)).checked_div(u128::from(all)).unwrap_or(0);
            let of_part = u64::try_from(of_part).unwrap_or(PART).min(PART);
            whole(place.saturating_mul(PART).saturating_add(of_part), parts.saturating_mul(PART));
        })
    }

    /// Reports that `done` of `all` steps are done.
    pub fn report(&self, done: u64, all: u64) {
        if let Some(listener) = &self.0 {
            listener(done, all);
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Progress(..)" } else { "Progress" })
    }
}
