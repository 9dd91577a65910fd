import { createServer, type ServerResponse } from 'node:http';
import { base32 } from '@better-auth/utils/base32';
import { createOTP } from '@better-auth/utils/otp';
import type { Role } from '../../../api/auth/roles.ts';
import type { SignIn } from '../../../api/auth/sign-in.ts';
import { systemClock } from '../../../warehouse/clock.ts';
import { listenLocally } from '../loopback.ts';
import type { Invented } from './people.ts';

const WHAT_TO_SEE: Readonly<Record<Role, string>> = {
  creator: 'what they earned, the statement of the month, and the payout',
  finance: 'the month end, step by step, with exceptions, breaks and payouts',
  approver: 'payouts that somebody else has planned',
  analyst: 'the tables for analysis',
  operator: 'jobs and their runs',
  admin: 'people and their roles, keys, and the log of what was done',
  developer: 'what they used and paid, their licences, invoices, events and keys',
};

export interface Desk {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A page on this machine alone that logs in as anyone invented, as often as one likes: each visit makes a new link, because a link works once. It also
 * shows the codes that an authenticator app would.
 */
export async function openDesk(
  { signIn, people }: { signIn: SignIn; people: readonly Invented[] },
  port: number,
): Promise<Desk> {
  const server = createServer((request, response) => {
    respond(request.url ?? '/', response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const respond = async (path: string, response: ServerResponse): Promise<void> => {
    const chosen = people.find(({ person }) => path === `/as/${person.name.toLowerCase()}`);
    if (chosen) {
      response.writeHead(303, { location: await signIn.invitationLink(chosen.person) }).end();
    } else if (path === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(await pageOf(people));
    } else {
      response.writeHead(404).end();
    }
  };
  return listenLocally(server, port);
}

async function pageOf(people: readonly Invented[]): Promise<string> {
  const rows = await Promise.all(
    people.map(async ({ person: { name }, role, secret }) => {
      const code = secret === undefined ? 'none' : await codeOf(secret);
      return `<tr><td><a href="/as/${name.toLowerCase()}">Log in as ${name}</a><td>${role}<td>${WHAT_TO_SEE[role]}<td>${code}</tr>`;
    }),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Who would you like to be?</title>
<style>body { font: 1rem/1.5 system-ui; margin: 2rem; color-scheme: light dark } td, th { padding: 0.3rem 1.5rem 0.3rem 0; text-align: left }</style>
<h1>Who would you like to be?</h1><table><tr><th>Person<th>Role<th>Sees<th>Second factor now</tr>${rows.join('\n')}</table>
<p>A code works for half a minute; load this page again for the next one.</p></html>`;
}

function codeOf(secret: string): Promise<string> {
  return createOTP(new TextDecoder().decode(base32.decode(secret))).hotp(Math.floor(systemClock.now() / 30_000));
}
