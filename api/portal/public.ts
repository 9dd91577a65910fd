import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Rejected } from '../../warehouse/errors.ts';
import { html } from './markup.ts';
import { LANGUAGE_COOKIE, lastValues, localeOf, type PortalOptions, pathOf, show } from './respond.ts';
import { isLocale, wordsOf } from './words.ts';

/** The pages that anybody may open: to log in, and to choose a language. */
export async function publicRoutes(app: FastifyInstance, { services, signIn }: PortalOptions): Promise<void> {
  const madeFor = (request: FastifyRequest) => {
    const locale = localeOf(request);
    return { locale, words: wordsOf(locale), path: pathOf(request) };
  };

  app.get('/login', async (request, reply) => {
    const made = madeFor(request);
    const { login } = made.words;
    const { sent } = lastValues(request.query);
    const body = html`${sent !== undefined && html`<div class="notice good" role="status"><p>${login.sent}</p></div>`}
      <p>${login.explain}</p>
      <form class="stack" method="post" action="/login">
        <label>${login.email}<input name="email" type="email" required autocomplete="email" maxlength="254" /></label>
        <button>${login.send}</button>
      </form>
      <p class="soft">${login.invited}</p>`;
    return show(reply, { made, content: { title: login.title, body }, services });
  });

  app.post('/login', { config: { act: 'ask for a log-in link' } }, async (request, reply) => {
    await signIn.requestLink(lastValues(request.body).email ?? '', request);
    return reply.redirect('/login?sent=', 303);
  });

  // A click, because programs that check mails open every address in them.
  app.get('/login/enter', async (request, reply) => {
    const made = madeFor(request);
    const { login } = made.words;
    const { token = '' } = lastValues(request.query);
    const body = html`<p>${login.enterExplain}</p>
      <form class="stack" method="post" action="/login/enter">
        <input type="hidden" name="token" value=${token} /><button>${login.enter}</button>
      </form>`;
    return show(reply, { made, content: { title: login.enterTitle, body }, services });
  });

  app.post('/login/enter', { config: { act: 'log in' } }, async (request, reply) => {
    await signIn.enter(lastValues(request.body).token ?? '', { request, reply });
    return reply.redirect('/', 303);
  });

  app.post('/logout', { config: { act: 'log out' } }, async (request, reply) => {
    await signIn.leave({ request, reply });
    return reply.redirect('/login', 303);
  });

  app.post('/language', { config: { act: 'choose a language' } }, async (request, reply) => {
    const { locale = '' } = lastValues(request.body);
    if (!isLocale(locale)) throw new Rejected(`There is no language ${JSON.stringify(locale)}; choose en or de.`);
    reply.setCookie(LANGUAGE_COOKIE, locale, { path: '/', sameSite: 'lax', httpOnly: true, maxAge: 31_536_000 });
    return reply.redirect('/account', 303);
  });
}
