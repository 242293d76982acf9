// The glossary's filter: rows that hold every word typed stay, in either table, in any language, å or aa, é or e.
(() => {
  "use strict";

  const box = document.querySelector("[data-glossary]");
  if (!box) return;
  const field = box.querySelector("#glossary-filter");
  const count = box.querySelector(".glossary__count");
  const tables = [...box.querySelectorAll("table")];

  const LIKE = { æ: "ae", ä: "ae", ø: "oe", ö: "oe", å: "aa" };
  const plain = (text) => text.toLowerCase().replace(/[æäøöå]/g, (c) => LIKE[c]).normalize("NFD").replace(/\p{M}/gu, "");
  const bare = (text) => text.toLowerCase().replace(/[æä]/g, "a").replace(/[øö]/g, "o").normalize("NFD").replace(/\p{M}/gu, "");

  const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
  const said = new Map(rows.map((row) => [row, `${plain(row.textContent)} ${bare(row.textContent)}`]));

  function show() {
    const words = field.value.trim().split(/\s+/).filter(Boolean);
    const fits = (row) => words.every((word) => said.get(row).includes(plain(word)) || said.get(row).includes(bare(word)));
    for (const row of rows) row.hidden = !fits(row);
    for (const table of tables) table.hidden = [...table.tBodies[0].rows].every((row) => row.hidden);
    const shown = rows.filter((row) => !row.hidden).length;
    const line = shown ? count.dataset.some : count.dataset.none;
    count.textContent = words.length ? line.replace("{shown}", shown).replace("{all}", rows.length) : "";
  }

  field.addEventListener("input", show);
  field.parentElement.hidden = false;
  show(); // what the browser has kept in the field from before
})();
