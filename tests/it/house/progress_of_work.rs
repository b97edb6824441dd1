//! Long work reports how far it is, from nothing to all of it, and never back.

use std::sync::{Arc, Mutex};

use costplan::app::{self, Optimize, Request};
use costplan::model::{PlanOrder, Progress};
use costplan::workspace::Workspace;

/// The parts of the work that were reported, in thousandths.
type Heard = Arc<Mutex<Vec<u64>>>;

fn listener(heard: &Heard) -> Progress {
    let heard = Arc::clone(heard);
    Progress::to(move |done, all| heard.lock().unwrap().push(done * 1000 / all.max(1)))
}

fn assert_grows(heard: &Heard, least: usize) {
    let heard = heard.lock().unwrap();
    assert!(heard.len() >= least, "{} reports", heard.len());
    assert!(heard.is_sorted() && heard.iter().all(|part| *part <= 1000), "{heard:?}");
    assert!(heard.first().unwrap() < heard.last().unwrap(), "{heard:?}");
}

#[test]
fn a_check_and_an_optimization_report_how_far_they_are() {
    let request = Request::on("2026-11-24".parse().unwrap());
    let heard = Heard::default();
    let mut workspace = Workspace::bundled();
    workspace.progress = listener(&heard);
    app::check(&mut workspace, &[], &request).unwrap();
    // Stage 4 has the most numbers of customers, each of which is computed.
    assert_grows(&heard, 100);

    let heard = Heard::default();
    workspace.progress = listener(&heard);
    let wanted = Optimize { order: PlanOrder::Saving, share: None, months: None };
    app::optimize(&mut workspace, "3", &request.customers(300), wanted).unwrap();
    assert_grows(&heard, 20);
}

#[test]
fn a_part_of_the_work_is_a_part_of_its_progress() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let progress = Progress::to({
        let heard = Arc::clone(&heard);
        move |done, all| heard.lock().unwrap().push((done, all))
    });
    // The second of four parts, half done, is three eighths of the whole.
    progress.part(1, 4).report(5, 10);
    progress.part(3, 4).report(u64::MAX, 1);
    progress.part(0, 4).report(1, 0);
    assert_eq!(*heard.lock().unwrap(), [(1500, 4000), (4000, 4000), (0, 4000)]);
    Progress::default().part(0, 2).report(1, 2);
}
