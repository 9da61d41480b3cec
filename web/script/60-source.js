// A manifest that was pasted or dropped: Secrets to seal, or a SealedSecret to change.
/** `bytes` is a dropped file as it was, until its text is edited. */
let source = { secrets: [], others: [] };
const sourceBytes = () => source.bytes?.slice() ?? encode($("text").value);

function forgetSource() {
  source.bytes?.fill(0);
  source = { secrets: [], others: [] };
}

function takeSource(bytes, name) {
  forgetSource();
  Object.assign(source, { bytes, name });
  $("text").value = decoded(bytes);
  readSource();
}

/** Says what is in the text. */
function readSource() {
  const bytes = sourceBytes();
  Object.assign(source, { secrets: [], others: [], edited: null });
  $("found").replaceChildren();
  offer("which", []);
  mark($("text"), []);
  try {
    if (bytes.length) (mode() === "edit" ? readSealed : readSecrets)(bytes);
  } catch (error) {
    mark($("text"), [failure(error)]);
  }
  bytes.fill(0);
  showMode();
}

function objectsOf(bytes, wanted) {
  const objects = JSON.parse(inspect(bytes)).map((object, index) => ({ ...object, index }));
  const list = objects.filter(({ kind }) => kind === wanted);
  source.others = objects.filter(({ kind }) => kind !== wanted);
  if (!list.length) mark($("text"), [message("error", "none", wanted)]);
  return list;
}

function readSecrets(bytes) {
  const list = objectsOf(bytes, "Secret");
  source.secrets = list.map(({ index }) => ({ index, ...described(Draft.secret(bytes, index)) }));
  $("found").replaceChildren(...source.secrets.map(card), ...source.others.map(leftOut));
  markSecrets();
}

function described(object) {
  try {
    return JSON.parse(object.describe());
  } finally {
    object.free();
  }
}

function markSecrets() {
  if (!source.secrets.length) return;
  mark($("text"), source.secrets.flatMap(odd));
}

function odd(secret) {
  const { scope, ...place } = effective(secret);
  const allowed = target.environment?.scopes ?? [scope];
  const found = secret.keys.flatMap(({ key, bytes, warnings }) => oddities(key, bytes, warnings, entryOf(place)));
  if (scope.includes("wide")) found.push(message("warning", scope));
  if (!allowed.includes(scope)) found.push(message("warning", "limited"));
  return found;
}

function card({ name, namespace, scope, keys, notes = [] }) {
  const item = ({ key, bytes }) => make("li", {}, make("code", {}, key), " ", spoken("small", "bytes", count(bytes)));
  const more = keys.length > enough ? [spoken("li", "more", count(keys.length - enough))] : [];
  const list = make("ul", {}, ...keys.slice(0, enough).map(item), ...more);
  return make("div", { className: "card" }, heading(name, namespace, scope), list, ...notes.map((told) => make("small", { lang: "en" }, words(told))));
}

function heading(name, ...more) {
  return make("p", {}, make("b", {}, name), " ", make("small", {}, more.filter(Boolean).join(" · ")));
}

function leftOut({ what, name, line }) {
  return drawn(message("info", "left", what, name, line));
}

/** What a Secret of the text is sealed as: as the file says, but for what the form overrides. */
function effective(secret) {
  const { scope, namespace, name } = identity();
  const single = source.secrets.length === 1;
  return { scope: scope || secret.scope, namespace: namespace || secret.namespace, name: (single ? name : "") || secret.name };
}

function readSealed(bytes) {
  const list = objectsOf(bytes, "SealedSecret");
  offer("which", list.map(({ name }) => name), (at) => (useSealed(list[at], sourceBytes()), showMode()));
  if (list.length) useSealed(list[0], bytes);
}

function useSealed({ index }, bytes) {
  source.edited = { index, ...described(new Edit(bytes, index)) };
  for (const row of [...rows]) removeRow(row);
  showReplaceable();
}

/** Lists the sealed keys; each can get a new value. */
function showReplaceable() {
  if (mode() !== "edit" || !source.edited) return;
  const { name, namespace, scope, keys } = source.edited;
  const item = (key) => make("li", {}, rows.some((row) => keyOf(row) === key) ? spoken("span", "replaced", key) : replaceButton(key));
  $("found").replaceChildren(make("div", { className: "card" }, heading(name, namespace, scope), make("ul", {}, ...keys.map(item))));
}

function replaceButton(key) {
  const click = () => {
    const row = addRow(key, true);
    showReplaceable();
    row.field.focus();
  };
  return say(make("button", { type: "button", className: "link", onclick: click }), "replace", key);
}

/** The Secret that is being sealed. */
function inHand() {
  if (mode() === "values") return identity();
  return source.edited ?? (source.secrets.length === 1 ? effective(source.secrets[0]) : {});
}

function startSource() {
  let timer;
  $("text").oninput = () => {
    forgetSource();
    clearTimeout(timer);
    timer = setTimeout(readSource, 200);
  };
  $("text-show").onclick = () => unmask($("text").classList.contains("masked"));
  takeFiles($("source"), takeSource);
}

function unmask(on) {
  say($("text-show"), on ? "hide" : "show");
  $("text").classList.toggle("masked", !on);
}
