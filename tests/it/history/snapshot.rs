//! `costplan snapshot`: what is written, and when it is out of date.

use std::fs;
use std::path::Path;

use crate::project::{EVERYTHING, command, costplan, project, root, stdout};
use tempfile::TempDir;

const MANIFEST: &str = "version: 1\nstage: 1\nname: Web\ncustomers: 10..100\ncurrency: EUR\nmonthly_budget: ..90\n\
    buffer: 20%\ndrivers: { seats: ceil(customers / 3) }\nline_items:\n\
    \x20 - { name: \"=cmd()\", category: compute, quantity: 2, sku: v/s, usage: { data: customers * 1 GB / 7 } }\n\
    \x20 - { name: Seats, category: tools, cost: seats * 2.50 USD }\n";
const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"EUR\"\nsource = \"https://example.com/prices\"\n\
    retrieved_on = 2026-01-01\ntrust = \"fixture\"\n\
    [[skus.s.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprices = [\n\
    \x20 { price = 5, effective_to = 2026-10-31 },\n  { price = 6, effective_from = 2026-11-01, effective_to = 2026-12-31 },\n\
    \x20 { price = 7, effective_from = 2027-01-01 },\n]\n\
    [[skus.s.charges]]\nmeter = \"data\"\nunit = \"GB\"\nmodel = \"graduated\"\nincluded = \"quantity * 1 GB\"\n\
    tiers = [{ up_to = 10, price = 0.5 }, { price = 0.25 }]\n";
const RATES: &str =
    "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.25\neffective_from = 2026-01-01\nsource = \"s\"\n";

/// 2 plans at 6; 3 GB of 21 / 7, of which 2 are included, at 0.50; 7 seats at 2.50 USD are 14 EUR; 20 % on 26.50.
const EXPECTED: &str = r#"# What the stages cost, and everything these costs depend on. `costplan snapshot --update` writes this file.
version: 1
as_of: 2026-11-24
rates:
  - from: EUR
    to: USD
    rate: 1.25
    effective_from: 2026-01-01
    source: s
prices:
  v:
    currency: EUR
    skus:
      s:
        charges:
          - meter: plan
            model: flat
            prices:
              - effective_from: 2026-11-01
                effective_to: 2026-12-31
                price: 6
                source: https://example.com/prices
                retrieved_on: 2026-01-01
                trust: fixture
          - meter: data
            unit: GB
            model: graduated
            prices:
              - tiers:
                  - up_to: 10
                    price: 0.5
                  - price: 0.25
                included: quantity * 1 GB
                source: https://example.com/prices
                retrieved_on: 2026-01-01
                trust: fixture
stages:
  - currency: EUR
    manifest:
      version: 1
      stage: 1
      name: Web
      customers: 10..100
      currency: EUR
      buffer: 0.2
      line_items:
        - name: "=cmd()"
          category: compute
          sku: v/s
          quantity: 2
          usage:
            data: customers * 1 GB / 7
        - name: Seats
          category: tools
          cost: seats * 2.50 USD
    costings:
      - customers: 21
        mrr: 2000 EUR
        project_budget: 100
        stage_budget: ..90
        drivers:
          seats: 7
        costs:
          line_items:
            - name: "=cmd()"
              quantity: 2
              usage:
                data: 3 GB
              charges:
                plan: 12
                data: 0.5
              cost: 12.5
            - name: Seats
              quantity: 1
              native: 17.5 USD
              cost: 14
          subtotal: 26.5
          buffer: 5.3
          total: 31.8
"#;

fn plan() -> TempDir {
    project(&[
        ("costplan.toml", "version = 1\n[budget]\nmonthly = \"100 EUR\"\n"),
        ("stages/1-web.yaml", MANIFEST),
        ("pricing/v.toml", SHEET),
        ("pricing/fx.toml", RATES),
    ])
}

