import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../jobs/job.ts';
import type { Mailer } from '../../jobs/mail/mail.ts';

/** The provider with which people of the company log in. */
export interface SingleSignOnConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whether they can log in by nothing else. */
  readonly isOnly: boolean;
  /** Whether logging in there with one of these is a second factor here. */
  readonly secondFactor: { readonly amr: readonly string[]; readonly acr: readonly string[] };
}

export interface SignInServices extends Pick<Services, 'operational' | 'clock' | 'attempts'> {
  readonly mailer: Mailer;
  /** Signs cookies, and encrypts what is not to be read in the store. */
  readonly secret: string;
  /** Where our pages are; known once the server listens. */
  readonly url: () => string;
  /** Undefined where there is none. */
  readonly sso?: SingleSignOnConfig | undefined;
}

/** A request, and the answer that may set its cookies. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
