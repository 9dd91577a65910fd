import type { FastifyBaseLogger, FastifyReply } from 'fastify';
import { Rejected, Unavailable } from '../../warehouse/errors.ts';

/** A response of RudderStack's gateway other than `ok`: the status, and the text with the reason. */
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

/** The response for a thrown error. Errors of our own are logged, and the client gets only a general text. */
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

/** Sends a refusal in the format of Go's `http.Error`: plain text with a trailing newline. */
export function refuse(reply: FastifyReply, { status, message }: Refused): FastifyReply {
  return reply
    .code(status)
    .header('x-content-type-options', 'nosniff')
    .type('text/plain; charset=utf-8')
    .send(`${message}\n`);
}
