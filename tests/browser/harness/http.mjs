// The little that the shop and the stand-in tracker need of an HTTP server.

import { createServer } from 'node:http';

// Listens on loopback; port 0 takes a free one. `handle(request, url, body)` returns
// `{ status, headers, body }`, or nothing to drop the connection.
export const listen = async (handle, port = 0) => {
  const server = createServer(async (request, response) => {
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const url = new URL(request.url, `http://${request.headers.host}`);
      const answer = await handle(request, url, Buffer.concat(chunks).toString());
      if (!answer) return request.socket.destroy();
      response.writeHead(answer.status ?? 200, answer.headers ?? {});
      response.end(answer.body ?? '');
    } catch (error) {
      response.writeHead(500);
      response.end(String(error));
    }
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: server.address().port,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
};

export const html = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

// Waits until `probe()` gives something true, and returns it.
export const eventually = async (what, probe, milliseconds = 15_000) => {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`did not happen within ${milliseconds} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
