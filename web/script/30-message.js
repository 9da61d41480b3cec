/** What a box shows; `kind` is "error", "warning" or "info". */
const message = (kind, key, ...args) => ({ kind, key, args });

/** What was thrown: its title in the reader's language, then the exact words. */
function failure(error) {
  let told = { message: String(error) };
  try {
    told = JSON.parse(error);
  } catch {}
  const key = `error.${told.code}`;
  return { ...message("error", texts.en[key] ? key : "error"), words: words(told) };
}

function words({ message, hint, line, column }) {
  return `${line ? `line ${line}, column ${column}: ` : ""}${message}${hint ? `. ${hint}` : ""}`;
}

function drawn({ kind, key, args, words = "" }) {
  return make("p", { className: kind }, spoken("span", key, ...args), " ", make("small", { lang: "en" }, words));
}

function show(id, ...messages) {
  $(id).replaceChildren(...messages.map(drawn));
}
