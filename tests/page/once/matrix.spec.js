// Every key size, scope and kind of value through the page, opened by the real kubeseal.
import { keyPair, SIZES } from "../keys.js";
import { opened } from "../kubeseal.js";
import { binary, emoji, korean, lines, mebibyte } from "../values.js";
import { expect, test } from "../flow/page_test.js";

const texts = { plain: "hunter2", emoji, korean, lines, long: "가".repeat(5000) };
const files = { binary, mebibyte, nothing: Buffer.alloc(0) };
const wanted = { ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)])), ...files };

/** What may be other for the value to open still. */
const moves = {
  "strict": (manifest) => manifest,
  "namespace-wide": (manifest) => manifest.replaceAll("name: app", "name: other"),
  "cluster-wide": (manifest) => manifest.replaceAll("name: app", "name: other").replaceAll("namespace: team", "namespace: elsewhere"),
};

for (const bits of SIZES) {
  for (const [scope, move] of Object.entries(moves)) {
    test(`${bits} bits, ${scope}: text, emoji, Korean, lines, binary and 1 MiB open`, async ({ ui }) => {
      const key = keyPair(bits);
      await ui.certificate.fill(key.certificate);
      await ui.name.fill("app");
      await ui.namespace.fill("team");
      await ui.scope(scope).check();
      await fill(ui);
      await ui.seal.click();
      await ui.sealed();
      const manifest = await ui.result();
      expect(opened(move(manifest), key).data).toEqual(wanted);
      for (const wider of Object.values(moves).slice(Object.keys(moves).indexOf(scope) + 1)) {
        expect(() => opened(wider(manifest), key)).toThrow("no key could decrypt secret");
      }
    });
  }
}

async function fill(ui) {
  let nth = 0;
  for (const [name, text] of Object.entries(texts)) {
    await next(ui, (nth += 1), name);
    if (text.includes("\n")) await ui.value(nth).kind("Text").check({ force: true });
    await ui.value(nth).field.fill(text);
  }
  for (const [name, buffer] of Object.entries(files)) {
    await next(ui, (nth += 1), name);
    await ui.value(nth).kind("File").check({ force: true });
    await ui.value(nth).field.setInputFiles({ name: `${name}.bin`, mimeType: "application/octet-stream", buffer });
    await ui.value(nth).group.getByText(`${name}.bin`).waitFor();
  }
}

async function next(ui, nth, name) {
  if (nth > 1) await ui.add.click();
  await ui.value(nth).key.fill(name);
}
