let results = [];

function showResults(list) {
  results = list;
  $("formats").hidden = Boolean(list[0].text);
  $("sealed").hidden = false;
  say($("status"), "sealed", count(list.reduce((sum, { raw }) => sum + raw.length, 0)));
  showOutputs();
  $("step3").focus();
}

function showOutputs() {
  const format = chosen("format").value;
  const { name, text } = results[0];
  if (text) return $("outputs").replaceChildren(output(name, text, fileName("")));
  if (format === "raw") return $("outputs").replaceChildren(...results.flatMap(rawOutputs));
  const whole = results.map((one) => one[format].trim() + "\n").join("");
  $("outputs").replaceChildren(output(results.map((one) => one.name).join(", "), whole, fileName(format)));
}

function rawOutputs({ name, raw }) {
  return raw.map(({ key, sealed }) => output(key, sealed, `sealed-${name}-${key}.txt`));
}

/** The name that the repository uses, or one that says what it is. */
function fileName(format) {
  const [{ name, file, namespace }, more] = results;
  const known = file ?? entryOf({ name, namespace })?.path.split("/").pop();
  const base = more ? "sealed-secrets.yaml" : (known ?? `sealed-${name}.yaml`);
  return format === "json" ? base.replace(/\.ya?ml$/, ".json") : base;
}

function output(title, content, name) {
  const copy = say(make("button", { type: "button", onclick: () => copyText(content, copy) }), "copy");
  const save = say(make("button", { type: "button", onclick: () => download(content, name) }), "download", name);
  return make("figure", {}, make("figcaption", {}, title), copy, save, make("pre", { tabIndex: 0 }, content));
}

async function copyText(content, copy) {
  const done = await navigator.clipboard?.writeText(content).then(() => true, () => false);
  const word = done || copySelected(content) ? "copied" : "uncopied";
  say(copy, word).focus();
  say($("status"), word);
  setTimeout(() => say(copy, "copy"), 3000);
}

/** For plain http, which has no clipboard API. */
function copySelected(content) {
  const area = make("textarea", { value: content });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

function download(content, name) {
  const href = URL.createObjectURL(new Blob([content]));
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 9999);
}

function startResult() {
  $("formats").onchange = showOutputs;
}
