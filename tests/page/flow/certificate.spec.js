// A certificate in every shape that people have it in, and every reason to refuse one.
import { readFileSync } from "node:fs";
import { keyPair } from "../keys.js";
import { hands } from "./hands.js";
import { expect, test } from "./page_test.js";

const vectors = new URL("../../vectors/", import.meta.url);
const read = (path) => readFileSync(new URL(path, vectors), "utf8");
const { fingerprints } = JSON.parse(read("kubeseal/kubeseal-cases.json"));
const [pem, other] = [read("kubeseal/keyA.crt"), read("kubeseal/keyB.crt")];

/** The same certificate as bytes of a file. */
const shapes = {
  "as it is": Buffer.from(pem),
  "with a byte order mark": Buffer.from(`\ufeff${pem}`),
  "with DOS line ends": Buffer.from(pem.replaceAll("\n", "\r\n")),
  "in UTF-16 as PowerShell writes it": Buffer.from(`\ufeff${pem}`, "utf16le"),
  "in big-endian UTF-16": Buffer.from(`\ufeff${pem}`, "utf16le").swap16(),
  "with text around it": Buffer.from(`subject=CN = sealed-secrets\n${pem}that was all\n`),
};

for (const [how, Hand] of Object.entries(hands)) {
  test(`by ${how}: a pasted certificate shows its fingerprint, size and validity`, async ({ ui }) => {
    await new Hand(ui).enter(ui.certificate, pem);
    await expect(ui.facts).toContainText(fingerprints.keyA);
    await expect(ui.facts).toContainText("RSA, 2048 bits");
    await expect(ui.facts).toContainText("days left");
  });

  test(`by ${how}: a certificate file is read`, async ({ ui }) => {
    await new Hand(ui).pick(ui.certificateFile, file(Buffer.from(pem)));
    await expect(ui.facts).toContainText(fingerprints.keyA);
  });

  test(`by ${how}: one of several certificates is chosen`, async ({ ui, page }) => {
    const hand = new Hand(ui);
    await hand.enter(ui.certificate, pem + other);
    await expect(ui.facts).toContainText(fingerprints.keyA);
    const several = ui.frame.getByRole("combobox", { name: /^Several certificates/ });
    if (how === "keyboard") {
      await hand.reach(several);
      await page.keyboard.press("ArrowDown");
    } else await several.selectOption({ index: 1 });
    await expect(ui.facts).toContainText(fingerprints.keyB);
  });
}

for (const [shape, bytes] of Object.entries(shapes)) {
  test(`a certificate ${shape} is read from a file and from a drop`, async ({ ui }) => {
    await ui.certificateFile.setInputFiles(file(bytes));
    await expect(ui.facts).toContainText(fingerprints.keyA);
    await ui.certificate.fill("");
    await expect(ui.facts).toBeHidden();
    await ui.drop(ui.region("Certificate").locator("#own"), { name: "cert.pem", bytes });
    await expect(ui.facts).toContainText(fingerprints.keyA);
  });
}

const refused = {
  "an expired certificate": [read("certificates/expired.pem"), "has expired"],
  "an elliptic curve": [read("certificates/elliptic-curve.pem"), "no RSA certificate"],
  "an Ed25519 key": [read("certificates/ed25519.pem"), "no RSA certificate"],
  "a key of 512 bits": [read("certificates/rsa512.pem"), "too short"],
  "a private key": [read("kubeseal/keyA.key"), "private key"],
  "no certificate at all": ["hello", "no certificate in this text"],
  "a damaged certificate": [damaged(pem), "damaged"],
  "a certificate that is cut off": [pem.slice(0, pem.length / 2), "cut off"],
};

for (const [what, [text, reason]] of Object.entries(refused)) {
  test(`${what} is refused with the reason, and nothing is sealed with it`, async ({ ui }) => {
    await ui.certificate.fill(text);
    await expect(ui.certificateNote).toContainText(reason);
    await ui.name.fill("app");
    await ui.namespace.fill("team");
    await ui.value(1).key.fill("key");
    await ui.value(1).field.fill("value");
    await ui.seal.click();
    await expect(ui.problem).toContainText("A valid certificate comes first.");
    await expect(ui.certificate).toBeFocused();
    await expect(ui.results).toHaveCount(0);
  });
}

test("a certificate of the future is used with a warning", async ({ ui }) => {
  await ui.certificate.fill(read("certificates/future.pem"));
  await expect(ui.certificateNote).toContainText("Not valid before");
  await expect(ui.facts).toContainText("SHA256:");
});

test("an 8192-bit certificate is read", async ({ ui }) => {
  await ui.certificate.fill(keyPair(8192).certificate);
  await expect(ui.facts).toContainText("RSA, 8192 bits");
});

function file(buffer) {
  return { name: "cert.pem", mimeType: "application/x-pem-file", buffer };
}

/** One letter in the middle is another. */
function damaged(text) {
  const body = text.split("\n");
  body[3] = `AAAA${body[3].slice(4)}`;
  return body.join("\n");
}
