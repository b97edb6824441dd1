#!/bin/sh
# Checks a costplan project, compares it with what it was, and writes one text about both, such as the comment on a pull
# request. It is what action.yml runs, and needs nothing of GitHub.
#
#   costplan-ci.sh [--project DIR] [--base BASE] [--threshold LIMIT] [--check true|false]
#                  [--snapshot-check auto|true|false] [--comment FILE] [--costplan COMMAND]
#
#   --project         the directory of the project; the working directory unless given
#   --base            what to compare with: git:REV, a snapshot or a directory; the project's snapshot unless given, and
#                     nothing if it has none
#   --threshold       how much more it may cost, as `costplan diff --threshold` takes it
#   --check           whether to compare with budgets; true unless given
#   --snapshot-check  whether the snapshot must be up to date; auto, the default: if there is one
#   --comment         the file of the text; costplan-comment.md in a directory for such files unless given
#   --costplan        the program; costplan on the PATH unless given
#
# The text begins with a line that is not shown, by which the comment on the same project is found again. On GitHub problems
# are shown at their lines, the text is added to the summary of the job, and the outputs `body-path` and `failed` are set.
#
# Exit codes: 0 fine, 1 a check failed, 2 bad usage, bad input, or something that cannot be written.
set -eu

# A comment on GitHub has at most 65536 characters.
most=60000

project=.
base=
threshold=
check=true
snapshot_check=auto
comment=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/costplan-comment.md
costplan=costplan

say() { printf 'costplan-ci: %s\n' "$1" >&2; }

misused() {
    say "$1"
    exit 2
}

while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || misused "\`$1\` needs a value, or is no option; the head of the script lists them"
    # An empty value is one that is not given.
    case $1 in
    --project) project=${2:-$project} ;;
    --base) base=$2 ;;
    --threshold) threshold=$2 ;;
    --check) check=${2:-$check} ;;
    --snapshot-check) snapshot_check=${2:-$snapshot_check} ;;
    --comment) comment=${2:-$comment} ;;
    --costplan) costplan=${2:-$costplan} ;;
    *) misused "there is no option \`$1\`; the head of the script lists them" ;;
    esac
    shift 2
done

case $check in true | false) ;; *) misused "--check is true or false, and not \`$check\`" ;; esac
case $snapshot_check in auto | true | false) ;; *) misused "--snapshot-check is auto, true or false, and not \`$snapshot_check\`" ;; esac
case $comment in *'
'*) misused "the name of the file of the text has a line break" ;; esac
command -v "$costplan" >/dev/null 2>&1 || misused "\`$costplan\` is no program on the PATH; install costplan, or name it by --costplan"

# Whatever stops the script before its end is no check that failed.
work=
is_ended=
ended() {
    code=$?
    [ -z "$work" ] || rm -rf "$work"
    [ -n "$is_ended" ] || {
        [ "$code" -eq 2 ] || say "stopped before its end"
        exit 2
    }
}
trap ended EXIT
trap 'exit 2' HUP INT TERM
work=$(mktemp -d) || misused "no temporary directory can be made"

failed=
wrong=
# Of several projects of a repository each has a comment of its own.
case ${project%/} in
.) marker='<!-- costplan -->' ;;
*) marker="<!-- costplan $(printf '%s' "${project%/}" | tr -c 'A-Za-z0-9._/-' '_' | sed 's/--*/-/g') -->" ;;
esac

# Runs costplan. What it prints is kept in out and err, and how it ends in code.
run() {
    code=0
    "$costplan" "$@" >"$work/out" 2>"$work/err" || code=$?
}

# Shows what costplan said on standard error.
show() { cat "$work/err" >&2; }

# Whether the project has no snapshot, wherever it would keep it.
is_without_snapshot() { [ "$code" -gt 1 ] && grep -q '^error\[missing-snapshot\]' "$work/err"; }

# Adds a heading, and what was said of bad input: as a block of code, whatever stands in it.
refused() {
    printf '## costplan %s could not run\n\n' "$1"
    sed 's/^/    /' "$work/err"
}

# What was printed, without the line by which costplan's own comment is found.
printed() { sed -e '1{' -e '/^<!-- costplan [a-z]* -->$/d' -e '}' "$work/out"; }

note_end() {
    case $code in
    0) ;;
    1) failed="$failed $1" ;;
    2) wrong="$wrong $1" ;;
    *) wrong="$wrong $1 (which ended with $code)" ;;
    esac
}

printf '%s\n' "$marker" >"$work/body"

if [ "$check" = true ]; then
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        # The workflow commands are for the log. The run below tells how it ends, and says what is wrong.
        "$costplan" check --project="$project" --format=github 2>/dev/null || :
    fi
    run check --project="$project" --format=markdown
    show
    note_end check
    case $code in
    0 | 1) printed ;;
    *) refused check ;;
    esac >>"$work/body"
fi

[ "$snapshot_check" = false ] || run snapshot --project="$project" --check
if [ "$snapshot_check" = true ] || { [ "$snapshot_check" = auto ] && ! is_without_snapshot; }; then
    show
    note_end snapshot
    # shellcheck disable=SC2016 # The backquotes are those of Markdown.
    case $code in
    0) ;;
    1) printf '\n## The snapshot is out of date\n\nRun `costplan snapshot --update` and commit what it writes.\n' ;;
    *) printf '\n' && refused snapshot ;;
    esac >>"$work/body"
fi

set -- diff --project="$project" --format=markdown
[ -z "$threshold" ] || set -- "$@" --threshold="$threshold"
[ -z "$base" ] || set -- "$@" -- "$base"
run "$@"
if [ -n "$base" ] || ! is_without_snapshot; then
    show
    printf '\n' >>"$work/body"
    if [ "$code" -gt 1 ] && grep -q not-in-revision "$work/err"; then
        # The change that adds the project has nothing to be compared with.
        say "$base holds no project yet: nothing to compare with"
        printf '## Costs before and after\n\nThe base holds no project yet, so that there is nothing to compare with.\n'
    else
        note_end diff
        case $code in
        0 | 1) printed ;;
        *) refused diff ;;
        esac
    fi >>"$work/body"
fi

mkdir -p "$(dirname "$comment")"
LC_ALL=C awk -v most="$most" '
    { size += length($0) + 1 }
    size > most { is_cut = 1; exit }
    { print }
    END { if (is_cut) print "\nThe rest was cut off: it is longer than a comment can be." }
' "$work/body" >"$comment"

has_failed=false
[ -z "$failed$wrong" ] || has_failed=true
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$work/body" >>"$GITHUB_STEP_SUMMARY"
[ -z "${GITHUB_OUTPUT:-}" ] || printf 'body-path=%s\nfailed=%s\n' "$comment" "$has_failed" >>"$GITHUB_OUTPUT"

tell() {
    say "$1"
    [ "${GITHUB_ACTIONS:-}" != true ] || printf '::error title=costplan::%s\n' "$1"
}

[ -z "$failed" ] || tell "failed:$failed"
[ -z "$wrong" ] || tell "could not be run:$wrong"
is_ended=true
[ -z "$wrong" ] || exit 2
[ -z "$failed" ] || exit 1
