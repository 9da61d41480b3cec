// Prints what came of every trick in every place.
import { AHEAD } from "./recorder.js";

/**
 * @typedef {{ got: string[], after: number }} Outcome
 */

/** @param {Outcome} outcome */
export function gotOut({ got }) {
  return got.some((kind) => !AHEAD.includes(kind));
}

/**
 * Whether the browser gave away no more than the host's name.
 * @param {Outcome} outcome
 */
function nameOnly(outcome) {
  return !gotOut(outcome) && outcome.got.length > 0;
}

/**
 * @param {string[]} names of the tricks
 * @param {Record<string, Outcome[]>} outcomes by place
 */
export function table(names, outcomes) {
  const columns = Object.values(outcomes);
  const count = (wanted) => columns.map((column) => `${column.filter(wanted).length} of ${names.length}`);
  const slowest = columns.map((column) => `${Math.round(Math.max(0, ...column.filter(gotOut).map(({ after }) => after)))} ms`);
  return [
    row("trick", Object.keys(outcomes)),
    ...names.map((name, index) => row(name, columns.map((column) => words(column[index])))),
    row("something got out", count(gotOut)),
    row("the slowest after", slowest),
    row("only the host's name got out", count(nameOnly)),
  ].join("\n");
}

function words(outcome) {
  const kinds = gotOut(outcome) ? outcome.got.filter((kind) => !AHEAD.includes(kind)) : outcome.got;
  return kinds.join("+") || "-";
}

function row(name, cells) {
  return [name.padEnd(42), ...cells.map((cell) => cell.padEnd(20))].join(" ").trimEnd();
}
