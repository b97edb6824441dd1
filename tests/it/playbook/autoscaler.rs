//! The runbook of auto-scaling writes a `HorizontalPodAutoscaler` with the numbers of a line item, which fits the schema of Kubernetes.

use std::path::Path;
use std::process::Command;

use crate::house::schemas::Schema;
use crate::project::{HEAD, costplan, json, project, root, stderr, stdout};
use serde_json::Value;

fn line_item(name: &str, keys: &str) -> String {
    format!(
        "  - name: {name}\n    category: compute\n    cost: 30\n    autoscaling:\n      load: customers * 10/hour\n      \
         capacity_per_replica: 100/hour\n      target_utilization: most_used\n      max_replicas: 4 + customers\n      \
         profile: office-hours\n{keys}"
    )
}

fn manifest(line_items: &str) -> String {
    format!("{HEAD}sized_for: 8\ndrivers: {{ most_used: 65% }}\nline_items:\n{line_items}")
}

/// The manifest that a script writes, run by a shell that has no cluster.
fn written(directory: &Path, arguments: &[&str], file: &str) -> Value {
    let script = stdout(directory, &[&["runbook"], arguments, &["--format", "sh"]].concat());
    let script = format!("kubectl() {{ :; }}\n{script}");
    let output = Command::new("sh").args(["-c", &script]).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{}: {script}", stderr(&output));
    serde_yaml::from_str(&std::fs::read_to_string(directory.join(file)).unwrap()).unwrap()
}

fn schema() -> Schema {
    Schema::read(&root().join("tests/kubernetes/horizontal-pod-autoscaler.v2.schema.json"))
}

#[test]
fn the_manifest_has_the_numbers_of_the_line_item() {
    let keys = "      min_replicas: 3\n      scale_down_delay: 2.5 minutes\n      deployment: web\n";
    let directory = project(&[("stages/1-test.yaml", &manifest(&line_item("Pods", keys)))]);
    let hpa = written(directory.path(), &["autoscaling", "--stage", "1"], "k8s/web-hpa.yaml");
    schema().fits(&hpa, "the autoscaler");
    let spec = &hpa["spec"];
    assert_eq!((&hpa["metadata"]["name"], &spec["scaleTargetRef"]["name"]), (&"web".into(), &"web".into()));
    assert_eq!((&spec["minReplicas"], &spec["maxReplicas"]), (&3.into(), &12.into()));
    assert_eq!(spec["metrics"][0]["resource"]["target"]["averageUtilization"], 65);
    assert_eq!(spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"], 150);
    // What is set takes precedence.
    let set = ["autoscaling", "--stage", "test", "--set", "max_replicas=9", "--set", "deployment=api"];
    let hpa = written(directory.path(), &set, "k8s/api-hpa.yaml");
    schema().fits(&hpa, "the autoscaler with values that are set");
    assert_eq!((&hpa["spec"]["maxReplicas"], &hpa["spec"]["minReplicas"]), (&9.into(), &3.into()));
    let inputs = json(directory.path(), &["runbook", "autoscaling", "--stage", "1"])["inputs"].clone();
    assert_eq!((&inputs[1]["value"], &inputs[1]["line_item"]), (&"3".into(), &"Pods".into()));
}

#[test]
fn the_manifests_of_the_plan_fit_the_schema() {
    let directory = project(&[]);
    let hpa = written(directory.path(), &["autoscaling"], "k8s/api-hpa.yaml");
    schema().fits(&hpa, "the defaults");
    // The plan's policy: 2 to 20 replicas at 70%, scaled down after five minutes.
    assert_eq!((&hpa["spec"]["minReplicas"], &hpa["spec"]["maxReplicas"]), (&2.into(), &20.into()));
    let wrong =
        serde_json::json!({ "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {} });
    assert!(schema().problem(&wrong).is_some());
}

#[test]
fn of_several_line_items_one_is_chosen() {
    let items = line_item("Web", "      deployment: web\n")
        + &line_item("Worker", "      deployment: worker\n      min_replicas: 2\n");
    let directory = project(&[("stages/1-test.yaml", &manifest(&items))]);
    let hpa = written(
        directory.path(),
        &["autoscaling", "--stage", "1", "--set", "deployment=worker"],
        "k8s/worker-hpa.yaml",
    );
    assert_eq!(hpa["spec"]["minReplicas"], 2);
    for set in [&[][..], &["--set", "deployment=api"]] {
        let output = costplan(directory.path(), &[&["runbook", "autoscaling", "--stage", "1"], set].concat());
        assert!(stderr(&output).contains("several line items of the stage are auto-scaled"), "{}", stderr(&output));
    }
}

#[test]
fn a_number_that_kubernetes_does_not_take_is_refused() {
    for (keys, message) in [
        ("      min_replicas: 0\n", "`min_replicas` is 0"),
        ("      scale_down_delay: 2 hours\n", "longer than an hour"),
        ("      scale_down_delay: 1.5 seconds\n", "no whole number of seconds"),
    ] {
        let directory = project(&[("stages/1-test.yaml", &manifest(&line_item("Pods", keys)))]);
        let output = costplan(directory.path(), &["runbook", "autoscaling", "--stage", "1"]);
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
    let text = manifest(&line_item("Pods", "")).replace("65%", "66.5%");
    let directory = project(&[("stages/1-test.yaml", &text)]);
    let output = costplan(directory.path(), &["runbook", "autoscaling", "--stage", "1"]);
    assert!(stderr(&output).contains("no whole percentage"), "{}", stderr(&output));
    stdout(directory.path(), &["runbook", "autoscaling", "--stage", "1", "--set", "target_utilization=66"]);
    let output = costplan(directory.path(), &["runbook", "autoscaling", "--set", "max_replicas=07"]);
    assert!(stderr(&output).contains("is not a whole number"), "{}", stderr(&output));
    let output = costplan(directory.path(), &["runbook", "1", "--stage", "1"]);
    assert!(stderr(&output).contains("`--stage` needs the name of a runbook"), "{}", stderr(&output));
}
