
// What the reader can change besides customers and revenue: drivers, quantities, techniques and the scenario. The core of
// costplan computes the stage with it; this script asks, and shows what is wrong.

// Gives each panel its settings. `update` shows a panel again.
const open_settings = async (panels, update) => {
  const text = (id) => document.getElementById(id).textContent;
  const answer = await open_core(await unpacked(text("core")), await unpacked_text(text("project")));
  const base = JSON.parse(text("question"));
  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  const answered = (question) => {
    let found;
    try {
      found = JSON.parse(answer(question));
    } catch {
      return { wrong: "this cannot be computed here" };
    }
    const { diagnostics } = found;
    if (!diagnostics) return found;
    return { wrong: diagnostics.map(({ message, help }) => (help ? message + "; " + help : message)).join(". ") };
  };
  const parts = open_parts(answered);
  const count_of = (customers) => customers.toLocaleString("en") + (customers === 1 ? " customer" : " customers");

  for (const panel of panels) {
    const { root, stage } = panel;
    const places = [...root.querySelectorAll(".rows [data-part]")].map((row) => Number(row.dataset.key.replace("row-", "")));
    const changes = { set: {}, quantities: {}, apply: new Set(), scenario: null };
    const isChanged = () =>
      changes.scenario !== null || changes.apply.size > 0 || [changes.set, changes.quantities].some((of) => Object.keys(of).length > 0);
    const question = (ask, customers, revenue) => ({
      ...base,
      ask,
      stage: String(stage.id),
      currency: stage.currency,
      customers,
      ...(revenue === "" ? {} : { [stage.revenue.kind]: revenue }),
      ...(changes.scenario === null ? {} : { scenario: changes.scenario }),
      set: { ...base.set, ...changes.set },
      quantities: changes.quantities,
      apply: [...new Set([...base.apply, ...changes.apply])],
    });
    const wrong = element("p", { class: "wrong", role: "alert", hidden: "" });
    const refuse = (message) => {
      wrong.textContent = message;
      wrong.hidden = message === "";
    };
    const asked = (ask, customers, revenue) => answered(question(ask, customers, revenue));
    // The parts below the stages, for this stage as it is shown.
    const first = [stage.numbers[stage.start], panel.revenue];
    stage.follow = () => {
      const [customers, revenue] = [panel.customers ?? stage.numbers[panel.stop], panel.revenue];
      if (!isChanged() && customers === first[0] && revenue === first[1]) return parts.restore();
      const kept = Object.keys(changes.quantities).length ? " Quantities are those of the plan." : "";
      parts.follow((ask) => {
        // The months ahead begin with the customers of the plan.
        if (ask === "forecast") return [question(ask, base.customers, revenue), "The plan with what you changed." + kept];
        return [question(ask, customers, revenue), "Stage " + stage.id + " " + stage.name + " at " + count_of(customers) + "." + kept];
      });
    };

    // The costs as the core computes them; nothing where the embedded ones hold.
    let last = null;
    stage.ask = (customers, revenue) => {
      stage.follow();
      const isEmbedded = stage.numbers.includes(customers) && (!stage.revenue.stops.length || stage.revenue.stops.includes(revenue));
      refuse("");
      if (isEmbedded && !isChanged()) return (last = null);
      const found = asked("page", customers, revenue);
      if (found.wrong) {
        refuse("Not computed, so the numbers are those before: " + found.wrong);
        return last;
      }
      for (const costs of found.costs) costs.rows = places.map((place) => costs.rows[found.order.indexOf(place)]);
      return (last = found);
    };

    const shown = asked("inputs", stage.numbers[stage.start], panel.revenue);
    if (shown.wrong) continue;
    const changed = () => {
      reset.hidden = !isChanged();
      update(panel);
    };
    let count = 0;
    const named = (label, remark, control, ...further) => {
      control.id = "setting-" + stage.id + "-" + count++;
      const name = element("label", { for: control.id }, label);
      return element("div", { class: "setting" }, name, control, ...further, element("small", {}, remark || ""));
    };
    // A field with a slider, if its value is a number. `put` takes what is typed, "" for what the plan says.
    const field = (label, remark, written, value, unit, put) => {
      const typed = element("input", { type: "text", autocomplete: "off", spellcheck: "false", placeholder: written, "data-name": label });
      const take = () => {
        put(typed.value.trim());
        changed();
      };
      typed.addEventListener("change", take);
      const sliders = [];
      if (value !== null && value > 0) {
        const slider = element("input", { type: "range", min: 0, max: value * 3, step: value >= 1 && Number.isInteger(value) ? 1 : value / 100, "aria-label": label });
        slider.value = value;
        slider.addEventListener("input", () => {
          typed.value = String(Number(Number(slider.value).toPrecision(6))) + (unit ? " " + unit : "");
          take();
        });
        sliders.push(slider);
        fields.push(() => { slider.value = value; });
      }
      fields.push(() => { typed.value = ""; });
      return named(label, remark, typed, ...sliders);
    };
    const fields = [];
    const put = (of, name) => (text) => {
      if (text === "") delete of[name];
      else of[name] = text;
    };

    const groups = [];
    const group = (title, settings) => {
      if (settings.length) groups.push(element("fieldset", {}, element("legend", {}, title), ...settings));
    };
    if (shown.scenarios.length) {
      const choice = element("select", {}, element("option", { value: "" }, base.scenario ? "as this page was made" : "none"));
      for (const { id, name } of shown.scenarios) choice.append(element("option", { value: id }, name));
      choice.addEventListener("change", () => {
        changes.scenario = choice.value || null;
        changed();
      });
      fields.push(() => { choice.value = ""; });
      group("Scenario", [named("Scenario", "", choice)]);
    }
    group("Drivers", shown.drivers.map(({ name, formula, value, source }) =>
      field(name, source, formula, value && value.value, value && value.unit, put(changes.set, name))));
    group("Quantities", shown.quantities.map(({ line_item, formula, quantity }) =>
      field(line_item, "", formula ?? "1", quantity, "", put(changes.quantities, line_item))));
    group("Techniques", shown.techniques.map(({ id, name, in_use }) => {
      const box = element("input", { type: "checkbox", "data-name": id });
      box.checked = box.disabled = in_use;
      box.addEventListener("change", () => {
        if (box.checked) changes.apply.add(id);
        else changes.apply.delete(id);
        changed();
      });
      fields.push(() => { box.checked = in_use; });
      return named(name, in_use ? "in use in the plan" : "", box);
    }));
    const reset = element("button", { type: "button", hidden: "" }, "Back to the plan");
    reset.addEventListener("click", () => {
      for (const of of [changes.set, changes.quantities]) {
        for (const name of Object.keys(of)) delete of[name];
      }
      changes.apply.clear();
      changes.scenario = null;
      for (const field of fields) field();
      changed();
    });
    const note = element("p", {}, "A number, an amount with its unit or a formula such as ", element("code", {}, "customers * 3"), ". The forecast and what saves something follow, too. Curves, explanations and everything else below the stages stay those of the plan as it is written.");
    const settings = element("details", { class: "settings" }, element("summary", {}, "Change the plan"), note, ...groups);
    root.querySelector(".controls").after(settings, wrong, reset);
  }
  document.querySelectorAll('.stages input[type="radio"]').forEach((tab, place) => tab.addEventListener("change", () => panels[place].stage.follow?.()));
};
