import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../jobs/job.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { callerIn, setCaller } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import { requireNextPath } from '../auth/next-path.ts';
import { passkeyDomain, requestOptions } from '../auth/passkeys.ts';
import { nameLanguage } from '../auth/people.ts';
import { type SingleSignOn, SSO_CALLBACK } from '../auth/single-sign-on.ts';
import { networkOf, unidentifiedThrottle } from '../auth/throttle.ts';
import { notice } from './components/notice.ts';
import { parsePasskey, passkeyForm } from './components/passkey-form.ts';
import { html } from './markup.ts';
import { LANGUAGE_COOKIE, lastValues, localeOf, type PortalOptions, pathOf, show } from './respond.ts';
import { isLocale, type Words, wordsOf } from './words.ts';

const YEAR_SECONDS = 31_536_000;

/** The pages that anybody may open: to log in, and to choose a language. */
export async function publicRoutes(app: FastifyInstance, { services, signIn }: PortalOptions): Promise<void> {
  const entered: Entered = async (caller, { request, reply, next }) => {
    const locale = localeOf(request);
    setCaller(request, caller);
    await nameLanguage(services, { personId: caller.id, locale, isFirst: true });
    await signIn.noteBrowser(caller, { request, reply });
    return reply.redirect(requireNextPath(next), 303);
  };
  const madeFor = (request: FastifyRequest) => {
    const locale = localeOf(request);
    return { locale, words: wordsOf(locale), path: pathOf(request) };
  };

  app.get('/login', async (request, reply) => {
    const made = madeFor(request);
    const { login } = made.words;
    const { sent, next } = lastValues(request.query);
    const to = requireNextPath(next);
    const hasPasskeys = passkeyDomain(signIn.url()) !== undefined;
    const { sso } = signIn;
    const body = html`${sent !== undefined && notice('good', login.sent)}
      ${
        sso &&
        html`<p><a class="button" href=${`/login/sso?next=${encodeURIComponent(to)}`}>${made.words.sso(sso.host)}</a></p>
          ${sso.isOnly && html`<p class="soft">${made.words.ssoOnly}</p>`}`
      }
      ${hasPasskeys && passkeyLogIn(made.words, to)}
      <p>${login.explain}</p>
      <form class="stack" method="post" action="/login">
        <input type="hidden" name="next" value=${to} />
        <label>${login.email}<input name="email" type="email" required autocomplete="email" maxlength="254" /></label>
        <button>${login.send}</button>
      </form>
      <p class="soft">${login.invited}</p>`;
    return show(reply, { made, content: { title: login.title, body, hasPasskeys }, services });
  });

  app.post('/login', { config: { act: 'ask for a log-in link' } }, async (request, reply) => {
    const { email = '', next } = lastValues(request.body);
    await signIn.requestLink(email, { request, next: requireNextPath(next) });
    return reply.redirect('/login?sent=', 303);
  });

  // A click, because programs that check mails open every address in them.
  app.get('/login/enter', async (request, reply) => {
    const made = madeFor(request);
    const { login } = made.words;
    const { token = '', next } = lastValues(request.query);
    const body = html`<p>${login.enterExplain}</p>
      <form class="stack" method="post" action="/login/enter">
        <input type="hidden" name="token" value=${token} /><input type="hidden" name="next" value=${requireNextPath(next)} />
        <button>${login.enter}</button>
      </form>`;
    return show(reply, { made, content: { title: login.enterTitle, body }, services });
  });

  app.post('/login/enter', { config: { act: 'log in' } }, async (request, reply) => {
    const { token = '', next } = lastValues(request.body);
    return entered(await signIn.enter(token, { request, reply }), { request, reply, next });
  });

  app.post('/login/passkey/options', { config: { act: 'begin to use a passkey' } }, async (request, reply) => {
    await signIn.countEntry(request);
    return reply.type('application/json').send(await requestOptions({ ...services, url: signIn.url }));
  });

  app.post('/login/passkey', { config: { act: 'log in with a passkey' } }, async (request, reply) => {
    const { response = '', next } = lastValues(request.body);
    return entered(await signIn.enterByPasskey(parsePasskey(response), { request, reply }), { request, reply, next });
  });

  if (signIn.sso) ssoRoutes(app, { sso: signIn.sso, services, entered });

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
    const caller = callerIn(request);
    if (caller) await nameLanguage(services, { personId: caller.id, locale });
    return reply.redirect('/account', 303);
  });
}

/** After somebody has logged in: the language of this browser is theirs, if none is known. */
type Entered = (
  caller: Caller,
  io: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly next: string | undefined },
) => Promise<FastifyReply>;

function passkeyLogIn(words: Words, next: string) {
  return passkeyForm({
    ...{ kind: 'get', options: '/login/passkey/options', action: '/login/passkey' },
    ...{ words, label: words.passkeys.logIn, act: 'log in' },
    children: html`<input type="hidden" name="next" value=${next} />`,
  });
}

interface SsoRoutes {
  readonly sso: SingleSignOn;
  readonly services: Services;
  readonly entered: Entered;
}

/** A link leads to the provider, since a form may lead to our own pages only. */
function ssoRoutes(app: FastifyInstance, { sso, services, entered }: SsoRoutes): void {
  const unidentified = unidentifiedThrottle(services, 'sso');
  const onRequest = (request: FastifyRequest): Promise<void> => unidentified.count(networkOf(request.ip));

  app.get('/login/sso', { onRequest }, async (request, reply) => {
    return reply.redirect(await sso.begin(requireNextPath(lastValues(request.query).next), { request, reply }), 303);
  });

  app.get(SSO_CALLBACK, { onRequest, config: { act: 'log in by single sign-on' } }, async (request, reply) => {
    const { caller, next } = await sso.finish({ request, reply });
    return entered(caller, { request, reply, next });
  });
}
