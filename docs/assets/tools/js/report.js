// /report/: a write-up in a form. What is typed stays in this tab until its writer takes it out as a file; no host is
// asked for anything. `check` is the twin of macros/record.py, `write` makes what our reader takes, and `parse` reads
// back what `write` made and nothing else.
(() => {
  "use strict";

  const told = JSON.parse(document.getElementById("report-data").textContent);
  const { rules, words, language } = told;
  const form = document.getElementById("report");
  const byId = (id) => document.getElementById(id);

  // What is asked, read from the form ----------------------------------------------------------------------------

  const number = (text) => (text === undefined ? null : Number(text));

  function question(element) {
    const { field: name, kind, stage, pattern, fault, least, most, required } = element.dataset;
    const around = kind === "list" ? element.querySelector("template").content : element;
    const inner = ["group", "list"].includes(kind) ? [...around.querySelectorAll("[data-inside]")].map(question) : [];
    return {
      name, kind, stage, fault, inner, least: number(least), most: number(most), required: required !== undefined,
      pattern: pattern && new RegExp(pattern), label: element.querySelector(".report__label").textContent,
    };
  }

  const elements = [...form.querySelectorAll("[data-field]:not([data-inside])")];
  const questions = elements.map(question);
  const named = Object.fromEntries(questions.map((one) => [one.name, one]));
  const headings = Object.fromEntries(told.sections.map((one) => [one.id, one.heading]));
  const isSection = (one) => one.kind === "section";
  const LAST = ["title", "summary", "search_terms"]; // in a file facts stand first
  const inFile = [
    ...["audience", "owner", "stage"].map((name) => named[name]),
    ...questions.filter((one) => !isSection(one) && !["audience", "owner", "stage", ...LAST].includes(one.name)),
    ...LAST.map((name) => named[name]),
  ];

  // Words as they may stand in a file ----------------------------------------------------------------------------

  // The characters that macros/texts.py refuses: nobody sees them, so nobody could delete them.
  const INVISIBLE = new RegExp(
    "[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e" +
      "\\u2060-\\u206f\\u2800\\u3164\\u{1d173}-\\u{1d17a}\\ue000-\\uf8ff\\ufeff\\uffa0\\ufff9-\\uffff\\u{e0000}-\\u{10ffff}" +
      "\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u009f]|\\p{Surrogate}",
    "gu");
  const VARIATION = /(?<=[\p{L}\p{N}_])[\ufe00-\ufe0f]+/gu; // behind a letter; behind a heart it makes it red

  const breaks = (text) => text.replace(/\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g, "\n").replace(/\t/g, " ");
  const clean = (text) => breaks(text).replace(INVISIBLE, "").replace(VARIATION, "").normalize("NFC").trim();
  const oneLine = (text) => clean(text).replace(/\s*\n\s*/g, " ");
  const characters = (text) => [...text].length;

  function tidy(value) {
    if (typeof value === "string") return oneLine(value);
    if (Array.isArray(value)) return value.map(tidy);
    return value && typeof value === "object" ? mapped(value, tidy) : value;
  }

  const mapped = (object, change) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
  const tidied = ({ sections = {}, ...rest }) => ({ ...tidy(rest), sections: mapped(sections, clean) });

  const isEmpty = (value) => value === undefined || value === null || value === "" || value.length === 0;

  // As macros/bodies.py makes an id of a heading.
  const LETTERS = { æ: "ae", ø: "oe", å: "aa", ä: "a", ö: "o", é: "e" };
  function slug(title) {
    const plain = title.toLowerCase().replace(/[æøåäöé]/g, (letter) => LETTERS[letter]);
    return plain.match(/[a-z0-9]+/g)?.join("-") ?? "section";
  }

  // As macros/drafts.py names a write-up: the day it is filed and the title, never longer than a path allows.
  function fileId(title, day) {
    const whole = slug(oneLine(title));
    const cut = whole.slice(0, rules.longestSlug);
    const atWord = cut.slice(0, Math.max(cut.lastIndexOf("-"), 0));
    return `${day}-${whole.length > cut.length ? atWord || cut : whole}`;
  }

  const today = () => new Date().toLocaleDateString("sv-SE");

  // Rules: the twin of record.py ---------------------------------------------------------------------------------

  const UNREADABLE = "…"; // what stands in a date field that is only half filled in
  const JINJA = /\{[{%#][^\n]*/;
  const HTML = /<[A-Za-z/!?]/;
  const ITEM = /^([a-z0-9]+(?:-[a-z0-9]+)*):(?:\s|$)/;

  // A fault: its key and values as Python's, and the place in the form (`at`).
  const fault = (key, field, values = {}, at = field) => ({ key, field, at, values: mapped(values, shown) });
  const shown = (value) => (Array.isArray(value) ? value.join(", ") : shorten(value)); // a list of ours stays whole

  function shorten(found) {
    const code = (one) => `\\u${one.codePointAt(0).toString(16).padStart(4, "0")}`;
    const text = String(found).replace(/[^\P{Z} ]|\p{C}/gu, code);
    return characters(text) > 60 ? `${[...text].slice(0, 59).join("")}…` : text;
  }

  function check(values) {
    const said = tidied(values);
    return [...fields(said), ...stageNeeds(said), ...order(said), ...numbers(said), ...accounts(said), ...consent(said),
      ...commitments(said), ...lengths(said)];
  }

  function* fields(said) {
    for (const one of questions) if (!isSection(one)) yield* field(one, said[one.name], one.name);
  }

  function* field(one, value, at) {
    if (isEmpty(value)) {
      if (one.required) yield fault("field-missing", at);
      return;
    }
    const checks = {
      line: text, paragraph: text, number: whole, date: day, moment,
      lines: several, choices: several, group: inside, list: items, choice: () => [], words: () => [],
    };
    yield* checks[one.kind](one, value, at);
  }

  function* text(one, value, at) {
    if (one.most && characters(value) > one.most) yield fault("too-long", at, { found: value, limit: one.most });
    else if (one.pattern && !one.pattern.test(value)) yield fault(one.fault, at, { found: value });
    for (const [key, form] of [["jinja-here", JINJA], ["raw-html", HTML]]) {
      const found = value.search(form);
      if (found >= 0) yield fault(key, at, { found: value.slice(found) });
    }
  }

  function* whole(one, value, at) {
    if (!/^-?[0-9]+$/.test(value)) return yield fault("not-number", at, { found: value });
    const least = Math.max(one.least ?? -Infinity, -rules.largest);
    const most = Math.min(one.most ?? Infinity, rules.largest);
    if (Number(value) < least) yield fault("out-of-range", at, { found: value, limit: least });
    if (Number(value) > most) yield fault("out-of-range", at, { found: value, limit: most });
  }

  function isDay(value) {
    const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) ?? [];
    const made = new Date(Date.UTC(year, month - 1, date));
    return Number(year) > 0 && made.getUTCMonth() === month - 1 && made.getUTCDate() === Number(date);
  }

  const isMoment = (value) => isDay(value.slice(0, 10)) && /^.{10}( ([01]\d|2[0-3]):[0-5]\d)?$/.test(value);

  function* day(one, value, at) {
    const form = /^\d{4}-\d\d-\d\d$/;
    if (!form.test(value)) yield fault("not-date", at, { found: value });
    else if (!isDay(value)) yield fault("no-such-day", at, { found: value });
  }

  function* moment(one, value, at) {
    const form = /^\d{4}-\d\d-\d\d( \d\d:\d\d)?$/;
    if (!form.test(value)) yield fault("not-moment", at, { found: value });
    else if (!isMoment(value)) yield fault("no-such-day", at, { found: value });
  }

  function* several(one, value, at) {
    for (const [i, item] of value.entries()) {
      if (one.kind === "lines") yield* text(one, item, `${at}.${i}`);
      if (value.indexOf(item) < i) yield fault("duplicate-id", `${at}.${i}`, { found: item });
    }
  }

  function* inside(one, value, at) {
    for (const part of one.inner) yield* field(part, value[part.name], `${at}.${part.name}`);
  }

  function* items(one, value, at) {
    const ids = value.map((item) => item.id);
    for (const [i, item] of value.entries()) {
      yield* inside(one, item, `${at}.${i}`);
      if (item.id && ids.indexOf(item.id) < i) yield fault("duplicate-id", `${at}.${i}.id`, { found: item.id });
    }
  }

  // What a closed record lacks for a reason that stands in its facts.
  const gaveNothing = (said) => said.remedies?.length === 1 && said.remedies[0] === "none";
  const isSome = (value) => Number(value) > 0;
  const mayLack = {
    accepted: (said) => ["no", "not-asked"].includes(said.confirmed_by_customer) || gaveNothing(said),
    delivered: gaveNothing,
    own_proposal: gaveNothing,
    cost: gaveNothing,
    value: gaveNothing,
    in_kind: gaveNothing,
    loss_money: (said) => !isEmpty(said.loss_hours) || !isEmpty(said.loss_other),
    currency: (said) => ![said.loss_money, said.cost, said.value].some(isSome),
    apology: (said) => said.responsibility === "no",
    confirmed_on: (said) => isEmpty(said.confirmed_by_customer) || said.confirmed_by_customer === "not-asked",
    staff_role: (said) => Boolean(said.no_staff_account),
    staff_read: (said) => Boolean(said.no_staff_account),
    "#customers-account": (said) => Boolean(said.no_customers_account),
    "#staff-account": (said) => Boolean(said.no_staff_account),
  };

  function isTold(said, section) {
    const items = said[rules.commitments[section]] ?? [];
    return !isEmpty(said.sections[section]) || items.some((item) => item.id && item.words);
  }

  function isSaid(said, name) {
    if (name[0] === "#") return isTold(said, name.slice(1));
    return rules.noneIsAnAnswer.includes(name) ? said[name] !== undefined : !isEmpty(said[name]);
  }

  function missing(said, stage) {
    const lacks = (rules.needed[stage] ?? []).filter((name) => !isSaid(said, name));
    return lacks.filter((name) => !(stage === "closed" && mayLack[name]?.(said)));
  }

  function* stageNeeds(said) {
    const stage = said.stage;
    for (const name of missing(said, stage)) {
      if (name[0] === "#") yield fault("section-missing", "", { found: headings[name.slice(1)], stage }, name);
      else if (!named[name].required) yield fault("stage-needs", name, { stage });
    }
  }

  const isTime = (value) => !isEmpty(value) && isMoment(value);

  // Where either is a day alone, only days are compared.
  function isBefore(second, first) {
    const length = Math.min(second.length, first.length);
    return second.slice(0, length) < first.slice(0, length);
  }

  function* order(said) {
    for (const chain of rules.chains) {
      const known = chain.filter((name) => isTime(said[name]));
      for (const [i, name] of known.entries()) {
        // The nearest first; beyond it too, for between two moments may stand a day, which is before neither
        const other = known.slice(0, i).reverse().find((before) => isBefore(said[name], said[before]));
        if (other) yield fault("before", name, { found: said[name], other, value: said[other] });
      }
    }
    for (const group of Object.values(rules.commitments)) {
      for (const [i, item] of (said[group] ?? []).entries()) {
        for (const name of ["due", "done"]) {
          const values = { found: item[name], other: "happened", value: said.happened };
          if (isTime(said.happened) && isTime(item[name]) && isBefore(item[name], said.happened))
            yield fault("before", `${group}.${i}.${name}`, values);
        }
      }
    }
    const { on, until } = said.consent ?? {};
    if (isTime(on) && isTime(until) && isBefore(until, on))
      yield fault("before", "consent.until", { found: until, other: "consent.on", value: on });
  }

  function* numbers(said) {
    const { affected, reported, remedies = [], legal_checked: checked = [], legal_found: found = [] } = said;
    if (Number(reported) > Number(affected)) yield fault("more-reported", "reported", { found: reported, affected });
    if (remedies.includes("none") && remedies.length > 1) yield fault("none-and-some", "remedies", { found: "none" });
    for (const [i, trigger] of found.entries()) {
      if (!checked.includes(trigger)) yield fault("found-unchecked", `legal_found.${i}`, { found: trigger });
    }
    const left = rules.triggers.filter((trigger) => !checked.includes(trigger));
    if (said.stage === "closed" && checked.length && left.length)
      yield fault("triggers-unchecked", "legal_checked", { missing: left });
  }

  function* accounts(said) {
    for (const [section, name] of Object.entries(rules.accounts)) {
      if (said[name] && isTold(said, section)) yield fault("account-told", name, { found: headings[section] });
    }
  }

  function* consent(said) {
    const { consent, affected } = said;
    const isPublic = said.audience === "public";
    const account = isTold(said, "customers-account");
    if (!consent) {
      if (isPublic && account && said.stage !== "closed")
        yield fault("public-without-consent", "consent");
      return;
    }
    const needs = { given: ["by_role", "on", "until"], "not-needed": ["why"] }[consent.kind] ?? [];
    for (const name of needs) {
      if (isEmpty(consent[name])) yield fault("consent-needs", `consent.${name}`, { found: consent.kind, needs: name });
    }
    if (consent.kind !== "not-needed") return;
    if (account) yield fault("consent-account", "consent.kind", { found: consent.kind });
    else if (isPublic && !(Number(affected) >= rules.fewest))
      yield fault("consent-few", "consent.kind", { found: isEmpty(affected) ? 0 : affected, limit: rules.fewest });
  }

  // Every promise and change has its words, and no list item of the section is words for one that is not there.
  function* commitments(said) {
    for (const [section, group] of Object.entries(rules.commitments)) {
      const items = (said[group] ?? []).filter((item) => item.id);
      const typed = listed(said.sections[section] ?? "").map((item) => item.match(ITEM)?.[1]).filter(Boolean);
      const names = [...typed, ...items.filter((item) => item.words).map((item) => item.id)];
      for (const [i, name] of names.entries()) {
        if (names.indexOf(name) < i) yield fault("duplicate-id", "", { found: name }, `#${section}`);
        if (!items.some((item) => item.id === name))
          yield fault("words-without-fact", group, { found: name }, `#${section}`);
      }
      for (const [i, item] of (said[group] ?? []).entries()) {
        if (item.id && !names.includes(item.id))
          yield fault("words-missing", group, { found: item.id }, `${group}.${i}.words`);
      }
    }
  }

  // As a file is refused before it is read.
  function* lengths(said) {
    const text = write(said);
    const size = new TextEncoder().encode(text).length;
    const first = "#what-happened";
    if (size > rules.largestFile) return yield fault("too-large", "", { found: size, limit: rules.largestFile }, first);
    if (text.split("\n").length > rules.mostLines)
      return yield fault("many-lines", "", { limit: rules.mostLines }, first);
    for (const [at, written] of [...head(said), ...told.sections.map((one) => [`#${one.id}`, body(said, one.id)])]) {
      const line = written.split("\n").find((one) => characters(one) > rules.longestLine);
      if (line) return yield fault("long-line", "", { found: characters(line), limit: rules.longestLine }, at);
    }
  }

  // Personal data --------------------------------------------------------------------------------------------------

  // Every text somebody types freely, with its place; and every id, which is made of one.
  function* texts(said) {
    const kinds = ["line", "paragraph", "lines", "words"];
    const free = (one) => (kinds.includes(one.kind) && !one.pattern) || one.name === "id";
    for (const one of questions) {
      const value = said[one.name];
      if (isSection(one)) yield [one.name, said.sections[one.name.slice(1)] ?? ""];
      else if (one.kind === "lines") for (const [i, line] of (value ?? []).entries()) yield [`${one.name}.${i}`, line];
      else if (free(one)) yield [one.name, value ?? ""];
      const groups = one.kind === "list" ? (value ?? []).map((item, i) => [`${one.name}.${i}`, item])
        : one.kind === "group" && value ? [[one.name, value]] : [];
      for (const [at, group] of groups) {
        for (const part of one.inner.filter(free)) yield [`${at}.${part.name}`, group[part.name] ?? ""];
      }
    }
  }

  const hits = (at, text) => window.Tillit.privacy[at.endsWith(".id") ? "findInId" : "find"](text, told.ours);

  // What is certain stops; what is not asks, and is answered with why it is none.
  function personal(values) {
    const said = tidied(values);
    const answered = new Set((said.not_personal ?? []).filter((one) => one.why).map((one) => one.found));
    const found = [];
    for (const [at, text] of texts(said)) {
      // What an id took over from its words is mended with them.
      if (at.endsWith(".id") && found.some((one) => one.at === at.replace(/id$/, "words"))) continue;
      for (const hit of hits(at, text)) {
        const kind = told.kinds[hit.kind] ?? hit.kind;
        if (hit.level === "error") found.push(fault("personal", at, { kind, found: hit.value }));
        else if (!answered.has(hit.value)) found.push(fault("personal-maybe", at, { kind, found: hit.value }));
      }
    }
    return found;
  }

  // The file -------------------------------------------------------------------------------------------------------

  const PLAIN = /^(?:\d{4}-\d\d-\d\d(?: \d\d:\d\d)?|[0-9]+|[a-z][a-z0-9]*(?:[-/][a-z0-9]+)*)$/;
  const OTHER_TO_YAML = ["yes", "no", "y", "n", "on", "off", "true", "false", "null"]; // to other readers than ours
  const scalar = (text) => (PLAIN.test(text) && !OTHER_TO_YAML.includes(text) ? text : JSON.stringify(text));
  const isFree = (one) => ["line", "paragraph", "lines"].includes(one.kind) && !one.pattern;
  const written = (one, value) => (isFree(one) ? JSON.stringify(value) : scalar(value));
  const isWritten = (value) => !isEmpty(value) && value !== UNREADABLE;

  function map(inner, value) {
    const pairs = inner.filter((one) => one.kind !== "words" && isWritten(value[one.name]));
    return `{${pairs.map((one) => `${one.name}: ${written(one, value[one.name])}`).join(", ")}}`;
  }

  function yaml(one, value) {
    if (one.kind === "group") return ` ${map(one.inner, value)}`;
    if (one.kind === "list" && value.length) return value.map((item) => `\n  - ${map(one.inner, item)}`).join("");
    if (Array.isArray(value)) return ` [${value.map((item) => written(one, item)).join(", ")}]`;
    return ` ${written(one, value)}`;
  }

  function head(said) {
    const isAnswered = ({ name }) => isWritten(said[name]) || (rules.noneIsAnAnswer.includes(name) && said[name]);
    const lines = inFile.filter(isAnswered).filter(({ name }) => name !== "audience" || said.audience === "public")
      .map((one) => [one.name, `${one.name}:${yaml(one, said[one.name])}`]);
    const silenced = (said.not_personal ?? []).filter((one) => one.why);
    const pairs = silenced.map((one) => `\n  - {found: ${JSON.stringify(one.found)}, why: ${JSON.stringify(one.why)}}`);
    if (silenced.length) lines.push(["not_personal", `not_personal:${pairs.join("")}`]);
    return [["born", `born: ${language}`], ...lines];
  }

  // A section's words: paragraphs and lists as typed, all else as the characters they are.
  function body(said, section) {
    const items = (said[rules.commitments[section]] ?? []).filter((item) => item.id && item.words);
    const list = items.map((item) => `- ${item.id}: ${inline(item.words)}`).join("\n");
    return [...blocks(said.sections[section] ?? "").map(markdown), list].filter(Boolean).join("\n\n");
  }

  function write(values) {
    const said = tidied(values);
    const sections = told.sections.map((one) => [one.heading, body(said, one.id)]).filter(([, text]) => text);
    const whole = sections.map(([heading, text]) => `\n## ${heading}\n\n${text}\n`).join("");
    return `---\n${head(said).map(([, line]) => line).join("\n")}\n---\n${whole}`;
  }

  const BULLET = /^[-*+•]\s+(?=\S)/;
  const NUMBERED = /^(\d{1,9})[.)]\s+(?=\S)/;

  // How many lines from here on are a list: marked ones, or some numbered 1, 2, 3. A line "3. februar …" is none.
  function run(lines, from, isOne) {
    let end = from;
    while (end < lines.length && isOne(lines[end], end - from)) end += 1;
    return end - from;
  }

  function listAt(lines, from) {
    const bullets = run(lines, from, (line) => BULLET.test(line));
    const numbers = run(lines, from, (line, i) => Number(NUMBERED.exec(line)?.[1]) === i + 1);
    return bullets ? { kind: "bullets", length: bullets } : numbers > 1 ? { kind: "numbers", length: numbers } : null;
  }

  function blocks(text) {
    const found = [];
    for (const chunk of text.split(/\n\s*\n/)) {
      const lines = chunk.split("\n").map((line) => line.trim()).filter(Boolean);
      for (let at = 0; at < lines.length; at += found.at(-1).lines.length) {
        const { kind, length } = listAt(lines, at)
          ?? { kind: "words", length: run(lines, at, (line, i) => !listAt(lines, at + i)) };
        found.push({ kind, lines: lines.slice(at, at + length) });
      }
    }
    return found;
  }

  const listed = (text) => blocks(text).filter((one) => one.kind !== "words")
    .flatMap((one) => one.lines.map((line) => line.replace(BULLET, "").replace(NUMBERED, "")));

  function markdown({ kind, lines }) {
    if (kind === "bullets") return lines.map((line) => `- ${escaped(line.replace(BULLET, ""))}`).join("\n");
    if (kind === "numbers")
      return lines.map((line, i) => `${i + 1}. ${escaped(line.replace(NUMBERED, ""))}`).join("\n");
    return lines.flatMap(sentences).map(escaped).join("\n");
  }

  // One sentence a line: what changes later is then easy to see.
  const SENTENCE = /(?<=\p{L}{2}[.!?…][«»”"’)]?) +(?=[\p{Lu}«»”"(])/u;
  const sentences = (line) => line.split(SENTENCE);

  const MARKDOWN = /[\\`*[~|]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|(?<=\{)[{%#]|<|&(?=#?\w+;)/gu;
  const ENTITIES = { "<": "&lt;", "&": "&amp;" };
  const inline = (line) => line.replace(MARKDOWN, (one) => ENTITIES[one] ?? `\\${one}`);
  const escaped = (line) => inline(line).replace(/^[#>=+-]/, "\\$&").replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
  const ESCAPE = /\\([!-/:-@[-`{-~])|&(amp|lt);/g;
  const unescaped = (line) => line.replace(ESCAPE, (whole, sign, entity) => sign ?? { amp: "&", lt: "<" }[entity]);

  // Opening one again ----------------------------------------------------------------------------------------------

  // The values of a file that `write` made. Throws at anything else it sees; the rest shows when it is written again.
  function parse(text) {
    const [, front, rest] = text.match(/^---\n(.*?\n)---\n(.*)$/s);
    const values = { sections: {} };
    let list;
    for (const line of front.split("\n").slice(0, -1)) {
      const [, name, value] = line.match(/^([a-z_]+):(?: (.+))?$/) ?? [];
      if (!name) list.push(flow(line.match(/^  - (\{.*\})$/)[1]));
      else if (!named[name] && !["born", "not_personal"].includes(name)) throw new Error(name);
      else values[name] = value === undefined ? (list = []) : flow(value);
    }
    for (const part of rest.split(/^## /m).slice(1)) {
      const [, heading, words] = part.match(/^([^\n]*)\n\n(.*?)\n*$/s);
      const { id } = told.sections.find((one) => one.heading === heading);
      values.sections[id] = withoutItems(words, values[rules.commitments[id]] ?? []);
    }
    const { born, ...facts } = values;
    return { born, values: facts };
  }

  // The words of promises stand in the last list of their section.
  function withoutItems(words, items) {
    const lines = words.split("\n");
    for (const item of [...items].reverse()) {
      if (!lines.at(-1)?.startsWith(`- ${item.id}: `)) continue;
      item.words = unescaped(lines.pop().slice(item.id.length + 4));
    }
    return lines.map(unescaped).join("\n").trim();
  }

  // YAML as `yaml` writes it: a word, a quoted text, [a, b] or {a: b}.
  function flow(text) {
    let at = 0;
    const take = (form) => {
      form.lastIndex = at;
      const [found] = form.exec(text);
      at += found.length;
      return found;
    };
    const until = (end, one) => {
      const found = [];
      for (at += 1; text[at] !== end; ) {
        if (found.length) take(/, /y);
        found.push(one());
      }
      at += 1;
      return found;
    };
    const pair = () => {
      const name = take(/[a-z_]+(?=: )/y);
      take(/: /y);
      return [name, value(/[^,}]+/y)];
    };
    const value = (plain) => {
      if (text[at] === '"') return JSON.parse(take(/"(?:[^"\\]|\\.)*"/y));
      if (text[at] === "[") return until("]", () => value(/[^,\]]+/y));
      if (text[at] === "{") return Object.fromEntries(until("}", pair));
      return take(plain);
    };
    const found = value(/.+/y);
    if (at !== text.length) throw new Error(text);
    return found;
  }

  const report = { check, personal, missing, write, parse, fileId, clean };
  window.Tillit = Object.assign(window.Tillit ?? {}, { report });

  // The form: reading and filling in ---------------------------------------------------------------------------------

  const control = (element) => element.querySelector("input, select, textarea");
  const boxes = (element) => [...element.querySelectorAll(".report__boxes input")];
  const itemsOf = (element) => [...element.querySelectorAll(".report__item")];
  const noneOf = (element) => element.querySelector("[data-none]");
  const half = (input) => (input.validity.badInput ? UNREADABLE : input.value);

  function read(element) {
    const { kind } = element.dataset;
    const inner = (root) => {
      const found = [...root.querySelectorAll("[data-inside]")].map((one) => [one.dataset.field, read(one)]);
      return Object.fromEntries(found.filter(([, value]) => !isEmpty(value)));
    };
    if (kind === "choices" || kind === "list") {
      const found = kind === "list" ? itemsOf(element).map(inner)
        : boxes(element).filter((box) => box.checked).map((box) => box.value);
      return found.length || noneOf(element)?.checked ? found : undefined;
    }
    if (kind === "group") {
      const found = inner(element);
      return Object.keys(found).length ? found : undefined;
    }
    if (kind === "lines") return control(element).value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (kind === "moment") {
      const [date, hour] = [...element.querySelectorAll("input")].map(half);
      return hour && date ? `${date} ${hour}` : date || (hour && UNREADABLE);
    }
    if (element.dataset.field === "stage") return element.querySelector(":checked").value;
    return kind === "date" ? half(control(element)) : control(element).value;
  }

  function fill(element, value) {
    const { kind, field: name } = element.dataset;
    const inner = (root, values = {}) =>
      root.querySelectorAll("[data-inside]").forEach((one) => fill(one, values[one.dataset.field]));
    if (kind === "choices") boxes(element).forEach((box) => { box.checked = Boolean(value?.includes(box.value)); });
    if (noneOf(element)) noneOf(element).checked = value?.length === 0;
    if (kind === "list") {
      itemsOf(element).forEach((item) => item.remove());
      for (const one of value ?? []) {
        const item = addItem(element);
        inner(item, one);
        nameItem(item);
      }
    } else if (kind === "group") inner(element, value);
    else if (kind === "moment") {
      const parts = (value ?? "").replace(UNREADABLE, "").split(" ");
      element.querySelectorAll("input").forEach((input, i) => { input.value = parts[i] ?? ""; });
    } else if (name === "stage") form.elements.stage.value = value ?? form.elements.stage[0].value;
    else if (kind === "lines") control(element).value = (value ?? []).join("\n");
    else if (name === "audience") control(element).value = value ?? "internal";
    else if (kind !== "choices") control(element).value = value === UNREADABLE ? "" : value ?? "";
  }

  let counter = 0;

  function addItem(element) {
    const item = element.querySelector("template").content.firstElementChild.cloneNode(true);
    const number = ++counter; // ids are never used twice in a page
    for (const name of ["id", "for", "aria-describedby"]) {
      item.querySelectorAll(`[${name}]`).forEach((one) =>
        one.setAttribute(name, one.getAttribute(name).replaceAll(`${element.id}-0-`, `${element.id}-${number}-`)));
    }
    element.querySelector(".report__items").append(item);
    if (noneOf(element)) noneOf(element).checked = false;
    numberItems(element);
    return item;
  }

  // The id of a promise, from its first words: nobody needs to think of one. One that nobody typed follows its words.
  const proposed = new WeakMap();

  function nameItem(item) {
    const [id, words] = ["id", "words"].map((name) => control(item.querySelector(`[data-field="${name}"]`)));
    const first = oneLine(words.value).split(" ").slice(0, 3).join(" ");
    const name = first && slug(first).slice(0, 60).replace(/-$/, "");
    if (!id.value || id.value === proposed.get(item)) id.value = name;
    proposed.set(item, name);
  }

  function numberItems(element) {
    const one = element.querySelector("template").content.querySelector("legend").textContent;
    itemsOf(element).forEach((item, i) => { item.querySelector("legend").textContent = `${one} ${i + 1}`; });
  }

  // The opened file's name, why what was asked about is not personal, and what was last taken out (or nothing typed).
  const state = { name: null, answers: {}, out: "" };

  function values() {
    const found = { sections: {} };
    for (const element of elements) {
      const { field: name } = element.dataset;
      const value = read(element);
      if (name[0] === "#") found.sections[name.slice(1)] = value;
      else if (!isEmpty(value) || (value && rules.noneIsAnAnswer.includes(name))) found[name] = value;
    }
    const why = Object.entries(state.answers).map(([of, because]) => ({ found: of, why: because }));
    const all = [...texts(tidied(found))].map(([, text]) => text);
    const silenced = why.filter((one) => all.some((text) => text.includes(one.found)));
    return silenced.length ? { ...found, not_personal: silenced } : found;
  }

  function fillAll(from) {
    for (const element of elements) {
      const { field: name } = element.dataset;
      fill(element, name[0] === "#" ? from.sections?.[name.slice(1)] : from[name]);
    }
    state.answers = Object.fromEntries((from.not_personal ?? []).map(({ found, why }) => [found, why]));
  }

  // What is open, and what can wait ----------------------------------------------------------------------------------

  const say = (form, said = {}) =>
    form.replace(/\{\{|\}\}|\{(\w+)\}/g, (whole, name) => (name ? said[name] ?? whole : whole[0]));
  const STAGES = rules.stages;
  const next = (stage) => STAGES[STAGES.indexOf(stage) + 1];

  function isOpen(name, stage) {
    const beside = rules.beside[name];
    const isNeeded = named[name].required || rules.needed[stage].includes(name);
    return isNeeded || (beside !== undefined && isOpen(beside, stage));
  }

  // Each field stands where its group shows what is needed now, or folded with what can wait; in its order.
  function arrange(stage) {
    for (const group of form.querySelectorAll(".report__group")) {
      const now = group.querySelector(".report__now");
      const later = group.querySelector(".report__later");
      for (const element of elements.filter((one) => group.contains(one)))
        (isOpen(element.dataset.field, stage) ? now : later.lastElementChild).append(element);
      later.hidden = !later.lastElementChild.childElementCount;
      group.classList.toggle("is-later", !now.childElementCount);
    }
    for (const element of elements) {
      const needed = named[element.dataset.field].required || rules.needed[stage].includes(element.dataset.field);
      control(element)?.toggleAttribute("data-needed", needed);
      if (!element.matches("fieldset")) control(element).ariaRequired = needed;
    }
  }

  const lower = (text) => text[0].toLowerCase() + text.slice(1);
  const upper = (text) => text[0].toUpperCase() + text.slice(1);

  function lacks(said, stage) {
    const always = questions.filter((one) => one.required && isEmpty(said[one.name])).map((one) => one.name);
    return [...new Set([...always, ...missing(said, stage)])];
  }

  function count(said) {
    const stage = said.stage;
    const now = lacks(said, stage);
    const after = next(stage);
    const then = after ? lacks(said, after).filter((name) => !now.includes(name)) : [];
    const line = (of, names) =>
      say(names.length ? words.todo : words.ready, { stage: told.stages[of], count: names.length });
    const lines = after ? [line(stage, now), ...(then.length ? [line(after, then)] : [])] : [line(stage, now)];
    form.querySelectorAll(".report__todo").forEach((one) => {
      one.textContent = lines.join(" ");
      one.classList.toggle("is-ready", !now.length);
    });
    for (const group of form.querySelectorAll(".report__group")) {
      const fold = group.querySelector(".report__later");
      const waiting = then.filter((name) => fold.querySelector(`[data-field="${CSS.escape(name)}"]`)).length;
      const form = after ? (waiting ? words["later-todo"] : words.later) : words.extra;
      const how = say(form, { count: waiting, stage: told.stages[after] });
      const title = group.querySelector("legend").textContent; // where all is folded, the fold carries the heading
      group.querySelector("summary").textContent = group.matches(".is-later") ? `${title}: ${lower(how)}` : how;
    }
  }

  // Faults, where they are ---------------------------------------------------------------------------------------------

  const topOf = (at) => elements.find((one) => one.dataset.field === at.split(".")[0]);

  function placeOf(at) {
    const [, ...rest] = at.split(".");
    const top = topOf(at);
    const around = top.dataset.kind === "list" ? itemsOf(top)[rest.shift()] : top;
    return (rest.length && around?.querySelector(`[data-field="${rest[0]}"]`)) || top;
  }

  function labelOf(path) {
    const [name, inner] = path.split(".");
    const one = named[name];
    return inner ? one.inner.find((part) => part.name === inner)?.label ?? one.label : one.label;
  }

  const valueWords = (name, value) => told.values[told.shared[name] ?? name]?.[value] ?? value;

  const LACKS = ["field-missing", "stage-needs", "section-missing", "words-missing", "consent-needs"];
  const isLack = ({ key }) => LACKS.includes(key);

  // What to do where an answer is missing: of fields and stages, as `tillit check` speaks of them, nobody here knows.
  function wanted(place) {
    const { lack } = words;
    const none = noneOf(place)?.closest("label").textContent.trim();
    if (none) return say(lack.none, { none });
    return { choice: lack.choice, choices: lack.choices }[place.dataset.kind] ?? lack.any;
  }

  // A fault in words: the same as `tillit check` says, with labels in place of the names of fields.
  function message({ key, field: at, values, at: where }) {
    if (isLack({ key })) return wanted(placeOf(where));
    const shown = { ...values };
    if (shown.stage) shown.stage = told.stages[shown.stage];
    if (shown.other) shown.other = labelOf(shown.other);
    if (shown.needs) shown.needs = labelOf(`consent.${shown.needs}`);
    if (key.startsWith("consent-") && key !== "consent-few") shown.found = valueWords("kind", shown.found);
    if (["none-and-some", "found-unchecked", "triggers-unchecked"].includes(key)) {
      const name = at.split(".")[0];
      for (const part of ["found", "missing"])
        shown[part] = shown[part]?.split(", ").map((one) => valueWords(name, one)).join(", ");
    }
    return upper(say(told.faults[key] ?? words[key], shown));
  }

  const touched = new Set(); // fields somebody has left; only they are told of what is wrong
  let tried = false; // to hand over: then every field is told

  const isPersonal = ({ key }) => key.startsWith("personal");

  function show(faults) {
    const shown = faults.filter((one) => tried || isPersonal(one) || (touched.has(topOf(one.at)) && !isLack(one)));
    const by = new Map();
    for (const one of shown) {
      const place = placeOf(one.at);
      by.set(place, [...(by.get(place) ?? []), message(one)]);
    }
    for (const element of form.querySelectorAll("[data-field]")) {
      const line = [...element.children].find((one) => one.matches(".report__fault"));
      const said = by.get(element) ?? [];
      if (line && [...line.children].map((one) => one.textContent).join("\n") !== said.join("\n"))
        line.replaceChildren(...said.map((one) => made("span", one)));
      if (element.matches("fieldset")) element.classList.toggle("is-wrong", said.length > 0);
      else element.querySelectorAll("input, select, textarea")
        .forEach((one) => { one.ariaInvalid = said.length ? true : null; });
    }
    return shown;
  }

  function list(faults) {
    const box = byId("report-faults");
    if (!faults.length) return box.replaceChildren();
    const lines = faults.map((one) => `${labelOf(one.at)}: ${message(one)}`);
    const shown = [...box.querySelectorAll("a")].map((link) => link.textContent);
    if (lines.join("\n") === shown.join("\n")) return; // a link that is being pressed stays
    const items = faults.map((one, i) => {
      const link = made("a", lines[i], { href: `#${placeOf(one.at).id || control(placeOf(one.at)).id}` });
      link.addEventListener("click", (event) => { event.preventDefault(); focus(one.at); });
      return made("li", link);
    });
    box.replaceChildren(made("p", say(words.faults, { count: faults.length })), made("ul", ...items));
  }

  function focus(at) {
    const place = placeOf(at);
    for (let one = place.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    (place.matches("fieldset") ? place : control(place)).focus();
    place.scrollIntoView({ block: "center" });
  }

  function made(name, ...rest) {
    const last = rest.at(-1);
    const attributes = last && typeof last === "object" && !(last instanceof Node) ? rest.pop() : {};
    const element = Object.assign(document.createElement(name), attributes);
    element.append(...rest);
    return element;
  }

  // What is uncertain asks: is it personal data or not, and why not?
  function ask(faults) {
    const doubts = [...new Set(faults.filter((one) => one.key === "personal-maybe").map((one) => one.values.found))];
    const asked = [...new Set([...doubts, ...(values().not_personal ?? []).map((one) => one.found)])];
    const box = byId("report-doubts");
    if ([...box.querySelectorAll("input")].map((one) => one.name).join("\n") === asked.join("\n")) return;
    box.replaceChildren(...asked.map((found, i) => {
      const id = `report-doubt-${i}`;
      const input = made("input", { id, name: found, type: "text", maxLength: 300, value: state.answers[found] ?? "" });
      input.addEventListener("input", () => { state.answers[found] = input.value; });
      const label = made("label", say(words["not-personal"], { found }), { htmlFor: id, className: "report__label" });
      return made("div", label, input, { className: "report__field" });
    }));
  }

  // While somebody writes ----------------------------------------------------------------------------------------------

  const KEPT = `tillit.report.${language}`; // of this tab, gone with it

  function keep(said) {
    try {
      const isOut = JSON.stringify(said) === state.out;
      sessionStorage.setItem(KEPT, JSON.stringify({ values: said, name: state.name, isOut }));
      return "";
    } catch {
      return words["not-kept"];
    }
  }

  function restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT));
      state.name = kept?.name ?? null;
      fillAll(kept?.values ?? {});
      if (kept?.isOut) isOutside(values());
    } catch {
      fillAll({});
    }
  }

  // What is in a file already, and an empty form, may be left without a question.
  const isOutside = (said) => { state.out = JSON.stringify(said); };

  const isUnsaved = () => JSON.stringify(values()) !== state.out;

  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved()) event.preventDefault();
  });

  const canFindPersonal = () => typeof window.Tillit.privacy?.find === "function";

  // In the order of the page.
  function faultsOf(said) {
    const place = (one) => elements.indexOf(topOf(one.at));
    return [...check(said), ...(canFindPersonal() ? personal(said) : [])].sort((a, b) => place(a) - place(b));
  }

  function refresh() {
    const said = values();
    const kept = keep(said);
    if (byId("report-kept").textContent !== kept) byId("report-kept").textContent = kept;
    count(tidied(said));
    const faults = faultsOf(said);
    show(faults);
    ask(faults);
    if (tried) list(faults);
    return { said, faults };
  }

  form.addEventListener("input", (event) => {
    if (event.target.name === "stage") arrange(form.elements.stage.value);
    const element = event.target.closest("[data-field]");
    const none = element && noneOf(element);
    if (none && event.target.checked) // "none" and some cannot stand together
      for (const box of event.target === none ? boxes(element) : [none]) box.checked = false;
    const words = event.target.closest('[data-field="words"]');
    if (words) nameItem(words.closest(".report__item"));
    byId("report-done").hidden = true;
    refresh();
  });

  form.addEventListener("focusout", (event) => {
    const element = event.target.closest("[data-field]:not([data-inside])");
    if (!element) return;
    if (element.contains(event.relatedTarget) && element.matches("fieldset")) return;
    touched.add(element);
    refresh();
  });

  // Enter in a field is no wish to hand over.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input:not([type='file'])")) event.preventDefault();
  });

  form.addEventListener("click", (event) => {
    const element = event.target.closest('[data-kind="list"]');
    if (event.target.matches(".report__add")) {
      control(addItem(element)).focus();
      refresh();
    }
    if (event.target.matches(".report__remove")) {
      event.target.closest(".report__item").remove();
      numberItems(element);
      element.querySelector(".report__add").focus();
      refresh();
    }
  });

  const status = (text) => { byId("report-status").textContent = text; };

  byId("report-again").addEventListener("click", () => {
    if (!confirm(words["begin-again"])) return;
    sessionStorage.removeItem(KEPT);
    Object.assign(state, { name: null, answers: {} });
    begin({});
    isOutside(values());
    sessionStorage.removeItem(KEPT);
    byId("report-kept").textContent = words["begun-again"];
  });

  function begin(from) {
    tried = false;
    touched.clear();
    fillAll(from);
    arrange(form.elements.stage.value);
    byId("report-done").hidden = true;
    list([]);
    status("");
    refresh();
  }

  // Opening, and handing over --------------------------------------------------------------------------------------------

  const FILE = /^(\d{4}-\d\d-\d\d-[a-z0-9-]+?)(?: ?\(\d+\))?\.([a-z]{2})\.md$/; // a second copy is called "… (1)"

  async function openFile(file) {
    const before = values();
    const tell = (form, language = "") => {
      byId("report-kept").textContent = say(form, { name: file.name, role: told.owner.role, language });
    };
    try {
      if (file.size > rules.largestFile) throw new Error(file.size);
      const source = (await file.text()).replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
      const { born, values: found } = parse(source);
      if (born !== language) return tell(words["other-language"], told.languages[born] ?? born);
      if (isUnsaved() && !confirm(say(words["open-over"], { name: file.name }))) return;
      begin(found);
      if (write(values()) !== source) throw new Error(file.name);
      state.name = FILE.exec(file.name)?.[1] ?? null;
      isOutside(values());
      refresh();
      tell(words.opened);
    } catch {
      begin(before);
      tell(words["not-ours"]);
    }
  }

  byId("report-file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) await openFile(file);
    event.target.value = ""; // the same file may be chosen again
  });

  const nameOf = (said) => `${state.name ?? fileId(said.title ?? "", today())}.${language}.md`;

  function download(name, text, said) {
    const url = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
    made("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    isOutside(said);
    keep(said);
  }

  // Nothing leaves while it holds what is certainly personal data, or what nobody has answered for.
  function stopped(faults) {
    tried = true;
    show(faults);
    list(faults);
    ask(faults);
    byId("report-done").hidden = true;
    if (faults.length) focus(faults[0].at);
    return faults.length > 0;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!canFindPersonal()) return status(words["no-privacy"]);
    const { said, faults } = refresh();
    if (stopped(faults)) return status("");
    const [name, text] = [nameOf(said), write(said)];
    download(name, text, said);
    handedOver(said, name, text);
  });

  byId("report-draft").addEventListener("click", () => {
    if (!canFindPersonal()) return status(words["no-privacy"]);
    const { said, faults } = refresh();
    if (stopped(faults.filter(isPersonal))) return status("");
    tried = false;
    refresh();
    const name = nameOf(said);
    download(name, write(said), said);
    status(say(words["draft-ready"], { name }));
  });

  // Notes on what a file does not hold as it was typed.
  function notes(said) {
    const items = Object.values(rules.commitments).flatMap((group) => said[group] ?? []);
    const typed = [...Object.values(said.sections), ...items.map((one) => one.words ?? "")];
    const all = JSON.stringify(said).replace(/\\n/g, "");
    return [
      ...(typed.some((text) => /^#{1,6} |`|\]\(|<[A-Za-z/!]|\{[{%]/m.test(text)) ? [words.plain] : []),
      ...(all.search(INVISIBLE) >= 0 ? [words.hidden] : []),
    ];
  }

  function handedOver(said, name, text) {
    const { done } = words;
    const { role, email } = told.owner;
    const subject = say(words["mail-subject"], { title: oneLine(said.title) });
    const letter = say(words["mail-body"], { name }).replace(/\n/g, "\r\n");
    const mail = `mailto:${email}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(letter)}`;
    const copied = made("span", { role: "status", className: "report__copied" });
    const copy = made("button", done.copy, { type: "button", className: "tool__button" });
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        copied.textContent = done.copied;
      } catch {
        copied.textContent = done["copy-failed"];
      }
    });
    byId("report-done").replaceChildren(
      made("h2", done.title),
      made("p", say(done.file, { name })),
      ...notes(said).map((note) => made("p", note)),
      made("p", say(done.send, { role, email })),
      made("p", made("a", done.mail, { href: mail, className: "tool__button tool__button--first" }), " ", copy, " ",
        copied),
      made("p", done.attach),
      made("p", say(done.next, { role })),
      ...left(said),
    );
    byId("report-done").hidden = false;
    byId("report-done").focus();
    status("");
  }

  // What the next stage will ask; what comes after that can wait longer still.
  function left(said) {
    const { done } = words;
    const after = next(said.stage);
    if (!after) return [made("p", done.nothing)];
    const stage = told.stages[after];
    const labels = missing(tidied(said), after).map(labelOf);
    if (!labels.length) return [made("p", say(words.ready, { stage }))];
    return [made("p", say(done.still, { stage })), made("ul", ...labels.map((one) => made("li", one)))];
  }

  fillAll({});
  isOutside(values());
  restore();
  form.hidden = false;
  arrange(form.elements.stage.value);
  refresh();
})();
