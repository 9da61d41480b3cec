// Two ways to work with the page. A flow is written once and done by both.
import { expect } from "@playwright/test";

/** Clicks, and pastes texts. */
class Mouse {
  constructor(ui) { this.ui = ui; }

  async press(target) { await target.click(); }

  /** A radio button may be hidden under its label, which is what people click. */
  async choose(radio) { await radio.locator("xpath=..").click(); }

  async enter(field, text) {
    await field.click();
    await field.fill(text);
  }

  async pick(field, file) {
    const [chooser] = await Promise.all([this.ui.page.waitForEvent("filechooser"), field.click({ force: true })]);
    await chooser.setFiles(file);
  }
}

/** Never more stops than this on the way to anything. */
const STOPS = 120;

/** Tab, arrows, Space, Enter and letters. */
class Keyboard {
  constructor(ui) {
    this.ui = ui;
    this.keys = ui.page.keyboard;
  }

  async press(target) {
    await this.reach(target);
    await this.keys.press("Enter");
  }

  /** A group of radio buttons is one stop; arrows go through it. */
  async choose(radio) {
    const group = this.ui.frame.locator(`[type=radio][name="${await radio.getAttribute("name")}"]`);
    await this.reach(group, () => radio.evaluate((one) => document.activeElement?.name === one.name));
    for (let step = 0; step < STOPS && !(await radio.isChecked()); step += 1) await this.keys.press("ArrowDown");
    await expect(radio).toBeChecked();
  }

  async enter(field, text) {
    await this.reach(field);
    await this.keys.press("ControlOrMeta+A");
    await this.keys.insertText(text);
  }

  async pick(field, file) {
    await this.reach(field);
    const [chooser] = await Promise.all([this.ui.page.waitForEvent("filechooser"), this.keys.press("Enter")]);
    await chooser.setFiles(file);
  }

  /** Tab until it has the focus: first on from where we are, then from the start again. */
  async reach(target, there = () => target.evaluate((element) => element === document.activeElement)) {
    for (let stop = 0; stop < STOPS; stop += 1) {
      if (await there()) return;
      await this.keys.press("Tab");
    }
    throw new Error(`the Tab key does not get to ${target}`);
  }
}

/** By what a test's name says. */
export const hands = { mouse: Mouse, keyboard: Keyboard };
