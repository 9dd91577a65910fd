import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishControl } from '../../../api/boot/running-server.ts';
import { type Server, startServer } from '../../../api/boot/server.ts';
import { RESOURCES } from '../../../ingest/stripe/resources.ts';
import { pulls } from '../../../ingest/stripe/tables.ts';
import { leaseOf, stepOf } from '../../warehouse/operational/payout-steps.ts';
import { ended, started } from '../boot/program.ts';
import { coverMonth } from '../shared-stores.ts';
import { fillMarts, folderAndConfig, NOW } from '../test-api.ts';
import { type CommandLine, commandLine, SETTINGS } from './command-line.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

const inFolder = (name: string): string => join(folder, name);
const tantieme: CommandLine = (args, settings, input) => commandLine(folder)(args, settings, input);

test('the program exits with the code of its command, and writes only the result to stdout', async () => {
  const run = (args: string[]) => ended(started('cli', { args, folder, settings: SETTINGS }));
  await writeFile(inFolder('events.json'), 'no event\n');
  const [wrong, failed, done] = await Promise.all([
    run(['close']),
    run(['events', 'check', inFolder('events.json')]),
    run(['sql', 'breaks', '--json']),
  ]);
  expect(wrong).toEqual({
    code: 2,
    out: '',
    err: 'The period is missing.\nUsage: tantieme close P [--by NAME] [--json]\n',
  });
  expect(failed).toMatchObject({ code: 1, err: '1 of 1 event would be quarantined, for the reasons listed above.\n' });
  expect(JSON.parse(done.out)).toMatchObject({ model: 'tantieme.breaks', engine: 'duckdb' });
  expect(done).toMatchObject({ code: 0, err: '' });
});

describe('commands that need no data', () => {
  test('help lists every command', async () => {
    const { code, out } = await tantieme(['help'], {});
    expect(code).toBe(0);
    for (const name of ['ingest', 'rudder-map', 'build', 'close', 'payouts', 'keys create', 'migrate'])
      expect(out).toContain(name);
  });

  test('rudder-map maps lines, and reports an invalid one', async () => {
    const line = JSON.stringify({ message: { type: 'track', event: 'A', userId: 'u', messageId: 'm' }, metadata: {} });
    const mapped = await tantieme(['rudder-map'], {}, `${line}\n\n${line}\n`);
    const lines = mapped.out
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each));
    expect(lines.map(({ rows, failed }) => [rows.map((row: { table: string }) => row.table), failed])).toEqual([
      [['tracks', 'a'], []],
      [['tracks', 'a'], []],
    ]);
    const broken = await tantieme(['rudder-map'], {}, `${line}\n{"x":1}\n`);
    expect([broken.code, broken.err]).toEqual([2, 'Line 2 cannot be mapped: it has no message that is an object.\n']);
    const secret = await tantieme(['rudder-map'], {}, 'secret\n');
    expect(secret.err).toBe("Line 1 cannot be mapped: it is not JSON: Unexpected token 's'.\n");
  });
});