/// Runs the program, and gives the exit code and what it said.
fn run(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = costplan(directory, arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_snapshot_holds_every_number_and_only_the_prices_that_hold() {
    let directory = plan();
    let text = stdout(directory.path(), &["snapshot", "--customers", "21", "--mrr", "2000", "--as-of", "2026-11-24"]);
    assert_eq!(text, EXPECTED);
}

#[test]
fn a_snapshot_is_written_checked_and_written_again() {
    let directory = plan();
    let path = directory.path().join("costplan.snapshot.yaml");
    let (code, _, stderr) = run(directory.path(), &["snapshot", "--check"]);
    assert_eq!(code, 2, "no snapshot is no pass");
    assert!(stderr.contains("missing-snapshot"), "{stderr}");
    let (code, stdout, stderr) = run(directory.path(), &["snapshot", "--update", "--as-of", "2026-11-24"]);
    assert_eq!((code, &*stdout, &*stderr), (0, "", "wrote costplan.snapshot.yaml\n"));
    let first = fs::read_to_string(&path).unwrap();
    let (code, stdout, stderr) = run(directory.path(), &["snapshot", "--check"]);
    assert_eq!((code, &*stdout, &*stderr), (0, "costplan.snapshot.yaml is up to date.\n", ""));

    fs::write(directory.path().join("stages/1-web.yaml"), MANIFEST.replace("quantity: 2", "quantity: 3")).unwrap();
    let (code, stdout, stderr) = run(directory.path(), &["snapshot", "--check"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("-           quantity: 2\n+           quantity: 3\n"), "{stdout}");
    assert!(stderr.contains("the snapshot is out of date"), "{stderr}");
    assert_eq!(fs::read_to_string(&path).unwrap(), first, "a check writes nothing");

    run(directory.path(), &["snapshot", "--update", "--as-of", "2026-11-24"]);
    let second = fs::read_to_string(&path).unwrap();
    assert_eq!(run(directory.path(), &["snapshot", "--check"]).0, 0);
    // One change is one line of the manifest, and the numbers that follow from it, at both ends of the range.
    let changed = first.lines().zip(second.lines()).filter(|(a, b)| a != b).count();
    assert_eq!((first.lines().count(), changed), (second.lines().count(), 13), "{second}");
    let left: Vec<_> = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "nothing is left over: {left:?}");
}

#[test]
fn a_day_that_passes_is_no_change() {
    let directory = plan();
    run(directory.path(), &["snapshot", "--update", "--as-of", "2026-10-15"]);
    // Since November another price holds; the snapshot is of October.
    assert_eq!(run(directory.path(), &["snapshot", "--check"]).0, 0);
    assert_eq!(run(directory.path(), &["snapshot", "--check", "--as-of", "2026-11-24"]).0, 1);
    let text = stdout(directory.path(), &["diff", "--as-of", "2026-11-24", "--format", "csv"]);
    // 2 plans at 1 more, with 20 % on them.
    assert!(text.contains(",1,10,10,,price,,,2.40,EUR"), "{text}");
}

#[test]
fn a_snapshot_does_not_depend_on_where_and_how_it_is_written() {
    let (directory, other) = (plan(), tempfile::tempdir().unwrap());
    let arguments = ["snapshot", "--as-of", "2026-11-24"];
    let here = stdout(directory.path(), &arguments);
    let mut far = command(other.path());
    let far = far.args(arguments).args(["--project", directory.path().to_str().unwrap()]);
    let output =
        far.env("LC_ALL", "de_DE.UTF-8").env("TZ", "Pacific/Kiritimati").env("HOME", "/nowhere").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), here);
    assert!(!here.contains(directory.path().to_str().unwrap()));
}

#[test]
fn line_ends_of_windows_are_no_change() {
    let directory = plan();
    run(directory.path(), &["snapshot", "--update", "--as-of", "2026-11-24"]);
    let path = directory.path().join("costplan.snapshot.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    assert_eq!(run(directory.path(), &["snapshot", "--check"]).0, 0);
    assert_eq!(run(directory.path(), &["diff"]).0, 0);
}

#[test]
fn a_snapshot_goes_where_the_project_says() {
    let directory = plan();
    fs::write(directory.path().join("costplan.toml"), "version = 1\n[paths]\nsnapshot = \"ci/costs.yaml\"\n").unwrap();
    let (code, _, stderr) = run(directory.path(), &["snapshot", "--update"]);
    assert_eq!((code, &*stderr), (0, "wrote ci/costs.yaml\n"));
    assert_eq!(run(directory.path(), &["snapshot", "--check"]).0, 0);
    assert_eq!(run(directory.path(), &["diff"]).0, 0);
    // A file is where a directory should be.
    fs::write(directory.path().join("file"), "").unwrap();
    let (code, _, stderr) = run(directory.path(), &["snapshot", "-o", "file/snapshot.yaml"]);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("cannot be written"), "{stderr}");
}

