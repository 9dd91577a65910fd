/**
 * The platform's fee by day of the sale or use. To change it, set the end of the last row and add a row: earlier sales keep
 * their fee.
 */
export const PLATFORM_FEES = [{ fee_bps: 2000n, effective_from_on: '2000-01-01', effective_until_on: null }] as const;
