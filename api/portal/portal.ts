import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../jobs/job.ts';
import { Forbidden, NotFound, TooManyRequests } from '../../warehouse/errors.ts';
import { recordActs } from '../auth/audit.ts';
import { callerIn, decorateCaller, SECOND_FACTOR_PATH, SecondFactorNeeded, setCaller } from '../auth/authenticate.ts';
import { type Caller, callerWithRoles } from '../auth/caller.ts';
import { hasPermission, PERMISSIONS } from '../auth/permissions.ts';
import { assertSameOrigin } from '../auth/same-origin.ts';
import { networkOf, unidentifiedThrottle } from '../auth/throttle.ts';
import { ANY_PATH, statusOf } from '../http/problems.ts';
import { asTranslated, refusal } from './components/refusal.ts';
import { consentRoutes } from './consent.ts';
import { html } from './markup.ts';
import { readForm } from './multipart.ts';
import { openRoutes, showOpen } from './open-routes.ts';
import type { Page, PageRequest } from './page.ts';
import { pageApi } from './page-api.ts';
import { PAGES } from './pages.ts';
import { policyWith } from './policy.ts';
import { publicRoutes } from './public.ts';
import { referenceRoutes } from './reference.ts';
import { lastValues, localeOf, type PortalOptions, pathOf, show } from './respond.ts';
import { ASSETS, FOREVER, SCRIPTS, STYLES } from './style.ts';
import { wordsOf } from './words.ts';

/** The pages for people, rendered here; they need no script. */
export async function portal(app: FastifyInstance, { services, signIn }: PortalOptions): Promise<void> {
  await app.register(helmet, { contentSecurityPolicy: policyWith(), referrerPolicy: { policy: 'same-origin' } });
  await app.register(cookie);
  await app.register(formbody);
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, readForm);
  decorateCaller(app);
  recordActs(app, services);
  const unidentified = unidentifiedThrottle(services, 'pages');
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith(ASSETS)) return;
    setCaller(request, (await signIn.callerOf(request, reply)) ?? null);
    if (request.method === 'POST' && !callerIn(request)) {
      await unidentified.count(networkOf(request.ip));
    }
    assertSameOrigin(request, signIn.url());
    reply.header('cache-control', 'private, no-store');
  });
  app.addHook('onClose', () => signIn.idle());
  app.setErrorHandler((error: FastifyError, request, reply) => showError({ error, request, reply }, services));
  for (const { path, type, text } of [...Object.values(STYLES), ...Object.values(SCRIPTS)]) {
    app.get(path, (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).header('cache-control', FOREVER).send(text),
    );
  }
  await app.register(publicRoutes, { services, signIn });
  await app.register(openRoutes, { services, signIn });
  await app.register(referenceRoutes, { services });
  await app.register(consentRoutes, { services, signIn });
  for (const page of PAGES) addPage(app, { page, services, signIn });
  // What has no route elsewhere either. Programs, and whoever asks the API, are told as a problem.
  app.get(ANY_PATH, (request, reply) => {
    const wantsPage = request.headers.accept?.includes('text/html') && !request.url.startsWith('/v1/');
    if (!wantsPage) return reply.callNotFound();
    throw asTranslated(new NotFound(wordsOf(localeOf(request)).errors.notFound));
  });
}

function addPage(app: FastifyInstance, { page, services, signIn }: { page: Page } & PortalOptions): void {
  const requirePageRequest = async (request: FastifyRequest): Promise<PageRequest> => {
    const caller = callerIn(request);
    if (!caller) throw new LogInFirst();
    assertMaySee(caller, page);
    const locale = localeOf(request);
    return {
      ...{ caller, locale, words: wordsOf(locale), signIn, services },
      api: pageApi(app, { caller, origin: signIn.url(), address: request.ip }),
      params: (request.params ?? {}) as Record<string, string>,
      query: lastValues(request.query),
      path: pathOf(request),
      verify: (code) => signIn.verify(code, request),
      verifyByPasskey: (response) => signIn.verifyByPasskey(response, request),
    };
  };
  const { outside } = page;
  app.get(page.path, async (request, reply) => {
    if (outside && !callerIn(request)) return showOpen(reply, { app, request, show: outside, services, signIn });
    const made = await requirePageRequest(request);
    const elsewhere = page.leadsTo?.(made.caller);
    if (elsewhere !== undefined) return reply.redirect(elsewhere, 303);
    return show(reply, { made, content: await page.show(made), services });
  });
  if (!page.acts) return;
  const { acts } = page;
  const options = {
    config: { act: `page ${page.path}` },
    ...(page.largestFormBytes && { bodyLimit: page.largestFormBytes }),
    // Before the form is read.
    onRequest: async (request: FastifyRequest) => {
      if (!callerIn(request)) throw new LogInFirst();
    },
  };
  app.post(page.path, options, async (request, reply) => {
    const made = await requirePageRequest(request);
    const form = lastValues(request.body);
    const act = acts[form.act ?? ''];
    if (!act) throw new Forbidden(`The page ${page.path} has no act ${JSON.stringify(form.act ?? '')}.`);
    try {
      const next = await act(made, form);
      if (typeof next === 'string') return reply.redirect(next, 303);
      return show(reply.code(next.isDone ? 200 : 422), { made, content: next, services });
    } catch (error) {
      if (error instanceof SecondFactorNeeded)
        return reply.redirect(`${SECOND_FACTOR_PATH}?next=${encodeURIComponent(made.path)}`, 303);
      const status = statusOf(error as FastifyError);
      if (status >= 500 && status !== 503) throw error;
      // The page is shown again with the reason, unless it is the page itself that fails.
      const content = await page.show(made).catch(() => Promise.reject(error));
      const reason = html`<div class="notice bad" role="alert">${refusal(made, { error, status })}</div>`;
      return show(reply.code(status), { made, content: { ...content, body: [reason, content.body] }, services });
    }
  });
}

/** Nobody is logged in. */
class LogInFirst extends Error {}

function assertMaySee(caller: Caller, { permission }: Page): void {
  if (permission === undefined || hasPermission(caller, permission)) return;
  throw new Forbidden(`${callerWithRoles(caller)}; this page needs the role ${PERMISSIONS[permission].join(' or ')}.`);
}

function showError(
  { error, request, reply }: { error: FastifyError; request: FastifyRequest; reply: FastifyReply },
  services: Services,
): FastifyReply {
  if (error instanceof LogInFirst) return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
  const status = statusOf(error);
  if (status >= 500) request.log.error(error);
  if (error instanceof TooManyRequests) reply.header('retry-after', error.retryAfterSeconds);
  const locale = localeOf(request);
  const words = wordsOf(locale);
  const isKnown = status < 500 || status === 503;
  const body = html`<div class="notice bad">${isKnown ? refusal({ words, locale }, { error, status }) : html`<p>${words.errors.title}</p>`}</div>
    <p>${words.errors.back} <a href="/">${words.errors.start}</a></p>
    <p class="soft">${words.errors.requestId(request.id)}</p>`;
  const made = { words, locale, path: pathOf(request), caller: callerIn(request) ?? undefined };
  return show(reply.code(status), { made, content: { title: words.errors.title, body }, services });
}