describe('without a server', () => {
  const event = (messageId: string | undefined) =>
    JSON.stringify({
      ...(messageId && { messageId }),
      type: 'track',
      event: 'Creator Signed Up',
      userId: 'cr_ada',
      receivedAt: '2026-01-05T10:00:00.000Z',
      originalTimestamp: '2026-01-05T10:00:00.000Z',
      properties: { event_version: 1, creator_id: 'cr_ada', creator_name: 'Ada', country: 'GB' },
    });

  test('ingest loads each file of events once; query reads the loaded events', async () => {
    await writeFile(join(folder, 'a.ndjson'), `${event('m1')}\n${event(undefined)}\n`);
    await writeFile(join(folder, 'b.ndjson.gz'), gzipSync(`${event('m1')}\n`));
    await writeFile(join(folder, 'd.ndjson'), `${event('m5').replace('Creator Signed Up', 'Creator Vanished')}\n`);
    const files = ['a.ndjson', 'b.ndjson.gz', 'a.ndjson', 'd.ndjson'].map((name) => inFolder(name));
    const taken = await tantieme(['ingest', ...files, '--json']);
    expect(taken.code).toBe(0);
    expect(JSON.parse(taken.out)).toMatchObject({
      ...{ files_loaded: 3, files_known: 1, landed: 2, quarantined: 1, duplicates: 1 },
    });

    await writeFile(join(folder, 'c.ndjson'), `${event('m9')}\n{"type":\n`);
    const broken = await tantieme(['ingest', inFolder('c.ndjson')]);
    expect([broken.code, broken.out]).toEqual([1, expect.stringContaining('Line 2 of c.ndjson is not a JSON object.')]);
    expect(broken.err).toContain('1 file could not be loaded: it is truncated or corrupt.');

    const sql = 'select received_at, count(*) as events from raw.creator_signed_up group by received_at';
    const result = await tantieme(['query', sql, '--json']);
    expect(JSON.parse(result.out)).toEqual([{ received_at: '2026-01-05T10:00:00.000Z', events: 2 }]);
  });

  test('replay-rejected loads the quarantined events again', async () => {
    const { code, out } = await tantieme(['replay-rejected', '--json']);
    expect([code, JSON.parse(out)]).toEqual([0, { replayed: 1, landed: 0, still_quarantined: 1 }]);
  });

  test('query changes nothing', async () => {
    const result = await tantieme(['query', 'delete from raw.creator_signed_up']);
    expect([result.code, result.err]).toEqual([2, expect.stringContaining('not a single valid SELECT')]);
  });
});

