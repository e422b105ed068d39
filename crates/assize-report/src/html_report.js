"use strict";
// Filters and groups the findings. Without it the page shows them all, by policy.
(() => {
  const findings = document.getElementById("findings");
  const filter = document.getElementById("filter");
  if (!findings || !filter) return;
  const all = [...findings.querySelectorAll("article")];
  const homes = all.map((finding) => finding.parentElement);
  const ownGroups = [...findings.querySelectorAll("section")];
  const { words, pack, group, shown } = filter.elements;
  const severities = [...filter.querySelectorAll("input[type=checkbox]")];
  const texts = new Map();
  const text = (finding) => {
    if (!texts.has(finding)) texts.set(finding, finding.textContent.toLowerCase());
    return texts.get(finding);
  };
  let made = [];
  let timer = 0;

  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const levels = new Set(severities.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const finding of all) {
      const { severity, pack: own } = finding.dataset;
      const fits = levels.has(severity) && (!pack.value || pack.value === own) &&
        wanted.every((word) => text(finding).includes(word));
      finding.hidden = !fits;
      if (fits) count += 1;
    }
    for (const section of ownGroups.concat(made)) {
      section.hidden = !section.querySelector("article:not([hidden])");
    }
    shown.textContent = `${count} of ${all.length} findings shown`;
  };

  const section = (name) => {
    const made = document.createElement("section");
    const heading = document.createElement("h3");
    made.className = "group";
    heading.textContent = name;
    made.append(heading);
    return made;
  };

  // Severities worst first, files by name.
  const ranks = severities.map((box) => box.value);
  const byRank = (left, right) => ranks.indexOf(left) - ranks.indexOf(right) || (left < right ? -1 : 1);

  const regroup = () => {
    for (const old of made) old.remove();
    made = [];
    if (group.value === "policy") {
      all.forEach((finding, nth) => homes[nth].append(finding));
    } else {
      const sections = new Map();
      for (const finding of all) {
        const name = finding.dataset[group.value];
        if (!sections.has(name)) sections.set(name, section(name));
        sections.get(name).append(finding);
      }
      made = [...sections.keys()].sort(byRank).map((name) => sections.get(name));
      findings.append(...made);
    }
    apply();
  };

  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 120);
  });
  pack.addEventListener("change", apply);
  for (const box of severities) box.addEventListener("change", apply);
  group.addEventListener("change", regroup);
  filter.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  filter.addEventListener("reset", () => setTimeout(regroup));
  filter.hidden = false;
  apply();
})();
