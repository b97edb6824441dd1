//! The manifests that the Kubernetes runbook writes: what it applies is there, and has the shape that Kubernetes wants.

use std::process::Command;

use crate::project::{project, stderr, stdout};
use serde_json::Value;

/// The documents of a file that the step of the runbook writes with these values.
fn written(values: &[(&str, &str)], file: &str) -> Vec<Value> {
    let directory = project(&[]);
    let set: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut arguments = vec!["runbook", "3", "--format", "json"];
    for pair in &set {
        arguments.extend(["--set", pair]);
    }
    let runbook: Value = serde_json::from_str(&stdout(directory.path(), &arguments)).unwrap();
    let mut lines: Vec<&str> = vec!["set -eu"];
    lines.extend(runbook["assignments"].as_array().unwrap().iter().filter_map(Value::as_str));
    let steps = runbook["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["name"] == "Write the manifests").unwrap();
    lines.extend(step["commands"].as_array().unwrap().iter().filter_map(Value::as_str));
    let script = lines.join("\n");
    let output = Command::new("sh").args(["-c", &script]).current_dir(directory.path()).output().unwrap();
    assert!(output.status.success(), "{}: {script}", stderr(&output));
    let text = std::fs::read_to_string(directory.path().join(file)).unwrap();
    text.split("\n---\n").map(|document| serde_yaml::from_str(document).unwrap()).collect()
}

#[test]
fn the_horizontal_pod_autoscaler_has_the_shape_of_its_version() {
    let hpa = written(&[("deployment", "web")], "k8s/hpa.yaml").remove(0);
    assert_eq!((&hpa["apiVersion"], &hpa["kind"]), (&"autoscaling/v2".into(), &"HorizontalPodAutoscaler".into()));
    assert_eq!(hpa["metadata"]["name"], "web");
    let spec = &hpa["spec"];
    assert_eq!(
        spec["scaleTargetRef"],
        serde_json::json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" })
    );
    // The plan: 3 to 10 pods, at 70% of the processor and 80% of the memory, scaled down after five minutes.
    assert_eq!((&spec["minReplicas"], &spec["maxReplicas"]), (&3.into(), &10.into()));
    let metric = |place: usize| {
        let metric = &spec["metrics"][place];
        assert_eq!(
            (&metric["type"], &metric["resource"]["target"]["type"]),
            (&"Resource".into(), &"Utilization".into())
        );
        (metric["resource"]["name"].as_str().unwrap(), metric["resource"]["target"]["averageUtilization"].as_u64())
    };
    assert_eq!((metric(0), metric(1)), (("cpu", Some(70)), ("memory", Some(80))));
    assert_eq!(spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"], 300);
    let known = ["scaleTargetRef", "minReplicas", "maxReplicas", "metrics", "behavior"];
    assert!(spec.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{spec}");
}

#[test]
fn the_application_is_deployed_with_what_is_given() {
    let values = [
        ("deployment", "true"),
        ("domain", "api.acme.dz"),
        ("container", "acme/api"),
        ("version", "1.10"),
        ("container_port", "8080"),
    ];
    let documents = written(&values, "k8s/api.yaml");
    let kinds: Vec<&str> = documents.iter().map(|document| document["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Deployment", "Service", "Ingress"]);
    // A name that YAML could take for something else is still a name.
    assert!(documents.iter().all(|document| document["metadata"]["name"] == "true"));
    let container = &documents[0]["spec"]["template"]["spec"]["containers"][0];
    assert_eq!((&container["image"], &container["ports"][0]["containerPort"]), (&"acme/api:1.10".into(), &8080.into()));
    // The autoscaler measures by what is requested.
    assert_eq!(container["resources"]["requests"], serde_json::json!({ "cpu": "250m", "memory": "256Mi" }));
    assert_eq!(documents[0]["spec"]["selector"]["matchLabels"], documents[0]["spec"]["template"]["metadata"]["labels"]);
    assert_eq!(documents[1]["spec"]["selector"], documents[0]["spec"]["selector"]["matchLabels"]);
    assert_eq!(documents[2]["spec"]["rules"][0]["host"], "api.acme.dz");
    assert_eq!(documents[2]["spec"]["tls"][0]["hosts"][0], "api.acme.dz");
    let issuer = written(&values, "k8s/issuer.yaml").remove(0);
    assert_eq!(issuer["metadata"]["name"], documents[2]["metadata"]["annotations"]["cert-manager.io/cluster-issuer"]);
}

#[test]
fn the_servers_are_listed_before_the_list_is_read() {
    let script = stdout(project(&[]).path(), &["runbook", "2", "--set", "domain=api.acme.dz", "--format", "sh"]);
    let place = |text: &str| script.find(text).unwrap_or_else(|| panic!("{text} is not in {script}"));
    let (created, written) = (place("hcloud server create"), place("done > \"$servers\""));
    let read = place("done < \"$servers\"");
    assert!(created < written && written < read, "{script}");
    assert!(script.contains("for number in 1 2; do"), "{script}");
}
