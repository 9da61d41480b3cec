// From opening the file to a page that can be used.
import { fileUrl } from "../built_page.js";

/**
 * @param {import("@playwright/test").Browser} browser
 * @returns milliseconds, by the browser's own clock
 */
export async function measureReady(browser) {
  const page = await browser.newPage();
  await page.addInitScript(noteReady);
  await page.goto(fileUrl);
  await page.frameLocator("iframe").getByRole("main").waitFor();
  const begin = await page.evaluate("performance.timeOrigin");
  const end = await page.mainFrame().childFrames()[0].evaluate("readyAt");
  await page.close();
  return end - begin;
}

/** Runs in every document before its own script. */
function noteReady() {
  const look = () => {
    if (globalThis.readyAt || !document.body?.classList.contains("ready")) return;
    globalThis.readyAt = performance.timeOrigin + performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}
