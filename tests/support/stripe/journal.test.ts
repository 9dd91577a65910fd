import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import { stripeClient } from './client.ts';
import { type LocalStripe, startStripe } from './local-stripe.ts';
import { createSmallAccount, manualClock, rejection } from './small-account.ts';

const apiKey = 'sk_test_local';
const started: LocalStripe[] = [];
const children: ChildProcess[] = [];
let folder = '';
let journalPath = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stripe-journal-'));
  journalPath = join(folder, 'journal.ndjson');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(started.splice(0).map((world) => world.stop()));
  await rm(folder, { recursive: true });
});

const clock = manualClock();
async function start(faulty = false): Promise<LocalStripe> {
  const world = await startStripe({
    clock,
    apiKey,
    journalPath,
    faults: () => (faulty ? 'error_committed' : undefined),
  });
  started.push(world);
  return world;
}
const send = (world: LocalStripe, key: string, amount = 10_00) =>
  stripeClient(world).transfers.create(
    { amount, currency: 'usd', destination: 'acct_ada', transfer_group: key },
    { idempotencyKey: key },
  );

test('a second start on the same journal has everything that was acknowledged', async () => {
  const before = await start();
  createSmallAccount(before, clock);
  before.dispute({ id: 'dp_1', charge: 'ch_1', amount_minor: 5_00, created_at_ms: 0, status: 'needs_response' });
  const sent = await send(before, 'k1');
  await stripeClient(before).transfers.createReversal(sent.id, { amount: 1_00 });
  const settled = { currency: 'usd', amount_minor: 11_00 };
  before.charge({ id: 'ch_eur', amount_minor: 10_00, currency: 'eur', created_at_ms: 0, settled });
  expect(await rejection(send(before, 'k2', 9_999_99))).toMatchObject({ code: 'balance_insufficient' });

  // The first one is left as after a crash: not stopped, its file not closed.
  const after = await start();
  createSmallAccount(after, clock);
  expect(after.balance('usd')).toBe(before.balance('usd'));
  expect(after.balance('usd', 'acct_ada')).toBe(9_00n);
  expect(after.transfers()).toEqual(before.transfers());
  const all = (world: LocalStripe) => stripeClient(world).balanceTransactions.list({ limit: 100 });
  expect((await all(after)).data).toEqual((await all(before)).data);
  const replayed = await send(after, 'k1');
  expect(replayed).toEqual(sent);
  expect(replayed.lastResponse.headers['idempotent-replayed']).toBe('true');
  const refused = { code: 'balance_insufficient', headers: { 'idempotent-replayed': 'true' } };
  expect(await rejection(send(after, 'k2', 9_999_99))).toMatchObject(refused);
  expect((await send(after, 'k3')).id).not.toBe(sent.id);
  const balance = after.balance('usd');
  after.failCharge({ id: 'ch_eur', at_ms: 0 });
  expect(after.balance('usd')).toBe(balance - 11_00n);
});

test('a 500 that was saved and committed is both after a restart', async () => {
  createSmallAccount(await start(), clock);
  expect(await rejection(send(await start(true), 'k1'))).toMatchObject({ statusCode: 500 });
  const after = await start();
  expect(await rejection(send(after, 'k1'))).toMatchObject({ statusCode: 500 });
  expect(after.transfers()).toMatchObject([{ transfer_group: 'k1' }]);
});

test('a torn last line is removed, wherever it broke', async () => {
  const before = await start();
  createSmallAccount(before, clock);
  const whole = readFileSync(journalPath);
  const sent = await send(before, 'k1');
  const line = readFileSync(journalPath).subarray(whole.length);
  for (const torn of [1, line.length >> 1, line.length - 1]) {
    writeFileSync(journalPath, whole);
    appendFileSync(journalPath, line.subarray(0, torn));
    const after = await start();
    expect(after.transfers()).toEqual([]);
    expect(after.balance('usd')).toBe(970_70n);
    expect(readFileSync(journalPath)).toEqual(whole);
    expect(await send(after, 'k1')).toEqual(sent);
    expect(readFileSync(journalPath, 'utf8').split('\n')).toHaveLength(whole.toString().split('\n').length + 1);
  }
});

test('a journal with inconsistent balance transactions is refused', async () => {
  createSmallAccount(await start(), clock);
  const text = readFileSync(journalPath, 'utf8');
  writeFileSync(journalPath, text.replace('"amount_captured":100000', '"amount_captured":100001'));
  expect(await rejection(start())).toBeInstanceOf(InvariantBroken);
});

test('a process that is killed in the middle of a batch loses nothing that it acknowledged', async () => {
  createSmallAccount(await start(), clock);
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const script = `
    import { startStripe } from './tests/support/stripe/local-stripe.ts';
    const clock = { now: () => ${clock.now()} };
    const world = await startStripe({ clock, apiKey: '${apiKey}', journalPath: ${JSON.stringify(journalPath)} });
    console.log(world.url);`;
  const node = join(root, 'node_modules/.bin/node');
  const child = spawn(node, ['--input-type=module', '-e', script], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const exited = once(child, 'exit');
  const [url] = await once(createInterface(child.stdout), 'line');
  const stripe = stripeClient({ url, apiKey });

  const answered = new Map<string, string>();
  const keys = Array.from({ length: 60 }, (_, nth) => `k${nth}`);
  for (let wave = 0; wave < 40; wave += 10) {
    await Promise.all(
      keys.slice(wave, wave + 10).map(async (key) => {
        const body = { amount: 1_00, currency: 'usd', destination: 'acct_ada', transfer_group: key };
        const sent = await stripe.transfers.create(body, { idempotencyKey: key }).catch(() => undefined);
        if (sent !== undefined) answered.set(key, sent.id);
        if (answered.size > 30) child.kill('SIGKILL');
      }),
    );
  }
  expect(answered.size).toBeGreaterThan(30);
  expect(await exited).toEqual([null, 'SIGKILL']);

  const after = await start();
  const kept = new Map(after.transfers().map(({ transfer_group, id }) => [transfer_group, id]));
  for (const [key, id] of answered) expect(kept.get(key)).toBe(id);
  for (const key of keys) {
    const { id } = await send(after, key, 1_00);
    expect(id).toBe(kept.get(key) ?? id);
  }
  expect(
    after
      .transfers()
      .map(({ transfer_group }) => transfer_group)
      .sort(),
  ).toEqual([...keys].sort());
  expect(after.balance('usd')).toBe(970_70n - 60_00n);
});
