// What reaches the attacker: TCP (HTTP, WebSocket, anything else) and UDP on a port of one number.
import { createHash } from "node:crypto";
import dgram from "node:dgram";
import http from "node:http";

/** The answer that completes a WebSocket handshake, RFC 6455 section 4.2.2. */
const WEBSOCKET_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** The first byte of a TLS handshake, RFC 8446 section 5.1. */
const TLS_HANDSHAKE = 0x16;

/**
 * What a browser does before it knows whether a policy lets it ask: a connection with no byte in it, and, for https,
 * the greeting that names the host. Both say no more than the look-up of that name, so they are counted apart. They also
 * stand for it: with names that nobody answers for, Chromium's net log shows look-ups for these tricks and no others.
 */
export const AHEAD = ["connection", "greeting"];

/**
 * Opens a port for one trick.
 * @param {string} address
 * @param {string} script what the attacker serves as the page's own script
 */
export async function recorder(address, script) {
  const seen = new Set();
  const sockets = new Set();
  const server = http.createServer((request, response) => answer(seen, script, request, response));
  server.on("connection", (socket) => {
    seen.add("connection");
    sockets.add(socket);
  });
  server.on("upgrade", (request, socket) => upgrade(seen, request, socket));
  server.on("clientError", ({ rawPacket }, socket) => {
    if (rawPacket) seen.add(rawPacket[0] === TLS_HANDSHAKE ? "greeting" : "bytes");
    socket.destroy();
  });
  const udp = dgram.createSocket("udp4", () => seen.add("udp"));
  const port = await bothOn(address, server, udp);
  return { port, seen, close: () => close(server, udp, sockets) };
}

function answer(seen, script, request, response) {
  seen.add("http");
  request.resume();
  const open = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "supports-loading-mode": "fenced-frame" };
  response.writeHead(200, { ...open, "content-type": typeOf(request.url) });
  response.end(request.url.endsWith("/allowed.js") ? script : "");
}

/** Some elements only take what has a type that fits. */
function typeOf(path) {
  const types = { css: "text/css", js: "text/javascript", svg: "image/svg+xml", json: "application/json", events: "text/event-stream" };
  return types[path.split(".").at(-1)] ?? "text/html";
}

function upgrade(seen, request, socket) {
  seen.add("websocket");
  socket.on("error", () => socket.destroy());
  const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + WEBSOCKET_KEY).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
}

/** A port that is free for TCP may be taken for UDP; then another is tried. */
async function bothOn(address, server, udp) {
  await new Promise((done) => server.listen(0, address, done));
  const { port } = server.address();
  const bound = await new Promise((done) => {
    udp.once("error", () => done(false));
    udp.bind(port, address, () => done(true));
  });
  if (bound) return port;
  await new Promise((done) => server.close(done));
  return bothOn(address, server, udp);
}

function close(server, udp, sockets) {
  udp.close();
  for (const socket of sockets) socket.destroy();
  return new Promise((done) => server.close(done));
}
