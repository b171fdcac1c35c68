/* Sorting, scrolling and saving: the page reads well without any of it. */
(() => {
  "use strict";
  const page = document;
  const language = page.documentElement.lang || "en";
  const numbers = (page.documentElement.dataset.numbers || language).replace("_", "-");
  const decimal = new Intl.NumberFormat(numbers).formatToParts(1.5).find((part) => part.type === "decimal").value;
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const make = (tag, words) => Object.assign(page.createElement(tag), { textContent: words });

  /* A cell's number, from its raw value or from its first figure; NaN where it has none. */
  const readNumber = (cell) => {
    if (cell.dataset.value) return Number(cell.dataset.value);
    const found = cell.textContent.replace(/[\u2212\u2013](?=[^\d]?\d)/g, "-").match(/(-?)[^\d\s]{0,3}?\s?(\d[\d.,'\u2019\u00a0\u202f]*)/);
    if (!found) return NaN;
    const digits = [...found[2]].filter((c) => /\d/.test(c) || c === decimal).join("").replace(decimal, ".");
    return Number(found[1] + digits.replace(/\.$/, ""));
  };
  const looksNumeric = (cells) => {
    const said = cells.map((cell) => cell.textContent.trim()).filter((text) => text && !/^(–|NaN|hidden)$/.test(text));
    return said.length > 0 && said.every((text) => /^[<>≈~]?\s?[-−]?[$€£¥₹]?\d[\d.,\s’']*\s?[%×$€£¥₹]?$/.test(text));
  };

  const makeSortable = (table) => {
    const heads = table.tHead && table.tHead.rows.length === 1 ? [...table.tHead.rows[0].cells] : [];
    const body = table.tBodies[0];
    const rows = body ? [...body.rows] : [];
    if (table.tBodies.length !== 1 || rows.length < 3 || rows.some((row) => row.cells.length !== heads.length)) return;
    heads.forEach((head, column) => {
      const cells = rows.map((row) => row.cells[column]);
      const numeric = head.classList.contains("num") || looksNumeric(cells);
      if (numeric) [head, ...cells].forEach((cell) => cell.classList.add("num"));
      if (head.tagName !== "TH" || !head.textContent.trim()) return;
      const button = make("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const up = now ? now === "descending" : !numeric;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const keyed = rows.map((row) => {
          const cell = row.cells[column];
          const key = numeric ? readNumber(cell) : cell.textContent.trim();
          return { row, key, missing: numeric ? Number.isNaN(key) : key === "" || key === "–" };
        });
        keyed.sort((a, b) => a.missing - b.missing || (a.missing ? 0 : (numeric ? a.key - b.key : collator.compare(a.key, b.key)) * (up ? 1 : -1)));
        body.append(...keyed.map(({ row }) => row));
      });
    });
  };
  page.querySelectorAll("main table").forEach(makeSortable);
  page.querySelectorAll("tbody th, tbody td").forEach((cell) => cell.classList.toggle("pg-short", cell.textContent.length < 25));

  /* What scrolls can be reached by keyboard, under a name of its own. */
  const frames = [...page.querySelectorAll(".pg-scroll")];
  const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => {
    const caption = target.querySelector("caption");
    const scrolls = target.scrollWidth > target.clientWidth + 1;
    const marks = { tabindex: "0", role: "region", "aria-label": `Table ${frames.indexOf(target) + 1}${caption ? ": " + caption.textContent : ""}` };
    Object.entries(marks).forEach(([name, value]) => (scrolls ? target.setAttribute(name, value) : target.removeAttribute(name)));
  }));
  frames.forEach((frame) => watch.observe(frame));

  /* Pictures can be taken along for slides. */
  const slug = (words) => words.normalize("NFKD").replace(/[^\w]+/g, "-").replace(/^-|-$/g, "").slice(0, 60).toLowerCase() || "picture";
  const save = (href, name) => Object.assign(make("a"), { href, download: name }).click();
  page.querySelectorAll(".ax-figure").forEach((figure) => {
    const picture = figure.querySelector(":scope > img");
    if (!picture) return;
    const title = figure.querySelector("figcaption strong");
    const name = slug(title ? title.textContent : picture.alt);
    const line = make("p");
    line.className = "ax-download";
    if (picture.src.startsWith("data:image/svg")) {
      const svg = make("a", "Save as SVG");
      Object.assign(svg, { href: picture.src, download: name + ".svg" });
      line.append(svg);
    }
    const png = make("button", "Save as PNG");
    png.type = "button";
    png.addEventListener("click", () => {
      const wide = Math.max(2000, picture.naturalWidth);
      const canvas = Object.assign(make("canvas"), { width: wide, height: Math.round((wide * picture.naturalHeight) / picture.naturalWidth) });
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      save(canvas.toDataURL("image/png"), name + ".png");
    });
    line.append(png);
    figure.append(line);
  });

  page.querySelectorAll(".pg-side a:not([href^='#'])").forEach((link) => link.pathname === location.pathname && link.setAttribute("aria-current", "page"));

  /* The contents list: folded on a small screen, following the reader on a wide one. */
  const links = new Map([...page.querySelectorAll(".pg-side li a[href^='#']")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  if (matchMedia("(max-width: 66.99rem)").matches) page.querySelectorAll(".pg-side details").forEach((list) => (list.open = false));
  const follow = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
    links.forEach((link, id) => (id === target.id ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current")));
  }), { rootMargin: "0px 0px -70% 0px" });
  links.forEach((_, id) => { const heading = page.getElementById(id); if (heading) follow.observe(heading); });
})();
