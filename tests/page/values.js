// Values that are easy to get wrong.

/** Every byte there is, so no text. */
export const binary = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

export const emoji = "🔏 naïve — 👩‍👩‍👧";
export const korean = "비밀번호는 쉿!";
export const lines = "-----BEGIN THING-----\nfirst\n\tsecond  \n-----END THING-----\n";

/** 1 MiB that does not compress, the same each time. */
export const mebibyte = Buffer.alloc(1 << 20);
for (let at = 0, state = 1; at < mebibyte.length; at += 1) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  mebibyte[at] = state >>> 24;
}
