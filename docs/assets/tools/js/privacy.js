// Finds personal data in a text before it is saved: the certain kinds of macros/privacy.py, whose twin this is.
// Both are held to the cases in tests/cases/privacy/. The text stays in the browser.
//
//     Tillit.privacy.find(text)  →  [{kind, value, start, end, level}], start and end in code points
//     Tillit.privacy.find(text, allowed)  leaves out these e-mail addresses (`@host` for all of one) and numbers
//     Tillit.privacy.findInId(id, allowed)  the same for an id, where hyphens stand for whatever parted words
(() => {
  "use strict";

  // The lists of macros/names/: what the words beside a number say it is; ~ is the edge of a word.
  const CUES = {
    order: `
      ordre order faktura invoice sporing spårning tracking kolli pakke paket sending sändning forsendelse försändelse
      bestilling beställning ~sag~ ~sagen~ ~sager ~sags ärende ~sak~ ~saken~ ~saker ~saks reklamation reklamasjon
      artikel artikkel varenr varenum varunr varunum ~sku~ ~ean~ ~isbn ~gtin kundenr kundenum kundnr kundnum
      kvittering kvitto bilag ~cvr orgnr ~org. organisationsn organisasjonsn serienr serienum ~imei ~jnr journal
      diarien ~dnr ~ref~ ~ref. referan referen ~id~ ~id: ticket billet biljett booking bokning parti batch ~lot~
      ~model version produkt ~rma lovbek ~lov~ ~loven~ ~lag~ ~lagen~ forordning förordning direktiv ~sfs § ~polic
      ~polise forsikringsn försäkringsn aftale avtal kontrakt medlemsn gavekort presentkort rabatkod rabattkod`,
    id: `
      ~cpr personnum personnr ~persnr ~pnr fødselsn födelsen samordningsn ~fnr ~d-num ~d-nr`,
    phone: `
      ~tlf telefon ~tel~ ~tel. mobil ~mob~ ~mob. ~ring~ ~ringe ~ringt ~ringa ~ringde ~opkald ~sms ~træffes~ ~nås~
      ~nummeret~ ~numret~ ~swish ~vipps whatsapp ~kontakt ~kaldte ~samtal`,
    account: `
      kontonr kontonum ~konto~ ~kontoen~ ~kontot~ bankkonto ~reg.nr ~reg. ~regnr clearing ~overfør ~överför ~indbetal
      ~utbetal ~udbetal ~iban`,
    card: `
      kortnum kortnr betalingskort kreditkort kredittkort dankort betalkort kontokort bankkort ~visa mastercard`,
    plate: `
      nummerplad registrerings nummerskilt bilskilt ~skilt nummerskylt registrert ~plade ~bil~ ~bilen~ ~bilens~ ~regnr
      ~reg. varebil lastbil lastebil personbil skåpbil køretøj kjøretøy fordon varevogn parkeret parkerad parkert`,
  };
  const LISTS = {
    service: `
      kundeservice kundtjänst kundesenter hovednum support växel sentralbord omstilling reception resepsjon butik
      redaktion redaksjon pressevagt pressetelefon hotline`,
    public: `
      nævn nämnd nemnd ombud tilsyn styrelse myndighed myndighet verket~ forbrugerråd forbrukerråd konsumenteuropa
      forbrukereuropa forbrugereuropa ~arn~ domhus domstol politi~ polisen~ giftlinje giftinformation`,
    person: `
      hun hende hendes han ham hans hon henne hennes honom kunde kunden kundens kund køber køberen köpare köparen
      kjøper kjøperen kollega kollegan kollegaen medarbejder medarbetare medarbeider chauffør chaufför sjåfør`,
    nobody: `
      admin butik butikk e-mail epost faktura feedback firmapost git hej hei help hjelp hjälp hjaelp info information
      job jobb klage klagomal kontakt kundeservice kundesenter kundservice kundtjanst kundtjänst mail navn namn name
      no-reply noreply ordre order orders post postmaster presse press reception reklamation reklamationer reklamasjon
      salg service support web webmaster webshop fornavn.efternavn fornavn.etternavn fornamn.efternamn dpo gdpr
      privacy databeskyttelse personvern dataskydd`,
    hosts: `
      ankeforsikring.dk arn.se bilklage.dk borger.dk datatilsynet.dk datatilsynet.no domstol.dk domstol.no domstol.se
      dsb.no e-handelsfonden.dk ec.europa.eu ekomnemnda.no elklagenemnda.no emaerket.dk energiklagenaevnet.dk
      europa.eu fanke.dk fi.se finansklagenemnda.no finanstilsynet.dk finanstilsynet.no foedevarestyrelsen.dk
      forbrug.dk forbrugereuropa.dk forbrugerombudsmanden.dk forbrukereuropa.no forbrukerklageutvalget.no
      forbrukerradet.no forbrukertilsynet.no fvst.dk hallakonsument.se helfo.no helsedirektoratet.no helsetilsynet.no
      imy.se ivo.se kemi.se kfst.dk konkurrencestyrelsen.dk konkurrensverket.se konsumenternas.se konsumenteuropa.se
      konsumentverket.se kronofogden.se livsmedelsverket.se lovdata.no mattilsynet.no msb.se naevneneshus.dk nav.no
      ombudsmanden.dk pakkereisenemnda.no pakkerejseankenaevnet.dk polisen.se politi.dk politiet.no pts.se
      regjeringen.no rejseankenaevnet.dk retsinformation.dk riksdagen.se sik.dk sikkerhedsstyrelsen.dk sivilombudet.no
      skat.dk skatteetaten.no skatteverket.se stm.dk taenk.dk teleanke.dk trafikstyrelsen.dk transportklagenemnda.no
      transportstyrelsen.se`,
  };

  const words = (list) => list.trim().split(/\s+/);
  const EDGE = "[a-z0-9æøåäöéü]";
  const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, (sign) => (sign === "-" ? "-" : `\\${sign}`));
  const part = (word) => (word.startsWith("~") ? `(?<!${EDGE})` : "") + escaped(word.replaceAll("~", ""))
    + (word.endsWith("~") ? `(?!${EDGE})` : "");
  const anyOf = (list) => words(list).map(part).join("|");
  const CUE = new RegExp(Object.entries(CUES).map(([kind, list]) => `(?<${kind}>${anyOf(list)})`).join("|"), "g");
  const SERVICE = new RegExp(anyOf(LISTS.service));
  const PUBLIC = new RegExp(anyOf(LISTS.public));
  const PERSON = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words(LISTS.person).join("|")})(?![\\p{L}\\p{N}])`, "iu");
  const NOBODY = new Set(words(LISTS.nobody));
  const HOSTS = words(LISTS.hosts);

  // The words around a number ------------------------------------------------------------------------------------

  const BESIDE = 60;
  const AFTER = 25;
  const LONG = 2000; // no line that introduces others is longer
  const CARRIES_ON = /^[\s,;/&()]*(?:og|och|samt|eller|and)?[\s,;/&()]*$/;
  const ROW = /^[\s>]*(?:[-*|+]|\d+[.)])\s/;

  function lineAround(text, start, end) {
    const before = text.slice(Math.max(0, start - BESIDE), start);
    const first = Math.max(0, start - BESIDE) + before.lastIndexOf("\n") + 1;
    const after = text.slice(end, end + BESIDE).indexOf("\n");
    return [first, after < 0 ? Math.min(text.length, end + BESIDE) : end + after];
  }

  const kindOf = (match) => Object.keys(match.groups).find((kind) => match.groups[kind] !== undefined);
  const cues = (said) => [...said.toLowerCase().matchAll(CUE)].map(kindOf);

  function cueFor(text, start, end, before) {
    let [first, last] = lineAround(text, start, end);
    if (first < before.end && before.end <= start) {
      if (CARRIES_ON.test(text.slice(before.end, start))) return before.cue;
      first = before.end;
    }
    const after = text.slice(end, Math.min(last, end + AFTER)).match(/^[^\d\n.!?]*/)[0];
    return cues(text.slice(first, start)).at(-1) ?? cues(after)[0] ?? cueAbove(text, first, start);
  }

  // A list or a table is introduced by the line above it.
  function cueAbove(text, first, start) {
    let line = first === 0 ? 0 : text.lastIndexOf("\n", first - 1) + 1;
    if (!ROW.test(text.slice(line, start + 1))) return "";
    for (let step = 0; step < 12 && line > 0; step += 1) {
      const above = line < 2 ? 0 : text.lastIndexOf("\n", line - 2) + 1;
      if (line - above > LONG) return "";
      const said = text.slice(above, line - 1);
      const isHead = said.trimStart().startsWith("|") && !/\d/.test(said);
      if (/\p{L}/u.test(said) && (!ROW.test(said) || isHead)) return cues(said).at(-1) ?? "";
      line = above;
    }
    return "";
  }

  // Checksums and dates ------------------------------------------------------------------------------------------

  const digitsOf = (value) => value.replace(/\D/g, "");
  const weighed = (digits, weights) => weights.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0);

  function isDate(year, month, day) {
    const made = new Date(Date.UTC(2000, 0, 1));
    made.setUTCFullYear(year, month - 1, day);
    return month >= 1 && day >= 1 && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
  }

  const isShortDate = (year, month, day) => isDate(1900 + year, month, day) || isDate(2000 + year, month, day);

  function luhn(digits) {
    const sum = [...digits].reverse().reduce((total, digit, at) => {
      const twice = Number(digit) * 2;
      return total + (at % 2 ? (twice > 9 ? twice - 9 : twice) : Number(digit));
    }, 0);
    return sum % 10 === 0;
  }

  const mod11 = (digits) => weighed(digits, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;

  function mod97(value) {
    const turned = value.slice(4) + value.slice(0, 4);
    let rest = 0;
    for (const sign of turned) rest = Number(`${rest}${parseInt(sign, 36)}`) % 97;
    return rest === 1;
  }

  // Numbers ------------------------------------------------------------------------------------------------------

  const RUN = /(?<![\p{L}\p{N}_])(?:\+ ?|00)?\(?\d(?:[ \u00a0.()/+–-]{0,3}\d){6,30}/gu;
  const ID10 = /(?<!\d)(?<!\d[.-])(\d\d)([.]?)(\d\d)\2(\d\d)( ?[-–+] ?|[ \u00a0]?)(\d{4})(?!\d)(?![-.]\d)/g;
  const ID12 = /(?<!\d)(?<!\d[.-])((?:18|19|20)\d\d)(-?)(\d\d)\2(\d\d)( ?[-+] ?| ?)(\d{4})(?!\d)(?![-.]\d)/g;
  const ID11 = /(?<!\d)(?<!\d[.-])(\d{6})([- \u00a0]?)(\d{3})[ \u00a0]?(\d\d)(?!\d)(?![-.]\d)/g;
  const CARD = /(?<!\d)(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}([ -]?)\d{6}\2\d{5})(?!\d)(?![-.]\d)/g;
  const ISSUER = /^(?:4|5[1-5]|2[2-7]|3[47]|5019|50|5[678]|6[0-9]|3[068])/;
  const ABROAD = /(?:\+ ?|(?<!\d)(?<![A-Z]{2}\d\d )00)[1-9]\d{0,2}(?:[ .()\u00a0-]{0,2}\d){6,12}(?!\d)/g;
  const AT_HOME = new RegExp(
    "(?<!\\d)(?<!\\d[.-])(?:[2-9]\\d([ .\\u00a0-])\\d\\d\\1\\d\\d\\1\\d\\d|[49]\\d\\d \\d\\d \\d{3}|"
    + "0\\d{1,3}[-/ –]{1,3}\\d{2,3} ?\\d{2,3}(?: ?\\d{2,3})?|\\(0\\d{1,3}\\) ?\\d{2,3} ?\\d{2,3}(?: ?\\d{2})?|"
    + "07[02369]\\d{7}|[2-9]\\d{3} ?\\d{4})(?!\\d)(?![-.]\\d)", "g");
  const AMOUNT_AFTER = /^\s?(?:kr|dkk|sek|nok|eur|€|%|stk|kg|km|meter|:-|,-|,\d)/i;
  const AMOUNT_BEFORE = /(?:kr\.?|dkk|sek|nok|eur|€|§)\s?$/i;
  const FICTION = /^\+46(?:31390060[0-4]\d|4062804[0-4]\d\d?|8465004\d\d|9803192\d\d|701740(?:60[5-9]|6[1-9]\d))$/;
  const PLANS = [ // the numbers of people, roughly: the countries' own plans are finer
    /^\+45(?!70|80|90)[2-9]\d{7}$/,
    /^\+46(?!71|77|900|939|944|99)[1-9]\d{6,8}$/,
    /^\+47[2-79]\d{7}$/,
    /^\+(?!4[567])[1-9]\d{7,14}$/,
  ];

  const isPersons = (whole) => !FICTION.test(whole) && PLANS.some((plan) => plan.test(whole));

  // Every match within a part of the text, with its place in the whole of it. Only the part is searched, with what a
  // pattern may look back at: to the end of a long text would be too far.
  const LOOKS_BACK = 8;

  function* within(text, pattern, from, to) {
    const base = Math.max(0, from - LOOKS_BACK);
    const part = text.slice(base, to);
    pattern.lastIndex = from - base;
    for (let one = pattern.exec(part); one; one = pattern.exec(part)) {
      const next = pattern.lastIndex; // the caller may use the pattern before it asks again
      one.index += base;
      yield one;
      pattern.lastIndex = next;
    }
  }

  function cpr(digits, cue, parted) {
    const [day, month, year] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
    if (!isShortDate(year, month, day)) return "";
    if (cue === "id") return "error";
    if (cue === "order") return mod11(digits) ? "warning" : "";
    if (["phone", "account", "card"].includes(cue) && !parted) return "";
    if (!parted && /^07[02369]/.test(digits) && !mod11(digits)) return ""; // a Swedish mobile number
    return "error";
  }

  function personnummer(century, digits, cue, sign) {
    const [year, month, given] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
    const day = given > 60 ? given - 60 : given; // a coordination number
    if (!(century ? isDate(century, month, day) : isShortDate(year, month, day))) return "";
    if (!luhn(digits)) return cue === "id" ? "warning" : "";
    if (["phone", "account", "card"].includes(cue) && !sign) return "";
    return cue === "order" || (sign && !sign.trim() && cue !== "id") ? "warning" : "error";
  }

  // The century of a Norwegian number follows from its three digits after the date.
  function norwegianYear(year, individual) {
    if (individual < 500) return 1900 + year;
    if (individual < 750 && year >= 54) return 1800 + year;
    if (year < 40) return 2000 + year;
    return individual >= 900 ? 1900 + year : 0;
  }

  function fodselsnummer(digits, cue) {
    let [day, month, year] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
    if (day >= 80) return "";
    if (day > 40) day -= 40; // a D-number
    if (month > 40) month -= 40; // an H-number
    const whole = norwegianYear(year, Number(digits.slice(6, 9)));
    if (!whole || !isDate(whole, month, day)) return "";
    const right = weighed(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0
      && weighed(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
    if (right) return "error";
    return cue === "id" ? "warning" : "";
  }

  const hit = (kind, value, start, level) => ({ kind, value, start, end: start + value.length, level });

  function* ids(text, start, end, cue) {
    for (const one of within(text, ID11, start, end)) {
      const level = fodselsnummer(one[1] + one[3] + one[4], cue);
      if (level) yield hit("fodselsnummer", one[0], one.index, level);
    }
    for (const one of within(text, ID12, start, end)) {
      const [, year, , month, day, sign, last] = one;
      const level = personnummer(Number(year), year.slice(2) + month + day + last, cue, sign);
      if (level) yield hit("personnummer", one[0], one.index, level);
    }
    for (const one of within(text, ID10, start, end)) {
      const digits = digitsOf(one[0]);
      const swedish = one[2] ? "" : personnummer(0, digits, cue, one[5]);
      const danish = cpr(digits, cue, one[5].trim() !== "");
      if (danish && (swedish !== "error" || mod11(digits))) yield hit("cpr", one[0], one.index, danish);
      else if (swedish) yield hit("personnummer", one[0], one.index, swedish);
    }
  }

  function* cards(text, start, end, cue) {
    for (const one of within(text, CARD, start, end)) {
      const digits = digitsOf(one[0]);
      const isCard = ISSUER.test(digits) && luhn(digits) && new Set(digits).size > 2;
      const isGrouped = digits.length < one[0].length;
      if (isCard && (cue !== "order" || isGrouped)) {
        yield hit("card", one[0], one.index, cue === "order" ? "warning" : "error");
      }
    }
  }

  function* phones(text, start, end, cue) {
    const around = text.slice(...lineAround(text, start, end));
    const isPublic = PUBLIC.test(around.toLowerCase()) && !PERSON.test(around);
    if (["id", "card", "account"].includes(cue) || isPublic) return;
    const sure = SERVICE.test(around.toLowerCase()) ? "warning" : "error";
    for (const one of within(text, ABROAD, start, end)) {
      const whole = `+${digitsOf(one[0]).replace(/^00/, "")}`;
      const plain = whole.replace(/^(\+46)0/, "$1");
      if (isPersons(plain)) yield hit("phone", one[0], one.index, cue === "order" ? "warning" : sure);
    }
    if (text[start] === "+" || text.startsWith("00", start) || cue !== "phone") return;
    for (const one of within(text, AT_HOME, start, end)) {
      const isAmount = AMOUNT_AFTER.test(text.slice(one.index + one[0].length, one.index + one[0].length + 8))
        || AMOUNT_BEFORE.test(text.slice(Math.max(0, start - 8), start));
      const digits = digitsOf(one[0]);
      const homes = digits.startsWith("0") ? [`+46${digits.slice(1)}`] : [`+45${digits}`, `+47${digits}`];
      if (!isAmount && homes.some(isPersons)) yield hit("phone", one[0], one.index, sure);
    }
  }

  const isAlnum = (sign) => /[\p{L}\p{N}]/u.test(sign ?? "");

  function isPartOfMore(text, start) {
    if (start > 1 && "-/=#%&_".includes(text[start - 1]) && isAlnum(text[start - 2])) return true;
    return /:\/\/[^ \n(]*$/.test(text.slice(Math.max(0, start - 200), start));
  }

  function* numbers(text) {
    let before = { end: 0, cue: "" };
    for (const run of text.matchAll(RUN)) {
      const [start, end] = [run.index, run.index + run[0].length];
      if (isPartOfMore(text, start)) continue;
      const cue = cueFor(text, start, end, before);
      before = { end, cue };
      yield* ids(text, start, end, cue);
      yield* cards(text, start, end, cue);
      yield* phones(text, start, end, cue);
    }
  }

  const IBAN = /(?<![\p{L}\p{N}_-])[A-Z]{2}\d\d(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?(?![\p{L}\p{N}_])/gu;
  const LENGTHS = { DK: 18, NO: 15, SE: 24, FI: 18, IS: 26, DE: 22, GB: 22, NL: 18, PL: 28, FR: 27, ES: 24, FO: 18, EE: 20, LV: 21, LT: 20 };

  function* ibans(text) {
    for (const one of text.matchAll(IBAN)) {
      for (let value = one[0]; value; value = value.slice(0, Math.max(0, value.search(/[ \u00a0][^ \u00a0]*$/)))) {
        const plain = value.replace(/[ \u00a0]/g, "");
        if (plain.length === (LENGTHS[plain.slice(0, 2)] ?? plain.length) && plain.length > 14 && mod97(plain)) {
          yield hit("iban", value, one.index, "error");
          break;
        }
      }
    }
  }

  // E-mail -------------------------------------------------------------------------------------------------------

  const HOST = /(?:[\p{L}\p{N}][\p{L}\p{N}_-]{0,62}\.){1,6}\p{L}{2,24}/uy;
  const LOCAL = /[A-Za-z0-9æøåäöéüÆØÅÄÖÉÜ._%+'-]/;
  const RESERVED = /(?:^|\.)(?:example\.(?:com|org|net)|example|test|invalid|localhost|local)$/;
  const AT = /[([{<] ?(?:at|a|snabel-?a|alfakrøll|krøllalfa|@) ?[)\]}>] ?|(?<= )(?:(?:snabel-?a|alfakrøll|krøllalfa) |at (?=[\p{L}\p{N}_-]{2,40} (?:dot|punktum|punkt|prik) ))/giu;
  const DOT = "(?: ?[(\\[{<] ?(?:dot|punktum|punkt|prikk?|\\.) ?[)\\]}>] ?| (?:dot|punktum|punkt|prikk?) |\\.)";
  const LABEL = "[\\p{L}\\p{N}][\\p{L}\\p{N}_\\-]{0,62}";
  const WRITTEN_HOST = new RegExp(`${LABEL}(?:${DOT}${LABEL}){0,4}?${DOT}\\p{L}{2,24}(?![\\p{L}\\p{N}_])`, "iuy");

  function isPersonal(local, host) {
    const low = host.toLowerCase();
    if (RESERVED.test(low) || NOBODY.has(local.toLowerCase().split("+")[0])) return false;
    return !HOSTS.some((one) => low === one || low.endsWith(`.${one}`));
  }

  function at(pattern, text, place) {
    pattern.lastIndex = place;
    return pattern.exec(text)?.[0];
  }

  function localBefore(text, end) {
    let start = end;
    while (start > Math.max(0, end - 64) && LOCAL.test(text[start - 1])) start -= 1;
    return start;
  }

  function* emails(text) {
    for (let sign = text.indexOf("@"); sign >= 0; sign = text.indexOf("@", sign + 1)) {
      let start = localBefore(text, sign);
      while (start < sign && ".-'%".includes(text[start])) start += 1;
      const host = at(HOST, text, sign + 1);
      if (host && start < sign && isPersonal(text.slice(start, sign), host)) {
        yield hit("email", text.slice(start, sign + 1 + host.length), start, "error");
      }
    }
    for (const sign of text.matchAll(AT)) {
      const host = at(WRITTEN_HOST, text, sign.index + sign[0].length);
      const end = sign.index - (text[sign.index - 1] === " " ? 1 : 0);
      const start = localBefore(text, end);
      if (host && start < end && isPersonal(text.slice(start, end), host.replace(new RegExp(DOT, "gi"), "."))) {
        yield hit("email", text.slice(start, sign.index + sign[0].length + host.length), start, "error");
      }
    }
  }

  // All together -------------------------------------------------------------------------------------------------

  const RANK = ["error", "warning"];

  function withoutOverlap(found) {
    const rank = (one) => RANK.indexOf(one.level);
    found.sort((a, b) => a.start - b.start || rank(a) - rank(b) || b.end - a.end);
    const kept = [];
    for (const one of found) {
      const last = kept.at(-1);
      if (!last || one.start >= last.end) kept.push(one);
      else if (rank(one) < rank(last)) kept[kept.length - 1] = one;
    }
    return kept;
  }

  function plain(value) {
    if (value.includes("@")) return value.trim().toLowerCase();
    return value.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase().replace(/^(?:00)?4[567](?=\d{8})|^0(?=\d{7})/, "");
  }

  function isAllowed(value, known) {
    const own = plain(value);
    return known.has(own) || (own.includes("@") && known.has(`@${own.split("@").at(-1)}`));
  }

  // From what JavaScript counts to what everybody else counts: a smiley is one character.
  function inCodePoints(text, found) {
    let [units, points] = [0, 0];
    const pointsAt = (place) => {
      for (; units < place; units += text.codePointAt(units) > 0xffff ? 2 : 1) points += 1;
      return points;
    };
    return found.map((one) => ({ ...one, start: pointsAt(one.start), end: pointsAt(one.end) }));
  }

  function search(text, allowed) {
    const known = new Set(allowed.map(plain));
    const found = [...emails(text), ...numbers(text), ...ibans(text)].filter((one) => !isAllowed(one.value, known));
    return withoutOverlap(found);
  }

  const find = (text, allowed = []) => inCodePoints(text, search(text, allowed));

  // A date, which is no number to join, a word, a hyphen.
  const IN_ID = new RegExp(
    "(?:(?:19|20)[0-9]{2}-(?:0?[1-9]|1[0-2])-(?:[12][0-9]|3[01]|0?[1-9])"
    + "|(?:[12][0-9]|3[01]|0?[1-9])-(?:0?[1-9]|1[0-2])-(?:19|20)[0-9]{2})(?![^-])"
    + "|[^-]+|-", "g");

  // An id as people may have said it, with the places in it that the characters come from: digits with their hyphens,
  // with blanks, and joined.
  function* readings(id) {
    for (const sign of ["-", " ", ""]) {
      let reading = "";
      const places = [];
      for (const { 0: part, index } of id.matchAll(IN_ID)) {
        const isJoint = part === "-" && /^[0-9]-[0-9]$/.test(id.slice(Math.max(0, index - 1), index + 2));
        const said = part !== "-" ? part : isJoint ? sign : " ";
        reading += said;
        for (let i = 0; i < said.length; i += 1) places.push(index + i);
      }
      yield [reading, places];
    }
  }

  function findInId(id, allowed = []) {
    const found = [...readings(id)].flatMap(([reading, places]) => search(reading, allowed).map((one) => {
      const [start, end] = [places[one.start], places[one.end - 1] + 1];
      return { ...one, value: id.slice(start, end), start, end };
    }));
    return inCodePoints(id, withoutOverlap(found));
  }

  const lists = Object.fromEntries(Object.entries({ ...CUES, ...LISTS }).map(([name, list]) => [name, words(list)]));
  window.Tillit = Object.assign(window.Tillit ?? {}, { privacy: Object.freeze({ find, findInId, lists }) });
})();
