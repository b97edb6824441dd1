//! Files of other programs, given where a file of costplan is expected.

use crate::project::{HEAD, in_memory};
use costplan::app::{self, Request};
use costplan::workspace::Workspace;

const PLAN: &str = r#"{
 "format_version": "1.2",
 "terraform_version": "1.9.0",
 "planned_values": { "root_module": { "resources": [{ "address": "aws_instance.a", "values": { "kind": "x" } }] } },
 "resource_changes": []
}"#;
const COMPOSE: &str =
    "name: shop\nservices:\n  web:\n    image: caddy:2.10\n    ports: [\"80:80\"]\nvolumes:\n  data: {}\n";
const KUBERNETES: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  replicas: 3\n---\napiVersion: v1\nkind: Service\n";
const USAGE: &str = "version: 0.1\nresource_usage:\n  aws_instance.a:\n    monthly_hrs: 730\n";
const FOCUS: &str = "\u{feff}\"AvailabilityZone\",\"BilledCost\",\"BillingCurrency\"\n,0.5,USD\n";
const INVOICE: &str = "product,group_description,description,hours,start,end,USD\nDroplets,,a,672,x,y,5.00\n";
const EUROPEAN: &str = "Datum;Produkt;CostInBillingCurrency\n2026-01-01;VM;12,50\n";
const HCL: &str = "resource \"aws_instance\" \"a\" {\n  ami = \"x\"\n}\n";

const KINDS: [(&str, &str); 8] = [
    (PLAN, "a Terraform plan"),
    (COMPOSE, "a Compose file"),
    (KUBERNETES, "a Kubernetes manifest"),
    (USAGE, "a usage file of Infracost"),
    (FOCUS, "a bill in the format FOCUS"),
    (INVOICE, "a bill"),
    (EUROPEAN, "a bill"),
    (HCL, "a Terraform configuration"),
];

/// The one problem of a project.
fn problem(files: &[(&str, &str)], request: &Request) -> String {
    let mut workspace: Workspace = in_memory(files).unwrap();
    let failure = app::stage(&mut workspace, "1", request).unwrap_err();
    assert_eq!(failure.diagnostics.len(), 1, "{failure}");
    format!("{:?}", failure.diagnostics[0])
}

#[test]
fn a_file_of_another_kind_is_one_problem_that_names_it() {
    let request = Request::on("2026-11-24".parse().unwrap()).customers(1);
    let manifest = format!("{HEAD}line_items:\n  - {{ name: A, category: c, sku: v/s }}\n");
    for (text, name) in KINDS {
        let says = |what: &str, found: &str| {
            let wanted = format!("this is {name}, and not {what}");
            assert!(found.contains("OtherKindOfFile") && found.contains(&wanted), "{name} as {what}: {found}");
        };
        says("a stage manifest", &problem(&[("stages/1-test.yaml", text)], &request));
        says("a price sheet", &problem(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", text)], &request));
        let files = [("stages/1-test.yaml", &*manifest), ("scenarios/s.yaml", text)];
        says("a scenario", &problem(&files, &request.clone().scenario("s")));
    }
}

#[test]
fn a_file_of_costplan_with_mistakes_is_none_of_another_kind() {
    let request = Request::on("2026-11-24".parse().unwrap());
    for text in [
        "version: 1\nstage: 1\nname: Test\ncustomer: 0..100\ncurrency: USD\nline_items:\n  - { nam: A }\n",
        "version: 1\nstage: 1\nservices:\n  - { name: api }\nline_items: []\n",
        "- name, cost\n- 5\n",
    ] {
        let mut workspace = in_memory(&[("stages/1-test.yaml", text)]).unwrap();
        let failure = app::stage(&mut workspace, "1", &request).unwrap_err();
        assert!(!format!("{:?}", failure.diagnostics).contains("OtherKindOfFile"), "{failure}");
    }
}
