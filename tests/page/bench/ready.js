// From opening the file to a page that can be used.
import { fileUrl } from "../built_page.js";

/**
 * @param {import("@playwright/test").Browser} browser
 * @returns milliseconds from the start of the navigation to the first frame drawn that is ready, by the browser's clock
 */
export async function measureReady(browser) {
  const page = await browser.newPage();
  await page.goto(fileUrl, { waitUntil: "commit" });
  const begin = await page.evaluate("performance.timeOrigin");
  const frame = await page.locator("iframe").elementHandle().then((element) => element.contentFrame());
  const end = await frame.waitForFunction(readyAt, null, { polling: "raf" });
  const milliseconds = (await end.jsonValue()) - begin;
  await page.close();
  return milliseconds;
}

/** Runs in the page at each frame that it draws. */
function readyAt() {
  return document.body?.classList.contains("ready") && performance.timeOrigin + performance.now();
}
