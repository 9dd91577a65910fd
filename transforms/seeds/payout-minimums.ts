/** The least that is paid out, in minor units, where it is not ten units of the currency. */
export const PAYOUT_MINIMUMS: Readonly<Record<string, bigint>> = {
  CLP: 10_000n,
  HUF: 4_000_00n,
  IDR: 150_000_00n,
  JPY: 1_500n,
  KRW: 15_000n,
  VND: 250_000n,
};
