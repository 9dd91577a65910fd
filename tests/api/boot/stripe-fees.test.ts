import { expect, test } from 'vitest';
import { parseStripeFees } from '../../../api/boot/stripe-fees.ts';

test('a rate has a movement, a currency, a percentage and an amount', () => {
  expect(parseStripeFees('charge:EUR=3.25%+0.25, payout:JPY=1%+0')).toEqual([
    { cash_movement: 'charge', currency: 'EUR', most_fee_bps: 325n, most_fixed_minor: 25n },
    { cash_movement: 'payout', currency: 'JPY', most_fee_bps: 100n, most_fixed_minor: 0n },
  ]);
});

test.each(['charge=3%+0', 'fee:EUR=3%+0', 'charge:XXX=3%+0', 'charge:JPY=3%+0.5', 'charge:EUR=3.255%+0', ''])(
  'the rate %j is malformed',
  (item) => {
    expect(() => parseStripeFees(`charge:USD=3%+0,${item}`)).toThrow(
      `${JSON.stringify(item)} is not a rate such as charge:EUR=3.25%+0.25`,
    );
  },
);

test('a movement and currency have one rate', () => {
  expect(() => parseStripeFees('charge:EUR=3%+0,charge:EUR=2%+0')).toThrow('charge:EUR has two rates; give one.');
});
