/** What may go wrong in a course; each seed draws some of them. */
export const KINDS = [
  'crash',
  'pause',
  'jump',
  'network',
  'slow',
  'unfunded',
  'capability',
  'reversal',
  'second_transfer',
  'edit',
  'unknown_refusal',
  'decision',
  'no_lease',
  'late_request',
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * A process that stops between its last look at the clock and its request, for longer than Stripe keeps a key, pays twice: Stripe has no
 * request that expires. So this is drawn only on demand.
 */
export const DRAWN: readonly Kind[] = KINDS.filter((kind) => kind !== 'late_request');
