// Environments in the page: their certificates, names and defaults are there to choose from.
import { keyPair } from "../keys.js";
import { opened } from "../kubeseal.js";
import { baked } from "./baked.js";
import { hands } from "./hands.js";
import { expect, test } from "./page_test.js";

const [dev, prod, own] = [keyPair(2048), keyPair(3072), keyPair(4096)];

const knowledge = {
  format: 1,
  version: "0.1.0",
  syncWave: "-1",
  environments: [
    {
      name: "dev",
      protected: false,
      certificate: dev.certificate,
      fingerprint: "SHA256:dev",
      secrets: [
        {
          app: "airflow",
          namespace: "mlops-dev",
          name: "aws-credentials",
          scope: "namespace-wide",
          path: "envs/dev/aws-credentials.yaml",
          keys: [{ key: "AWS_ACCESS_KEY_ID", bytes: [20] }, { key: "AWS_SECRET_ACCESS_KEY", bytes: [40] }],
          rotation: "automated",
          reason: "it's <b>rotated</b> & checked",
        },
      ],
    },
    { name: "prod", protected: true, certificate: prod.certificate, fingerprint: "SHA256:prod", scopes: ["strict"], secrets: [] },
  ],
};

test.use({ document: async ({}, use) => use(baked(knowledge)) });

for (const [how, Hand] of Object.entries(hands)) {
  test(`by ${how}: a Secret of the list is sealed with its namespace, scope, keys and sync wave`, async ({ ui, page }) => {
    const hand = new Hand(ui);
    await choose(hand, how, page, entries(ui), "airflow / aws-credentials");
    await expect(ui.name).toHaveValue("aws-credentials");
    await expect(ui.namespace).toHaveValue("mlops-dev");
    await hand.enter(ui.value(1).field, "A".repeat(20));
    await hand.enter(ui.value(2).field, "s".repeat(40));
    await hand.press(ui.seal);
    await ui.sealed();
    expect(await ui.result()).toMatch(/argocd\.argoproj\.io\/sync-wave: "-1"/);
    await expect(ui.button("Download aws-credentials.yaml")).toBeVisible();
    const secret = opened(await ui.result(), dev);
    expect(secret.data).toEqual({ AWS_ACCESS_KEY_ID: Buffer.from("A".repeat(20)), AWS_SECRET_ACCESS_KEY: Buffer.from("s".repeat(40)) });
  });

  test(`by ${how}: another environment has its own certificate and scopes`, async ({ ui, page }) => {
    const hand = new Hand(ui);
    await choose(hand, how, page, environments(ui), "prod");
    await expect(ui.facts).toContainText("RSA, 3072 bits");
    await expect(ui.certificateNote).toContainText("This environment is protected");
    await expect(ui.scope("cluster-wide")).toBeDisabled();
    await expect(ui.scope("strict")).toBeChecked();
    await simple(hand, ui);
    await hand.press(ui.seal);
    await ui.sealed();
    expect(opened(await ui.result(), prod).data).toEqual({ key: Buffer.from("value") });
  });
}

test("only an environment that is protected says so, in both languages", async ({ ui }) => {
  await expect(ui.facts).toContainText("RSA, 2048 bits");
  await expect(ui.certificateNote).toBeEmpty();
  await environments(ui).selectOption("prod");
  await expect(ui.certificateNote).toContainText("This environment is protected");
  await ui.button("한국어").click();
  await expect(ui.certificateNote).toContainText("보호된 환경입니다");
});

test("what the policy knows about a Secret is told", async ({ ui }) => {
  await entries(ui).selectOption("airflow / aws-credentials");
  await expect(ui.frame.locator("#belongs")).toContainText("it's <b>rotated</b> & checked");
  await expect(ui.frame.locator("#belongs")).toContainText("envs/dev/aws-credentials.yaml");
  await ui.value(1).field.fill("short");
  await expect(ui.concerns).toContainText("usually has 20 bytes, this one 5");
});

test("another certificate than the environments' can be used", async ({ ui }) => {
  await environments(ui).selectOption({ label: "Another certificate" });
  await ui.certificate.fill(own.certificate);
  await simple(new hands.mouse(ui), ui);
  await ui.seal.click();
  await ui.sealed();
  expect(opened(await ui.result(), own).data).toEqual({ key: Buffer.from("value") });
});

function environments(ui) {
  return ui.frame.getByRole("combobox", { name: "Environment", exact: true });
}

function entries(ui) {
  return ui.frame.getByRole("combobox", { name: "Secret of this environment" });
}

/** A list is gone through by its first letters, or picked from. */
async function choose(hand, how, page, list, label) {
  if (how === "mouse") return list.selectOption({ label });
  await hand.reach(list);
  await page.keyboard.type(label);
}

async function simple(hand, ui) {
  await hand.enter(ui.name, "app");
  await hand.enter(ui.namespace, "team");
  await hand.enter(ui.value(1).key, "key");
  await hand.enter(ui.value(1).field, "value");
}
