//! What the targets assert holds of every seed: `fuzz/seeds && cargo test`, in `fuzz/`.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use costplan_fuzz::targets::TARGETS;

#[test]
fn every_seed_holds() {
    let mut broken = 0;
    for (name, run) in TARGETS {
        let Ok(seeds) = fs::read_dir(Path::new("corpus").join(name)) else { continue };
        for seed in seeds.filter_map(Result::ok) {
            let data = fs::read(seed.path()).expect("a seed can be read");
            if catch_unwind(|| run(&data)).is_err() {
                eprintln!("{}: {}", name, seed.path().display());
                broken += 1;
            }
        }
    }
    assert_eq!(broken, 0, "seeds for which a promise is broken");
}
