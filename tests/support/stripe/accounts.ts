import { derivedId } from '../../../warehouse/ids.ts';
import type { World } from './acts/act.ts';
import { assertKnownParameters, type Form, metadataOf, optionalText, requiredText } from './form.ts';
import type { Outcome } from './idempotency.ts';
import { type Controller, newAccountObject } from './objects/account.ts';
import { invalid, Refusal } from './refusal.ts';

/** Some countries of docs.stripe.com/connect/cross-border-payouts; Stripe refuses what is none of its own. */
const COUNTRIES: ReadonlySet<string> = new Set(
  'AT AU BE CA CH DE DK ES FI FR GB IE IT JP NL NO NZ PL PT SE US'.split(' '),
);
/** How long an account link can be opened, as in Stripe's examples: docs.stripe.com/api/account_links/object. */
const LINK_VALID_S = 300;

/**
 * POST /v1/accounts with controller properties, for an account that takes transfers. It is new: the capability is inactive, and everything
 * is due. Source: docs.stripe.com/api/accounts/create.
 */
export function prepareAccount(form: Form, world: World): () => Outcome {
  assertKnownParameters(form, ['capabilities', 'controller', 'country', 'email', 'metadata']);
  const country = requiredText(form, 'country');
  if (!/^[A-Z]{2}$/.test(country)) throw invalid(`Country '${country}' is unknown.`, { param: 'country' });
  const email = optionalText(form, 'email') ?? null;
  if (email !== null && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
    throw invalid(`Invalid email address: ${email}`, { code: 'email_invalid', param: 'email' });
  }
  const controller = controllerOf(form);
  assertTransfersRequested(form);
  const metadata = metadataOf(form);

  return () => {
    if (!COUNTRIES.has(country)) {
      const message = `${country} is not currently supported by Stripe for connected accounts of your platform.`;
      throw invalid(message, { code: 'country_unsupported', param: 'country' });
    }
    const id = newId(world);
    const account = newAccountObject({ id, country, email, controller, metadata, created: world.now() });
    return { answer: account, put: [account] };
  };
}

/** Not derived from the key: after 24 hours the same key creates a second account, as at Stripe. */
function newId(world: World): string {
  for (let number = world.store.all('account').size; ; number++) {
    const id = derivedId('acct', String(world.now()), String(number));
    if (world.store.all('account').get(id) === undefined) return id;
  }
}

function inner(form: Form, param: string, names: readonly string[]): Form {
  const value = form[param];
  if (value === undefined || typeof value === 'string') throw invalid('Invalid object', { param });
  assertKnownParameters(value, names);
  return value;
}

function oneOf(form: Form, param: string, values: readonly string[]): string {
  const value = requiredText(form, param);
  if (values.includes(value)) return value;
  throw invalid(`Invalid ${param}: must be one of ${values.join(', ')}`, { param });
}

/** All four parts; Stripe has defaults for those that are left out. */
function controllerOf(form: Form): Controller {
  const given = inner(form, 'controller', ['fees', 'losses', 'requirement_collection', 'stripe_dashboard']);
  const either = ['application', 'stripe'];
  const payer = oneOf(inner(given, 'fees', ['payer']), 'payer', ['account', 'application']);
  const payments = oneOf(inner(given, 'losses', ['payments']), 'payments', either);
  const collection = oneOf(given, 'requirement_collection', either);
  const dashboard = oneOf(inner(given, 'stripe_dashboard', ['type']), 'type', ['express', 'full', 'none']);
  if (payments === 'application' && payer !== 'application') {
    throw invalid(
      'When `controller[losses][payments]` is `application`, `controller[fees][payer]` must be `application`.',
    );
  }
  if (collection === 'application' && dashboard !== 'none') {
    throw invalid('When `controller[requirement_collection]` is `application`, the dashboard must be `none`.');
  }
  return { payer, payments, collection, dashboard } as Controller;
}

function assertTransfersRequested(form: Form): void {
  const transfers = inner(inner(form, 'capabilities', ['transfers']), 'transfers', ['requested']);
  if (requiredText(transfers, 'requested') === 'true') return;
  throw invalid('You must request at least one capability.', { param: 'capabilities' });
}

/** POST /v1/account_links: a page for an account that works once. Source: docs.stripe.com/api/account_links/create. */
export function prepareAccountLink(form: Form, world: World): () => Outcome {
  assertKnownParameters(form, ['account', 'type', 'refresh_url', 'return_url']);
  const id = requiredText(form, 'account');
  const type = oneOf(form, 'type', ['account_onboarding', 'account_update']);
  for (const param of ['refresh_url', 'return_url']) {
    if (!URL.canParse(requiredText(form, param))) throw invalid('Not a valid URL', { code: 'url_invalid', param });
  }

  return () => {
    const account = world.store.all('account').get(id);
    if (account === undefined) {
      throw new Refusal(403, {
        type: 'invalid_request_error',
        code: 'account_invalid',
        message: `The provided key does not have access to account '${id}' (or that account does not exist).`,
      });
    }
    if (type === 'account_update' && account.controller?.requirement_collection !== 'application') {
      throw invalid('You cannot create `account_update` type Account Links for this account.', { param: 'type' });
    }
    world.links += 1;
    const created = world.now();
    const url = `https://connect.stripe.com/setup/e/${id}/${derivedId('link', id, String(world.links))}`;
    return { answer: { object: 'account_link', created, expires_at: created + LINK_VALID_S, url }, put: [] };
  };
}
