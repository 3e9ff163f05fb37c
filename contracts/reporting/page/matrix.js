// The page is whole without this: it adds filters, addresses of details, and buttons that copy.
"use strict";

const root = document.documentElement;
root.classList.add("scripted");

// --- addresses of details ---------------------------------------------------------------------------------------------

const remember = (hash) => {
  try {
    history.replaceState(null, "", hash || location.pathname + location.search);
  } catch {
    // Within another page (an attachment of a report) there may be no address to change.
  }
};

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("toggle", ({ newState }) => {
    if (newState === "open") {
      dialog.scrollTop = 0;
      remember(`#${dialog.id}`);
    } else if (location.hash === `#${dialog.id}`) {
      remember("");
    }
  });
}

const addressed = () => {
  const dialog = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (dialog instanceof HTMLDialogElement) dialog.showPopover();
};
window.addEventListener("hashchange", addressed);
addressed();

// --- copying ---------------------------------------------------------------------------------------------------------

for (const command of document.querySelectorAll("pre.command")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    const code = command.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  command.append(button);
}

// --- filters ---------------------------------------------------------------------------------------------------------

const form = document.getElementById("filters");
const told = document.getElementById("shown");
const rows = [...document.querySelectorAll("tr.clause")];

const chosen = (name) => new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value));

const filter = () => {
  const verdicts = chosen("verdict");
  const levels = chosen("level");
  const words = form.elements.words.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows) {
    let cells = 0;
    for (const cell of row.querySelectorAll("td[data-verdict]")) {
      const fits =
        (!verdicts.size || verdicts.has(cell.dataset.verdict)) && (!levels.size || levels.has(cell.dataset.level));
      cell.classList.toggle("faded", !fits);
      cells += fits;
    }
    row.hidden = !cells || !row.dataset.words.includes(words);
    shown += !row.hidden;
  }
  for (const family of document.querySelectorAll("tbody")) {
    family.hidden = !family.querySelector("tr.clause:not([hidden])");
  }
  const any = verdicts.size || levels.size || words;
  told.textContent = any ? `${shown} of ${rows.length} clauses` : `${rows.length} clauses`;
  document.getElementById("none").hidden = shown > 0;
};

form.addEventListener("input", filter);
const clear = () => {
  for (const box of form.querySelectorAll("input:checked")) box.checked = false;
  form.elements.words.value = "";
};

form.addEventListener("reset", (event) => {
  event.preventDefault();
  clear();
  filter();
});
form.addEventListener("submit", (event) => event.preventDefault());
for (const link of document.querySelectorAll("a[data-only]")) {
  link.addEventListener("click", () => {
    clear();
    form.querySelector(`input[value="${link.dataset.only}"]`).checked = true;
    filter();
  });
}
filter();
