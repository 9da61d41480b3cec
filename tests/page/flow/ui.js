// The page as a person sees it: parts by their accessible names.

const SEALED = /^[\d,]+ sealed/;

export class Ui {
  /** What the browser may say on its console: nothing, unless the page does on purpose what is blocked. */
  complaint = /(?!)/;

  constructor(page) {
    this.page = page;
    this.frame = page.frameLocator("iframe");
    this.main = this.frame.getByRole("main");
  }

  /** @param {string} name */
  button(name) { return this.frame.getByRole("button", { name, exact: true }); }
  textbox(name) { return this.frame.getByRole("textbox", { name, exact: true }); }
  radio(name, within = this.frame) { return within.getByRole("radio", { name }); }
  region(name) { return this.frame.getByRole("region", { name }); }

  get certificate() { return this.textbox("Certificate (PEM)"); }
  get certificateFile() { return this.frame.getByLabel("Choose certificate file"); }
  get certificateNote() { return this.frame.locator("#certificate-note"); }
  get facts() { return this.frame.locator("#facts"); }
  get name() { return this.textbox("Name"); }
  get namespace() { return this.frame.getByRole("combobox", { name: "Namespace", exact: true }); }
  get problem() { return this.frame.locator("#problem"); }
  get concerns() { return this.frame.locator("#concerns"); }
  get found() { return this.frame.locator("#found"); }
  get status() { return this.frame.locator("#status"); }
  get seal() { return this.button("Seal"); }
  get add() { return this.button("Add a value"); }
  get results() { return this.frame.getByRole("figure"); }

  scope(name) { return this.radio(new RegExp(`^${name}`)); }
  mode(name) { return this.radio(name); }

  /** The nth value, from 1. */
  value(nth) {
    const group = this.frame.getByRole("group", { name: `Value ${nth}`, exact: true });
    return {
      group,
      key: group.getByRole("textbox", { name: "Key", exact: true }),
      field: group.getByLabel("Value", { exact: true }),
      kind: (name) => group.getByRole("radio", { name, exact: true }),
      button: (name) => group.getByRole("button", { name, exact: true }),
    };
  }

  /** Waits until everything is sealed. */
  async sealed() {
    await this.status.filter({ hasText: SEALED }).waitFor();
  }

  /** The sealed text, or the one of a key among raw values. */
  async result(caption) {
    const figures = caption === undefined ? this.results : this.results.filter({ has: this.frame.getByText(caption, { exact: true }) });
    return figures.locator("pre").textContent();
  }

  /** What has the focus, by its id or name. */
  focused() {
    return this.frame.locator(":focus");
  }

  /** Drops a file on an element. */
  async drop(target, { name, bytes }) {
    await target.evaluate((element, { name, base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name));
      element.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, { name, base64: Buffer.from(bytes).toString("base64") });
  }
}

/** Where to click so that the click is lost when the target moves up by some pixels between press and release. */
export async function lowerEdge(target) {
  const { height } = await target.boundingBox();
  return { position: { x: 20, y: height - 3 } };
}
