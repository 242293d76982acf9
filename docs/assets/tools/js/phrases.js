// Says what an apology holds and what spoils it, while it is written: the twin of phrases.py, tone.py and advice.py.
// The rules come compiled from there. Both are held to the cases in tests/cases/apology/. The text stays in the browser.
//
//     const checker = Tillit.phrases.checker(rules)
//     checker(text)  →  {components: {regret: "…" or null, …}, flaws: [{code, finer, start, end, text, better, sounds}]}
//
// Places are code points of the text in NFC.
(() => {
  "use strict";

  const NUMBER = "#", FIELD = "{}", SMILEY = "☺";
  const ENDS = ".!?\u2026", CLOSING = "\"'\u2019)»”“", OPENING = "\"'\u2018(»«”“„";
  const COMPONENTS = ["restore-value", "responsibility", "explanation", "solution", "regret"];
  const REGRET = "regret", RESPONSIBILITY = "responsibility", NOBODY = "nobody";
  const NO_APOLOGY = "no-apology", CONDITIONAL = "conditional", FEWEST_WORDS = 12, GREETING = 4;
  const LONGEST_SENTENCE = 200, LARGEST = 100000;
  const PILE = /\p{M}{31}/u;

  const has = (signs, sign) => signs.includes(sign);
  const holds = (text, signs) => text.some((sign) => has(signs, sign));

  // Text -------------------------------------------------------------------------------------------------------------

  // In NFC, up to the first letter with more marks than any script has use for.
  function normal(text) {
    const pile = text.search(PILE);
    return (pile < 0 ? text : text.slice(0, pile)).normalize("NFC");
  }

  // Tokens and sentences. `chars` holds a code point an entry, so that places are the same as in Python.
  function read(text, token, abbreviations) {
    const chars = Array.from(normal(text)).slice(0, LARGEST);
    const source = chars.join("");
    const tokens = [];
    let at = 0, point = 0; // the same place, in units and in code points
    for (const match of source.matchAll(token)) {
      for (; at < match.index; point++) at += chars[point].length;
      const start = point;
      for (const stop = match.index + match[0].length; at < stop; point++) at += chars[point].length;
      const raw = match[0];
      const key = match[3] ? raw.toLowerCase().replaceAll("\u2019", "'")
        : match[1] ? FIELD : match[2] ? NUMBER : match[4] ? SMILEY : raw;
      tokens.push({ key, raw, start, end: point });
    }
    const sentences = [];
    let first = 0;
    tokens.forEach((one, i) => {
      const isLong = i + 1 - first === LONGEST_SENTENCE;
      if (i + 1 < tokens.length && !isLong && !ends(chars, one, tokens[i + 1], abbreviations)) return;
      sentences.push(span(chars, tokens, first, i + 1));
      first = i + 1;
    });
    return { chars, tokens, sentences, words: (start, end) => chars.slice(start, end).join("") };
  }

  function span(chars, tokens, first, last) {
    let { start } = tokens[first], { end } = tokens[last - 1];
    while (start && has(OPENING, chars[start - 1])) start--;
    while (end < chars.length && has(ENDS + CLOSING, chars[end])) end++;
    return { first, last, start, end };
  }

  function ends(chars, token, after, abbreviations) {
    const between = chars.slice(token.end, after.start);
    const joined = between.join("");
    if (joined === "" || joined === " " || joined === ", ") return false;
    const head = Array.from(after.raw)[0];
    const capital = head !== head.toLowerCase();
    const lines = between.filter((sign) => sign === "\n").length;
    if (lines) return lines > 1 || capital || after.key === NUMBER || after.key === FIELD || holds(between, ENDS + "-*•");
    const bare = [...between];
    while (bare.length && has(OPENING, bare.at(-1))) bare.pop();
    const marks = [...bare];
    while (marks.length && has(" \t\u00a0", marks.at(-1))) marks.pop();
    if (marks.length === bare.length || !holds(marks, ENDS)) return false;
    if (has(marks, "!") || has(marks, "?")) return true;
    const dots = has(marks, "\u2026") || marks.join("").includes("..");
    return dots || token.key === NUMBER || abbreviations.has(token.key) ? capital : true;
  }

  // Patterns ---------------------------------------------------------------------------------------------------------

  const starts = (word, list) => list.some((letters) => word.startsWith(letters));
  const stops = (word, list) => list.some((letters) => word.endsWith(letters));

  function fits(element, token) {
    const words = element.words;
    if (words && (words.has(token.key) || words.has(`=${token.raw}`))) return true;
    return !!(element.starts && starts(token.key, element.starts)) || !!(element.ends && stops(token.key, element.ends));
  }

  // Every place where a match that begins at `start` can end; all ways are followed side by side.
  function endsOf(pattern, tokens, sentence, start) {
    const stop = sentence.last, [head, ...rest] = pattern.elements;
    if (start >= stop || !fits(head, tokens[start]) || (pattern.first && start !== sentence.first)) return new Set();
    let places = new Set([start + 1]);
    for (const element of rest) {
      const next = new Set(element.optional ? places : []);
      for (const i of places) {
        if (element.gap) for (let skip = 0; skip <= Math.min(element.gap, stop - i); skip++) next.add(i + skip);
        else if (i < stop && fits(element, tokens[i])) next.add(i + 1);
      }
      places = next;
      if (!places.size) break;
    }
    return pattern.last ? new Set([...places].filter((i) => i === stop)) : places;
  }

  const reach = (pattern) => pattern.elements.reduce((sum, one) => sum + (one.gap ?? 1), 0);

  // Whether something in the sentence says that the rule does not count in it.
  function isOff(rule, tokens, sentence) {
    for (let i = sentence.first; i < sentence.last; i++) {
      if (rule.unless?.some((one) => endsOf(one, tokens, sentence, i).size)) return true;
    }
    return false;
  }

  // Whether what stands right before or behind a match says that it does not count.
  function isOffHere(rule, tokens, sentence, first, last) {
    if (rule.not_after?.some((one) => endsOf(one, tokens, sentence, last).size)) return true;
    for (const one of rule.not_before ?? []) {
      for (let i = Math.max(sentence.first, first - reach(one)); i < first; i++) {
        if (endsOf(one, tokens, sentence, i).has(first)) return true;
      }
    }
    return false;
  }

  // Where to begin: patterns by the first word, by the first letters of it, and those that begin any way.
  function index(rules) {
    const exact = new Map(), starting = new Map(), others = [];
    const put = (map, key, one) => map.set(key, [...(map.get(key) ?? []), one]);
    rules.forEach((rule, number) => {
      for (const [order, pattern] of rule.match.entries()) {
        const one = { number, order, rule, pattern }, head = pattern.elements[0];
        for (const word of head.words ?? []) put(exact, word, one);
        for (const letters of head.starts ?? []) put(starting, letters, one);
        if (head.ends) others.push(one);
      }
    });
    const lengths = [...new Set([...starting.keys()].map((letters) => letters.length))].sort((a, b) => a - b);
    return { exact, starting, others, lengths };
  }

  function find(text, places) {
    const { exact, starting, others, lengths } = places;
    const found = [];
    for (const sentence of text.sentences) {
      const off = new Map(); // rule → whether something in this sentence says that it does not count
      for (let i = sentence.first; i < sentence.last; i++) {
        const token = text.tokens[i];
        const begun = [...(exact.get(token.key) ?? []), ...(exact.get(`=${token.raw}`) ?? []), ...others];
        for (const length of lengths) {
          if (length > token.key.length) break;
          begun.push(...(starting.get(token.key.slice(0, length)) ?? []));
        }
        if (begun.length) found.push(...hits(text, sentence, i, begun, off));
      }
    }
    return found;
  }

  function hits(text, sentence, first, begun, off) {
    const seen = new Set(), found = [];
    for (const { number, rule, pattern } of begun.sort((a, b) => a.number - b.number || a.order - b.order)) {
      if (seen.has(number)) continue;
      const all = endsOf(pattern, text.tokens, sentence, first);
      if (!all.size) continue;
      const last = Math.min(...all);
      if (isOffHere(rule, text.tokens, sentence, first, last)) continue;
      if (!off.has(number)) off.set(number, isOff(rule, text.tokens, sentence));
      if (off.get(number)) continue;
      seen.add(number);
      const start = text.tokens[first].start, end = text.tokens[last - 1].end;
      found.push({ rule, first, last, start, end, sentence });
    }
    return found;
  }

  // Tone -------------------------------------------------------------------------------------------------------------

  const SHORTEST = 3, LONGEST = 5, EMPTY = 2, RULE = 2, MOST_WORDS = 20000;

  // The weights of a language; unpacked when they are asked for, since most of them never are.
  function toneOf(source) {
    if (!source) return null;
    const every = source.split("\n").filter(Boolean).map((line) => line.split("\t"));
    if (every[0].length === 1) every.shift(); // what the file says of itself
    const [codes, firm, eager, agree] = every.splice(0, 4).map(([, said], i) => (i ? Number(said) : said.split(" ")));
    const lines = new Map(every);
    const unpacked = new Map(), words = new Map();

    function weights(name) {
      const packed = lines.get(name);
      if (packed === undefined) return [];
      if (!unpacked.has(name)) {
        const pairs = [...packed.matchAll(/([a-z])(-?[0-9]+)/g)];
        unpacked.set(name, pairs.map(([, letter, n]) => [letter.charCodeAt(0) - 97, Number(n)]));
      }
      return unpacked.get(name);
    }

    const add = (sums, found, times = 1) => { for (const [i, n] of found) sums[i] += times * n; };
    const none = () => codes.map(() => 0);

    // What a word weighs with its letters.
    function weigh(word) {
      if (words.has(word)) return words.get(word);
      const sums = none();
      add(sums, weights(word));
      if (word.length >= SHORTEST) {
        const closed = `_${word}_`;
        for (let length = SHORTEST; length <= LONGEST; length++) {
          for (let i = 0; i + length <= closed.length; i++) add(sums, weights(`~${closed.slice(i, i + length)}`));
        }
      }
      const made = [...sums.entries()].filter(([, n]) => n);
      if (words.size >= MOST_WORDS) words.clear();
      words.set(word, made);
      return made;
    }

    // How much a sentence sounds like each code.
    function sums(spoken, rules) {
      const found = none(), fixed = none();
      let before = "^";
      for (const word of spoken) {
        add(found, weigh(word));
        add(found, weights(`${before} ${word}`));
        before = word;
      }
      add(found, weights(`${before} $`));
      add(fixed, weights("*"));
      for (const rule of rules) add(fixed, weights(`=${rule}`), RULE);
      const root = Math.sqrt(spoken.length + EMPTY);
      return found.map((n, i) => n / root + fixed[i]);
    }

    // The codes that each sentence sounds like: less is asked where a rule says the same, and in company.
    function heard(sentences) {
      const all = sentences.map(({ spoken, rules }) => ({ rules, found: sums(spoken, rules) }));
      const above = (bound) => all.map(({ rules, found }) => new Set(
        codes.filter((code, i) => found[i] > (rules.has(code) ? Math.min(bound, agree) : bound))));
      const sure = above(firm);
      return sure.some((one) => one.size) ? above(eager) : sure;
    }

    return { codes: new Set(codes), heard };
  }

  // The flaws that rules found and the tone agrees with, and those it hears where no rule was found: also one that does
  // not count in this message knows better what is harmless.
  function agreed(bad, found, text, { tone, better }) {
    const flaw = (code, start, end, more) => ({
      code, finer: "", start, end, text: text.words(start, end), better: better[code] || "", sounds: false, ...more,
    });
    const told = bad.map(({ rule, start, end, sentence }) => ({ sentence, one: flaw(rule.name, start, end, {
      finer: rule.finer ?? "", better: rule.better || better[rule.name] || "",
    }) }));
    if (!tone) return told.map(({ one }) => one);
    const everywhere = found.some(({ rule }) => rule.name === RESPONSIBILITY) ? [] : [NOBODY];
    const rules = new Map(text.sentences.map((sentence) => [sentence, new Set(everywhere)]));
    for (const { rule, sentence } of found) rules.get(sentence).add(rule.name);
    const heard = tone.heard(text.sentences.map((sentence) => ({
      spoken: text.tokens.slice(sentence.first, sentence.last).map(({ key }) => key), rules: rules.get(sentence),
    })));
    const flaws = [];
    text.sentences.forEach((sentence, i) => {
      const here = told.filter((one) => one.sentence === sentence).map(({ one }) => one);
      flaws.push(...here.filter(({ code }) => !tone.codes.has(code) || heard[i].has(code)));
      for (const code of heard[i]) {
        if (!rules.get(sentence).has(code)) flaws.push(flaw(code, sentence.start, sentence.end, { sounds: true }));
      }
    });
    return flaws;
  }

  // Advice -----------------------------------------------------------------------------------------------------------

  // Of hits of one code that share words, the widest; of equals, the first rule's.
  function widest(found) {
    const kept = [], taken = new Set(); // the words of each code
    for (const hit of [...found].sort((a, b) => (a.first - a.last) - (b.first - b.last) || a.first - b.first)) {
      const words = [];
      for (let i = hit.first; i < hit.last; i++) words.push(`${hit.rule.name} ${i}`);
      if (words.some((one) => taken.has(one))) continue;
      for (const one of words) taken.add(one);
      kept.push(hit);
    }
    return kept;
  }

  function advise(source, rules) {
    const text = read(source, rules.token, rules.abbreviations);
    const found = find(text, rules.index);
    const components = Object.fromEntries(COMPONENTS.map((name) => [name, null]));
    for (const { rule, sentence } of found) {
      if (rule.name in components) components[rule.name] ??= text.words(sentence.start, sentence.end);
    }
    const bad = found.filter(({ rule }) => !(rule.name in components) && !components[rule.without]);
    const flaws = agreed(widest(bad), found, text, rules);
    // An apology that hangs on an if is told as that.
    const isTold = flaws.some((one) => one.code === NO_APOLOGY || one.code === CONDITIONAL);
    if (components[REGRET] === null && text.tokens.length >= FEWEST_WORDS && !isTold) {
      const { start, end } = text.sentences.find((one) => one.last - one.first > GREETING) ?? text.sentences[0];
      const better = rules.better[NO_APOLOGY] ?? "";
      flaws.push({ code: NO_APOLOGY, finer: "", start, end, text: text.words(start, end), better, sounds: false });
    }
    const order = (a, b) => a.start - b.start || a.end - b.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
    return { components, flaws: flaws.sort(order) };
  }

  // A checker from what macros/phrases.py compiled for a language.
  function checker(data) {
    const quick = (pattern) => ({
      ...pattern, elements: pattern.elements.map((one) => (one.words ? { ...one, words: new Set(one.words) } : one)),
    });
    const groups = ["match", "unless", "not_before", "not_after"];
    const ready = (rule) => Object.fromEntries(
      Object.entries(rule).map(([name, value]) => [name, groups.includes(name) ? value.map(quick) : value]));
    const rules = data.rules.map(ready);
    const all = {
      token: new RegExp(data.token, "gu"), abbreviations: new Set(data.abbreviations),
      better: data.better, index: index(rules), tone: toneOf(data.tone),
    };
    return (text) => advise(text, all);
  }

  const Tillit = (globalThis.Tillit ??= {});
  Tillit.phrases = { checker };
})();
