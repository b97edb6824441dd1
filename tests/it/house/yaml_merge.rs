//! YAML as people know it from Compose and CI files: merge keys, and keys that are only there for their anchors.

use crate::project::{HEAD, in_memory};
use costplan::model::Stage;
use costplan::resolve::Request;

fn stage(text: &str) -> Result<Stage, String> {
    let mut workspace = in_memory(&[("stages/1-test.yaml", text)])?;
    let request = Request::on("2026-11-24".parse().unwrap());
    workspace.stage("1", &request).map(|(stage, _)| stage).map_err(|failure| failure.to_string())
}

/// The category, the quantity and the tags of the only line item.
fn line(item: &str) -> Result<String, String> {
    let anchors = "x-first: &first { category: first, quantity: 2, tags: { a: first } }
x-second: &second
  <<: *first
  category: second
  cost: 7
";
    let stage = stage(&format!("{anchors}{HEAD}line_items:\n  - {item}\n"))?;
    let [item] = &stage.line_items[..] else { return Err("not one line item".to_owned()) };
    let quantity = item.quantity.as_ref().and_then(costplan::model::Formula::literal).unwrap_or_default();
    let tags = item.tags.as_ref().map_or(0, |tags| tags.values.len());
    Ok(format!("{} {quantity} {tags}", stage.categories[0]))
}

#[test]
fn merge_keys_add_what_a_table_lacks() {
    assert_eq!(line("{ <<: *second, name: A }").unwrap(), "second 2 1");
    // Own keys count, wherever the merge key is.
    assert_eq!(line("{ name: A, category: own, <<: *second }").unwrap(), "own 2 1");
    assert_eq!(line("{ <<: *second, name: A, category: own, quantity: 4 }").unwrap(), "own 4 1");
    // An earlier table of a list counts.
    assert_eq!(line("{ <<: [*first, *second], name: A }").unwrap(), "first 2 1");
    assert_eq!(line("{ <<: [*second, *first], name: A }").unwrap(), "second 2 1");
    assert_eq!(line("{ <<: [{ quantity: 9 }, *second], name: A }").unwrap(), "second 9 1");
    assert_eq!(line("{ <<: [], name: A, category: c, cost: 1 }").unwrap(), "c 0 0");
    // A table inside is replaced, as YAML says.
    assert_eq!(line("{ <<: *second, name: A, tags: {} }").unwrap(), "second 2 0");
}

#[test]
fn a_merge_key_takes_tables_only() {
    for value in ["7", "text", "~", "[*first, 7]", "[[*first]]", "\"*first\""] {
        let wrong = line(&format!("{{ <<: {value}, name: A }}")).unwrap_err();
        assert!(wrong.contains("the merge key `<<` takes a table or a list of tables"), "{value}: {wrong}");
    }
    assert!(line("{ <<: *first, <<: *second, name: A }").unwrap_err().contains("duplicate key `<<`"));
    assert!(line("{ \"<<\": *second, name: A, category: c, cost: 1 }").unwrap_err().contains("unknown key `<<`"));
    assert!(line("{ <<: *third, name: A }").unwrap_err().contains("not valid YAML"));
}

#[test]
fn what_is_merged_keeps_its_place() {
    let wrong = stage(&format!("x-a: &a {{ category: c, cots: 1 }}\n{HEAD}line_items:\n  - {{ <<: *a, name: A }}\n"));
    assert!(wrong.unwrap_err().contains("stages/1-test.yaml:1:24: unknown key `cots` in a line item"));
    let wrong =
        stage(&format!("x-a: &a {{ category: c, cost: 1, cost: 2 }}\n{HEAD}line_items:\n  - {{ <<: *a, name: A }}\n"));
    assert_eq!(wrong.unwrap_err(), "stages/1-test.yaml:1:33: duplicate key `cost`");
}

#[test]
fn keys_for_anchors_are_only_at_the_top() {
    let items = "line_items: [{ name: A, category: c, cost: 1 }]\n";
    assert!(stage(&format!("x-anything: [1, {{ a: b }}]\nx-: ~\n{HEAD}{items}")).is_ok());
    let wrong = stage(&format!("{HEAD}line_items: [{{ name: A, category: c, cost: 1, x-note: n }}]\n")).unwrap_err();
    assert!(wrong.contains("unknown key `x-note`"), "{wrong}");
    assert!(stage(&format!("x-a: 1\nx-a: 2\n{HEAD}{items}")).unwrap_err().contains("duplicate key `x-a`"));
    assert!(stage(&format!("x_a: 1\n{HEAD}{items}")).unwrap_err().contains("unknown key `x_a`"));
}

#[test]
fn a_whole_table_of_the_top_can_be_merged() {
    let text = "x-base: &base\n  version: 1\n  customers: 0..10\n  currency: USD\n<<: *base\nstage: 1\nname: Test\n\
        line_items: [{ name: A, category: c, cost: 1 }]\n";
    assert_eq!(&*stage(text).unwrap().name, "Test");
}

#[test]
fn merge_keys_do_not_grow_beyond_what_aliases_may_copy() {
    let level = |level: u32| {
        let before = level - 1;
        format!("x-{level}: &k{level} {{ l{level}: [*k{before}, *k{before}], <<: *k{before} }}\n")
    };
    let levels: String = (1..30).map(level).collect();
    let text = format!("x-0: &k0 {{ a0: 1, b0: 2, c0: 3 }}\n{levels}");
    let wrong = stage(&format!("{text}{HEAD}line_items: []\n")).unwrap_err();
    assert!(wrong.contains("the aliases of this file expand to more than the file contains"), "{wrong}");
}

#[test]
fn anchors_are_those_of_their_own_document() {
    let wrong = stage(&format!("x-a: &a {{ cost: 1 }}\n---\n{HEAD}line_items: [{{ <<: *a, name: A }}]\n")).unwrap_err();
    assert!(wrong.contains("a file must be one YAML document"), "{wrong}");
}
