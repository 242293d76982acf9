// The list of what is to be read again. The page holds dates alone; what is due today is judged here, by the reader's
// own calendar. Nothing chosen here is stored or sent.
(() => {
  "use strict";

  const list = document.querySelector(".review");
  if (!list) return;
  const form = list.querySelector(".review__choices");
  const { owner, language, due } = form.elements;
  const status = form.querySelector(".review__status");
  const rows = [...list.querySelectorAll("tr[data-due]")];
  const soon = Number(list.dataset.soon);
  const DAY = 24 * 60 * 60 * 1000;

  // A date without an hour counts as midnight in London: so two of them are whole days apart.
  const now = new Date();
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const left = new Map(rows.map((row) => [row, Math.round((Date.parse(row.dataset.due) - today) / DAY)]));

  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  function mark(row) {
    const days = left.get(row);
    if (days > soon) return;
    const words = days < 0 ? list.dataset.overdueWords : days ? list.dataset.soonWords : list.dataset.todayWords;
    const badge = document.createElement("span");
    badge.className = days < 0 ? "review__mark review__mark--overdue" : "review__mark";
    badge.textContent = fill(words, { n: Math.abs(days) });
    row.querySelector("time").after(" ", badge);
  }

  function show() {
    const chosen = rows.filter((row) => {
      const whose = row.closest(".review__group").dataset.owner;
      return (!owner.value || owner.value === whose) && (!language.value || language.value === row.dataset.language);
    });
    for (const row of rows) row.hidden = !chosen.includes(row) || (due.checked && left.get(row) > soon);
    for (const group of list.querySelectorAll(".review__group")) {
      group.hidden = ![...group.querySelectorAll("tr[data-due]")].some((row) => !row.hidden);
    }
    const overdue = chosen.filter((row) => left.get(row) < 0).length;
    const next = chosen.filter((row) => left.get(row) >= 0 && left.get(row) <= soon).length;
    const counted = fill(list.dataset.countWords, { overdue, soon: next, days: soon });
    status.textContent = rows.every((row) => row.hidden) ? `${counted} ${list.dataset.noneWords}` : counted;
  }

  rows.forEach(mark);
  due.checked = rows.some((row) => left.get(row) <= soon);
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
})();
