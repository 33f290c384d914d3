// Signing in with a code, setting one up, one's own sessions, and the page of a one-time link; and repairing what is in quarantine.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  HOSTILE,
  list,
  LOOKS,
  signedInAs,
} from "./harness/publisher_example.mjs";
import { closeAfterEach, look, visit } from "./harness/visit.mjs";

closeAfterEach();

const NOBODY = {
  status: 401,
  body: { code: "sign_in_required", message: "sign in" },
};
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const APP = {
  secret: SECRET,
  address: `otpauth://totp/Lamp:an@example.com?secret=${SECRET}`,
  qr_svg: "<svg/>",
};
const CODES = Array.from(
  { length: 10 },
  (_, at) => `AAAA-BBBB-CCCC-DD${at}${at}`,
);
const SESSIONS = list([
  {
    id: "ses_1",
    user_agent: "Firefox/140 on Linux",
    current: true,
    created_at: "2026-03-04T05:06:07Z",
    expires_at: "2026-03-18T05:06:07Z",
  },
  {
    id: "ses_2",
    user_agent: HOSTILE,
    current: false,
    created_at: "2026-03-01T05:06:07Z",
    expires_at: "2026-03-15T05:06:07Z",
  },
]);
const account = (more = {}) =>
  signedInAs({
    "GET /second_factor": {
      body: { on: false, confirmed_at: null, recovery_codes_left: 0 },
    },
    "GET /sessions": SESSIONS,
    ...more,
  });
const sent = (server, name) =>
  server.seen.filter((one) => one.name === name).map(({ body }) => body);

test("the code is asked for after the password, and a wrong one can be tried again", async () => {
  let session = NOBODY;
  const person = signedInAs()["GET /session"];
  const answers = {
    none: {
      status: 401,
      body: { code: "second_factor_needed", message: "code" },
    },
  };
  answers["000000"] = {
    status: 401,
    body: { code: "second_factor_wrong", message: "wrong", field: "code" },
  };
  const { page, server } = await visit(
    account({
      "GET /session": () => session,
      "POST /session": ({ code }) => {
        const refused = answers[code ?? "none"];
        if (!refused) session = person;
        return refused ?? { status: 201, body: { csrf_token: "token-2" } };
      },
    }),
    "/account",
  );
  await page.getByLabel("E-mail").fill("an@example.com");
  await page.locator("input[name=password]").fill("four odd green pears");
  await page.getByRole("button", { name: "Sign in" }).click();
  const code = page.getByLabel("Code");
  await code.waitFor();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("This is needed.").waitFor();
  await code.fill("000000");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("This code is wrong or was used before.").waitFor();
  await look(page, "sign-in-code");
  await code.fill("123456");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
  const asked = sent(server, "POST /session").map((body) => body.code);
  assert.deepEqual(asked, [undefined, "000000", "123456"]);
});

test("a second factor is set up with the password, and the recovery codes are shown once", async () => {
  let on = false;
  const { page, server } = await visit(
    account({
      "GET /second_factor": () => ({
        body: { on, confirmed_at: null, recovery_codes_left: on ? 10 : 0 },
      }),
      "POST /second_factor": ({ password }) =>
        password === "right"
          ? { status: 201, body: { app: APP } }
          : {
              status: 422,
              body: {
                code: "field_invalid",
                field: "password",
                message: "give your present password",
              },
            },
      "POST /second_factor/confirm": () => {
        on = true;
        return { status: 201, body: { recovery_codes: CODES } };
      },
    }),
    "/account",
  );
  await page.getByRole("button", { name: "Set up" }).click();
  const password = page.locator("input[name=password]").first();
  await password.fill("wrong");
  await page.getByRole("button", { name: "Show the QR code" }).click();
  await page.getByText("give your present password").waitFor();
  await password.fill("right");
  await page.getByRole("button", { name: "Show the QR code" }).click();
  await page
    .getByRole("img", { name: "QR code of the second factor" })
    .waitFor();
  assert.ok((await page.locator("main").innerText()).includes(SECRET));
  await page.getByLabel("Code", { exact: true }).fill("123456");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByTestId("recovery-codes").waitFor();
  assert.deepEqual(
    await page.getByTestId("recovery-codes").locator("li").allInnerTexts(),
    CODES,
  );
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("Recovery codes left: 10").waitFor();
  assert.ok(!(await page.locator("main").innerText()).includes(CODES[0]));
  assert.deepEqual(sent(server, "POST /second_factor/confirm"), [
    { code: "123456" },
  ]);
});

