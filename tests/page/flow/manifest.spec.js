// A whole Secret goes in, a SealedSecret comes out.
import { keyPair } from "../keys.js";
import { opened } from "../kubeseal.js";
import { binary, korean } from "../values.js";
import { hands } from "./hands.js";
import { expect, test } from "./page_test.js";

const key = keyPair(2048);
const box = (ui) => ui.textbox("A Secret manifest");

const secret = `# kept out of git
apiVersion: v1
kind: Secret
metadata:
  name: app
  namespace: team
  labels:
    tier: back
  annotations:
    example.org/why: because
type: example.org/kind
data:
  binary: ${binary.toString("base64")}
stringData:
  korean: ${korean}
  lines: |
    one
    two
`;

const wanted = { binary, korean: Buffer.from(korean), lines: Buffer.from("one\ntwo\n") };

for (const [how, Hand] of Object.entries(hands)) {
  test(`by ${how}: a Secret in YAML`, async ({ ui }) => {
    await pasted(new Hand(ui), ui, secret);
    await expect(ui.found).toContainText("korean");
    await new Hand(ui).press(ui.seal);
    await ui.sealed();
    const sealed = opened(await ui.result(), key);
    expect(sealed.data).toEqual(wanted);
    expect(sealed.type).toBe("example.org/kind");
    expect(sealed.metadata).toMatchObject({ name: "app", namespace: "team", labels: { tier: "back" }, annotations: { "example.org/why": "because" } });
    await expect(box(ui)).toHaveValue("");
  });

  test(`by ${how}: another name, namespace and scope than the file's`, async ({ ui }) => {
    const hand = new Hand(ui);
    await pasted(hand, ui, secret);
    await hand.enter(ui.name, "moved");
    await hand.enter(ui.namespace, "elsewhere");
    await hand.choose(ui.scope("namespace-wide"));
    await hand.press(ui.seal);
    await ui.sealed();
    const sealed = opened(await ui.result(), key);
    expect(sealed.metadata).toMatchObject({ name: "moved", namespace: "elsewhere" });
    expect(await ui.result()).toContain("sealedsecrets.bitnami.com/namespace-wide");
    expect(sealed.data).toEqual(wanted);
  });
}

test("a Secret in JSON, from a file", async ({ ui }) => {
  await start(ui);
  const json = { apiVersion: "v1", kind: "Secret", metadata: { name: "app", namespace: "team" }, stringData: { korean } };
  await ui.frame.getByLabel("Choose manifest file").setInputFiles({ name: "secret.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(json)) });
  await expect(ui.found).toContainText("korean");
  await ui.seal.click();
  await ui.sealed();
  expect(opened(await ui.result(), key).data).toEqual({ korean: Buffer.from(korean) });
});

test("a dropped file in UTF-16", async ({ ui }) => {
  await start(ui);
  await ui.drop(box(ui), { name: "secret.yaml", bytes: Buffer.from(`\ufeff${secret}`, "utf16le") });
  await expect(ui.found).toContainText("korean");
  await ui.seal.click();
  await ui.sealed();
  expect(opened(await ui.result(), key).data).toEqual(wanted);
});

test("the scope that a Secret's annotations ask for", async ({ ui }) => {
  await start(ui);
  await box(ui).fill(secret.replace("annotations:", 'annotations:\n    sealedsecrets.bitnami.com/cluster-wide: "true"'));
  await expect(ui.found).toContainText("cluster-wide");
  await ui.seal.click();
  await ui.sealed();
  const moved = (await ui.result()).replaceAll("name: app", "name: another").replaceAll("namespace: team", "namespace: any");
  expect(opened(moved, key).data).toEqual(wanted);
});

test("all Secrets of several documents are sealed, other objects are named and left out", async ({ ui }) => {
  await start(ui);
  const second = secret.replace("name: app", "name: second");
  await box(ui).fill(`${secret}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n---\n${second}`);
  await expect(ui.found).toContainText("Left out: ConfigMap settings");
  await ui.seal.click();
  await ui.sealed();
  const documents = (await ui.result()).split(/^---$/m).filter((text) => text.trim());
  expect(documents.map((text) => opened(text, key).metadata.name)).toEqual(["app", "second"]);
});

test("the manifest is masked until it is shown", async ({ ui }) => {
  await start(ui);
  await box(ui).fill(secret);
  await expect(box(ui)).toHaveCSS("-webkit-text-security", "disc");
  await ui.button("Show").click();
  await expect(box(ui)).toHaveCSS("-webkit-text-security", "none");
});

test("what is no manifest is refused with line and column", async ({ ui }) => {
  await start(ui);
  await box(ui).fill("kind: Secret\nmetadata: [\n");
  await expect(ui.region("What to seal")).toContainText(/line \d+, column \d+/);
  await ui.seal.click();
  await expect(ui.results).toHaveCount(0);
});

async function start(ui) {
  await ui.certificate.fill(key.certificate);
  await ui.mode("A Secret manifest").check({ force: true });
}

async function pasted(hand, ui, text) {
  await hand.enter(ui.certificate, key.certificate);
  await hand.choose(ui.mode("A Secret manifest"));
  await hand.enter(box(ui), text);
}
