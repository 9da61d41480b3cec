// Values typed or chosen by hand become a Secret that the real kubeseal opens.
import { keyPair } from "../keys.js";
import { opened, wrapped } from "../kubeseal.js";
import { binary, emoji, korean, lines } from "../values.js";
import { hands } from "./hands.js";
import { expect, test } from "./page_test.js";

const key = keyPair(2048);

for (const [how, Hand] of Object.entries(hands)) {
  test(`by ${how}: several values of every kind, with type, label and annotation`, async ({ ui }) => {
    const hand = new Hand(ui);
    await hand.enter(ui.certificate, key.certificate);
    await hand.enter(ui.name, "app");
    await hand.enter(ui.namespace, "team");
    await typed(hand, ui, 1, "emoji", emoji);
    await hand.press(ui.add);
    await typed(hand, ui, 2, "korean", korean);
    await hand.press(ui.add);
    await lined(hand, ui, 3, "lines", lines);
    await hand.press(ui.add);
    await chosen(hand, ui, 4, "binary", binary);
    await hand.press(ui.frame.getByText("Type, labels, annotations"));
    await hand.enter(ui.frame.getByRole("combobox", { name: "Type" }), "example.org/kind");
    await hand.enter(ui.textbox("Labels"), "team=alpha\ntier=back end");
    await hand.enter(ui.textbox("Annotations"), "example.org/why=한 줄");
    await hand.press(ui.seal);
    await ui.sealed();
    const secret = opened(await ui.result(), key);
    expect(secret.data).toEqual({ emoji: Buffer.from(emoji), korean: Buffer.from(korean), lines: Buffer.from(lines), binary });
    expect(secret.type).toBe("example.org/kind");
    expect(secret.metadata).toMatchObject({
      name: "app",
      namespace: "team",
      labels: { team: "alpha", tier: "back end" },
      annotations: { "example.org/why": "한 줄" },
    });
  });

  test(`by ${how}: YAML, JSON and raw hold the same values`, async ({ ui }) => {
    const hand = new Hand(ui);
    await small(hand, ui);
    await hand.press(ui.seal);
    await ui.sealed();
    const yaml = await ui.result();
    await hand.choose(ui.radio("JSON"));
    const json = await ui.result();
    expect(JSON.parse(json).kind).toBe("SealedSecret");
    await hand.choose(ui.radio("Raw"));
    const raw = wrapped({ scope: "strict", namespace: "team", name: "app" }, { user: await ui.result("user"), pass: await ui.result("pass") });
    for (const manifest of [yaml, json, raw]) {
      expect(opened(manifest, key).data).toEqual({ user: Buffer.from("bob"), pass: Buffer.from("hunter2") });
    }
  });

  test(`by ${how}: a result is copied and downloaded as it is shown`, async ({ ui, page }) => {
    const hand = new Hand(ui);
    await small(hand, ui);
    await hand.press(ui.seal);
    await ui.sealed();
    const shown = await ui.result();
    const [download] = await Promise.all([page.waitForEvent("download"), hand.press(ui.button("Download sealed-app.yaml"))]);
    expect(await read(download)).toBe(shown);
    await hand.press(ui.button("Copy"));
    await ui.button("Copied").waitFor();
    await pasteInto(ui.certificate, page);
    await expect(ui.certificate).toHaveValue(shown);
  });
}

test("Enter goes from line to line and seals after the last", async ({ ui, page }) => {
  await ui.certificate.fill(key.certificate);
  await ui.name.focus();
  for (const word of ["app", "team", "user", "bob"]) {
    await page.keyboard.type(word);
    await page.keyboard.press("Enter");
  }
  await ui.sealed();
  expect(opened(await ui.result(), key).data).toEqual({ user: Buffer.from("bob") });
});

test("a value that is removed is not sealed", async ({ ui }) => {
  await small(new hands.mouse(ui), ui);
  await ui.value(1).button("Remove").click();
  await ui.seal.click();
  await ui.sealed();
  expect(opened(await ui.result(), key).data).toEqual({ pass: Buffer.from("hunter2") });
});

test("lines pasted into a line stay lines", async ({ ui }) => {
  await small(new hands.mouse(ui), ui);
  await ui.value(1).field.evaluate((field, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, lines);
  await ui.seal.click();
  await ui.sealed();
  expect(opened(await ui.result(), key).data.user).toEqual(Buffer.from(lines));
});

test("a file dropped on a value is that value", async ({ ui }) => {
  await small(new hands.mouse(ui), ui);
  await ui.drop(ui.value(2).group, { name: "key.bin", bytes: binary });
  await ui.value(2).group.getByText("key.bin, 256 bytes").waitFor();
  await ui.seal.click();
  await ui.sealed();
  expect(opened(await ui.result(), key).data).toEqual({ user: Buffer.from("bob"), pass: binary });
});

async function small(hand, ui) {
  await hand.enter(ui.certificate, key.certificate);
  await hand.enter(ui.name, "app");
  await hand.enter(ui.namespace, "team");
  await typed(hand, ui, 1, "user", "bob");
  await hand.press(ui.add);
  await typed(hand, ui, 2, "pass", "hunter2");
}

async function typed(hand, ui, nth, name, text) {
  await hand.enter(ui.value(nth).key, name);
  await hand.enter(ui.value(nth).field, text);
}

async function lined(hand, ui, nth, name, text) {
  await hand.enter(ui.value(nth).key, name);
  await hand.choose(ui.value(nth).kind("Text"));
  await hand.enter(ui.value(nth).field, text);
}

async function chosen(hand, ui, nth, name, buffer) {
  await hand.enter(ui.value(nth).key, name);
  await hand.choose(ui.value(nth).kind("File"));
  await hand.pick(ui.value(nth).field, { name: "some.bin", mimeType: "application/octet-stream", buffer });
  await ui.value(nth).group.getByText("some.bin").waitFor();
}

async function read(download) {
  const { readFile } = await import("node:fs/promises");
  return readFile(await download.path(), "utf8");
}

async function pasteInto(field, page) {
  await field.fill("");
  await field.focus();
  await page.keyboard.press("ControlOrMeta+V");
}
