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

/** `late`: a request leaves only after the lease of its process has expired. `late_request`: it would only after its key has. */
export type Kind = (typeof KINDS)[number];
