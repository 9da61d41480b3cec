// The vectors of tests/vectors through the page's wasm: what kubeseal does with them, it does.
import { expect, test } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { opened, seals, wrapped } from "../kubeseal.js";
import { core, now } from "./core.js";

const folder = new URL("../../vectors/", import.meta.url);
const bytes = (path) => readFileSync(new URL(path, folder));
const path = (name) => fileURLToPath(new URL(name, folder));
const list = (name) => readdirSync(new URL(name, folder));

test("every value that kubeseal sealed, sealed by the page, is opened by kubeseal", async () => {
  const { Sealer } = await core();
  const { vectors } = JSON.parse(bytes("kubeseal/vectors.json"));
  expect(vectors.length).toBeGreaterThanOrEqual(60);
  for (const { scope, namespace, name, key, plaintext } of vectors) {
    const sealer = new Sealer(bytes(`kubeseal/keys/${key.replace("-old", "")}.crt`), now);
    const value = Buffer.from(plaintext, "base64");
    const sealed = sealer.seal(scope, namespace, name, new Uint8Array(value));
    const privateKey = path(`kubeseal/keys/${key.replace("-old", "")}.key`);
    expect(opened(wrapped({ scope, namespace, name }, { value: sealed }), { privateKey }).data.value, `${scope} ${key}`).toEqual(value);
  }
});

test("every Secret that kubeseal sealed becomes the same Secret through the page", async () => {
  const { Draft, Sealer } = await core();
  const sealer = new Sealer(bytes("kubeseal/keys/rsa4096.crt"), now);
  const key = { privateKey: path("kubeseal/keys/rsa4096.key") };
  const exits = JSON.parse(bytes("kubeseal/manifests/exits.json"));
  const names = list("kubeseal/manifests").filter((name) => name.endsWith(".in.yaml")).map((name) => name.slice(0, -".in.yaml".length));
  const sealable = names.filter((name) => exits[`${name}.yaml`].exit === 0);
  expect(sealable.length).toBeGreaterThanOrEqual(10);
  for (const name of sealable) {
    const text = new Uint8Array(bytes(`kubeseal/manifests/${name}.in.yaml`));
    const [draft] = Draft.secrets(text);
    while (draft.sealNext(sealer));
    const theirs = opened(first(bytes(`kubeseal/manifests/${name}.sealed.yaml`).toString()), key);
    for (const format of ["yaml", "json"]) {
      expect(opened(draft.manifest(format, ""), key), `${name} as ${format}`).toEqual(theirs);
    }
  }
});

test("a certificate is refused exactly when kubeseal refuses it", async () => {
  const { Sealer } = await core();
  const files = ["certificates", "keys", "kubeseal", "kubeseal/keys"].flatMap((name) =>
    list(name).filter((file) => /\.(crt|pem)$/.test(file)).map((file) => `${name}/${file}`));
  expect(files.length).toBeGreaterThanOrEqual(14);
  const ours = files.map((file) => [file, accepts(() => new Sealer(bytes(file), now))]);
  const theirs = files.map((file) => [file, seals(path(file))]);
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
});

function accepts(work) {
  try {
    work().free();
    return true;
  } catch (error) {
    expect(JSON.parse(error)).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    return false;
  }
}

/** kubeseal takes the first of several documents. */
function first(manifests) {
  return manifests.split(/^---$/m).find((text) => text.trim());
}