describe('while a server uses the data folder', () => {
  let server: Server;
  let closers: (() => Promise<void>)[];
  let held: string;
  const run = (...args: string[]) => tantieme(args, { ...SETTINGS, TANTIEME_DATA_DIR: held });

  beforeAll(async () => {
    const made = await folderAndConfig({ STRIPE_API_KEY: 'sk_test_unused', STRIPE_API_BASE: 'http://127.0.0.1:1' });
    held = made.folder;
    server = await startServer(made.config, { clock: { now: () => NOW } });
    closers = [() => server.stop(), await publishControl(held, { url: server.url, key: server.ownKey })];
    await fillMarts(server.services);
    await coverMonth(server.services, '2025-12');
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    await rm(held, { recursive: true });
  });

  test('jobs are run by the server, in the name of the person at the command line', async () => {
    const closed = await run('close', '2025-12', '--by', 'Ada', '--json');
    expect(JSON.parse(closed.out)).toMatchObject({ period: '2025-12', seal: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const again = await run('close', '2025-12', '--by', 'Ada');
    expect([again.code, again.err]).toEqual([1, '2025-12 is already closed.\n']);
    await run('payouts', 'override-comparison', '2025-12', '--because', 'A test.');
    expect((await run('payouts', 'plan', '2025-12', '--by', 'Ada')).code).toBe(0);
    const own = await run('payouts', 'approve', '2025-12', '--by', 'Ada');
    expect([own.code, own.err]).toEqual([2, 'Ada planned the payouts of 2025-12; someone else must approve them.\n']);
    expect((await run('payouts', 'approve', '2025-12', '--by', 'Ben')).code).toBe(0);
    const status = await run('payouts', 'status', '2025-12');
    expect(status.out).toMatch(/^planned by +Ada$/m);
    expect(status.out).toMatch(/^approved by +Ben$/m);
    expect(status.out).toMatch(/^payouts: none$/m);
  });

  test('exceptions are listed and shown, and acknowledged in the name of the person at the command line', async () => {
    const list = () => run('exceptions', 'list', '2026-01');
    expect((await list()).out).toBe(
      [
        'period  2026-01',
        '',
        'exceptions:',
        'exception id                reason                  facts  amount      days',
        'refund:ref/7                reduction_exceeds_sale      1  -50.01 USD     9',
        'sale:sale_7                 terms_missing               1  12 USD         9',
        'use:terms_missing:asset_7:  terms_missing               2                 9',
        '',
        'reasons:',
        'reason                  meaning                                                                                cure',
        'terms_missing           No terms of its asset and licence type were in force when it happened.                 Publish the terms, in force from that time on.',
        'reduction_exceeds_sale  The refunds and lost disputes of the sale exceed what was paid by more than rounding.  Find out which one is wrong, or how the buyer got the money twice.',
        '',
      ].join('\n'),
    );
    const because = ['--because', 'The terms come later.', '--by', 'Ada'];
    const one = await run('exceptions', 'acknowledge', '2026-01', 'sale:sale_7', 'refund:ref/7', ...because);
    expect([one.code, one.out]).toEqual([0, expect.stringMatching(/^unchanged +0$[\s\S]*^sale:sale_7 .* by Ada$/m)]);
    const rest = await run('exceptions', 'acknowledge', '2026-01', '--reason', 'terms_missing', ...because, '--json');
    expect(JSON.parse(rest.out)).toMatchObject({
      unchanged: 1,
      acknowledged: [{ exception_id: 'use:terms_missing:asset_7:', acknowledgement: { acknowledged_by: 'Ada' } }],
    });
    expect(JSON.parse((await run('exceptions', 'list', '2026-01', '--json')).out)).toMatchObject({
      period: '2026-01',
      exceptions: [{ is_acknowledged: true }, { is_acknowledged: true }, { is_acknowledged: true, fact_count: 2 }],
    });
    expect((await run('exceptions', 'show', '2026-01', 'refund:ref/7')).out).toMatch(
      /^cure +Find out which one is wrong, or how the buyer got the money twice\.$[\s\S]*^acknowledgement:$[\s\S]*^sentence +The terms come later\.$/m,
    );
    const unknown = await run('exceptions', 'show', '2026-01', 'sale:none');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringMatching(/^2026-01 has no exception "sale:none"/)]);
    const unbuilt = await run('exceptions', 'list', '2026-09');
    expect([unbuilt.code, unbuilt.err]).toEqual([1, expect.stringMatching(/^2026-09 has not been built yet/)]);
  });

  test('statements are issued by the server, and written by the command', async () => {
    const out = join(held, 'statements');
    const issued = await run('statements', '2025-12', '--out', out, '--json');
    expect(JSON.parse(issued.out)).toMatchObject({ issued: 0, statements: 0, files: 0 });
    await run('statements', '2025-12', '--zip', join(held, 'file'));
    expect([await readdir(out), (await readFile(join(held, 'file'))).length]).toEqual([[], 22]);
    const { err } = await run('statements', '2025-12', '--out', join(held, 'file'));
    expect(err).toMatch(
      /cannot be written: a file of that name .+; remove it, or choose another folder with --out\.\n$/,
    );
  });

  test('keys are created, listed, rotated and revoked', async () => {
    const made = JSON.parse(
      (await run('keys', 'create', '--role', 'creator', '--creator', 'cr_ada', '--name', 'Ada', '--json')).out,
    );
    expect(made.key).toMatch(/^rk_/);
    const rotated = await run('keys', 'rotate', made.api_key_id, '--former-until', '2026-02-03', '--json');
    expect(JSON.parse(rotated.out).key).not.toBe(made.key);
    const revoked = await run('keys', 'revoke', made.api_key_id, '--former', '--json');
    expect(JSON.parse(revoked.out)).toMatchObject({ creator_id: 'cr_ada', has_former_secret: false });
    expect((await run('keys', 'revoke', made.api_key_id)).code).toBe(0);
    expect((await run('keys', 'create', '--role', 'creator', '--name', 'Ada')).code).toBe(2);
    const unknown = await run('keys', 'create', '--role', 'creator', '--creator', 'cr_nobody', '--name', 'Nobody');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringMatching(/^No key can be created for cr_nobody: /)]);
    expect((await run('keys', 'list')).out).toMatch(/Ada(?!.*Nobody)/s);
  });

  test('verify fails if the seal does not hold', async () => {
    const verified = await run('verify', '2025-12', '--json');
    expect([verified.code, JSON.parse(verified.out)]).toMatchObject([0, { period: '2025-12', holds: true }]);
    const write = (sql: string) => server.services.warehouse.transaction((writer) => writer.query(sql));
    const seal = (text: string) => write(`update ledger.closes set seal = '${text}' where period = '2025-12'`);
    await seal('0'.repeat(64));
    const broken = await run('verify', '2025-12', '--json');
    await seal(JSON.parse(verified.out).recorded);
    expect([broken.code, broken.err]).toEqual([
      1,
      expect.stringMatching(/^The books of 2025-12 differ from those that were sealed; .*\.$/m),
    ]);
    expect(JSON.parse(broken.out)).toMatchObject({ recorded: '0'.repeat(64), holds: false });
    await write(`insert into ledger.fact_keys by name select '2025-12' as period, 5 as key_hash, 6 as key_check`);
    expect((await run('verify', '2025-12')).err).toContain('ledger.fact_keys has 1 key that no use of 2025-12 has');
    await write('delete from ledger.fact_keys where key_hash = 5');
  });

  test('reconcile fails with the reason unless the period is reconciled', async () => {
    const before = await run('reconcile', '2025-12', '--json');
    expect([before.code, before.err]).toEqual([
      1,
      expect.stringMatching(/^2025-12 is not reconciled\. Stripe's records from 2025-12-01T.*$/m),
    ]);
    expect(JSON.parse(before.out)).toMatchObject({ verdict: 'incomplete' });
    const whole = { pulled_from_at: '2025-12-01T00:00:00.000Z', pulled_until_at: '2026-01-01T00:00:00.000Z' };
    const readAt = { ...whole, pulled_at: whole.pulled_until_at };
    const read = (record_kind: string) =>
      server.services.warehouse.transaction((writer) => writer.append(pulls, [{ record_kind, ...readAt }]));
    for (const { object } of RESOURCES) if (object !== 'topup') await read(object);
    expect(JSON.parse((await run('reconcile', '2025-12', '--json')).out)).toMatchObject({ verdict: 'incomplete' });
    await read('topup');
    const after = await run('reconcile', '2025-12', '--json', '--out', join(held, 'finance'));
    expect([after.code, (await readdir(join(held, 'finance'))).length]).toEqual([0, 3]);
    expect(JSON.parse(after.out)).toMatchObject({ verdict: 'reconciled' });
  });

  test('payouts send fails while a payout has failed or is waiting', async () => {
    const { operational } = server.services;
    const at = '2025-12-02T05:00:00.000Z';
    const people = { planned_by: 'Ada', planned_at: at, approved_by: 'Ben', approved_at: at };
    const batch_id = 'batch_2025-11';
    await operational
      .insertInto('payout_batches')
      .values({ batch_id, period: '2025-11', sequence: 1, state: 'sent', ...people })
      .execute();
    const send = () => run('payouts', 'send', '2025-11');
    expect((await send()).code).toBe(0);
    const request = { reason: 'payable', account_id_stripe: 'acct_ada', body: '{}', body_hash: '' };
    const line = { batch_id, creator_id: 'cr_ada', amount_minor: 1n, ...request };
    const currencies = { po_1: 'USD', po_2: 'EUR' };
    const lines = Object.entries(currencies).map(([payout_id, currency]) => ({ ...line, payout_id, currency }));
    await operational.insertInto('payout_lines').values(lines).execute();
    const take = (payout_id: string, ...steps: readonly string[]) =>
      operational
        .insertInto('payout_log')
        .values(steps.map((step) => stepOf(step, payout_id)))
        .execute();
    await operational.insertInto('job_runs').values(leaseOf()).execute();
    const sentence = (what: string) =>
      expect.stringContaining(
        `Not every payout of 2025-11 was sent: ${what}; for the reasons, run "tantieme payouts status 2025-11".\n`,
      );
    await take('po_1', 'approved', 'sent 1');
    expect(await send()).toMatchObject({ code: 1, err: sentence('0 failed and 1 waiting') });
    await take('po_2', 'approved', 'intent 1', 'key_spent 1', 'failed 1');
    expect(await send()).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^failed +1$/m),
      err: sentence('1 failed and 0 waiting'),
    });
  });

  test.each([['migrate']])('%s fails with the reason', async (...args) => {
    const { code, err } = await run(...args);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^[^\n]+ while a server uses the data folder; stop the server first\.\n$/),
    ]);
  });
});
