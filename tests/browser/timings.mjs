// How fast the console is, in figures: `node timings.mjs`, by scripts/console-timings. A report on a demo network, a chart of ten thousand
// points under the mouse, and a table of a hundred thousand rows that is scrolled. The two large answers are made up in the browser's place of
// the server's, in the shape of its true answer.

import { openBrowser } from './harness/browser.mjs';
import { openFront } from './harness/front.mjs';
import { settled, signIn } from './harness/pages.mjs';
import { openTracker } from './harness/tracker.mjs';

const POINTS = 10_000;
const ROWS = 100_000;
const OPENED = 5;
const HOUR = 3_600_000;
// What is held to be quick: one second until a report can be used, and no frame that one sees stand still.
const USABLE_MS = 1_000;
const FRAME_MS = 100;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const at = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const say = (what, value, unit, limit) => console.log(`${what}: ${value.toFixed(0)} ${unit} (aim ${limit} ${unit}${value <= limit ? '' : ': MISSED'})`);

// Answers every report with the true one, its rows replaced.
const answerWith = (page, rows) => page.route('**/api/v1/reports', async (route) => {
  const answer = await route.fetch();
  const report = await answer.json();
  await route.fulfill({ response: answer, json: { ...report, rows: rows(report) } });
});

// The times between frames while something goes on.
const frames = async (page, work) => {
  await page.evaluate(() => {
    window.frames_seen = [];
    let before = performance.now();
    const next = (now) => {
      window.frames_seen?.push(now - before);
      before = now;
      if (window.frames_seen) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await work();
  return page.evaluate(() => {
    const seen = window.frames_seen.slice(1);
    window.frames_seen = undefined;
    return seen;
  });
};
const tell = (what, seen) => {
  say(`${what}, longest frame`, Math.max(...seen), 'ms', FRAME_MS);
  console.log(`${what}, frames: ${seen.length}, median ${median(seen).toFixed(0)} ms, 95 of 100 within ${at(seen, 0.95).toFixed(0)} ms`);
};

const tracker = await openTracker({ demo: ['--days', '30', '--clicks', '3000', '--seed', '7'] });
const front = await openFront(tracker.local);
const browser = await openBrowser({ locale: 'en-GB', timezoneId: 'Asia/Ho_Chi_Minh', viewport: { width: 1360, height: 850 } });
try {
  const { page } = browser;
  page.setDefaultTimeout(60_000);
  await signIn(page, front.origin, tracker.demo.sign_in.find(({ role }) => role === 'operator'));
  const usable = [];
  for (let time = 0; time < OPENED; time += 1) {
    const began = Date.now();
    await page.goto(`${front.origin}/reports?by=publisher`);
    await page.locator('main tbody tr').first().waitFor();
    await settled(page);
    usable.push(Date.now() - began);
  }
  say(`report page usable after being loaded anew, median of ${OPENED}`, median(usable), 'ms', USABLE_MS);

  const first = Date.UTC(2025, 0, 1);
  await answerWith(page, ({ rows: [row] }) => Array.from({ length: POINTS }, (_, hour) => ({
    ...row, keys: [{ ...row.keys[0], value: new Date(first + hour * HOUR).toISOString() }], values: row.values.map((value) => (typeof value === 'number' ? (hour * 37) % 101 : value)),
  })));
  await page.goto(`${front.origin}/reports?by=hour&metrics=clicks`);
  const chart = page.locator('figure canvas');
  await chart.waitFor();
  await settled(page);
  const box = await chart.boundingBox();
  tell(`chart of ${POINTS} points under the mouse`, await frames(page, async () => {
    for (let step = 0; step < 120; step += 1) await page.mouse.move(box.x + 60 + ((box.width - 80) * step) / 120, box.y + box.height / 2);
  }));
  await page.unroute('**/api/v1/reports');

  await answerWith(page, ({ rows: [row] }) => Array.from({ length: ROWS }, (_, place) => ({
    ...row, keys: [{ ...row.keys[0], value: `pub_${place}`, name: `Publisher ${place}` }],
  })));
  const began = Date.now();
  await page.goto(`${front.origin}/reports?by=publisher&metrics=clicks,commission`);
  await page.locator('main tbody tr').nth(5).waitFor();
  console.log(`table of ${ROWS} rows stands after ${Date.now() - began} ms, with ${await page.locator('main tbody tr').count()} rows drawn`);
  tell(`table of ${ROWS} rows being scrolled`, await frames(page, async () => {
    await page.mouse.move(700, 600);
    for (let step = 0; step < 80; step += 1) await page.mouse.wheel(0, step % 20 === 19 ? 200_000 : 900);
  }));
} finally {
  await browser.close();
  await front.close();
  await tracker.close();
}
