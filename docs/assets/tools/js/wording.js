// /report/: what the checker of apologies says of the account, under each section while it is written.
// The same codes at the same places as `tillit check`; advice only, it stops nothing. See macros/wording.py.
(() => {
  "use strict";

  const told = JSON.parse(document.getElementById("report-wording").textContent);
  const check = window.Tillit?.phrases?.checker(told.rules);
  const PAUSE = 500; // milliseconds after the last key

  const say = (form, values) => form.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // Code points to what a text field counts in.
  const place = (text, points) => Array.from(text).slice(0, points).join("").length;

  function line(box, flaw) {
    const advice = flaw.finer ? told.words.finer[flaw.finer] : told.words.flaws[flaw.code];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "report__wording";
    button.dataset.code = flaw.code;
    button.textContent = say(told.form, { found: flaw.text, advice, better: flaw.better });
    button.addEventListener("click", () => {
      const text = box.value.normalize("NFC");
      if (text !== box.value) box.value = text;
      box.focus();
      box.setSelectionRange(place(text, flaw.start), place(text, flaw.end));
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  function advise(box, list) {
    const flaws = check(box.value).flaws.filter((one) => told.codes.includes(one.code));
    list.replaceChildren(...flaws.map((flaw) => line(box, flaw)));
    list.hidden = flaws.length === 0;
  }

  function watch(field) {
    const box = field.querySelector("textarea"), list = document.createElement("ul");
    list.className = "report__wordings";
    list.hidden = true;
    list.setAttribute("aria-label", told.label);
    field.append(list);
    let waiting;
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => advise(box, list), PAUSE);
    };
    box.addEventListener("input", later);
    box.addEventListener("focus", later); // an opened file fills its fields without a key
  }

  if (check) for (const id of told.sections) {
    const field = document.querySelector(`#report [data-field="#${id}"]`);
    if (field) watch(field);
  }
})();
