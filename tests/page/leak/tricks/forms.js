// Forms send what is typed.

export default {
  "form, submit()": (to, put) => put("form", { action: to.url }).submit(),
  "form, requestSubmit()": (to, put) => put("form", { action: to.url, method: "post" }).requestSubmit(),
  "form, click on its button": (to, put) => {
    const form = put("form", { action: to.url });
    form.appendChild(document.createElement("button")).click();
  },
  "form, formaction": (to, put) => {
    const button = put("form").appendChild(document.createElement("button"));
    button.formAction = to.url;
    button.click();
  },
  "form, into a new window": (to, put) => put("form", { action: to.url, target: "_blank" }).submit(),
  "form, into the top window": (to, put) => put("form", { action: to.url, target: "_top" }).submit(),
  "form, into a frame": (to, put) => {
    put("iframe", { name: "leak" });
    put("form", { action: to.url, target: "leak" }).submit();
  },
  "form, as text/plain": (to, put) => put("form", { action: to.url, method: "post", enctype: "text/plain" }).submit(),
  "form, by a field that belongs to it": (to, put) => {
    put("form", { id: "leak", action: to.url });
    put("input", { type: "submit", form: "leak" }).click();
  },
  "form, around a base": (to, put) => {
    document.head.append(Object.assign(document.createElement("base"), { href: to.url }));
    put("form", { action: "?leak" }).submit();
  },
};
