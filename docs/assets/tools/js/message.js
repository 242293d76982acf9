// A message as it is changed by hand: parts with words that can be written over, and fields that stand among them.
//
//     const message = Tillit.message(box, template, {label, words, changed, asked, acted})
//     message.show(parts)      each {id, title, marks, text, original, out, single}; `text` has fields as {name}
//     message.fill(values)     what each field is filled with; one that is lacking shows its label
//     message.read()           {text, places}: the words as they stand, and where in the page each of them is
//     message.unwritten()      words that wait to be written over and are no field of ours: {found, range()} of each
//
// A part is edited as plain text: what is pasted loses its form, and nothing typed is ever markup.
(() => {
  "use strict";

  const FIELD = /\{([a-z][a-z0-9_]*)\}/g;
  const HIDDEN = new RegExp(Tillit.formats.HIDDEN, "g");
  // {fornavn}, [NAVN], XXXX and ____; but [1], [sic], [Kim] and the size XXXL are words like others.
  const UNWRITTEN = new RegExp([
    /(?<!\{)\{+[^{}\n]{0,60}\}+/, /\[\p{Lu}[\p{Lu}\p{M}][\p{Lu}\p{M}\p{N} ._/-]{0,60}\]/,
    /(?<![\p{L}\p{M}])[Xx]{3,}(?![\p{L}\p{M}])/, /_{3,}/,
  ].map((one) => one.source).join("|"), "gu");

  const isField = (node) => node.nodeType === Node.ELEMENT_NODE && node.classList.contains("field");

  // The characters of a part, its fields as they show (or {name} while empty), and where each stands.
  function readPart(element) {
    const places = [];
    let text = "", raw = "";
    const put = (node, shown, stored) => {
      places.push({ node, start: text.length, end: text.length + shown.length });
      text += shown;
      raw += stored;
    };
    const walk = (parent) => {
      for (const node of parent.childNodes) {
        if (node.nodeType === Node.TEXT_NODE) put(node, node.data, node.data);
        else if (isField(node)) {
          const name = `{${node.dataset.field}}`;
          put(node, node.classList.contains("is-filled") ? node.textContent : name, name);
        } else if (node.nodeName === "BR") {
          if (node.nextSibling) put(node, "\n", "\n");
        } else walk(node);
      }
    };
    walk(element);
    return { text, raw, places };
  }

  // The same words without what only the eye of an editor needs: empty lines in a row, blanks at the ends of lines.
  // A run of blanks is looked at once, from its beginning: from each of a hundred thousand it would freeze the page.
  const tidy = (text) => text.replace(/(?<![ \t])[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n").trim();

  function message(box, template, { label, words, changed, asked, acted }) {
    const rows = new Map(); // part → its element
    let parts = [], values = {};

    const bodyOf = (part) => rows.get(part).querySelector(".part__text");
    const partOf = (node) => parts.find((part) => rows.get(part).contains(node));

    // From text to the page --------------------------------------------------------------------------------------------

    function chip(name) {
      const field = document.createElement("span");
      field.className = "field";
      field.dataset.field = name;
      field.contentEditable = "false";
      return field;
    }

    function draw(part) {
      const pieces = [];
      let last = 0;
      for (const match of part.text.matchAll(FIELD)) {
        if (!label(match[1])) continue; // braces that mean nothing to us are words
        pieces.push(part.text.slice(last, match.index), chip(match[1]));
        last = match.index + match[0].length;
      }
      bodyOf(part).replaceChildren(...[...pieces, part.text.slice(last)].filter(Boolean));
      fillIn(bodyOf(part));
    }

    function fillIn(scope) {
      for (const field of scope.querySelectorAll(".field")) {
        const value = values[field.dataset.field] ?? "";
        // "250 kr." at the end of a sentence brings the point with it.
        const ends = value.endsWith(".") && /^\.(?!\.)/.test(field.nextSibling?.data ?? "");
        const shown = (ends ? value.slice(0, -1) : value) || label(field.dataset.field);
        if (field.textContent !== shown) field.textContent = shown;
        field.classList.toggle("is-filled", value !== "");
      }
    }

    function row(part) {
      const made = template.content.cloneNode(true).firstElementChild, body = made.querySelector(".part__text");
      made.dataset.part = part.id;
      made.querySelector(".part__marks").replaceChildren(...part.marks.map(([name, said]) => {
        const mark = document.createElement("span");
        mark.className = `part__mark part__mark--${name}`;
        mark.textContent = said;
        return mark;
      }));
      try { body.contentEditable = "plaintext-only"; } catch { body.contentEditable = "true"; }
      if (part.single) body.removeAttribute("aria-multiline");
      rows.set(part, made);
      draw(part);
      return made;
    }

    function show(list, lang) {
      parts = list;
      rows.clear();
      box.lang = lang;
      box.replaceChildren(...parts.map(row));
      tell();
    }

    // What each row says of itself: its place, which tools make sense, whether it is in.
    function tell() {
      const movable = parts.filter((part) => !part.single);
      for (const part of parts) {
        const made = rows.get(part), n = movable.indexOf(part) + 1, tools = made.querySelector("[role=toolbar]");
        made.classList.toggle("is-out", part.out);
        const name = part.single ? part.title : words("part", { n, count: movable.length, title: part.title });
        bodyOf(part).setAttribute("aria-label", name);
        bodyOf(part).hidden = part.out;
        tools.dataset.label ??= tools.getAttribute("aria-label");
        tools.setAttribute("aria-label", `${tools.dataset.label}: ${part.title}`);
        const shown = {
          up: n > 1 && !part.out, down: n > 0 && n < movable.length && !part.out, out: n > 0 && !part.out,
          back: part.out, reset: !part.out && part.text !== part.original,
        };
        for (const tool of tools.children) tool.hidden = !shown[tool.dataset.do];
        roam(tools);
      }
    }

    // One stop of the Tab key for all tools of a part; the arrows go from one to the next.
    function roam(tools, to = [...tools.children].find((one) => !one.hidden && one.tabIndex === 0)) {
      const here = to && !to.hidden ? to : [...tools.children].find((one) => !one.hidden);
      for (const one of tools.children) one.tabIndex = one === here ? 0 : -1;
      return here;
    }

    // From the page to text --------------------------------------------------------------------------------------------

    function read(only = parts) {
      const places = [];
      let text = "";
      for (const part of only) {
        if (part.out || part.single) continue;
        const found = readPart(bodyOf(part));
        if (!found.text.trim()) continue;
        if (text) text += "\n\n";
        places.push(...found.places.map((one) => ({
          ...one, start: one.start + text.length, end: one.end + text.length, whole: isField(one.node),
        })));
        text += found.text;
      }
      return { text, places };
    }

    const clean = (part) => tidy(readPart(bodyOf(part)).text);

    // The fields that show, each once, in the order in which they are met.
    const fields = (only = parts) => [...new Set(only.filter((part) => !part.out)
      .flatMap((part) => [...bodyOf(part).querySelectorAll(".field")].map((field) => field.dataset.field)))];

    function rangeOf(places, start, end) {
      const first = places.find((one) => one.end > start), last = places.findLast((one) => one.start < end);
      if (!first || !last) return null;
      const range = document.createRange();
      const isWords = (one) => one.node.nodeType === Node.TEXT_NODE;
      if (isWords(first)) range.setStart(first.node, Math.max(0, start - first.start));
      else range.setStartBefore(first.node);
      if (isWords(last)) range.setEnd(last.node, Math.min(last.node.length, end - last.start));
      else range.setEndAfter(last.node);
      return range;
    }

    // Of what a field is filled with nothing is asked: it was typed for this customer.
    function unwritten(only = parts) {
      return only.filter((part) => !part.out).flatMap((part) => {
        const { text, places } = readPart(bodyOf(part));
        const own = places.map(({ node, start, end }) => (isField(node) ? " ".repeat(end - start) : text.slice(start, end)));
        return [...own.join("").matchAll(UNWRITTEN)].map(({ 0: { length }, index }) => (
          { found: text.slice(index, index + length), range: () => rangeOf(places, index, index + length) }
        ));
      });
    }

    // Words of a part with the focus on them, to be written over.
    function select(range) {
      const { startContainer: first } = range, element = first.nodeType === Node.TEXT_NODE ? first.parentElement : first;
      const body = element.closest(".part__text");
      body.focus({ preventScroll: true });
      document.getSelection().setBaseAndExtent(first, range.startOffset, range.endContainer, range.endOffset);
      body.scrollIntoView({ block: "nearest" });
    }

    // What the person does ---------------------------------------------------------------------------------------------

    // Takes out what nobody sees, leaves the caret where it was, and says how many signs that were.
    function purge(body) {
      const selection = document.getSelection();
      let taken = 0;
      for (const node of [...body.childNodes]) {
        if (node.nodeType !== Node.TEXT_NODE) continue;
        const left = node.data.replace(HIDDEN, "");
        if (left === node.data) continue;
        taken += [...node.data].length - [...left].length;
        const caret = selection.focusNode === node ? node.data.slice(0, selection.focusOffset).replace(HIDDEN, "").length : -1;
        node.data = left;
        if (caret >= 0) selection.collapse(node, caret);
      }
      return taken;
    }

    box.addEventListener("input", (event) => {
      const part = partOf(event.target);
      if (!part) return;
      const body = bodyOf(part), taken = purge(body);
      const found = readPart(body);
      part.text = tidy(found.raw) === tidy(part.original) ? part.original : found.raw;
      fillIn(body);
      const reset = rows.get(part).querySelector("[data-do=reset]");
      if (reset.hidden !== (part.text === part.original)) tell();
      changed(part, taken);
    });

    // A field written out by hand becomes one when the words are left.
    box.addEventListener("focusout", (event) => {
      const part = partOf(event.target);
      if (!part || event.target !== bodyOf(part)) return;
      const written = [...bodyOf(part).childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
        .some((node) => [...node.data.matchAll(FIELD)].some((match) => label(match[1])));
      if (!written) return;
      draw(part);
      changed(part, 0);
    });

    box.addEventListener("keydown", (event) => {
      const part = partOf(event.target);
      if (!part || event.isComposing) return;
      if (event.target === bodyOf(part) && event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        if (part.single) return;
        document.execCommand("insertLineBreak");
        if (!event.shiftKey) document.execCommand("insertLineBreak"); // a paragraph
      }
      const tools = event.target.closest?.("[role=toolbar]");
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (tools && step) {
        event.preventDefault();
        const shown = [...tools.children].filter((one) => !one.hidden);
        roam(tools, shown.at((shown.indexOf(event.target) + step) % shown.length))?.focus();
      }
    });

    box.addEventListener("click", (event) => {
      const part = partOf(event.target);
      const field = event.target.closest?.(".field");
      if (field && document.getSelection().isCollapsed) return asked(field.dataset.field);
      const button = event.target.closest?.("[data-do]");
      if (part && button) act(part, button.dataset.do);
    });

    function act(part, what) {
      if (what === "up" || what === "down") move(part, what === "up" ? -1 : 1);
      if (what === "out" || what === "back") part.out = what === "out";
      if (what === "reset") {
        part.text = part.original;
        draw(part);
      }
      if (what === "copy") return acted(part, what);
      tell();
      const tools = rows.get(part).querySelector("[role=toolbar]");
      const same = tools.querySelector(`[data-do=${what}]`);
      if (what === "reset") bodyOf(part).focus();
      else roam(tools, same.hidden ? undefined : same)?.focus();
      acted(part, what);
    }

    function move(part, step) {
      const from = parts.indexOf(part), to = from + step;
      parts.splice(from, 1);
      parts.splice(to, 0, part);
      if (step < 0) rows.get(parts[to + 1]).before(rows.get(part));
      else rows.get(parts[to - 1]).after(rows.get(part));
    }

    return {
      show, read, clean, fields, unwritten, rangeOf, select, bodyOf,
      rowOf: (part) => rows.get(part),
      fill(given) {
        values = given;
        fillIn(box);
      },
    };
  }

  Tillit.message = Object.assign(message, { FIELD, HIDDEN });
})();
