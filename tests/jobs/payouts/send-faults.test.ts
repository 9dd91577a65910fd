import fc from 'fast-check';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Services } from '../../../jobs/job.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Fault, FaultScript } from '../../support/stripe/faults.ts';
import { ApprovedPayouts, keyOf, payoutOf } from './approved-payouts.ts';

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

describe('one fault at Stripe', () => {
  // The first request asks what exists, the next three are the payouts.
  const cases = FAULTS.flatMap((fault) => [1, 2, 3, 4].map((ordinal) => ({ fault, ordinal })));
  test.each(cases)('$fault at request $ordinal: each payout is sent once', async ({ fault, ordinal }) => {
    payouts.harness.faults((request) => (request.ordinal === ordinal ? fault : undefined));
    await payouts.sendUntilSent();
    await payouts.eachSentOnce();
  });

  test('a 500 that was done is found by looking it up', async () => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? 'error_committed' : undefined));
    await payouts.send();
    await payouts.eachSentOnce();
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1', 'sent 1']);
  });

  test('a 500 that was not done is looked up, then tried under a second key', async () => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? 'error_uncommitted' : undefined));
    await payouts.send();
    await payouts.eachSentOnce();
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1', 'intent 2', 'sent 2']);
  });

  test('a lost answer is asked for again under the same key', async () => {
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

  test('that lasts leaves the others sent, and this one waiting under its key', async () => {
    payouts.harness.faults(({ key }) => (key?.includes(payoutOf('cr_ada')) ? 'rate_limit' : undefined));
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1 });
    expect(await payouts.log('cr_ada')).toEqual(['intent 1']);
    payouts.harness.faults(() => undefined);
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    await payouts.eachSentOnce();
  });
});

describe('an abrupt stop', () => {
  /** A control store whose process ends at its nth write: before it, or right after it. */
  function stopping(nth: number, when: 'before' | 'after'): Operational {
    let writes = 0;
    const stopsAt = new WeakSet<object>();
    const stop = (): never => {
      throw new Unavailable('The process ended here.');
    };
    const plugin: KyselyPlugin = {
      transformQuery({ node, queryId }) {
        if (node.kind === 'InsertQueryNode' || node.kind === 'UpdateQueryNode') {
          writes++;
          if (writes > nth || (writes === nth && when === 'before')) stop();
          if (writes === nth) stopsAt.add(queryId);
        }
        return node;
      },
      async transformResult({ result, queryId }) {
        return stopsAt.has(queryId) ? stop() : result;
      },
    };
    return payouts.operational.withPlugin(plugin);
  }
  const sendWith = (stopped: Operational): Promise<unknown> => {
    const services: Services = { ...payouts.harness.services, operational: stopped };
    return sendPayouts.run({ ...services, startedBy: 'ada', progress: () => undefined }, JANUARY);
  };

  // For each payout the intent, the end and its event; then the batch, and the mark of the outbox.
  const cases = Array.from({ length: 11 }, (_, index) => index + 1).flatMap((nth) =>
    (['before', 'after'] as const).map((when) => ({ nth, when })),
  );
  test.each(cases)('$when write $nth: the next run sends each payout once', async ({ nth, when }) => {
    await expect(sendWith(stopping(nth, when))).rejects.toThrow('The process ended here.');
    await payouts.sendUntilSent();
    await payouts.eachSentOnce();
  });

  test('there is no twelfth write', async () => {
    await sendWith(stopping(12, 'before'));
    await payouts.eachSentOnce();
  });

  test('together with any faults, again and again: each payout is sent once', async () => {
    // The client waits half a second after a broken connection; an answer that breaks off is the same to us.
    const quick = FAULTS.filter((fault) => !fault.startsWith('drop'));
    const fault = fc.option(fc.constantFrom<Fault>(...quick), { nil: undefined });
    const story = fc.record({
      faults: fc.array(fault, { minLength: 1, maxLength: 12 }),
      stops: fc.array(fc.record({ nth: fc.integer({ min: 1, max: 9 }), when: fc.constantFrom('before', 'after') }), {
        maxLength: 3,
      }),
    });
    await fc.assert(
      fc.asyncProperty(story, async ({ faults, stops }) => {
        await payouts.approve();
        const script: FaultScript = ({ ordinal }) => faults[ordinal - 1];
        payouts.harness.faults(script);
        for (const { nth, when } of stops) await sendWith(stopping(nth, when)).catch(() => undefined);
        await payouts.sendUntilSent();
        await payouts.eachSentOnce();
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});

describe('two workers at once', () => {
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
    const run = { ...payouts.harness.services, startedBy: 'ada', progress: () => undefined };
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
