// The attacker: takes down whatever arrives on a port of its own for each trick, over TCP (HTTP, WebSocket) and UDP.
import { createHash } from "node:crypto";
import dgram from "node:dgram";
import http from "node:http";

/** The answer that completes a WebSocket handshake, RFC 6455 section 4.2.2. */
const WEBSOCKET_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * Opens a port for one trick. Both protocols have the same number.
 * @param {{ body: string, integrity: string }} allowed a script that the attacker would like to be fetched by its hash
 */
export async function recorder(allowed) {
  const seen = new Set();
  const server = http.createServer((request, response) => answer(seen, allowed, request, response));
  const sockets = new Set();
  server.on("connection", (socket) => {
    seen.add("tcp");
    sockets.add(socket);
  });
  server.on("upgrade", (request, socket) => {
    seen.add("websocket");
    socket.on("error", () => socket.destroy());
    socket.on("data", () => seen.add("websocket data"));
    socket.write(handshake(request.headers["sec-websocket-key"]));
  });
  const udp = dgram.createSocket("udp4", () => seen.add("udp"));
  const port = await bothOn(server, udp);
  return { port, seen, close: () => close(server, udp, sockets) };
}

function answer(seen, allowed, request, response) {
  seen.add("http");
  request.resume();
  const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "supports-loading-mode": "fenced-frame" };
  response.writeHead(200, { ...headers, "content-type": typeOf(request.url) });
  response.end(request.url.includes("allowed-script") ? allowed.body : "");
}

/** Some elements ask only once they know that a type fits. */
function typeOf(url) {
  const types = { css: "text/css", js: "text/javascript", svg: "image/svg+xml", json: "application/json", events: "text/event-stream" };
  return types[new URL(url, "http://attacker").pathname.split(".").at(-1)] ?? "text/html";
}

function handshake(key) {
  const accept = createHash("sha1").update(key + WEBSOCKET_KEY).digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

/** A free TCP port may be taken for UDP; then another is tried. */
async function bothOn(server, udp) {
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  const bound = await new Promise((done) => {
    udp.once("error", () => done(false));
    udp.bind(port, "127.0.0.1", () => done(true));
  });
  if (bound) return port;
  await new Promise((done) => server.close(done));
  return bothOn(server, udp);
}

function close(server, udp, sockets) {
  udp.close();
  for (const socket of sockets) socket.destroy();
  return new Promise((done) => server.close(done));
}
