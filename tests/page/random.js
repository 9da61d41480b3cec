// Made-up input that is the same in every run.

/** Numbers from a seed (mulberry32), and what is made from them. */
export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) { this.#state = seed; }

  /** From 0 to below `limit`. */
  below(limit) {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  /** @template T @param {T[]} list */
  of(list) { return list[this.below(list.length)]; }

  /** @param {number} length */
  bytes(length) { return Uint8Array.from({ length }, () => this.below(256)); }

  /** @param {string} letters @param {number} length */
  word(letters, length) { return Array.from({ length }, () => this.of([...letters])).join(""); }
}
