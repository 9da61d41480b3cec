// Elements that show or play something from an address.

export default {
  "img": (to, put) => put("img", { src: to.url }),
  "img srcset": (to, put) => put("img", { srcset: `${to.url} 1x` }),
  "img loading=lazy": (to, put) => put("img", { src: to.url, loading: "lazy" }),
  "img attributionsrc": (to, put) => put("img", { attributionsrc: to.url }),
  "picture source": (to, put) => {
    const picture = put("picture");
    picture.append(Object.assign(document.createElement("source"), { srcset: to.url }), document.createElement("img"));
  },
  "input type=image": (to, put) => put("input", { type: "image", src: to.url }),
  "body background": (to) => document.body.setAttribute("background", to.url),
  "table background": (to, put) => put("table", { background: to.url }),
  "video": (to, put) => put("video", { src: to.url, preload: "auto" }),
  "video poster": (to, put) => put("video", { poster: to.url }),
  "audio": (to, put) => put("audio", { src: to.url, preload: "auto" }),
  "audio source": (to, put) => put("audio", { preload: "auto" }).append(Object.assign(document.createElement("source"), { src: to.url })),
  "video track": (to, put) => {
    const track = document.createElement("track");
    put("video", { crossorigin: "anonymous" }).append(track);
    Object.assign(track, { src: to.url, kind: "captions", default: true });
    track.track.mode = "showing";
  },
  "svg image": (to, put) => put("svg:image", { href: to.url, width: 9, height: 9 }),
  "svg use": (to, put) => put("svg:use", { href: `${to.url}.svg#leak` }),
  "svg feImage": (to, put) => put("svg:filter", { id: "leak" }).append(put("svg:feImage", { href: to.url })),
  "svg script": (to, put) => put("svg:script", { href: `${to.url}.js` }),
  "markup by innerHTML": (to, put) => { put("div").innerHTML = `<img src="${to.url}">`; },
  "markup by a parsed document": (to) => {
    const parsed = new DOMParser().parseFromString(`<img src="${to.url}">`, "text/html");
    document.body.append(document.adoptNode(parsed.querySelector("img")));
  },
  "markup by document.write": (to) => document.write(`<img src="${to.url}">`),
  "image by MediaSession": (to, put) => {
    put("audio");
    navigator.mediaSession.metadata = new MediaMetadata({ title: "leak", artwork: [{ src: to.url }] });
  },
  "notification icon": (to) => new Notification("leak", { icon: to.url, image: to.url }),
};