test("it is turned off with password and code", async () => {
  const { page, server } = await visit(
    account({
      "GET /second_factor": {
        body: {
          on: true,
          confirmed_at: "2026-03-01T00:00:00Z",
          recovery_codes_left: 9,
        },
      },
      "POST /second_factor/turn_off": {
        body: { on: false, recovery_codes_left: 0 },
      },
    }),
    "/account",
  );
  await page.getByRole("button", { name: "Turn off" }).click();
  await page
    .locator("input[name=password]")
    .first()
    .fill("four odd green pears");
  await page.getByLabel("Code", { exact: true }).fill("123456");
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByText("The second factor is off.").waitFor();
  assert.deepEqual(sent(server, "POST /second_factor/turn_off"), [
    { password: "four odd green pears", code: "123456" },
  ]);
});

test("one sees where one is signed in and ends it", async () => {
  const { page, server } = await visit(
    account({
      "POST /sessions/ses_2/end": { body: { ended: 1 } },
      "POST /sessions/end_others": { body: { ended: 1 } },
    }),
    "/account",
  );
  await page.getByText("this browser").waitFor();
  assert.ok((await page.locator("main").innerText()).includes(HOSTILE));
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  await page.getByRole("button", { name: "End", exact: true }).click();
  await page.getByRole("button", { name: "End all others" }).click();
  const ended = () =>
    server.seen
      .filter(({ name }) => name.startsWith("POST /sessions/"))
      .map(({ name }) => name);
  for (let turn = 0; turn < 50 && ended().length < 2; turn += 1)
    await page.waitForTimeout(50);
  assert.deepEqual(ended(), [
    "POST /sessions/ses_2/end",
    "POST /sessions/end_others",
  ]);
});

test("a link sets a password, and signs in with it", async () => {
  let session = NOBODY;
  const { page, server } = await visit(
    signedInAs({
      "GET /session": () => session,
      "POST /password_links/look": {
        body: {
          purpose: "invitation",
          name: HOSTILE,
          email: "an@example.com",
          expires_at: "2026-03-18T05:06:07Z",
        },
      },
      "POST /password_links/redeem": { body: { email: "an@example.com" } },
      "POST /session": () => {
        session = signedInAs()["GET /session"];
        return { status: 201, body: { csrf_token: "token-2" } };
      },
    }),
    "/redeem#ml_token",
  );
  await page.getByRole("heading", { level: 1, name: "Welcome" }).waitFor();
  assert.ok((await page.locator("main").innerText()).includes(HOSTILE));
  const password = page.locator("input[name=password]");
  await password.fill("short");
  await page
    .getByRole("button", { name: "Set the password and sign in" })
    .click();
  await page.locator("input[name=password][aria-invalid=true]").waitFor();
  await password.fill("seven quiet blue doors");
  await page
    .getByRole("button", { name: "Set the password and sign in" })
    .click();
  await page.locator("#content").waitFor();
  assert.deepEqual(sent(server, "POST /password_links/look")[0], {
    token: "ml_token",
  });
  assert.deepEqual(sent(server, "POST /password_links/redeem"), [
    { token: "ml_token", password: "seven quiet blue doors" },
  ]);
  assert.deepEqual(sent(server, "POST /session"), [
    { email: "an@example.com", password: "seven quiet blue doors" },
  ]);
});

