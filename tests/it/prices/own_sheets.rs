//! Price sheets of a project: a new one to fill in, a copy of a bundled one, and one that extends the bundled one.

use std::fs;
use std::path::Path;

use crate::house::schemas::{Schema, toml};
use crate::project::{HEAD, costplan, json, project, root, stderr, stdout, write};
use serde_json::Value;

/// The head of a sheet that extends the bundled one.
fn extending(vendor: &str, rest: &str) -> String {
    format!(
        "version = 1\nvendor = \"{vendor}\"\nextends = \"bundled\"\ncurrency = \"EUR\"\nsource = \"my contract\"\n\
         retrieved_on = 2026-11-01\ntrust = \"contract\"\n{rest}"
    )
}

/// A SKU with a flat price.
fn flat(name: &str, price: &str) -> String {
    format!("[skus.{name}]\n[[skus.{name}.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = {price}\n")
}

fn stage(skus: &[&str]) -> String {
    let items: String = skus
        .iter()
        .map(|sku| format!("  - {{ name: {sku}, category: c, sku: {sku}, other_usage: within_allowance }}\n"))
        .collect();
    format!("{HEAD}line_items:\n{items}")
}

fn errors(directory: &Path, arguments: &[&str]) -> String {
    let output = costplan(directory, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    stderr(&output)
}

#[test]
fn a_new_sheet_lacks_only_its_prices() {
    let directory = project(&[("costplan.toml", "version = 1\n[defaults]\ncurrency = \"EUR\"\n")]);
    let said = stdout(directory.path(), &["prices", "new", "acme"]);
    assert!(said.contains("wrote pricing/acme.toml") && said.contains("acme/basic"), "{said}");
    let path = directory.path().join("pricing/acme.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("currency = \"EUR\"") && text.contains("vendor = \"acme\""), "{text}");
    let wrong = errors(directory.path(), &["prices", "check", "--vendor", "acme"]);
    assert_eq!(wrong.matches("error[").count(), 3, "{wrong}");
    assert_eq!(wrong.matches("error[not-filled-in]").count(), 1, "{wrong}");
    assert_eq!(wrong.matches("error[invalid-number]").count(), 2, "{wrong}");
    fs::write(&path, text.replace("price = \"FILL IN\"", "price = 7").replace("FILL IN: the address", "The address"))
        .unwrap();
    stdout(directory.path(), &["prices", "check", "--vendor", "acme"]);
    let shown = json(directory.path(), &["quote", "acme/basic", "--usage", "traffic=2 GB"]);
    assert_eq!(shown["total"], 21, "7 and twice 7");
    // Its schema agrees, once the prices are there.
    let schema = Schema::of_format("price-sheet");
    assert!(schema.problem(&toml(&text)).is_some(), "a price is missing");
    schema.fits(&toml(&fs::read_to_string(&path).unwrap()), "the sheet that was filled in");
}

#[test]
fn a_new_sheet_of_a_known_vendor_extends_the_bundled_one() {
    let directory = project(&[("costplan.toml", "version = 1\n")]);
    stdout(directory.path(), &["prices", "new", "hetzner"]);
    let path = directory.path().join("pricing/hetzner.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("extends = \"bundled\"") && text.contains("currency = \"EUR\""), "{text}");
    fs::write(&path, text.replace("price = \"FILL IN\"", "price = 7").replace("FILL IN: the address", "The address"))
        .unwrap();
    assert_eq!(
        json(directory.path(), &["quote", "hetzner/cx41", "--as-of", "2024-01-01"])["total"].to_string(),
        "15.9"
    );
    assert_eq!(json(directory.path(), &["quote", "hetzner/basic", "--usage", "traffic=0 GB"])["total"], 7);
}

#[test]
fn a_new_sheet_is_never_written_over_another_nor_elsewhere() {
    let directory = project(&[("costplan.toml", "version = 1\n"), ("pricing/acme.toml", "mine\n")]);
    for (arguments, said) in [
        (&["prices", "new", "acme"][..], "error[file-exists]"),
        (&["prices", "export", "acme"], "error[unknown-vendor]"),
        (&["prices", "new", "../acme"], "error[invalid-name]"),
        (&["prices", "new", "Acme"], "error[invalid-name]"),
        (&["prices", "new", ".git"], "error[invalid-name]"),
        (&["prices", "new", "fx"], "error[invalid-name]"),
        (&["prices", "export", "../aws"], "error[unknown-vendor]"),
        (&["prices", "export", "hetzner", "hetzer"], "did you mean `hetzner`?"),
        (&["prices", "new", "box", "--currency", "EURO"], "error[invalid-currency]"),
    ] {
        let found = errors(directory.path(), arguments);
        assert!(found.contains(said), "{arguments:?}: {found}");
    }
    assert_eq!(fs::read_to_string(directory.path().join("pricing/acme.toml")).unwrap(), "mine\n");
    assert_eq!(fs::read_dir(directory.path().join("pricing")).unwrap().count(), 1);
    let nowhere = project(&[]);
    for command in ["new", "export"] {
        assert!(errors(nowhere.path(), &["prices", command, "aws"]).contains("error[no-project]"));
    }
    let outside =
        project(&[("plan/costplan.toml", "version = 1\n[paths]\npricing = \"../prices\"\n"), ("prices/x.toml", "")]);
    let found = errors(&outside.path().join("plan"), &["prices", "new", "acme"]);
    assert!(found.contains("error[outside-of-project]"), "{found}");
    assert_eq!(fs::read_dir(outside.path().join("prices")).unwrap().count(), 1);
}

