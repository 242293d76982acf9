// What the checker says of a message, beside it and under its words, while it is written. It advises; it certifies nothing.
//
//     const advice = Tillit.advice(section, {told, message, label})
//     advice.look(rules, leaves)      after every change; a message so long that it takes time is looked at in a pause
//
// The words are underlined by the browser's own highlights: the page that is being written in is not touched.
(() => {
  "use strict";

  const SHOWN = 12; // remarks in the list; the rest is a number
  const QUICK = 12; // milliseconds a look may take and still be had at every key
  const PAUSE = 400, QUIET = 1200; // milliseconds: before a slow look, and before anything is announced
  const LARGEST = 100000;
  const MARK = "tillit-flaw";

  // From places as the checker counts them (code points of the text in NFC) to places in the page's own text.
  function placesOf(text) {
    if (!/[\ud800-\udbff]/.test(text) && text.normalize("NFC") === text) return (point) => point;
    const starts = [];
    let unit = 0;
    for (const cluster of text.match(/\P{M}\p{M}*|\p{M}+/gu) ?? []) {
      for (const _ of cluster.normalize("NFC")) starts.push(unit);
      unit += cluster.length;
    }
    return (point) => starts[point] ?? text.length;
  }

  const say = (form, values) => form.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // What is wrong, in one sentence; less surely where no rule found it.
  function why(flaw, words) {
    const said = flaw.finer ? words.finer[flaw.finer] : words.flaws[flaw.code];
    return flaw.sounds ? say(words.sounds, { message: said }) : said;
  }

  function advice(section, { told, message, label }) {
    const words = told.words.advice;
    const list = section.querySelector(".composer__flaws"), count = section.querySelector(".composer__count");
    const status = section.querySelector(".composer__told");
    const checkers = new Map(); // rules → checker
    let waiting, speaking, slow = false, before = "";

    const check = (rules) => {
      if (!checkers.has(rules)) checkers.set(rules, Tillit.phrases.checker(rules));
      return checkers.get(rules);
    };

    function look(rules, leaves, lang) {
      clearTimeout(waiting);
      const { text, places } = message.read();
      if (slow && text.length > 5000) waiting = setTimeout(() => take(text, places, rules, leaves, lang), PAUSE);
      else take(text, places, rules, leaves, lang);
    }

    function take(text, places, rules, leaves, lang) {
      const begun = performance.now();
      const found = check(rules)(text), at = placesOf(text);
      const flaws = found.flaws.map((flaw) => ({ ...flaw, from: at(flaw.start), to: at(flaw.end) }));
      tell(found.components, flaws, leaves, lang, text.length > LARGEST);
      underline(flaws.slice(0, 200), places);
      slow = performance.now() - begun > QUICK;
    }

    // In the list ------------------------------------------------------------------------------------------------------

    function tell(components, flaws, leaves, lang, cut) {
      const states = Object.fromEntries(Object.entries(components)
        .map(([name, sentence]) => [name, sentence ? "there" : leaves.includes(name) ? "later" : "missing"]));
      const now = JSON.stringify([states, flaws.map(({ code, text, finer, better }) => [code, finer, text, better]), lang, cut]);
      list.flaws = flaws; // their places may have moved while they stayed the same
      if (now === before) return;
      before = now;
      for (const item of section.querySelectorAll("[data-component]")) {
        const state = states[item.dataset.component];
        item.className = `is-${state}`;
        item.querySelector("em").textContent = words[state];
      }
      list.replaceChildren(...flaws.slice(0, SHOWN).map((flaw, i) => line(flaw, i, lang)));
      const rest = flaws.length - SHOWN;
      const more = rest > 0 ? `${say(words.more, { n: rest })}.` : "";
      count.textContent = [flaws.length ? say(words.out, { n: flaws.length }) : words.none, cut ? words.cut : "", more]
        .filter(Boolean).join(" ");
      count.classList.toggle("is-clear", flaws.length === 0);
      clearTimeout(speaking);
      speaking = setTimeout(() => { status.textContent = summary(states, flaws.length); }, QUIET);
    }

    function line(flaw, i, lang) {
      const item = document.createElement("li");
      const put = (tag, className, text, language) => {
        const made = document.createElement(tag);
        made.className = className;
        made.textContent = text;
        if (language) made.lang = language;
        item.append(made);
        return made;
      };
      const named = flaw.text.replace(Tillit.message.FIELD, (whole, name) => (label(name) ? `[${label(name)}]` : whole));
      const shown = named.length > 120 ? `${named.slice(0, 117)}…` : named;
      const button = put("button", "composer__flaw", shown.replace(/\s+/g, " "), lang);
      button.type = "button";
      button.dataset.flaw = i;
      item.dataset.code = flaw.code;
      put("p", "composer__why", why(flaw, told.advice));
      if (flaw.better) {
        const better = put("p", "composer__better", `${words.better} `);
        const said = document.createElement("span");
        said.lang = lang;
        said.textContent = flaw.better;
        better.append(said);
      }
      return item;
    }

    function summary(states, n) {
      const missing = Object.keys(states).filter((name) => states[name] === "missing").map((name) => told.components[name]);
      return say(missing.length ? words.summary : words.whole, { missing: missing.join(", "), n });
    }

    // In the words -----------------------------------------------------------------------------------------------------

    function underline(flaws, places) {
      if (!globalThis.CSS?.highlights) return; // an older browser: the list says where
      const ranges = flaws.map((flaw) => message.rangeOf(places, flaw.from, flaw.to)).filter(Boolean);
      if (ranges.length) CSS.highlights.set(MARK, new Highlight(...ranges));
      else CSS.highlights.delete(MARK);
    }

    list.addEventListener("click", (event) => {
      const flaw = list.flaws?.[event.target.closest("[data-flaw]")?.dataset.flaw];
      const range = flaw && message.rangeOf(message.read().places, flaw.from, flaw.to);
      if (range) message.select(range);
    });

    function clear() {
      clearTimeout(waiting);
      clearTimeout(speaking);
      before = status.textContent = "";
      globalThis.CSS?.highlights?.delete(MARK);
    }

    return { look, clear };
  }

  const Tillit = (globalThis.Tillit ??= {});
  Tillit.advice = Object.assign(advice, { why });
})();
