//! The difference of two texts with the same number of lines, as `diff -u` and git write it.

use std::fmt::Write as _;

/// The difference of a file from one text to another, with some lines around each change; empty if there is none. `git apply`
/// and `patch -p1` read it.
pub(super) fn unified_diff(name: &str, (before, after): (&str, &str), around: usize) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let changed: Vec<usize> = (0..before.len()).filter(|line| after.get(*line) != before.get(*line)).collect();
    let mut text = String::new();
    for near in changed.chunk_by(|one, next| next - one <= 2 * around + 1) {
        if text.is_empty() {
            let _ = write!(text, "--- a/{name}\n+++ b/{name}\n");
        }
        let first = near[0].saturating_sub(around);
        let end = (near[near.len() - 1] + around + 1).min(before.len());
        let _ = writeln!(text, "@@ -{0},{1} +{0},{1} @@", first + 1, end - first);
        for run in (first..end).collect::<Vec<_>>().chunk_by(|one, next| near.contains(one) == near.contains(next)) {
            let is_changed = near.contains(&run[0]);
            for line in run {
                put(&mut text, if is_changed { '-' } else { ' ' }, before[*line]);
            }
            for line in run.iter().filter_map(|line| after.get(*line)).filter(|_| is_changed) {
                put(&mut text, '+', line);
            }
        }
    }
    text
}

fn put(text: &mut String, sign: char, line: &str) {
    let _ = write!(text, "{sign}{line}");
    if !line.ends_with('\n') {
        text.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::unified_diff;

    #[test]
    fn changes_that_are_near_are_one_part() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm";
        let after = before.replace('b', "B").replace('c', "C").replace('m', "M");
        let expected = "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,6 +1,6 @@\n a\n-b\n-c\n+B\n+C\n d\n e\n f\n\
                        @@ -10,4 +10,4 @@\n j\n k\n l\n-m\n\\ No newline at end of file\n+M\n\\ No newline at end of file\n";
        assert_eq!(unified_diff("x.yaml", (before, &after), 3), expected);
        assert_eq!(unified_diff("x.yaml", (before, before), 3), "");
    }
}
