import { expect, test } from 'vitest';
import { lifeOf } from '../../../../../jobs/payouts/payout-life.ts';
import { effectOf } from '../../../../../jobs/payouts/rails/bank/answer-effect.ts';
import { type AnswerKind, answerOf } from '../../../../../reports/bank/bank-answer.ts';

const NONE = { attempt: null, reason: null, detail: null, run_id: 'run', transfer_id_stripe: null, line_hash: null };
const LIVES = {
  exported: ['intent'],
  sent: ['intent', 'sent'],
  confirmed: ['intent', 'sent', 'confirmed'],
  failed: ['intent', 'key_spent', 'failed'],
  reversed: ['intent', 'sent', 'reversed'],
} as const;

interface Said {
  readonly kind: AnswerKind;
  readonly status?: string;
  readonly code?: string;
  readonly amount?: bigint;
  readonly currency?: string;
}

/** `sent, reversed; stopped; for a person`. */
function effect(
  life: keyof typeof LIVES,
  { kind, status = 'BOOK', code, amount = 100n, currency = 'EUR' }: Said,
): string {
  const log = LIVES[life].map((state) => ({ ...NONE, state, attempt: 1, logged_at: '2026-02-03T00:00:00.000Z' }));
  const ids = { order_id: null, payment_group_id: null, bank_reference: 'po-1', trace: null };
  const facts = { kind, about: 'payment', ...ids, amount_minor: amount, currency, booked_on: null, status } as const;
  const answer = answerOf({ ...facts, reason_code: code ?? null, reason: null }, []);
  const payment = { payout_id: 'po_1', amount_minor: 100n, currency: 'EUR', life: lifeOf(log) };
  const { steps, stopsAccount, isForPerson } = effectOf(answer, payment, { ofPayment: amount });
  return [steps.join(', ') || 'nothing', stopsAccount ? 'stopped' : [], isForPerson ? 'for a person' : []]
    .flat()
    .join('; ');
}

const ANSWERS: readonly (readonly [string, Said])[] = [
  ['pending', { kind: 'pending' }],
  ['checked', { kind: 'accepted', status: 'ACTC' }],
  ['executed', { kind: 'accepted', status: 'ACSC' }],
  ['booked', { kind: 'booked' }],
  ['rejected', { kind: 'rejected', status: 'RJCT' }],
  ['returned', { kind: 'returned' }],
];

test.each([
  ['pending', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
  ['checked', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
  ['executed', 'sent', 'nothing', 'nothing', 'nothing', 'nothing'],
  ['booked', 'sent, confirmed', 'confirmed', 'nothing; for a person', 'nothing; for a person', 'nothing; for a person'],
  ['rejected', 'failed', 'reversed', 'nothing; for a person', 'nothing', 'nothing'],
  ['returned', 'sent, reversed', 'reversed', 'reversed', 'nothing; for a person', 'nothing'],
])('a payment that is %s: exported %s, sent %s, confirmed %s, failed %s, reversed %s', (name, ...expected) => {
  const said = ANSWERS.find(([each]) => each === name)?.[1] ?? { kind: 'unknown' };
  const lives = ['exported', 'sent', 'confirmed', 'failed', 'reversed'] as const;
  expect(lives.map((life) => effect(life, said))).toEqual(expected);
});

test('another amount or currency than that of the payment, and what is not known, change nothing', () => {
  expect(effect('exported', { kind: 'booked', amount: 99n })).toBe('nothing; for a person');
  expect(effect('exported', { kind: 'booked', currency: 'USD' })).toBe('nothing; for a person');
  expect(effect('sent', { kind: 'returned', amount: 101n })).toBe('nothing; for a person');
  expect(effect('sent', { kind: 'unknown', status: 'XXXX' })).toBe('nothing; for a person');
});

test('the whole payment is owed again, whatever the bank has kept of it: a fee, which nobody has to book', () => {
  expect(effect('confirmed', { kind: 'returned', amount: 95n })).toBe('reversed');
});

test('an account is stopped for what is wrong with it, and not for what is wrong with the payment', () => {
  expect(effect('exported', { kind: 'rejected', status: 'RJCT', code: 'AC04' })).toBe('failed; stopped');
  expect(effect('sent', { kind: 'returned', code: 'R02' })).toBe('reversed; stopped');
  expect(effect('exported', { kind: 'rejected', status: 'RJCT', code: 'AM04' })).toBe('failed');
  expect(effect('confirmed', { kind: 'changed', code: 'C01' })).toBe('nothing; stopped; for a person');
});
