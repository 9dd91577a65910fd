import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { MailAddress } from '../../jobs/mail/mail.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { requireHttpAddress, type SettingsReader } from '../../warehouse/settings.ts';
import type { SingleSignOnConfig } from '../auth/sign-in-services.ts';
import { ssoConfig } from './sso-config.ts';

/** What people need to log in. */
export interface PeopleConfig {
  /** Where our pages are for their readers; undefined: at the address that the server listens on. */
  readonly publicUrl: string | undefined;
  readonly mail: MailAddress;
  /** The proxies in front of us, whose `X-Forwarded-For` says where a request comes from; each an address, a network, or a word of proxy-addr. */
  readonly trustedProxies: readonly string[];
  /** Signs cookies; undefined: a file in the data folder has it, made at the first start. */
  readonly authSecret: string | undefined;
  /** How people of the company log in with its provider; undefined if they do not. */
  readonly sso: SingleSignOnConfig | undefined;
}

/** Undefined members are malformed; `settings` has the problem. */
export function peopleConfig(settings: SettingsReader, { folder }: { folder: string }): PeopleConfig {
  const publicUrl = settings.read('TANTIEME_URL', parseOrigin);
  const from = settings.read('TANTIEME_MAIL_FROM', (text) => text, 'Tantieme <tantieme@localhost>') ?? '';
  const url = settings.read('TANTIEME_MAIL_URL', parseSmtpAddress);
  const mail: MailAddress =
    url === undefined ? { kind: 'folder', folder: join(folder, 'mail'), from } : { kind: 'smtp', url, from };
  const trustedProxies = settings.read('TANTIEME_TRUST_PROXY', parseProxies) ?? [];
  const authSecret = settings.read('TANTIEME_AUTH_SECRET', requireSecret);
  return { publicUrl, mail, trustedProxies, authSecret, sso: ssoConfig(settings) };
}

function parseOrigin(text: string): string {
  const { origin, pathname, search } = new URL(requireHttpAddress(text));
  if (pathname === '/' && search === '') return origin;
  throw new Rejected(
    `${JSON.stringify(text)} has a path; write only https://name, for our pages are at the root of it.`,
  );
}

/** The value may hold a password: it is never in a message. */
function parseSmtpAddress(text: string): string {
  if (URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol)) return text;
  throw new Rejected('it is no address of a mail server; write smtp://user:password@host:587 or smtps://….');
}

function requireSecret(text: string): string {
  if (text.length < 32)
    throw new Rejected('it must have at least 32 characters; make one with "openssl rand -hex 32".');
  return createHash('sha256').update(text).digest('hex');
}

const NETWORKS: readonly string[] = ['loopback', 'linklocal', 'uniquelocal'];

function parseProxies(list: string): readonly string[] {
  const proxies = list.split(',').map((each) => each.trim());
  const wrong = proxies.find((each) => !NETWORKS.includes(each) && !isAddressOrNetwork(each));
  if (wrong === undefined) return Object.freeze(proxies);
  throw new Rejected(
    `${JSON.stringify(wrong)} is neither an address, nor a network such as 10.0.0.0/8, nor one of ${NETWORKS.join(', ')}.`,
  );
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
