/** A link that logs in once, and for whom it was made. */
export interface SignInLink {
  readonly email: string;
  readonly token: string;
  /** What the maker of the link gave with it. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
}

/** How long a link works. */
export const LINK_MINUTES = 15;

/** The header by which our routes give better-auth the client's address. */
export const CLIENT_ADDRESS = 'x-tantieme-client';
