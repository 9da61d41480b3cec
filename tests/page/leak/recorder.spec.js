// The recorder takes down what it is there for; otherwise silence would prove nothing.
import { expect, test } from "@playwright/test";
import dgram from "node:dgram";
import net from "node:net";
import tls from "node:tls";
import { recorder } from "./recorder.js";

const ADDRESS = "127.1.255.1";
let attacker;

test.beforeEach(async () => {
  attacker = await recorder(ADDRESS, "script");
});

test.afterEach(() => attacker.close());

const arrivals = {
  "a connection with no byte in it": [["connection"], () => net.connect(attacker.port, ADDRESS)],
  "a greeting of TLS": [["connection", "greeting"], () => tls.connect({ port: attacker.port, host: ADDRESS }).on("error", () => {})],
  "a request": [["connection", "http"], () => fetch(`http://${ADDRESS}:${attacker.port}/secret`)],
  "a WebSocket": [["connection", "websocket"], handshake],
  "bytes of another protocol": [["bytes", "connection"], () => net.connect(attacker.port, ADDRESS).end("\u0000\u0001secret")],
  "a datagram": [["udp"], () => dgram.createSocket("udp4").send("secret", attacker.port, ADDRESS)],
};

for (const [what, [kinds, send]] of Object.entries(arrivals)) {
  test(`${what} is seen`, async () => {
    send();
    await expect.poll(() => [...attacker.seen].sort()).toEqual(kinds);
  });
}

function handshake() {
  const lines = ["GET /secret HTTP/1.1", "Host: attacker", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: AAAA", "", ""];
  net.connect(attacker.port, ADDRESS).write(lines.join("\r\n"));
}
