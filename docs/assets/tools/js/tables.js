// A table as a spreadsheet saved it: bytes to rows, and rows to lines that no spreadsheet will run.
// The twin of macros/tables.py; both are held to the cases in tests/cases/letters/. Papa Parse reads the CSV.
//
//     Tillit.tables.read(bytes)  →  {header, rows: [[number, cells], …], delimiter, notes} or throws Unreadable
(() => {
  "use strict";

  const LARGEST_FILE = 20 * 1024 * 1024, MOST_ROWS = 50000, MOST_COLUMNS = 200;
  const DELIMITERS = [";", ",", "\t"], SAMPLE = 65536, SAMPLE_ROWS = 20;
  const BLANK = /^[ \t\n\r\u00a0]+|(?<![ \t\n\r\u00a0])[ \t\n\r\u00a0]+$/g; // a run is looked at once, from its beginning
  const FORMULA = "=+-@\t\r\n";
  const WORKBOOKS = [[0x50, 0x4b, 3, 4], [0xd0, 0xcf, 0x11, 0xe0]];

  // A file that is no table; `key` names the words.
  class Unreadable extends Error {
    constructor(key, values = {}) {
      super(key);
      this.key = key;
      this.values = values;
    }
  }

  const trim = (cell) => cell.replace(BLANK, "");
  const isFilled = (cell) => trim(cell) !== "";

  function read(bytes) {
    const { text, notes } = decode(bytes);
    const { records, delimiter } = cut(text);
    const filled = records.map((cells, i) => [i + 1, cells]).filter(([, cells]) => cells.some(isFilled));
    if (!filled.length) throw new Unreadable("empty");
    const header = filled[0][1].slice(0, filled[0][1].findLastIndex(isFilled) + 1);
    const found = filled.length - 1;
    if (header.length > MOST_COLUMNS) throw new Unreadable("many-columns", { found: header.length, limit: MOST_COLUMNS });
    if (!found) throw new Unreadable("no-rows");
    if (found > MOST_ROWS) throw new Unreadable("many-rows", { found, limit: MOST_ROWS });
    const rows = filled.slice(1).map(([number, cells]) => [number, fitted(cells, header.length)]);
    return { header: header.map(trim), rows, delimiter, notes };
  }

  // Refuses a file for its size, in bytes: so that it need not be read.
  function fits(size) {
    const MEGABYTE = 1024 * 1024;
    if (size <= LARGEST_FILE) return;
    throw new Unreadable("too-large", { found: Math.round(size / MEGABYTE), limit: LARGEST_FILE / MEGABYTE });
  }

  // UTF-8, UTF-16 with its mark, else Windows-1252, which is said.
  function decode(bytes) {
    fits(bytes.length);
    if (WORKBOOKS.some((mark) => mark.every((byte, i) => bytes[i] === byte))) throw new Unreadable("workbook");
    const mark = bytes[0] * 256 + bytes[1], notes = [];
    const as = (name, strict) => new TextDecoder(name, { fatal: strict, ignoreBOM: true }).decode(bytes);
    let text;
    try {
      text = as(mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : "utf-8", true);
    } catch {
      if (mark === 0xfffe || mark === 0xfeff) throw new Unreadable("not-text");
      text = as("windows-1252", false);
      notes.push("windows-1252");
    }
    if (text.includes("\0")) throw new Unreadable("not-text");
    return { text: text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n"), notes };
  }

  function cut(text) {
    const first = text.split("\n", 1)[0];
    const isNamed = /^sep=.$/i.test(first); // how Excel is told the sign, in a line it does not show
    const delimiter = isNamed ? first[4] : findDelimiter(text);
    const source = isNamed ? text.slice(first.length + 1) : text;
    // Papa forgives blanks between a closing quotation mark and the next sign; Python's reader does not.
    const found = Papa.parse(source, { delimiter, newline: "\n", quoteChar: '"' });
    const broken = found.errors.find((one) => one.type === "Quotes");
    if (broken) throw new Unreadable("quotes", { row: broken.row + 1 });
    return { records: found.data.map((cells) => cells.map(undefused)), delimiter };
  }

  // The sign that cuts most of the first rows into as many cells as the header; of equals the one that cuts more.
  function findDelimiter(text) {
    const none = () => Object.fromEntries(DELIMITERS.map((sign) => [sign, 0]));
    const counts = [none()];
    let isQuoted = false;
    for (const sign of text.replace(/^\n+/, "").slice(0, SAMPLE)) {
      if (sign === '"') isQuoted = !isQuoted;
      else if (isQuoted) continue;
      else if (sign === "\n") {
        if (counts.length === SAMPLE_ROWS) break;
        counts.push(none());
      } else if (sign in counts[0]) counts.at(-1)[sign]++;
    }
    const weight = (sign) => {
      const cuts = counts[0][sign];
      return cuts ? [counts.filter((row) => row[sign] === cuts).length, cuts] : [0, 0];
    };
    const isMore = (a, b) => a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);
    return DELIMITERS.reduce((best, sign) => (isMore(weight(sign), weight(best)) ? sign : best));
  }

  // A row without empty cells beyond the header.
  const fitted = (cells, width) =>
    cells.length > width && !cells.slice(width).some(isFilled) ? cells.slice(0, width) : cells;

  // A cell of a file that `line` wrote, as it was before.
  const undefused = (cell) => (cell.length > 1 && cell[0] === "'" && FORMULA.includes(cell[1]) ? cell.slice(1) : cell);
  const defused = (cell) => (cell && FORMULA.includes(cell[0]) ? `'${cell}` : cell);

  // One row to write: quoted, apart by semicolons, ended by CRLF.
  const line = (cells) => cells.map((cell) => `"${defused(cell.replaceAll('"', '""'))}"`).join(";") + "\r\n";

  // Column titles of which no two are alike, and none is one of those taken.
  function unique(titles, taken) {
    const found = [];
    for (const title of titles) {
      let name = title;
      for (let count = 2; found.includes(name) || taken.includes(name); count++) name = `${title} ${count}`;
      found.push(name);
    }
    return found;
  }

  // A number that stands for the file: Adler-32, as zlib has it.
  function sum(bytes) {
    let a = 1, b = 0;
    for (let i = 0; i < bytes.length; ) {
      for (const stop = Math.min(i + 3800, bytes.length); i < stop; i++) b += a += bytes[i];
      a %= 65521;
      b %= 65521;
    }
    return b * 65536 + a;
  }

  const Tillit = (globalThis.Tillit ??= {});
  Tillit.tables = { fits, read, trim, line, unique, sum, Unreadable };
})();
