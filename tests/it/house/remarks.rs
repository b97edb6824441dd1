//! What `costplan validate` notes in a sound project: files and keys that have no effect, and what takes the place of what.

use crate::project::{project, stdout};

const STAGE: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\n";

/// The notes of a project, without those on costs that are unknown.
fn notes(files: &[(&str, &str)]) -> Vec<String> {
    let text = stdout(project(files).path(), &["validate"]);
    let notes =
        text.lines().filter_map(|line| line.strip_prefix("note: ")).filter(|note| !note.contains(" is unknown"));
    let notes: Vec<String> = notes.map(str::to_owned).collect();
    assert!(text.starts_with("valid: "), "{text}");
    notes
}

#[test]
fn a_file_that_is_not_read_is_noted() {
    let stage = format!("{STAGE}line_items: [{{ name: A, category: c, cost: 1 }}]\n");
    let all = notes(&[
        ("stages/1-test.yaml", &stage),
        ("stages/2-next.json", "{}"),
        ("stages/.hidden", ""),
        ("pricing/acme.yaml", ""),
        ("scenarios/old/lean.yaml", ""),
        ("notes/anything.txt", ""),
    ]);
    let not_read =
        |place: &str, endings: &str| format!("{place}: not read: only files that end in {endings} are read here");
    assert_eq!(
        all,
        [
            not_read("stages/2-next.json", ".yaml or .yml"),
            not_read("pricing/acme.yaml", ".toml"),
            not_read("scenarios/old", ".yaml or .yml"),
        ]
    );
    // Folders are those that the settings name.
    let settings = "version = 1\n[paths]\nstages = \"plan\"\n";
    let all = notes(&[("costplan.toml", settings), ("plan/1-test.yaml", &stage), ("plan/x", ""), ("stages/y", "")]);
    assert_eq!(all, [not_read("plan/x", ".yaml or .yml")]);
}

#[test]
fn a_bundled_file_that_is_replaced_is_noted() {
    let sheet = "version = 1\nvendor = \"backblaze\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
        trust = \"contract\"\n[skus.b2]\n[[skus.b2.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 1\n";
    let stage = format!("{STAGE}line_items: [{{ name: A, category: c, sku: backblaze/b2 }}]\n");
    let all = notes(&[("stages/1-test.yaml", &stage), ("pricing/backblaze.toml", sheet)]);
    assert_eq!(
        all,
        ["pricing/backblaze.toml: read instead of the bundled `backblaze` of `pricing`, of which nothing counts"]
    );
    // A sheet of another vendor hides nothing, and neither does a copy.
    let copy = include_str!("../../../pricing/backblaze.toml");
    let plain = format!("{STAGE}line_items: [{{ name: A, category: c, cost: 1 }}]\n");
    let own = sheet.replace("backblaze", "acme");
    let files = [("stages/1-test.yaml", &*plain), ("pricing/backblaze.toml", copy), ("pricing/acme.toml", &*own)];
    assert_eq!(notes(&files), Vec::<String>::new());
}

#[test]
fn a_key_that_has_no_effect_is_noted() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
        trust = \"contract\"\n[skus.s]\n[[skus.s.charges]]\nmeter = \"storage\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 1\n";
    let items = "line_items:\n\
        \x20 - { name: A, category: c, sku: v/s, usage: { storage: size * 1 GB }, other_usage: within_allowance, ordered_on: 2026-02-01 }\n";
    let stage = format!("{STAGE}buffer: 5%\ndrivers: {{ size: base * 2, base: 3, spare: 4 }}\n{items}");
    let settings = "version = 1\n[defaults]\nbuffer = \"10%\"\n[forecast]\nplan_month = 3\n";
    let runbook =
        "version: 1\nname: X\ninputs: { it: { meaning: m, default: a } }\nsteps: [{ name: a, commands: [id] }]\n";
    let all = notes(&[
        ("costplan.toml", settings),
        ("stages/1-test.yaml", &stage),
        ("pricing/v.toml", sheet),
        ("runbooks/x.yaml", runbook),
    ]);
    assert_eq!(
        all,
        [
            "costplan.toml:5: `plan_month` has no effect: only `stages = \"calendar\"` counts the months of the plan",
            "costplan.toml:3: the default `buffer` has no effect: every stage has its own",
            "stages/1-test.yaml:7: the driver `spare` has no effect: no formula and no capacity uses it",
            "stages/1-test.yaml:9: `other_usage` of `A` has no effect: all of its usage is known",
            "stages/1-test.yaml:9: `ordered_on` of `A` has no effect: none of its prices depends on it",
            "runbooks/x.yaml:3: the input `it` has no effect: no command uses it",
        ]
    );
    // What has an effect is not noted.
    let items = "line_items: [{ name: A, category: c, sku: v/s, other_usage: within_allowance }]\n";
    let stage = format!("{STAGE}capacity: {{ load: 5 }}\ndrivers: {{ load: 3 }}\n{items}");
    let settings = "version = 1\n[defaults]\nbuffer = \"10%\"\n[forecast]\nstages = \"calendar\"\nplan_month = 3\n";
    let all = notes(&[("costplan.toml", settings), ("stages/1-test.yaml", &stage), ("pricing/v.toml", sheet)]);
    assert_eq!(all, Vec::<String>::new());
}

#[test]
fn the_day_of_an_order_decides_when_a_yearly_price_is_paid() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
        trust = \"contract\"\n[skus.s]\n[[skus.s.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 120\n";
    let items = "line_items: [{ name: A, category: c, sku: v/s, ordered_on: 2026-03-15 }]\n";
    let stage = format!("{STAGE}{items}");
    let of = |sheet: &str| notes(&[("stages/1-test.yaml", &stage), ("pricing/v.toml", sheet)]);
    assert_eq!(of(&format!("{sheet}period = \"year\"\n")), Vec::<String>::new());
    assert_eq!(of(sheet).len(), 1);
}

#[test]
fn a_credit_that_has_ended_and_a_part_of_a_server_are_noted() {
    let stage = format!(
        "{STAGE}credits:\n  - {{ reason: Start, amount: 10 USD/month, until: 2020-12-31 }}\n  - {{ reason: Later, amount: 1 USD/month, until: 2999-12-31 }}\n\
         line_items:\n  - {{ name: A, category: c, sku: hetzner/cx23, quantity: 2.5 }}\n  \
         - {{ name: B, category: c, sku: hetzner/cx23, quantity: 2 }}\n  \
         - {{ name: C, category: c, cost: 10, quantity: 0.5 }}\n"
    );
    let all = notes(&[("stages/1-test.yaml", &stage)]);
    assert!(
        all.contains(&"stages/1-test.yaml:7: the credit `Start` has no effect: it ended on 2020-12-31".to_owned()),
        "{all:?}"
    );
    let part = "stages/1-test.yaml:10: the quantity of `A` is 2.5: what is sold whole is bought 3 times, unless this is an average";
    assert!(all.contains(&part.to_owned()), "{all:?}");
    assert!(
        !all.iter().any(|note| note.contains("`Later`") || note.contains("`B`") || note.contains("`C`")),
        "{all:?}"
    );
}
