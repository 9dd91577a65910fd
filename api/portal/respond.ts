import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../jobs/job.ts';
import { brandOf } from '../../reports/brand.ts';
import { callerIn } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { documentOf } from './layout.ts';
import { renderDocument } from './markup.ts';
import type { Form, PageRequest } from './page.ts';
import { MENU } from './pages.ts';
import { isLocale, type Locale, preferredLocale } from './words.ts';

export interface PortalOptions {
  readonly services: Services;
  readonly signIn: SignIn;
}

/** The cookie with the language that a reader has chosen. */
export const LANGUAGE_COOKIE = 'tantieme.language';

interface Shown {
  readonly made: Pick<PageRequest, 'words' | 'locale' | 'path'> & { readonly caller?: Caller | undefined };
  readonly content: {
    readonly title: string;
    readonly body: unknown;
    readonly isLive?: boolean;
    readonly hasPasskeys?: boolean;
  };
  readonly services: Parameters<typeof brandOf>[0];
}

export function show(reply: FastifyReply, { made, content, services }: Shown): FastifyReply {
  const { words, locale, path, caller } = made;
  const document = documentOf({
    ...{
      title: content.title,
      words,
      locale,
      path,
      caller,
      menu: MENU,
      brand: brandOf(services),
      isLive: content.isLive,
      hasPasskeys: content.hasPasskeys,
    },
    children: content.body as never,
  });
  return reply.type('text/html; charset=utf-8').send(renderDocument(document));
}

/** The language that was chosen in this browser, or that of the person, or else what the browser asks for. */
export function localeOf(request: FastifyRequest): Locale {
  const chosen = request.cookies[LANGUAGE_COOKIE] ?? callerIn(request)?.locale ?? '';
  return isLocale(chosen) ? chosen : preferredLocale(request.headers['accept-language']);
}

/** A field that was sent more than once has its last value. */
export function lastValues(values: unknown): Form {
  return Object.fromEntries(
    Object.entries((values ?? {}) as Record<string, unknown>).map(([name, value]) => [
      name,
      String(Array.isArray(value) ? value.at(-1) : value),
    ]),
  );
}

export const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? '/';
