import type { Locale } from './statement/format.ts';
import type { StatementSettings } from './statement/settings.ts';

/** How an installation looks to those outside, and what it shows to everybody. */
export interface Brand {
  readonly name: string;
  readonly logo?: Logo | undefined;
  /** Instead of our own green, on light and on dark pages. */
  readonly color?: Readonly<Record<'light' | 'dark', string>> | undefined;
  /** Paragraphs of the landing page; without them it has a general sentence. */
  readonly welcome?: Readonly<Record<Locale, readonly string[]>> | undefined;
  readonly links: readonly BrandLink[];
  readonly publishes: Publishes;
}

export interface Logo {
  readonly media_type: 'image/png' | 'image/jpeg';
  readonly sha256: string;
  readonly base64: string;
}

interface BrandLink {
  readonly label: Readonly<Record<Locale, string>>;
  readonly url: string;
}

/** What whoever has not logged in may see. */
export interface Publishes {
  /** The published assets with their prices and rights. */
  readonly terms: boolean;
  /** The API reference, the events and the guides; if not, they are for people who have logged in. */
  readonly docs: boolean;
  readonly status: boolean;
  /** The figures of closed months that reveal no single creator. */
  readonly figures: boolean;
}

export const PUBLISHES: Publishes = { terms: false, docs: true, status: true, figures: false };

/** The brand that is configured, or one of the issuer's name and logo alone. */
export function brandOf({
  brand,
  issuerName,
  statements,
}: {
  readonly brand?: Brand | undefined;
  readonly issuerName: string;
  readonly statements?: StatementSettings;
}): Brand {
  return brand ?? { name: issuerName, logo: statements?.issuer.logo, links: [], publishes: PUBLISHES };
}