test("a link that does not work says so, and leads to signing in", async () => {
  const { page } = await visit(
    signedInAs({
      "GET /session": NOBODY,
      "POST /password_links/look": {
        status: 404,
        body: { code: "not_found", message: "gone" },
      },
    }),
    "/redeem#ml_used",
  );
  await page.getByText("This link does not work").waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.locator("input[name=email]").waitFor();
});

const quarantined = (id, more = {}) => ({
  id,
  network_id: "net_1",
  advertiser_id: "adv_1",
  received_at: "2026-03-04T05:06:07Z",
  kind: "conversion",
  code: "body_invalid",
  reason: HOSTILE,
  request:
    "POST /postback\ntoken=***&action=order&order_id=q-1&amount=ninety&coupon=X",
  solution: null,
  ...more,
});

test("a request in quarantine is repaired and replayed, or dismissed with a reason", async () => {
  const operator = { role: "operator", right: "pay", publishers: [] };
  let refused = true;
  const { page, server } = await visit(
    signedInAs(
      {
        "GET /quarantine": list([
          quarantined("qua_1"),
          quarantined("qua_2", {
            kind: "touch",
            request: "GET /c/0abc",
            reason: "No such link",
          }),
        ]),
        "POST /quarantine/qua_1/replay": () => {
          if (!refused)
            return {
              status: 201,
              body: { conversion_id: "cnv_1", decision: "pending", code: "ok" },
            };
          refused = false;
          return {
            status: 422,
            body: {
              code: "field_invalid",
              field: "fields.amount",
              message: "This is no amount",
            },
          };
        },
        "POST /quarantine/qua_2/dismiss": { body: quarantined("qua_2") },
      },
      operator,
    ),
    "/quarantine",
  );
  await page.getByText(HOSTILE).first().click();
  await page.getByRole("button", { name: "Repair and replay" }).click();
  const dialog = page.getByRole("dialog", { name: "Repair and replay" });
  await dialog.getByLabel("amount").fill("90.00");
  await dialog.getByLabel("coupon").fill("");
  await dialog.getByRole("button", { name: "Repair and replay" }).click();
  await dialog.getByText("This is no amount").waitFor();
  await look(page, "quarantine-replay");
  await dialog.getByRole("button", { name: "Repair and replay" }).click();
  await page.getByText("It was taken in").waitFor();
  assert.deepEqual(sent(server, "POST /quarantine/qua_1/replay")[1], {
    fields: { amount: "90.00", coupon: null },
  });
  await page.getByText("No such link").click();
  await page.getByRole("button", { name: "Dismiss" }).waitFor();
  assert.equal(
    await page.getByRole("button", { name: "Repair and replay" }).count(),
    0,
  );
  await page.getByRole("button", { name: "Dismiss" }).click();
  const dismissal = page.getByRole("dialog", { name: "Dismiss" });
  await dismissal.getByRole("textbox").fill("An old flyer");
  await dismissal.getByRole("button", { name: "Dismiss" }).click();
  await dismissal.waitFor({ state: "detached" });
  assert.deepEqual(sent(server, "POST /quarantine/qua_2/dismiss"), [
    { reason: "An old flyer" },
  ]);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

for (const [name, options] of Object.entries(LOOKS)) {
  test(`the account and a link look right: ${name}`, async () => {
    const { page } = await visit(
      account({ "POST /second_factor": { status: 201, body: { app: APP } } }),
      "/account",
      options,
    );
    await page.locator("ul li").first().waitFor();
    await look(page, `account-${name}`);
  });
  test(`the page of a link looks right: ${name}`, async () => {
    const { page } = await visit(
      signedInAs({
        "GET /session": NOBODY,
        "POST /password_links/look": {
          body: {
            purpose: "reset",
            name: "An",
            email: "an@example.com",
            expires_at: "2026-03-18T05:06:07Z",
          },
        },
      }),
      "/redeem#ml_token",
      options,
    );
    await page.locator("input[name=password]").waitFor();
    await look(page, `redeem-${name}`);
  });
}
