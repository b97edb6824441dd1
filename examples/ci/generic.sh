#!/bin/sh
# Any other job: fails with 1 if a check fails and with 2 if the input is wrong, and leaves the text in costs.md.
set -eu
sh ci/costplan-ci.sh --project . --base "git:${TARGET:-origin/main}" --threshold 10% --comment costs.md
