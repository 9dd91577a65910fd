import type { FastifyBaseLogger, FastifyReply } from 'fastify';
import { Rejected, Unavailable } from '../../warehouse/errors.ts';

/** An answer of RudderStack's gateway that is not `ok`: the status, and the text of which a client reads the reason. */
export class Refused extends Rejected {
  override name = 'Refused';
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

export const tooLarge = () => new Refused(413, 'request size exceeds max limit');
export const unreadable = () => new Refused(500, 'failed to read body from request');

/** What the client hears of anything that was thrown; what is our own trouble goes into the log as it was. */
export function refusalOf(thrown: unknown, log: FastifyBaseLogger): Refused {
  if (thrown instanceof Refused) return thrown;
  if (thrown instanceof Unavailable) {
    log.warn(thrown);
    return new Refused(503, 'Service Unavailable');
  }
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge();
  if (code.startsWith('FST_ERR_CTP_') || code === 'ECONNRESET') return unreadable();
  log.error(thrown);
  return new Refused(500, 'Internal Server Error');
}

/** Sends a refusal as Go's `http.Error` writes it: plain text with a newline at its end. */
export function refuse(reply: FastifyReply, { status, message }: Refused): FastifyReply {
  return reply
    .code(status)
    .header('x-content-type-options', 'nosniff')
    .type('text/plain; charset=utf-8')
    .send(`${message}\n`);
}
