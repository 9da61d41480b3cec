/** What the builder packed into an element. */
function unpacked(id) {
  return new Response(new Blob([fromLetters($(id).textContent)]).stream().pipeThrough(new DecompressionStream("gzip")));
}

/** Five letters are four bytes (web/builder/src/pack.rs); the last of them may be cut. */
function fromLetters(text) {
  const words = new DataView(new ArrayBuffer(Math.ceil(text.length / 5) * 4));
  for (let at = 0; at < text.length; at += 5) {
    let word = 0;
    for (const letter of text.slice(at, at + 5).padEnd(5, "}")) word = word * 85 + digit(letter.charCodeAt());
    words.setUint32((at / 5) * 4, word);
  }
  return new Uint8Array(words.buffer, 0, Math.floor((text.length * 4) / 5));
}

const digit = (code) => code - 40 - (code > 60);
