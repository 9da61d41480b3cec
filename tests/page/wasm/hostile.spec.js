// Hostile certificates and manifests are refused in words: the wasm never traps, and works on after each.
import { expect, test } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { Random } from "../random.js";
import { core, now } from "./core.js";

const folder = new URL("../../vectors/", import.meta.url);
const read = (path) => readFileSync(new URL(path, folder));
const all = (path, end) => readdirSync(new URL(path, folder)).filter((name) => name.endsWith(end)).map((name) => read(`${path}/${name}`));
const MIB = 1 << 20;

const certificates = [...all("certificates", ".pem"), ...all("kubeseal", ".crt"), ...all("keys", ".crt")];
const manifests = all("kubeseal/manifests", "yaml").concat(all("kubeseal/manifests", "json"));

/** Every reader of untrusted bytes that the page has. */
function readers({ readCertificates, Sealer, inspect, Draft, Edit, warnings }) {
  return {
    readCertificates,
    Sealer: (bytes) => new Sealer(bytes, now).free(),
    inspect,
    "Draft.secrets": (bytes) => Draft.secrets(bytes).forEach((draft) => draft.free()),
    Edit: (bytes) => described(new Edit(bytes, 0)),
    warnings: (bytes) => warnings("key", bytes),
  };
}

test("4,000 damaged certificates", async () => {
  const random = new Random(1);
  await survive(function* () {
    for (let round = 0; round < 4000; round += 1) yield damaged(random, random.of(certificates));
  }, ["readCertificates", "Sealer"]);
});

test("1,000 certificates that are damaged inside of their armour", async () => {
  const random = new Random(2);
  await survive(function* () {
    for (let round = 0; round < 1000; round += 1) yield armoured(damaged(random, der(random.of(certificates))));
  }, ["readCertificates", "Sealer"]);
});

test("4,000 damaged manifests", async () => {
  const random = new Random(3);
  await survive(function* () {
    for (let round = 0; round < 4000; round += 1) yield damaged(random, random.of(manifests));
  }, ["inspect", "Draft.secrets", "Edit"]);
});

test("1,000 texts of random bytes", async () => {
  const random = new Random(4);
  await survive(function* () {
    for (let round = 0; round < 1000; round += 1) yield random.bytes(random.below(2000));
  });
});

test("texts that are deep, long or grow when they are read", async () => {
  await survive(shapes);
});

test("arguments that no page would give", async () => {
  const { Draft, Edit, Sealer, checkName, inspect } = await core();
  const sealer = new Sealer(read("kubeseal/keyA.crt"), now);
  const odd = ["", "\0", "가", "a".repeat(MIB), "\ud800", "../..", "-", "strict "];
  for (const text of odd) {
    for (const work of [
      () => checkName(text, text),
      () => sealer.seal(text, text, text, new Uint8Array(1)),
      () => Draft.form(text, text, text),
      () => Draft.form("strict", "team", "app").setValue(text, new Uint8Array(1)),
      () => Draft.form("strict", "team", "app").manifest(text, text),
      () => new Edit(Buffer.from("kind: SealedSecret"), 99),
    ]) refusedOrDone(work);
  }
  expect(JSON.parse(inspect(Buffer.from("kind: ConfigMap")))).toHaveLength(1);
});

/** Gives each text to each reader; afterwards the same instance still seals. */
async function survive(texts, names) {
  const module = await core();
  const wanted = Object.entries(readers(module)).filter(([name]) => !names || names.includes(name));
  let refused = 0;
  for (const bytes of texts()) {
    for (const [, reader] of wanted) refused += refusedOrDone(() => reader(new Uint8Array(Buffer.from(bytes))));
  }
  expect(refused, "something was refused").toBeGreaterThan(0);
  const sealer = new module.Sealer(read("kubeseal/keyA.crt"), now);
  expect(sealer.seal("strict", "team", "app", new Uint8Array(3))).toMatch(/^AQ/);
}

/** A refusal is a text with JSON in it; anything else, a trap above all, fails the test. */
function refusedOrDone(work) {
  try {
    work();
    return 0;
  } catch (error) {
    if (typeof error !== "string") throw error;
    const { code, message } = JSON.parse(error);
    if (!code || !message) throw new Error(`a refusal without words: ${error}`);
    return 1;
  }
}

function* shapes() {
  const depth = 100_000;
  yield "[".repeat(depth);
  yield "{a: ".repeat(depth);
  yield '{"a":'.repeat(depth);
  yield "- ".repeat(depth);
  yield "? ".repeat(depth);
  yield Array.from({ length: 2000 }, (_, level) => `${" ".repeat(level)}a:\n`).join("");
  yield `apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData: ${"{a: ".repeat(500)}x${"}".repeat(500)}\n`;
  yield `a0: &a0 [x, x]\n${Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]\n`).join("")}`;
  yield "a: &a [*a]\n";
  yield `apiVersion: v1\nkind: Secret\nmetadata: &m {name: app, namespace: *m}\n`;
  yield "---\n".repeat(depth);
  yield "apiVersion: v1\nkind: Secret\n---\n".repeat(10_000);
  yield `apiVersion: v1\nkind: Secret\nmetadata: {name: app}\ndata:\n${Array.from({ length: 20_000 }, (_, n) => `  k${n}: eA==\n`).join("")}`;
  yield "-----BEGIN CERTIFICATE-----\n".repeat(depth);
  yield `-----BEGIN CERTIFICATE-----\n${"A".repeat(MIB)}\n-----END CERTIFICATE-----\n`;
  yield Buffer.alloc(16 * MIB);
  yield Buffer.alloc(16 * MIB, "a");
  yield Buffer.alloc(16 * MIB, "a: b\n");
  yield Buffer.concat([Buffer.from("apiVersion: v1\nkind: Secret\nmetadata: {name: app}\nstringData:\n  k: "), Buffer.alloc(16 * MIB, "x")]);
}

/** Some bytes are others, or the end is missing, or a part is there twice. */
function damaged(random, bytes) {
  const changed = Buffer.from(bytes.subarray(0, random.below(4) ? bytes.length : 1 + random.below(bytes.length)));
  for (let count = random.below(4); count > 0; count -= 1) changed[random.below(changed.length)] = random.below(256);
  const [from, to] = [random.below(changed.length), random.below(changed.length)].sort((a, b) => a - b);
  return random.below(4) ? changed : Buffer.concat([changed.subarray(0, to), changed.subarray(from)]);
}

function der(pem) {
  return Buffer.from(pem.toString().split("-----")[2], "base64");
}

function armoured(bytes) {
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${bytes.toString("base64")}\n-----END CERTIFICATE-----\n`);
}

function described(object) {
  try {
    return object.describe();
  } finally {
    object.free();
  }
}
