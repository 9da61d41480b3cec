// What the page's wasm seals, `sealsmith unseal` opens: for made-up values, names and places.
import { expect, test } from "@playwright/test";
import { keyPair } from "../keys.js";
import { Random } from "../random.js";
import { unsealed } from "../sealsmith.js";
import { core, now } from "./core.js";

const SECRETS = 150;
const SCOPES = ["strict", "namespace-wide", "cluster-wide"];
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const TEXT = "aZ0 \t\n\"'\\#:-{}[]&*!|>%@`가힣한글é🔏\u0000\u2028\ufeff";

for (const bits of [2048, 4096]) {
  test(`${SECRETS} made-up Secrets, sealed for ${bits} bits`, async () => {
    const { Draft, Sealer } = await core();
    const key = keyPair(bits);
    const sealer = new Sealer(Buffer.from(key.certificate), now);
    const random = new Random(bits);
    const secrets = Array.from({ length: SECRETS }, () => madeUp(random));
    const manifests = secrets.map((secret) => seal(Draft, sealer, secret, random.of(["yaml", "json"])));
    const found = unsealed(manifests.map((text) => text.trim()).join("\n---\n"), key);
    expect(found.map(shape)).toEqual(secrets.map(({ scope, ...secret }) => secret));
  });
}

test("made-up values typed into an existing SealedSecret", async () => {
  const { Draft, Edit, Sealer } = await core();
  const key = keyPair(2048);
  const sealer = new Sealer(Buffer.from(key.certificate), now);
  const random = new Random(7);
  const changed = Array.from({ length: 60 }, () => {
    const secret = madeUp(random);
    const edit = new Edit(Buffer.from(seal(Draft, sealer, secret, random.of(["yaml", "json"]))), 0);
    const fresh = { [random.of(Object.keys(secret.data))]: value(random), [`new-${random.word(LETTERS, 9)}`]: value(random) };
    for (const [name, text] of Object.entries(fresh)) edit.seal(sealer, name, new Uint8Array(text));
    return { text: edit.text(), secret: { ...secret, data: { ...secret.data, ...fresh } } };
  });
  const found = unsealed(changed.map(({ text }) => text.trim()).join("\n---\n"), key);
  expect(found.map(shape)).toEqual(changed.map(({ secret: { scope, ...secret } }) => secret));
});

function madeUp(random) {
  const data = Array.from({ length: 1 + random.below(3) }, () => [random.word(`${LETTERS}ABC._-`, 1 + random.below(40)), value(random)]);
  const valid = data.filter(([name]) => name !== "." && !name.startsWith(".."));
  return {
    scope: random.of(SCOPES),
    namespace: label(random, 63),
    name: `${label(random, 60)}.${label(random, 60)}`,
    data: valid.length ? Object.fromEntries(valid) : { key: value(random) },
  };
}

function value(random) {
  return random.below(2) ? Buffer.from(random.word(TEXT, random.below(200))) : Buffer.from(random.bytes(random.below(4000)));
}

function label(random, most) {
  const middle = random.word(`${LETTERS}-`, random.below(most - 1));
  return `${random.of([...LETTERS])}${middle}${random.of([...LETTERS])}`.slice(0, most);
}

function seal(Draft, sealer, { scope, namespace, name, data }, format) {
  const draft = Draft.form(scope, namespace, name);
  for (const [key, bytes] of Object.entries(data)) draft.setValue(key, new Uint8Array(bytes));
  while (draft.sealNext(sealer));
  const text = draft.manifest(format, "");
  draft.free();
  return text;
}

function shape({ metadata: { name, namespace }, data }) {
  const bytes = Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text ?? "", "base64")]);
  return { namespace, name, data: Object.fromEntries(bytes) };
}