#[test]
fn an_exported_sheet_is_the_bundled_one() {
    let directory = project(&[("costplan.toml", "version = 1\n[paths]\npricing = \"our/prices\"\n")]);
    stdout(directory.path(), &["prices", "export", "hetzner", "fx", "hetzner"]);
    for name in ["hetzner", "fx"] {
        let copy = fs::read(directory.path().join(format!("our/prices/{name}.toml"))).unwrap();
        assert_eq!(copy, fs::read(root().join(format!("pricing/{name}.toml"))).unwrap(), "{name}");
    }
    let before = json(directory.path(), &["prices", "list", "--as-of", "2026-11-24"]);
    let found = errors(directory.path(), &["prices", "export", "aws", "hetzner"]);
    assert!(found.contains("error[file-exists]"), "{found}");
    assert!(!directory.path().join("our/prices/aws.toml").exists());
    assert_eq!(json(project(&[]).path(), &["prices", "list", "--as-of", "2026-11-24"]), before);
}

/// The bundled CX41 is EUR 15.90 a month; here it is 11, and a SKU of one's own is 3.
#[test]
fn an_extending_sheet_adds_and_replaces() {
    let own = extending("hetzner", &[flat("cx41", "11"), flat("mine", "3")].concat());
    let stage = stage(&["hetzner/cx41", "hetzner/mine", "hetzner/cx31"]);
    let stage = stage.replace("currency: USD", "currency: EUR");
    let directory =
        project(&[("costplan.toml", "version = 1\n"), ("pricing/hetzner.toml", &own), ("stages/1-test.yaml", &stage)]);
    let at = ["stage", "1", "--customers", "1", "--as-of", "2024-01-01"];
    let shown = json(directory.path(), &at);
    let costs: Vec<String> =
        shown["line_items"].as_array().unwrap().iter().map(|item| item["monthly_cost"].to_string()).collect();
    assert_eq!(costs, ["11", "3", "8.9"]);
    // Where each comes from.
    let show = |sku: &str| json(directory.path(), &["prices", "show", sku, "--as-of", "2024-01-01"]);
    assert_eq!(show("hetzner/cx41")["place"], "pricing/hetzner.toml:8");
    assert_eq!(show("hetzner/cx41")["replaces"], "bundled:pricing/hetzner.toml:30");
    assert_eq!(show("hetzner/cx31")["place"], "bundled:pricing/hetzner.toml:11");
    assert_eq!((&show("hetzner/cx31")["replaces"], &show("hetzner/mine")["replaces"]), (&Value::Null, &Value::Null));
    let text = stdout(directory.path(), &["prices", "show", "hetzner/cx41", "--details", "--as-of", "2024-01-01"]);
    assert!(text.contains("in pricing/hetzner.toml:8, in place of\nbundled:pricing/hetzner.toml:30"), "{text}");
    let explained =
        |item: &str| stdout(directory.path(), &["explain", "1", item, "--customers", "1", "--as-of", "2024-01-01"]);
    assert!(
        explained("hetzner/cx41").contains("pricing/hetzner.toml:12")
            && !explained("hetzner/cx41").contains("bundled:")
    );
    assert!(explained("hetzner/cx31").contains("bundled:pricing/hetzner.toml"), "{}", explained("hetzner/cx31"));
    // Neither the list nor the checks have it twice.
    let listed = json(directory.path(), &["prices", "list", "--vendor", "hetzner"]);
    let count = |name: &str| listed["skus"].as_array().unwrap().iter().filter(|sku| sku["sku"] == name).count();
    assert_eq!((count("hetzner/cx41"), count("hetzner/mine"), count("hetzner/cx31")), (1, 1, 1));
    let vendors = json(directory.path(), &["prices", "vendors"]);
    let hetzner = vendors["vendors"].as_array().unwrap().iter().find(|of| of["vendor"] == "hetzner").unwrap();
    assert_eq!((&hetzner["extends_bundled"], &hetzner["file"]), (&true.into(), &"pricing/hetzner.toml".into()));
    let validated = stdout(directory.path(), &["validate", "--as-of", "2024-01-01"]);
    assert!(validated.contains("added to the bundled sheet of `hetzner`, of which it replaces `cx41`"), "{validated}");
    // The age is that of each price.
    let ages = costplan(directory.path(), &["prices", "stale", "--as-of", "2026-11-24", "--format", "json"]);
    let ages: Value = serde_json::from_slice(&ages.stdout).unwrap();
    let verdicts: Vec<(&Value, &Value)> =
        ages["prices"].as_array().unwrap().iter().map(|price| (&price["sku"], &price["retrieved_on"])).collect();
    assert!(verdicts.contains(&(&"hetzner/cx41".into(), &"2026-11-01".into())), "{verdicts:?}");
    assert!(verdicts.contains(&(&"hetzner/cx31".into(), &"2019-07-01".into())), "{verdicts:?}");
    // A snapshot keeps what was paid, whatever the sheet says later.
    snapshot(directory.path());
    write(directory.path(), "pricing/hetzner.toml", extending("hetzner", &flat("mine", "3")));
    let changed = costplan(directory.path(), &["diff", "--as-of", "2024-01-01", "--format", "json"]);
    let changed = String::from_utf8(changed.stdout).unwrap();
    assert!(changed.contains("hetzner/cx41") && changed.contains("15.9"), "{changed}");
}

