// The attacker's names: one for each trick, at an address of its own, so that nothing is taken for another trick's.

/** @param {number} number of a trick */
export function attackerName(number) {
  return `t${number}.attacker.test`;
}

/** @param {number} number of a trick */
export function attackerAddress(number) {
  return `127.1.${number >> 8}.${number & 255}`;
}

/**
 * @param {number} count of tricks
 * @returns rules for Chromium's resolver
 */
export function attackerRules(count) {
  return Array.from({ length: count }, (_, number) => `MAP ${attackerName(number)} ${attackerAddress(number)}`);
}
