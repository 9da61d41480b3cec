// Runs one trick inside a fresh page and says what reached the attacker.
import { attackerAddress, attackerName } from "./attacker.js";
import { recorder } from "./recorder.js";

/** How many milliseconds something has to get out. The table says how long the slowest took. */
const PATIENCE = 2000;

/**
 * @typedef {object} Place a page that tricks are run in
 * @property {string} url where it is
 * @property {boolean} nested whether the document worth attacking is in a frame
 * @property {{ body: string, integrity: string }} script the page's own, with its digest as the policy lists it
 */

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {Place} place
 * @param {string} run the trick
 * @param {number} number of the trick
 * @returns {Promise<{ got: string[], after: number }>} what arrived, and when
 */
export async function attempt(browser, place, run, number) {
  const attacker = await recorder(attackerAddress(number), place.script.body);
  // WebRTC looks at every network interface, loopback too, only for a page that may use the microphone.
  const context = await browser.newContext({ permissions: ["microphone", "camera"] });
  try {
    const page = await context.newPage();
    await page.goto(place.url);
    const victim = place.nested ? page.mainFrame().childFrames()[0] : page.mainFrame();
    await victim.evaluate(expression(run, target(number, attacker.port, place.script)));
    const after = await arrival(attacker.seen);
    return { got: [...attacker.seen].sort(), after };
  } finally {
    await context.close();
    await attacker.close();
  }
}

/** What a trick knows about the attacker. */
function target(number, port, { integrity }) {
  const host = `${attackerName(number)}:${port}`;
  return {
    url: `http://${host}/secret`,
    https: `https://${host}/secret`,
    socket: `ws://${host}/secret`,
    host,
    numeric: `${attackerAddress(number)}:${port}`,
    secret: "secret",
    integrity,
  };
}

/** The trick runs in a task of its own: what the debugger evaluates is free of the page's policy, what it starts is not. */
function expression(run, to) {
  return `void setTimeout((to, put, run) => {
    addEventListener("unhandledrejection", (event) => event.preventDefault());
    try { Promise.resolve(run(to, put)).catch(() => {}); } catch {}
  }, 0, ${JSON.stringify(to)}, ${put}, ${run})`;
}

/** Puts an element with these attributes into the page. `integrity: "ours"` stands for the digest of the page's own script. */
function put(tag, attributes = {}, to = {}) {
  const svg = "http://www.w3.org/2000/svg";
  const drawn = tag.startsWith("svg:");
  const element = drawn ? document.createElementNS(svg, tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value === "ours" ? to.integrity : value);
  }
  const parent = drawn ? document.body.appendChild(document.createElementNS(svg, "svg")) : document.body;
  return parent.appendChild(element);
}

async function arrival(seen) {
  const start = performance.now();
  while (performance.now() - start < PATIENCE && seen.size === 0) await pause(25);
  const after = performance.now() - start;
  // A connection comes before what is asked over it.
  if (seen.size > 0) await pause(400);
  return after;
}

function pause(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
