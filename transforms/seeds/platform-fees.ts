/**
 * The platform's fee by the day on which something was sold or used. To change it, end the last row and add one: what was
 * sold before keeps the fee of its day.
 */
export const PLATFORM_FEES = [{ fee_bps: 2000n, effective_from_on: '2000-01-01', effective_until_on: null }] as const;
