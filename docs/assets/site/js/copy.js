// What reaches the clipboard: clean words of a page as HTML and as plain text, and the ways of writing them there.
//
//     Tillit.copy.write(Tillit.copy.kinds(Tillit.copy.tidy(Tillit.copy.clean(element))))  →  true when it is there
(() => {
  "use strict";

  // Clean text -----------------------------------------------------------

  const KEPT = { P: "p", STRONG: "strong", B: "strong", EM: "em", I: "em", UL: "ul", OL: "ol", LI: "li", BR: "br",
    H1: "p", H2: "p", H3: "p", H4: "p", H5: "p", H6: "p" };
  const LEFT_OUT = ".part__marks, .apology__head, .apology__fields, .apology__actions, .headerlink, button, script, style, [hidden]";
  const isBlock = (node) => /^(P|UL|OL|LI)$/.test(node.nodeName);
  const edges = /^[ \n]+|[ \n]+$/g; // never U+00A0: it stays where the author put it

  // A copy that holds paragraphs, lists, emphasis and line breaks, and no attribute at all.
  function clean(source, target = document.createElement("div")) {
    for (const node of source.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        target.append(node.data.replace(/[ \t\r\n\f]+/g, " "));
      } else if (node.nodeType === Node.ELEMENT_NODE && !node.matches(LEFT_OUT)) {
        const tag = KEPT[node.nodeName];
        if (tag) target.append(clean(node, document.createElement(tag)));
        else clean(node, target);
      }
    }
    return target;
  }

  function tidy(root) {
    root.normalize();
    for (const box of [root, ...root.querySelectorAll("p, ul, ol, li")]) {
      for (const node of [...box.childNodes]) {
        if (node.nodeType !== Node.TEXT_NODE) continue;
        const breaks = (other) => !other || isBlock(other) || other.nodeName === "BR";
        if (breaks(node.previousSibling)) node.data = node.data.replace(/^ +/, "");
        if (breaks(node.nextSibling)) node.data = node.data.replace(/ +$/, "");
        if (!node.data) node.remove();
      }
    }
    for (const box of root.querySelectorAll("p, li, ul, ol")) if (!box.textContent) box.remove();
    return root;
  }

  function plain(box) {
    const inline = (node) =>
      node.nodeName === "BR" ? "\n" : node.childNodes.length ? [...node.childNodes].map(inline).join("") : node.data ?? "";
    const list = (node) => [...node.children].map((item, i) => {
      const sign = node.nodeName === "OL" ? `${i + 1}. ` : "- ";
      return sign + plain(item).replace(/\n+/g, "\n" + " ".repeat(sign.length));
    }).join("\n");

    const blocks = [];
    let loose = "";
    for (const node of box.childNodes) {
      if (!isBlock(node)) { loose += inline(node); continue; }
      blocks.push(loose, /^[UO]L$/.test(node.nodeName) ? list(node) : plain(node));
      loose = "";
    }
    blocks.push(loose);
    return blocks.map((b) => b.replace(edges, "")).filter(Boolean).join("\n\n");
  }

  const kinds = (root) => ({ html: root.innerHTML, plain: plain(root) });

  // Clipboard ------------------------------------------------------------

  async function write(text, onlyPlain) {
    try {
      if (onlyPlain) {
        await navigator.clipboard.writeText(text.plain);
      } else {
        const blob = (type, data) => new Blob([data], { type });
        await navigator.clipboard.write([new ClipboardItem({
          "text/html": blob("text/html", text.html),
          "text/plain": blob("text/plain", text.plain),
        })]);
      }
      return true;
    } catch {
      return writeTheOldWay(text, onlyPlain); // no https, no permission, or an older browser
    }
  }

  function writeTheOldWay(text, onlyPlain) {
    const focused = document.activeElement;
    const carrier = document.createElement("textarea");
    carrier.className = "apology__carrier";
    carrier.readOnly = true;
    carrier.value = text.plain;
    const give = (event) => {
      if (!event.clipboardData) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      event.clipboardData.setData("text/plain", text.plain);
      if (!onlyPlain) event.clipboardData.setData("text/html", text.html);
    };
    document.body.append(carrier);
    document.addEventListener("copy", give, true);
    try {
      carrier.focus({ preventScroll: true });
      carrier.select();
      return document.execCommand("copy");
    } catch {
      return false;
    } finally {
      document.removeEventListener("copy", give, true);
      carrier.remove();
      focused?.focus({ preventScroll: true });
    }
  }

  const Tillit = (globalThis.Tillit ??= {});
  Tillit.copy = { clean, tidy, plain, kinds, write };
})();
