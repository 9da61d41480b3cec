// What every test of the page has: the page, from disk or from a server, and two claims that hold at its end.
import { expect, test as base } from "@playwright/test";
import { fileUrl, html } from "../built_page.js";
import { site } from "../site.js";
import { Ui } from "./ui.js";

export { expect };

/**
 * `over` is a project's: "file" or "http". `document` is the page's text, where a test wants another than the built one.
 * `ui` is the open page. Whatever a test does, nothing is requested after the page itself and the console stays empty.
 */
export const test = base.extend({
  over: ["file", { option: true }],
  permissions: async ({ over }, use) => use(over === "file" ? ["clipboard-read", "clipboard-write"] : []),
  document: [null, { option: true }],
  clock: [false, { option: true }],
  address: async ({ over, document }, use, info) => {
    const server = await site({ "/sealsmith.html": document ?? html });
    await use(over === "http" ? server.url("/sealsmith.html") : await onDisk(document, info));
    await server.close();
  },
  ui: async ({ page, address, clock }, use) => {
    const watched = watch(page);
    // From the start: a chooser that opens before the browser is told to hand it over never comes.
    page.on("filechooser", () => {});
    if (clock) await page.clock.install();
    await page.goto(address);
    const ui = new Ui(page);
    await ui.main.waitFor();
    await use(ui);
    expect(watched.requests, "requests after the page itself").toEqual([address]);
    expect(watched.console.filter((words) => !ui.complaint.test(words)), "words on the console").toEqual([]);
  },
});

/** Everything that is asked for, and everything said on the console. */
function watch(page) {
  const requests = [];
  const console = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => console.push(message.text()));
  page.on("pageerror", (error) => console.push(String(error)));
  return { requests, console };
}

async function onDisk(document, info) {
  if (document === null) return fileUrl;
  const { writeFile } = await import("node:fs/promises");
  const { pathToFileURL } = await import("node:url");
  const file = info.outputPath("sealsmith.html");
  await writeFile(file, document);
  return pathToFileURL(file).href;
}
