import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import { lazily } from '../../warehouse/lazily.ts';
import type { MailAddress, Mailer } from './mail.ts';

const CONNECT_MS = 10_000;
const ANSWER_MS = 30_000;

/** A mailer for an address. Nodemailer is loaded with the first mail. */
export function openMailer(address: MailAddress): Mailer {
  const transport = lazily(() => transportTo(address));
  return {
    async send({ to, subject, text, id }) {
      const message = { from: address.from, to, subject, text, ...(id && { messageId: `<${id}@tantieme>` }) };
      try {
        const { message: bytes } = await (await transport()).sendMail(message);
        if (address.kind === 'folder') await writeMail(address.folder, bytes as unknown as Buffer);
      } catch (error) {
        throw new Unavailable(
          `The mail to ${to} was not sent: ${messageOf(error)}; correct TANTIEME_MAIL_URL, or try again.`,
        );
      }
    },
  };
}

async function transportTo(address: MailAddress) {
  const { createTransport } = await import('nodemailer');
  if (address.kind === 'folder') return createTransport({ streamTransport: true, buffer: true });
  return createTransport({
    url: address.url,
    ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: ANSWER_MS },
  });
}

/** One file for each mail, which only its owner may read: links in it log in. */
async function writeMail(folder: string, bytes: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, `${randomId('mail')}.eml`), bytes, { mode: 0o600, flag: 'wx' });
}
