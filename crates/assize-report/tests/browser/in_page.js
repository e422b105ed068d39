// Functions that run in the page and tell what is wrong with it.

// The outline of headings, the landmarks, the names of what can be operated.
function structure() {
  const wrong = [];
  const visible = (node) => node.checkVisibility();
  let last = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (!visible(heading)) continue;
    const level = Number(heading.tagName[1]);
    if (level > last + 1) wrong.push(`${heading.tagName} after H${last}: ${heading.textContent}`);
    if (!heading.textContent.trim()) wrong.push(`an empty ${heading.tagName}`);
    last = level;
  }
  for (const name of ["header", "main", "h1"]) {
    if (document.querySelectorAll(name).length !== 1) wrong.push(`not one ${name}`);
  }
  const ids = new Set();
  for (const { id } of document.querySelectorAll("[id]")) {
    if (ids.has(id)) wrong.push(`the id ${id} twice`);
    ids.add(id);
  }
  for (const link of document.querySelectorAll("a[href^='#']")) {
    if (!ids.has(link.getAttribute("href").slice(1))) wrong.push(`a link to ${link.getAttribute("href")}`);
  }
  for (const labelled of document.querySelectorAll("[aria-labelledby]")) {
    if (!ids.has(labelled.getAttribute("aria-labelledby"))) wrong.push(`no label ${labelled.getAttribute("aria-labelledby")}`);
  }
  for (const field of document.querySelectorAll("input, select")) {
    if (!field.labels?.length) wrong.push(`a field without a label: ${field.name}`);
  }
  for (const table of document.querySelectorAll("table")) {
    if (!table.querySelector("th[scope]")) wrong.push("a table without heads");
  }
  for (const node of document.querySelectorAll("[onclick], [onload], [onerror], [style], img, iframe, object, link")) {
    wrong.push(`a ${node.tagName} that has no business here`);
  }
  if (document.querySelectorAll("script").length > 1) wrong.push("more than one script");
  return wrong;
}

// Text whose contrast with what is behind it is under 4.5 to 1.
function contrast() {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => {
    const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const behind = (node) => {
    for (let own = node; own; own = own.parentElement) {
      const color = channels(getComputedStyle(own).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const wrong = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let count = 0; walker.nextNode() && count < 2000; count += 1) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !parent.checkVisibility() || parent.closest("script, style, svg")) continue;
    const [one, other] = [luminance(channels(getComputedStyle(parent).color)), luminance(behind(parent))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) wrong.set(`${parent.tagName}.${parent.className}`, `${ratio.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return [...wrong].map(([where, what]) => `${where} ${what}`);
}

// What has the focus, and whether one can see that.
function focus() {
  const node = document.activeElement;
  if (node === document.body) return null;
  const style = getComputedStyle(node);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const box = node.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0 && box.right > 0;
  return { name: `${node.tagName} ${node.textContent.trim().slice(0, 40) || node.name}`, outlined, seen };
}

// How many findings are to be seen.
function shown() {
  return [...document.querySelectorAll("#findings article")].filter((finding) => finding.checkVisibility()).length;
}
