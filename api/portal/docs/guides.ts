/** The guides, by their names in addresses. */
export const GUIDES = ['send-events', 'verify-a-statement', 'query', 'connect'] as const;
export type GuideName = (typeof GUIDES)[number];

/** A guide: what it is for, then its steps. */
export interface Guide {
  readonly title: string;
  readonly about: string;
  readonly steps: readonly { readonly text: string; readonly code?: string }[];
}
