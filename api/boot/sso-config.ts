import { Rejected } from '../../warehouse/errors.ts';
import { requireHttpAddress, type SettingsReader, wordOf } from '../../warehouse/settings.ts';
import type { SingleSignOnConfig } from '../auth/sign-in-services.ts';

const NEEDED = 'with TANTIEME_OIDC_ISSUER, people of the company log in there; set what it calls this client.';
const NAMES = [
  'TANTIEME_OIDC_CLIENT_ID',
  'TANTIEME_OIDC_CLIENT_SECRET',
  'TANTIEME_OIDC_SECOND_FACTOR',
  'TANTIEME_OIDC_ONLY',
];

/** Undefined without an issuer; also if something is malformed, and then `settings` has the problem. */
export function ssoConfig(settings: SettingsReader): SingleSignOnConfig | undefined {
  const isSet = settings.read('TANTIEME_OIDC_ISSUER', () => true) ?? false;
  if (!isSet) {
    for (const name of NAMES) settings.read(name, throwMissingIssuer);
    return undefined;
  }
  const issuer = settings.read('TANTIEME_OIDC_ISSUER', requireIssuer);
  const clientId = settings.require('TANTIEME_OIDC_CLIENT_ID', (text) => text, NEEDED);
  const clientSecret = settings.require('TANTIEME_OIDC_CLIENT_SECRET', (text) => text, NEEDED);
  const secondFactor = settings.read('TANTIEME_OIDC_SECOND_FACTOR', parseFactors) ?? { amr: [], acr: [] };
  const isOnly = settings.read('TANTIEME_OIDC_ONLY', wordOf(['yes', 'no']), 'no') === 'yes';
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  return Object.freeze({ issuer, clientId, clientSecret, secondFactor, isOnly });
}

/** As it is, since the issuer of tokens must equal it: OpenID Connect Core, 3.1.3.7. Without encryption only on this machine. */
function requireIssuer(text: string): string {
  requireHttpAddress(text);
  const { protocol, hostname, search, hash } = new URL(text);
  if (search !== '' || hash !== '') throw new Rejected('an issuer has no query and no fragment.');
  if (protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return text;
  throw new Rejected(`${JSON.stringify(text)} is not encrypted; an issuer is an https address.`);
}

/** `amr=mfa, acr=phr`. */
function parseFactors(list: string): SingleSignOnConfig['secondFactor'] {
  const parts = list.split(',').map((each) => /^(amr|acr)=([\x21-\x7e]+)$/.exec(each.trim()));
  if (parts.includes(null)) throw new Rejected('it must be a list of amr=… and acr=…, separated by commas.');
  const named = (claim: string) => parts.flatMap((part) => (part?.[1] === claim ? [part[2] ?? ''] : []));
  return Object.freeze({ amr: named('amr'), acr: named('acr') });
}

function throwMissingIssuer(): never {
  throw new Rejected('TANTIEME_OIDC_ISSUER is missing; set both or neither.');
}
