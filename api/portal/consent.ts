import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Forbidden, Rejected } from '../../warehouse/errors.ts';
import { accountOf, accountsFor } from '../auth/app-consents.ts';
import { APP_SCOPES, OAUTH_PATHS } from '../auth/app-scopes.ts';
import { type ListedApp, requireApp } from '../auth/apps.ts';
import { callerIn } from '../auth/authenticate.ts';
import { findPerson, type HeldRole } from '../auth/people.ts';
import { html } from './markup.ts';
import { lastValues, localeOf, type PortalOptions, pathOf, show } from './respond.ts';
import { wordsOf } from './words.ts';

/** What is passed on of a question; everything else is ignored (RFC 6749, 3.1). */
const PARAMETERS = [
  ...['response_type', 'client_id', 'redirect_uri', 'scope', 'state'],
  ...['code_challenge', 'code_challenge_method'],
];

/**
 * Where an app sends a person's browser to ask for access, and the page that asks the person: each time, because the answer also says for which account.
 * Only who is logged in comes here, and the answer goes back to a registered address of the app alone.
 */
export async function consentRoutes(app: FastifyInstance, { services, signIn }: PortalOptions): Promise<void> {
  app.get(OAUTH_PATHS.authorize, async (request, reply) => {
    if (!callerIn(request)) return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
    const given = lastValues(request.query);
    const query = new URLSearchParams(
      PARAMETERS.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
    );
    query.set('prompt', 'consent');
    const asked = new Request(`${signIn.url()}${OAUTH_PATHS.authorize}?${query}`, { headers: cookieOf(request) });
    return reply.redirect(requireDestination((await signIn.oauth(asked)).headers.get('location')), 303);
  });

  app.get(OAUTH_PATHS.consent, async (request, reply) => {
    const caller = callerIn(request);
    if (!caller) return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
    const { client_id = '', scope = '', redirect_uri = '' } = lastValues(request.query);
    const known = await requireApp(services, client_id);
    const scopes = APP_SCOPES.filter((each) => scope.split(' ').includes(each));
    const accounts = accountsFor((await findPerson(services, caller.id))?.roles ?? [], scopes);
    allowFormTo(reply, known, redirect_uri);
    const locale = localeOf(request);
    const words = wordsOf(locale);
    const { apps: texts } = words;
    const body = html`<p>${texts.asks(known.name)}</p>
      <ul>${scopes.map((each) => html`<li>${texts.scopes[each]}</li>`)}</ul>
      <p>${texts.goesTo} <code>${originOf(redirect_uri)}</code></p>
      <form class="stack" method="post" action=${`${OAUTH_PATHS.consent}/${client_id}`}>
        <input type="hidden" name="question" value=${request.url.split('?')[1]} />
        ${
          accounts.length === 0
            ? html`<p class="notice bad">${texts.noAccount}</p>`
            : html`<fieldset><legend>${texts.account}</legend>
              ${accounts.map(
                (each, index) =>
                  html`<label class="inline"><input type="radio" name="account" value=${accountOf(each)} required checked=${accounts.length === 1 && index === 0} />${words.roles[each.role]} ${each.subject_id}</label>`,
              )}</fieldset>`
        }
        <div class="row">
          ${accounts.length > 0 && html`<button name="act" value="allow">${texts.allow}</button>`}
          <button class="second" name="act" value="refuse" formnovalidate>${texts.refuse}</button>
        </div>
      </form>
      <p class="soft">${texts.takeBack}</p>`;
    const made = { locale, words, path: pathOf(request), caller };
    return show(reply, { made, content: { title: texts.askTitle(known.name), body }, services });
  });

  app.post(`${OAUTH_PATHS.consent}/:app_id`, { config: { act: 'answer an app' } }, async (request, reply) => {
    const caller = callerIn(request);
    if (!caller) throw new Forbidden('Nobody is logged in any more; log in, and begin again in the app.');
    const { question = '', account, act } = lastValues(request.body);
    const asked = new URLSearchParams(question);
    const roles = (await findPerson(services, caller.id))?.roles ?? [];
    const chosen =
      act === 'allow' ? requireChosen(accountsFor(roles, (asked.get('scope') ?? '').split(' ')), account) : '';
    const { app_id } = request.params as { app_id: string };
    // The log names the app of the path.
    if (asked.get('client_id') !== app_id)
      throw new Rejected('The question is of another app; begin again in the app.');
    const headers = cookieOf(request);
    headers.set('origin', signIn.url());
    headers.set('content-type', 'application/json');
    const body = JSON.stringify({ accept: chosen !== '', oauth_query: question });
    const response = await signIn.oauth(
      new Request(signIn.url() + OAUTH_PATHS.consent, { method: 'POST', headers, body }),
      chosen,
    );
    if (response.status !== 200)
      throw new Rejected('The question of the app is too old, or not ours; begin again in the app.');
    const { url } = (await response.json()) as { url: string };
    allowFormTo(reply, await requireApp(services, app_id), url);
    return reply.redirect(requireDestination(url), 303);
  });
}

/** The provider shows what it cannot tell the app at an address of ours, which we do not have. */
function requireDestination(location: string | null): string {
  const { pathname, searchParams } = new URL(location ?? '/error', 'http://pages.invalid');
  if (pathname !== '/error') return location ?? '/';
  const reason = searchParams.get('error_description') ?? 'the question is incomplete';
  throw new Rejected(`The app cannot be let in: ${reason}. Ask whoever made the app.`);
}

function requireChosen(accounts: readonly HeldRole[], wanted: string | undefined): string {
  const chosen = accounts.map(accountOf).find((account) => account === wanted);
  if (chosen !== undefined) return chosen;
  throw new Rejected('Choose one of your accounts for which the app may have what it asks for.');
}

/** A browser applies `form-action` also to where the answer to a form leads (Content Security Policy 3, 6.4.1). */
function allowFormTo(reply: FastifyReply, { redirect_uris }: ListedApp, address: string): void {
  const origin = originOf(address);
  const hostOf = (uri: string): string | undefined => (URL.canParse(uri) ? new URL(uri).hostname : undefined);
  if (!redirect_uris.some((uri) => hostOf(uri) === hostOf(address))) return;
  const policy = String(reply.getHeader('content-security-policy')).replace(/form-action 'self'/, `$& ${origin}`);
  reply.header('content-security-policy', policy);
}

const originOf = (uri: string): string => (URL.canParse(uri) ? new URL(uri).origin : '');

function cookieOf({ headers: { cookie = '', accept = 'text/html' } }: FastifyRequest): Headers {
  return new Headers({ cookie, accept });
}
