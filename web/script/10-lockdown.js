// First of all: no policy covers WebRTC, so its constructors go.
for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (/RTC|WebTransport|WebSocket/.test(name)) delete globalThis[name];
}
