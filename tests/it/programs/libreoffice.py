"""Recalculates workbooks in LibreOffice.

Reads from standard input, as JSON, what to do:

    [{"file": PATH, "points": [{NAME: NUMBER}], "cells": [[SHEET, COLUMN, ROW]]}]

and writes the values of these cells at each point, a number or a text, in the same order. A name is that of a cell of the
workbook, which gets the number; those that a point does not name keep what they had.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.table.CellContentType import TEXT


def property_of(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def desktop(pipe):
    """LibreOffice, once it answers."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(600):
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
        except NoConnectException:
            time.sleep(0.1)
    sys.exit("LibreOffice does not answer")


def value(cell):
    is_text = cell.FormulaResultType2 == 2 if cell.Formula.startswith("=") else cell.Type == TEXT
    if cell.getError():
        return f"error {cell.getError()}"
    return cell.String if is_text else cell.Value


def answer(office, task):
    url = uno.systemPathToFileUrl(os.path.abspath(task["file"]))
    document = office.loadComponentFromURL(url, "_blank", 0, (property_of("Hidden", True),))
    try:
        names = document.NamedRanges
        cells = [document.Sheets.getByName(sheet).getCellByPosition(column, row) for sheet, column, row in task["cells"]]
        values = []
        for point in task["points"]:
            for name, number in point.items():
                names.getByName(name).ReferredCells.getCellByPosition(0, 0).Value = number
            document.calculateAll()
            values.append([value(cell) for cell in cells])
        return values
    finally:
        document.close(True)


def main():
    tasks = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as home:
        pipe = f"costplan-{os.getpid()}"
        program = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nologo",
                f"-env:UserInstallation=file://{home}",
                f"--accept=pipe,name={pipe};urp",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            office = desktop(pipe)
            answers = [answer(office, task) for task in tasks]
            office.terminate()
        finally:
            try:
                program.wait(30)
            except subprocess.TimeoutExpired:
                program.kill()
    json.dump(answers, sys.stdout)


main()
