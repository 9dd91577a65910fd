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
  'command_reversal',
  'planning',
  'no_lease',
  'fact',
  'webhook',
  'late',
  'late_request',
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * `late`: a request leaves only after the lease of its process has expired. `late_request`: even later.
 * A process that stops between its last look at the clock and its request, for longer than Stripe keeps a key, pays twice: Stripe has no
 * request that expires. So this is drawn only on demand.
 */
export const DRAWN: readonly Kind[] = KINDS.filter((kind) => kind !== 'late_request');
