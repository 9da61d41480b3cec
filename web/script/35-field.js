// What is odd about a field stands below it, and all of it again above the button.
/** @type {Map<HTMLElement, object[]>} */
const marks = new Map();
const enough = 30;
let ids = 0;

/** Shows messages below a field; `quiet` ones only above the button. */
function mark(input, list) {
  marks.set(input, list);
  noteOf(input).replaceChildren(...list.filter((one) => !one.quiet).slice(0, enough).map(drawn));
  input.ariaInvalid = String(list.some((one) => one.kind === "error"));
  showConcerns();
}

function noteOf(input) {
  const field = input.closest(".field");
  const note = field.querySelector(".note") ?? make("div", { className: "note", id: `note${++ids}` });
  field.append(note);
  input.ariaDescribedByElements = [...all(".hint span", field), note];
  return note;
}

function marked(kind) {
  for (const input of marks.keys()) if (!input.isConnected) marks.delete(input);
  const shown = [...marks].filter(([input]) => isShown(input));
  const list = shown.flatMap(([input, list]) => list.map((one) => ({ ...one, input })));
  return list.filter((one) => one.kind === kind && !(one.quiet && !holdsSecrets()));
}

/** Tells of every warning where the decision is made. It never blocks. */
function showConcerns() {
  const list = marked("warning");
  const items = list.slice(0, enough).map(({ key, args, of }) => make("li", {}, ...(of ? [`${of}: `] : []), spoken("span", key, ...args)));
  $("concerns").replaceChildren(...(list.length ? [spoken("b", "concerns", count(list.length)), make("ul", {}, ...items)] : []));
}

/** Checks a name as Kubernetes does. */
function nameErrors(what, value) {
  try {
    checkName(what, value);
  } catch (error) {
    return [failure(error)];
  }
  return [];
}
