// The true server: started on a free port with its own data folder, stopped at the end, and asked about through
// its API.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './http.mjs';

const run = promisify(execFile);
const binary = () => {
  if (!process.env.MERIT_BINARY) throw new Error('MERIT_BINARY does not name the server; scripts/browser-test sets it');
  return process.env.MERIT_BINARY;
};
const merit = async (...args) => (await run(binary(), args, { maxBuffer: 1 << 26 })).stdout;

const SMALL = ['--days', '3', '--clicks', '60', '--seed', '7'];

const freePort = async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
};

// `demo: true` begins with a small demo network, whose keys and links are then in `tracker.demo`, and a list of arguments with another one;
// otherwise it begins with nothing.
export const openTracker = async ({ demo }) => {
  const folder = await mkdtemp(join(tmpdir(), 'merit-tracker-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const local = `http://127.0.0.1:${port}`;
  let server;
  let log = '';
  const tracker = {
    // By this name the shop's pages know it: a subdomain of the shop's own.
    origin: `http://track.shop.test:${port}`,
    local,
    demo: demo ? JSON.parse(await merit('demo', '--data', data, ...(Array.isArray(demo) ? demo : SMALL))) : undefined,
    async up() {
      server = spawn(binary(), ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => { log += chunk; });
      await eventually(`the server is ready:\n${log}`, async () => {
        if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}:\n${log}`);
        const answer = await fetch(`${local}/readyz`).catch(() => null);
        return answer?.ok;
      });
    },
    async down() {
      if (!server || server.exitCode !== null) return;
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    },
    // Somebody whom nobody of the network has let in: what `merit user add` answers, with his password.
    addPerson: async (email, role, right) => JSON.parse(await merit('user', 'add', '--data', data, '--email', email, '--role', role, '--right', right)),
    // The summary of `merit verify`, which must find nothing.
    verify: async () => JSON.parse(await merit('verify', '--data', data)),
    // Stops, verifies and removes what was stored.
    async close() {
      await tracker.down();
      try {
        await tracker.verify();
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async api(method, path, body, key = tracker.demo.keys.operator) {
      const headers = { authorization: `Bearer ${key}` };
      if (body) headers['content-type'] = 'application/json';
      const answer = await fetch(`${local}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
      const json = await answer.json();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
      return json;
    },
    conversionsOf: async (orderId) => {
      const { items } = await tracker.api('GET', `/conversions?${new URLSearchParams({ order_id: orderId })}`);
      return items;
    },
    get log() { return log; },
  };
  await tracker.up();
  return tracker;
};
