// Amounts, dates and times as a customer reads them: the twin of macros/formats.py, which hands over `known`.
//
//     Tillit.formats.write("money", "250", known, "dk")  →  {value: "250 kr."} or {error: "not-amount"}
(() => {
  "use strict";

  const LONGEST = 2000, LARGEST_AMOUNT = 999999999;
  const COUNTED = { money: "not-amount", number: "not-number" };
  const MARKS = "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff"
    + "\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f]"; // more than thirty on one letter are hidden, too
  const UNSEEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
  const HIDDEN = new RegExp(`${UNSEEN.source}|(?<=${MARKS}{30})${MARKS}`);
  const SPACE = "[ \t\n\r\u00a0\u2007\u2009\u202f]", SPACES = new RegExp(`${SPACE}+`, "g");
  const APART = new RegExp(`[0-9](?:[\t\n\r]|${SPACE}{2,})[0-9]`); // two cells, no thousands
  const BESIDE = "([Kk][Rr]\\.?|[A-Za-z]{3})"; // crowns or a currency's code
  const MONEY = new RegExp(`^(?:${BESIDE} ?)?([0-9][0-9 .,-]*?)(?: ?${BESIDE})?$`);
  const CROWNS = "KR";
  const SPACED = /^([0-9]+|[1-9][0-9]{0,2}(?: [0-9]{3})+)(?:[.,](?:([0-9]{1,2})|-))?$/;
  const POINTED = /^([1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,(?:([0-9]{1,2})|-))?$/;
  const DOUBTFUL = /^[0-9]+\.[0-9]{3}$/;
  const ISO = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
  const NUMBERS = /^([0-9]{1,2})(?:\. ?|\/|-)([0-9]{1,2})(?:\. ?|\/|-| )([0-9]{4})$/;
  const WORDS = /^(?:den )?([0-9]{1,2})\.? ([^ 0-9.]+) ([0-9]{4})$/;
  const CLOCK = /^(.+?)(?:T| kl\.? ?| )([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?$/;
  const EMAIL = /^[^ @]+@[^ @]+\.[^ @]+$/;

  class Wrong extends Error {}
  const refuse = (key) => { throw new Wrong(key); };
  const put = (form, values) =>
    Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), form);

  function write(kind, raw, known, country) {
    try {
      return { value: written(kind, String(raw), known, country) };
    } catch (error) {
      if (error instanceof Wrong) return { error: error.message };
      throw error;
    }
  }

  function written(kind, raw, known, country) {
    if (HIDDEN.test(raw)) refuse("hidden-character");
    const value = raw.replace(SPACES, " ").replace(/^ +| +$/g, "");
    if (!value) refuse("empty");
    if (Array.from(value).length > LONGEST) refuse("too-long");
    if (Object.hasOwn(COUNTED, kind) && APART.test(raw)) refuse(COUNTED[kind]);
    if (kind === "money") return money(value, known, country);
    if (kind === "number") return grouped(amount(value, "not-number", known, country)[0], known);
    if (kind === "date") return onDay(day(value, known, "not-date"), known.date, known);
    if (kind === "moment") return moment(value, known);
    if (kind === "email" && !EMAIL.test(value)) refuse("not-email");
    if (kind === "phone" && !/[0-9]/.test(value)) refuse("not-phone");
    return value;
  }

  // Numbers ----------------------------------------------------------------------------------------------------------

  // The money stands in front or behind, once: between digits it would part two amounts.
  function money(value, known, country) {
    const wanted = known.countries[country];
    const [, front, bare, behind] = MONEY.exec(value) ?? refuse("not-amount");
    if (front && behind) refuse("not-amount");
    const named = (front ?? behind ?? wanted).toUpperCase().replace(/\.$/, "");
    if (![CROWNS, wanted].includes(named)) refuse("wrong-currency");
    const [whole, part] = amount(bare, "not-amount", known, country);
    if (!Number(whole) && !Number(part)) refuse("not-amount");
    const cents = Number(part) ? known.decimal + part.padEnd(2, "0") : "";
    return put(known.money[wanted] ?? `{amount}\u00a0${wanted}`, { amount: grouped(whole, known) + cents });
  }

  // The digits before and after the decimal sign. `1.250` is a thousand only where points part thousands.
  function amount(value, wrong, known, country) {
    const found = SPACED.exec(value) ?? POINTED.exec(value);
    if (!found || (DOUBTFUL.test(value) && !known.points.includes(country))) refuse(wrong);
    const whole = found[1].replace(/[ .]/g, "").replace(/^0+/, "") || "0";
    if (Number(whole) > LARGEST_AMOUNT || (found[2] && wrong === "not-number")) refuse(wrong);
    return [whole, found[2] ?? ""];
  }

  function grouped(whole, known) {
    const head = whole.length % 3, parts = head ? [whole.slice(0, head)] : [];
    for (let i = head; i < whole.length; i += 3) parts.push(whole.slice(i, i + 3));
    return parts.join(known.group);
  }

  // Days -------------------------------------------------------------------------------------------------------------

  function day(value, known, wrong) {
    const iso = ISO.exec(value), numbers = NUMBERS.exec(value), words = WORDS.exec(value);
    const named = words ? known.months.indexOf(words[2].toLowerCase()) + 1 : 0;
    const parts = iso ? [iso[1], iso[2], iso[3]]
      : numbers ? [numbers[3], numbers[2], numbers[1]] : named ? [words[3], named, words[1]] : refuse(wrong);
    const [year, month, number] = parts.map(Number);
    if (year < 1900 || year >= 2100) refuse(wrong);
    const found = new Date(Date.UTC(year, month - 1, number));
    if (found.getUTCMonth() !== month - 1 || found.getUTCDate() !== number) refuse("no-such-day");
    return found;
  }

  const onDay = (found, form, known) => put(form, {
    day: found.getUTCDate(), month: known.months[found.getUTCMonth()], year: found.getUTCFullYear(),
    weekday: known.weekdays[(found.getUTCDay() + 6) % 7],
  });

  function moment(value, known) {
    const first = value.split(" ")[0].toLowerCase().replace(/en$/, "");
    if (known.weekdays.includes(first) && /[0-9]/.test(value)) return value; // written out already
    const found = CLOCK.exec(value);
    if (!found || Number(found[2]) > 23 || Number(found[3]) > 59) refuse("not-moment");
    const hour = String(Number(found[2])).padStart(known.two_digits ? 2 : 1, "0");
    const clock = put(known.clock, { hour, minute: found[3] });
    return onDay(day(found[1], known, "not-moment"), known.moment, known).replace("{clock}", clock);
  }

  const Tillit = (globalThis.Tillit ??= {});
  Tillit.formats = { write, HIDDEN, SPACES, LONGEST };
})();
