//! costplan's core for a page: WebAssembly without an import, so that it can neither read nor send anything.
//!
//! A caller asks for room, writes a text in UTF-8 there, and calls [`open`] with a project or [`answer`] with a question.
//! Both return the length of their answer, which is JSON and starts at [`text`]; `core.js` does this for a page.

use std::cell::RefCell;

use costplan::app::{self, PageProject};
use costplan::workspace::Workspace;

/// What is kept from one call to the next.
#[derive(Default)]
struct Core {
    /// What the caller writes, then the answer.
    text: Vec<u8>,
    project: Option<Workspace>,
}

thread_local! {
    static CORE: RefCell<Core> = RefCell::default();
}

/// Makes room for a text of so many bytes, and returns where it starts.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    CORE.with_borrow_mut(|core| {
        core.text.clear();
        core.text.resize(bytes, 0);
        core.text.as_mut_ptr()
    })
}

/// Where the answer starts.
#[unsafe(no_mangle)]
pub extern "C" fn text() -> *const u8 {
    CORE.with_borrow(|core| core.text.as_ptr())
}

/// Opens a project, as [`PageProject::open`] reads it; the answer is `{}`, or what is wrong.
#[unsafe(no_mangle)]
pub extern "C" fn open() -> usize {
    replaced(|project, text| match PageProject::open(text) {
        Ok(opened) => {
            *project = Some(opened);
            "{}".to_owned()
        }
        Err(failure) => app::failed(&failure),
    })
}

/// Answers a question about the open project, as [`app::answer`] does; about the bundled plan if none is open.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    replaced(|project, question| app::answer(project.get_or_insert_with(Workspace::bundled), question))
}

/// Replaces the text by the answer to it, and returns its length.
fn replaced(answer: impl FnOnce(&mut Option<Workspace>, &str) -> String) -> usize {
    CORE.with_borrow_mut(|core| {
        let answer = answer(&mut core.project, &String::from_utf8_lossy(&core.text));
        core.text = answer.into_bytes();
        core.text.len()
    })
}
