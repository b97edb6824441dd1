//! Who hears how far a long computation is.

use std::fmt;
use std::sync::Arc;

/// Who hears how far a long computation is: nobody, unless a program asks.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<Listener>>);

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