fn snapshot(directory: &Path) {
    let output = costplan(directory, &["snapshot", "-o", "costplan.snapshot.yaml", "--as-of", "2024-01-01"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = fs::read_to_string(directory.join("costplan.snapshot.yaml")).unwrap();
    assert!(text.contains("price: 11") && !text.contains("extends"), "{text}");
}

#[test]
fn a_sheet_extends_only_what_is_there() {
    let of = |own: String| project(&[("costplan.toml", "version = 1\n"), ("pricing/acme.toml", &own)]);
    let none = of(extending("acme", &flat("box", "1")));
    for arguments in [&["prices", "check", "--vendor", "acme"][..], &["quote", "acme/box"], &["validate"]] {
        let found = errors(none.path(), arguments);
        assert!(found.contains("there is no bundled price sheet for the vendor `acme`"), "{arguments:?}: {found}");
        assert!(found.contains("pricing/acme.toml:3:12"), "{found}");
    }
    let other = of(extending("acme", &flat("box", "1")).replace("\"bundled\"", "\"hetzner\""));
    assert!(errors(other.path(), &["validate"]).contains("error[invalid-choice]"));
    // What a SKU of one's own names may be in the bundled sheet, and a name that is in neither is reported.
    let own = |successor: &str| {
        let sku = flat("old", "1")
            .replace("[skus.old]\n", &format!("[skus.old]\nsold_until = 2024-01-01\nsuccessor = \"{successor}\"\n"));
        project(&[("costplan.toml", "version = 1\n"), ("pricing/hetzner.toml", &extending("hetzner", &sku))])
    };
    stdout(own("cx33").path(), &["prices", "check", "--vendor", "hetzner", "--as-of", "2026-11-24"]);
    assert!(errors(own("cx34").path(), &["validate"]).contains("names the SKU `cx34`"));
    let pool = extending("digitalocean", &format!("[pools.transfer]\nunit = \"GiB\"\n{}", flat("x", "1")));
    let pool = project(&[("costplan.toml", "version = 1\n"), ("pricing/digitalocean.toml", &pool)]);
    assert!(errors(pool.path(), &["validate"]).contains("the bundled sheet has a pool `transfer` too"));
    // A pool of the bundled sheet serves a SKU of one's own: 0.5 TB of the Droplet and 1 TB of this one are shared.
    let server = "[skus.mine]\n[[skus.mine.charges]]\nmeter = \"egress\"\nunit = \"GiB\"\nmodel = \"per_unit\"\n\
                  pool = \"transfer\"\nincluded = \"1 TB * quantity\"\nprice = 0.01\n";
    let shared = project(&[
        ("costplan.toml", "version = 1\n"),
        ("pricing/digitalocean.toml", &extending("digitalocean", server)),
    ]);
    stdout(shared.path(), &["prices", "check", "--vendor", "digitalocean", "--as-of", "2026-11-24"]);
}

#[test]
fn vendors_are_listed_in_each_format() {
    let directory = project(&[]);
    let table = stdout(directory.path(), &["prices", "vendors", "--as-of", "2026-11-24"]);
    assert!(table.contains("stripe") && table.contains("Stripe") && table.contains("bundled"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let listed = json(directory.path(), &["prices", "vendors", "--as-of", "2026-11-24"]);
    assert_eq!(listed["schema"], "costplan.vendors.v1");
    let csv = stdout(directory.path(), &["prices", "vendors", "--format", "csv"]);
    assert_eq!(csv.lines().count(), listed["vendors"].as_array().unwrap().len() + 1);
    let markdown = stdout(directory.path(), &["prices", "vendors", "--format", "markdown"]);
    assert!(markdown.contains("| stripe |"), "{markdown}");
    let lambda = listed["vendors"].as_array().unwrap().iter().find(|of| of["vendor"] == "lambda").unwrap();
    assert_eq!(
        (&lambda["skus"], &lambda["currency"], &lambda["is_bundled"]),
        (&10.into(), &"USD".into(), &true.into())
    );
    assert_eq!(
        (&lambda["oldest_retrieved_on"], &lambda["newest_retrieved_on"]),
        (&"2026-01-01".into(), &"2026-09-20".into())
    );
}
