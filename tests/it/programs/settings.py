"""Changes the plan in a page that has the core in it, in a real browser, and prints what the page then shows as JSON.

    settings.py PAGE ROUNDS [PICTURE]
"""

import gzip
import json
import os
import random
import sys

from playwright.sync_api import sync_playwright

PAGE, ROUNDS = sys.argv[1], int(sys.argv[2])
PICTURE = sys.argv[3] if len(sys.argv) > 3 else None
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

random.seed(20261124)

SHOWN = """() => {
    const panel = document.querySelector(".panel:not([hidden])");
    const numbers = [...panel.querySelectorAll("[data-key]")];
    return {
        values: Object.fromEntries(numbers.map((number) => [number.dataset.key, number.querySelector("data").value])),
        wrong: panel.querySelector(".wrong").textContent,
    };
}"""


PARTS = """() => Object.fromEntries(
    [...document.querySelectorAll("[data-ask]")].map((part) => [part.dataset.ask, part.textContent.replace(/\\s/g, "")]))"""
RESTING = "() => !document.querySelector('[data-ask][aria-busy=true]')"


def unpacked(text):
    """What is packed in a page, as `src/render/page/packed.rs` writes it."""
    signs = [chr(code) for code in range(33, 127) if chr(code) not in "&<>"]
    length, _, text = text.partition(":")
    bits = sum((signs.index(text[at]) + 91 * signs.index(text[at + 1])) << (at // 2 * 13) for at in range(0, len(text), 2))
    return json.loads(gzip.decompress(bits.to_bytes(len(text) // 2 * 13 // 8 + 2, "little")[: int(length)]))


def type_in(field, text):
    field.fill(text)
    field.press("Tab")


def change(page, panel, stage):
    """Sets something of each kind, and says as a question what."""
    asked = {"stage": str(stage["id"]), "currency": stage["currency"], "set": {}, "quantities": {}, "apply": []}
    customers = random.randrange(1, 2000)
    type_in(panel.locator(".customers-number"), str(customers))
    asked["customers"] = customers
    for legend, key in (("Drivers", "set"), ("Quantities", "quantities")):
        fields = panel.locator("fieldset", has=page.locator("legend", has_text=legend)).locator("input[type=text]")
        if fields.count() == 0:
            continue
        field = fields.nth(random.randrange(fields.count()))
        plain = str(random.randrange(1, 50))
        written = field.get_attribute("placeholder")
        text = random.choice([f"({written}) * {plain}", f"({written}) / 3"] if key == "set" else [plain, plain + ".25"])
        if random.randrange(12) == 0:
            text = "no number"
        type_in(field, text)
        asked[key][field.get_attribute("data-name")] = text
    boxes = panel.locator(".setting input[type=checkbox]:not([disabled])")
    if boxes.count() and random.randrange(2):
        box = boxes.nth(random.randrange(boxes.count()))
        box.check()
        asked["apply"].append(box.get_attribute("data-name"))
    choice = panel.locator(".setting select")
    if choice.count() and random.randrange(2):
        value = random.choice([option.get_attribute("value") for option in choice.locator("option").all()][1:])
        choice.select_option(value)
        asked["scenario"] = value
    revenue = panel.locator(".revenue-number").input_value()
    if revenue:
        asked[stage["revenue"]["kind"]] = revenue
    return asked


def main():
    found, requests, console = [], [], []
    address = "file://" + os.path.abspath(PAGE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 900})
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: console.append(message.text))
        page.on("pageerror", lambda error: console.append(str(error)))
        page.goto(address)
        page.wait_for_selector(".settings", state="attached", timeout=60_000)
        data = unpacked(page.locator("#data").text_content())
        before = page.evaluate(SHOWN)
        first = page.evaluate(PARTS)
        tabs = page.locator('.stages input[type="radio"]')
        for place, stage in enumerate(data["stages"]):
            if tabs.count():
                tabs.nth(place).check(force=True)
            panel = page.locator(".panel:not([hidden])")
            panel.locator(".settings summary").click()
            for count in range(ROUNDS):
                asked = change(page, panel, stage)
                found.append({"asked": asked, **page.evaluate(SHOWN)})
                if count + 1 == ROUNDS:
                    page.wait_for_function(RESTING, timeout=120_000)
                    found[-1]["parts"] = page.evaluate(PARTS)
                back = panel.get_by_role("button", name="Back to the plan")
                back.click()
            if PICTURE and place == 1:
                page.screenshot(path=PICTURE, full_page=True)
        # Back where the page begins, the parts are those that it had.
        panel = page.locator(".panel").nth(0)
        tabs.nth(0).check(force=True)
        type_in(panel.locator(".customers-number"), panel.locator(".customers-number").get_attribute("value"))
        page.wait_for_function(RESTING, timeout=120_000)
        last = page.evaluate(PARTS)
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    others = [url for url in requests if url != address and not url.startswith("data:")]
    json.dump({"found": found, "requests": others, "console": console, "before": before, "parts": [first, last], "wide": wide}, sys.stdout)


main()
