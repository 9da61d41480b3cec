// Where people go wrong, the page says so before it seals, and does not stand in the way.
import { keyPair } from "../keys.js";
import { opened } from "../kubeseal.js";
import { expect, test } from "./page_test.js";
import { lowerEdge } from "./ui.js";

const key = keyPair(2048);

const values = {
  "a line break at the end": ["token", "abc\n", "ends with a line break"],
  "blanks around it": ["token", " abc", "starts or ends with a blank"],
  "an AWS access key ID that is too short": ["AWS_ACCESS_KEY_ID", "AKIASHORT", "has 20 characters"],
  "an AWS secret access key that is too long": ["AWS_SECRET_ACCESS_KEY", "x".repeat(41), "has 40 characters"],
};

for (const [what, [name, value, words]] of Object.entries(values)) {
  test(`a value with ${what} is warned of, and sealed as it is`, async ({ ui }) => {
    await identified(ui);
    await ui.value(1).key.fill(name);
    await ui.value(1).kind("Text").check({ force: true });
    await ui.value(1).field.fill(value);
    await expect(ui.value(1).group).toContainText(words);
    await expect(ui.concerns).toContainText(words);
    await ui.seal.click();
    await ui.sealed();
    expect(opened(await ui.result(), key).data[name]).toEqual(Buffer.from(value));
  });
}

for (const scope of ["namespace-wide", "cluster-wide"]) {
  test(`the scope ${scope} is warned of`, async ({ ui }) => {
    await identified(ui);
    await ui.scope(scope).check();
    await ui.value(1).field.fill("x");
    await expect(ui.concerns).toContainText("Everyone who may create Secrets");
  });
}

const names = {
  "a name with capitals": ["name", "App"],
  "a namespace with a dot": ["namespace", "team.a"],
  "a key with a blank": ["key", "my key"],
};

for (const [what, [field, text]] of Object.entries(names)) {
  test(`${what} is refused at its field, and nothing is sealed`, async ({ ui }) => {
    await identified(ui);
    await ui.value(1).key.fill("key");
    await ui.value(1).field.fill("value");
    const target = field === "key" ? ui.value(1).key : ui[field];
    await target.fill(text);
    await target.press("Tab");
    await expect(target).toHaveAttribute("aria-invalid", "true");
    await ui.seal.click();
    await expect(target).toBeFocused();
    await expect(ui.results).toHaveCount(0);
  });
}

test("a click on Seal right after a field is corrected seals", async ({ ui }) => {
  await identified(ui);
  await ui.value(1).key.fill("key");
  await ui.value(1).field.fill("value");
  await ui.namespace.fill("team.a");
  await ui.seal.click();
  await expect(ui.namespace).toBeFocused();
  await ui.page.keyboard.press("ControlOrMeta+A");
  await ui.page.keyboard.type("team");
  // The field is left with the press of the button, and its note would take the button along on its way up.
  await ui.seal.click(await lowerEdge(ui.seal));
  await ui.sealed();
  await expect(ui.namespace).toHaveAttribute("aria-invalid", "false");
});

test("a key that is there twice is refused", async ({ ui }) => {
  await identified(ui);
  await ui.value(1).key.fill("key");
  await ui.value(1).field.fill("one");
  await ui.add.click();
  await ui.value(2).key.fill("key");
  await ui.value(2).field.fill("two");
  await expect(ui.value(2).group).toContainText("A key is there twice.");
  await ui.seal.click();
  await expect(ui.results).toHaveCount(0);
});

async function identified(ui) {
  await ui.certificate.fill(key.certificate);
  await ui.name.fill("app");
  await ui.namespace.fill("team");
}
