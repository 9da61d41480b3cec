// Runs one trick inside a fresh page and says what reached the attacker.
import { recorder } from "./recorder.js";

/** Long enough for whatever gets out: the control says how long its slowest took. */
export const PATIENCE_MS = 1500;

/**
 * @typedef {object} Place a page that tricks are run in
 * @property {string} url where it is
 * @property {string} attacker the attacker's host name
 * @property {boolean} nested whether the document worth attacking is in a frame
 * @property {{ body: string, integrity: string }} allowed the page's own script, by the hash in its policy
 */

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {Place} place
 * @param {{ name: string, run: string }} trick
 * @returns {Promise<{ name: string, got: string[], after: number }>} what arrived, and when
 */
export async function attempt(browser, place, trick) {
  const attacker = await recorder(place.allowed);
  const context = await browser.newContext({ permissions: process.env.PERM ? ["camera", "microphone"] : [] });
  const page = await context.newPage();
  try {
    await page.goto(place.url);
    const document = place.nested ? page.mainFrame().childFrames()[0] : page.mainFrame();
    await document.evaluate(expression(trick, address(place, attacker.port)));
    const after = await arrival(attacker.seen);
    return { name: trick.name, got: [...attacker.seen].sort(), after };
  } finally {
    await context.close();
    await attacker.close();
  }
}

function address({ attacker, allowed }, port) {
  const host = `${attacker}:${port}`;
  return { host, port, numeric: `127.0.0.1:${port}`, url: `http://${host}/secret`, socket: `ws://${host}/secret`, secret: "secret", integrity: allowed.integrity };
}

/** The trick runs in a task of its own: what the debugger evaluates is free of the page's policy, what it starts is not. */
function expression(trick, to) {
  return `setTimeout((to, put, run) => {
    addEventListener("unhandledrejection", (event) => event.preventDefault());
    try { Promise.resolve(run(to, put)).catch(() => {}); } catch {}
  }, 0, ${JSON.stringify(to)}, ${put}, ${trick.run}), undefined`;
}

/** Puts an element with these attributes into the page. `integrity: "ours"` stands for the hash of the page's own script. */
function put(tag, attributes = {}, to = {}) {
  const svg = "http://www.w3.org/2000/svg";
  const drawn = tag.startsWith("svg:");
  const element = drawn ? document.createElementNS(svg, tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, name === "integrity" ? to.integrity : value);
  }
  const root = drawn ? document.body.appendChild(document.createElementNS(svg, "svg")) : document.body;
  return root.appendChild(element);
}

async function arrival(seen) {
  const start = performance.now();
  while (performance.now() - start < PATIENCE_MS && seen.size === 0) {
    await new Promise((done) => setTimeout(done, 25));
  }
  const after = performance.now() - start;
  // A connection comes before what is asked over it.
  if (seen.size > 0) await new Promise((done) => setTimeout(done, 200));
  return after;
}
