/** The smallest amount that is paid out, in minor units, for currencies in which it is not ten major units. */
export const PAYOUT_MINIMUMS: Readonly<Record<string, bigint>> = {
  CLP: 10_000n,
  HUF: 4_000_00n,
  IDR: 150_000_00n,
  JPY: 1_500n,
  KRW: 15_000n,
  VND: 250_000n,
};
