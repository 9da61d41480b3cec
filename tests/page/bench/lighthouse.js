// What Lighthouse says about the page on a server: about the document in the frame, by itself. Of the one around it,
// which paints nothing of its own, it says only that there was no paint.
import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";
import { createServer } from "node:net";
import { inner } from "../built_page.js";
import { launchOptions } from "../chromium.js";
import { site } from "../site.js";

const CATEGORIES = ["performance", "accessibility", "best-practices"];

/** @returns scores from 0 to 100, and what kept one from 100 */
export async function measureLighthouse() {
  const port = await freePort();
  const browser = await chromium.launch(launchOptions({ args: [`--remote-debugging-port=${port}`] }));
  const server = await site({ "/": inner, "/favicon.ico": "" });
  // Its own name for this machine counts as safe without https, which a name of the network does not.
  const url = server.url("/").replace(/\/\/[^:]+/, "//localhost");
  const { lhr } = await lighthouse(url, { port, onlyCategories: CATEGORIES, logLevel: "error" });
  await server.close();
  await browser.close();
  if (lhr.runtimeError) throw new Error(`Lighthouse could not look at the page: ${lhr.runtimeError.message}`);
  const scores = Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]);
  return { scores: Object.fromEntries(scores), complaints: complaints(lhr) };
}

function complaints({ categories, audits }) {
  const counted = Object.values(categories).filter(({ score }) => score < 1).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0));
  return counted.map(({ id }) => audits[id]).filter(({ score }) => score !== null && score < 1).map(({ id, displayValue }) => `${id} ${displayValue ?? ""}`.trim());
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
