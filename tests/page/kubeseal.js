// The real kubeseal opens what the page sealed.
import { execFileSync } from "node:child_process";

const program = process.env.SEALSMITH_KUBESEAL;

/** Annotations by which a SealedSecret tells its scope; strict has none. */
const ANNOTATION = {
  "namespace-wide": { "sealedsecrets.bitnami.com/namespace-wide": "true" },
  "cluster-wide": { "sealedsecrets.bitnami.com/cluster-wide": "true" },
};

/**
 * @param {string} manifest one SealedSecret, YAML or JSON
 * @param {{ privateKey: string }} key
 * @returns the Secret, with bytes in `data`
 */
export function opened(manifest, { privateKey }) {
  if (!program) throw new Error("SEALSMITH_KUBESEAL is not set: run this through ./tests/run, which sets it");
  const secret = JSON.parse(run(["--recovery-unseal", "--recovery-private-key", privateKey, "--format", "json"], manifest));
  const data = Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value ?? "", "base64")]);
  return { ...secret, data: Object.fromEntries(data) };
}

/** A raw value opens only inside of a SealedSecret. */
export function wrapped({ scope, namespace, name }, encryptedData) {
  const metadata = { name, namespace, annotations: ANNOTATION[scope] };
  return JSON.stringify({ apiVersion: "bitnami.com/v1alpha1", kind: "SealedSecret", metadata, spec: { encryptedData, template: { metadata } } });
}

/** Whether kubeseal seals with a certificate. */
export function seals(certificateFile) {
  try {
    run(["--raw", "--cert", certificateFile, "--scope", "cluster-wide", "--from-file", certificateFile], "");
    return true;
  } catch {
    return false;
  }
}

function run(args, input) {
  // A kubeconfig of the person who runs this must not be asked.
  const env = { PATH: process.env.PATH, KUBECONFIG: "/nonexistent" };
  return execFileSync(program, args, { input, env, encoding: "utf8", maxBuffer: 64 << 20, stdio: ["pipe", "pipe", "pipe"] });
}
