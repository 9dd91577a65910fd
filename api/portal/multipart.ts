import type { FastifyRequest } from 'fastify';
import { Rejected } from '../../warehouse/errors.ts';

/** The fields of a form that sends files: of each file its bytes in base64. Throws `Rejected` if it cannot be read. */
export async function readForm(request: FastifyRequest, body: string | Buffer): Promise<Record<string, string>> {
  const type = request.headers['content-type'] ?? '';
  const form = await new Response(Buffer.from(body), { headers: { 'content-type': type } })
    .formData()
    .catch((error: unknown) => {
      throw new Rejected('The form could not be read; send it again from the page.', { cause: error });
    });
  const fields: Record<string, string> = {};
  for (const [name, value] of form) {
    fields[name] = typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer()).toString('base64');
  }
  return fields;
}
