
// The parts below the stages that follow what the reader changes. The core writes them as costplan wrote them first.
// `answer` answers questions, given and answered as objects.
const open_parts = (answer) => {
  const facts = [...document.querySelectorAll(".panel")].map((panel) => [...panel.querySelectorAll(".card.fact")]);
  const parts = [...document.querySelectorAll("[data-ask]")].map((body) => {
    const of = body.parentElement.querySelector(".of");
    return { ask: body.dataset.ask, body, of, first: [of.textContent, body.innerHTML] };
  });
  const first_facts = facts.map((cards) => cards.map((card) => [card.dataset.tone, card.innerHTML]));
  const show_facts = (found) => {
    for (const cards of facts) {
      cards.forEach((card, place) => {
        const fact = found[place];
        card.hidden = !fact;
        if (!fact) return;
        card.dataset.tone = fact.is_bad ? "bad" : "";
        const texts = [["h3", fact.label], [".big", fact.text], [".said", fact.note]];
        for (const [name, text] of texts) card.querySelector(name).textContent = text;
      });
    }
  };
  const show = ({ ask, body, of }, question, said) => {
    of.textContent = said;
    const { wrong, html, facts: found } = answer(question);
    if (wrong) {
      const message = document.createElement("p");
      message.textContent = "Not computed: " + wrong;
      body.replaceChildren(message);
    } else {
      // Written by costplan, which escapes every text in it; the policy of the page allows no script in it.
      body.innerHTML = html || "<p>The plan says nothing of it.</p>";
    }
    if (ask === "forecast") show_facts(found || []);
  };
  let turn = 0;
  const busy = ({ body }, is_busy) => body.setAttribute("aria-busy", is_busy);
  return {
    // Asks for each part once the reader rests, one after another so that the page stays quick. `asked` returns the question of a
    // part and what is said of it.
    follow: (asked) => {
      const mine = ++turn;
      const left = [...parts];
      for (const part of left) busy(part, true);
      const next = () => {
        const part = mine === turn ? left.shift() : undefined;
        if (!part) return;
        show(part, ...asked(part.ask));
        busy(part, false);
        setTimeout(next, 0);
      };
      setTimeout(next, 250);
    },
    // Shows everything as the page was made.
    restore: () => {
      turn++;
      for (const part of parts) {
        [part.of.textContent, part.body.innerHTML] = part.first;
        busy(part, false);
      }
      facts.forEach((cards, panel) =>
        cards.forEach((card, place) => {
          card.hidden = false;
          [card.dataset.tone, card.innerHTML] = first_facts[panel][place];
        }),
      );
    },
  };
};
