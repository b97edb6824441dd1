"use strict";
// Loads the page again once costplan has another version of it.
(() => {
  const version = document.getElementById("served").dataset.version;
  const ask = async () => {
    try {
      const answer = await fetch("/version?after=" + version, { cache: "no-store" });
      if (answer.ok && (await answer.text()).trim() !== version) {
        location.reload();
        return;
      }
    } catch {
      // costplan has ended, or is starting again.
    }
    setTimeout(ask, 700);
  };
  setTimeout(ask, 700);
})();
