// Light and dark, two languages, a phone, and the page's own proof that nothing leaves it.
import { expect, test } from "./page_test.js";

test("the theme follows the system and the button", async ({ ui, page }) => {
  const paper = () => ui.frame.locator("html").evaluate((root) => getComputedStyle(root).backgroundColor);
  const light = await paper();
  await ui.button("Dark").click();
  const dark = await paper();
  expect(dark).not.toBe(light);
  await ui.button("Light").click();
  expect(await paper()).toBe(light);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(paper).toBe(dark);
});

test("every text changes with the language, and back", async ({ ui }) => {
  const texts = () => ui.main.locator("[data-t]:visible").allInnerTexts();
  const english = await texts();
  await ui.button("한국어").click();
  await expect(ui.frame.locator("html")).toHaveAttribute("lang", "ko");
  const korean = await texts();
  const same = english.filter((text, index) => text.trim() && text === korean[index]);
  expect(same).toEqual([]);
  await ui.button("English").click();
  expect(await texts()).toEqual(english);
});

for (const width of [360, 768, 1280]) {
  test(`nothing is wider than a screen of ${width} pixels`, async ({ ui, page }) => {
    await page.setViewportSize({ width, height: 800 });
    for (const mode of ["Values", "A Secret manifest", "An existing SealedSecret"]) {
      await ui.mode(mode).check({ force: true });
      const over = await ui.frame.locator("html").evaluate((root) => root.scrollWidth - root.clientWidth);
      expect(over, mode).toBeLessThanOrEqual(0);
    }
  });
}

test("the page shows the policy that blocks its own request", async ({ ui }) => {
  await ui.frame.getByText("Nothing leaves this page.").click();
  ui.complaint = /sealsmith\.invalid.* violates .*Content Security Policy/;
  await ui.button("Try to send a request").click();
  await expect(ui.frame.locator("#policy")).toContainText("Blocked by the browser");
  await expect(ui.frame.locator("#policy")).toContainText("connect-src 'none'");
});
