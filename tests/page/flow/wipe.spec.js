// What is typed is hidden, and goes: after sealing, when nobody works here any more.
import { keyPair } from "../keys.js";
import { expect, test } from "./page_test.js";

const key = keyPair(2048);

test("a value is masked until it is shown", async ({ ui }) => {
  await ui.value(1).field.fill("hunter2");
  await expect(ui.value(1).field).toHaveAttribute("type", "password");
  await ui.value(1).button("Show").click();
  await expect(ui.value(1).field).toHaveAttribute("type", "text");
  await ui.value(1).button("Hide").click();
  await expect(ui.value(1).field).toHaveAttribute("type", "password");
});

test("values of several lines are masked too", async ({ ui }) => {
  await ui.value(1).kind("Text").check({ force: true });
  await ui.value(1).field.fill("one\ntwo");
  await expect(ui.value(1).field).toHaveCSS("-webkit-text-security", "disc");
  await ui.value(1).button("Show").click();
  await expect(ui.value(1).field).toHaveCSS("-webkit-text-security", "none");
});

test("after sealing no value is left in the page, its keys and names are", async ({ ui }) => {
  await filled(ui);
  await ui.seal.click();
  await ui.sealed();
  await expect(ui.value(1).field).toHaveValue("");
  await expect(ui.value(1).key).toHaveValue("pass");
  await expect(ui.name).toHaveValue("app");
  expect(await left(ui)).not.toContain("hunter2");
});

test("another way to start leaves no value behind", async ({ ui }) => {
  await filled(ui);
  await ui.mode("A Secret manifest").check({ force: true });
  await ui.mode("Values").check({ force: true });
  await expect(ui.value(1).field).toHaveValue("");
  expect(await left(ui)).not.toContain("hunter2");
});

test.describe("with a clock of its own", () => {
  test.use({ clock: true });

  test("after five idle minutes the values are wiped, not before", async ({ ui, page }) => {
    await filled(ui);
    await page.clock.runFor("04:50");
    await expect(ui.value(1).field).toHaveValue("hunter2");
    await page.clock.runFor("00:20");
    await expect(ui.value(1).field).toHaveValue("");
    await expect(ui.problem).toContainText("Nothing was typed for 5 minutes");
  });
});

async function filled(ui) {
  await ui.certificate.fill(key.certificate);
  await ui.name.fill("app");
  await ui.namespace.fill("team");
  await ui.value(1).key.fill("pass");
  await ui.value(1).field.fill("hunter2");
}

/** Every text and every field's content. */
function left(ui) {
  return ui.frame.locator("html").evaluate((root) => {
    const fields = [...root.querySelectorAll("input, textarea")].filter((field) => field.type !== "file");
    return root.outerHTML + fields.map((field) => field.value).join("\n");
  });
}
