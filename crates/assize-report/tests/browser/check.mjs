// Checks a report in HTML as a browser sees it: node check.mjs PAGE [FOLDER]
//
// Exits with 0 if nothing is wrong. Pictures of the page go to the folder, where one is named. `CHROMIUM` names the program.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { Chromium } from "./chromium.mjs";

const [page, folder] = process.argv.slice(2);
const url = pathToFileURL(resolve(page)).href;
const functions = readFileSync(new URL("in_page.js", import.meta.url), "utf8");
const wrong = [];
const expect = (holds, what) => { if (!holds) wrong.push(what); };

const browser = await Chromium.start(process.env.CHROMIUM ?? "chromium");
const call = (name) => browser.value(`(() => { ${functions}; return ${name}(); })()`);
const picture = async (name, options) => {
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.png`), await browser.screenshot(options));
};

// As it is, in both colour schemes.
await browser.size(1280, 1600);
const start = Date.now();
await browser.open(url);
const total = await call("shown");
console.log(`loaded in ${Date.now() - start} ms, ${total} findings`);
wrong.push(...await call("structure"));
for (const value of ["light", "dark"]) {
  await browser.look([{ name: "prefers-color-scheme", value }]);
  for (const bad of await call("contrast")) wrong.push(`contrast, ${value}: ${bad}`);
  await picture(value);
}

// Filtering and grouping.
if (total > 0) {
  expect(await browser.value("!document.getElementById('filter').hidden"), "the filter is not shown");
  const set = (name, value, event) => browser.value(`(() => {
    const field = document.getElementById("filter").elements.${name};
    field.value = ${JSON.stringify(value)};
    field.dispatchEvent(new Event("${event}"));
    return new Promise((done) => setTimeout(done, 300));
  })()`);
  await set("words", "no finding says this", "input");
  expect(await call("shown") === 0, "a word that is nowhere leaves findings");
  const status = await browser.value("document.querySelector('#filter output').textContent");
  expect(status === `0 of ${total} findings shown`, `the status says: ${status}`);
  await set("words", "", "input");
  for (const by of ["file", "severity", "policy"]) {
    const begin = Date.now();
    await set("group", by, "change");
    expect(await call("shown") === total, `grouping by ${by} loses findings`);
    console.log(`grouped by ${by} in ${Date.now() - begin - 300} ms`);
    for (const bad of await call("structure")) wrong.push(`grouped by ${by}: ${bad}`);
  }
}

// With the keyboard alone.
await browser.open(url);
await browser.press("Tab");
const first = await call("focus");
expect(first?.name.includes("Skip to the content"), `the first stop is ${first?.name}`);
await browser.press("Enter", "Enter", "\r");
expect(await browser.value("location.hash") === "#content", "the first link does not skip");
const stops = new Set();
for (let step = 0; step < 60; step += 1) {
  await browser.press("Tab");
  const stop = await call("focus");
  if (!stop) break;
  stops.add(stop.name);
  expect(stop.outlined && stop.seen, `one cannot see that ${stop.name} has the focus`);
}
if (total > 0) expect([...stops].some((name) => name.startsWith("INPUT")), "the keyboard does not reach the filter");
await browser.value("document.querySelector('#policies summary')?.focus()");
const before = await browser.value("document.querySelectorAll('#policies details[open]').length");
await browser.press("Enter", "Enter", "\r");
const after = await browser.value("document.querySelectorAll('#policies details[open]').length");
if (await browser.value("!!document.querySelector('#policies summary')")) expect(after === before + 1, "Enter does not unfold a page");
for (const bad of await call("contrast")) wrong.push(`contrast, unfolded: ${bad}`);
await picture("unfolded");

// On a small screen and on paper.
await browser.look([]);
await browser.size(360, 800);
await browser.open(url);
const width = await browser.value("document.documentElement.scrollWidth");
expect(width <= 360, `a screen of 360 pixels has to be moved to see ${width}`);
await picture("narrow");
await browser.size(1280, 1600);
await browser.look([], "print");
expect(await browser.value("!document.getElementById('filter')?.checkVisibility()"), "the filter is printed");
await picture("print");
const { data } = await browser.send("Page.printToPDF", {});
if (folder) writeFileSync(join(folder, "print.pdf"), Buffer.from(data, "base64"));
await browser.look([]);

// Without script.
await browser.send("Emulation.setScriptExecutionDisabled", { value: true });
await browser.open(url);
expect(await call("shown") === total, "without script findings are missing");
expect(await browser.value("!document.getElementById('filter')?.checkVisibility()"), "without script there is a filter");
await picture("without-script");

expect(browser.complaints.length === 0, `the browser complains: ${browser.complaints.join("; ")}`);
const elsewhere = browser.requests.filter((request) => request !== url && request !== `${url}#content`);
expect(elsewhere.length === 0, `the page asks for ${elsewhere.join(", ")}`);
await browser.stop();
for (const line of wrong) console.log(`wrong: ${line}`);
console.log(wrong.length ? `${wrong.length} things are wrong` : "nothing is wrong");
process.exit(wrong.length ? 1 : 0);
