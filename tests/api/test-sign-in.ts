import { openSignIn, type SignIn } from '../../api/auth/sign-in.ts';
import type { SingleSignOnConfig } from '../../api/auth/sign-in-services.ts';
import type { Services } from '../../jobs/job.ts';
import type { Mail } from '../../jobs/mail/mail.ts';

/** Logging in, with the mail that was sent. */
export function testSignIn(
  services: Pick<Services, 'operational' | 'clock'>,
  address = 'http://127.0.0.1:8080',
  sso?: SingleSignOnConfig,
): { signIn: SignIn; mails: Mail[] } {
  const mails: Mail[] = [];
  const mailer = {
    async send(mail: Mail) {
      mails.push(mail);
    },
  };
  const { operational, clock } = services;
  const url = (): string => address;
  return { signIn: openSignIn({ operational, clock, mailer, secret: 'secret '.repeat(6), url, sso }), mails };
}
