import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KEY_LIFETIME_MS, lifeOf, nextStep, stateOf } from '../../../jobs/payouts/payout-life.ts';
import type { LogEntry } from '../../../jobs/payouts/payout-log.ts';
import { instant } from '../../../warehouse/clock.ts';

const START = Date.parse('2026-02-02T05:00:00.000Z');

/** A log in words: `approved`, `intent 1`, `held break_open`, `held by_finance by a person`. */
function logOf(words: string, at: (index: number) => number = () => START): LogEntry[] {
  return words
    .split(', ')
    .filter(Boolean)
    .map((step, index) => {
      const [state = '', about = null] = step.replace(' by a person', '').split(' ');
      const attempt = /^\d+$/.test(about ?? '') ? Number(about) : null;
      return {
        ...{ entry: BigInt(index + 1), payout_id: 'po_1', state: state as LogEntry['state'], attempt },
        ...{ logged_at: instant(at(index)), reason: attempt === null ? about : null, detail: null },
        ...{ changed_by: 'ada', run_id: step.endsWith(' by a person') ? null : 'run_1' },
        transfer_id_stripe: ['sent', 'confirmed', 'reversed'].includes(state) ? 'tr_1' : null,
        line_hash: state === 'approved' ? 'hash' : null,
      };
    });
}

describe('the state and the next step after', () => {
  const sendUntil = (attempt: number, at = START) => ({ step: 'send', attempt, until: at + KEY_LIFETIME_MS });
  const lookUp = (attempt: number, next: number) => ({ step: 'look_up', attempt, next });
  test.each<[string, number, string, object]>([
    ['', 0, 'planned', { step: 'intend', attempt: 1 }],
    ['held by_finance by a person', 0, 'held', { step: 'intend', attempt: 1 }],
    ['approved', 0, 'approved', { step: 'intend', attempt: 1 }],
    ['approved, held break_open', 0, 'held', { step: 'intend', attempt: 1 }],
    ['approved, held break_open, released', 0, 'approved', { step: 'intend', attempt: 1 }],
    ['approved, intent 1', 0, 'sending', sendUntil(1)],
    ['approved, intent 1', KEY_LIFETIME_MS - 1, 'sending', sendUntil(1)],
    ['approved, intent 1', KEY_LIFETIME_MS, 'sending', lookUp(1, 1)],
    ['approved, intent 1, held by_finance by a person', 0, 'sending', sendUntil(1)],
    ['approved, intent 1, key_spent 1', 100 * KEY_LIFETIME_MS, 'sending', lookUp(1, 2)],
    ['approved, intent 1, key_spent 1, held refused', 0, 'held', lookUp(1, 2)],
    ['approved, intent 1, key_spent 1, intent 2', 10, 'sending', sendUntil(2)],
    ['approved, intent 1, sent 1', 0, 'sent', { step: 'none' }],
    ['approved, intent 1, sent 1, confirmed', 0, 'confirmed', { step: 'none' }],
    ['approved, intent 1, sent 1, confirmed, reversed', 0, 'reversed', { step: 'none' }],
    ['approved, intent 1, key_spent 1, failed 1', 0, 'failed', { step: 'none' }],
    ['approved, cancelled by_finance by a person', 0, 'cancelled', { step: 'none' }],
  ])('"%s", %d ms later', (words, passed, state, step) => {
    const life = lifeOf(logOf(words));
    expect([stateOf(life), nextStep(life, START + passed)]).toEqual([state, step]);
  });

  test('a hold of a person is distinguished from one of a run', () => {
    expect(lifeOf(logOf('approved, held break_open')).hold).toEqual({
      ...{ reason: 'break_open', detail: null, isOfPerson: false },
    });
    const beside = 'approved, held by_finance by a person, held transfer_differs';
    for (const words of ['approved, held by_finance by a person', beside]) {
      expect(lifeOf(logOf(words)).hold, words).toMatchObject({ reason: 'by_finance', isOfPerson: true });
    }
    expect(lifeOf(logOf(beside)).lastStop?.reason).toBe('transfer_differs');
    expect(lifeOf(logOf(`${beside}, released, held break_open`)).hold?.isOfPerson).toBe(false);
  });
});

test('for any log: nothing is sent without an intent, and nothing after an end', () => {
  const word = fc.constantFrom('approved', 'held x', 'released', 'intent 1', 'key_spent 1', 'sent 1', 'failed 1');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.nat({ max: 4 * KEY_LIFETIME_MS }), (words, passed) => {
      const log = logOf(words.join(', '), (index) => START + index);
      const now = START + passed;
      const next = nextStep(lifeOf(log), now);
      const hasEnded = log.some(({ state }) => state === 'sent' || state === 'failed');
      const key = log.findLast(({ state }) => state === 'intent' || state === 'key_spent');
      expect(next.step === 'none').toBe(hasEnded);
      if (next.step === 'send') {
        expect(key?.state).toBe('intent');
        expect(now < next.until && next.until === Date.parse(key?.logged_at ?? '') + KEY_LIFETIME_MS).toBe(true);
      }
      if (next.step === 'intend') expect(key).toBeUndefined();
      if (next.step === 'look_up') expect(key).toBeDefined();
    }),
  );
});
