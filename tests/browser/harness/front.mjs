// The console that was just built, in front of a server that is already running: `node harness/front.mjs SERVER PORT`. For looking at
// pages while working on them, without building the server again; the files come under the true policy.

import { request as ask } from 'node:http';
import { createServer } from 'node:http';
import { consoleFile } from './console_files.mjs';

const isConsole = (path) => !/^\/(api|c|q|k|i|m|postback|p\.gif|merit\.js|healthz|readyz|metrics)(\/|\?|$)/.test(path);

// Listens at `port` (0 takes a free one) and passes everything but the console on to `server`.
export const openFront = async (server, port = 0) => {
  const behind = new URL(server);
  const front = createServer(async (request, response) => {
    if (isConsole(request.url)) {
      const { status = 200, headers = {}, body = '' } = await consoleFile(new URL(request.url, behind).pathname);
      response.writeHead(status, headers).end(body);
      return;
    }
    const options = { host: behind.hostname, port: behind.port, path: request.url, method: request.method, headers: request.headers };
    const passed = ask(options, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  await new Promise((resolve) => front.listen(port, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${front.address().port}`,
    close: () => new Promise((resolve) => { front.close(resolve); front.closeAllConnections(); }),
  };
};

if (process.argv[1] === import.meta.filename) {
  const [server = 'http://127.0.0.1:8080', port = '5174'] = process.argv.slice(2);
  console.log((await openFront(server, Number(port))).origin);
}