#[test]
fn a_link_stays_a_link() {
    let directory = plan();
    fs::create_dir(directory.path().join("kept")).unwrap();
    fs::write(directory.path().join("kept/costs.yaml"), "").unwrap();
    let link = directory.path().join("costplan.snapshot.yaml");
    #[cfg(unix)]
    std::os::unix::fs::symlink("kept/costs.yaml", &link).unwrap();
    run(directory.path(), &["snapshot", "--update"]);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(run(directory.path(), &["snapshot", "--check"]).0, 0);
}

#[test]
fn a_check_of_the_bundled_plan_and_of_every_example_passes_after_an_update() {
    let examples = root().join("examples");
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("snapshot.yaml");
    let out = out.to_str().unwrap();
    for entry in fs::read_dir(examples).unwrap() {
        let path = entry.unwrap().path();
        if !path.join("stages").is_dir() {
            continue;
        }
        let (code, _, stderr) = run(&path, &["snapshot", "-o", out]);
        assert_eq!(code, 0, "{}: {stderr}", path.display());
        assert_eq!(run(&path, &["snapshot", "--check", "-o", out]).0, 0, "{}", path.display());
        let (code, text, stderr) = run(&path, &["diff", out, "--format", "csv"]);
        assert_eq!((code, text.lines().count()), (0, 1), "{}: {text}{stderr}", path.display());
    }
}

