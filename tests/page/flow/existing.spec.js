// New values go into an existing SealedSecret; everything else of its text stays byte for byte.
import { keyPair } from "../keys.js";
import { opened, wrapped } from "../kubeseal.js";
import { hands } from "./hands.js";
import { expect, test } from "./page_test.js";
import { lowerEdge } from "./ui.js";

const key = keyPair(2048);
const box = (ui) => ui.textbox("An existing SealedSecret");

for (const [how, Hand] of Object.entries(hands)) {
  test(`by ${how}: one value replaced, one added, the rest as it was`, async ({ ui }) => {
    const hand = new Hand(ui);
    const before = await existing(hand, ui);
    await hand.choose(ui.mode("An existing SealedSecret"));
    await hand.enter(box(ui), before);
    await hand.press(ui.button("Replace pass"));
    await hand.enter(ui.value(1).field, "new");
    await hand.press(ui.add);
    await hand.enter(ui.value(2).key, "extra");
    await hand.enter(ui.value(2).field, "more");
    await hand.press(ui.seal);
    await ui.sealed();
    const after = await ui.result();
    expect(opened(after, key).data).toEqual({ user: Buffer.from("bob"), pass: Buffer.from("new"), extra: Buffer.from("more") });
    expect(untouched(after, ["pass", "extra"])).toEqual(untouched(before, ["pass"]));
  });
}

test("a SealedSecret that names no namespace asks for it", async ({ ui }) => {
  await ui.certificate.fill(key.certificate);
  await ui.mode("An existing SealedSecret").check({ force: true });
  await box(ui).fill("kind: SealedSecret\napiVersion: bitnami.com/v1alpha1\nmetadata:\n  name: app\nspec:\n  encryptedData:\n    user: AgAAA\n");
  await ui.button("Replace user").click();
  await ui.value(1).field.fill("bob");
  await ui.seal.click();
  await expect(ui.namespace).toBeFocused();
  await ui.page.keyboard.type("team");
  await ui.seal.click(await lowerEdge(ui.seal));
  await ui.sealed();
  const [, sealed] = /user: (\S+)/.exec(await ui.result());
  expect(opened(wrapped({ scope: "strict", namespace: "team", name: "app" }, { user: sealed }), key).data.user).toEqual(Buffer.from("bob"));
});

test("what is no SealedSecret is refused", async ({ ui }) => {
  await ui.certificate.fill(key.certificate);
  await ui.mode("An existing SealedSecret").check({ force: true });
  await box(ui).fill("apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\n");
  await expect(ui.region("What to seal")).toContainText("There is no SealedSecret in this text.");
});

/** What the page itself made, with marks that a rewrite would lose. */
async function existing(hand, ui) {
  await hand.enter(ui.certificate, key.certificate);
  await hand.enter(ui.name, "app");
  await hand.enter(ui.namespace, "team");
  await hand.enter(ui.value(1).key, "pass");
  await hand.enter(ui.value(1).field, "old");
  await hand.press(ui.add);
  await hand.enter(ui.value(2).key, "user");
  await hand.enter(ui.value(2).field, "bob");
  await hand.press(ui.seal);
  await ui.sealed();
  return `# who owns this: 팀\n${await ui.result()}# the end, with blanks   \n`;
}

/** The lines of a manifest, but for those of some keys. */
function untouched(manifest, keys) {
  return manifest.split("\n").filter((line) => !keys.some((name) => line.trimStart().startsWith(`${name}: Ag`) || line.trimStart().startsWith(`${name}: AQ`)));
}
