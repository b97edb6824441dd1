"""Edits a plan while `costplan report --watch` serves its page to a real browser, and waits for what should appear.

    watch.py PROGRAM PROJECT
"""

import os
import re
import subprocess
import sys

from playwright.sync_api import expect, sync_playwright

PROGRAM, PROJECT = sys.argv[1:3]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
STAGE = os.path.join(PROJECT, "stages", "1-edited.yaml")
# How long something may take to appear, in milliseconds; it is only waited for so long if it never does.
LONG = 120_000

expect.set_options(timeout=LONG)


def write(text):
    # As editors save: the whole file at once.
    with open(STAGE + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(STAGE + ".new", STAGE)


def watch(address):
    plan = open(STAGE, encoding="utf-8").read()
    requests, console = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: console.append(message.text))
        page.on("pageerror", lambda error: console.append(str(error)))
        page.goto(address)
        total = page.locator(".cards [data-key=total] data")
        expect(total).to_have_attribute("value", "23.10")
        # The slider works in a page that is served, too.
        expect(page.locator(".controls")).to_be_visible()

        write(plan.replace("cost: 7", "cost: 8"))
        expect(total).to_have_attribute("value", "26.40")

        write(plan.replace("quantity: 3,", "quantity: [3,").replace("buffer: 10%", "bufer: 10%"))
        wrong = page.get_by_role("alert")
        expect(wrong).to_contain_text("1-edited.yaml")
        expect(wrong).to_contain_text("error")
        expect(page.locator("[data-key], .card, table")).to_have_count(0)

        # Something else can be wrong after that.
        write(plan.replace("buffer: 10%", "bufer: 10%"))
        expect(wrong).to_contain_text("bufer")

        write(plan)
        expect(total).to_have_attribute("value", "23.10")
        expect(wrong).to_have_count(0)

        outside = page.request.get(address + "/stages/1-edited.yaml")
        assert outside.status == 404, outside.status
        browser.close()
    assert all(url.startswith(address + "/") or url.startswith("data:") for url in requests), set(requests)
    assert not console, console[:5]


def main():
    arguments = [PROGRAM, "report", "--watch", "--port", "0", "--as-of", "2026-11-24"]
    serving = subprocess.Popen(arguments, cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    try:
        said = ""
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", said)):
            line = serving.stderr.readline()
            assert line, f"costplan ended: {said}"
            said += line
        watch(found.group())
    finally:
        serving.kill()
        serving.wait()


main()
