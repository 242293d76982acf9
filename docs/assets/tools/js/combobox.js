// A list that grows shorter while one types: the combobox of ARIA 1.2, with the first match at hand.
//
//     Tillit.combobox(input, list, {all, options: [{id, title, terms, abroad}], show, choose, found})
//
// `abroad` holds the words of the other languages: they count least. `show` writes an option's words, `choose` gets the id, `found` hears how many match. What is typed is compared
// without capitals and accents, as people write who have another keyboard or no time.
(() => {
  "use strict";

  // "Forsøg", "forsoeg" and "forsog" are the same word here; so are "väg", "vaeg" and "vag".
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")
    .replaceAll("ø", "o").replaceAll("æ", "a").replace(/aa|ae/g, "a").replaceAll("oe", "o");
  const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

  const prepared = (option) => ({
    option, title: wordsOf(option.title), all: [option.title, option.id, ...option.terms].flatMap(wordsOf),
    abroad: option.abroad.flatMap(wordsOf),
  });

  // Two forms of one word begin alike: "pakken" and "pakke", "paketet" and "paket".
  const isKin = (a, b) => {
    const [short, long] = a.length < b.length ? [a, b] : [b, a];
    return long.startsWith(short) && (short.length >= 4 || short === a);
  };

  // How well a word that was typed is found: in the title, or in another word for it, whole, at the start or inside.
  const score = ({ title, all, abroad }, word) => {
    if (title.includes(word)) return 6;
    if (title.some((it) => isKin(word, it))) return 5;
    if (all.includes(word)) return 4;
    if (all.some((it) => isKin(word, it))) return 3;
    if (all.some((it) => it.includes(word))) return 2;
    return abroad.some((it) => isKin(word, it)) ? 1 : 0;
  };

  function combobox(input, list, { all, options, show, choose, found }) {
    const known = options.map(prepared);
    let shown = [], active = -1;

    const isOpen = () => !list.hidden;

    function matching(text) {
      const asked = wordsOf(text);
      if (!asked.length) return options;
      const rated = known.map(({ option, ...words }) => ({ option, points: asked.map((word) => score(words, word)) }))
        .map(({ option, points }) => ({ option, isWhole: points.every(Boolean), sum: points.reduce((a, b) => a + b, 0) }));
      const whole = rated.filter((one) => one.isWhole); // else whatever some of the words lead to
      return (whole.length ? whole : rated.filter((one) => one.sum)).sort((a, b) => b.sum - a.sum).map((one) => one.option);
    }

    function open(matches, first) {
      shown = matches;
      list.replaceChildren(...shown.map((option, i) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${i}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        show(item, option);
        return item;
      }));
      list.hidden = shown.length === 0;
      for (const one of [input, all]) one.setAttribute("aria-expanded", isOpen());
      point(isOpen() ? first : -1);
    }

    function close() {
      list.hidden = true;
      for (const one of [input, all]) one.setAttribute("aria-expanded", "false");
      point(-1);
    }

    function point(i) {
      list.children[active]?.setAttribute("aria-selected", "false");
      active = i;
      const item = list.children[active];
      if (!item) return void input.removeAttribute("aria-activedescendant");
      item.setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }

    function take(i) {
      const option = shown[i];
      close();
      found(null);
      if (option) choose(option.id);
    }

    input.addEventListener("input", () => {
      const matches = matching(input.value);
      open(matches, input.value.trim() ? 0 : -1);
      found(input.value.trim() ? matches.length : null);
    });
    input.addEventListener("click", () => isOpen() || open(options, -1));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => {
      if (active >= 0 && input.value.trim()) return take(active); // whoever goes on has found it
      close();
      found(null);
      choose(null); // the words of what is chosen stand there again
    });
    all.addEventListener("click", () => {
      if (isOpen()) return close();
      input.focus();
      open(options, -1);
    });
    for (const one of [list, all]) one.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) take([...list.children].indexOf(item));
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        if (!isOpen()) open(options, step > 0 ? 0 : options.length - 1);
        else point(active < 0 && step < 0 ? shown.length - 1 : (active + step + shown.length) % shown.length);
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (isOpen() && active >= 0) take(active);
      } else if (event.key === "Escape" && (isOpen() || input.value)) {
        event.stopPropagation();
        if (isOpen()) close();
        else input.value = "";
      }
    });
    return { close };
  }

  const Tillit = (globalThis.Tillit ??= {});
  Tillit.combobox = combobox;
})();
