"""Parses the SQL of standard input in the dialect of the first argument, and fails on what is not in it."""

import sys

import sqlglot

for statement in sqlglot.parse(sys.stdin.read(), dialect=sys.argv[1], error_level=sqlglot.ErrorLevel.RAISE):
    # What the parser does not know it keeps as a command, unread.
    if isinstance(statement, sqlglot.exp.Command) and statement.name.upper() != "SET":
        sys.exit(f"not parsed: {statement.sql()[:200]}")
