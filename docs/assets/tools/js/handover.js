// The ways out of the browser: a letter as text, a mail that the mail program opens, a file.
(() => {
  "use strict";

  const LONGEST_ADDRESS = 1900; // characters of a mailto: that every mail program takes whole
  const crlf = (text) => text.replaceAll("\n", "\r\n");

  // The address that opens a mail; null when its words are too many to come along.
  function mailto(subject, body) {
    const address = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(crlf(body))}`;
    return address.length <= LONGEST_ADDRESS ? address : null;
  }

  const mailWithout = (subject) => `mailto:?subject=${encodeURIComponent(subject)}`;

  function follow(address, name) {
    const link = document.createElement("a");
    link.href = address;
    if (name) link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
  }

  function download(name, text) {
    const address = URL.createObjectURL(new Blob([crlf(text), "\r\n"], { type: "text/plain;charset=utf-8" }));
    follow(address, name);
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  // Letters --------------------------------------------------------------------------------------------------------------

  const same = (words) => words.replace(/[\s.,!]+/g, " ").trim();

  // The parts of an e-mail as those of a letter: its own greeting, and the closing left to the foot of the page.
  function asLetter(parts, letter) {
    const made = parts.map((part) => ({ ...part }));
    const shown = made.filter((part) => !part.out && !part.single), first = shown[0], last = shown.at(-1);
    if (!first) return made;
    const [hello, ...rest] = first.text.split("\n\n");
    if (same(hello) === same(letter.greeting.email)) first.text = [letter.greeting.letter, ...rest].join("\n\n");
    const blocks = last.text.split("\n\n");
    const isEnd = (words) => [same(letter.closing), "{sender_name}", ""].includes(same(words));
    while (blocks.length && isEnd(blocks.at(-1))) blocks.pop();
    last.text = blocks.join("\n\n");
    for (const part of made) part.original = part.text;
    return made.filter((part) => part.text || part.out);
  }

  // The last line of an address without what stands for the post: "0000 Aarhus C" is "Aarhus C".
  const townOf = (address) => (address.at(-1) ?? "").replace(/^[\d\s-]+/, "");

  const Tillit = (globalThis.Tillit ??= {});
  Tillit.handover = { mailto, mailWithout, follow, download, asLetter, townOf };
})();
