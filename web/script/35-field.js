// What is odd about a field stands below it, and all of it again above the button.
/** @type {Map<HTMLElement, object[]>} */
const marks = new Map();
const enough = 30;
let ids = 0;

/** Shows messages below a field; `quiet` ones only above the button. */
function mark(input, list) {
  marks.set(input, list);
  noteOf(input).replaceChildren(...list.filter((one) => !one.quiet).slice(0, enough).map(drawn));
  input.ariaInvalid = list.some((one) => one.kind === "error");
  showConcerns();
}

function noteOf(input) {
  const field = input.closest(".field");
  const note = field.querySelector(".note") ?? make("div", { className: "note", id: `note${++ids}` });
  field.append(note);
  input.ariaDescribedByElements = [...all(".hint span", field), note];
  return note;
}

/** All messages of a kind, of the fields that are seen. */
function marked(kind) {
  const list = [...marks].filter(([input]) => input.checkVisibility()).flatMap(([input, list]) => list.map((one) => ({ ...one, input })));
  return list.filter((one) => one.kind === kind && (!one.quiet || holdsSecrets()));
}

/** Tells of every warning where the decision is made. It never blocks. */
function showConcerns() {
  const list = marked("warning");
  const items = list.slice(0, enough).map(({ key, args, of = "" }) => make("li", {}, of, spoken("span", key, ...args)));
  $("concerns").replaceChildren(...(items[0] ? [spoken("b", "concerns", count(list.length)), make("ul", {}, ...items)] : []));
}

/** Checks a name as Kubernetes does. */
function nameErrors(what, value) {
  try {
    checkName(what, value);
    return [];
  } catch (error) {
    return [failure(error)];
  }
}
