//! Search of prices: words that mean the same, what comes first, and what is said where nothing is found.

use std::path::Path;

use crate::project::{costplan, project, stderr, stdout};
use costplan::diagnostic::Problems;
use costplan::source::Sources;
use costplan::view::Search;
use costplan::{parse, resolve};
use serde_json::Value;

fn found(directory: &Path, words: &[&str]) -> Vec<String> {
    let arguments = [&["prices", "search"], words, &["--as-of", "2026-11-24", "--format", "json"]].concat();
    let listed: Value = serde_json::from_str(&stdout(directory, &arguments)).unwrap();
    assert_eq!(listed["schema"], "costplan.prices.v1");
    listed["skus"].as_array().unwrap().iter().map(|sku| sku["sku"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn words_of_everyday_find_what_vendors_call_otherwise() {
    let directory = project(&[]);
    for (words, wanted) in [
        (&["postgres"][..], &["supabase/pro", "crunchydata/standard", "digitalocean/managed-postgres-1gb"][..]),
        (&["pg"], &["supabase/pro", "aws/rds-postgres-t3-large"]),
        (&["s3"], &["aws/s3-standard", "backblaze/b2", "cloudflare/r2", "digitalocean/spaces"]),
        (&["bucket"], &["aws/s3-standard", "backblaze/b2", "cloudflare/r2"]),
        (&["object", "storage"], &["backblaze/b2", "cloudflare/r2", "digitalocean/spaces"]),
        (&["Object-Storage"], &["backblaze/b2", "cloudflare/r2"]),
        (&["gpu"], &["lambda/gpu-1x-a10", "vast/rtx-4090", "digitalocean/gpu-h100", "hetzner/gex44"]),
        (&["vps"], &["hetzner/cx23", "digitalocean/s-1vcpu-2gb"]),
        (&["queue"], &["cloudflare/queues"]),
        (&["cdn"], &["cloudflare/pro", "vercel/pro"]),
        (&["e-mail"], &["postmark/basic", "sendgrid/essentials"]),
        (&["EMAIL"], &["postmark/basic", "sendgrid/essentials"]),
        (&["payments"], &["stripe/cards"]),
        (&["login"], &["auth0/free", "clerk/pro"]),
        (&["redis"], &["upstash/pay-as-you-go"]),
        (&["llm"], &["openai/gpt-6-luna", "anthropic/claude-haiku-5-5"]),
        (&["load", "balancer"], &["hetzner/lb11", "digitalocean/load-balancer"]),
        (&["error", "tracking"], &["sentry/team"]),
    ] {
        let found = found(directory.path(), words);
        for sku in wanted {
            assert!(found.iter().any(|known| known == sku), "{words:?} does not find {sku}: {found:?}");
        }
    }
    // What means the same is a word of its own: `ai` is in no e-mail, and `vm` in no name.
    let found = found(directory.path(), &["ai"]);
    assert!(found.iter().all(|sku| !sku.starts_with("postmark") && !sku.starts_with("domains")), "{found:?}");
}

#[test]
fn what_fits_best_comes_first() {
    let sku = |name: &str, keys: &str| {
        format!("[skus.{name}]\n{keys}\n[[skus.{name}.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 1\n")
    };
    let sheet = [
        "version = 1\nvendor = \"acme\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-06-01\ntrust = \"vendor\"\n"
            .to_owned(),
        sku("a-note", "note = \"a zebra, in a note\""),
        sku("b-described", "description = \"a zebra of words\""),
        sku("c-category", "category = \"zebra\""),
        sku("d-keyword", "keywords = [\"zebra\"]"),
        sku("e-named", "name = \"The Zebra\""),
        sku("f-zebra-long", ""),
        sku("g-zebras", ""),
        sku("zebra", ""),
    ];
    let directory = project(&[("pricing/acme.toml", &sheet.concat())]);
    let order = ["f-zebra-long", "zebra", "g-zebras", "e-named", "c-category", "d-keyword", "b-described", "a-note"];
    let order: Vec<String> = order.iter().map(|name| format!("acme/{name}")).collect();
    assert_eq!(found(directory.path(), &["zebra"]), order);
    // The exact name comes before all that only contains it.
    assert_eq!(found(directory.path(), &["acme/zebra"])[0], "acme/zebra");
    assert_eq!(found(directory.path(), &["hetzner/cx41"]), ["hetzner/cx41"]);
    assert_eq!(found(directory.path(), &["cx23"])[0], "hetzner/cx23");
    // Every word has to fit.
    assert_eq!(found(directory.path(), &["zebra", "described"]), ["acme/b-described"]);
    let postgres = found(directory.path(), &["postgres"]);
    let place = |id: &str| postgres.iter().position(|known| known == id);
    assert!(place("digitalocean/managed-postgres-1gb") < place("supabase/pro"), "{postgres:?}");
    assert!(place("supabase/pro").is_some() && place("aws/rds-mysql-t3-large-multi-az").is_none(), "{postgres:?}");
    // The word itself comes before what only means the same.
    let bucket = found(directory.path(), &["bucket"]);
    assert_eq!(bucket[..2], ["railway/bucket", "aws/s3-standard"], "its name, then its keyword is the word");
    assert!(!bucket.contains(&"azure/b2ms".to_owned()), "{bucket:?}");
}

#[test]
fn list_takes_the_same_words_and_search_the_same_filters() {
    let directory = project(&[]);
    let list = stdout(directory.path(), &["prices", "list", "bucket", "--all", "--as-of", "2026-11-24"]);
    assert_eq!(list, stdout(directory.path(), &["prices", "search", "bucket", "--all", "--as-of", "2026-11-24"]));
    assert_eq!(found(directory.path(), &["bucket", "--vendor", "backblaze"]), ["backblaze/b2"]);
    assert_eq!(costplan(directory.path(), &["prices", "search"]).status.code(), Some(2));
}

#[test]
fn what_is_not_there_is_said_with_the_two_ways_on() {
    let directory = project(&[]);
    let ways =
        "`costplan prices new quagga` writes a sheet to fill in, or write its price in the line item: `cost: 20 USD`";
    let output = costplan(directory.path(), &["prices", "search", "quagga"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        said.contains("no vendor and no product of the price sheets fits `quagga`") && said.contains(ways),
        "{said}"
    );
    let typo = stderr(&costplan(directory.path(), &["prices", "search", "hetzer"]));
    assert!(typo.contains("did you mean `hetzner`?"), "{typo}");
    let several = stderr(&costplan(directory.path(), &["prices", "search", "quantum", "quagga"]));
    assert!(several.contains("fits `quantum quagga`") && several.contains("`costplan prices new VENDOR`"), "{several}");
    for arguments in [
        &["quote", "quagga/sms"][..],
        &["prices", "show", "quagga/sms"],
        &["prices", "list", "--vendor", "quagga"],
        &["prices", "check", "--vendor", "quagga"],
    ] {
        let output = costplan(directory.path(), arguments);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2));
        assert!(said.contains("there is no price sheet for the vendor `quagga`") && said.contains(ways), "{said}");
    }
    let product = stderr(&costplan(directory.path(), &["quote", "stripe/terminal-reader"]));
    assert!(product.contains("or add it to pricing/stripe.toml, or write its price in the line item"), "{product}");
}

/// A search reads only the SKUs whose text has the words, and finds what it finds in all of them.
#[test]
fn what_fits_is_among_the_candidates() {
    let groups = vec![vec!["s3".to_owned(), "object storage".to_owned(), "bucket".to_owned()]];
    let searches: Vec<Search> = ["gpu", "postgres large", "hetzner/cx", "Bucket", "VAT", "arm vcpu", "server", "é"]
        .iter()
        .map(|words| Search::new(words, &groups))
        .collect();
    let mut found = 0;
    for entry in std::fs::read_dir(crate::project::root().join("pricing")).unwrap() {
        let path = entry.unwrap().path();
        let vendor = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if vendor == "fx" {
            continue;
        }
        let mut sources = Sources::default();
        let file = sources.add(path.display().to_string(), std::fs::read_to_string(&path).unwrap());
        let mut problems = Problems::default();
        let raw = parse::price_sheet(file, sources.text(file), &mut problems).unwrap();
        let sheet = resolve::price_sheet(raw, &vendor, None, &mut problems);
        let Some((others, texts)) = parse::sku_texts(sources.text(file)) else { continue };
        assert_eq!(texts.len(), sheet.skus.len(), "{vendor}");
        for search in &searches {
            let Some(candidates) = search.candidates(&vendor, &others, &texts) else { continue };
            for sku in sheet.skus.iter().filter(|sku| search.rank(sku).is_some()) {
                assert!(candidates.contains(sku.name_in_sheet()), "{} for {search:?}", sku.id);
                found += 1;
            }
        }
    }
    assert!(found > 100, "{found}");
}