#[test]
fn a_stage_with_every_key_of_the_formats_is_kept() {
    let directory = project(&EVERYTHING);
    for more in [&[][..], &["--currency", "EUR"], &["--list-prices", "--hours-per-month", "744", "--buffer", "12.5%"]] {
        let asked = [&["--customers", "7", "--as-of", "2026-11-24"], more].concat();
        let of = |command: &[&'static str]| [command, &asked].concat();
        let (code, _, stderr) = run(directory.path(), &of(&["snapshot", "-o", "s.yaml"]));
        assert_eq!(code, 0, "{more:?}: {stderr}");
        assert_eq!(run(directory.path(), &of(&["snapshot", "--check", "-o", "s.yaml"])).0, 0, "{more:?}");
        let (code, text, stderr) = run(directory.path(), &of(&["diff", "s.yaml", ".", "--format", "csv"]));
        assert_eq!((code, text.lines().count()), (0, 1), "{more:?}: {text}{stderr}");
    }
}

#[test]
fn a_snapshot_takes_the_place_of_a_snapshot_only() {
    let directory = plan();
    let manifest = directory.path().join("stages/1-web.yaml");
    let (code, _, stderr) = run(directory.path(), &["snapshot", "-o", "stages/1-web.yaml"]);
    assert!(code == 2 && stderr.contains("error[file-exists]"), "{stderr}");
    assert_eq!(fs::read_to_string(&manifest).unwrap(), MANIFEST);
    let (code, _, stderr) = run(directory.path(), &["snapshot", "-o", "/dev/null"]);
    assert!(code == 2 && stderr.contains("error[not-a-file]"), "{stderr}");
}

/// The same project with other line items and another sheet, written and read again.
fn is_kept(sheet: &str, items: &str, more: &[(&str, &str)]) {
    let head = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n";
    let (sheet, manifest) = (format!("{head}{sheet}"), format!("{}line_items:\n{items}", crate::project::HEAD));
    let mut files = vec![("stages/1-test.yaml", manifest.as_str()), ("pricing/v.toml", sheet.as_str())];
    files.extend(more);
    let directory = project(&files);
    for arguments in [&["snapshot", "--update"][..], &["snapshot", "--check"]] {
        let (code, text, stderr) = run(directory.path(), arguments);
        assert_eq!(code, 0, "{text}{stderr}");
    }
    let (code, text, stderr) = run(directory.path(), &["diff", "--format", "csv"]);
    assert_eq!((code, text.lines().count()), (0, 1), "{text}{stderr}");
}

#[test]
fn prices_that_nobody_publishes_are_kept_beside_those_that_somebody_does() {
    let of_options = "[[skus.o.charges]]\nmeter = \"a\"\nunit = \"GB\"\nmodel = \"graduated\"\nprices = [\n\
        { when = { r = \"us\" }, price = \"quote\" },\n{ when = { r = \"eu\" }, tiers = [{ price = 1 }] },\n]\n";
    let items = "  - { name: A, category: c, sku: v/o, options: { r: eu }, usage: { a: 5 GB } }\n\
        \x20 - { name: B, category: c, sku: v/o, options: { r: us }, usage: { a: 5 GB } }\n";
    is_kept(of_options, items, &[]);
    let of_days = "[[skus.o.charges]]\nmeter = \"a\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprices = [\n\
        { price = 1, effective_to = 2026-06-01 },\n{ price = \"quote\", effective_from = 2026-06-02 },\n]\n";
    let item = "  - { name: A, category: c, sku: v/o, usage: { a: 5 GB } }\n";
    let scenarios = [
        ("costplan.toml", "version = 1\n[check]\nscenarios = [\"then\", \"now\"]\n"),
        ("scenarios/then.yaml", "version: 1\nas_of: 2026-05-01\n"),
        ("scenarios/now.yaml", "version: 1\ncustomers: 5\n"),
    ];
    is_kept(of_days, item, &scenarios);
}

#[test]
fn agreed_prices_are_kept_however_they_are_written() {
    let sheet = "[[skus.s.charges]]\nmeter = \"data\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 1\n\
        [[skus.s.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 5\n";
    for agreed in ["12 USD\\u002fmonth", "12 \\u0055SD/GB", "2 EUR/TB", "7", "120 USD/year"] {
        let item = format!(
            "  - {{ name: A, category: c, sku: v/s, usage: {{ data: 5 GB }}, agreed_price: {{ data: \"{agreed}\", plan: 3, reason: r }} }}\n"
        );
        is_kept(sheet, &item, &[("pricing/fx.toml", RATES)]);
    }
}

#[test]
fn whatever_is_changed_by_hand_is_refused_at_its_line() {
    let directory = plan();
    let path = directory.path().join("costplan.snapshot.yaml");
    run(directory.path(), &["snapshot", "--update", "--customers", "21", "--as-of", "2026-11-24"]);
    let text = fs::read_to_string(&path).unwrap();
    let diff = || run(directory.path(), &["diff", "--customers", "21", "--as-of", "2026-11-24"]);
    let check = || run(directory.path(), &["snapshot", "--check", "--customers", "21"]);
    for (from, to) in [
        ("subtotal: 26.5", "subtotal: 27"),
        ("buffer: 5.3", "buffer: 5"),
        ("data: 3 GB", "data: 77 TB"),
        ("plan: 12", "plan: 555"),
        ("seats: 7", "seats: 8"),
        ("native: 17.5 USD", "native: 18 USD"),
        ("price: 6", "price: 6.5"),
        ("total: 31.8", "total: 31.8\n          total_at_least: 31.8"),
    ] {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        fs::write(&path, text.replace(from, to)).unwrap();
        for (code, _, stderr) in [diff(), check(), run(directory.path(), &["validate"])] {
            assert_eq!(code, 2, "{to}");
            assert!(
                stderr.contains("error[snapshot-changed]") && stderr.contains("--> costplan.snapshot.yaml:"),
                "{stderr}"
            );
        }
    }
    let start = text.find("      - customers: 21").unwrap();
    fs::write(&path, format!("{text}{}", &text[start..])).unwrap();
    assert!(diff().2.contains("the snapshot holds a stage twice at the same point"));
    // A line item without its cost.
    let start = text.rfind("            - name: ").unwrap();
    let end = start + text[start..].find("          subtotal").unwrap();
    fs::write(&path, format!("{}{}", &text[..start], &text[end..])).unwrap();
    let stderr = diff().2;
    assert!(stderr.contains("error[snapshot-changed]") && stderr.contains("--> costplan.snapshot.yaml:"), "{stderr}");
    // What helps with a manifest is no help with a snapshot.
    fs::write(&path, text.replace("sku: v/", "sku: v/no-")).unwrap();
    let stderr = diff().2;
    assert!(stderr.contains("error[unknown-sku]") && stderr.contains("--update` writes it again"), "{stderr}");
    // A byte order mark is ignored.
    fs::write(&path, format!("\u{feff}{text}")).unwrap();
    assert_eq!((diff().0, check().0), (0, 0));
    // Comments above it are not either.
    fs::write(&path, format!("# Kept by the team.\n{text}")).unwrap();
    assert_eq!((diff().0, check().0), (0, 0));
}

#[test]
fn a_part_takes_no_place_of_the_whole() {
    let directory = plan();
    for way in ["--update", "--check"] {
        let (code, _, stderr) = run(directory.path(), &["snapshot", "1", way]);
        assert_eq!(code, 2);
        assert!(stderr.contains("the snapshot of a project holds all that is watched"), "{stderr}");
    }
    assert_eq!(run(directory.path(), &["snapshot", "1", "-o", "part.yaml"]).0, 0);
}

#[test]
fn a_snapshot_of_a_newer_costplan_is_not_replaced() {
    let directory = plan();
    let path = directory.path().join("costplan.snapshot.yaml");
    run(directory.path(), &["snapshot", "--update", "--as-of", "2026-11-24"]);
    let newer = fs::read_to_string(&path).unwrap().replacen("version: 1", "version: 2", 1);
    fs::write(&path, &newer).unwrap();
    let (code, _, stderr) = run(directory.path(), &["snapshot", "--update"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("error[newer-snapshot]") && stderr.contains("costplan.snapshot.yaml:2:10"), "{stderr}");
    assert_eq!(fs::read_to_string(&path).unwrap(), newer);
    // Nor is one that cannot be read besides, or of a version beyond every number.
    for text in [
        format!("{newer}<<<<<<< ours\n"),
        format!("{newer}: [\n"),
        newer.replacen("version: 2", "version: 99999999999999999999", 1),
        newer.replacen("version: 2", "version: 2 # newer", 1),
        newer.replacen("version: 2", "version: \"2\"", 1),
    ] {
        fs::write(&path, &text).unwrap();
        let (code, _, stderr) = run(directory.path(), &["snapshot", "--update"]);
        assert!(code == 2 && stderr.contains("error[newer-snapshot]"), "{stderr}");
    }
    // One in which a merge has left its conflict is.
    fs::write(&path, format!("{}<<<<<<< ours\n", newer.replacen("version: 2", "version: 1", 1))).unwrap();
    assert_eq!(run(directory.path(), &["validate"]).0, 2);
    assert_eq!(run(directory.path(), &["snapshot", "--update"]).0, 0);
    assert_eq!(run(directory.path(), &["validate"]).0, 0);
}

#[test]
fn a_snapshot_keeps_the_currency_of_prices_that_it_leaves_out() {
    let of = |prices: &str, options: &str| {
        let sheet = format!("[[skus.s.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprices = [{prices}]\n");
        is_kept(&sheet, &format!("  - {{ name: A, category: c, sku: v/s{options} }}\n"), &[("pricing/fx.toml", RATES)]);
    };
    let euro = "currency = \"EUR\", price = 5";
    of(&format!("{{ effective_to = 2026-06-30, {euro} }}, {{ effective_from = 2026-07-01, price = 6 }}"), "");
    of(&format!("{{ effective_to = 2026-06-30, price = 6 }}, {{ effective_from = 2026-07-01, {euro} }}"), "");
    let far = ", options: { r: far }";
    of(&format!("{{ when = {{ r = \"near\" }}, {euro} }}, {{ when = {{ r = \"far\" }}, price = 6 }}"), far);
}

#[test]
fn zeros_at_the_end_of_a_driver_make_no_snapshot_that_is_refused() {
    let item = "  - { name: A, category: c, cost: uploads / 1024 * 0.10 }\n";
    let directory = project(&[(
        "stages/1-test.yaml",
        &format!(
            "{}drivers: {{ uploads: customers * 10.0 * 0.0500 * 0.2000 * 0.1000 * 0.5000 }}\nline_items:\n{item}",
            crate::project::HEAD
        ),
    )]);
    for arguments in [&["snapshot", "--update"][..], &["snapshot", "--check"], &["validate"]] {
        let (code, text, stderr) = run(directory.path(), arguments);
        assert_eq!(code, 0, "{text}{stderr}");
    }
}
