"""Runs the SQL of standard input, and writes what its last statement gives as CSV."""

import csv
import sys

import duckdb

answer = duckdb.connect().execute(sys.stdin.read())
if answer.description:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(column[0] for column in answer.description)
    out.writerows(answer.fetchall())
