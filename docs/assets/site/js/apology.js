// Copies an apology when it is complete, and asks for what is missing when it is not.
// Every word shown comes from the page. Nothing typed here is stored or sent.
(() => {
  "use strict";

  const placeholders = new WeakMap(); // field → the words it shows while empty
  const wants = new WeakMap(); // apology → what the reader was about to copy
  const soon = new WeakMap(); // status line → the announcement on its way
  const { clean, tidy, kinds, write } = Tillit.copy;
  const keyboards = { phone: "tel", email: "email", number: "decimal" };

  // Fields ---------------------------------------------------------------

  const formOf = (apology) => apology.querySelector(".apology__fields");
  const fieldsIn = (scope) => [...scope.querySelectorAll(".part__text .field[data-field]")];
  const inputFor = (apology, name) => formOf(apology)?.querySelector(`[name="${CSS.escape(name)}"]`);

  const missingIn = (scope) => [
    ...new Set(fieldsIn(scope).filter((f) => !f.classList.contains("is-filled")).map((f) => f.dataset.field)),
  ];

  function fill(apology, name, typed) {
    const value = typed.trim();
    for (const field of fieldsIn(apology)) {
      if (field.dataset.field !== name) continue;
      if (!placeholders.has(field)) placeholders.set(field, field.textContent);
      // "250 kr." at the end of a sentence brings the point with it.
      const ends = /\.$/.test(value) && /^\.(?!\.)/.test(field.nextSibling?.data ?? "");
      field.textContent = (ends ? value.slice(0, -1) : value) || placeholders.get(field);
      field.classList.toggle("is-filled", value !== "");
    }
  }

  function complain(input, words) {
    const row = input.closest(".apology__field") ?? input.parentElement;
    let line = row.querySelector(".apology__missing");
    if (words && !line) {
      line = document.createElement("span");
      line.className = "apology__missing";
      line.id = `${input.id || input.name}-missing`;
      row.append(line);
      const described = input.getAttribute("aria-describedby");
      input.setAttribute("aria-describedby", [line.id, described].filter(Boolean).join(" "));
    }
    if (line) line.textContent = words;
    if (words) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  // Asking ---------------------------------------------------------------

  // What a button copies: one part of the chat, or the whole apology.
  function wantOf(button) {
    const apology = button.closest(".apology");
    return {
      button,
      scope: button.closest(".part") ?? apology,
      plain: button.classList.contains("apology__copy--plain"),
    };
  }

  function wholeOf(apology) {
    const button = apology.querySelector(".apology__copy:not(.apology__copy--plain)");
    return { button, scope: apology, plain: false };
  }

  function words(apology, want, key) {
    const main = apology.querySelector(".apology__copy");
    return want.button?.dataset[key] ?? main?.dataset[key] ?? "";
  }

  function askFor(apology, want, count) {
    const one = count === 1 ? words(apology, want, "askOne") : "";
    return (one || words(apology, want, "ask")).replace("{n}", count);
  }

  function say(apology, text, done = false) {
    const status = apology.querySelector(".apology__status");
    if (!status) return;
    status.classList.toggle("is-done", done);
    // Emptied first, so that the same words are announced a second time.
    status.textContent = "";
    clearTimeout(soon.get(status));
    soon.set(status, setTimeout(() => { status.textContent = text; }, 50));
  }

  function ask(apology, want) {
    const form = formOf(apology);
    const missing = missingIn(want.scope);
    wants.set(apology, want);
    say(apology, askFor(apology, want, missing.length));
    if (!form) return;
    const again = !form.hidden;
    form.hidden = false;
    const inputs = missing.map((name) => inputFor(apology, name)).filter(Boolean);
    // The first time the open form says enough; after that each empty field says so itself.
    if (again) for (const input of inputs) complain(input, form.dataset.missing ?? "");
    const here = document.activeElement;
    const next = inputs.find((i) => here.compareDocumentPosition(i) & Node.DOCUMENT_POSITION_FOLLOWING);
    const first = form.contains(here) ? next ?? inputs[0] : inputs[0];
    first?.focus();
  }

  function close(apology) {
    const form = formOf(apology);
    const back = wants.get(apology)?.button ?? apology.querySelector(".apology__copy");
    form.hidden = true;
    say(apology, "");
    back?.focus();
  }

  function textOf(scope) {
    const root = document.createElement("div");
    for (const text of scope.querySelectorAll(".part__text")) clean(text, root);
    return kinds(tidy(root));
  }

  async function copy(apology, want) {
    if (missingIn(want.scope).length) return ask(apology, want);
    wants.set(apology, want);
    // What was filled in stays in sight, so that nobody sends the last customer's name.
    const form = formOf(apology);
    if (form && fieldsIn(want.scope).length) form.hidden = false;

    if (await write(textOf(want.scope), want.plain)) {
      say(apology, words(apology, want, "done"), true);
      want.button?.classList.add("is-done");
      setTimeout(() => want.button?.classList.remove("is-done"), 3000);
    } else {
      // Nothing reached the clipboard: the text is selected, ready for the reader's own keys.
      document.getSelection().selectAllChildren(
        want.scope.querySelector(".apology__parts") ?? want.scope.querySelector(".part__text") ?? want.scope);
      say(apology, words(apology, want, "failed"));
    }
  }

  // What the reader does ---------------------------------------------------

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".apology__copy, .part__copy");
    const apology = event.target.closest?.(".apology");
    if (!apology) return;
    if (button) return void copy(apology, wantOf(button));

    // A click on a placeholder is a short way to its field; the copy button is the long one.
    const field = event.target.closest(".part__text .field[data-field]");
    const input = field && inputFor(apology, field.dataset.field);
    if (!input || !document.getSelection().isCollapsed) return;
    formOf(apology).hidden = false;
    input.focus();
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.(".apology__fields");
    if (!form || !event.target.name) return;
    const apology = form.closest(".apology");
    const want = wants.get(apology) ?? wholeOf(apology);
    const before = missingIn(want.scope).length;
    fill(apology, event.target.name, event.target.value);
    const now = missingIn(want.scope).length;
    if (event.target.value.trim()) complain(event.target, "");
    if (now !== before) say(apology, now ? askFor(apology, want, now) : "");
  });

  document.addEventListener("reset", (event) => {
    if (!event.target.matches(".apology__fields")) return;
    const apology = event.target.closest(".apology");
    for (const field of fieldsIn(apology)) fill(apology, field.dataset.field, "");
    say(apology, "");
  });

  document.addEventListener("submit", (event) => {
    if (event.target.matches(".apology__fields")) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    const apology = event.target.closest?.(".apology");
    const form = apology && formOf(apology);
    if (!form || form.hidden || event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close(apology);
    } else if (event.key === "Enter" && event.target.matches(".apology__fields input")) {
      event.preventDefault();
      const want = wants.get(apology);
      const wanted = want && fieldsIn(want.scope).some((f) => f.dataset.field === event.target.name);
      copy(apology, wanted ? want : wholeOf(apology));
    }
  });

  // On a phone the Enter key is named for what it will do.
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches?.(".apology__fields input")) return;
    const apology = event.target.closest(".apology");
    const rest = missingIn((wants.get(apology) ?? wholeOf(apology)).scope).filter((n) => n !== event.target.name);
    event.target.enterKeyHint = rest.length ? "next" : "done";
  });

  // A selection copied by hand obeys the same rule: complete, and without the marks.
  document.addEventListener("copy", (event) => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !event.clipboardData) return;
    if (event.target.closest?.("input, textarea")) return;
    const ranges = Array.from({ length: selection.rangeCount }, (_, i) => selection.getRangeAt(i));

    for (const apology of document.querySelectorAll(".apology")) {
      const open = (f) => !f.classList.contains("is-filled") && ranges.some((r) => holdsTextOf(r, f));
      if (!fieldsIn(apology).some(open)) continue;
      event.preventDefault();
      return ask(apology, wholeOf(apology));
    }

    const ancestor = ranges.map((r) => r.commonAncestorContainer)
      .map((n) => (n.nodeType === Node.ELEMENT_NODE ? n : n.parentElement)?.closest(".apology__parts"));
    if (!ancestor[0] || ancestor.some((a) => a !== ancestor[0])) return;
    const root = document.createElement("div");
    for (const range of ranges) clean(range.cloneContents(), root);
    const text = kinds(tidy(root));
    event.preventDefault();
    event.clipboardData.setData("text/plain", text.plain);
    event.clipboardData.setData("text/html", text.html);
  });

  function holdsTextOf(range, node) {
    if (!range.intersectsNode(node)) return false;
    const part = document.createRange();
    part.selectNodeContents(node);
    if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
    return part.toString() !== "";
  }

  // The browser remembers nothing of a customer either, and no spelling service is asked.
  for (const form of document.querySelectorAll(".apology__fields")) {
    form.setAttribute("autocomplete", "off");
    for (const input of form.querySelectorAll("input")) {
      input.setAttribute("autocomplete", "off");
      input.spellcheck = false;
      if (keyboards[input.dataset.type]) input.inputMode = keyboards[input.dataset.type];
    }
  }
})();
