// /apology/, one message for each row of a table (macros/many.html): the table is read, filled in and handed back here,
// in this tab. Nothing of it is kept or sent. What is done with the rows stands in tables.js and letters.js.
(() => {
  "use strict";

  const root = document.getElementById("many-tool");
  if (!root) return;
  const told = JSON.parse(document.getElementById("many-data").textContent);
  const { tables, letters, formats } = Tillit;
  const books = Tillit.apologies ?? {};
  const known = { ...told.known, texts: books };
  const { page, problems, picks, titles, notes, files } = told.words;
  const SLICE = 12; // milliseconds of work before the page may breathe
  const MOST_SHOWN = 100; // rows left out that are shown; the file has all
  const EMAIL = "email", PHONE = "contact_phone";
  const KINDS = { date: { type: "date", max: "2099-12-31" }, moment: { type: "datetime-local", max: "2099-12-31T23:59" } };

  const find = (id) => document.getElementById(`many-${id}`);
  const say = (form, values = {}) => form.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const make = (tag, className, text = "") => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.textContent = text;
    return made;
  };
  const option = (value, words) => Object.assign(make("option", "", words), { value });

  const fresh = () => ({ name: "", seed: 0, table: null, meanings: [], batch: null, rows: new Map(), blob: null });
  let state = fresh();
  let typed = {}; // values for all rows, by `field` or `field.language`
  let running = 0; // the number of the reading or the making that may go on

  // What is chosen for all -----------------------------------------------------------------------------------------------

  const choice = { situation: find("situation"), channel: find("channel"), language: find("language"), country: find("country") };
  const touched = new Set();
  const situation = () => choice.situation.value;

  function drawSituations() {
    const ids = [...new Set(Object.values(books).flatMap((book) => Object.keys(book.apologies)))];
    const rows = ids.map((id) => [id, told.titles[id] ?? id]).sort(([, a], [, b]) => a.localeCompare(b, told.language));
    choice.situation.replaceChildren(option("", page.choose), ...rows.map(([id, title]) => option(id, title)));
    choice.language.value = told.language;
    drawChannels();
  }

  function drawChannels() {
    const before = choice.channel.value;
    const open = [...new Set(Object.values(books).flatMap((book) => Object.keys(book.apologies[situation()]?.channels ?? {})))];
    choice.channel.replaceChildren(...open.map((name) => option(name, told.channels[name] ?? name)));
    choice.channel.value = open.includes(before) ? before : open.includes(EMAIL) ? EMAIL : open[0] ?? "";
  }

  // What the composer above has chosen stands in the address; here it counts until something is chosen here.
  function follow() {
    if (touched.size || state.table) return;
    const [id, channel, language] = location.hash.slice(1).split("/");
    if (![...choice.situation.options].some((one) => one.value === id)) return;
    choice.situation.value = id;
    drawChannels();
    if ([...choice.channel.options].some((one) => one.value === channel)) choice.channel.value = channel;
    if (Object.hasOwn(told.languages, language ?? "")) choice.language.value = language;
  }

  // What many get is chosen by somebody, never by the order of a list.
  function isChosen() {
    fault(situation() ? "" : page["choose-first"]);
    if (!situation()) choice.situation.focus();
    return situation() !== "";
  }

  const asked = () => ({
    situation: situation(), language: choice.language.value, country: choice.country.value,
    channel: choice.channel.value, values: Object.fromEntries(Object.entries(typed).filter(([, value]) => value.trim())),
  });

  const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
  const labelOf = (name) => books[told.language]?.fields[name]?.label ?? capital(told.words.columns[name]?.[0] ?? name);

  // The file -------------------------------------------------------------------------------------------------------------

  const status = (text) => { find("status").textContent = text; };
  const fault = (text) => { find("fault").textContent = text; };

  async function open(file) {
    forget();
    const mine = running; // another file, or none, may be wanted before this one is read
    state = fresh();
    fault("");
    status(page.reading);
    find("table").hidden = true;
    try {
      tables.fits(file.size);
      const raw = new Uint8Array(await file.arrayBuffer());
      if (mine !== running) return;
      const table = tables.read(raw);
      Object.assign(state, { name: file.name, seed: tables.sum(raw), table });
      state.meanings = letters.targets(table.header, known, situation());
    } catch (error) {
      if (mine !== running) return;
      state = fresh();
      status("");
      const words = error instanceof tables.Unreadable ? files[error.key] : files["not-text"];
      return fault(say(words, error.values));
    }
    if (!touched.has("language") && has("country") && !has("language")) choice.language.value = "";
    find("table").hidden = false;
    draw();
    status(say(page.read, { rows: state.table.rows.length, columns: state.table.header.length, name: state.name }));
  }

  const has = (name) => state.meanings.includes(name);

  function draw() {
    drawNotes();
    drawColumns();
    drawValues();
  }

  function drawNotes() {
    const { table } = state, batch = prepared(), titles = table.header.map(letters.shown);
    const carried = titles.filter((_, i) => !state.meanings[i]);
    const lines = table.notes.map((key) => notes[key]);
    if (carried.length && situation()) lines.push(say(notes.carried, { columns: carried.join(", ") }));
    lines.push(batch.key >= 0 ? say(notes.key, { column: titles[batch.key] }) : notes["no-key"]);
    find("notes").replaceChildren(...lines.map((line) => make("li", "", line)));
  }

  function drawColumns() {
    const { table, meanings } = state, first = table.rows[0][1];
    const rows = table.header.map((title, i) => {
      const row = make("tr"), head = make("th", "", letters.shown(title)), last = make("td"), select = make("select");
      head.scope = "row";
      select.setAttribute("aria-label", `${page.meaning}: ${letters.shown(title)}`);
      const names = [...letters.fieldsOf(known, situation()), ...letters.ROW_COLUMNS];
      select.append(option("", page.carried), ...names.map((name) => option(name, labelOf(name))));
      select.value = meanings[i];
      select.addEventListener("change", () => mean(i, select.value));
      last.append(select);
      row.append(head, make("td", "many__cell", letters.shown(first[i] ?? "")), last);
      return row;
    });
    find("table").querySelector("tbody").replaceChildren(...rows);
  }

  // A field has one column: the one chosen last.
  function mean(column, name) {
    state.meanings = state.meanings.map((one, i) => (i === column ? name : one === name ? "" : one));
    forget();
    drawNotes();
    drawValues();
    [...find("table").querySelectorAll("tbody select")].forEach((select, i) => { select.value = state.meanings[i]; });
  }

  // The same for all -----------------------------------------------------------------------------------------------------

  const prepared = () => new letters.Batch(state.table.header, state.meanings, known, asked());

  // Fields without a column, each with the languages whose rows ask for it.
  function lacking() {
    const found = new Map();
    for (const { language, fields } of prepared().needs(state.table.rows)) {
      for (const name of fields) {
        if (!has(name)) found.set(name, [...new Set([...(found.get(name) ?? []), language])]);
      }
    }
    return found;
  }

  // Words are asked for in each language; a day or a number once, and also what looks the same in all of them.
  function wanted() {
    return [...lacking()].flatMap(([name, languages]) => {
      const { type } = books[languages[0]].fields[name] ?? { type: "text" };
      const examples = new Set(languages.map((language) => books[language].fields[name]?.example));
      const each = type === "text" && examples.size > 1 ? languages : [""];
      return each.map((language) => ({ name, type, language, read: language || languages[0], id: language ? `${name}.${language}` : name }));
    });
  }

  function drawValues() {
    const rows = wanted();
    find("values").hidden = rows.length === 0;
    find("values").querySelector(".many__inputs").replaceChildren(...rows.map(valueRow));
  }

  function valueRow({ name, type, language, read, id }) {
    const row = make("div", "many__field"), label = make("label"), line = make("p", "many__fault");
    const input = make(type === "text" ? "textarea" : "input"), at = `many-value-${id}`;
    const field = Tillit.field(books, told, name, read, language !== "");
    label.textContent = field.label;
    label.htmlFor = at;
    Object.assign(input, type === "text" ? { rows: 1 } : KINDS[type] ?? { type: "text" });
    Object.assign(input, { id: at, name: id, autocomplete: "off", spellcheck: false, placeholder: field.example, value: typed[id] ?? "" });
    const hint = make("small", "", name === PHONE ? page["own-phone"] : field.help);
    hint.id = `${at}-help`;
    line.id = `${at}-fault`;
    input.setAttribute("aria-describedby", `${line.id} ${hint.id}`);
    input.addEventListener("input", () => {
      typed[id] = input.value;
      complain(input, "");
      forget();
    });
    row.append(label, input, hint, line);
    return row;
  }

  function complain(input, text) {
    document.getElementById(`${input.id}-fault`).textContent = text;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  // Whether all that is the same for all can be used; the first that cannot has the focus.
  function valuesFit() {
    let first = null;
    for (const { name, type, read, id } of wanted()) {
      const input = document.getElementById(`many-value-${id}`), raw = input.value;
      if (!raw.trim() && name === PHONE) continue;
      const country = choice.country.value || known.home[read];
      const { error } = formats.write(type, raw, books[read].formats, country);
      // Amounts go by the row's country: a code that is wrong here may be right there.
      const words = !error || error === "wrong-currency" ? "" : error === "empty" ? page["value-missing"] : problems[error];
      complain(input, say(words, { found: raw, limit: formats.LONGEST }));
      if (words) first ??= input;
    }
    first?.focus();
    return !first;
  }

  // Making ---------------------------------------------------------------------------------------------------------------

  // Lets the page breathe, also when it is not in front.
  const breath = () => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(port1.close());
    port2.postMessage(0);
  });

  async function run() {
    forget();
    if (!isChosen() || !valuesFit()) return;
    const mine = ++running, batch = prepared(), { rows } = state.table, lines = [], bar = find("progress");
    busy(true);
    Object.assign(bar, { max: rows.length, value: 0 });
    status(say(page.progress, { done: 0, count: rows.length }));
    for (let i = 0; i < rows.length; ) {
      const until = performance.now() + SLICE, slice = [];
      for (; i < rows.length && performance.now() < until; i++) {
        const letter = batch.add(...rows[i]);
        if (letter) slice.push(tables.line(letters.cells(letter)));
      }
      lines.push(new Blob(slice)); // apart, for one long text would have to be put together at the end
      bar.value = i;
      await breath();
      if (mine !== running) return;
    }
    busy(false);
    state.batch = batch;
    state.rows = new Map(rows);
    state.blob = new Blob(["\ufeff", tables.line(batch.titles()), ...lines], { type: "text/csv;charset=utf-8" });
    show();
  }

  function busy(isBusy) {
    find("progress").hidden = !isBusy;
    find("stop").hidden = !isBusy;
    find("make").disabled = isBusy;
    if (isBusy) find("stop").focus();
  }

  // What was made does not fit what is chosen any more.
  function forget() {
    running++;
    busy(false);
    state.batch = state.blob = null;
    find("result").hidden = true;
    status("");
  }

  // What came of it ------------------------------------------------------------------------------------------------------

  const channelName = (id) => told.channels[id] ?? id;

  function show() {
    const { batch } = state, made = batch.made.length, left = batch.leftOut.length;
    const sum = say(page.result, { made, left });
    find("sum").textContent = sum;
    find("save").textContent = say(page.save, { count: made });
    find("save").hidden = made === 0;
    find("save-left").textContent = say(page["save-left"], { count: left });
    find("save-left").hidden = left === 0;
    find("texts").replaceChildren(...[...batch.used.values()].map(judged));
    find("texts").previousElementSibling.hidden = made === 0;
    showProblems(batch.problems);
    find("previews").replaceChildren(...batch.picks(state.seed).map(([why, row]) => preview(row, picks[why])));
    for (const part of [find("previews").previousElementSibling, find("look")]) part.hidden = made === 0;
    find("looked").replaceChildren();
    find("result").hidden = false;
    find("result").focus();
    status(sum);
  }

  const checkers = {};

  // What the checker says of the first message made of a text.
  function judged({ language, channel, letters: count, first }) {
    const item = make("li", "", say(page.text, { language: told.names[language], channel: channelName(channel), count }));
    checkers[language] ??= Tillit.phrases.checker(books[language].rules);
    const { components, flaws } = checkers[language](first.text);
    const leaves = books[language].apologies[situation()].leaves[channel] ?? [];
    const missing = Object.keys(components).filter((name) => !components[name] && !leaves.includes(name));
    const lines = flaws.map((flaw) => (
      say(page.flaw, { found: flaw.text, advice: Tillit.advice.why(flaw, told.advice), better: flaw.better })
    ));
    if (missing.length) lines.unshift(say(page["text-missing"], { components: missing.map((name) => told.components[name]).join(", ") }));
    const list = make("ul");
    list.append(...(lines.length ? lines.map((line) => make("li", "many__flaw", line)) : [make("li", "", page["text-well"])]));
    item.append(list);
    return item;
  }

  function showProblems(found) {
    const rows = found.slice(0, MOST_SHOWN).map((one) => {
      const row = make("tr"), head = make("th", "", one.row);
      head.scope = "row";
      row.append(head, make("td", "", columnOf(one) || page["whole-row"]), make("td", "", message(one)));
      return row;
    });
    find("bad").querySelector("tbody").replaceChildren(...rows);
    find("bad").parentElement.hidden = rows.length === 0;
    find("more").textContent = found.length > MOST_SHOWN ? say(page["bad-more"], { shown: MOST_SHOWN, count: found.length }) : "";
  }

  const columnOf = ({ column, field }) => (column >= 0 ? letters.shown(state.table.header[column]) : field ? labelOf(field) : "");

  function message({ key, field, found, values }) {
    const more = { ...values };
    if (key === "no-text") Object.assign(more, { language: told.languages[values.language], channel: channelName(values.channel) });
    const names = { language: told.languages, country: told.countries, channel: told.channels }[field];
    if (key.startsWith("unknown-")) more.known = Object.entries(names).map(([id, name]) => `${id} (${name})`).join(", ");
    return say(problems[key], { found, ...more });
  }

  const why = (one) => [columnOf(one), message(one)].filter(Boolean).join(": ");

  function preview(row, reason) {
    const { letter } = state.batch.compose(row, state.rows.get(row));
    const box = make("article", "many__preview"), head = make("h5", "", say(page.preview, { row, why: reason }));
    const body = make("div", "many__text", letter.text);
    box.append(head);
    body.lang = letter.language;
    if (letter.subject) {
      const subject = make("p", "many__subject", `${page.subject}: `), words = make("span", "", letter.subject);
      words.lang = letter.language;
      subject.append(words);
      box.append(subject);
    }
    box.append(body);
    return box;
  }

  function look() {
    const row = Number(find("row").value.trim()), box = find("looked");
    if (!state.rows.has(row)) return box.replaceChildren(make("p", "many__fault", say(page["not-a-row"], { row: find("row").value.trim() })));
    const bad = state.batch.leftOut.find(([number]) => number === row);
    if (!bad) return box.replaceChildren(preview(row, picks.asked));
    box.replaceChildren(make("p", "many__fault", say(page["not-made"], { row, why: bad[2].map(why).join(" ") })));
  }

  // Handing over ---------------------------------------------------------------------------------------------------------

  function download(kind, blob) {
    const name = `${situation()}-${page[kind]}.csv`, link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    status(say(page.saved, { name }));
  }

  // The rows left out: number and reasons, then the row as it came, to be mended and read again.
  function leftOut() {
    const own = [titles.row, titles.reason];
    const rows = state.batch.leftOut.map(([number, cells, found]) => [String(number), found.map(why).join(" "), ...cells]);
    const lines = [[...own, ...tables.unique(state.table.header, own)], ...rows].map(tables.line);
    return new Blob(["\ufeff", ...lines], { type: "text/csv;charset=utf-8" });
  }

  // A table with the columns that a text asks for, the address first. Without an example: nobody is sent one by mistake.
  function emptyTable() {
    const titles = [...letters.fieldsOf(known, situation()), "language", "country", "channel"].map(labelOf);
    return new Blob(["\ufeff", tables.line([capital(told.words.emails[0]), ...titles])], { type: "text/csv;charset=utf-8" });
  }

  // The page around it ---------------------------------------------------------------------------------------------------

  for (const [name, select] of Object.entries(choice)) {
    select.addEventListener("change", () => {
      touched.add(name);
      if (name === "situation") drawChannels();
      if (!state.table) return;
      forget();
      if (name === "situation") state.meanings = letters.targets(state.table.header, known, situation());
      draw();
    });
  }
  find("file").addEventListener("click", ({ target }) => { target.value = ""; }); // the same file again is a change, too
  find("file").addEventListener("change", ({ target }) => target.files[0] && open(target.files[0]));
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (state.table) run();
  });
  find("look").addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  find("stop").addEventListener("click", () => {
    forget();
    status(page.stopped);
    find("make").focus();
  });
  find("clear").addEventListener("click", () => {
    forget();
    state = fresh();
    typed = {};
    find("table").hidden = true;
    find("file").value = "";
    find("table").querySelector("tbody").replaceChildren();
    for (const id of ["notes", "texts", "previews", "looked"]) find(id).replaceChildren();
    find("bad").querySelector("tbody").replaceChildren();
    find("values").querySelector(".many__inputs").replaceChildren();
    find("row").value = "";
    status(page.cleared);
    find("file").focus();
  });
  find("empty").addEventListener("click", () => isChosen() && download("empty-name", emptyTable()));
  find("save").addEventListener("click", () => download("made-name", state.blob));
  find("save-left").addEventListener("click", () => download("left-name", leftOut()));
  root.addEventListener("focusin", follow);
  root.addEventListener("pointerdown", follow);

  drawSituations();
  follow();
  root.hidden = choice.situation.options.length === 0;
})();
