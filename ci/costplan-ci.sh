#!/bin/sh
# Checks a costplan project, compares it with a base, and writes one text about both, such as the comment on a pull
# request. action.yml runs it, but it does not need GitHub.
#
#   costplan-ci.sh [--project DIR] [--base BASE] [--threshold LIMIT] [--check true|false]
#                  [--strict true|false] [--snapshot-check auto|true|false] [--comment FILE]
#                  [--costplan COMMAND]
#
#   --project         the directory of the project; by default the working directory
#   --base            what to compare with: git:REV, a snapshot or a directory; by default auto: the project's snapshot,
#                     or nothing if there is none. git:main...HEAD is the commit where the branch left main; git:main
#                     would show what main did since as undone by the branch
#   --threshold       how much more it may cost, as for `costplan diff --threshold`; by default none
#   --check           whether to compare with budgets; by default true
#   --strict          whether a comparison that could not be made fails; by default true: a limit that nothing is
#                     compared with holds nothing
#   --snapshot-check  whether the snapshot must be up to date; by default auto: only if there is one
#   --comment         the file for the text; by default auto: costplan-comment.md in the temporary directory
#   --costplan        the program; by default costplan on the PATH
#
# An empty value is refused: a variable that is not set must not change what is checked.
#
# The text begins with a hidden marker line, by which the comment of the project is found again. On GitHub, problems
# are shown at their lines, the text is added to the job summary, and the outputs `body-path` and `failed` are set.
#
# Exit codes: 0 success, 1 a check failed, 2 wrong usage, wrong input, or something that cannot be written.
set -eu

# A comment on GitHub has at most 65536 characters.
most=60000

project=.
base=auto
threshold=none
check=true
strict=true
snapshot_check=auto
comment=auto
costplan=costplan

say() { printf 'costplan-ci: %s\n' "$1" >&2; }

misused() {
    say "$1"
    exit 2
}

while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || misused "\`$1\` needs a value, or is not an option; see the options at the top of the script"
    case $1 in
    --project) project=$2 ;;
    --base) base=$2 ;;
    --threshold) threshold=$2 ;;
    --check) check=$2 ;;
    --strict) strict=$2 ;;
    --snapshot-check) snapshot_check=$2 ;;
    --comment) comment=$2 ;;
    --costplan) costplan=$2 ;;
    *) misused "there is no option \`$1\`; see the options at the top of the script" ;;
    esac
    case $2 in *[![:space:]]*) ;; *) misused "$1 is empty: is a variable not set?" ;; esac
    shift 2
done

case $check in true | false) ;; *) misused "--check must be true or false, not \`$check\`" ;; esac
case $strict in true | false) ;; *) misused "--strict must be true or false, not \`$strict\`" ;; esac
case $snapshot_check in auto | true | false) ;; *) misused "--snapshot-check must be auto, true or false, not \`$snapshot_check\`" ;; esac
[ "$base" != auto ] || base=
[ "$threshold" != none ] || threshold=
[ "$comment" != auto ] || comment=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/costplan-comment.md
case $comment in *'
'*) misused "the file name of --comment has a line break" ;; esac
command -v "$costplan" >/dev/null 2>&1 || misused "\`$costplan\` is not a program on the PATH; install costplan, or name it with --costplan"

# GitHub and GitLab draw the charts of comments.
case ${GITHUB_ACTIONS:-}${GITLAB_CI:-} in
true) export COSTPLAN_COMMENT_CHART="${COSTPLAN_COMMENT_CHART-true}" ;;
esac

# If something stops the script before its end, that is an error and not a failed check.
work=
is_ended=
ended() {
    code=$?
    [ -z "$work" ] || rm -rf "$work"
    [ -n "$is_ended" ] || {
        [ "$code" -eq 2 ] || say "stopped early"
        exit 2
    }
}
trap ended EXIT
trap 'exit 2' HUP INT TERM
work=$(mktemp -d) || misused "cannot create a temporary directory"

failed=
wrong=
# Each project of a repository has its own comment.
plain() { printf '%s' "$1" | tr -c 'A-Za-z0-9._/-' '_' | sed 's/--*/-/g'; }
case ${project%/} in
.) marker='<!-- costplan -->' name=$(plain "$(basename "$PWD")") ;;
*) name=$(plain "${project%/}") marker="<!-- costplan $(plain "${project%/}") -->" ;;
esac

# What is still left of the comment, for each part of it: the check takes at most half.
room() {
    COSTPLAN_MAX_LENGTH=$((most / $1 - $(wc -c <"$work/body")))
    [ "$COSTPLAN_MAX_LENGTH" -ge 1000 ] || COSTPLAN_MAX_LENGTH=1000
    export COSTPLAN_MAX_LENGTH
}

# Runs costplan. Keeps its output in out and err, and its exit code in code.
run() {
    code=0
    "$costplan" "$@" >"$work/out" 2>"$work/err" || code=$?
}

# Shows what costplan wrote to standard error.
show() { cat "$work/err" >&2; }

# Whether the project has no snapshot, wherever it would keep it.
is_without_snapshot() { [ "$code" -gt 1 ] && grep -q '^error\[missing-snapshot\]' "$work/err"; }

# Adds a heading and the error messages, indented so that Markdown shows them as code.
refused() {
    printf '## costplan %s could not run\n\n' "$1"
    sed 's/^/    /' "$work/err"
}

# The output, without the marker line of costplan's own comment.
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
    set -- check --project="$project"
    [ "$strict" = false ] || set -- "$@" --strict
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        # The workflow commands are for the log. The run below gives the exit code and the error messages.
        "$costplan" "$@" --format=github 2>/dev/null || :
    fi
    room 2
    run "$@" --format=markdown
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
room 1
run "$@"
if [ -n "$base" ] || ! is_without_snapshot; then
    show
    printf '\n' >>"$work/body"
    if [ "$code" -gt 1 ] && grep -q not-in-revision "$work/err"; then
        # The change that adds the project has nothing to compare with: what it costs is new.
        say "$base contains no project yet: nothing to compare with"
        printf '## %s: what the new project costs\n\n' "$name"
        run stages --project="$project" --format=markdown
        show
        [ "$code" -gt 1 ] || sed 's/^## /### /' "$work/out"
        printf '\nThe base contains no project yet, so there is nothing to compare with.\n'
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
    END { if (is_cut) print "\nThe rest was cut off: a comment cannot be longer." }
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
