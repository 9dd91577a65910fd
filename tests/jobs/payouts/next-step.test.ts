import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KEY_LIVES_MS, type LogEntry, nextStep } from '../../../jobs/payouts/next-step.ts';
import { instant } from '../../../warehouse/clock.ts';

const START = Date.parse('2026-02-02T05:00:00.000Z');
const entry = (state: LogEntry['state'], attempt = 1, at = START): LogEntry => ({
  state,
  attempt,
  logged_at: instant(at),
});

describe('after', () => {
  test.each<[string, LogEntry[], number, object]>([
    ['nothing, the first attempt is intended', [], 0, { step: 'intend', attempt: 1 }],
    ['an intent, it is sent', [entry('intent')], 0, { step: 'send', attempt: 1, until: START + KEY_LIVES_MS }],
    [
      'an intent that is almost 20 hours old, it is sent under the same key',
      [entry('intent', 3)],
      KEY_LIVES_MS - 1,
      { step: 'send', attempt: 3, until: START + KEY_LIVES_MS },
    ],
    [
      'an intent that is 20 hours old, Stripe is asked, and its key is key_spent',
      [entry('intent', 3)],
      KEY_LIVES_MS,
      { step: 'look_up', attempt: 3, burn: true },
    ],
    [
      'a key_spent key, Stripe is asked',
      [entry('intent'), entry('key_spent')],
      0,
      { step: 'look_up', attempt: 1, burn: false },
    ],
    [
      'a key_spent key of long ago, Stripe is asked',
      [entry('intent'), entry('key_spent')],
      100 * KEY_LIVES_MS,
      { step: 'look_up', attempt: 1, burn: false },
    ],
    [
      'the intent of a second attempt, that is sent',
      [entry('intent'), entry('key_spent'), entry('intent', 2, START + 5)],
      10,
      { step: 'send', attempt: 2, until: START + 5 + KEY_LIVES_MS },
    ],
    ['the transfer, nothing', [entry('intent'), entry('sent')], 0, { step: 'none' }],
    ['a failure, nothing', [entry('intent'), entry('key_spent'), entry('failed')], 0, { step: 'none' }],
  ])('%s', (_, log, passed, step) => expect(nextStep(log, START + passed)).toEqual(step));
});

test('whatever the log: nothing is sent that was not intended, and nothing after an end', () => {
  const logs = fc.array(
    fc.record({
      state: fc.constantFrom<LogEntry['state']>('intent', 'sent', 'key_spent', 'failed'),
      attempt: fc.integer({ min: 1, max: 5 }),
      logged_at: fc.integer({ min: 0, max: 2 * KEY_LIVES_MS }).map((passed) => instant(START + passed)),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(logs, fc.integer({ min: 0, max: 4 * KEY_LIVES_MS }), (log, passed) => {
      const now = START + passed;
      const last = log.at(-1);
      const next = nextStep(log, now);
      if (next.step === 'send') {
        expect(last).toMatchObject({ state: 'intent', attempt: next.attempt });
        expect(now < next.until && next.until === Date.parse(last?.logged_at ?? '') + KEY_LIVES_MS).toBe(true);
      }
      if (next.step === 'intend') expect(log).toEqual([]);
      if (next.step === 'look_up') expect(['intent', 'key_spent']).toContain(last?.state);
      expect(next.step === 'none').toBe(last !== undefined && ['sent', 'failed'].includes(last.state));
    }),
  );
});
