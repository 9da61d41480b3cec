// Nothing moves under a pressed pointer: a button that slips away from it would lose its click.
let pressed = false;
/** @type {Set<() => void>} */
const waiting = new Set();

/** Does what may move other parts of the page: now, or as soon as the pointer is up and its click has come. */
function still(work) {
  if (pressed) waiting.add(work);
  else work();
}

function startStill() {
  for (const act of ["mousedown", "mouseup", "mousemove", "dragend"]) addEventListener(act, follow, true);
}

/** A press that ends outside of the page is seen by the next move inside of it. */
function follow({ buttons }) {
  const ended = pressed && !buttons;
  pressed = buttons > 0;
  if (ended) setTimeout(doWaiting);
}

function doWaiting() {
  for (const work of waiting) work();
  waiting.clear();
}
