// What a colleague is asked for in a field: in the words of the page, for a text in the customer's language.
//
//     Tillit.field(books, told, name, language, isNamed)  →  {type, label, help, example}
//
// `told` holds the page's language and what it calls the others. Words that the customer reads as they stand are asked
// for in that language, which the label then names; with `isNamed` it names the page's own, too.
(() => {
  "use strict";

  function field(books, told, name, language, isNamed = false) {
    const theirs = books[language].fields[name] ?? { type: "text", label: name, help: {}, example: "" };
    const page = books[told.language], ours = page?.fields[name] ?? theirs;
    const isAbroad = theirs.type === "text" && theirs.example !== ours.example;
    const values = { field: ours.label, language: told.languages[language] };
    const label = page && (isAbroad || isNamed) ? page["in-language"].replace(/\{(\w+)\}/g, (_, key) => values[key]) : ours.label;
    return { type: theirs.type, label, help: ours.help[language] ?? "", example: theirs.example };
  }

  const Tillit = (globalThis.Tillit ??= {});
  Tillit.field = field;
})();
