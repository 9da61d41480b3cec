/** Hands a file on that is dropped on `place`, or chosen. */
function takeFiles(place, take) {
  place.ondragover = () => place.classList.add("over");
  place.ondragleave = () => place.classList.remove("over");
  place.ondrop = ({ dataTransfer }) => {
    place.classList.remove("over");
    if (dataTransfer.files[0]) accept(dataTransfer.files[0], take);
  };
  place.addEventListener("change", ({ target }) => {
    if (target.files?.[0]) accept(target.files[0], take);
    if (target.files) target.value = "";
  });
}

async function accept(file, take) {
  try {
    take(new Uint8Array(await file.arrayBuffer()), file.name);
  } catch (error) {
    show("problem", failure(error));
  }
}

/** A file as text, to look at; what is sealed are its bytes. */
function decoded(bytes) {
  const mark = bytes[0] * 256 + bytes[1];
  return new TextDecoder(mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : "utf-8").decode(bytes);
}

// A file dropped beside a field would replace the page.
document.ondragover = document.ondrop = (event) => {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
};
