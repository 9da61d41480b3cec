// A thousand values through the page itself: from the press of the button to the result, and the longest freeze.
import { fileUrl } from "../built_page.js";
import { Ui } from "../flow/ui.js";

const COUNT = 1000;
const values = Array.from({ length: COUNT }, (_, index) => `  key-${index}: hunter2-${index}\n`).join("");
const SECRET = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\n  namespace: team\nstringData:\n${values}`;

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {{ certificate: string }} key
 */
export async function measureThousand(browser, { certificate }) {
  const page = await browser.newPage();
  await page.goto(fileUrl);
  const ui = new Ui(page);
  await ui.certificate.fill(certificate);
  await ui.mode("A Secret manifest").check({ force: true });
  await ui.textbox("A Secret manifest").fill(SECRET);
  await ui.found.getByText("and 970 more").waitFor();
  const figures = await page.mainFrame().childFrames()[0].evaluate(press);
  await page.close();
  return figures;
}

/** Runs in the page. */
async function press() {
  const tasks = [0];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  const begin = performance.now();
  document.getElementById("seal").click();
  const end = await new Promise((done) => {
    const look = () => document.querySelector("figure pre") && done(performance.now());
    new MutationObserver(look).observe(document.getElementById("outputs"), { childList: true });
  });
  await new Promise((done) => setTimeout(done, 500));
  return { thousand: end - begin, freeze: Math.max(...tasks) };
}
