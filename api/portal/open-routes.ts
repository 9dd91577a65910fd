import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { OpenAPIV3_1 } from 'openapi-types';
import { brandOf } from '../../reports/brand.ts';
import { callerIn } from '../auth/authenticate.ts';
import { colorPath, colorStyle, logoPath } from './brand-assets.ts';
import type { OpenPage, OpenRequest } from './page.ts';
import { pageApi } from './page-api.ts';
import { OPEN_PAGES } from './pages.ts';
import { lastValues, localeOf, type PortalOptions, pathOf, show } from './respond.ts';
import { FOREVER } from './style.ts';
import { wordsOf } from './words.ts';

/** The pages for everybody, and what the brand adds to all pages. */
export async function openRoutes(app: FastifyInstance, { services, signIn }: PortalOptions): Promise<void> {
  const brand = brandOf(services);
  const { logo } = brand;
  if (brand.color) {
    app.get(colorPath(brand), (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', FOREVER).send(colorStyle(brand)),
    );
  }
  if (logo) {
    const bytes = Buffer.from(logo.base64, 'base64');
    app.get(logoPath(logo), (_request, reply) =>
      reply.type(logo.media_type).header('cache-control', FOREVER).send(bytes),
    );
  }
  for (const page of OPEN_PAGES) {
    app.get(page.path, { onRequest: logInUnless(page.isOpen?.(brand) ?? true) }, async (request, reply) =>
      showOpen(reply, { app, request, show: page.show, services, signIn }),
    );
  }
}

/** Leads whoever has not logged in to do so first, unless what follows is for everybody. */
export function logInUnless(isOpen: boolean): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (isOpen || callerIn(request)) return;
    return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
  };
}

interface Shown extends PortalOptions {
  readonly app: FastifyInstance;
  readonly request: FastifyRequest;
  readonly show: OpenPage['show'];
}

/** Answers with a page for everybody. */
export async function showOpen(
  reply: FastifyReply,
  { app, request, show: showPage, services, signIn }: Shown,
): Promise<FastifyReply> {
  const locale = localeOf(request);
  const caller = callerIn(request) ?? undefined;
  const made: OpenRequest = {
    ...{ caller, locale, words: wordsOf(locale), services, brand: brandOf(services), origin: signIn.url() },
    api: pageApi(app, { caller, origin: signIn.url(), address: request.ip }),
    openapi: () => documentOf(app),
    params: (request.params ?? {}) as Record<string, string>,
    query: lastValues(request.query),
    path: pathOf(request),
  };
  return show(reply, { made, content: await showPage(made), services });
}

const DOCUMENTS = new WeakMap<FastifyInstance, Promise<OpenAPIV3_1.Document>>();

/** The description of the API, which does not change while the server runs. */
function documentOf(app: FastifyInstance): Promise<OpenAPIV3_1.Document> {
  const known = DOCUMENTS.get(app);
  if (known) return known;
  const document = Promise.resolve(app.inject('/openapi.json')).then((answer) => answer.json<OpenAPIV3_1.Document>());
  DOCUMENTS.set(app, document);
  return document;
}
