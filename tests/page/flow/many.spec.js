// A thousand values keep the page usable.
import { keyPair } from "../keys.js";
import { opened } from "../kubeseal.js";
import { expect, test } from "./page_test.js";

const [key, slow] = [keyPair(2048), keyPair(8192)];
const count = 1000;
const values = Array.from({ length: count }, (_, index) => `  key-${index}: value ${index}\n`).join("");
const secret = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\n  namespace: team\nstringData:\n${values}`;

test("a thousand values are sealed, after a first try that is cancelled", async ({ ui }) => {
  await ui.certificate.fill(slow.certificate);
  await ui.mode("A Secret manifest").check({ force: true });
  await ui.textbox("A Secret manifest").fill(secret);
  await expect(ui.found).toContainText("and 970 more");
  await ui.seal.click();
  await ui.button("Cancel").click();
  await expect(ui.status).toContainText("Cancelled");
  await expect(ui.results).toHaveCount(0);
  await ui.certificate.fill(key.certificate);
  await ui.seal.click();
  await ui.sealed();
  const { data } = opened(await ui.result(), key);
  expect(Object.keys(data)).toHaveLength(count);
  expect(data["key-999"]).toEqual(Buffer.from("value 999"));
});
