//! The categories of services of FOCUS, by the words of a plan.

/// What FOCUS calls a service: its category and its subcategory.
pub(super) type Service = (&'static str, &'static str);

/// Where no word of the plan is known.
pub(super) const OTHER: Service = ("Other", "Other (Other)");

/// Words of categories of a plan, with what FOCUS calls such services (`ServiceCategory` and `ServiceSubcategory` of FOCUS
/// 1.2 to 1.4).
const SERVICES: &[(&[&str], Service)] = &[
    (&["ai", "llm", "embeddings", "tokens"], ("AI and Machine Learning", "Generative AI")),
    (&["ml", "gpu", "training", "inference"], ("AI and Machine Learning", "Machine Learning")),
    (&["analytics"], ("Analytics", "Analytics Platforms")),
    (&["search"], ("Analytics", "Search")),
    (&["office", "chat", "collaboration"], ("Business Applications", "Productivity and Collaboration")),
    (&["payments", "payment", "billing", "crm"], ("Business Applications", "Other (Business Applications)")),
    (&["container", "containers", "kubernetes"], ("Compute", "Containers")),
    (&["serverless", "functions"], ("Compute", "Serverless Compute")),
    (&["compute", "server", "servers", "vm", "vps"], ("Compute", "Virtual Machines")),
    (&["cache", "caching"], ("Databases", "Caching")),
    (&["warehouse"], ("Databases", "Data Warehouses")),
    (&["database", "databases", "db"], ("Databases", "Relational Databases")),
    (&["ci", "cd", "build"], ("Developer Tools", "Continuous Integration and Deployment")),
    (&["repository", "repositories", "code"], ("Developer Tools", "Source Code Management")),
    (&["tools"], ("Developer Tools", "Developer Platforms")),
    (&["auth", "authentication", "identity", "login"], ("Identity", "Identity and Access Management")),
    (&["email", "mail", "sms", "messaging", "queue", "queues", "notifications"], ("Integration", "Messaging")),
    (&["monitoring", "observability", "logging", "logs", "metrics", "errors"], (MANAGEMENT, "Observability")),
    (&["support"], (MANAGEMENT, "Support")),
    (&["video", "media", "streaming"], ("Media", "Media Streaming")),
    (&["cdn"], ("Networking", "Content Delivery")),
    (&["domain", "domains", "dns"], ("Networking", "Network Routing")),
    (&["loadbalancer", "load-balancer", "load_balancer"], ("Networking", "Application Networking")),
    (&["network", "networking", "traffic", "egress"], ("Networking", "Network Infrastructure")),
    (&["secrets", "vault"], ("Security", "Secret Management")),
    (&["security", "waf"], ("Security", "Other (Security)")),
    (&["backup", "backups"], ("Storage", "Backup Storage")),
    (&["disk", "disks", "volume", "volumes"], ("Storage", "Block Storage")),
    (&["storage", "files", "objects"], ("Storage", "Object Storage")),
    (&["hosting", "web", "platform"], ("Web", "Application Platforms")),
];

const MANAGEMENT: &str = "Management and Governance";

/// What FOCUS calls the services of a category; `None` if its words are not known.
pub(super) fn service(category: &str) -> Option<Service> {
    let category = category.to_lowercase();
    let known = |word: &str| SERVICES.iter().find(|(words, _)| words.contains(&word)).map(|(_, service)| *service);
    known(&category).or_else(|| category.split(|mark: char| !mark.is_alphanumeric()).find_map(known))
}
