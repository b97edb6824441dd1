//! The comment of a check and of a difference: a line for each stage, folded details, and nothing that is live or too long.

#![cfg(unix)]

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::project::{HEAD, ci_script, commit, costplan, git, project, write};

/// The manifest of a stage with so many line items.
fn stage(id: usize, name: &str, items: usize) -> String {
    let head =
        HEAD.replace("stage: 1\nname: Test", &format!("stage: {id}\nname: \"{name}\"")).replace("0..100", "5..5");
    let item = |item: usize| format!("  - {{ name: Item {item} of {id}, category: c, cost: 2 }}\n");
    format!("{head}monthly_budget: ..1\nline_items:\n{}", (0..items).map(item).collect::<String>())
}

/// A repository with a project below `shop`, of which some stages cost more since the last commit.
fn repository(stages: usize, items: usize) -> TempDir {
    let files: Vec<(String, String)> =
        (1..=stages).map(|id| (format!("shop/stages/{id:03}-s.yaml"), stage(id, &format!("S{id}"), items))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let directory = project(&files);
    write(directory.path(), "shop/costplan.toml", "version = 1\n");
    git(directory.path(), &["init", "-q", "-b", "main"]);
    commit(directory.path(), "first");
    for (name, text) in files.iter().skip(1) {
        write(directory.path(), name, text.replace("cost: 2", "cost: 3"));
    }
    directory
}

fn markdown(directory: &Path, arguments: &[&str]) -> String {
    let output = costplan(directory, &[arguments, &["--format", "markdown"]].concat());
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Whether a text is whole: what is unfolded is closed, and tables have rows.
fn is_whole(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let headless = lines.windows(2).any(|pair| pair[0].starts_with("|---") && !pair[1].starts_with("| "));
    let broken = lines.iter().any(|line| line.starts_with('|') && !line.ends_with('|'));
    text.matches("<details").count() == text.matches("</details>").count() && !headless && !broken
}

#[test]
fn a_line_for_each_stage_comes_first_and_the_rest_is_folded() {
    let directory = repository(3, 1);
    let text = markdown(directory.path(), &["diff", "git:main...HEAD", "--project", "shop"]);
    let (summary, details) = text.split_once("<details>").unwrap();
    assert_eq!(
        summary,
        "<!-- costplan diff -->\n## shop: costs from git:main...HEAD to the project\n\n\
         2 of 3 costings changed from git:main...HEAD to the project.\n\n\
         | Stage | Before | After | Difference | Currency |\n|---|---:|---:|---:|---|\n\
         | Stage 1 S1 at 5 customers | 2.00 | 2.00 | 0.00 | USD |\n\
         | Stage 2 S2 at 5 customers | 2.00 | 3.00 | +1.00 | USD |\n\
         | Stage 3 S3 at 5 customers | 2.00 | 3.00 | +1.00 | USD |\n\n"
    );
    assert!(
        details.starts_with(
            "\n<summary>Stage 2 S2 at 5 customers: 2.00 to 3.00 USD a month (+1.00, +50.0%)</summary>\n\n"
        ),
        "{details}"
    );
    assert!(is_whole(&text), "{text}");
    let text = markdown(directory.path(), &["check", "1", "--project", "shop"]);
    let start = "<!-- costplan check -->\n## shop: check of budgets and alerts\n\n1 of 1 comparisons failed.\n\n\
        | Stage | Verdict | Because of |\n|---|---|---|\n\
        | **Stage 1 S1 at 5 customers** | **fail** | **stage's budget** |\n\n\
        <details open>\n<summary>Stage 1 S1 at 5 customers: fail</summary>\n";
    assert!(text.starts_with(start) && is_whole(&text), "{text}");
}

#[test]
fn a_project_has_the_name_of_its_settings_or_of_its_directory() {
    let directory = repository(1, 1);
    let title =
        |from: &Path, more: &[&str]| markdown(from, &[&["check"], more].concat()).lines().nth(1).unwrap().to_owned();
    assert_eq!(title(&directory.path().join("shop"), &[]), "## shop: check of budgets and alerts");
    write(directory.path(), "shop/costplan.toml", "version = 1\nname = \"The @shop\"\n");
    assert_eq!(title(directory.path(), &["--project", "shop"]), "## The @&#8203;shop: check of budgets and alerts");
    // A repository that is one project, and a project outside of a repository.
    for is_repository in [true, false] {
        let directory = project(&[("store/stages/1-s.yaml", &stage(1, "S", 1))]);
        if is_repository {
            fs::create_dir(directory.path().join("store/.git")).unwrap();
        }
        assert_eq!(title(&directory.path().join("store"), &[]), "## store: check of budgets and alerts");
    }
}

#[test]
fn a_comment_is_cut_at_a_whole_row() {
    // 250 stages of 12 line items are more than 2,000 rows.
    let directory = repository(250, 12);
    for arguments in [&["diff", "git:main...HEAD"][..], &["check"]] {
        let arguments = [arguments, &["--project", "shop"]].concat();
        let text = markdown(directory.path(), &arguments);
        assert!(units(&text) < 65_536 && units(&text) > 64_000, "{} of {arguments:?}", units(&text));
        for id in 1..=250 {
            assert!(text.contains(&format!("S{id} at 5 customers")), "{arguments:?}: stage {id} has a line");
        }
        assert!(is_whole(&text), "{arguments:?}");
        assert!(text.ends_with(" more rows are left out: a comment cannot be longer.\n"), "{arguments:?}");
        let short = markdown(directory.path(), &[&arguments[..], &["--max-length", "2000"]].concat());
        assert!(units(&short) < 2000 && is_whole(&short), "{short}");
        // What is shown and what is left out are all rows.
        let rows = |text: &str| text.lines().filter(|line| line.starts_with("| ") || line.starts_with("- ")).count();
        let heads = |text: &str| text.lines().filter(|line| line.starts_with("|---")).count();
        let more = |text: &str| -> usize {
            text.lines()
                .last()
                .and_then(|line| line.split(' ').next())
                .and_then(|count| count.parse().ok())
                .unwrap_or(0)
        };
        let all = markdown(directory.path(), &[&arguments[..], &["--max-length", "9000000"]].concat());
        for cut in [&text, &short] {
            assert_eq!(rows(cut) - heads(cut) + more(cut), rows(&all) - heads(&all), "{arguments:?}");
        }
    }
}

#[test]
fn nothing_in_a_strangers_file_is_live() {
    let directory = repository(2, 1);
    let name = "@octocat #7 https://evil.example www.evil.example [x](y) <img src=x> &#64;you";
    let text = stage(2, name, 1).replace("Item 0 of 2", "\"@org/team | a\"").replace("cost: 2", "cost: 4");
    write(directory.path(), "shop/stages/002-s.yaml", text);
    for arguments in [&["diff", "git:main...HEAD"][..], &["check"], &["stages"]] {
        let text = markdown(directory.path(), &[arguments, &["--project", "shop"]].concat());
        for live in ["@o", "@y", "&#64;", "#7", "://", "www.", "[x](", "<img"] {
            assert!(!text.contains(live), "{live} in {text}");
        }
        assert!(text.contains("@&#8203;octocat"), "{text}");
        assert!(is_whole(&text), "{text}");
    }
}

#[test]
fn the_first_change_shows_what_the_project_costs() {
    let directory = project(&[("README.md", "nothing yet"), ("shop/costplan.toml", "version = 1\n")]);
    let at = directory.path();
    git(at, &["init", "-q", "-b", "main"]);
    commit(at, "first");
    git(at, &["checkout", "-q", "-b", "topic"]);
    write(at, "shop/stages/1-s.yaml", stage(1, "S", 2));
    // There are settings without stages: the bundled plan is not taken for what was there before.
    let text = markdown(at, &["diff", "git:main...HEAD", "--project", "shop"]);
    assert!(text.contains("\n| Stage 1 S at 5 customers | none | 4.00 | +4.00 | USD |\n\n"), "{text}");
    assert!(!text.contains("MVP"), "{text}");
    let lines = "| Line item | USD a month |\n|---|---:|\n| Item 0 of 1 | 2.00 |\n| Item 1 of 1 | 2.00 |\n| **Total** | **4.00** |\n";
    assert!(text.contains(lines), "{text}");
    // The project itself is new.
    write(at, "store/stages/1-s.yaml", stage(1, "S", 3).replace("..1\n", "..10\n"));
    let mut script = ci_script(at);
    script.args(["--project", "store", "--base", "git:main...HEAD", "--comment", "comment.md"]);
    script.env("COSTPLAN_AS_OF", "2026-11-24");
    let output = script.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let comment = fs::read_to_string(at.join("comment.md")).unwrap();
    assert!(comment.contains("\n## store: what the new project costs\n"), "{comment}");
    assert!(comment.contains("| 1 S | 5 | 6.00 | 6.00 | at most 10 | within |"), "{comment}");
}

/// The chart of a comment, without its fence.
fn chart(text: &str) -> Option<&str> {
    Some(text.split_once("```mermaid\n")?.1.split_once("\n```\n")?.0)
}

#[test]
fn a_chart_is_added_on_request() {
    let directory = repository(3, 1);
    let arguments = ["diff", "git:main...HEAD", "--project", "shop"];
    assert_eq!(chart(&markdown(directory.path(), &arguments)), None);
    let text = markdown(directory.path(), &[&arguments[..], &["--chart"]].concat());
    assert_eq!(
        chart(&text).unwrap(),
        "xychart-beta horizontal\n    title \"Before and after\"\n    x-axis [\"Stage 2 S2 at 5 customers, before\", \
         \"Stage 2 S2 at 5 customers, after\", \"Stage 3 S3 at 5 customers, before\", \"Stage 3 S3 at 5 customers, after\"]\n    \
         y-axis \"USD a month\" 0 --> 3\n    bar [2, 3, 2, 3]"
    );
    assert!(is_whole(&text), "{text}");
    // Each of the three budgets of 1 has a line item of 2 or 3.
    let check = ["check", "--project", "shop"];
    let mut command = crate::project::command(directory.path());
    let output =
        command.args(check).args(["--format", "markdown"]).env("COSTPLAN_COMMENT_CHART", "true").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let drawn = chart(&text).unwrap_or_else(|| panic!("{text}"));
    assert!(drawn.contains("y-axis \"%\" 0 --> 300\n    bar [200, 300, 300]\n    line [100, 100, 100]"), "{drawn}");
    // A single bar says nothing.
    assert_eq!(chart(&markdown(directory.path(), &["check", "1", "--project", "shop", "--chart"])), None);
}

#[test]
fn a_comment_without_room_has_no_half_of_a_chart() {
    let directory = repository(12, 1);
    let arguments = ["diff", "git:main...HEAD", "--project", "shop", "--chart"];
    let whole = markdown(directory.path(), &arguments);
    assert!(whole.contains("Only the first 8 of 11 are drawn."), "{whole}");
    let room = (units(whole.split_once("```mermaid").unwrap().0) + 300).to_string();
    let short = markdown(directory.path(), &[&arguments[..], &["--max-length", &room]].concat());
    assert!(short.contains("Stage 12 S12") && !short.contains("mermaid") && is_whole(&short), "{short}");
}

#[test]
fn one_stage_is_charted_by_category_and_what_is_unknown_is_named() {
    let before = HEAD.replace("0..100", "5..5").replace("name: Test", "name: \"%%{init: {}}%%\\\"]<script>\"");
    let items = |cost: usize| {
        format!(
            "{before}line_items:\n  - {{ name: A, category: 'a\"]`', cost: 2 }}\n  - {{ name: B, category: b, cost: {cost} }}\n  \
             - {{ name: C, category: c, cost: 1 }}\n{}",
            if cost == 2 {
                ""
            } else {
                "  - { name: D, category: d, cost: 7 }\n  - { name: E, category: e, sku: aws/lambda }\n"
            }
        )
    };
    let directory = project(&[("stages/1.yaml", &items(2)), ("costplan.toml", "version = 1\n")]);
    git(directory.path(), &["init", "-q", "-b", "main"]);
    commit(directory.path(), "first");
    write(directory.path(), "stages/1.yaml", items(3));
    let text = markdown(directory.path(), &["diff", "git:main...HEAD", "--chart"]);
    let drawn = chart(&text).unwrap_or_else(|| panic!("{text}"));
    assert!(drawn.contains("bar [2, 3, 0, 7]"), "{drawn}");
    assert!(
        !drawn.contains("%%") && !drawn.contains(['{', '<', '`']) && drawn.matches('"').count().is_multiple_of(2),
        "{drawn}"
    );
    assert!(text.contains("Not drawn, since not fully known: e."), "{text}");
}
