// Between the search field and Material's own worker, whose file the fragment names: what somebody types, as lunr must
// be asked for it. Material takes each word for the beginning of a longer one, and each longer word it finds counts: so
// "til" would outweigh every noun beside it. Here small words are left out, the others are asked for by their stem, and
// all words in a row as search.py puts a page's everyday words into the index.
"use strict";
{
  const SETUP = 0, QUERY = 2; // of Material's messages
  const ROW = "^100"; // words in the order of a page's own count more than the same words apart
  let config;
  let asked = new Map(); // each word by what lunr is asked for

  const ours = () => self.lunr[config.lang[0]] ?? self.lunr;
  const isSmall = (word) => !ours().stopWordFilter(word);

  function stem(word) {
    const found = ours().stemmer(new self.lunr.Token(word)).toString();
    return found.length > 3 && word.startsWith(found) ? found : word; // "for" is no stem of "forlig"
  }

  function clauses(query) {
    const words = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    if (!words.length) return ""; // as on every page that opens: nothing is asked for
    const telling = words.filter((word) => word.length > 2 && !isSmall(word));
    asked = new Map((telling.length ? telling : words.slice(-1)).map((word) => [stem(word), word]));
    return [...asked.keys(), `_${words.join("_")}*${ROW}`].join(" "); // Material ends what has no weight with a "*"
  }

  // What a result says it lacks is a word as typed.
  const told = (terms) => Object.entries(terms)
    .filter(([one]) => asked.has(one))
    .map(([one, isFound]) => [isFound ? one : asked.get(one), isFound]);

  self.addEventListener("message", ({ data: message }) => {
    if (message.type === SETUP) config = message.data.config;
    if (message.type === QUERY) message.data = clauses(message.data);
  });

  const answer = self.postMessage.bind(self);
  self.postMessage = (message) => {
    for (const item of message.data?.items?.flat() ?? []) item.terms = Object.fromEntries(told(item.terms));
    answer(message);
  };

  importScripts(location.hash.slice(1));
}
