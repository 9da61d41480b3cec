// Measures one contender in a fresh page.
import { wrapped, opened } from "../kubeseal.js";

const NAMESPACE = "team";
const MEBIBYTE = 1 << 20;

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {{ code: any, start: Function }} contender
 * @param {{ certificate: string, publicKey: string, privateKey: string }} key
 * @returns milliseconds of each kind of work, after kubeseal opened what was made
 */
export async function measureSealing(browser, { code, start }, key) {
  const page = await browser.newPage();
  await page.goto(new URL("../leak/control.html", import.meta.url).href);
  const { certificate, publicKey } = key;
  const given = JSON.stringify({ code, certificate, publicKey, namespace: NAMESPACE, mebibyte: MEBIBYTE });
  const { sealed, ...figures } = await page.evaluate(`(${measure(start)})(${given})`);
  await page.close();
  for (const [text, value] of sealed) mustOpen(text, value, key);
  return figures;
}

function mustOpen(text, value, key) {
  const place = { scope: "namespace-wide", namespace: NAMESPACE, name: "name" };
  const { data } = opened(wrapped(place, { value }), key);
  if (data.value.toString() !== text) throw new Error("kubeseal opens something else");
}

/** Runs in the page. A task ends after 30 ms, as those of the offline page do. */
function measure(start) {
  return `async (given) => {
    const longest = [0];
    new PerformanceObserver((list) => longest.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    const pause = () => new Promise((done) => setTimeout(done, 0));
    const timed = async (work) => {
      const begin = performance.now();
      const result = await work();
      return [performance.now() - begin, result];
    };
    const [ready, seal] = await timed(() => (${start})(given));
    const [first, sealedFirst] = await timed(() => seal("first"));
    const times = [];
    for (let round = 0; round < 101; round += 1) times.push((await timed(() => seal("hunter2-" + round)))[0]);
    times.sort((a, b) => a - b);
    // What is told late belongs to the work before.
    await new Promise((done) => setTimeout(done, 300));
    longest.length = 1;
    const [thousand] = await timed(async () => {
      let end = performance.now() + 30;
      for (let round = 0; round < 1000; round += 1) {
        await seal("hunter2-" + round);
        if (performance.now() < end) continue;
        await pause();
        end = performance.now() + 30;
      }
    });
    await new Promise((done) => setTimeout(done, 300));
    const freeze = Math.max(...longest);
    const big = "x".repeat(given.mebibyte);
    const [mebibyte, sealedBig] = await timed(() => seal(big));
    return { ready, first, median: times[50], thousand, freeze, mebibyte, sealed: [["first", sealedFirst], [big, sealedBig]] };
  }`;
}
