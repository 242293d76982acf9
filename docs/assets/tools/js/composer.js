// /apology/: from what went wrong, a channel and a customer to a message that is whole and can be sent.
//
// What is chosen stands in the address; what is typed stands nowhere but in this tab, and is gone when it is closed.
// The texts come in one script a language (macros/composer.py), and nothing else is asked for.
(() => {
  "use strict";

  const root = document.getElementById("composer");
  if (!root) return;
  const told = JSON.parse(document.getElementById("composer-data").textContent);
  const books = Tillit.apologies ?? {};
  const { words } = told;
  const EMAIL = "email", LETTER = "letter", CHAT = "chat", FIRST = "phone";
  const LONGEST_MESSAGE = 300; // characters of one message of a chat
  const STOPPED = 700; // milliseconds without a key: then a value that is not right says so

  const find = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];
  const say = (form, values = {}) => form.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const count = (forms, n, values = {}) => say(forms[n === 1 ? "one" : "other"], { n, ...values });
  const make = (tag, className, text = "") => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.textContent = text;
    return made;
  };

  // The case -------------------------------------------------------------------------------------------------------------

  const chosen = { situation: "", channel: "", language: told.language, country: told.homes[told.language] };
  let countryIsChosen = false;
  let typed = {}; // field → as it was typed
  let onPaper = { recipient: "", place: null, day: null }; // of the letter; null is what we put there ourselves
  let drafts = {}; // channel → its parts, as they have become
  let previous = {}; // the same in the language before: what was left out stays out
  let copied = new Set(); // messages of the chat that were copied
  let meant = new Set(); // words that look like a placeholder and are to stand as they are

  const book = (language = chosen.language) => books[language];
  const apologyIn = (language) => book(language)?.apologies[chosen.situation];
  const titleOf = (id) => told.situations.find((one) => one.id === id)?.title ?? "";
  const source = (channel) => (channel === LETTER ? EMAIL : channel);

  function channelsOf(apology) {
    const names = Object.keys(apology?.channels ?? {});
    return names.flatMap((name) => (name === EMAIL ? [EMAIL, LETTER] : [name]));
  }

  // The channels of the situation, also where the customer's language lacks one: then that is said.
  const channels = () =>
    [...new Set([chosen.language, ...Object.keys(books)].flatMap((name) => channelsOf(apologyIn(name))))];

  const isThere = (language) => !!apologyIn(language)?.channels[source(chosen.channel)];
  const hasOwnWords = () => Object.values(drafts).flat().some((part) => part.text !== part.original);

  function partsOf(channel) {
    drafts[channel] ??= channel === LETTER
      ? Tillit.handover.asLetter(partsOf(EMAIL), book().letter) : adopt(fresh(channel), previous[channel]);
    drafts[channel].before ??= looks(drafts[channel]);
    return drafts[channel];
  }

  // A letter that nobody has changed follows the e-mail; one that somebody has keeps what it says.
  const looks = (parts) => JSON.stringify(parts.map(({ id, text, out }) => [id, text, out]));
  const followEmail = () => drafts[LETTER] && looks(drafts[LETTER]) === drafts[LETTER].before && delete drafts[LETTER];

  function fresh(channel) {
    const apology = apologyIn(chosen.language), names = book().components;
    const parts = apology.channels[channel].map(({ id, title, components, text }) => {
      const marks = components.map((name) => [name, names[name]]), own = ["neutral", title];
      const shown = channel === CHAT || !marks.length ? [own, ...marks] : marks; // a message of a chat has a name, too
      return { id, title: shown[0][1], text, original: text, out: false, single: false, marks: shown };
    });
    if (channel !== EMAIL) return parts;
    const subject = { text: apology.subject, original: apology.subject, out: false, single: true };
    return [{ id: "subject", title: words.subject, marks: [["neutral", words.subject]], ...subject }, ...parts];
  }

  // The parts in the order they had, and left out where they were.
  function adopt(parts, old) {
    if (!old) return parts;
    const place = (part) => old.findIndex((one) => one.id === part.id);
    for (const part of parts) part.out = old[place(part)]?.out ?? false;
    return parts.every((part) => place(part) >= 0) ? parts.sort((a, b) => place(a) - place(b)) : parts;
  }

  const parts = () => (isThere(chosen.language) ? partsOf(chosen.channel) : []);
  const messages = () => parts().filter((part) => !part.single && !part.out);

  // Choosing -------------------------------------------------------------------------------------------------------------

  function askFirst() {
    const dialog = find(".composer__dialog");
    dialog.querySelector("p").textContent = words["own-lost"];
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((done) => {
      dialog.addEventListener("close", () => done(dialog.returnValue === "go"), { once: true });
    });
  }

  // Every change of the case comes through here. Own words are lost with their situation or language: that is asked first.
  async function choose(change) {
    const isNew = (name) => name in change && change[name] !== chosen[name];
    if ((isNew("situation") || isNew("language")) && hasOwnWords() && !(await askFirst())) {
      writeAddress();
      return tell();
    }
    if (isNew("situation") || isNew("language")) {
      previous = isNew("situation") ? {} : drafts;
      drafts = {};
      meant = new Set();
      before = null; // own words of another text cannot come back into this one
    }
    if (isNew("situation") || isNew("language") || isNew("channel")) copied = new Set();
    if (isNew("channel")) followEmail();
    Object.assign(chosen, change);
    if ("language" in change && !countryIsChosen) chosen.country = told.homes[chosen.language];
    const open = channels();
    if (chosen.situation && !open.includes(chosen.channel)) chosen.channel = open.includes(FIRST) ? FIRST : open[0] ?? "";
    render();
  }

  function readAddress() {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* what cannot be read is no address of ours */ }
    if (!id || document.getElementById(id)) return; // a part of the page
    const [situation, channel, language, country] = id.split("/");
    const fits = told.situations.some((one) => one.id === situation)
      && (!language || Object.hasOwn(told.languages, language)) && (!country || Object.hasOwn(told.contacts, country));
    if (!fits) return void note(words["broken-link"]);
    if (country) countryIsChosen = country !== told.homes[language];
    const change = { situation, channel: channel ?? "", ...(language && { language }), ...(country && { country }) };
    const known = channel ? Object.values(books).some((one) => channelsOf(one.apologies[situation]).includes(channel)) : true;
    choose(change).then(() => known || note(words["broken-link"]));
  }

  function writeAddress() {
    if (!chosen.situation) return;
    const address = `#${[chosen.situation, chosen.channel, chosen.language, chosen.country].join("/")}`;
    if (address !== location.hash) history.replaceState(history.state, "", address);
  }

  // What is chosen, shown ------------------------------------------------------------------------------------------------

  const situation = find("#composer-situation");

  Tillit.combobox(situation, find("#composer-situations"), {
    all: find(".composer__all"),
    options: told.situations.toSorted((a, b) => a.title.localeCompare(b.title, told.language)),
    show(item, option) { item.textContent = option.title; },
    choose(id) {
      if (id) choose({ situation: id });
      else situation.value = titleOf(chosen.situation);
    },
    found(n) {
      const { none } = words.found;
      find(".composer__found").textContent = n === null ? "" : n ? count(words.found, n) : none;
    },
  });

  function tellChannels() {
    const box = find("[data-choice=channel] .composer__options"), open = channels();
    const now = [...box.querySelectorAll("input")].map((input) => input.value);
    find("[data-choice=channel]").hidden = open.length === 0;
    if (now.join() === open.join()) return;
    const hadFocus = box.contains(document.activeElement);
    box.replaceChildren(...open.map((name) => {
      const option = make("label", "composer__option"), input = make("input");
      Object.assign(input, { type: "radio", name: "channel", value: name });
      option.append(input, " ", make("span", "", told.channels[name] ?? name));
      return option;
    }));
    if (hadFocus) box.querySelector(`[value="${chosen.channel}"]`)?.focus();
  }

  // The choices as they are: also after an answer that keeps them.
  function tell() {
    situation.value = titleOf(chosen.situation);
    tellChannels();
    for (const name of ["channel", "language", "country"]) {
      for (const input of all(`input[name=${name}]`)) input.checked = input.value === chosen[name];
    }
  }

  let shown = ""; // which text stands in the middle

  function render(again = false) {
    tell();
    writeAddress();
    const isChosen = chosen.situation !== "", isReady = isChosen && isThere(chosen.language);
    find(".composer__empty").hidden = isChosen;
    find(".composer__missing").hidden = !isChosen || isReady;
    for (const part of [".composer__paper", ".composer__bar", ".composer__more", ".composer__right", ".composer__fields"]) {
      find(part).hidden = !isReady;
    }
    root.classList.toggle("is-letter", chosen.channel === LETTER);
    root.classList.toggle("is-chat", chosen.channel === CHAT);
    root.dataset.country = chosen.country;
    if (isChosen && !isReady) offerNeighbours();
    if (!isReady) {
      shown = "";
      advice.clear();
      return;
    }
    const text = [chosen.situation, chosen.channel, chosen.language].join("/");
    if (again || text !== shown) {
      message.show(parts(), chosen.language);
      note("");
    }
    shown = text;
    for (const [id, channel] of [["mail", EMAIL], ["print", LETTER]]) find(`#composer-${id}`).hidden = chosen.channel !== channel;
    refresh();
  }

  // A text that the customer's language lacks is never shown in another as if it were this one.
  function offerNeighbours() {
    const box = find(".composer__missing"), { language } = chosen;
    const values = { title: titleOf(chosen.situation), language: told.languages[language], channel: told.channels[chosen.channel] };
    const form = !book() ? words["not-loaded"] : apologyIn(language) ? words["no-channel"] : words["no-text"];
    const names = [...new Set([...told.neighbours[language], ...Object.keys(told.languages)])];
    const buttons = names.filter((name) => name !== language && isThere(name)).map((name) => {
      const button = make("button", "tool__button", say(words["write-in"], { language: told.languages[name] }));
      button.type = "button";
      button.addEventListener("click", () => choose({ language: name }));
      return button;
    });
    const answers = make("p", "composer__answers");
    answers.append(...buttons);
    box.replaceChildren(make("p", "", say(form, values)), answers);
  }

  // Fields ---------------------------------------------------------------------------------------------------------------

  const rows = new Map(); // field → its row in the form
  const SHORT = 14; // characters of an example that fits half a line
  const KINDS = {
    text: { type: "text" }, name: { type: "text" }, date: { type: "date", max: "2099-12-31" },
    moment: { type: "datetime-local", max: "2099-12-31T23:59" }, money: { type: "text", inputMode: "decimal" },
    number: { type: "text", inputMode: "numeric" }, phone: { type: "tel" }, email: { type: "email" },
  };

  const labelOf = (name) => (book(told.language)?.fields[name] ?? book().fields[name]).label;
  const rawOf = (name) => typed[name] ?? (name === "contact_phone" ? told.contacts[chosen.country].phone : "");

  // What a field is filled with: {value}, {error}, or nothing at all while it is empty.
  function written(name) {
    const input = rows.get(name)?.querySelector("input");
    if (input?.validity.badInput) return { error: input.type === "date" ? "not-date" : "not-moment" };
    const raw = rawOf(name);
    if (!raw.trim()) return {};
    return Tillit.formats.write(book().fields[name].type, raw, book().formats, chosen.country);
  }

  const known = (name) => Object.hasOwn(book().fields, name);
  const namesIn = (text) => [...text.matchAll(Tillit.message.FIELD)].map((match) => match[1]).filter(known);

  // The fields that the text shows, in the order in which the eye meets them.
  function fields() {
    const paper = chosen.channel === LETTER ? [book().letter.reference, "{sender_name}"] : ["", ""];
    return [...new Set([...namesIn(paper[0]), ...message.fields(), ...namesIn(paper[1])])];
  }

  function rowOf(name) {
    if (rows.has(name)) return rows.get(name);
    const row = document.getElementById("composer-field").content.cloneNode(true).firstElementChild;
    const { type, example } = book().fields[name], isLong = type === "text" && example.length > SHORT;
    const input = make(isLong ? "textarea" : "input"), id = `composer-field-${name}`;
    Object.assign(input, isLong ? { rows: 1 } : KINDS[type], { id, name, autocomplete: "off", spellcheck: false, enterKeyHint: "next" });
    row.classList.toggle("is-short", !isLong && !["moment", "phone", "email"].includes(type));
    input.setAttribute("writingsuggestions", "false");
    input.setAttribute("aria-describedby", `${id}-fault ${id}-help`);
    row.querySelector("label").htmlFor = id;
    row.querySelector("div").prepend(input);
    row.querySelector("small").id = `${id}-help`;
    row.querySelector("p").id = `${id}-fault`;
    rows.set(name, row);
    return row;
  }

  function tellFields() {
    const box = find(".composer__inputs"), names = fields();
    const now = [...box.children].map((row) => row.querySelector("[name]").name);
    for (const name of names) dress(rowOf(name), name);
    if (now.join() === names.join()) return;
    const focused = box.contains(document.activeElement) ? document.activeElement : null;
    box.replaceChildren(...names.map(rowOf));
    if (focused?.isConnected) focused.focus();
  }

  // Label and help are for the colleague, the example is how the customer will read it.
  function dress(row, name) {
    const { label, help, example } = Tillit.field(books, told, name, chosen.language), input = row.querySelector("[name]");
    row.querySelector("label").textContent = label;
    row.querySelector("small").textContent = help;
    if ("placeholder" in input) input.placeholder = example;
    const raw = rawOf(name);
    if (document.activeElement !== input && input.value !== raw && !input.validity.badInput) input.value = raw;
  }

  function complain(row, text) {
    const line = row.querySelector(".composer__fault"), input = row.querySelector("input, textarea");
    if (line.textContent !== text) line.textContent = text;
    line.classList.toggle("is-note", false);
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  const wrong = (error) => say(words.errors[error] ?? "", { currency: book().formats.countries[chosen.country] });

  function judge(name) {
    const row = rows.get(name);
    if (row?.isConnected) complain(row, wrong(written(name).error));
  }

  let stopped;
  find(".composer__fields").addEventListener("input", (event) => {
    const input = event.target, row = input.closest(".composer__field");
    const clean = /^(date|datetime-local)$/.test(input.type) ? input.value : input.value.replace(Tillit.message.HIDDEN, "");
    const taken = [...input.value].length - [...clean].length;
    if (taken) input.value = clean;
    if (row.dataset.letter) onPaper[row.dataset.letter] = input.value;
    else typed[input.name] = input.value;
    forget();
    complain(row, "");
    if (taken) {
      row.querySelector(".composer__fault").textContent = count(words.hidden, taken);
      row.querySelector(".composer__fault").classList.add("is-note");
    }
    clearTimeout(stopped);
    if (input.name && !taken) stopped = setTimeout(() => judge(input.name), STOPPED);
    refresh();
  });
  find(".composer__fields").addEventListener("focusout", (event) => event.target.name && judge(event.target.name));

  // Return goes on: to the next field that is empty, and from the last one to the copy.
  find(".composer__fields").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.id === "composer-recipient") return;
    event.preventDefault();
    copyNext();
  });

  // The message ----------------------------------------------------------------------------------------------------------

  const message = Tillit.message(find(".composer__parts"), document.getElementById("composer-part"), {
    label: (name) => (known(name) ? labelOf(name) : ""),
    words: (key, values) => say(words[key], values),
    changed(part, taken) {
      forget();
      copied.delete(part.id);
      if (taken) note(count(words.hidden, taken));
      refresh();
    },
    asked: goTo,
    acted(part, what) {
      if (what === "copy") return void copyPart(part);
      const list = parts().filter((one) => !one.single);
      const form = { up: "moved", down: "moved", out: "left-out", back: "taken-back", reset: "as-before" }[what];
      refresh();
      note(say(words[form], { title: part.title, n: list.indexOf(part) + 1, count: list.length }));
    },
  });
  const advice = Tillit.advice(find(".composer__right"), { told, message, label: (name) => (known(name) ? labelOf(name) : "") });

  // Everything that follows from what was typed or chosen.
  function refresh() {
    tellFields();
    message.fill(Object.fromEntries(fields().map((name) => [name, written(name).value ?? ""])));
    tellMessages();
    if (chosen.channel === LETTER) tellPaper();
    for (const part of [".composer__head", ".composer__foot", ".composer__letter"]) find(part).hidden = chosen.channel !== LETTER;
    if (stillLacking?.().length === 0) note("");
    const lacking = [...missing().map(nameOf), ...namesOf(unwritten())];
    find(".composer__draft").textContent = lacking.length ? say(words.draft, { fields: lacking.join(", ") }) : "";
    advice.look(book().rules, apologyIn(chosen.language).leaves[source(chosen.channel)] ?? [], chosen.language);
  }

  // The messages of a chat, each with its length and its own button; of a mail, the subject.
  function tellMessages() {
    const sent = messages(), isChat = chosen.channel === CHAT;
    for (const part of parts()) {
      const own = message.rowOf(part).querySelector(".composer__own"), button = own.querySelector("button");
      own.hidden = part.out || !(isChat || (part.single && chosen.channel === EMAIL));
      if (own.hidden) continue;
      const n = Array.from(message.clean(part)).length, form = n > LONGEST_MESSAGE ? "characters-over" : "characters";
      const length = own.querySelector("span");
      length.textContent = isChat ? say(words[form], { n, limit: LONGEST_MESSAGE }) : "";
      length.classList.toggle("is-over", n > LONGEST_MESSAGE);
      button.textContent = isChat ? say(words["copy-part"], { n: sent.indexOf(part) + 1 }) : words["copy-subject"];
      button.classList.toggle("is-done", copied.has(part.id));
    }
    const next = nextMessage();
    const copy = find("#composer-copy");
    copy.dataset.words ??= copy.textContent;
    copy.textContent = isChat && next ? say(words["copy-part"], { n: sent.indexOf(next) + 1 }) : copy.dataset.words;
    find("#composer-plain").hidden = isChat;
  }

  const nextMessage = () => {
    const sent = messages();
    return sent.find((part) => !copied.has(part.id)) ?? sent[0];
  };

  // Paper ----------------------------------------------------------------------------------------------------------------

  const valueOf = (name) => written(name).value ?? "";

  // A line with its fields filled in, or marked while they are empty.
  function line(className, text) {
    const made = make("p", className);
    text.split(Tillit.message.FIELD).forEach((piece, i) => {
      if (i % 2 === 0) return made.append(piece);
      const value = valueOf(piece), field = make("span", value ? "field is-filled" : "field", value || labelOf(piece));
      field.dataset.field = piece;
      made.append(field);
    });
    return made;
  }

  const paper = () => {
    const { address, email, org_number } = told.contacts[chosen.country], { letter, formats } = book();
    const today = new Date(), two = (n) => String(n).padStart(2, "0");
    const day = onPaper.day ?? `${today.getFullYear()}-${two(today.getMonth() + 1)}-${two(today.getDate())}`;
    const place = onPaper.place ?? Tillit.handover.townOf(address);
    const date = Tillit.formats.write("date", day, formats, chosen.country).value ?? "";
    return {
      sender: [told.company, ...address, email, org_number].filter(Boolean),
      recipient: onPaper.recipient.trim().split("\n").map((one) => one.trim()).filter(Boolean),
      place, day, date: place.trim() ? say(letter["place-and-date"], { place: place.trim(), date }) : date,
      reference: letter.reference, closing: letter.closing,
    };
  };

  function tellPaper() {
    const now = paper(), lines = (className, list) => {
      const box = make("div", className);
      box.append(...list.map((text) => make("p", "", text)));
      return box;
    };
    for (const name of ["place", "day"]) {
      const input = find(`#composer-${name}`);
      if (document.activeElement !== input) input.value = now[name];
    }
    const recipient = lines("composer__recipient", now.recipient);
    if (!now.recipient.length) {
      const field = make("span", "field", words.recipient);
      field.dataset.letter = "recipient";
      recipient.append(field);
    }
    find(".composer__head").replaceChildren(lines("composer__sender", now.sender), recipient,
      make("p", "composer__date", now.date), line("composer__reference", now.reference));
    find(".composer__foot").replaceChildren(make("p", "", now.closing), make("p", "composer__room"), line("", "{sender_name}"),
      make("p", "", told.company));
    for (const part of [".composer__head", ".composer__foot"]) find(part).lang = chosen.language;
  }

  for (const part of [".composer__head", ".composer__foot"]) {
    find(part).addEventListener("click", (event) => {
      const field = event.target.closest(".field");
      if (field) goTo(field.dataset.field ?? field.dataset.letter);
    });
  }

  const fill = (text) => text.replace(Tillit.message.FIELD, (whole, name) => (known(name) ? valueOf(name) : whole));

  function wholeText() {
    const body = messages().map((part) => message.clean(part)).filter(Boolean).join("\n\n");
    if (chosen.channel !== LETTER) return body;
    const now = paper(), block = (list) => list.join("\n");
    return [
      block(now.sender), block(now.recipient), now.date, fill(now.reference), subjectText(), body, now.closing,
      block([valueOf("sender_name"), told.company]),
    ].filter(Boolean).join("\n\n");
  }

  const subjectText = () => {
    const subject = parts().find((part) => part.single);
    return subject ? message.clean(subject) : "";
  };

  // What is lacking ------------------------------------------------------------------------------------------------------

  const RECIPIENT = "recipient";
  const MOST_NAMED = 6; // in one question
  const nameOf = (name) => (name === RECIPIENT ? words.recipient : labelOf(name));

  // The fields that nothing, or nothing right, was typed into; of some parts, or of all that shows.
  function missing(some) {
    const names = some ? message.fields(some) : fields();
    const empty = names.filter((name) => written(name).value === undefined);
    return !some && chosen.channel === LETTER && !onPaper.recipient.trim() ? [RECIPIENT, ...empty] : empty;
  }

  // Words that wait to be written over, unless somebody has said that they are meant.
  const unwritten = (some) => message.unwritten(some).filter(({ found }) => !meant.has(found));
  const namesOf = (list) => [...new Set(list.map(({ found }) => Tillit.letters.shown(found)))].slice(0, MOST_NAMED);

  function goTo(name) {
    const input = name === RECIPIENT ? find("#composer-recipient") : rows.get(name)?.querySelector("[name]");
    input?.focus();
    input?.scrollIntoView({ block: "center" });
  }

  // True when all is filled in; else the next empty field, or what waits to be written over, is asked for by name.
  function isWhole(some) {
    const names = missing(some), waiting = unwritten(some);
    if (!names.length) {
      if (!messages().length) note(words["nothing-left"], ASKED);
      else if (waiting.length) askWords(waiting);
      else return true;
      return false;
    }
    for (const name of names) if (name !== RECIPIENT) judge(name);
    const inputs = names.map((name) => (name === RECIPIENT ? find("#composer-recipient") : rows.get(name)?.querySelector("[name]")));
    const here = document.activeElement;
    const next = inputs.findIndex((input) => here.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING);
    const isInForm = find(".composer__fields").contains(here);
    goTo(names[isInForm && next >= 0 ? next : 0]);
    ask(names, () => missing(some));
    return false;
  }

  // Fields are asked for by name until none of them is lacking.
  function ask(names, lacking) {
    note(count(words.ask, names.length, { fields: names.slice(0, MOST_NAMED).map(nameOf).join(", ") }), ASKED);
    stillLacking = lacking;
  }

  // The same of words that look like a placeholder: they are written over, or somebody says that they are meant.
  function askWords(list) {
    const asked = new Set(list.map(({ found }) => found));
    message.select(list[0].range());
    note(say(words["ask-words"], { found: namesOf(list).join(", ") }), ASKED, furtherButton(words["as-it-is"], () => {
      meant = new Set([...meant, ...asked]);
      refresh();
      find("#composer-copy").focus();
    }));
    stillLacking = () => unwritten().filter(({ found }) => asked.has(found));
  }

  // Giving it on ---------------------------------------------------------------------------------------------------------

  const DONE = "is-done", ASKED = "is-asked";
  let saying;
  let stillLacking = null; // says which of the fields that were asked for are lacking still
  function note(text, kind = "", further = before && furtherButton(words.undo, undo)) {
    const status = find(".composer__status"), here = find(".composer__bar").hidden ? find(".composer__found") : status;
    clearTimeout(saying);
    stillLacking = null;
    for (const line of [status, find(".composer__found")]) line.textContent = "";
    status.className = `composer__status ${kind}`;
    find(".composer__further").replaceChildren(...(further ? [further] : []));
    if (text) saying = setTimeout(() => { here.textContent = text; }, 50); // emptied first: the same words are said twice
  }

  async function toClipboard(text, isPlain, done) {
    const ok = await Tillit.copy.write({ html: Tillit.letters.html(text), plain: text }, isPlain);
    note(ok ? done : words["copy-failed"], ok ? DONE : ASKED);
    return ok;
  }

  async function copyAll(isPlain) {
    if (!isWhole()) return;
    const kind = chosen.channel === LETTER ? "letter" : isPlain ? "plain" : "all";
    if (await toClipboard(wholeText(), isPlain, words.copied[kind])) given = atStake();
  }

  async function copyPart(part) {
    if (!isWhole([part])) return;
    const sent = messages(), place = { n: sent.indexOf(part) + 1, count: sent.length };
    const done = part.single ? words.copied.subject : say(words.copied.part, place);
    if (!(await toClipboard(message.clean(part), true, done)) || part.single) return;
    copied.add(part.id);
    if (sent.every((one) => copied.has(one.id))) given = atStake();
    tellMessages();
  }

  function copyNext() {
    if (chosen.channel !== CHAT) return copyAll(false);
    const next = nextMessage();
    return next ? copyPart(next) : isWhole();
  }

  function furtherButton(text, act) {
    const button = make("button", "tool__button", text);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }

  function mail() {
    if (!isWhole()) return;
    const address = Tillit.handover.mailto(subjectText(), wholeText());
    if (address) {
      given = atStake(); // first: to some browsers the mail program is another page
      return Tillit.handover.follow(address);
    }
    note(words["mail-long"], ASKED, furtherButton(words["mail-copy"], async () => {
      if (!(await toClipboard(wholeText(), false, words["mail-copied"]))) return;
      given = atStake();
      Tillit.handover.follow(Tillit.handover.mailWithout(subjectText()));
    }));
  }

  function download() {
    if (!isWhole()) return;
    const name = `${chosen.situation}-${chosen.channel}.${chosen.language}.txt`;
    const subject = chosen.channel === EMAIL ? `${subjectText()}\n\n` : "";
    Tillit.handover.download(name, subject + wholeText());
    given = atStake();
    note(say(words.downloaded, { name }), DONE);
  }

  function printLetter() {
    if (!isWhole()) return;
    print();
    given = atStake();
  }

  find("#composer-copy").addEventListener("click", copyNext);
  find("#composer-plain").addEventListener("click", () => copyAll(true));
  find("#composer-mail").addEventListener("click", mail);
  find("#composer-print").addEventListener("click", printLetter);
  find("#composer-download").addEventListener("click", download);

  // A selection that is copied by hand obeys the same rule. None is dragged: what is dropped is words, not fields, and
  // would tear what it falls into.
  document.addEventListener("copy", byHand);
  document.addEventListener("cut", byHand);
  document.addEventListener("dragstart", (event) => selected(event) && event.preventDefault());

  // What is selected of the message, wherever the selection begins; some browsers keep it while one is made in a field.
  function selected({ target }) {
    const selection = document.getSelection();
    const range = selection.isCollapsed || target.matches?.("input, textarea") ? null : selection.getRangeAt(0);
    return range?.intersectsNode(find(".composer__paper")) ? range : null;
  }

  const overlap = (one, other) => one.compareBoundaryPoints(Range.START_TO_END, other) > 0
    && one.compareBoundaryPoints(Range.END_TO_START, other) < 0;

  function byHand(event) {
    const range = selected(event);
    if (!range) return;
    const open = all(".composer__paper .field:not(.is-filled)").find((field) => range.intersectsNode(field) && field.offsetParent);
    if (open) {
      event.preventDefault();
      const name = open.dataset.field ?? RECIPIENT;
      goTo(name);
      return ask([name], () => missing().filter((one) => one === name));
    }
    const waiting = unwritten().filter((one) => overlap(range, one.range()));
    if (waiting.length) {
      event.preventDefault();
      return askWords(waiting);
    }
    if (event.type === "cut") return;
    const text = document.getSelection().toString();
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    event.clipboardData.setData("text/html", Tillit.letters.html(text));
  }

  // The next customer ----------------------------------------------------------------------------------------------------

  const OURS = ["sender_name", "contact_phone"]; // who writes stays the same
  let before = null; // what "next customer" took away, until something is typed
  let given = ""; // what was at stake when the whole message was last given on

  // What of this customer is lost with the page: what was typed into fields, and words of one's own.
  function atStake() {
    const fields = Object.entries(typed).filter(([name]) => !OURS.includes(name)).map(([, raw]) => raw);
    const own = Object.values(drafts).flat().filter((part) => part.text !== part.original).map((part) => part.text);
    return [...fields, ...Object.values(onPaper), ...own].filter((text) => text?.trim()).join("\n");
  }

  const forget = () => {
    if (!before) return;
    before = null;
    find(".composer__further").replaceChildren();
  };

  function put(state) {
    ({ typed, onPaper, drafts, copied } = state);
    previous = {};
    meant = new Set();
    for (const [name, row] of rows) {
      row.querySelector("[name]").value = rawOf(name);
      complain(row, "");
    }
    find("#composer-recipient").value = onPaper.recipient;
    render(true);
  }

  find("#composer-next").addEventListener("click", () => {
    before ??= { typed, onPaper, drafts, copied }; // pressed twice, it takes away nothing more
    const own = Object.fromEntries(OURS.filter((name) => name in typed).map((name) => [name, typed[name]]));
    put({ typed: own, onPaper: { recipient: "", place: null, day: null }, drafts: {}, copied: new Set() });
    situation.focus();
    note(words.cleared, DONE);
  });

  function undo() {
    put(before);
    before = null;
    find("#composer-copy").focus();
    note(words.undone, DONE);
  }

  // The page around it ---------------------------------------------------------------------------------------------------

  find(".composer__choices").addEventListener("change", ({ target }) => {
    if (target.name === "country") countryIsChosen = true;
    if (target.type === "radio") choose({ [target.name]: target.value });
  });
  for (const form of all("form:not([method])")) form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", readAddress);
  addEventListener("beforeunload", (event) => ![given, ""].includes(atStake()) && event.preventDefault());

  // Single keys are Material's short ways to other pages; here they are letters of a message.
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  });

  // The page in another language opens with the same choice.
  for (const kind of ["click", "auxclick", "contextmenu"]) {
    document.addEventListener(kind, (event) => {
      const link = event.target.closest?.("a.md-select__link[hreflang]");
      if (link) link.hash = location.hash;
    }, true);
  }

  root.hidden = false;
  render();
  readAddress();
  if (!chosen.situation && matchMedia("(hover: hover)").matches) situation.focus({ preventScroll: true });
})();
