// No way out of the page: every trick runs inside it, and inside a page without protection, where most work.
import { chromium, expect, test } from "@playwright/test";
import { readFileSync } from "node:fs";
import { fileUrl, html, script } from "../built_page.js";
import { launchOptions } from "../chromium.js";
import { site } from "../site.js";
import { attackerRules } from "./attacker.js";
import { parallel } from "./parallel.js";
import { attempt } from "./run.js";
import { gotOut, table } from "./table.js";
import { tricks } from "./tricks/index.js";

const AT_A_TIME = 12;
const names = Object.keys(tricks);
const outcomes = {};

// One measurement, several claims about it.
test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  test.setTimeout(900_000);
  const control = new URL("control.html", import.meta.url);
  const server = await site({ "/page": html, "/control": readFileSync(control, "utf8") });
  const places = {
    "page, file": { script, nested: true, url: fileUrl },
    "page, http": { script, nested: true, url: server.url("/page") },
    "control, file": { script, nested: false, url: control.href },
    "control, http": { script, nested: false, url: server.url("/control") },
  };
  for (const [name, place] of Object.entries(places)) outcomes[name] = await measure(place);
  await server.close();
  console.log(table(names, outcomes));
});

test("there are at least 70 tricks", () => {
  expect(names.length).toBeGreaterThanOrEqual(70);
});

for (const over of ["file", "http"]) {
  test(`over ${over}, nothing gets out of the page`, () => {
    expect(which(`page, ${over}`, gotOut)).toEqual([]);
  });

  test(`over ${over}, at least 50 tricks work in a page without protection`, () => {
    expect(which(`control, ${over}`, gotOut).length).toBeGreaterThanOrEqual(50);
  });
}

async function measure(place) {
  const mapped = attackerRules(names.length);
  const browser = await chromium.launch(launchOptions({ mapped, args: ["--allow-loopback-in-peer-connection"] }));
  const found = await parallel(Object.values(tricks), AT_A_TIME, (run, number) => attempt(browser, place, run, number));
  await browser.close();
  return found;
}

function which(place, wanted) {
  return names.filter((_, index) => wanted(outcomes[place][index]));
}
