"use strict";
// Says what a curve shows where it is pointed at: a row of the table behind it.
(() => {
  const tip = document.getElementById("tip");
  // How far a change and its letter above the plot can be from what is pointed at, in pixels.
  const NEAR = 7;
  const LETTERS = 20;
  // What changes near the place that is pointed at; otherwise the row there, or the last one before it: a value holds up to the
  // next.
  const pointed = ({ target, clientX, clientY }) => {
    const svg = target instanceof Element ? target.closest(".chart svg") : null;
    const plot = svg && svg.querySelector(".plot");
    if (!plot) return null;
    const { left, right, top, bottom } = plot.getBoundingClientRect();
    if (clientX < left || clientX > right || clientY < top - LETTERS || clientY > bottom) return null;
    const [low, high] = plot.dataset.x.split(" ").map(Number);
    const place = (row) => left + ((Number(row.dataset.x) - low) / (high - low || 1)) * (right - left);
    const distance = (row) => Math.abs(place(row) - clientX);
    const rows = [...svg.closest("figure").querySelectorAll("tr[data-x]")];
    const changes = rows.filter((row) => row.querySelector(".change:not(:empty)") && distance(row) <= NEAR);
    changes.sort((a, b) => distance(a) - distance(b));
    return changes[0] || rows.filter((row) => place(row) <= clientX).pop() || rows[0] || null;
  };
  const lines = (row) => {
    const heads = [...row.parentElement.querySelector("tr").cells].map((cell) => cell.textContent);
    const [at, ...values] = [...row.cells].map((cell) => cell.textContent);
    const said = values.map((value, place) => [heads[place + 1], value]).filter(([, value]) => value !== "");
    return [at + " " + heads[0], ...said.map(([head, value]) => (head === "" ? value : head + ": " + value))];
  };
  const show = (event) => {
    const row = pointed(event);
    tip.hidden = row === null;
    if (row === null) return;
    tip.textContent = lines(row).join("\n");
    const { width, height } = tip.getBoundingClientRect();
    const isRight = event.clientX + 16 + width > innerWidth;
    tip.style.left = Math.max(4, isRight ? event.clientX - 16 - width : event.clientX + 16) + "px";
    tip.style.top = Math.max(4, Math.min(event.clientY + 16, innerHeight - height - 4)) + "px";
  };
  addEventListener("pointermove", show);
  addEventListener("pointerdown", show);
  addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
})();
