// One message for each row of a table: the twin of macros/letters.py, which says what `known` holds.
// Both are held to the cases in tests/cases/letters/. Nothing is kept and nothing leaves the browser.
//
//     Tillit.letters.html(text)  →  the text as <p>, <br>, <ul> and <li>, the twin of apology.html_of
(() => {
  "use strict";

  const { write, HIDDEN, SPACES, LONGEST } = Tillit.formats;
  const { trim, unique, Unreadable } = Tillit.tables;
  const ROW_COLUMNS = ["language", "country", "channel", "currency"];
  const OWN_COLUMNS = ["language", "country", "channel", "subject", "text", "html"];
  const SHOWN = 60, AT_RANDOM = 3;
  const WITH_SUBJECT = "email";
  const DATA = /^[-+]?[0-9][0-9 .,:/-]*(?:[A-Za-z]{2,3}\.?)?$/;
  const CROWNS = "kr";
  const NAMED = { language: "languages", country: "countries", channel: "channels" };
  const FIELD = /\{([a-z][a-z0-9_]*)\}/;
  const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

  const points = (text) => text.length - (text.match(PAIR)?.length ?? 0);
  const own = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);

  // Words as HTML ----------------------------------------------------------------------------------------------------

  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

  function html(text) {
    return text.replace(/^\n+|\n+$/g, "").split(/\n{2,}/).filter(Boolean).map(block).join("");
  }

  function block(words) {
    const lines = words.split("\n");
    if (lines.every((line) => line.startsWith("- "))) {
      return `<ul>${lines.map((line) => `<li>${escaped(line.slice(2))}</li>`).join("")}</ul>`;
    }
    return `<p>${lines.map(escaped).join("<br>")}</p>`;
  }

  // Columns ----------------------------------------------------------------------------------------------------------

  // Words as they are compared: case, spaces, signs and diacritics do not matter.
  // What is too long for a cell is no name of anything.
  const fold = (words) => points(words) > LONGEST ? ""
    : words.toLowerCase().normalize("NFKD").replaceAll("æ", "a").replaceAll("ø", "o")
      .replace(/[^a-z0-9]/g, "").replace(/aa|ae/g, "a").replaceAll("oe", "o");

  const isData = (title) => title.includes("@") || DATA.test(title);

  // What each column is: a field of the situation's texts, one of ROW_COLUMNS, or empty: then it is carried over.
  function targets(header, known, situation) {
    const useful = new Set([...ROW_COLUMNS, ...fieldsOf(known, situation)]);
    const meanings = header.map((title) => own(known.names.columns, fold(title)) ?? "");
    const told = header.find(isData);
    if (!meanings.some(Boolean) && told !== undefined) {
      throw new Unreadable("no-header", { found: shown(told) });
    }
    return meanings.map((one, i) => (useful.has(one) && meanings.indexOf(one) === i ? one : ""));
  }

  function fieldsOf(known, situation) {
    const found = new Set();
    for (const data of Object.values(known.texts)) {
      const one = own(data.apologies, situation) ?? { subject: "", channels: {} };
      const parts = Object.values(one.channels).flat();
      for (const words of [one.subject, ...parts.map((part) => part.text)]) {
        words.split(FIELD).forEach((piece, i) => i % 2 && found.add(piece));
      }
    }
    return [...found];
  }

  // Rows -------------------------------------------------------------------------------------------------------------

  const problem = (row, column, field, key, found = "", values = {}) => ({ row, column, field, key, found, values });

  // The rows of one table: `add` them one after the other. `choice` is {situation, language, country, channel, values}.
  class Batch {
    constructor(header, meanings, known, choice) {
      Object.assign(this, { header, meanings, known, choice });
      this.at = Object.fromEntries(meanings.map((name, i) => [name, i]).filter(([name]) => name));
      this.key = this.#key();
      this.carries = meanings.map((_, i) => i).filter((i) => !meanings[i] || i === this.key);
      this.made = []; // [row, length] of each letter
      this.problems = [];
      this.leftOut = []; // [row, cells, problems]
      this.used = new Map(); // by language and channel: {language, channel, letters, first}
      this.seen = new Map();
      this.templates = new Map();
    }

    // The column that tells customers apart, or -1: then all cells do.
    #key() {
      const { keys } = this.known, none = Object.keys(keys).length;
      const ranks = this.header.map((title, i) =>
        Math.min(own(keys, fold(title)) ?? none, own(keys, fold(this.meanings[i])) ?? none));
      const best = Math.min(...ranks);
      return best < none ? ranks.indexOf(best) : -1;
    }

    // The letter of a row; null when it is left out, which `problems` then says.
    add(number, cells) {
      const { letter, problems } = this.compose(number, cells);
      problems.push(...this.#twice(number, cells));
      if (problems.length) {
        this.problems.push(...problems);
        this.leftOut.push([number, cells, problems]);
        return null;
      }
      this.made.push([number, points(letter.text)]);
      const { language, channel } = letter, id = `${language}/${channel}`;
      if (!this.used.has(id)) this.used.set(id, { language, channel, letters: 0, first: letter });
      this.used.get(id).letters++;
      return letter;
    }

    // A row whose customer was there before; it does not matter whether that row was in order.
    #twice(number, cells) {
      const key = this.key >= 0 && this.key < cells.length ? trim(cells[this.key]).toLowerCase() : "";
      const id = key ? `=${key}` : JSON.stringify(cells.map(trim));
      if (!this.seen.has(id)) this.seen.set(id, number);
      const row = this.seen.get(id);
      return row === number ? [] : [this.#problem(number, key ? this.key : -1, "duplicate", cells, { row })];
    }

    // The letter of a row, or what is wrong with it; whether the customer was there before is not asked.
    compose(number, cells) {
      const expected = this.header.length;
      if (cells.length !== expected) {
        return { letter: null, problems: [problem(number, -1, "", "cells", String(cells.length), { expected })] };
      }
      const found = this.#unfit(number, cells);
      const who = this.#who(number, cells, found);
      const { language, country, channel } = who;
      const template = language && channel ? this.#template(language, channel) : null;
      if (language && channel && !template) found.push(problem(number, -1, "", "no-text", "", { language, channel }));
      const values = template && country ? this.#values(number, cells, template, language, country, found) : {};
      if (found.length) return { letter: null, problems: found };
      const carried = this.carries.map((i) => cells[i]);
      const subject = filled(template.subject, values), text = filled(template.text, values);
      return { letter: { row: number, carried, ...who, subject, text }, problems: [] };
    }

    #problem(row, column, key, cells, values = {}) {
      const field = column >= 0 ? this.meanings[column] : "";
      return problem(row, column, field, key, column >= 0 ? shown(cells[column]) : "", values);
    }

    // Cells that nobody can check by eye.
    #unfit(number, cells) {
      const found = [];
      cells.forEach((cell, i) => {
        if (points(cell) > LONGEST) found.push(this.#problem(number, i, "too-long", cells, { limit: LONGEST }));
        else if (HIDDEN.test(cell)) found.push(this.#problem(number, i, "hidden-character", cells));
      });
      return found;
    }

    // Who gets it ----------------------------------------------------------------------------------------------------

    // The language, country and channel of a row; null where nobody can tell, which is then a problem.
    #who(number, cells, found) {
      const who = {};
      for (const what of Object.keys(NAMED)) who[what] = this.#named(number, cells, what, found);
      const { home } = this.known;
      const spoken = Object.keys(home).find((name) => home[name] === who.country) ?? "";
      if (who.language === "") who.language = this.choice.language || spoken;
      if (who.country === "") who.country = this.choice.country || own(home, who.language) || "";
      if (who.channel === "") who.channel = this.choice.channel;
      const lacks = ["language", "country"].find((what) => who[what] === "");
      if (lacks && who.language !== null && who.country !== null) {
        found.push(problem(number, own(this.at, lacks) ?? -1, lacks, `no-${lacks}`));
      }
      return who;
    }

    // The id that a cell names; empty where the cell is.
    #named(number, cells, what, found) {
      const column = own(this.at, what) ?? -1;
      const word = column >= 0 ? trim(cells[column]) : "";
      if (!word) return "";
      const id = own(this.known.names[NAMED[what]], fold(word)) ?? null;
      if (id === null) found.push(this.#problem(number, column, `unknown-${what}`, cells));
      return id;
    }

    // What it says ---------------------------------------------------------------------------------------------------

    #template(language, channel) {
      const id = `${language}/${channel}`;
      if (!this.templates.has(id)) this.templates.set(id, this.#cut(language, channel));
      return this.templates.get(id);
    }

    // The words, cut at their fields: words, name, words, name, …
    #cut(language, channel) {
      const one = own(own(this.known.texts, language)?.apologies ?? {}, this.choice.situation);
      const parts = one && own(one.channels, channel);
      if (!parts) return null;
      const subject = (channel === WITH_SUBJECT ? one.subject : "").split(FIELD);
      const text = parts.map((part) => part.text).join("\n\n").split(FIELD);
      const names = (pieces) => pieces.filter((_, i) => i % 2);
      return { subject, text, fields: new Set([...names(subject), ...names(text)]) };
    }

    // What the fields of a template are filled with; what cannot be is a problem.
    #values(number, cells, template, language, country, found) {
      const { fields, formats } = this.known.texts[language], currency = formats.countries[country];
      const bad = new Set(found.map((one) => one.column)), values = {};
      const kindOf = (name) => own(fields, name)?.type ?? "text";
      if ([...template.fields].some((name) => kindOf(name) === "money")) {
        found.push(...this.#currency(number, cells, currency));
      }
      for (const name of template.fields) {
        const column = own(this.at, name) ?? -1;
        const cell = column >= 0 ? cells[column] : "";
        const raw = trim(cell) ? cell : this.#common(name, language, country);
        const { value, error } = write(kindOf(name), raw, formats, country);
        values[name] = value;
        if (!error || (column >= 0 && bad.has(column))) continue;
        const key = error === "empty" && column < 0 ? "no-column" : error;
        found.push(problem(number, column, name, key, shown(raw), key === "wrong-currency" ? { currency } : {}));
      }
      return values;
    }

    // The value of a field that is the same for all rows, or for all in one language.
    #common(name, language, country) {
      const { values } = this.choice, phone = name === "contact_phone" ? own(this.known.phones, country) : "";
      return own(values, `${name}.${language}`) || own(values, name) || phone || "";
    }

    // A column of its own may name the currency; crowns are crowns in each country.
    #currency(number, cells, currency) {
      const column = this.at.currency ?? -1;
      const given = column >= 0 ? fold(cells[column]) : "";
      if (!given || given === CROWNS || given === currency.toLowerCase()) return [];
      return [this.#problem(number, column, "wrong-currency", cells, { currency })];
    }

    // The texts that rows ask for: {language, channel, fields} of each.
    needs(rows) {
      const found = new Map();
      for (const [number, cells] of rows) {
        if (cells.length !== this.header.length) continue;
        const { language, channel } = this.#who(number, cells, []), id = `${language}/${channel}`;
        if (!language || !channel || found.has(id)) continue;
        found.set(id, { language, channel, fields: this.#template(language, channel)?.fields ?? new Set() });
      }
      return [...found.values()];
    }

    // To look at -----------------------------------------------------------------------------------------------------

    // The titles of what `cells` gives.
    titles() {
      return [...unique(this.carries.map((i) => this.header[i]), OWN_COLUMNS), ...OWN_COLUMNS];
    }

    // The rows worth a look, with the reason: the first, the longest, and a few at random by this seed.
    picks(seed) {
      if (!this.made.length) return [];
      const rows = this.made.map(([row]) => row);
      const longest = this.made.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
      const found = new Map([[rows[0], "first"]]);
      if (!found.has(longest)) found.set(longest, "longest");
      const rest = rows.filter((row) => !found.has(row));
      for (let left = Math.min(AT_RANDOM, rest.length); left; left--) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        found.set(rest.splice(Math.floor((seed * rest.length) / 2 ** 32), 1)[0], "random");
      }
      return [...found].map(([row, why]) => [why, row]);
    }
  }

  // The words with their fields filled in. A sentence that ends with `250 kr.` has one full stop, not two.
  const filled = (pieces, values) => pieces.reduce((found, piece, i) => {
    if (i % 2) return found + values[piece];
    return found + (found.endsWith(".") && /^\.(?!\.)/.test(piece) ? piece.slice(1) : piece);
  }, "");

  // A letter as it is written; `titles` names the cells.
  const cells = ({ carried, language, country, channel, subject, text }) =>
    [...carried, language, country, channel, subject, text, html(text)];

  // A value as it is named in a message: short, on one line, with hidden signs to be seen.
  function shown(raw) {
    const value = Array.from(raw.slice(0, SHOWN * 4)).slice(0, SHOWN * 2).join("").replace(SPACES, " ").replace(/^ +| +$/g, "");
    const seen = Array.from(value.replace(new RegExp(HIDDEN, "g"), hex));
    return seen.length <= SHOWN ? seen.join("") : seen.slice(0, SHOWN - 1).join("") + "…";
  }

  const hex = (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;

  Tillit.letters = { html, targets, fieldsOf, Batch, cells, shown, ROW_COLUMNS };
})();
