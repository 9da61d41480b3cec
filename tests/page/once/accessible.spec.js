// axe finds nothing to complain about in any state of the page, light and dark, in both languages.
import axe from "axe-core";
import { readFileSync } from "node:fs";
import { keyPair } from "../keys.js";
import { expect, test } from "../flow/page_test.js";

const expired = readFileSync(new URL("../../vectors/certificates/expired.pem", import.meta.url), "utf8");
const certificate = keyPair(2048).certificate;
const secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\n  namespace: team\nstringData:\n  user: bob\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: left\n";

/** What the document around the frame has to have is inside of it, and checked there. */
const IN_THE_FRAME = { "landmark-one-main": { enabled: false }, "page-has-heading-one": { enabled: false } };

/** Each goes on from the one before. */
const states = {
  "empty": async () => {},
  "how to check": (ui) => ui.frame.locator("#check summary").click(),
  "certificate refused": (ui) => ui.frame.locator("#pem").fill(expired),
  "sealing refused": (ui) => ui.frame.locator("#seal").click(),
  "filled": async (ui) => {
    await ui.frame.locator("#pem").fill(certificate);
    await ui.frame.locator("#name").fill("app");
    await ui.frame.locator("#namespace").fill("team");
    await keyField(ui).fill("AWS_ACCESS_KEY_ID");
    await valueField(ui).fill("AKIASHORT");
  },
  "warnings": async (ui) => {
    await valueField(ui).fill(" AKIA ");
    await ui.frame.locator("[name=scope][value=cluster-wide]").check();
  },
  "result, values wiped": async (ui) => {
    await ui.frame.locator("#seal").click();
    await ui.results.first().waitFor();
  },
  "raw result": (ui) => ui.frame.locator("[name=format][value=raw]").check({ force: true }),
  "manifest, empty": (ui) => ui.frame.locator("[name=mode][value=manifest]").check({ force: true }),
  "manifest": async (ui) => {
    await ui.frame.locator("#text").fill(secret);
    await ui.found.getByText("user").waitFor();
  },
  "manifest refused": async (ui) => {
    await ui.frame.locator("#text").fill("kind: [");
    await ui.frame.locator("#text[aria-invalid=true]").waitFor();
  },
  "existing, empty": (ui) => ui.frame.locator("[name=mode][value=edit]").check({ force: true }),
  "existing": async (ui) => {
    await ui.frame.locator("#text").fill("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: app\nspec:\n  encryptedData:\n    user: AgAA\n    pass: AgAA\n");
    await ui.found.getByRole("button").first().click();
  },
};

for (const theme of ["light", "dark"]) {
  for (const language of ["en", "ko"]) {
    test.describe(`${theme}, ${language}`, () => {
      test.use({ colorScheme: theme });

      test("axe finds no violation in any state", async ({ ui, page }) => {
        if (language === "ko") await ui.button("한국어").click();
        const found = await violations(page.mainFrame(), "around the page", IN_THE_FRAME);
        for (const [state, enter] of Object.entries(states)) {
          await enter(ui);
          found.push(...(await violations(page.mainFrame().childFrames()[0], state)));
        }
        expect(found).toEqual([]);
      });
    });
  }
}

/** By every rule that axe has, in one document. */
async function violations(frame, state, rules = {}) {
  await frame.evaluate(axe.source);
  const { violations, passes } = await frame.evaluate((rules) => globalThis.axe.run({ iframes: false, rules }), rules);
  expect(passes.length, `rules that apply, ${state}`).toBeGreaterThan(5);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${state}: ${id} at ${target.join(" ")}`));
}

function keyField(ui) {
  return ui.frame.locator(".row input").first();
}

function valueField(ui) {
  return ui.frame.locator(".row input[type=password]").first();
}
