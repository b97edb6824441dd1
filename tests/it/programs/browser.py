"""Moves the sliders of a page of `costplan report` in a real browser and compares what it shows with the program.

    browser.py PROGRAM PROJECT PAGE [PICTURES]

PROGRAM is costplan, PROJECT a directory (empty: the example plan), PAGE the file, PICTURES a directory for screenshots.
"""

import gzip
import json
import os
import random
import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

from playwright.sync_api import sync_playwright

PROGRAM, PROJECT, PAGE = sys.argv[1:4]
PICTURES = sys.argv[4] if len(sys.argv) > 4 else None
POINTS = int(os.environ.get("COSTPLAN_POINTS", "50"))
AS_OF = os.environ["COSTPLAN_AS_OF"]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

random.seed(20261124)
wrong = []


def unpacked(text):
    """What is packed in a page, as `src/render/page/packed.rs` writes it."""
    signs = [chr(code) for code in range(33, 127) if chr(code) not in "&<>"]
    length, _, text = text.partition(":")
    bits = sum((signs.index(text[at]) + 91 * signs.index(text[at + 1])) << (at // 2 * 13) for at in range(0, len(text), 2))
    return json.loads(gzip.decompress(bits.to_bytes(len(text) // 2 * 13 // 8 + 2, "little")[: int(length)]))


def expect(is_so, message):
    if not is_so:
        wrong.append(message)


def costs(stage, customers, revenue, kind):
    """What the program says, with its numbers as they are written."""
    arguments = [PROGRAM, "stage", str(stage), "--customers", str(customers), "--format", "json"]
    if revenue != "":
        arguments += ["--" + kind, revenue]
    done = subprocess.run(arguments, cwd=PROJECT or "/", capture_output=True, text=True, check=True)
    return json.loads(done.stdout, parse_float=str, parse_int=str)


def shown(page, place):
    """The values and the texts of the numbers of a stage."""
    read = """place => {
        const panel = document.querySelectorAll(".panel")[place];
        const numbers = [...panel.querySelectorAll("[data-key]")].map((number) => {
            const value = number.querySelector("data");
            return [number.dataset.key, value.getAttribute("value"), value.textContent];
        });
        const findings = [...panel.querySelectorAll(".findings li > span:last-child")].map((found) => found.textContent);
        const names = [...panel.querySelectorAll(".rows .part .name")].map((name) => name.textContent);
        return { numbers, findings, names, note: panel.querySelector('[data-note="share_of_mrr"]').textContent };
    }"""
    return page.evaluate(read, place)


def text_of(value, decimals):
    """An amount as a person reads it."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if rounded == 0 and Decimal(value) != 0:
        return None
    return f"{rounded:,}"


def compare(page, place, data, customers, revenue):
    stage = data["stages"][place]
    at = f"stage {stage['id']} at {customers} customers and revenue {revenue!r}"
    program = costs(stage["id"], customers, revenue, stage["revenue"]["kind"])
    page_says = shown(page, place)
    economics = program["unit_economics"]
    is_whole = program["complete"]
    expected = {
        "total": program["total"],
        "buffer": program["buffer"]["amount"],
        "total_exact": program["total_exact"],
        "mrr": program["inputs"]["mrr"],
        "cost_per_customer": economics["cost_per_customer"],
        "cost_per_customer_before_buffer": economics["cost_per_customer_before_buffer"],
        "marginal_cost": economics["marginal_cost"],
        "share_of_mrr": economics["share_of_mrr"],
        "gross_profit": economics["gross_profit"] if is_whole else None,
        "gross_margin": economics["gross_margin"] if is_whole else None,
    }
    if program["tax"]:
        expected["total_with_tax"] = program["tax"]["total_with_tax"]
    for index, (_, cost) in enumerate(program["categories"].items()):
        expected[f"category-{index}"] = cost
    by_row = {f"row-{index}": item for index, item in enumerate(program["line_items"])}
    expected.update({key: item["monthly_cost"] for key, item in by_row.items()})
    seen = set()
    for key, value, text in page_says["numbers"]:
        if key not in expected:
            continue
        seen.add(key)
        wanted = expected[key] or ""
        same = value == wanted or (key == "marginal_cost" and value and wanted and abs(Decimal(value) - Decimal(wanted)) < Decimal("0.000001"))
        expect(same, f"{at}: {key} is {value!r} in the page and {wanted!r} in JSON")
        expect((value == "") == (text == "unknown"), f"{at}: {key} is shown as {text!r}")
        if key in ("total", "mrr", "gross_profit", "buffer") or key.startswith(("row-", "category-")):
            plain = text_of(value, stage["decimals"]) if value else None
            if plain is not None:
                expect(text in (plain, "at least " + plain), f"{at}: {key} is shown as {text!r}, not {plain!r}")
    expect(set(expected) <= seen | {"buffer"}, f"{at}: not shown: {sorted(set(expected) - seen)}")
    rating = economics["rating"]
    if rating and economics["share_of_mrr_target"] is None:
        words = {"genius": "genius, or not scaling", "on_target": "on target", "optimise_urgently": "optimise urgently"}
        expect(page_says["note"] == words.get(rating, rating), f"{at}: rated {page_says['note']!r}, not {rating}")
    if economics["share_of_mrr_met"] is not None:
        is_under = page_says["note"].startswith("under")
        expect(is_under == economics["share_of_mrr_met"], f"{at}: the target: {page_says['note']!r}")
    plain = lambda text: text.replace("`", "").replace(",", "")
    of_revenue = ("share-of-mrr", "no-revenue", "share_of_mrr", "no_revenue")
    findings = [plain(found["message"]) for found in program["findings"] if found["code"] not in of_revenue]
    found = [plain(text) for text in page_says["findings"]]
    expect(sorted(found) == sorted(findings), f"{at}: the findings differ:\n  {found}\n  {findings}")


def choose(page, place):
    page.evaluate("place => document.querySelectorAll('.stages input')[place].click()", place)


def move(page, place, stage, stops, customers, revenue):
    """Moves both controls as a reader does: the slider of the customers, and the number of the revenue."""
    panel = page.locator(".panel").nth(place)
    panel.locator(".customers-slider").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        str(stops.index(customers)),
    )
    typed = panel.locator(".revenue-number")
    typed.fill(revenue)
    typed.dispatch_event("change")


def decoded(text):
    numbers, now = [], 0
    for token in text.split("|")[1].split(" "):
        difference, _, count = token.partition("*")
        for _ in range(int(count or 1)):
            now += int(difference)
            numbers.append(now)
    return numbers


def check_numbers(page, data):
    for place, stage in enumerate(data["stages"]):
        choose(page, place)
        stops = decoded(stage["stops"])
        revenues = stage["revenue"]["stops"]
        ends = [stops[0], stops[-1], stops[stage["start"]]]
        for count in range(POINTS):
            customers = ends[count] if count < 3 else random.choice(stops)
            if revenues:
                revenue = random.choice(revenues)
            else:
                revenue = str(Decimal(random.randrange(0, 30000)).scaleb(-min(2, stage["decimals"])).normalize())
                revenue = "{:f}".format(Decimal(revenue))
            move(page, place, stage, stops, customers, revenue)
            compare(page, place, data, customers, revenue)


def check_first(page):
    """What the script writes first is what costplan wrote."""
    text = re.sub(r"\s+", " ", page.inner_text("main"))
    return text


def check_keyboard(page):
    page.reload()
    wait(page)
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
    expect(any("customers-slider" in name for name in seen), f"the slider is not reached by Tab: {seen}")
    panel = page.locator(".panel:not([hidden])")
    slider = panel.locator(".customers-slider")
    slider.focus()
    before = panel.locator(".customers-number").input_value()
    page.keyboard.press("ArrowLeft" if slider.input_value() == slider.get_attribute("max") else "ArrowRight")
    expect(panel.locator(".customers-number").input_value() != before, "an arrow key does not move the slider")
    number = panel.locator("button[data-key=total]").first
    number.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog").evaluate("dialog => dialog.open"), "Enter on a number shows no explanation")
    expect(page.locator("dialog .steps").inner_text().strip() != "", "the explanation is empty")
    page.keyboard.press("Escape")
    expect(not page.locator("dialog").evaluate("dialog => dialog.open"), "Escape does not close the explanation")
    expect(page.evaluate("document.activeElement.dataset.key") == "total", "the focus does not return to the number")


CONTRAST = """() => {
    const parse = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => {
        const part = (value) => { value /= 255; return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
        return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const behind = (element) => {
        for (; element; element = element.parentElement) {
            const color = parse(getComputedStyle(element).backgroundColor);
            if (color.length === 3 || color[3] > 0) return color;
        }
        return [255, 255, 255];
    };
    const bad = new Set();
    for (const element of document.querySelectorAll("body *:not(script):not(svg):not(svg *)")) {
        const has = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!has || !element.checkVisibility()) continue;
        const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) bad.add(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
    }
    return [...bad];
}"""

NAMELESS = """() => [...document.querySelectorAll("input, button, a, svg[role=img], dialog, select")]
    .filter((element) => element.checkVisibility())
    .filter((element) => {
        const label = element.labels && element.labels.length ? element.labels[0].textContent : "";
        const by = element.getAttribute("aria-labelledby");
        const name = element.getAttribute("aria-label") || (by && document.getElementById(by)) || label || element.textContent;
        return !String(name).trim();
    }).map((element) => element.outerHTML.slice(0, 80))"""


def check_pointing(page):
    """What a curve says where it is pointed at is a row of the table behind it."""
    figure = page.locator(".panel:not([hidden]) .curves figure").first
    plot = figure.locator(".on-wide .plot")
    if plot.count() == 0:
        # Nothing is known of the stage, so it has no curve.
        return
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2)
    said = page.locator("#tip").inner_text().split("\n")
    last = [cell.strip() for cell in figure.locator("tr[data-x] > *").all_text_contents()]
    expect(said[0].split(" ")[0] in last, f"pointed at the end of the curve: {said}")
    expect(len(said) > 1 and said[1].split(": ")[-1] in last, f"pointed at the end of the curve: {said}")
    page.mouse.move(0, 0)
    expect(page.locator("#tip").is_hidden(), "what a curve says stays where nothing is pointed at")


def check_looks(browser, address, requests, console):
    for scheme in ("light", "dark"):
        for width in (1280, 360):
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
            page = opened(context, address, requests, console)
            wide = page.evaluate("document.documentElement.scrollWidth")
            expect(wide <= width, f"{scheme}, {width} pixels: the page is {wide} pixels wide")
            expect(not page.evaluate(CONTRAST), f"{scheme}, {width}: too little contrast: {page.evaluate(CONTRAST)}")
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{scheme}-{width}.png", full_page=True)
            context.close()
    colors = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = opened(context, address, requests, console)
        colors.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    expect(len(colors) == 2, f"light and dark look the same: {colors}")


def opened(context, address, requests, console, has_script=True):
    page = context.new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: console.append(message.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.goto(address)
    if has_script:
        wait(page)
    return page


def wait(page):
    """Waits until the script has unpacked the numbers."""
    page.wait_for_selector(".panel:not([hidden]) .controls:not([hidden])")


def main():
    requests, console = [], []
    address = "file://" + os.path.abspath(PAGE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        # Without its script the page shows what costplan wrote; with it, the same.
        context = browser.new_context(java_script_enabled=False)
        plain = opened(context, address, requests, console, has_script=False)
        numbers = [number.text_content() for number in plain.locator("[data-key] data").all()]
        said = [text.text_content() for text in plain.locator(".said, .usage, .findings li").all()]
        context.close()
        context = browser.new_context()
        page = opened(context, address, requests, console)
        scripted = [number.text_content() for number in page.locator("[data-key] data").all()]
        expect(numbers == scripted, f"the script changes {[pair for pair in zip(numbers, scripted) if pair[0] != pair[1]]}")
        scripted = [text.text_content() for text in page.locator(".said, .usage, .findings li").all()]
        expect(said == scripted, f"the script changes {[pair for pair in zip(said, scripted) if pair[0] != pair[1]]}")
        data = unpacked(page.locator("#data").text_content())
        check_numbers(page, data)
        check_pointing(page)
        check_keyboard(page)
        expect(not page.evaluate(NAMELESS), f"without a name: {page.evaluate(NAMELESS)}")
        page.emulate_media(media="print", color_scheme="light")
        pdf = page.pdf(format="A4", path=f"{PICTURES}/page.pdf" if PICTURES else None)
        expect(pdf.startswith(b"%PDF") and len(pdf) > 10_000, "the page is not printed")
        context.close()
        check_looks(browser, address, requests, console)
        browser.close()
    expect(all(url == address or url.startswith("data:") for url in requests), f"requests: {set(requests)}")
    expect(not console, f"the console: {console[:5]}")
    for message in wrong[:20]:
        print(message)
    print(f"{len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


main()
