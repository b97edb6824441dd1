#!/bin/sh
# Any other job: exits with 1 if a check fails and with 2 if the input is wrong, and writes the text to costs.md.
set -eu
sh ci/costplan-ci.sh --project . --base "git:${TARGET:-origin/main}...HEAD" --threshold 10% --comment costs.md
