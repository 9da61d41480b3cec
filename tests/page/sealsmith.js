// The program of this repository opens what the page sealed.
import { execFileSync } from "node:child_process";

const program = process.env.SEALSMITH_PROGRAM;

/**
 * @param {string} manifests SealedSecrets in one text
 * @param {{ privateKey: string }} key
 * @returns {object[]} the Secrets, in the same order
 */
export function unsealed(manifests, { privateKey }) {
  if (!program) throw new Error("SEALSMITH_PROGRAM is not set: run this through ./tests/run, which sets it");
  const args = ["unseal", "--recovery-private-key", privateKey, "--format", "json"];
  const output = execFileSync(program, args, { input: manifests, encoding: "utf8", maxBuffer: 256 << 20, stdio: ["pipe", "pipe", "pipe"] });
  return output.split(/\n(?=\{)/).map((document) => JSON.parse(document));
}
