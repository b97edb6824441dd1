// The page of `costplan report`. No price is computed here: costs are looked up among those that costplan embedded. What is
// made here are quotients (per customer, of a revenue), from whole numbers and with the rounding of costplan.
(async () => {
  const data = JSON.parse(await unpacked_text(document.getElementById("data").textContent));
  const UNKNOWN = "unknown";

  // ---- Numbers: a decimal is a whole number of 10^-scale, a ratio is one whole number over another. ----

  const decimal = (n, scale) => ({ n, d: 10n ** BigInt(scale) });
  const parsed = (text) => {
    const [whole, decimals = ""] = text.split(".");
    return decimal(BigInt(whole + decimals), decimals.length);
  };
  const size = (n) => (n < 0n ? -n : n);
  const times = (a, b) => ({ n: a.n * b.n, d: a.d * b.d });
  const minus = (a, b) => ({ n: a.n * b.d - b.n * a.d, d: a.d * b.d });
  const over = (a, b) => (b.n === 0n ? null : b.n < 0n ? { n: -a.n * b.d, d: a.d * -b.n } : { n: a.n * b.d, d: a.d * b.n });
  const isBelow = (a, b) => a.n * b.d < b.n * a.d;
  const isSame = (a, b) => a.n * b.d === b.n * a.d;

  // Half away from zero: a whole number of 10^-decimals.
  const rounded = (value, decimals) => {
    const half = (size(value.n) * 10n ** BigInt(decimals) * 2n + value.d) / (value.d * 2n);
    return value.n < 0n ? -half : half;
  };

  // Rounded to the usual decimals, or to more where that would be `other` although it is not.
  const distinct = (value, usual, other, digits, most) => {
    const first = rounded(value, usual);
    if (!isSame(decimal(first, usual), other) || isSame(value, other)) return [first, usual];
    let last = [first, usual];
    for (let decimals = usual + 1; decimals <= most; decimals++) {
      const n = rounded(value, decimals);
      last = [n, decimals];
      const difference = minus(decimal(n, decimals), other);
      const mantissa = (size(difference.n) * 10n ** BigInt(decimals)) / difference.d;
      if (mantissa >= 10n ** BigInt(digits - 1) || isSame(value, decimal(n, decimals))) break;
    }
    return last;
  };

  const ZERO = decimal(0n, 0);
  const digitsOf = (n, scale, least) => {
    let text = size(n).toString().padStart(scale + 1, "0");
    let decimals = scale ? text.slice(-scale) : "";
    text = scale ? text.slice(0, -scale) : text;
    while (decimals.length > least && decimals.endsWith("0")) decimals = decimals.slice(0, -1);
    decimals = decimals.padEnd(least, "0");
    const isZero = n === 0n;
    return (n < 0n && !isZero ? "-" : "") + text + (decimals ? "." + decimals : "");
  };
  // As a number in the JSON of costplan: no zeros at the end, and no single decimal.
  const json = (n, scale) => {
    const text = digitsOf(n, scale, 0);
    return /\.\d$/.test(text) ? text + "0" : text;
  };
  const jsonOf = (value) => {
    let scale = value.d.toString().length - 1;
    return json(value.n, scale);
  };
  const jsonQuotient = (value) => json(...distinct(value, 6, ZERO, 6, 12));

  // ---- Words ----

  const isPart = /[\p{L}\p{N}_/:\-@#]/u;
  const startsPart = (text) => text !== "" && isPart.test(String.fromCodePoint(text.codePointAt(0)));
  const endsPart = (text) => text !== "" && isPart.test(Array.from(text.slice(-2)).pop());
  const thousands = (text) => {
    if (text.includes("`")) {
      return text.split("`").map((part, place) => (place % 2 ? part : thousands(part))).join("`");
    }
    let grouped = "";
    let rest = text;
    for (let found; (found = /[0-9]+/.exec(rest)); ) {
      const run = found[0];
      grouped += rest.slice(0, found.index);
      rest = rest.slice(found.index + run.length);
      const isSign = grouped.endsWith("-") && !endsPart(grouped.slice(0, -1));
      const starts = isSign || grouped.endsWith("..") || !(endsPart(grouped) || grouped.endsWith("."));
      const isNumber = run.length > 3 && starts && !startsPart(rest);
      grouped += isNumber ? run.replace(/\B(?=([0-9]{3})+$)/g, ",") : run;
    }
    return grouped + rest;
  };
  const amount = (value, decimals) => {
    const [n, scale] = distinct(value, decimals, ZERO, 2, 28);
    return thousands(digitsOf(n, scale, decimals));
  };
  const perUnit = (value, usual) => {
    const isSmall = (n, decimals) => size(n) < 10n && !isSame(value, decimal(n, decimals));
    let decimals = usual;
    let n = rounded(value, decimals);
    while (isSmall(n, decimals) && decimals < 28) n = rounded(value, ++decimals);
    return thousands(digitsOf(n, decimals, usual));
  };
  const percent = (value, decimals) => {
    const usual = decimals + 2;
    const first = decimal(rounded(value, usual), usual);
    const one = decimal(1n, 0);
    const whole = isSame({ n: size(first.n), d: first.d }, one) ? first : ZERO;
    const [n, scale] = distinct(value, usual, whole, 2, Math.max(12, usual));
    return thousands(digitsOf(n * 100n, scale, decimals)) + "%";
  };
  const atLeast = (text, known) => (known === 1 ? "at least " + text : text);

  // ---- Columns, as src/view/report/column.rs writes them ----

  const column = (text) => {
    const [scale, differences] = text.split("|");
    const values = [];
    let now = 0n;
    for (const token of differences === "" ? [] : differences.split(" ")) {
      const [difference, count = "1"] = token.split("*");
      for (let left = Number(count); left > 0; left--) {
        if (difference === "?") values.push(null);
        else values.push((now += BigInt(difference)));
      }
    }
    return { scale: Number(scale), values };
  };
  // Columns are read when they are first needed.
  const read = new Map();
  const at = (text, place) => {
    if (!read.has(text)) read.set(text, column(text));
    const { scale, values } = read.get(text);
    const n = values[place];
    return n === null || n === undefined ? null : decimal(n, scale);
  };
  const sentences = (texts, place) =>
    texts
      .filter((text) => at(text.said, place))
      .map((text) => {
        let message = text.words[0];
        text.numbers.forEach((number, index) => {
          const { n, d } = at(number, place);
          const decimals = text.decimals[index];
          message += digitsOf((n * 10n ** BigInt(decimals)) / d, decimals, decimals) + text.words[index + 1];
        });
        return { kind: text.kind, message };
      });

  for (const stage of data.stages) stage.numbers = column(stage.stops).values.map(Number);

  // ---- The one place where costs come from ----

  // The costs of a stage at a number of customers and a revenue (a text such as "49.50", or ""), in the terms of
  // `costplan stage --format json`. A core that computes them can stand here in place of the embedded points.
  const costs_at = (stage, customers, revenue) => {
    const computed = stage.ask ? stage.ask(customers, revenue) : null;
    const place = computed ? 0 : nearest(stage.numbers, customers);
    const set = !computed && stage.revenue.stops.length ? stage.revenue.stops.indexOf(revenue) : 0;
    const costs = (computed || stage).costs[set];
    const of = (text) => at(text, place);
    const known = Number(at(costs.known, place).n);
    const total = of(costs.total);
    const count = decimal(BigInt(customers), 0);
    const mrr = mrrOf(computed || stage, count, revenue);
    const each = (cost) => (cost && customers > 0 ? over(cost, count) : null);
    const profit = total && mrr ? minus(mrr, total) : null;
    const share = total && mrr ? over(total, mrr) : null;
    return {
      customers,
      known,
      total,
      mrr,
      subtotal: of(costs.subtotal),
      buffer: of(costs.buffer),
      rounding: of(costs.rounding),
      total_exact: of(costs.total_exact),
      marginal_cost: of(costs.marginal_cost),
      total_with_tax: costs.total_with_tax === undefined ? null : of(costs.total_with_tax),
      rows: costs.rows.map((row) => ({ ...part_of(row, of), usage: sentences(row.usage, place) })),
      categories: costs.categories.map((category) => part_of(category, of)),
      findings: sentences(costs.findings, place).sort(byWorst),
      cost_per_customer: each(total),
      cost_per_customer_before_buffer: each(of(costs.subtotal)),
      share_of_mrr: share,
      gross_profit: profit,
      gross_margin: profit && mrr ? over(profit, mrr) : null,
      ...judged(stage, known, total, mrr),
    };
  };

  // The worst first, as costplan sorts them.
  const byWorst = (a, b) => {
    const keys = ({ kind: [severity, code], message }) => [["breach", "warning", "note"].indexOf(severity), code, message];
    const [one, other] = [keys(a), keys(b)];
    const place = one.findIndex((key, index) => key !== other[index]);
    return place < 0 ? 0 : one[place] < other[place] ? -1 : 1;
  };

  const part_of = (row, of) => ({ cost: of(row.cost), known: Number(of(row.known).n) });

  const mrrOf = (stage, customers, revenue) => {
    if (revenue === "") return null;
    if (stage.revenue.kind === "mrr") return parsed(revenue);
    if (stage.revenue.mrr_per_arpu === null) return null;
    const mrr = times(times(parsed(revenue), customers), parsed(stage.revenue.mrr_per_arpu));
    // A scale that the digits of JSON can be read off.
    const scale = mrr.d.toString().length - 1;
    return decimal(mrr.n, scale);
  };

  // The verdict on the share of revenue: against the target, or as a rating. An unknown cost can only increase it.
  const judged = (stage, known, total, mrr) => {
    if (!total || !mrr || mrr.n === 0n) return { rating: null, target_met: null };
    const isUnder = (bound) => isBelow(total, times(parsed(bound), mrr));
    const last = data.ratings.length - 1;
    const place = data.ratings.findIndex(([bound], index) => index === last || isUnder(bound));
    const isCertain = known === 2 || place === last;
    let target_met = null;
    if (stage.target !== null && !stage.is_part) {
      const met = isUnder(stage.target);
      target_met = known === 2 || !met ? met : null;
    }
    const agrees = stage.target === null || stage.is_part || target_met === (place !== last);
    return { rating: isCertain && agrees && !stage.is_part ? data.ratings[place] : null, target_met };
  };

  // ---- The panels ----

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  // What is between backticks is code.
  const rich = (target, text) => {
    target.replaceChildren(
      ...text.split("`").filter((part, place, all) => part || all.length === 1).length
        ? text.split("`").map((part, place) => (place % 2 ? element("code", "", part) : document.createTextNode(part)))
        : [],
    );
  };

  const panels = [...document.querySelectorAll(".panel")].map((root, place) => ({
    root,
    stage: data.stages[place],
    stop: data.stages[place].start,
    revenue: root.querySelector(".revenue-number").value,
    numbers: [...root.querySelectorAll("[data-key]:not([data-part])")],
    rows: [...root.querySelectorAll(".rows .part")],
    categories: [...root.querySelectorAll(".categories .part")],
  }));

  const isWhole = (costs, value) => (costs.known === 2 ? value : null);
  const shownCost = (stage, cost, known) =>
    cost && known !== 0 ? [jsonOf(cost), atLeast(amount(cost, stage.decimals), known)] : null;
  const shownNumber = (stage, costs, key) => {
    const plain = (value) => value && [jsonOf(value), amount(value, stage.decimals)];
    const each = (value) => value && [jsonQuotient(value), atLeast(perUnit(value, stage.decimals), costs.known)];
    const ratio = (value) => value && [jsonQuotient(value), atLeast(percent(value, 1), costs.known)];
    switch (key) {
      case "total":
      case "buffer":
      case "total_exact":
      case "total_with_tax":
        return shownCost(stage, costs[key], costs.known);
      case "rounding":
      case "mrr":
        return plain(costs[key]);
      case "gross_profit":
        return plain(isWhole(costs, costs.gross_profit));
      case "share_of_mrr":
        return ratio(costs.share_of_mrr);
      case "gross_margin":
        return ratio(isWhole(costs, costs.gross_margin));
      default:
        return each(costs[key]);
    }
  };

  const part = (cost, total) => {
    if (!cost || !total) return 0;
    const ratio = over(cost, total);
    return ratio ? Math.min(100, Math.max(0, Number(rounded(ratio, 3)) / 10)) : 0;
  };

  const verdict = (stage, costs) => {
    const { mrr, rating, target_met } = costs;
    if (!mrr) return ["no revenue is given", ""];
    if (mrr.n === 0n) return ["no revenue yet", ""];
    if (!costs.total) return ["", ""];
    if (stage.target !== null && !stage.is_part) {
      const target = digitsOf(...distinct(times(parsed(stage.target), decimal(100n, 0)), 6, ZERO, 2, 12), 0) + "%";
      if (target_met === null) return ["unknown whether under your target of " + target, ""];
      return target_met ? ["under your target of " + target, "good"] : ["not under your target of " + target, "bad"];
    }
    if (!rating) return ["", ""];
    return [rating[2], rating[1] === "optimise_urgently" ? "bad" : "good"];
  };

  const write = (number, shown) => {
    const [value, text] = shown || ["", UNKNOWN];
    const target = number.querySelector("data") || number;
    target.value = value;
    target.textContent = text;
  };

  const update = (panel) => {
    const { root, stage } = panel;
    const customers = panel.customers ?? stage.numbers[panel.stop];
    const costs = costs_at(stage, customers, panel.revenue);
    panel.costs = costs;
    for (const number of panel.numbers) write(number, shownNumber(stage, costs, number.dataset.key));
    for (const [list, found] of [[panel.rows, costs.rows], [panel.categories, costs.categories]]) {
      list.forEach((row, place) => {
        const { cost, known, usage } = found[place];
        write(row.querySelector("[data-part]"), shownCost(stage, cost, known));
        row.querySelector(".bar rect").setAttribute("width", part(cost, costs.total));
        if (usage) row.querySelector(".usage").textContent = thousands(usage.map((said) => said.message).join(", "));
      });
    }
    const count = thousands(String(customers)) + (customers === 1 ? " customer" : " customers");
    root.querySelector('[data-note="total"]').textContent = "at " + count;
    root.querySelector('[data-note="cost_per_customer"]').textContent = customers === 0 ? "no customers yet" : "with the buffer";
    const [said, tone] = verdict(stage, costs);
    const note = root.querySelector('[data-note="share_of_mrr"]');
    note.textContent = said;
    note.closest(".card").dataset.tone = tone;
    findings(root.querySelector(".findings"), costs.findings);
    root.querySelector(".at").textContent = count;
    const slider = root.querySelector(".customers-slider");
    slider.value = panel.stop;
    slider.setAttribute("aria-valuetext", count);
    mark(panel);
  };

  const findings = (list, found) => {
    list.replaceChildren(
      ...found.map(({ kind: [severity], message }) => {
        const item = element("li", severity);
        item.append(element("span", "severity", severity), " ");
        const text = element("span", "");
        rich(text, thousands(message));
        item.append(text);
        return item;
      }),
    );
  };

  // ---- Charts: the place of the shown number of customers ----

  const SVG = "http://www.w3.org/2000/svg";
  const shape = (name, className) => {
    const made = document.createElementNS(SVG, name);
    made.setAttribute("class", className);
    return made;
  };
  // The curves of a panel: the total first, then the share of revenue, each in several widths.
  const marksOf = (root) =>
    [...root.querySelectorAll(".curves figure")].flatMap((figure, place) =>
      [...figure.querySelectorAll(".plot")].map((scale) => {
        const [line, dot] = [shape("line", "marker"), shape("circle", "marker-dot")];
        dot.setAttribute("r", "5");
        scale.after(line);
        scale.ownerSVGElement.append(dot);
        return { place, scale, line, dot };
      }),
    );
  const mark = (panel) => {
    panel.marks ??= marksOf(panel.root);
    const { customers, total, share_of_mrr, known } = panel.costs;
    for (const { place, scale, line, dot } of panel.marks) {
      const numbers = (name) => scale.dataset[name].split(" ").map(Number);
      const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => Number(scale.getAttribute(name)));
      const [low, high] = numbers("x");
      const x = left + (high > low ? ((customers - low) / (high - low)) * width : 0);
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      line.setAttribute("y1", top);
      line.setAttribute("y2", top + height);
      const value = place === 0 ? total : share_of_mrr;
      const [least, most] = numbers("y");
      const at = value && known === 2 ? Number(value.n * 1000000n / value.d) / 1000000 : NaN;
      const isSeen = at >= least && at <= most;
      dot.toggleAttribute("hidden", !isSeen);
      dot.style.display = isSeen ? "" : "none";
      if (isSeen) {
        dot.setAttribute("cx", x);
        dot.setAttribute("cy", top + height - ((at - least) / (most - least)) * height);
      }
    }
  };

  // ---- Controls ----

  const nearest = (numbers, wanted) => {
    let best = 0;
    numbers.forEach((number, place) => {
      if (Math.abs(number - wanted) < Math.abs(numbers[best] - wanted)) best = place;
    });
    return best;
  };
  const isAmount = (text) => /^[0-9]{1,12}(\.[0-9]{1,6})?$/.test(text);
  const trimmed = (text) => jsonOf(parsed(text));

  const setRevenue = (panel, text) => {
    const stops = panel.stage.revenue.stops;
    if (text !== "" && stops.length) text = stops[nearest(stops.map(Number), Number(text))];
    panel.revenue = text;
    panel.root.querySelector(".revenue-number").value = text;
    const slider = panel.root.querySelector(".revenue-slider");
    slider.value = stops.length ? stops.indexOf(text) : text;
    slider.setAttribute("aria-valuetext", text === "" ? "not given" : text + " " + panel.stage.currency);
    if (panel.root.hidden) panel.isOld = true;
    else update(panel);
  };
  const setEverywhere = (from, text) => {
    for (const panel of panels) {
      const isAlike = panel.stage.revenue.kind === from.stage.revenue.kind && panel.stage.currency === from.stage.currency;
      if (isAlike) setRevenue(panel, text);
    }
  };
  const setCustomers = (panel, wanted) => {
    panel.stop = nearest(panel.stage.numbers, wanted);
    // The core computes any number.
    const isAny = panel.stage.ask && Number.isSafeInteger(wanted) && wanted >= 0;
    panel.customers = isAny ? wanted : panel.stage.numbers[panel.stop];
    panel.root.querySelector(".customers-number").value = panel.customers;
    update(panel);
  };

  for (const panel of panels) {
    const { root, stage } = panel;
    const stops = stage.revenue.stops;
    root.querySelector(".controls").hidden = false;
    root.querySelector(".controls").addEventListener("submit", (event) => event.preventDefault());
    const slider = root.querySelector(".customers-slider");
    slider.addEventListener("input", () => setCustomers(panel, stage.numbers[Number(slider.value)]));
    const number = root.querySelector(".customers-number");
    number.addEventListener("change", () => setCustomers(panel, Number(number.value) || stage.numbers[0]));
    const revenue = root.querySelector(".revenue-slider");
    const given = Number(stage.revenue.given || "0");
    if (stops.length) {
      revenue.max = stops.length - 1;
      revenue.step = 1;
    } else {
      // A round end at about three times what is given.
      const wanted = Math.max(given * 3, stage.revenue.kind === "mrr" ? 1000 : 100);
      const power = 10 ** Math.floor(Math.log10(wanted));
      const end = [1, 2, 5, 10].map((factor) => factor * power).find((end) => end >= wanted);
      const step = Math.max(end / 200, 1 / 10 ** stage.decimals);
      revenue.max = end;
      revenue.step = step;
    }
    revenue.addEventListener("input", () =>
      setEverywhere(panel, stops.length ? stops[Number(revenue.value)] : trimmed(Number(revenue.value).toFixed(stage.decimals))),
    );
    const typed = root.querySelector(".revenue-number");
    typed.addEventListener("change", () => {
      const text = typed.value.trim();
      if (text === "" && !stops.length) setEverywhere(panel, "");
      else if (isAmount(text)) setEverywhere(panel, trimmed(text));
      else typed.value = panel.revenue;
    });
    revenue.value = stops.length ? stops.indexOf(panel.revenue) : panel.revenue || 0;
    revenue.setAttribute("aria-valuetext", panel.revenue === "" ? "not given" : panel.revenue + " " + stage.currency);
    update(panel);
  }

  // ---- Stages ----

  const tabs = [...document.querySelectorAll('.stages input[type="radio"]')];
  const choose = (place) => {
    panels.forEach((panel, index) => {
      panel.root.hidden = index !== place;
      if (index === place && panel.isOld) {
        panel.isOld = false;
        update(panel);
      }
    });
  };
  tabs.forEach((tab, place) => tab.addEventListener("change", () => choose(place)));
  if (tabs.length) {
    document.querySelector(".stages").hidden = false;
    choose(Math.max(0, tabs.findIndex((tab) => tab.checked)));
  }

  // ---- Explanations ----

  const dialog = document.getElementById("why");
  const texts = data.texts;
  const explain = (panel, key) => {
    const { stage, costs } = panel;
    const all = stage.explanations.filter((explanation) => explanation.numbers.some((number) => number.key === key));
    const title = dialog.querySelector("h2");
    const body = dialog.querySelector(".steps");
    if (!all.length) {
      title.textContent = key.replaceAll("_", " ");
      body.replaceChildren(element("p", "", "It has no steps: what it needs is not given."));
      return;
    }
    const explanation = all[nearest(all.map((explanation) => explanation.customers), costs.customers)];
    const number = explanation.numbers.find((number) => number.key === key);
    const name = texts[number.title];
    title.textContent = name.replaceAll("_", " ");
    const at = thousands(String(explanation.customers)) + (explanation.customers === 1 ? " customer" : " customers");
    const result = number.result === null ? UNKNOWN : texts[number.result];
    const head = element("p", "result");
    head.append(element("strong", "", thousands(result)), " in stage " + stage.id + " " + stage.name + " at " + at);
    const parts = [head];
    const isRevenue = ["mrr", "share_of_mrr", "gross_profit", "gross_margin"].includes(key) || stage.revenue.stops.length;
    const first = stage.revenue.stops.length ? stage.revenue.stops[stage.revenue.first] : stage.revenue.given || "";
    if (explanation.customers !== costs.customers || (isRevenue && panel.revenue !== first)) {
      const note = element("p", "nearest");
      const word = /^[\w.-]+$/.test(name) ? name : '"' + name.replaceAll('"', '\\"') + '"';
      let command = "costplan explain " + stage.id + " " + word + " --customers " + costs.customers;
      if (panel.revenue !== first && panel.revenue !== "") command += " --" + stage.revenue.kind + " " + panel.revenue;
      note.append("This page has the steps of some numbers of customers, and these are the nearest. For the numbers that you chose: ");
      note.append(element("code", "", command));
      parts.push(note);
    }
    const steps = element("dl", "");
    for (const [label, text] of number.steps) {
      if (texts[label] === "") {
        steps.append(element("dd", "from", texts[text]));
        continue;
      }
      steps.append(element("dt", "", texts[label]), element("dd", "", thousands(texts[text])));
    }
    parts.push(steps);
    if (number.from.length) {
      const from = element("p", "from-numbers", "Computed from ");
      for (const key of number.from) {
        const used = explanation.numbers.find((number) => number.key === key);
        if (!used) continue;
        const button = element("button", "link", texts[used.title].replaceAll("_", " "));
        button.type = "button";
        button.addEventListener("click", () => explain(panel, key));
        from.append(button, " ");
      }
      parts.push(from);
    }
    body.replaceChildren(...parts);
    dialog.scrollTop = 0;
  };
  for (const panel of panels) {
    panel.root.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-key]");
      if (!button) return;
      explain(panel, button.dataset.key);
      dialog.showModal();
    });
  }
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  // ---- Paper has everything open ----

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details.print:not([open])")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });

  // ---- With the core in the page, everything else of the plan moves too ----

  if (typeof open_settings === "function") {
    open_settings(panels, update).catch(() => {
      // A browser without WebAssembly: the page has what is embedded.
      for (const { stage } of panels) delete stage.ask;
    });
  }
})().catch((stopped) => {
  // A browser that cannot unpack the numbers: the page stays as it was made.
  document.getElementById("still").hidden = false;
  console.warn(stopped);
});
