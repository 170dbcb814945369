import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  pinDigits,
  PinGuard,
  type PinVerdict,
  processPin,
  randomPin,
} from "../../../middleware/debugger/_pin.ts";
import { debuggerSecrets } from "../../../middleware/debugger/debugger_secrets.ts";
import { equalSecrets } from "../../../middleware/debugger/_equal_secrets.ts";
import { Sessions } from "../../../middleware/debugger/_sessions.ts";
import { openConsole, PIN, sendCommand, serveDebugged } from "./_debugged.ts";
import { unlock } from "./_debugged.ts";

const WRONG = "987-654-321";

/** A guard that waits until it is told to go on. */
function guardWithWaits(): { guard: PinGuard; waits: (() => void)[] } {
  const waits: (() => void)[] = [];
  const guard = new PinGuard(
    PIN,
    () => new Promise((resolve) => waits.push(resolve)),
  );
  return { guard, waits };
}

async function noWait(): Promise<void> {}

async function fail(guard: PinGuard, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await guard.attempt(WRONG);
}

Deno.test("randomPin() makes nine digits in three groups", () => {
  const pins = Array.from({ length: 100 }, randomPin);
  for (const pin of pins) assert(/^\d{3}-\d{3}-\d{3}$/.test(pin), pin);
  assertEquals(new Set(pins).size, pins.length);
});

Deno.test("processPin() is the same as long as the process lives", () => {
  assertEquals(processPin(), processPin());
});

Deno.test("equalSecrets() is true for the same text only", () => {
  for (const text of ["", "a", "abc", "äbc", "a".repeat(64)]) {
    assertEquals(equalSecrets(text, text), true);
  }
  const others = [
    ["", "a"],
    ["a", ""],
    ["abc", "abd"],
    ["abc", "abcabc"],
    [
      "abcabc",
      "abc",
    ],
    ["ab", "abc"],
    ["Abc", "abc"],
  ] as const;
  for (const [a, b] of others) assertEquals(equalSecrets(a, b), false, a);
});

Deno.test("PinGuard.attempt() takes the PIN with and without dashes", async () => {
  for (const pin of [PIN, "123456789", " 123 456-789\n"]) {
    assertEquals(await new PinGuard(PIN, noWait).attempt(pin), "right");
  }
  for (const pin of ["", "12345678", "1234567890", "12345678９", "NaN"]) {
    assertEquals(await new PinGuard(PIN, noWait).attempt(pin), "wrong", pin);
  }
});

Deno.test("PinGuard.attempt() waits after five wrong PINs", async () => {
  const { guard, waits } = guardWithWaits();
  await fail(guard, 5);
  assertEquals(waits.length, 0);
  const sixth = guard.attempt(PIN);
  assertEquals(waits.length, 1);
  assertEquals(await guard.attempt(PIN), "busy");
  waits[0]!();
  assertEquals(await sixth, "right");
});

Deno.test("PinGuard.attempt() locks after ten wrong PINs, also for the right one", async () => {
  const { guard, waits } = guardWithWaits();
  await fail(guard, 5);
  for (let i = 0; i < 5; i++) {
    const verdict = guard.attempt(WRONG);
    waits[i]!();
    assertEquals(await verdict, i === 4 ? "locked" : "wrong");
  }
  assertEquals(guard.attemptsLeft, 0);
  assertEquals(await guard.attempt(PIN), "locked");
  assertEquals(guard.isLocked, true);
});

Deno.test("PinGuard.attempt() forgets wrong PINs at the right one", async () => {
  const guard = new PinGuard(PIN, noWait);
  await fail(guard, 4);
  assertEquals(guard.attemptsLeft, 6);
  assertEquals(await guard.attempt(PIN), "right");
  assertEquals(guard.attemptsLeft, 10);
});

Deno.test("PinGuard.attempt() evaluates ten of 50 parallel wrong PINs at most", async () => {
  const { guard, waits } = guardWithWaits();
  const seen = new Map<PinVerdict, number>();
  for (let round = 0; round < 10; round++) {
    const verdicts = Array.from({ length: 50 }, () => guard.attempt(WRONG));
    waits.splice(0).forEach((goOn) => goOn());
    for (const verdict of await Promise.all(verdicts)) {
      seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
    }
  }
  assertEquals(seen.get("wrong"), 9);
  assertEquals(guard.isLocked, true);
});

Deno.test("checkPin() evaluates six of the PINs of 50 parallel clients, one after a wait", async () => {
  const { promise: hold, resolve: goOn } = Promise.withResolvers<void>();
  const delays: number[] = [];
  await using server = serveDebugged({ evalex: true }, undefined, {
    wait: (milliseconds) => {
      delays.push(milliseconds);
      return hold;
    },
  });
  const console = await openConsole(server);
  let answered = 0;
  const responses = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const response = await sendCommand(console, {
        path: `${console.base}/pin`,
        body: { pin: `000-000-0${10 + index}` },
      });
      // All but the one that has to wait.
      if (++answered === 49) goOn();
      return response;
    }),
  );
  const count = (status: number) =>
    responses.filter((response) => response.status === status).length;
  assertEquals([count(403), count(429)], [6, 44]);
  assertEquals(delays, [2000]);
  assert(
    responses.every(({ fields }) =>
      !fields.some(([name]) => name === "set-cookie")
    ),
  );
});

