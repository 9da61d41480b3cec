// Serves documents over plain http from a name that is not localhost.
import http from "node:http";
import { PAGE_HOST } from "./chromium.js";

/**
 * @param {Record<string, string>} documents by path, as `/index.html`
 */
export async function site(documents) {
  const server = http.createServer((request, response) => {
    const document = documents[request.url];
    response.writeHead(document === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(document);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: (path) => `http://${PAGE_HOST}:${server.address().port}${path}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
