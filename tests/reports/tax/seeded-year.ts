import type { Month } from './ledger-year.ts';

/** Two years of four creators: refunds over the year's end, payouts that failed and corrections of balances, by a fixed sequence. */
export const SEEDED: readonly Month[] = seeded();

function seeded(): Month[] {
  let state = 42;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const periods = ['2023-11', '2023-12', '2024-01', '2024-03', '2024-04', '2024-07', '2024-10', '2024-11', '2024-12'];
  return ['cr_ada', 'cr_ben', 'cr_cleo', 'cr_eve'].flatMap((creator_id) =>
    periods.flatMap((period) =>
      ['USD', 'JPY'].map((currency) => {
        const sent = BigInt(next(9_000));
        const day = `${period}-${String(1 + next(28)).padStart(2, '0')}`;
        const amounts = {
          earned: BigInt(20_000 + next(50_000)),
          refunded: BigInt(next(9_000)),
          adjusted: BigInt(next(900) - 450),
          refundedOf: [['2023-10', BigInt(1 + next(900))] as const],
        };
        const taxed = creator_id === 'cr_ben' ? { rule: 'US-foreign', withheld: BigInt(next(3_000)) } : {};
        const returned = next(3) === 0 ? [[day, sent / 2n] as const] : [];
        return { period, creator_id, currency, ...amounts, ...taxed, sent: [[day, sent] as const], returned };
      }),
    ),
  );
}