Deno.test("checkPin() lets nobody in any more once it is locked", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  assertEquals(
    (await sendCommand(console, { headers: { cookie } })).status,
    200,
  );
  const give = async (pin: string) =>
    await sendCommand(console, { path: `${console.base}/pin`, body: { pin } });
  const answers = [];
  for (let i = 0; i < 10; i++) answers.push(await give(WRONG));
  assertEquals(answers.map(({ status }) => status), Array(10).fill(403));
  assertEquals(
    answers.map(({ body }) => JSON.parse(body).attemptsLeft),
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
  );
  const right = await give(PIN);
  assertEquals(right.status, 403);
  assertEquals(right.fields.some(([name]) => name === "set-cookie"), false);
  // Also who was in: the next one may have stolen the cookie.
  const command = await sendCommand(console, { headers: { cookie } });
  assertEquals(command.status, 403);
  const page = await fetch(`${console.origin}${console.base}/${console.id}`, {
    headers: { cookie },
  });
  assertEquals(page.status, 403);
  assertEquals((await page.text()).includes(console.token), false);
});

Deno.test("checkPin() counts neither foreign commands nor forged cookies", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  for (let i = 0; i < 12; i++) {
    await sendCommand(console, {
      path: `${console.base}/pin`,
      body: { pin: WRONG },
      headers: { origin: "http://evil.test" },
    });
    const cookie = `devserve-console-${console.port}=${i}`;
    await sendCommand(console, { headers: { cookie } });
  }
  assertNotEquals(await unlock(console), "");
});

Deno.test("checkPin() needs no PIN where there is none", async () => {
  for (const options of [{ pinSecurity: false }, { pin: "off" }]) {
    await using server = serveDebugged({ evalex: true, ...options });
    const console = await openConsole(server);
    assertEquals((await sendCommand(console)).status, 200);
    assertEquals(server.pins, []);
    // All else is as strict as ever.
    const headers = { origin: "http://evil.test" };
    assertEquals((await sendCommand(console, { headers })).status, 403);
  }
});

Deno.test("checkPin() tells the PIN once, when the console is started", async () => {
  await using server = serveDebugged({ evalex: true });
  assertEquals(server.pins, []);
  const console = await openConsole(server);
  await openConsole(server);
  assertEquals(server.pins, [PIN]);
  const response = await fetch(`${console.origin}${console.base}/console`);
  const text = await response.text();
  assertEquals(text.includes(PIN) || text.includes(pinDigits(PIN)), false);
});

const KEY = "5e".repeat(32);

Deno.test("Sessions.has() is false after eight hours", async () => {
  let now = 0;
  const sessions = new Sessions("/", KEY, () => now);
  const [cookie = ""] = (await sessions.begin(1)).split(";");
  now = 8 * 3_600_000 - 1;
  assertEquals(await sessions.has(cookie), true);
  now++;
  assertEquals(await sessions.has(cookie), false);
});

Deno.test("Sessions.has() is false for all that it has not made", async () => {
  const sessions = new Sessions("/", KEY);
  const [cookie = ""] = (await sessions.begin(1)).split(";");
  const [name, value = ""] = cookie.split("=");
  const [end, id, mac] = value.split(".");
  const others = [
    "",
    `${Number(end) + 1}.${id}.${mac}`,
    `9${end}.${id}.${mac}`,
    `${end}.${"0".repeat(64)}.${mac}`,
    `${end}.${id}.${"0".repeat(64)}`,
    `${end}.${id}.`,
    `${end}.${id}`,
    `${end}.${id}.${mac}0`,
    `${value}.`,
    value.toUpperCase(),
  ];
  for (const other of others) {
    assertEquals(await sessions.has(`${name}=${other}`), false, other);
  }
  assertEquals(await sessions.has(`x=${value}`), false);
  assertEquals(await sessions.has(cookie), true);
  assertEquals(await new Sessions("/", "5f".repeat(32)).has(cookie), false);
});

Deno.test("checkPin() spares who has given the PIN to a process with the same secret", async () => {
  const { secret } = debuggerSecrets();
  assertNotEquals(debuggerSecrets().secret, secret);
  await using one = serveDebugged({ evalex: true, secret });
  await using two = serveDebugged({ evalex: true, secret });
  const before = await openConsole(one);
  const after = await openConsole(two);
  assertEquals(before.base, after.base);
  const cookie = await unlock(before);
  const command = await sendCommand(after, { headers: { cookie } });
  assertEquals(command.status, 200);
  // A page that is older than the process has to be made anew.
  const headers = { cookie, "x-devserve-token": before.token };
  const old = await sendCommand(after, { headers });
  assertEquals(old.status, 403);
  assertEquals(JSON.parse(old.body).isStale, true);
});
