import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Rejected } from '../../warehouse/errors.ts';
import { setCaller } from '../auth/authenticate.ts';
import { nextPath } from '../auth/next-path.ts';
import { notice } from './components/notice.ts';
import { html } from './markup.ts';
import { LANGUAGE_COOKIE, lastValues, localeOf, type PortalOptions, pathOf, show } from './respond.ts';
import { isLocale, wordsOf } from './words.ts';

const YEAR_SECONDS = 31_536_000;

/** The pages that anybody may open: to log in, and to choose a language. */
export async function publicRoutes(app: FastifyInstance, { services, signIn }: PortalOptions): Promise<void> {
  const madeFor = (request: FastifyRequest) => {
    const locale = localeOf(request);
    return { locale, words: wordsOf(locale), path: pathOf(request) };
  };

  app.get('/login', async (request, reply) => {
    const made = madeFor(request);
    const { login } = made.words;
    const { sent, next } = lastValues(request.query);
    const body = html`${sent !== undefined && notice('good', login.sent)}
      <p>${login.explain}</p>
      <form class="stack" method="post" action="/login">
        <input type="hidden" name="next" value=${nextPath(next)} />
        <label>${login.email}<input name="email" type="email" required autocomplete="email" maxlength="254" /></label>
        <button>${login.send}</button>
      </form>
      <p class="soft">${login.invited}</p>`;
    return show(reply, { made, content: { title: login.title, body }, services });
  });

  app.post('/login', { config: { act: 'ask for a log-in link' } }, async (request, reply) => {
    const { email = '', next } = lastValues(request.body);
    signIn.requestLink(email, { request, next: nextPath(next) });
    return reply.redirect('/login?sent=', 303);
  });

  // A click, because programs that check mails open every address in them.
  app.get('/login/enter', async (request, reply) => {
    const made = madeFor(request);
    const { login } = made.words;
    const { token = '', next } = lastValues(request.query);
    const body = html`<p>${login.enterExplain}</p>
      <form class="stack" method="post" action="/login/enter">
        <input type="hidden" name="token" value=${token} /><input type="hidden" name="next" value=${nextPath(next)} />
        <button>${login.enter}</button>
      </form>`;
    return show(reply, { made, content: { title: login.enterTitle, body }, services });
  });

  app.post('/login/enter', { config: { act: 'log in' } }, async (request, reply) => {
    const { token = '', next } = lastValues(request.body);
    setCaller(request, await signIn.enter(token, { request, reply }));
    return reply.redirect(nextPath(next), 303);
  });

  app.post('/logout', { config: { act: 'log out' } }, async (request, reply) => {
    await signIn.leave({ request, reply });
    return reply.redirect('/login', 303);
  });

  app.post('/language', { config: { act: 'choose a language' } }, async (request, reply) => {
    const { locale = '' } = lastValues(request.body);
    if (!isLocale(locale)) throw new Rejected(`There is no language ${JSON.stringify(locale)}; choose en or de.`);
    const secure = signIn.url().startsWith('https:');
    reply.setCookie(LANGUAGE_COOKIE, locale, {
      path: '/',
      sameSite: 'lax',
      httpOnly: true,
      secure,
      maxAge: YEAR_SECONDS,
    });
    return reply.redirect('/account', 303);
  });
}
