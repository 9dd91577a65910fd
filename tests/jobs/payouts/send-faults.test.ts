import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Services } from '../../../jobs/job.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { RUN } from '../test-services.ts';
import { ApprovedPayouts, keyOf, payoutOf } from './approved-payouts.ts';
import { stoppingStore } from './stopping-store.ts';

const JANUARY = parsePeriod('2026-01');
const FAULTS = [
  'rate_limit',
  'error_uncommitted',
  'error_committed',
  'drop_before',
  'drop_after_commit',
  'hang_after_commit',
  'truncate_after_commit',
] as const;

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());
beforeEach(() => payouts.approve());

/** Faults and stops combined, and repeated, are drawn in `simulation/`. */
describe('one fault at Stripe', () => {
  // The first request looks up existing transfers; the next three make the payouts.
  const requests = FULL_RUN ? [1, 2, 3, 4] : [1, 3];
  const cases = FAULTS.flatMap((fault) => requests.map((ordinal) => ({ fault, ordinal })));
  test.each(cases)('$fault at request $ordinal: each payout is sent once', async ({ fault, ordinal }) => {
    payouts.harness.faults((request) => (request.ordinal === ordinal ? fault : undefined));
    await payouts.sendUntilSent();
    await payouts.eachSentOnce();
  });

  test('a transfer made in spite of a 500 is found by lookup', async () => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? 'error_committed' : undefined));
    await payouts.send();
    await payouts.eachSentOnce();
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1', 'sent 1']);
  });

  test('a transfer not made because of a 500 is looked up, then tried under a second key', async () => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? 'error_uncommitted' : undefined));
    await payouts.send();
    await payouts.eachSentOnce();
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1', 'intent 2', 'sent 2']);
  });

  test('a request whose answer was lost is repeated under the same key', async () => {
    const keys: unknown[] = [];
    payouts.harness.faults(({ key }) => {
      if (!key?.includes(payoutOf('cr_ada'))) return undefined;
      keys.push(key);
      return keys.length === 1 ? 'truncate_after_commit' : undefined;
    });
    await payouts.send();
    await payouts.eachSentOnce();
    expect(new Set(keys)).toEqual(new Set([keyOf('cr_ada')]));
    expect(keys.length).toBeGreaterThan(1);
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'sent 1']);
  });

  test('that persists for one payout leaves it waiting under its key, and the others sent', async () => {
    payouts.harness.faults(({ key }) => (key?.includes(payoutOf('cr_ada')) ? 'rate_limit' : undefined));
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1 });
    expect(await payouts.log('cr_ada')).toEqual(['intent 1']);
    payouts.harness.faults(() => undefined);
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    await payouts.eachSentOnce();
  });
});

describe('an abrupt stop', () => {
  const sendWith = (stopped: Operational): Promise<unknown> => {
    const services: Services = { ...payouts.harness.services, operational: stopped };
    return sendPayouts.run({ ...services, ...RUN }, JANUARY);
  };

  // For each payout its intent, its end and its event; then the state of the batch and of the outbox.
  const writes = FULL_RUN ? Array.from({ length: 11 }, (_, index) => index + 1) : [1, 2, 3, 10, 11];
  const cases = writes.flatMap((nth) => (['before', 'after'] as const).map((when) => ({ nth, when })));
  test.each(cases)('$when write $nth: the next run sends each payout once', async ({ nth, when }) => {
    await expect(sendWith(stoppingStore(payouts.operational, nth, when))).rejects.toThrow('The process stopped here.');
    await payouts.sendUntilSent();
    await payouts.eachSentOnce();
  });

  test('a twelfth write does not exist', async () => {
    await sendWith(stoppingStore(payouts.operational, 12, 'before'));
    await payouts.eachSentOnce();
  });
});

describe('two concurrent senders', () => {
  test('send each payout once', async () => {
    const gate = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    let first = true;
    payouts.harness.faults(({ method }) => {
      if (method !== 'POST' || !first) return undefined;
      first = false;
      held.resolve();
      return { hold: gate.promise };
    });
    const run = { ...payouts.harness.services, ...RUN };
    const one = sendPayouts.run(run, JANUARY).catch(() => undefined);
    await held.promise;
    const two = sendPayouts.run(run, JANUARY).catch(() => undefined);
    await two;
    gate.resolve();
    await one;
    await payouts.sendUntilSent();
    await payouts.eachSentOnce();
  });
});
