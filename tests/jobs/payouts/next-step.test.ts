import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KEY_LIFETIME_MS, type LogEntry, nextStep } from '../../../jobs/payouts/next-step.ts';
import { instant } from '../../../warehouse/clock.ts';

const START = Date.parse('2026-02-02T05:00:00.000Z');
const entry = (state: LogEntry['state'], attempt = 1, at = START): LogEntry => ({
  state,
  attempt,
  logged_at: instant(at),
});

describe('the next step after', () => {
  test.each<[string, LogEntry[], number, object]>([
    ['an empty log: record the first intent', [], 0, { step: 'intend', attempt: 1 }],
    ['an intent: send it', [entry('intent')], 0, { step: 'send', attempt: 1, until: START + KEY_LIFETIME_MS }],
    [
      'an intent almost 20 hours old: send it under the same key',
      [entry('intent', 3)],
      KEY_LIFETIME_MS - 1,
      { step: 'send', attempt: 3, until: START + KEY_LIFETIME_MS },
    ],
    [
      'an intent 20 hours old: look the transfer up and mark the key as spent',
      [entry('intent', 3)],
      KEY_LIFETIME_MS,
      { step: 'look_up', attempt: 3, spendKey: true },
    ],
    [
      'a spent key: look the transfer up',
      [entry('intent'), entry('key_spent')],
      0,
      { step: 'look_up', attempt: 1, spendKey: false },
    ],
    [
      'a key spent long ago: look the transfer up',
      [entry('intent'), entry('key_spent')],
      100 * KEY_LIFETIME_MS,
      { step: 'look_up', attempt: 1, spendKey: false },
    ],
    [
      'the intent of a second attempt: send that',
      [entry('intent'), entry('key_spent'), entry('intent', 2, START + 5)],
      10,
      { step: 'send', attempt: 2, until: START + 5 + KEY_LIFETIME_MS },
    ],
    ['a transfer: nothing', [entry('intent'), entry('sent')], 0, { step: 'none' }],
    ['a failure: nothing', [entry('intent'), entry('key_spent'), entry('failed')], 0, { step: 'none' }],
  ])('%s', (_, log, passed, step) => expect(nextStep(log, START + passed)).toEqual(step));
});

test('for any log: nothing is sent without an intent, and nothing after a final state', () => {
  const logs = fc.array(
    fc.record({
      state: fc.constantFrom<LogEntry['state']>('intent', 'sent', 'key_spent', 'failed'),
      attempt: fc.integer({ min: 1, max: 5 }),
      logged_at: fc.integer({ min: 0, max: 2 * KEY_LIFETIME_MS }).map((passed) => instant(START + passed)),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(logs, fc.integer({ min: 0, max: 4 * KEY_LIFETIME_MS }), (log, passed) => {
      const now = START + passed;
      const last = log.at(-1);
      const next = nextStep(log, now);
      if (next.step === 'send') {
        expect(last).toMatchObject({ state: 'intent', attempt: next.attempt });
        expect(now < next.until && next.until === Date.parse(last?.logged_at ?? '') + KEY_LIFETIME_MS).toBe(true);
      }
      if (next.step === 'intend') expect(log).toEqual([]);
      if (next.step === 'look_up') expect(['intent', 'key_spent']).toContain(last?.state);
      expect(next.step === 'none').toBe(last !== undefined && ['sent', 'failed'].includes(last.state));
    }),
  );
});
